//! Settings: service identities, one of them, a token shown once.

use askama::Template;
use tillit_accounts::{
    ProfileText, ServiceIdentity, ServiceIdentityId, ServiceScope, ServiceScopes, ServiceTokenId, ServiceTokenShown, TokenStage,
};
use tillit_store::{Duration, Timestamp};

use super::Page;
use super::sample::person;
use crate::frame::{Frame, Nav};
use crate::handlers::SERVICE_LIVES;
use crate::ui::{Cell, Choice, CodeBlock, Column, Empty, Fact, Field, FieldKind, FormErrors, Pill, Table, Tone, time_cell};
use crate::words::Words;

/// A service identity at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRow {
    /// The identity.
    pub service: ServiceIdentity,
    /// The moment.
    pub now: Timestamp,
}

impl ServiceRow {
    fn path(&self) -> String {
        format!("/settings/services/{}", self.service.id)
    }
    fn name(&self) -> &str {
        self.service.name.as_str()
    }
    fn scopes(&self, w: &Words) -> String {
        self.service.scopes.iter().map(|scope| w.t(scope_key(scope))).collect::<Vec<_>>().join(", ")
    }
    fn last_used(&self) -> Option<Timestamp> {
        self.service.tokens.iter().filter_map(|token| token.last_used_at).max()
    }
    /// How it stands: by the token that works longest.
    fn pill(&self, w: &Words) -> Pill {
        if self.service.revoked_at.is_some() {
            return Pill::new(Tone::Neutral, w.t("service-revoked"));
        }
        match self.service.live(self.now).map(|token| token.expires_at).max() {
            None => Pill::new(Tone::Bad, w.t("service-no-token")),
            Some(end) => match TokenStage::of(end, self.now) {
                TokenStage::Fine => Pill::new(Tone::Ok, w.t("service-works")),
                _ => Pill::new(Tone::Warn, w.t1("service-ends", "date", w.date(end))),
            },
        }
    }
    fn tokens(&self, w: &Words, may_change: bool) -> Table {
        let state = |token: &ServiceTokenShown| match token {
            ServiceTokenShown { revoked_at: Some(at), .. } => Cell::PillTwo(Pill::new(Tone::Neutral, w.t("token-revoked")), w.time(*at)),
            token if !token.is_live(self.now) => Cell::PillTwo(Pill::new(Tone::Bad, w.t("token-over")), w.time(token.expires_at)),
            token => {
                let tone = if TokenStage::of(token.expires_at, self.now) == TokenStage::Fine { Tone::Ok } else { Tone::Warn };
                Cell::PillTwo(Pill::new(tone, w.t("token-works")), w.t1("token-until", "date", w.date(token.expires_at)))
            }
        };
        let rows = self.service.tokens.iter().map(|token| {
            let mut row = vec![
                Cell::Mono(format!("{}…", token.hint)),
                state(token),
                time_cell(w, token.created_at),
                token.last_used_at.map_or_else(|| Cell::Text(w.t("never")), |at| time_cell(w, at)),
            ];
            if may_change {
                row.push(match token.is_live(self.now) {
                    true => Cell::Action {
                        path: format!("{}/tokens/{}/revoke", self.path(), token.id),
                        text: w.t("token-revoke"),
                        about: format!("{}…", token.hint),
                    },
                    false => Cell::None,
                });
            }
            row
        });
        let mut columns = vec!["column-token", "column-state", "column-created", "column-last-used"];
        if may_change {
            columns.push("column-action");
        }
        Table {
            caption: w.t("tokens-title"),
            columns: columns.into_iter().map(|key| Column::plain(w.t(key))).collect(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "key", title: w.t("tokens-none"), text: w.t("tokens-none-text") },
        }
    }
    fn facts(&self, w: &Words) -> Vec<Fact> {
        vec![
            Fact::text(w.t("service-purpose"), self.service.purpose.as_str()),
            Fact::text(w.t("service-scopes"), self.scopes(w)),
            Fact::text(w.t("column-created"), w.time(self.service.created_at)),
        ]
    }
    fn samples(f: &Frame) -> Vec<Self> {
        let text = |text: &str| ProfileText::new(text);
        let token = |n, hint: &str, days, used: Option<i64>, revoked_at| ServiceTokenShown {
            id: ServiceTokenId::from_uuid(person(n).uuid()),
            hint: format!("tlt_{hint}"),
            created_at: f.now - Duration::days(200),
            expires_at: f.now + Duration::days(days),
            revoked_at,
            last_used_at: used.map(|hours| f.now - Duration::hours(hours)),
        };
        let row = |n, name: &str, purpose: &str, scopes: &[ServiceScope], tokens, revoked_at| {
            Some(Self {
                now: f.now,
                service: ServiceIdentity {
                    id: ServiceIdentityId::from_uuid(person(n).uuid()),
                    name: text(name)?,
                    purpose: text(purpose)?,
                    scopes: ServiceScopes::new(scopes.iter().copied())?,
                    created_at: f.now - Duration::days(200),
                    revoked_at,
                    tokens,
                },
            })
        };
        let gone = Some(f.now - Duration::days(3));
        [
            row(
                1,
                "User sync",
                "Entra ID brings people in",
                &[ServiceScope::Scim],
                vec![token(4, "9fK", 320, Some(1), None), token(5, "a2B", 6, Some(3), None)],
                None,
            ),
            row(
                2,
                "Reports to the SOC",
                "The SOC reads reports at night",
                &[ServiceScope::Reports, ServiceScope::Api],
                vec![token(6, "Zq1", -2, Some(60), None)],
                None,
            ),
            row(3, "Old sync", "Replaced in October", &[ServiceScope::Scim], vec![token(7, "11x", 100, None, gone)], gone),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Key of a scope's word.
const fn scope_key(scope: ServiceScope) -> &'static str {
    match scope {
        ServiceScope::Scim => "scope-scim",
        ServiceScope::Api => "scope-api",
        ServiceScope::Reports => "scope-reports",
    }
}

fn life_field(w: &Words, chosen: i64, errors: &FormErrors) -> Field {
    let choice = |days: i64| Choice {
        value: days.to_string(),
        label: w.t1("service-days", "count", days),
        hint: String::new(),
        chosen: days == chosen,
    };
    Field::text("life", w.t("service-life"))
        .kind(FieldKind::Select(SERVICE_LIVES.into_iter().map(choice).collect()))
        .hint(w.t("service-life-hint"))
        .errors(errors)
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "services.html")]
pub struct ServicesPage {
    /// Frame.
    pub f: Frame,
    /// The identities.
    pub services: Vec<ServiceRow>,
    /// Whether the viewer may make and revoke them.
    pub may_change: bool,
}

impl ServicesPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn table(&self) -> Table {
        let w = &self.f.w;
        let rows = self.services.iter().map(|row| {
            vec![
                Cell::Link { path: row.path(), text: row.name().to_owned() },
                Cell::Text(row.scopes(w)),
                Cell::Pill(row.pill(w)),
                row.last_used().map_or_else(|| Cell::Text(w.t("never")), |at| time_cell(w, at)),
            ]
        });
        Table {
            caption: w.t("services-title"),
            columns: ["service-name", "service-scopes", "column-state", "column-last-used"].map(|key| Column::plain(w.t(key))).into(),
            rows: rows.collect(),
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "key", title: w.t("services-none"), text: w.t("services-none-text") },
        }
    }
}

