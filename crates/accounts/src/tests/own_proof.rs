//! What a session does not carry: what a thief with a copied cookie cannot do.

use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use super::mails;
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::ways_back::GlassBrowser;
use crate::{
    AccountsError, LocalRefusal, NewPassword, NewPerson, NewSession, OwnProof, OwnProofs, Password, Profile, Role, SessionId, SessionToken,
    SignInMethod, SignInPlace, Username,
};

const NOTHING: OwnProof<'static> = OwnProof::None;

async fn session(a: &TestAccounts, cx: &Cx, person: PersonId, method: SignInMethod) -> (SessionToken, SessionId) {
    let mut tx = a.db.begin(cx).await.unwrap();
    let started = a.accounts.start_session(&mut tx, cx, NewSession::new(person, method)).await.unwrap();
    tx.commit().await.unwrap();
    started
}

fn new_password(org: &TestOrganisation) -> NewPassword {
    NewPassword::parse("fire små kaker til", &org.username).unwrap()
}

fn chair() -> Username {
    "chair@elsewhere.example".parse().unwrap()
}

/// An owner with nothing but a linked account: neither password, app, passkey nor kit.
async fn bare_owner(a: &TestAccounts, org: &TestOrganisation) -> (PersonId, Cx) {
    let cx = org.cx.with_actor(Actor::Operator);
    let new = NewPerson { username: "bare@nordvik.example".parse().unwrap(), role: Role::Owner, profile: Profile::default() };
    let mut tx = a.db.begin(&cx).await.unwrap();
    let person = a.accounts.add_person(&mut tx, &cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    (person, org.cx.with_actor(Actor::Person(person)))
}

fn needed<T: std::fmt::Debug>(what: &str, answer: Result<T, LocalRefusal>) {
    assert!(matches!(answer, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))), "{what}: {answer:?}");
}

on_both_engines!(a_recent_proof_never_becomes_a_lasting_way_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let (_, own) = session(&a, &org.cx, me, SignInMethod::Password).await;
    a.accounts.prove_self(cx, me, OwnProof::InSession(own, &OwnProof::Password(&password()))).await.unwrap();
    let recent = OwnProof::InSession(own, &NOTHING);
    a.accounts.prove_self(cx, me, recent).await.unwrap();
    needed("passkey", a.accounts.begin_passkey(cx, own, recent).await);
    needed("app", a.accounts.begin_app(cx, own, recent).await);
    needed("codes", a.accounts.make_own_codes(cx, recent).await);
    needed("remove app", a.accounts.remove_app(cx, recent).await);
    needed("remove passkey", a.accounts.remove_passkey(cx, cx.new_id(), recent).await);
    needed("kit", a.accounts.make_kit(cx, me, recent).await);
    needed("password", a.accounts.set_password(cx, me, recent, &new_password(&org), Some(own)).await);
    needed("contact", a.accounts.set_contact(cx, me, recent, &chair()).await);
    needed("seal", a.accounts.seal_break_glass(cx, me, recent).await);
    needed("close", a.accounts.close_break_glass(cx, me, recent).await);
});

on_both_engines!(a_cookie_copied_before_a_proof_is_worth_nothing_after_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let (copied, own) = session(&a, &org.cx, me, SignInMethod::Password).await;
    let token = a.accounts.prove_self(cx, me, OwnProof::InSession(own, &OwnProof::Password(&password()))).await.unwrap().unwrap();
    assert!(a.accounts.session(&org.cx, &copied).await.unwrap().is_none());
    assert_eq!(a.accounts.session(&org.cx, &token).await.unwrap().unwrap().id, own);
    // Nor after a new password, or an app.
    let copied = token;
    let token = a.accounts.set_password(cx, me, OwnProof::Password(&password()), &new_password(&org), Some(own)).await.unwrap().unwrap();
    assert!(a.accounts.session(&org.cx, &copied).await.unwrap().is_none());
    assert!(a.accounts.session(&org.cx, &token).await.unwrap().is_some());
    let typed = crate::Password::typed("fire små kaker til").unwrap();
    let (app, _) = a.accounts.begin_app(cx, own, OwnProof::Password(&typed)).await.unwrap();
    let set = a.accounts.finish_app(cx, own, &app, &app.secret.code_at(t.cx().now())).await.unwrap();
    assert!(a.accounts.session(&org.cx, &token).await.unwrap().is_none());
    assert!(a.accounts.session(&org.cx, &set.token).await.unwrap().is_some());
});

