//! Every table's row in docs/retention.md is executed: a row of each table is made, time goes on, the recurring work is done,
//! and each class disappears on its day and nothing else does.

use std::collections::BTreeMap;
use std::sync::Arc;

use tillit_accounts::{Language, NewOrganisation, NewPerson, Profile, ProfileText, Role};
use tillit_mail::Mailer;
use tillit_store::testing::FakeClock;
use tillit_store::{
    Actor, Clock as _, ColumnKind, Cx, Duration, Engine, OrganisationId, PersonId, Scope, Statement, SystemRandom, Table, Timestamp, Value,
    on_both_engines,
};

use crate::config::Config;
use crate::house::House;
use crate::wiring;

/// How long the rows of a table are kept.
#[derive(Debug, Clone, Copy)]
enum Kept {
    /// For a time that the recurring work watches: as the page says it, how long from the moment that the columns name, and
    /// these columns with their distance from it.
    For { says: &'static str, span: Duration, columns: &'static [(&'static str, Duration)] },
    /// As long as what the row belongs to, or until somebody does something: as the page says it.
    While(&'static str),
}

const NONE: Duration = Duration(0);
const fn minutes(n: i64) -> Duration {
    Duration(n * 60_000_000)
}
const fn hours(n: i64) -> Duration {
    minutes(n * 60)
}
const fn days(n: i64) -> Duration {
    hours(n * 24)
}

/// An answer for every table.
const RETENTION: &[(&str, Kept)] = &[
    ("organisation", Kept::While("until the organisation leaves")),
    ("organisation_domain", Kept::While("until removed")),
    ("vault_installation_key", Kept::While("until replaced")),
    ("vault_organisation_key", Kept::While("until replaced")),
    ("vault_index_key", Kept::While("as long as the organisation")),
    ("vault_person_key", Kept::While("as long as the person")),
    ("vault_erasure", Kept::While("until the ledger has it")),
    ("vault_rotation", Kept::While("2 years after its end")),
    ("vault_lease", Kept::While("a minute")),
    ("backup", Kept::While("400 days")),
    ("restored", Kept::While("until the next start")),
    ("job", Kept::For { says: "30 days", span: days(30), columns: &[("dead_at", NONE)] }),
    ("job_schedule", Kept::While("as long as the installation")),
    ("person", Kept::While("as long as the person")),
    ("profile_choice", Kept::While("as long as the organisation")),
    ("profile_deletion", Kept::For { says: "3 years", span: days(1095), columns: &[("finished_at", NONE)] }),
    ("erasure_request", Kept::For { says: "3 years", span: days(1095), columns: &[("answered_at", NONE)] }),
    ("erasure_receipt", Kept::For { says: "3 years", span: days(1095), columns: &[("erased_at", NONE)] }),
    ("credential", Kept::While("until replaced or removed")),
    ("session", Kept::For { says: "12 hours", span: hours(12), columns: &[("expires_at", hours(12))] }),
    ("attempt", Kept::For { says: "until the window is over", span: hours(1), columns: &[("expires_at", hours(1))] }),
    ("recovery_kit", Kept::While("until replaced")),
    ("recovery_code", Kept::While("until replaced")),
    ("kit_rule", Kept::While("as long as the organisation")),
    ("kit_waiting", Kept::For { says: "1 hour", span: hours(1), columns: &[("expires_at", hours(1))] }),
    ("one_time_link", Kept::For { says: "30 days", span: days(30), columns: &[("expires_at", NONE)] }),
    ("invitation", Kept::For { says: "30 days", span: days(30), columns: &[("expires_at", NONE)] }),
    ("audit", Kept::While("1 to 7 years")),
    ("audit_part", Kept::While("as its row")),
    ("audit_checkpoint", Kept::While("as the rows it covers")),
    ("audit_signing_key", Kept::While("as long as the installation")),
    ("audit_webhook", Kept::While("until removed")),
    // Swept once an hour; here it lasts one, so that the hour is seen.
    ("used_ticket", Kept::For { says: "30 minutes", span: hours(1), columns: &[("expires_at", hours(1))] }),
    ("known_browser", Kept::For { says: "180 days", span: days(180), columns: &[("last_seen_at", NONE)] }),
    ("passkey", Kept::While("until the person removes it")),
    ("local_policy", Kept::While("as long as the organisation")),
    ("session_proof", Kept::For { says: "as long as the session", span: hours(12), columns: &[] }),
    ("service_identity", Kept::For { says: "90 days", span: days(90), columns: &[("revoked_at", NONE)] }),
    ("service_token", Kept::For { says: "90 days", span: days(90), columns: &[("expires_at", NONE)] }),
    ("ways_back", Kept::While("as long as the organisation")),
    ("restore", Kept::For { says: "90 days", span: days(90), columns: &[("ended_at", NONE)] }),
    ("restore_link", Kept::For { says: "as long as the restore", span: days(90), columns: &[] }),
    ("totp", Kept::While("until removed by the person")),
    ("totp_code", Kept::While("until replaced or removed")),
    ("audit_choice", Kept::While("as long as the organisation")),
    ("audit_head", Kept::While("as long as the organisation")),
    ("sso_connection", Kept::While("as long as the organisation")),
    ("sso_activation", Kept::While("as long as the organisation")),
    ("sso_policy", Kept::While("as long as the organisation")),
    ("sso_tenant", Kept::While("until the organisation gives it up")),
    ("sso_identity", Kept::While("as long as the person")),
    ("sso_transaction", Kept::For { says: "10 minutes", span: minutes(10), columns: &[("expires_at", minutes(10))] }),
    ("sso_proposal", Kept::For { says: "1 hour", span: hours(1), columns: &[("expires_at", hours(1))] }),
    ("sso_test", Kept::While("as long as the organisation")),
    ("sso_session", Kept::For { says: "as long as the session", span: hours(12), columns: &[] }),
    ("sso_parked_form", Kept::For { says: "1 hour", span: hours(1), columns: &[("expires_at", hours(1))] }),
    ("sso_ledger", Kept::While("as long as the organisation")),
    ("sso_sign_in", Kept::For { says: "90 days", span: days(90), columns: &[("at", NONE)] }),
    ("sso_consent", Kept::While("as long as the organisation")),
    ("sso_credential", Kept::While("until replaced")),
    ("sso_operator_warning", Kept::While("about three years")),
    ("sso_handover", Kept::For { says: "7 days", span: days(7), columns: &[("expires_at", days(7))] }),
];

/// What a generated row holds where a value of its type would not do: table, column, value.
const TEXTS: &[(&str, &str, &str)] = &[
    ("erasure_request", "state", "refused"),
    ("sso_activation", "state", "{}"),
    ("ways_back", "state", r#"{"contact":{"set":false,"next_from":null},"restore":null,"glass":"None"}"#),
    ("restore", "history", "[]"),
    ("job", "kind", "test"),
    ("vault_rotation", "step", "finished"),
];

/// The same for numbers. The log is kept longer than the walk is long: its own tests shorten it (accounts, audit).
const NUMBERS: &[(&str, &str, i64)] = &[("audit_choice", "keep_years", 7)];

fn kept(table: &str) -> Option<Kept> {
    RETENTION.iter().find(|(name, _)| *name == table).map(|(_, kept)| *kept)
}

#[test]
fn every_table_says_how_long_its_rows_are_kept_and_the_page_says_the_same() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/retention.md")).unwrap();
    for table in schema().iter().map(|table| table.name) {
        let kept = kept(table);
        assert!(
            kept.is_some(),
            "{table} has no entry in RETENTION (crates/tillit/src/retention.rs): how long are its rows kept, and what deletes them?"
        );
        let row = page
            .lines()
            .find(|line| line.starts_with(&format!("| `{table}` |")))
            .unwrap_or_else(|| panic!("{table} has no row in docs/retention.md"));
        let how_long = row.split(" | ").nth(3).unwrap_or_default();
        let Some(Kept::For { says, .. } | Kept::While(says)) = kept else { continue };
        assert!(how_long.contains(says), "{table}: docs/retention.md says {how_long:?}, RETENTION says {says:?}");
    }
    assert_eq!(RETENTION.len(), schema().len(), "RETENTION names a table twice, or one that is no more");
}

/// The tables, each after those that it refers to.
pub(crate) fn schema() -> Vec<Table> {
    tillit_store::schema(tillit_store::newest_migration())
}

/// A statement that a test writes.
pub(crate) fn written(sql: String) -> Statement {
    Statement { name: "retention test", sql: sql.leak() }
}

/// The line that makes a column.
fn definition(table: &str, column: &str) -> &'static str {
    let texts: Vec<&'static str> = tillit_store::migration_texts().map(|(_, text)| text).collect();
    let made = texts.iter().find_map(|text| text.split(&format!("CREATE TABLE {table} (")).nth(1));
    let line = made.and_then(|text| text.split("\n)").next()?.lines().find(|line| line.trim().starts_with(&format!("{column} "))));
    let added = format!("ALTER TABLE {table} ADD COLUMN {column} ");
    line.or_else(|| texts.iter().flat_map(|text| text.lines()).find(|line| line.starts_with(&added))).unwrap_or_default()
}

/// An installation with an organisation and a person, and at least one row in every table.
pub(crate) struct Stage {
    pub(crate) house: House,
    clock: Arc<FakeClock>,
    pub(crate) cx: Cx,
    pub(crate) organisation: OrganisationId,
    person: PersonId,
    folder: tempfile::TempDir,
    config: Config,
}

impl Stage {
    pub(crate) async fn new(t: &tillit_store::testing::TestDb) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = if t.db.engine() == Engine::Sqlite { format!("sqlite:{}/t.db", folder.path().display()) } else { t.url.clone() };
        let text =
            format!("[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"{url}\"\n[keys]\nfile = \"master.key\"\n");
        let file = folder.path().join("tillit.toml");
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), std::iter::empty()).unwrap();
        let clock = Arc::new(FakeClock::default());
        let house = House::open_at(&config, clock.clone(), Arc::new(SystemRandom::default())).await.unwrap();
        let cx = Cx::new(Scope::Installation, Actor::Operator, None, clock.clone(), Arc::new(SystemRandom::default()));
        let mut tx = house.db.begin(&cx).await.unwrap();
        let new = NewOrganisation {
            name: ProfileText::new("Nordvik").unwrap(),
            slug: "nordvik".parse().unwrap(),
            language: Language::of_tag("en").unwrap(),
        };
        let organisation = house.accounts.create_organisation(&mut tx, &cx, &new).await.unwrap();
        let within = cx.in_organisation(organisation);
        let new = NewPerson { username: "kari@nordvik.example".parse().unwrap(), role: Role::Owner, profile: Profile::default() };
        let person = house.accounts.add_person(&mut tx, &within, &new).await.unwrap();
        tx.commit().await.unwrap();
        let stage = Self { house, clock, cx, organisation, person, folder, config };
        // The recurring work makes what only it can: what signs checkpoints, and the first of them.
        wiring::worker(&stage.house, &stage.config, &Mailer::folder(stage.folder.path()), None).unwrap().run_due(&stage.cx).await.unwrap();
        stage.fill().await;
        stage
    }

