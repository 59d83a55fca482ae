//! Looking at invitations: the administrators' list, and the page of whoever has the link.

use tillit_store::{Cx, OrganisationId, PersonId, Row, Timestamp, Tx, args};

use super::{InvitationId, place};
use crate::error::{AccountsError, Result};
use crate::link::LinkToken;
use crate::people::PersonState;
use crate::role::Role;
use crate::username::Username;
use crate::{Accounts, sql};

/// Most invitations that are listed.
const MOST_LISTED: u32 = 200;

/// How an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be accepted.
    Sent,
    /// It was accepted.
    Used {
        /// When.
        at: Timestamp,
    },
    /// Its time is over.
    Expired,
    /// Somebody withdrew it, or sent another in its place.
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// Whoever sent it may not invite to this role any more.
    SenderLeft,
}

impl InvitationState {
    /// Whether it can be sent once more.
    pub const fn can_be_sent_again(self) -> bool {
        matches!(self, Self::Sent | Self::Expired | Self::SenderLeft)
    }
    /// Whether there is something to withdraw.
    pub const fn can_be_revoked(self) -> bool {
        matches!(self, Self::Sent | Self::SenderLeft)
    }
}

/// An invitation, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The id.
    pub id: InvitationId,
    /// Who is invited.
    pub person: PersonId,
    /// The person's username.
    pub username: Username,
    /// Where the mail went.
    pub address: String,
    /// The role that accepting gives.
    pub role: Role,
    /// Who sent it; `None`: the operator.
    pub by: Option<PersonId>,
    /// When it was last sent.
    pub sent_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// How it stands.
    pub state: InvitationState,
}

/// The invitation of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundInvitation {
    /// The person's organisation.
    pub organisation: OrganisationId,
    /// Whether the person is here already; else the link brings somebody new.
    pub joined: bool,
    /// The invitation.
    pub invitation: Invitation,
}

impl Accounts {
    /// Invitations of the organisation, the last sent first, at most 200. Those that ended more than
    /// 30 days ago are forgotten.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn invitations(&self, cx: &Cx) -> Result<Vec<Invitation>> {
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().read(cx).await?;
        let rows = tx.fetch_all(sql::LIST_INVITATIONS, args![organisation, MOST_LISTED]).await?;
        let mut list = Vec::with_capacity(rows.len());
        for row in &rows {
            list.push(self.open_invitation(&mut tx, cx, organisation, row).await?);
        }
        Ok(list)
    }

    /// The invitation that a link belongs to, whether or not it can still be accepted. Uses nothing
    /// up. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] for a link that was never made, was replaced by a newer one, or is forgotten.
    pub async fn find_invitation(&self, cx: &Cx, token: &LinkToken) -> Result<FoundInvitation> {
        let mut tx = self.db().read(cx).await?;
        let row = tx.fetch_optional(sql::FIND_INVITATION_OF_LINK, args![token.stored(self)?, cx.organisation()]).await?;
        let row = row.ok_or(AccountsError::NotFound)?;
        let organisation: OrganisationId = row.get("organisation_id")?;
        let cx = cx.in_organisation(organisation);
        let invitation = self.open_invitation(&mut tx, &cx, organisation, &row).await?;
        let (_, state) = self.standing(&mut tx, &cx, invitation.person).await?;
        Ok(FoundInvitation { organisation, joined: state == PersonState::Active, invitation })
    }

    /// Whether a person has an invitation that can be accepted.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn is_invited(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        for row in tx.fetch_all(sql::LIST_INVITATIONS_OF, args![organisation, person]).await? {
            if state(&row, cx.now())? == InvitationState::Sent {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// One invitation of the organisation.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn invitation_in(&self, tx: &mut Tx, cx: &Cx, id: InvitationId) -> Result<Invitation> {
        let organisation = crate::scope(cx)?;
        let row = tx.fetch_optional(sql::FIND_INVITATION, args![organisation, id]).await?.ok_or(AccountsError::NotFound)?;
        self.open_invitation(tx, cx, organisation, &row).await
    }

    async fn open_invitation(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, row: &Row) -> Result<Invitation> {
        let (id, person): (InvitationId, PersonId) = (row.get("id")?, row.get("person_id")?);
        let keys = self.vault().person(tx, organisation, person).await?;
        let address = keys.open(place(id), &row.get::<Vec<u8>>("address")?)?;
        let address = std::str::from_utf8(&address).map_err(|error| row.inconsistent("address", error))?.to_owned();
        Ok(Invitation {
            id,
            person,
            username: self.person_in(tx, cx, person).await?.username,
            address,
            role: row.get("role")?,
            by: row.get("invited_by")?,
            sent_at: row.get("sent_at")?,
            expires_at: row.get("expires_at")?,
            state: state(row, cx.now())?,
        })
    }
}

fn state(row: &Row, now: Timestamp) -> Result<InvitationState> {
    if let Some(at) = row.get::<Option<Timestamp>>("accepted_at")? {
        return Ok(InvitationState::Used { at });
    }
    if let Some(at) = row.get::<Option<Timestamp>>("revoked_at")? {
        return Ok(InvitationState::Revoked { at });
    }
    if now >= row.get::<Timestamp>("expires_at")? {
        return Ok(InvitationState::Expired);
    }
    let role: Role = row.get("role")?;
    let sender_left = match row.get::<Option<PersonId>>("invited_by")? {
        None => false,
        Some(_) => match row.get::<Option<String>>("by_state")?.as_deref() {
            Some("active") => !row.get::<Role>("by_role")?.may(role.invited_by()),
            _ => true,
        },
    };
    Ok(if sender_left { InvitationState::SenderLeft } else { InvitationState::Sent })
}
