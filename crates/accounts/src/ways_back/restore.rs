//! The operator's restore: from the operator's command to the moment in which whoever was named comes in.

use serde_json::json;
use tillit_fetch::TxtResolver;
use tillit_store::{Actor, Cx, OrganisationId, PersonId, Timestamp, Tx, args};

use super::actions;
use super::letters::Letter;
use super::mail::{LinkKind, RestorePages};
use super::row::{Moment, RestoreId, RestoreRow, Standing, restore_place};
use super::{Effect, Event, Record, Restore, View, WaysBackRefusal, sql, step, view};
use crate::Accounts;
use crate::audit::Entry;
use crate::domain::Domain;
use crate::error::{AccountsError, Result};
use crate::link::{LinkPurpose, LinkToken};
use crate::people::NewPerson;
use crate::profile::Profile;
use crate::recovery::RecoveryCode;
use crate::role::Role;
use crate::secret_text::{Secret, SecretText};
use crate::username::Username;

/// Wrong codes after which the contact must make another one.
const MOST_WRONG_CODES: i64 = 10;

/// What the operator asks for.
#[derive(Debug, Clone)]
pub struct NewRestore {
    /// A domain of the organisation that the operator vouched for.
    pub domain: Domain,
    /// The contact for emergencies, as whoever asks knows it.
    pub contact: Username,
    /// Who becomes an owner.
    pub named: Username,
}

/// A record that DNS must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordAsked {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A restore, for the operator's command and the owners' page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreState {
    /// Where it stands.
    pub view: View,
    /// Who becomes an owner.
    pub named: Username,
    /// Who must agree.
    pub contact: Username,
    /// Whose DNS is looked at.
    pub domain: String,
    /// The record that is missing, if one is.
    pub record: Option<RecordAsked>,
    /// Whether an owner can stop it.
    pub can_be_stopped: bool,
    /// What happened, in order.
    pub history: Vec<Moment>,
}

/// What a link in a mail leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRestore {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its name.
    pub organisation_name: String,
    /// The owner whose link it is, if it is one to stop it.
    pub owner: Option<PersonId>,
    /// The restore.
    pub restore: RestoreState,
}

/// What one look at DNS found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// No record is asked for.
    NothingAsked,
    /// It is not there (yet).
    NotThere,
    /// It is there, and counts.
    Seen,
}

/// A token of a link in a mail about a restore.
#[derive(Debug, Clone)]
pub struct RestoreToken(SecretText);

impl RestoreToken {
    /// A token as it came back in an address; `None` if no link can have it.
    pub fn parse(text: &str) -> Option<Self> {
        SecretText::parse(text).map(Self)
    }
}

