//! Attacks on what lies between a browser and the rooms.

use std::sync::{Arc, Mutex};

use http::{Method, StatusCode};
use tillit_accounts::testing::PASSWORD;
use tillit_practice::{Consent, Outcome, demo};
use tracing_subscriber::fmt::MakeWriter;

use super::permissions::address;
use super::{Answer, App};
use crate::handlers;

#[tokio::test]
async fn attack_27_an_answer_is_taken_once_and_only_in_the_browser_that_asked() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    // Login CSRF: the attacker's answer in somebody else's browser.
    let mut attacker = app.browser(demo::EMPLOYEE);
    let there = attacker.type_username(demo::EMPLOYEE).await;
    let answer = attacker.provider_answer(&there);
    let mut victim = app.browser("");
    victim.get("/sign-in").await;
    let refused = victim.get(&answer).await;
    assert_eq!(refused.status, 400);
    assert!(victim.session().is_none() && refused.has("This sign-in is not known"), "{}", refused.body);
    // It is used up by that, also for the browser that asked.
    assert_eq!(attacker.get(&answer).await.status, 400);
    assert!(attacker.session().is_none());
    // The back button after a good sign-in.
    let mut kari = app.browser(demo::EMPLOYEE);
    let there = kari.type_username(demo::EMPLOYEE).await;
    let answer = kari.provider_answer(&there);
    assert_eq!(kari.get(&answer).await.location(), "/");
    assert_eq!(kari.get(&answer).await.status, 400);
    // Too late.
    let there = kari.type_username(demo::EMPLOYEE).await;
    let answer = kari.provider_answer(&there);
    app.t.clock.advance(tillit_store::Duration::minutes(11));
    assert_eq!(kari.get(&answer).await.status, 400);
}

#[tokio::test]
async fn attack_32_words_of_an_answer_never_reach_the_page() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    let there = kari.type_username(demo::EMPLOYEE).await;
    let state = url::Url::parse(there.location()).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let words = "%3Cscript%3Ealert(1)%3C%2Fscript%3Ecall-0800-attacker";
    let answer = kari.get(&format!("/sso/callback?error=access_denied&error_description={words}&error_uri={words}&state={state}")).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(!answer.has("call-0800-attacker") && !answer.has("alert(1)"));
    for path in ["/sign-in?from=%3Cscript%3E", "/settings/security?code=%3Cimg+src%3Dx%3E", "/%3Cscript%3Ealert(1)"] {
        let mut ingrid = app.browser("");
        assert!(!ingrid.get(path).await.has("<script>alert"), "{path}");
    }
    let mut owner = app.browser(demo::GLOBAL_ADMINISTRATOR);
    owner.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let page = owner.get("/settings/security?code=%22%3E%3Cimg+src%3Dx%3E").await;
    assert!(page.has("&#60;img") && !page.has("<img src=x"), "typed words are escaped");
}

#[tokio::test]
async fn attack_37_an_answer_by_form_or_fragment_is_no_answer() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    for mode in ["form_post", "fragment"] {
        let there = kari.type_username(demo::EMPLOYEE).await;
        let mut url = url::Url::parse(there.location()).unwrap();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(name, _)| name != "response_mode").collect();
        url.query_pairs_mut().clear().extend_pairs(pairs).append_pair("response_mode", mode);
        match kari.walk.open(url.as_str()) {
            Outcome::FormPost(_, params) => {
                let fields: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
                assert_eq!(kari.send(Method::POST, "/sso/callback", &headers, &body).await.status, 403);
                let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
                assert_eq!(kari.send(Method::POST, "/sso/callback", &headers, &body).await.status, 405);
            }
            // What stands behind # never leaves the browser.
            Outcome::Redirect(to) => assert_eq!(kari.get(to.split('#').next().unwrap().split_at(21).1).await.status, 400),
            Outcome::Page(_) => {}
        }
        assert!(kari.session().is_none(), "{mode}");
    }
}

