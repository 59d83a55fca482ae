use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use super::{mails, who};
use crate::audit::actions;
use crate::authenticator::{Authenticator, Twist};
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, Assertion, AuditPage, BrowserMark, LocalRefusal, LocalSignIn, NewPasskey, NewSession, OwnProof, PasskeyId, PasskeyProof,
    ProfileText, RelyingParty, Role, SessionId, SessionToken, SignInMethod, Ticket,
};

const HERE: BrowserMark = BrowserMark::of_hash([1; 32]);
const ELSEWHERE: BrowserMark = BrowserMark::of_hash([2; 32]);

fn party() -> RelyingParty {
    RelyingParty::of(&"https://portal.example".parse().unwrap()).unwrap()
}

/// An owner with a session and a passkey.
struct Stage {
    a: TestAccounts,
    org: TestOrganisation,
    session: SessionId,
    key: Authenticator,
    handle: [u8; 32],
}

async fn session(a: &TestAccounts, cx: &Cx, person: PersonId) -> SessionId {
    let mut tx = a.db.begin(cx).await.unwrap();
    let (_, session) = a.accounts.start_session(&mut tx, cx, NewSession::new(person, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    session
}

/// Makes a passkey for whoever acts.
async fn add(a: &TestAccounts, cx: &Cx, session: SessionId, key: &Authenticator) -> Result<[u8; 32], LocalRefusal> {
    let new = a.accounts.begin_passkey(cx, session, OwnProof::Password(&password())).await?;
    let made = key.create(&party(), new.challenge.bytes());
    a.accounts.finish_passkey(cx, session, &party(), &made, &ProfileText::new("My telephone").unwrap()).await?;
    Ok(new.user_handle)
}

/// A passkey for somebody with the password of tests.
pub(super) async fn give_one(a: &TestAccounts, cx: &Cx, person: PersonId) {
    let session = session(a, cx, person).await;
    add(a, cx, session, &Authenticator::new()).await.unwrap();
}

impl Stage {
    async fn new(t: &TestDb) -> Self {
        Self::with(t, false).await
    }
    async fn with(t: &TestDb, synced: bool) -> Self {
        let a = TestAccounts::new(t).await;
        let org = a.organisation(if synced { "sorvik" } else { "nordvik" }).await;
        let session = session(&a, &org.cx, org.owner).await;
        let mut key = Authenticator::new();
        key.synced = synced;
        let handle = add(&a, &org.owner_cx, session, &key).await.unwrap();
        Self { a, org, session, key, handle }
    }
    async fn who(&self) -> LocalSignIn {
        who(&self.a, &self.org.cx, self.org.owner).await
    }
    /// Begins another passkey, shown by the one there is.
    async fn begin_another(&mut self) -> NewPasskey {
        let challenge = self.a.accounts.proof_challenge(&self.org.owner_cx, self.session).unwrap();
        let answer = self.key.get(&party(), challenge.bytes(), &[], Twist::None);
        let proof = OwnProof::Passkey(PasskeyProof { party: &party(), assertion: &answer, session: self.session });
        self.a.accounts.begin_passkey(&self.org.owner_cx, self.session, proof).await.unwrap()
    }
    /// Removes a passkey, shown by the one there is.
    async fn remove(&mut self, id: PasskeyId) -> Result<Option<SessionToken>, LocalRefusal> {
        let challenge = self.a.accounts.proof_challenge(&self.org.owner_cx, self.session).unwrap();
        let answer = self.key.get(&party(), challenge.bytes(), &[], Twist::None);
        let proof = OwnProof::Passkey(PasskeyProof { party: &party(), assertion: &answer, session: self.session });
        self.a.accounts.remove_passkey(&self.org.owner_cx, id, proof).await
    }
    fn visitor(&self) -> Cx {
        self.a.cx.with_actor(Actor::Visitor)
    }
    fn challenge(&self, browser: BrowserMark) -> Ticket {
        self.a.accounts.sign_in_challenge(&self.visitor(), browser).unwrap()
    }
    fn answer(&mut self, twist: Twist) -> Assertion {
        let challenge = self.challenge(HERE);
        self.key.get(&party(), challenge.bytes(), &self.handle, twist)
    }
    async fn sign_in(&self, answer: &Assertion) -> Result<LocalSignIn, LocalRefusal> {
        self.a.accounts.check_passkey(&self.visitor(), &party(), answer, HERE, None, true).await
    }
    /// Action and reason of the newest row, of the organisation's log or the installation's.
    async fn log(&self, cx: &Cx) -> (String, Option<String>) {
        let entry = self.a.accounts.audit_log(cx, AuditPage { before: None, limit: 1 }).await.unwrap().remove(0);
        (entry.action, entry.reason)
    }
    async fn refused(&self, answer: &Assertion, why: &str, cx: &Cx) {
        let refused = self.sign_in(answer).await;
        assert!(matches!(refused, Err(LocalRefusal::Refused { wait_minutes: None })), "{why}: {refused:?}");
        assert_eq!(self.log(cx).await, (actions::PASSKEY_REFUSED.to_owned(), Some(why.to_owned())));
    }
}

on_both_engines!(two_browsers_at_once_make_no_more_than_twenty_passkeys, |t| {
    let mut s = Stage::new(&t).await;
    let name = ProfileText::new("One more").unwrap();
    let mut begun = Vec::new();
    for _ in 1..=20 {
        let new = s.begin_another().await;
        begun.push(Authenticator::new().create(&party(), new.challenge.bytes()));
    }
    let finish = async |made| s.a.accounts.finish_passkey(&s.org.owner_cx, s.session, &party(), made, &name).await;
    for made in &begun[2..] {
        finish(made).await.unwrap();
    }
    let last = tokio::join!(finish(&begun[0]), finish(&begun[1]));
    assert!(last.0.is_ok() != last.1.is_ok(), "{last:?}");
    assert_eq!(s.a.accounts.passkeys(&s.org.owner_cx, s.org.owner).await.unwrap().len(), 20);
});

on_both_engines!(a_passkey_signs_in_without_a_username_and_each_answer_works_once, |t| {
    let mut s = Stage::new(&t).await;
    let answer = s.answer(Twist::None);
    assert_eq!(s.a.accounts.organisation_of_passkey(&s.visitor(), &answer).await.unwrap(), Some(s.org.id));
    assert_eq!(s.sign_in(&answer).await.unwrap(), s.who().await);
    assert_eq!(s.log(&s.org.cx).await.0, actions::PASSKEY_ACCEPTED);
    let listed = s.a.accounts.passkeys(&s.org.cx, s.org.owner).await.unwrap().remove(0);
    assert_eq!((listed.name.as_deref(), listed.used_at, listed.synced), (Some("My telephone"), Some(t.cx().now()), false));
    // Replayed, as it was sent; then with a counter that went on, under the same challenge.
    s.refused(&answer, "challenge_used", &s.org.cx.clone()).await;
    let challenge = s.challenge(HERE);
    let first = s.key.get(&party(), challenge.bytes(), &s.handle, Twist::None);
    let second = s.key.get(&party(), challenge.bytes(), &s.handle, Twist::None);
    assert!(s.sign_in(&first).await.is_ok());
    s.refused(&second, "challenge_used", &s.org.cx.clone()).await;
});

on_both_engines!(of_two_answers_to_one_challenge_at_once_one_wins, |t| {
    let mut s = Stage::new(&t).await;
    let challenge = s.challenge(HERE);
    let one = s.key.get(&party(), challenge.bytes(), &s.handle, Twist::None);
    let other = s.key.get(&party(), challenge.bytes(), &s.handle, Twist::None);
    let (first, second) = tokio::join!(s.sign_in(&one), s.sign_in(&other));
    assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "{first:?} {second:?}");
});

on_both_engines!(each_attack_is_refused_by_its_own_check_and_written_down, |t| {
    let mut s = Stage::new(&t).await;
    let (own, nobodys) = (s.org.cx.clone(), t.cx());
    for (twist, why, log) in [
        (Twist::Origin("https://portal.example.evil.example"), "origin", &nobodys),
        (Twist::CrossOrigin, "cross_origin", &nobodys),
        (Twist::Type, "type", &nobodys),
        (Twist::ShortChallenge, "challenge", &nobodys),
        (Twist::RelyingParty("evil.example"), "relying_party", &own),
        (Twist::NotPresent, "user_presence", &own),
        (Twist::NotVerified, "user_verification", &own),
        (Twist::Signature, "signature", &own),
    ] {
        let answer = s.answer(twist);
        s.refused(&answer, why, log).await;
    }
    // A challenge of another browser, of another purpose, and one that is over.
    let elsewhere = s.challenge(ELSEWHERE);
    let answer = s.key.get(&party(), elsewhere.bytes(), &s.handle, Twist::None);
    s.refused(&answer, "challenge", &nobodys).await;
    let proof = s.a.accounts.proof_challenge(&s.org.owner_cx, s.session).unwrap();
    let answer = s.key.get(&party(), proof.bytes(), &s.handle, Twist::None);
    s.refused(&answer, "challenge", &nobodys).await;
    let late = s.answer(Twist::None);
    t.clock.advance(Duration::minutes(30));
    s.refused(&late, "challenge_over", &nobodys).await;
    // A passkey that nobody has here.
    let challenge = s.challenge(HERE);
    let answer = Authenticator::new().get(&party(), challenge.bytes(), &s.handle, Twist::None);
    s.refused(&answer, "unknown_passkey", &nobodys).await;
    // One's own passkey, with somebody else's handle.
    let challenge = s.challenge(HERE);
    let answer = s.key.get(&party(), challenge.bytes(), &[3; 32], Twist::None);
    s.refused(&answer, "other_person", &own).await;
    let answer = s.answer(Twist::None);
    assert!(s.sign_in(&answer).await.is_ok(), "after all of it, the owner comes in");
});

on_both_engines!(a_passkey_is_under_the_organisations_policy_and_its_persons_state, |t| {
    let mut s = Stage::new(&t).await;
    let answer = s.answer(Twist::None);
    let refused = s.a.accounts.check_passkey(&s.visitor(), &party(), &answer, HERE, None, false).await;
    assert!(matches!(refused, Err(LocalRefusal::Refused { .. })), "{refused:?}");
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("not_accepted"));
    let other = s.a.organisation("fjordheim").await;
    let answer = s.answer(Twist::None);
    let refused = s.a.accounts.check_passkey(&s.visitor(), &party(), &answer, HERE, Some(other.id), true).await;
    assert!(matches!(refused, Err(LocalRefusal::Refused { .. })), "on another organisation's page: {refused:?}");
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("other_organisation"));
    let second = s.a.person(&s.org.cx.with_actor(Actor::Operator), "second@nordvik.example", Role::Owner).await;
    let mut tx = s.a.db.begin(&s.org.cx.with_actor(Actor::Person(second))).await.unwrap();
    s.a.accounts.disable(&mut tx, &s.org.cx, s.org.owner).await.unwrap();
    tx.commit().await.unwrap();
    let answer = s.answer(Twist::None);
    s.refused(&answer, "disabled", &s.org.cx.clone()).await;
});

