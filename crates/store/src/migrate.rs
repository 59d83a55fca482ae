//! Migrations: written once, rendered for each engine.

use std::borrow::Cow;

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::dialect::Engine;
use crate::error::{DriverError, StoreError};
use crate::schema::Table;
use crate::sqlite::SqliteTx;
use crate::value::Value;

/// Number, name and text of every migration, in order. A number is never reused, a text that
/// was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "organisation", include_str!("../migrations/0001_organisation.sql")),
    (2, "vault", include_str!("../migrations/0002_vault.sql")),
    (3, "jobs", include_str!("../migrations/0003_jobs.sql")),
    (4, "accounts", include_str!("../migrations/0004_accounts.sql")),
    (5, "sso", include_str!("../migrations/0005_sso.sql")),
    (6, "keys", include_str!("../migrations/0006_keys.sql")),
    (7, "audit", include_str!("../migrations/0007_audit.sql")),
    (8, "local_sign_in", include_str!("../migrations/0008_local_sign_in.sql")),
    (9, "backup", include_str!("../migrations/0009_backup.sql")),
    (10, "service_identities", include_str!("../migrations/0010_service_identities.sql")),
    (11, "privacy", include_str!("../migrations/0011_privacy.sql")),
    (12, "ways back", include_str!("../migrations/0012_ways_back.sql")),
    (13, "kit rule", include_str!("../migrations/0013_kit_rule.sql")),
    (20, "second factor since", include_str!("../migrations/0020_second_factor_since.sql")),
    (22, "codes of authentication", include_str!("../migrations/0022_codes_of_authentication.sql")),
    (23, "whose address", include_str!("../migrations/0023_whose_address.sql")),
    (24, "restored", include_str!("../migrations/0024_restored.sql")),
    (25, "log shortened", include_str!("../migrations/0025_log_shortened.sql")),
    (26, "sessions ended", include_str!("../migrations/0026_sessions_ended.sql")),
    (27, "organisation fence", include_str!("../migrations/0027_organisation_fence.sql")),
    (28, "passkey name", include_str!("../migrations/0028_passkey_name.sql")),
    (29, "session endings", include_str!("../migrations/0029_session_endings.sql")),
];

/// Where a database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Newest migration applied, 0 for none.
    pub applied: i64,
    /// Newest migration this program knows.
    pub known: i64,
}

/// The migrations as written, for tests and documents.
pub fn migration_texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    MIGRATIONS.iter().map(|(_, name, text)| (*name, *text))
}

/// Names of all tables that the migrations create, for the tests that demand a row in
/// docs/retention.md and a place in the sealed-data walk for each.
pub fn tables() -> Vec<&'static str> {
    let mut tables: Vec<_> = MIGRATIONS
        .iter()
        .flat_map(|(_, _, text)| text.lines())
        .filter_map(|line| line.strip_prefix("CREATE TABLE "))
        .filter_map(|rest| rest.split([' ', '(']).next())
        .collect();
    tables.sort_unstable();
    tables
}

/// The tables as they are after the migrations up to this version.
pub fn schema(version: i64) -> Vec<Table> {
    crate::schema::of_texts(MIGRATIONS.iter().filter(|(number, _, _)| *number <= version).map(|(_, _, text)| *text))
}

/// Version of the newest migration that this program knows.
pub fn newest_migration() -> i64 {
    newest()
}

pub(crate) fn migrator(engine: Engine) -> Migrator {
    let migrations = MIGRATIONS
        .iter()
        .map(|(version, name, text)| {
            Migration::new(*version, Cow::Borrowed(name), MigrationType::Simple, AssertSqlSafe(engine.ddl(text)).into_sql_str(), false)
        })
        .collect();
    Migrator::with_migrations(migrations)
}

pub(crate) fn newest() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, _, _)| *version)
}

/// Version of the newest migration in the database, both engines.
pub(crate) const NEWEST: &str = "SELECT COALESCE(MAX(version), 0) AS newest FROM _sqlx_migrations WHERE success";

/// See [`NEWEST`].
pub(crate) fn newest_on_sqlite(tx: &mut SqliteTx) -> Result<i64, DriverError> {
    Ok(tx.fetch_optional(NEWEST, &[])?.and_then(|row| row.get("newest").ok()).unwrap_or(0))
}

/// Does on SQLite what sqlx does on PostgreSQL, with the same table: refuses a database that a newer program
/// migrated or whose migrations had another text, and applies what is missing.
pub(crate) fn run_on_sqlite(migrator: &Migrator, tx: &mut SqliteTx) -> Result<(), StoreError> {
    tx.batch(table_of_migrations(Engine::Sqlite))?;
    let applied = tx.fetch_all("SELECT version, checksum FROM _sqlx_migrations ORDER BY version", &[])?;
    let unreadable =
        |why: &'static str| StoreError::Inconsistent { statement: "migrate", column: "version, checksum", why: why.to_owned() };
    let applied = applied
        .iter()
        .map(|row| Ok((row.get("version").map_err(unreadable)?, row.get("checksum").map_err(unreadable)?)))
        .collect::<Result<Vec<(i64, Vec<u8>)>, StoreError>>()?;
    for (version, checksum) in &applied {
        let known = migrator.iter().find(|migration| migration.version == *version).ok_or(MigrateError::VersionMissing(*version))?;
        if known.checksum.as_ref() != checksum.as_slice() {
            return Err(MigrateError::VersionMismatch(*version).into());
        }
    }
    for migration in migrator.iter().filter(|migration| applied.iter().all(|(version, _)| *version != migration.version)) {
        tx.batch(migration.sql.as_str())?;
        tx.execute(NOTE_APPLIED, &noted(migration))?;
    }
    Ok(())
}

/// The table in which sqlx keeps what was applied.
pub(crate) const fn table_of_migrations(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version INTEGER PRIMARY KEY, description TEXT NOT NULL, \
             installed_on TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, success INTEGER NOT NULL, checksum BLOB NOT NULL, execution_time INTEGER NOT NULL)"
        }
        Engine::Postgres => {
            "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
             installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)"
        }
    }
}

/// Notes that a migration was applied.
pub(crate) const NOTE_APPLIED: &str =
    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ($1, $2, TRUE, $3, 0)";

/// The values of [`NOTE_APPLIED`].
pub(crate) fn noted(migration: &Migration) -> [Value; 3] {
    [Value::from(migration.version), Value::from(migration.description.as_ref()), Value::from(migration.checksum.as_ref())]
}

/// Statements that take away every table that this program knows and make those of `version` anew, and what to note of each.
pub(crate) fn rebuilding(engine: Engine, version: i64) -> Vec<(String, Option<[Value; 3]>)> {
    let cascade = if engine == Engine::Postgres { " CASCADE" } else { "" };
    let names = schema(newest()).into_iter().rev().map(|table| table.name).chain(["_sqlx_migrations"]);
    let mut work: Vec<_> = names.map(|name| (format!("DROP TABLE IF EXISTS {name}{cascade}"), None)).collect();
    work.push((table_of_migrations(engine).to_owned(), None));
    let wanted = migrator(engine);
    work.extend(wanted.iter().filter(|each| each.version <= version).map(|each| (each.sql.as_str().to_owned(), Some(noted(each)))));
    work
}
