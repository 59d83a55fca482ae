//! Links in mails about an operator's restore. Looking at a page uses nothing up: scanners open links before people do.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::ways_back::{FoundRestore, LinkKind, RestorePages, RestoreToken, WaysBackRefusal};
use tillit_accounts::{AccountsError, Door, RecoveryCode};

use super::sign_in::unprocessed;
use crate::pages::{RestorePage, RestoreStep, link_path};
use crate::state::PortalConfig;
use crate::ui::FormErrors;
use crate::web::{Empty, Fail, Form, Result, Visitor, go, page};

/// Where mails lead, and who is told.
pub(super) fn pages(config: &PortalConfig) -> RestorePages {
    RestorePages { public_url: config.public_url.clone(), operator_mail: config.operator.support_email.clone() }
}

/// `GET /restore/agree/{token}`
pub(crate) async fn agree(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    show(&visitor, &token, LinkKind::Contact, RestoreStep::Agree).await
}

/// `GET /restore/stop/{token}`
pub(crate) async fn stop(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    show(&visitor, &token, LinkKind::Stop, RestoreStep::Stop).await
}

/// `GET /restore/come-in/{token}`
pub(crate) async fn come_in(visitor: Visitor, Path(token): Path<String>) -> Result<Response> {
    show(&visitor, &token, LinkKind::ComeIn, RestoreStep::ComeIn).await
}

/// `POST /restore/agree/{token}`: shows the code once.
pub(crate) async fn send_agree(visitor: Visitor, Path(token): Path<String>, _: Empty) -> Result<Response> {
    let Some((parsed, _)) = find(&visitor, &token, LinkKind::Contact).await? else { return over(&visitor) };
    let (accounts, pages) = (&visitor.state.accounts, pages(&visitor.state.config));
    let Some(code) = working(accounts.agree_to_restore(&visitor.cx, &parsed, &pages).await)? else { return over(&visitor) };
    let Some((_, found)) = find(&visitor, &token, LinkKind::Contact).await? else { return over(&visitor) };
    shown(&visitor, RestoreStep::Code(found, code.to_string()), String::new(), FormErrors::default())
}

/// `POST /restore/stop/{token}`
pub(crate) async fn send_stop(visitor: Visitor, Path(token): Path<String>, _: Empty) -> Result<Response> {
    let Some((parsed, _)) = find(&visitor, &token, LinkKind::Stop).await? else { return over(&visitor) };
    let pages = pages(&visitor.state.config);
    match working(visitor.state.accounts.stop_restore_by_link(&visitor.cx, &parsed, &pages).await)? {
        Some(()) => shown(&visitor, RestoreStep::Stopped, String::new(), FormErrors::default()),
        None => over(&visitor),
    }
}

/// `POST /restore/come-in/{token}`: with the contact's code, on to a new password.
pub(crate) async fn send_come_in(visitor: Visitor, Path(token): Path<String>, mut form: Form) -> Result<Response> {
    let typed = form.line("code")?;
    form.finish()?;
    let Some((parsed, found)) = find(&visitor, &token, LinkKind::ComeIn).await? else { return over(&visitor) };
    // A wrong code is counted at the restore; this keeps a flood from even being looked at.
    let accounts = &visitor.state.accounts;
    accounts.knock(&visitor.cx, Door::Recovery).map_err(Fail::TooMany)?;
    let path = link_path(LinkKind::ComeIn, &token);
    let Ok(code) = typed.parse::<RecoveryCode>() else { return wrong(&visitor, found, path) };
    match accounts.come_in_by_restore(&visitor.cx, &parsed, &code).await {
        Ok(link) => Ok(go(&format!("/recover/{}", link.as_str()))),
        Err(AccountsError::WaysBack(WaysBackRefusal::WrongCode)) => wrong(&visitor, found, path),
        other => match working(other)? {
            Some(_) | None => over(&visitor),
        },
    }
}

fn wrong(visitor: &Visitor, found: FoundRestore, path: String) -> Result<Response> {
    let errors = FormErrors::one("code", visitor.words().t("restore-code-wrong"));
    shown(visitor, RestoreStep::ComeIn(found), path, errors).map(unprocessed)
}

async fn show(visitor: &Visitor, token: &str, kind: LinkKind, step: impl Fn(FoundRestore) -> RestoreStep) -> Result<Response> {
    match find(visitor, token, kind).await? {
        Some((_, found)) => shown(visitor, step(found), link_path(kind, token), FormErrors::default()),
        None => over(visitor),
    }
}

async fn find(visitor: &Visitor, token: &str, kind: LinkKind) -> Result<Option<(RestoreToken, FoundRestore)>> {
    let Some(token) = RestoreToken::parse(token) else { return Ok(None) };
    let found = working(visitor.state.accounts.find_restore(&visitor.cx, &token, kind).await)?;
    Ok(found.map(|found| (token, found)))
}

/// `None` for what does not work (any more), whatever the reason.
fn working<T>(answer: Result<T, AccountsError>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(AccountsError::NotFound | AccountsError::NotAnOwner | AccountsError::WaysBack(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn over(visitor: &Visitor) -> Result<Response> {
    shown(visitor, RestoreStep::Over, String::new(), FormErrors::default()).map(unprocessed)
}

fn shown(visitor: &Visitor, step: RestoreStep, path: String, errors: FormErrors) -> Result<Response> {
    page(&RestorePage { f: visitor.frame(), step, path, errors })
}
