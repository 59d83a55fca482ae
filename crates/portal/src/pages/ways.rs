//! How somebody signs in without single sign-on: the own page, the password, the authenticator app.

use askama::Template;
use tillit_accounts::{SecondFactorCount, SecondFactorFor};
use tillit_store::{PersonId, Timestamp};

use super::{Page, PasskeyAsk, Proofs, proof_fields, provider_field};
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Choice, CodeBlock, Column, Empty, Evidence, Field, FormErrors, Note, Table, Tone, time_cell};

/// What is shown of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AppView {
    /// Since when it is asked for.
    pub since: Timestamp,
    /// Own recovery codes that are left.
    pub codes_left: u32,
}

impl AppView {
    fn sample(f: &Frame) -> Self {
        Self { since: f.now, codes_left: 9 }
    }
    fn evidence(self, f: &Frame) -> Evidence {
        let tone = if self.codes_left > 2 { Tone::Ok } else { Tone::Warn };
        Evidence::new(tone, f.w.t1("app-since", "time", f.w.time(self.since)), f.w.t1("app-codes-left", "count", self.codes_left))
    }
}

/// The person's ways of signing in here.
#[derive(Debug, Template)]
#[template(path = "ways.html")]
pub struct WaysPage {
    /// Frame.
    pub f: Frame,
    /// When the password was set.
    pub password_since: Option<Timestamp>,
    /// The app.
    pub app: Option<AppView>,
    /// Passkeys; `None`: browsers make none for the address of this portal.
    pub passkeys: Option<Vec<PasskeyView>>,
    /// Whether the organisation accepts these ways now.
    pub accepted: bool,
}

impl WaysPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn password(&self) -> [Evidence; 1] {
        let w = &self.f.w;
        [match self.password_since {
            Some(at) => Evidence::new(Tone::Ok, w.t("ways-password-set"), w.t1("ways-password-since", "time", w.time(at))),
            None => Evidence::new(Tone::Neutral, w.t("ways-password-none"), w.t("ways-password-none-text")),
        }]
    }
    fn app(&self) -> [Evidence; 1] {
        [match self.app {
            Some(app) => app.evidence(&self.f),
            None => Evidence::new(Tone::Neutral, self.f.w.t("app-none"), self.f.w.t("app-none-text")),
        }]
    }
    fn passkeys(&self) -> Table {
        let w = &self.f.w;
        let rows = self.passkeys.iter().flatten().map(|passkey| {
            vec![
                Cell::Two(passkey.name.clone(), w.t(if passkey.synced { "passkey-synced" } else { "passkey-bound" })),
                time_cell(w, passkey.created_at),
                passkey.used_at.map_or(Cell::None, |at| time_cell(w, at)),
                Cell::Link {
                    path: format!("/account/sign-in/passkeys/{}/remove", passkey.id),
                    text: w.t1("passkey-remove-named", "name", &passkey.name),
                },
            ]
        });
        Table {
            caption: w.t("passkeys-title"),
            columns: ["column-passkey", "column-added", "column-last-used", "column-action"].map(|key| Column::plain(w.t(key))).into(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "key", title: w.t("passkeys-none"), text: w.t("passkeys-none-text") },
        }
    }
    fn no_passkeys_here(&self) -> Note {
        Note::new(Tone::Info, self.f.w.t("passkeys-not-here"))
    }
    fn not_accepted(&self) -> Note {
        Note::new(Tone::Info, self.f.w.t("ways-not-accepted"))
    }
}

impl Page for WaysPage {
    const NAME: &'static str = "ways";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page =
            |app, accepted| Self { f: f.clone(), password_since: Some(f.now), app, passkeys: Some(PasskeyView::samples(f)), accepted };
        let bare = Self { password_since: None, passkeys: None, ..page(None, false) };
        vec![
            ("", page(Some(AppView::sample(f)), true)),
            ("password", Self { passkeys: Some(vec![]), ..page(None, true) }),
            ("not-accepted", bare),
        ]
    }
}

/// What is shown of a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyView {
    /// Its id.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// Whether it may live on several devices.
    pub synced: bool,
}

impl PasskeyView {
    fn samples(f: &Frame) -> Vec<Self> {
        let one =
            |id: &str, name: &str, used_at, synced| Self { id: id.to_owned(), name: name.to_owned(), created_at: f.now, used_at, synced };
        vec![one("pky_1", "Chrome · Android", Some(f.now), true), one("pky_2", "YubiKey", None, false)]
    }
}

