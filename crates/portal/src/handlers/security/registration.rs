//! An organisation's own registration, filled in: to be uploaded to Microsoft, or run.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::protocol::Cloud;
use tillit_sso::registration::{Audience, Links, Registration};
use tillit_sso::service::views::SecurityView;

use super::view;
use crate::web::{Fail, Person, Result, download};

/// `GET /settings/security/manifest.json`
pub(crate) async fn manifest(person: Person) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let manifest = registration(&person, &view(&person).await?).manifest();
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| Fail::internal("write the manifest", &error))?;
    Ok(download("tillit-manifest.json", "application/json", text))
}

/// `GET /settings/security/register.sh`
pub(crate) async fn script(person: Person) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let script = registration(&person, &view(&person).await?).az_script(None);
    Ok(download("tillit-register.sh", "text/x-shellscript; charset=utf-8", script))
}

/// The registration that this organisation would make of its own, in the cloud it chose.
pub(super) fn registration(person: &Person, view: &SecurityView) -> Registration {
    let (sso, operator) = (person.state().sso.config(), &person.state().config.operator);
    let chosen = view.connection.as_ref().and_then(|connection| connection.cloud.as_deref()).and_then(|name| name.parse::<Cloud>().ok());
    let of_operator = || sso.microsoft.as_ref().map(|microsoft| microsoft.cloud.clone());
    Registration {
        cloud: chosen.or_else(of_operator).unwrap_or(Cloud::Global),
        app_name: operator.app_name.clone(),
        redirect_uri: sso.redirect_uri(),
        logout_url: sso.logout_uri(),
        audience: Audience::SingleTenant,
        links: Links {
            home: Some(person.state().config.public_url.clone()),
            terms: operator.terms_url.clone(),
            privacy: operator.privacy_url.clone(),
            support: operator.support_url.clone(),
        },
    }
}
