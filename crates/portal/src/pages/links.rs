//! Accounts that a person is linked to, and taking one off.

use askama::Template;
use tillit_sso::service::views::{LinkedAccount, LinkedAccountId};
use tillit_store::PersonId;

use super::sample::person;
use super::{Page, rule_word};
use crate::frame::{Frame, Nav};
use crate::ui::{Cell, Column, Empty, Field, FormErrors, Table, time_cell};
use crate::words::Words;

/// Linked accounts as a table; with a way to take one off for those who may.
pub(crate) fn links_table(w: &Words, who: PersonId, links: &[LinkedAccount], may_unlink: bool) -> Table {
    let rows = links
        .iter()
        .enumerate()
        .map(|(n, link)| {
            let tenant = match &link.tenant_name {
                Some(name) => name.clone(),
                None => link.tenant.clone(),
            };
            let mut row = vec![
                Cell::Two(provider_name(link), tenant),
                Cell::Copy { id: format!("account-{n}"), text: link.object.clone() },
                Cell::Two(w.time(link.linked_at), rule_word(w, &link.rule)),
                time_cell(w, link.last_used_at),
            ];
            if may_unlink {
                row.push(Cell::Link { path: format!("/people/{who}/unlink/{}", link.id), text: w.t("link-unlink") });
            }
            row
        })
        .collect();
    let mut columns = vec!["column-provider", "column-account", "column-linked", "column-last-used"];
    if may_unlink {
        columns.push("column-action");
    }
    Table {
        caption: w.t("person-identities"),
        columns: columns.into_iter().map(|key| Column::plain(w.t(key))).collect(),
        rows,
        count: String::new(),
        filter: None,
        export: None,
        more: None,
        empty: Empty { icon: "key", title: w.t("person-no-identities-title"), text: w.t("person-no-identities") },
    }
}

/// What people call the provider of an account: Microsoft, or another one's host.
fn provider_name(link: &LinkedAccount) -> String {
    if link.microsoft {
        return "Microsoft".to_owned();
    }
    url::Url::parse(&link.tenant).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| link.tenant.clone())
}

/// Taking an account off a person: what will happen, before it does.
#[derive(Debug, Template)]
#[template(path = "unlink.html")]
pub struct UnlinkPage {
    /// Frame.
    pub f: Frame,
    /// Who.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// Whether the person has a role above employee.
    pub administrator: bool,
    /// Whether this is the viewer.
    pub is_you: bool,
    /// The account.
    pub link: LinkedAccount,
    /// What must be shown beside the session: for owners only.
    pub proof: Vec<Field>,
    /// What is wrong.
    pub errors: FormErrors,
}

impl UnlinkPage {
    fn nav(&self) -> Nav {
        Nav::People
    }
    fn back_path(&self) -> String {
        format!("/people/{}", self.person)
    }
    fn link_id(&self) -> LinkedAccountId {
        self.link.id
    }
    fn title(&self) -> String {
        self.f.w.t2("unlink-title", "provider", provider_name(&self.link), "name", self.name.as_str())
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let again = if self.administrator { "unlink-will-again-administrator" } else { "unlink-will-again-employee" };
        let sessions = if self.is_you { "unlink-will-sessions-you" } else { "unlink-will-sessions" };
        let provider = provider_name(&self.link);
        vec![
            w.t2("unlink-will-account", "provider", provider.as_str(), "name", self.name.as_str()),
            w.t1(sessions, "name", self.name.as_str()),
            w.t1(again, "name", self.name.as_str()),
            w.t1("unlink-will-provider", "provider", provider),
            w.t1("unlink-will-told", "name", self.name.as_str()),
        ]
    }
}

impl Page for UnlinkPage {
    const NAME: &'static str = "unlink";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |administrator, is_you, link, errors| Self {
            f: f.clone(),
            person: person(3),
            name: "Kari Nordmann".to_owned(),
            administrator,
            is_you,
            link,
            proof: if administrator { super::proof_fields(&f.w, super::Proofs::SAMPLE, &errors) } else { vec![] },
            errors,
        };
        let other = LinkedAccount {
            microsoft: false,
            tenant: "https://login.nordvik.example".to_owned(),
            tenant_name: None,
            object: "248289761001".to_owned(),
            ..LinkedAccount::sample()
        };
        vec![
            ("", page(false, false, LinkedAccount::sample(), FormErrors::default())),
            ("owner", page(true, true, LinkedAccount::sample(), FormErrors::one("password", f.w.t("kit-proof-wrong")))),
            ("openid", page(false, false, other, FormErrors::default())),
        ]
    }
}
