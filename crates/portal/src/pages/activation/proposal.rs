//! What came back from the provider, to be compared and accepted.

use askama::Template;
use tillit_sso::service::views::{DomainState, ProfileField, Proposal, ProposalProblem, Stage};

use super::sample_openid;
use crate::frame::{Frame, Nav};
use crate::pages::security::{administrators_table, stage_pill};
use crate::pages::{Page, Proofs, proof_fields};
use crate::ui::{Cell, Column, Empty, Evidence, Fact, Field, FormErrors, Note, Pill, Table, Tone};
use crate::words::Provider;

mod invited;

pub use invited::InvitedProposalPage;

/// What came back from the provider; asks before linking.
#[derive(Debug, Template)]
#[template(path = "proposal.html")]
pub struct ProposalPage {
    /// Frame.
    pub f: Frame,
    /// What came back.
    pub proposal: Proposal,
    /// What must be shown beside the session.
    pub proof: Vec<Field>,
    /// What is wrong with it.
    pub errors: FormErrors,
}

impl ProposalPage {
    fn nav(&self) -> Nav {
        Nav::Settings
    }
    /// Only Microsoft has clouds.
    const fn provider(&self) -> Provider {
        Provider::microsoft(self.proposal.cloud.is_some())
    }
    fn about(&self, key: &str) -> String {
        self.f.w.t(&self.provider().wording(key))
    }
    fn facts(&self) -> Vec<Fact> {
        let (w, proposal) = (&self.f.w, &self.proposal);
        let tenant = match &proposal.tenant_name {
            Some(name) => Cell::Two(name.clone(), proposal.tenant.clone()),
            None => Cell::Mono(proposal.tenant.clone()),
        };
        let mut facts = vec![
            Fact::new(self.about("proposal-tenant"), tenant),
            Fact::new(self.about("proposal-object-id"), Cell::Mono(proposal.object_id.clone())),
        ];
        if let Some(name) = &proposal.name {
            facts.push(Fact::text(w.t("proposal-name"), name));
        }
        if let Some(username) = &proposal.username {
            facts.push(Fact::text(self.about("proposal-username-theirs"), username));
        }
        facts.push(Fact::text(w.t("proposal-username-ours"), &proposal.own_username));
        facts
    }
    fn username_note(&self) -> Note {
        let w = &self.f.w;
        if self.proposal.usernames_differ {
            let theirs = self.proposal.username.clone().unwrap_or_else(|| w.t("proposal-none"));
            Note::new(
                Tone::Warn,
                w.t2(&self.provider().wording("proposal-differ-text"), "theirs", theirs, "ours", self.proposal.own_username.as_str()),
            )
            .titled(w.t("proposal-differ"))
        } else {
            Note::new(Tone::Ok, self.about("proposal-same"))
        }
    }
    fn domains(&self) -> Vec<Evidence> {
        let w = &self.f.w;
        self.proposal
            .domains
            .iter()
            .map(|domain| match domain.state {
                DomainState::WillBeAdded => Evidence::new(Tone::Info, domain.name.as_str(), w.t("domain-will-be-added")),
                DomainState::Yours => Evidence::new(Tone::Ok, domain.name.as_str(), w.t("domain-yours")),
                DomainState::BelongsToAnother => Evidence::new(Tone::Warn, domain.name.as_str(), w.t("domain-another")),
            })
            .collect()
    }
    fn comparison(&self) -> Table {
        let w = &self.f.w;
        let none = || w.t("proposal-none");
        let rows = self
            .proposal
            .profile
            .iter()
            .map(|line| {
                let picture = line.field == ProfileField::ProfileImage;
                let shown = |value: &Option<String>| match value {
                    None => none(),
                    Some(_) if picture => w.t("proposal-picture"),
                    Some(text) => text.clone(),
                };
                let pill = match (&line.theirs, &line.ours) {
                    // Two pictures are not compared: what came back takes the place of ours.
                    (Some(_), Some(_)) if picture => Pill::new(Tone::Info, w.t("proposal-picture-replaced")),
                    (theirs, ours) if theirs == ours => Pill::new(Tone::Ok, w.t("proposal-equal")),
                    _ => Pill::new(Tone::Info, w.t("proposal-changes")),
                };
                vec![
                    Cell::Text(w.t(&format!("profile-{}", line.field.key()))),
                    Cell::Text(shown(&line.theirs)),
                    Cell::Text(shown(&line.ours)),
                    Cell::Pill(pill),
                ]
            })
            .collect();
        Table {
            caption: w.t("proposal-profile"),
            columns: ["column-field", "column-theirs", "column-ours", "column-result"].map(|key| Column::plain(w.t(key))).into(),
            rows,
            count: String::new(),
            filter: None,
            export: None,
            more: None,
            empty: Empty { icon: "person", title: w.t("proposal-no-profile"), text: w.t("proposal-no-profile-text") },
        }
    }
    fn administrators(&self) -> Table {
        administrators_table(&self.f.w, self.provider(), &self.proposal.administrators)
    }
    fn problems(&self) -> Vec<Evidence> {
        self.proposal
            .problems
            .iter()
            .map(|problem| {
                let key = match problem {
                    ProposalProblem::TenantTaken => "tenant-taken",
                    ProposalProblem::AccountTaken => "account-taken",
                    ProposalProblem::PersonLinkedToOther => "person-linked",
                    ProposalProblem::Guest => "guest",
                    ProposalProblem::Stale => "stale",
                    ProposalProblem::NotInvited => "not-invited",
                };
                Evidence::new(Tone::Bad, self.about(&format!("problem-{key}")), self.about(&format!("problem-{key}-do")))
            })
            .collect()
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let tenant = self.proposal.tenant_name.clone().unwrap_or_else(|| self.proposal.tenant.clone());
        vec![
            w.t1(&self.provider().wording("proposal-will-1"), "tenant", tenant),
            self.about("proposal-will-2"),
            self.about("proposal-will-3"),
            w.t("proposal-will-tell"),
        ]
    }
    fn pill(&self) -> Pill {
        stage_pill(&self.f.w, &Stage::Draft, self.f.now)
    }
}

