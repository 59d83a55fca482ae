//! The last step of a sign-in: facts, decision, and everything it means, in one transaction.

use tillit_accounts::audit::Entry;
use tillit_accounts::{AccountsError, NewPerson, PersonState, Profile, Role, SecondFactorDue};
use tillit_store::{Cx, Duration, OrganisationId, PersonId, RequestId, Scope, Tx, args};

use super::begin::still_current;
use super::callback::{Arrival, is_second_side};
use super::entrance::Entrance;
use super::guards::Guard;
use super::identity::{Account, Link, NewLink};
use super::profile::{Reading, brings};
use super::progress::Progress;
use super::refusing::Trouble;
use super::sign_ins::rule_name;
use super::views::{Landing, PolicyView, Purpose, RefusalKind, SignInOutcome};
use super::{Sso, actions, consent, identity, ledger, policy, progress};
use crate::activation;
use crate::decide::{self, Carried, Creation, Decision, Facts, Namesake, Outcome, Rule};
use crate::error::{Result, SsoError};
use crate::protocol::{Identity, RequestEntry};
use crate::sql;

/// What is found across organisations before the decision.
struct Before {
    link: Option<Link>,
    /// Organisation that the tenant is bound to.
    tenant_of: Option<OrganisationId>,
    /// Who was invited, if the browser carries an invitation that still works.
    invited: Option<PersonId>,
}

/// What the decision needs besides the facts.
struct Judged {
    facts: Facts,
    decision: Decision,
    link: Option<Link>,
}

impl Sso {
    /// Decides who came, and lets them in or not.
    pub(crate) async fn enter(&self, cx: &Cx, arrival: &Arrival<'_>) -> Result<Landing> {
        let reading = Box::pin(self.read_profile(cx, arrival)).await?;
        let requests = arrival.log.take();
        // The same new account in two tabs at once: whoever was second looks again and finds it known.
        let mut landing = self.enter_once(cx, arrival, &reading, &requests).await;
        if let Err(SsoError::ChangedMeanwhile | SsoError::Accounts(AccountsError::UsernameTaken)) = landing {
            landing = self.enter_once(cx, arrival, &reading, &requests).await;
        }
        if matches!(landing, Err(SsoError::ChangedMeanwhile)) {
            // Not known, and yet not to be linked: the provider gave two accounts one subject.
            let trouble =
                Trouble { username: reading.username_text.clone(), ..Trouble::new(RefusalKind::LinkedElsewhere, "subject_linked_already") };
            landing = self.refused(cx, arrival.taken, trouble).await;
            self.keep_ledger(cx, arrival, &requests).await?;
        }
        if matches!(landing, Ok(Landing::SignInAgain { .. })) {
            self.end_rechecked(cx, arrival.taken, arrival.browser).await?;
        }
        if landing.is_err() {
            self.keep_ledger(cx, arrival, &requests).await?;
        }
        landing
    }

    /// Requests were made, whatever came of them.
    async fn keep_ledger(&self, cx: &Cx, arrival: &Arrival<'_>, requests: &[RequestEntry]) -> Result<()> {
        let mut tx = self.db().begin(cx).await?;
        ledger::store(&mut tx, cx, arrival.taken.organisation, arrival.taken.purpose, requests).await?;
        Ok(tx.commit().await?)
    }

