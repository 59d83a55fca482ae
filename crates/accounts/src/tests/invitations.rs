use tillit_store::testing::TestDb;
use tillit_store::{Actor, Cx, Duration, PersonId, on_both_engines};

use super::mails;
use crate::testing::{PASSWORD, TestAccounts, TestOrganisation, password};
use crate::{
    AccountsError, AuditPage, InvitationId, InvitationRefusal, InvitationState, LinkPurpose, LinkToken, LocalRefusal, NewInvitation,
    NewSession, OwnProof, PeoplePage, PersonState, Role, SignInMethod, SignInPlace, Username,
};

const PAGE: &str = "https://portal.example/invitation/";
const LARS: &str = "lars@nordvik.example";

fn new(address: &str, role: Role) -> NewInvitation<'static> {
    NewInvitation { address: address.parse().unwrap(), person: None, role, page: PAGE }
}

async fn invite(a: &TestAccounts, cx: &Cx, address: &str, role: Role) -> Result<InvitationId, AccountsError> {
    let mut tx = a.db.begin(cx).await.unwrap();
    let done = a.accounts.invite(&mut tx, cx, &new(address, role)).await?;
    tx.commit().await.unwrap();
    Ok(done)
}

/// The link in the only mail that waits.
pub(super) async fn link(t: &TestDb, a: &TestAccounts, to: &str) -> LinkToken {
    let mails = mails(t, a).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, to);
    let token = mails[0].text.lines().find_map(|line| line.trim().strip_prefix(PAGE)).unwrap();
    LinkToken::parse(token).unwrap()
}

async fn person(a: &TestAccounts, org: &TestOrganisation, username: &str) -> Option<PersonId> {
    let mut tx = a.db.read(&org.cx).await.unwrap();
    a.accounts.person_by_username(&mut tx, &org.cx, &username.parse().unwrap()).await.unwrap()
}

async fn join(t: &TestDb, a: &TestAccounts, org: &TestOrganisation, token: &LinkToken) -> Result<Role, AccountsError> {
    let used = a.accounts.use_link(&t.cx(), token, LinkPurpose::Invitation).await?;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let role = a.accounts.join(&mut tx, &org.cx, &used, None).await?;
    tx.commit().await.unwrap();
    Ok(role)
}

fn refusal(error: AccountsError) -> InvitationRefusal {
    match error {
        AccountsError::Invitation(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

on_both_engines!(somebody_invited_counts_as_nobody_until_the_invitation_is_accepted, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    invite(&a, &org.owner_cx, LARS, Role::Owner).await.unwrap();
    let lars = person(&a, &org, LARS).await.unwrap();
    assert_eq!(a.accounts.person(&org.cx, lars).await.unwrap().state, PersonState::Invited);

    // The only owner who can come in cannot go: the invited one is none yet.
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert_eq!(a.accounts.administrators_in(&mut tx, &org.owner_cx).await.unwrap().people.len(), 1);
    assert!(matches!(a.accounts.disable(&mut tx, &org.owner_cx, org.owner).await, Err(AccountsError::LastOwner)));
    drop(tx);
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let none = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(lars, SignInMethod::Sso)).await;
    assert!(matches!(none, Err(AccountsError::NotFound)), "no session before");
    drop(tx);
    let username: Username = LARS.parse().unwrap();
    let local = a.accounts.check_password(&t.cx(), SignInPlace::Domain, &username, &password(), true).await;
    assert!(matches!(local, Err(LocalRefusal::Refused { .. })));

    let token = link(&t, &a, LARS).await;
    assert_eq!(join(&t, &a, &org, &token).await.unwrap(), Role::Owner);
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert_eq!(a.accounts.standing(&mut tx, &org.cx, lars).await.unwrap(), (Role::Owner, PersonState::Active));
    assert!(a.accounts.start_session(&mut tx, &org.cx, NewSession::new(lars, SignInMethod::Sso)).await.is_ok());
    tx.commit().await.unwrap();
    let list = a.accounts.invitations(&org.cx).await.unwrap();
    assert!(matches!(list[0].state, InvitationState::Used { .. }));
    assert!(matches!(join(&t, &a, &org, &token).await, Err(AccountsError::NotFound)), "once");
});

on_both_engines!(whoever_invites_manages_people_of_that_role, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let security = a.person(&org.cx, "sec@nordvik.example", Role::SecurityAdministrator).await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let cx = |person| org.cx.with_actor(Actor::Person(person));
    for role in Role::ALL {
        for (who, cx, may) in [
            ("owner", org.owner_cx.clone(), true),
            ("security administrator", cx(security), role == Role::Employee),
            ("employee", cx(kari), false),
            ("visitor", org.cx.clone(), false),
        ] {
            let done = invite(&a, &cx, &format!("{}@else.example", role.code()), role).await;
            assert_eq!(done.is_ok(), may, "{who} invites {role:?}");
            assert!(may || matches!(done, Err(AccountsError::Denied)));
        }
    }
    // Not by way of somebody who is there: an administrator below owner touches no owner.
    let refused = invite(&a, &cx(security), org.username.as_str(), Role::Employee).await;
    assert!(matches!(refused, Err(AccountsError::Denied)));
    let open = a.accounts.invitations(&org.cx).await.unwrap();
    let owners = open.iter().find(|open| open.role == Role::Owner).unwrap().id;
    let mut tx = a.db.begin(&cx(security)).await.unwrap();
    assert!(matches!(a.accounts.revoke_invitation(&mut tx, &cx(security), owners).await, Err(AccountsError::Denied)));
    assert!(matches!(a.accounts.send_invitation_again(&mut tx, &cx(security), owners, PAGE).await, Err(AccountsError::Denied)));
});

