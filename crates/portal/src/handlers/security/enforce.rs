//! Enforcing.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::SsoError;
use tillit_sso::activation::{CONFIRM_WITHIN, Version};

use super::view;
use crate::pages::EnforcePage;
use crate::web::{Flash, Form, Person, Result, go, page};

/// `GET /settings/security/enforce`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    page(&EnforcePage { view: view(&person).await?, f: person.frame(), minutes: CONFIRM_WITHIN.as_seconds() / 60 })
}

/// `POST /settings/security/enforce`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::EnforceSingleSignOn)?;
    let version = Version(form.number("version")?);
    form.finish()?;
    match person.state().sso.enforce(&person.cx, &person.session, version).await {
        Ok(()) => {
            person.flash(Flash::Enforced);
            Ok(go(super::HERE))
        }
        // Something is missing, or was changed meanwhile: the page says what.
        Err(SsoError::Activation(_) | SsoError::ChangedMeanwhile) => Ok(go("/settings/security/enforce")),
        Err(error) => Err(error.into()),
    }
}
