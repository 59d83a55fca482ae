//! The admin centre of a tenant: enterprise applications with their permissions and properties, people, consent settings.

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use uuid::Uuid;

use super::pages::{self, html};
use super::params::Params;
use super::sign_in::{admin_centre, browser};
use crate::Practice;
use crate::sign_in::Step;
use crate::text::stamp;
use crate::world::{Account, App, Audience, CONSUMERS, Grant, ServicePrincipal, Tenant, User, UserConsent, World, permission};

pub(super) fn router() -> Router<Practice> {
    Router::new()
        .route("/admin", get(overview))
        .route("/admin/enterprise-applications", get(apps))
        .route("/admin/enterprise-applications/{client}/permissions", get(permissions).post(revoke))
        .route("/admin/enterprise-applications/{client}/grant", get(ask_grant).post(grant))
        .route("/admin/enterprise-applications/{client}/properties", get(properties).post(set_properties))
        .route("/admin/enterprise-applications/{client}/users", get(assignments).post(assign))
        .route("/admin/consent-settings", get(consent_settings).post(set_consent_settings))
        .route("/admin/users", get(users).post(set_user))
}

/// A Global Administrator in front of the admin centre.
#[derive(Clone, Copy)]
struct Administrator {
    account: Account,
}

/// Runs `page` for a signed-in Global Administrator; everybody else is sent to the sign-in, and from there to `path`.
fn for_administrator(
    practice: &Practice,
    headers: &HeaderMap,
    path: &str,
    page: impl FnOnce(&mut World, Administrator) -> Response,
) -> Response {
    let world = &mut *practice.world();
    let mut browser = browser(headers);
    let accounts = world.session(&browser).map(|session| session.accounts.clone()).unwrap_or_default();
    let is_administrator = |account: Account| world.user_of(account).is_some_and(|user| user.global_administrator && user.enabled);
    if let Some(found) =
        accounts.iter().map(|known| known.account).find(|account| account.tenant != CONSUMERS && is_administrator(*account))
    {
        return page(world, Administrator { account: found });
    }
    let step = match admin_centre(world, path, &mut browser) {
        // The sign-in may have happened this very moment (a queued sign-in): come again with the cookie.
        Step::GoTo(_) => Step::GoTo(path.to_owned()),
        step => step,
    };
    pages::step(world, step, &browser)
}

/// The frame of every page.
struct Frame {
    tenant: String,
    username: String,
    here: &'static str,
}

impl Frame {
    fn new(world: &World, administrator: Administrator, here: &'static str) -> Self {
        let tenant = world.tenant(administrator.account.tenant).map_or_else(String::new, |tenant| tenant.name.clone());
        Self { tenant, username: world.username(administrator.account), here }
    }
}

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct OverviewPage {
    frame: Frame,
    tenant_id: Uuid,
    domains: Vec<String>,
    requests: Vec<(Uuid, String, usize)>,
}

#[derive(Template)]
#[template(path = "admin/apps.html")]
struct AppsPage {
    frame: Frame,
    apps: Vec<(Uuid, String, &'static str)>,
}

#[derive(Template)]
#[template(path = "admin/permissions.html")]
struct PermissionsPage {
    frame: Frame,
    app: App,
    admin: Vec<Row>,
    user: Vec<Row>,
    requests: Vec<String>,
}

/// One granted permission.
struct Row {
    claim: String,
    title: &'static str,
    by: String,
    at: String,
}

#[derive(Template)]
#[template(path = "admin/grant.html")]
struct GrantPage {
    frame: Frame,
    app: App,
    permissions: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "admin/properties.html")]
struct PropertiesPage {
    frame: Frame,
    app: App,
    enabled: bool,
    assignment_required: bool,
}

#[derive(Template)]
#[template(path = "admin/assignments.html")]
struct AssignmentsPage {
    frame: Frame,
    app: App,
    people: Vec<(User, bool)>,
}

#[derive(Template)]
#[template(path = "admin/consent.html")]
struct ConsentSettingsPage {
    frame: Frame,
    choices: [(&'static str, &'static str, bool); 3],
}

#[derive(Template)]
#[template(path = "admin/users.html")]
struct UsersPage {
    frame: Frame,
    people: Vec<User>,
}

