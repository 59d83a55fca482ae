//! Searching for people by a whole address and by a part of the name.

use tillit_accounts::{PhotoChange, Profile, ProfileText};
use tillit_practice::demo;

use super::App;

/// Gives somebody a name and a mail address.
async fn named(app: &App, username: &str, name: &str, email: &str) {
    let (id, cx) = (app.person(username).await, &app.nordvik.cx);
    let profile = Profile { email: ProfileText::new(email), ..Profile::named(name) };
    let mut tx = app.room.db.begin(cx).await.unwrap();
    app.room.accounts.update_profile(&mut tx, cx, id, &profile, PhotoChange::Keep).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_part_of_a_name_and_a_whole_address_find_people_of_ones_own_organisation_only() {
    let app = App::new().await;
    named(&app, demo::EMPLOYEE, "Kari Åse Nordmann", "post@nordvik.example").await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let mut search = async |typed: &str| ingrid.post("/people/search", &[("username", typed)]).await;
    for typed in ["kari", "NORDM", "ase kar", "Post@Nordvik.example", demo::EMPLOYEE] {
        let page = search(typed).await;
        assert!(page.has(demo::EMPLOYEE) && !page.has(demo::OTHER_EMPLOYEE), "{typed}: {}", page.body);
    }
    let all = search("kari").await;
    assert!(all.has("names searched.") && !all.has("Search further"), "a small organisation is searched at once: {}", all.body);
    assert!(search("ordmann").await.has("No word of a name begins with"));
    assert!(search("k").await.has("Type more of the name"));
    assert!(search("").await.has("Nothing to search for"));
    assert!(search("nobody@nordvik.example").await.has("Nobody with this username"));
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    for typed in ["kari", "post@nordvik.example"] {
        assert!(!stranger.post("/people/search", &[("username", typed)]).await.has(demo::EMPLOYEE), "{typed}");
    }
    let kari = app.person(demo::EMPLOYEE).await.to_string();
    let carried = stranger.post("/people/search", &[("username", "xyz"), ("seen", "3"), ("found", &kari)]).await;
    assert!(carried.status == 200 && !carried.has(demo::EMPLOYEE), "an id of another organisation shows nobody");
}

#[tokio::test]
async fn a_search_goes_on_where_it_stood_and_keeps_whom_it_found() {
    let app = App::new().await;
    named(&app, demo::EMPLOYEE, "Kari Nordmann", "kari@nordvik.example").await;
    let kari = app.person(demo::EMPLOYEE).await.to_string();
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let on = [("username", "lars"), ("after", kari.as_str()), ("seen", "3"), ("found", kari.as_str())];
    let page = ingrid.post("/people/search", &on).await;
    assert!(page.has(demo::EMPLOYEE), "whom an earlier stretch found stays: {}", page.body);
    for (field, value) in [("after", "x"), ("found", "usr_1"), ("seen", "many")] {
        let bad = ingrid.post("/people/search", &[("username", "kari"), (field, value)]).await;
        assert_eq!(bad.status, 400, "{field}");
    }
}

#[tokio::test]
async fn a_list_is_narrowed_by_state_and_link_with_how_many_there_are_and_searched_among_those() {
    let app = App::new().await;
    named(&app, demo::EMPLOYEE, "Kari Nordmann", "kari@nordvik.example").await;
    let kari = app.person(demo::EMPLOYEE).await;
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let all = ingrid.get("/people").await;
    assert!(all.has("Any state (5)") && all.has("Active (5)") && all.has("Switched off (0)"), "{}", all.body);
    assert!(!all.has("single sign-on ("), "nobody is linked, so nothing is asked: {}", all.body);
    ingrid.post(&format!("/people/{kari}/disable"), &[]).await;
    let off = ingrid.get("/people?state=disabled").await;
    assert!(off.has(demo::EMPLOYEE) && !off.has(demo::OTHER_EMPLOYEE) && off.has("1 person"), "{}", off.body);
    assert!(off.has("Employee (1)") && off.has("href=\"/people?role=employee&#38;state=disabled\""), "roles keep the state: {}", off.body);
    assert!(off.has("<input type=\"hidden\" name=\"state\" value=\"disabled\">"), "the search is among them");
    let nobody = ingrid.get("/people?role=owner&state=disabled&linked=no").await;
    assert!(nobody.has("Nobody here is: Owner · Switched off · Not linked to single sign-on."), "{}", nobody.body);

    let among = async |browser: &mut super::Browser<'_>, typed: &str| {
        browser.post("/people/search", &[("username", typed), ("state", "active")]).await
    };
    for typed in ["kari", demo::EMPLOYEE, "kari@nordvik.example"] {
        let page = among(&mut ingrid, typed).await;
        assert!(page.has("Searched only among: Active.") && page.has("Others were not searched."), "{typed}: {}", page.body);
        assert!(!page.has(&kari.to_string()), "{typed}: {}", page.body);
        assert!(ingrid.post("/people/search", &[("username", typed)]).await.has(&kari.to_string()), "{typed}: everybody");
    }
    let file = ingrid.get("/people.csv?state=disabled").await;
    assert!(file.has(demo::EMPLOYEE) && !file.has(demo::OTHER_EMPLOYEE), "the file is the list: {}", file.body);
    for path in ["/people?state=asleep", "/people?linked=maybe", "/people?role=king"] {
        assert_eq!(ingrid.get(path).await.status, 400, "{path}");
    }
    ingrid.enforce().await;
    ingrid.sign_in(demo::GLOBAL_ADMINISTRATOR).await;
    let linked = ingrid.get("/people?linked=yes").await;
    assert!(linked.has("Linked to single sign-on (1)") && linked.has(demo::GLOBAL_ADMINISTRATOR), "{}", linked.body);
    assert!(!linked.has(demo::OTHER_EMPLOYEE) && ingrid.get("/people?linked=no").await.has(demo::OTHER_EMPLOYEE));
}

#[tokio::test]
async fn the_file_of_everybody_is_whole_though_it_is_written_while_it_is_sent() {
    let app = App::new().await;
    let cx = app.room.cx.in_organisation(app.nordvik.id).with_actor(tillit_store::Actor::Operator);
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    for n in 0..205 {
        let username = format!("many{n}@nordvik.example").parse().unwrap();
        let new =
            tillit_accounts::NewPerson { username, role: tillit_accounts::Role::Employee, profile: Profile::named(&format!("Many {n}")) };
        app.room.accounts.add_person(&mut tx, &cx, &new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut ingrid = app.signed_in(demo::GLOBAL_ADMINISTRATOR).await;
    let file = ingrid.get("/people.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.body.lines().collect();
    assert!(lines[0].contains("username"));
    assert!((0..205).all(|n| lines.iter().any(|line| line.contains(&format!("\"many{n}@nordvik.example\"")))));
    let mut once = lines.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), lines.len(), "nobody twice");
}
