//! Invitations, in whole sign-ins: the second side of rule (d).

use tillit_accounts::{InvitationState, LinkToken, NewInvitation, PersonState, Role};
use tillit_practice::demo;
use tillit_store::{Actor, Cx, on_both_engines};

use super::stage::{Stage, signed_in};
use crate::error::SsoError;
use crate::service::Admission;
use crate::service::views::*;

const OLA: &str = "ola.berg@nordvik.example";
const PAGE: &str = "http://localhost:8400/invitation/";

/// The owner invites; the token is read from the mail.
async fn invite(stage: &Stage, address: &str, role: Role) -> LinkToken {
    let cx = owner(stage).await;
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    let new = NewInvitation { address: address.parse().unwrap(), person: None, role, page: PAGE };
    stage.accounts.invite(&mut tx, &cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let mails = stage.mails().await;
    let mail = mails.iter().filter(|mail| mail.to == address && mail.text.contains(PAGE)).max_by_key(|mail| mail.file.clone()).unwrap();
    LinkToken::parse(mail.text.lines().find_map(|line| line.trim().strip_prefix(PAGE)).unwrap()).unwrap()
}

async fn owner(stage: &Stage) -> Cx {
    stage.cx.with_actor(Actor::Person(stage.person(demo::GLOBAL_ADMINISTRATOR).await.unwrap()))
}

fn proposed(landing: Landing) -> ProposalId {
    let Landing::Proposal { id } = landing else { panic!("{landing:?}") };
    id
}

on_both_engines!(rule_d_an_invitation_links_an_administrator_while_it_is_on_and_works_once, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let lars = stage.person(demo::OTHER_EMPLOYEE).await.unwrap();
    let token = invite(&stage, demo::OTHER_EMPLOYEE, Role::SecurityAdministrator).await;
    let mut invited = stage.seat(demo::OTHER_EMPLOYEE);
    assert_eq!(invited.refused(&stage, Purpose::SignIn).await.kind, RefusalKind::RoleNeedsLink, "without it: no");
    invited.browser.invitation = Some(token.clone());
    let id = proposed(invited.trip(&stage, Purpose::SignIn).await);
    let cx = stage.cx.with_scope(tillit_store::Scope::Installation);
    let shown = stage.sso.invited_proposal(&cx, &invited.browser, id).await.unwrap();
    assert_eq!((shown.own_username.as_str(), shown.problems.len()), (demo::OTHER_EMPLOYEE, 0));
    let stranger = stage.seat(demo::EMPLOYEE);
    assert!(stage.sso.invited_proposal(&cx, &stranger.browser, id).await.is_err());
    let entered = stage.sso.accept_invited_proposal(&cx, &invited.browser, id).await.unwrap();
    assert_eq!(entered.person, lars);
    invited.wear(&stage, entered.token).await;
    assert_eq!(invited.admission(&stage).await, Admission::Full);
    assert!(stage.sso.accept_invited_proposal(&cx, &invited.browser, id).await.is_err(), "an invitation works once");
    assert!(!signed_in(stage.seat(demo::OTHER_EMPLOYEE).trip(&stage, Purpose::SignIn).await).first_time);
});

on_both_engines!(somebody_new_comes_with_the_role_of_the_invitation_and_not_without_it, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let token = invite(&stage, OLA, Role::SecurityAdministrator).await;
    let mut ola = stage.seat(OLA);
    assert_eq!(ola.refused(&stage, Purpose::SignIn).await.kind, RefusalKind::RoleNeedsLink);
    ola.browser.invitation = Some(token);
    let id = proposed(ola.trip(&stage, Purpose::SignIn).await);
    let entered =
        stage.sso.accept_invited_proposal(&stage.cx.with_scope(tillit_store::Scope::Installation), &ola.browser, id).await.unwrap();
    let person = stage.accounts.person(&stage.cx, entered.person).await.unwrap();
    assert_eq!((person.role, person.state), (Role::SecurityAdministrator, PersonState::Active));
    assert!(person.profile.name.is_some(), "the profile came along");
    ola.wear(&stage, entered.token).await;
    assert_eq!(ola.admission(&stage).await, Admission::Full);
});

on_both_engines!(an_invitation_that_was_passed_on_makes_nobody_an_administrator, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    let token = invite(&stage, demo::OTHER_EMPLOYEE, Role::Owner).await;
    let mut ola = stage.seat(OLA);
    ola.browser.invitation = Some(token);
    let id = proposed(ola.trip(&stage, Purpose::SignIn).await);
    let cx = stage.cx.with_scope(tillit_store::Scope::Installation);
    assert_eq!(stage.sso.invited_proposal(&cx, &ola.browser, id).await.unwrap().problems, [ProposalProblem::NotInvited]);
    let refused = stage.sso.accept_invited_proposal(&cx, &ola.browser, id).await;
    assert!(matches!(refused, Err(SsoError::Proposal(ProposalProblem::NotInvited))));
    // Nothing was used up: the right person still can.
    let mut lars = stage.seat(demo::OTHER_EMPLOYEE);
    lars.browser.invitation = ola.browser.invitation.clone();
    let id = proposed(lars.trip(&stage, Purpose::SignIn).await);
    let entered = stage.sso.accept_invited_proposal(&cx, &lars.browser, id).await.unwrap();
    assert_eq!(stage.accounts.person(&stage.cx, entered.person).await.unwrap().role, Role::Owner);
});

on_both_engines!(an_invited_employee_comes_by_the_name_alone_and_a_withdrawn_one_does_not, |t| {
    let stage = Stage::new(&t).await;
    stage.on().await;
    invite(&stage, OLA, Role::Employee).await;
    let cx = owner(&stage).await;
    let open = stage.accounts.invitations(&cx).await.unwrap()[0].clone();
    let mut tx = stage.room.db.begin(&cx).await.unwrap();
    stage.accounts.revoke_invitation(&mut tx, &cx, open.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stage.seat(OLA).refused(&stage, Purpose::SignIn).await.kind, RefusalKind::PersonDisabled);
    invite(&stage, OLA, Role::Employee).await;
    let entered = signed_in(stage.seat(OLA).trip(&stage, Purpose::SignIn).await);
    assert_eq!(stage.accounts.person(&stage.cx, entered.person).await.unwrap().state, PersonState::Active);
    let list = stage.accounts.invitations(&cx).await.unwrap();
    // Both were sent in one moment, so their order says nothing.
    assert!(list.iter().any(|one| matches!(one.state, InvitationState::Used { .. })), "{list:?}");
});
