//! A form that waited is sent again.

use askama::Template;

use super::Page;
use super::sign_in::outside;
use crate::frame::Frame;

/// What somebody sent is still here, and goes on its way: by itself, or with the button.
#[derive(Debug, Template)]
#[template(path = "sent.html")]
pub struct SentPage {
    /// Frame.
    pub f: Frame,
    /// Where it goes.
    pub path: String,
    /// What was sent.
    pub fields: Vec<(String, String)>,
    /// Whether somebody must press, after looking at where it goes.
    pub press: bool,
}

impl Page for SentPage {
    const NAME: &'static str = "sent";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let fields = vec![("username".to_owned(), "kari@nordvik.example".to_owned())];
        let page = |path: &str, press| Self { f: outside(f), path: path.to_owned(), fields: fields.clone(), press };
        vec![("", page("/people/search", false)), ("press", page("/people/per_1/forget", true))]
    }
}
