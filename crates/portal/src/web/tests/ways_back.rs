//! Ways back, through the pages: the sealed account while single sign-on is enforced, and a restore from mail to mail.

use tillit_accounts::testing::PASSWORD;
use tillit_accounts::ways_back::{NewRestore, RestorePages};
use tillit_practice::demo;
use tillit_store::{Actor, Duration};

use super::{App, Browser};

const CONTACT: &str = "chair@elsewhere.example";
const NAMED: &str = "new.owner@nordvik.example";

async fn seal(owner: &mut Browser<'_>) -> String {
    let shown = owner.post("/settings/ways-back/break-glass", &[("do", "seal"), ("password", PASSWORD)]).await;
    shown.between("<ol class=\"kit\"><li>", "</li>").to_owned()
}

#[tokio::test]
async fn the_break_glass_account_opens_while_single_sign_on_is_enforced_and_may_what_recovery_needs() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert_eq!(ingrid.post("/settings/ways-back/break-glass", &[("do", "seal")]).await.status, 422, "a session alone is not enough");
    let code = seal(&mut ingrid).await;
    ingrid.enforce().await;
    let mut finder = app.browser("");
    let wrong = finder.post("/break-glass", &[("code", "0000-0000-0000-0000")]).await;
    let nonsense = finder.post("/break-glass", &[("code", "no code")]).await;
    assert_eq!((wrong.status.as_u16(), wrong.heading()), (422, nonsense.heading()));
    assert!(finder.session().is_none());
    assert_eq!(finder.post("/break-glass", &[("code", &code)]).await.location(), "/");
    assert!(finder.get("/").await.has("The break-glass account is open."));
    for path in ["/settings/security", "/settings/security/turn-off", "/people", "/people/invite", "/settings/audit", "/guides"] {
        assert_eq!(finder.get(path).await.status, 200, "{path}");
    }
    for path in ["/settings/ways-back", "/settings/ways-back/break-glass", "/settings/security/recovery-kit"] {
        assert_eq!(finder.get(path).await.status, 403, "{path}");
    }
    assert_eq!(finder.post("/settings/security/enforce", &[("version", "1")]).await.status, 403);
    assert_eq!(finder.post("/settings/general", &[("name", "Ours now"), ("language", "en")]).await.status, 403);
    // Nobody above employee is touched with it: those are who close it.
    let ingrids = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    let kari = app.person(demo::EMPLOYEE).await;
    for path in ["disable", "end-sessions", "second-factor"] {
        assert_eq!(finder.post(&format!("/people/{ingrids}/{path}"), &[]).await.status, 403, "{path}");
    }
    assert_eq!(finder.post(&format!("/people/{ingrids}/role"), &[("from", "owner"), ("to", "employee")]).await.status, 403);
    assert_eq!(finder.post(&format!("/people/{kari}/role"), &[("from", "employee"), ("to", "owner")]).await.status, 403);
    // It turns single sign-on off, and an owner closes it, with the password.
    assert_eq!(finder.post("/settings/security/turn-off", &[]).await.location(), "/settings/security");
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get("/people").await.has("The break-glass account is open."));
    let mut kari = app.signed_in(demo::EMPLOYEE).await;
    assert!(!kari.get("/").await.has("The break-glass account is open."), "employees are not alarmed");
    let closed = ingrid.post("/settings/ways-back/break-glass", &[("do", "close"), ("password", PASSWORD)]).await;
    assert_eq!(closed.location(), "/settings/ways-back");
    assert!(finder.get("/people").await.location().starts_with("/sign-in"), "its session is over");
    assert!(!ingrid.get("/people").await.has("The break-glass account is open."));
    assert_eq!(finder.post("/break-glass", &[("code", &code)]).await.status, 422, "and its code is void");
}

#[tokio::test]
async fn whoever_opened_the_break_glass_account_links_no_account_of_their_own_to_it() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let code = seal(&mut ingrid).await;
    // Whoever found the envelope has an account in the organisation's own tenant.
    let mut finder = app.browser(demo::EMPLOYEE);
    finder.post("/break-glass", &[("code", &code)]).await;
    finder.post("/settings/security/activate", &[]).await;
    let back = finder.trip("/settings/security/connect", &[]).await;
    if back.location().starts_with("/settings/security/proposal/") {
        for fields in [&[][..], &[("password", PASSWORD)][..]] {
            let refused = finder.post(back.location(), fields).await;
            assert!(refused.status == 403 || refused.status == 422, "{refused:?}");
        }
    }
    let glass = finder.app.room.accounts.people(&app.nordvik.cx, tillit_accounts::PeoplePage { after: None, limit: 100 }).await.unwrap();
    let glass = glass.iter().find(|person| person.username.as_str().ends_with(".invalid")).unwrap().id;
    assert!(app.state.sso.linked_accounts(&app.nordvik.cx, glass).await.unwrap().is_empty());
}

