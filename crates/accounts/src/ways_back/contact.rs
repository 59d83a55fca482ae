//! The contact for emergencies: who answers for the organisation when no owner can get in. An address at a domain of the
//! organisation is none: a restore takes the domain's DNS *and* the contact, and whoever holds the DNS reads the mail there.

use serde_json::json;
use tillit_store::{Actor, Cx, PersonId, Timestamp, Tx, args};

use super::actions;
use super::letters::Letter;
use super::{ByOwner, Event, WaysBackRefusal, sql, step};
use crate::audit::Entry;
use crate::error::{AccountsError, Result, is_of_one_person};
use crate::local::LocalRefusal;
use crate::own_proof::OwnProof;
use crate::session::SessionToken;
use crate::username::Username;
use crate::{Accounts, Permission};

/// The contact, for the page of the settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactState {
    /// The one that counts.
    pub contact: Option<Username>,
    /// Another one, and from when it counts.
    pub next: Option<(Username, Timestamp)>,
    /// The present one is at a domain of the organisation: it counts for no restore.
    pub at_own_domain: bool,
}

impl Accounts {
    /// The contact for emergencies.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn contact(&self, cx: &Cx) -> Result<ContactState> {
        let mut tx = self.db().read(cx).await?;
        let standing = self.find_ways_back(&mut tx, cx).await?;
        let at_own_domain = match &standing.contact {
            Some(contact) => self.at_own_domain(&mut tx, cx, contact).await?,
            None => false,
        };
        let next = standing.next_contact.zip(standing.state.contact.next_from);
        Ok(ContactState { contact: standing.contact, next, at_own_domain })
    }

    /// Whether an address is at a domain of the organisation, or below one: whoever holds the domain's DNS reads mail there.
    pub(super) async fn at_own_domain(&self, tx: &mut Tx, cx: &Cx, address: &Username) -> Result<bool> {
        for row in tx.fetch_all(crate::sql::LIST_DOMAINS, args![crate::scope(cx)?]).await? {
            if address.domain().is_within(&row.get("domain")?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Refuses a contact whose mail whoever holds a domain of the organisation reads.
    async fn must_be_elsewhere(&self, tx: &mut Tx, cx: &Cx, contact: &Username) -> Result<()> {
        if self.at_own_domain(tx, cx, contact).await? { Err(WaysBackRefusal::ContactAtOwnDomain.into()) } else { Ok(()) }
    }

    /// An owner registers the contact, or another one, which counts after seven days, but at once in place of one at a domain of the
    /// organisation, which counts for nothing. Every owner is told, and the contact that counts.
    /// The session that asks gets a new token, which comes back.
    ///
    /// # Errors
    /// [`LocalRefusal::Refused`] for a wrong proof; [`LocalRefusal::Failed`] with [`AccountsError::ProofNeeded`] also where
    /// nothing could be shown: then the owner makes a recovery kit first; with [`AccountsError::WaysBack`] for an address at a
    /// domain of the organisation, before the proof is looked at.
    pub async fn set_contact(
        &self,
        cx: &Cx,
        person: PersonId,
        proof: OwnProof<'_>,
        contact: &Username,
    ) -> Result<Option<SessionToken>, LocalRefusal> {
        self.require(cx, Permission::HoldRecoveryKit).await?;
        let mut tx = self.db().read(cx).await?;
        self.must_be_elsewhere(&mut tx, cx, contact).await?;
        tx.rollback().await?;
        self.prove_owner(cx, person, proof).await?;
        self.change_contact(cx, person, proof, Some(contact)).await.map_err(LocalRefusal::Failed)
    }

    /// An owner keeps the contact that counts; the other one, which waits, never does. The session that asks gets a new token.
    ///
    /// # Errors
    /// As [`Accounts::set_contact`]; [`AccountsError::WaysBack`] if no other one waits.
    pub async fn keep_contact(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<Option<SessionToken>, LocalRefusal> {
        self.prove_owner(cx, person, proof).await?;
        self.change_contact(cx, person, proof, None).await.map_err(LocalRefusal::Failed)
    }

    /// Whether the owner, and not somebody with the owner's session, asks: an own proof of this moment, since these are ways
    /// back. A fresh sign-in at the provider is none: whoever holds a session may have chosen the provider. The caller gives
    /// the session its new token together with the change ([`Accounts::rotate_asking`]).
    pub(crate) async fn prove_owner(&self, cx: &Cx, person: PersonId, proof: OwnProof<'_>) -> Result<(), LocalRefusal> {
        self.require(cx, Permission::HoldRecoveryKit).await?;
        if cx.actor() != Actor::Operator && !self.own_proofs(cx, person).await?.any() {
            return Err(LocalRefusal::Failed(AccountsError::ProofNeeded));
        }
        self.check_way(cx, person, proof).await
    }

    /// Takes a contact away who is somebody that is forgotten (`is` knows by the address), and the restores that ended and name
    /// the person. One that is under way goes on with what it was begun with.
    pub(crate) async fn forget_contact(&self, tx: &mut Tx, cx: &Cx, is: &(dyn Fn(&Username) -> bool + Sync)) -> Result<()> {
        let organisation = crate::scope(cx)?;
        for row in tx.fetch_all(sql::LIST_ENDED, args![organisation]).await? {
            let restore = self.open_ended(tx, cx, &row).await;
            // What does not open names nobody any more.
            if restore.is_ok_and(|(_, named, contact)| is(&named) || is(&contact)) {
                tx.execute(sql::DELETE_ENDED, args![organisation, row.get::<super::RestoreId>("id")?]).await?;
            }
        }
        let standing = match self.find_ways_back(tx, cx).await {
            Ok(standing) => standing,
            // A damaged contact keeps nobody from being forgotten, nor, after a restore, all organisations from a start.
            Err(AccountsError::Vault(error)) if is_of_one_person(&error) => {
                tracing::error!(%error, "whether the contact is somebody who is forgotten could not be looked at");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if !standing.contact.iter().chain(&standing.next_contact).any(is) {
            return Ok(());
        }
        let mut standing = self.hold_ways_back(tx, cx).await?;
        if standing.next_contact.as_ref().is_some_and(is) {
            standing.next_contact = None;
            standing.state.contact.next_from = None;
        }
        if standing.contact.as_ref().is_some_and(is) {
            standing.contact = None;
            standing.state.contact.set = false;
        }
        self.save_ways_back(tx, cx, &standing).await?;
        self.record(tx, cx, Entry::new(actions::CONTACT_FORGOTTEN)).await
    }

    async fn change_contact(
        &self,
        cx: &Cx,
        person: PersonId,
        proof: OwnProof<'_>,
        contact: Option<&Username>,
    ) -> Result<Option<SessionToken>> {
        let mut tx = self.db().begin(cx).await?;
        self.must_be_owner(&mut tx, cx, person).await?;
        let mut standing = self.hold_ways_back(&mut tx, cx).await?;
        if let Some(contact) = contact {
            self.must_be_elsewhere(&mut tx, cx, contact).await?;
        }
        // One that counts for no restore holds up nobody who registers one that does: until then there would be no way back at all.
        let void = match (contact, &standing.contact) {
            (Some(_), Some(present)) => self.at_own_domain(&mut tx, cx, present).await?,
            _ => false,
        };
        if void {
            standing.state.contact = super::Contact::default();
            standing.next_contact = None;
        }
        let by = ByOwner { person, proved: true };
        let event = if contact.is_some() { Event::SetContact(by) } else { Event::KeepContact(by) };
        standing.state = step(&standing.state, event, cx.now())?.state;
        let waits = standing.state.contact.next_from;
        let before = standing.contact.clone();
        match contact {
            Some(new) if waits.is_some() => standing.next_contact = Some(new.clone()),
            Some(new) => standing.contact = Some(new.clone()),
            None => standing.next_contact = None,
        }
        self.save_ways_back(&mut tx, cx, &standing).await?;
        let token = self.rotate_asking(&mut tx, cx, proof).await?;
        let letter = match (contact, waits) {
            (Some(_), Some(_)) => Letter::ContactWillChange,
            (Some(_), None) => Letter::ContactSet,
            (None, _) => Letter::ContactKept,
        };
        let mut facts = self.letter_facts(&mut tx, cx, None).await?;
        facts.named = contact.map_or_else(String::new, |contact| contact.as_str().to_owned());
        facts.who = self.person_in(&mut tx, cx, person).await?.display_name().to_owned();
        facts.until = waits;
        let told = self.tell_owners(&mut tx, cx, letter, &facts, None).await?.told;
        if let Some(before) = before.as_ref().filter(|before| Some(*before) != contact) {
            let letter = match letter {
                Letter::ContactSet => Letter::ContactReplaced,
                Letter::ContactWillChange => Letter::ContactWillBeReplaced,
                other => other,
            };
            self.tell_address(&mut tx, cx, before.as_str(), letter, &facts).await?;
        }
        let action = match letter {
            Letter::ContactKept => actions::CONTACT_KEPT,
            _ => actions::CONTACT_SET,
        };
        self.record(&mut tx, cx, Entry::new(action).target(person).detail(json!({ "counts_from": waits, "told": told }))).await?;
        tx.commit().await?;
        Ok(token)
    }
}
