//! "I cannot get in": before signing in, for anybody. Says the same to everybody, and writes nothing.

use axum::extract::Path;
use axum::response::Response;

use super::security::section::code_answers;
use crate::pages::{CannotPage, CannotStep};
use crate::web::{Fail, Form, Result, Visitor, page};

/// Longest text that is searched for codes: a whole error message may be pasted.
const LONGEST_QUESTION: usize = 4096;

/// `GET /cannot-get-in`
pub(crate) async fn start(visitor: Visitor) -> Result<Response> {
    shown(&visitor, "start")
}

/// `GET /cannot-get-in/{step}`
pub(crate) async fn show(visitor: Visitor, Path(step): Path<String>) -> Result<Response> {
    shown(&visitor, &step)
}

/// `POST /cannot-get-in`: a form, since a message of Microsoft's may hold a name.
pub(crate) async fn send(visitor: Visitor, mut form: Form) -> Result<Response> {
    let typed = form.required("code", LONGEST_QUESTION)?.trim().to_owned();
    form.finish()?;
    let found = code_answers(visitor.words(), &visitor.state.config.operator.name, &typed);
    page(&CannotPage { f: visitor.frame(), step: CannotStep::Code(typed, Some(found)) })
}

fn shown(visitor: &Visitor, step: &str) -> Result<Response> {
    let step = CannotStep::find(step).ok_or_else(Fail::not_found)?;
    page(&CannotPage { f: visitor.frame(), step })
}