impl Accounts {
    /// The operator begins a restore of the organisation of the call. Owners and the contact are told.
    ///
    /// # Errors
    /// [`AccountsError::Denied`] for anybody but the operator; [`AccountsError::WaysBack`]: one is under way, no contact is
    /// registered, it is another one, it is at a domain of the organisation or is who is named, or the operator did not vouch
    /// for the domain.
    pub async fn begin_restore(&self, cx: &Cx, new: &NewRestore, pages: &RestorePages) -> Result<RestoreState> {
        operator(cx)?;
        let organisation = crate::scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        let mut standing = self.hold_ways_back(&mut tx, cx).await?;
        let (mut last, view_before) = (self.restore_under_way(&mut tx, cx).await?, view(&standing.state, cx.now()));
        if let (Some(over), View::None) = (&mut last, view_before) {
            self.run_out(&mut tx, cx, &standing, over).await?;
        }
        let outcome = step(&standing.state, Event::Begin, cx.now())?;
        if standing.contact.as_ref() != Some(&new.contact) {
            return Err(WaysBackRefusal::OtherContact.into());
        }
        if new.named.same_mailbox(&new.contact) {
            return Err(WaysBackRefusal::NamedIsContact.into());
        }
        // It may have been registered before the domain was added.
        if self.at_own_domain(&mut tx, cx, &new.contact).await? {
            return Err(WaysBackRefusal::ContactAtOwnDomain.into());
        }
        if tx.fetch_optional(sql::VOUCHED_DOMAIN, args![organisation, &new.domain]).await?.is_none() {
            return Err(WaysBackRefusal::DomainNotVouchedFor.into());
        }
        standing.state = outcome.state;
        self.save_ways_back(&mut tx, cx, &standing).await?;
        let id: RestoreId = cx.new_id();
        let record = record_text(cx);
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let seal = |column, address: &Username| keys.seal(cx, restore_place(column, id), address.as_str().as_bytes());
        let (named, contact) = (seal("named", &new.named)?, seal("contact", &new.contact)?);
        tx.execute(sql::ADD_RESTORE, args![id, organisation, &new.domain, record, named, contact, "[]", cx.now()]).await?;
        let mut restore = self.restore_under_way(&mut tx, cx).await?.ok_or(AccountsError::NotFound)?;
        self.note_moment(&mut tx, cx, &mut restore, "begun").await?;
        let mut facts = self.letter_facts(&mut tx, cx, Some(&restore)).await?;
        facts.until = Some(cx.now() + super::PROOFS_WITHIN);
        let told = self.tell_owners(&mut tx, cx, Letter::Begun, &facts, None).await?.told;
        facts.link = self.restore_link(&mut tx, cx, &restore, LinkKind::Contact, None, pages).await?;
        self.tell_address(&mut tx, cx, restore.contact.as_str(), Letter::Agree, &facts).await?;
        let detail = json!({ "restore": id, "domain": restore.domain, "owners_told": told });
        self.record(&mut tx, cx, Entry::new(actions::RESTORE_BEGUN).target(organisation).detail(detail)).await?;
        let state = state_of(&standing, restore, cx.now());
        tx.commit().await?;
        Ok(state)
    }