/// A new password for oneself.
#[derive(Debug, Template)]
#[template(path = "change_password.html")]
pub struct ChangePasswordPage {
    /// Frame.
    pub f: Frame,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl ChangePasswordPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn fields(&self) -> [Field; 2] {
        let w = &self.f.w;
        [
            Field::password("new_password", w.t("link-password"), "new-password").hint(w.t("link-password-hint")).errors(&self.errors),
            Field::password("again", w.t("link-again"), "new-password").errors(&self.errors),
        ]
    }
    fn will(&self) -> Vec<String> {
        ["ways-password-will-1", "ways-password-will-2", "ways-password-will-3"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for ChangePasswordPage {
    const NAME: &'static str = "change-password";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let proofs = Proofs { password: false, app: true, passkey: Some(PasskeyAsk::sample()), ..Proofs::SAMPLE };
        let page = |errors| Self { f: f.clone(), proof: proof_fields(&f.w, proofs.clone(), &errors), errors };
        let mut wrong = FormErrors::one("new_password", f.w.t("link-password-common"));
        wrong.add("proof_code", f.w.t("kit-proof-wrong"));
        let first = Self { proof: vec![provider_field(&f.w)], ..page(FormErrors::default()) };
        vec![("", page(FormErrors::default())), ("error", page(wrong)), ("at-provider", first)]
    }
}

/// The authenticator app: what setting it up means, and what can be done with one that is there.
#[derive(Debug, Template)]
#[template(path = "app_factor.html")]
pub struct AppPage {
    /// Frame.
    pub f: Frame,
    /// The app that is there.
    pub app: Option<AppView>,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl AppPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn state(&self) -> Vec<Evidence> {
        self.app.map(|app| app.evidence(&self.f)).into_iter().collect()
    }
    fn will(&self) -> Vec<String> {
        let keys: &[&str] = if self.app.is_some() {
            &["app-will-replace", "app-will-codes", "app-will-remove"]
        } else {
            &["app-will-1", "app-will-2", "app-will-3"]
        };
        keys.iter().map(|key| self.f.w.t(key)).collect()
    }
}

impl Page for AppPage {
    const NAME: &'static str = "app";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |app: Option<AppView>, errors: FormErrors| Self {
            f: f.clone(),
            app,
            proof: proof_fields(&f.w, Proofs { password: app.is_none(), app: app.is_some(), ..Proofs::SAMPLE }, &errors),
            errors,
        };
        let wrong = FormErrors::one("proof_code", f.w.t("kit-proof-wrong"));
        vec![("", page(None, FormErrors::default())), ("there", page(Some(AppView::sample(f)), wrong))]
    }
}

/// The secret to scan, shown while the app is set up.
#[derive(Debug, Template)]
#[template(path = "app_scan.html")]
pub struct AppScanPage {
    /// Frame.
    pub f: Frame,
    /// The secret, as text.
    pub secret: String,
    /// The address that apps read.
    pub uri: String,
    /// Shows that the person gave an own proof.
    pub ticket: String,
    /// What is wrong.
    pub errors: FormErrors,
}

impl AppScanPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    /// Inline SVG of ours: digits and fixed words only.
    fn qr(&self) -> String {
        qr_svg(&self.uri, &self.f.w.t("app-qr"))
    }
    fn block(&self) -> CodeBlock {
        let groups: Vec<&str> = self.secret.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        CodeBlock { id: "app-secret", label: self.f.w.t("app-secret"), text: groups.join(" "), wrap: true }
    }
    fn code_field(&self) -> Field {
        Field::text("code", self.f.w.t("app-code")).hint(self.f.w.t("app-code-hint")).autocomplete("one-time-code").errors(&self.errors)
    }
}

/// A QR code: black on white in both themes, since cameras want it so.
fn qr_svg(text: &str, label: &str) -> String {
    let Ok(code) = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M) else { return String::new() };
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        for (column, color) in modules.iter().enumerate() {
            if *color == qrcode::Color::Dark {
                path.push_str(&format!("M{column} {row}h1v1h-1z"));
            }
        }
    }
    let (label, size) =
        (askama::filters::escape(label, askama::filters::Html).map_or_else(|_| String::new(), |safe| safe.to_string()), width + 8);
    format!(
        "<svg class=\"qr\" viewBox=\"-4 -4 {size} {size}\" role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\"><rect x=\"-4\" y=\"-4\" width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

impl Page for AppScanPage {
    const NAME: &'static str = "app-scan";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
        let page = |errors| Self {
            f: f.clone(),
            uri: format!(
                "otpauth://totp/Tillit%20Nordvik:ola%40nordvik.example?secret={secret}&issuer=Tillit%20Nordvik&algorithm=SHA1&digits=6&period=30"
            ),
            secret: secret.clone(),
            ticket: "A".repeat(75),
            errors,
        };
        vec![("", page(FormErrors::default())), ("wrong", page(FormErrors::one("code", f.w.t("app-code-wrong"))))]
    }
}

