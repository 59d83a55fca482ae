//! Headers, cookies, methods, and requests that are no browser's.

use axum::body::Body;
use http::{Method, Request};
use tillit_practice::demo;

use super::{Answer, App};
use crate::handlers;
use crate::web::tests::permissions::address;

#[tokio::test]
async fn attack_38_no_page_can_be_framed_but_the_logout_that_providers_frame() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    for (method, path) in handlers::table().listed() {
        if *method != Method::GET || *path == "/sso/logout" {
            continue;
        }
        let answer = ingrid.get(&address(&app, path).await).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && policy.contains("base-uri 'none'"), "{path}: {policy}");
        assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    let logout = app.browser("").get("/sso/logout?iss=https%3A%2F%2Fx&sid=y").await;
    assert_eq!((logout.status.as_u16(), logout.header("x-frame-options")), (200, ""));
    assert!(!logout.header("content-security-policy").contains("frame-ancestors"));
}

#[tokio::test]
async fn over_https_cookies_are_secure_and_browsers_are_told_to_stay() {
    let app = App::at("https://portal.example").await;
    let mut kari = app.browser(demo::EMPLOYEE);
    let answer = kari.sign_in_locally(demo::EMPLOYEE, tillit_accounts::testing::PASSWORD).await;
    let cookies: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
    for name in ["__Host-tillit_session=", "__Host-tillit_browser="] {
        let cookie = cookies.iter().find(|line| line.starts_with(name)).unwrap();
        for part in ["; Path=/", "; SameSite=Lax", "; HttpOnly", "; Secure"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(answer.header("strict-transport-security").contains("max-age=31536000"));
    let page = kari.get("/").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, "no-store"));
}

#[tokio::test]
async fn attack_36_a_request_for_another_host_is_not_read() {
    let app = App::new().await;
    for host in ["evil.example", "localhost", "localhost:8401", "localhost:8400.evil.example", ""] {
        let request = Request::get("/sign-in").header("host", host).body(Body::empty()).unwrap();
        let answer = app.send(request).await;
        assert_eq!(answer.status, 421, "{host}");
        assert!(!answer.has("evil.example"), "{host}");
    }
    let poisoned = Request::post("/sign-in/password")
        .header("host", "evil.example")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("username=a%40nordvik.example&password=x&return_to=%2F"))
        .unwrap();
    let before = app.audit().await.len();
    assert_eq!(app.send(poisoned).await.status, 421);
    assert_eq!(app.audit().await.len(), before, "nothing was tried");
    let forwarded = Request::get("/sign-in")
        .header("host", "localhost:8400")
        .header("x-forwarded-host", "evil.example")
        .header("forwarded", "host=evil.example")
        .body(Body::empty())
        .unwrap();
    assert!(!app.send(forwarded).await.has("evil.example"));
    let health = Request::get("/healthz").header("host", "10.0.0.7:8080").body(Body::empty()).unwrap();
    assert_eq!(app.send(health).await.status, 200, "load balancers ask by number");
}

#[tokio::test]
async fn addresses_answer_head_and_refuse_other_methods_with_a_page() {
    let app = App::new().await;
    let mut browser = app.browser("");
    let head = browser.send(Method::HEAD, "/sign-in", &[], "").await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = browser.send(method.clone(), "/sign-in", &[("sec-fetch-site", "same-origin")], "").await;
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.heading(), "This address only takes forms");
    }
    let nowhere = browser.get("/no-such-page").await;
    assert_eq!((nowhere.status.as_u16(), nowhere.heading()), (404, "There is no such page"));
}

#[tokio::test]
async fn readiness_tells_whether_the_database_answers() {
    let app = App::new().await;
    let ready = || async { app.send(Request::get("/readyz").body(Body::empty()).unwrap()).await };
    assert_eq!(ready().await.status, 200);
    app.room.db.close().await;
    let answer: Answer = ready().await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (503, "not ready\n"));
}

#[tokio::test]
async fn every_asset_that_a_page_names_is_there_and_may_be_kept() {
    let app = App::new().await;
    let mut browser = app.browser("");
    let page = browser.get("/sign-in").await;
    let assets: Vec<String> = page.body.split('"').filter(|text| text.starts_with("/assets/")).map(str::to_owned).collect();
    assert!(assets.len() >= 3, "{assets:?}");
    for path in assets {
        let asset = browser.get(&path).await;
        assert_eq!(asset.status, 200, "{path}");
        assert!(asset.header("cache-control").contains("immutable"), "{path}");
    }
}
