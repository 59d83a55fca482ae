//! What administrators change: begin an activation, edit, test, enforce, turn off, decide about people.

use tillit_accounts::audit::Entry;
use tillit_accounts::{Permission, Role, Session};
use tillit_store::{Actor, Cx, OrganisationId, PersonId, Tx, args};

use super::admit::parse_issuer;
use super::callback::Arrival;
use super::progress::Progress;
use super::refusing::Trouble;
use super::settings::{self, Connection, Settings};
use super::views::{Browser, Landing, PolicyView, RefusalKind, SignInOutcome};
use super::{Sso, actions, policy, progress, scope};
use crate::activation::{self, Effect, Event, Kit, Refused, Version};
use crate::decide::Rule;
use crate::error::{Result, SsoError};
use crate::sql;

impl Sso {
    /// "Activate SSO", and every later change of how the organisation connects: makes the next version of
    /// the settings, a draft that this browser carries. Earlier tests are void. `revision` is the one that the
    /// page showed.
    ///
    /// # Errors
    /// [`SsoError::Activation`] (not permitted, a countdown runs), [`SsoError::ChangedMeanwhile`],
    /// [`SsoError::NoOperatorRegistration`], [`SsoError::UnknownCloud`], [`SsoError::IssuerNotAllowed`].
    pub async fn save_settings(
        &self,
        cx: &Cx,
        session: &Session,
        browser: &Browser,
        settings: &Settings,
        revision: Option<i64>,
    ) -> Result<Version> {
        settings.permitted(self.config())?;
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().begin(cx).await?;
        let mut progress = current(&mut tx, organisation, revision).await?;
        let before = self.edited(&mut tx, cx, organisation, &progress).await?;
        // A tenant that was bound stays bound while the way of connecting is the same.
        let kept = before.filter(|before| before.settings == *settings && before.tenant.is_some());
        let issuer = match &kept {
            Some(Connection { tenant: Some(tenant), .. }) => {
                let cloud = kept.as_ref().map(|kept| kept.cloud(self.config())).transpose()?.flatten();
                cloud.map(|cloud| settings::microsoft_issuer(&cloud, tenant)).transpose()?
            }
            _ => settings.issuer(self.config())?,
        };
        let by = self.acting(&mut tx, cx, session).await?;
        progress.browser = Some(browser.key.hash());
        self.advance(&mut tx, cx, organisation, &mut progress, &Event::Edit { by, issuer }).await?;
        let version = progress.draft(cx).ok_or(SsoError::Inconsistent("draft"))?;
        settings::add(&mut tx, cx, organisation, version, settings).await?;
        if let Some(tenant) = kept.and_then(|kept| kept.tenant) {
            tx.execute(sql::BIND_CONNECTION, args![organisation, version.0, tenant.as_str()]).await?;
        }
        tx.execute(sql::DROP_ALL_PROPOSALS, args![organisation]).await?;
        tx.commit().await?;
        Ok(version)
    }

    /// The settings that an edit replaces: the draft's, else those in force.
    async fn edited(&self, tx: &mut Tx, cx: &Cx, organisation: OrganisationId, progress: &Progress) -> Result<Option<Connection>> {
        match progress.draft(cx).or_else(|| progress.in_force(cx)) {
            Some(version) => settings::find(tx, organisation, version).await.map(Some),
            None => Ok(None),
        }
    }

    /// Lets this browser carry the draft: the administrator goes on from another machine.
    ///
    /// # Errors
    /// [`SsoError::Denied`], [`SsoError::NotFound`] without a draft, [`SsoError::ChangedMeanwhile`].
    pub async fn carry_draft(&self, cx: &Cx, session: &Session, browser: &Browser) -> Result<()> {
        let organisation = scope(cx)?;
        let mut tx = self.db().begin(cx).await?;
        self.require_change(&mut tx, cx, session).await?;
        let mut progress = progress::find(&mut tx, organisation).await?;
        progress.draft(cx).ok_or(SsoError::NotFound)?;
        progress.browser = Some(browser.key.hash());
        progress::save(&mut tx, cx, organisation, &progress).await?;
        Ok(tx.commit().await?)
    }

