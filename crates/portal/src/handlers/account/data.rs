//! `GET /account/data`: everything that is held about the person, to be read and printed. The same parts as the file.

use axum::response::Response;
use tillit_accounts::{Permission, held_parts};

use crate::pages::OwnDataPage;
use crate::web::{Person, Result, page};

/// Most entries of a part on the page; the file has them all.
const MOST: usize = 50;

pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let mut parts = Vec::new();
    for at in 0..held_parts().len() {
        parts.extend(person.state().accounts.rows_of_table(&person.cx, person.session.person, at, MOST).await?);
    }
    page(&OwnDataPage { id: person.session.person, parts, f: person.frame() })
}
