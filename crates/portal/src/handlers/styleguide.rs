//! `GET /styleguide`, in the demo only.

use axum::response::Response;

use crate::pages::StyleguidePage;
use crate::web::{Fail, Person, Result, page};

/// `GET /styleguide`
pub(crate) async fn show(person: Person) -> Result<Response> {
    if person.state().config.demo.is_none() {
        return Err(Fail::not_found());
    }
    page(&StyleguidePage { f: person.frame() })
}
