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
}

impl Page for SentPage {
    const NAME: &'static str = "sent";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let fields = vec![("username".to_owned(), "kari@nordvik.example".to_owned())];
        vec![("", Self { f: outside(f), path: "/people/search".to_owned(), fields })]
    }
}