    async fn enter_once(&self, cx: &Cx, arrival: &Arrival<'_>, reading: &Reading, requests: &[RequestEntry]) -> Result<Landing> {
        let (organisation, taken) = (arrival.taken.organisation, arrival.taken);
        let before = self.look_around(cx, arrival).await?;
        let mut tx = self.db().begin(cx).await?;
        ledger::store(&mut tx, cx, organisation, taken.purpose, requests).await?;
        let mut progress = progress::find(&mut tx, organisation).await?;
        if !self.lacks(Guard::SameSettings) && !still_current(taken.purpose, taken.version, &progress, cx) {
            self.note_credential(&mut tx, cx, organisation, arrival.connection, &arrival.used).await?;
            tx.commit().await?;
            return self.settings_changed(cx, taken).await;
        }
        let policy = policy::find(&mut tx, organisation).await?;
        let judged = self.judge(&mut tx, cx, arrival, reading, &before, &progress, &policy).await?;
        let landing = self.conclude(&mut tx, cx, arrival, reading, &judged, &mut progress, &policy).await?;
        // After the person and the log, whom this may have taken.
        self.note_credential(&mut tx, cx, organisation, arrival.connection, &arrival.used).await?;
        let came_in = taken.purpose == Purpose::SignIn && matches!(landing, Landing::SignedIn(_));
        let newcomer = came_in && !judged.link.is_some_and(|link| link.consented);
        consent::seen(&mut tx, cx, organisation, arrival, newcomer).await?;
        tx.commit().await?;
        Ok(landing)
    }

    async fn look_around(&self, cx: &Cx, arrival: &Arrival<'_>) -> Result<Before> {
        let claims = arrival.claims;
        let invited = match &arrival.browser.invitation {
            Some(token) => self.invited(cx, token).await?.map(|found| found.invitation.person),
            None => None,
        };
        let mut tx = self.db().read(&cx.with_scope(Scope::Installation)).await?;
        let link = identity::find(&mut tx, &self.vault().installation()?, &claims.identity).await?;
        let tenant_of = match &claims.identity {
            Identity::Microsoft { cloud, tenant, .. } => {
                let row = tx.fetch_optional(sql::FIND_TENANT, args![cloud.as_str(), tenant.as_str()]).await?;
                row.map(|row| row.get("organisation_id")).transpose()?
            }
            Identity::OpenId { .. } => None,
        };
        Ok(Before { link, tenant_of, invited })
    }

    #[expect(clippy::too_many_arguments, reason = "facts come from everywhere; they are gathered once, here")]
    async fn judge(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        before: &Before,
        progress: &Progress,
        policy: &PolicyView,
    ) -> Result<Judged> {
        let organisation = arrival.taken.organisation;
        let tenant = match &arrival.claims.identity {
            Identity::OpenId { .. } => decide::Tenant::BoundHere,
            Identity::Microsoft { tenant, .. } => match before.tenant_of {
                Some(other) if other != organisation => decide::Tenant::BoundElsewhere,
                Some(_) if arrival.connection.tenant.as_ref() == Some(tenant) => decide::Tenant::BoundHere,
                _ => decide::Tenant::NotBound,
            },
        };
        // Read again in this transaction: another sign-in may have linked the account a moment ago.
        let link = match identity::find(tx, &self.vault().installation()?, &arrival.claims.identity).await? {
            Some(link) => Some(link),
            None => before.link.filter(|link| link.organisation != organisation),
        };
        let identity = match link {
            None if self.lacks(Guard::AccountDecides) => {
                let namesake = self.namesake(tx, cx, reading, &arrival.claims.issuer).await?;
                namesake.person().map_or(decide::Identity::Unknown, decide::Identity::Active)
            }
            None => decide::Identity::Unknown,
            Some(link) if link.organisation != organisation => decide::Identity::OtherOrganisation,
            Some(link) => match self.accounts().standing(tx, cx, link.person).await? {
                (_, PersonState::Active) => decide::Identity::Active(link.person),
                (_, PersonState::Invited | PersonState::Disabled) => decide::Identity::Disabled(link.person),
            },
        };
        let domain_verified = match &reading.username {
            Some(username) => self.accounts().holds_domain(tx, cx, username.domain()).await?,
            None => false,
        };
        let namesake = self.namesake(tx, cx, reading, &arrival.claims.issuer).await?;
        if link.is_none()
            && namesake.person().is_some()
            && identity::find(tx, &self.vault().installation()?, &arrival.claims.identity).await?.is_some()
        {
            // On PostgreSQL a statement sees what was committed since the one before: another tab has just made
            // this person and linked the account. The facts do not fit each other, so they are gathered again.
            return Err(SsoError::ChangedMeanwhile);
        }
        let creation = match policy {
            PolicyView { create_people: false, .. } => Creation::Off,
            PolicyView { cap, created, .. } if created >= cap => Creation::CapReached,
            _ => Creation::On,
        };
        let facts = Facts {
            purpose: match arrival.taken.purpose {
                Purpose::SignIn | Purpose::AdminConsent => decide::Purpose::SignIn,
                Purpose::Activate => decide::Purpose::Activate,
                Purpose::Test => decide::Purpose::Test,
                // The same question: whether the very person of this session is there, and nothing is ever linked by it.
                Purpose::Recheck | Purpose::Prove => decide::Purpose::Recheck,
            },
            tenant,
            identity,
            account: reading.account,
            domain_verified,
            namesake,
            creation,
            guests_allowed: policy.guests,
            graph: reading.graph(),
            carried: self.carried(tx, cx, arrival, progress, before.invited).await?,
        };
        Ok(Judged { facts, decision: self.decide(&facts), link })
    }

