//! The recovery kit: made, printed, tried.

use askama::Template;
use tillit_sso::service::views::RecoveryView;

use crate::frame::{Frame, Nav};
use crate::pages::Page;
use crate::ui::{Evidence, Field, FieldKind, FormErrors, Tone};
use crate::words::Words;

/// State of the kit, and the field to try a code.
#[derive(Debug, Template)]
#[template(path = "kit.html")]
pub struct KitPage {
    /// Frame.
    pub f: Frame,
    /// State.
    pub recovery: RecoveryView,
    /// What shows that the person asks, and not somebody with the person's session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl KitPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn code_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("code", w.t("kit-code")).hint(w.t("kit-code-hint")).errors(&self.errors)
    }
    fn state(&self) -> [Evidence; 1] {
        let (w, recovery) = (&self.f.w, &self.recovery);
        [if !recovery.has_kit {
            Evidence::new(Tone::Warn, w.t("kit-none"), w.t("kit-none-do"))
        } else if recovery.tried {
            Evidence::new(Tone::Ok, w.t("kit-tried"), w.t1("kit-left", "count", recovery.codes_left))
        } else {
            Evidence::new(Tone::Warn, w.t("kit-untried"), w.t("kit-untried-do"))
        }]
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let mut will = vec![w.t("kit-will-1"), w.t("kit-will-2")];
        if self.recovery.has_kit {
            will.push(w.t("kit-will-replace"));
        }
        will
    }
}

/// What somebody can show beside the session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proofs {
    /// The password here.
    pub password: bool,
    /// A code of a kit that was tried.
    pub kit: bool,
    /// A code of the authenticator app.
    pub app: bool,
    /// A passkey.
    pub passkey: Option<PasskeyAsk>,
}

/// What a page needs to ask for a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAsk {
    /// The host it was made for.
    pub party: String,
    /// The challenge.
    pub challenge: String,
}

impl PasskeyAsk {
    pub(crate) fn sample() -> Self {
        Self { party: "portal.example".to_owned(), challenge: "A".repeat(75) }
    }
}

impl Proofs {
    /// For samples: a password and a kit.
    pub const SAMPLE: Self = Self { password: true, kit: true, app: false, passkey: None };
}

/// Fields for whichever the person has; any of them is enough.
pub(crate) fn proof_fields(w: &Words, proofs: Proofs, errors: &FormErrors) -> Vec<Field> {
    let password = Field::password("password", w.t("kit-proof-password"), "current-password").errors(errors);
    // "Or …" only after something else.
    let first = !proofs.password && proofs.passkey.is_none();
    let code = match (proofs.app, proofs.kit) {
        (false, false) => None,
        (false, true) => Some((if first { "kit-proof-code-alone" } else { "kit-proof-code" }, "off")),
        (true, false) => Some((if first { "proof-app-alone" } else { "proof-app" }, "one-time-code")),
        (true, true) => Some((if first { "proof-app-or-kit-alone" } else { "proof-app-or-kit" }, "one-time-code")),
    };
    let code = code.map(|(key, autocomplete)| {
        Field::text("proof_code", w.t(key)).hint(w.t("kit-code-hint")).autocomplete(autocomplete).errors(errors)
    });
    let passkey = proofs.passkey.map(|ask| Field::text("passkey", w.t("proof-passkey")).kind(FieldKind::Passkey(ask.party, ask.challenge)));
    [passkey, proofs.password.then_some(password), code].into_iter().flatten().collect()
}

/// For whoever has none of these: a fresh sign-in at the provider, and back.
pub(crate) fn provider_field(w: &Words) -> Field {
    Field::text("proof", w.t("proof-provider")).hint(w.t("proof-provider-hint")).kind(FieldKind::Provider("provider"))
}

impl Page for KitPage {
    const NAME: &'static str = "recovery-kit";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |has_kit, tried, errors| Self {
            f: f.clone(),
            recovery: RecoveryView { has_kit, tried, codes_left: if has_kit { 9 } else { 0 }, some_owner_ready: tried },
            proof: proof_fields(&f.w, Proofs { kit: tried, ..Proofs::SAMPLE }, &errors),
            errors,
        };
        vec![
            ("none", page(false, false, FormErrors::default())),
            ("untried", page(true, false, FormErrors::one("code", f.w.t("kit-code-wrong")))),
            ("tried", page(true, true, FormErrors::default())),
        ]
    }
}

/// The codes, shown once.
#[derive(Debug, Template)]
#[template(path = "kit_codes.html")]
pub struct KitCodesPage {
    /// Frame.
    pub f: Frame,
    /// The codes.
    pub codes: Vec<String>,
    /// Where they are used.
    pub url: String,
}

impl KitCodesPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn code_field(&self) -> Field {
        Field::text("code", self.f.w.t("kit-code")).hint(self.f.w.t("kit-code-hint"))
    }
}

impl Page for KitCodesPage {
    const NAME: &'static str = "recovery-codes";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let codes = (0..10).map(|n| format!("k7m{n}-q4xw-9trh-2pzc-d8v{n}")).collect();
        vec![("", Self { f: f.clone(), codes, url: "https://portal.example/sign-in/recovery-code".to_owned() })]
    }
}
