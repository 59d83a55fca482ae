//! Authorisation and its pages.

use tillit_practice::demo::*;
use tillit_practice::{Consent, Outcome, UserConsent};
use tillit_store::Duration;

use crate::client::*;

#[tokio::test]
async fn a_person_walks_the_pages_and_the_second_sign_in_is_silent() {
    let rig = rig();
    let mut browser = Browser::default();
    let address = rig.address("organizations", &[]);
    let first = browser.get(&rig, &address).await;
    assert!(first.text().contains("Email, phone, or Skype") && first.text().contains(">Next<"));
    let consent = browser.type_in(&rig, &first, EMPLOYEE).await;
    assert!(consent.text().contains(">Accept<") && consent.text().contains(">Cancel<"), "{}", consent.text());
    assert!(!consent.text().contains("Consent on behalf of your organization"));
    let path = action(&consent);
    let done = browser.post(&rig, &path, &[("flow", &consent.input("flow")), ("action", "accept")]).await;
    assert_eq!(done.status, 302);
    assert!(done.headers["location"].starts_with(&format!("{CALLBACK}?code=")) && done.headers["location"].contains("&state=st4te"));
    let second = browser.get(&rig, &address).await;
    assert_eq!(second.status, 302);
    let third = browser.get(&rig, &rig.address("organizations", &[("prompt", "login")])).await;
    assert_eq!(third.status, 200);
}

#[tokio::test]
async fn the_box_for_everybody_is_for_global_administrators_and_unticked() {
    let rig = rig();
    let mut browser = Browser::default();
    let first = browser.get(&rig, &rig.address("organizations", &[])).await;
    let consent = browser.type_in(&rig, &first, GLOBAL_ADMINISTRATOR).await.text();
    assert!(consent.contains("Consent on behalf of your organization"));
    assert!(!consent.contains("checked"));
}

#[test]
fn ticking_the_box_spares_everybody_else_the_question() {
    let rig = rig();
    let address = rig.address("organizations", &[]);
    rig.practice.walk(GLOBAL_ADMINISTRATOR, Consent::AcceptForEverybody).open(&address);
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Cancel);
    assert!(walk.open(&address).param("code").is_some());
    assert_eq!(walk.pages, ["username", "password"]);
}

#[test]
fn without_the_box_an_administrator_consents_for_herself_only() {
    let rig = rig();
    let address = rig.address("organizations", &[]);
    assert!(rig.practice.walk(GLOBAL_ADMINISTRATOR, Consent::Accept).open(&address).param("code").is_some());
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Accept);
    walk.open(&address);
    assert_eq!(walk.pages, ["username", "password", "consent"]);
}

#[test]
fn the_box_means_nothing_in_the_hands_of_an_employee() {
    let rig = rig();
    let address = rig.address("organizations", &[]);
    rig.practice.walk(EMPLOYEE, Consent::AcceptForEverybody).open(&address);
    assert!(rig.practice.world().tenants()[0].principals.values().all(|principal| principal.admin_consent.is_none()));
}

#[test]
fn cancel_comes_back_as_access_denied_65004() {
    let rig = rig();
    let outcome = rig.practice.walk(EMPLOYEE, Consent::Cancel).open(&rig.address("organizations", &[]));
    assert_eq!(outcome.param("error").as_deref(), Some("access_denied"));
    assert_eq!(outcome.param("error_subcode").as_deref(), Some("cancel"));
    assert!(outcome.param("error_description").unwrap().starts_with("AADSTS65004"));
    assert_eq!(outcome.param("state").as_deref(), Some("st4te"));
}

#[test]
fn where_only_administrators_consent_people_stay_on_the_page_with_90094() {
    let rig = rig();
    let address = rig.address("organizations", &[]);
    rig.practice.world().set_user_consent(UserConsent::AdminOnly);
    assert_eq!(page_code(&rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address)), 90_094);
    assert!(rig.practice.walk(GLOBAL_ADMINISTRATOR, Consent::Accept).open(&address).param("code").is_some());
}

