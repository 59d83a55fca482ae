//! The statements of the ways back.

use tillit_vault::{NotSealed, SealedFor, SealedTable};

tillit_store::statements! { "accounts.ways_back";
    /// Makes sure that the organisation has its row.
    ADD = "INSERT INTO ways_back (organisation_id, state, changed_at) VALUES ($1, '{}', $2) ON CONFLICT (organisation_id) DO NOTHING";
    /// Holds the row until the transaction ends, so that two steps are taken one after the other.
    HOLD = "UPDATE ways_back SET changed_at = $2 WHERE organisation_id = $1";
    /// Where an organisation stands.
    FIND = "SELECT state, contact, next_contact, glass_person FROM ways_back WHERE organisation_id = $1";
    /// Stores where it stands.
    SAVE_STATE = "UPDATE ways_back SET state = $2 WHERE organisation_id = $1";
    /// Stores the contacts.
    SAVE_CONTACTS = "UPDATE ways_back SET contact = $2, next_contact = $3 WHERE organisation_id = $1";

    /// Stores the hash of the break-glass account's code, and whose account it is.
    SAVE_GLASS = "UPDATE ways_back SET glass_code = $2, glass_person = $3 WHERE organisation_id = $1";
    /// Whether somebody is the organisation's break-glass account.
    IS_GLASS = "SELECT organisation_id FROM ways_back WHERE organisation_id = $1 AND glass_person = $2";
    /// Whose break-glass account a code opens.
    FIND_GLASS = "SELECT organisation_id FROM ways_back WHERE glass_code = $1";

    /// Whether the operator vouched for a domain of the organisation. (Others may have been claimed by whoever holds an owner's session.)
    VOUCHED_DOMAIN = "SELECT domain FROM organisation_domain WHERE organisation_id = $1 AND domain = $2 AND proof = 'operator'";

    /// Adds a restore.
    ADD_RESTORE = "INSERT INTO restore (id, organisation_id, domain, first_record, named, contact, wrong_codes, history, began_at, told_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $8)";
    /// The restore under way.
    FIND_RESTORE = "SELECT id, domain, first_record, second_record, named, contact, code_hash, wrong_codes, history, began_at, told_at, ended_at FROM restore WHERE organisation_id = $1 AND ended_at IS NULL";
    /// The last one, under way or over.
    FIND_LAST_RESTORE = "SELECT id, domain, first_record, second_record, named, contact, code_hash, wrong_codes, history, began_at, told_at, ended_at FROM restore WHERE organisation_id = $1 ORDER BY began_at DESC, id DESC LIMIT 1";
    /// Organisations with a restore under way, a page at a time.
    LIST_RESTORES = "SELECT organisation_id FROM restore WHERE ended_at IS NULL AND organisation_id > $1 ORDER BY organisation_id LIMIT $2";
    /// Writes down what happened.
    SAVE_HISTORY = "UPDATE restore SET history = $3 WHERE organisation_id = $1 AND id = $2";
    /// The record that is asked for after a veto.
    SET_SECOND_RECORD = "UPDATE restore SET second_record = $3 WHERE organisation_id = $1 AND id = $2";
    /// The contact has a new code.
    SET_CODE = "UPDATE restore SET code_hash = $3, wrong_codes = 0 WHERE organisation_id = $1 AND id = $2";
    /// Counts a wrong code.
    COUNT_WRONG_CODE = "UPDATE restore SET wrong_codes = wrong_codes + 1 WHERE organisation_id = $1 AND id = $2";
    /// Owners were told how it stands. Touches no row if somebody else did so in between.
    TELL = "UPDATE restore SET told_at = $4 WHERE organisation_id = $1 AND id = $2 AND told_at = $3 AND ended_at IS NULL";
    /// It is over; its links are void.
    END_RESTORE = "UPDATE restore SET ended_at = $3 WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL";
    /// Adds a link.
    ADD_LINK = "INSERT INTO restore_link (token_hash, organisation_id, restore_id, kind, person_id, made_at) VALUES ($1, $2, $3, $4, $5, $6)";
    /// A link of a restore under way.
    FIND_LINK = "SELECT l.organisation_id, l.person_id FROM restore_link l JOIN restore r ON r.organisation_id = l.organisation_id AND r.id = l.restore_id WHERE l.token_hash = $1 AND l.kind = $2 AND l.organisation_id = COALESCE($3, l.organisation_id) AND r.ended_at IS NULL";
    /// Whether a restore has a link of a kind.
    HAS_LINK = "SELECT kind FROM restore_link WHERE organisation_id = $1 AND restore_id = $2 AND kind = $3 LIMIT 1";
    /// Links to come in by that are void because a newer one was made.
    DELETE_LINKS = "DELETE FROM restore_link WHERE organisation_id = $1 AND restore_id = $2 AND kind = $3";
    /// Restores that ended, with whom they name.
    LIST_ENDED = "SELECT id, named, contact FROM restore WHERE organisation_id = $1 AND ended_at IS NOT NULL ORDER BY id LIMIT 1000";
    /// Restores, under way or over, the newest first, with whom they name.
    LIST_NAMED = "SELECT id, named, contact, began_at, ended_at FROM restore WHERE organisation_id = $1 ORDER BY began_at DESC, id DESC LIMIT 1000";
    /// Deletes one of them.
    DELETE_ENDED = "DELETE FROM restore WHERE organisation_id = $1 AND id = $2 AND ended_at IS NOT NULL";
    /// Deletes restores that ended long ago.
    PRUNE = "DELETE FROM restore WHERE ended_at <= $1";
}

/// Columns that hold sealed values.
pub const SEALED: &[SealedTable] = &[
    SealedTable::new("ways_back", "organisation_id", SealedFor::Organisation, &["contact", "next_contact"]),
    SealedTable::new("restore", "id", SealedFor::Organisation, &["named", "contact"]),
];

/// Columns of bytes that hold none.
pub const NOT_SEALED: &[NotSealed] = &[
    NotSealed::new("ways_back", "glass_code", "HMAC of a random code"),
    NotSealed::new("restore", "code_hash", "HMAC of a random code"),
    NotSealed::new("restore_link", "token_hash", "HMAC of 32 random bytes"),
];
