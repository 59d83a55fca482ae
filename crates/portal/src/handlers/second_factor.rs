//! Taking somebody's second factor and passkeys away: the telephone was lost, or the account stolen.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{Permission, Person as Account};
use tillit_store::{PersonId, kinds};

use super::own_proof::{Shown, fields_now, refused};
use super::people::id;
use super::sign_in::unprocessed;
use crate::pages::ResetSecondFactorPage;
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, Person, Result, go, page};

/// `GET /people/{id}/second-factor`
pub(crate) async fn show(person: Person, Path(who): Path<String>) -> Result<Response> {
    let account = find(&person, &who).await?;
    shown(&person, &account, FormErrors::default()).await
}

/// `POST /people/{id}/second-factor`
pub(crate) async fn send(person: Person, Path(who): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form)?.at(&person);
    form.finish()?;
    let account = find(&person, &who).await?;
    let accounts = &person.state().accounts;
    // A stolen session must not open other people's accounts to whoever knows a password.
    if let Err(refusal) = accounts.prove_freshly(&person.cx, person.session.person, proof.in_session(&person.session).proof()).await {
        let problem = refused(&person, refusal, "kit-proof-wrong")?;
        return shown(&person, &account, FormErrors::one(proof.field(), problem)).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.reset_second_factor(&mut tx, &person.cx, account.id).await?;
    tx.commit().await?;
    person.flash(Flash::SecondFactorReset);
    Ok(go(&format!("/people/{}", account.id)))
}

/// Whether somebody has an app or a passkey.
pub(super) async fn something_to_reset(person: &Person, who: PersonId) -> Result<bool> {
    let accounts = &person.state().accounts;
    Ok(accounts.second_factor(&person.cx, who).await?.is_some() || !accounts.passkeys(&person.cx, who).await?.is_empty())
}

/// Somebody else, who has one.
async fn find(person: &Person, who: &str) -> Result<Account> {
    person.require(Permission::ManageRoles)?;
    let who = id::<kinds::Person>(who)?;
    let account = person.state().accounts.person(&person.cx, who).await?;
    let has_one = something_to_reset(person, who).await?;
    if has_one && who != person.session.person { Ok(account) } else { Err(Fail::not_found()) }
}

async fn shown(person: &Person, account: &Account, errors: FormErrors) -> Result<Response> {
    page(&ResetSecondFactorPage {
        person: account.id,
        name: account.display_name().to_owned(),
        proof: fields_now(person, &errors).await?,
        f: person.frame(),
        errors,
    })
}
