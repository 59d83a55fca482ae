//! Invitations, from the owner's form to the invited person's first page.

use tillit_accounts::SecondFactorFor;
use tillit_accounts::authenticator::Authenticator;
use tillit_accounts::testing::PASSWORD;
use tillit_jobs::{Worker, WorkerOptions};
use tillit_mail::{Mailer, StoredMail, folder_list};
use tillit_practice::{Consent, demo};
use tillit_store::Duration;

use super::app::PORTAL;
use super::local_sign_in::add_passkey;
use super::{Answer, App, Browser};

const OLA: &str = "ola.berg@nordvik.example";
const CHOSEN: &str = "fire små kaker til";

/// What waits to be sent.
pub(super) async fn mails(app: &App) -> Vec<StoredMail> {
    let folder = tempfile::tempdir().unwrap();
    let worker = Worker::new(app.room.db.clone(), app.room.vault.clone(), WorkerOptions::default());
    let worker = Mailer::folder(folder.path()).register(worker);
    worker.run_due(&app.room.cx).await.unwrap();
    folder_list(folder.path()).await.unwrap()
}

/// Path of the link in the mail to `address` that waits.
pub(super) async fn link(app: &App, address: &str) -> String {
    let mails = mails(app).await;
    let mail = mails.iter().find(|mail| mail.to == address && mail.text.contains("/invitation/")).unwrap_or_else(|| panic!("{mails:?}"));
    mail.text.lines().find_map(|line| line.trim().strip_prefix(PORTAL)).unwrap().to_owned()
}

async fn invite(browser: &mut Browser<'_>, address: &str, role: &str) -> Answer {
    let proof = if role == "employee" { "" } else { PASSWORD };
    browser.post("/people/invite", &[("address", address), ("role", role), ("password", proof)]).await
}

#[tokio::test]
async fn without_single_sign_on_the_invited_chooses_a_password_and_has_the_role() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert_eq!(invite(&mut ingrid, OLA, "security_administrator").await.location(), "/people/invitations");
    let list = ingrid.get("/people/invitations").await;
    assert!(list.has("The invitation was sent.") && list.has(OLA) && list.has("Withdraw"), "{}", list.body);
    assert!(ingrid.get("/people").await.has("Has not joined yet"));
    let path = link(&app, OLA).await;

    let mut ola = app.browser(OLA);
    for _ in 0..3 {
        let page = ola.get(&path).await;
        assert_eq!((page.status.as_u16(), page.heading()), (200, "You are invited to nordvik"), "{}", page.body);
        assert!(ola.session().is_none(), "looking is no session");
        assert!(!ola.cookies.contains_key("tillit_invitation"), "and plants nothing");
    }
    assert!(ola.post(&path, &[("password", "short"), ("again", "short")]).await.has("Use at least 12 characters"));
    assert_eq!(ola.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await.location(), "/");
    assert!(ola.get("/").await.has("You accepted the invitation"));
    assert_eq!(ola.get("/settings/security").await.status, 200, "the role holds");
    let mut again = app.browser("");
    let used = again.get(&path).await;
    assert_eq!((used.status.as_u16(), used.heading()), (422, "This invitation was accepted already"));
    assert_eq!(again.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await.heading(), "This invitation was accepted already");
    assert_eq!(app.browser("").sign_in_locally(OLA, CHOSEN).await.location(), "/");
    let log = app.audit().await;
    for action in ["person.invited", "person.invitation_accepted", "person.joined"] {
        assert!(log.iter().any(|line| line == action), "{action} in {log:?}");
    }
}