#[tokio::test]
async fn attack_39_no_form_is_taken_from_another_site() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.connect().await;
    ingrid.kit().await;
    let (before, cookies) = (app.audit().await, ingrid.cookies.clone());
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (_, path) in handlers::table().listed().iter().filter(|(method, _)| *method == Method::POST) {
        let there = address(&app, path).await;
        for headers in [
            vec![form, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
            // The practice tenant and the portal are on one machine, and still two sites.
            vec![form, ("sec-fetch-site", "same-site"), ("origin", "http://localhost:8401")],
            vec![form, ("origin", "https://evil.example")],
            vec![form, ("origin", "null")],
            vec![form, ("origin", "http://localhost:8401")],
        ] {
            let answer = ingrid.send(Method::POST, &there, &headers, "version=1").await;
            assert_eq!((answer.status.as_u16(), answer.heading()), (403, "This form came from another site"), "{path} {headers:?}");
        }
    }
    assert_eq!(app.audit().await, before, "nothing happened");
    assert_eq!(ingrid.cookies, cookies);
    // An older browser, which sends only Origin, is let in from our own pages.
    let own = [form, ("origin", "http://localhost:8400")];
    assert_eq!(ingrid.send(Method::POST, "/sign-out", &own, "").await.location(), "/sign-in");
}

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn attack_57_no_secret_and_no_person_reaches_a_log_an_error_page_or_another_site() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::DEBUG).with_writer(log.clone()).finish();
    // With one dispatcher only, tracing would ask the thread of whichever test met a line first.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let guard = tracing::subscriber::set_default(subscriber);
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let token = ingrid.session().unwrap().to_owned();
    ingrid.enforce().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    let there = kari.type_username(demo::EMPLOYEE).await;
    assert_eq!(there.header("referrer-policy"), "same-origin");
    let back = kari.provider_answer(&there);
    let code = back.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let state = back.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let landed = kari.get(&back).await;
    assert_eq!(landed.header("referrer-policy"), "no-referrer");
    let refused: Answer = kari.get(&back).await;
    kari.get("/people").await;
    app.browser("").sign_in_locally(demo::OTHER_EMPLOYEE, PASSWORD).await;
    drop(guard);

    for secret in [code.as_str(), state.as_str()] {
        assert!(!refused.has(secret), "an error page repeats the address");
    }
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("/sso/callback") && written.contains("status=303"), "{written}");
    let session = kari.session().unwrap().to_owned();
    let ours = ["Kari", "Ingrid", demo::EMPLOYEE, demo::OTHER_EMPLOYEE, PASSWORD, &code, &state, &token, &session];
    for secret in ours {
        let line = written.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_logout_of_the_provider_ends_its_own_sessions_and_no_others() {
    let app = App::new().await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    kari.sign_in(demo::EMPLOYEE).await;
    for query in ["", "iss=https%3A%2F%2Fevil.example&sid=x", "sid=x"] {
        let answer = app.browser("").get(&format!("/sso/logout?{query}")).await;
        assert_eq!(answer.status, 200, "{query}");
    }
    assert_eq!(kari.get("/").await.status, 200, "a foreign sid has no effect");
    // What the provider knows of Kari's session there: the claim `sid` of the token that she came with.
    let tenant = app.running.practice.world().tenants()[0].id;
    let asked = kari.type_username(demo::EMPLOYEE).await;
    let back = kari.provider_answer(&asked);
    let sid = back.split("session_state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let mut lars = app.browser(demo::OTHER_EMPLOYEE);
    let theirs = format!("iss={}%2F{tenant}%2Fv2.0&sid={sid}", app.running.base_url.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(lars.get(&format!("/sso/logout?{theirs}")).await.status, 200, "in a frame at the provider, without any cookie");
    assert_eq!(kari.get("/account").await.location(), "/sign-in?return_to=%2Faccount", "her session has ended");
}

#[tokio::test]
async fn a_consent_that_is_refused_can_be_handed_to_a_colleague_without_an_account() {
    let app = App::new().await;
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    lars.walk = app.running.practice.walk(demo::OTHER_EMPLOYEE, Consent::Cancel);
    lars.post("/settings/security/activate", &[]).await;
    let refused = lars.trip("/settings/security/connect", &[]).await;
    assert_eq!((refused.status.as_u16(), refused.heading()), (403, "You did not consent"));
    assert!(refused.has("support@fjordvakt.example"), "the operator's links stand on every refusal");

    let path = format!("/sso/handover/{}", refused.between("/sso/handover/", "<"));
    let mut colleague = app.browser("");
    let page = colleague.get(&path).await;
    assert_eq!((page.status.as_u16(), page.heading()), (200, "nordvik needs your help as administrator"), "{path}");
    assert!(page.has("Your colleague did not consent when Microsoft asked"));
    assert!(!page.has(demo::OTHER_EMPLOYEE), "the link says nothing of who handed it over");
    let away = colleague.post(&format!("{path}/consent"), &[]).await;
    assert!(away.location().contains("/adminconsent?"), "{}", away.location());
}