    /// A row in each table that has none.
    async fn fill(&self) {
        let mut ids: BTreeMap<&str, Value> = BTreeMap::from([("organisation", self.organisation.into()), ("person", self.person.into())]);
        let mut tx = self.house.db.begin(&self.cx).await.unwrap();
        for table in &schema() {
            if self.count(&mut tx, table.name).await > 0 {
                continue;
            }
            let id: Value = self.cx.new_id::<tillit_store::kinds::Job>().into();
            let columns: Vec<_> =
                table.columns.iter().filter_map(|column| Some((column.name, self.value(table, column.name, &ids, &id)?))).collect();
            let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
            let places = (1..=columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            let insert = written(format!("INSERT INTO {} ({names}) VALUES ({places})", table.name));
            let values = columns.into_iter().map(|(_, value)| value).collect();
            tx.execute(insert, values).await.unwrap_or_else(|error| panic!("a row in {}: {error}; see TEXTS", table.name));
            ids.insert(table.name, id);
        }
        tx.commit().await.unwrap();
    }

    /// The value of a column; `None` leaves it NULL.
    fn value(&self, table: &Table, column: &'static str, ids: &BTreeMap<&str, Value>, own: &Value) -> Option<Value> {
        let definition = definition(table.name, column);
        let now = self.clock.now();
        if let Some(Kept::For { columns, .. }) = kept(table.name)
            && let Some((_, after)) = columns.iter().find(|(name, _)| *name == column)
        {
            return Some((now + *after).into());
        }
        if column == "organisation_id" {
            return Some(self.organisation.into());
        }
        // What may be empty is.
        if !definition.contains("NOT NULL") && !definition.contains("PRIMARY KEY") {
            return None;
        }
        let referred = definition.split("REFERENCES ").nth(1).and_then(|rest| rest.split('(').next());
        Some(match table.columns.iter().find(|known| known.name == column)?.kind {
            ColumnKind::Uuid if column == "id" => own.clone(),
            ColumnKind::Uuid if column == "person_id" => self.person.into(),
            // A key of two columns stands below the columns.
            ColumnKind::Uuid if column == "identity_id" => ids.get("service_identity")?.clone(),
            ColumnKind::Uuid => match referred.and_then(|table| ids.get(table)) {
                Some(id) => id.clone(),
                None if definition.contains("PRIMARY KEY") => own.clone(),
                None => self.cx.new_id::<tillit_store::kinds::Job>().into(),
            },
            ColumnKind::Bytes => Value::from(self.cx.random::<16>()),
            ColumnKind::Int if column.ends_with("_at") || column == "at" => now.into(),
            ColumnKind::Int => {
                let set = NUMBERS.iter().find(|(name, of, _)| (*name, *of) == (table.name, column));
                Value::from(set.map_or(1, |(.., number)| *number))
            }
            ColumnKind::Bool => Value::from(false),
            ColumnKind::Text => {
                let set = TEXTS.iter().find(|(name, of, _)| (*name, *of) == (table.name, column)).map(|(.., text)| *text);
                let first = definition.split(" IN ('").nth(1).and_then(|rest| rest.split('\'').next());
                Value::from(set.or(first).unwrap_or("test"))
            }
        })
    }

    async fn count(&self, tx: &mut tillit_store::Tx, table: &str) -> i64 {
        tx.fetch_one(written(format!("SELECT COUNT(*) AS n FROM {table}")), vec![]).await.unwrap().get("n").unwrap()
    }

    async fn filled(&self) -> Vec<&'static str> {
        let mut tx = self.house.db.read(&self.cx).await.unwrap();
        let mut filled = Vec::new();
        for table in schema().iter().map(|table| table.name) {
            if self.count(&mut tx, table).await > 0 {
                filled.push(table);
            }
        }
        filled.sort_unstable();
        filled
    }
}

