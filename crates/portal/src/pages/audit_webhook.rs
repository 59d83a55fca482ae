//! Where new rows of the audit log are sent.

use askama::Template;
use tillit_accounts::audit::{Delivery, Webhook};

use super::Page;
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Fact, Field, FieldKind, FormErrors, Note, Pill, Tone};

/// The webhook of the audit log.
#[derive(Debug, Template)]
#[template(path = "audit_webhook.html")]
pub struct AuditWebhookPage {
    /// Frame.
    pub f: Frame,
    /// The webhook, if there is one.
    pub webhook: Option<Webhook>,
    /// What was typed as an address and is none.
    pub typed: Option<String>,
    /// A new secret, shown once.
    pub secret: Option<String>,
    /// Whether the viewer may change it.
    pub may_change: bool,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong with the form.
    pub errors: FormErrors,
}

impl AuditWebhookPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn address(&self) -> Field {
        let w = &self.f.w;
        let now = self.webhook.as_ref().and_then(|hook| hook.address.clone());
        let value = self.typed.clone().or(now).unwrap_or_default();
        Field::text("address", w.t("audit-hook-address"))
            .kind(FieldKind::Input("url"))
            .hint(w.t("audit-hook-address-hint"))
            .value(value)
            .errors(&self.errors)
    }
    fn result(&self, end: Delivery) -> Pill {
        let w = &self.f.w;
        let status = end.status().map_or_else(String::new, |status| status.to_string());
        let tone = if matches!(end, Delivery::Taken(_)) { Tone::Ok } else { Tone::Bad };
        Pill::new(tone, w.t1(&format!("audit-hook-{}", end.code().replace('_', "-")), "status", status))
    }
    fn facts(&self, hook: &Webhook) -> Vec<Fact> {
        let w = &self.f.w;
        let running =
            if hook.running { Pill::new(Tone::Ok, w.t("audit-hook-running")) } else { Pill::new(Tone::Warn, w.t("audit-hook-stopped")) };
        let mut facts = vec![
            Fact { label: w.t("audit-hook-state"), value: Cell::Pill(running) },
            Fact { label: w.t("audit-hook-waiting"), value: Cell::Text(hook.waiting.to_string()) },
        ];
        facts.push(Fact {
            label: w.t("audit-hook-last"),
            value: match hook.last {
                Some((at, end)) => Cell::PillTwo(self.result(end), w.time(at)),
                None => Cell::None,
            },
        });
        if let Some(since) = hook.failing_since {
            facts.push(Fact::text(w.t("audit-hook-failing-since"), w.time(since)));
        }
        if let Some(until) = hook.old_secret_until {
            facts.push(Fact::text(w.t("audit-hook-old-secret"), w.time(until)));
        }
        facts
    }
    fn new_secret(&self) -> Note {
        Note::new(Tone::Warn, self.f.w.t("audit-hook-secret-once"))
    }
    fn will(&self) -> Vec<String> {
        ["audit-hook-will-send", "audit-hook-will-not", "audit-hook-will-retry", "audit-hook-will-stop"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for AuditWebhookPage {
    const NAME: &'static str = "audit-webhook";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let hook = Webhook {
            address: Some("https://siem.nordvik.example/tillit".to_owned()),
            running: true,
            waiting: 0,
            last: Some((f.now, Delivery::Taken(202))),
            failing_since: None,
            old_secret_until: None,
        };
        let page = |webhook: Option<Webhook>| Self {
            f: f.clone(),
            webhook,
            typed: None,
            secret: None,
            may_change: true,
            proof: super::proof_fields(&f.w, super::Proofs::SAMPLE, &FormErrors::default()),
            errors: FormErrors::default(),
        };
        let failing = Webhook {
            running: false,
            waiting: 41,
            last: Some((f.now, Delivery::Refused(503))),
            failing_since: Some(f.now),
            ..hook.clone()
        };
        vec![
            ("", page(Some(hook.clone()))),
            ("none", page(None)),
            (
                "error",
                Self {
                    typed: Some("http://siem".to_owned()),
                    errors: FormErrors::one("address", f.w.t("audit-hook-no-address")),
                    ..page(None)
                },
            ),
            (
                "secret",
                Self {
                    secret: Some("5fd0".repeat(16)),
                    ..page(Some(Webhook { last: None, old_secret_until: Some(f.now), ..hook.clone() }))
                },
            ),
            ("stopped", page(Some(failing))),
            ("only-seen", Self { may_change: false, proof: vec![], ..page(Some(hook)) }),
        ]
    }
}
