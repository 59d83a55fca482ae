//! Signing in with a passkey: no username, no list of passkeys.

use axum::response::Response;
use tillit_accounts::RelyingParty;

use super::super::own_proof::assertion;
use super::{Door, entered, return_to, unprocessed};
use crate::pages::{PasskeyAsk, PasswordPage};
use crate::ui::FormErrors;
use crate::web::{Fail, Form, Result, Visitor, page};

/// What a sign-in page asks a passkey. The same for everybody; `None` where browsers make no passkeys.
pub(crate) fn ask(visitor: &Visitor) -> Result<Option<PasskeyAsk>> {
    let Some(party) = RelyingParty::of(&visitor.state.config.public_url) else { return Ok(None) };
    let challenge = visitor.state.accounts.sign_in_challenge(&visitor.cx, visitor.browser.key.mark())?;
    Ok(Some(PasskeyAsk { party: party.id().to_owned(), challenge: challenge.to_string() }))
}

/// `POST /sign-in/passkey`
pub(crate) async fn send(visitor: Visitor, door: Door, mut form: Form) -> Result<Response> {
    let party = RelyingParty::of(&visitor.state.config.public_url).ok_or_else(Fail::not_found)?;
    let (assertion, return_to) = (assertion(&mut form)?, return_to(&form.line("return_to")?)?);
    form.finish()?;
    let tried = match assertion {
        // The button was pressed where no script runs.
        None => Err(FormErrors::one("", visitor.words().t("passkey-needs-script"))),
        Some(assertion) => {
            let answer = visitor.state.sso.sign_in_with_passkey(&visitor.cx, &door.room, &party, &assertion, &visitor.browser).await?;
            entered(&visitor, &door.place, answer, &return_to, "passkey-refused")
        }
    };
    tried.or_else(|errors| {
        let (return_to, passkey) = (return_to.as_str().to_owned(), ask(&visitor)?);
        page(&PasswordPage { f: visitor.frame(), place: door.place, username: String::new(), return_to, passkey, errors }).map(unprocessed)
    })
}
