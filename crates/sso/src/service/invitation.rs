//! Invitations: the second side for somebody with a role above employee who has no session here yet.

use tillit_accounts::{AccountsError, Link, LinkPurpose, LinkToken};
use tillit_store::{Cx, Scope};

use super::Sso;
use super::views::{Browser, Proposal, ProposalId, SignedIn};
use crate::error::{Result, SsoError};

impl Sso {
    /// What came back, for somebody who came with an invitation.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] without an invitation that works, or for a proposal of somebody else.
    pub async fn invited_proposal(&self, cx: &Cx, browser: &Browser, id: ProposalId) -> Result<Proposal> {
        let link = self.carried_invitation(cx, browser).await?;
        self.proposal_of(&cx.in_organisation(link.organisation), link.person, id).await
    }

    /// Somebody invited says yes: the invitation is used up, in a committed transaction of its own, then the
    /// account is linked and the person is signed in.
    ///
    /// # Errors
    /// [`SsoError::NotFound`] as for [`Sso::invited_proposal`]; [`SsoError::Proposal`] with what stands in the
    /// way (then the invitation is used up only if somebody else was faster).
    pub async fn accept_invited_proposal(&self, cx: &Cx, browser: &Browser, id: ProposalId) -> Result<SignedIn> {
        let shown = self.invited_proposal(cx, browser, id).await?;
        if let Some(problem) = shown.problems.first() {
            return Err(SsoError::Proposal(*problem));
        }
        let token = browser.invitation.as_ref().ok_or(SsoError::NotFound)?;
        let used = self.accounts().use_link(&cx.with_scope(Scope::Installation), token, LinkPurpose::Invitation).await;
        let used = used.map_err(not_found)?;
        self.accept_for(&cx.in_organisation(used.organisation), used.person, id, browser).await
    }

    async fn carried_invitation(&self, cx: &Cx, browser: &Browser) -> Result<Link> {
        let token = browser.invitation.as_ref().ok_or(SsoError::NotFound)?;
        self.invited(&cx.with_scope(Scope::Installation), token).await?.ok_or(SsoError::NotFound)
    }

    /// Whose invitation it is, while it works. In an organisation's scope: that organisation's only.
    pub(crate) async fn invited(&self, cx: &Cx, token: &LinkToken) -> Result<Option<Link>> {
        match self.accounts().find_link(cx, token, LinkPurpose::Invitation).await {
            Ok(link) => Ok(Some(link)),
            Err(AccountsError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn not_found(error: AccountsError) -> SsoError {
    match error {
        AccountsError::NotFound => SsoError::NotFound,
        error => error.into(),
    }
}
