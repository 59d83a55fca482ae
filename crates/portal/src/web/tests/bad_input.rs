//! Nonsense in every form and callback: words that name the problem, nothing panics, nothing is written.

use std::collections::BTreeMap;

use http::Method;
use tillit_practice::demo;

use super::App;
use super::forms::{self, Field};
use super::permissions::address;
use crate::handlers;

/// Fields without which a form is not whole, by its path. All others are found in the pages, but may be left out.
const FIELDS: &[(&str, &[&str])] = &[
    ("/sign-in", &["username", "return_to"]),
    ("/sign-in/password", &["username", "password", "return_to"]),
    ("/sign-in/recovery-code", &["username", "code"]),
    ("/o/{slug}/sign-in", &["username", "return_to"]),
    ("/o/{slug}/sign-in/password", &["username", "password", "return_to"]),
    ("/o/{slug}/sign-in/recovery-code", &["username", "code"]),
    ("/sign-in/recovery-code/together", &["ticket"]),
    ("/o/{slug}/sign-in/recovery-code/together", &["ticket"]),
    ("/sign-in/code", &["step", "return_to", "code"]),
    ("/o/{slug}/sign-in/code", &["step", "return_to", "code"]),
    ("/account/sign-in/password", &["new_password", "again"]),
    ("/account/sign-in/app/finish", &["secret", "ticket", "code"]),
    ("/sign-in/passkey", &["return_to"]),
    ("/o/{slug}/sign-in/passkey", &["return_to"]),
    ("/account/sign-in/passkeys/add", &["name"]),
    ("/account/sign-in/passkeys", &["name", "client_data", "authenticator_data"]),
    ("/settings/security/second-factor", &["who"]),
    ("/cannot-get-in", &["code"]),
    ("/break-glass", &["code"]),
    ("/restore/come-in/{token}", &["code"]),
    ("/settings/domains", &["domain", "do"]),
    ("/settings/ways-back/contact", &["contact", "do"]),
    ("/settings/ways-back/break-glass", &["do"]),
    ("/set-up/{token}", &["password", "again"]),
    ("/recover/{token}", &["password", "again"]),
    ("/preferences", &["return_to"]),
    ("/people/search", &["username"]),
    ("/people/invite", &["address", "role"]),
    ("/people/{id}/role", &["from", "to"]),
    ("/settings/services/new", &["name", "purpose", "life"]),
    ("/settings/services/{id}/tokens", &["life"]),
    ("/settings/general", &["name", "language"]),
    ("/settings/audit", &["by", "about", "area", "from", "until"]),
    ("/settings/audit/verify", &["checkpoints"]),
    ("/settings/audit/keep", &["years"]),
    ("/settings/audit/webhook", &["address"]),
    ("/settings/privacy", &["email", "name", "title", "company", "department", "phone", "address", "language", "profile-image"]),
    ("/settings/privacy/change", &["to"]),
    ("/settings/privacy/requests/{id}", &["reason", "answer"]),
    ("/people/{id}/forget", &["username"]),
    ("/account/erasure", &["why"]),
    ("/settings/security/what-if", &["what-if"]),
    ("/settings/security/connection", &["revision", "kind", "cloud", "tenant_id", "client_id", "issuer", "openid_client_id"]),
    ("/settings/security/credential/certificate", &["certificate"]),
    ("/settings/security/credential/secret", &["secret", "secret_until"]),
    ("/settings/security/recovery-kit/try", &["code"]),
    ("/settings/security/recovery-kit/owners", &["number"]),
    ("/settings/security/enforce", &["version"]),
    ("/settings/security/discard", &["revision"]),
    ("/settings/security/policy", &["cap", "recheck_minutes"]),
];

fn required(path: &str) -> &'static [&'static str] {
    FIELDS.iter().find(|(known, _)| *known == path).map_or(&[], |(_, fields)| fields)
}

