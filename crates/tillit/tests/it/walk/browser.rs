//! A browser without a screen, over HTTP.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, redirect};
use tillit_practice::{Consent, Outcome, Practice, Walk};

/// What every browser says about itself.
pub const USER_AGENT: &str = "Nordvikleser/4.11 (pulten ved vinduet)";

/// Somebody in front of a browser; at the provider it is this person.
pub struct Browser {
    portal: String,
    http: Client,
    pub cookies: BTreeMap<String, String>,
    walk: Walk,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Answer {
    /// What stands between two marks.
    pub fn between(&self, from: &str, to: &str) -> &str {
        let (_, rest) = self.body.split_once(from).unwrap_or_else(|| panic!("no {from:?} in {self:?}"));
        rest.split_once(to).unwrap_or_else(|| panic!("no {to:?} in {self:?}")).0
    }
}

impl Browser {
    #[expect(clippy::disallowed_methods, reason = "a browser on loopback, not a request of the product")]
    pub fn new(portal: &str, practice: &Practice, username: &str) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().user_agent(USER_AGENT).build().expect("a client");
        let cookies = BTreeMap::from([("tillit_language".to_owned(), "en".to_owned())]);
        Self { portal: portal.to_owned(), http, cookies, walk: practice.walk(username, Consent::AcceptForEverybody) }
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<String>) -> Answer {
        let path = path.strip_prefix(&self.portal).unwrap_or(path);
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method, format!("{}{path}", self.portal)).header(COOKIE, cookies.join("; "));
        if let Some(body) = body {
            request = request.header(ORIGIN, &self.portal).header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.expect("the portal answers");
        for line in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = line.to_str().expect("a cookie").split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = response.headers().get(LOCATION).map_or("", |location| location.to_str().expect("an address")).to_owned();
        Answer { status: response.status().as_u16(), location, body: response.text().await.expect("a body") }
    }

    /// Sends a form that leads to the provider, signs in there, and comes back.
    pub async fn trip(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let there = self.post(path, fields).await;
        assert!(there.location.starts_with("http://127.0.0.1"), "{path} leads nowhere: {there:?}");
        let Outcome::Redirect(back) = self.walk.open(&there.location) else { panic!("the provider kept the browser") };
        self.get(&back).await
    }
}