async fn overview(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    for_administrator(&practice, &headers, "/admin", |world, administrator| {
        let Some(tenant) = world.tenant(administrator.account.tenant) else { return missing() };
        let requests = tenant.principals.iter().filter(|(_, principal)| !principal.requests.is_empty());
        let requests =
            requests.filter_map(|(client, principal)| Some((*client, world.app(*client)?.name.clone(), principal.requests.len())));
        let page = OverviewPage {
            frame: Frame::new(world, administrator, "overview"),
            tenant_id: tenant.id,
            domains: tenant.domains.iter().map(|domain| domain.name.clone()).collect(),
            requests: requests.collect(),
        };
        html(StatusCode::OK, &page)
    })
}

async fn apps(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    for_administrator(&practice, &headers, "/admin/enterprise-applications", |world, administrator| {
        let tenant = administrator.account.tenant;
        let mine = world.apps.iter().filter(|app| may_be_used(app, tenant));
        let apps = mine.map(|app| {
            let state = match world.principal(tenant, app.client_id) {
                None => "not used here yet",
                Some(principal) if principal.admin_consent.is_some() => "consented for everybody",
                Some(_) => "consented by single people, or not at all",
            };
            (app.client_id, app.name.clone(), state)
        });
        html(StatusCode::OK, &AppsPage { apps: apps.collect(), frame: Frame::new(world, administrator, "apps") })
    })
}

async fn permissions(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/permissions");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let none = ServicePrincipal::default();
        let principal = world.principal(administrator.account.tenant, app.client_id).unwrap_or(&none);
        let name = |oid: &Uuid| world.username(Account { tenant: administrator.account.tenant, oid: *oid });
        let rows = |grant: &Grant| grant.scopes.iter().map(|scope| row(scope, name(&grant.by), grant)).collect::<Vec<_>>();
        let page = PermissionsPage {
            frame: Frame::new(world, administrator, "apps"),
            admin: principal.admin_consent.iter().flat_map(rows).collect(),
            user: principal.user_consents.values().flat_map(rows).collect(),
            requests: principal.requests.keys().map(name).collect(),
            app,
        };
        html(StatusCode::OK, &page)
    })
}

fn row(scope: &str, by: String, grant: &Grant) -> Row {
    Row { claim: scope.to_owned(), title: permission(scope).map_or("", |known| known.title), by, at: stamp(grant.at) }
}

/// "Revoke": everything that everybody consented to.
async fn revoke(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/permissions");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        world.withdraw_consent(administrator.account.tenant, app.client_id);
        Redirect::to(&path).into_response()
    })
}

async fn ask_grant(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/grant");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let permissions = app.required.iter().filter_map(|scope| permission(scope)).map(|known| known.title).collect();
        html(StatusCode::OK, &GrantPage { frame: Frame::new(world, administrator, "apps"), app, permissions })
    })
}

/// "Grant admin consent", then "Accept".
async fn grant(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/grant");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let scopes: BTreeSet<String> = app.required.iter().cloned().collect();
        world.consent(administrator.account, app.client_id, &scopes, true);
        Redirect::to(&format!("/admin/enterprise-applications/{}/permissions", app.client_id)).into_response()
    })
}

async fn properties(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/properties");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let none = ServicePrincipal::default();
        let principal = world.principal(administrator.account.tenant, app.client_id).unwrap_or(&none);
        let (enabled, assignment_required) = (principal.enabled, principal.assignment_required);
        html(StatusCode::OK, &PropertiesPage { frame: Frame::new(world, administrator, "apps"), app, enabled, assignment_required })
    })
}

async fn set_properties(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>, body: Bytes) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/properties");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let params = Params::parse(&body).unwrap_or_default();
        if let Some(principal) = world.principal_mut(administrator.account.tenant, app.client_id) {
            principal.enabled = params.get("enabled").is_some();
            principal.assignment_required = params.get("assignment_required").is_some();
        }
        Redirect::to(&path).into_response()
    })
}

async fn assignments(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/users");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let none = ServicePrincipal::default();
        let principal = world.principal(administrator.account.tenant, app.client_id).unwrap_or(&none);
        let people = world.tenant(administrator.account.tenant).map_or(&[][..], |tenant| &tenant.users);
        let people = people.iter().map(|user| (user.clone(), principal.assigned.contains(&user.oid))).collect();
        html(StatusCode::OK, &AssignmentsPage { frame: Frame::new(world, administrator, "apps"), app, people })
    })
}

