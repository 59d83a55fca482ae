//! The statements of the audit log.

macro_rules! rows {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.log, a.seq, a.at, a.actor, a.actor_id, a.action, a.area, a.target, a.target_id, a.reason, a.request_id, a.client_digest, a.detail_digest, a.hash, ",
            "c.id AS client_part, c.person_id AS client_of, c.value AS client, d.id AS detail_part, d.person_id AS detail_of, d.value AS detail ",
            "FROM audit a LEFT JOIN audit_part c ON c.audit_id = a.id AND c.what = 'client' LEFT JOIN audit_part d ON d.audit_id = a.id AND d.what = 'detail' ",
            "WHERE a.log = $1 AND ",
            $which
        )
    };
}

tillit_store::statements! { "accounts.audit";
    /// The next number of a log, and the hash of the row before. Holds the log's row until the transaction ends.
    NEXT = "INSERT INTO audit_head (log, organisation_id, seq, hash) VALUES ($1, $2, 1, $3) ON CONFLICT (log) DO UPDATE SET seq = audit_head.seq + 1 RETURNING seq, hash, mac";
    /// The end of a log that has no row yet, unless it has one.
    BEGIN = "INSERT INTO audit_head (log, organisation_id, seq, hash, mac) VALUES ($1, $2, 0, $3, $4) ON CONFLICT (log) DO NOTHING";
    /// Adds a row.
    ADD = "INSERT INTO audit (id, log, organisation_id, seq, at, actor, actor_id, action, area, target, target_id, reason, request_id, client_digest, detail_digest, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    /// Adds what is sealed of a row.
    ADD_PART = "INSERT INTO audit_part (id, organisation_id, person_id, audit_id, what, value) VALUES ($1, $2, $3, $4, $5, $6)";
    /// Holds the log until the transaction ends; it stays as it is.
    HOLD = "UPDATE audit_head SET hash = hash WHERE log = $1";
    /// The newest row's hash, and the code of authentication over it.
    SET_HEAD = "UPDATE audit_head SET hash = $2, mac = $3 WHERE log = $1";
    /// Rows before a number that fit a filter, the newest first.
    LIST = rows!("a.seq < $2 AND a.area = COALESCE($4, a.area) AND a.at >= $5 AND a.at < $6 AND ($7 = 0 OR a.action LIKE '%refused' OR a.action LIKE '%failed') ORDER BY a.seq DESC LIMIT $3");
    /// The same, done by a person.
    LIST_BY = rows!("a.seq < $2 AND a.area = COALESCE($4, a.area) AND a.at >= $5 AND a.at < $6 AND ($7 = 0 OR a.action LIKE '%refused' OR a.action LIKE '%failed') AND a.actor_id = $8 ORDER BY a.seq DESC LIMIT $3");
    /// The same, done to somebody.
    LIST_ABOUT = rows!("a.seq < $2 AND a.area = COALESCE($4, a.area) AND a.at >= $5 AND a.at < $6 AND ($7 = 0 OR a.action LIKE '%refused' OR a.action LIKE '%failed') AND a.target_id = $8 ORDER BY a.seq DESC LIMIT $3");
    /// The same, done by a person to somebody.
    LIST_BY_ABOUT = rows!("a.seq < $2 AND a.area = COALESCE($4, a.area) AND a.at >= $5 AND a.at < $6 AND ($7 = 0 OR a.action LIKE '%refused' OR a.action LIKE '%failed') AND a.actor_id = $8 AND a.target_id = $9 ORDER BY a.seq DESC LIMIT $3");
    /// Rows after a number, the oldest first.
    WALK = rows!("a.seq > $2 ORDER BY a.seq LIMIT $3");
    /// The newest number of a log, and the hash of that row.
    HEAD = "SELECT seq, hash, mac, told_at FROM audit_head WHERE log = $1";
    /// Notes that owners were told that somebody else wrote the end of the log.
    TOLD = "UPDATE audit_head SET told_at = $2 WHERE log = $1";
    /// How often somebody did this to somebody since a moment, counted up to $6.
    TIMES_DONE = "SELECT COUNT(*) AS n FROM (SELECT seq FROM audit WHERE log = $1 AND target_id = $2 AND actor_id = $3 AND action = $4 AND at > $5 LIMIT $6) AS done";
    /// Whether somebody did this to somebody since a moment.
    DONE_SINCE = "SELECT seq FROM audit WHERE log = $1 AND target_id = $2 AND actor_id = $3 AND action = $4 AND at > $5 LIMIT 1";
    /// Who looked at a person, or took a list along in which the person stood, the newest first.
    VIEWS = "SELECT a.seq, a.at, a.actor_id, a.action FROM audit a JOIN person p ON p.organisation_id = a.organisation_id AND p.id = $2 WHERE a.log = $1 AND a.area = 'reads' AND a.seq < $3 AND a.at >= p.created_at AND a.actor_id IS NOT NULL AND a.actor_id <> $2 AND (a.target_id = $2 OR a.action = 'people.exported') ORDER BY a.seq DESC LIMIT $4";

    /// The key that signs.
    SIGNING_KEY = "SELECT id, public_key, seed FROM audit_signing_key WHERE single = 1";
    /// All keys that ever signed, the newest first.
    SIGNING_KEYS = "SELECT id, public_key, seed FROM audit_signing_key ORDER BY made_at DESC LIMIT 100";
    /// Adds the key that signs, unless there is one.
    ADD_SIGNING_KEY = "INSERT INTO audit_signing_key (id, single, public_key, seed, made_at) VALUES ($1, 1, $2, $3, $4) ON CONFLICT (single) DO NOTHING";
    /// Adds a checkpoint.
    ADD_CHECKPOINT = "INSERT INTO audit_checkpoint (id, log, organisation_id, seq, hash, at, public_key, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The newest checkpoint of a log.
    NEWEST_CHECKPOINT = "SELECT id, log, seq, hash, at, public_key, signature FROM audit_checkpoint WHERE log = $1 ORDER BY seq DESC LIMIT 1";
    /// The checkpoints of a log: one a day at most, for seven years.
    CHECKPOINTS = "SELECT id, log, seq, hash, at, public_key, signature FROM audit_checkpoint WHERE log = $1 ORDER BY seq LIMIT 10000";

    /// What an organisation decided, and when its owners last got a checkpoint by mail.
    CHOICE = "SELECT c.keep_years, c.mail, c.longer_years, c.longer_until, COALESCE(c.mailed_at, o.created_at) AS since FROM organisation o LEFT JOIN audit_choice c ON c.organisation_id = o.id WHERE o.id = $1";
    /// Decides it.
    SET_CHOICE = "INSERT INTO audit_choice (organisation_id, keep_years, mail, longer_years, longer_until) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organisation_id) DO UPDATE SET keep_years = excluded.keep_years, mail = excluded.mail, longer_years = excluded.longer_years, longer_until = excluded.longer_until";
    /// Notes that owners get a mail.
    MAILED = "INSERT INTO audit_choice (organisation_id, keep_years, mail, mailed_at) VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id) DO UPDATE SET mailed_at = excluded.mailed_at";
    /// Number of the oldest row.
    FIRST = "SELECT MIN(seq) AS seq FROM audit WHERE log = $1";
    /// The newest checkpoint before a moment that covers a row from $3 on and at most $4; the oldest one if each covers more.
    OLD_CHECKPOINT = "SELECT id, log, seq, hash, at, public_key, signature FROM audit_checkpoint WHERE log = $1 AND at <= $2 AND seq >= $3 ORDER BY CASE WHEN seq <= $4 THEN 0 ELSE 1 END, CASE WHEN seq <= $4 THEN -seq ELSE seq END LIMIT 1";
    /// How many rows are older than a moment.
    COUNT_BEFORE = "SELECT COUNT(*) AS n FROM audit WHERE log = $1 AND at < $2";
    /// Deletes the oldest rows. What is sealed of them goes with them.
    DELETE_UNTIL = "DELETE FROM audit WHERE log = $1 AND seq <= $2";
    /// Deletes checkpoints of rows that are gone.
    DELETE_CHECKPOINTS_BEFORE = "DELETE FROM audit_checkpoint WHERE log = $1 AND seq < $2";

    /// An organisation's webhook, and the newest number of its log.
    WEBHOOK = "SELECT w.address, w.secret, w.old_secret, w.old_until, w.running, w.after_seq, w.last_at, w.last_result, w.last_status, w.failing_since, h.seq AS head FROM audit_webhook w JOIN audit_head h ON h.log = w.organisation_id WHERE w.organisation_id = $1";
    /// Sets it up, or gives it another address and secret.
    SET_WEBHOOK = "INSERT INTO audit_webhook (organisation_id, address, secret, running, after_seq) VALUES ($1, $2, $3, TRUE, $4) ON CONFLICT (organisation_id) DO UPDATE SET address = excluded.address, secret = excluded.secret, old_secret = NULL, old_until = NULL, running = TRUE, after_seq = excluded.after_seq, last_at = NULL, last_result = NULL, last_status = NULL, failing_since = NULL";
    /// Another secret; the one before stays for a while.
    RENEW_WEBHOOK = "UPDATE audit_webhook SET secret = $2, old_secret = $3, old_until = $4 WHERE organisation_id = $1";
    /// Sends again.
    START_WEBHOOK = "UPDATE audit_webhook SET running = TRUE, failing_since = NULL WHERE organisation_id = $1";
    /// Sends no more.
    STOP_WEBHOOK = "UPDATE audit_webhook SET running = FALSE WHERE organisation_id = $1";
    /// Removes it.
    REMOVE_WEBHOOK = "DELETE FROM audit_webhook WHERE organisation_id = $1";
    /// How the last request ended, if the webhook still stands where it began.
    NOTE_DELIVERY = "UPDATE audit_webhook SET after_seq = $3, last_at = $4, last_result = $5, last_status = $6, failing_since = $7 WHERE organisation_id = $1 AND after_seq = $2";
    /// Deletes secrets that sign no longer.
    DELETE_OLD_SECRETS = "UPDATE audit_webhook SET old_secret = NULL, old_until = NULL WHERE old_until <= $1";
    /// Organisations whose webhook has rows to deliver, the one that waited longest first.
    WAITING_WEBHOOKS = "SELECT w.organisation_id FROM audit_webhook w JOIN audit_head h ON h.log = w.organisation_id WHERE w.running AND h.seq > w.after_seq ORDER BY COALESCE(w.last_at, 0), w.organisation_id LIMIT 1000";
    /// Rows to deliver.
    WEBHOOK_ROWS = "SELECT seq, at, actor_id, action, area, target, target_id, reason, hash FROM audit WHERE log = $1 AND seq > $2 ORDER BY seq LIMIT $3";
}
