//! Signing in with a code of the recovery kit: open whatever is enforced.

use axum::response::Response;
use tillit_accounts::{KitTicket, RecoveryCode};
use tillit_sso::service::LocalAnswer;
use tillit_sso::service::views::ReturnTo;

use super::{Door, entered, unprocessed, username};
use crate::pages::RecoveryCodePage;
use crate::ui::FormErrors;
use crate::web::{Form, Result, Visitor, page};

/// `GET /sign-in/recovery-code`
pub(crate) async fn show(visitor: Visitor, door: Door) -> Result<Response> {
    page(&RecoveryCodePage { f: visitor.frame(), place: door.place, username: String::new(), errors: FormErrors::default() })
}

/// `POST /sign-in/recovery-code`
pub(crate) async fn send(visitor: Visitor, door: Door, mut form: Form) -> Result<Response> {
    let (typed, code) = (form.line("username")?, form.line("code")?);
    form.finish()?;
    let refused = || FormErrors::one("", visitor.words().t("recovery-refused"));
    let tried = match (username(visitor.words(), &typed), code.parse::<RecoveryCode>()) {
        (Err(errors), _) => Err(errors),
        (_, Err(_)) => Err(refused()),
        (Ok(name), Ok(code)) => {
            let answer = visitor.state.sso.sign_in_with_code(&visitor.cx, &door.room, &name, &code, &visitor.browser).await?;
            entered(&visitor, &door.place, answer, &ReturnTo::home(), "recovery-refused")
        }
    };
    tried.or_else(|errors| page(&RecoveryCodePage { f: visitor.frame(), place: door.place, username: typed, errors }).map(unprocessed))
}

/// `POST /sign-in/recovery-code/together`: an owner whose code waits for those of other owners looks again.
pub(crate) async fn together(visitor: Visitor, door: Door, mut form: Form) -> Result<Response> {
    let carried = form.line("ticket")?;
    form.finish()?;
    let answer = match KitTicket::parse(&carried) {
        Some(ticket) => visitor.state.sso.sign_in_together(&visitor.cx, &ticket, &visitor.browser).await?,
        None => LocalAnswer::Again,
    };
    let tried = match answer {
        LocalAnswer::Again => Err(FormErrors::one("", visitor.words().t("together-over"))),
        answer => entered(&visitor, &door.place, answer, &ReturnTo::home(), "recovery-refused"),
    };
    let again =
        |errors| page(&RecoveryCodePage { f: visitor.frame(), place: door.place, username: String::new(), errors }).map(unprocessed);
    tried.or_else(again)
}