#[tokio::test]
async fn with_single_sign_on_the_invited_comes_back_from_the_provider_and_is_asked() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert_eq!(invite(&mut ingrid, OLA, "security_administrator").await.location(), "/people/invitations");
    let path = link(&app, OLA).await;
    let mut ola = app.browser(OLA);
    assert!(ola.get(&path).await.has("Continue to sign in"));
    // Without the link the name alone is not enough.
    let refused = app.browser(OLA).sign_in(OLA).await;
    assert_eq!(refused.status, 403);

    let there = ola.post(&path, &[]).await;
    let back = ola.through_provider(&there).await;
    assert!(back.location().starts_with("/invitation/proposal/"), "{back:?}");
    assert!(ola.session().is_none(), "not before the yes");
    let page = ola.get(back.location()).await;
    assert_eq!((page.status.as_u16(), page.heading()), (200, "Is this you?"), "{}", page.body);
    assert!(!page.has(demo::GLOBAL_ADMINISTRATOR), "nothing of the organisation's people");
    assert_eq!(ola.post(back.location(), &[]).await.location(), "/");
    assert!(!ola.cookies.contains_key("tillit_invitation"));
    assert_eq!(ola.get("/settings/security").await.status, 200, "the role holds");
    assert_eq!(ola.post(back.location(), &[]).await.status, 404, "once");
}

#[tokio::test]
async fn a_mail_that_was_passed_on_is_refused_with_words_and_the_right_person_still_can() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    invite(&mut ingrid, demo::OTHER_EMPLOYEE, "owner").await;
    let path = link(&app, demo::OTHER_EMPLOYEE).await;
    let mut ola = app.browser(OLA);
    ola.post(&path, &[]).await;
    // Lars' name went along as a hint; Ola chooses the own account.
    let there = ola.post("/invitation/again", &[]).await;
    assert!(there.location().contains("select_account"));
    let back = ola.through_provider(&there).await;
    let page = ola.get(back.location()).await;
    assert_eq!((page.status.as_u16(), page.heading()), (422, "The invitation is for somebody else"));
    assert!(!page.has("Yes, accept"));
    assert_eq!(ola.post(back.location(), &[]).await.heading(), "The invitation is for somebody else");
    assert!(ola.session().is_none());
    assert_eq!(ola.post("/invitation/leave", &[]).await.location(), "/sign-in");
    assert!(!ola.cookies.contains_key("tillit_invitation"));

    let mut lars = app.browser(demo::OTHER_EMPLOYEE);
    let there = lars.post(&path, &[]).await;
    let back = lars.through_provider(&there).await;
    assert_eq!(lars.post(back.location(), &[]).await.location(), "/");
    assert_eq!(lars.get("/settings/security/enforce").await.status, 200);
}

#[tokio::test]
async fn somebody_with_an_account_signs_in_and_accepts_and_no_mail_replaces_the_password() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    invite(&mut ingrid, demo::EMPLOYEE, "security_administrator").await;
    let path = link(&app, demo::EMPLOYEE).await;
    let mut elsewhere = app.signed_in(demo::EMPLOYEE).await;
    let mut kari = app.browser(demo::EMPLOYEE);
    assert!(kari.get(&path).await.has("Sign in to accept"));
    let there = kari.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await;
    assert_eq!(there.location(), "/o/nordvik/sign-in/password?return_to=%2Finvitation");
    assert_eq!(app.browser("").sign_in_locally(demo::EMPLOYEE, CHOSEN).await.status, 422, "the password is what it was");
    let fields = [("username", demo::EMPLOYEE), ("password", PASSWORD), ("return_to", "/invitation")];
    assert_eq!(kari.post("/o/nordvik/sign-in/password", &fields).await.location(), "/invitation");
    assert!(kari.get("/invitation").await.has("Accept the invitation"));
    assert_eq!(kari.get("/settings/security").await.status, 403, "not before");
    let before = kari.session().unwrap().to_owned();
    assert_eq!(kari.post(&path, &[]).await.location(), "/");
    assert_ne!(kari.session().unwrap(), before, "a token that was seen before is worth nothing");
    assert!(elsewhere.get("/account").await.location().starts_with("/sign-in"), "nobody rises in another session");
    assert_eq!(kari.get("/settings/security").await.status, 200);
}

