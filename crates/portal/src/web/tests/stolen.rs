//! What a session alone does not do: remove an owner, or go on unasked.

use http::Method;
use tillit_accounts::SessionToken;
use tillit_accounts::testing::PASSWORD;
use tillit_practice::demo;
use tillit_store::{Duration, Scope, on_both_engines};

use super::invitations::mails;
use super::{App, Browser};

on_both_engines!(a_session_alone_switches_no_owner_off, |t| {
    let app = App::over(t).await;
    let mut owner = app.signed_in(app.nordvik.username.as_str()).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let (shown, path) = (format!("/people/{}", app.nordvik.owner), format!("/people/{}/disable", app.nordvik.owner));
    assert!(ingrid.get(&shown).await.has("name=\"password\""));
    for fields in [&[][..], &[("password", "not the password")][..], &[("proof_code", "7Q2M-9XKD-41TB-0WZV")][..]] {
        assert_eq!(ingrid.post(&path, fields).await.status, 422, "{fields:?}");
    }
    assert_eq!(owner.get("/account").await.status, 200);
    assert_eq!(ingrid.post(&path, &[("password", PASSWORD)]).await.location(), shown);
    assert_eq!(owner.get("/account").await.location(), "/sign-in?return_to=%2Faccount");
});

on_both_engines!(a_session_alone_sends_no_invitation_to_a_role_again, |t| {
    let app = App::over(t).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let new = [("address", "new.owner@nordvik.example"), ("role", "owner"), ("password", PASSWORD)];
    assert_eq!(ingrid.post("/people/invite", &new).await.location(), "/people/invitations");
    let list = ingrid.get("/people/invitations").await;
    let path = format!("/people/invitations/{}/send-again", list.between("/people/invitations/", "/send-again"));
    // What ran out would be brought back by it, and what lost its sender taken over.
    app.t.clock.advance(Duration::days(8));
    let mut thief = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let bare = thief.post(&path, &[]).await;
    assert_eq!((bare.status.as_u16(), bare.has("Show that it is you with one of the fields here")), (422, true), "{}", bare.body);
    assert!(bare.has("new.owner@nordvik.example"), "the form to invite, filled in");
    assert_eq!(thief.post(&path, &[("password", "not the password")]).await.status, 422);
    assert!(thief.get("/people/invitations").await.has("Run out"));
    assert_eq!(thief.post(&path, &[("password", PASSWORD)]).await.location(), "/people/invitations");
    assert!(!thief.get("/people/invitations").await.has("Run out"));
});

on_both_engines!(a_session_alone_deletes_no_field_shortens_no_log_sends_it_nowhere_and_turns_nothing_off, |t| {
    let app = App::over(t).await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let none = tillit_accounts::FieldChoices::of_letters(&tillit_accounts::Preset::ALL[0].choices().letters()).unwrap().letters();
    let address = ("address", "https://siem.nordvik.example/tillit");
    let cases: [(&str, Vec<(&str, &str)>); 6] = [
        ("/settings/privacy/change", vec![("to", &none)]),
        ("/settings/audit/keep", vec![("years", "1"), ("sure", "yes")]),
        ("/settings/audit/webhook", vec![address]),
        ("/settings/audit/webhook/secret", vec![]),
        ("/settings/audit/webhook/remove", vec![address]),
        ("/settings/security/turn-off", vec![]),
    ];
    for (path, fields) in &cases {
        let bare = ingrid.post(path, fields).await;
        assert!(bare.status == 422 && bare.has("name=\"password\""), "{path}: {}", bare.body);
    }
    // One proof, for all of them.
    let set = ingrid.post(cases[2].0, &[&cases[2].1[..], &[("password", PASSWORD)]].concat()).await;
    assert_eq!(set.status, 200, "{}", set.body);
    for at in [0, 1, 3, 4, 5] {
        let (path, fields) = &cases[at];
        let done = ingrid.post(path, fields).await;
        assert!(done.status == 200 || done.status == 303, "{path}: {}", done.body);
    }
});

on_both_engines!(an_owner_whose_kit_is_the_last_way_back_stays, |t| {
    let app = App::over(t).await;
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    app.t.clock.advance(Duration::seconds(1));
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let path = format!("/people/{}/disable", app.person(demo::GLOBAL_ADMINISTRATOR).await);
    assert_eq!(ingrid.post(&path, &[("password", PASSWORD)]).await.status, 409);
    assert_eq!(ingrid.get("/account").await.status, 200, "nothing was half written");
});

