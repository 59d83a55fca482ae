//! What differs between SQLite and PostgreSQL, and nothing else.

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, the default.
    Sqlite,
    /// When one machine is not enough.
    Postgres,
}

impl Engine {
    /// The engine that a database URL names.
    pub fn of_url(url: &str) -> Option<Self> {
        if url.starts_with("sqlite:") {
            Some(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Some(Self::Postgres)
        } else {
            None
        }
    }

    /// Turns a migration written once into this engine's DDL.
    ///
    /// `{uuid}`, `{bytes}`, `{int}`, `{bool}` become column types and `{strict}` the table option.
    /// A line `--@tenant TABLE COLUMN` puts the table under row-level security by that column
    /// (without one: `organisation_id`), forced for the owner too; a row is seen in its organisation's scope and
    /// in the installation's. On SQLite, where isolation rests on the scoped statements, it is a comment.
    pub fn ddl(self, text: &str) -> String {
        let (uuid, bytes, int, bool, strict) = match self {
            Self::Sqlite => ("BLOB", "BLOB", "INTEGER", "INTEGER", "STRICT"),
            Self::Postgres => ("UUID", "BYTEA", "BIGINT", "BOOLEAN", ""),
        };
        let mut out = String::with_capacity(text.len() + 1024);
        for line in text.lines() {
            match line.strip_prefix("--@tenant ") {
                Some(table) if self == Self::Postgres => out.push_str(&row_level_security(table.trim())),
                _ => out.push_str(line),
            }
            out.push('\n');
        }
        out.replace("{uuid}", uuid).replace("{bytes}", bytes).replace("{int}", int).replace("{bool}", bool).replace("{strict}", strict)
    }
}

fn row_level_security(table: &str) -> String {
    let (table, column) = table.split_once(' ').unwrap_or((table, "organisation_id"));
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\n\
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n\
         CREATE POLICY tenant ON {table} USING (\
         current_setting('app.scope', true) = 'installation' OR \
         {column} = NULLIF(current_setting('app.organisation', true), '')::uuid);"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_the_ddl_of_both_engines() {
        let text = "CREATE TABLE t (organisation_id {uuid}, n {int}) {strict};\n--@tenant t\n";
        assert_eq!(Engine::Sqlite.ddl(text), "CREATE TABLE t (organisation_id BLOB, n INTEGER) STRICT;\n--@tenant t\n");
        let postgres = Engine::Postgres.ddl(text);
        assert!(postgres.starts_with("CREATE TABLE t (organisation_id UUID, n BIGINT) ;\nALTER TABLE t ENABLE ROW LEVEL SECURITY;"));
        assert!(postgres.contains("FORCE ROW LEVEL SECURITY") && postgres.contains("OR organisation_id = NULLIF"));
        assert!(Engine::Postgres.ddl("--@tenant t id\n").contains("ALTER TABLE t FORCE"));
        assert!(Engine::Postgres.ddl("--@tenant t id\n").contains("OR id = NULLIF"));
    }
}
