//! The person's own sessions.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{Permission, SessionId, SessionListed, device_words, same_network};
use tillit_store::{ClientAddress, kinds};

use super::account::method_key;
use super::people::id;
use crate::pages::{SessionFrom, SessionRow, SessionsPage};
use crate::web::{Empty, Fail, Flash, Person, Result, go, page};

/// `GET /account/sessions`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let listed = person.state().accounts.sessions(&person.cx, person.session.person).await?;
    let sessions = listed.into_iter().map(|listed| own_row(listed, &person)).collect();
    page(&SessionsPage { f: person.frame(), sessions })
}

/// `POST /account/sessions/end/{id}`: one of one's own.
pub(crate) async fn end(person: Person, Path(session): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let session: SessionId = id::<kinds::Session>(&session)?;
    let accounts = &person.state().accounts;
    let own = accounts.sessions(&person.cx, person.session.person).await?;
    if !own.iter().any(|listed| listed.id == session) {
        return Err(Fail::not_found());
    }
    accounts.end_session(&person.cx, session).await?;
    person.flash(Flash::SessionEnded);
    Ok(go("/account/sessions"))
}

/// `POST /account/sessions/end-all`: this one too.
pub(crate) async fn end_all(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.end_all_sessions(&mut tx, &person.cx, person.session.person, None).await?;
    tx.commit().await?;
    person.visitor.forget_session();
    person.flash(Flash::SignedOut);
    Ok(go("/sign-in"))
}

/// One of the reader's own sessions: with where it is from, which is nobody else's business.
fn own_row(listed: SessionListed, person: &Person) -> SessionRow {
    let from = listed.client.map_or(SessionFrom::Unknown, |client| from(client, person.cx.client()));
    SessionRow { from, ..row(listed, person.session.id) }
}

/// Where a session is from, seen from where the reader is.
fn from(client: ClientAddress, here: Option<ClientAddress>) -> SessionFrom {
    if here.is_some_and(|here| same_network(here, client)) {
        SessionFrom::Here
    } else {
        SessionFrom::Elsewhere(client.0.to_canonical().to_string())
    }
}

/// A session as a row.
pub(super) fn row(listed: SessionListed, current: SessionId) -> SessionRow {
    SessionRow {
        id: listed.id.to_string(),
        method: method_key(listed.method),
        device: listed.user_agent.as_deref().and_then(device_words),
        started_at: listed.started_at,
        last_seen: listed.last_seen_at,
        expires_at: listed.expires_at,
        current: listed.id == current,
        from: SessionFrom::Unknown,
    }
}
