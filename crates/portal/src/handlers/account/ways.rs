//! How the person signs in here: password, authenticator app, passkeys.

use axum::response::Response;
use tillit_accounts::{PasskeyListed, Permission, RelyingParty};

use crate::pages::{AppView, PasskeyView, WaysPage};
use crate::web::{Person, Result, page};
use crate::words::Words;

use super::passkeys::shown_name;

/// `GET /account/sign-in`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let (accounts, me) = (&person.state().accounts, person.session.person);
    page(&WaysPage {
        password_since: accounts.password_set_at(&person.cx, me).await?,
        app: view(&person).await?,
        passkeys: match RelyingParty::of(&person.state().config.public_url) {
            Some(_) => Some(accounts.passkeys(&person.cx, me).await?.into_iter().map(|listed| row(&person.frame().w, listed)).collect()),
            None => None,
        },
        accepted: person.state().sso.accepts_passwords(&person.cx).await?,
        f: person.frame(),
    })
}

fn row(w: &Words, listed: PasskeyListed) -> PasskeyView {
    let PasskeyListed { id, name, created_at, used_at, synced } = listed;
    PasskeyView { id: id.to_string(), name: shown_name(w, name), created_at, used_at, synced }
}

/// The person's app.
pub(super) async fn view(person: &Person) -> Result<Option<AppView>> {
    let found = person.state().accounts.second_factor(&person.cx, person.session.person).await?;
    Ok(found.map(|factor| AppView { since: factor.since, codes_left: factor.codes_left }))
}
