//! PostgreSQL with two roles, as docs/operate/postgresql.md says it, word by word: the one that serves owns nothing and takes
//! nothing off.

use std::path::Path;

use crate::keys::{said, tillit};
use crate::support::read;
use crate::walk::servers::Postgres;

const OWNER: &str = "tillit_owner";
const SERVING: &str = "tillit";

/// The first block of this language on the page.
fn block<'a>(page: &'a str, language: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("```{language}\n")).expect("a block");
    rest.split_once("```").expect("its end").0
}

fn ok(postgres: &Postgres, role: &str, database: &str, sql: &str) -> String {
    let done = postgres.run(role, database, sql);
    assert!(done.status.success(), "{sql} as {role}: {}", said(&done));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

fn works(folder: &Path, arguments: &[&str]) -> String {
    let done = tillit(folder, arguments);
    assert!(done.status.success(), "tillit {arguments:?}: {}", said(&done));
    said(&done)
}

#[test]
fn with_the_statements_of_the_page_the_serving_role_owns_nothing_and_takes_no_fence_off() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("permissions");
    let postgres = Postgres::start(folder.path());
    let page = read("docs/operate/postgresql.md");
    let (as_superuser, as_owner) = block(&page, "sql").split_once("-- In that database, as tillit_owner").expect("two parts");
    for statement in as_superuser.split_inclusive(';').filter(|statement| !statement.trim().is_empty()) {
        ok(&postgres, "postgres", "postgres", statement);
    }
    ok(&postgres, OWNER, SERVING, &format!("--{as_owner}"));

    let configured = block(&page, "toml").replace("db.internal", &format!("127.0.0.1:{}", postgres.port));
    assert!(configured.contains("migrate_url") && configured.matches("127.0.0.1").count() == 2, "{configured}");
    let own = folder.path().join("own");
    std::fs::create_dir(&own).expect("a folder");
    let identity = own.join("identity").display().to_string();
    let text = format!("[server]\npublic_url = \"https://portal.example\"\n{configured}[keys]\nfile = \"master.key\"\nhold_seconds = 1\n");
    std::fs::write(own.join("tillit.toml"), &text).expect("a file");
    let recipient = works(&own, &["backup", "--make-identity", &identity]);
    let recipient = recipient.lines().find(|line| line.starts_with("age1")).expect("a recipient");
    std::fs::write(own.join("tillit.toml"), format!("{text}[backup]\nrecipients = [\"{recipient}\"]\n")).expect("a file");

    // Migrates as one, works as the other.
    works(&own, &["init", "--organisation", "Nordvik kommune", "--domain", "nordvik.example", "--owner", "ingrid@nordvik.example"]);
    works(&own, &["keys", "rotate", "--wait"]);
    let backup = own.join("b.age").display().to_string();
    works(&own, &["backup", &backup]);
    nothing_is_owned(&postgres, &own);
    // A restore makes every table anew.
    for table in ["person", "organisation"] {
        ok(&postgres, OWNER, SERVING, &format!("SET app.scope = 'installation'; DELETE FROM {table}"));
    }
    works(&own, &["restore", &backup, "--identity", &identity]);
    nothing_is_owned(&postgres, &own);
    works(&own, &["recover", "--organisation", "Nordvik kommune", "--owner", "ingrid@nordvik.example"]);
}

fn nothing_is_owned(postgres: &Postgres, own: &Path) {
    let doctor = said(&tillit(own, &["doctor"]));
    assert!(doctor.contains("fine   the role of database.url owns no table and cannot pass row-level security"), "{doctor}");
    let owners = ok(postgres, SERVING, SERVING, "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'");
    assert_eq!(owners, OWNER, "whose the tables are");
    let tables = ok(postgres, SERVING, SERVING, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND rowsecurity");
    assert!(tables.lines().count() > 45, "{tables}");
    let of_tables = tables.lines().flat_map(|table| {
        [
            format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"),
            format!("DROP POLICY tenant ON {table}"),
            format!("CREATE POLICY mine ON {table} USING (true)"),
            format!("ALTER TABLE {table} ADD COLUMN mine TEXT"),
            format!("ALTER TABLE {table} OWNER TO {SERVING}"),
            format!("DROP TABLE {table} CASCADE"),
            // Nor does it empty one past the fence.
            format!("TRUNCATE {table} CASCADE"),
        ]
    });
    let others = [
        format!("SET ROLE {OWNER}"),
        format!("ALTER ROLE {SERVING} BYPASSRLS"),
        format!("ALTER ROLE {SERVING} SUPERUSER"),
        format!("GRANT {OWNER} TO {SERVING}"),
        "CREATE TABLE mine (n INTEGER)".to_owned(),
        "DROP SCHEMA public CASCADE".to_owned(),
        "SET row_security = off; SELECT count(*) FROM person".to_owned(),
    ];
    refused(postgres, of_tables.chain(others));
    // Without a scope it sees nobody, though somebody is there; in the installation's it does.
    assert_eq!(ok(postgres, SERVING, SERVING, "SELECT count(*) FROM person"), "0");
    assert_eq!(ok(postgres, SERVING, SERVING, "SET app.scope = 'installation'; SELECT count(*) FROM person"), "1");
}

/// Each of these is refused because the serving role may not, and for no other reason.
fn refused(postgres: &Postgres, statements: impl Iterator<Item = String>) {
    let statements: Vec<_> = statements.map(|statement| format!("$a${statement}$a$")).collect();
    let all = format!(
        "DO $$ DECLARE tried text; BEGIN FOREACH tried IN ARRAY ARRAY[{}] LOOP \
         BEGIN EXECUTE tried; RAISE EXCEPTION 'done, not refused: %', tried; EXCEPTION WHEN insufficient_privilege THEN NULL; END; \
         END LOOP; END $$",
        statements.join(", ")
    );
    ok(postgres, SERVING, SERVING, &all);
}