/// Rows that the recurring work makes and takes away by itself.
const MOVING: &[&str] = &["job_schedule", "vault_lease"];

on_both_engines!(each_class_disappears_on_its_day_and_nothing_else_does, |t| {
    let stage = Stage::new(&t).await;
    let mut all: Vec<&str> =
        schema().iter().map(|table| table.name).filter(|table| *table != "vault_erasure" && !MOVING.contains(table)).collect();
    all.sort_unstable();
    let before: Vec<_> = stage.filled().await.into_iter().filter(|table| *table != "vault_erasure" && !MOVING.contains(table)).collect();
    assert_eq!(before, all, "a row in every table");
    let worker = wiring::worker(&stage.house, &stage.config, &Mailer::folder(stage.folder.path()), None).unwrap();
    let begun = stage.clock.now();
    // Just before each class is over, and a day later: sweeps come every ten minutes, every hour, or every day.
    let spans = RETENTION.iter().filter_map(|(_, kept)| if let Kept::For { span, .. } = kept { Some(*span) } else { None });
    let mut moments: Vec<Duration> =
        spans.flat_map(|span| [span - minutes(1), if span < hours(2) { span - minutes(1) } else { span + days(1) }]).collect();
    moments.sort_unstable();
    moments.dedup();
    for after in moments {
        stage.clock.set(begun + after);
        worker.run_due(&stage.cx).await.unwrap();
        let left: Vec<_> = stage.filled().await.into_iter().filter(|table| all.contains(table)).collect();
        let gone = |table: &&str| matches!(kept(table), Some(Kept::For { span, .. }) if span <= after);
        let expected: Vec<_> = all.iter().copied().filter(|table| !gone(table)).collect();
        assert_eq!(left, expected, "after {} hours", after.as_seconds() / 3600);
    }
    stage.house.close().await;
});

