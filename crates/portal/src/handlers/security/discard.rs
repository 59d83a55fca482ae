//! Throwing the draft away.

use axum::response::Response;
use tillit_accounts::Permission;

use super::view;
use crate::pages::{TurnOffPage, provider_of};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Result, go, page};

/// `GET /settings/security/discard`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let view = view(&person).await?;
    let provider = provider_of(view.connection.as_ref());
    let (organisation, revision) = (view.organisation, view.revision);
    page(&TurnOffPage { f: person.frame(), discard: true, organisation, revision, provider, proof: vec![], errors: FormErrors::default() })
}

/// `POST /settings/security/discard`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let revision = form.number("revision")?;
    form.finish()?;
    person.state().sso.discard_draft(&person.cx, &person.session, Some(revision)).await?;
    person.flash(Flash::Discarded);
    Ok(go(super::HERE))
}
