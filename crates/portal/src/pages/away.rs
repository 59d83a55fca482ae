//! On the way to an identity provider that the policy of forms does not name.

use askama::Template;

use super::Page;
use super::sign_in::outside;
use crate::frame::Frame;

/// Leads on by itself (header `Refresh`), and by a link for whoever does not want to wait.
#[derive(Debug, Template)]
#[template(path = "away.html")]
pub struct AwayPage {
    /// Frame.
    pub f: Frame,
    /// Host of the provider.
    pub host: String,
    /// Address of its sign-in page.
    pub url: String,
}

impl Page for AwayPage {
    const NAME: &'static str = "away";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let url = "https://login.company.example/authorize".to_owned();
        vec![("", Self { f: outside(f), host: "login.company.example".to_owned(), url })]
    }
}