on_both_engines!(a_counter_that_goes_backwards_is_told_and_stops_only_what_lives_on_one_device, |t| {
    for synced in [false, true] {
        let a = TestAccounts::new(&t).await;
        let org = a.organisation(if synced { "nordvik" } else { "fjordheim" }).await;
        let own = session(&a, &org.cx, org.owner).await;
        let mut key = Authenticator::new();
        key.synced = synced;
        let handle = add(&a, &org.owner_cx, own, &key).await.unwrap();
        let mut s = Stage { a, org, session: own, key, handle };
        s.key.counter = 10;
        let answer = s.answer(Twist::None);
        assert!(s.sign_in(&answer).await.is_ok());
        mails(&t, &s.a).await;
        s.key.counter = 4;
        let answer = s.answer(Twist::None);
        assert_eq!(s.sign_in(&answer).await.is_ok(), synced);
        assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("counter"), "synced: {synced}");
        assert_eq!(mails(&t, &s.a).await.len(), 1, "the person is told");
        assert_eq!(s.session, own);
    }
});

on_both_engines!(adding_one_needs_an_own_proof_in_the_same_session_and_is_told, |t| {
    let mut s = Stage::new(&t).await;
    assert_eq!(mails(&t, &s.a).await.len(), 1);
    let cx = &s.org.owner_cx.clone();
    let nothing = s.a.accounts.begin_passkey(cx, s.session, OwnProof::None).await;
    assert!(matches!(nothing, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))), "{nothing:?}");
    let password_alone = s.a.accounts.begin_passkey(cx, s.session, OwnProof::Password(&password())).await;
    assert!(matches!(password_alone, Err(LocalRefusal::Failed(AccountsError::StrongerProofNeeded))), "{password_alone:?}");
    let new = s.begin_another().await;
    assert_eq!(new.exclude.len(), 1, "the browser is told what there is");
    let thief = session(&s.a, &s.org.cx, s.org.owner).await;
    let name = ProfileText::new("Another").unwrap();
    let key = Authenticator::new();
    let made = key.create(&party(), new.challenge.bytes());
    let finish = async |session, made| s.a.accounts.finish_passkey(cx, session, &party(), made, &name).await;
    assert!(finish(thief, &made).await.is_err(), "in another session");
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("challenge"));
    let elsewhere = RelyingParty::of(&"https://evil.example".parse().unwrap()).unwrap();
    let strange = key.create(&elsewhere, new.challenge.bytes());
    assert!(finish(s.session, &strange).await.is_err(), "made for another site");
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("origin"));
    finish(s.session, &made).await.unwrap();
    assert!(finish(s.session, &made).await.is_err(), "a second time");
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("challenge_used"));
    // The same authenticator's passkey for a colleague: it is known already.
    let lars = s.a.person(&s.org.cx.with_actor(Actor::Operator), "lars@nordvik.example", Role::Employee).await;
    let cx = s.org.cx.with_actor(Actor::Person(lars));
    let own = session(&s.a, &cx, lars).await;
    assert!(add(&s.a, &cx, own, &key).await.is_err());
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("known"));
});

