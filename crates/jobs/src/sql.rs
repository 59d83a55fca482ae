//! Statements of the queue.

use tillit_vault::{NotSealed, SealedFor, SealedTable};

tillit_store::statements! { "jobs";
    /// How many jobs wait for an organisation ($1, NULL for the installation), counted up to $2.
    COUNT_WAITING = "SELECT COUNT(*) AS n FROM (SELECT id FROM job WHERE organisation_id IS NOT DISTINCT FROM $1 AND dead_at IS NULL LIMIT $2) AS waiting";
    /// Adds a job, unless one with the same dedup key is there.
    ADD = "INSERT INTO job (id, organisation_id, kind, payload, dedup, due_at, attempts, created_at, about) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8) ON CONFLICT (dedup) DO NOTHING";
    /// Deletes what is for an address, and what was given up.
    WITHDRAW = "DELETE FROM job WHERE organisation_id = $1 AND kind = $2 AND (about = $3 OR dead_at IS NOT NULL)";
    /// Up to $4 jobs of a kind that wait, after id $3, with what they hold.
    LIST_WAITING = "SELECT id, payload FROM job WHERE organisation_id = $1 AND kind = $2 AND dead_at IS NULL AND id > $3 ORDER BY id LIMIT $4";
    /// Deletes one that waits.
    WITHDRAW_ONE = "DELETE FROM job WHERE organisation_id = $1 AND id = $2";
    /// Whether anything is due.
    ANY_DUE = "SELECT id FROM job WHERE dead_at IS NULL AND due_at <= $1 LIMIT 1";
    /// Takes up to $4 jobs that are due at $1, until $2, under lease $3. Of kind $5 one, if $6, else none. One writer at a time on
    /// SQLite, so nobody can come between choosing and taking.
    CLAIM = "UPDATE job SET lease = $3, due_at = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM job WHERE dead_at IS NULL AND due_at <= $1 AND (kind <> $5 OR $6 AND id = (SELECT id FROM job WHERE kind = $5 AND dead_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 1)) ORDER BY due_at, id LIMIT $4) RETURNING id, organisation_id, kind, payload, attempts";
    /// Renews a lease; touches nothing when it was lost.
    RENEW = "UPDATE job SET due_at = $3 WHERE id = $1 AND lease = $2";
    /// Done.
    DELETE = "DELETE FROM job WHERE id = $1 AND lease = $2";
    /// Another attempt at $3.
    RETRY = "UPDATE job SET lease = NULL, due_at = $3, last_error = $4 WHERE id = $1 AND lease = $2";
    /// Given up at $3. The dedup key is freed: the same work may be asked for again.
    BURY = "UPDATE job SET lease = NULL, dedup = NULL, dead_at = $3, last_error = $4 WHERE id = $1 AND lease = $2";
    /// Dead jobs, newest first.
    LIST_DEAD = "SELECT id, organisation_id, kind, attempts, last_error, dead_at FROM job WHERE dead_at IS NOT NULL ORDER BY dead_at DESC, id DESC LIMIT $1";
    /// What waits, since when, and what was given up, for each kind.
    COUNT_BY_KIND = "SELECT kind, COUNT(CASE WHEN dead_at IS NULL THEN 1 END) AS waiting, MIN(CASE WHEN dead_at IS NULL THEN created_at END) AS oldest, COUNT(dead_at) AS dead FROM job GROUP BY kind ORDER BY kind";
    /// Brings a dead job back.
    REVIVE = "UPDATE job SET dead_at = NULL, attempts = 0, due_at = $2 WHERE id = $1 AND dead_at IS NOT NULL";
    /// Cleans away what died before $1.
    DELETE_DEAD = "DELETE FROM job WHERE dead_at < $1";
    /// When recurring work comes next.
    LIST_SCHEDULE = "SELECT kind, next_at FROM job_schedule";
    /// Takes a turn of recurring work: only one node does, and only when it is due at $3 (or new).
    TAKE_TURN = "INSERT INTO job_schedule (kind, next_at) VALUES ($1, $2) ON CONFLICT (kind) DO UPDATE SET next_at = excluded.next_at WHERE job_schedule.next_at <= $3";
}

/// The same as [`CLAIM`] for PostgreSQL, where many workers choose at once: each passes over what
/// another is just taking. SQLite does not know these words, so it is not in `ALL`.
pub(crate) const CLAIM_POSTGRES: tillit_store::Statement = tillit_store::Statement {
    name: "jobs.CLAIM_POSTGRES",
    sql: "UPDATE job SET lease = $3, due_at = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM job WHERE dead_at IS NULL AND due_at <= $1 AND (kind <> $5 OR $6 AND id = (SELECT id FROM job WHERE kind = $5 AND dead_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT 1)) ORDER BY due_at, id LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING id, organisation_id, kind, payload, attempts",
};

/// Columns that hold sealed values.
pub const SEALED: &[SealedTable] = &[SealedTable::new("job", "id", SealedFor::Organisation, &["payload"])];

/// Columns of bytes that hold none.
pub const NOT_SEALED: &[NotSealed] = &[NotSealed::new("job", "dedup", "a blind index"), NotSealed::new("job", "about", "a blind index")];
