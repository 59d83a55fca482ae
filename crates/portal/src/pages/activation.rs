//! The steps of switching single sign-on on, and off.

use askama::Template;
use tillit_sso::service::views::{
    BeforeActivation, ConnectionKind, ConnectionView, CredentialKind, CredentialView, ExpiryStage, SecurityView, Stage, StepKind,
};

use super::Page;
use super::security::{administrators_table, step_marks};
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Choice, CodeBlock, Evidence, Fact, Field, FieldKind, FormErrors, Pill, StepMark, Table, Tone};
use crate::words::{Provider, Words};

mod kit;
mod leave;
mod proposal;

pub use kit::PasskeyAsk;
pub use kit::{KitCodesPage, KitPage};
pub(crate) use kit::{Proofs, proof_fields, provider_field};
pub use leave::{EnforcePage, ReceiptPage, TurnOffPage};
pub use proposal::{InvitedProposalPage, ProposalPage};

/// Where a step is done.
pub(crate) fn step_path(kind: StepKind, view: &SecurityView) -> String {
    match kind {
        StepKind::Begin => "/settings/security/activate".to_owned(),
        StepKind::Connect => {
            view.proposal.map_or_else(|| "/settings/security/activate".to_owned(), |id| format!("/settings/security/proposal/{id}"))
        }
        StepKind::RecoveryKit => "/settings/security/recovery-kit".to_owned(),
        StepKind::Test | StepKind::Confirm => "/settings/security".to_owned(),
        StepKind::Enforce => "/settings/security/enforce".to_owned(),
    }
}

/// Whose words a page uses. As long as nothing is chosen it speaks of Microsoft, which most choose.
pub(crate) fn provider_of(connection: Option<&ConnectionView>) -> Provider {
    Provider::microsoft(connection.is_none_or(|connection| connection.kind != ConnectionKind::OpenId))
}

/// A connection to another OpenID provider.
pub(crate) fn sample_openid() -> ConnectionView {
    ConnectionView {
        kind: ConnectionKind::OpenId,
        cloud: None,
        tenant_id: None,
        tenant_name: None,
        issuer: Some("https://login.nordvik.example".to_owned()),
        client_id: "tillit".to_owned(),
        login_host: "login.nordvik.example".to_owned(),
        ..ConnectionView::sample()
    }
}

/// Lines that describe a connection.
pub(crate) fn connection_facts(w: &Words, connection: &ConnectionView) -> Vec<Fact> {
    let kind = w.t(match connection.kind {
        ConnectionKind::Operator => "connection-operator",
        ConnectionKind::Own => "connection-own",
        ConnectionKind::OpenId => "connection-openid",
    });
    let mut facts = vec![Fact::new(w.t("connection-kind"), Cell::Two(kind, connection.login_host.clone()))];
    if let Some(tenant) = &connection.tenant_id {
        facts.push(Fact::new(
            w.t("connection-tenant"),
            match &connection.tenant_name {
                Some(name) => Cell::Two(name.clone(), tenant.clone()),
                None => Cell::Mono(tenant.clone()),
            },
        ));
    }
    if let Some(issuer) = &connection.issuer {
        facts.push(Fact::new(w.t("connection-issuer"), Cell::Mono(issuer.clone())));
    }
    facts.push(Fact::new(w.t("connection-client-id"), Cell::Mono(connection.client_id.clone())));
    facts
}

/// A credential as a line.
pub(crate) fn credential_fact(w: &Words, credential: &CredentialView) -> Fact {
    let kind = w.t(match credential.kind {
        CredentialKind::Certificate => "credential-certificate",
        CredentialKind::Secret => "credential-secret",
    });
    let label = if credential.slot == 0 {
        w.t1("credential-of-operator", "kind", kind)
    } else {
        w.t2("credential-slot", "kind", kind, "slot", u32::from(credential.slot))
    };
    let tone = match credential.stage {
        ExpiryStage::Fine => Tone::Ok,
        ExpiryStage::Days60 | ExpiryStage::Days30 => Tone::Warn,
        ExpiryStage::Days7 | ExpiryStage::Days1 | ExpiryStage::Expired => Tone::Bad,
    };
    let until = match credential.not_after {
        Some(at) => {
            w.t1(if credential.stage == ExpiryStage::Expired { "credential-ended-on" } else { "credential-ends-on" }, "date", w.date(at))
        }
        None => w.t("credential-end-unknown"),
    };
    let mut detail = vec![w.t(if credential.in_use { "credential-in-use" } else { "credential-spare" })];
    detail.extend(credential.thumbprint.clone());
    Fact::new(label, Cell::PillTwo(Pill::new(tone, until), detail.join(" · ")))
}

