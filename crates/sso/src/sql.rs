//! Statements of the sso room. Each names the organisation it is for; what looks across
//! organisations says so and runs in the installation's scope.

use tillit_vault::{NotSealed, SealedFor, SealedTable};

tillit_store::statements! { "sso";
    FIND_ORGANISATION = "SELECT name, language FROM organisation WHERE id = $1";

    // Settings
    ADD_CONNECTION = "INSERT INTO sso_connection (organisation_id, version, settings, tenant, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)";
    FIND_CONNECTION = "SELECT settings, tenant FROM sso_connection WHERE organisation_id = $1 AND version = $2";
    /// Only the first link binds the tenant.
    BIND_CONNECTION = "UPDATE sso_connection SET tenant = $3 WHERE organisation_id = $1 AND version = $2 AND (tenant IS NULL OR tenant = $3)";

    // Activation
    FIND_ACTIVATION = "SELECT revision, state, browser FROM sso_activation WHERE organisation_id = $1";
    ADD_ACTIVATION = "INSERT INTO sso_activation (organisation_id, revision, state, browser, changed_at) VALUES ($1, 1, $2, $3, $4) ON CONFLICT (organisation_id) DO NOTHING";
    SAVE_ACTIVATION = "UPDATE sso_activation SET revision = revision + 1, state = $3, browser = $4, changed_at = $5 WHERE organisation_id = $1 AND revision = $2";
    /// Across organisations: which draft does this browser carry?
    FIND_BROWSER = "SELECT organisation_id, state FROM sso_activation WHERE browser = $1 LIMIT 2";
    /// State and the session's issuer in one read, for every request of a signed-in person.
    FIND_ADMISSION = "SELECT a.state, s.issuer, s.unreachable_at FROM organisation o LEFT JOIN sso_activation a ON a.organisation_id = o.id LEFT JOIN sso_session s ON s.organisation_id = o.id AND s.session_id = $2 WHERE o.id = $1";

    // Policy
    FIND_POLICY = "SELECT create_people, cap, created, guests, recheck_minutes FROM sso_policy WHERE organisation_id = $1";
    SAVE_POLICY = "INSERT INTO sso_policy (organisation_id, create_people, cap, created, guests, recheck_minutes) VALUES ($1, $2, $3, 0, $4, $5) ON CONFLICT (organisation_id) DO UPDATE SET create_people = excluded.create_people, cap = excluded.cap, guests = excluded.guests, recheck_minutes = excluded.recheck_minutes";
    TAKE_PLACE = "UPDATE sso_policy SET created = created + 1 WHERE organisation_id = $1 AND create_people AND created < cap";

    // Tenants
    BIND_TENANT = "INSERT INTO sso_tenant (cloud, tenant, organisation_id, name, bound_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cloud, tenant) DO NOTHING";
    NAME_TENANT = "UPDATE sso_tenant SET name = $4 WHERE cloud = $1 AND tenant = $2 AND organisation_id = $3";
    LIST_TENANTS = "SELECT cloud, tenant, name, bound_at FROM sso_tenant WHERE organisation_id = $1 ORDER BY bound_at, tenant LIMIT 100";
    RELEASE_TENANT = "DELETE FROM sso_tenant WHERE organisation_id = $1 AND cloud = $2 AND tenant = $3";
    /// Across organisations when run in the installation's scope.
    FIND_TENANT = "SELECT organisation_id, name FROM sso_tenant WHERE cloud = $1 AND tenant = $2";

    // Identities
    /// Across organisations when run in the installation's scope.
    FIND_IDENTITY = "SELECT id, organisation_id, person_id, consented_at, profile_read_at FROM sso_identity WHERE account_key = $1";
    FIND_IDENTITY_OF = "SELECT id FROM sso_identity WHERE organisation_id = $1 AND person_id = $2 AND issuer = $3";
    FIND_IDENTITY_DETAIL = "SELECT id, detail FROM sso_identity WHERE organisation_id = $1 AND person_id = $2 AND issuer = $3";
    LIST_IDENTITIES_OF = "SELECT id, detail, rule, linked_at, last_seen_at FROM sso_identity WHERE organisation_id = $1 AND person_id = $2 ORDER BY linked_at DESC, id DESC LIMIT 20";
    DROP_IDENTITY = "DELETE FROM sso_identity WHERE organisation_id = $1 AND person_id = $2 AND id = $3 RETURNING issuer, detail";
    LIST_SESSIONS_OF_ISSUER = "SELECT session_id FROM sso_session WHERE organisation_id = $1 AND person_id = $2 AND issuer = $3 LIMIT 200";
    COUNT_IDENTITIES_OF_ISSUER = "SELECT COUNT(*) AS n FROM sso_identity WHERE organisation_id = $1 AND issuer = $2";
    DROP_IDENTITIES_OF_ISSUER = "DELETE FROM sso_identity WHERE organisation_id = $1 AND issuer = $2 RETURNING person_id";
    /// Who is linked to an account of an issuer.
    LIST_PEOPLE_OF_ISSUER = "SELECT DISTINCT person_id FROM sso_identity WHERE organisation_id = $1 AND issuer = $2";
    COUNT_IDENTITIES_OF = "SELECT COUNT(*) AS n FROM sso_identity WHERE organisation_id = $1 AND person_id = $2";
    ADD_IDENTITY = "INSERT INTO sso_identity (id, organisation_id, person_id, account_key, subject_key, issuer, detail, rule, linked_at, last_seen_at, consented_at, profile_read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11) ON CONFLICT DO NOTHING";
    /// Keeps the plain column by which lists of people are narrowed in step.
    NOTE_LINKED = "UPDATE person SET linked = EXISTS (SELECT 1 FROM sso_identity i WHERE i.organisation_id = $1 AND i.person_id = $2) WHERE organisation_id = $1 AND id = $2";
    SEE_IDENTITY = "UPDATE sso_identity SET last_seen_at = $3, consented_at = COALESCE($4, consented_at), profile_read_at = COALESCE($5, profile_read_at) WHERE organisation_id = $1 AND id = $2";
    COUNT_CONSENTED = "SELECT COUNT(*) AS n FROM sso_identity WHERE organisation_id = $1 AND issuer = $2 AND consented_at IS NOT NULL";
    LINKED_PEOPLE = "SELECT person_id FROM sso_identity WHERE organisation_id = $1 AND issuer = $2 LIMIT 10000";

    // Sign-ins under way
    ADD_TRANSACTION = "INSERT INTO sso_transaction (state_hash, id, organisation_id, purpose, version, browser, session_id, person_id, sealed, begun_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// Across organisations: the state alone names the sign-in. Using it up and reading it is one statement.
    TAKE_TRANSACTION = "DELETE FROM sso_transaction WHERE state_hash = $1 RETURNING id, organisation_id, purpose, version, browser, session_id, person_id, sealed, begun_at, expires_at";
    /// Across organisations: whether somebody waits for this answer.
    FIND_TRANSACTION = "SELECT organisation_id, purpose, version, browser FROM sso_transaction WHERE state_hash = $1";
    SWEEP_TRANSACTIONS = "DELETE FROM sso_transaction WHERE expires_at < $1";

    // Proposals
    ADD_PROPOSAL = "INSERT INTO sso_proposal (id, organisation_id, person_id, version, sealed, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND_PROPOSAL = "SELECT id, person_id, version, sealed, made_at, expires_at FROM sso_proposal WHERE organisation_id = $1 AND id = $2";
    LAST_PROPOSAL = "SELECT id FROM sso_proposal WHERE organisation_id = $1 AND person_id = $2 AND version = $3 AND expires_at > $4 ORDER BY made_at DESC LIMIT 1";
    DROP_PROPOSALS = "DELETE FROM sso_proposal WHERE organisation_id = $1 AND person_id = $2";
    DROP_ALL_PROPOSALS = "DELETE FROM sso_proposal WHERE organisation_id = $1";
    SWEEP_PROPOSALS = "DELETE FROM sso_proposal WHERE expires_at < $1";

    // Tests
    SAVE_TEST = "INSERT INTO sso_test (organisation_id, version, person_id, passed_at) VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, version, person_id) DO UPDATE SET passed_at = excluded.passed_at";
    LAST_TEST = "SELECT version, person_id, passed_at FROM sso_test WHERE organisation_id = $1 ORDER BY passed_at DESC LIMIT 1";

    // Sessions
    ADD_SESSION = "INSERT INTO sso_session (session_id, organisation_id, person_id, issuer) VALUES ($1, $2, $3, $4)";
    FIND_SESSION = "SELECT issuer FROM sso_session WHERE organisation_id = $1 AND session_id = $2";
    /// $3: when the provider could not be asked; NULL: it could.
    NOTE_RECHECK = "UPDATE sso_session SET unreachable_at = $3 WHERE organisation_id = $1 AND session_id = $2";

    // Forms that wait for a re-check
    PARK_FORM = "INSERT INTO sso_parked_form (id, organisation_id, person_id, browser, sealed, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    FIND_PARKED = "SELECT sealed, expires_at FROM sso_parked_form WHERE organisation_id = $1 AND person_id = $2 AND id = $3 AND browser = $4";
    /// All but the ten newest of a person.
    DROP_SURPLUS_FORMS = "DELETE FROM sso_parked_form WHERE organisation_id = $1 AND person_id = $2 AND id NOT IN (SELECT id FROM sso_parked_form WHERE organisation_id = $1 AND person_id = $2 ORDER BY id DESC LIMIT 10)";
    SWEEP_PARKED = "DELETE FROM sso_parked_form WHERE expires_at < $1";

    // Ledger
    ADD_LEDGER = "INSERT INTO sso_ledger (id, organisation_id, at, kind, host, status, purpose, request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    LIST_LEDGER = "SELECT at, kind, host, status, purpose, request_id FROM sso_ledger WHERE organisation_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3";
    COUNT_LEDGER = "SELECT COUNT(*) AS n FROM sso_ledger WHERE organisation_id = $1";

    // Finished sign-ins
    ADD_SIGN_IN = "INSERT INTO sso_sign_in (id, organisation_id, at, purpose, outcome, rule, reason, aadsts, trace_id, correlation_id, person_id, sealed, request_id, about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    LIST_SIGN_INS = "SELECT id, at, purpose, outcome, rule, reason, aadsts, trace_id, correlation_id, person_id, sealed, request_id FROM sso_sign_in WHERE organisation_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3";
    /// Whether a person's name met this refusal since a moment.
    REFUSED_SINCE = "SELECT id FROM sso_sign_in WHERE organisation_id = $1 AND person_id = $2 AND outcome = $3 AND at > $4 LIMIT 1";
    COUNT_REFUSED_SINCE = "SELECT COUNT(*) AS n FROM sso_sign_in WHERE organisation_id = $1 AND outcome = $2 AND at > $3";
    COUNT_SIGN_INS = "SELECT COUNT(*) AS n FROM sso_sign_in WHERE organisation_id = $1";
    SWEEP_SIGN_INS = "DELETE FROM sso_sign_in WHERE at < $1";

    // Consent
    SEE_CONSENT = "INSERT INTO sso_consent (organisation_id, issuer, scopes, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, issuer) DO UPDATE SET scopes = excluded.scopes, seen_at = excluded.seen_at";
    CLAIM_CONSENT = "INSERT INTO sso_consent (organisation_id, issuer, scopes, claimed_at, vouched_at) VALUES ($1, $2, '', $3, $4) ON CONFLICT (organisation_id, issuer) DO UPDATE SET claimed_at = excluded.claimed_at, vouched_at = COALESCE(sso_consent.vouched_at, excluded.vouched_at)";
    BEAR_OUT_CONSENT = "UPDATE sso_consent SET borne_out_at = $4 WHERE organisation_id = $1 AND issuer = $2 AND vouched_at <= $3";
    /// Somebody whose trip began after the claim was turned away for want of consent.
    MISS_CONSENT = "UPDATE sso_consent SET claimed_at = NULL, vouched_at = NULL, borne_out_at = NULL WHERE organisation_id = $1 AND issuer = $2 AND claimed_at <= $3";
    FIND_CONSENT = "SELECT scopes, seen_at, claimed_at, borne_out_at FROM sso_consent WHERE organisation_id = $1 AND issuer = $2";

    // Credentials
    ADD_CREDENTIAL = "INSERT INTO sso_credential (id, organisation_id, slot, kind, sealed, thumbprint, not_after, added_at, warned) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT (organisation_id, slot) DO NOTHING";
    FIND_CREDENTIAL = "SELECT sealed FROM sso_credential WHERE organisation_id = $1 AND id = $2";
    /// At most two.
    LIST_CREDENTIALS = "SELECT id, slot, kind, thumbprint, not_after, added_at, accepted_at, refused_at FROM sso_credential WHERE organisation_id = $1 ORDER BY slot";
    /// Those that may be shown to the registration $2.
    SLOTS_FOR = "SELECT id, added_at, not_after, accepted_at, refused_at FROM sso_credential WHERE organisation_id = $1 AND (provider IS NULL OR provider = $2) ORDER BY slot";
    /// The first time it is accepted, and after it was refused.
    ACCEPT_CREDENTIAL = "UPDATE sso_credential SET accepted_at = $3, provider = COALESCE(provider, $4) WHERE organisation_id = $1 AND id = $2 AND (accepted_at IS NULL OR accepted_at <= refused_at)";
    REFUSE_CREDENTIAL = "UPDATE sso_credential SET refused_at = $3 WHERE organisation_id = $1 AND id = $2";
    DROP_CREDENTIAL = "DELETE FROM sso_credential WHERE organisation_id = $1 AND id = $2";
    /// Across organisations: the daily look at ends.
    ENDING_CREDENTIALS = "SELECT id, organisation_id, slot, not_after, warned FROM sso_credential WHERE not_after IS NOT NULL AND not_after < $1 AND warned < 5 LIMIT 1000";
    WARN_CREDENTIAL = "UPDATE sso_credential SET warned = $3 WHERE organisation_id = $1 AND id = $2 AND warned < $3";
    ENDS_OF_CREDENTIALS = "SELECT not_after FROM sso_credential WHERE not_after IS NOT NULL AND not_after <= $1 LIMIT 10000";
    WARN_OPERATOR = "INSERT INTO sso_operator_warning (credential, stage, warned_at) VALUES ($1, $2, $3) ON CONFLICT (credential) DO UPDATE SET stage = excluded.stage, warned_at = excluded.warned_at WHERE sso_operator_warning.stage < excluded.stage";
    FORGET_OPERATOR_WARNINGS = "DELETE FROM sso_operator_warning WHERE warned_at < $1";

    // Hand-over links
    ADD_HANDOVER = "INSERT INTO sso_handover (token_hash, organisation_id, version, kind, aadsts, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    /// Across organisations: the token alone names it.
    FIND_HANDOVER = "SELECT organisation_id, version, kind, aadsts, expires_at FROM sso_handover WHERE token_hash = $1";
    SWEEP_HANDOVERS = "DELETE FROM sso_handover WHERE expires_at < $1";
}

