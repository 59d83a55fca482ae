//! Forms, read strictly: only the fields that the page has, once each, in UTF-8, within bounds.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};

use super::Fail;
use crate::pages::Fault;

/// Longest value of an ordinary field, in bytes.
pub(crate) const LINE: usize = 512;
/// Largest form, in bytes.
pub(crate) const LARGEST: usize = 64 * 1024;
/// Most fields of a form.
const MOST_FIELDS: usize = 64;
/// Longest name of a field.
const LONGEST_NAME: usize = 64;

/// Why a form cannot be read. The names in it are ours, or bounded and shown as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FormProblem {
    /// Not `application/x-www-form-urlencoded`.
    Type,
    /// A field comes twice.
    Doubled(String),
    /// A field that the page does not have.
    Unknown(String),
    /// A field of the page did not come.
    Missing(&'static str),
    /// Longer than allowed.
    Long(String),
    /// Not UTF-8, or a percent sign without two digits.
    Encoding(String),
    /// A value that no control of the page sends.
    Value(&'static str),
}

/// The fields of a form. Take each, then [`finish`](Form::finish). Debug output shows names only.
pub(crate) struct Form {
    left: Vec<(String, String)>,
    /// Where it was sent, and all of it; only where the reader chose to show who asks at the provider, and it waits meanwhile.
    whole: Option<(String, Vec<(String, String)>)>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.left.iter().map(|(name, _)| name)).finish()
    }
}

impl Form {
    /// Parses `application/x-www-form-urlencoded` (URL Standard section 5).
    pub fn parse(body: &[u8]) -> Result<Self, FormProblem> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at(at);
            let name = decode(name).filter(|name| name.len() <= LONGEST_NAME).ok_or_else(|| FormProblem::Encoding("?".to_owned()))?;
            let value = decode(value.get(1..).unwrap_or_default()).ok_or_else(|| FormProblem::Encoding(name.clone()))?;
            if fields.iter().any(|(known, _)| *known == name) {
                return Err(FormProblem::Doubled(name));
            }
            if fields.len() == MOST_FIELDS {
                return Err(FormProblem::Unknown(name));
            }
            fields.push((name, value));
        }
        Ok(Self { left: fields, whole: None })
    }

    /// All fields, in their order.
    pub fn into_fields(self) -> Vec<(String, String)> {
        self.left
    }

    /// Path and all fields, if it waits while the browser is at the provider.
    pub fn whole(&self) -> Option<(&str, &[(String, String)])> {
        self.whole.as_ref().map(|(path, fields)| (path.as_str(), fields.as_slice()))
    }

    /// All fields, in their order.
    #[cfg(any(test, feature = "fuzzing"))]
    pub fn fields(&self) -> &[(String, String)] {
        &self.left
    }

    /// The field `name` of at most `longest` bytes, if it came.
    pub fn optional(&mut self, name: &'static str, longest: usize) -> Result<Option<String>, FormProblem> {
        let Some(at) = self.left.iter().position(|(known, _)| known == name) else { return Ok(None) };
        let (_, value) = self.left.swap_remove(at);
        if value.len() > longest {
            return Err(FormProblem::Long(name.to_owned()));
        }
        Ok(Some(value))
    }
    /// The field `name`, which the page always sends.
    pub fn required(&mut self, name: &'static str, longest: usize) -> Result<String, FormProblem> {
        self.optional(name, longest)?.ok_or(FormProblem::Missing(name))
    }
    /// A line of text, without the space around it.
    pub fn line(&mut self, name: &'static str) -> Result<String, FormProblem> {
        Ok(self.required(name, LINE)?.trim().to_owned())
    }
    /// A checkbox.
    pub fn checked(&mut self, name: &'static str) -> Result<bool, FormProblem> {
        match self.optional(name, LINE)?.as_deref() {
            None => Ok(false),
            Some("yes") => Ok(true),
            Some(_) => Err(FormProblem::Value(name)),
        }
    }
    /// A hidden number of ours.
    pub fn number<T: std::str::FromStr>(&mut self, name: &'static str) -> Result<T, FormProblem> {
        self.line(name)?.parse().map_err(|_| FormProblem::Value(name))
    }
    /// Nothing else came.
    pub fn finish(self) -> Result<(), FormProblem> {
        self.left.into_iter().next().map_or(Ok(()), |(name, _)| Err(FormProblem::Unknown(name)))
    }
}

/// `+` is a space, `%xx` a byte; `None` if a percent sign stands alone, or the bytes are not UTF-8, or hold a NUL.
fn decode(bytes: &[u8]) -> Option<String> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(*rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => *byte,
        });
    }
    String::from_utf8(out).ok().filter(|text| !text.contains('\0'))
}

/// A form without fields: just a button.
pub(crate) struct Empty;

impl<S: Send + Sync> FromRequest<S> for Empty {
    type Rejection = Fail;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fail> {
        Form::from_request(request, state).await?.finish()?;
        Ok(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Fail;
    async fn from_request(request: Request, state: &S) -> Result<Self, Fail> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
        let empty = request.headers().get(header::CONTENT_LENGTH).is_some_and(|length| length == "0");
        if kind != "application/x-www-form-urlencoded" && !(kind.is_empty() && empty) {
            return Err(Fail::Form(FormProblem::Type));
        }
        let path = request.uri().path().to_owned();
        let body = Bytes::from_request(request, state).await.map_err(|error| {
            let status = axum::response::IntoResponse::into_response(error).status();
            if status == StatusCode::PAYLOAD_TOO_LARGE { Fail::Fault(Fault::TooLarge) } else { Fail::Form(FormProblem::Type) }
        })?;
        let form = Self::parse(&body)?;
        let waits = form.left.iter().any(|(name, _)| name == "proof");
        let whole = waits.then(|| (path, form.left.clone()));
        Ok(Self { whole, ..form })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused_and_named() {
        let parse = |text: &str| Form::parse(text.as_bytes()).map(|form| form.left);
        assert_eq!(parse("a=1&a=2"), Err(FormProblem::Doubled("a".to_owned())));
        assert_eq!(parse("a=%ff"), Err(FormProblem::Encoding("a".to_owned())));
        assert_eq!(parse("a=%2"), Err(FormProblem::Encoding("a".to_owned())));
        assert_eq!(parse("a=%00"), Err(FormProblem::Encoding("a".to_owned())));
        assert_eq!(parse("a=%C3%A5+b&c"), Ok(vec![("a".to_owned(), "å b".to_owned()), ("c".to_owned(), String::new())]));
        assert!(parse(&(0..100).map(|n| format!("f{n}=1&")).collect::<String>()).is_err());
    }

    #[test]
    fn a_field_that_the_page_does_not_have_stops_the_form() {
        let mut form = Form::parse(b"username=a&role=owner").unwrap();
        assert_eq!(form.line("username").unwrap(), "a");
        assert_eq!(form.finish(), Err(FormProblem::Unknown("role".to_owned())));
    }

    #[test]
    fn a_value_longer_than_its_field_is_refused() {
        let mut form = Form::parse(format!("username={}", "a".repeat(600)).as_bytes()).unwrap();
        assert_eq!(form.line("username"), Err(FormProblem::Long("username".to_owned())));
    }
}