/// What will happen, before anything happens.
#[derive(Debug, Template)]
#[template(path = "activate.html")]
pub struct ActivatePage {
    /// Frame.
    pub f: Frame,
    /// What is shown.
    pub before: BeforeActivation,
    /// Where the activation stands.
    pub view: SecurityView,
    /// Whether Microsoft should let the person choose the account.
    pub choose_account: bool,
}

impl ActivatePage {
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
    fn needs_connection(&self) -> bool {
        self.view.connection.is_none()
    }
    fn permissions(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        self.before
            .permissions
            .iter()
            // Microsoft Graph's: another provider is not asked for it.
            .filter(|name| self.provider() == Provider::Microsoft || **name != "User.Read")
            .map(|name| Evidence::new(Tone::Info, *name, w.t(&format!("permission-{}", name.to_ascii_lowercase().replace('.', "-")))))
            .collect()
    }
    fn fields(&self) -> Vec<String> {
        self.before.fields.iter().map(|field| self.f.w.t(&format!("profile-{}", field.key()))).collect()
    }
    fn administrators(&self) -> Table {
        administrators_table(&self.f.w, self.provider(), &self.before.administrators)
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        vec![
            w.t1(&self.provider().wording("activate-will-1"), "host", self.before.login_host.as_str()),
            self.about("activate-will-2"),
            self.about("activate-will-3"),
            w.t("activate-will-4"),
            w.t1("activate-will-5", "count", self.before.confirm_minutes),
        ]
    }
    fn way_back(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        let kit = if self.before.recovery.tried {
            Evidence::new(Tone::Ok, w.t("kit-tried"), w.t1("kit-left", "count", self.before.recovery.codes_left))
        } else {
            Evidence::new(Tone::Warn, w.t("way-back-kit"), w.t("way-back-kit-text"))
        };
        vec![
            Evidence::new(Tone::Ok, w.t("way-back-revert"), w.t1("way-back-revert-text", "count", self.before.confirm_minutes)),
            kit,
            Evidence::new(Tone::Info, w.t("way-back-host"), w.t("way-back-host-text")),
        ]
    }
}

impl Page for ActivatePage {
    const NAME: &'static str = "activate";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        use tillit_sso::service::views::{Step, StepState};
        let step = |kind, state| Step { kind, state };
        let view = SecurityView {
            stage: Stage::Draft,
            steps: vec![
                step(StepKind::Begin, StepState::Done),
                step(StepKind::Connect, StepState::Current),
                step(StepKind::RecoveryKit, StepState::Later),
                step(StepKind::Test, StepState::Later),
                step(StepKind::Enforce, StepState::Later),
                step(StepKind::Confirm, StepState::Later),
            ],
            ..SecurityView::sample()
        };
        let page = |view, login_host: Option<String>| {
            let before = BeforeActivation::sample();
            let login_host = login_host.unwrap_or_else(|| before.login_host.clone());
            Self { f: f.clone(), before: BeforeActivation { login_host, ..before }, view, choose_account: false }
        };
        let openid = SecurityView { connection: Some(sample_openid()), ..view.clone() };
        vec![("", page(view, None)), ("openid", page(openid, Some(sample_openid().login_host)))]
    }
}

/// What was typed into the choice of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConnectionForm {
    /// `operator`, `own` or `openid`.
    pub kind: String,
    /// Cloud of Microsoft.
    pub cloud: String,
    /// Tenant id.
    pub tenant_id: String,
    /// Client id.
    pub client_id: String,
    /// Issuer of another provider.
    pub issuer: String,
    /// Client id at another provider.
    pub openid_client_id: String,
}

/// Choice of the connection.
#[derive(Debug, Template)]
#[template(path = "connection.html")]
pub struct ConnectionPage {
    /// Frame.
    pub f: Frame,
    /// What was typed.
    pub form: ConnectionForm,
    /// Where the activation stands.
    pub view: SecurityView,
    /// Whether the operator has a registration.
    pub operator_registration: bool,
    /// What is wrong.
    pub errors: FormErrors,
    /// Redirect URI to register.
    pub redirect_uri: String,
    /// Front-channel logout URL to register.
    pub logout_uri: String,
    /// Lines for the `az` command, filled in.
    pub az: String,
}

