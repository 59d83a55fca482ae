//! Every call with an id, made in another organisation, finds nothing: not forbidden, not there.

use std::collections::BTreeSet;
use std::path::Path;

use tillit_store::{Actor, Duration, Id, on_both_engines};

use crate::testing::functions::{called, every_function_has_a_case, public_functions};
use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, Answer, AuditFilter, AuditPage, DeletionId, Entry, InvitationState, Language, LinkPurpose, LocalRefusal, NewInvitation,
    NewPassword, NewPerson, NewServiceIdentity, NewSession, OperatorTerms, OrganisationChange, OwnProof, PeoplePage, Permission,
    PhotoChange, Profile, ProfileText, Role, ServiceScope, ServiceScopes, SignInMethod, SignInPlace, VerifiedDomain,
};

/// Where invitations lead.
const PAGE: &str = "https://portal.example/invitation/";

/// A call that finds nothing.
macro_rules! not_found {
    ($seen:ident; $($call:expr),* $(,)?) => {$(
        $seen.insert(called(stringify!($call)));
        match $call.await {
            Err(AccountsError::NotFound) => {}
            other => panic!("{}: {:?}", stringify!($call), other.map(|_| "something")),
        }
    )*};
}

/// [`not_found!`] for calls that refuse in more words.
macro_rules! not_found_within {
    ($seen:ident; $($call:expr),* $(,)?) => {$(
        $seen.insert(called(stringify!($call)));
        match $call.await {
            Err(LocalRefusal::Failed(AccountsError::NotFound)) => {}
            other => panic!("{}: {:?}", stringify!($call), other.map(|_| "something")),
        }
    )*};
}

/// A call that is refused, whatever the words.
macro_rules! refused {
    ($seen:ident; $($call:expr),* $(,)?) => {$(
        $seen.insert(called(stringify!($call)));
        assert!($call.await.is_err(), "{}: an answer", stringify!($call));
    )*};
}

/// A call that lists, counts or changes what is of the caller's organisation: nothing of ours stands in its answer.
macro_rules! nothing_of_ours {
    ($seen:ident, $ours:ident; $($call:expr),* $(,)?) => {$(
        $seen.insert(called(stringify!($call)));
        let answer = format!("{:?}", $call.await);
        for word in &$ours {
            assert!(!answer.contains(word.as_str()), "{} tells {word}: {answer}", stringify!($call));
        }
    )*};
}

