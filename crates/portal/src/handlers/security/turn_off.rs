//! Turning off: all that the session which enforced can do.

use axum::response::Response;
use tillit_accounts::Permission;

use super::super::own_proof::{Shown, fields, prove};
use super::super::sign_in::unprocessed;
use super::view;
use crate::pages::{TurnOffPage, provider_of};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Restricted, Result, go, page};

/// `GET /settings/security/turn-off`
pub(crate) async fn show(Restricted(person): Restricted) -> Result<Response> {
    person.require(Permission::TurnOffSingleSignOn)?;
    shown(&person, FormErrors::default()).await
}

async fn shown(person: &Person, errors: FormErrors) -> Result<Response> {
    let view = view(person).await?;
    let provider = provider_of(view.connection.as_ref());
    let proof = if person.only_turn_off { vec![] } else { fields(person, &errors).await? };
    let (organisation, revision) = (view.organisation, view.revision);
    page(&TurnOffPage { f: person.frame(), discard: false, organisation, revision, provider, proof, errors })
}

/// `POST /settings/security/turn-off`
pub(crate) async fn send(Restricted(person): Restricted, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::TurnOffSingleSignOn)?;
    // The session that enforced is there for just this, and may have nothing else to show (docs/activation.md).
    if !person.only_turn_off
        && let Err(errors) = prove(&person, &proof).await?
    {
        return shown(&person, errors).await.map(unprocessed);
    }
    person.state().sso.turn_off(&person.cx, &person.session).await?;
    person.flash(Flash::TurnedOff);
    Ok(go(super::HERE))
}
