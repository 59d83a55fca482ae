use tillit_store::{Actor, Duration, on_both_engines};

use crate::audit::actions;
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, AuditPage, LocalRefusal, NewPassword, NewSession, OwnProof, Password, RecoveryCode, RecoveryCodes, Role, SignInMethod,
    SignInPlace,
};

async fn kit_of(a: &TestAccounts, org: &TestOrganisation) -> RecoveryCodes {
    a.accounts.make_kit(&org.owner_cx, org.owner, OwnProof::Password(&password())).await.unwrap()
}

fn wrong() -> RecoveryCode {
    "0000-0000-0000-0000".parse().unwrap()
}

on_both_engines!(a_kit_has_ten_codes_and_each_works_once_but_the_last, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kit = kit_of(&a, &org).await;
    let shown: std::collections::HashSet<String> = kit.codes.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 10);
    let state = a.accounts.kit_state(&org.cx, org.owner).await.unwrap().unwrap();
    assert!(state.left == 10 && state.codes == 10 && state.tried_at.is_none() && !state.is_usable());
    t.clock.advance(Duration::minutes(1));
    let state = a.accounts.try_code(&org.owner_cx, org.owner, &kit.codes[0]).await.unwrap();
    assert!(state.left == 9 && state.tried_at == Some(t.cx().now()) && state.is_usable());
    assert!(matches!(a.accounts.try_code(&org.owner_cx, org.owner, &kit.codes[0]).await, Err(LocalRefusal::Refused { .. })));
    let sign_in = |code: &RecoveryCode| {
        let (accounts, cx, username, code) = (a.accounts.clone(), t.cx(), org.username.clone(), code.clone());
        async move { accounts.sign_in_with_code(&cx, SignInPlace::Domain, &username, &code).await }
    };
    for code in &kit.codes[1..9] {
        assert!(matches!(sign_in(code).await, Ok(crate::CodeSignIn::In(who)) if who.person == org.owner));
        assert!(sign_in(code).await.is_err(), "used up");
    }
    // The last one stays, so that recovering never leaves nothing to recover with.
    for _ in 0..3 {
        sign_in(&kit.codes[9]).await.unwrap();
    }
    let state = a.accounts.kit_state(&org.cx, org.owner).await.unwrap().unwrap();
    assert!(state.left == 1 && state.is_usable());
    let new = kit_of(&a, &org).await;
    a.accounts.try_code(&org.owner_cx, org.owner, &new.codes[0]).await.unwrap();
    assert!(sign_in(&kit.codes[9]).await.is_err(), "until a new kit was tried");
});

on_both_engines!(the_last_two_codes_used_at_once_leave_one, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kit = kit_of(&a, &org).await;
    for code in &kit.codes[..8] {
        a.accounts.try_code(&org.owner_cx, org.owner, code).await.unwrap();
    }
    let mut tasks = tokio::task::JoinSet::new();
    for code in &kit.codes[8..] {
        let (accounts, cx, username, code) = (a.accounts.clone(), t.cx(), org.username.clone(), code.clone());
        tasks.spawn(async move { accounts.sign_in_with_code(&cx, SignInPlace::Domain, &username, &code).await.is_ok() });
    }
    assert_eq!(tasks.join_all().await, [true, true]);
    assert_eq!(a.accounts.kit_state(&org.cx, org.owner).await.unwrap().unwrap().left, 1);
});

on_both_engines!(one_code_tried_twice_at_once_lets_one_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let code = kit_of(&a, &org).await.codes.remove(0);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (accounts, cx, username, code) = (a.accounts.clone(), t.cx(), org.username.clone(), code.clone());
        tasks.spawn(async move { accounts.sign_in_with_code(&cx, SignInPlace::Domain, &username, &code).await });
    }
    assert_eq!(tasks.join_all().await.iter().filter(|answer| answer.is_ok()).count(), 1);
});