    /// The restore under way, or the last one; `None` if there never was one.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn restore(&self, cx: &Cx) -> Result<Option<RestoreState>> {
        let mut tx = self.db().read(cx).await?;
        let standing = self.find_ways_back(&mut tx, cx).await?;
        Ok(self.last_restore(&mut tx, cx).await?.map(|restore| state_of(&standing, restore, cx.now())))
    }

    /// The operator takes a restore back of which a proof is missing (a wrong name, a misunderstanding), or by which somebody
    /// came in already and set no password.
    ///
    /// # Errors
    /// [`AccountsError::Denied`]; [`AccountsError::WaysBack`].
    pub async fn withdraw_restore(&self, cx: &Cx) -> Result<()> {
        operator(cx)?;
        let mut tx = self.db().begin(cx).await?;
        let (mut standing, mut restore) = self.under_way(&mut tx, cx).await?;
        let entered = matches!(standing.state.restore, Some(Restore::Entered { .. }));
        standing.state = step(&standing.state, Event::Withdraw, cx.now())?.state;
        self.save_ways_back(&mut tx, cx, &standing).await?;
        match entered {
            true => self.close_restore(&mut tx, cx, &restore, "came_in").await?,
            false => self.end(&mut tx, cx, &mut restore, "withdrawn").await?,
        }
        Ok(tx.commit().await?)
    }

    /// Looks for the record that is missing. No transaction is open while DNS is asked.
    ///
    /// # Errors
    /// [`AccountsError::Dns`] if a resolver does not answer.
    pub async fn look_for_record(&self, cx: &Cx, resolver: &TxtResolver, pages: &RestorePages) -> Result<Looked> {
        let mut tx = self.db().read(cx).await?;
        let standing = self.find_ways_back(&mut tx, cx).await?;
        let restore = self.restore_under_way(&mut tx, cx).await?;
        tx.rollback().await?;
        let asked = restore.as_ref().and_then(|restore| missing(&standing, restore, cx.now()));
        let (Some(restore), Some((record, asked))) = (restore, asked) else { return Ok(Looked::NothingAsked) };
        #[cfg(any(test, feature = "testing"))]
        tillit_store::testing::no_transaction_is_open("DNS is asked");
        let there = resolver.has(&asked.name, &asked.text).await.map_err(|_| AccountsError::Dns)?;
        if !there {
            return Ok(Looked::NotThere);
        }
        let mut tx = self.db().begin(cx).await?;
        let (mut standing, mut now) = self.under_way(&mut tx, cx).await?;
        // Another restore, or another record, may be asked for by now.
        if now.id != restore.id || missing(&standing, &now, cx.now()) != Some((record, asked)) {
            return Ok(Looked::NothingAsked);
        }
        self.advance(&mut tx, cx, &mut standing, &mut now, Event::RecordSeen(record), pages).await?;
        tx.commit().await?;
        Ok(Looked::Seen)
    }

    /// What a link in a mail leads to, while it works. Uses nothing up. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`].
    pub async fn find_restore(&self, cx: &Cx, token: &RestoreToken, kind: LinkKind) -> Result<FoundRestore> {
        let mut tx = self.db().read(cx).await?;
        let (organisation, owner) = self.find_restore_link(&mut tx, cx, token, kind).await?;
        tx.rollback().await?;
        let cx = cx.in_organisation(organisation);
        let mut tx = self.db().read(&cx).await?;
        let standing = self.find_ways_back(&mut tx, &cx).await?;
        let restore = self.restore_under_way(&mut tx, &cx).await?.ok_or(AccountsError::NotFound)?;
        let restore = state_of(&standing, restore, cx.now());
        if restore.view == View::None {
            return Err(AccountsError::NotFound);
        }
        let organisation_name = self.organisation_in(&mut tx, &cx).await?.name;
        Ok(FoundRestore { organisation, organisation_name, owner, restore })
    }

    /// The contact agrees, and is shown a code for whoever was named; an earlier code is void. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] for a link that does not work; [`AccountsError::TooOften`] for more codes than anybody needs.
    pub async fn agree_to_restore(&self, cx: &Cx, token: &RestoreToken, pages: &RestorePages) -> Result<RecoveryCode> {
        let mut tx = self.db().begin(cx).await?;
        let (organisation, _) = self.find_restore_link(&mut tx, cx, token, LinkKind::Contact).await?;
        let cx = &cx.in_organisation(organisation);
        let (mut standing, mut restore) = self.under_way(&mut tx, cx).await?;
        if let Some(wait) = self.count_restore_code(&mut tx, cx, restore.id).await? {
            return Err(AccountsError::TooOften { wait });
        }
        let again = restore.code_hash.is_some();
        let code = RecoveryCode::new(cx);
        tx.execute(sql::SET_CODE, args![organisation, restore.id, self.stored(Secret::RestoreCode, code.bytes())?]).await?;
        self.advance(&mut tx, cx, &mut standing, &mut restore, Event::ContactAgreed, pages).await?;
        if again {
            self.record(&mut tx, cx, Entry::new(actions::RESTORE_CONTACT_AGREED).reason("contact_agreed")).await?;
        }
        tx.commit().await?;
        Ok(code)
    }

    /// An owner stops the restore, by the link in a mail. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] for a link that does not work; [`AccountsError::WaysBack`].
    pub async fn stop_restore_by_link(&self, cx: &Cx, token: &RestoreToken, pages: &RestorePages) -> Result<()> {
        let mut tx = self.db().read(cx).await?;
        let (organisation, owner) = self.find_restore_link(&mut tx, cx, token, LinkKind::Stop).await?;
        tx.rollback().await?;
        let owner = owner.ok_or(AccountsError::NotFound)?;
        self.stop_restore(&cx.in_organisation(organisation).with_actor(Actor::Person(owner)), owner, pages).await
    }

    /// An owner stops the restore.
    ///
    /// # Errors
    /// [`AccountsError::NotAnOwner`]; [`AccountsError::WaysBack`]: nobody can stop it any more, or there is nothing to stop.
    pub async fn stop_restore(&self, cx: &Cx, owner: PersonId, pages: &RestorePages) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        self.must_be_owner(&mut tx, cx, owner).await?;
        let (mut standing, mut restore) = self.under_way(&mut tx, cx).await?;
        self.advance(&mut tx, cx, &mut standing, &mut restore, Event::Stop(owner), pages).await?;
        Ok(tx.commit().await?)
    }

    /// Whoever was named comes in, with the mailed link and the contact's code: a person of the organisation who is an
    /// owner from now on, and a link with which to choose a password. Until that is chosen, both halves give another such
    /// link: the page with the first may never have reached the browser. Asked in installation scope.
    ///
    /// # Errors
    /// [`AccountsError::NotFound`] for a link that does not work; [`AccountsError::WaysBack`] for a wrong code, which is
    /// counted and written down.
    pub async fn come_in_by_restore(&self, cx: &Cx, token: &RestoreToken, code: &RecoveryCode) -> Result<LinkToken> {
        let mut tx = self.db().begin(cx).await?;
        let (organisation, _) = self.find_restore_link(&mut tx, cx, token, LinkKind::ComeIn).await?;
        let cx = &cx.in_organisation(organisation);
        // Whoever is made an owner is held before the log is.
        if let Some(restore) = self.restore_under_way(&mut tx, cx).await?
            && let Some(person) = self.person_by_username(&mut tx, cx, &restore.named).await?
        {
            self.hold_person(&mut tx, cx, person).await?;
        }
        let (mut standing, mut restore) = self.under_way(&mut tx, cx).await?;
        let hash = self.stored(Secret::RestoreCode, code.bytes())?;
        let right = restore.wrong_codes < MOST_WRONG_CODES && restore.code_hash.as_deref() == Some(hash.as_slice());
        if !right {
            tx.execute(sql::COUNT_WRONG_CODE, args![organisation, restore.id]).await?;
            self.record(&mut tx, cx, Entry::new(actions::RESTORE_REFUSED).target(organisation).reason("wrong_code")).await?;
            tx.commit().await?;
            return Err(WaysBackRefusal::WrongCode.into());
        }
        let person = match standing.state.restore {
            // Owners may have taken the role back since: nobody is made an owner twice.
            Some(Restore::Entered { person, .. }) => {
                self.must_be_owner(&mut tx, cx, person).await?;
                person
            }
            _ => self.make_owner(&mut tx, cx, &restore.named).await?,
        };
        let outcome = step(&standing.state, Event::ComeIn(person), cx.now())?;
        standing.state = outcome.state;
        self.save_ways_back(&mut tx, cx, &standing).await?;
        if outcome.effects.contains(&Effect::CameIn) {
            self.note_moment(&mut tx, cx, &mut restore, "came_in").await?;
            let facts = self.letter_facts(&mut tx, cx, Some(&restore)).await?;
            self.tell_owners(&mut tx, cx, Letter::CameIn, &facts, None).await?;
        }
        let link = self.add_link(&mut tx, cx, person, LinkPurpose::Recover, LinkPurpose::Recover.longest_life(), None).await?;
        self.record(&mut tx, cx, Entry::new(actions::RESTORE_CAME_IN).target(person)).await?;
        tx.commit().await?;
        Ok(link)
    }

    /// Ends the restore by which a person came in: the password is set, in the caller's transaction.
    pub(crate) async fn settle_restore(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        // Looked at first: hardly anybody who sets a password came in so, and nobody else waits for the row.
        match self.ways_back_state(tx, cx).await?.restore {
            Some(Restore::Entered { person: entered, .. }) if entered == person => {}
            _ => return Ok(()),
        }
        let (mut standing, restore) = self.under_way(tx, cx).await?;
        // Its time may be over by now; then it ends by itself.
        let Ok(outcome) = step(&standing.state, Event::Settle(person), cx.now()) else { return Ok(()) };
        standing.state = outcome.state;
        self.save_ways_back(tx, cx, &standing).await?;
        self.close_restore(tx, cx, &restore, "came_in").await
    }

    pub(super) async fn told(&self, tx: &mut Tx, cx: &Cx, restore: &RestoreRow) -> Result<()> {
        tx.execute(sql::TELL, args![crate::scope(cx)?, restore.id, restore.told_at, cx.now()]).await?;
        Ok(())
    }

    async fn find_restore_link(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        token: &RestoreToken,
        kind: LinkKind,
    ) -> Result<(OrganisationId, Option<PersonId>)> {
        let row =
            tx.fetch_optional(sql::FIND_LINK, args![token.0.stored(self, Secret::RestoreLink)?, kind.code(), cx.organisation()]).await?;
        let row = row.ok_or(AccountsError::NotFound)?;
        Ok((row.get("organisation_id")?, row.get("person_id")?))
    }

    async fn under_way(&self, tx: &mut Tx, cx: &Cx) -> Result<(Standing, RestoreRow)> {
        let standing = self.hold_ways_back(tx, cx).await?;
        let restore = self.restore_under_way(tx, cx).await?.ok_or(WaysBackRefusal::NotNow)?;
        Ok((standing, restore))
    }

    /// A step, and all that comes of it: the row, the timeline, the log, the mails.
    async fn advance(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        standing: &mut Standing,
        restore: &mut RestoreRow,
        event: Event,
        pages: &RestorePages,
    ) -> Result<()> {
        let outcome = step(&standing.state, event, cx.now())?;
        standing.state = outcome.state;
        self.save_ways_back(tx, cx, standing).await?;
        let mut facts = self.letter_facts(tx, cx, Some(restore)).await?;
        for effect in outcome.effects {
            let (what, action) = match effect {
                Effect::RecordSeen(Record::First) => ("record_seen", actions::RESTORE_RECORD_SEEN),
                Effect::RecordSeen(Record::Second) => ("second_record_seen", actions::RESTORE_RECORD_SEEN),
                Effect::ContactAgreed => ("contact_agreed", actions::RESTORE_CONTACT_AGREED),
                Effect::WaitBegan(until) => {
                    facts.until = Some(until);
                    self.tell_owners(tx, cx, Letter::WaitBegan, &facts, Some((restore, pages))).await?;
                    self.told(tx, cx, restore).await?;
                    ("wait_began", actions::RESTORE_WAIT_BEGAN)
                }
                Effect::OverrideBegan(until) => {
                    facts.until = Some(until);
                    self.tell_owners(tx, cx, Letter::OverrideBegan, &facts, None).await?;
                    self.told(tx, cx, restore).await?;
                    ("override_began", actions::RESTORE_WAIT_BEGAN)
                }
                Effect::Stopped(owner) => {
                    tx.execute(sql::SET_SECOND_RECORD, args![crate::scope(cx)?, restore.id, record_text(cx)]).await?;
                    tx.execute(sql::DELETE_LINKS, args![crate::scope(cx)?, restore.id, LinkKind::ComeIn.code()]).await?;
                    facts.until = Some(cx.now() + super::PROOFS_WITHIN);
                    facts.who = self.person_in(tx, cx, owner).await?.display_name().to_owned();
                    self.tell_owners(tx, cx, Letter::Stopped, &facts, None).await?;
                    for to in [Some(restore.contact.as_str()), pages.operator_mail.as_deref()].into_iter().flatten() {
                        self.tell_address(tx, cx, to, Letter::Stopped, &facts).await?;
                    }
                    ("stopped", actions::RESTORE_STOPPED)
                }
                _ => continue,
            };
            self.note_moment(tx, cx, restore, what).await?;
            self.record(tx, cx, Entry::new(action).reason(what)).await?;
        }
        Ok(())
    }

    /// Ends one whose time is over. Of one by which somebody came in there is nothing more to tell.
    pub(super) async fn run_out(&self, tx: &mut Tx, cx: &Cx, standing: &Standing, restore: &mut RestoreRow) -> Result<()> {
        match standing.state.restore {
            Some(Restore::Entered { .. }) => self.close_restore(tx, cx, restore, "came_in").await,
            _ => self.end(tx, cx, restore, "ran_out").await,
        }
    }

    /// Ends one by which nobody came in.
    async fn end(&self, tx: &mut Tx, cx: &Cx, restore: &mut RestoreRow, how: &'static str) -> Result<()> {
        self.note_moment(tx, cx, restore, how).await?;
        let facts = self.letter_facts(tx, cx, Some(restore)).await?;
        self.tell_owners(tx, cx, Letter::Over, &facts, None).await?;
        self.close_restore(tx, cx, restore, how).await
    }

    async fn close_restore(&self, tx: &mut Tx, cx: &Cx, restore: &RestoreRow, how: &'static str) -> Result<()> {
        tx.execute(sql::END_RESTORE, args![crate::scope(cx)?, restore.id, cx.now()]).await?;
        self.record(tx, cx, Entry::new(actions::RESTORE_ENDED).reason(how)).await
    }

    /// Whoever has this username is an active owner from now on, in no session that was begun before and by no way of signing
    /// in of before: password, app, passkeys, kits and open links go, since nobody knows in whose hands they are by now.
    async fn make_owner(&self, tx: &mut Tx, cx: &Cx, username: &Username) -> Result<PersonId> {
        let Some(person) = self.person_by_username(tx, cx, username).await? else {
            return self
                .add_person(tx, cx, &NewPerson { username: username.clone(), role: Role::Owner, profile: Profile::default() })
                .await;
        };
        self.join_as_is(tx, cx, person).await?;
        self.enable(tx, cx, person).await?;
        self.set_role(tx, cx, person, Role::Owner).await?;
        self.end_all_sessions(tx, cx, person, None).await?;
        self.clear_ways(tx, cx, person).await?;
        Ok(person)
    }
}

