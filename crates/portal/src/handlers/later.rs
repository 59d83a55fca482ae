//! Parts that this version does not have.

use axum::response::Response;
use http::Uri;

use crate::pages::{Later, LaterPage};
use crate::web::{Fail, Person, Result, page};

/// `GET /simulations` and the like.
pub(crate) async fn show(person: Person, uri: Uri) -> Result<Response> {
    let part = match uri.path() {
        "/simulations" => Later::Simulations,
        "/reports" => Later::Reports,
        "/settings/user-sync" => Later::UserSync,
        "/settings/add-in" => Later::AddIn,
        "/settings/delivery" => Later::Delivery,
        _ => return Err(Fail::not_found()),
    };
    person.require(part.nav().permission())?;
    page(&LaterPage { f: person.frame(), part })
}