    /// Drops the draft. What is in force stays.
    ///
    /// # Errors
    /// [`SsoError::Activation`], [`SsoError::ChangedMeanwhile`].
    pub async fn discard_draft(&self, cx: &Cx, session: &Session, revision: Option<i64>) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().begin(cx).await?;
        let mut progress = current(&mut tx, organisation, revision).await?;
        let by = self.acting(&mut tx, cx, session).await?;
        self.advance(&mut tx, cx, organisation, &mut progress, &Event::Discard { by }).await?;
        tx.execute(sql::DROP_ALL_PROPOSALS, args![organisation]).await?;
        Ok(tx.commit().await?)
    }

    /// A test sign-in came back as the person who began it.
    pub(crate) async fn test_passed(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        progress: &mut Progress,
        person: PersonId,
        rule: Rule,
    ) -> Result<Landing> {
        let taken = arrival.taken;
        let cx = &cx.with_actor(Actor::Person(person));
        let by = match &arrival.browser.session {
            Some(session) => self.acting(tx, cx, session).await,
            None => Err(SsoError::Denied),
        };
        let advanced = match by {
            Ok(by) => {
                let issuer = parse_issuer(&arrival.claims.issuer)?;
                let event = Event::TestPassed { by, version: taken.version, issuer, identity_of: Some(person) };
                self.advance(tx, cx, taken.organisation, progress, &event).await
            }
            Err(error) => Err(error),
        };
        // The sign-in worked, and yet it is no test: said on a page of its own and written down, like every refusal.
        let reason = match advanced {
            Ok(_) => None,
            Err(SsoError::Denied) => Some("test_session_gone"),
            Err(SsoError::Activation(refused)) => Some(reason_of(refused)),
            Err(error) => return Err(error),
        };
        if let Some(reason) = reason {
            let trouble = Trouble {
                rule: Some(rule),
                person: Some(person),
                version: Some(taken.version),
                ..Trouble::new(RefusalKind::TestNotCounted, reason)
            };
            let refusal = self.refuse_in(tx, cx, Some(taken.organisation), taken.purpose, trouble).await?;
            return Ok(Landing::Refused(Box::new(refusal)));
        }
        tx.execute(sql::SAVE_TEST, args![taken.organisation, taken.version.0, person, cx.now()]).await?;
        self.note_person(tx, cx, taken, rule, SignInOutcome::TestPassed, person).await?;
        Ok(Landing::TestPassed)
    }

    /// From now on nobody gets in with a password, unless nobody confirms in time. `version` is the one that
    /// the page showed.
    ///
    /// # Errors
    /// [`SsoError::Activation`] says what is missing: role, test, recovery kit; [`SsoError::ChangedMeanwhile`].
    pub async fn enforce(&self, cx: &Cx, session: &Session, version: Version) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().begin(cx).await?;
        let mut progress = progress::find(&mut tx, organisation).await?;
        let by = self.acting(&mut tx, cx, session).await?;
        let kit = self.kit(&mut tx, cx, session.person).await?;
        let effects = self.advance(&mut tx, cx, organisation, &mut progress, &Event::Enforce { by, version, kit }).await?;
        for effect in &effects {
            if let Effect::Enforced { reverts_at, .. } = effect {
                self.look_after(&mut tx, cx, *reverts_at).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Local passwords are accepted again, at once.
    ///
    /// # Errors
    /// [`SsoError::Activation`], [`SsoError::ChangedMeanwhile`].
    pub async fn turn_off(&self, cx: &Cx, session: &Session) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().begin(cx).await?;
        let mut progress = progress::find(&mut tx, organisation).await?;
        let by = self.acting(&mut tx, cx, session).await?;
        let effects = self.advance(&mut tx, cx, organisation, &mut progress, &Event::TurnOff { by }).await?;
        debug_assert!(effects.iter().any(|effect| matches!(effect, Effect::TurnedOff(_))));
        Ok(tx.commit().await?)
    }

    /// Saves what the organisation decided about people (all but the count of created ones).
    ///
    /// # Errors
    /// [`SsoError::Denied`], [`SsoError::OutOfBounds`].
    pub async fn save_policy(&self, cx: &Cx, session: &Session, new: &PolicyView) -> Result<()> {
        let organisation = scope(cx)?;
        let cx = &cx.with_actor(Actor::Person(session.person));
        let mut tx = self.db().begin(cx).await?;
        self.require_change(&mut tx, cx, session).await?;
        policy::save(&mut tx, organisation, new).await?;
        let detail = serde_json::json!({
            "create_people": new.create_people, "cap": new.cap, "guests": new.guests, "recheck_minutes": new.recheck_minutes,
        });
        self.accounts().record(&mut tx, cx, Entry::new(actions::POLICY_CHANGED).detail(detail)).await?;
        Ok(tx.commit().await?)
    }

    /// Whether an owner may be demoted, disabled or removed: while single sign-on is in force, another owner
    /// must hold a recovery kit that works. Asked in the transaction that changes the role or the state, after
    /// the change: that one holds the log's row, so two owners cannot remove each other at once.
    ///
    /// # Errors
    /// [`SsoError::Activation`] with [`crate::activation::Refused::LastWayBack`].
    pub async fn may_stop_being_owner(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<()> {
        let organisation = scope(cx)?;
        let state = progress::find(tx, organisation).await?.state;
        let mut kits = Vec::new();
        for other in self.accounts().owners_in(tx, cx).await?.ids() {
            if other != person {
                kits.push(self.kit(tx, cx, other).await?);
            }
        }
        Ok(activation::may_stop_being_owner(&state, cx.now(), &kits)?)
    }

    /// The recovery kit of a person, as the activation's rules see it.
    pub(crate) async fn kit(&self, tx: &mut Tx, cx: &Cx, person: PersonId) -> Result<Kit> {
        Ok(match self.accounts().kit_state_in(tx, cx, person).await? {
            None => Kit::None,
            Some(kit) if kit.tried_at.is_none() => Kit::Untried,
            Some(kit) => Kit::Tried { codes_left: kit.left },
        })
    }
}

/// Why a test does not count, as the audit log says it.
fn reason_of(refused: Refused) -> &'static str {
    match refused {
        Refused::SignInAgain => "test_session_must_sign_in_again",
        Refused::NotPermitted => "test_role_changed",
        Refused::NotLinked => "test_settings_bound_to_no_account",
        Refused::OtherIssuer => "test_of_another_provider",
        Refused::CountdownRuns => "test_while_countdown_runs",
        _ => "test_settings_changed",
    }
}

/// Whether a role may see the section at all.
pub(crate) fn may_view(role: Role) -> bool {
    role.may(Permission::ViewSettings)
}

/// The activation, if it still is what the page showed.
async fn current(tx: &mut Tx, organisation: OrganisationId, revision: Option<i64>) -> Result<Progress> {
    let progress = progress::find(tx, organisation).await?;
    if revision.is_some_and(|revision| revision != progress.revision) { Err(SsoError::ChangedMeanwhile) } else { Ok(progress) }
}