/// Fields that a script or another button fills in: what stands in them is read before the rest of the form.
const ELSEWHERE: [&str; 6] = ["credential", "client_data", "authenticator_data", "signature", "user_handle", "proof"];

/// The fields of a form: those of its pages, and those without which it is not whole.
fn fields(shown: &BTreeMap<&'static str, Vec<Field>>, path: &str) -> Vec<Field> {
    // The samples stand at the portal's own address, not at an organisation's; those of a restore share one.
    let sample = path.strip_prefix("/o/{slug}").unwrap_or(path);
    let of_pages = if path.starts_with("/restore/") { None } else { shown.get(sample) };
    let needed = required(path);
    let by_script = |field: &&Field| !ELSEWHERE.contains(&field.name.as_str()) || needed.contains(&field.name.as_str());
    let mut fields: Vec<Field> = of_pages.into_iter().flatten().filter(by_script).cloned().collect();
    for name in needed {
        if fields.iter().all(|field| field.name != *name) {
            fields.push(Field { name: (*name).to_owned(), value: "1".to_owned(), is_checkbox: false });
        }
    }
    for field in &mut fields {
        if field.name == "return_to" {
            "/".clone_into(&mut field.value);
        }
    }
    fields
}

/// Fields that hold a file or a long text: more of them is no nonsense.
const LONG: [&str; 3] = ["certificate", "secret", "checkpoints"];

#[tokio::test]
async fn every_form_answers_nonsense_with_words_that_name_it_and_writes_nothing() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let before = app.audit().await;
    let shown = forms::of_all_pages();
    assert!(shown.len() > 50 && shown.contains_key("/account/profile"), "{:?}", shown.keys());
    let mut wrong_at = Vec::new();
    let mut sent = 0;
    for (_, path) in handlers::table().listed().iter().filter(|(method, _)| *method == Method::POST) {
        let form = &fields(&shown, path);
        let there = address(&app, path).await;
        let mut wrong: Vec<(String, &str)> =
            vec![("x=1&x=2".to_owned(), "x"), ("x=%ff".to_owned(), "x"), ("x=%zz".to_owned(), "x"), ("x=%00".to_owned(), "x")];
        for field in form {
            let others = encoded(form.iter().filter(|other| other.name != field.name));
            let and = if others.is_empty() { "" } else { "&" };
            let name = field.name.as_str();
            if required(path).contains(&name) {
                wrong.push((others.clone(), name));
            }
            wrong.push((format!("{others}{and}{name}=1&{name}=2"), name));
            wrong.push((format!("{others}{and}{name}=%ff"), name));
            if !LONG.contains(&name) {
                wrong.push((format!("{others}{and}{name}={}", "a".repeat(20_000)), name));
            }
        }
        // A field of another page.
        wrong.push((format!("{}&from-elsewhere=1", encoded(form.iter())), "from-elsewhere"));
        for (body, named) in wrong {
            let answer = ingrid.post_raw(&there, &body).await;
            let what = format!("{path} with {}", &body[..body.len().min(120)]);
            if answer.status != 400 || !answer.has("<h1>We could not read that</h1>") || !answer.has(&format!("“{named}”")) {
                wrong_at.push(format!("{what}: {} {}, not 400 naming {named}", answer.status, answer.location()));
            }
            sent += 1;
        }
        let json =
            ingrid.send(Method::POST, &there, &[("content-type", "application/json"), ("sec-fetch-site", "same-origin")], "{}").await;
        if json.status != 400 {
            wrong_at.push(format!("{path} with JSON: {}", json.status));
        }
        let huge = ingrid.post_raw(&there, &format!("x={}", "a".repeat(70_000))).await;
        if huge.status != 413 || !huge.has("<h1>That is too much</h1>") {
            wrong_at.push(format!("{path} with 70,000 bytes: {}", huge.status));
        }
    }
    assert!(wrong_at.is_empty(), "{wrong_at:#?}");
    assert!(sent > 500, "only {sent} forms of nonsense");
    assert_eq!(app.audit().await, before, "nothing was written");
}