on_both_engines!(a_cookie_copied_before_a_proof_for_a_way_is_worth_nothing_after_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let (mut last, own) = session(&a, &org.cx, me, SignInMethod::Password).await;
    let password = password();
    let typed = OwnProof::Password(&password);
    let shown = OwnProof::InSession(own, &typed);
    let renewed = async |what: &str, before: SessionToken, after: Option<SessionToken>| {
        assert!(a.accounts.session(&org.cx, &before).await.unwrap().is_none(), "{what}: the copied cookie goes on");
        let after = after.unwrap_or_else(|| panic!("{what}: no new token"));
        assert_eq!(a.accounts.session(&org.cx, &after).await.unwrap().unwrap().id, own, "{what}");
        after
    };
    last = renewed("somebody else's", last, a.accounts.prove_way(cx, me, shown).await.unwrap()).await;
    last = renewed("kit", last, a.accounts.make_kit(cx, me, shown).await.unwrap().token).await;
    let lawyer = "lawyer@elsewhere.example".parse().unwrap();
    last = renewed("contact", last, a.accounts.set_contact(cx, me, shown, &chair()).await.unwrap()).await;
    last = renewed("another contact", last, a.accounts.set_contact(cx, me, shown, &lawyer).await.unwrap()).await;
    last = renewed("the contact that stays", last, a.accounts.keep_contact(cx, me, shown).await.unwrap()).await;
    last = renewed("seal", last, a.accounts.seal_break_glass(cx, me, shown).await.unwrap().token).await;
    last = renewed("close", last, a.accounts.close_break_glass(cx, me, shown).await.unwrap()).await;
    last = renewed("passkey", last, a.accounts.begin_passkey(cx, own, shown).await.unwrap().token).await;
    // What is refused after all costs nobody the session.
    assert!(a.accounts.choose_kit_rule(cx, me, shown, 2).await.is_err());
    assert!(a.accounts.close_break_glass(cx, me, shown).await.is_err());
    assert!(a.accounts.session(&org.cx, &last).await.unwrap().is_some());
    let (app, token) = a.accounts.begin_app(cx, own, shown).await.unwrap();
    last = renewed("app", last, token).await;
    let set = a.accounts.finish_app(cx, own, &app, &app.secret.code_at(cx.now())).await.unwrap();
    last = renewed("an app that is set up", last, Some(set.token)).await;
    let code = OwnProof::Code(&set.codes[0]);
    renewed("own codes", last, a.accounts.make_own_codes(cx, OwnProof::InSession(own, &code)).await.unwrap().token).await;
});

on_both_engines!(whoever_has_nothing_to_show_is_not_taken_at_the_sessions_word, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (me, cx) = bare_owner(&a, &org).await;
    let (copied, own) = session(&a, &org.cx, me, SignInMethod::Sso).await;
    let bare = OwnProof::InSession(own, &NOTHING);
    for after in [Duration::ZERO, Duration::hours(1)] {
        t.clock.advance(after);
        needed("act", a.accounts.prove_self(&cx, me, bare).await);
        needed("password", a.accounts.set_password(&cx, me, bare, &new_password(&org), Some(own)).await);
        needed("kit", a.accounts.make_kit(&cx, me, bare).await);
        needed("passkey", a.accounts.begin_passkey(&cx, own, bare).await);
        needed("app", a.accounts.begin_app(&cx, own, bare).await);
    }
    // Signed in afresh at the provider: for acts and for the first own proof, not for a way back.
    let mut tx = a.db.begin(&cx).await.unwrap();
    let token = a.accounts.note_provider_proof(&mut tx, &cx, me, own).await.unwrap();
    tx.commit().await.unwrap();
    assert!(a.accounts.session(&org.cx, &copied).await.unwrap().is_none());
    assert!(a.accounts.session(&org.cx, &token).await.unwrap().is_some());
    a.accounts.prove_self(&cx, me, bare).await.unwrap();
    a.accounts.begin_passkey(&cx, own, bare).await.unwrap();
    a.accounts.begin_app(&cx, own, bare).await.unwrap();
    needed("contact", a.accounts.set_contact(&cx, me, bare, &chair()).await);
    mails(&t, &a).await;
    a.accounts.set_password(&cx, me, bare, &new_password(&org), Some(own)).await.unwrap();
    assert_eq!(mails(&t, &a).await.len(), 1, "the person hears of a first password");
    // From now on there is something to show, and nothing else replaces it.
    needed("a second password", a.accounts.set_password(&cx, me, bare, &new_password(&org), Some(own)).await);
    needed("kit", a.accounts.make_kit(&cx, me, bare).await);
    let mut tx = a.db.begin(&cx).await.unwrap();
    let late = a.accounts.note_provider_proof(&mut tx, &cx, me, own).await;
    assert!(matches!(late, Err(AccountsError::Denied)), "{late:?}");
});

