//! A browser and a relying party, as small as can be.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_body_util::BodyExt;
use serde_json::Value;
use tillit_practice::demo::CLIENT_SECRET;
use tillit_practice::{Consent, Outcome, Practice};
use tillit_store::testing::{FakeClock, SeededRandom};
use tower::ServiceExt;
use url::Url;

pub const BASE: &str = "http://practice.test";
pub const CALLBACK: &str = "http://localhost:8400/sso/callback";
/// Appendix B of RFC 7636.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A demo world under a clock that stands still.
pub struct Rig {
    pub practice: Practice,
    pub clock: Arc<FakeClock>,
}

pub fn rig() -> Rig {
    let clock = Arc::new(FakeClock::default());
    let practice = Practice::demo(BASE, "http://localhost:8400", clock.clone(), Arc::new(SeededRandom::new(7)));
    Rig { practice, clock }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
    /// The value of an input of the page.
    pub fn input(&self, name: &str) -> String {
        let text = self.text();
        let (_, rest) = text.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name} on {text}"));
        rest.split_once('"').unwrap().0.to_owned()
    }
}

impl Rig {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.practice.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        Answer { status: parts.status.as_u16(), headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
    }
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(form_request(path, form)).await
    }
    pub async fn graph(&self, path: &str, token: &str) -> Answer {
        let request = Request::get(format!("/graph/v1.0{path}")).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }
    pub fn client_id(&self) -> String {
        self.practice.world().apps()[0].client_id.to_string()
    }
    pub fn tenant_id(&self) -> String {
        self.practice.world().tenants()[0].id.to_string()
    }

    /// An authorisation address for the application Tillit; `more` comes on top or instead.
    pub fn address(&self, tenant: &str, more: &[(&str, &str)]) -> String {
        let client = self.client_id();
        let mut params = BTreeMap::from([
            ("client_id", client.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile email User.Read"),
            ("state", "st4te"),
            ("nonce", "n0nce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        params.extend(more.iter().copied());
        params.retain(|_, value| !value.is_empty());
        let mut url = Url::parse(&format!("{BASE}/{tenant}/oauth2/v2.0/authorize")).unwrap();
        url.query_pairs_mut().extend_pairs(params);
        url.into()
    }
    /// A code for this person, who accepts whatever is asked.
    pub fn code(&self, tenant: &str, username: &str) -> String {
        let outcome = self.practice.walk(username, Consent::Accept).open(&self.address(tenant, &[]));
        outcome.param("code").unwrap_or_else(|| panic!("no code: {outcome:?}"))
    }
    /// Redeems a code honestly, but for `more`.
    pub async fn redeem(&self, tenant: &str, code: &str, more: &[(&str, &str)]) -> Answer {
        let client = self.client_id();
        let mut form = BTreeMap::from([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("client_id", client.as_str()),
            ("client_secret", CLIENT_SECRET),
            ("code_verifier", VERIFIER),
        ]);
        form.extend(more.iter().copied());
        form.retain(|_, value| !value.is_empty());
        let form: Vec<_> = form.into_iter().collect();
        self.post(&format!("/{tenant}/oauth2/v2.0/token"), &form).await
    }
    /// A whole sign-in at the practice tenant: the token response.
    pub async fn tokens(&self, username: &str) -> Value {
        let tenant = self.tenant_id();
        let code = self.code(&tenant, username);
        let answer = self.redeem(&tenant, &code, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
    pub async fn access_token(&self, username: &str) -> String {
        self.tokens(username).await["access_token"].as_str().unwrap().to_owned()
    }
}

pub fn form_request(path: &str, form: &[(&str, &str)]) -> Request<Body> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
}

/// Header and claims of a JWT.
pub fn decode(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap_or(Value::Null));
    (parts.next().unwrap(), parts.next().unwrap())
}

/// Claims of the token response's id_token.
pub fn claims(tokens: &Value) -> Value {
    decode(tokens["id_token"].as_str().unwrap()).1
}

/// The AADSTS code of a page that the application never hears of.
pub fn page_code(outcome: &Outcome) -> u32 {
    match outcome {
        Outcome::Page(error) => error.code,
        other => panic!("not a page: {other:?}"),
    }
}

/// A browser with its cookies.
#[derive(Default)]
pub struct Browser(BTreeMap<String, String>);

impl Browser {
    pub async fn send(&mut self, rig: &Rig, mut request: Request<Body>) -> Answer {
        let cookies = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
        let answer = rig.send(request).await;
        if let Some((name, value)) = answer.headers.get("set-cookie").and_then(|line| line.split(';').next()?.split_once('=')) {
            self.0.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
    pub async fn get(&mut self, rig: &Rig, path: &str) -> Answer {
        self.send(rig, Request::get(path).body(Body::empty()).unwrap()).await
    }
    pub async fn post(&mut self, rig: &Rig, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(rig, form_request(path, form)).await
    }
    /// Types user name and password on the pages that `answer` begins with.
    pub async fn type_in(&mut self, rig: &Rig, answer: &Answer, username: &str) -> Answer {
        let path = action(answer);
        let page = self.post(rig, &path, &[("flow", &answer.input("flow")), ("action", "username"), ("loginfmt", username)]).await;
        let form = [("flow", page.input("flow")), ("action", "password".into()), ("passwd", tillit_practice::demo::PASSWORD.into())];
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        self.post(rig, &path, &form).await
    }
}

/// Where the page's first form goes.
pub fn action(answer: &Answer) -> String {
    let text = answer.text();
    text.split_once("action=\"").unwrap_or_else(|| panic!("no form on {text}")).1.split_once('"').unwrap().0.to_owned()
}
