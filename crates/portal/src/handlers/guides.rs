//! Guides, filled with this organisation's values.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tillit_accounts::Permission;
use tillit_guides::{Done, Values};
use tillit_sso::service::views::{ConsentReach, SecurityView, Stage, StepKind, StepState};

use crate::pages::{GuidePage, GuidesPage, guide_language, who_may};
use crate::web::{Fail, Person, Result, page};

/// `GET /guides`
pub(crate) async fn list(person: Person) -> Result<Response> {
    person.require(Permission::ReadGuides)?;
    let f = person.frame();
    page(&GuidesPage { guides: tillit_guides::list(guide_language(f.w.language())), f })
}

/// `GET /guides/{slug}`
pub(crate) async fn show(person: Person, Path(slug): Path<String>) -> Result<Response> {
    person.require(Permission::ReadGuides)?;
    let view = match person.may(Permission::ViewSettings) {
        true => Some(person.state().sso.settings(&person.cx, &person.session).await?),
        false => None,
    };
    let f = person.frame();
    let guide = tillit_guides::render(
        guide_language(f.w.language()),
        &slug,
        &values(&person, view.as_ref()),
        &view.as_ref().map(done).unwrap_or_default(),
    );
    page(&GuidePage { f, guide: guide.ok_or_else(Fail::not_found)? })
}

/// `GET /guides/pictures/{language}/{name}`
pub(crate) async fn picture(person: Person, Path((language, name)): Path<(String, String)>) -> Result<Response> {
    person.require(Permission::ReadGuides)?;
    let picture = tillit_guides::picture(&format!("{language}/{name}")).ok_or_else(Fail::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    Ok((headers, picture.bytes.into_owned()).into_response())
}

/// `view`: nothing of the settings stands in a guide for who may not see them.
fn values(person: &Person, view: Option<&SecurityView>) -> Values {
    let (config, sso) = (&person.state().config, person.state().sso.config());
    let address = |path: &str| config.public_url.join(path).map_or_else(|_| String::new(), String::from);
    let connection = view.and_then(|view| view.connection.as_ref());
    let admin_centre = match (&config.demo, connection.and_then(|connection| connection.cloud.as_deref())) {
        (Some(demo), _) => demo.practice_url.as_str().trim_end_matches('/'),
        (None, Some("us-gov" | "us-dod")) => "https://entra.microsoft.us",
        (None, Some("china")) => "https://entra.microsoftonline.cn",
        (None, _) => "https://entra.microsoft.com",
    };
    Values {
        portal_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
        app_name: config.operator.app_name.clone(),
        redirect_uri: sso.redirect_uri().to_string(),
        logout_uri: sso.logout_uri().to_string(),
        organisation: person.organisation.name.clone(),
        sign_in_url: address(&format!("/o/{}/sign-in", person.organisation.slug.as_str())),
        admin_centre_url: admin_centre.to_owned(),
        operator: config.operator.name.clone(),
        support: config.operator.support_email.clone().or_else(|| config.operator.support_url.as_ref().map(ToString::to_string)),
        tenant: connection.and_then(|connection| connection.tenant_id.clone()),
        client_id: connection.map(|connection| connection.client_id.clone()),
        who_may: who_may(person.words()),
    }
}

/// The steps that are done, by the names that guides give them.
fn done(view: &SecurityView) -> Done {
    let is_done = |kind: StepKind| {
        matches!(view.stage, Stage::On { .. }) || view.steps.iter().any(|step| step.kind == kind && step.state == StepState::Done)
    };
    let steps = [
        ("activate", is_done(StepKind::Begin)),
        ("connect", is_done(StepKind::Connect)),
        ("recovery-kit", is_done(StepKind::RecoveryKit)),
        ("test", is_done(StepKind::Test)),
        ("enforce", is_done(StepKind::Confirm)),
        ("consent", view.consent.reach == ConsentReach::OrganisationSeen),
    ];
    steps.into_iter().filter(|(_, done)| *done).map(|(step, _)| step).collect()
}