impl Page for ServicesPage {
    const NAME: &'static str = "services";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |services, may_change| Self { f: f.clone(), services, may_change };
        vec![("", page(ServiceRow::samples(f), true)), ("none", page(vec![], true)), ("only-seen", page(ServiceRow::samples(f), false))]
    }
}

/// Making one.
#[derive(Debug, Template)]
#[template(path = "service_new.html")]
pub struct ServiceNewPage {
    /// Frame.
    pub f: Frame,
    /// What was typed as name.
    pub name: String,
    /// What was typed as purpose.
    pub purpose: String,
    /// The scopes that are ticked.
    pub scopes: Vec<ServiceScope>,
    /// The life that is chosen, in days.
    pub life: i64,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl ServiceNewPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn name_field(&self) -> Field {
        Field::text("name", self.f.w.t("service-name")).hint(self.f.w.t("service-name-hint")).value(&self.name).errors(&self.errors)
    }
    fn purpose_field(&self) -> Field {
        Field::text("purpose", self.f.w.t("service-purpose"))
            .hint(self.f.w.t("service-purpose-hint"))
            .value(&self.purpose)
            .errors(&self.errors)
    }
    /// Name of the field, words, whether it is ticked.
    fn scope_boxes(&self) -> Vec<(&'static str, String, bool)> {
        ServiceScope::ALL.map(|scope| (scope_key(scope), self.f.w.t(scope_key(scope)), self.scopes.contains(&scope))).into()
    }
    fn scope_error(&self) -> Option<String> {
        self.errors.of("scope-scim")
    }
    fn life_field(&self) -> Field {
        life_field(&self.f.w, self.life, &self.errors)
    }
    fn will(&self) -> Vec<String> {
        ["service-will-once", "service-will-scopes", "service-will-warn", "service-will-log"].map(|key| self.f.w.t(key)).into()
    }
}

