//! The break-glass account: sealed, opened, closed.

use tillit_store::{Actor, Cx, Duration, on_both_engines};

use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::ways_back::{Glass, GlassBrowser, WaysBackRefusal};
use crate::{
    AccountsError, DoorLimits, InvitationState, Limit, Limits, LinkPurpose, LinkToken, LocalRefusal, NewInvitation, NewPassword,
    NewSession, OwnProof, Password, Permission, PersonState, RecoveryCode, Role, SignInMethod, SignInPlace,
};

async fn seal(a: &TestAccounts, org: &TestOrganisation) -> RecoveryCode {
    a.accounts.seal_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap().code
}

fn wrong() -> RecoveryCode {
    "0000-0000-0000-0000".parse().unwrap()
}

fn visitor(a: &TestAccounts) -> Cx {
    a.cx.with_actor(Actor::Visitor)
}

on_both_engines!(ways_back_are_prepared_once_there_is_a_contact_and_a_code_in_the_safe, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let prepared = async |org: &TestOrganisation| {
        let mut tx = a.db.read(&org.cx).await.unwrap();
        a.accounts.alarms_in(&mut tx, &org.cx).await.unwrap().prepared
    };
    assert!(!prepared(&org).await);
    let code = seal(&a, &org).await;
    assert!(!prepared(&org).await, "nobody could be asked");
    let contact = "chair@elsewhere.example".parse().unwrap();
    a.accounts.set_contact(&org.owner_cx, org.owner, OwnProof::Password(&password()), &contact).await.unwrap();
    assert!(prepared(&org).await && !prepared(&other).await);
    a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    assert!(!prepared(&org).await, "the envelope is torn");
    a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    assert!(!prepared(&org).await, "the code in the safe is void");
});

on_both_engines!(the_code_opens_it_alarms_and_only_an_owner_closes_it, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    assert_eq!(a.accounts.break_glass(&org.cx).await.unwrap(), Glass::None);
    let code = seal(&a, &org).await;
    let opened = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    assert_eq!(opened.organisation, org.id);
    let session = a.accounts.session(&visitor(&a), &opened.token).await.unwrap().unwrap();
    assert_eq!((session.person, session.role, session.method), (opened.person, Role::Owner, SignInMethod::BreakGlass));
    let mut tx = a.db.read(&org.cx).await.unwrap();
    let alarms = a.accounts.alarms_in(&mut tx, &org.cx).await.unwrap();
    assert_eq!(alarms.glass_open_since, Some(t.cx().now()));
    drop(tx);
    let mut tx = a.db.read(&other.cx).await.unwrap();
    assert_eq!(a.accounts.alarms_in(&mut tx, &other.cx).await.unwrap().glass_open_since, None);
    drop(tx);
    // The code goes on opening it until it is closed; the account cannot close itself, nor can a session alone.
    a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let itself = org.cx.with_actor(Actor::Person(opened.person));
    let refused = a.accounts.close_break_glass(&itself, opened.person, OwnProof::None).await;
    assert!(matches!(refused, Err(LocalRefusal::Failed(AccountsError::ProofNeeded | AccountsError::Denied))), "{refused:?}");
    let refused = a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::None).await;
    assert!(matches!(refused, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))));
    let elsewhere = a.accounts.close_break_glass(&other.owner_cx, other.owner, OwnProof::Password(&password())).await;
    assert!(matches!(elsewhere, Err(LocalRefusal::Failed(_))));
    a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    assert!(a.accounts.session(&visitor(&a), &opened.token).await.unwrap().is_none(), "its sessions end");
    let refused = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await;
    assert!(matches!(refused, Err(LocalRefusal::Refused { .. })), "its code is void");
    assert_eq!(a.accounts.break_glass(&org.cx).await.unwrap(), Glass::None);
    let again = seal(&a, &org).await;
    let reopened = a.accounts.open_break_glass(&visitor(&a), &again, GlassBrowser::default()).await.unwrap();
    assert_eq!(reopened.person, opened.person, "the same account");
});

on_both_engines!(a_new_seal_voids_the_old_code_and_waits_while_it_is_open, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let (old, new) = (seal(&a, &org).await, seal(&a, &org).await);
    assert!(a.accounts.open_break_glass(&visitor(&a), &old, GlassBrowser::default()).await.is_err());
    a.accounts.open_break_glass(&visitor(&a), &new, GlassBrowser::default()).await.unwrap();
    let while_open = a.accounts.seal_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await;
    assert!(matches!(while_open, Err(LocalRefusal::Failed(AccountsError::WaysBack(WaysBackRefusal::GlassOpen)))));
});

