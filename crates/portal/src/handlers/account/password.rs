//! Changing the own password.

use axum::response::Response;
use tillit_accounts::Permission;

use super::super::link::chosen;
use super::super::own_proof::{Shown, fields_for_way};
use super::super::sign_in::unprocessed;
use crate::pages::ChangePasswordPage;
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Result, go, page};

/// Longest password that is read, in bytes: more than accounts take, so that they can say so.
const PASSWORD: usize = 4096;

/// `GET /account/sign-in/password`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    shown(&person, FormErrors::default()).await
}

/// `POST /account/sign-in/password`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let proof = Shown::of(&mut form, &person).await?;
    let (new, again) = (form.required("new_password", PASSWORD)?, form.required("again", PASSWORD)?);
    form.finish()?;
    let new = match chosen(person.words(), &new, &again, &person.account.username) {
        Ok(new) => new,
        Err(FormErrors(wrong)) => {
            let wrong = wrong.into_iter().map(|(field, why)| (if field == "password" { "new_password" } else { field }, why)).collect();
            return shown(&person, FormErrors(wrong)).await.map(unprocessed);
        }
    };
    let (accounts, session) = (&person.state().accounts, &person.session);
    match accounts.set_password(&person.cx, session.person, proof.in_session().proof(), &new, Some(session.id)).await {
        Ok(token) => {
            person.renew(token.as_ref());
            person.flash(Flash::PasswordChanged);
            Ok(go("/account/sign-in"))
        }
        Err(refusal) => {
            let errors = proof.wrong(&person, refusal).await?;
            shown(&person, errors).await.map(unprocessed)
        }
    }
}

async fn shown(person: &Person, errors: FormErrors) -> Result<Response> {
    page(&ChangePasswordPage { proof: fields_for_way(person, &errors).await?, f: person.frame(), errors })
}
