//! The statements of this room.

use tillit_vault::{NotSealed, SealedFor, SealedTable};

tillit_store::statements! { "accounts";
    /// Adds an organisation unless its slug is taken.
    ADD_ORGANISATION = "INSERT INTO organisation (id, slug, name, language, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (slug) DO NOTHING";
    /// One organisation.
    FIND_ORGANISATION = "SELECT id, slug, name, language, created_at FROM organisation WHERE id = $1";
    /// Renames it, or sets its language.
    UPDATE_ORGANISATION = "UPDATE organisation SET name = $2, language = $3 WHERE id = $1";
    /// Organisation of a slug.
    ORGANISATION_OF_SLUG = "SELECT id FROM organisation WHERE slug = $1";
    /// Organisation of a domain.
    ORGANISATION_OF_DOMAIN = "SELECT organisation_id AS id FROM organisation_domain WHERE domain = $1";
    /// All organisations of the installation, a page at a time.
    LIST_ORGANISATIONS = "SELECT id, slug, name, language, created_at FROM organisation WHERE id > $1 ORDER BY id LIMIT $2";

    /// Adds a domain unless it belongs to somebody.
    ADD_DOMAIN = "INSERT INTO organisation_domain (domain, organisation_id, proof, cloud, tenant, verified_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (domain) DO NOTHING";
    /// Whether a domain is the organisation's own.
    OWN_DOMAIN = "SELECT domain FROM organisation_domain WHERE organisation_id = $1 AND domain = $2";
    /// How many domains the organisation has.
    COUNT_DOMAINS = "SELECT COUNT(*) AS n FROM organisation_domain WHERE organisation_id = $1";
    /// The organisation's domains (bounded when added).
    LIST_DOMAINS = "SELECT domain, proof, cloud, tenant FROM organisation_domain WHERE organisation_id = $1 ORDER BY domain";
    /// Gives a domain back.
    DELETE_DOMAIN = "DELETE FROM organisation_domain WHERE organisation_id = $1 AND domain = $2";
    /// Deletes up to $2 people of an organisation that is removed, and what goes with them.
    DELETE_SOME_PEOPLE = "DELETE FROM person WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 ORDER BY id LIMIT $2)";
    /// Deletes up to $2 rows of its log.
    DELETE_SOME_OF_THE_LOG = "DELETE FROM audit WHERE organisation_id = $1 AND id IN (SELECT id FROM audit WHERE organisation_id = $1 ORDER BY seq LIMIT $2)";
    /// Deletes it, and with it whatever is left of it.
    DELETE_ORGANISATION = "DELETE FROM organisation WHERE id = $1";

    /// Adds a person unless the username is taken.
    ADD_PERSON = "INSERT INTO person (id, organisation_id, username_index, username, email, name, title, company, department, phone, address, language, role, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'active', $14) ON CONFLICT (organisation_id, username_index) DO NOTHING";
    /// One person, with the key.
    FIND_PERSON = "SELECT p.id, p.username, p.email, p.name, p.title, p.company, p.department, p.phone, p.address, p.language, p.photo IS NOT NULL AS has_photo, p.role, p.state, p.linked, p.created_at, p.last_sign_in_at, k.id AS vault_key, k.wrapped AS vault_wrapped FROM person p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id WHERE p.organisation_id = $1 AND p.id = $2";
    /// Active people above employee, with their keys.
    LIST_ADMINISTRATORS = "SELECT p.id, p.username, p.email, p.name, p.title, p.company, p.department, p.phone, p.address, p.language, p.photo IS NOT NULL AS has_photo, p.role, p.state, p.linked, p.created_at, p.last_sign_in_at, k.id AS vault_key, k.wrapped AS vault_wrapped FROM person p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id WHERE p.organisation_id = $1 AND p.role <> 'employee' AND p.state = 'active' ORDER BY p.id LIMIT $2";
    /// Active owners, with their keys. The break-glass account is none.
    LIST_OWNERS = "SELECT p.id, p.username, p.email, p.name, p.title, p.company, p.department, p.phone, p.address, p.language, p.photo IS NOT NULL AS has_photo, p.role, p.state, p.linked, p.created_at, p.last_sign_in_at, k.id AS vault_key, k.wrapped AS vault_wrapped FROM person p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id WHERE p.organisation_id = $1 AND p.role = 'owner' AND p.state = 'active' AND NOT EXISTS (SELECT 1 FROM ways_back w WHERE w.organisation_id = p.organisation_id AND w.glass_person = p.id) ORDER BY p.id LIMIT $2";
    /// Person of a username.
    PERSON_OF_USERNAME = "SELECT id FROM person WHERE organisation_id = $1 AND username_index = $2";
    /// The photo of a person.
    FIND_PHOTO = "SELECT photo FROM person WHERE organisation_id = $1 AND id = $2";
    /// Role and state of a person.
    FIND_STANDING = "SELECT role, state FROM person WHERE organisation_id = $1 AND id = $2";
    /// Replaces the texts of a profile.
    UPDATE_PROFILE = "UPDATE person SET email = $3, name = $4, title = $5, company = $6, department = $7, phone = $8, address = $9, language = $10 WHERE organisation_id = $1 AND id = $2";
    /// Replaces the photo.
    UPDATE_PHOTO = "UPDATE person SET photo = $3 WHERE organisation_id = $1 AND id = $2";
    /// Changes a username.
    UPDATE_USERNAME = "UPDATE person SET username_index = $3, username = $4 WHERE organisation_id = $1 AND id = $2";
    /// Changes a role.
    UPDATE_ROLE = "UPDATE person SET role = $3 WHERE organisation_id = $1 AND id = $2";
    /// Disables or enables a person.
    UPDATE_STATE = "UPDATE person SET state = $3 WHERE organisation_id = $1 AND id = $2";
    /// How many owners can act. The break-glass account is none, also while it is open.
    COUNT_OWNERS = "SELECT COUNT(*) AS n FROM person p WHERE p.organisation_id = $1 AND p.role = 'owner' AND p.state = 'active' AND NOT EXISTS (SELECT 1 FROM ways_back w WHERE w.organisation_id = p.organisation_id AND w.glass_person = p.id)";
    /// Notes a sign-in, of an active person only.
    TOUCH_SIGN_IN = "UPDATE person SET last_sign_in_at = $3 WHERE organisation_id = $1 AND id = $2 AND state = 'active' AND session_endings = COALESCE($6, session_endings) AND (sessions_ended_at IS NULL OR sessions_ended_at <= $4 OR sessions_ended_at > $7) AND ($5 OR NOT EXISTS (SELECT 1 FROM ways_back w WHERE w.organisation_id = person.organisation_id AND w.glass_person = person.id))";

    /// Sets or replaces a password.
    SET_CREDENTIAL = "INSERT INTO credential (person_id, organisation_id, memory_kib, passes, lanes, secret, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (person_id) DO UPDATE SET memory_kib = excluded.memory_kib, passes = excluded.passes, lanes = excluded.lanes, secret = excluded.secret, changed_at = excluded.changed_at";
    /// Whether there is a password, and since when.
    FIND_CREDENTIAL_AGE = "SELECT changed_at FROM credential WHERE organisation_id = $1 AND person_id = $2";
    /// Removes a password.
    DELETE_CREDENTIAL = "DELETE FROM credential WHERE organisation_id = $1 AND person_id = $2";
    /// Person and password of a username, in one statement for those with and without.
    FIND_CREDENTIAL = "SELECT p.id, p.state, p.session_endings, c.memory_kib, c.passes, c.lanes, c.secret FROM person p LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id WHERE p.organisation_id = $1 AND p.username_index = $2";

    /// State and password of a person.
    FIND_CREDENTIAL_OF = "SELECT p.id, p.state, c.memory_kib, c.passes, c.lanes, c.secret FROM person p LEFT JOIN credential c ON c.organisation_id = p.organisation_id AND c.person_id = p.id WHERE p.organisation_id = $1 AND p.id = $2";

    /// Counts an attempt for three subjects at once, moving their windows on. Rows come sorted by
    /// subject, so that two of these never wait for each other in a circle.
    COUNT_ATTEMPT = "INSERT INTO attempt (subject, kind, slot, current, previous, expires_at) VALUES ($1, $2, $3, 1, 0, $4), ($5, $6, $7, 1, 0, $8), ($9, $10, $11, 1, 0, $12) ON CONFLICT (subject) DO UPDATE SET previous = CASE WHEN attempt.slot = excluded.slot THEN attempt.previous WHEN attempt.slot = excluded.slot - 1 THEN attempt.current ELSE 0 END, current = CASE WHEN attempt.slot = excluded.slot THEN attempt.current + 1 ELSE 1 END, slot = excluded.slot, expires_at = excluded.expires_at RETURNING kind, current, previous";
    /// Takes an attempt that was no failure ($13 = 1) off again, or changes nothing ($13 = 0): the
    /// same work either way.
    SETTLE_ATTEMPT = "INSERT INTO attempt (subject, kind, slot, current, previous, expires_at) VALUES ($1, $2, $3, 0, 0, $4), ($5, $6, $7, 0, 0, $8), ($9, $10, $11, 0, 0, $12) ON CONFLICT (subject) DO UPDATE SET current = CASE WHEN attempt.slot = excluded.slot AND attempt.current > 0 THEN attempt.current - $13 ELSE attempt.current END";
    /// Counts an attempt of one subject, moving its window on.
    COUNT_ONE = "INSERT INTO attempt (subject, kind, slot, current, previous, expires_at) VALUES ($1, $2, $3, 1, 0, $4) ON CONFLICT (subject) DO UPDATE SET previous = CASE WHEN attempt.slot = excluded.slot THEN attempt.previous WHEN attempt.slot = excluded.slot - 1 THEN attempt.current ELSE 0 END, current = CASE WHEN attempt.slot = excluded.slot THEN attempt.current + 1 ELSE 1 END, slot = excluded.slot, expires_at = excluded.expires_at RETURNING kind, current, previous";
    /// Takes an attempt of one subject off again.
    SETTLE_ONE = "UPDATE attempt SET current = current - 1 WHERE subject = $1 AND slot = $2 AND current > 0";
    /// Forgets counters that count nothing any more.
    PRUNE_ATTEMPTS = "DELETE FROM attempt WHERE expires_at <= $1";

    /// Begins a session.
    ADD_SESSION = "INSERT INTO session (id, organisation_id, person_id, token_hash, method, started_at, last_seen_at, rechecked_at, recheck_at, expires_at, idp_session_index, user_agent, client, profile, photo, mac) VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    /// The session of a token, while it lasts and its person may sign in.
    FIND_SESSION = "SELECT s.id, s.organisation_id, s.person_id, s.method, s.started_at, s.last_seen_at, s.rechecked_at, s.recheck_at, s.expires_at, s.mac, (s.profile IS NOT NULL OR s.photo IS NOT NULL) AS carries, p.role FROM session s JOIN person p ON p.organisation_id = s.organisation_id AND p.id = s.person_id WHERE s.token_hash = $1 AND s.organisation_id = COALESCE($2, s.organisation_id) AND s.expires_at > $3 AND p.state = 'active'";
    /// Sessions of a person, the newest first (bounded).
    LIST_SESSIONS = "SELECT id, method, started_at, last_seen_at, expires_at, user_agent, client FROM session WHERE organisation_id = $1 AND person_id = $2 AND expires_at > $3 ORDER BY started_at DESC, id DESC LIMIT 50";
    /// Notes that a session was used.
    TOUCH_SESSION = "UPDATE session SET last_seen_at = $3 WHERE organisation_id = $1 AND id = $2";
    /// Gives a session another token.
    ROTATE_SESSION = "UPDATE session SET token_hash = $3 WHERE organisation_id = $1 AND id = $2 AND expires_at > $4 RETURNING id, organisation_id, person_id, method, started_at, expires_at";
    /// The code of authentication over a session's row.
    BIND_SESSION = "UPDATE session SET mac = $3 WHERE organisation_id = $1 AND id = $2";
    /// Notes that the provider was asked again.
    RECHECK_SESSION = "UPDATE session SET rechecked_at = $3, recheck_at = $4 WHERE organisation_id = $1 AND id = $2";
    /// Ends one session.
    END_SESSION = "DELETE FROM session WHERE organisation_id = $1 AND id = $2 RETURNING person_id";
    /// Whose a session is.
    FIND_SESSION_PERSON = "SELECT person_id FROM session WHERE organisation_id = $1 AND id = $2";
    /// Whether a token is a session's.
    FIND_SESSION_OF_TOKEN = "SELECT id FROM session WHERE organisation_id = COALESCE($2, organisation_id) AND token_hash = $1";
    /// Ends the session of a token.
    END_SESSION_OF_TOKEN = "DELETE FROM session WHERE organisation_id = COALESCE($2, organisation_id) AND token_hash = $1 RETURNING organisation_id, person_id, id";
    /// Holds a person's row until the transaction is over.
    HOLD_PERSON = "UPDATE person SET state = state WHERE organisation_id = $1 AND id = $2";
    /// When all sessions of a person were ended; holds the row.
    NOTE_SESSIONS_ENDED = "UPDATE person SET sessions_ended_at = $3, session_endings = session_endings + 1 WHERE organisation_id = $1 AND id = $2";
    /// Ends the sessions of a person, but perhaps one.
    END_SESSIONS_OF_PERSON = "DELETE FROM session WHERE organisation_id = $1 AND person_id = $2 AND id <> $3";
    /// Ends the oldest sessions of a person beyond the bound.
    END_SURPLUS_SESSIONS = "DELETE FROM session WHERE organisation_id = $1 AND person_id = $2 AND id NOT IN (SELECT id FROM session WHERE organisation_id = $1 AND person_id = $2 ORDER BY started_at DESC, id DESC LIMIT 50)";
    /// Whether a provider's session began anything.
    FIND_SESSIONS_OF_IDP = "SELECT DISTINCT organisation_id, person_id FROM session WHERE organisation_id = COALESCE($2, organisation_id) AND idp_session_index = $1 ORDER BY person_id";
    /// Ends what a provider's session began.
    END_SESSIONS_OF_IDP = "DELETE FROM session WHERE organisation_id = COALESCE($2, organisation_id) AND idp_session_index = $1 RETURNING organisation_id, person_id, id";
    /// Deletes sessions whose time is over.
    PRUNE_SESSIONS = "DELETE FROM session WHERE expires_at <= $1";

    /// Deletes the kits of a person, with their codes.
    DELETE_KITS = "DELETE FROM recovery_kit WHERE organisation_id = $1 AND person_id = $2";
    /// Deletes the kit of a person that has a standing, with its codes.
    DELETE_KIT = "DELETE FROM recovery_kit WHERE organisation_id = $1 AND person_id = $2 AND standing = $3";
    /// Adds a kit that waits for one of its codes to be tried.
    ADD_KIT = "INSERT INTO recovery_kit (id, organisation_id, person_id, standing, salt, created_at) VALUES ($1, $2, $3, 'pending', $4, $5)";
    /// Adds a code to a kit.
    ADD_CODE = "INSERT INTO recovery_code (id, organisation_id, kit_id, hash) VALUES ($1, $2, $3, $4)";
    /// Holds the kits of a person until the transaction ends, so that codes are used up one after the other.
    HOLD_KITS = "UPDATE recovery_kit SET created_at = created_at WHERE organisation_id = $1 AND person_id = $2";
    /// The kits of a person; at most two, the pending one last.
    FIND_KITS = "SELECT k.id, k.standing, k.salt, k.created_at, k.tried_at, (SELECT COUNT(*) FROM recovery_code c WHERE c.organisation_id = k.organisation_id AND c.kit_id = k.id) AS codes, (SELECT COUNT(*) FROM recovery_code c WHERE c.organisation_id = k.organisation_id AND c.kit_id = k.id AND c.used_at IS NULL) AS codes_left FROM recovery_kit k WHERE k.organisation_id = $1 AND k.person_id = $2 ORDER BY k.standing";
    /// Role and state of who has a username.
    STANDING_OF_USERNAME = "SELECT id, role, state, session_endings FROM person WHERE organisation_id = $1 AND username_index = $2";
    /// Uses up a code, unless it is the last of its kit; touches one row if the code is good.
    USE_CODE = "UPDATE recovery_code SET used_at = CASE WHEN (SELECT COUNT(*) FROM recovery_code o WHERE o.organisation_id = $1 AND o.kit_id = recovery_code.kit_id AND o.used_at IS NULL) > 1 THEN $3 ELSE used_at END WHERE organisation_id = $1 AND id = $2 AND used_at IS NULL";
    /// A code that still works.
    FIND_CODE = "SELECT id FROM recovery_code WHERE organisation_id = $1 AND kit_id = $2 AND hash = $3 AND used_at IS NULL";
    /// Makes the pending kit the current one.
    PROMOTE_KIT = "UPDATE recovery_kit SET standing = 'current', tried_at = $3 WHERE organisation_id = $1 AND id = $2";
    /// Whether somebody has a password, an app, a passkey, or a kit that was tried.
    HAS_OWN_PROOF = "SELECT (SELECT COUNT(*) FROM credential WHERE organisation_id = $1 AND person_id = $2) AS passwords, (SELECT COUNT(*) FROM recovery_kit WHERE organisation_id = $1 AND person_id = $2 AND standing = 'current') AS kits, (SELECT COUNT(*) FROM totp WHERE organisation_id = $1 AND person_id = $2) AS apps, (SELECT COUNT(*) FROM passkey WHERE organisation_id = $1 AND person_id = $2) AS passkeys";
    /// How many employees came by single sign-on and have nothing to sign in with here, and how many of them have no link that works ($2: now).
    COUNT_WITHOUT_WAY = "SELECT COUNT(*) AS people, COUNT(CASE WHEN NOT EXISTS (SELECT 1 FROM one_time_link l WHERE l.organisation_id = $1 AND l.person_id = p.id AND l.purpose = 'set_up' AND l.used_at IS NULL AND l.expires_at > $2) THEN 1 END) AS without_link FROM person p WHERE p.organisation_id = $1 AND p.state = 'active' AND p.role = 'employee' AND p.linked AND NOT EXISTS (SELECT 1 FROM credential c WHERE c.organisation_id = $1 AND c.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.organisation_id = $1 AND k.person_id = p.id)";
    /// The first of those without a link, after $3.
    LIST_WITHOUT_WAY = "SELECT p.id FROM person p WHERE p.organisation_id = $1 AND p.id > $3 AND p.state = 'active' AND p.role = 'employee' AND p.linked AND NOT EXISTS (SELECT 1 FROM credential c WHERE c.organisation_id = $1 AND c.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM passkey k WHERE k.organisation_id = $1 AND k.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM one_time_link l WHERE l.organisation_id = $1 AND l.person_id = p.id AND l.purpose = 'set_up' AND l.used_at IS NULL AND l.expires_at > $2) ORDER BY p.id LIMIT $4";
    /// A session that the operator's link or a set-up link began, not long ago.
    FIND_LINK_SESSION = "SELECT id FROM session WHERE organisation_id = $1 AND id = $2 AND person_id = $3 AND method IN ('operator_link', 'set_up_link') AND started_at > $4 AND expires_at > $5";

    /// Deletes the unused links of a person for one purpose.
    DELETE_LINKS = "DELETE FROM one_time_link WHERE organisation_id = $1 AND person_id = $2 AND purpose = $3 AND used_at IS NULL";
    /// Deletes all unused links of a person.
    DELETE_ALL_LINKS = "DELETE FROM one_time_link WHERE organisation_id = $1 AND person_id = $2 AND used_at IS NULL";
    /// Across organisations: every link that still works.
    DELETE_ALL_OPEN_LINKS = "DELETE FROM one_time_link WHERE used_at IS NULL";
    /// How often all sessions of a person were ended.
    FIND_ENDINGS = "SELECT session_endings FROM person WHERE organisation_id = $1 AND id = $2";
    /// Adds a link.
    ADD_LINK = "INSERT INTO one_time_link (id, organisation_id, person_id, purpose, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// A link that would still work.
    FIND_LINK = "SELECT l.organisation_id, l.person_id, l.expires_at, p.session_endings FROM one_time_link l JOIN person p ON p.organisation_id = l.organisation_id AND p.id = l.person_id WHERE l.token_hash = $1 AND l.purpose = $2 AND l.organisation_id = COALESCE($3, l.organisation_id) AND l.used_at IS NULL AND l.expires_at > $4 AND (p.state = 'active' OR p.state = 'invited' AND l.purpose = 'invitation') AND (l.purpose <> 'invitation' OR EXISTS (SELECT 1 FROM invitation i WHERE i.organisation_id = l.organisation_id AND i.link_hash = l.token_hash AND i.revoked_at IS NULL))";
    /// Uses up a link that still works.
    USE_LINK = "UPDATE one_time_link SET used_at = $4 WHERE token_hash = $1 AND purpose = $2 AND organisation_id = COALESCE($3, organisation_id) AND used_at IS NULL AND expires_at > $4 AND EXISTS (SELECT 1 FROM person p WHERE p.organisation_id = one_time_link.organisation_id AND p.id = one_time_link.person_id AND (p.state = 'active' OR p.state = 'invited' AND one_time_link.purpose = 'invitation')) AND (purpose <> 'invitation' OR EXISTS (SELECT 1 FROM invitation i WHERE i.organisation_id = one_time_link.organisation_id AND i.link_hash = one_time_link.token_hash AND i.revoked_at IS NULL)) RETURNING id, organisation_id, person_id, expires_at";
    /// How many invitations could be accepted.
    COUNT_OPEN_INVITATIONS = "SELECT COUNT(*) AS n FROM invitation WHERE organisation_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
    /// Adds an invitation that was not sent yet.
    ADD_INVITATION = "INSERT INTO invitation (id, organisation_id, person_id, role, address, invited_by, sent_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    /// Notes that it was sent, with which link.
    SEND_INVITATION = "UPDATE invitation SET sent_at = $3, expires_at = $4, link_hash = $5 WHERE organisation_id = $1 AND id = $2";
    /// Somebody else answers for it from now on.
    TAKE_OVER_INVITATION = "UPDATE invitation SET invited_by = $3 WHERE organisation_id = $1 AND id = $2";
    /// Withdraws what a person was invited to.
    REVOKE_INVITATIONS = "UPDATE invitation SET revoked_at = $3 WHERE organisation_id = $1 AND person_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    /// Which open invitations somebody answers for, and to which role.
    OPEN_INVITATIONS_BY = "SELECT id, person_id, role FROM invitation WHERE organisation_id = $1 AND invited_by = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    /// Across organisations: every invitation that can be accepted.
    REVOKE_ALL_INVITATIONS = "UPDATE invitation SET revoked_at = $1 WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $1";
    /// Withdraws one that nobody accepted.
    REVOKE_INVITATION = "UPDATE invitation SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    /// Accepts the invitation of a link that was used up.
    ACCEPT_INVITATION = "UPDATE invitation SET accepted_at = $4 WHERE organisation_id = $1 AND person_id = $3 AND accepted_at IS NULL AND revoked_at IS NULL AND link_hash = (SELECT l.token_hash FROM one_time_link l WHERE l.organisation_id = $1 AND l.id = $2) RETURNING role";
    /// Accepts whatever a person was invited to: the person is here.
    ACCEPT_INVITATIONS_OF = "UPDATE invitation SET accepted_at = $3 WHERE organisation_id = $1 AND person_id = $2 AND accepted_at IS NULL AND revoked_at IS NULL";
    /// Whoever was invited has come.
    JOIN_PERSON = "UPDATE person SET state = 'active' WHERE organisation_id = $1 AND id = $2 AND state = 'invited'";
    /// Invitations, the last sent first, with who sent them.
    LIST_INVITATIONS = "SELECT i.id, i.organisation_id, i.person_id, i.role, i.address, i.invited_by, i.sent_at, i.expires_at, i.accepted_at, i.revoked_at, b.role AS by_role, b.state AS by_state FROM invitation i LEFT JOIN person b ON b.organisation_id = i.organisation_id AND b.id = i.invited_by WHERE i.organisation_id = $1 ORDER BY i.sent_at DESC, i.id DESC LIMIT $2";
    /// Invitations of one person.
    LIST_INVITATIONS_OF = "SELECT i.id, i.organisation_id, i.person_id, i.role, i.address, i.invited_by, i.sent_at, i.expires_at, i.accepted_at, i.revoked_at, b.role AS by_role, b.state AS by_state FROM invitation i LEFT JOIN person b ON b.organisation_id = i.organisation_id AND b.id = i.invited_by WHERE i.organisation_id = $1 AND i.person_id = $2 ORDER BY i.sent_at DESC LIMIT 20";
    /// One invitation.
    FIND_INVITATION = "SELECT i.id, i.organisation_id, i.person_id, i.role, i.address, i.invited_by, i.sent_at, i.expires_at, i.accepted_at, i.revoked_at, b.role AS by_role, b.state AS by_state FROM invitation i LEFT JOIN person b ON b.organisation_id = i.organisation_id AND b.id = i.invited_by WHERE i.organisation_id = $1 AND i.id = $2";
    /// The invitation of a link.
    FIND_INVITATION_OF_LINK = "SELECT i.id, i.organisation_id, i.person_id, i.role, i.address, i.invited_by, i.sent_at, i.expires_at, i.accepted_at, i.revoked_at, b.role AS by_role, b.state AS by_state FROM invitation i LEFT JOIN person b ON b.organisation_id = i.organisation_id AND b.id = i.invited_by WHERE i.link_hash = $1 AND i.organisation_id = COALESCE($2, i.organisation_id)";
    /// Deletes invitations whose time was over long ago.
    PRUNE_INVITATIONS = "DELETE FROM invitation WHERE expires_at <= $1";
    /// Holds people who never joined and were invited too long ago until the transaction ends: whoever invites one of them waits.
    HOLD_INVITED = "UPDATE person SET state = state WHERE state = 'invited' AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.organisation_id = person.organisation_id AND i.person_id = person.id AND i.expires_at > $1)";
    /// Deletes people who never joined and are not invited any more. Asked anew: one who was invited while the statement before waited is no such person.
    PRUNE_INVITED = "DELETE FROM person WHERE state = 'invited' AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.organisation_id = person.organisation_id AND i.person_id = person.id) RETURNING organisation_id, id";
    /// Deletes the key of one of them.
    PRUNE_KEY = "DELETE FROM vault_person_key WHERE organisation_id = $1 AND person_id = $2";

    /// That a backup was brought back, and nothing was done about it yet.
    RESTORED = "SELECT id, taken_at FROM restored ORDER BY taken_at LIMIT 1";
    /// What follows from it is done.
    RESTORED_DONE = "DELETE FROM restored";
    /// Deletes links whose time was over long ago.
    PRUNE_LINKS = "DELETE FROM one_time_link WHERE expires_at <= $1";
}

