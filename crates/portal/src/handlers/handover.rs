//! A link handed to the colleague who can help.

use axum::extract::Path;
use axum::response::Response;
use tillit_sso::SsoError;

use super::provider;
use crate::pages::HandoverPage;
use crate::web::{Form, Result, Visitor, page};

/// Longest token that is looked up.
const TOKEN: usize = 128;

/// `GET /sso/handover/{token}`
pub(crate) async fn show(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    let found = if token.len() <= TOKEN { visitor.state.sso.handover(&visitor.cx, &token).await } else { Err(SsoError::NotFound) };
    let view = match found {
        Ok(view) => Some(view),
        Err(SsoError::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    page(&HandoverPage { f: visitor.frame(), view, consent_path: format!("/sso/handover/{token}/consent") })
}

/// `POST /sso/handover/{token}/consent`
pub(crate) async fn consent(visitor: Visitor, Path(token): Path<String>, form: Form) -> Result<Response> {
    form.finish()?;
    if token.len() > TOKEN {
        return Err(SsoError::NotFound.into());
    }
    let begun = visitor.state.sso.begin_handover(&visitor.cx, &token, &visitor.browser).await?;
    provider::begun(&visitor.state.config, || visitor.frame(), begun)
}
