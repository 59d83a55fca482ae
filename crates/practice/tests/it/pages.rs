//! What all pages promise.

use axum::body::Body;
use axum::http::Request;
use tillit_practice::demo::*;

use crate::client::*;

async fn all_pages(rig: &Rig) -> Vec<Answer> {
    let app = format!("/admin/enterprise-applications/{}", rig.client_id());
    rig.post("/dns", &[("name", "a.example"), ("text", "x")]).await;
    rig.send(Request::post("/webhook").body(Body::from("{\"rows\":[{}]}")).unwrap()).await;
    let mut pages = vec![rig.get("/dns").await, rig.get("/webhooks").await, rig.post("/dns", &[]).await, rig.post("/webhooks", &[]).await];
    pages.extend([rig.get("/").await, rig.get("/faults").await]);
    pages.push(rig.get("/organizations/oauth2/v2.0/logout").await);
    let mut browser = Browser::default();
    let first = browser.get(rig, &rig.address("organizations", &[("response_mode", "form_post")])).await;
    let path = action(&first);
    let unknown = rig.get(&rig.address("organizations", &[])).await;
    pages.push(browser.post(rig, &path, &[("flow", &unknown.input("flow")), ("action", "username"), ("loginfmt", "<b>nobody")]).await);
    let consent = browser.type_in(rig, &first, GLOBAL_ADMINISTRATOR).await;
    let posting = browser.post(rig, &path, &[("flow", &consent.input("flow")), ("action", "accept")]).await;
    pages.extend([first, consent, posting]);
    pages.push(browser.get(rig, &rig.address("organizations", &[("prompt", "select_account")])).await);
    pages.push(rig.get(&rig.address("organizations", &[("redirect_uri", "https://x/\"><script>")])).await);
    for path in ["/permissions", "/grant", "/properties", "/users"].map(|end| format!("{app}{end}")) {
        pages.push(browser.get(rig, &path).await);
    }
    for path in ["/admin", "/admin/users", "/admin/consent-settings", "/admin/enterprise-applications"] {
        pages.push(browser.get(rig, path).await);
    }
    pages
}

#[tokio::test]
async fn no_page_needs_more_than_the_strict_policy_and_every_page_says_what_it_is() {
    for page in all_pages(&rig()).await {
        let text = page.text();
        let policy = &page.headers["content-security-policy"];
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
        assert!(policy.contains("form-action 'self' http://localhost:8400"), "a form's redirect to the portal must be allowed");
        assert!(
            !text.contains("style=") && !text.contains("<style") && !text.contains(" onclick") && !text.contains("javascript:"),
            "{text}"
        );
        assert_eq!(text.matches("<script").count(), text.matches("<script src=\"/assets/").count(), "{text}");
        assert!(text.contains("Practice tenant — not Microsoft") && text.contains("lang=\"en\"") && text.contains("width=device-width"));
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn every_field_has_its_label() {
    for page in all_pages(&rig()).await {
        let text = page.text();
        for field in
            text.split("<input ").skip(1).map(|rest| rest.split_once('>').unwrap().0).filter(|field| !field.contains("type=\"hidden\""))
        {
            let id = field.split_once("id=\"").unwrap().1.split_once('"').unwrap().0;
            assert!(text.contains(&format!("for=\"{id}\"")), "{id} on {text}");
        }
    }
}

#[tokio::test]
async fn nonsense_is_answered_and_never_panics() {
    let rig = rig();
    let long = "x".repeat(20_000);
    for path in [
        "/%ff/login",
        "/a/b/c",
        "/organizations/oauth2/v2.0/authorize?client_id=1&client_id=2",
        "/graph/v1.0/users",
        "/admin/enterprise-applications/x/grant",
    ] {
        let answer = rig.get(path).await;
        assert!(answer.status < 500, "{path}: {}", answer.status);
    }
    assert_eq!(rig.get(&format!("/organizations/oauth2/v2.0/authorize?state={long}")).await.status, 414);
    assert_eq!(rig.post("/organizations/oauth2/v2.0/token", &[("code", &"x".repeat(300_000))]).await.status, 413);
    assert_eq!(rig.post("/organizations/login", &[("flow", "x"), ("action", "dance")]).await.status, 400);
    assert_eq!(rig.post("/nowhere.example/oauth2/v2.0/token", &[]).await.json()["error_codes"], serde_json::json!([90_002]));
}

#[tokio::test]
async fn it_can_be_served_on_a_free_port() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let running = tillit_practice::Practice::start(|base| {
        tillit_practice::Practice::demo(
            &base,
            "http://localhost:1",
            std::sync::Arc::new(tillit_store::SystemClock),
            std::sync::Arc::new(tillit_store::SystemRandom::default()),
        )
    });
    let running = running.await.unwrap();
    let mut stream = tokio::net::TcpStream::connect(running.base_url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /common/v2.0/.well-known/openid-configuration HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.contains(&format!("\"issuer\":\"{}/{{tenantid}}/v2.0\"", running.base_url)), "{text}");
}
