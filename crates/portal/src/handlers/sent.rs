//! `GET /sent/{id}`: a form that waited while the account was looked at is sent again.

use axum::extract::Path;
use axum::response::Response;

use super::people::id;
use crate::frame::Frame;
use crate::pages::SentPage;
use crate::web::{Person, Result, page};

/// `GET /sent/{id}`
pub(crate) async fn show(person: Person, Path(form): Path<String>) -> Result<Response> {
    let (sso, browser) = (&person.state().sso, &person.visitor.browser);
    let form = sso.parked_form(&person.cx, &person.session, browser, id(&form)?).await?;
    page(&SentPage { f: Frame { person: None, ..person.frame() }, path: form.path, fields: form.fields, press: form.press })
}
