//! Sending a browser to the identity provider, and refusals of it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tillit_sso::codes;
use tillit_sso::service::views::{Begin, Begun, Purpose, Refusal};
use url::Url;

use crate::frame::Frame;
use crate::pages::{AwayPage, RefusalPage};
use crate::state::PortalConfig;
use crate::web::{Person, Result, go, page};
use crate::words::Language;

/// After [`tillit_sso::Sso::begin`]: off to the provider, or the page that says why not.
pub(super) fn begun(config: &PortalConfig, frame: impl FnOnce() -> Frame, begun: Begun) -> Result<Response> {
    match begun {
        Begun::Go(url) => away(config, frame, &url),
        Begun::Refused(refusal) => refused(frame(), *refusal),
    }
}

/// Chromium applies `form-action` to redirects after a form. Providers that the operator knows stand
/// in the policy; any other is reached by a page that leads on by itself.
fn away(config: &PortalConfig, frame: impl FnOnce() -> Frame, url: &Url) -> Result<Response> {
    let origin = url.origin().ascii_serialization();
    if config.form_action_origins.contains(&origin) {
        return Ok(go(url.as_str()));
    }
    page(&AwayPage { f: frame(), host: url.host_str().unwrap_or_default().to_owned(), url: url.to_string() })
}

/// Begins a trip for somebody signed in.
pub(super) async fn begin(person: &Person, purpose: Purpose) -> Result<Response> {
    let begin = Begin::new(purpose, person.session.organisation);
    let state = person.state();
    let answer = state.sso.begin(&person.visitor.cx, &begin, &person.visitor.browser).await?;
    begun(&state.config, || person.frame(), answer)
}

/// The page of a refusal.
pub(super) fn refused(f: Frame, refusal: Refusal) -> Result<Response> {
    let code = refusal.aadsts.and_then(codes::lookup).map(|entry| (text(f.w.language(), entry.meaning), text(f.w.language(), entry.advice)));
    let again = match refusal.purpose {
        Purpose::SignIn | Purpose::Recheck => "/sign-in",
        Purpose::Activate => "/settings/security/activate",
        Purpose::Test | Purpose::AdminConsent => "/settings/security",
    };
    let shown = page(&RefusalPage { f: Frame { person: None, ..f }, refusal, code, again: again.to_owned() })?;
    Ok((StatusCode::FORBIDDEN, shown).into_response())
}

/// One of the two texts.
pub(super) fn text(language: Language, text: codes::Text) -> String {
    match language {
        Language::English => text.en,
        Language::Norwegian => text.nb,
    }
    .to_owned()
}