/// Ingrid, signed in through the provider, whose account is overdue to be looked at.
async fn overdue(app: &App) -> Browser<'_> {
    app.signed_in(demo::GLOBAL_ADMINISTRATOR).await.enforce().await;
    app.t.clock.advance(Duration::seconds(1));
    let mut ingrid = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    app.t.clock.advance(Duration::minutes(61));
    ingrid
}

const SCRIPT: [(&str, &str); 1] = [("accept", "*/*")];
const SEARCH: (&str, &[(&str, &str)]) = ("/people/search", &[("username", "nobody & <i>@nordvik.example")]);

on_both_engines!(attack_56_whoever_opens_no_page_is_looked_at_all_the_same, |t| {
    let app = App::over(t).await;
    let mut ingrid = overdue(&app).await;
    let (page, form) = ("/account", "/account/sessions/end/ses_00000000000000000000000000000000");
    assert_eq!(ingrid.send(Method::GET, page, &SCRIPT, "").await.status, 200);
    assert_eq!(ingrid.post(form, &[]).await.status, 404, "a form that was open meanwhile is taken");
    app.t.clock.advance(Duration::hours(1));
    assert_eq!(ingrid.send(Method::GET, page, &SCRIPT, "").await.location(), "/sign-in");
    // Forms alone go nowhere, however many are sent.
    for _ in 0..3 {
        let there = ingrid.post(form, &[]).await;
        assert!(there.location().starts_with(&app.running.base_url), "{there:?}");
    }
    let there = ingrid.get(page).await;
    assert!(there.location().starts_with(&app.running.base_url), "{there:?}");
    assert_eq!(ingrid.through_provider(&there).await.location(), page);
    assert_eq!(ingrid.send(Method::GET, page, &SCRIPT, "").await.status, 200);
});