on_both_engines!(the_old_kit_works_until_a_code_of_the_new_one_is_tried, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let old = kit_of(&a, &org).await;
    a.accounts.try_code(&org.owner_cx, org.owner, &old.codes[0]).await.unwrap();
    let lost = kit_of(&a, &org).await;
    let new = kit_of(&a, &org).await;
    let state = a.accounts.kit_state(&org.cx, org.owner).await.unwrap().unwrap();
    assert!(state.kit == old.kit && state.left == 9 && state.is_usable() && state.replacement_made_at == Some(new.created_at));
    assert!(a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &old.codes[1]).await.is_ok());
    assert!(
        a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &lost.codes[1]).await.is_err(),
        "one kit waits, not two"
    );
    let state = a.accounts.try_code(&org.owner_cx, org.owner, &new.codes[0]).await.unwrap();
    assert!(state.kit == new.kit && state.left == 9 && state.is_usable() && state.replacement_made_at.is_none());
    assert!(a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &old.codes[2]).await.is_err());
    assert!(a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &new.codes[1]).await.is_ok());
});

on_both_engines!(a_session_alone_makes_no_kit_and_changes_no_password, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let cx = &org.owner_cx;
    let new = NewPassword::parse("nine bars and a walrus", &org.username).unwrap();
    let wrong_password = Password::typed("not the password").unwrap();
    let needed =
        |answer: Result<(), LocalRefusal>| assert!(matches!(answer, Err(LocalRefusal::Failed(AccountsError::ProofNeeded))), "{answer:?}");
    let refused = |answer: Result<(), LocalRefusal>| assert!(matches!(answer, Err(LocalRefusal::Refused { .. })), "{answer:?}");
    needed(a.accounts.make_kit(cx, org.owner, OwnProof::None).await.map(drop));
    needed(a.accounts.set_password(cx, org.owner, OwnProof::None, &new, None).await.map(drop));
    needed(a.accounts.remove_password(cx, org.owner, OwnProof::None).await.map(drop));
    refused(a.accounts.make_kit(cx, org.owner, OwnProof::Password(&wrong_password)).await.map(drop));
    refused(a.accounts.set_password(cx, org.owner, OwnProof::Code(&wrong()), &new, None).await.map(drop));
    assert_eq!(a.accounts.kit_state(cx, org.owner).await.unwrap(), None);

    // Without a password, a kit that was tried is what proves it; one that was not, is not.
    let first = a.accounts.make_kit(cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    let kit = a.accounts.make_kit(cx, org.owner, OwnProof::Password(&password())).await.unwrap();
    assert!(a.accounts.remove_password(cx, org.owner, OwnProof::Password(&password())).await.unwrap());
    needed(a.accounts.make_kit(cx, org.owner, OwnProof::None).await.map(drop));
    refused(a.accounts.make_kit(cx, org.owner, OwnProof::Code(&first.codes[0])).await.map(drop));
    a.accounts.try_code(cx, org.owner, &kit.codes[0]).await.unwrap();
    needed(a.accounts.make_kit(cx, org.owner, OwnProof::None).await.map(drop));
    a.accounts.make_kit(cx, org.owner, OwnProof::Code(&kit.codes[1])).await.unwrap();
    a.accounts.set_password(cx, org.owner, OwnProof::Code(&kit.codes[2]), &new, None).await.unwrap();
});

on_both_engines!(a_session_of_the_operators_link_proves_its_person_for_a_quarter_of_an_hour, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let mut start = async |person, method| a.accounts.start_session(&mut tx, &org.cx, NewSession::new(person, method)).await.unwrap().1;
    let link = start(org.owner, SignInMethod::OperatorLink).await;
    let sso = start(org.owner, SignInMethod::Sso).await;
    let other = start(kari, SignInMethod::OperatorLink).await;
    tx.commit().await.unwrap();
    for (session, proves) in [(link, true), (sso, false), (other, false)] {
        let answer = a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::LinkSession(session)).await;
        assert_eq!(answer.is_ok(), proves, "{answer:?}");
    }
    t.clock.advance(Duration::minutes(15));
    assert!(a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::LinkSession(link)).await.is_err());
});

