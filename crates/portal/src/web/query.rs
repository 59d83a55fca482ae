//! Query strings, read as strictly as forms; but parameters of other names are ignored, because
//! links travel.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::Fail;
use super::form::{Form, FormProblem, LINE};
use crate::pages::Fault;

/// Longest query string that is read.
const LONGEST: usize = 8 * 1024;

/// The parameters of a request's address.
#[derive(Debug)]
pub(crate) struct Query(Form);

impl Query {
    /// The parameter `name`, trimmed; empty if it did not come.
    pub fn text(&mut self, name: &'static str) -> Result<String, FormProblem> {
        Ok(self.0.optional(name, LINE)?.unwrap_or_default().trim().to_owned())
    }
    /// A longer text than usual.
    pub fn long_text(&mut self, name: &'static str, longest: usize) -> Result<String, FormProblem> {
        Ok(self.0.optional(name, longest)?.unwrap_or_default().trim().to_owned())
    }
    /// A number; `None` if it did not come.
    pub fn number<T: std::str::FromStr>(&mut self, name: &'static str) -> Result<Option<T>, FormProblem> {
        let text = self.text(name)?;
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| FormProblem::Value(name)) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fail> {
        let query = parts.uri.query().unwrap_or("");
        if query.len() > LONGEST {
            return Err(Fail::Fault(Fault::TooLarge));
        }
        Ok(Self(Form::parse(query.as_bytes())?))
    }
}
