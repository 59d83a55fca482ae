//! Opening a database and beginning transactions.

use std::path::Path;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

use crate::cx::{Cx, Scope};
use crate::dialect::Engine;
use crate::error::StoreError;
use crate::migrate::{self, MigrationStatus};
use crate::sqlite::{self, Lane, Use};
use crate::tx::{Tx, TxInner};
use crate::value::Value;

/// What PostgreSQL's list of connections calls ours.
const PROGRAM: &str = "tillit";

/// How to open a database.
#[derive(Debug, Clone)]
pub struct DbOptions {
    /// Connections for reading on SQLite, for everything on PostgreSQL.
    pub connections: u32,
    /// Longest wait for a connection or the write lock.
    pub patience: std::time::Duration,
}

impl Default for DbOptions {
    fn default() -> Self {
        Self { connections: 8, patience: std::time::Duration::from_secs(5) }
    }
}

/// Connections of one pool, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// Which pool: `write` and `read` on SQLite, `all` on PostgreSQL.
    pub pool: &'static str,
    /// How many are open.
    pub open: u32,
    /// How many of those nobody uses.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

/// What the role that serves may do on PostgreSQL beyond serving. Row-level security is the second fence between
/// organisations: it is forced on the owner of tables too, but whoever owns them can take it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleRights {
    /// It is a superuser, or was made with `BYPASSRLS`: the second fence is not there.
    pub bypasses: bool,
    /// Tables of this database that it owns.
    pub owned: i64,
}

/// A database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Pools);

