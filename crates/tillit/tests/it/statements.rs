//! Every statement of every room is understood by both engines.

use tillit_store::{Statement, on_both_engines};

/// Lists of all rooms. A room that is missing here is found by the test below.
const ROOMS: &[(&str, &[Statement])] = &[
    ("vault", tillit_vault::sql::ALL),
    ("backup", tillit_backup::sql::ALL),
    ("jobs", tillit_jobs::sql::ALL),
    ("accounts", tillit_accounts::sql::ALL),
    ("accounts", tillit_accounts::find::sql::ALL),
    ("accounts", tillit_accounts::audit::sql::ALL),
    ("accounts", tillit_accounts::sql_sign_in::ALL),
    ("accounts.fields", tillit_accounts::fields_sql::ALL),
    ("accounts.erasure", tillit_accounts::erasure_sql::ALL),
    ("accounts.service", tillit_accounts::service::sql::ALL),
    ("kit rule", tillit_accounts::kit_rule_sql::ALL),
    ("ways back", tillit_accounts::ways_back::sql::ALL),
    ("sso", tillit_sso::sql::ALL),
];

on_both_engines!(every_statement_can_be_prepared, |t| {
    let mut wrong = Vec::new();
    for statement in ROOMS.iter().flat_map(|(_, statements)| *statements) {
        // A transaction each: PostgreSQL gives up on the rest after one error.
        let mut tx = t.db.read(&t.cx()).await.expect("a transaction");
        if let Err(error) = tx.prepare(*statement).await {
            wrong.push(error.to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
});

#[test]
fn every_room_with_statements_is_walked() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for entry in std::fs::read_dir(crates).expect("the folder of crates").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let has = entry.path().join("src/sql.rs").exists() || entry.path().join("src/sql/mod.rs").exists();
        assert!(!has || ROOMS.iter().any(|(room, _)| *room == name), "the statements of {name} are not prepared");
    }
}
