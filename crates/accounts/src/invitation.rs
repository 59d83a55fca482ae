//! Invitations: somebody is asked by mail to join, or to take a higher role.
//!
//! An invitation is bound to the person, the address and the role that it was sent for. Its link is
//! the second side of rule (d) of "who becomes whom", never a session: whoever opens it still signs
//! in with the provider, chooses a first password, or has a session of the invited person.
//! Whom an invitation brings here for the first time is [`Invited`](crate::PersonState::Invited)
//! until then, and counts as nobody: not as an owner, not as an administrator.

mod mail;
mod read;

use serde_json::json;
use tillit_mail::{MailError, Outgoing};
use tillit_store::{Actor, Cx, Duration, Id, OrganisationId, PersonId, Timestamp, Tx, args, kinds};
use tillit_vault::Place;

use crate::audit::{Entry, actions};
use crate::credential::{PreparedPassword, Telling};
use crate::error::{AccountsError, Result};
use crate::link::{LinkPurpose, UsedLink};
use crate::people::{NewPerson, PersonState};
use crate::permission::Permission;
use crate::profile::Profile;
use crate::role::Role;
use crate::session::SessionId;
use crate::sign_in_mail::Change;
use crate::username::Username;
use crate::{Accounts, sql};

pub use read::{FoundInvitation, Invitation, InvitationState};

/// Id of an invitation.
pub type InvitationId = Id<kinds::Invitation>;

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: Duration = Duration::days(7);
/// Most invitations of an organisation that can be accepted at a time.
const MOST_OPEN: i64 = 200;

/// Whom to invite, and as what.
#[derive(Debug, Clone)]
pub struct NewInvitation<'a> {
    /// Where the mail goes. For somebody who is nobody here yet also the username; for somebody who is here already only
    /// the person's own address, or the username in its place.
    pub address: Username,
    /// Who is invited, if that was chosen from the list; else whoever has the address as username.
    pub person: Option<PersonId>,
    /// The role that accepting gives.
    pub role: Role,
    /// Address of the page, to which the link's token is added: `https://portal.example/invitation/`.
    pub page: &'a str,
}

/// Why nobody is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationRefusal {
    /// The person is an employee here already.
    #[error("the person is here already")]
    AlreadyHere,
    /// The person has a role that may something which the new one may not: an invitation never takes anything away.
    #[error("the person has another role, of which the invitation would take something away")]
    OtherRole,
    /// The person is disabled.
    #[error("the person is disabled")]
    Disabled,
    /// The person is here already, and the address is not the person's own.
    #[error("the person is here already, with another mail address")]
    OtherAddress,
    /// No mail can be written to the address.
    #[error("no mail can be written to this address")]
    Address,
    /// So many were sent in the last day that the next must wait.
    #[error("too many invitations were sent; the next can be sent in {} s", wait.0 / 1_000_000)]
    TooMany {
        /// How long.
        wait: Duration,
    },
    /// As many wait to be accepted as there may be.
    #[error("too many invitations are open")]
    TooManyOpen,
    /// It was accepted, or withdrawn: there is nothing to send again.
    #[error("the invitation is over")]
    Over,
}

