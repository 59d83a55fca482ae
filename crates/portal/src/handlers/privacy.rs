//! Settings, PRIVACY.

use axum::response::Response;
use tillit_accounts::Permission;

use crate::pages::PrivacyPage;
use crate::web::{Person, Result, page};

/// `GET /settings/privacy`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    page(&PrivacyPage { f: person.frame() })
}