/// Classes that go with the next of their kind, not by the recurring work: the column of their moment, and how long they stay.
/// `audit` goes by the organisation's choice (accounts, tests/audit_keep.rs).
const WITH_THE_NEXT: &[(&str, &str, Duration)] =
    &[("backup", "taken_at", days(400)), ("vault_rotation", "finished_at", days(730)), ("sso_operator_warning", "warned_at", days(1098))];

impl Stage {
    /// What makes the next row of a table.
    async fn next_of(&self, table: &str) {
        let (house, cx) = (&self.house, &self.cx);
        match table {
            "backup" => {
                let lock = tillit_backup::Lock::recipients(&[tillit_backup::NewIdentity::make().recipient]).unwrap();
                let taken = tillit_backup::take(&house.db, &house.vault, cx, &lock, Vec::new(), &mut |_| {}).await.unwrap();
                tillit_backup::note(&house.db, cx, &taken, 1).await.unwrap();
            }
            "vault_rotation" => {
                // Of keys alone: the values of this stage are sealed by nobody.
                house.vault.begin_rotation(&house.db, cx, &[]).await.unwrap();
                loop {
                    let rotation = house.vault.rotate(&house.db, cx, &[], hours(1)).await.unwrap().unwrap();
                    assert_eq!(rotation.damage, None);
                    if rotation.finished_at.is_some() {
                        break;
                    }
                    self.clock.set(rotation.not_before);
                }
            }
            _ => {
                let credential = tillit_sso::service::OperatorCredential::secret("a client", cx.now() + hours(12));
                assert!(house.sso.warn_operator(cx, &credential, None).await.unwrap());
            }
        }
    }