impl Accounts {
    /// Invites somebody by mail; an earlier invitation of the person is withdrawn. Whoever has the
    /// address as username is invited, else a person is added who [has not
    /// joined](PersonState::Invited) yet.
    ///
    /// The caller asks for an own proof before ([`Accounts::prove_self`]) if the role is above
    /// employee: a session that was stolen must not bring its own administrators along.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for who does not manage people of this role, or of the role that
    /// the person has; [`AccountsError::Invitation`]; [`AccountsError::NotFound`].
    pub async fn invite(&self, tx: &mut Tx, cx: &Cx, new: &NewInvitation<'_>) -> Result<InvitationId> {
        let organisation = crate::scope(cx)?;
        self.must_hold(tx, cx, new.role.invited_by()).await?;
        // Counters before the person and the log, as everywhere.
        let too_many = self.count_invitation(tx, cx, organisation).await?;
        let open: i64 = tx.fetch_one(sql::COUNT_OPEN_INVITATIONS, args![organisation, cx.now()]).await?.get("n")?;
        if open >= MOST_OPEN {
            return Err(InvitationRefusal::TooManyOpen.into());
        }
        let known = match new.person {
            Some(person) => Some(person),
            None => self.person_by_username(tx, cx, &new.address).await?,
        };
        match known {
            Some(person) => self.hold_person(tx, cx, person).await?,
            None => self.hold_log(tx, cx).await?,
        }
        let person = match known {
            Some(person) => self.invitable(tx, cx, person, new.role).await?,
            None => self.add_invited(tx, cx, new).await?,
        };
        let to = self.address_of(tx, cx, person, new.address.as_str()).await?;
        tx.execute(sql::REVOKE_INVITATIONS, args![organisation, person, cx.now()]).await?;
        let id: InvitationId = cx.new_id();
        let keys = self.vault().person(tx, organisation, person).await?;
        let address = keys.seal(cx, place(id), to.as_bytes())?;
        let by = cx.person();
        tx.execute(sql::ADD_INVITATION, args![id, organisation, person, new.role, address, by, cx.now()]).await?;
        self.record(tx, cx, Entry::new(actions::INVITED).target(person).detail(json!({ "role": new.role.code() }))).await?;
        refuse_too_many(too_many)?;
        self.send(tx, cx, id, person, &to, new.role, new.page).await?;
        Ok(id)
    }

    /// Sends an invitation once more, with a new link and a new time; the earlier link is void.
    ///
    /// The caller asks for an own proof before, as for [`Accounts::invite`]: this brings back what ran out, and whoever
    /// sends it again answers for it.
    ///
    /// # Errors
    /// As [`Accounts::invite`].
    pub async fn send_invitation_again(&self, tx: &mut Tx, cx: &Cx, id: InvitationId, page: &str) -> Result<PersonId> {
        let invitation = self.invitation_in(tx, cx, id).await?;
        self.must_hold(tx, cx, invitation.role.invited_by()).await?;
        if !invitation.state.can_be_sent_again() {
            return Err(InvitationRefusal::Over.into());
        }
        let too_many = self.count_invitation(tx, cx, crate::scope(cx)?).await?;
        self.hold_person(tx, cx, invitation.person).await?;
        self.invitable(tx, cx, invitation.person, invitation.role).await?;
        let to = self.address_of(tx, cx, invitation.person, &invitation.address).await?;
        // Whoever sends it again answers for it from now on.
        if let Actor::Person(by) = cx.actor() {
            tx.execute(sql::TAKE_OVER_INVITATION, args![crate::scope(cx)?, id, by]).await?;
        }
        self.record(tx, cx, Entry::new(actions::INVITED_AGAIN).target(invitation.person)).await?;
        refuse_too_many(too_many)?;
        self.send(tx, cx, id, invitation.person, &to, invitation.role, page).await?;
        Ok(invitation.person)
    }

    /// Withdraws an invitation: its link works no more. True if it could still be accepted.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`]; [`AccountsError::Denied`] as for [`Accounts::invite`].
    pub async fn revoke_invitation(&self, tx: &mut Tx, cx: &Cx, id: InvitationId) -> Result<bool> {
        let invitation = self.invitation_in(tx, cx, id).await?;
        self.must_hold(tx, cx, invitation.role.invited_by()).await?;
        self.hold_log(tx, cx).await?;
        if tx.execute(sql::REVOKE_INVITATION, args![crate::scope(cx)?, id, cx.now()]).await? == 0 {
            return Ok(false);
        }
        self.record(tx, cx, Entry::new(actions::INVITATION_REVOKED).target(invitation.person)).await?;
        Ok(true)
    }

