//! Invitations: the second side for somebody with a role above employee who has no session here yet.

use tillit_accounts::{AccountsError, FoundInvitation, InvitationState, LinkPurpose, LinkToken};
use tillit_store::{Cx, Scope};

use super::Sso;
use super::views::{Browser, Proposal, ProposalId, ProposalProblem, SignedIn};
use crate::error::{Result, SsoError};

impl Sso {
    /// What came back, for somebody who came with an invitation. An account that bears neither the address that the
    /// invitation was sent to nor the person's username cannot accept it: a mail that was passed on makes nobody an
    /// administrator. (A name only ever refuses here; who somebody is, is decided by the account.)
    ///
    /// # Errors
    /// [`SsoError::NotFound`] without an invitation that works, or for a proposal of somebody else.
    pub async fn invited_proposal(&self, cx: &Cx, browser: &Browser, id: ProposalId) -> Result<Proposal> {
        let found = self.carried_invitation(cx, browser).await?;
        let (cx, invitation) = (&cx.in_organisation(found.organisation), found.invitation);
        let mut proposal = self.proposal_of(cx, invitation.person, id).await?;
        let names: Vec<_> = invitation.address.parse().ok().into_iter().chain([invitation.username]).collect();
        if !self.proposal_bears(cx, invitation.person, id, &names).await? {
            proposal.problems.push(ProposalProblem::NotInvited);
        }
        Ok(proposal)
    }

    /// Somebody invited says yes: the invitation is used up, in a committed transaction of its own, then the
    /// account is linked, the role given, and the person is signed in.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] as for [`Sso::invited_proposal`]; [`SsoError::Proposal`] with what stands in the
    /// way (then the invitation is used up only if somebody else was faster).
    pub async fn accept_invited_proposal(&self, cx: &Cx, browser: &Browser, id: ProposalId) -> Result<SignedIn> {
        let (sso, cx, browser) = (self.clone(), cx.clone(), browser.clone());
        // A browser that hangs up does not leave an invitation that is used up for nothing.
        self.to_its_end(async move { sso.accept_invited(&cx, &browser, id).await }).await?
    }

    async fn accept_invited(&self, cx: &Cx, browser: &Browser, id: ProposalId) -> Result<SignedIn> {
        let shown = self.invited_proposal(cx, browser, id).await?;
        if let Some(problem) = shown.problems.first() {
            return Err(SsoError::Proposal(*problem));
        }
        let token = browser.invitation.as_ref().ok_or(SsoError::NotFound)?;
        let used = self.accounts().use_link(&cx.with_scope(Scope::Installation), token, LinkPurpose::Invitation).await;
        let used = used.map_err(not_found)?;
        self.accept_for(&cx.in_organisation(used.organisation), &used, id, browser).await
    }

    async fn carried_invitation(&self, cx: &Cx, browser: &Browser) -> Result<FoundInvitation> {
        let token = browser.invitation.as_ref().ok_or(SsoError::NotFound)?;
        self.invited(&cx.with_scope(Scope::Installation), token).await?.ok_or(SsoError::NotFound)
    }

    /// Whose invitation it is, while it works. In an organisation's scope: that organisation's only.
    pub(crate) async fn invited(&self, cx: &Cx, token: &LinkToken) -> Result<Option<FoundInvitation>> {
        let found = match self.accounts().find_invitation(cx, token).await {
            Ok(found) if found.invitation.state == InvitationState::Sent => found,
            Ok(_) | Err(AccountsError::NotFound) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        match self.accounts().find_link(cx, token, LinkPurpose::Invitation).await {
            Ok(_) => Ok(Some(found)),
            Err(AccountsError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

pub(crate) fn not_found(error: AccountsError) -> SsoError {
    match error {
        AccountsError::NotFound => SsoError::NotFound,
        error => error.into(),
    }
}