    /// The moments that stand in a table's column.
    async fn moments(&self, table: &str, column: &str) -> Vec<Timestamp> {
        let statement = written(format!("SELECT {column} AS at FROM {table} WHERE {column} IS NOT NULL ORDER BY {column}"));
        let mut tx = self.house.db.read(&self.cx).await.unwrap();
        tx.fetch_all(statement, vec![]).await.unwrap().iter().map(|row| row.get("at").unwrap()).collect()
    }
}

on_both_engines!(what_goes_with_the_next_of_its_kind_goes_on_its_day_and_not_before, |t| {
    let stage = Stage::new(&t).await;
    // Classes in the order of their time: the clock only goes on.
    for (table, column, _) in WITH_THE_NEXT {
        stage.clock.set(stage.clock.now() + days(1));
        stage.next_of(table).await;
        assert!(!stage.moments(table, column).await.is_empty(), "{table}");
    }
    for (table, column, span) in WITH_THE_NEXT {
        let says = kept(table);
        assert!(matches!(says, Some(Kept::While(_))), "{table}: {says:?}");
        let first = *stage.moments(table, column).await.last().unwrap();
        for (wait, stays) in [(*span - days(1), true), (*span + days(1), false)] {
            stage.clock.set(first + wait);
            stage.next_of(table).await;
            assert_eq!(stage.moments(table, column).await.contains(&first), stays, "{table} after {} days", wait.as_seconds() / 86_400);
        }
        assert!(!stage.moments(table, column).await.is_empty(), "{table}: the next stays");
    }
    stage.house.close().await;
});

on_both_engines!(with_the_organisation_everything_that_belongs_to_it_goes, |t| {
    let stage = Stage::new(&t).await;
    let removed = stage.house.accounts.remove_organisation(&stage.cx.in_organisation(stage.organisation)).await.unwrap();
    assert_eq!(removed.people, 1);
    let mut tx = stage.house.db.read(&stage.cx).await.unwrap();
    let mut left = Vec::new();
    // The note for the ledger outlives the organisation, until it is written down.
    for table in schema().iter().filter(|table| table.name != "vault_erasure") {
        if table.columns.iter().any(|column| column.name == "organisation_id") {
            let count = written(format!("SELECT COUNT(*) AS n FROM {} WHERE organisation_id = $1", table.name));
            if tx.fetch_one(count, vec![stage.organisation.into()]).await.unwrap().get::<i64>("n").unwrap() > 0 {
                left.push(table.name);
            }
        }
    }
    drop(tx);
    assert!(left.is_empty(), "{left:?}");
    stage.house.close().await;
});