    /// Carries out what a used link promised: whoever had not joined has, and the role is the
    /// invitation's, unless the person has one by now that would lose something by it. Gives the role.
    ///
    /// Whoever rises by it does so in no session that somebody else may have begun: all of them end, save `keep`,
    /// which the caller rotates. The person is told of a new role by mail, and all owners of another owner.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] if the link is no invitation's, or that was withdrawn a moment ago.
    pub async fn join(&self, tx: &mut Tx, cx: &Cx, used: &UsedLink, keep: Option<SessionId>) -> Result<Role> {
        let organisation = crate::scope(cx)?;
        if used.purpose != LinkPurpose::Invitation || used.organisation != organisation {
            return Err(AccountsError::NotFound);
        }
        self.hold_person(tx, cx, used.person).await?;
        // Whoever sent it may have lost the role since.
        if !self.is_invited(tx, cx, used.person).await? {
            return Err(AccountsError::NotFound);
        }
        let row = tx.fetch_optional(sql::ACCEPT_INVITATION, args![organisation, used.id, used.person, cx.now()]).await?;
        let invited: Role = row.ok_or(AccountsError::NotFound)?.get("role")?;
        self.record(tx, cx, Entry::new(actions::INVITATION_ACCEPTED).target(used.person)).await?;
        let newcomer = self.join_as_is(tx, cx, used.person).await?;
        let (role, _) = self.standing(tx, cx, used.person).await?;
        if !invited.includes(role) {
            return Ok(role);
        }
        self.set_role(tx, cx, used.person, invited).await?;
        if role != invited {
            self.end_all_sessions(tx, cx, used.person, keep).await?;
        }
        if role != invited || newcomer && invited == Role::Owner {
            self.announce_accepted(tx, cx, used.person, invited).await?;
        }
        Ok(invited)
    }

    /// [`Accounts::join`] of somebody who chooses a first password with the link, in one transaction with it.
    ///
    /// # Errors
    /// As [`Accounts::join`]; [`AccountsError::Denied`] for somebody who is here and [has a way of signing
    /// in](Accounts::may_choose_password).
    pub async fn join_with_password(&self, tx: &mut Tx, cx: &Cx, used: &UsedLink, prepared: PreparedPassword) -> Result<Role> {
        // Held before it is looked at: a way of signing in that is being made at this moment counts.
        self.hold_person(tx, cx, used.person).await?;
        let (_, state) = self.standing(tx, cx, used.person).await?;
        let joined = state == PersonState::Active;
        if joined && self.has_own_way(tx, cx, used.person).await? {
            return Err(AccountsError::Denied);
        }
        let role = self.join(tx, cx, used, None).await?;
        let told = joined && self.tell_about(tx, cx, used.person, Change::PasswordSetByInvitation).await?;
        let telling = if joined { Telling::Already(told) } else { Telling::ByLink };
        self.put_password(tx, cx, used.person, prepared, None, telling).await?;
        Ok(role)
    }