on_both_engines!(an_invitation_lifts_a_role_and_never_lowers_one, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let refused = |result: Result<InvitationId, AccountsError>| refusal(result.unwrap_err());
    assert_eq!(refused(invite(&a, &org.owner_cx, "kari@nordvik.example", Role::Employee).await), InvitationRefusal::AlreadyHere);
    assert_eq!(refused(invite(&a, &org.owner_cx, org.username.as_str(), Role::SecurityAdministrator).await), InvitationRefusal::OtherRole);
    invite(&a, &org.owner_cx, "kari@nordvik.example", Role::SecurityAdministrator).await.unwrap();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    assert_eq!(a.accounts.standing(&mut tx, &org.cx, kari).await.unwrap().0, Role::Employee, "not before it is accepted");
    tx.commit().await.unwrap();
    let token = link(&t, &a, "kari@nordvik.example").await;
    assert_eq!(join(&t, &a, &org, &token).await.unwrap(), Role::SecurityAdministrator);
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.disable(&mut tx, &org.owner_cx, kari).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refused(invite(&a, &org.owner_cx, "kari@nordvik.example", Role::Owner).await), InvitationRefusal::Disabled);
});

on_both_engines!(an_invitation_never_takes_anything_away_from_a_role_that_stands_beside_it, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let analyst = a.person(&org.cx, "anna@nordvik.example", Role::Analyst).await;
    let wanted = invite(&a, &org.owner_cx, "anna@nordvik.example", Role::CampaignAuthor).await;
    assert_eq!(refusal(wanted.unwrap_err()), InvitationRefusal::OtherRole);

    // Nor when the other role was given after the mail was sent.
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    invite(&a, &org.owner_cx, "kari@nordvik.example", Role::CampaignAuthor).await.unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.set_role(&mut tx, &org.owner_cx, kari, Role::Analyst).await.unwrap();
    tx.commit().await.unwrap();
    let token = link(&t, &a, "kari@nordvik.example").await;
    assert_eq!(join(&t, &a, &org, &token).await.unwrap(), Role::Analyst);

    // What includes both lifts either.
    invite(&a, &org.owner_cx, "anna@nordvik.example", Role::SecurityAdministrator).await.unwrap();
    let token = link(&t, &a, "anna@nordvik.example").await;
    assert_eq!(join(&t, &a, &org, &token).await.unwrap(), Role::SecurityAdministrator);
    let mut tx = a.db.read(&org.cx).await.unwrap();
    assert_eq!(a.accounts.standing(&mut tx, &org.cx, analyst).await.unwrap().0, Role::SecurityAdministrator);
});

