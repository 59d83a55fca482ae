//! Who may open what: every address of the table, asked by every role. A new address shows up here
//! by itself, as a difference somebody must agree to.

use http::Method;
use tillit_accounts::Role;
use tillit_practice::demo;
use tillit_store::on_both_engines;

use super::app::VICTIM;
use super::{Answer, App, Browser};
use crate::handlers;

/// An address of the table with its parts filled in. Ids are Nordvik's.
pub(super) async fn address(app: &App, path: &str) -> String {
    let person = app.person(VICTIM).await.to_string();
    let id = if path.starts_with("/people/invitations/") {
        "inv_00000000000000000000000000000000".to_owned()
    } else if path.starts_with("/people/") {
        person
    } else if path.contains("proposal") {
        "prp_00000000000000000000000000000000".to_owned()
    } else if path.contains("/passkeys/") {
        "pky_00000000000000000000000000000000".to_owned()
    } else if path.starts_with("/settings/services/") {
        "svc_00000000000000000000000000000000".to_owned()
    } else if path.starts_with("/sent/") {
        "frm_00000000000000000000000000000000".to_owned()
    } else if path.contains("credential") {
        "crd_00000000000000000000000000000000".to_owned()
    } else {
        "ses_00000000000000000000000000000000".to_owned()
    };
    let slug = if path.starts_with("/o/") { "nordvik" } else { "single-sign-on-in-azure-ad" };
    let asset = crate::assets::url("tillit.css");
    path.replace("{id}", &id)
        .replace("{account}", "idy_00000000000000000000000000000000")
        .replace("{which}", "tok_00000000000000000000000000000000")
        .replace("{slug}", slug)
        .replace("{step}", "employee")
        .replace("{domain}", "nordvik.example")
        .replace("{token}", &"A".repeat(43))
        .replace("{language}/{name}", "en/nothing.png")
        .replace("/assets/{path}", &asset)
}

async fn ask(browser: &mut Browser<'_>, method: &Method, path: &str) -> Answer {
    if *method == Method::GET { browser.get(path).await } else { browser.post(path, &[]).await }
}

/// What came back, in few letters.
fn short(answer: &Answer) -> String {
    let to = answer.location();
    match to {
        "" => answer.status.as_str().to_owned(),
        to if to.starts_with("/sign-in?") => format!("{} sign-in", answer.status.as_str()),
        to if to.starts_with("http") => format!("{} provider", answer.status.as_str()),
        to if to.starts_with("/people/") => format!("{} /people/{{id}}", answer.status.as_str()),
        to => format!("{} {to}", answer.status.as_str()),
    }
}

on_both_engines!(any_change_of_who_may_open_what_is_a_visible_difference, |t| {
    let lines = who_may_open_what(&App::over(t).await).await;
    compared(&lines);
});

/// One snapshot for both engines.
fn compared(lines: &[String]) {
    insta::assert_snapshot!("any_change_of_who_may_open_what_is_a_visible_difference", lines.join("\n"));
}

async fn who_may_open_what(app: &App) -> Vec<String> {
    let mut roles: Vec<(String, Option<String>)> = vec![("visitor".to_owned(), None)];
    for role in Role::ALL {
        let username = format!("{}.one@nordvik.example", role.code());
        app.room.person(&app.room.cx.in_organisation(app.nordvik.id), &username, role).await;
        roles.push((role.code().replace('_', " "), Some(username)));
    }
    roles.push(("owner of another".to_owned(), Some("owner@fjordheim.example".to_owned())));
    let mut lines = Vec::new();
    for (method, path) in handlers::table().listed() {
        let mut line = format!("{method} {path}");
        let asked = address(app, path).await;
        let mut answers: Vec<(String, Vec<&str>)> = Vec::new();
        for (role, username) in &roles {
            // Sessions of one moment could not be told apart by age.
            app.t.clock.advance(tillit_store::Duration::seconds(1));
            let mut browser = match username {
                Some(username) => app.signed_in(username).await,
                None => app.browser(""),
            };
            let answer = short(&ask(&mut browser, method, &asked).await);
            match answers.iter_mut().find(|(known, _)| *known == answer) {
                Some((_, who)) => who.push(role),
                None => answers.push((answer, vec![role])),
            }
        }
        // What most get is said last and without names.
        answers.sort_by_key(|(_, who)| who.len());
        let most = answers.pop();
        for (answer, who) in answers {
            line.push_str(&format!("\n    {answer}: {}", who.join(", ")));
        }
        if let Some((answer, who)) = most {
            line.push_str(&format!("\n    {answer}: {}", if who.len() == roles.len() { "everybody" } else { "everybody else" }));
        }
        lines.push(line);
    }
    lines
}

on_both_engines!(attack_61_nothing_of_another_organisation_is_found_by_its_id, |t| {
    let app = App::over(t).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    ingrid.post("/settings/security/activate", &[]).await;
    let proposal = ingrid.trip("/settings/security/connect", &[]).await.location().to_owned();
    let kari = app.person(demo::EMPLOYEE).await;
    app.signed_in(demo::EMPLOYEE).await;
    let session = app.room.accounts.sessions(&app.nordvik.cx, kari).await.unwrap()[0].id;
    let before = app.audit().await;

    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    for (method, path) in [
        (Method::GET, format!("/people/{kari}")),
        (Method::GET, format!("/people/{kari}/photo")),
        (Method::POST, format!("/people/{kari}/end-sessions")),
        (Method::POST, format!("/people/{kari}/disable")),
        (Method::POST, format!("/account/sessions/end/{session}")),
        (Method::GET, proposal.clone()),
        (Method::POST, proposal.clone()),
    ] {
        let answer = ask(&mut stranger, &method, &path).await;
        assert_eq!((answer.status.as_u16(), answer.heading()), (404, "There is no such page"), "{method} {path}");
    }
    let found = stranger.post("/people/search", &[("username", demo::EMPLOYEE)]).await;
    assert!(found.has("Nobody with this username"));
    assert_eq!(app.audit().await, before, "nothing happened in Nordvik");
    // Another administrator of the same organisation is no more welcome to a proposal than a stranger.
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    assert_eq!(lars.get(&proposal).await.status, 404);
    // A colleague's session is ended on the colleague's page, not by its id.
    assert_eq!(lars.post(&format!("/account/sessions/end/{session}"), &[]).await.status, 404);
});

on_both_engines!(an_administrator_below_owner_manages_employees_only, |t| {
    let app = App::over(t).await;
    let mut lars = app.signed_in(demo::OTHER_EMPLOYEE).await;
    let ingrid = app.person(demo::GLOBAL_ADMINISTRATOR).await;
    for action in ["end-sessions", "disable"] {
        assert_eq!(lars.post(&format!("/people/{ingrid}/{action}"), &[]).await.status, 403, "{action}");
    }
    let kari = app.person(demo::EMPLOYEE).await;
    let mut hers = app.signed_in(demo::EMPLOYEE).await;
    lars.post(&format!("/people/{kari}/disable"), &[]).await;
    assert_eq!(hers.get("/account").await.location(), "/sign-in?return_to=%2Faccount");
});
