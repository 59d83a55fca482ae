//! The person's own sessions.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{Permission, SessionId, SessionListed};
use tillit_store::kinds;

use super::account::method_key;
use super::people::id;
use crate::pages::{SessionRow, SessionsPage};
use crate::web::{Empty, Fail, Flash, Person, Result, go, page};

/// `GET /account/sessions`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let listed = person.state().accounts.sessions(&person.cx, person.session.person).await?;
    let sessions = listed.into_iter().map(|listed| row(listed, person.session.id)).collect();
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

/// A session as a row.
pub(super) fn row(listed: SessionListed, current: SessionId) -> SessionRow {
    SessionRow {
        id: listed.id.to_string(),
        method: method_key(listed.method),
        device: listed.user_agent.as_deref().and_then(device),
        started_at: listed.started_at,
        last_seen: listed.last_seen_at,
        expires_at: listed.expires_at,
        current: listed.id == current,
    }
}

/// Browser and system out of what a browser calls itself. A help to recognise it, nothing more.
fn device(user_agent: &str) -> Option<String> {
    let first = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name);
    // The order matters: Edge calls itself Chrome too, Chrome calls itself Safari.
    let browser = first(&[("Firefox/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    let known: Vec<&str> = [browser, system].into_iter().flatten().collect();
    (!known.is_empty()).then(|| known.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_by_its_own_name() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0";
        assert_eq!(device(edge).as_deref(), Some("Edge · Windows"));
        assert_eq!(device("curl/8"), None);
    }
}