/// Stands for a linked account when the key that it was sealed with is lost. The link itself is in the keyed hashes.
pub const LOST_ACCOUNT: &str = r#"{"identity":{"provider":"open-id","issuer":"https://unknown.invalid","subject":"unknown"},"issuer":"https://unknown.invalid","subject":"unknown","client_id":"unknown","login_hint":null}"#;

/// Columns that hold sealed values.
pub const SEALED: &[SealedTable] = &[
    SealedTable::new("sso_identity", "id", SealedFor::Person("person_id"), &["detail"]).or_lost(&[("detail", LOST_ACCOUNT)]),
    // Good for minutes only; one whose key is lost has run out long ago.
    SealedTable::new("sso_parked_form", "id", SealedFor::Person("person_id"), &["sealed"]).or_lost(&[("sealed", "null")]),
    SealedTable::new("sso_transaction", "id", SealedFor::Organisation, &["sealed"]),
    SealedTable::new("sso_proposal", "id", SealedFor::Organisation, &["sealed"]),
    SealedTable::new("sso_sign_in", "id", SealedFor::Organisation, &["sealed"]),
    SealedTable::new("sso_credential", "id", SealedFor::Organisation, &["sealed"]),
];

/// Columns of bytes that hold none.
pub const NOT_SEALED: &[NotSealed] = &[
    NotSealed::new("sso_activation", "browser", "SHA-256 of 32 random bytes"),
    NotSealed::new("sso_identity", "account_key", "a blind index"),
    NotSealed::new("sso_identity", "subject_key", "a blind index"),
    NotSealed::new("sso_parked_form", "browser", "SHA-256 of 32 random bytes"),
    NotSealed::new("sso_transaction", "state_hash", "SHA-256 of 32 random bytes"),
    NotSealed::new("sso_transaction", "browser", "SHA-256 of 32 random bytes"),
    NotSealed::new("sso_sign_in", "about", "a blind index"),
    NotSealed::new("sso_handover", "token_hash", "SHA-256 of 32 random bytes"),
];