    /// Who bears the user name that came back.
    async fn namesake(&self, tx: &mut Tx, cx: &Cx, reading: &Reading, issuer: &str) -> Result<Namesake> {
        let Some(username) = &reading.username else { return Ok(Namesake::Nobody) };
        self.namesake_of(tx, cx, username, issuer).await
    }

    pub(crate) async fn namesake_of(&self, tx: &mut Tx, cx: &Cx, username: &tillit_accounts::Username, issuer: &str) -> Result<Namesake> {
        let organisation = super::scope(cx)?;
        let Some(person) = self.accounts().person_by_username(tx, cx, username).await? else { return Ok(Namesake::Nobody) };
        let (role, state) = self.accounts().standing(tx, cx, person).await?;
        // Whose invitation is over has not become anybody by it.
        let over = state == PersonState::Invited && role == Role::Employee && !self.accounts().is_invited(tx, cx, person).await?;
        Ok(if state == PersonState::Disabled || over {
            Namesake::Disabled(person)
        } else if role == Role::Employee {
            if identity::was_ever_linked(tx, organisation, person).await? {
                Namesake::LinkedToOther(person)
            } else {
                Namesake::Employee(person)
            }
        } else if identity::is_linked(tx, organisation, person, issuer).await? {
            Namesake::LinkedToOther(person)
        } else {
            Namesake::AboveEmployee(person)
        })
    }

    /// The second side: a session in this browser that is fully admitted now. For everything but a sign-in
    /// it must be the very session that began it.
    async fn carried(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        progress: &Progress,
        invited: Option<PersonId>,
    ) -> Result<Carried> {
        match (self.carried_session(tx, cx, arrival, progress).await?, invited) {
            (Carried::Nothing, Some(person)) => {
                let linked_to_other = self.linked_to_other(tx, arrival, person).await?;
                Ok(Carried::Invitation { person, linked_to_other })
            }
            (carried, _) => Ok(carried),
        }
    }

    async fn carried_session(&self, tx: &mut Tx, cx: &Cx, arrival: &Arrival<'_>, progress: &Progress) -> Result<Carried> {
        let Some(session) = arrival.browser.session.as_ref().filter(|session| session.organisation == arrival.taken.organisation) else {
            return Ok(Carried::Nothing);
        };
        let counts = match arrival.taken.purpose {
            Purpose::SignIn => is_second_side(session.method),
            _ => arrival.taken.session == Some(session.id),
        };
        if !counts {
            return Ok(Carried::Nothing);
        }
        let acting = match self.acting(tx, cx, session).await {
            Ok(acting) => acting,
            Err(SsoError::Denied) => return Ok(Carried::Nothing),
            Err(error) => return Err(error),
        };
        if activation::admit(&progress.state, &acting, cx.now()) != activation::Admission::Full {
            return Ok(Carried::Nothing);
        }
        // Whoever must set a second factor up first does nothing else by way of the provider either.
        if self.accounts().second_factor_due(tx, cx, session).await? == SecondFactorDue::Now {
            return Ok(Carried::Nothing);
        }
        let linked_to_other = self.linked_to_other(tx, arrival, session.person).await?;
        Ok(Carried::Session { person: session.person, linked_to_other })
    }