/// Functions that belong to no organisation, and why no call of theirs can cross from one to another.
const OF_NOBODY: &[(&str, &str)] = &[
    ("organisations", "the operator's list of all"),
    ("create_organisation", "makes one"),
    ("begin_installation_log", "takes no id, and names the installation's own log"),
    ("prune", "deletes what is over, everywhere"),
    ("hold_log", "takes no id, holds the caller's own log and answers nothing"),
    ("hold_person", "holds a row of the caller's organisation and answers nothing"),
    ("hold_people", "the same"),
    ("hold_person_alone", "the same"),
    ("keep_audit", "the same for the logs"),
    ("warn_of_service_tokens", "tells each organisation's own owners"),
    ("wake_webhooks", "wakes the jobs of each organisation"),
    ("deliver_job", "its payload names the organisation, in a sealed job"),
    ("deliver", "the same"),
    ("set_webhook", "takes an address and no id; the row is the caller's organisation's"),
    ("second_step", "who has shown a right password names the organisation"),
    ("check_second_step", "the same, and the ticket is bound to it"),
    ("kit_ticket", "signs what only a right code brings"),
    ("sign_in_together", "its ticket names the organisation, and is bound to it and to the browser (tests/kit_rule.rs)"),
    ("remind_of_erasures", "reminds each organisation's own people"),
    ("after_forgetting", "brings the ledger up to date, everywhere"),
    ("remove_organisation", "takes no id; removes the caller's own organisation, for the operator only (tests/organisations.rs)"),
    ("replay_removals", "removes again what the ledger calls removed, everywhere"),
    ("replay_choices", "chooses less again where an organisation did, everywhere"),
    ("after_restore", "writes to each organisation's own log"),
    ("forget_keyless", "finishes erasures that were begun, everywhere"),
    ("checkpoint_keys", "public keys of the installation"),
    ("prepare_password", "hashes what is given"),
    ("knock", "counts addresses in memory"),
    ("is_crowded", "counts addresses in memory"),
    ("give_back", "counts addresses in memory"),
    ("may_record", "counts addresses in memory"),
    ("end_sessions_of_idp", "the provider names its own session, whoever has it here"),
    ("authenticate_service", "the token names its organisation"),
    ("arrived", "counts browsers in memory"),
    ("browser_waits", "counts browsers in memory"),
    ("count_for_browser", "counts browsers in memory"),
    ("knock_to_begin", "counts browsers in memory"),
    ("sign_in_challenge", "signs a challenge, which opens nothing"),
    ("proof_challenge", "signs a challenge for a session, which opens nothing"),
    ("check_passkey", "the passkey names its organisation, and its challenge is bound to the browser"),
    ("organisation_of_passkey", "the same, before it is checked"),
    ("finish_passkey", "its challenge is bound to the session that began (tests/passkeys.rs)"),
    ("agree_to_restore", "the link's token names its organisation"),
    ("find_restore", "the link's token names its organisation"),
    ("come_in_by_restore", "the link's token names its organisation"),
    ("stop_restore_by_link", "the link's token names its organisation"),
    ("open_break_glass", "the code names its organisation"),
    ("work_on_restores", "looks after restores, everywhere"),
    ("begin_restore", "takes no id; the operator names the caller's organisation (tests/restore.rs)"),
    ("stop_restore", "takes no id but the owner's own (tests/restore.rs)"),
    ("withdraw_restore", "takes no id; the row is the caller's organisation's (tests/restore.rs)"),
    ("look_for_domain", "asks DNS about a record of the caller's organisation (tests/restore.rs)"),
    ("look_for_record", "the same"),
];

