//! Statements of the vault.

use crate::registry::{NotSealed, SealedTable};

tillit_store::statements! { "vault";
    /// Versions of the installation's key, and its index secret.
    FIND_INSTALLATION_KEYS = "SELECT k.id, k.wrapped, k.writes_from, i.wrapped AS index_wrapped FROM vault_installation_key k LEFT JOIN vault_index_key i ON i.owner = $1 ORDER BY k.created_at";
    /// Versions of the installation's key alone; needs no scope.
    LIST_INSTALLATION_KEYS = "SELECT id, wrapped, writes_from, created_at FROM vault_installation_key ORDER BY created_at";
    /// Adds a version.
    ADD_INSTALLATION_KEY = "INSERT INTO vault_installation_key (id, wrapped, writes_from, created_at) VALUES ($1, $2, $3, $4)";
    /// The same version under another master key.
    REWRAP_INSTALLATION_KEY = "UPDATE vault_installation_key SET wrapped = $3 WHERE id = $1 AND wrapped = $2";
    /// Drops versions made before $1 but for $2, under which nothing is wrapped any more ($2: the newest).
    DROP_INSTALLATION_KEYS = "DELETE FROM vault_installation_key WHERE created_at < $1 AND id <> $2";
    /// Adds an index secret, unless its owner has one.
    ADD_INDEX_KEY = "INSERT INTO vault_index_key (owner, organisation_id, wrapped, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (owner) DO NOTHING";
    /// Index secrets that are not under the installation key $1 (as bytes).
    INDEX_KEYS_NOT_UNDER = "SELECT owner, wrapped FROM vault_index_key WHERE substr(wrapped, 2, 16) <> $1 LIMIT $2";
    /// The same index secret under another key.
    REWRAP_INDEX_KEY = "UPDATE vault_index_key SET wrapped = $3 WHERE owner = $1 AND wrapped = $2";

    /// Versions of an organisation's key, and its index secret.
    FIND_ORGANISATION_KEYS = "SELECT k.id, k.wrapped, k.writes_from, i.wrapped AS index_wrapped FROM vault_organisation_key k JOIN vault_index_key i ON i.owner = k.organisation_id WHERE k.organisation_id = $1 ORDER BY k.created_at";
    /// Any organisation's key.
    ANY_ORGANISATION_KEY = "SELECT organisation_id FROM vault_organisation_key LIMIT 1";
    /// Adds a version.
    ADD_ORGANISATION_KEY = "INSERT INTO vault_organisation_key (id, organisation_id, wrapped, writes_from, created_at) VALUES ($1, $2, $3, $4, $5)";
    /// Organisations without a version that is as new as $1.
    ORGANISATIONS_BEFORE = "SELECT organisation_id FROM vault_organisation_key GROUP BY organisation_id HAVING MAX(created_at) < $1 ORDER BY organisation_id LIMIT $2";
    /// Organisation keys that are not under the installation key $1 (as bytes).
    ORGANISATION_KEYS_NOT_UNDER = "SELECT id, organisation_id, wrapped FROM vault_organisation_key WHERE substr(wrapped, 2, 16) <> $1 LIMIT $2";
    /// The same version under another key.
    REWRAP_ORGANISATION_KEY = "UPDATE vault_organisation_key SET wrapped = $3 WHERE id = $1 AND wrapped = $2";
    /// Drops the versions made before $1 of organisations that have a newer one, and under which no person's key is.
    DROP_ORGANISATION_KEYS = "DELETE FROM vault_organisation_key WHERE created_at < $1 AND EXISTS (SELECT 1 FROM vault_organisation_key n WHERE n.organisation_id = vault_organisation_key.organisation_id AND n.created_at >= $1) AND NOT EXISTS (SELECT 1 FROM vault_person_key p WHERE p.organisation_key = vault_organisation_key.id)";
    /// How many organisations there are, and how many have a version older than $1.
    COUNT_ORGANISATIONS = "SELECT COUNT(DISTINCT organisation_id) AS n FROM vault_organisation_key";

    /// A person's wrapped secrets.
    FIND_PERSON_KEY = "SELECT id AS vault_key, wrapped AS vault_wrapped FROM vault_person_key WHERE organisation_id = $1 AND person_id = $2";
    /// Stores a person's secrets.
    ADD_PERSON_KEY = "INSERT INTO vault_person_key (person_id, organisation_id, id, organisation_key, epoch, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Forgets a person.
    DELETE_PERSON_KEY = "DELETE FROM vault_person_key WHERE organisation_id = $1 AND person_id = $2";
    /// People after $1.
    PERSON_KEYS_AFTER = "SELECT person_id, organisation_id, id AS vault_key, wrapped AS vault_wrapped FROM vault_person_key WHERE person_id > $1 ORDER BY person_id LIMIT $2";
    /// People under an organisation key that is older than $1 though there is a newer one.
    PERSON_KEYS_UNDER_OLD = "SELECT p.person_id, p.organisation_id, p.id AS vault_key, p.wrapped AS vault_wrapped FROM vault_person_key p JOIN vault_organisation_key k ON k.id = p.organisation_key WHERE k.created_at < $1 AND EXISTS (SELECT 1 FROM vault_organisation_key n WHERE n.organisation_id = k.organisation_id AND n.created_at >= $1) ORDER BY p.person_id LIMIT $2";
    /// People after $2 whose secrets are not under the epoch $1.
    PERSON_KEYS_OF_OTHER_EPOCHS = "SELECT person_id, organisation_id, id AS vault_key, wrapped AS vault_wrapped FROM vault_person_key WHERE epoch IS DISTINCT FROM $1 AND person_id > $2 ORDER BY person_id LIMIT $3";
    /// People under an epoch.
    PERSON_KEYS_OF_EPOCH = "SELECT person_id, organisation_id, wrapped AS vault_wrapped FROM vault_person_key WHERE epoch = $1 ORDER BY person_id LIMIT $2";
    /// The same person's secrets, wrapped anew.
    REWRAP_PERSON_KEY = "UPDATE vault_person_key SET id = $3, organisation_key = $4, epoch = $5, wrapped = $6 WHERE person_id = $1 AND wrapped = $2";
    /// How many people there are.
    COUNT_PERSON_KEYS = "SELECT COUNT(*) AS n FROM vault_person_key";
    /// Epochs in use, and how many people are under each.
    EPOCHS_IN_USE = "SELECT epoch, COUNT(*) AS n FROM vault_person_key WHERE epoch IS NOT NULL GROUP BY epoch";

    /// Notes that the ledger lacks an erasure.
    ADD_ERASURE = "INSERT INTO vault_erasure (person_id, organisation_id, erased_at) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO NOTHING";
    /// Erasures that the ledger lacks, the oldest first.
    LIST_ERASURES = "SELECT person_id, organisation_id, erased_at FROM vault_erasure ORDER BY erased_at, person_id LIMIT $1";
    /// Whether the ledger lacks this erasure.
    FIND_ERASURE = "SELECT erased_at FROM vault_erasure WHERE organisation_id = $1 AND person_id = $2";
    /// The ledger has it.
    DELETE_ERASURE = "DELETE FROM vault_erasure WHERE person_id = $1 AND erased_at = $2";

    /// The rotation that is under way.
    FIND_ROTATION = "SELECT id, step, not_before, at_table, after_row, done, total, damaged, damage, began_at, finished_at FROM vault_rotation WHERE single = 1";
    /// The rotation that ended last.
    LAST_ROTATION = "SELECT id, step, not_before, at_table, after_row, done, total, damaged, damage, began_at, finished_at FROM vault_rotation WHERE single IS NULL ORDER BY began_at DESC LIMIT 1";
    /// Begins a rotation, unless one is under way.
    ADD_ROTATION = "INSERT INTO vault_rotation (id, single, step, not_before, at_table, done, total, damaged, began_at) VALUES ($1, 1, 'organisations', $2, '', 0, $3, 0, $2) ON CONFLICT (single) DO NOTHING";
    /// Where a rotation stands.
    SAVE_ROTATION = "UPDATE vault_rotation SET step = $2, not_before = $3, at_table = $4, after_row = $5, done = $6, total = $7, damaged = $8, damage = $9 WHERE id = $1 AND single = 1";
    /// Ends a rotation.
    FINISH_ROTATION = "UPDATE vault_rotation SET step = 'finished', single = NULL, finished_at = $2, done = total WHERE id = $1";
    /// Forgets rotations that ended before $1.
    PRUNE_ROTATIONS = "DELETE FROM vault_rotation WHERE single IS NULL AND finished_at < $1";

    /// Takes or renews a lease $1 for $2 until $3, if it is free at $4.
    TAKE_LEASE = "INSERT INTO vault_lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE vault_lease.until <= $4 OR vault_lease.holder = excluded.holder";
    /// Gives a lease back.
    GIVE_BACK_LEASE = "DELETE FROM vault_lease WHERE name = $1 AND holder = $2";
}

/// The vault seals nothing but keys, and those it wraps again by itself.
pub const SEALED: &[SealedTable] = &[];

/// Columns of bytes that are not sealed values.
pub const NOT_SEALED: &[NotSealed] = &[
    NotSealed::new("vault_installation_key", "wrapped", "a key, wrapped by the master key; wrapped again by a rotation itself"),
    NotSealed::new("vault_organisation_key", "wrapped", "a key, wrapped by the installation's; wrapped again by a rotation itself"),
    NotSealed::new("vault_index_key", "wrapped", "a secret, wrapped by the installation's key; wrapped again by a rotation itself"),
    NotSealed::new(
        "vault_person_key",
        "wrapped",
        "secrets, wrapped by the organisation's key and the epoch's; wrapped again by a rotation itself",
    ),
];