#[tokio::test]
async fn approval_can_be_requested_and_the_way_back_says_so() {
    let rig = rig();
    rig.practice.world().set_user_consent(UserConsent::RequestWorkflow);
    let mut browser = Browser::default();
    let first = browser.get(&rig, &rig.address("organizations", &[])).await;
    let notice = browser.type_in(&rig, &first, EMPLOYEE).await;
    assert!(notice.text().contains("Approval required") && notice.text().contains("AADSTS90095"));
    let path = action(&notice);
    let sent = browser.post(&rig, &path, &[("flow", &notice.input("flow")), ("action", "request")]).await;
    assert!(sent.text().contains("Request sent"));
    assert_eq!(rig.practice.world().tenants()[0].principals.values().next().unwrap().requests.len(), 1);
    let back = browser.post(&rig, &path, &[("flow", &sent.input("flow")), ("action", "cancel")]).await;
    assert!(back.headers["location"].contains("error=access_denied") && back.headers["location"].contains("AADSTS90095"));
}

#[test]
fn assignment_required_stops_people_and_user_consent() {
    let rig = rig();
    let address = rig.address("organizations", &[]);
    rig.practice.world().require_assignment(true);
    assert_eq!(page_code(&rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address)), 50_105);
    rig.practice.world().assign(EMPLOYEE).unwrap();
    assert_eq!(page_code(&rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address)), 90_094);
    rig.practice.world().grant_admin_consent();
    assert!(rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address).param("code").is_some());
    rig.practice.world().enable_app(false);
    assert_eq!(page_code(&rig.practice.walk(EMPLOYEE, Consent::Accept).open(&address)), 7_000_112);
}

#[test]
fn who_is_not_of_the_tenant_stays_outside() {
    let rig = rig();
    let own = rig.address(&rig.tenant_id(), &[]);
    let any = rig.address("organizations", &[]);
    let open = |name: &str, address: &str| rig.practice.walk(name, Consent::Accept).open(address);
    assert_eq!(page_code(&open(FOREIGN_ADMINISTRATOR, &own)), 50_020);
    assert!(open(FOREIGN_ADMINISTRATOR, &any).param("code").is_some());
    assert_eq!(page_code(&open(PERSONAL, &any)), 500_208);
    assert_eq!(page_code(&open(PERSONAL, &own)), 50_020);
    assert_eq!(page_code(&open(DISABLED, &own)), 50_057);
    assert_eq!(page_code(&open("nobody@nordvik.example", &own)), 50_034);
    assert!(open(GUEST, &own).param("code").is_some());
}

