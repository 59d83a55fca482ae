//! The second fence of PostgreSQL, read from the engine's own catalogue: no table with rows of an organisation is left without it.

use std::collections::BTreeMap;

use crate::testing::TestDb;
use crate::{Engine, newest_migration, schema};

crate::statements! { unlisted "fence";
    TABLES = "SELECT c.relname::text AS name, c.relrowsecurity AS is_on, c.relforcerowsecurity AS for_owner, EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped) AS of_organisation FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> '_sqlx_migrations'";
    POLICIES = "SELECT c.relname::text AS name, p.polpermissive AS permissive, p.polcmd::text AS command, p.polroles::text AS roles, pg_get_expr(p.polqual, p.polrelid) AS seen, pg_get_expr(p.polwithcheck, p.polrelid) AS written FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid";
}

/// Tables whose rows belong to the installation. A new table without `organisation_id` is asked here why nobody in an organisation
/// could read another one's rows in it.
const OF_THE_INSTALLATION: &[&str] = &[
    // Counters under keyed hashes: whom one counts cannot be read.
    "attempt",
    "audit_signing_key",
    "backup",
    "job_schedule",
    "restored",
    "sso_operator_warning",
    // Keyed hashes of tickets that were used.
    "used_ticket",
    "vault_installation_key",
    "vault_lease",
    "vault_rotation",
];

/// The column by which rows of a table belong to an organisation.
fn column(table: &str) -> &'static str {
    if table == "organisation" { "id" } else { "organisation_id" }
}

#[tokio::test]
async fn no_table_of_an_organisation_stands_outside_the_second_fence() {
    let t = TestDb::new(Engine::Postgres).await;
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    let mut policies: BTreeMap<String, Vec<crate::Row>> = BTreeMap::new();
    for row in tx.fetch_all(POLICIES, vec![]).await.unwrap() {
        policies.entry(row.get("name").unwrap()).or_default().push(row);
    }
    let (mut fenced, mut open, mut wrong) = (0, Vec::new(), Vec::new());
    for row in tx.fetch_all(TABLES, vec![]).await.unwrap() {
        let name: String = row.get("name").unwrap();
        if !row.get::<bool>("of_organisation").unwrap() && name != "organisation" {
            open.push(name);
            continue;
        }
        fenced += 1;
        if !row.get::<bool>("is_on").unwrap() {
            wrong.push(format!("{name}: ROW LEVEL SECURITY is not enabled"));
        }
        if !row.get::<bool>("for_owner").unwrap() {
            wrong.push(format!("{name}: it is not forced on the owner"));
        }
        // Several would each let rows through.
        match policies.remove(&name).unwrap_or_default().as_slice() {
            [policy] => wrong.extend(complaint(&name, policy).map(|what| format!("{name}: {what}"))),
            others => wrong.push(format!("{name}: {} policies", others.len())),
        }
    }
    assert!(wrong.is_empty(), "write `--@tenant TABLE` into the migration: {wrong:#?}");
    open.sort_unstable();
    assert_eq!(open, OF_THE_INSTALLATION, "tables without organisation_id (left), against those that are the installation's (right)");
    assert_eq!(fenced + open.len(), schema(newest_migration()).len(), "every table of the schema was looked at");
}

/// What is wrong with a policy: it must stand for everybody and everything, and let through the organisation's own rows only.
fn complaint(table: &str, policy: &crate::Row) -> Option<String> {
    let text = |column| policy.get::<Option<String>>(column).unwrap().unwrap_or_default();
    let (command, roles, seen, written) = (text("command"), text("roles"), text("seen"), text("written"));
    if !policy.get::<bool>("permissive").unwrap() || command != "*" || roles != "{0}" {
        return Some(format!("its policy is for {command} of {roles}"));
    }
    let own = format!("({} = (NULLIF(current_setting('app.organisation'::text, true), ''::text))::uuid)", column(table));
    let installation = "(current_setting('app.scope'::text, true) = 'installation'::text)";
    // Without an expression of their own, written rows must be such as are seen.
    (seen != format!("({installation} OR {own})") || !written.is_empty()).then(|| format!("its policy lets through {seen}, in {written}"))
}