on_both_engines!(a_passkey_shows_who_asks_in_its_own_session_only, |t| {
    let mut s = Stage::new(&t).await;
    let prove = async |s: &Stage, answer: &Assertion, session| {
        let proof = OwnProof::Passkey(PasskeyProof { party: &party(), assertion: answer, session });
        s.a.accounts.prove_self(&s.org.owner_cx, s.org.owner, proof).await
    };
    let challenge = s.a.accounts.proof_challenge(&s.org.owner_cx, s.session).unwrap();
    let answer = s.key.get(&party(), challenge.bytes(), &[], Twist::None);
    let thief = session(&s.a, &s.org.cx, s.org.owner).await;
    assert!(prove(&s, &answer, thief).await.is_err());
    prove(&s, &answer, s.session).await.unwrap();
    assert!(prove(&s, &answer, s.session).await.is_err(), "it works once");
    // A sign-in elsewhere is no proof here.
    let answer = s.answer(Twist::None);
    assert!(prove(&s, &answer, s.session).await.is_err());
    // A colleague's passkey, with the owner's challenge.
    let lars = s.a.person(&s.org.cx.with_actor(Actor::Operator), "lars@nordvik.example", Role::Employee).await;
    let cx = s.org.cx.with_actor(Actor::Person(lars));
    let own = session(&s.a, &cx, lars).await;
    let mut his = Authenticator::new();
    let handle = add(&s.a, &cx, own, &his).await.unwrap();
    let challenge = s.a.accounts.proof_challenge(&s.org.owner_cx, s.session).unwrap();
    let answer = his.get(&party(), challenge.bytes(), &handle, Twist::None);
    assert!(prove(&s, &answer, s.session).await.is_err());
    assert_eq!(s.log(&s.org.cx).await.1.as_deref(), Some("other_person"));
});

