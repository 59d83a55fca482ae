//! Migrations: written once, rendered for each engine, run by sqlx.

use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::dialect::Engine;

/// Number, name and text of every migration, in order. A number is never reused, a text that
/// was released is never changed.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "organisation", include_str!("../migrations/0001_organisation.sql")),
    (2, "vault", include_str!("../migrations/0002_vault.sql")),
    (3, "jobs", include_str!("../migrations/0003_jobs.sql")),
    (4, "accounts", include_str!("../migrations/0004_accounts.sql")),
    (5, "sso", include_str!("../migrations/0005_sso.sql")),
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