/// Columns that hold sealed values.
pub const SEALED: &[SealedTable] = &[
    SealedTable::new(
        "person",
        "id",
        SealedFor::Person("id"),
        &["username", "email", "name", "title", "company", "department", "phone", "address", "language", "photo"],
    )
    .or_lost(&[("username", "unknown@unknown.invalid")]),
    SealedTable::new("credential", "person_id", SealedFor::Organisation, &["secret"]),
    SealedTable::new("session", "id", SealedFor::Person("person_id"), &["user_agent", "client", "profile", "photo"]),
    SealedTable::new("invitation", "id", SealedFor::Person("person_id"), &["address"]).or_lost(&[("address", "unknown@unknown.invalid")]),
    SealedTable::new("audit_part", "id", SealedFor::Person("person_id"), &["value"]),
    SealedTable::new("audit_webhook", "organisation_id", SealedFor::Organisation, &["address", "secret", "old_secret"]),
    SealedTable::new("audit_signing_key", "id", SealedFor::Installation, &["seed"]),
    SealedTable::new("erasure_request", "id", SealedFor::Person("person_id"), &["why", "answer"]),
];

/// Columns of bytes that hold none.
pub const NOT_SEALED: &[NotSealed] = &[
    NotSealed::new("person", "username_index", "a blind index"),
    NotSealed::new("person", "email_index", "a blind index"),
    NotSealed::new("session", "token_hash", "HMAC of 32 random bytes"),
    NotSealed::new("session", "mac", "a code of authentication over ids and times"),
    NotSealed::new("session", "idp_session_index", "a blind index"),
    NotSealed::new("attempt", "subject", "a blind index"),
    NotSealed::new("recovery_kit", "salt", "random, of no use without a code"),
    NotSealed::new("recovery_code", "hash", "HMAC of a random code"),
    NotSealed::new("one_time_link", "token_hash", "HMAC of 32 random bytes"),
    NotSealed::new("invitation", "link_hash", "HMAC of 32 random bytes"),
    NotSealed::new("audit_head", "hash", "SHA-256 of a row of the log"),
    NotSealed::new("audit_head", "mac", "a code of authentication over ids, a number and a hash"),
    NotSealed::new("audit_checkpoint", "hash", "SHA-256 of a row of the log"),
    NotSealed::new("audit_checkpoint", "public_key", "a public key"),
    NotSealed::new("audit_checkpoint", "signature", "leaves the house"),
    NotSealed::new("audit_signing_key", "public_key", "a public key"),
    NotSealed::new("audit", "client_digest", "SHA-256 with 32 random bytes that are sealed"),
    NotSealed::new("audit", "detail_digest", "SHA-256 with 32 random bytes that are sealed"),
    NotSealed::new("audit", "hash", "SHA-256 of what stands in the open, and of the row before"),
];
