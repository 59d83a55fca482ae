-- Ways back for an organisation whose owners cannot get in: docs/decisions/0006-ways-back.md.

-- Where an organisation stands, as plain data (state), and what is personal in it, sealed: the contact that counts and the
-- one that waits to. glass_code: the hash of the break-glass account's code; glass_person: its account.
CREATE TABLE ways_back (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    contact {bytes},
    next_contact {bytes},
    glass_code {bytes} UNIQUE,
    glass_person {uuid},
    changed_at {int} NOT NULL
) {strict};
--@tenant ways_back

-- A restore that the operator began: whom it makes an owner (sealed), the records that DNS must show, the hash of the
-- contact's code and how often a wrong one was typed, and what happened when (fixed words and times).
CREATE TABLE restore (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    domain TEXT NOT NULL,
    first_record TEXT NOT NULL,
    second_record TEXT,
    named {bytes} NOT NULL,
    contact {bytes} NOT NULL,
    code_hash {bytes},
    wrong_codes {int} NOT NULL,
    history TEXT NOT NULL,
    began_at {int} NOT NULL,
    told_at {int} NOT NULL,
    ended_at {int}
) {strict};
CREATE INDEX restore_of ON restore (organisation_id, began_at);
CREATE UNIQUE INDEX restore_under_way ON restore (organisation_id) WHERE ended_at IS NULL;
--@tenant restore

-- Links in mails about a restore: the contact's, each owner's to stop it, and the one to come in by.
CREATE TABLE restore_link (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    restore_id {uuid} NOT NULL REFERENCES restore(id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('contact', 'stop', 'come_in')),
    person_id {uuid},
    made_at {int} NOT NULL
) {strict};
CREATE INDEX restore_link_of ON restore_link (restore_id);
--@tenant restore_link