/// Own recovery codes, shown once.
#[derive(Debug, Template)]
#[template(path = "own_codes.html")]
pub struct OwnCodesPage {
    /// Frame.
    pub f: Frame,
    /// The codes.
    pub codes: Vec<String>,
    /// Whether the app was set up just now.
    pub fresh: bool,
}

impl OwnCodesPage {
    fn nav(&self) -> Nav {
        Nav::None
    }
    fn title(&self) -> String {
        self.f.w.t(if self.fresh { "own-codes-fresh" } else { "own-codes-title" })
    }
}

impl Page for OwnCodesPage {
    const NAME: &'static str = "own-codes";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let codes: Vec<String> = (0..10).map(|n| format!("7Q2{n}-9XKD-4HTB-0WZ{n}")).collect();
        vec![("", Self { f: f.clone(), codes: codes.clone(), fresh: true }), ("again", Self { f: f.clone(), codes, fresh: false })]
    }
}

/// Taking somebody's second factor away.
#[derive(Debug, Template)]
#[template(path = "reset_second_factor.html")]
pub struct ResetSecondFactorPage {
    /// Frame.
    pub f: Frame,
    /// Whose.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl ResetSecondFactorPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn title(&self) -> String {
        self.f.w.t1("second-factor-reset-title", "name", &self.name)
    }
    fn will(&self) -> Vec<String> {
        ["second-factor-reset-will-1", "second-factor-reset-will-2", "second-factor-reset-will-3"]
            .map(|key| self.f.w.t1(key, "name", &self.name))
            .into()
    }
}

impl Page for ResetSecondFactorPage {
    const NAME: &'static str = "reset-second-factor";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let errors = FormErrors::default();
        let proof = proof_fields(&f.w, Proofs { password: false, app: true, ..Proofs::SAMPLE }, &errors);
        vec![("", Self { f: f.clone(), person: super::sample::person(3), name: "Kari Nordmann".to_owned(), proof, errors })]
    }
}

/// Who must show a second factor.
#[derive(Debug, Template)]
#[template(path = "factor_policy.html")]
pub struct FactorPolicyPage {
    /// Frame.
    pub f: Frame,
    /// The choice.
    pub chosen: SecondFactorFor,
    /// From when on the present choice cannot be put off.
    pub binding_from: Option<Timestamp>,
    /// Whom it would concern.
    pub count: SecondFactorCount,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl FactorPolicyPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn choices(&self) -> Vec<Choice> {
        let w = &self.f.w;
        let count = |(all, without): (u64, u64)| {
            let number = |n| i64::try_from(n).unwrap_or(i64::MAX);
            w.t2("factor-policy-count", "all", number(all), "without", number(without))
        };
        SecondFactorFor::ALL
            .into_iter()
            .map(|choice| {
                let (key, hint) = match choice {
                    SecondFactorFor::Nobody => ("factor-policy-nobody", w.t("factor-policy-nobody-hint")),
                    SecondFactorFor::Administrators => ("factor-policy-administrators", count(self.count.administrators)),
                    SecondFactorFor::Everybody => ("factor-policy-everybody", count(self.count.everybody)),
                };
                Choice { value: choice.code().to_owned(), label: w.t(key), hint, chosen: choice == self.chosen }
            })
            .collect()
    }
    fn will(&self) -> Vec<String> {
        ["factor-policy-will-1", "factor-policy-will-2", "factor-policy-will-3", "factor-policy-will-4"].map(|key| self.f.w.t(key)).into()
    }
    fn state(&self) -> Option<Note> {
        self.binding_from.map(|at| Note::new(Tone::Info, self.f.w.t1("factor-policy-binding", "time", self.f.w.time(at))))
    }
}

impl Page for FactorPolicyPage {
    const NAME: &'static str = "factor-policy";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |chosen, binding_from, errors: FormErrors| Self {
            f: f.clone(),
            chosen,
            binding_from,
            count: SecondFactorCount { administrators: (4, 3), everybody: (120, 118) },
            proof: proof_fields(&f.w, Proofs::SAMPLE, &errors),
            errors,
        };
        let wrong = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        vec![
            ("", page(SecondFactorFor::Nobody, None, FormErrors::default())),
            ("chosen", page(SecondFactorFor::Administrators, Some(f.now), wrong)),
        ]
    }
}
