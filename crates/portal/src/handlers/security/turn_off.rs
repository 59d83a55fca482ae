//! Turning off: all that the session which enforced can do.

use axum::response::Response;
use tillit_accounts::Permission;

use super::view;
use crate::pages::{TurnOffPage, provider_of};
use crate::web::{Empty, Flash, Restricted, Result, go, page};

/// `GET /settings/security/turn-off`
pub(crate) async fn show(Restricted(person): Restricted) -> Result<Response> {
    person.require(Permission::TurnOffSingleSignOn)?;
    let view = view(&person).await?;
    let provider = provider_of(view.connection.as_ref());
    page(&TurnOffPage { f: person.frame(), discard: false, organisation: view.organisation, revision: view.revision, provider })
}

/// `POST /settings/security/turn-off`
pub(crate) async fn send(Restricted(person): Restricted, _: Empty) -> Result<Response> {
    person.require(Permission::TurnOffSingleSignOn)?;
    person.state().sso.turn_off(&person.cx, &person.session).await?;
    person.flash(Flash::TurnedOff);
    Ok(go(super::HERE))
}
