-- An audit log that shows tampering: docs/decisions/0005-audit-log-that-shows-tampering.md.

-- What is sealed of a row: where the request came from, details; each with its salt. person_id: under whose key (NULL: the
-- organisation's, or the installation's). Gone with the person, while the row itself stays.
CREATE TABLE audit_part (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid},
    audit_id {uuid} NOT NULL REFERENCES audit(id) ON DELETE CASCADE,
    what TEXT NOT NULL CHECK (what IN ('client', 'detail')),
    value {bytes},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE UNIQUE INDEX audit_part_of ON audit_part (audit_id, what);
CREATE INDEX audit_part_person ON audit_part (organisation_id, person_id);
--@tenant audit_part

-- What signs checkpoints: Ed25519 keys of the installation, the newest made signs (single = 1). The seed is sealed under the installation's key.
CREATE TABLE audit_signing_key (
    id {uuid} NOT NULL PRIMARY KEY,
    single {int} UNIQUE CHECK (single = 1),
    public_key {bytes} NOT NULL,
    seed {bytes} NOT NULL,
    made_at {int} NOT NULL
) {strict};

-- What was signed: at this moment, the row with this number had this hash.
CREATE TABLE audit_checkpoint (
    id {uuid} NOT NULL PRIMARY KEY,
    log {uuid} NOT NULL,
    organisation_id {uuid} REFERENCES organisation(id) ON DELETE CASCADE,
    seq {int} NOT NULL,
    hash {bytes} NOT NULL,
    at {int} NOT NULL,
    public_key {bytes} NOT NULL,
    signature {bytes} NOT NULL
) {strict};
CREATE UNIQUE INDEX audit_checkpoint_of ON audit_checkpoint (log, seq);
--@tenant audit_checkpoint

-- What an organisation decided about its log; without a row, what is usual.
CREATE TABLE audit_choice (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    keep_years {int} NOT NULL CHECK (keep_years BETWEEN 1 AND 7),
    mail {bool} NOT NULL,
    mailed_at {int}
) {strict};
--@tenant audit_choice

-- Where an organisation wants new rows sent, and how far that is. Address and secrets are sealed under the organisation's key.
CREATE TABLE audit_webhook (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    address {bytes} NOT NULL,
    secret {bytes} NOT NULL,
    old_secret {bytes},
    old_until {int},
    running {bool} NOT NULL,
    after_seq {int} NOT NULL,
    last_at {int},
    last_result TEXT,
    last_status {int},
    failing_since {int}
) {strict};
--@tenant audit_webhook
