//! The audit log as files: every column of every row that was asked for, whatever stands in it, and no row of anybody else.

use std::net::IpAddr;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tillit_accounts::audit::actions;
use tillit_accounts::{AuditEntry, AuditFilter, AuditPage, Entry, PhotoChange, Profile};
use tillit_practice::demo;
use tillit_store::{Actor, ClientAddress, Cx, Duration, OrganisationId, PersonId, Scope, SystemRandom, on_both_engines};

use super::app::VICTIM;
use super::{App, Browser};
use crate::pages::detail_words;
use crate::words::{Language, Words};

/// What directories and people bring, and a spreadsheet would run.
const NAMES: [(&str, &str); 3] = [
    (demo::EMPLOYEE, "=HYPERLINK(\"http://evil.example\",\"Kari, click\")"),
    (demo::OTHER_EMPLOYEE, "@SUM(1+1)*cmd|' /C calc'!A0"),
    (VICTIM, "-2+3, \"the Victim\""),
];
/// What somebody types as a reason may hold lines.
const TYPED: &str = "first line, with a comma\r\nsecond \"line\"\n=1+1";

/// The cells of a file of quoted cells (RFC 4180, section 2): anything else is no cell of ours.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let mut rest = text;
    while !rest.is_empty() {
        rest = rest.strip_prefix('"').unwrap_or_else(|| panic!("no quote at {rest:?}"));
        let mut cell = String::new();
        loop {
            let (before, after) = rest.split_once('"').expect("the end of a cell");
            cell.push_str(before);
            rest = after;
            match after.strip_prefix('"') {
                Some(more) => {
                    cell.push('"');
                    rest = more;
                }
                None => break,
            }
        }
        row.push(cell);
        rest = match rest.strip_prefix(',') {
            Some(more) => more,
            None => {
                rows.push(std::mem::take(&mut row));
                rest.strip_prefix("\r\n").unwrap_or_else(|| panic!("no end of a row at {rest:?}"))
            }
        };
    }
    rows
}

/// What a spreadsheet shows and does not run.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() }
}

async fn call(app: &App, organisation: OrganisationId, actor: Actor, address: &str) -> Cx {
    let address = ClientAddress(address.parse::<IpAddr>().unwrap());
    Cx::new(Scope::Organisation(organisation), actor, Some(address), app.t.clock.clone(), Arc::new(SystemRandom::default()))
}

async fn write(app: &App, cx: &Cx, entry: Entry) {
    let mut tx = app.room.db.begin(cx).await.unwrap();
    app.room.accounts.record(&mut tx, cx, entry).await.unwrap();
    tx.commit().await.unwrap();
}

/// Nordvik with names and rows that want to be more than cells; Ingrid is signed in.
async fn written(app: &App) -> (Browser<'_>, [PersonId; 3]) {
    let operator = app.nordvik.cx.with_actor(Actor::Operator);
    let mut people = Vec::new();
    for (username, name) in NAMES {
        let person = app.person(username).await;
        let mut tx = app.room.db.begin(&operator).await.unwrap();
        app.room.accounts.update_profile(&mut tx, &operator, person, &Profile::named(name), PhotoChange::Keep).await.unwrap();
        tx.commit().await.unwrap();
        people.push(person);
    }
    let people: [PersonId; 3] = people.try_into().unwrap();
    let [kari, lars, victim] = people;
    app.t.clock.advance(Duration::days(1));
    let cx = call(app, app.nordvik.id, Actor::Person(kari), "203.0.113.7").await;
    write(app, &cx, Entry::new(actions::PERSON_VIEWED).target(victim).detail(json!({ "why_so": TYPED }))).await;
    write(app, &cx, Entry::new(actions::PERSON_VIEWED).target(lars).reason("=reason").detail(json!({ "=1+1": 2 }))).await;
    app.t.clock.advance(Duration::days(1));
    let cx = call(app, app.nordvik.id, Actor::Person(lars), "2001:db8::7").await;
    write(app, &cx, Entry::new(actions::ROLE_CHANGED).target(kari).detail(json!({ "from": "employee", "to": "auditor" }))).await;
    app.t.clock.advance(Duration::hours(1));
    (app.signed_in(demo::GLOBAL_ADMINISTRATOR).await, people)
}

/// All rows of Nordvik that fit, the newest first, as the room gives them.
async fn rows(app: &App, filter: AuditFilter) -> Vec<AuditEntry> {
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let part = app.room.accounts.audit_search(&app.nordvik.cx, &filter, AuditPage { before, limit: 100 }).await.unwrap();
        let Some(last) = part.last() else { return all };
        before = Some(last.seq);
        all.extend(part);
    }
}

/// Who is who in the files.
fn name(people: [PersonId; 3], who: PersonId) -> Option<&'static str> {
    people.iter().position(|person| *person == who).map(|at| NAMES[at].1)
}

