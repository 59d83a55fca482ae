//! The second fence of PostgreSQL with rows in it: of every table that belongs to organisations, and in every one of them.

use tillit_accounts::{Language, NewOrganisation, ProfileText};
use tillit_store::{Engine, Table, on_both_engines};

use crate::retention::{Stage, schema, written};

/// The column by which rows of a table belong to an organisation, if they do.
fn column(table: &Table) -> Option<&'static str> {
    let own = if table.name == "organisation" { "id" } else { "organisation_id" };
    table.columns.iter().find(|column| column.name == own).map(|column| column.name)
}

on_both_engines!(a_statement_that_forgets_its_organisation_sees_and_takes_nothing_of_another_on_postgresql, |t| {
    let stage = Stage::new(&t).await;
    let (accounts, db, ours) = (&stage.house.accounts, &stage.house.db, stage.organisation);
    let mut tx = db.begin(&stage.cx).await.unwrap();
    let new = NewOrganisation {
        name: ProfileText::new("Sorvik").unwrap(),
        slug: "sorvik".parse().unwrap(),
        language: Language::of_tag("en").unwrap(),
    };
    let theirs = accounts.create_organisation(&mut tx, &stage.cx, &new).await.unwrap();
    tx.commit().await.unwrap();
    // SQLite has the first fence only: that every statement names its organisation.
    let second_fence = t.db.engine() == Engine::Postgres;
    let mut looked_at = 0;
    for table in &schema() {
        let (name, Some(column)) = (table.name, column(table)) else { continue };
        let of_ours = written(format!("SELECT COUNT(*) AS n FROM {name} WHERE {column} = $1"));
        let of_others = written(format!("SELECT COUNT(*) AS n FROM {name} WHERE {column} <> $1"));
        let seen = async |cx: &tillit_store::Cx| {
            let mut tx = db.read(cx).await.unwrap();
            let mut counts = [0_i64; 2];
            for (count, statement) in counts.iter_mut().zip([of_ours, of_others]) {
                *count = tx.fetch_one(statement, vec![ours.into()]).await.unwrap().get("n").unwrap();
            }
            counts
        };
        let all = seen(&stage.cx).await;
        assert!(all[0] > 0, "{name}: there is a row of ours to be found");
        let within = seen(&stage.cx.in_organisation(ours)).await;
        assert_eq!(within[0], all[0], "{name}: our own");
        let beside = seen(&stage.cx.in_organisation(theirs)).await;
        assert_eq!((within[1] == 0, beside[0] == 0), (second_fence || all[1] == 0, second_fence), "{name}: of another");
        if second_fence {
            // One that forgets whose rows it takes away or changes.
            for careless in [format!("UPDATE {name} SET {column} = {column}"), format!("DELETE FROM {name}")] {
                let mut tx = db.begin(&stage.cx.in_organisation(theirs)).await.unwrap();
                let touched = tx.execute(written(careless), vec![]).await.unwrap();
                assert!(i64::try_from(touched).unwrap() <= beside[1], "{name}: {touched} rows");
                drop(tx);
            }
            assert_eq!(seen(&stage.cx).await, all, "{name}");
            // And one that gives a row away, or takes one over.
            let mut tx = db.begin(&stage.cx.in_organisation(ours)).await.unwrap();
            let give = written(format!("UPDATE {name} SET {column} = $1"));
            let refused = tx.execute(give, vec![theirs.into()]).await.unwrap_err();
            assert!(format!("{refused:?}").contains("row-level security"), "{name}: {refused:?}");
        }
        looked_at += 1;
    }
    assert!(looked_at > 45, "only {looked_at} tables");
    stage.house.close().await;
});