/// A form with these fields, filled in.
fn encoded<'a>(fields: impl Iterator<Item = &'a Field>) -> String {
    let pairs = fields.map(|field| (field.name.as_str(), field.value.as_str()));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn a_callback_with_nonsense_is_named_and_ends_nothing() {
    let app = App::new().await;
    let mut browser = app.browser("");
    for (query, status, words) in [
        ("code=a&code=b&state=s", 400, "“code”"),
        ("code=a&state=%ff", 400, "“state”"),
        ("", 400, "This sign-in is not known"),
        ("code=a&state=never-made", 400, "This sign-in is not known"),
        ("state=", 400, "This sign-in is not known"),
    ] {
        let answer = browser.get(&format!("/sso/callback?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.has(words), "{query}: {}", answer.body);
    }
    let long = browser.get(&format!("/sso/callback?code={}", "a".repeat(20_000))).await;
    assert_eq!(long.status, 413);
    for query in ["iss=a&iss=b&sid=c", "iss=%ff"] {
        assert_eq!(browser.get(&format!("/sso/logout?{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn addresses_with_nonsense_lead_nowhere() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let long = format!("/people/{}", "a".repeat(4_000));
    for path in [
        "/people/x",
        "/people/..%2f..%2fetc",
        "/people/%ff",
        "/people/usr_0/photo",
        "/o/no-such/sign-in",
        "/o/%2e%2e/sign-in",
        "/guides/..%2fx",
        "/guides/pictures/en/..%2f..%2fCargo.toml",
        "/settings/security/proposal/usr_0192f6e4a7c17e3a9d0b2f6a1c5d8e00",
        "/sso/handover/x",
        "/set-up/x",
        "/invitation/x",
        "/invitation/proposal/x",
        "/people/invite?person=x",
        long.as_str(),
    ] {
        let answer = ingrid.get(path).await;
        let gone = matches!(answer.status.as_u16(), 400 | 404) || answer.has("no longer works") || answer.has("does not work");
        assert!(gone, "{path}: {} {}", answer.status, answer.body);
        assert!(answer.header("content-type").starts_with("text/html"), "{path}: a page, not a library's words");
    }
    for query in ["after=x", "after=usr_1&after=usr_2", "sort=%ff"] {
        assert_eq!(ingrid.get(&format!("/people?{query}")).await.status, 400, "{query}");
    }
    assert_eq!(ingrid.get("/settings/audit?before=minus").await.status, 400);
}

#[tokio::test]
async fn attack_33_return_to_never_leads_elsewhere() {
    let app = App::new().await;
    let mut kari = app.browser(demo::EMPLOYEE);
    for bad in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%0d%0aSet-Cookie:x=1",
        "/a/..//evil.example",
        "javascript:alert(1)",
        "@evil",
    ] {
        let fields = [("username", demo::EMPLOYEE), ("password", tillit_accounts::testing::PASSWORD), ("return_to", bad)];
        let answer = kari.post("/sign-in/password", &fields).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, ""), "{bad}");
        assert!(answer.has("“return_to”") && kari.session().is_none(), "{bad}");
        let encoded: String = url::form_urlencoded::byte_serialize(bad.as_bytes()).collect();
        assert_eq!(kari.get(&format!("/sign-in?return_to={encoded}")).await.status, 400, "{bad}");
        assert_eq!(kari.post("/preferences", &[("return_to", bad), ("theme", "dark")]).await.status, 400, "{bad}");
    }
    let there = kari.get("/account/sessions").await;
    assert_eq!(there.location(), "/sign-in?return_to=%2Faccount%2Fsessions");
    let page = kari.get(there.location()).await;
    assert!(page.has("name=\"return_to\" value=\"/account/sessions\""));
}