#[tokio::test]
async fn a_password_that_is_not_enough_any_more_takes_no_role() {
    let app = App::new().await;
    let (accounts, owner) = (&app.room.accounts, &app.nordvik.owner_cx);
    let mut tx = app.room.db.begin(owner).await.unwrap();
    accounts.set_second_factor_policy(&mut tx, owner, SecondFactorFor::Everybody).await.unwrap();
    tx.commit().await.unwrap();
    app.t.clock.advance(Duration::days(10));
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    invite(&mut ingrid, demo::EMPLOYEE, "security_administrator").await;
    let path = link(&app, demo::EMPLOYEE).await;
    let mut early = app.signed_in(demo::EMPLOYEE).await;
    assert!(early.get(&path).await.has("Accept the invitation"), "it can be put off until then");
    app.t.clock.advance(Duration::days(5));
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    let page = kari.get(&path).await;
    assert!(page.has("Set up an authenticator app first") && !page.has("Accept the invitation"), "{}", page.body);
    assert_eq!(kari.post(&path, &[]).await.location(), "/account/sign-in");
    assert!(!app.audit().await.iter().any(|line| line == "person.invitation_accepted"));
    assert!(app.browser("").get(&path).await.has("Sign in to accept"), "it still waits");
}

#[tokio::test]
async fn the_link_stands_for_no_passkey_and_goes_to_nobody_but_the_invited() {
    let app = App::new().await;
    let kari = app.person(demo::EMPLOYEE).await;
    add_passkey(&mut app.signed_in(demo::EMPLOYEE).await, &Authenticator::new()).await;
    let operator = app.nordvik.cx.with_actor(tillit_store::Actor::Operator);
    let accounts = &app.room.accounts;
    accounts.remove_password(&operator, kari, tillit_accounts::OwnProof::None).await.unwrap();

    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let (id, role) = (kari.to_string(), ("role", "security_administrator"));
    let own = [("person", id.as_str()), ("address", demo::GLOBAL_ADMINISTRATOR), role, ("password", PASSWORD)];
    let refused = ingrid.post("/people/invite", &own).await;
    assert!(refused.status == 422 && refused.has("own address only"), "{}", refused.body);
    invite(&mut ingrid, demo::EMPLOYEE, "security_administrator").await;
    let path = link(&app, demo::EMPLOYEE).await;
    let mut mailbox = app.browser("");
    assert!(mailbox.get(&path).await.has("Sign in to accept"));
    let there = mailbox.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await;
    assert_eq!(there.location(), "/o/nordvik/sign-in/password?return_to=%2Finvitation");
    assert_eq!(accounts.password_set_at(&operator, kari).await.unwrap(), None);
    assert!(mailbox.session().is_none());

    // An owner with an account is invited to nothing.
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(invite(&mut ingrid, demo::GLOBAL_ADMINISTRATOR, "owner").await.has("is an owner here already"));
}

#[tokio::test]
async fn whoever_is_signed_in_as_somebody_else_is_told_so() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    invite(&mut ingrid, OLA, "owner").await;
    let path = link(&app, OLA).await;
    let page = ingrid.get(&path).await;
    assert!(page.has("the invitation is for somebody else") && page.has("Sign out here"), "{}", page.body);
    assert!(ingrid.post(&path, &[("password", CHOSEN), ("again", CHOSEN)]).await.has("Sign out here"), "and cannot accept for another");
    assert_eq!(ingrid.get("/").await.status, 200, "nothing happened to the session");
}