impl Page for ProposalPage {
    const NAME: &'static str = "proposal";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let problem = Proposal {
            problems: vec![
                ProposalProblem::TenantTaken,
                ProposalProblem::AccountTaken,
                ProposalProblem::PersonLinkedToOther,
                ProposalProblem::Guest,
                ProposalProblem::Stale,
            ],
            graph_read: false,
            profile: vec![],
            domains: vec![],
            usernames_differ: false,
            ..Proposal::sample()
        };
        let page = |proposal: Proposal| {
            let errors = FormErrors::default();
            let proof = if proposal.problems.is_empty() { proof_fields(&f.w, Proofs::SAMPLE, &errors) } else { vec![] };
            Self { f: f.clone(), proposal, proof, errors }
        };
        let wrong = FormErrors::one("password", f.w.t("kit-proof-wrong"));
        let error = Self { proof: proof_fields(&f.w, Proofs::SAMPLE, &wrong), errors: wrong, ..page(Proposal::sample()) };
        vec![
            ("", page(Proposal::sample())),
            ("error", error),
            ("problem", page(problem.clone())),
            ("openid", page(openid(Proposal::sample()))),
            ("openid-problem", page(openid(problem))),
        ]
    }
}

/// The same from another provider.
fn openid(proposal: Proposal) -> Proposal {
    Proposal {
        cloud: None,
        tenant: sample_openid().issuer.unwrap_or_default(),
        tenant_name: None,
        object_id: "248289761001".to_owned(),
        domains: vec![],
        graph_read: false,
        problems: proposal.problems.into_iter().filter(|problem| *problem != ProposalProblem::Guest).collect(),
        ..proposal
    }
}