on_both_engines!(a_sealed_account_is_no_owner_who_is_there_and_opens_when_every_owner_is_gone, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert!(matches!(a.accounts.disable(&mut tx, &org.cx, org.owner).await, Err(AccountsError::LastOwner)));
    tx.rollback().await.unwrap();
    // As if the only owner had gone.
    tillit_store::statements! { unlisted "test"; GONE = "UPDATE person SET state = 'disabled' WHERE organisation_id = $1 AND id = $2"; }
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    tx.execute(GONE, tillit_store::args![org.id, org.owner]).await.unwrap();
    tx.commit().await.unwrap();
    let opened = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    // It brings an owner back by an invitation.
    let glass = org.cx.with_actor(Actor::Person(opened.person));
    let new = invitation("next@nordvik.example", Role::Owner);
    let mut tx = a.db.begin(&glass).await.unwrap();
    a.accounts.invite(&mut tx, &glass, &new).await.unwrap();
    tx.commit().await.unwrap();
    let mails = crate::tests::mails(&t, &a).await;
    let token = mails.iter().find_map(|mail| mail.text.lines().find_map(|line| line.trim().strip_prefix(new.page))).unwrap();
    let used = a.accounts.use_link(&t.cx(), &LinkToken::parse(token).unwrap(), LinkPurpose::Invitation).await.unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.join(&mut tx, &org.cx, &used, None).await.unwrap();
    assert_eq!(a.accounts.standing(&mut tx, &org.cx, used.person).await.unwrap(), (Role::Owner, PersonState::Active));
    tx.commit().await.unwrap();
});

fn invitation(address: &str, role: Role) -> NewInvitation<'static> {
    NewInvitation { address: address.parse().unwrap(), person: None, role, page: "https://portal.example/invitation/" }
}

on_both_engines!(while_it_is_open_no_owner_goes_and_no_role_is_given_by_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let anna = a.person(&org.cx, "anna@nordvik.example", Role::Analyst).await;
    let code = seal(&a, &org).await;
    let opened = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let glass = org.cx.with_actor(Actor::Person(opened.person));

    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(matches!(a.accounts.disable(&mut tx, &org.owner_cx, org.owner).await, Err(AccountsError::LastOwner)), "it is no owner");
    assert!(!a.accounts.owners_in(&mut tx, &org.cx).await.unwrap().ids().any(|owner| owner == opened.person));
    drop(tx);
    let mut tx = a.db.begin(&glass).await.unwrap();
    for (who, from, to) in
        [(kari, Role::Employee, Role::Owner), (anna, Role::Analyst, Role::Employee), (org.owner, Role::Owner, Role::Employee)]
    {
        let changed = a.accounts.change_role(&mut tx, &glass, who, from, to, None).await;
        assert!(matches!(changed, Err(AccountsError::Denied)), "{from:?} to {to:?}");
    }
    let invited = a.accounts.invite(&mut tx, &glass, &invitation("someone@else.example", Role::SecurityAdministrator)).await;
    assert!(matches!(invited, Err(AccountsError::Denied)), "an owner only");
    a.accounts.invite(&mut tx, &glass, &invitation("next@nordvik.example", Role::Owner)).await.unwrap();
    tx.rollback().await.unwrap();
    for permission in [Permission::ManageRoles, Permission::HoldRecoveryKit, Permission::EnforceSingleSignOn] {
        assert!(matches!(a.accounts.require(&glass, permission).await, Err(AccountsError::Denied)), "{permission:?}");
    }
    a.accounts.require(&glass, Permission::InviteOwners).await.unwrap();
});

