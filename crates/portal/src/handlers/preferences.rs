//! `POST /preferences`: the switches in the foot.

use axum::response::Response;

use super::sign_in::return_to;
use crate::frame::Theme;
use crate::web::cookies::Cookie;
use crate::web::{Form, Result, Visitor, go};
use crate::words::Language;

/// `POST /preferences`
pub(crate) async fn send(visitor: Visitor, mut form: Form) -> Result<Response> {
    let back = return_to(&form.line("return_to")?);
    let language = form.optional("language", 8)?.and_then(|tag| Language::from_tag(&tag));
    let theme = form.optional("theme", 8)?.and_then(|key| Theme::from_key(&key));
    form.finish()?;
    if let Some(language) = language {
        visitor.remember(Cookie::Language, language.tag());
    }
    if let Some(theme) = theme {
        visitor.remember(Cookie::Theme, theme.key());
    }
    Ok(go(back.as_str()))
}