async fn assign(State(practice): State<Practice>, headers: HeaderMap, Path(client): Path<String>, body: Bytes) -> Response {
    let path = format!("/admin/enterprise-applications/{client}/users");
    for_app(&practice, &headers, &client, &path, |world, administrator, app| {
        let params = Params::parse(&body).unwrap_or_default();
        let person = params.get("person").and_then(|text| Uuid::parse_str(text).ok());
        if let (Some(oid), Some(principal)) = (person, world.principal_mut(administrator.account.tenant, app.client_id)) {
            if params.get("assigned") == Some("true") {
                principal.assigned.insert(oid);
            } else {
                principal.assigned.remove(&oid);
            }
        }
        Redirect::to(&path).into_response()
    })
}

async fn consent_settings(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    for_administrator(&practice, &headers, "/admin/consent-settings", |world, administrator| {
        let now = world.tenant(administrator.account.tenant).map(|tenant| tenant.user_consent);
        let choices = [
            ("allowed", "People may consent to permissions of low impact", now == Some(UserConsent::Allowed)),
            ("admin_only", "Only administrators may consent", now == Some(UserConsent::AdminOnly)),
            ("request_workflow", "Only administrators may consent, and people can ask them", now == Some(UserConsent::RequestWorkflow)),
        ];
        html(StatusCode::OK, &ConsentSettingsPage { frame: Frame::new(world, administrator, "consent"), choices })
    })
}

async fn set_consent_settings(State(practice): State<Practice>, headers: HeaderMap, body: Bytes) -> Response {
    for_administrator(&practice, &headers, "/admin/consent-settings", |world, administrator| {
        let params = Params::parse(&body).unwrap_or_default();
        let policy = match params.get("user_consent") {
            Some("allowed") => UserConsent::Allowed,
            Some("admin_only") => UserConsent::AdminOnly,
            Some("request_workflow") => UserConsent::RequestWorkflow,
            _ => return (StatusCode::BAD_REQUEST, "Choose one of the three settings.\n").into_response(),
        };
        if let Some(tenant) = world.tenant_mut(administrator.account.tenant) {
            tenant.user_consent = policy;
        }
        Redirect::to("/admin/consent-settings").into_response()
    })
}

async fn users(State(practice): State<Practice>, headers: HeaderMap) -> Response {
    for_administrator(&practice, &headers, "/admin/users", |world, administrator| {
        let people = world.tenant(administrator.account.tenant).map(|tenant: &Tenant| tenant.users.clone()).unwrap_or_default();
        html(StatusCode::OK, &UsersPage { frame: Frame::new(world, administrator, "users"), people })
    })
}

async fn set_user(State(practice): State<Practice>, headers: HeaderMap, body: Bytes) -> Response {
    for_administrator(&practice, &headers, "/admin/users", |world, administrator| {
        let params = Params::parse(&body).unwrap_or_default();
        let oid = params.get("person").and_then(|text| Uuid::parse_str(text).ok());
        let account = Account { tenant: administrator.account.tenant, oid: oid.unwrap_or_default() };
        if !world.set_enabled(account, params.get("enabled") == Some("true")) {
            return missing();
        }
        Redirect::to("/admin/users").into_response()
    })
}

/// Runs `page` for an application that the administrator's tenant can use.
fn for_app(
    practice: &Practice,
    headers: &HeaderMap,
    client: &str,
    path: &str,
    page: impl FnOnce(&mut World, Administrator, App) -> Response,
) -> Response {
    let client_id = Uuid::parse_str(client).ok();
    for_administrator(practice, headers, path, |world, administrator| {
        let app = client_id.and_then(|id| world.app(id)).filter(|app| may_be_used(app, administrator.account.tenant)).cloned();
        app.map_or_else(missing, |app| page(world, administrator, app))
    })
}

fn may_be_used(app: &App, tenant: Uuid) -> bool {
    match app.audience {
        Audience::Tenant(home) => home == tenant,
        Audience::Organizations | Audience::OrganizationsAndPersonal => true,
    }
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "The admin centre has nothing at this address.\n").into_response()
}