    /// Whether the link of an invitation is enough to choose a password. It is for whoever has not joined, and for somebody
    /// who is here without any way of signing in locally (an account of a provider that is off), if the mail went to the
    /// person's own address. Everybody else signs in: a link in a mail never replaces what somebody signs in with.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn may_choose_password(&self, cx: &Cx, invitation: &Invitation) -> Result<bool> {
        let mut tx = self.db().read(cx).await?;
        let (_, state) = self.standing(&mut tx, cx, invitation.person).await?;
        if state == PersonState::Invited {
            return Ok(true);
        }
        let own = self.person_in(&mut tx, cx, invitation.person).await?.mail_address() == invitation.address;
        Ok(own && !self.has_own_way(&mut tx, cx, invitation.person).await?)
    }

    /// Whether somebody has anything to sign in with here.
    async fn has_own_way(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<bool> {
        let row = tx.fetch_one(sql::HAS_OWN_PROOF, args![crate::scope(cx)?, person]).await?;
        for way in ["passwords", "kits", "apps", "passkeys"] {
            if row.get::<i64>(way)? > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Somebody who was invited comes in on the strength of something else: an invited employee by
    /// rule (c). Nobody else is touched. True if it brought somebody in.
    ///
    /// # Errors
    /// [`AccountsError::Store`].
    pub async fn join_as_is(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<bool> {
        let organisation = crate::scope(cx)?;
        self.hold_person(tx, cx, person).await?;
        let joined = tx.execute(sql::JOIN_PERSON, args![organisation, person]).await? == 1;
        if joined {
            tx.execute(sql::ACCEPT_INVITATIONS_OF, args![organisation, person, cx.now()]).await?;
            tx.execute(sql::DELETE_LINKS, args![organisation, person, LinkPurpose::Invitation]).await?;
            self.record(tx, cx, Entry::new(actions::PERSON_JOINED).target(person)).await?;
        }
        Ok(joined)
    }

    /// The caller's role manages people of `role`. The operator may.
    pub(crate) async fn may_manage(&self, tx: &mut Tx, cx: &Cx, role: Role) -> Result<()> {
        self.must_hold(tx, cx, role.managed_by()).await
    }

    /// The caller holds `permission`. The operator may.
    pub(crate) async fn must_hold(&self, tx: &mut Tx, cx: &Cx, permission: Permission) -> Result<()> {
        let held = match cx.actor() {
            Actor::Operator => true,
            Actor::Person(person) => self.holds(tx, cx, person, permission).await?,
            Actor::Visitor | Actor::Job(_) => false,
        };
        if held { Ok(()) } else { Err(AccountsError::Denied) }
    }

    /// A known person, if an invitation as `role` gives anything.
    async fn invitable(&self, tx: &mut Tx, cx: &Cx, person: PersonId, role: Role) -> Result<PersonId> {
        let (has, state) = self.standing(tx, cx, person).await?;
        // Whoever may invite owners may make one of anybody.
        if role != Role::Owner {
            self.may_manage(tx, cx, has).await?;
        }
        match state {
            PersonState::Disabled => return Err(InvitationRefusal::Disabled.into()),
            PersonState::Active if !role.includes(has) => return Err(InvitationRefusal::OtherRole.into()),
            // The same role again is how somebody above employee gets an account linked.
            PersonState::Active if role == Role::Employee => return Err(InvitationRefusal::AlreadyHere.into()),
            PersonState::Active => {}
            PersonState::Invited => {
                // Who never joined and is not invited any more may have been deleted a moment ago.
                if tx.execute(sql::UPDATE_ROLE, args![crate::scope(cx)?, person, role]).await? == 0 {
                    return Err(AccountsError::NotFound);
                }
            }
        }
        Ok(person)
    }

    /// Where a mail to an invited person goes: to the address of the invitation, but to the own one of somebody who is here.
    /// Else whoever invites could read the mail that is meant for another.
    async fn address_of(&self, tx: &mut Tx, cx: &Cx, person: PersonId, address: &str) -> Result<String> {
        let (_, state) = self.standing(tx, cx, person).await?;
        if state == PersonState::Invited {
            return Ok(address.to_owned());
        }
        let person = self.person_in(tx, cx, person).await?;
        let wanted: Option<Username> = address.parse().ok();
        let own = wanted.is_some_and(|wanted| person.mail_address().parse().ok() == Some(wanted.clone()) || person.username == wanted);
        if own { Ok(person.mail_address().to_owned()) } else { Err(InvitationRefusal::OtherAddress.into()) }
    }

    async fn add_invited(&self, tx: &mut Tx, cx: &Cx, new: &NewInvitation<'_>) -> Result<PersonId> {
        let new = NewPerson { username: new.address.clone(), role: new.role, profile: Profile::default() };
        let person = self.add_person(tx, cx, &new).await?;
        tx.execute(sql::UPDATE_STATE, args![crate::scope(cx)?, person, PersonState::Invited.code()]).await?;
        Ok(person)
    }

    #[expect(clippy::too_many_arguments, reason = "everything that stands in the mail")]
    async fn send(&self, tx: &mut Tx, cx: &Cx, id: InvitationId, to: PersonId, address: &str, role: Role, page: &str) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let token = self.make_link(tx, cx, to, LinkPurpose::Invitation, INVITATION_LIFETIME).await?;
        let until = cx.now() + INVITATION_LIFETIME;
        tx.execute(sql::SEND_INVITATION, args![organisation, id, cx.now(), until, token.stored(self)?]).await?;
        let (subject, text) = self.words_for(tx, cx, to, role, until, &format!("{page}{}", token.as_str())).await?;
        match tillit_mail::enqueue(tx, cx, self.vault(), Outgoing { to: address.to_owned(), subject, text }).await {
            Ok(()) => Ok(()),
            Err(MailError::Recipient) => Err(InvitationRefusal::Address.into()),
            Err(MailError::Jobs(tillit_jobs::JobsError::Store(error))) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "an invitation could not be queued");
                Err(AccountsError::Busy)
            }
        }
    }

    async fn words_for(&self, tx: &mut Tx, cx: &Cx, to: PersonId, role: Role, until: Timestamp, link: &str) -> Result<(String, String)> {
        let row = tx.fetch_one(sql::FIND_ORGANISATION, args![crate::scope(cx)?]).await?;
        let language = self.person_in(tx, cx, to).await?.language().map_or_else(|| row.get("language"), Ok)?;
        let by = match cx.actor() {
            Actor::Person(person) => Some(self.person_in(tx, cx, person).await?.display_name().to_owned()),
            _ => None,
        };
        let organisation: String = row.get("name")?;
        Ok(mail::words(language, &mail::Facts { by: by.as_deref(), organisation: &organisation, role, until, link }))
    }
}

