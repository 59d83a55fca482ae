//! Sending a browser to the identity provider, and refusals of it.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use tillit_sso::codes;
use tillit_sso::service::views::{Begin, Begun, Purpose, Refusal, RefusalKind};
use url::Url;

use crate::frame::Frame;
use crate::pages::{AwayPage, RefusalPage};
use crate::state::PortalConfig;
use crate::web::{Fail, Person, Result, go, page};
use crate::words::Language;

/// After [`tillit_sso::Sso::begin`]: off to the provider, or the page that says why not.
pub(crate) fn begun(config: &PortalConfig, frame: impl FnOnce() -> Frame, begun: Begun) -> Result<Response> {
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
    let shown = page(&AwayPage { f: frame(), host: url.host_str().unwrap_or_default().to_owned(), url: url.to_string() })?;
    let refresh = HeaderValue::from_str(&format!("0; url={url}")).map_err(|error| Fail::internal("lead to a provider", &error))?;
    Ok(([(header::REFRESH, refresh), (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))], shown).into_response())
}

/// Begins a trip for somebody signed in.
pub(super) async fn begin(person: &Person, purpose: Purpose, select_account: bool) -> Result<Response> {
    let begin = Begin { select_account, ..Begin::new(purpose, person.session.organisation) };
    let state = person.state();
    let answer = state.sso.begin(&person.visitor.cx, &begin, &person.visitor.browser).await?;
    begun(&state.config, || person.frame(), answer)
}

/// The page of a refusal.
pub(super) fn refused(f: Frame, refusal: Refusal) -> Result<Response> {
    let code =
        refusal.aadsts.and_then(codes::lookup).map(|entry| (text(f.w.language(), entry.meaning), text(f.w.language(), entry.advice)));
    let again = again(&refusal);
    let (status, passes) = (status(refusal.kind), refusal.kind == RefusalKind::ProviderUnreachable);
    let shown = page(&RefusalPage { f: Frame { person: None, ..f }, refusal, code, again })?;
    let mut response = (status, shown).into_response();
    if passes {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("120"));
    }
    Ok(response)
}

/// 400 for an answer that belongs to nothing we began (any more); else who asks is not let in.
const fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::StateUnknown | RefusalKind::Expired => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    }
}

/// Where to try again. After the wrong account, the provider is asked to let the person choose:
/// else it would take the same one again without a word.
fn again(refusal: &Refusal) -> String {
    let other = matches!(
        refusal.kind,
        RefusalKind::WrongTenant
            | RefusalKind::TenantTaken
            | RefusalKind::PersonalAccount
            | RefusalKind::GuestRefused
            | RefusalKind::OtherPerson
            | RefusalKind::LinkedElsewhere
    );
    let account = if other { "?account=other" } else { "" };
    match refusal.purpose {
        Purpose::SignIn | Purpose::Recheck => format!("/sign-in{account}"),
        Purpose::Activate => format!("/settings/security/activate{account}"),
        Purpose::Test | Purpose::AdminConsent => "/settings/security".to_owned(),
        Purpose::Prove => "/".to_owned(),
    }
}

/// One of the two texts.
pub(super) fn text(language: Language, text: codes::Text) -> String {
    match language {
        Language::English => text.en,
        Language::Norwegian => text.nb,
    }
    .to_owned()
}
