//! Who must show a second factor beside a password.

use axum::response::Response;
use tillit_accounts::{Permission, SecondFactorFor};

use super::super::own_proof::{Shown, fields, prove};
use super::super::sign_in::unprocessed;
use crate::pages::FactorPolicyPage;
use crate::ui::FormErrors;
use crate::web::{Flash, Form, FormProblem, Person, Result, go, page};

/// `GET /settings/security/second-factor`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOrganisation)?;
    shown(&person, None, FormErrors::default()).await
}

/// `POST /settings/security/second-factor`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ManageOrganisation)?;
    let proof = Shown::of(&mut form, &person).await?;
    let who = form.line("who")?;
    form.finish()?;
    let who = SecondFactorFor::from_code(&who).ok_or(FormProblem::Value("who"))?;
    let accounts = &person.state().accounts;
    // A stolen session must not make passwords enough again.
    if let Err(errors) = prove(&person, &proof).await? {
        return shown(&person, Some(who), errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.set_second_factor_policy(&mut tx, &person.cx, who).await?;
    tx.commit().await?;
    person.flash(Flash::SecondFactorPolicySaved);
    Ok(go("/settings/security"))
}

async fn shown(person: &Person, chosen: Option<SecondFactorFor>, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    let policy = accounts.second_factor_policy(&person.cx).await?;
    page(&FactorPolicyPage {
        chosen: chosen.unwrap_or(policy.who),
        binding_from: policy.binding_from().filter(|_| policy.who != SecondFactorFor::Nobody),
        count: accounts.count_second_factors(&person.cx).await?,
        proof: fields(person, &errors).await?,
        f: person.frame(),
        errors,
    })
}