    /// Whether a person is linked to another account of this issuer than the one that came.
    async fn linked_to_other(&self, tx: &mut Tx, arrival: &Arrival<'_>, person: PersonId) -> Result<bool> {
        match identity::find(tx, &self.vault().installation()?, &arrival.claims.identity).await? {
            Some(link) if link.person == person => Ok(false),
            _ => identity::is_linked(tx, arrival.taken.organisation, person, &arrival.claims.issuer).await,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one place that carries a decision out")]
    async fn conclude(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        judged: &Judged,
        progress: &mut Progress,
        policy: &PolicyView,
    ) -> Result<Landing> {
        let (taken, rule) = (arrival.taken, judged.decision.rule);
        match judged.decision.outcome {
            Outcome::SignIn(person) => match taken.purpose {
                Purpose::SignIn | Purpose::AdminConsent => {
                    // Before the account: whoever takes it off holds the person first.
                    self.accounts().hold_person_alone(tx, cx, person).await?;
                    if let Some(link) = &judged.link {
                        identity::seen(tx, cx, link, consent::granted(arrival.tokens), reading.profile.is_some()).await?;
                    }
                    self.refresh(tx, cx, arrival, person, reading).await?;
                    self.let_in(tx, cx, arrival, reading, progress, policy, Entrance { person, rule, outcome: SignInOutcome::SignedIn })
                        .await
                }
                // Linked already: the new draft is still to be bound, and the person asked.
                Purpose::Activate => self.propose(tx, cx, arrival, reading, person, rule).await,
                Purpose::Test => self.test_passed(tx, cx, arrival, progress, person, rule).await,
                Purpose::Recheck => self.rechecked(tx, cx, arrival, policy, person, rule).await,
                Purpose::Prove => self.proved(tx, cx, arrival, person, rule).await,
            },
            Outcome::ProposeLink(person) => self.propose(tx, cx, arrival, reading, person, rule).await,
            Outcome::LinkOnce(person) => {
                self.accounts().hold_person(tx, cx, person).await?;
                if !self.link(tx, cx, arrival, reading, person, rule).await? {
                    return self.refuse_here(tx, cx, arrival, reading, Trouble::new(RefusalKind::LinkedToOther, "linked_meanwhile")).await;
                }
                self.accounts().join_as_is(tx, cx, person).await?;
                self.refresh(tx, cx, arrival, person, reading).await?;
                self.tell_linked(tx, cx, person, &arrival.claims.identity).await?;
                self.accounts().record(tx, cx, Entry::new(actions::LINKED_ONCE).target(person)).await?;
                self.let_in(tx, cx, arrival, reading, progress, policy, Entrance { person, rule, outcome: SignInOutcome::Linked }).await
            }
            Outcome::Create => self.create(tx, cx, arrival, reading, progress, policy, rule).await,
            Outcome::Wait => {
                self.note(tx, cx, arrival, reading, Some(rule), SignInOutcome::Waiting, None).await?;
                self.accounts().record(tx, cx, Entry::new(actions::WAITING).reason("graph_unavailable")).await?;
                Ok(Landing::Waiting {
                    purpose: taken.purpose,
                    organisation: taken.organisation,
                    return_to: taken.return_to.clone(),
                    reference: RequestId(cx.request().0),
                })
            }
            Outcome::Refuse(kind) => {
                let trouble = Trouble::of_decision(rule, kind);
                if taken.purpose == Purpose::Recheck {
                    return self.recheck_ended_in(tx, cx, arrival.taken, arrival.browser, trouble).await;
                }
                let named = judged.facts.namesake.person().filter(|_| kind == decide::RefusalKind::LinkedToOther);
                if let Some(person) = named {
                    self.tell_once_a_day(tx, cx, arrival, person, trouble.kind).await?;
                }
                self.refuse_here(tx, cx, arrival, reading, Trouble { person: named, ..trouble }).await
            }
        }
    }

    /// Rule (e): owners are told, but whoever keeps trying does not fill their mailboxes.
    async fn tell_once_a_day(&self, tx: &mut Tx, cx: &Cx, arrival: &Arrival<'_>, person: PersonId, kind: RefusalKind) -> Result<()> {
        let organisation = arrival.taken.organisation;
        let since = cx.now() - Duration::days(1);
        let told = tx.fetch_optional(sql::REFUSED_SINCE, args![organisation, person, kind.key(), since]).await?;
        if told.is_none() {
            self.tell_owners_of_other_account(tx, cx, person, &arrival.claims.identity).await?;
        }
        Ok(())
    }

    pub(super) async fn refuse_here(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        trouble: Trouble,
    ) -> Result<Landing> {
        let trouble = Trouble { username: reading.username_text.clone(), version: Some(arrival.taken.version), ..trouble };
        let refusal = self.refuse_in(tx, cx, Some(arrival.taken.organisation), arrival.taken.purpose, trouble).await?;
        Ok(Landing::Refused(Box::new(refusal)))
    }

    /// Links the account that came to a person. False if account or person was linked a moment ago.
    async fn link(&self, tx: &mut Tx, cx: &Cx, arrival: &Arrival<'_>, reading: &Reading, person: PersonId, rule: Rule) -> Result<bool> {
        let new = NewLink {
            person,
            account: &Account::of(arrival.claims, &arrival.client.client_id),
            rule: &rule_name(rule),
            consented: consent::granted(arrival.tokens),
            profile_read: reading.profile.is_some(),
        };
        identity::add(tx, cx, self.vault(), arrival.taken.organisation, &new).await
    }

    #[expect(clippy::too_many_arguments, reason = "as conclude")]
    async fn create(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        progress: &mut Progress,
        policy: &PolicyView,
        rule: Rule,
    ) -> Result<Landing> {
        let Some(username) = reading.username.clone() else {
            return self.refuse_here(tx, cx, arrival, reading, Trouble::new(RefusalKind::NotLinked, "no_usable_username")).await;
        };
        // Before the policy: whoever changes that holds the log first.
        self.accounts().hold_log(tx, cx).await?;
        if !policy::take_place(tx, arrival.taken.organisation).await? {
            return self.refuse_here(tx, cx, arrival, reading, Trouble::new(RefusalKind::CapReached, "cap_reached_meanwhile")).await;
        }
        let profile = reading.profile.clone().unwrap_or_else(|| Profile { ..Profile::default() });
        // Whatever the token says about roles: never more than employee.
        let new = NewPerson { username, role: Role::Employee, profile };
        let person = self.accounts().add_person(tx, cx, &new).await?;
        if let Some(Some(_)) = &reading.photo {
            self.accounts().update_profile(tx, cx, person, &new.profile, reading.photo_change()).await?;
        }
        if !self.link(tx, cx, arrival, reading, person, rule).await? {
            // The same account in two tabs: the other one was first. Nothing of this one may stay.
            return Err(SsoError::ChangedMeanwhile);
        }
        self.accounts().record(tx, cx, Entry::new(actions::PERSON_CREATED).target(person)).await?;
        self.let_in(tx, cx, arrival, reading, progress, policy, Entrance { person, rule, outcome: SignInOutcome::Created }).await
    }

    /// Brings the profile up to date, if it could be read: the fields that this provider has.
    async fn refresh(&self, tx: &mut Tx, cx: &Cx, arrival: &Arrival<'_>, person: PersonId, reading: &Reading) -> Result<()> {
        if let Some(profile) = &reading.profile {
            let fields = brings(&arrival.claims.identity);
            self.accounts().update_fields(tx, cx, person, fields, profile, reading.photo_change()).await?;
        }
        Ok(())
    }
}