fn operator(cx: &Cx) -> Result<()> {
    if cx.actor() == Actor::Operator { Ok(()) } else { Err(AccountsError::Denied) }
}

fn record_text(cx: &Cx) -> String {
    format!("tillit-restore={}", SecretText::new(cx).as_str())
}

/// The record that is missing, and which of the two it is.
fn missing(standing: &Standing, restore: &RestoreRow, now: Timestamp) -> Option<(Record, RecordAsked)> {
    let asked = |text: &str| RecordAsked { name: format!("_tillit-restore.{}", restore.domain), text: text.to_owned() };
    match (view(&standing.state, now), standing.state.restore) {
        (View::Gathering { dns: false, .. }, _) => Some((Record::First, asked(&restore.first_record))),
        (View::Stopped { .. }, Some(Restore::Stopped { .. })) => Some((Record::Second, asked(restore.second_record.as_deref()?))),
        _ => None,
    }
}

fn state_of(standing: &Standing, restore: RestoreRow, now: Timestamp) -> RestoreState {
    let over = restore.ended;
    RestoreState {
        view: if over { View::None } else { view(&standing.state, now) },
        can_be_stopped: !over
            && matches!(standing.state.restore, Some(Restore::Waiting { .. }))
            && matches!(view(&standing.state, now), View::Waiting { .. } | View::Open { .. }),
        record: if over { None } else { missing(standing, &restore, now).map(|(_, asked)| asked) },
        named: restore.named,
        contact: restore.contact,
        domain: restore.domain,
        history: restore.history,
    }
}
