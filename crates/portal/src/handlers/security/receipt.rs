//! The printable end of an activation.

use axum::response::Response;
use tillit_accounts::Permission;

use crate::pages::ReceiptPage;
use crate::web::{Person, Result, page};

/// `GET /settings/security/receipt`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    let receipt = person.state().sso.receipt(&person.cx, &person.session).await?;
    page(&ReceiptPage { f: person.frame(), receipt })
}
