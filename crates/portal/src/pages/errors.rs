//! When a page cannot be shown: what happened, what to do, the request's name.

use askama::Template;
use http::StatusCode;

use super::Page;
use super::sign_in::outside;
use crate::frame::Frame;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The form or address cannot be read; why, in the reader's words.
    BadRequest(String),
    /// The person may not open this.
    Forbidden,
    /// A form was sent from another site.
    CrossSite,
    /// There is no such page, or it is not this person's to know of.
    NotFound,
    /// A form for another method, such as a reload of a form's address.
    WrongMethod,
    /// More was sent than is read.
    TooLarge,
    /// Something was changed by somebody else in between.
    Conflict,
    /// Too many attempts.
    TooMany,
    /// The request took too long.
    Timeout,
    /// The fault is ours.
    Internal,
    /// The session can only turn single sign-on off.
    OnlyTurnOff,
    /// The organisation would be left without a way back in.
    LastOwner,
    /// The request names another host than ours.
    OtherHost,
}

impl Fault {
    /// HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::CrossSite | Self::OnlyTurnOff => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict | Self::LastOwner => StatusCode::CONFLICT,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
    const fn key(&self) -> &'static str {
        match self {
            Self::BadRequest(_) => "bad-request",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross-site",
            Self::NotFound => "not-found",
            Self::WrongMethod => "wrong-method",
            Self::TooLarge => "too-large",
            Self::Conflict => "conflict",
            Self::TooMany => "too-many",
            Self::Timeout => "timeout",
            Self::Internal => "internal",
            Self::OnlyTurnOff => "only-turn-off",
            Self::LastOwner => "last-owner",
            Self::OtherHost => "other-host",
        }
    }
    const ALL: [Self; 12] = [
        Self::Forbidden,
        Self::CrossSite,
        Self::NotFound,
        Self::WrongMethod,
        Self::TooLarge,
        Self::Conflict,
        Self::TooMany,
        Self::Timeout,
        Self::Internal,
        Self::OnlyTurnOff,
        Self::LastOwner,
        Self::OtherHost,
    ];
}

/// A page instead of the one that was asked for.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// Frame.
    pub f: Frame,
    /// What went wrong.
    pub fault: Fault,
}

impl ErrorPage {
    fn say(&self, what: &str) -> String {
        self.f.w.t(&format!("fault-{}-{what}", self.fault.key()))
    }
    fn detail(&self) -> &str {
        match &self.fault {
            Fault::BadRequest(detail) => detail,
            _ => "",
        }
    }
    fn is_only_turn_off(&self) -> bool {
        self.fault == Fault::OnlyTurnOff
    }
}

impl Page for ErrorPage {
    const NAME: &'static str = "error";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let mut samples: Vec<_> = Fault::ALL.into_iter().map(|fault| (fault.key(), Self { f: outside(f), fault })).collect();
        let fault = Fault::BadRequest(f.w.t1("bad-form-doubled", "name", "username"));
        samples.push(("bad-request", Self { f: outside(f), fault }));
        samples
    }
}
