//! Taking an account off a person.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{Permission, Person as Account, Role};
use tillit_sso::service::views::{LinkedAccount, LinkedAccountKind};
use tillit_store::{Id, PersonId, kinds};

use super::own_proof::{Shown, fields_for_way, prove_way};
use super::people::id;
use super::person::require_manage;
use super::sign_in::unprocessed;
use crate::pages::UnlinkPage;
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, Person, Result, go, page};

/// `GET /people/{id}/unlink/{account}`
pub(crate) async fn show(person: Person, Path((who, link)): Path<(String, String)>) -> Result<Response> {
    person.require(Permission::ManageEmployees)?;
    let (account, link) = find(&person, &who, &link).await?;
    shown(&person, account, link, FormErrors::default()).await
}

/// `POST /people/{id}/unlink/{account}`
pub(crate) async fn send(person: Person, Path((who, link)): Path<(String, String)>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::ManageEmployees)?;
    let (account, link) = find(&person, &who, &link).await?;
    // A stolen session must not shut out the owners who could end it (docs/activation.md, O3).
    if account.role == Role::Owner
        && let Err(errors) = prove_way(&person, &proof).await?
    {
        return shown(&person, account, link, errors).await.map(unprocessed);
    }
    person.state().sso.unlink(&person.cx, &person.session, account.id, account.role, link.id).await?;
    person.flash(Flash::Unlinked);
    Ok(go(&format!("/people/{}", account.id)))
}

async fn find(person: &Person, who: &str, link: &str) -> Result<(Account, LinkedAccount)> {
    let who: PersonId = id::<kinds::Person>(who)?;
    let link: Id<LinkedAccountKind> = id::<LinkedAccountKind>(link)?;
    let account = person.state().accounts.person(&person.cx, who).await?;
    require_manage(person, account.role)?;
    let links = person.state().sso.linked_accounts(&person.cx, who).await?;
    let link = links.into_iter().find(|known| known.id == link).ok_or_else(Fail::not_found)?;
    Ok((account, link))
}

async fn shown(person: &Person, account: Account, link: LinkedAccount, errors: FormErrors) -> Result<Response> {
    let me = person.session.person;
    let proof = if account.role == Role::Owner { fields_for_way(person, &errors).await? } else { vec![] };
    page(&UnlinkPage {
        f: person.frame(),
        person: account.id,
        name: account.display_name().to_owned(),
        administrator: account.role.is_above_employee(),
        is_you: account.id == me,
        link,
        proof,
        errors,
    })
}