#[derive(Clone)]
enum Pools {
    /// One connection writes, others read.
    Sqlite {
        write: Lane,
        read: Lane,
    },
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite:PATH` (created if missing) or `postgres://…`. Does not migrate.
    ///
    /// # Errors
    /// [`StoreError::Url`] for another address, [`StoreError::Connection`] if it cannot be reached.
    pub async fn open(url: &str, options: &DbOptions) -> Result<Self, StoreError> {
        match Engine::of_url(url).ok_or(StoreError::Url)? {
            Engine::Sqlite => {
                let path = sqlite_path(url);
                let lane = |usage, connections| Lane::new(path, usage, connections, options.patience);
                let (write, read) = (lane(Use::Write, 1), lane(Use::Read, options.connections));
                // What is wrong with the file is said now, not at the first request.
                write.begin().await?;
                Ok(Self(Pools::Sqlite { write, read }))
            }
            Engine::Postgres => {
                let connect = PgConnectOptions::from_str(url)?.application_name(PROGRAM).options([
                    ("statement_timeout", "15s"),
                    ("idle_in_transaction_session_timeout", "30s"),
                    ("lock_timeout", "5s"),
                ]);
                let pool = PgPoolOptions::new()
                    .max_connections(options.connections)
                    .acquire_timeout(options.patience)
                    .test_before_acquire(false)
                    .connect_with(connect)
                    .await?;
                Ok(Self(Pools::Postgres(pool)))
            }
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Migration`], also when a newer Tillit has migrated this database.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrator = migrate::migrator(self.engine());
        match &self.0 {
            Pools::Sqlite { write, .. } => {
                let mut tx = write.begin().await?;
                migrate::run_on_sqlite(&migrator, &mut tx)?;
                Ok(tx.commit()?)
            }
            Pools::Postgres(pool) => Ok(migrator.run(pool).await?),
        }
    }

    /// Whether a table is there: before migrating, nothing may be.
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub async fn has_table(&self, name: &str) -> Result<bool, StoreError> {
        Ok(match &self.0 {
            Pools::Sqlite { read, .. } => {
                let named = [Value::from(name)];
                read.begin()
                    .await?
                    .fetch_optional("SELECT 1 AS there FROM sqlite_master WHERE type = 'table' AND name = $1", &named)?
                    .is_some()
            }
            Pools::Postgres(pool) => sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(name).fetch_one(pool).await?,
        })
    }

    /// Where the schema stands. Also tells whether the database answers at all.
    ///
    /// # Errors
    /// [`StoreError::Connection`] if it does not answer or was never migrated.
    pub async fn status(&self) -> Result<MigrationStatus, StoreError> {
        let applied: i64 = match &self.0 {
            Pools::Sqlite { read, .. } => migrate::newest_on_sqlite(&mut read.begin().await?)?,
            Pools::Postgres(pool) => sqlx::query_scalar(migrate::NEWEST).fetch_one(pool).await?,
        };
        Ok(MigrationStatus { applied, known: migrate::newest() })
    }

    /// Begins a transaction that may write, within the scope of `cx`.
    ///
    /// # Errors
    /// [`StoreError::Connection`], also when the wait for the write lock is too long.
    pub async fn begin(&self, cx: &Cx) -> Result<Tx, StoreError> {
        Ok(Tx::new(match &self.0 {
            Pools::Sqlite { write, .. } => TxInner::Sqlite(write.begin().await?),
            Pools::Postgres(pool) => TxInner::Postgres(pool.begin_with(AssertSqlSafe(scoped("BEGIN", cx))).await?),
        }))
    }

    /// Begins a transaction that only reads; it sees one moment of the database.
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub async fn read(&self, cx: &Cx) -> Result<Tx, StoreError> {
        Ok(Tx::new(match &self.0 {
            Pools::Sqlite { read, .. } => TxInner::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => {
                TxInner::Postgres(pool.begin_with(AssertSqlSafe(scoped("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cx))).await?)
            }
        }))
    }

    /// Begins a transaction that only reads, sees one moment, and may last for hours: for a backup. Meanwhile the engine
    /// keeps what others delete (SQLite's log grows, PostgreSQL does not clean up), nobody waits for it.
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub async fn snapshot(&self, cx: &Cx) -> Result<Tx, StoreError> {
        Ok(Tx::new(match &self.0 {
            Pools::Sqlite { read, .. } => TxInner::Sqlite(read.begin().await?),
            Pools::Postgres(pool) => {
                let begin = format!(
                    "{}, set_config('statement_timeout', '10min', true), set_config('idle_in_transaction_session_timeout', '1h', true)",
                    scoped("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cx)
                );
                TxInner::Postgres(pool.begin_with(AssertSqlSafe(begin)).await?)
            }
        }))
    }

    /// Whether another process has this database open. Ask before opening it; on PostgreSQL only connections of this program count.
    ///
    /// # Errors
    /// [`StoreError::Url`], [`StoreError::Connection`].
    pub async fn is_in_use(url: &str) -> Result<bool, StoreError> {
        match Engine::of_url(url).ok_or(StoreError::Url)? {
            Engine::Sqlite => Ok(sqlite::is_in_use(sqlite_path(url))?),
            Engine::Postgres => {
                let mut connection = PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?;
                let others: i64 = sqlx::query_scalar(
                    "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()",
                )
                .bind(PROGRAM)
                .fetch_one(&mut connection)
                .await?;
                connection.close().await?;
                Ok(others > 0)
            }
        }
    }

    /// What the role of these connections may do beyond serving; `None` on SQLite, which has no roles.
    ///
    /// # Errors
    /// [`StoreError::Connection`].
    pub async fn role_rights(&self) -> Result<Option<RoleRights>, StoreError> {
        let Pools::Postgres(pool) = &self.0 else { return Ok(None) };
        let (bypasses, owned): (bool, i64) = sqlx::query_as(
            "SELECT r.rolsuper OR r.rolbypassrls, (SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() AND pg_has_role(current_user, c.relowner, 'MEMBER')) \
             FROM pg_roles r WHERE r.rolname = current_user",
        )
        .fetch_one(pool)
        .await?;
        Ok(Some(RoleRights { bypasses, owned }))
    }

    /// How the connections are used at this moment.
    pub fn connections(&self) -> Vec<Connections> {
        match &self.0 {
            Pools::Sqlite { write, read } => vec![write.connections("write"), read.connections("read")],
            Pools::Postgres(pool) => vec![Connections {
                pool: "all",
                open: pool.size(),
                idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
                most: pool.options().get_max_connections(),
            }],
        }
    }

    /// Closes all connections, after those in use were given back.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

fn sqlite_path(url: &str) -> &Path {
    Path::new(url.trim_start_matches("sqlite:").trim_start_matches("//"))
}

/// `BEGIN` and the scope for row-level security in one round trip. Only fixed words and a UUID
/// enter the text.
fn scoped(begin: &str, cx: &Cx) -> String {
    match cx.scope() {
        Scope::Organisation(id) => {
            format!("{begin}; SELECT set_config('app.scope', 'organisation', true), set_config('app.organisation', '{}', true)", id.uuid())
        }
        Scope::Installation => {
            format!("{begin}; SELECT set_config('app.scope', 'installation', true), set_config('app.organisation', '', true)")
        }
    }
}
