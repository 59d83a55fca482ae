//! What came back from the provider for somebody who came with an invitation.

use askama::Template;
use tillit_accounts::Role;
use tillit_sso::service::views::{Proposal, ProposalProblem};

use super::ProposalPage;
use crate::frame::Frame;
use crate::pages::Page;
use crate::pages::invitations::role_key;
use crate::pages::sign_in::outside;
use crate::ui::FormErrors;

/// What came back, for the invited person: asks before linking. Whoever is not in yet sees no more of the
/// organisation than the invitation said.
#[derive(Debug, Template)]
#[template(path = "invited_proposal.html")]
pub struct InvitedProposalPage {
    /// Frame.
    pub f: Frame,
    /// The organisation's name.
    pub organisation: String,
    /// The address that the invitation went to.
    pub address: String,
    /// The role that accepting gives.
    pub role: Role,
    /// What came back.
    pub shown: ProposalPage,
}

impl InvitedProposalPage {
    /// With what the invitation is for.
    pub fn new(f: Frame, organisation: String, address: String, role: Role, proposal: Proposal) -> Self {
        Self {
            shown: ProposalPage { f: f.clone(), proposal, proof: vec![], errors: FormErrors::default() },
            f,
            organisation,
            address,
            role,
        }
    }
    fn is_open(&self) -> bool {
        self.shown.proposal.problems.is_empty()
    }
    fn is_somebody_else(&self) -> bool {
        self.shown.proposal.problems.contains(&ProposalProblem::NotInvited)
    }
    fn title(&self) -> String {
        self.f.w.t(if self.is_somebody_else() {
            "invited-other-title"
        } else if self.is_open() {
            "invited-title"
        } else {
            "invited-problem-title"
        })
    }
    fn purpose(&self) -> String {
        match (self.is_open(), self.is_somebody_else()) {
            (true, _) => self.f.w.t1("invited-purpose", "organisation", self.organisation.as_str()),
            (false, true) => self.f.w.t1("invited-other-text", "address", self.address.as_str()),
            (false, false) => self.f.w.t("invited-problem-text"),
        }
    }
    fn will(&self) -> Vec<String> {
        let w = &self.f.w;
        let role = w.t(role_key(self.role));
        vec![
            w.t1(&self.shown.provider().wording("invited-will-1"), "organisation", self.organisation.as_str()),
            w.t1("invited-will-2", "role", role),
            w.t("invited-will-3"),
        ]
    }
}

impl Page for InvitedProposalPage {
    const NAME: &'static str = "invited-proposal";
    fn samples(f: &Frame) -> Vec<(&'static str, Self)> {
        let page = |proposal: Proposal| {
            let (organisation, address) = ("Nordvik kommune".to_owned(), "jonas@consultant.example".to_owned());
            Self::new(outside(f), organisation, address, Role::SecurityAdministrator, proposal)
        };
        let with = |problems| Proposal { problems, usernames_differ: true, ..Proposal::sample() };
        vec![
            (
                "",
                page(Proposal { usernames_differ: false, own_username: "ingrid.solheim@nordvik.example".to_owned(), ..Proposal::sample() }),
            ),
            ("differs", page(with(vec![]))),
            ("openid", page(super::openid(with(vec![])))),
            ("other", page(with(vec![ProposalProblem::NotInvited]))),
            ("problem", page(with(vec![ProposalProblem::Stale, ProposalProblem::PersonLinkedToOther]))),
        ]
    }
}
