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