impl Page for ServiceNewPage {
    const NAME: &'static str = "service-new";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |name: &str, scopes, errors: FormErrors| Self {
            f: f.clone(),
            name: name.to_owned(),
            purpose: String::new(),
            scopes,
            life: 365,
            proof: super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors),
            errors,
        };
        let mut wrong = FormErrors::one("purpose", f.w.t("service-purpose-missing"));
        wrong.add("scope-scim", f.w.t("service-scope-scim-missing"));
        vec![("", page("", vec![], FormErrors::default())), ("error", page("User sync", vec![], wrong))]
    }
}

/// One identity.
#[derive(Debug, Template)]
#[template(path = "service.html")]
pub struct ServicePage {
    /// Frame.
    pub f: Frame,
    /// The identity.
    pub service: ServiceRow,
    /// Whether the viewer may change it.
    pub may_change: bool,
    /// The life of another token that is chosen, in days.
    pub life: i64,
    /// What must be shown beside the session to make another token.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl ServicePage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn tokens(&self) -> Table {
        self.service.tokens(&self.f.w, self.may_change)
    }
    fn is_live(&self) -> bool {
        self.service.service.revoked_at.is_none()
    }
    fn has_room(&self) -> bool {
        self.service.service.live(self.service.now).count() < tillit_accounts::LIVE_TOKENS
    }
    fn life_field(&self) -> Field {
        life_field(&self.f.w, self.life, &self.errors)
    }
}

impl Page for ServicePage {
    const NAME: &'static str = "service";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |service, may_change, errors: FormErrors| Self {
            f: f.clone(),
            service,
            may_change,
            life: 365,
            proof: super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors),
            errors,
        };
        let wrong = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        let states = [("", true, FormErrors::default()), ("over", true, wrong), ("revoked", true, FormErrors::default())];
        ServiceRow::samples(f).into_iter().zip(states).map(|(row, (state, may, errors))| (state, page(row, may, errors))).collect()
    }
}

/// A token, shown once.
#[derive(Debug, Template)]
#[template(path = "service_token.html")]
pub struct ServiceTokenPage {
    /// Frame.
    pub f: Frame,
    /// The identity.
    pub service: ServiceRow,
    /// The token.
    pub token: String,
}

impl ServiceTokenPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn code(&self) -> CodeBlock {
        CodeBlock { id: "token", label: self.f.w.t("column-token"), text: self.token.clone(), wrap: true }
    }
}

impl Page for ServiceTokenPage {
    const NAME: &'static str = "service-token";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let token = format!("tlt_{}{}", "9fK".repeat(14), "x3jZRME");
        ServiceRow::samples(f).into_iter().take(1).map(|service| ("", Self { f: f.clone(), service, token: token.clone() })).collect()
    }
}

/// Revoking one: what will happen.
#[derive(Debug, Template)]
#[template(path = "service_revoke.html")]
pub struct ServiceRevokePage {
    /// Frame.
    pub f: Frame,
    /// The identity.
    pub service: ServiceRow,
}

impl ServiceRevokePage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    fn title(&self) -> String {
        self.f.w.t1("service-revoke-title", "name", self.service.name())
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let live = self.service.service.live(self.service.now).count();
        let used = match self.service.last_used() {
            Some(at) => w.t1("service-revoke-will-used", "time", w.time(at)),
            None => w.t("service-revoke-will-unused"),
        };
        vec![w.t1("service-revoke-will-tokens", "count", live), used, w.t("service-revoke-will-final")]
    }
}

impl Page for ServiceRevokePage {
    const NAME: &'static str = "service-revoke";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        ServiceRow::samples(f).into_iter().take(1).map(|service| ("", Self { f: f.clone(), service })).collect()
    }
}
