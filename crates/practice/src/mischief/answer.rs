//! What can be wrong with HTTP answers.

use serde::{Deserialize, Serialize};

use super::json::JsonEdit;

/// A group of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// OpenID provider metadata.
    Metadata,
    /// JWKS.
    Keys,
    /// Authorisation.
    Authorize,
    /// The pages between authorisation and its response.
    SignIn,
    /// Token.
    Token,
    /// Logout.
    Logout,
    /// Admin consent.
    AdminConsent,
    /// Graph `/me`.
    GraphMe,
    /// Graph photos.
    GraphPhoto,
    /// Graph `/organization`.
    GraphOrganization,
    /// Any other Graph address, userinfo among them.
    GraphOther,
    /// Everything else: admin centre, fault panel.
    Other,
}

impl Endpoint {
    /// Whether it belongs to Graph.
    pub fn is_graph(self) -> bool {
        matches!(self, Self::GraphMe | Self::GraphPhoto | Self::GraphOrganization | Self::GraphOther)
    }
    /// Whether a relying party's server asks it, rather than a browser.
    pub fn is_back_channel(self) -> bool {
        self.is_graph() || matches!(self, Self::Metadata | Self::Keys | Self::Token)
    }

    /// The group of a path.
    pub fn of(path: &str) -> Self {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        match segments.as_slice() {
            ["graph", "v1.0", "me"] => Self::GraphMe,
            ["graph", "v1.0", "me", "photo" | "photos", ..] => Self::GraphPhoto,
            ["graph", "v1.0", "organization", ..] => Self::GraphOrganization,
            ["graph", ..] => Self::GraphOther,
            [_, "v2.0", ".well-known", "openid-configuration"] => Self::Metadata,
            [_, "discovery", "v2.0", "keys"] => Self::Keys,
            [_, "oauth2", "v2.0", "authorize"] => Self::Authorize,
            [_, "oauth2", "v2.0", "token"] => Self::Token,
            [_, "oauth2", "v2.0", "logout"] => Self::Logout,
            [_, "v2.0", "adminconsent"] => Self::AdminConsent,
            [_, "login"] => Self::SignIn,
            _ => Self::Other,
        }
    }
}

/// What is done to an endpoint's answers, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerEdit {
    /// Which endpoint.
    pub endpoint: Endpoint,
    /// How many answers; none: all of them.
    #[serde(default)]
    pub times: Option<u32>,
    /// What is done, in this order.
    pub changes: Vec<Change>,
}

/// A change to an HTTP answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another status. The body stays unless it is replaced too.
    Status(u16),
    /// Sets a header (`location`, `retry-after`, `content-type` …).
    Header {
        /// Name.
        name: String,
        /// Value.
        value: String,
    },
    /// Waits first (real time, at most a minute).
    Delay {
        /// How long.
        millis: u64,
    },
    /// Changes a JSON body.
    Json(JsonEdit),
    /// Another body; its content type is set as well, put [`Change::Header`] behind to differ.
    Body(Body),
}

impl Change {
    /// Status 302 to this place is two changes: `[Change::Status(302), Change::header("location", place)]`.
    pub fn header(name: &str, value: &str) -> Self {
        Self::Header { name: name.into(), value: value.into() }
    }
    /// A text body.
    pub fn text(content_type: &str, text: &str) -> Self {
        Self::Body(Body::Text { content_type: content_type.into(), text: text.into() })
    }
}

/// A body to send instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// This text.
    Text {
        /// Content type.
        content_type: String,
        /// The text.
        text: String,
    },
    /// A JSON string of so many bytes, streamed without a length (at most 1 GiB).
    Huge {
        /// How many.
        bytes: u64,
    },
    /// One byte after the other with a pause between, for ever ("slow loris").
    Drip {
        /// The pause.
        every_millis: u64,
    },
    /// Blanks, gzip-encoded: small on the wire, so many bytes when decoded (at most 1 GiB).
    GzipBomb {
        /// How many when decoded.
        bytes: u64,
    },
    /// A PNG of 30,000 × 30,000 pixels in about 700 kB.
    PngBomb,
    /// An SVG with a script, as image/svg+xml.
    Svg,
    /// An HTML page that calls itself image/jpeg.
    HtmlAsJpeg,
    /// A GIF of one pixel.
    TinyGif,
    /// A correct PNG with a script behind its end.
    Polyglot,
    /// A JPEG cut off in the middle.
    TruncatedJpeg,
    /// Nothing.
    Empty,
}