on_both_engines!(only_the_owner_makes_and_tries_the_own_kit, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    let employee = a.person(&org.cx, "ola@nordvik.example", Role::Employee).await;
    let of = |person| org.cx.with_actor(Actor::Person(person));
    let kit = a.accounts.make_kit(&of(kari), kari, OwnProof::Password(&password())).await.unwrap();
    assert!(matches!(
        a.accounts.make_kit(&of(org.owner), kari, OwnProof::Password(&password())).await,
        Err(LocalRefusal::Failed(AccountsError::Denied))
    ));
    assert!(
        matches!(
            a.accounts.make_kit(&org.cx, kari, OwnProof::Password(&password())).await,
            Err(LocalRefusal::Failed(AccountsError::Denied))
        ),
        "a visitor"
    );
    assert!(matches!(
        a.accounts.make_kit(&of(employee), employee, OwnProof::Password(&password())).await,
        Err(LocalRefusal::Failed(AccountsError::NotAnOwner))
    ));
    let tried = a.accounts.try_code(&of(org.owner), kari, &kit.codes[0]).await;
    assert!(matches!(tried, Err(LocalRefusal::Failed(AccountsError::Denied))));
    assert_eq!(a.accounts.kit_state(&org.cx, kari).await.unwrap().unwrap().left, 10, "nothing was used up or voided");
    a.accounts.make_kit(&org.cx.with_actor(Actor::Operator), kari, OwnProof::None).await.unwrap();
});

on_both_engines!(recovery_ends_nothing_and_is_recorded, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let (token, _) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(org.owner, SignInMethod::Sso)).await.unwrap();
    tx.commit().await.unwrap();
    let kit = kit_of(&a, &org).await;
    a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Slug(&org.slug), &org.username, &kit.codes[0]).await.unwrap();
    assert!(a.accounts.session(&t.cx(), &token).await.unwrap().is_some());
    assert!(a.accounts.check_password(&t.cx(), SignInPlace::Domain, &org.username, &password(), true).await.is_ok());
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 10 }).await.unwrap();
    let entry = log.iter().find(|entry| entry.action == actions::RECOVERY_ACCEPTED).unwrap();
    assert_eq!(entry.target.as_ref().and_then(crate::Target::person), Some(org.owner));
});

on_both_engines!(wrong_codes_are_limited_by_themselves_and_alike_for_unknown_names, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kit = kit_of(&a, &org).await;
    let mut answers = vec![];
    for username in [org.username.clone(), "unknown@nordvik.example".parse().unwrap(), "x@nowhere.example".parse().unwrap()] {
        let mut waits = vec![];
        for _ in 0..12 {
            match a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &username, &wrong()).await {
                Err(LocalRefusal::Refused { wait_minutes }) => waits.push(wait_minutes),
                other => panic!("{other:?}"),
            }
        }
        assert!(waits[..10].iter().all(Option::is_none) && waits[10..].iter().all(Option::is_some), "{waits:?}");
        answers.push(waits);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert!(a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &kit.codes[0]).await.is_err());
    assert_eq!(a.accounts.kit_state(&org.cx, org.owner).await.unwrap().unwrap().left, 10, "a code over the limit is not used up");
    assert!(
        a.accounts.check_password(&t.cx(), SignInPlace::Domain, &org.username, &password(), true).await.is_ok(),
        "passwords have their own limit"
    );
    t.clock.advance(Duration::minutes(31));
    assert!(a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &kit.codes[0]).await.is_ok());
});

on_both_engines!(a_stranger_who_guesses_codes_does_not_shut_the_owners_last_way_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kit = kit_of(&a, &org).await;
    let random = std::sync::Arc::new(tillit_store::SystemRandom::default());
    let from = |address: [u8; 4]| {
        let client = tillit_store::ClientAddress(address.into());
        tillit_store::Cx::new(tillit_store::Scope::Installation, Actor::Visitor, Some(client), t.clock.clone(), random.clone())
    };
    let stranger = from([198, 51, 100, 7]);
    for _ in 0..30 {
        assert!(a.accounts.sign_in_with_code(&stranger, SignInPlace::Domain, &org.username, &wrong()).await.is_err());
    }
    let own = from([192, 0, 2, 1]);
    assert!(a.accounts.sign_in_with_code(&own, SignInPlace::Domain, &org.username, &kit.codes[0]).await.is_ok());
    assert!(a.accounts.sign_in_with_code(&stranger, SignInPlace::Domain, &org.username, &kit.codes[1]).await.is_err(), "limited");
});

