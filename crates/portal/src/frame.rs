//! What every page carries: language, theme, who is signed in, the foot.

use std::sync::Arc;

use crate::state::{OperatorLinks, PortalConfig};
use crate::ui::{Avatar, Note};
use crate::words::Words;
use tillit_accounts::{Permission, Role};
use tillit_store::{RequestId, Timestamp};

/// Colours of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the reader's system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As in the cookie and in messages.
    pub const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
    /// Icon of the switch.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "sun",
            Self::Dark => "moon",
        }
    }
    /// Key of its word.
    pub const fn message(self) -> &'static str {
        match self {
            Self::System => "theme-system",
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }
    /// The theme of a [`key`](Self::key).
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.key() == key)
    }
}

/// Which entry of the frame is the present page's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the entries of the frame, by their names")]
pub enum Nav {
    Overview,
    People,
    Simulations,
    Reports,
    Guides,
    Settings,
    None,
}

impl Nav {
    /// Entries of the rail, in order: entry, path.
    pub const RAIL: [(Self, &'static str); 5] = [
        (Self::Overview, "/"),
        (Self::People, "/people"),
        (Self::Simulations, "/simulations"),
        (Self::Reports, "/reports"),
        (Self::Guides, "/guides"),
    ];
    /// Whether this is `other`.
    pub fn is(self, other: Self) -> bool {
        self == other
    }
    /// What it takes to open it.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Overview | Self::None => Permission::ViewOverview,
            Self::People => Permission::ViewPeople,
            Self::Simulations => Permission::ViewGroupResults,
            Self::Reports => Permission::ReadReportedMail,
            Self::Guides => Permission::ReadGuides,
            Self::Settings => Permission::ViewSettings,
        }
    }
    /// Key of its word.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Overview | Self::None => "nav-overview",
            Self::People => "nav-people",
            Self::Simulations => "nav-simulations",
            Self::Reports => "nav-reports",
            Self::Guides => "nav-guides",
            Self::Settings => "nav-settings",
        }
    }
    /// Name of its icon.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::People => "people",
            Self::Simulations => "simulations",
            Self::Reports => "reports",
            Self::Guides => "guides",
            Self::Settings => "settings",
            Self::None => "overview",
        }
    }
}

/// The person who is signed in, as the frame shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FramePerson {
    /// Name, or the username when no name is known.
    pub name: String,
    /// Username.
    pub username: String,
    /// Picture or initials.
    pub avatar: Avatar,
    /// Role: what it does not include is not offered.
    pub role: Role,
}

/// What every page carries.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Language and zone.
    pub w: Words,
    /// Colours.
    pub theme: Theme,
    /// The present moment: the script's countdowns start from it.
    pub now: Timestamp,
    /// Path of this page, for the switches to come back to.
    pub path: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Who is signed in.
    pub person: Option<FramePerson>,
    /// What the last action did, shown once.
    pub flash: Option<Note>,
    /// Standing warnings: a credential that ends, an enforcement that runs.
    pub banners: Vec<Note>,
    /// Name of the request, shown on error pages.
    pub reference: RequestId,
    /// Settings of the face.
    pub config: Arc<PortalConfig>,
}

impl Frame {
    /// The frame of a page for somebody who is not signed in.
    pub const fn outside(w: Words, theme: Theme, path: String, now: Timestamp, reference: RequestId, config: Arc<PortalConfig>) -> Self {
        Self { w, theme, now, path, organisation: String::new(), person: None, flash: None, banners: Vec::new(), reference, config }
    }
    /// Who runs this installation.
    pub fn operator(&self) -> &OperatorLinks {
        &self.config.operator
    }
    /// Whether this entry is shown: what the role does not include is not offered.
    pub fn shows(&self, entry: &Nav) -> bool {
        self.person.as_ref().is_some_and(|person| person.role.may(entry.permission()))
    }
    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.config.demo.is_some()
    }
    /// `data-theme` of the page; empty follows the system.
    pub const fn theme_attribute(&self) -> &'static str {
        match self.theme {
            Theme::System => "",
            theme => theme.key(),
        }
    }
    /// Milliseconds since 1970, for the script's countdowns.
    pub const fn now_millis(&self) -> i64 {
        self.now.0.div_euclid(1000)
    }
}