on_both_engines!(ids_of_another_organisation_are_not_found, |t| {
    let a = TestAccounts::new(&t).await;
    let (ours, theirs) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let accounts = &a.accounts;
    let mut seen = BTreeSet::new();
    let kit = accounts.make_kit(&ours.owner_cx, ours.owner, OwnProof::Password(&password())).await.unwrap();
    crate::tests::mails(&t, &a).await;
    let guest = a.person(&ours.cx, "guest@elsewhere.example", Role::Auditor).await;
    let mut tx = a.db.begin(&ours.owner_cx).await.unwrap();
    let (token, session) = accounts.start_session(&mut tx, &ours.cx, NewSession::new(ours.owner, SignInMethod::Sso)).await.unwrap();
    let link = accounts.make_link(&mut tx, &ours.cx, ours.owner, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
    let new = NewInvitation { address: "invited@nordvik.example".parse().unwrap(), person: None, role: Role::Employee, page: PAGE };
    let invitation = accounts.invite(&mut tx, &ours.owner_cx, &new).await.unwrap();
    let service = service(&ours);
    let (service, service_token) = accounts.add_service_identity(&mut tx, &ours.owner_cx, &service, Duration::days(9)).await.unwrap();
    let service_token_id = accounts.service_identity_in(&mut tx, &ours.cx, service).await.unwrap().tokens[0].id;
    let domain = VerifiedDomain::by_operator(&a.cx.in_organisation(ours.id), "nordvik.example".parse().unwrap()).unwrap();
    tx.commit().await.unwrap();
    let invitation_link = crate::tests::invitations::link(&t, &a, "invited@nordvik.example").await;
    let used = {
        let mut tx = a.db.begin(&ours.owner_cx).await.unwrap();
        let more = accounts.make_link(&mut tx, &ours.owner_cx, guest, LinkPurpose::SetUp, Duration::hours(1)).await.unwrap();
        tx.commit().await.unwrap();
        accounts.use_link(&t.cx(), &more, LinkPurpose::SetUp).await.unwrap()
    };
    let guest_cx = ours.cx.with_actor(Actor::Person(guest));
    let mut tx = a.db.begin(&guest_cx).await.unwrap();
    assert!(accounts.ask_for_erasure(&mut tx, &guest_cx, None).await.unwrap());
    tx.commit().await.unwrap();
    let request = accounts.last_erasure_request(&guest_cx, guest).await.unwrap().unwrap().id;
    let why = ProfileText::new("A reason").unwrap();
    let operator = || OperatorTerms { name: "Operator".to_owned(), sub_processors: vec![] };
    let before = accounts.person(&ours.cx, ours.owner).await.unwrap();
    let words = vec![
        ours.id.to_string(),
        ours.owner.to_string(),
        guest.to_string(),
        session.to_string(),
        invitation.to_string(),
        service.to_string(),
        "nordvik".to_owned(),
        "elsewhere".to_owned(),
    ];
    let our_session = accounts.session(&t.cx(), &token).await.unwrap().unwrap();
    let page = PeoplePage { after: None, limit: 100 };
    let rows = AuditPage { before: None, limit: 100 };

    // Their owner, their operator, and our own owner lost in their scope.
    for actor in [Actor::Person(theirs.owner), Actor::Operator, Actor::Person(ours.owner)] {
        let cx = theirs.cx.with_actor(actor);
        let new_password = NewPassword::parse("nine bars and a walrus", &ours.username).unwrap();
        not_found!(seen;
            accounts.person(&cx, ours.owner),
            accounts.photo(&cx, ours.owner),
            accounts.sessions(&cx, ours.owner),
            accounts.end_session(&cx, session),
            accounts.kit_state(&cx, ours.owner),
            accounts.password_set_at(&cx, ours.owner),
            accounts.no_password_link(&cx, ours.owner),
            accounts.find_link(&cx, &link, LinkPurpose::SetUp),
            accounts.use_link(&cx, &link, LinkPurpose::SetUp),
            accounts.find_invitation(&cx, &invitation_link),
            accounts.service_identity(&cx, service),
            accounts.second_factor(&cx, ours.owner),
            accounts.own_proofs(&cx, ours.owner),
            accounts.erasure_request(&cx, request),
            accounts.last_erasure_request(&cx, guest),
            accounts.held_about(&cx, guest),
            accounts.everything_about(&cx, guest),
            accounts.data_about(&cx, guest),
            accounts.data_of_table(&cx, guest, 0),
            accounts.rows_of_table(&cx, guest, 0, 10),
            accounts.own_photo(&cx, ours.owner, session),
            accounts.erasure_receipt(&cx, Id::from_uuid(request.uuid())),
            accounts.deletion(&cx, DeletionId::from_uuid(request.uuid())),
        );
        not_found_within!(seen;
            accounts.make_kit(&cx, ours.owner, OwnProof::None),
            accounts.prove_self(&cx, ours.owner, OwnProof::None),
            accounts.prove_way(&cx, ours.owner, OwnProof::None),
            accounts.set_password(&cx, ours.owner, OwnProof::None, &new_password, None),
            accounts.remove_password(&cx, ours.owner, OwnProof::None),
            accounts.try_code(&cx, ours.owner, &kit.codes[0]),
        );
        refused!(seen;
            accounts.begin_passkey(&cx, session, OwnProof::None),
            accounts.remove_passkey(&cx, Id::from_uuid(request.uuid()), OwnProof::None),
            accounts.seal_break_glass(&cx, ours.owner, OwnProof::None),
            accounts.close_break_glass(&cx, ours.owner, OwnProof::None),
            accounts.set_contact(&cx, ours.owner, OwnProof::None, &ours.username),
            accounts.keep_contact(&cx, ours.owner, OwnProof::None),
            accounts.choose_kit_rule(&cx, ours.owner, OwnProof::None, 2),
        );
        let place = SignInPlace::Slug(&theirs.slug);
        nothing_of_ours!(seen, words;
            accounts.check_password(&cx, place, &ours.username, &password(), true),
            accounts.sign_in_with_code(&cx, place, &ours.username, &kit.codes[0]),
            accounts.session(&cx, &token),
            accounts.organisation_of_domain(&cx, ours.username.domain()),
            accounts.organisation_of_slug(&cx, &ours.slug),
            accounts.organisation(&cx),
            accounts.domains(&cx),
            accounts.people(&cx, page),
            accounts.people_where(&cx, page, crate::PeopleFilter::default()),
            accounts.search_names(&cx, &crate::NameQuery::parse("nordvik").unwrap(), crate::PeopleFilter::default(), None, Duration::seconds(1), 10),
            accounts.people_on_domain(&cx, ours.username.domain(), Duration::seconds(1), 10),
            accounts.passkeys(&cx, ours.owner),
            accounts.proved_recently(&cx, session),
            accounts.count_second_factors(&cx),
            accounts.second_factor_policy(&cx),
            accounts.without_way(&cx),
            accounts.send_password_links(&cx, PAGE),
            accounts.contact(&cx),
            accounts.kit_rule(&cx),
            accounts.break_glass(&cx),
            accounts.restore(&cx),
            accounts.domain_record(&cx, &"new.sorvik.example".parse().unwrap()),
            accounts.invitations(&cx),
            accounts.service_identities(&cx),
            accounts.audit_choices(&cx),
            accounts.audit_webhook(&cx),
            accounts.erasure_requests(&cx),
            accounts.erasure_receipts(&cx),
            accounts.deletions(&cx),
            accounts.held(&cx),
            accounts.field_choices(&cx),
            accounts.terms(&cx, operator()),
            accounts.own_fields(&cx, &Profile::default(), &[]),
            accounts.audit_older(&cx, crate::audit::Choices::default().keep),
            accounts.checkpoints(&cx),
            accounts.accept_audit_end(&cx, (1, [0; 32])),
            accounts.newest_checkpoint(&cx),
            accounts.note_export(&cx, crate::audit::actions::PEOPLE_EXPORTED),
        );
        // A caller who cannot be would stand in the log as who asked.
        if actor != Actor::Person(ours.owner) {
            nothing_of_ours!(seen, words;
                accounts.audit_log(&cx, rows),
                accounts.audit_search(&cx, &AuditFilter { about: Some(guest), ..AuditFilter::default() }, rows),
                accounts.views_of(&cx, guest, rows),
                accounts.audit_head(&cx),
                accounts.audit_links(&cx, 0),
                accounts.audit_count(&cx),
                accounts.audit_verify(&cx, vec![]),
            );
        }
        let prepared = accounts.prepare_password(&cx, &new_password).await.unwrap();
        let other = accounts.prepare_password(&cx, &new_password).await.unwrap();
        let our_invitation = accounts.invitations(&ours.cx).await.unwrap().remove(0);
        let mut tx = a.db.begin(&cx).await.unwrap();
        not_found!(seen;
            accounts.person_in(&mut tx, &cx, ours.owner),
            accounts.standing(&mut tx, &cx, ours.owner),
            accounts.kit_state_in(&mut tx, &cx, ours.owner),
            accounts.update_profile(&mut tx, &cx, ours.owner, &Profile::named("Taken over"), PhotoChange::Remove),
            accounts.update_fields(&mut tx, &cx, ours.owner, &[crate::ProfileField::Name], &Profile::named("Taken over"), PhotoChange::Remove),
            accounts.rename(&mut tx, &cx, ours.owner, &theirs.username),
            accounts.set_role(&mut tx, &cx, ours.owner, Role::Employee),
            accounts.change_role(&mut tx, &cx, ours.owner, Role::Owner, Role::Employee, None),
            accounts.still_has_role(&mut tx, &cx, ours.owner, Role::Owner, &[]),
            accounts.disable(&mut tx, &cx, ours.owner),
            accounts.enable(&mut tx, &cx, ours.owner),
            accounts.start_session(&mut tx, &cx, NewSession::new(ours.owner, SignInMethod::Sso)),
            accounts.rotate(&mut tx, &cx, session),
            accounts.mark_rechecked(&mut tx, &cx, session, Duration::hours(1)),
            accounts.end_session_in(&mut tx, &cx, session),
            accounts.end_all_sessions(&mut tx, &cx, ours.owner, None),
            accounts.make_link(&mut tx, &cx, ours.owner, LinkPurpose::Recover, Duration::minutes(1)),
            accounts.remove_domain(&mut tx, &cx, ours.username.domain()),
            accounts.invitation_in(&mut tx, &cx, invitation),
            accounts.send_invitation_again(&mut tx, &cx, invitation, PAGE),
            accounts.revoke_invitation(&mut tx, &cx, invitation),
            accounts.join(&mut tx, &cx, &used, None),
            accounts.join_with_password(&mut tx, &cx, &used, prepared),
            accounts.enter_by_link(&mut tx, &cx, &used, other, false, NewSession::new(guest, SignInMethod::SetUpLink)),
            accounts.send_password_link(&mut tx, &cx, ours.owner, PAGE),
            accounts.may_choose_password(&cx, &our_invitation),
            accounts.answer_erasure(&mut tx, &cx, request, Answer::Refuse, &why),
            accounts.forget(&mut tx, &cx, guest),
            accounts.carried(&mut tx, &cx, session),
            accounts.reset_second_factor(&mut tx, &cx, ours.owner),
            accounts.clear_second_factors(&mut tx, &cx, ours.owner),
            accounts.own_proofs_in(&mut tx, &cx, ours.owner),
            accounts.note_provider_proof(&mut tx, &cx, ours.owner, session),
            accounts.service_identity_in(&mut tx, &cx, service),
            accounts.add_service_token(&mut tx, &cx, service, Duration::days(9)),
            accounts.revoke_service_token(&mut tx, &cx, service, service_token_id),
            accounts.revoke_service_identity(&mut tx, &cx, service),
        );
        nothing_of_ours!(seen, words;
            accounts.person_by_username(&mut tx, &cx, &ours.username),
            accounts.people_by_mail(&mut tx, &cx, &ours.username),
            accounts.alarms_in(&mut tx, &cx),
            accounts.second_factor_due(&mut tx, &cx, &our_session),
            accounts.set_second_factor_policy(&mut tx, &cx, crate::SecondFactorFor::Nobody),
            accounts.is_break_glass(&mut tx, &cx, ours.owner),
            accounts.holds_domain(&mut tx, &cx, ours.username.domain()),
            accounts.add_domain(&mut tx, &cx, &domain),
            accounts.organisation_in(&mut tx, &cx),
            accounts.owners_in(&mut tx, &cx),
            accounts.owners_who_read(&mut tx, &cx),
            accounts.administrators_in(&mut tx, &cx),
            accounts.count_people(&mut tx, &cx),
            accounts.is_invited(&mut tx, &cx, guest),
            accounts.join_as_is(&mut tx, &cx, guest),
        );
        drop(tx);
        // What writes into the caller's own organisation: each in a transaction that is thrown away.
        let mut tx = a.db.begin(&cx).await.unwrap();
        let choices = accounts.field_choices(&cx).await.unwrap();
        let change = OrganisationChange { name: ProfileText::new("Theirs").unwrap(), language: Language::English };
        nothing_of_ours!(seen, words;
            accounts.change_organisation(&mut tx, &cx, &change),
            accounts.make_checkpoint(&mut tx, &cx),
            accounts.open_erasure_requests(&mut tx, &cx),
            accounts.field_choices_in(&mut tx, &cx),
            accounts.choose_fields(&mut tx, &cx, &choices),
            accounts.correct_own_profile(&mut tx, &cx, &[], &Profile::default()),
            accounts.ask_for_erasure(&mut tx, &cx, None),
            accounts.withdraw_erasure(&mut tx, &cx),
            accounts.renew_webhook_secret(&mut tx, &cx),
            accounts.start_webhook(&mut tx, &cx),
            accounts.try_webhook(&mut tx, &cx),
            accounts.remove_webhook(&mut tx, &cx),
            accounts.choose_audit(&mut tx, &cx, crate::audit::Choices::default()),
            accounts.record(&mut tx, &cx, Entry::new("test")),
            accounts.add_person(&mut tx, &cx, &NewPerson { username: "n@sorvik.example".parse().unwrap(), role: Role::Employee, profile: Profile::default() }),
            accounts.add_service_identity(&mut tx, &cx, &self::service(&theirs), Duration::days(9)),
        );
        drop(tx);
        let mut tx = a.db.begin(&cx).await.unwrap();
        let lure = NewInvitation { address: "x@sorvik.example".parse().unwrap(), person: Some(guest), role: Role::Employee, page: PAGE };
        seen.insert("invite");
        assert!(matches!(accounts.invite(&mut tx, &cx, &lure).await, Err(AccountsError::NotFound | AccountsError::Denied)));
        drop(tx);
    }
    let lost = theirs.cx.with_actor(Actor::Person(ours.owner));
    // Whoever looks at a page that is not found has not looked at anybody: nothing of it stands in their log, nor in ours (below).
    not_found!(seen; accounts.note_view(&theirs.owner_cx, guest));
    let (app, _) = accounts.begin_app(&ours.owner_cx, session, OwnProof::Password(&password())).await.unwrap();
    not_found_within!(seen;
        accounts.begin_app(&lost, session, OwnProof::None),
        accounts.make_own_codes(&lost, OwnProof::None),
        accounts.remove_app(&lost, OwnProof::None),
    );
    seen.insert("finish_app");
    for cx in [&lost, &theirs.owner_cx] {
        let code = app.secret.code_at(cx.now());
        assert!(accounts.finish_app(cx, session, &app, &code).await.is_err(), "another's app is not finished");
    }
    seen.insert("require");
    assert!(matches!(accounts.require(&lost, Permission::ViewOverview).await, Err(AccountsError::Denied)));

    let found = public_functions(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &["Accounts"]);
    assert!(found.len() > 70, "only {} functions were found", found.len());
    every_function_has_a_case(&found, &seen, OF_NOBODY);

    // And nothing of ours has changed.
    assert_eq!(accounts.person(&ours.cx, ours.owner).await.unwrap(), before);
    assert!(accounts.session(&t.cx(), &token).await.unwrap().is_some());
    assert!(accounts.kit_state(&ours.cx, ours.owner).await.unwrap().unwrap().left == 10);
    assert!(accounts.use_link(&t.cx(), &link, LinkPurpose::SetUp).await.is_ok());
    assert_eq!(accounts.authenticate_service(&t.cx(), service_token.as_str()).await.unwrap().organisation, ours.id);
    assert!(
        accounts.invitations(&ours.cx).await.unwrap().iter().any(|known| known.id == invitation && known.state == InvitationState::Sent)
    );
    assert!(accounts.views_of(&ours.cx, guest, rows).await.unwrap().is_empty());
    assert_eq!(accounts.organisation_of_domain(&t.cx(), ours.username.domain()).await.unwrap(), Some(ours.id));
});

pub(super) fn service(org: &TestOrganisation) -> NewServiceIdentity {
    NewServiceIdentity {
        name: ProfileText::new(org.slug.as_str()).unwrap(),
        purpose: ProfileText::new("A test").unwrap(),
        scopes: ServiceScopes::new([ServiceScope::Scim]).unwrap(),
    }
}

on_both_engines!(calls_that_need_an_organisation_say_so, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let cx = t.cx().with_actor(Actor::Operator);
    assert!(matches!(a.accounts.person(&cx, org.owner).await, Err(AccountsError::NoOrganisation)));
    assert!(matches!(a.accounts.domains(&cx).await, Err(AccountsError::NoOrganisation)));
    assert!(matches!(a.accounts.people(&cx, PeoplePage { after: None, limit: 1 }).await, Err(AccountsError::NoOrganisation)));
    assert!(matches!(a.accounts.kit_state(&cx, org.owner).await, Err(AccountsError::NoOrganisation)));
});
