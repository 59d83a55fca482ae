//! A sign-in that did not end well: what happened, what it means, what to do, who can do it.

use askama::Template;
use tillit_sso::service::views::{HandoverView, Refusal, RefusalKind, WhoCanHelp};

use super::Page;
use super::sign_in::outside;
use crate::frame::Frame;
use crate::ui::{CodeBlock, Fact};
use crate::words::Provider;

/// Key of the word for `who` in messages.
pub(crate) const fn who_key(who: WhoCanHelp) -> &'static str {
    match who {
        WhoCanHelp::You => "you",
        WhoCanHelp::TenantAdministrator => "tenant-administrator",
        WhoCanHelp::Owner => "owner",
        WhoCanHelp::Operator => "operator",
        WhoCanHelp::Time => "time",
    }
}

/// A refused sign-in.
#[derive(Debug, Template)]
#[template(path = "refusal.html")]
pub struct RefusalPage {
    /// Frame.
    pub f: Frame,
    /// The refusal.
    pub refusal: Refusal,
    /// What the AADSTS code means, from the table of codes.
    pub code: Option<(String, String)>,
    /// Where to try again.
    pub again: String,
}

impl RefusalPage {
    const fn provider(&self) -> Provider {
        Provider::microsoft(self.refusal.microsoft)
    }
    fn about(&self, key: &str) -> String {
        self.f.w.t(&self.provider().wording(key))
    }
    fn say(&self, what: &str) -> String {
        self.about(&format!("refusal-{}-{what}", self.refusal.kind.key()))
    }
    fn who(&self) -> String {
        let key = self.provider().wording(&format!("who-{}", who_key(self.refusal.kind.who())));
        self.f.w.t1(&key, "operator", self.f.operator().name.as_str())
    }
    fn can_try_again(&self) -> bool {
        matches!(self.refusal.kind.who(), WhoCanHelp::You | WhoCanHelp::Time)
    }
    fn handover(&self) -> Option<CodeBlock> {
        let handover = self.refusal.handover.as_ref()?;
        let url = self.f.config.public_url.join(&format!("/sso/handover/{}", handover.token)).ok()?;
        Some(CodeBlock { id: "handover", label: self.f.w.t("refusal-handover-label"), text: url.to_string(), wrap: true })
    }
    fn handover_until(&self) -> String {
        self.refusal.handover.as_ref().map_or_else(String::new, |handover| self.f.w.time(handover.expires_at))
    }
    fn facts(&self) -> Vec<Fact> {
        let w = &self.f.w;
        let mono = |key: &str, text: String| Fact::new(w.t(key), crate::ui::Cell::Mono(text));
        let mut facts = vec![mono("reference", self.f.reference.to_string())];
        facts.push(Fact::text(w.t("refusal-time"), w.time(self.f.now)));
        if let Some(username) = &self.refusal.username {
            facts.push(Fact::text(w.t("refusal-account"), username));
        }
        if let Some(code) = self.refusal.aadsts {
            facts.push(mono("refusal-code", format!("AADSTS{code}")));
        }
        if let Some(id) = &self.refusal.correlation_id {
            facts.push(Fact::new(self.about("refusal-correlation"), crate::ui::Cell::Mono(id.clone())));
        }
        if let Some(check) = self.refusal.check {
            facts.push(mono("refusal-check", check.to_owned()));
        }
        facts
    }
}

