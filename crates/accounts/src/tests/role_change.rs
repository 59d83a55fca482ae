//! Who gives whom which role, and what follows from it.

use tillit_store::{Actor, on_both_engines};

use crate::testing::TestAccounts;
use crate::{AccountsError, AuditPage, InvitationRefusal, LinkPurpose, NewInvitation, NewSession, Permission, Role, SignInMethod};

on_both_engines!(a_role_that_is_given_holds_at_once_and_ends_what_was_begun_before, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let (token, _) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(kari, SignInMethod::Password)).await.unwrap();
    a.accounts.change_role(&mut tx, &org.owner_cx, kari, Role::Employee, Role::Analyst, None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.session(&t.cx(), &token).await.unwrap(), None, "nobody rises in a session that was begun before");
    let cx = org.cx.with_actor(Actor::Person(kari));
    a.accounts.require(&cx, Permission::ReadReportedMail).await.unwrap();
    assert!(matches!(a.accounts.require(&cx, Permission::ViewGroupResults).await, Err(AccountsError::Denied)));
    let log = a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 10 }).await.unwrap();
    let entry = log.iter().find(|entry| entry.action == crate::audit::actions::ROLE_CHANGED).unwrap();
    assert_eq!(entry.detail, Some(serde_json::json!({ "from": "employee", "to": "analyst" })));
    let mail = crate::tests::mails(&t, &a).await;
    assert_eq!(mail.len(), 1, "an owner is neither made nor unmade: only Kari is told");
    let text = mail[0].text.replace('\n', " ");
    assert!(mail[0].to == "kari@nordvik.example" && text.contains("an analyst") && text.contains("an employee"), "{text}");
});

on_both_engines!(whoever_is_demoted_does_not_come_back_by_an_invitation_that_was_sent_before, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Auditor).await;
    let page = "https://portal.example/invitation/";
    let new = NewInvitation { address: "kari@nordvik.example".parse().unwrap(), person: Some(kari), role: Role::Owner, page };
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let invitation = a.accounts.invite(&mut tx, &org.owner_cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let link = crate::tests::invitations::link(&t, &a, "kari@nordvik.example").await;
    assert!(a.accounts.find_link(&t.cx(), &link, LinkPurpose::Invitation).await.is_ok());
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.change_role(&mut tx, &org.owner_cx, kari, Role::Auditor, Role::Employee, None).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(a.accounts.use_link(&t.cx(), &link, LinkPurpose::Invitation).await, Err(AccountsError::NotFound)));
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let again = a.accounts.send_invitation_again(&mut tx, &org.owner_cx, invitation, page).await;
    assert!(matches!(again, Err(AccountsError::Invitation(InvitationRefusal::Over))), "nor by the list");
});

on_both_engines!(every_owner_and_the_person_hear_that_an_owner_was_made_or_unmade, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Auditor).await;
    for (from, to, told) in [(Role::Auditor, Role::Owner, 2), (Role::Owner, Role::Auditor, 2)] {
        let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
        a.accounts.change_role(&mut tx, &org.owner_cx, kari, from, to, None).await.unwrap();
        tx.commit().await.unwrap();
        let mails = crate::tests::mails(&t, &a).await;
        assert_eq!(mails.len(), told, "{from:?} to {to:?}");
        assert!(mails.iter().all(|mail| mail.text.contains("kari")), "who it is about stands in it");
    }
});

on_both_engines!(only_an_owner_gives_roles_and_only_what_was_confirmed, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let someone = a.person(&org.cx, &format!("{}.one@nordvik.example", role.code()), role).await;
        let cx = org.cx.with_actor(Actor::Person(someone));
        let mut tx = a.db.begin(&cx).await.unwrap();
        for to in Role::ALL.into_iter().filter(|to| *to != Role::Employee) {
            let given = a.accounts.change_role(&mut tx, &cx, kari, Role::Employee, to, None).await;
            assert!(matches!(given, Err(AccountsError::Denied)), "{role:?} makes {to:?}");
            let own = a.accounts.change_role(&mut tx, &cx, someone, role, to, None).await;
            assert!(matches!(own, Err(AccountsError::Denied)), "{role:?} makes itself {to:?}");
        }
    }
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let late = a.accounts.change_role(&mut tx, &org.owner_cx, kari, Role::Analyst, Role::Owner, None).await;
    assert!(matches!(late, Err(AccountsError::RoleChanged)), "another owner was faster");
    let last = a.accounts.change_role(&mut tx, &org.owner_cx, org.owner, Role::Owner, Role::Auditor, None).await;
    assert!(matches!(last, Err(AccountsError::LastOwner)));
    drop(tx);

    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let new = NewInvitation {
        address: "new@nordvik.example".parse().unwrap(),
        person: None,
        role: Role::Auditor,
        page: "https://portal.example/invitation/",
    };
    a.accounts.invite(&mut tx, &org.owner_cx, &new).await.unwrap();
    let invited = a.accounts.person_by_username(&mut tx, &org.cx, &new.address).await.unwrap().unwrap();
    let early = a.accounts.change_role(&mut tx, &org.owner_cx, invited, Role::Auditor, Role::Owner, None).await;
    assert!(matches!(early, Err(AccountsError::Denied)), "the role of whoever was invited stands in the invitation");
});