/// Sends what waits, and gives the path of the last link of this kind.
pub(super) async fn link(app: &App, folder: &std::path::Path, page: &str) -> String {
    let worker = tillit_jobs::Worker::new(app.room.db.clone(), app.room.vault.clone(), tillit_jobs::WorkerOptions::default());
    tillit_mail::Mailer::folder(folder.to_owned()).register(worker).run_due(&app.room.cx).await.unwrap();
    let begin = format!("/restore/{page}/");
    let mails = tillit_mail::folder_list(folder).await.unwrap();
    let text = mails.into_iter().find(|mail| mail.text.contains(&begin)).unwrap().text;
    let token: String = text.split(&begin).nth(1).unwrap().chars().take(43).collect();
    format!("{begin}{token}")
}

#[tokio::test]
async fn a_restore_goes_from_mail_to_mail_and_an_owner_sees_and_stops_it() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let contact = [("contact", CONTACT), ("do", "set"), ("password", PASSWORD)];
    assert_eq!(ingrid.post("/settings/ways-back/contact", &contact).await.location(), "/settings/ways-back");
    let operator = app.nordvik.cx.with_actor(Actor::Operator);
    let pages = RestorePages { public_url: app.state.config.public_url.clone(), operator_mail: None };
    let new = NewRestore { domain: "nordvik.example".parse().unwrap(), contact: CONTACT.parse().unwrap(), named: NAMED.parse().unwrap() };
    let accounts = &app.room.accounts;
    accounts.begin_restore(&operator, &new, &pages).await.unwrap();
    assert!(ingrid.get("/people").await.has("Somebody is being let back in."));
    let folder = tempfile::tempdir().unwrap();
    let agree = link(&app, folder.path(), "agree").await;
    let mut chair = app.browser("");
    for _ in 0..2 {
        assert!(chair.get(&agree).await.has(NAMED), "looking uses nothing up");
    }
    let shown = chair.post(&agree, &[]).await;
    let code = shown.between("<p class=\"mono figure\">", "</p>").to_owned();
    let server = tillit_fetch::testing::NameServer::start().await;
    let resolver = tillit_fetch::TxtResolver::new(&[server.address()]);
    let show_record = async || {
        let record = accounts.restore(&operator).await.unwrap().unwrap().record.unwrap();
        server.add(&record.name, &[&record.text]);
        accounts.look_for_record(&operator, &resolver, &pages).await.unwrap();
    };
    show_record().await;
    assert!(ingrid.get("/settings/ways-back").await.has("Stop the restore"));
    // The link of one kind opens no page of another; the owner's stops it, once.
    let stop = link(&app, folder.path(), "stop").await;
    assert_eq!(chair.get(&agree.replace("/agree/", "/stop/")).await.heading(), "This link does not work any more");
    assert_eq!(app.browser("").post(&stop, &[]).await.heading(), "You stopped it");
    assert!(!ingrid.get("/settings/ways-back").await.has("Stop the restore"));
    show_record().await;
    assert_eq!(app.browser("").post(&stop, &[]).await.heading(), "This link does not work any more");
    app.t.clock.advance(Duration::hours(72));
    accounts.work_on_restores(&app.room.cx, &resolver, &pages).await.unwrap();
    let come_in = link(&app, folder.path(), "come-in").await;
    let mut new_owner = app.browser("");
    assert!(new_owner.post(&come_in, &[("code", "0000-0000-0000-0000")]).await.has("This code does not work"));
    let password = new_owner.post(&come_in, &[("code", &code)]).await.location().to_owned();
    assert!(password.starts_with("/recover/"), "{password}");
    let typed = [("password", "fire små kaker til"), ("again", "fire små kaker til")];
    assert_eq!(new_owner.post(&password, &typed).await.location(), "/");
    assert_eq!(new_owner.get("/settings/ways-back").await.status, 200, "an owner");
    assert_eq!(new_owner.get(&come_in).await.heading(), "This link does not work any more");
}

#[tokio::test]
async fn a_contact_at_an_own_domain_and_forgetting_the_open_account_are_refused_with_the_reason() {
    let app = App::new().await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let own = [("contact", "chair@nordvik.example"), ("do", "set"), ("password", PASSWORD)];
    let refused = ingrid.post("/settings/ways-back/contact", &own).await;
    assert!(refused.status == 422 && refused.has("at one of your own domains") && refused.has("value=\"chair@nordvik.example\""));
    let code = seal(&mut ingrid).await;
    assert_eq!(app.browser("").post("/break-glass", &[("code", &code)]).await.location(), "/");
    let page = tillit_accounts::PeoplePage { after: None, limit: 100 };
    let people = app.room.accounts.people(&app.nordvik.cx, page).await.unwrap();
    let glass = people.into_iter().find(|person| person.display_name() == "Break-glass account").unwrap();
    let sure = [("username", glass.username.as_str()), ("password", PASSWORD)];
    let refused = ingrid.post(&format!("/people/{}/forget", glass.id), &sure).await;
    assert!(refused.status == 422 && refused.has("The break-glass account is open. Close it first"), "{}", refused.body);
    assert_eq!(ingrid.get("/account").await.status, 200, "the session that showed the password goes on");
}
