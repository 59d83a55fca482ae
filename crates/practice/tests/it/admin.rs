//! The admin centre and the admin consent endpoint.

use tillit_practice::demo::*;
use tillit_practice::{Consent, UserConsent};

use crate::client::*;

async fn administrator(rig: &Rig) -> Browser {
    let mut browser = Browser::default();
    let first = browser.get(rig, "/admin").await;
    let done = browser.type_in(rig, &first, GLOBAL_ADMINISTRATOR).await;
    assert_eq!((done.status, done.headers["location"].as_str()), (303, "/admin"));
    browser
}

#[tokio::test]
async fn only_a_global_administrator_gets_in() {
    let rig = rig();
    let mut browser = Browser::default();
    let first = browser.get(&rig, "/admin/users").await;
    assert!(first.text().contains("Email, phone, or Skype"));
    let refused = browser.type_in(&rig, &first, EMPLOYEE).await;
    assert!(refused.text().contains("Global Administrators"));
    assert!(!browser.get(&rig, "/admin/users").await.text().contains("Object id"));
}

#[tokio::test]
async fn the_guides_path_grants_consent_for_everybody_and_lists_the_permission() {
    let rig = rig();
    let app = rig.client_id();
    let mut browser = administrator(&rig).await;
    assert!(browser.get(&rig, "/admin/enterprise-applications").await.text().contains(">Tillit<"));
    let path = format!("/admin/enterprise-applications/{app}");
    let permissions = browser.get(&rig, &format!("{path}/permissions")).await.text();
    assert!(permissions.contains(">Grant admin consent<") && !permissions.contains("User.Read"));
    assert!(browser.get(&rig, &format!("{path}/grant")).await.text().contains(">Accept<"));
    assert_eq!(browser.post(&rig, &format!("{path}/grant"), &[]).await.status, 303);
    let permissions = browser.get(&rig, &format!("{path}/permissions")).await.text();
    for text in ["Microsoft Graph", "User.Read", "Sign in and read user profile", "Admin consent", GLOBAL_ADMINISTRATOR] {
        assert!(permissions.contains(text), "{text} is missing");
    }
    let mut walk = rig.practice.walk(EMPLOYEE, Consent::Cancel);
    assert!(walk.open(&rig.address("organizations", &[])).param("code").is_some());
    browser.post(&rig, &format!("{path}/permissions"), &[]).await;
    assert!(!browser.get(&rig, &format!("{path}/permissions")).await.text().contains("User.Read"));
    assert!(walk.open(&rig.address("organizations", &[])).param("error").is_some());
}

#[tokio::test]
async fn properties_assignments_people_and_settings_can_be_changed() {
    let rig = rig();
    let path = format!("/admin/enterprise-applications/{}", rig.client_id());
    let mut browser = administrator(&rig).await;
    let oid = rig.practice.world().user(EMPLOYEE).unwrap().1.oid.to_string();
    browser.post(&rig, &format!("{path}/properties"), &[("assignment_required", "true")]).await;
    browser.post(&rig, &format!("{path}/users"), &[("person", &oid), ("assigned", "true")]).await;
    browser.post(&rig, "/admin/consent-settings", &[("user_consent", "admin_only")]).await;
    browser.post(&rig, "/admin/users", &[("person", &oid), ("enabled", "false")]).await;
    for page in [format!("{path}/properties"), format!("{path}/users"), "/admin/consent-settings".into(), "/admin/users".into()] {
        assert_eq!(browser.get(&rig, &page).await.status, 200);
    }
    let world = rig.practice.world();
    let tenant = &world.tenants()[0];
    let principal = tenant.principals.values().next().unwrap();
    assert!(principal.assignment_required && !principal.enabled && principal.assigned.len() == 1);
    assert_eq!(tenant.user_consent, UserConsent::AdminOnly);
    assert!(!world.user(EMPLOYEE).unwrap().1.enabled);
}

#[tokio::test]
async fn admin_consent_returns_with_the_tenant_or_with_both_true_and_the_error() {
    let rig = rig();
    let client = rig.client_id();
    let redirect = "http%3A%2F%2Flocalhost%3A8400%2Fsso%2Fconsent";
    let address = format!("/organizations/v2.0/adminconsent?client_id={client}&redirect_uri={redirect}&state=s&scope=User.Read%20openid");
    for (choice, expected) in [("cancel", "error=consent_required"), ("accept", "tenant=")] {
        let mut browser = Browser::default();
        let first = browser.get(&rig, &address).await;
        let page = browser.type_in(&rig, &first, GLOBAL_ADMINISTRATOR).await;
        assert!(page.text().contains("Review for your organization"));
        let path = action(&page);
        let done = browser.post(&rig, &path, &[("flow", &page.input("flow")), ("action", choice)]).await;
        let place = &done.headers["location"];
        assert!(place.contains("admin_consent=True") && place.contains(expected) && place.contains("state=s"), "{place}");
    }
    let mut browser = Browser::default();
    let first = browser.get(&rig, &address).await;
    assert!(browser.type_in(&rig, &first, EMPLOYEE).await.text().contains("AADSTS90094"));
}