on_both_engines!(a_full_queue_does_not_silence_the_alarm, |t| {
    tillit_store::statements! { unlisted "test";
        FILL = "INSERT INTO job (id, organisation_id, kind, payload, due_at, attempts, created_at) VALUES ($1, $2, 'filler', $3, 0, 0, 0)";
        MAILS = "SELECT COUNT(*) AS n FROM job WHERE organisation_id = $1 AND kind = 'mail.send'";
    }
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    for _ in 0..tillit_jobs::MAX_WAITING {
        let job = org.cx.new_id::<tillit_store::kinds::Job>();
        tx.execute(FILL, tillit_store::args![job, org.id, Vec::<u8>::new()]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mails = async || {
        let mut tx = a.db.read(&org.cx).await.unwrap();
        tx.fetch_one(MAILS, tillit_store::args![org.id]).await.unwrap().get::<i64>("n").unwrap()
    };
    let before = mails().await;
    a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    assert_eq!(mails().await, before + 1, "the owner hears of it all the same");
});

on_both_engines!(the_contact_reads_when_it_was_opened_and_what_a_contact_can_do, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    for contact in ["chair@elsewhere.example", "lawyer@elsewhere.example"] {
        let contact = contact.parse().unwrap();
        a.accounts.set_contact(&org.owner_cx, org.owner, OwnProof::Password(&password()), &contact).await.unwrap();
    }
    a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let mails = crate::tests::mails(&t, &a).await;
    let read = |to: &str| mails.iter().filter(|mail| mail.to == to).map(|mail| mail.text.replace('\n', " ")).collect::<Vec<_>>();
    let chair = read("chair@elsewhere.example");
    assert_eq!(chair.len(), 2, "{chair:?}");
    assert!(
        chair.iter().any(|text| text.starts_with("2026-11-23 12:00 UTC: somebody opened") && text.contains("Call an owner")),
        "{chair:?}"
    );
    assert!(chair.iter().any(|text| text.contains("lawyer@elsewhere.example") && text.contains("until then you are it")), "{chair:?}");
    assert!(chair.iter().all(|text| !text.contains("sign in")), "whoever has no account cannot sign in: {chair:?}");
    assert!(read(org.username.as_str()).iter().any(|text| text.contains("sign in and close it now")));
});

on_both_engines!(an_invitation_that_it_sent_is_void_when_it_is_closed, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    let opened = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let glass = org.cx.with_actor(Actor::Person(opened.person));
    let mut tx = a.db.begin(&glass).await.unwrap();
    a.accounts.invite(&mut tx, &glass, &invitation("next@nordvik.example", Role::Owner)).await.unwrap();
    tx.commit().await.unwrap();
    let mails = crate::tests::mails(&t, &a).await;
    let mail = mails.iter().find(|mail| mail.to == "next@nordvik.example").unwrap();
    let link = mail.text.lines().find_map(|line| LinkToken::parse(line.trim().rsplit('/').next()?)).unwrap();
    assert!(a.accounts.find_link(&t.cx(), &link, LinkPurpose::Invitation).await.is_ok());
    let invitations = async || a.accounts.invitations(&org.cx).await.unwrap();
    assert_eq!(invitations().await[0].state, InvitationState::Sent);
    a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    assert_eq!(invitations().await[0].state, InvitationState::Revoked { at: t.cx().now() });
    assert!(a.accounts.find_link(&t.cx(), &link, LinkPurpose::Invitation).await.is_err());
    // The same account is switched on again by the next envelope, and the invitation is not.
    let code = seal(&a, &org).await;
    a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    assert_eq!(invitations().await[0].state, InvitationState::Revoked { at: t.cx().now() });
    assert!(a.accounts.find_link(&t.cx(), &link, LinkPurpose::Invitation).await.is_err());
    assert!(a.accounts.use_link(&t.cx(), &link, LinkPurpose::Invitation).await.is_err());
});

on_both_engines!(its_code_is_the_only_way_in_and_makes_no_other, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    let opened = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let glass = org.cx.with_actor(Actor::Person(opened.person));
    let session = a.accounts.session(&visitor(&a), &opened.token).await.unwrap().unwrap().id;
    for method in SignInMethod::ALL.into_iter().filter(|method| *method != SignInMethod::BreakGlass) {
        let mut tx = a.db.begin(&glass).await.unwrap();
        let begun = a.accounts.start_session(&mut tx, &glass, NewSession::new(opened.person, method)).await;
        assert!(matches!(begun, Err(AccountsError::NotFound)), "{method:?}");
    }
    let proof = OwnProof::InSession(session, &OwnProof::None);
    let new = NewPassword::parse("nine bars and a walrus", &org.username).unwrap();
    let denied = |refusal: LocalRefusal| matches!(refusal, LocalRefusal::Failed(AccountsError::Denied));
    assert!(denied(a.accounts.prove_way(&glass, opened.person, proof).await.unwrap_err()));
    assert!(denied(a.accounts.make_kit(&glass, opened.person, proof).await.unwrap_err()));
    assert!(denied(a.accounts.set_password(&glass, opened.person, proof, &new, None).await.unwrap_err()));
    assert!(denied(a.accounts.begin_passkey(&glass, session, proof).await.unwrap_err()));
    assert!(denied(a.accounts.begin_app(&glass, session, proof).await.unwrap_err()));
});

