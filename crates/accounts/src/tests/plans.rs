//! How the engines find people among very many: along an index, up to the page, and without putting anything in order.
//!
//! SQLite plans without knowing how many rows there are; PostgreSQL reads a small table whole, so it is told to do so only where
//! nothing else is possible.

use tillit_store::{Engine, Statement, Tx, Value, args, on_both_engines};

use crate::find::sql;
use crate::testing::TestAccounts;
use crate::{PeopleFilter, PersonState, Role};

tillit_store::statements! { unlisted "accounts.tests.plans";
    /// Whatever reads a whole table, or puts rows in order, does so for want of an index.
    NO_SCANS = "SET LOCAL enable_seqscan = off";
    NO_SORTS = "SET LOCAL enable_sort = off";
    NO_BITMAPS = "SET LOCAL enable_bitmapscan = off";
    /// Nothing but reading it whole finds this.
    BY_TITLE = "SELECT id FROM person WHERE organisation_id = $1 AND title = $2 ORDER BY created_at";
}

/// The engine's plan, a line for each step.
async fn plan(engine: Engine, tx: &mut Tx, statement: Statement, values: Vec<Value>) -> Vec<String> {
    let (explain, column) = match engine {
        Engine::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
        Engine::Postgres => ("EXPLAIN", "QUERY PLAN"),
    };
    let sql = format!("{explain} {}", statement.sql).leak();
    let rows = tx.fetch_all_planned(Statement { name: statement.name, sql }, values).await.unwrap();
    rows.iter().map(|row| row.get::<String>(column).unwrap()).collect()
}

/// Steps that read everybody, or put people in order.
fn wrong(engine: Engine, plan: &[String]) -> Vec<&String> {
    let is_wrong = |line: &&String| match engine {
        Engine::Sqlite => {
            let whole = line.starts_with("SCAN person") || line.starts_with("SCAN k");
            // In an index of the organisation's people, but from its first to its last.
            let everybody = line.starts_with("SEARCH person") && line.ends_with("(organisation_id=?)");
            whole || everybody || line.contains("TEMP B-TREE")
        }
        Engine::Postgres => line.contains("Seq Scan on") || line.contains("Sort  (") || line.trim_start().starts_with("Sort Key"),
    };
    plan.iter().filter(is_wrong).collect()
}

/// Every filter that a page of the list can have.
fn filters() -> Vec<PeopleFilter> {
    let mut filters = Vec::new();
    for role in [None, Some(Role::Employee), Some(Role::Owner)] {
        for state in [None, Some(PersonState::Active), Some(PersonState::Disabled)] {
            for linked in [None, Some(true), Some(false)] {
                filters.push(PeopleFilter { role, state, linked });
            }
        }
    }
    filters
}

on_both_engines!(no_list_and_no_look_up_of_people_reads_everybody_or_puts_them_in_order, |t| {
    let a = TestAccounts::new(&t).await;
    let org = a.organisation("nordvik").await;
    let engine = t.db.engine();
    let mut tx = a.db.begin(&org.cx).await.unwrap();
    if engine == Engine::Postgres {
        for setting in [NO_SCANS, NO_SORTS, NO_BITMAPS] {
            tx.execute(setting, vec![]).await.unwrap();
        }
    }
    let (after, index) = (org.owner, vec![7_u8; 32]);
    let mut asked = vec![
        (sql::PEOPLE_OF_MAIL, args![org.id, index.clone(), 20]),
        (sql::NAMES_AFTER, args![org.id, after, 1000]),
        (sql::SET_MAIL_INDEX, args![org.id, after, index.clone()]),
        (crate::sql::PERSON_OF_USERNAME, args![org.id, index.clone()]),
        (crate::sql::FIND_PERSON, args![org.id, after]),
    ];
    for filter in filters() {
        let (statement, chosen) = sql::people(filter);
        let mut values = args![org.id, after, 100];
        values.extend(chosen);
        asked.push((statement, values));
    }
    // Counting is along an index, and of everybody.
    let known: Vec<_> = asked.iter().map(|(statement, _)| statement.name).chain([sql::COUNT_PEOPLE.name]).collect();
    for statement in sql::ALL {
        assert!(known.contains(&statement.name), "{} is not looked at here", statement.name);
    }
    for (statement, values) in asked {
        let plan = plan(engine, &mut tx, statement, values).await;
        assert!(wrong(engine, &plan).is_empty(), "{engine:?}, {}: {plan:#?}", statement.name);
    }
    let counting = plan(engine, &mut tx, sql::COUNT_PEOPLE, args![org.id]).await;
    let along = counting.iter().any(|line| line.contains("person_kind"));
    assert!(along && !counting.iter().any(|line| line.contains("TEMP B-TREE")), "{engine:?}: {counting:#?}");
    // What is wrong would be seen.
    let bad = plan(engine, &mut tx, BY_TITLE, args![org.id, index]).await;
    assert!(!wrong(engine, &bad).is_empty(), "{engine:?}: {bad:#?}");
});
