//! What is used at sign-in only, after real trips through the provider: whatever is sealed in any room is opened, and these texts stand
//! in the session, while an answer waits for a yes in that answer, and nowhere else.

use std::sync::Arc;

use tillit_practice::demo;
use tillit_store::{Actor, Cx, Db, DbOptions, Engine, Scope, SystemClock, SystemRandom};
use tillit_vault::testing::{Opened, opened};
use tillit_vault::{EpochOptions, KeyRing, SealedTable, Vault, VaultOptions};

use super::busy::{KARIS_PASSWORD, OWNER, OWNERS_PASSWORD, Run, ok};

/// What the provider tells of the owner, of Kari, and of somebody who is refused. None is a part of an address or of another word here.
const TOLD: [&str; 8] =
    ["Ingrid Solberg", "IT-sjef", "IT og digitalisering", "Kari Nordmann", "Saksbehandler", "Byggesak", "Lars Haugen", "Systemansvarlig"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_used_at_sign_in_only_stands_in_sessions_alone_after_trips_through_the_provider_on_sqlite() {
    trips(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_used_at_sign_in_only_stands_in_sessions_alone_after_trips_through_the_provider_on_postgresql() {
    trips(Engine::Postgres).await;
}

async fn trips(engine: Engine) {
    let mut run = Run::begin(engine).await;
    let set_up = run.set_up_link();
    let mut owner = run.browser(OWNER);
    ok(&owner.get(&set_up).await, 200);
    ok(&owner.post(&set_up, &[("password", OWNERS_PASSWORD), ("again", OWNERS_PASSWORD)]).await, 303);
    let kit = owner.post("/settings/security/recovery-kit", &[("password", OWNERS_PASSWORD)]).await;
    let code = kit.between("<ol class=\"kit\">", "</ol>").split("<li>").nth(1).expect("a code").replace("</li>", "").trim().to_owned();
    ok(&owner.post("/settings/security/recovery-kit/try", &[("code", &code)]).await, 303);
    ok(&owner.post("/settings/privacy/change", &[("to", "ooooooooo"), ("password", OWNERS_PASSWORD)]).await, 303);
    let fields = [("address", demo::EMPLOYEE), ("role", "employee"), ("password", OWNERS_PASSWORD)];
    ok(&owner.post("/people/invite", &fields).await, 303);
    let link = run.mailed("/invitation/").await;
    let mut kari = run.browser(demo::EMPLOYEE);
    ok(&kari.get(&link).await, 200);
    ok(&kari.post(&link, &[("password", KARIS_PASSWORD), ("again", KARIS_PASSWORD)]).await, 303);

    ok(&owner.post("/settings/security/activate", &[]).await, 303);
    let proposal = owner.trip("/settings/security/connect", &[]).await;
    assert_eq!(places(&everything(&run).await, "Ingrid Solberg"), ["sso_proposal.sealed"], "{engine:?}: an answer waits for a yes");
    ok(&owner.post(&proposal.location, &[]).await, 303);
    ok(&owner.trip("/settings/security/test", &[]).await, 303);
    let page = owner.get("/settings/security/enforce").await;
    let version = page.between("name=\"version\" value=\"", "\"").to_owned();
    ok(&owner.post("/settings/security/enforce", &[("version", &version)]).await, 303);
    for username in [OWNER, demo::EMPLOYEE] {
        let mut browser = run.browser(username);
        ok(&browser.trip("/sign-in", &[("username", username), ("return_to", "/")]).await, 303);
        ok(&browser.get("/account").await, 200);
        ok(&browser.get("/account/data.json").await, 200);
        ok(&browser.get("/people").await, if username == OWNER { 200 } else { 403 });
    }
    let mut refused = run.browser(demo::OTHER_EMPLOYEE);
    ok(&refused.trip("/sign-in", &[("username", demo::OTHER_EMPLOYEE), ("return_to", "/")]).await, 403);

    let found = everything(&run).await;
    for needed in [("sso_identity", "detail"), ("sso_sign_in", "sealed"), ("session", "photo"), ("audit_part", "value")] {
        let there = found.iter().any(|found| (found.table, found.column) == needed);
        assert!(there, "{engine:?}: nothing stands in {needed:?}, so nothing was looked at");
    }
    for text in TOLD {
        let of_somebody_refused = ["Lars Haugen", "Systemansvarlig"].contains(&text);
        let expected: &[&str] = if of_somebody_refused { &[] } else { &["session.profile"] };
        assert_eq!(places(&found, text), expected, "{engine:?}: {text}");
    }
    assert!(found.iter().all(|found| found.column != "photo" || found.table == "session"), "{engine:?}: a picture");
    run.stop().await;
}

/// Where a text stands, each place once.
fn places(found: &[Opened], text: &str) -> Vec<String> {
    let mut places: Vec<_> =
        found.iter().filter(|found| found.holds(text.as_bytes())).map(|found| format!("{}.{}", found.table, found.column)).collect();
    places.sort();
    places.dedup();
    places
}

/// Every sealed value of the run's database, as another node of the installation opens it.
async fn everything(run: &Run) -> Vec<Opened> {
    let db = Db::open(&run.url(), &DbOptions::default()).await.expect("the database");
    let cx = Cx::new(Scope::Installation, Actor::Operator, None, Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    let epochs = EpochOptions { folders: vec![run.folder("epochs")], backups: tillit_store::Duration::days(35) };
    let options = VaultOptions { epochs: Some(epochs), ..VaultOptions::default() };
    let vault = Vault::with_options(Arc::new(KeyRing::file(&run.folder("own/master.key")).expect("the key")), options);
    vault.check(&db, &cx).await.expect("the vault");
    let tables: Vec<SealedTable> = crate::sealed::ROOMS.iter().flat_map(|(_, sealed, _)| sealed.iter().copied()).collect();
    let found = opened(&mut db.read(&cx).await.expect("a transaction"), &vault, &tables).await.expect("everything opens");
    db.close().await;
    found
}
