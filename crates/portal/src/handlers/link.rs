//! One-time links: choose a password, and be signed in. Looking at the page uses nothing up.

use axum::extract::Path;
use axum::response::Response;
use http::Uri;
use tillit_accounts::{Link, LinkPurpose, LinkToken, NewPassword, NewSession, SessionToken, SignInMethod, Username, WeakPassword};
use tillit_store::Actor;

use super::sign_in::unprocessed;
use crate::pages::{LinkPage, LinkWork};
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, Result, Visitor, go, page};
use crate::words::Words;

/// Longest password that is read, in bytes.
pub(super) const PASSWORD: usize = 4096;

/// What a link's path says it is for.
fn purpose(uri: &Uri) -> (LinkPurpose, LinkWork, SignInMethod) {
    if uri.path().starts_with("/recover/") {
        (LinkPurpose::Recover, LinkWork::Recover, SignInMethod::OperatorLink)
    } else {
        (LinkPurpose::SetUp, LinkWork::SetUp, SignInMethod::SetUpLink)
    }
}

/// The link, if it works: known, unused, in time, and of a kind that the organisation accepts now.
async fn find(visitor: &Visitor, token: &str, purpose: LinkPurpose) -> Result<Option<(LinkToken, Link)>> {
    let Some(token) = LinkToken::parse(token) else { return Ok(None) };
    let link = match visitor.state.accounts.find_link(&visitor.cx, &token, purpose).await {
        Ok(link) => link,
        Err(tillit_accounts::AccountsError::NotFound) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let cx = visitor.cx.in_organisation(link.organisation);
    let open = purpose == LinkPurpose::Recover || visitor.state.sso.accepts_set_up_links(&cx).await?;
    Ok(open.then_some((token, link)))
}

fn over(visitor: &Visitor) -> Result<Response> {
    let (path, errors) = (String::new(), FormErrors::default());
    page(&LinkPage { f: visitor.frame(), work: LinkWork::Over, path, clear: None, errors }).map(unprocessed)
}

/// `GET /set-up/{token}`, `GET /recover/{token}`
pub(crate) async fn show(visitor: Visitor, Path(token): Path<String>, uri: Uri) -> Result<Response> {
    let (purpose, work, _) = purpose(&uri);
    match find(&visitor, &token, purpose).await? {
        None => over(&visitor),
        Some((_, link)) => {
            let clear = offers_to_clear(&visitor, &link, purpose).await?.then_some(true);
            page(&LinkPage { f: visitor.frame(), work, path: uri.path().to_owned(), clear, errors: FormErrors::default() })
        }
    }
}

/// Whether there are an app or passkeys that somebody else may have added, for whoever comes back by the operator's link.
async fn offers_to_clear(visitor: &Visitor, link: &Link, purpose: LinkPurpose) -> Result<bool> {
    let cx = visitor.cx.in_organisation(link.organisation);
    Ok(purpose == LinkPurpose::Recover && visitor.state.accounts.own_proofs(&cx, link.person).await?.stronger_than_password())
}

/// `POST /set-up/{token}`, `POST /recover/{token}`
pub(crate) async fn send(visitor: Visitor, Path(token): Path<String>, uri: Uri, mut form: Form) -> Result<Response> {
    let (password, again) = (form.required("password", PASSWORD)?, form.required("again", PASSWORD)?);
    let (purpose, work, method) = purpose(&uri);
    let clear = purpose == LinkPurpose::Recover && form.checked("clear")?;
    form.finish()?;
    let Some((token, link)) = find(&visitor, &token, purpose).await? else { return over(&visitor) };
    let (accounts, cx) = (&visitor.state.accounts, visitor.cx.in_organisation(link.organisation));
    let username = accounts.person(&cx, link.person).await?.username;
    let chosen = match chosen(visitor.words(), &password, &again, &username) {
        Ok(chosen) => chosen,
        Err(errors) => {
            let clear = offers_to_clear(&visitor, &link, purpose).await?.then_some(clear);
            return page(&LinkPage { f: visitor.frame(), work, path: uri.path().to_owned(), clear, errors }).map(unprocessed);
        }
    };
    match visitor.state.sso.to_its_end(use_up(visitor.clone(), token, purpose, method, chosen, clear)).await?? {
        Entered::SignedIn(token) => {
            visitor.sign_in(&token);
            Ok(go("/"))
        }
        Entered::ToSignIn(slug) => {
            visitor.flash(Flash::PasswordChosen);
            Ok(go(&format!("/o/{slug}/sign-in/password")))
        }
        Entered::Over => over(&visitor),
    }
}

/// What a link led to.
enum Entered {
    SignedIn(SessionToken),
    /// The password is chosen; the app's code is asked for at the organisation's sign-in page.
    ToSignIn(String),
    /// Somebody else was faster, or something changed meanwhile.
    Over,
}

/// Uses the link up, then sets the password and begins a session in one transaction: all of it, also when the browser hangs
/// up after the first step, since nobody has another link.
async fn use_up(
    visitor: Visitor,
    token: LinkToken,
    purpose: LinkPurpose,
    method: SignInMethod,
    chosen: NewPassword,
    clear: bool,
) -> Result<Entered> {
    let accounts = &visitor.state.accounts;
    // Hashed before: when too many passwords are being tried, the link is still good in a minute.
    let prepared = accounts.prepare_password(&visitor.cx, &chosen).await?;
    // Used up first, in a transaction of its own: two windows cannot both go on.
    let link = match accounts.use_link(&visitor.cx, &token, purpose).await {
        Ok(link) => link,
        Err(tillit_accounts::AccountsError::NotFound) => return Ok(Entered::Over),
        Err(error) => return Err(error.into()),
    };
    let cx = visitor.cx.in_organisation(link.organisation).with_actor(Actor::Person(link.person));
    let new = NewSession {
        user_agent: visitor.browser.user_agent.clone(),
        browser: Some(visitor.browser.key.mark()),
        replaces: visitor.browser.token.clone(),
        ..NewSession::new(link.person, method)
    };
    let mut tx = accounts.db().begin(&cx).await.map_err(Fail::from)?;
    let entered = match accounts.enter_by_link(&mut tx, &cx, &link, prepared, clear, new).await {
        // Something changed since it was pressed: all sessions were ended, or there is a passkey now.
        Err(tillit_accounts::AccountsError::NotFound) => return Ok(Entered::Over),
        entered => entered?,
    };
    let slug = accounts.organisation_in(&mut tx, &cx).await?.slug;
    tx.commit().await?;
    Ok(entered.map_or_else(|| Entered::ToSignIn(slug.as_str().to_owned()), Entered::SignedIn))
}

/// A new password that was typed twice, or what is wrong with it.
pub(super) fn chosen(w: &Words, password: &str, again: &str, username: &Username) -> Result<NewPassword, FormErrors> {
    match NewPassword::parse(password, username) {
        Err(weak) => Err(FormErrors::one("password", explain(w, weak))),
        Ok(_) if password != again => Err(FormErrors::one("again", w.t("link-again-differs"))),
        Ok(chosen) => Ok(chosen),
    }
}

fn explain(w: &Words, weak: WeakPassword) -> String {
    match weak {
        WeakPassword::TooShort => w.t("link-password-short"),
        WeakPassword::TooLong => w.t("link-password-long"),
        _ => w.t("link-password-common"),
    }
}