on_both_engines!(one_is_removed_by_its_person_only, |t| {
    let mut s = Stage::new(&t).await;
    let id = s.a.accounts.passkeys(&s.org.cx, s.org.owner).await.unwrap()[0].id;
    let other = s.a.organisation("fjordheim").await;
    let foreign = s.a.accounts.remove_passkey(&other.owner_cx, id, OwnProof::Password(&password())).await;
    assert!(matches!(foreign, Err(LocalRefusal::Failed(AccountsError::NotFound))), "{foreign:?}");
    let password_alone = s.a.accounts.remove_passkey(&s.org.owner_cx, id, OwnProof::Password(&password())).await;
    assert!(matches!(password_alone, Err(LocalRefusal::Failed(AccountsError::StrongerProofNeeded))), "{password_alone:?}");
    s.remove(id).await.unwrap();
    let answer = s.answer(Twist::None);
    s.refused(&answer, "unknown_passkey", &t.cx()).await;
});

on_both_engines!(the_last_thing_to_show_is_not_taken_away, |t| {
    let mut s = Stage::new(&t).await;
    let operator = s.org.cx.with_actor(Actor::Operator);
    s.a.accounts.remove_password(&operator, s.org.owner, OwnProof::None).await.unwrap();
    let id = s.a.accounts.passkeys(&s.org.cx, s.org.owner).await.unwrap()[0].id;
    let refused = s.remove(id).await;
    assert!(matches!(refused, Err(LocalRefusal::Failed(AccountsError::LastProof))), "{refused:?}");
    let answer = s.answer(Twist::None);
    assert!(s.sign_in(&answer).await.is_ok(), "nothing was half taken");
});

