//! The faults of the demo's panel: each goes on and off with one click, without changing what it covers.

use serde::{Deserialize, Serialize};

/// Something that goes wrong on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Whoever signs in comes as a guest.
    Guest,
    /// Whoever signs in declines to consent.
    ConsentDenied,
    /// Consent is withdrawn and only administrators may give it.
    NeedsApproval,
    /// The application's credentials are expired.
    SecretExpired,
    /// The provider answers nothing but 503.
    TenantDown,
    /// Graph takes ten seconds for everything.
    SlowGraph,
    /// A person has married: another user name and mail address, same object id.
    UserRenamed,
    /// New signing keys, the old ones are gone.
    KeysRolledOver,
}

impl Fault {
    /// All of them, in the panel's order.
    pub const ALL: [Self; 8] = [
        Self::Guest,
        Self::ConsentDenied,
        Self::NeedsApproval,
        Self::SecretExpired,
        Self::TenantDown,
        Self::SlowGraph,
        Self::UserRenamed,
        Self::KeysRolledOver,
    ];

    /// Its name in addresses and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::ConsentDenied => "consent-denied",
            Self::NeedsApproval => "needs-approval",
            Self::SecretExpired => "secret-expired",
            Self::TenantDown => "tenant-down",
            Self::SlowGraph => "slow-graph",
            Self::UserRenamed => "user-renamed",
            Self::KeysRolledOver => "keys-rolled-over",
        }
    }
    /// The fault with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.name() == name)
    }
    /// Its title on the panel.
    pub fn title(self) -> &'static str {
        match self {
            Self::Guest => "Guest",
            Self::ConsentDenied => "Consent denied",
            Self::NeedsApproval => "Needs approval",
            Self::SecretExpired => "Secret expired",
            Self::TenantDown => "Tenant down",
            Self::SlowGraph => "Slow Graph",
            Self::UserRenamed => "User renamed",
            Self::KeysRolledOver => "Keys rolled over",
        }
    }
    /// One sentence: what it does while it is on.
    pub fn effect(self) -> &'static str {
        match self {
            Self::Guest => "Everybody who signs in appears as a guest of the tenant, at home somewhere else.",
            Self::ConsentDenied => "Every sign-in comes back as if the person had pressed Cancel on the consent page.",
            Self::NeedsApproval => {
                "All consent is withdrawn and only an administrator can give it; an administrator's consent ends this fault."
            }
            Self::SecretExpired => "The application's secret and certificate are refused as expired when a sign-in is redeemed.",
            Self::TenantDown => "Sign-ins end with an error, keys, tokens and Graph answer 503; only this panel and the admin centre work.",
            Self::SlowGraph => "Every Graph answer takes ten seconds.",
            Self::UserRenamed => "Kari Nordmann is now Kari Fjellheim: another user name and mail address, the same object id.",
            Self::KeysRolledOver => "Tokens are signed with a new key, and the old keys are no longer published.",
        }
    }
}