on_both_engines!(a_fresh_sign_in_at_the_provider_counts_for_ten_minutes_in_its_own_session, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (me, cx) = bare_owner(&a, &org).await;
    let (_, own) = session(&a, &org.cx, me, SignInMethod::Sso).await;
    let (_, thief) = session(&a, &org.cx, me, SignInMethod::Sso).await;
    let mut tx = a.db.begin(&cx).await.unwrap();
    a.accounts.note_provider_proof(&mut tx, &cx, me, own).await.unwrap();
    assert!(matches!(a.accounts.note_provider_proof(&mut tx, &org.owner_cx, org.owner, thief).await, Err(AccountsError::Denied)));
    tx.commit().await.unwrap();
    needed("another session", a.accounts.make_kit(&cx, me, OwnProof::InSession(thief, &NOTHING)).await);
    t.clock.advance(Duration::minutes(10));
    needed("too late", a.accounts.make_kit(&cx, me, OwnProof::InSession(own, &NOTHING)).await);
});

on_both_engines!(the_password_alone_changes_no_way_of_signing_in_beside_an_app, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let (_, own) = session(&a, &org.cx, me, SignInMethod::Password).await;
    let (app, _) = a.accounts.begin_app(cx, own, OwnProof::Password(&password())).await.unwrap();
    let codes = a.accounts.finish_app(cx, own, &app, &app.secret.code_at(t.cx().now())).await.unwrap().codes;
    assert_eq!(a.accounts.own_proofs(cx, me).await.unwrap(), OwnProofs { password: true, kit: false, app: true, passkey: false });
    let password = password();
    let alone = OwnProof::InSession(own, &OwnProof::Password(&password));
    let stronger = |what: &str, refused: bool| assert!(refused, "{what}");
    let is = |answer: Option<LocalRefusal>| matches!(answer, Some(LocalRefusal::Failed(AccountsError::StrongerProofNeeded)));
    stronger("passkey", is(a.accounts.begin_passkey(cx, own, alone).await.err()));
    stronger("app", is(a.accounts.begin_app(cx, own, alone).await.err()));
    stronger("codes", is(a.accounts.make_own_codes(cx, alone).await.err()));
    stronger("kit", is(a.accounts.make_kit(cx, me, alone).await.err()));
    stronger("password", is(a.accounts.set_password(cx, me, alone, &new_password(&org), Some(own)).await.err()));
    stronger("somebody else's", is(a.accounts.prove_way(cx, me, alone).await.err()));
    // For a single act it is; and an own code is enough for everything.
    a.accounts.prove_self(cx, me, alone).await.unwrap();
    a.accounts.begin_passkey(cx, own, OwnProof::Code(&codes[0])).await.unwrap();
});

