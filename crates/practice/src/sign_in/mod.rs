//! Signing in: from an authorisation request, over the pages a person sees, to the response.

mod admin_consent;
pub(crate) mod decide;
mod flow;
mod request;
mod respond;

pub(crate) use admin_consent::AdminConsentRequest;
pub(crate) use flow::{Action, Browser, ConsentView, Flow, Notice, Page, Purpose, Step};
pub(crate) use request::{AuthorizeRequest, Prompt, RequestError, ResponseMode};
pub(crate) use respond::{Redirection, client_info};
