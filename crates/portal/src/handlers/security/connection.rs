//! How the organisation connects.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::service::views::{ConnectionKind, ConnectionView, SecurityView};
use tillit_sso::{Settings, SsoError};

use super::super::sign_in::unprocessed;
use super::registration::registration;
use super::view;
use crate::pages::{ConnectionForm, ConnectionPage};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Result, go, page};
use crate::words::Words;

/// `GET /settings/security/connection`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let view = view(&person).await?;
    let form = filled(&person, view.connection.as_ref());
    page(&shown(&person, view, form, FormErrors::default()))
}

/// `POST /settings/security/connection`: the next version of the settings, as a draft.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ChangeSingleSignOn)?;
    let revision = form.number("revision")?;
    let typed = ConnectionForm {
        kind: form.line("kind")?,
        cloud: form.line("cloud")?,
        tenant_id: form.line("tenant_id")?,
        client_id: form.line("client_id")?,
        issuer: form.line("issuer")?,
        openid_client_id: form.line("openid_client_id")?,
    };
    form.finish()?;
    let w = person.words();
    let errors = match parse(w, &typed) {
        Err(errors) => errors,
        Ok(settings) => {
            let browser = &person.visitor.browser;
            match person.state().sso.save_settings(&person.cx, &person.session, browser, &settings, Some(revision)).await {
                Ok(_) => {
                    person.flash(Flash::ConnectionSaved);
                    return Ok(go("/settings/security/activate"));
                }
                Err(SsoError::IssuerNotAllowed) => FormErrors::one("issuer", w.t("bad-issuer-not-allowed")),
                Err(SsoError::UnknownCloud) => FormErrors::one("cloud", w.t1("bad-form-value", "name", "cloud")),
                Err(SsoError::NoOperatorRegistration) => FormErrors::one("kind", w.t("bad-kind")),
                Err(error) => return Err(error.into()),
            }
        }
    };
    let view = view(&person).await?;
    page(&shown(&person, view, typed, errors)).map(unprocessed)
}

/// The page, also for the forms of credentials below it.
pub(super) fn shown(person: &Person, view: SecurityView, form: ConnectionForm, errors: FormErrors) -> ConnectionPage {
    let sso = person.state().sso.config();
    ConnectionPage {
        f: person.frame(),
        form,
        operator_registration: sso.microsoft.is_some(),
        errors,
        redirect_uri: sso.redirect_uri().to_string(),
        logout_uri: sso.logout_uri().to_string(),
        az: registration(person, &view).az_script(None),
        view,
    }
}

/// What is in the form before anything is typed.
pub(super) fn filled(person: &Person, connection: Option<&ConnectionView>) -> ConnectionForm {
    let usual = if person.state().sso.config().microsoft.is_some() { "operator" } else { "own" };
    let blank = ConnectionForm { kind: usual.to_owned(), cloud: "global".to_owned(), ..ConnectionForm::default() };
    let Some(connection) = connection else { return blank };
    match connection.kind {
        ConnectionKind::Operator => ConnectionForm { kind: "operator".to_owned(), ..blank },
        ConnectionKind::Own => ConnectionForm {
            kind: "own".to_owned(),
            cloud: connection.cloud.clone().unwrap_or_else(|| "global".to_owned()),
            tenant_id: connection.tenant_id.clone().unwrap_or_default(),
            client_id: connection.client_id.clone(),
            ..blank
        },
        ConnectionKind::OpenId => ConnectionForm {
            kind: "openid".to_owned(),
            openid_client_id: connection.client_id.clone(),
            issuer: connection.issuer.clone().unwrap_or_default(),
            ..blank
        },
    }
}

/// What was typed, as settings; or what is wrong with it, at each field.
fn parse(w: &Words, typed: &ConnectionForm) -> Result<Settings, FormErrors> {
    let mut errors = FormErrors::default();
    let settings = match typed.kind.as_str() {
        "operator" => Some(Settings::Operator),
        "own" => {
            let tenant = typed.tenant_id.parse().map_err(|_| errors.add("tenant_id", w.t("bad-tenant-id"))).ok();
            let client_id = typed.client_id.parse().map_err(|_| errors.add("client_id", w.t("bad-client-id"))).ok();
            tenant.zip(client_id).map(|(tenant, client_id)| Settings::Own { cloud: typed.cloud.clone(), tenant, client_id })
        }
        "openid" => {
            let issuer = typed.issuer.parse().map_err(|_| errors.add("issuer", w.t("bad-issuer"))).ok();
            let client_id = typed.openid_client_id.parse().map_err(|_| errors.add("openid_client_id", w.t("bad-openid-client-id"))).ok();
            issuer.zip(client_id).map(|(issuer, client_id)| Settings::OpenId { issuer, client_id })
        }
        _ => {
            errors.add("kind", w.t("bad-kind"));
            None
        }
    };
    settings.ok_or(errors)
}
