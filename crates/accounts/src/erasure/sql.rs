//! Statements about forgetting people, and about people who ask for it.

tillit_store::statements! { "accounts.erasure";
    /// Notes a request.
    ADD_REQUEST = "INSERT INTO erasure_request (id, organisation_id, person_id, state, asked_at, due_at, why, reminded) VALUES ($1, $2, $3, 'open', $4, $5, $6, 0) ON CONFLICT (person_id) WHERE state = 'open' DO NOTHING";
    /// The newest request of a person.
    LAST_REQUEST_OF = "SELECT id, person_id, state, asked_at, due_at, extended_at, why, answer, answered_at, answered_by FROM erasure_request WHERE organisation_id = $1 AND person_id = $2 ORDER BY asked_at DESC, id DESC LIMIT 1";
    /// When a person asked, if that is open.
    OPEN_REQUEST_OF = "SELECT asked_at FROM erasure_request WHERE organisation_id = $1 AND person_id = $2 AND state = 'open'";
    /// One request.
    FIND_REQUEST = "SELECT id, person_id, state, asked_at, due_at, extended_at, why, answer, answered_at, answered_by FROM erasure_request WHERE organisation_id = $1 AND id = $2";
    /// Requests: the open ones first, the most urgent first of all.
    LIST_REQUESTS = "SELECT id, person_id, state, asked_at, due_at, extended_at, why, answer, answered_at, answered_by FROM erasure_request WHERE organisation_id = $1 ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, due_at, id LIMIT 200";
    /// How many are open, and when the first is due.
    COUNT_OPEN_REQUESTS = "SELECT COUNT(*) AS n, MIN(due_at) AS due FROM erasure_request WHERE organisation_id = $1 AND state = 'open'";
    /// The person takes it back.
    WITHDRAW_REQUEST = "DELETE FROM erasure_request WHERE organisation_id = $1 AND person_id = $2 AND state = 'open'";
    /// Refused, and why.
    REFUSE_REQUEST = "UPDATE erasure_request SET state = 'refused', answer = $3, answered_at = $4, answered_by = $5 WHERE organisation_id = $1 AND id = $2 AND state = 'open'";
    /// More time, once, and why.
    EXTEND_REQUEST = "UPDATE erasure_request SET due_at = $3, extended_at = $4, answer = $5, answered_by = $6, reminded = 0 WHERE organisation_id = $1 AND id = $2 AND state = 'open' AND extended_at IS NULL";
    /// Across organisations: open requests that are due by $1, $2 or $3 (the latest first) of which that was not told yet.
    DUE_REQUESTS = "SELECT id, organisation_id, person_id, due_at, reminded FROM erasure_request WHERE state = 'open' AND due_at <= $1 AND reminded < (CASE WHEN due_at <= $3 THEN 3 WHEN due_at <= $2 THEN 2 ELSE 1 END) ORDER BY due_at LIMIT 1000";
    /// Notes that this stage was told.
    REMINDED = "UPDATE erasure_request SET reminded = $3 WHERE organisation_id = $1 AND id = $2 AND reminded < $3";
    /// Across organisations: refusals that are old.
    PRUNE_REQUESTS = "DELETE FROM erasure_request WHERE answered_at < $1 AND state = 'refused'";

    /// Deletes a person, and what refers to the person by a foreign key.
    DELETE_PERSON = "DELETE FROM person WHERE organisation_id = $1 AND id = $2";
    /// Across organisations: people whose key is gone, as after a backup was brought back.
    LIST_KEYLESS = "SELECT p.organisation_id, p.id FROM person p WHERE NOT EXISTS (SELECT 1 FROM vault_person_key k WHERE k.organisation_id = p.organisation_id AND k.person_id = p.id) ORDER BY p.organisation_id, p.id LIMIT 200";
    /// Blind indexes of a person's addresses.
    INDEXES_OF = "SELECT username_index, email_index FROM person WHERE organisation_id = $1 AND id = $2";
    /// Keeps the receipt.
    ADD_RECEIPT = "INSERT INTO erasure_receipt (id, organisation_id, person_id, asked_at, erased_at, erased_by, backups_until) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// One receipt.
    FIND_RECEIPT = "SELECT id, person_id, asked_at, erased_at, erased_by, backups_until FROM erasure_receipt WHERE organisation_id = $1 AND id = $2";
    /// Receipts, the newest first.
    LIST_RECEIPTS = "SELECT id, person_id, asked_at, erased_at, erased_by, backups_until FROM erasure_receipt WHERE organisation_id = $1 ORDER BY erased_at DESC, id DESC LIMIT 100";
    /// Across organisations: receipts that are old.
    PRUNE_RECEIPTS = "DELETE FROM erasure_receipt WHERE erased_at < $1";
}
