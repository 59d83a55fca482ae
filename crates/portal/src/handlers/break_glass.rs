//! The break-glass account: opened by whoever has its code, sealed and closed by owners.

use axum::response::Response;
use tillit_accounts::ways_back::{GlassBrowser, WaysBackRefusal};
use tillit_accounts::{AccountsError, LocalRefusal, Permission, RecoveryCode};

use super::own_proof::{Shown, fields_for_way_back};
use super::sign_in::unprocessed;
use crate::pages::{BreakGlassCodePage, BreakGlassPage, BreakGlassSealPage};
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, FormProblem, Person, Result, Visitor, go, page};

/// Where owners seal and close it.
const HERE: &str = "/settings/ways-back/break-glass";

/// `GET /break-glass`
pub(crate) async fn show(visitor: Visitor) -> Result<Response> {
    page(&BreakGlassPage { f: visitor.frame(), errors: FormErrors::default() })
}

/// `POST /break-glass`: carried through also when the browser hangs up, since owners are alarmed by it.
pub(crate) async fn open(visitor: Visitor, mut form: Form) -> Result<Response> {
    let typed = form.line("code")?;
    form.finish()?;
    let (accounts, cx) = (visitor.state.accounts.clone(), visitor.cx.clone());
    let browser = GlassBrowser { user_agent: visitor.browser.user_agent.clone(), replaces: visitor.browser.token.clone() };
    // What is no code is looked up like one that nobody has.
    let code: RecoveryCode = typed.parse().or_else(|_| "0000-0000-0000-0000".parse()).map_err(|_| Fail::not_found())?;
    let opened = visitor.state.sso.to_its_end(async move { accounts.open_break_glass(&cx, &code, browser).await }).await?;
    match opened {
        Ok(opened) => {
            visitor.sign_in(&opened.token);
            visitor.flash(Flash::GlassOpened);
            Ok(go("/"))
        }
        Err(LocalRefusal::Refused { .. }) => {
            let errors = FormErrors::one("code", visitor.words().t("glass-code-wrong"));
            page(&BreakGlassPage { f: visitor.frame(), errors }).map(unprocessed)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// `GET /settings/ways-back/break-glass`
pub(crate) async fn settings(person: Person) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    shown(&person, FormErrors::default()).await
}

/// `POST /settings/ways-back/break-glass`: seals it, which shows the code once, or closes it.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    let wanted = form.line("do")?;
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::HoldRecoveryKit)?;
    let (accounts, me, shows) = (&person.state().accounts, person.session.person, proof.in_session());
    let shows = shows.proof();
    let refusal = match wanted.as_str() {
        "seal" => match accounts.seal_break_glass(&person.cx, me, shows).await {
            Ok(sealed) => {
                person.renew(sealed.token.as_ref());
                return page(&BreakGlassCodePage { f: person.frame(), code: sealed.code.to_string() });
            }
            Err(refusal) => refusal,
        },
        "close" => match accounts.close_break_glass(&person.cx, me, shows).await {
            Ok(token) => {
                person.renew(token.as_ref());
                person.flash(Flash::GlassClosed);
                return Ok(go("/settings/ways-back"));
            }
            Err(refusal) => refusal,
        },
        _ => return Err(FormProblem::Value("do").into()),
    };
    // Another owner was faster: the page shows how it stands.
    if let LocalRefusal::Failed(AccountsError::WaysBack(WaysBackRefusal::GlassOpen | WaysBackRefusal::NotSealed)) = refusal {
        return Ok(go(HERE));
    }
    let errors = proof.wrong_for_way_back(&person, refusal).await?;
    shown(&person, errors).await.map(unprocessed)
}

async fn shown(person: &Person, errors: FormErrors) -> Result<Response> {
    page(&BreakGlassSealPage {
        glass: person.state().accounts.break_glass(&person.cx).await?,
        proof: fields_for_way_back(person, &errors).await?,
        f: person.frame(),
        errors,
    })
}
