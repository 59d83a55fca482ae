//! "Grant admin consent": to the provider's page on which an administrator consents for everybody.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::service::views::Purpose;

use super::super::provider;
use crate::web::{Empty, Person, Result};

/// `POST /settings/security/consent`
pub(crate) async fn send(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    provider::begin(&person, Purpose::AdminConsent, false).await
}
