//! The break-glass account: the page that opens it, and its code, shown once.

use askama::Template;

use tillit_accounts::ways_back::Glass;
use tillit_store::Duration;

use super::sign_in::outside;
use super::{Page, Proofs, proof_fields};
use crate::frame::{Frame, Nav};
use crate::ui::{CodeBlock, Field, FormErrors, Note, Pill, Tone};
use crate::words::Words;

/// Where it is opened.
pub(crate) const OPEN: &str = "/break-glass";

/// Opening it, before signing in.
#[derive(Debug, Template)]
#[template(path = "break_glass.html")]
pub struct BreakGlassPage {
    /// Frame.
    pub f: Frame,
    /// What is wrong.
    pub errors: FormErrors,
}

impl BreakGlassPage {
    fn code_field(&self) -> Field {
        let w = &self.f.w;
        Field::text("code", w.t("glass-code-field")).hint(w.t("glass-code-hint")).autocomplete("one-time-code").errors(&self.errors).focus()
    }
    fn will(&self) -> Vec<String> {
        ["glass-open-will-1", "glass-open-will-2", "glass-open-will-3"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for BreakGlassPage {
    const NAME: &'static str = "break-glass";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |errors| Self { f: outside(f), errors };
        vec![("", page(FormErrors::default())), ("wrong", page(FormErrors::one("code", f.w.t("glass-code-wrong"))))]
    }
}

/// The code, in the only moment in which it is known.
#[derive(Debug, Template)]
#[template(path = "break_glass_code.html")]
pub struct BreakGlassCodePage {
    /// Frame.
    pub f: Frame,
    /// The code.
    pub code: String,
}

impl BreakGlassCodePage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn address(&self) -> CodeBlock {
        let url = self.f.config.public_url.join(OPEN).map_or_else(|_| String::new(), String::from);
        CodeBlock { id: "break-glass-url", label: self.f.w.t("glass-code-where"), text: url, wrap: true }
    }
}

impl Page for BreakGlassCodePage {
    const NAME: &'static str = "break-glass-code";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        vec![("", Self { f: f.clone(), code: "7Q2M-9XKD-41TB-0WZV".to_owned() })]
    }
}

/// How it stands, in a word.
pub(super) fn glass_pill(w: &Words, glass: &Glass) -> Pill {
    let (key, tone) = match glass {
        Glass::None => ("glass-none", Tone::Neutral),
        Glass::Sealed { .. } => ("glass-sealed", Tone::Ok),
        Glass::Open { .. } => ("glass-open", Tone::Bad),
    };
    Pill::new(tone, w.t(key))
}

/// How it stands, and what to do.
pub(super) fn glass_text(w: &Words, glass: &Glass) -> String {
    match glass {
        Glass::None => w.t("glass-none-text"),
        Glass::Sealed { at } => w.t1("glass-sealed-text", "since", w.time(*at)),
        Glass::Open { at } => w.t1("glass-open-text-owner", "since", w.time(*at)),
    }
}

/// Nothing can be shown beside the session: what to do first.
pub(super) fn no_proof(w: &Words) -> Note {
    Note::new(Tone::Info, w.t("way-back-no-proof")).with_link("/settings/security/recovery-kit", w.t("way-back-contact-make-kit"))
}

/// Sealing and closing it, for owners.
#[derive(Debug, Template)]
#[template(path = "break_glass_seal.html")]
pub struct BreakGlassSealPage {
    /// Frame.
    pub f: Frame,
    /// How it stands.
    pub glass: Glass,
    /// What the viewer can show beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl BreakGlassSealPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn pill(&self) -> Pill {
        glass_pill(&self.f.w, &self.glass)
    }
    fn text(&self) -> String {
        glass_text(&self.f.w, &self.glass)
    }
    const fn is_open(&self) -> bool {
        matches!(self.glass, Glass::Open { .. })
    }
    fn can_prove(&self) -> bool {
        !self.proof.is_empty()
    }
    fn no_proof(&self) -> Note {
        no_proof(&self.f.w)
    }
    fn button(&self) -> String {
        self.f.w.t(match self.glass {
            Glass::None => "glass-seal",
            Glass::Sealed { .. } => "glass-seal-again",
            Glass::Open { .. } => "glass-close",
        })
    }
    fn will(&self) -> Vec<String> {
        let keys: &[&str] = match self.glass {
            Glass::None => &["glass-seal-will-1", "glass-seal-will-2", "glass-seal-will-3"],
            Glass::Sealed { .. } => &["glass-seal-will-1", "glass-seal-will-old", "glass-seal-will-2", "glass-seal-will-3"],
            Glass::Open { .. } => &["glass-close-will-1", "glass-close-will-2", "glass-close-will-3"],
        };
        keys.iter().map(|key| self.f.w.t(key)).collect()
    }
}

impl Page for BreakGlassSealPage {
    const NAME: &'static str = "break-glass-seal";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |glass, can_prove, errors| {
            let proofs = if can_prove { Proofs::SAMPLE } else { Proofs { password: false, kit: false, app: false, passkey: None } };
            Self { f: f.clone(), glass, proof: proof_fields(&f.w, proofs, &errors), errors }
        };
        let at = f.now - Duration::days(20);
        vec![
            ("", page(Glass::None, true, FormErrors::default())),
            ("no-proof", page(Glass::None, false, FormErrors::default())),
            ("sealed", page(Glass::Sealed { at }, true, FormErrors::one("password", f.w.t("kit-proof-wrong")))),
            ("open", page(Glass::Open { at }, true, FormErrors::default())),
        ]
    }
}