#[tokio::test]
async fn a_session_alone_invites_no_administrator_and_a_wrong_address_is_named() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let added = async || app.audit().await.iter().filter(|line| *line == "person.added").count();
    let before = added().await;
    let bare = ingrid.post("/people/invite", &[("address", OLA), ("role", "owner")]).await;
    assert_eq!((bare.status.as_u16(), bare.has("Show that it is you")), (422, true), "{}", bare.body);
    assert!(ingrid.post("/people/invite", &[("address", "nobody"), ("role", "employee")]).await.has("Type a mail address"));
    assert!(invite(&mut ingrid, demo::EMPLOYEE, "employee").await.has("is here already"));
    assert!(invite(&mut ingrid, demo::GLOBAL_ADMINISTRATOR, "security_administrator").await.has("An invitation takes nothing away"));
    assert_eq!(ingrid.post("/people/invite", &[("address", OLA), ("role", "emperor")]).await.status, 400);
    assert_eq!(added().await, before);
    assert!(!app.audit().await.iter().any(|line| line.starts_with("person.invited")));
    // Lars manages employees only, and is offered nothing else.
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert!(!lars.get("/people/invite").await.has("value=\"owner\""));
    assert_eq!(invite(&mut lars, OLA, "owner").await.status, 403);
    assert_eq!(invite(&mut lars, OLA, "employee").await.location(), "/people/invitations");
}

#[tokio::test]
async fn a_withdrawn_or_late_invitation_says_why_and_one_sent_again_works() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    invite(&mut ingrid, OLA, "employee").await;
    let first = link(&app, OLA).await;
    let list = ingrid.get("/people/invitations").await;
    let id = list.between("/people/invitations/", "/send-again").to_owned();
    ingrid.post(&format!("/people/invitations/{id}/send-again"), &[]).await;
    let second = link(&app, OLA).await;
    let mut ola = app.browser(OLA);
    assert_eq!(ola.get(&first).await.heading(), "This invitation does not work");
    assert_eq!(ola.get(&second).await.status, 200);
    app.t.clock.advance(Duration::days(7));
    assert_eq!(ola.get(&second).await.heading(), "This invitation has run out");
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get("/people/invitations").await.has("Run out"));
    ingrid.post(&format!("/people/invitations/{id}/send-again"), &[]).await;
    let third = link(&app, OLA).await;
    assert_eq!(ingrid.post(&format!("/people/invitations/{id}/revoke"), &[]).await.location(), "/people/invitations");
    assert_eq!(ola.get(&third).await.heading(), "This invitation was withdrawn");
    assert_eq!(ola.post(&third, &[("password", CHOSEN), ("again", CHOSEN)]).await.heading(), "This invitation was withdrawn");
    let over = ingrid.post(&format!("/people/invitations/{id}/send-again"), &[]).await;
    assert!(over.status == 422 && over.has("Invite again instead"));
}

#[tokio::test]
async fn invitations_of_another_organisation_are_not_found() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    invite(&mut ingrid, OLA, "employee").await;
    let list = ingrid.get("/people/invitations").await;
    let id = list.between("/people/invitations/", "/send-again").to_owned();
    let ola = app.person(OLA).await;
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    assert!(!stranger.get("/people/invitations").await.has(OLA));
    for action in ["send-again", "revoke"] {
        assert_eq!(stranger.post(&format!("/people/invitations/{id}/{action}"), &[]).await.status, 404, "{action}");
    }
    assert_eq!(stranger.get(&format!("/people/invite?person={ola}")).await.status, 404);
    let fields = [("person", ola.to_string()), ("address", "me@fjordheim.example".to_owned()), ("role", "employee".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(stranger.post("/people/invite", &fields).await.status, 404);
}

#[tokio::test]
async fn a_known_account_that_carries_an_invitation_of_its_own_is_led_on_to_it() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut kari = app.browser(demo::EMPLOYEE);
    assert_eq!(kari.sign_in(demo::EMPLOYEE).await.location(), "/");
    invite(&mut ingrid, demo::EMPLOYEE, "security_administrator").await;
    let path = link(&app, demo::EMPLOYEE).await;
    let mut elsewhere = app.browser(demo::EMPLOYEE);
    elsewhere.walk = app.running.practice.walk(demo::EMPLOYEE, Consent::Accept);
    let there = elsewhere.post(&path, &[]).await;
    assert_eq!(elsewhere.through_provider(&there).await.location(), "/invitation");
    assert!(elsewhere.get("/invitation").await.has("Accept the invitation"));
    assert_eq!(elsewhere.post(&path, &[]).await.location(), "/");
    assert_eq!(elsewhere.get("/settings/security").await.status, 200);
}
