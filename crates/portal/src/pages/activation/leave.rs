//! Enforcing, turning off, discarding; and the receipt.

use askama::Template;
use tillit_sso::service::views::{Obstacle, Receipt, SecurityView};

use super::{Proofs, connection_facts, credential_fact, proof_fields, provider_of, sample_openid};
use crate::frame::{Frame, Nav};
use crate::pages::Page;
use crate::pages::security::{obstacles, stage_pill, step_marks};
use crate::ui::{Evidence, Fact, Field, FormErrors, Pill, StepMark, Tone};
use crate::words::Provider;

/// What will happen when single sign-on is enforced.
#[derive(Debug, Template)]
#[template(path = "enforce.html")]
pub struct EnforcePage {
    /// Frame.
    pub f: Frame,
    /// Where the activation stands.
    pub view: SecurityView,
    /// Minutes until it reverts.
    pub minutes: i64,
}

impl EnforcePage {
    /// Version that is shown: another one is refused.
    fn version(&self) -> u32 {
        self.view.connection.as_ref().map_or(0, |connection| connection.version.0)
    }
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn steps(&self) -> Vec<StepMark> {
        step_marks(&self.f.w, &self.view)
    }
    fn provider(&self) -> Provider {
        provider_of(self.view.connection.as_ref())
    }
    fn about(&self, key: &str) -> String {
        self.f.w.t(&self.provider().wording(key))
    }
    fn obstacles(&self) -> Vec<Evidence> {
        obstacles(&self.f.w, self.provider(), &self.view.obstacles)
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        vec![
            w.t1(&self.provider().wording("enforce-will-1"), "domains", self.view.domains.join(", ")),
            w.t("enforce-will-2"),
            w.t("enforce-will-3"),
            w.t1("enforce-will-4", "count", self.minutes),
            self.about("enforce-will-5"),
        ]
    }
}

impl Page for EnforcePage {
    const NAME: &'static str = "enforce";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let all = vec![
            Obstacle::NotConnected,
            Obstacle::NotTested,
            Obstacle::TestVoid,
            Obstacle::TestedByOther,
            Obstacle::NotLinked,
            Obstacle::NoTriedRecoveryKit,
            Obstacle::NotPermitted,
        ];
        let page = |obstacles| Self { f: f.clone(), view: SecurityView { obstacles, ..SecurityView::sample() }, minutes: 15 };
        let openid = |page: Self| Self { view: SecurityView { connection: Some(sample_openid()), ..page.view }, ..page };
        vec![
            ("", page(vec![])),
            ("obstacles", page(all.clone())),
            ("openid", openid(page(vec![]))),
            ("openid-obstacles", openid(page(all))),
        ]
    }
}

/// Confirmation of turning off, or of throwing a draft away.
#[derive(Debug, Template)]
#[template(path = "turn_off.html")]
pub struct TurnOffPage {
    /// Frame.
    pub f: Frame,
    /// Whether only a draft is thrown away.
    pub discard: bool,
    /// Name of the organisation.
    pub organisation: String,
    /// Revision of what was shown.
    pub revision: i64,
    /// Whose words are used.
    pub provider: Provider,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl TurnOffPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn say(&self, what: &str) -> String {
        let of = if self.discard { "discard" } else { "turn-off" };
        self.f.w.t1(&self.provider.wording(&format!("{of}-{what}")), "organisation", self.organisation.as_str())
    }
    fn path(&self) -> &'static str {
        if self.discard { "/settings/security/discard" } else { "/settings/security/turn-off" }
    }
    fn will(&self) -> Vec<String> {
        vec![self.say("will-1"), self.say("will-2"), self.say("will-3")]
    }
}

impl Page for TurnOffPage {
    const NAME: &'static str = "turn-off";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |discard, provider| {
            let errors = FormErrors::default();
            let proof = if discard { vec![] } else { proof_fields(&f.w, Proofs::SAMPLE, &errors) };
            Self { f: f.clone(), discard, organisation: "Nordvik".to_owned(), revision: 7, provider, proof, errors }
        };
        vec![
            ("", page(false, Provider::Microsoft)),
            ("discard", page(true, Provider::Microsoft)),
            ("openid", page(false, Provider::Other)),
            ("openid-discard", page(true, Provider::Other)),
        ]
    }
}

/// The printable end of an activation.
#[derive(Debug, Template)]
#[template(path = "receipt.html")]
pub struct ReceiptPage {
    /// Frame.
    pub f: Frame,
    /// The receipt.
    pub receipt: Receipt,
}

impl ReceiptPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn pill(&self) -> Pill {
        stage_pill(&self.f.w, &self.receipt.stage, self.f.now)
    }
    fn connection(&self) -> Vec<Fact> {
        let (w, receipt) = (&self.f.w, &self.receipt);
        let mut facts = vec![Fact::text(w.t("receipt-organisation"), &receipt.organisation)];
        facts.extend(connection_facts(w, &receipt.connection));
        facts.push(Fact::text(w.t("sso-domains"), receipt.domains.join(", ")));
        if let Some(name) = &receipt.activated_by {
            facts.push(Fact::text(w.t("receipt-activated-by"), name));
        }
        if let Some(at) = receipt.tested_at {
            facts.push(Fact::new(w.t("receipt-tested"), crate::ui::time_cell(w, at)));
        }
        facts.extend(receipt.credentials.iter().map(|credential| credential_fact(w, credential)));
        facts.push(Fact::new(w.t("receipt-printed"), crate::ui::time_cell(w, receipt.printed_at)));
        facts
    }
    fn fields(&self) -> Vec<String> {
        self.receipt.fields.iter().map(|field| self.f.w.t(&format!("profile-{}", field.key()))).collect()
    }
    fn who_may_read(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        vec![
            Evidence::new(Tone::Info, w.t1("receipt-reads-app", "app", self.f.operator().app_name.as_str()), w.t("receipt-reads-app-text")),
            Evidence::new(Tone::Info, w.t("receipt-reads-administrators"), w.t("receipt-reads-administrators-text")),
            Evidence::new(
                Tone::Info,
                w.t1("receipt-reads-operator", "operator", self.f.operator().name.as_str()),
                w.t("receipt-reads-operator-text"),
            ),
        ]
    }
    fn way_back(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        let kits = if self.receipt.way_back.is_empty() {
            Evidence::new(Tone::Warn, w.t("kit-no-owner-ready"), "")
        } else {
            Evidence::new(Tone::Ok, w.t1("receipt-kits", "names", self.receipt.way_back.join(", ")), w.t("receipt-kits-text"))
        };
        vec![kits, Evidence::new(Tone::Info, w.t("way-back-host"), w.t("way-back-host-text"))]
    }
    fn undo(&self) -> Vec<String> {
        let w = &self.f.w;
        let theirs = provider_of(Some(&self.receipt.connection)).wording("receipt-undo-2");
        vec![w.t("receipt-undo-1"), w.t(&theirs), w.t("receipt-undo-3")]
    }
}

impl Page for ReceiptPage {
    const NAME: &'static str = "receipt";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let openid = Receipt { connection: sample_openid(), permissions: vec!["openid", "profile", "email"], ..Receipt::sample() };
        vec![("", Self { f: f.clone(), receipt: Receipt::sample() }), ("openid", Self { f: f.clone(), receipt: openid })]
    }
}
