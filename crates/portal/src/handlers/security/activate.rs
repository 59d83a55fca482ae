//! "Activate SSO": what will happen, and then to the provider.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::Settings;
use tillit_sso::service::views::{Purpose, Stage};

use super::super::provider;
use super::view;
use crate::pages::ActivatePage;
use crate::web::{Empty, Person, Query, Result, go, page};

/// Path of the page.
const PAGE: &str = "/settings/security/activate";

/// `GET /settings/security/activate`
pub(crate) async fn show(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let choose_account = query.text("account")? == "other";
    let before = person.state().sso.before_activation(&person.cx, &person.session).await?;
    page(&ActivatePage { view: view(&person).await?, f: person.frame(), before, choose_account })
}

/// `POST /settings/security/activate`: a draft that this browser carries; through the operator's
/// registration if there is one, else the person chooses how to connect.
pub(crate) async fn send(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let (sso, browser) = (&person.state().sso, &person.visitor.browser);
    let view = view(&person).await?;
    match view.stage {
        // Begun already, perhaps in another browser: this one carries it from now on.
        Stage::Draft | Stage::Testing => sso.carry_draft(&person.cx, &person.session, browser).await?,
        Stage::Off if sso.config().microsoft.is_none() => return Ok(go("/settings/security/connection")),
        Stage::Off => {
            sso.save_settings(&person.cx, &person.session, browser, &Settings::Operator, Some(view.revision)).await?;
        }
        Stage::Enforced { .. } | Stage::On { .. } => {}
    }
    Ok(go(PAGE))
}

/// `POST /settings/security/connect`: to the provider, to come back with a proposal.
pub(crate) async fn connect(person: Person, mut form: crate::web::Form) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let choose_account = form.checked("choose_account")?;
    form.finish()?;
    provider::begin(&person, Purpose::Activate, choose_account).await
}
