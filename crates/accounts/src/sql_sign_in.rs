//! The statements of signing in locally beyond the password, and of what was seen while signing in.

use tillit_vault::{NotSealed, SealedFor, SealedTable};

tillit_store::statements! { "accounts";
    /// Notes a sign-in from a browser that is known.
    SEE_BROWSER = "UPDATE known_browser SET last_seen_at = $4 WHERE organisation_id = $2 AND person_id = $1 AND browser_index = $3";
    /// Notes a browser; another tab of it may have been faster.
    ADD_BROWSER = "INSERT INTO known_browser (person_id, organisation_id, browser_index, first_seen_at, last_seen_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT (person_id, browser_index) DO NOTHING";
    /// Forgets the browsers of a person that were not used for longest, beyond the bound.
    FORGET_SURPLUS_BROWSERS = "DELETE FROM known_browser WHERE organisation_id = $1 AND person_id = $2 AND browser_index NOT IN (SELECT browser_index FROM known_browser WHERE organisation_id = $1 AND person_id = $2 ORDER BY last_seen_at DESC, browser_index LIMIT 50)";
    /// Uses a ticket up, unless it was.
    USE_TICKET = "INSERT INTO used_ticket (ticket_hash, expires_at) VALUES ($1, $2) ON CONFLICT (ticket_hash) DO NOTHING";
    /// Forgets used tickets whose time is over.
    PRUNE_TICKETS = "DELETE FROM used_ticket WHERE expires_at <= $1";

    /// Sets an app up, or another one in its place.
    SET_APP = "INSERT INTO totp (person_id, organisation_id, secret, salt, last_step, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id) DO UPDATE SET secret = excluded.secret, salt = excluded.salt, last_step = excluded.last_step, created_at = excluded.created_at";
    /// The app of a person.
    FIND_APP = "SELECT secret, salt FROM totp WHERE organisation_id = $1 AND person_id = $2";
    /// Since when there is an app, and how many own codes are left.
    FIND_SECOND_FACTOR = "SELECT t.created_at, (SELECT COUNT(*) FROM totp_code c WHERE c.organisation_id = t.organisation_id AND c.person_id = t.person_id AND c.used_at IS NULL) AS codes_left FROM totp t WHERE t.organisation_id = $1 AND t.person_id = $2";
    /// What a second step is bound to.
    FIND_STEP = "SELECT p.session_endings, c.changed_at AS password_at, t.created_at AS app_at FROM credential c JOIN totp t ON t.organisation_id = c.organisation_id AND t.person_id = c.person_id JOIN person p ON p.organisation_id = c.organisation_id AND p.id = c.person_id WHERE c.organisation_id = $1 AND c.person_id = $2";
    /// Takes the app away.
    DELETE_APP = "DELETE FROM totp WHERE organisation_id = $1 AND person_id = $2";
    /// Uses a step up: it and those before are worth nothing from now on.
    USE_STEP = "UPDATE totp SET last_step = $3 WHERE organisation_id = $1 AND person_id = $2 AND last_step < $3";
    /// Adds an own recovery code.
    ADD_OWN_CODE = "INSERT INTO totp_code (id, organisation_id, person_id, code_hash) VALUES ($1, $2, $3, $4)";
    /// Takes the own recovery codes away.
    DELETE_OWN_CODES = "DELETE FROM totp_code WHERE organisation_id = $1 AND person_id = $2";
    /// Uses an own recovery code up.
    USE_OWN_CODE = "UPDATE totp_code SET used_at = $4 WHERE organisation_id = $1 AND person_id = $2 AND code_hash = $3 AND used_at IS NULL";

    /// Adds a passkey, unless it is known.
    ADD_PASSKEY = "INSERT INTO passkey (id, organisation_id, person_id, credential_index, credential, public_key, name, counter, synced, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (credential_index) DO NOTHING";
    /// How many a person has.
    COUNT_PASSKEYS = "SELECT COUNT(*) AS n FROM passkey WHERE organisation_id = $1 AND person_id = $2";
    /// Those of a person (bounded when added).
    LIST_PASSKEYS = "SELECT id, credential, name, synced, created_at, used_at FROM passkey WHERE organisation_id = $1 AND person_id = $2 ORDER BY created_at, id";
    /// One, by the id that its authenticator gave it.
    FIND_PASSKEY = "SELECT k.id, k.organisation_id, k.person_id, k.public_key, k.counter, k.synced, p.state, p.session_endings FROM passkey k JOIN person p ON p.organisation_id = k.organisation_id AND p.id = k.person_id WHERE k.credential_index = $1 AND k.organisation_id = COALESCE($2, k.organisation_id)";
    /// Notes a use, unless it was used meanwhile or taken away.
    USE_PASSKEY = "UPDATE passkey SET counter = $3, used_at = $4 WHERE organisation_id = $1 AND id = $2 AND counter = $5";
    /// Removes one of a person.
    DELETE_PASSKEY = "DELETE FROM passkey WHERE organisation_id = $1 AND person_id = $2 AND id = $3";
    /// Removes all of a person.
    DELETE_PASSKEYS = "DELETE FROM passkey WHERE organisation_id = $1 AND person_id = $2";

    /// What an organisation chose.
    FIND_LOCAL_POLICY = "SELECT second_factor, since, administrators_since FROM local_policy WHERE organisation_id = $1";
    /// Chooses.
    SET_LOCAL_POLICY = "INSERT INTO local_policy (organisation_id, second_factor, since, administrators_since) VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id) DO UPDATE SET second_factor = excluded.second_factor, since = excluded.since, administrators_since = excluded.administrators_since";
    /// People with a password here, and of them without an app, by role.
    COUNT_SECOND_FACTORS = "SELECT p.role, COUNT(*) AS people, SUM(CASE WHEN t.person_id IS NULL THEN 1 ELSE 0 END) AS without FROM person p JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id LEFT JOIN totp t ON t.organisation_id = p.organisation_id AND t.person_id = p.id WHERE p.organisation_id = $1 AND p.state = 'active' GROUP BY p.role";
    /// Notes that a session of a person showed an own proof.
    NOTE_PROOF = "INSERT INTO session_proof (session_id, organisation_id, proved_at) SELECT id, organisation_id, CAST($4 AS BIGINT) FROM session WHERE organisation_id = $1 AND id = $2 AND person_id = $3 ON CONFLICT (session_id) DO UPDATE SET proved_at = excluded.proved_at";
    /// Whether a session of a person showed a proof not long ago; a code of a kit that began it is one, and so is that of the break-glass account.
    FIND_PROOF = "SELECT s.method FROM session s LEFT JOIN session_proof f ON f.organisation_id = s.organisation_id AND f.session_id = s.id WHERE s.organisation_id = $1 AND s.id = $2 AND s.person_id = $3 AND (f.proved_at > $4 OR s.method = 'break_glass' OR (s.method = 'recovery_code' AND s.started_at > $4)) AND s.expires_at > $5";

    /// Forgets browsers that were not used for long.
    PRUNE_BROWSERS = "DELETE FROM known_browser WHERE last_seen_at <= $1";
}

/// Columns that hold sealed values.
pub const SEALED: &[SealedTable] = &[
    SealedTable::new("totp", "person_id", SealedFor::Organisation, &["secret"]),
    // What signs in must open without the epochs' folders, or losing them would lock everybody out. What its person calls it need not.
    SealedTable::new("passkey", "id", SealedFor::Organisation, &["credential", "public_key"]),
    SealedTable::new("passkey", "id", SealedFor::Person("person_id"), &["name"]),
];

/// Columns of bytes that hold none.
pub const NOT_SEALED: &[NotSealed] = &[
    NotSealed::new("known_browser", "browser_index", "a blind index"),
    NotSealed::new("used_ticket", "ticket_hash", "keyed hash of a ticket"),
    NotSealed::new("passkey", "credential_index", "a blind index"),
    NotSealed::new("totp", "salt", "random, of no use without a code"),
    NotSealed::new("totp_code", "code_hash", "HMAC of a random code"),
];
