//! The person's own sessions.

use askama::Template;
use tillit_store::Timestamp;

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Pill, Table, Tone, time_cell};
use crate::words::Words;

/// Where a session is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionFrom {
    /// The network that the reader is in now.
    Here,
    /// Another one: its address.
    Elsewhere(String),
    /// Not known, or not for the reader.
    Unknown,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Id, for the button that ends it.
    pub id: String,
    /// Key of the word for how it began.
    pub method: &'static str,
    /// Browser and system, as far as they are known.
    pub device: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last used.
    pub last_seen: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// Whether this is the session that looks.
    pub current: bool,
    /// Where it is from.
    pub from: SessionFrom,
}

impl SessionRow {
    pub(crate) fn samples(f: &Frame) -> Vec<Self> {
        let hours = |n| tillit_store::Duration::hours(n);
        let row = |id: &str, method, current, from| Self {
            id: id.to_owned(),
            method,
            device: Some("Firefox · Linux".to_owned()),
            started_at: f.now - hours(3),
            last_seen: f.now,
            expires_at: f.now + hours(9),
            current,
            from,
        };
        vec![
            row("ses_1", "method-sso", true, SessionFrom::Here),
            row("ses_2", "method-password", false, SessionFrom::Elsewhere("198.51.100.7".to_owned())),
        ]
    }
}

/// Sessions as a table. `end_path` gives each but the current one a button.
pub(crate) fn session_table(w: &Words, sessions: &[SessionRow], end_path: Option<&str>) -> Table {
    let rows = sessions
        .iter()
        .map(|session| {
            let device = session.device.clone().unwrap_or_else(|| w.t("session-device-unknown"));
            let mut row = vec![
                Cell::Two(device, w.t(session.method)),
                time_cell(w, session.started_at),
                if session.current { Cell::Pill(Pill::new(Tone::Ok, w.t("session-current"))) } else { time_cell(w, session.last_seen) },
                time_cell(w, session.expires_at),
            ];
            if let Some(path) = end_path {
                row.insert(
                    1,
                    match &session.from {
                        SessionFrom::Here => Cell::Text(w.t("session-from-here")),
                        SessionFrom::Elsewhere(address) => Cell::Two(w.t("session-from-elsewhere"), address.clone()),
                        SessionFrom::Unknown => Cell::None,
                    },
                );
                row.push(if session.current {
                    Cell::None
                } else {
                    Cell::Action {
                        path: format!("{path}/{}", session.id),
                        text: w.t("session-end"),
                        about: w.t1("session-end-about", "time", w.time(session.started_at)),
                    }
                });
            }
            row
        })
        .collect();
    let mut columns: Vec<_> =
        ["column-device", "column-started", "column-last-used", "column-ends"].map(|key| Column::plain(w.t(key))).into();
    if end_path.is_some() {
        columns.insert(1, Column::plain(w.t("column-from")));
        columns.push(Column::plain(w.t("column-action")));
    }
    Table {
        caption: w.t("sessions-title"),
        columns,
        rows,
        count: String::new(),
        filter: None,
        export: None,
        more: None,
        empty: Empty { icon: "device", title: w.t("sessions-none"), text: w.t("sessions-none-text") },
    }
}

/// The person's own sessions.
#[derive(Debug, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage {
    /// Frame.
    pub f: Frame,
    /// Sessions, newest first.
    pub sessions: Vec<SessionRow>,
}

impl SessionsPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn table(&self) -> Table {
        session_table(&self.f.w, &self.sessions, Some("/account/sessions/end"))
    }
}

impl Page for SessionsPage {
    const NAME: &'static str = "sessions";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("", Self { f: f.clone(), sessions: SessionRow::samples(f) })]
    }
}
