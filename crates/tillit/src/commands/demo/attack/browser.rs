//! A browser as an attacker would script it: cookies by host, redirects by hand.

use anyhow::{Context as _, Result, bail};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, StatusCode, redirect};
use url::Url;

/// Longest wait for one answer.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// An answer.
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Where a redirect leads.
    pub location: Option<Url>,
    /// Body as text.
    pub text: String,
}

/// Cookies and a connection.
pub struct Browser {
    http: Client,
    jar: Vec<(String, String, String)>,
}

impl Browser {
    /// An empty jar.
    #[expect(clippy::disallowed_methods, reason = "an attacker's browser on loopback, not a request of the product")]
    pub fn new() -> Result<Self> {
        Ok(Self { http: Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(PATIENCE).build()?, jar: Vec::new() })
    }

    /// Value of a cookie of this host (with port).
    pub fn cookie(&self, host: &str, name: &str) -> Option<&str> {
        self.jar.iter().find(|c| c.0 == host && c.1.ends_with(name)).map(|c| c.2.as_str())
    }

    /// Puts a cookie into the jar.
    pub fn plant(&mut self, host: &str, name: &str, value: &str) {
        self.jar.push((host.to_owned(), name.to_owned(), value.to_owned()));
    }

    /// One request, no redirect followed. A form is sent as a page of the same origin would.
    pub async fn send(&mut self, method: Method, url: Url, form: Option<&[(&str, &str)]>) -> Result<Answer> {
        let origin = url.origin().ascii_serialization();
        self.send_from(&origin, method, url, form).await
    }

    /// As [`send`](Self::send), but from a page of this origin.
    pub async fn send_from(&mut self, origin: &str, method: Method, url: Url, form: Option<&[(&str, &str)]>) -> Result<Answer> {
        let host = url.authority().to_owned();
        let cookies: Vec<String> = self.jar.iter().filter(|c| c.0 == host).map(|c| format!("{}={}", c.1, c.2)).collect();
        let mut request = self.http.request(method, url.clone());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(form) = form {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
            request = request.header("content-type", "application/x-www-form-urlencoded").header(ORIGIN, origin).body(body);
        }
        let response =
            request.send().await.with_context(|| format!("nothing answers at {}; start `tillit demo` first", url.authority()))?;
        let headers = response.headers().clone();
        for line in headers.get_all(SET_COOKIE) {
            let Some((name, value)) = line.to_str().ok().and_then(|l| l.split(';').next()).and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            self.jar.retain(|c| c.0 != host || c.1 != name);
            if !value.is_empty() {
                self.plant(&host, name, value);
            }
        }
        let location = headers.get(LOCATION).and_then(|l| l.to_str().ok()).and_then(|l| url.join(l).ok());
        Ok(Answer { status: response.status(), location, headers, text: response.text().await.unwrap_or_default() })
    }

    /// Opens a page.
    pub async fn open(&mut self, url: Url) -> Result<Answer> {
        self.send(Method::GET, url, None).await
    }

    /// Posts JSON.
    pub async fn json(&self, url: Url, value: &serde_json::Value) -> Result<()> {
        let request = self.http.post(url).header("content-type", "application/json").body(value.to_string());
        request.send().await?.error_for_status().map(drop).context("the practice tenant's mischief")
    }

    /// Signs in at the practice tenant, beginning at its authorize address, and says where it sends the browser back to.
    pub async fn through_practice(&mut self, authorize: Url, username: &str, password: &str) -> Result<Url> {
        let home = authorize.origin();
        let mut answer = self.open(authorize.clone()).await?;
        for _ in 0..8 {
            if let Some(next) = answer.location {
                if next.origin() != home {
                    return Ok(next);
                }
                answer = self.open(next).await?;
                continue;
            }
            let action = between(&answer.text, "<form method=\"post\" action=\"", "\"").context("a form of the practice tenant")?;
            let flow = between(&answer.text, "name=\"flow\" value=\"", "\"").context("the form's flow")?;
            let to = authorize.join(action)?;
            let (flow, page) = (flow.to_owned(), answer.text.as_str());
            let form: Vec<(&str, &str)> = if page.contains("name=\"passwd\"") {
                vec![("flow", &flow), ("loginfmt", username), ("passwd", password), ("action", "password")]
            } else if page.contains("value=\"accept\"") {
                vec![("flow", &flow), ("action", "accept")]
            } else if page.contains("name=\"loginfmt\"") {
                vec![("flow", &flow), ("loginfmt", username), ("action", "username")]
            } else {
                bail!("a page of the practice tenant that is not known here");
            };
            answer = self.send(Method::POST, to, Some(&form)).await?;
        }
        bail!("the practice tenant asks and asks")
    }
}

/// The text between two marks.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
