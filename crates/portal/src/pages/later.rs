//! Pages of parts that this version does not have: one honest sentence each.

use askama::Template;

use super::Page;
use crate::frame::{Frame, Nav};

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the parts")]
pub enum Later {
    Simulations,
    Reports,
    UserSync,
    AddIn,
    Delivery,
}

impl Later {
    /// Every part.
    pub const ALL: [Self; 5] = [Self::Simulations, Self::Reports, Self::UserSync, Self::AddIn, Self::Delivery];

    /// The entry that it stands under.
    pub const fn nav(self) -> Nav {
        match self {
            Self::Simulations => Nav::Simulations,
            Self::Reports => Nav::Reports,
            Self::UserSync | Self::AddIn | Self::Delivery => Nav::Settings,
        }
    }
    const fn key(self) -> &'static str {
        match self {
            Self::Simulations => "simulations",
            Self::Reports => "reports",
            Self::UserSync => "user-sync",
            Self::AddIn => "add-in",
            Self::Delivery => "delivery",
        }
    }
    const fn icon(self) -> &'static str {
        match self {
            Self::Simulations => "simulations",
            Self::Reports => "reports",
            Self::UserSync => "people",
            Self::AddIn => "mail",
            Self::Delivery => "shield",
        }
    }
}

/// A part that comes later.
#[derive(Debug, Template)]
#[template(path = "later.html")]
pub struct LaterPage {
    /// Frame.
    pub f: Frame,
    /// Which.
    pub part: Later,
}

impl LaterPage {
    fn nav(&self) -> Nav {
        self.part.nav()
    }
    fn is_settings(&self) -> bool {
        self.nav() == Nav::Settings
    }
    fn tab(&self) -> &'static str {
        match self.part {
            Later::UserSync => "tab-user-sync",
            Later::AddIn => "tab-add-in",
            _ => "tab-delivery",
        }
    }
    fn say(&self, what: &str) -> String {
        self.f.w.t(&format!("later-{}-{what}", self.part.key()))
    }
}

impl Page for LaterPage {
    const NAME: &'static str = "later";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        Later::ALL.into_iter().map(|part| (part.key(), Self { f: f.clone(), part })).collect()
    }
}
