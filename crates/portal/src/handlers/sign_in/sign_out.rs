//! Signing out.

use axum::response::Response;
use tillit_store::Actor;

use crate::web::{Flash, Form, Result, Visitor, go};

/// `POST /sign-out`
pub(crate) async fn send(visitor: Visitor, form: Form) -> Result<Response> {
    form.finish()?;
    if let Some(session) = &visitor.browser.session {
        let cx = visitor.cx.in_organisation(session.organisation).with_actor(Actor::Person(session.person));
        visitor.state.accounts.end_session(&cx, session.id).await?;
    }
    visitor.forget_session();
    visitor.flash(Flash::SignedOut);
    Ok(go("/sign-in"))
}