#[tokio::test]
async fn a_wrong_redirect_uri_is_a_page_and_never_a_redirect() {
    let rig = rig();
    for uri in ["http://localhost:8400/sso/callback/", "http://LOCALHOST:8400/sso/callback", "https://evil.example"] {
        let answer = rig.get(&rig.address("organizations", &[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains("AADSTS50011") && answer.text().contains("Correlation Id"));
        assert!(!answer.headers.contains_key("location"));
    }
}

#[test]
fn other_mistakes_of_the_application_are_redirected() {
    let rig = rig();
    for (params, error) in [
        (("response_type", "id_token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("scope", "openid Mail.Read"), "invalid_scope"),
        (("prompt", "dance"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
    ] {
        let outcome = rig.practice.walk(EMPLOYEE, Consent::Accept).open(&rig.address("organizations", &[params]));
        assert_eq!(outcome.param("error").as_deref(), Some(error), "{params:?}");
    }
}

#[test]
fn prompt_none_never_shows_a_page() {
    let rig = rig();
    let silent = rig.address("organizations", &[("prompt", "none")]);
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Accept);
    assert_eq!(walk.open(&silent).param("error").as_deref(), Some("login_required"));
    walk.open(&rig.address("organizations", &[]));
    assert!(walk.open(&silent).param("code").is_some());
    rig.practice.world().revoke_consent();
    assert_eq!(walk.open(&silent).param("error").as_deref(), Some("consent_required"));
    rig.practice.world().disable_user(EMPLOYEE, true).unwrap();
    assert_eq!(walk.open(&silent).param("error").as_deref(), Some("interaction_required"));
    rig.clock.advance(Duration::hours(25));
    assert_eq!(walk.open(&silent).param("error").as_deref(), Some("login_required"));
}

#[test]
fn login_hint_goes_straight_to_the_password_and_select_account_shows_who_is_there() {
    let rig = rig();
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Accept);
    walk.open(&rig.address("organizations", &[("login_hint", EMPLOYEE)]));
    assert_eq!(walk.pages, ["password", "consent"]);
    walk.pages.clear();
    walk.open(&rig.address("organizations", &[("prompt", "select_account")]));
    assert_eq!(walk.pages, ["pick"]);
    walk.pages.clear();
    walk.open(&rig.address("organizations", &[("login_hint", OTHER_EMPLOYEE)]));
    assert_eq!(walk.pages, ["password", "consent"], "somebody else's hint must not take the session at hand");
}

#[test]
fn prompt_consent_asks_although_consent_is_there() {
    let rig = rig();
    rig.practice.world().grant_admin_consent();
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Accept);
    assert!(walk.open(&rig.address("organizations", &[("prompt", "consent")])).param("code").is_some());
    assert_eq!(walk.pages, ["username", "password", "consent"]);
}

#[test]
fn an_old_sign_in_is_not_fresh_enough_for_max_age() {
    let rig = rig();
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Accept);
    walk.open(&rig.address("organizations", &[]));
    rig.clock.advance(Duration::minutes(10));
    walk.pages.clear();
    walk.open(&rig.address("organizations", &[("max_age", "60")]));
    assert_eq!(walk.pages, ["username", "password"]);
}

#[test]
fn form_post_posts() {
    let rig = rig();
    let outcome = rig.practice.walk(EMPLOYEE, Consent::Accept).open(&rig.address("organizations", &[("response_mode", "form_post")]));
    assert!(matches!(&outcome, Outcome::FormPost(uri, _) if uri == CALLBACK));
    assert!(outcome.param("code").is_some());
}

#[test]
fn a_queued_sign_in_needs_no_password() {
    let rig = rig();
    rig.practice.world().next_sign_in_as(EMPLOYEE).unwrap();
    rig.practice.world().grant_admin_consent();
    let mut walk = rig.practice.walk(OTHER_EMPLOYEE, Consent::Accept);
    assert!(walk.open(&rig.address("organizations", &[])).param("code").is_some());
    assert!(walk.pages.is_empty());
}

#[tokio::test]
async fn a_sign_in_that_took_too_long_says_so() {
    let rig = rig();
    let first = rig.get(&rig.address("organizations", &[])).await;
    rig.clock.advance(Duration::minutes(10));
    let late = rig.post("/organizations/login", &[("flow", &first.input("flow")), ("action", "username"), ("loginfmt", EMPLOYEE)]).await;
    assert_eq!(late.status, 400);
    assert!(late.text().contains("Begin again"));
}

#[tokio::test]
async fn sign_out_frames_every_application_with_issuer_and_session() {
    let rig = rig();
    let tenant = rig.tenant_id();
    let mut browser = Browser::default();
    let first = browser.get(&rig, &rig.address(&tenant, &[])).await;
    let consent = browser.type_in(&rig, &first, EMPLOYEE).await;
    let path = action(&consent);
    let done = browser.post(&rig, &path, &[("flow", &consent.input("flow")), ("action", "accept")]).await;
    let location = url::Url::parse(&done.headers["location"]).unwrap();
    let code = location.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let sid = claims(&rig.redeem(&tenant, &code, &[]).await.json())["sid"].as_str().unwrap().to_owned();
    let back = "post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fsign-in&state=x";
    let out = browser.get(&rig, &format!("/{tenant}/oauth2/v2.0/logout?{back}")).await.text();
    assert!(out.contains("http://localhost:8400/sso/logout?iss=") && out.contains(&format!("sid={sid}")), "{out}");
    assert!(out.contains("http://localhost:8400/sign-in?state=x"));
    assert_eq!(browser.get(&rig, &rig.address(&tenant, &[("prompt", "none")])).await.status, 302);
    let silent = browser.get(&rig, &rig.address(&tenant, &[("prompt", "none")])).await;
    assert!(silent.headers["location"].contains("login_required"));
    let elsewhere = rig.get(&format!("/{tenant}/oauth2/v2.0/logout?post_logout_redirect_uri=https://evil.example")).await.text();
    assert!(!elsewhere.contains("evil.example"));
}
