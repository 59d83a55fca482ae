//! What the portal needs to work, handed over once at start-up.

use std::path::PathBuf;
use std::sync::Arc;

use tillit_accounts::LinkPurpose;
use tillit_store::{Clock, Random};
use url::Url;

/// Who runs this installation, as `[operator]` says. Shown in the foot of every page and on every refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorLinks {
    /// The operator's name: `Nordvik IT`.
    pub name: String,
    /// Name of the product on screen: `Tillit`.
    pub app_name: String,
    /// Where to ask for help.
    pub support_url: Option<Url>,
    /// Whom to write to.
    pub support_email: Option<String>,
    /// Privacy statement.
    pub privacy_url: Option<Url>,
    /// Terms of use.
    pub terms_url: Option<Url>,
    /// Who else processes data, in the operator's words.
    pub sub_processors: Vec<String>,
}

/// What the demo adds: where the practice tenant answers and where sent mails lie.
#[derive(Debug, Clone)]
pub struct DemoLinks {
    /// Base URL of the practice tenant.
    pub practice_url: Url,
    /// Folder with the mails the demo "sent".
    pub mail_folder: PathBuf,
    /// The practice receiver: the one address on this machine that a webhook may lead to.
    pub webhook_receiver: Url,
}

/// Settings of the face.
#[derive(Debug, Clone)]
pub struct PortalConfig {
    /// Address people use. Requests for another host are refused; https turns on Secure cookies and HSTS.
    pub public_url: Url,
    /// Who runs this installation.
    pub operator: OperatorLinks,
    /// Present only in `tillit demo`.
    pub demo: Option<DemoLinks>,
    /// Origins a form may lead to through redirects (sign-in pages of identity providers): `https://login.microsoftonline.com`.
    pub form_action_origins: Vec<String>,
    /// Number of reverse proxies whose `X-Forwarded-For` entries may be believed; 0 means none.
    pub trusted_proxies: u8,
}

impl PortalConfig {
    /// Whether people reach the portal over https.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
    /// Where a one-time link leads; its token goes behind.
    pub fn link_page(&self, purpose: LinkPurpose) -> String {
        let path = match purpose {
            LinkPurpose::SetUp => "set-up",
            LinkPurpose::Recover => "recover",
            LinkPurpose::Invitation => "invitation",
            LinkPurpose::Handover => "handover",
        };
        format!("{}/{path}/", self.public_url.as_str().trim_end_matches('/'))
    }
}

/// Rooms and settings. Cheap to clone.
#[derive(Clone)]
pub struct PortalState {
    /// Organisations, people, sessions.
    pub accounts: tillit_accounts::Accounts,
    /// Signing in.
    pub sso: tillit_sso::service::Sso,
    /// Who is asked for DNS records.
    pub txt: tillit_fetch::TxtResolver,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Settings of the face.
    pub config: Arc<PortalConfig>,
}