on_both_engines!(a_flood_of_wrong_codes_does_not_shut_it, |t| {
    let few = Limit { attempts: 2, window: Duration::minutes(1) };
    let limits = Limits { doors: DoorLimits { recovery: few, ..DoorLimits::default() }, ..Limits::default() };
    let a = TestAccounts::with_limits(&t, limits).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    let address = tillit_store::ClientAddress("203.0.113.9".parse().unwrap());
    let random = std::sync::Arc::new(tillit_store::SystemRandom::default());
    let cx = Cx::new(tillit_store::Scope::Installation, Actor::Visitor, Some(address), t.clock.clone(), random);
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(a.accounts.open_break_glass(&cx, &wrong(), GlassBrowser::default()).await);
    }
    assert!(matches!(answers[0], Err(LocalRefusal::Refused { .. })));
    assert!(matches!(answers[3], Err(LocalRefusal::TooMany { .. })));
    assert!(a.accounts.open_break_glass(&cx, &code, GlassBrowser::default()).await.is_ok());
});

on_both_engines!(strangers_who_type_an_owners_name_keep_no_owner_from_closing_it, |t| {
    let few = Limit { attempts: 3, window: Duration::minutes(15) };
    let limits = Limits { account: few, organisation: few, second_step: few, ..Limits::default() };
    let a = TestAccounts::with_limits(&t, limits).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let other = Password::typed("not the password").unwrap();
    for _ in 0..5 {
        assert!(a.accounts.check_password(&visitor(&a), SignInPlace::Domain, &org.username, &other, true).await.is_err());
    }
    let shut = a.accounts.check_password(&visitor(&a), SignInPlace::Domain, &org.username, &password(), true).await;
    assert!(matches!(shut, Err(LocalRefusal::Refused { wait_minutes: Some(_) })), "signing in is shut: {shut:?}");
    // An owner who is signed in, and shows the password.
    a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    // Nor do they keep an owner with an app from it, or from anything else.
    let session = NewSession::new(org.owner, SignInMethod::Password);
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let (_, own) = a.accounts.start_session(&mut tx, &org.cx, session).await.unwrap();
    tx.commit().await.unwrap();
    let (app, _) = a.accounts.begin_app(&org.owner_cx, own, OwnProof::Password(&password())).await.unwrap();
    let set = a.accounts.finish_app(&org.owner_cx, own, &app, &app.secret.code_at(t.cx().now())).await.unwrap();
    a.accounts.make_own_codes(&org.owner_cx, OwnProof::Code(&set.codes[0])).await.unwrap();
});

on_both_engines!(an_open_account_is_not_forgotten_and_is_closed_also_when_its_row_is_gone, |t| {
    tillit_store::statements! { unlisted "test"; GONE = "DELETE FROM person WHERE organisation_id = $1 AND id = $2"; }
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = seal(&a, &org).await;
    let opened = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await.unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let forgotten = a.accounts.forget(&mut tx, &org.owner_cx, opened.person).await;
    assert!(matches!(forgotten, Err(AccountsError::WaysBack(WaysBackRefusal::GlassOpen))), "{forgotten:?}");
    tx.rollback().await.unwrap();
    // As an erasure that a ledger brings back would do it.
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    tx.execute(GONE, tillit_store::args![org.id, opened.person]).await.unwrap();
    tx.commit().await.unwrap();
    a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    assert_eq!(a.accounts.break_glass(&org.cx).await.unwrap(), Glass::None);
    let void = a.accounts.open_break_glass(&visitor(&a), &code, GlassBrowser::default()).await;
    assert!(matches!(void, Err(LocalRefusal::Refused { .. })), "{void:?}");
    // And it can be sealed again; sealed it may be forgotten, and the code opens another account.
    let again = seal(&a, &org).await;
    let person = a.accounts.open_break_glass(&visitor(&a), &again, GlassBrowser::default()).await.unwrap().person;
    a.accounts.close_break_glass(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    let last = seal(&a, &org).await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.forget(&mut tx, &org.owner_cx, person).await.unwrap();
    tx.commit().await.unwrap();
    assert_ne!(a.accounts.open_break_glass(&visitor(&a), &last, GlassBrowser::default()).await.unwrap().person, person);
});

#[test]
fn what_a_session_of_it_may_do_is_a_visible_list() {
    let may: Vec<_> = Permission::ALL.iter().filter(|permission| SignInMethod::BreakGlass.may(**permission)).collect();
    insta::assert_snapshot!(format!("{may:?}"), @"[ViewOverview, ReadGuides, ViewSettings, ViewPeople, ManageEmployees, EndSessionsOfOthers, InviteOwners, ViewSignIns, ChangeSingleSignOn, TurnOffSingleSignOn, ViewAudit]");
    for method in SignInMethod::ALL.into_iter().filter(|method| *method != SignInMethod::BreakGlass) {
        assert!(Permission::ALL.iter().all(|permission| method.may(*permission)), "{method:?}");
    }
}