on_both_engines!(whoever_rises_by_an_invitation_does_so_in_one_session_and_every_owner_hears_of_a_new_owner, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    let (here, keep) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(kari, SignInMethod::Password)).await.unwrap();
    let (elsewhere, _) = a.accounts.start_session(&mut tx, &org.cx, NewSession::new(kari, SignInMethod::Password)).await.unwrap();
    tx.commit().await.unwrap();
    invite(&a, &org.owner_cx, "kari@nordvik.example", Role::Owner).await.unwrap();
    let token = link(&t, &a, "kari@nordvik.example").await;
    let used = a.accounts.use_link(&t.cx(), &token, LinkPurpose::Invitation).await.unwrap();
    let cx = org.cx.with_actor(Actor::Person(kari));
    let mut tx = a.db.begin(&cx).await.unwrap();
    a.accounts.join(&mut tx, &cx, &used, Some(keep)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.session(&t.cx(), &elsewhere).await.unwrap(), None, "nobody rises in a session that somebody else may have begun");
    assert_eq!(a.accounts.session(&t.cx(), &here).await.unwrap().unwrap().role, Role::Owner);
    let told = |mails: Vec<tillit_mail::StoredMail>| {
        let mut to: Vec<String> = mails.into_iter().filter(|mail| mail.subject.contains("was accepted")).map(|mail| mail.to).collect();
        to.sort();
        to
    };
    assert_eq!(told(mails(&t, &a).await), ["kari@nordvik.example", "owner@nordvik.example"], "one mail each");

    // A newcomer who becomes an owner, too; one with less tells nobody.
    invite(&a, &org.owner_cx, LARS, Role::Owner).await.unwrap();
    let token = link(&t, &a, LARS).await;
    join(&t, &a, &org, &token).await.unwrap();
    assert_eq!(told(mails(&t, &a).await), ["kari@nordvik.example", LARS, "owner@nordvik.example"]);
    invite(&a, &org.owner_cx, "anna@nordvik.example", Role::Analyst).await.unwrap();
    let token = link(&t, &a, "anna@nordvik.example").await;
    join(&t, &a, &org, &token).await.unwrap();
    assert!(told(mails(&t, &a).await).is_empty());
});

on_both_engines!(an_invitation_of_somebody_who_is_here_goes_to_the_own_address_only, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let second = a.person(&org.cx, "second@nordvik.example", Role::Owner).await;
    let to = |address: &str| NewInvitation { person: Some(second), ..new(address, Role::Owner) };
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let elsewhere = a.accounts.invite(&mut tx, &org.owner_cx, &to(org.username.as_str())).await.unwrap_err();
    assert_eq!(refusal(elsewhere), InvitationRefusal::OtherAddress, "else whoever invites could open what is meant for another");
    drop(tx);
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.invite(&mut tx, &org.owner_cx, &to("Second@Nordvik.example")).await.unwrap();
    tx.commit().await.unwrap();
    link(&t, &a, "second@nordvik.example").await;

    // Whoever has not come may have been invited to a mistyped address.
    invite(&a, &org.owner_cx, LARS, Role::Employee).await.unwrap();
    let lars = person(&a, &org, LARS).await;
    let corrected = NewInvitation { person: lars, ..new("lars@else.example", Role::Employee) };
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.invite(&mut tx, &org.owner_cx, &corrected).await.unwrap();
    tx.commit().await.unwrap();
    assert!(mails(&t, &a).await.iter().any(|mail| mail.to == "lars@else.example"));
});

on_both_engines!(the_link_alone_sets_no_password_for_somebody_who_has_a_way_of_signing_in, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let kari = a.person(&org.cx, "kari@nordvik.example", Role::Employee).await;
    let operator = org.cx.with_actor(Actor::Operator);
    let prepare =
        async || a.accounts.prepare_password(&operator, &crate::NewPassword::parse(PASSWORD, &org.username).unwrap()).await.unwrap();
    let used = async || {
        invite(&a, &org.owner_cx, "kari@nordvik.example", Role::Auditor).await.unwrap();
        let token = link(&t, &a, "kari@nordvik.example").await;
        let may =
            a.accounts.may_choose_password(&org.cx, &a.accounts.find_invitation(&t.cx(), &token).await.unwrap().invitation).await.unwrap();
        (may, a.accounts.use_link(&t.cx(), &token, LinkPurpose::Invitation).await.unwrap())
    };
    // A passkey is a way, like a password.
    let cx = org.cx.with_actor(Actor::Person(kari));
    crate::tests::passkeys::give_one(&a, &cx, kari).await;
    mails(&t, &a).await;
    a.accounts.remove_password(&operator, kari, OwnProof::None).await.unwrap();
    let (may, link) = used().await;
    assert!(!may);
    let mut tx = a.db.begin(&cx).await.unwrap();
    let set = a.accounts.join_with_password(&mut tx, &cx, &link, prepare().await).await;
    assert!(matches!(set, Err(AccountsError::Denied)));
    drop(tx);
    assert_eq!(a.accounts.password_set_at(&cx, kari).await.unwrap(), None);

    // Without any way (an account of a provider that is off) the link is one, and the person hears of it.
    tillit_store::statements! { unlisted "test"; GONE = "DELETE FROM passkey WHERE organisation_id = $1"; }
    let mut tx = a.db.begin(&cx).await.unwrap();
    tx.execute(GONE, tillit_store::args![org.id]).await.unwrap();
    tx.commit().await.unwrap();
    mails(&t, &a).await;
    let (may, link) = used().await;
    assert!(may);
    let mut tx = a.db.begin(&cx).await.unwrap();
    assert_eq!(a.accounts.join_with_password(&mut tx, &cx, &link, prepare().await).await.unwrap(), Role::Auditor);
    tx.commit().await.unwrap();
    assert!(a.accounts.password_set_at(&cx, kari).await.unwrap().is_some());
    let told = mails(&t, &a).await;
    assert!(told.iter().any(|mail| mail.to == "kari@nordvik.example" && mail.subject.contains("password was chosen")), "{told:?}");
});