tillit_store::statements! { unlisted "test";
    DAMAGE = "UPDATE person SET username = $2 WHERE id = $1";
}

/// Recipients, subjects and texts of the mails that wait, through the real worker and a folder.
async fn sent(t: &tillit_store::testing::TestDb, a: &TestAccounts) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let worker = tillit_jobs::Worker::new(t.db.clone(), a.vault.clone(), tillit_jobs::WorkerOptions::default());
    tillit_mail::Mailer::folder(folder.path()).register(worker).run_due(&t.cx()).await.unwrap();
    let mails = tillit_mail::folder_list(folder.path()).await.unwrap();
    let mut texts: Vec<String> =
        mails.into_iter().map(|mail| format!("{} {} {}", mail.to, mail.subject, mail.text.replace('\n', " "))).collect();
    texts.sort_unstable();
    texts
}

on_both_engines!(all_owners_hear_that_a_code_was_used_and_nobody_else, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    a.person(&org.cx, "admin.person@nordvik.example", Role::SecurityAdministrator).await;
    let kit = kit_of(&a, &org).await;
    a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &wrong()).await.unwrap_err();
    a.accounts.try_code(&org.owner_cx, org.owner, &kit.codes[0]).await.unwrap();
    let mails = sent(&t, &a).await;
    assert_eq!(mails.len(), 4, "that it was made, and that it counts, to both owners");
    a.accounts.try_code(&org.owner_cx, org.owner, &kit.codes[2]).await.unwrap();
    assert!(sent(&t, &a).await.is_empty(), "another try says nothing new");
    a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &kit.codes[1]).await.unwrap();
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!(log[0].detail, Some(serde_json::json!({ "owners": 2, "announced": 2 })));
    let mails = sent(&t, &a).await;
    assert_eq!(mails.len(), 2);
    assert!(
        mails.iter().any(|mail| mail.contains("kari@nordvik.example")) && mails.iter().any(|mail| mail.contains("owner@nordvik.example"))
    );
    assert!(mails.iter().all(|mail| mail.contains("Codes left in the kit: 7.")), "{mails:?}");
});

on_both_engines!(a_mail_that_cannot_be_written_keeps_nobody_from_recovering, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Owner).await;
    let no_address = crate::Profile { email: crate::ProfileText::new("no address"), ..crate::Profile::default() };
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    a.accounts.update_profile(&mut tx, &org.cx, kari, &no_address, crate::PhotoChange::Keep).await.unwrap();
    // An owner whose data does not open: it was changed by hand.
    let damaged = a
        .accounts
        .add_person(
            &mut tx,
            &org.cx,
            &crate::NewPerson {
                username: "damaged@nordvik.example".parse().unwrap(),
                role: Role::Owner,
                profile: crate::Profile::default(),
            },
        )
        .await
        .unwrap();
    tx.execute(DAMAGE, tillit_store::args![damaged, vec![1_u8; 60]]).await.unwrap();
    tx.commit().await.unwrap();
    let kit = kit_of(&a, &org).await;
    a.accounts.sign_in_with_code(&t.cx(), SignInPlace::Domain, &org.username, &kit.codes[0]).await.unwrap();
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 1 }).await.unwrap();
    assert_eq!(log[0].detail, Some(serde_json::json!({ "owners": 3, "announced": 2 })));
    assert!(sent(&t, &a).await.iter().any(|mail| mail.contains("kari@nordvik.example")), "the username is the second try");
});

on_both_engines!(owners_hear_of_a_link_to_recover, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let cx = org.cx.with_actor(Actor::Operator);
    let mut tx = a.db.begin(&cx).await.unwrap();
    a.accounts.make_link(&mut tx, &cx, org.owner, crate::LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    let token = a.accounts.make_link(&mut tx, &cx, org.owner, crate::LinkPurpose::Recover, Duration::hours(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mails = sent(&t, &a).await;
    assert!(mails.len() == 1 && mails[0].contains("recovery link") && !mails[0].contains(token.as_str()), "{mails:?}");
});
