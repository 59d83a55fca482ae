//! Who may come in comes in: the session that the provider vouches for, and the line among the sign-ins.

use tillit_accounts::audit::Entry;
use tillit_accounts::{AccountsError, IdpSession, NewSession, SessionId, SessionToken, Since};
use tillit_store::{Cx, PersonId, Tx, args};

use super::admit::parse_issuer;
use super::callback::Arrival;
use super::profile::Reading;
use super::progress::Progress;
use super::refusing::Trouble;
use super::sign_ins::{NewSignIn, rule_name};
use super::views::{Browser, Landing, PolicyView, RefusalKind, SignInOutcome, SignedIn};
use super::{Sso, actions, sign_ins};
use crate::activation::{Effect, Event};
use crate::decide::Rule;
use crate::error::{Result, SsoError};
use crate::sql;

/// What the provider told of its own session.
#[derive(Clone, Copy)]
pub(crate) struct Vouched<'a> {
    pub issuer: &'a str,
    pub sid: Option<&'a str>,
    /// Since when sessions of the person may not have been ended ([`NewSession::since`]).
    pub since: Option<Since>,
    /// What the session carries.
    pub carried: Option<&'a tillit_accounts::Carried>,
}

/// Who comes in, and why.
#[derive(Clone, Copy)]
pub(super) struct Entrance {
    pub person: PersonId,
    pub rule: Rule,
    pub outcome: SignInOutcome,
}

impl Sso {
    #[expect(clippy::too_many_arguments, reason = "as conclude")]
    pub(super) async fn let_in(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        progress: &mut Progress,
        policy: &PolicyView,
        entrance: Entrance,
    ) -> Result<Landing> {
        let (taken, claims) = (arrival.taken, arrival.claims);
        let Entrance { person, rule, outcome } = entrance;
        let (role, _) = self.accounts().standing(tx, cx, person).await?;
        let event =
            Event::SignedIn { person, role, version: taken.version, issuer: parse_issuer(&claims.issuer)?, begun_at: taken.begun_at };
        let cx = &cx.with_actor(tillit_store::Actor::Person(person));
        let carried = reading.carried(&self.accounts().field_choices_in(tx, cx).await?);
        let since = Some(Since::Moment(arrival.arrived_at));
        let vouched = Vouched { issuer: &claims.issuer, sid: claims.session.as_deref(), since, carried: carried.as_ref() };
        let (token, session) = match self.start(tx, cx, arrival.browser, vouched, policy, person).await {
            // Nothing of the activation has moved yet.
            Err(SsoError::Accounts(AccountsError::NotFound)) => {
                return self.refuse_here(tx, cx, arrival, reading, Trouble::new(RefusalKind::Expired, "sessions_ended_meanwhile")).await;
            }
            started => started?,
        };
        let effects = self.advance(tx, cx, taken.organisation, progress, &event).await?;
        self.note_person(tx, cx, taken, rule, outcome, person).await?;
        self.accounts()
            .record(
                tx,
                cx,
                Entry::new(actions::SIGNED_IN)
                    .target(person)
                    .detail(serde_json::json!({ "rule": rule_name(rule), "token": claims.token_id })),
            )
            .await?;
        Ok(Landing::SignedIn(Box::new(SignedIn {
            token,
            session,
            organisation: taken.organisation,
            person,
            return_to: taken.return_to.clone(),
            first_time: outcome != SignInOutcome::SignedIn,
            confirmed: effects.iter().any(|effect| matches!(effect, Effect::Confirmed(_))),
        })))
    }

    /// A session that the provider vouches for, in place of whatever the browser had.
    pub(crate) async fn start(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        browser: &Browser,
        vouched: Vouched<'_>,
        policy: &PolicyView,
        person: PersonId,
    ) -> Result<(SessionToken, SessionId)> {
        let idp_session = vouched.sid.map(|sid| IdpSession { issuer: vouched.issuer.to_owned(), sid: sid.to_owned() });
        let new = NewSession {
            person,
            since: vouched.since,
            method: tillit_accounts::SignInMethod::Sso,
            idp_session,
            recheck: Some(policy.recheck()),
            user_agent: browser.user_agent.clone(),
            browser: Some(browser.key.mark()),
            carried: vouched.carried.cloned(),
            replaces: browser.token.clone(),
        };
        let (token, session) = self.accounts().start_session(tx, cx, new).await?;
        tx.execute(sql::ADD_SESSION, args![session, super::scope(cx)?, person, vouched.issuer]).await?;
        Ok((token, session))
    }

    pub(crate) async fn note_person(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        taken: &super::transaction::Taken,
        rule: Rule,
        outcome: SignInOutcome,
        person: PersonId,
    ) -> Result<()> {
        self.tally().sign_in(taken.purpose, outcome);
        let record = NewSignIn {
            purpose: taken.purpose,
            outcome,
            rule: Some(rule),
            reason: None,
            aadsts: None,
            trace_id: None,
            correlation_id: None,
            person: Some(person),
            username: None,
        };
        sign_ins::add(tx, cx, self.vault(), taken.organisation, &record).await
    }

    #[expect(clippy::too_many_arguments, reason = "as conclude")]
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        cx: &Cx,
        arrival: &Arrival<'_>,
        reading: &Reading,
        rule: Option<Rule>,
        outcome: SignInOutcome,
        person: Option<PersonId>,
    ) -> Result<()> {
        self.tally().sign_in(arrival.taken.purpose, outcome);
        let record = NewSignIn {
            purpose: arrival.taken.purpose,
            outcome,
            rule,
            reason: None,
            aadsts: None,
            trace_id: None,
            correlation_id: None,
            person,
            username: reading.username_text.as_deref(),
        };
        sign_ins::add(tx, cx, self.vault(), arrival.taken.organisation, &record).await
    }
}