on_both_engines!(a_form_that_comes_long_after_a_look_was_due_waits_for_the_look_and_is_not_lost, |t| {
    let app = App::over(t).await;
    let mut ingrid = overdue(&app).await;
    app.t.clock.advance(Duration::hours(1));
    let there = ingrid.post(SEARCH.0, SEARCH.1).await;
    assert!(there.location().contains("prompt=none"), "{there:?}");
    let back = ingrid.through_provider(&there).await;
    let kept = back.location().to_owned();
    assert!(kept.starts_with("/sent/frm_"), "{kept}");
    for _ in 0..2 {
        let page = ingrid.get(&kept).await;
        assert_eq!(page.status, 200, "a reload loses nothing");
        assert!(page.has("action=\"/people/search\" data-send-on") && page.has("nobody &#38; &#60;i&#62;@nordvik.example"), "{page:?}");
        assert_eq!(page.header("cache-control"), "no-store");
    }
    assert_eq!(ingrid.post(SEARCH.0, SEARCH.1).await.status, 200, "and now it is taken");
    // Nobody else's, in no other browser, and not for ever.
    let mut elsewhere = app.browser(demo::GLOBAL_ADMINISTRATOR);
    assert_eq!(elsewhere.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    assert_eq!(elsewhere.get(&kept).await.status, 404);
    assert!(app.browser("").get(&kept).await.location().starts_with("/sign-in"));
    app.t.clock.advance(Duration::minutes(61));
    let there = ingrid.get(&kept).await;
    assert_eq!(ingrid.through_provider(&there).await.location(), kept);
    assert_eq!(ingrid.get(&kept).await.status, 404);
});

on_both_engines!(a_form_survives_that_the_look_ends_the_session, |t| {
    let app = App::over(t).await;
    let mut ingrid = overdue(&app).await;
    app.t.clock.advance(Duration::hours(1));
    app.running.practice.world().disable_user(demo::GLOBAL_ADMINISTRATOR, true).unwrap();
    let there = ingrid.post(SEARCH.0, SEARCH.1).await;
    let ended = ingrid.through_provider(&there).await;
    assert!(ended.location().starts_with("/sign-in?return_to=%2Fsent%2Ffrm"), "{ended:?}");
    assert!(ingrid.session().is_none());
    app.running.practice.world().disable_user(demo::GLOBAL_ADMINISTRATOR, false).unwrap();
    let kept = ended.location().trim_start_matches("/sign-in?return_to=").replace("%2F", "/").replace("%5F", "_");
    assert_eq!(ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await.location(), "/");
    let page = ingrid.get(&kept).await;
    assert!(page.has("action=\"/people/search\""), "{page:?}");
    assert!(!page.has("data-send-on"), "another session sent it, and whoever had that one may have been somebody else");
});

on_both_engines!(a_form_is_taken_when_the_provider_cannot_be_asked, |t| {
    let app = App::over(t).await;
    let mut ingrid = overdue(&app).await;
    app.t.clock.advance(Duration::hours(1));
    let without = tillit_sso::SsoConfig { microsoft: None, ..app.state.sso.config().clone() };
    let fetcher = tillit_fetch::Fetcher::new(tillit_fetch::FetchPolicy::default()).unwrap();
    let (db, vault, accounts) = (app.room.db.clone(), app.room.vault.clone(), app.room.accounts.clone());
    let sso = tillit_sso::Sso::new(tillit_sso::Parts { db, vault, accounts, fetcher, config: without });
    let router = crate::router(crate::PortalState { sso, ..app.state.clone() });
    ingrid.before(router);
    assert_eq!(ingrid.post(SEARCH.0, SEARCH.1).await.status, 200);
});

on_both_engines!(a_session_alone_links_no_account_and_whoever_links_one_is_told_where_mail_went_before, |t| {
    let app = App::over(t).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.post("/settings/security/activate", &[]).await;
    let proposal = ingrid.trip("/settings/security/connect", &[]).await;
    let page = ingrid.get(proposal.location()).await;
    assert!(page.has("name=\"password\"") && page.has("You get a mail about it"), "{}", page.body);
    for fields in [&[][..], &[("password", "not the password")][..]] {
        let refused = ingrid.post(proposal.location(), fields).await;
        assert!(refused.status == 422 && refused.has("Accept and link"), "{fields:?}: {}", refused.body);
    }
    let person = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    assert!(ingrid.get(&format!("/people/{person}")).await.has("No account is linked"));
    let told = |mails: Vec<tillit_mail::StoredMail>| mails.into_iter().filter(|mail| mail.subject.contains("linked")).collect::<Vec<_>>();
    assert!(told(mails(&app).await).is_empty());
    assert_eq!(ingrid.post(proposal.location(), &[("password", PASSWORD)]).await.location(), "/settings/security");
    let told = told(mails(&app).await);
    assert!(told.iter().any(|mail| mail.to == demo::GLOBAL_ADMINISTRATOR && mail.subject.contains("Your account")), "{told:?}");
    assert!(told.iter().any(|mail| mail.to == app.nordvik.username.as_str() && mail.subject.contains("an owner's account")), "{told:?}");
});

on_both_engines!(a_late_answer_to_an_old_cookie_takes_the_new_one_away_from_nobody, |t| {
    let app = App::over(t).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut late = app.browser("");
    late.cookies = ingrid.cookies.clone();
    assert_eq!(ingrid.sign_in_locally(demo::GLOBAL_ADMINISTRATOR, PASSWORD).await.location(), "/");
    let cx = app.nordvik.cx.with_scope(Scope::Installation);
    let new = SessionToken::parse(ingrid.session().unwrap()).unwrap();
    let new = app.room.accounts.session(&cx, &new).await.unwrap().unwrap();
    let mut tx = app.room.db.begin(&app.nordvik.cx).await.unwrap();
    app.room.accounts.end_all_sessions(&mut tx, &app.nordvik.cx, new.person, Some(new.id)).await.unwrap();
    tx.commit().await.unwrap();
    let answer = late.get("/account").await;
    assert_eq!(answer.location(), "/sign-in?return_to=%2Faccount", "the old cookie is nothing any more");
    assert!(late.session().is_some(), "it is left alone: the browser may have another by now");
    // The other tab's message comes along, and is not true here.
    ingrid.cookies.insert("tillit_flash".to_owned(), late.cookies["tillit_flash"].clone());
    let page = ingrid.get("/account").await;
    assert!(page.status == 200 && !page.has("Your session is over"), "{}", page.body);
});