on_both_engines!(a_withdrawn_replaced_or_late_invitation_lets_nobody_in_and_says_why, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let state = async |token: &LinkToken| a.accounts.find_invitation(&t.cx(), token).await.map(|found| found.invitation.state).ok();

    let id = invite(&a, &org.owner_cx, LARS, Role::Owner).await.unwrap();
    let first = link(&t, &a, LARS).await;
    assert_eq!(state(&first).await, Some(InvitationState::Sent));
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.send_invitation_again(&mut tx, &org.owner_cx, id, PAGE).await.unwrap();
    tx.commit().await.unwrap();
    let second = link(&t, &a, LARS).await;
    assert_eq!(state(&first).await, None, "only the newest mail counts");
    assert!(join(&t, &a, &org, &first).await.is_err());

    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert!(a.accounts.revoke_invitation(&mut tx, &org.owner_cx, id).await.unwrap());
    assert!(!a.accounts.revoke_invitation(&mut tx, &org.owner_cx, id).await.unwrap());
    tx.commit().await.unwrap();
    assert!(matches!(state(&second).await, Some(InvitationState::Revoked { .. })));
    assert!(join(&t, &a, &org, &second).await.is_err());
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    let again = a.accounts.send_invitation_again(&mut tx, &org.owner_cx, id, PAGE).await.unwrap_err();
    assert_eq!(refusal(again), InvitationRefusal::Over);
    drop(tx);

    invite(&a, &org.owner_cx, LARS, Role::SecurityAdministrator).await.unwrap();
    let third = link(&t, &a, LARS).await;
    t.clock.advance(crate::INVITATION_LIFETIME);
    assert_eq!(state(&third).await, Some(InvitationState::Expired));
    assert!(join(&t, &a, &org, &third).await.is_err());
});

on_both_engines!(an_invitation_is_worth_nothing_once_its_sender_lost_the_role, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let other = a.person(&org.cx, "other@nordvik.example", Role::Owner).await;
    let other_cx = org.cx.with_actor(Actor::Person(other));
    let id = invite(&a, &other_cx, LARS, Role::Owner).await.unwrap();
    let token = link(&t, &a, LARS).await;
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.set_role(&mut tx, &org.owner_cx, other, Role::SecurityAdministrator).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(a.accounts.find_invitation(&t.cx(), &token).await.unwrap().invitation.state, InvitationState::SenderLeft);
    assert!(join(&t, &a, &org, &token).await.is_err());
    // Nor does it come back to life with the sender's role.
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.set_role(&mut tx, &org.owner_cx, other, Role::Owner).await.unwrap();
    tx.commit().await.unwrap();
    assert!(join(&t, &a, &org, &token).await.is_err());
    // An owner may take it over.
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.send_invitation_again(&mut tx, &org.owner_cx, id, PAGE).await.unwrap();
    tx.commit().await.unwrap();
    assert!(join(&t, &a, &org, &link(&t, &a, LARS).await).await.is_ok());
});

on_both_engines!(so_many_invitations_a_day_and_not_one_more, |t| {
    let a = TestAccounts::new(&t).await;
    let (org, other) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    t.clock.advance(Duration(Duration::days(1).0 - (t.cx().now().0 % Duration::days(1).0)));
    for n in 0..50 {
        invite(&a, &org.owner_cx, &format!("p{n}@nordvik.example"), Role::Employee).await.unwrap();
    }
    let before = a.accounts.people(&org.cx, PeoplePage { after: None, limit: 100 }).await.unwrap().len();
    let refused = refusal(invite(&a, &org.owner_cx, LARS, Role::Employee).await.unwrap_err());
    let InvitationRefusal::TooMany { wait } = refused else { panic!("{refused:?}") };
    assert_eq!(person(&a, &org, LARS).await, None, "nothing is half written");
    assert_eq!(a.accounts.people(&org.cx, PeoplePage { after: None, limit: 100 }).await.unwrap().len(), before);
    invite(&a, &other.owner_cx, "p@sorvik.example", Role::Employee).await.unwrap();
    t.clock.advance(wait);
    invite(&a, &org.owner_cx, LARS, Role::Employee).await.unwrap();
});