on_both_engines!(the_table_has_every_column_and_runs_in_no_spreadsheet, |t| {
    let app = App::over(t).await;
    let (mut ingrid, people) = written(&app).await;
    let file = ingrid.get("/settings/audit.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").contains("attachment") && file.header("content-disposition").contains("audit.csv"));
    let table = cells(&file.body);
    assert_eq!(table[0], ["number", "time", "what", "action", "by", "about", "from", "reason", "detail"]);
    // The first row is that the file was made.
    assert_eq!(table[1][3], "audit.exported");
    let expected = rows(&app, AuditFilter::default()).await;
    assert_eq!(table.len() - 1, expected.len(), "every row, and no other");
    for (cells, entry) in table[1..].iter().zip(&expected) {
        assert_eq!(cells.len(), 9, "{cells:?}");
        // The words of a detail have tests of their own.
        let detail = entry.detail.as_ref().map(|detail| detail_words(&Words::utc(Language::English), detail));
        let at = jiff::Timestamp::from_second(entry.at.unix_seconds()).unwrap().to_string();
        let address = entry.client.map(|address| address.0.to_string()).unwrap_or_default();
        let reason = entry.reason.clone().unwrap_or_default();
        assert_eq!((&cells[0], &cells[1], &cells[3]), (&entry.seq.to_string(), &at, &entry.action));
        assert!(!cells[2].is_empty(), "{cells:?}");
        assert_eq!((&cells[6], &cells[7]), (&address, &harmless(&reason)), "{}", entry.action);
        assert_eq!(cells[8], harmless(&detail.unwrap_or_default()), "{}", entry.action);
        if let Some(known) = entry.person.and_then(|who| name(people, who)) {
            assert_eq!(cells[4], harmless(known));
        }
        let about = entry.target.as_ref().and_then(tillit_accounts::Target::person).filter(|who| Some(*who) != entry.person);
        if let Some(known) = about.and_then(|who| name(people, who)) {
            assert_eq!(cells[5], harmless(known));
        }
        for cell in cells {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "a formula: {cell:?}");
        }
    }
    // Those that were written for it, word by word.
    let of = |action: &str, number: usize| table.iter().filter(|row| row[3] == action).nth(number).unwrap();
    let viewed = of("person.viewed", 1);
    assert_eq!(viewed[2], "Somebody looked at a person's page");
    assert_eq!(
        [&viewed[4], &viewed[5], &viewed[6]],
        ["'=HYPERLINK(\"http://evil.example\",\"Kari, click\")", "'-2+3, \"the Victim\"", "203.0.113.7"]
    );
    assert_eq!(viewed[8], format!("why so: {TYPED}"), "lines and quotes stay in their cell");
    let second = of("person.viewed", 0);
    assert_eq!([&second[5], &second[7], &second[8]], ["'@SUM(1+1)*cmd|' /C calc'!A0", "'=reason", "'=1+1: 2"]);
    assert_eq!(of("person.role_changed", 0)[6], "2001:db8::7");
});

on_both_engines!(the_lines_have_every_value_as_it_is, |t| {
    let app = App::over(t).await;
    let (mut ingrid, people) = written(&app).await;
    let file = ingrid.get("/settings/audit.jsonl").await;
    assert_eq!(file.header("content-type"), "application/jsonl; charset=utf-8");
    let lines: Vec<Json> =
        file.body.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    let expected = rows(&app, AuditFilter::default()).await;
    assert_eq!(lines.len(), expected.len());
    for (line, entry) in lines.iter().zip(&expected) {
        let mut line = line.as_object().unwrap().clone();
        let (by, about) = (line.remove("by").unwrap(), line.remove("about").unwrap());
        let whole = json!({
            "number": entry.seq,
            "time": jiff::Timestamp::from_second(entry.at.unix_seconds()).unwrap().to_string(),
            "action": entry.action,
            "by_id": entry.person.map(|id| id.to_string()),
            "target": entry.target.as_ref().map(|target| format!("{}_{}", target.kind, target.id.simple())),
            "from": entry.client.map(|address| address.0.to_string()),
            "reason": entry.reason,
            "request": entry.request.to_string(),
            "detail": entry.detail,
            "no_longer_readable": entry.no_longer_readable,
            "hash": entry.hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
        });
        assert_eq!(Json::Object(line), whole);
        // A program gets names as they are.
        if let Some(known) = entry.person.and_then(|who| name(people, who)) {
            assert_eq!(by, json!(known));
        }
        assert!(about.is_null() || about.is_string());
    }
    let viewed = lines.iter().find(|line| line["from"] == "203.0.113.7" && !line["detail"]["why_so"].is_null()).unwrap();
    assert_eq!((&viewed["detail"]["why_so"], &viewed["about"]), (&json!(TYPED), &json!(NAMES[2].1)));
});

