//! The frame that samples stand in: an owner of Nordvik, on the day of the other samples.

use std::path::PathBuf;
use std::sync::Arc;

use tillit_store::{PersonId, RequestId, Timestamp};
use url::Url;

use crate::frame::{Frame, FramePerson, Theme};
use crate::state::{DemoLinks, OperatorLinks, PortalConfig};
use crate::ui::Avatar;
use crate::words::Words;

/// The moment that samples happen at: 2026-11-23 12:00 UTC, as in the rooms.
pub(crate) const NOW: Timestamp = Timestamp(1_795_435_200_000_000);

/// A person; `n` below 16.
pub(crate) fn person(n: u8) -> PersonId {
    format!("usr_0192f6e4a7c17e3a9d0b2f6a1c5d8e{n:02x}").parse().unwrap_or_else(|_| PersonId::from_uuid(Default::default()))
}

#[expect(clippy::expect_used, reason = "literals of the samples, rendered by a test")]
fn url(text: &str) -> Url {
    Url::parse(text).expect("a literal")
}

fn config() -> PortalConfig {
    PortalConfig {
        public_url: url("https://portal.example"),
        operator: OperatorLinks {
            name: "Fjordvakt".to_owned(),
            app_name: "Tillit".to_owned(),
            support_url: Some(url("https://fjordvakt.example/support")),
            support_email: Some("support@fjordvakt.example".to_owned()),
            privacy_url: Some(url("https://fjordvakt.example/privacy")),
            terms_url: Some(url("https://fjordvakt.example/terms")),
            sub_processors: vec!["Bryggen Drift AS, Bergen, Norway: servers and backups".to_owned()],
        },
        demo: Some(DemoLinks {
            practice_url: url("http://127.0.0.1:8401"),
            mail_folder: PathBuf::new(),
            webhook_receiver: url("http://127.0.0.1:8401/webhook"),
        }),
        form_action_origins: vec!["https://login.microsoftonline.com".to_owned()],
        trusted_proxies: 0,
    }
}

/// A frame with somebody signed in.
pub fn frame(w: Words, theme: Theme) -> Frame {
    Frame {
        w,
        theme,
        now: NOW,
        path: "/".to_owned(),
        organisation: "Nordvik".to_owned(),
        person: Some(FramePerson {
            name: "Ingrid Solheim".to_owned(),
            username: "ingrid@nordvik.example".to_owned(),
            avatar: Avatar::new(person(1), "Ingrid Solheim", false),
            role: tillit_accounts::Role::Owner,
        }),
        flash: None,
        banners: vec![],
        reference: RequestId(person(2).uuid()),
        config: Arc::new(config()),
    }
}
