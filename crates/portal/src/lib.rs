//! The portal: pages for people, rendered on the server.
//!
//! A face, in the words of the house: it reads a request, calls a room, shows the answer, and
//! holds no rule of the business. Every page works without a script, under a Content Security
//! Policy without exceptions, in English and Norwegian, light and dark.
//!
//! - `pages` are typed structs with templates and samples; `ui` is what they are made of.
//! - `words` are the texts; `assets` and `icons` what is drawn with.
//! - `web` lies between a request and its handler; `handlers` answer, one file per address; [`router`]
//!   puts them together. How to add one: docs/how-to-add-an-endpoint.md.
#![forbid(unsafe_code)]

pub mod assets;
pub mod frame;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod handlers;
pub mod icons;
pub mod pages;
mod state;
pub mod ui;
mod web;
pub mod words;

pub use state::{DemoLinks, OperatorLinks, PortalConfig, PortalState};
pub use web::router;