impl ConnectionPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn about(&self, key: &str) -> String {
        self.f.w.t(&provider_of(self.view.connection.as_ref()).wording(key))
    }
    fn kinds(&self) -> Vec<Choice> {
        let w = &self.f.w;
        let choice = |value: &str| Choice {
            value: value.to_owned(),
            label: w.t(&format!("connection-{value}")),
            hint: w.t(&format!("connection-{value}-hint")),
            chosen: self.form.kind == value,
        };
        let mut kinds = vec![choice("own"), choice("openid")];
        if self.operator_registration {
            kinds.insert(0, choice("operator"));
        }
        kinds
    }
    fn own_fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        let cloud = |value: &str| Choice {
            value: value.to_owned(),
            label: w.t(&format!("cloud-{value}")),
            hint: String::new(),
            chosen: self.form.cloud == value,
        };
        vec![
            Field::text("cloud", w.t("connection-cloud"))
                .kind(FieldKind::Select(["global", "us-gov", "us-dod", "china"].map(cloud).into()))
                .errors(&self.errors),
            Field::text("tenant_id", w.t("connection-tenant"))
                .hint(w.t("connection-tenant-hint"))
                .value(&self.form.tenant_id)
                .errors(&self.errors),
            Field::text("client_id", w.t("connection-client-id"))
                .hint(w.t("connection-client-id-hint"))
                .value(&self.form.client_id)
                .errors(&self.errors),
        ]
    }
    fn openid_fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        vec![
            Field::text("issuer", w.t("connection-issuer"))
                .kind(FieldKind::Input("url"))
                .hint(w.t("connection-issuer-hint"))
                .value(&self.form.issuer)
                .errors(&self.errors),
            Field::text("openid_client_id", w.t("connection-client-id"))
                .hint(w.t("connection-openid-client-id-hint"))
                .value(&self.form.openid_client_id)
                .errors(&self.errors),
        ]
    }
    fn secret_fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        vec![
            Field::password("secret", w.t("credential-secret"), "off").hint(self.about("credential-secret-hint")).errors(&self.errors),
            Field::text("secret_until", w.t("credential-secret-until"))
                .kind(FieldKind::Input("date"))
                .hint(self.about("credential-secret-until-hint"))
                .errors(&self.errors),
        ]
    }
    fn certificate_fields(&self) -> Vec<Field> {
        let w = &self.f.w;
        vec![Field::text("certificate", w.t("credential-pem")).kind(FieldKind::Area).hint(w.t("credential-pem-hint")).errors(&self.errors)]
    }
    fn is_own(&self) -> bool {
        self.view.connection.as_ref().is_some_and(|connection| connection.kind != ConnectionKind::Operator)
    }
    fn is_own_microsoft(&self) -> bool {
        self.view.connection.as_ref().is_some_and(|connection| connection.kind == ConnectionKind::Own)
    }
    fn credentials(&self) -> Vec<Fact> {
        self.view.credentials.iter().map(|credential| credential_fact(&self.f.w, credential)).collect()
    }
    fn droppable(&self) -> Vec<(String, String)> {
        let w = &self.f.w;
        let slot = |credential: &CredentialView| w.t1("credential-drop", "slot", u32::from(credential.slot));
        self.view.credentials.iter().filter_map(|credential| Some((credential.id?.to_string(), slot(credential)))).collect()
    }
    fn redirect_block(&self) -> CodeBlock {
        CodeBlock { id: "redirect-uri", label: self.f.w.t("connection-redirect-uri"), text: self.redirect_uri.clone(), wrap: true }
    }
    fn logout_block(&self) -> CodeBlock {
        CodeBlock { id: "logout-uri", label: self.f.w.t("connection-logout-uri"), text: self.logout_uri.clone(), wrap: true }
    }
    fn az_block(&self) -> CodeBlock {
        CodeBlock { id: "az", label: self.f.w.t("connection-az"), text: self.az.clone(), wrap: false }
    }
}

impl Page for ConnectionPage {
    const NAME: &'static str = "connection";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let form = |kind: &str| ConnectionForm { kind: kind.to_owned(), cloud: "global".to_owned(), ..ConnectionForm::default() };
        let page = |kind, view, errors| {
            Self {
            f: f.clone(),
            form: form(kind),
            view,
            operator_registration: true,
            errors,
            redirect_uri: "https://portal.example/sso/callback".to_owned(),
            logout_uri: "https://portal.example/sso/logout".to_owned(),
            az: "az ad app create --display-name Tillit \\\n  --sign-in-audience AzureADMyOrg \\\n  --web-redirect-uris https://portal.example/sso/callback".to_owned(),
        }
        };
        let own = SecurityView {
            connection: Some(ConnectionView { kind: ConnectionKind::Own, ..ConnectionView::sample() }),
            ..SecurityView::sample()
        };
        vec![
            ("", page("operator", SecurityView::sample_off(), FormErrors::default())),
            ("own", page("own", own, FormErrors::one("tenant_id", f.w.t("bad-tenant-id")))),
        ]
    }
}