on_both_engines!(whoever_never_came_is_not_made_somebody_by_switching_off_and_on, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    invite(&a, &org.owner_cx, LARS, Role::Owner).await.unwrap();
    let token = link(&t, &a, LARS).await;
    let lars = person(&a, &org, LARS).await.unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    a.accounts.disable(&mut tx, &org.owner_cx, lars).await.unwrap();
    a.accounts.enable(&mut tx, &org.owner_cx, lars).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
    assert_eq!(a.accounts.standing(&mut tx, &org.cx, lars).await.unwrap(), (Role::Owner, PersonState::Invited));
    assert!(matches!(a.accounts.disable(&mut tx, &org.owner_cx, org.owner).await, Err(AccountsError::LastOwner)), "counts as nobody");
    drop(tx);
    assert!(join(&t, &a, &org, &token).await.is_err(), "the invitation is withdrawn");
});

on_both_engines!(whoever_never_came_is_forgotten_with_the_invitation, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    invite(&a, &org.owner_cx, LARS, Role::Employee).await.unwrap();
    t.clock.advance(crate::INVITATION_LIFETIME);
    t.clock.advance(Duration::days(29));
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().invitations, 0);
    t.clock.advance(Duration::days(2));
    assert_eq!(a.accounts.prune(&t.cx()).await.unwrap().invitations, 1);
    assert_eq!(person(&a, &org, LARS).await, None);
    assert!(a.accounts.person(&org.cx, org.owner).await.is_ok());
    // The log still opens, and the name is free.
    assert!(a.accounts.audit_log(&org.cx, AuditPage { before: None, limit: 50 }).await.unwrap().len() > 2);
    invite(&a, &org.owner_cx, LARS, Role::Employee).await.unwrap();
});

on_both_engines!(nobody_finds_invitations_of_another_organisation, |t| {
    let a = TestAccounts::new(&t).await;
    let (ours, theirs) = (a.organisation("nordvik").await, a.organisation("sorvik").await);
    let id = invite(&a, &ours.owner_cx, LARS, Role::Owner).await.unwrap();
    let lars = person(&a, &ours, LARS).await.unwrap();
    let token = link(&t, &a, LARS).await;
    let cx = &theirs.owner_cx;
    assert!(a.accounts.invitations(cx).await.unwrap().is_empty());
    assert!(matches!(a.accounts.find_invitation(cx, &token).await, Err(AccountsError::NotFound)));
    let mut tx = a.db.begin(cx).await.unwrap();
    assert!(matches!(a.accounts.revoke_invitation(&mut tx, cx, id).await, Err(AccountsError::NotFound)));
    assert!(matches!(a.accounts.send_invitation_again(&mut tx, cx, id, PAGE).await, Err(AccountsError::NotFound)));
    let named = NewInvitation { person: Some(lars), ..new("me@sorvik.example", Role::Owner) };
    assert!(matches!(a.accounts.invite(&mut tx, cx, &named).await, Err(AccountsError::NotFound)));
    assert!(!a.accounts.is_invited(&mut tx, cx, lars).await.unwrap());
    tx.commit().await.unwrap();
    let used = a.accounts.use_link(&t.cx(), &token, LinkPurpose::Invitation).await.unwrap();
    let mut tx = a.db.begin(cx).await.unwrap();
    assert!(matches!(a.accounts.join(&mut tx, cx, &used, None).await, Err(AccountsError::NotFound)));
});

on_both_engines!(a_used_invitation_proves_its_person_so_that_a_password_can_be_set, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    invite(&a, &org.owner_cx, LARS, Role::Employee).await.unwrap();
    let token = link(&t, &a, LARS).await;
    let used = a.accounts.use_link(&t.cx(), &token, LinkPurpose::Invitation).await.unwrap();
    let cx = org.cx.with_actor(Actor::Person(used.person));
    assert!(a.accounts.prove_self(&cx, used.person, OwnProof::Link(&used)).await.is_ok());
    assert!(a.accounts.prove_self(&org.owner_cx, org.owner, OwnProof::Link(&used)).await.is_err());
});