/// After everything else that may stand in the way: what is not committed was not counted.
fn refuse_too_many(wait: Option<Duration>) -> Result<()> {
    wait.map_or(Ok(()), |wait| Err(InvitationRefusal::TooMany { wait }.into()))
}

/// Where the address of an invitation is sealed.
fn place(id: InvitationId) -> Place {
    Place::new("invitation", "address", id.uuid())
}

/// Deletes what nobody accepted: invitations that were over before `before`, and people who never joined, with their keys. Held
/// first, so that who is invited again at this moment is seen to be; and keys go only with the people who did.
pub(crate) async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.execute(sql::HOLD_INVITED, args![before]).await?;
    let invitations = tx.execute(sql::PRUNE_INVITATIONS, args![before]).await?;
    for row in tx.fetch_all(sql::PRUNE_INVITED, args![]).await? {
        let (organisation, person): (OrganisationId, PersonId) = (row.get("organisation_id")?, row.get("id")?);
        tx.execute(sql::PRUNE_KEY, args![organisation, person]).await?;
    }
    Ok(invitations)
}

/// Withdraws whatever a person was invited to; the links are gone with it.
pub(crate) async fn revoke_all(tx: &mut Tx, cx: &Cx, organisation: OrganisationId, person: PersonId) -> Result<()> {
    tx.execute(sql::REVOKE_INVITATIONS, args![organisation, person, cx.now()]).await?;
    tx.execute(sql::DELETE_LINKS, args![organisation, person, LinkPurpose::Invitation]).await?;
    Ok(())
}

impl Accounts {
    /// Withdraws what somebody invited others to; the links are gone with it. Whoever is switched on again does not get these
    /// invitations back.
    pub(crate) async fn revoke_sent(&self, tx: &mut Tx, cx: &Cx, by: PersonId) -> Result<()> {
        for (id, person) in self.void_sent(tx, cx, by, |_| false).await? {
            tx.execute(sql::REVOKE_INVITATION, args![crate::scope(cx)?, id, cx.now()]).await?;
            self.record(tx, cx, Entry::new(actions::INVITATION_REVOKED).reason("sender_left").target(person)).await?;
        }
        Ok(())
    }

    /// Makes the links void that somebody sent, but for what `keeps` says of the role. The invitations stay, for somebody else to
    /// send again; not for the links to work again when the sender gets the role back.
    pub(crate) async fn void_sent(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        by: PersonId,
        keeps: impl Fn(Role) -> bool,
    ) -> Result<Vec<(InvitationId, PersonId)>> {
        let organisation = crate::scope(cx)?;
        let mut void = Vec::new();
        for row in tx.fetch_all(sql::OPEN_INVITATIONS_BY, args![organisation, by]).await? {
            if !keeps(row.get("role")?) {
                let person: PersonId = row.get("person_id")?;
                tx.execute(sql::DELETE_LINKS, args![organisation, person, LinkPurpose::Invitation]).await?;
                void.push((row.get("id")?, person));
            }
        }
        Ok(void)
    }
}
