//! The statements of service identities.

use tillit_vault::{NotSealed, SealedFor, SealedTable};

tillit_store::statements! { "accounts.service";
    /// Across organisations: revokes every token, after a backup was brought back.
    REVOKE_ALL = "UPDATE service_token SET revoked_at = $1 WHERE revoked_at IS NULL";
    /// Adds an identity.
    ADD = "INSERT INTO service_identity (id, organisation_id, name, purpose, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    /// How many identities are not revoked.
    COUNT = "SELECT COUNT(*) AS n FROM service_identity WHERE organisation_id = $1 AND revoked_at IS NULL";
    /// Identities, the newest first (bounded when added; revoked ones are deleted after a time).
    LIST = "SELECT id, name, purpose, scopes, created_at, revoked_at FROM service_identity WHERE organisation_id = $1 ORDER BY id DESC LIMIT 500";
    /// One identity.
    FIND = "SELECT id, name, purpose, scopes, created_at, revoked_at FROM service_identity WHERE organisation_id = $1 AND id = $2";
    /// Revokes an identity.
    REVOKE = "UPDATE service_identity SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL";
    /// Revokes all tokens of an identity that live.
    REVOKE_TOKENS = "UPDATE service_token SET revoked_at = $3 WHERE organisation_id = $1 AND identity_id = $2 AND revoked_at IS NULL";
    /// Adds a token to an identity that is not revoked and has fewer than $8 that live. The caller holds the row of the log, so two of these at once do not both pass.
    ADD_TOKEN = "INSERT INTO service_token (id, organisation_id, identity_id, token_hash, hint, created_at, expires_at) SELECT $1, i.organisation_id, i.id, $4, $5, $6, $7 FROM service_identity i WHERE i.organisation_id = $2 AND i.id = $3 AND i.revoked_at IS NULL AND (SELECT COUNT(*) FROM service_token t WHERE t.organisation_id = $2 AND t.identity_id = $3 AND t.revoked_at IS NULL AND t.expires_at > $6) < $8";
    /// Tokens of an identity, the newest first.
    LIST_TOKENS = "SELECT id, hint, created_at, expires_at, revoked_at, last_used_at FROM service_token WHERE organisation_id = $1 AND identity_id = $2 ORDER BY id DESC LIMIT 100";
    /// Revokes one token.
    REVOKE_TOKEN = "UPDATE service_token SET revoked_at = $4 WHERE organisation_id = $1 AND identity_id = $2 AND id = $3 AND revoked_at IS NULL";
    /// Whose a token is. Tokens that are over are found too, so that the work is the same.
    FIND_TOKEN = "SELECT t.id, t.organisation_id, t.identity_id, t.expires_at, t.last_used_at, t.revoked_at, i.scopes, i.revoked_at AS identity_revoked_at FROM service_token t JOIN service_identity i ON i.organisation_id = t.organisation_id AND i.id = t.identity_id WHERE t.token_hash = $1";
    /// Notes a use, at most once an hour.
    TOUCH_TOKEN = "UPDATE service_token SET last_used_at = $3 WHERE organisation_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at <= $4)";
    /// Live tokens that end before a time, of all organisations.
    ENDING = "SELECT t.id, t.organisation_id, t.identity_id, t.expires_at, t.warned FROM service_token t JOIN service_identity i ON i.organisation_id = t.organisation_id AND i.id = t.identity_id WHERE t.expires_at <= $1 AND t.revoked_at IS NULL AND i.revoked_at IS NULL AND t.warned < 4 ORDER BY t.id LIMIT 10000";
    /// Notes that owners were told; once for each stage, whichever node does it.
    WARNED = "UPDATE service_token SET warned = $3 WHERE organisation_id = $1 AND id = $2 AND warned < $3";
    /// Deletes tokens that were over before a time.
    PRUNE_TOKENS = "DELETE FROM service_token WHERE expires_at <= $1 OR revoked_at <= $1";
    /// Deletes identities that were revoked before a time.
    PRUNE = "DELETE FROM service_identity WHERE revoked_at <= $1";
}

/// Columns that hold sealed values.
pub const SEALED: &[SealedTable] = &[SealedTable::new("service_identity", "id", SealedFor::Organisation, &["name", "purpose"])];

/// Columns of bytes that hold none.
pub const NOT_SEALED: &[NotSealed] = &[NotSealed::new("service_token", "token_hash", "HMAC of 256 random bits")];