on_both_engines!(the_break_glass_account_and_whoever_came_by_a_kit_have_shown_something, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = a.accounts.seal_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap().code;
    let opened = a.accounts.open_break_glass(&a.cx.with_actor(Actor::Visitor), &code, GlassBrowser::default()).await.unwrap();
    let glass = a.accounts.session(&org.cx, &opened.token).await.unwrap().unwrap();
    let cx = org.cx.with_actor(Actor::Person(opened.person));
    let (_, recovered) = session(&a, &org.cx, org.owner, SignInMethod::RecoveryCode).await;
    a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::InSession(recovered, &NOTHING)).await.unwrap();
    t.clock.advance(Duration::hours(1));
    a.accounts.prove_self(&cx, opened.person, OwnProof::InSession(glass.id, &NOTHING)).await.unwrap();
    needed("an hour later", a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::InSession(recovered, &NOTHING)).await);
    let chosen = a.accounts.set_password(&cx, opened.person, OwnProof::InSession(glass.id, &NOTHING), &new_password(&org), None).await;
    assert!(matches!(chosen, Err(LocalRefusal::Failed(AccountsError::Denied))), "no other way in: {chosen:?}");
});

on_both_engines!(guesses_at_a_proof_are_limited_and_shut_no_sign_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let wrong = Password::typed("not the password").unwrap();
    for _ in 0..10 {
        let refused = a.accounts.prove_self(cx, me, OwnProof::Password(&wrong)).await;
        assert!(matches!(refused, Err(LocalRefusal::Refused { wait_minutes: None })), "{refused:?}");
    }
    let shut = a.accounts.prove_self(cx, me, OwnProof::Password(&password())).await;
    let Err(LocalRefusal::Refused { wait_minutes: Some(minutes) }) = shut else { panic!("a thief guesses on: {shut:?}") };
    a.accounts.check_password(&t.cx(), SignInPlace::Domain, &org.username, &password(), true).await.unwrap();
    // A right one counts nothing, however often; and the promised wait is long enough.
    t.clock.advance(Duration::minutes(i64::from(minutes)));
    for _ in 0..20 {
        a.accounts.prove_self(cx, me, OwnProof::Password(&password())).await.unwrap();
    }
});

on_both_engines!(a_session_that_was_ended_while_its_proof_was_looked_at_has_shown_nothing, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let (_, own) = session(&a, &org.cx, me, SignInMethod::Password).await;
    let mut tx = a.db.begin(cx).await.unwrap();
    a.accounts.end_all_sessions(&mut tx, cx, me, None).await.unwrap();
    tx.commit().await.unwrap();
    // The request had read the session before; the password is right.
    let shown = a.accounts.prove_self(cx, me, OwnProof::InSession(own, &OwnProof::Password(&password()))).await;
    assert!(matches!(shown, Err(LocalRefusal::Failed(AccountsError::NotFound))), "{shown:?}");
});

on_both_engines!(wrong_proofs_in_a_stolen_session_shut_none_in_another, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (cx, me) = (&org.owner_cx, org.owner);
    let (right, wrong) = (password(), Password::typed("not mine at all").unwrap());
    let (_, own) = session(&a, &org.cx, me, SignInMethod::Password).await;
    let prove = async |session, password: &Password| {
        let typed = OwnProof::Password(password);
        a.accounts.prove_self(cx, me, OwnProof::InSession(session, &typed)).await
    };
    let refused = |answer: Result<_, LocalRefusal>| match answer {
        Err(LocalRefusal::Refused { wait_minutes }) => wait_minutes.is_some(),
        other => panic!("{other:?}"),
    };
    let mut shut = 0;
    for stolen in 0..6 {
        let (_, stolen_one) = session(&a, &org.cx, me, SignInMethod::Password).await;
        for _ in 0..10 {
            shut += u32::from(refused(prove(stolen_one, &wrong).await));
        }
        assert!(refused(prove(stolen_one, &right).await), "ten in one session are enough");
        if stolen == 0 {
            assert!(prove(own, &right).await.is_ok(), "what a thief types keeps the person out");
        }
    }
    assert_eq!(shut, 10, "five sessions' worth for all of them together");
    assert!(refused(prove(own, &right).await), "no number of sessions guesses on and on");
    t.clock.advance(Duration::minutes(31));
    assert!(prove(own, &right).await.is_ok());
});