on_both_engines!(what_was_looked_for_is_all_that_is_in_a_file, |t| {
    let app = App::over(t).await;
    let (mut ingrid, [kari, lars, victim]) = written(&app).await;
    let day = jiff::Timestamp::from_second(app.t.cx().now().unix_seconds()).unwrap().to_string()[..10].to_owned();
    let area = tillit_accounts::Area::Reads;
    for (query, filter, at_least) in [
        (format!("by={kari}"), AuditFilter { by: Some(kari), ..AuditFilter::default() }, 2),
        (format!("about={victim}"), AuditFilter { about: Some(victim), ..AuditFilter::default() }, 1),
        (format!("by={kari}&about={lars}"), AuditFilter { by: Some(kari), about: Some(lars), ..AuditFilter::default() }, 1),
        ("area=reads".to_owned(), AuditFilter { area: Some(area), ..AuditFilter::default() }, 3),
        (format!("by={lars}&area=reads"), AuditFilter { by: Some(lars), area: Some(area), ..AuditFilter::default() }, 0),
    ] {
        let table = cells(&ingrid.get(&format!("/settings/audit.csv?{query}")).await.body);
        let numbers: Vec<i64> = table[1..].iter().map(|row| row[0].parse().unwrap()).collect();
        let expected: Vec<i64> = rows(&app, filter).await.iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, expected, "{query}");
        assert!(numbers.len() >= at_least && numbers.len() < rows(&app, AuditFilter::default()).await.len(), "{query}: {numbers:?}");
        let file = ingrid.get(&format!("/settings/audit.jsonl?{query}")).await;
        let numbers: Vec<i64> =
            file.body.lines().map(|line| serde_json::from_str::<Json>(line).unwrap()["number"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = rows(&app, filter).await.iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, expected, "{query}");
    }
    // Of the last day only: what was written before is not there.
    let table = cells(&ingrid.get(&format!("/settings/audit.csv?from={day}&until={day}")).await.body);
    assert!(table.len() > 2 && table[1..].iter().all(|row| row[1].starts_with(&day)), "{table:?}");
    assert!(!table.iter().any(|row| row[3] == "person.viewed"), "those were a day before");
    // Refusals only.
    app.browser("").sign_in_locally(demo::EMPLOYEE, "wrong from the start").await;
    let table = cells(&ingrid.get("/settings/audit.csv?refusals=yes").await.body);
    assert!(table.len() > 1 && table[1..].iter().all(|row| row[3].ends_with("refused")), "{table:?}");
    for nonsense in ["by=x", "about=usr_1", "area=kitchen", "by=a&by=b"] {
        assert_eq!(ingrid.get(&format!("/settings/audit.csv?{nonsense}")).await.status, 400, "{nonsense}");
    }
});

on_both_engines!(files_of_more_than_one_part_have_every_row_once_and_nothing_of_another_organisation, |t| {
    let app = App::over(t).await;
    let (mut ingrid, [kari, ..]) = written(&app).await;
    let cx = call(&app, app.nordvik.id, Actor::Person(kari), "203.0.113.7").await;
    let mut tx = app.room.db.begin(&cx).await.unwrap();
    for _ in 0..230 {
        app.room.accounts.record(&mut tx, &cx, Entry::new(actions::PERSON_VIEWED).target(app.nordvik.owner)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut stranger = app.signed_in("owner@fjordheim.example").await;
    stranger.get("/people").await;
    let expected = rows(&app, AuditFilter::default()).await.len() + 1;
    let table = cells(&ingrid.get("/settings/audit.csv").await.body);
    let numbers: Vec<usize> = table[1..].iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=expected).rev().collect::<Vec<_>>(), "each number once");
    for path in ["audit.csv", "audit.jsonl", "audit/whole.jsonl"] {
        let ours = ingrid.get(&format!("/settings/{path}")).await;
        assert!(!ours.has("fjordheim") && ours.body.lines().count() > 200, "{path}");
        let theirs = stranger.get(&format!("/settings/{path}")).await;
        assert!(theirs.body.lines().count() < 30, "{path}: {}", theirs.body);
        for word in ["HYPERLINK", "nordvik", "203.0.113.7", &kari.to_string(), &app.nordvik.id.to_string()] {
            assert!(!theirs.has(word), "{path} of another organisation has {word}: {}", theirs.body);
        }
        // Asking for one of ours by id finds nobody.
        if path != "audit/whole.jsonl" {
            let asked = stranger.get(&format!("/settings/{path}?by={kari}")).await;
            assert!(asked.status == 200 && !asked.has("person.viewed"), "{path}: {}", asked.body);
        }
    }
});
