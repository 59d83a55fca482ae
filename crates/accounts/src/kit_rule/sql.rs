//! Statements of the rule, and of codes that wait for one another.

tillit_store::statements! { "kit rule";
    /// The rule of an organisation.
    FIND_RULE = "SELECT needed, next_needed, next_from FROM kit_rule WHERE organisation_id = $1";
    /// Makes the row, so that it can be held.
    ENSURE_RULE = "INSERT INTO kit_rule (organisation_id, needed, changed_at) VALUES ($1, 1, $2) ON CONFLICT (organisation_id) DO NOTHING";
    /// The rule, held until the transaction ends: codes of one organisation are typed one after the other.
    HOLD_RULE = "UPDATE kit_rule SET changed_at = changed_at WHERE organisation_id = $1 RETURNING needed, next_needed, next_from";
    /// Changes it.
    SET_RULE = "UPDATE kit_rule SET needed = $2, next_needed = $3, next_from = $4, changed_at = $5 WHERE organisation_id = $1";
    /// How many active owners hold a kit of which a code was tried, with a code left.
    COUNT_HOLDERS = "SELECT COUNT(*) AS n FROM recovery_kit k JOIN person p ON p.organisation_id = k.organisation_id AND p.id = k.person_id WHERE k.organisation_id = $1 AND k.standing = 'current' AND p.role = 'owner' AND p.state = 'active' AND EXISTS (SELECT 1 FROM recovery_code c WHERE c.organisation_id = k.organisation_id AND c.kit_id = k.id AND c.used_at IS NULL)";
    /// Whether a person's code waits, and since when its owner may come in.
    FIND_WAITING_OF = "SELECT id, opened_at FROM kit_waiting WHERE organisation_id = $1 AND person_id = $2 AND expires_at > $3";
    /// A code that waits, of somebody who still is an owner.
    FIND_WAITING = "SELECT w.person_id, w.opened_at, p.session_endings FROM kit_waiting w JOIN person p ON p.organisation_id = w.organisation_id AND p.id = w.person_id WHERE w.organisation_id = $1 AND w.id = $2 AND w.expires_at > $3 AND p.role = 'owner' AND p.state = 'active'";
    /// Lets a code wait, in place of one that did.
    WAIT = "INSERT INTO kit_waiting (person_id, id, organisation_id, code_id, typed_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id) DO UPDATE SET id = excluded.id, code_id = excluded.code_id, typed_at = excluded.typed_at, opened_at = NULL, expires_at = excluded.expires_at";
    /// Holds the kits of all whose code waits, so that none of their codes is used up meanwhile.
    HOLD_WAITING_KITS = "UPDATE recovery_kit SET created_at = created_at WHERE organisation_id = $1 AND person_id IN (SELECT w.person_id FROM kit_waiting w WHERE w.organisation_id = $1)";
    /// Codes that wait and are good: in time, not used up, of active owners.
    LIST_WAITING = "SELECT w.id, w.person_id, w.code_id, w.expires_at, c.kit_id, k.standing FROM kit_waiting w JOIN person p ON p.organisation_id = w.organisation_id AND p.id = w.person_id JOIN recovery_code c ON c.organisation_id = w.organisation_id AND c.id = w.code_id JOIN recovery_kit k ON k.organisation_id = c.organisation_id AND k.id = c.kit_id WHERE w.organisation_id = $1 AND w.expires_at > $2 AND w.opened_at IS NULL AND c.used_at IS NULL AND p.role = 'owner' AND p.state = 'active' ORDER BY w.typed_at, w.id";
    /// The way is open for the owner of a code.
    OPEN = "UPDATE kit_waiting SET opened_at = $3, expires_at = $4 WHERE organisation_id = $1 AND id = $2 AND opened_at IS NULL";
    /// Its owner comes in, once.
    COME_IN = "DELETE FROM kit_waiting WHERE organisation_id = $1 AND id = $2 AND opened_at IS NOT NULL";
    /// Forgets the code of one owner that waits, and that the way is open for its owner.
    FORGET_WAITING = "DELETE FROM kit_waiting WHERE organisation_id = $1 AND person_id = $2";
    /// Forgets codes that waited in vain, and who did not come in.
    PRUNE = "DELETE FROM kit_waiting WHERE expires_at <= $1";
}
