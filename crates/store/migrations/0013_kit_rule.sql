-- Recovery codes of several owners together: docs/decisions/0006-ways-back.md.

-- How many owners' codes are needed together; an organisation without a row: one. A lower number counts from a moment on.
CREATE TABLE kit_rule (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    needed {int} NOT NULL CHECK (needed >= 1),
    next_needed {int},
    next_from {int},
    changed_at {int} NOT NULL
) {strict};
--@tenant kit_rule

-- A code that an owner typed, which waits for those of other owners; opened_at: they were typed, and the owner may come in.
CREATE TABLE kit_waiting (
    person_id {uuid} NOT NULL PRIMARY KEY,
    id {uuid} NOT NULL UNIQUE,
    organisation_id {uuid} NOT NULL,
    code_id {uuid} NOT NULL REFERENCES recovery_code(id) ON DELETE CASCADE,
    typed_at {int} NOT NULL,
    opened_at {int},
    expires_at {int} NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX kit_waiting_of ON kit_waiting (organisation_id, expires_at);
CREATE INDEX kit_waiting_code ON kit_waiting (code_id);
--@tenant kit_waiting
