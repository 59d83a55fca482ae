//! Statements about backups. Those over any table are in `statements`.

use tillit_vault::{NotSealed, SealedTable};

tillit_store::statements! { "backup";
    /// Whether anybody lives in this database.
    ANY_ORGANISATION = "SELECT id FROM organisation LIMIT 1";
    /// Who would be lost: a few names, the oldest first.
    NAMES = "SELECT name FROM organisation ORDER BY created_at, id LIMIT $1";
    /// Who would be lost: how many.
    COUNT = "SELECT (SELECT COUNT(*) FROM organisation) AS organisations, (SELECT COUNT(*) FROM person) AS people";
    /// Notes a backup that was taken.
    ADD = "INSERT INTO backup (id, taken_at, finished_at, row_count, byte_count) VALUES ($1, $2, $3, $4, $5)";
    /// Notes for the next start that a backup was brought back.
    MARK = "INSERT INTO restored (id, taken_at) VALUES ($1, $2)";
    /// The last one.
    LAST = "SELECT taken_at, row_count, byte_count FROM backup ORDER BY taken_at DESC LIMIT 1";
    /// Forgets those that were taken before $1.
    PRUNE = "DELETE FROM backup WHERE taken_at < $1";
}

/// Nothing is sealed here.
pub const SEALED: &[SealedTable] = &[];

/// There are no bytes here.
pub const NOT_SEALED: &[NotSealed] = &[];
