//! Taking somebody's second factor away, for whom the telephone was lost.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{Permission, Person as Account};
use tillit_store::kinds;

use super::own_proof::{Shown, fields_for_way, prove_way};
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
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    let account = find(&person, &who).await?;
    let accounts = &person.state().accounts;
    // A stolen session must not open other people's accounts to whoever knows a password.
    if let Err(errors) = prove_way(&person, &proof).await? {
        return shown(&person, &account, errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.still_has_role(&mut tx, &person.cx, account.id, account.role, &[Permission::ManageRoles]).await?;
    accounts.reset_second_factor(&mut tx, &person.cx, account.id).await?;
    tx.commit().await?;
    person.flash(Flash::SecondFactorReset);
    Ok(go(&format!("/people/{}", account.id)))
}

/// Somebody else, who has one.
async fn find(person: &Person, who: &str) -> Result<Account> {
    person.require(Permission::ManageRoles)?;
    let who = id::<kinds::Person>(who)?;
    let account = person.state().accounts.person(&person.cx, who).await?;
    let has_one = person.state().accounts.own_proofs(&person.cx, who).await?.stronger_than_password();
    if has_one && who != person.session.person { Ok(account) } else { Err(Fail::not_found()) }
}

async fn shown(person: &Person, account: &Account, errors: FormErrors) -> Result<Response> {
    page(&ResetSecondFactorPage {
        person: account.id,
        name: account.display_name().to_owned(),
        proof: fields_for_way(person, &errors).await?,
        f: person.frame(),
        errors,
    })
}
