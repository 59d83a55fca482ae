//! For tests: a clock and randomness under control, and a fresh database on each engine.

pub mod killed;
mod open;
pub mod source;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::cx::{Actor, Cx, Scope};
use crate::db::{Db, DbOptions};
use crate::dialect::Engine;
use crate::id::OrganisationId;
use crate::random::{Random, SystemRandom};
use crate::time::{Clock, Duration, Timestamp};

pub(crate) use open::Open;
pub use open::no_transaction_is_open;

thread_local! {
    static STATEMENTS: std::cell::RefCell<Option<Vec<&'static str>>> = const { std::cell::RefCell::new(None) };
}

/// Notes a statement for [`statements_of`], if somebody listens.
pub(crate) fn note_statement(name: &'static str) {
    STATEMENTS.with_borrow_mut(|noted| {
        if let Some(noted) = noted {
            noted.push(name);
        }
    });
}

/// What `work` gives, and the names of the statements that ran meanwhile on this thread, in their order. For tests on tokio's
/// current-thread runtime (the usual one of tests), where every task runs on it. One at a time.
pub async fn statements_of<T>(work: impl Future<Output = T>) -> (T, Vec<&'static str>) {
    STATEMENTS.set(Some(Vec::new()));
    let answer = work.await;
    (answer, STATEMENTS.take().unwrap_or_default())
}

/// A clock that stands still until it is moved. Begins on 2026-11-23 12:00 UTC.
#[derive(Debug)]
pub struct FakeClock(AtomicI64);

impl Default for FakeClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_795_435_200_000_000))
    }
}
impl FakeClock {
    /// Moves the clock on (or back).
    pub fn advance(&self, span: Duration) {
        self.0.fetch_add(span.0, Ordering::SeqCst);
    }
    /// Puts the clock to a moment.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.0, Ordering::SeqCst);
    }
}
impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// Repeatable "randomness": SHA-256 of a seed and a counter. Never for anything but tests.
#[derive(Debug)]
pub struct SeededRandom(u64, AtomicU64);

impl SeededRandom {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed, AtomicU64::new(0))
    }
}
impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let mut input = [0; 16];
            let (seed, counter) = input.split_at_mut(8);
            seed.copy_from_slice(&self.0.to_be_bytes());
            counter.copy_from_slice(&self.1.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            let block = digest(&SHA256, &input);
            for (to, from) in chunk.iter_mut().zip(block.as_ref()) {
                *to = *from;
            }
        }
    }
}

/// A context for tests: visitor, installation scope, fake clock, real randomness.
pub fn cx(clock: &Arc<FakeClock>) -> Cx {
    Cx::new(Scope::Installation, Actor::Visitor, None, clock.clone(), Arc::new(SystemRandom::default()))
}

/// A fresh, migrated database that is removed (SQLite) or left to the test server's end (PostgreSQL).
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// The clock that [`TestDb::cx`] uses.
    pub clock: Arc<FakeClock>,
    /// Address of the database, to open it a second time.
    pub url: String,
    /// Keeps SQLite's folder alive.
    _folder: Option<tempfile::TempDir>,
}

impl TestDb {
    /// A fresh database on `engine`.
    ///
    /// PostgreSQL comes from `TILLIT_TEST_POSTGRES` (a role that may create databases but is no
    /// superuser, since superusers pass row-level security). A missing one fails the test:
    /// a judge that does not sit must not acquit.
    #[expect(clippy::expect_used, reason = "tests")]
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("temporary folder");
                let url = format!("sqlite:{}", folder.path().join("test.db").display());
                Self::open(url, Some(folder)).await
            }
            Engine::Postgres => {
                let server = std::env::var("TILLIT_TEST_POSTGRES").expect("TILLIT_TEST_POSTGRES is set (./test does it)");
                let name = format!("t_{}", uuid::Uuid::from_bytes(cx(&Arc::default()).random()).simple());
                let mut connection = PgConnection::connect(&server).await.expect("PostgreSQL answers");
                sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.expect("create database");
                connection.close().await.ok();
                let (base, _) = server.rsplit_once('/').expect("a database name in TILLIT_TEST_POSTGRES");
                Self::open(format!("{base}/{name}"), None).await
            }
        }
    }

    #[expect(clippy::expect_used, reason = "tests")]
    async fn open(url: String, folder: Option<tempfile::TempDir>) -> Self {
        let options = DbOptions { connections: 4, patience: std::time::Duration::from_secs(20) };
        let db = Db::open(&url, &options).await.expect("open the test database");
        db.migrate().await.expect("migrate the test database");
        Self { db, clock: Arc::default(), url, _folder: folder }
    }

    /// A context over this database's clock, installation scope.
    pub fn cx(&self) -> Cx {
        cx(&self.clock)
    }

    /// Makes an organisation by hand and gives a context within it.
    #[expect(clippy::expect_used, reason = "tests")]
    pub async fn organisation(&self, slug: &str) -> (OrganisationId, Cx) {
        crate::statements! { unlisted "testing";
            ADD = "INSERT INTO organisation (id, slug, name, language, created_at) VALUES ($1, $2, $3, 'en', $4)";
        }
        let cx = self.cx();
        let id: OrganisationId = cx.new_id();
        let mut tx = self.db.begin(&cx).await.expect("begin");
        tx.execute(ADD, crate::args![id, slug, slug, cx.now()]).await.expect("add an organisation");
        tx.commit().await.expect("commit");
        (id, cx.in_organisation(id))
    }
}

/// Writes a test once and runs it on both engines: `on_both_engines!(name, |db| async { … })`
/// makes `name::sqlite` and `name::postgres`; `db` is a `TestDb`.
#[macro_export]
macro_rules! on_both_engines {
    ($(#[$meta:meta])* $name:ident, |$db:ident| $body:expr) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "the body may need nothing from outside")]
            use super::*;
            async fn body($db: $crate::testing::TestDb) { $body }
            #[tokio::test]
            async fn sqlite() { body($crate::testing::TestDb::new($crate::Engine::Sqlite).await).await }
            #[tokio::test]
            async fn postgres() { body($crate::testing::TestDb::new($crate::Engine::Postgres).await).await }
        }
    };
}
