//! `POST /preferences`: the switches in the foot.

use axum::response::Response;

use super::sign_in::return_to;
use crate::frame::Theme;
use crate::web::cookies::Cookie;
use crate::web::{Fail, Form, FormProblem, Result, Visitor, go};
use crate::words::Language;

/// `POST /preferences`
pub(crate) async fn send(visitor: Visitor, mut form: Form) -> Result<Response> {
    let back = return_to(&form.line("return_to")?)?;
    let language = chosen(form.optional("language", 8)?, "language", Language::from_tag)?;
    let theme = chosen(form.optional("theme", 8)?, "theme", Theme::from_key)?;
    form.finish()?;
    if let Some(language) = language {
        visitor.remember(Cookie::Language, language.tag());
    }
    if let Some(theme) = theme {
        visitor.remember(Cookie::Theme, theme.key());
    }
    Ok(go(back.as_str()))
}

/// What a button of the switch sends; nothing if it was another switch's.
fn chosen<T>(sent: Option<String>, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    sent.map(|text| read(&text).ok_or(Fail::Form(FormProblem::Value(name)))).transpose()
}