on_both_engines!(a_passkey_that_calls_itself_another_kind_is_refused, |t| {
    for synced in [false, true] {
        let mut s = Stage::with(&t, synced).await;
        s.key.synced = !synced;
        let answer = s.answer(Twist::None);
        s.refused(&answer, "backup_eligible", &s.org.cx.clone()).await;
        s.key.synced = synced;
        let answer = s.answer(Twist::None);
        assert!(s.sign_in(&answer).await.is_ok());
    }
});

on_both_engines!(a_reset_takes_passkeys_too, |t| {
    let mut s = Stage::new(&t).await;
    mails(&t, &s.a).await;
    let operator = s.org.cx.with_actor(Actor::Operator);
    let mut tx = s.a.db.begin(&operator).await.unwrap();
    s.a.accounts.reset_second_factor(&mut tx, &operator, s.org.owner).await.unwrap();
    tx.commit().await.unwrap();
    let answer = s.answer(Twist::None);
    s.refused(&answer, "unknown_passkey", &t.cx()).await;
    assert!(s.a.accounts.sessions(&s.org.cx, s.org.owner).await.unwrap().is_empty());
    assert_eq!(mails(&t, &s.a).await.len(), 2, "the person, and every owner");
    let mut tx = s.a.db.begin(&operator).await.unwrap();
    let nothing = s.a.accounts.reset_second_factor(&mut tx, &operator, s.org.owner).await;
    assert!(matches!(nothing, Err(AccountsError::NotFound)), "{nothing:?}");
});

on_both_engines!(a_person_reads_the_name_that_was_given_to_a_passkey_and_nothing_else_of_it, |t| {
    let s = Stage::new(&t).await;
    let held = s.a.accounts.everything_about(&s.org.owner_cx, s.org.owner).await.unwrap();
    let passkey = &held["held"]["passkey"][0];
    assert_eq!(passkey["name"], "My telephone");
    for secret in ["credential", "public_key", "credential_index"] {
        assert_eq!(passkey[secret], "kept as a hash, or sealed as a secret", "{secret}");
    }
});