impl Page for RefusalPage {
    const NAME: &'static str = "refusal";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |refusal| Self { f: outside(f), refusal, code: None, again: "/sign-in".to_owned() };
        let openid = |kind, name| {
            let refusal = Refusal::samples().into_iter().find(|refusal| refusal.kind == kind)?;
            Some((name, page(Refusal { microsoft: false, aadsts: None, ..refusal })))
        };
        let elsewhere = [
            openid(RefusalKind::ConsentDenied, "openid-consent-denied"),
            openid(RefusalKind::NeedsAdminApproval, "openid-needs-admin-approval"),
            openid(RefusalKind::NotLinked, "openid-not-linked"),
            openid(RefusalKind::LinkedToOther, "openid-linked-to-other"),
            openid(RefusalKind::RoleNeedsLink, "openid-role-needs-link"),
            openid(RefusalKind::CreationOff, "openid-creation-off"),
            openid(RefusalKind::PersonDisabled, "openid-person-disabled"),
            openid(RefusalKind::AppMisconfigured, "openid-app-misconfigured"),
            openid(RefusalKind::CredentialRefused, "openid-credential-refused"),
            openid(RefusalKind::ProviderRefused, "openid-provider-refused"),
        ];
        let of_microsoft = Refusal::samples().into_iter().map(|refusal| (refusal.kind.key(), page(refusal)));
        of_microsoft.chain(elsewhere.into_iter().flatten()).collect()
    }
}

/// What a colleague sees who was handed a link.
#[derive(Debug, Template)]
#[template(path = "handover.html")]
pub struct HandoverPage {
    /// Frame.
    pub f: Frame,
    /// What it is about; `None` when the link's time is over.
    pub view: Option<HandoverView>,
    /// Path that begins admin consent.
    pub consent_path: String,
}

impl HandoverPage {
    fn provider(&self) -> Provider {
        Provider::microsoft(self.view.as_ref().is_none_or(|view| view.microsoft))
    }
    fn do_text(&self, kind: &RefusalKind) -> String {
        self.to_a_colleague(kind, "do", "do")
    }
    fn happened(&self, kind: &RefusalKind) -> String {
        self.to_a_colleague(kind, "happened", "title")
    }
    /// In words for a colleague where there are such, else in those of the refusal itself.
    fn to_a_colleague(&self, kind: &RefusalKind, what: &str, on_refusal: &str) -> String {
        let own = format!("handover-{}-{what}", kind.key());
        let key = if self.f.w.has(&own) { own } else { format!("refusal-{}-{on_refusal}", kind.key()) };
        self.f.w.t(&self.provider().wording(&key))
    }
    /// Whether the reader works in the portal itself.
    fn is_for_owners(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.kind.who() == WhoCanHelp::Owner)
    }
    fn purpose(&self) -> String {
        self.f.w.t1(&self.provider().wording("handover-purpose"), "app", self.f.operator().app_name.as_str())
    }
    fn app_text(&self) -> String {
        self.f.w.t1(&self.provider().wording("handover-app-text"), "app", self.f.operator().app_name.as_str())
    }
}

impl Page for HandoverPage {
    const NAME: &'static str = "handover";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |view| Self { f: outside(f), view, consent_path: "/sso/handover/sample/consent".to_owned() };
        let openid = HandoverView { microsoft: false, aadsts: None, consent_helps: false, ..HandoverView::sample() };
        let mut samples = vec![("", page(Some(HandoverView::sample()))), ("openid", page(Some(openid))), ("over", page(None))];
        for kind in RefusalKind::ALL.iter().copied().filter(|kind| kind.can_be_handed_over()) {
            let client_id = HandoverView::sample().client_id.filter(|_| kind.who() != WhoCanHelp::Owner);
            let consent_helps = kind.consent_would_help();
            samples.push((kind.key(), page(Some(HandoverView { kind, aadsts: None, consent_helps, client_id, ..HandoverView::sample() }))));
        }
        samples
    }
}

/// Somebody new, while Microsoft Graph cannot be asked.
#[derive(Debug, Template)]
#[template(path = "waiting.html")]
pub struct WaitingPage {
    /// Frame.
    pub f: Frame,
    /// Whole minutes to wait, if the provider said so.
    pub minutes: Option<i64>,
    /// Where to try again.
    pub again: String,
}

impl Page for WaitingPage {
    const NAME: &'static str = "waiting";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |minutes| Self { f: outside(f), minutes, again: "/sign-in".to_owned() };
        vec![("", page(None)), ("minutes", page(Some(2)))]
    }
}
