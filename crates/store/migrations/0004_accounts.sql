-- Organisations' domains, people, how they sign in, their sessions, recovery, and the audit log.
-- Names and other personal data stand here sealed only; people are found by blind indexes.

-- A mail domain and why it may be called the organisation's own. One domain, one organisation.
CREATE TABLE organisation_domain (
    domain TEXT NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    proof TEXT NOT NULL CHECK (proof IN ('operator', 'dns', 'microsoft_tenant')),
    cloud TEXT,
    tenant TEXT,
    verified_at {int} NOT NULL
) {strict};
CREATE INDEX organisation_domain_of ON organisation_domain (organisation_id);
--@tenant organisation_domain

-- A person. Every text from username to language, and the photo, is sealed under the person's key. Whether the person is linked to an account of a
-- provider stands here too (sso keeps it), so that lists of very many can be narrowed by it.
CREATE TABLE person (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    username_index {bytes} NOT NULL,
    email_index {bytes},
    username {bytes} NOT NULL,
    email {bytes},
    name {bytes},
    title {bytes},
    company {bytes},
    department {bytes},
    phone {bytes},
    address {bytes},
    language {bytes},
    photo {bytes},
    role TEXT NOT NULL CHECK (role IN ('owner', 'security_administrator', 'directory_manager', 'campaign_author', 'analyst', 'privacy_officer', 'auditor', 'employee')),
    state TEXT NOT NULL CHECK (state IN ('active', 'invited', 'disabled')),
    linked {bool} NOT NULL DEFAULT FALSE,
    created_at {int} NOT NULL,
    last_sign_in_at {int}
) {strict};
CREATE UNIQUE INDEX person_username ON person (organisation_id, username_index);
-- What belongs to a person refers to both, so that no row can join two organisations.
CREATE UNIQUE INDEX person_of ON person (organisation_id, id);
-- Lists of many thousands page through these.
CREATE INDEX person_role ON person (organisation_id, role, id);
CREATE INDEX person_state ON person (organisation_id, state, id);
CREATE INDEX person_linked ON person (organisation_id, linked, id);
-- Counted along this one.
CREATE INDEX person_kind ON person (organisation_id, role, state, linked);
CREATE INDEX person_email ON person (organisation_id, email_index, id);
--@tenant person

-- A local password: argon2id parameters in the open, salt and hash sealed under the organisation's key.
CREATE TABLE credential (
    person_id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    memory_kib {int} NOT NULL,
    passes {int} NOT NULL,
    lanes {int} NOT NULL,
    secret {bytes} NOT NULL,
    changed_at {int} NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
--@tenant credential

-- A session of a signed-in browser. The token is only here as its SHA-256, the provider's own
-- session only as a keyed blind index.
CREATE TABLE session (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL UNIQUE,
    method TEXT NOT NULL,
    started_at {int} NOT NULL,
    last_seen_at {int} NOT NULL,
    rechecked_at {int} NOT NULL,
    recheck_at {int},
    expires_at {int} NOT NULL,
    idp_session_index {bytes},
    user_agent {bytes},
    client {bytes},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX session_person ON session (organisation_id, person_id);
CREATE INDEX session_idp ON session (idp_session_index);
CREATE INDEX session_expiry ON session (expires_at);
--@tenant session

-- Attempts to sign in locally, counted per account, address and organisation in sliding windows.
-- Whom a row counts is a keyed blind index; it belongs to no organisation, since names that
-- nobody has are counted alike.
CREATE TABLE attempt (
    subject {bytes} NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'address', 'organisation', 'recovery', 'invitation')),
    slot {int} NOT NULL,
    current {int} NOT NULL,
    previous {int} NOT NULL,
    expires_at {int} NOT NULL
) {strict};
CREATE INDEX attempt_expiry ON attempt (expires_at);

-- An owner's recovery kits: the current one, of which a code was tried, and perhaps a pending one
-- that takes its place when one of its own codes is tried.
CREATE TABLE recovery_kit (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('current', 'pending')),
    salt {bytes} NOT NULL,
    created_at {int} NOT NULL,
    tried_at {int},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE UNIQUE INDEX recovery_kit_standing ON recovery_kit (person_id, standing);
--@tenant recovery_kit

-- A code of a kit, as its HMAC under the kit's salt.
CREATE TABLE recovery_code (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    kit_id {uuid} NOT NULL REFERENCES recovery_kit(id) ON DELETE CASCADE,
    hash {bytes} NOT NULL,
    used_at {int}
) {strict};
CREATE UNIQUE INDEX recovery_code_hash ON recovery_code (kit_id, hash);
--@tenant recovery_code

-- A link that works once, for one person and one purpose.
CREATE TABLE one_time_link (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    purpose TEXT NOT NULL,
    token_hash {bytes} NOT NULL UNIQUE,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    used_at {int},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX one_time_link_person ON one_time_link (organisation_id, person_id);
CREATE INDEX one_time_link_expiry ON one_time_link (expires_at);
--@tenant one_time_link

-- An invitation by mail. address: where the mail went, sealed under the person's key. role: what accepting gives.
-- link_hash: the link of the last mail; earlier ones are void.
CREATE TABLE invitation (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'security_administrator', 'directory_manager', 'campaign_author', 'analyst', 'privacy_officer', 'auditor', 'employee')),
    address {bytes} NOT NULL,
    invited_by {uuid},
    sent_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    link_hash {bytes} UNIQUE,
    accepted_at {int},
    revoked_at {int},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX invitation_of ON invitation (organisation_id, sent_at);
CREATE INDEX invitation_person ON invitation (organisation_id, person_id);
--@tenant invitation

-- The newest number of each audit log, and the hash of that row. log is the organisation's id, or all zeros for the
-- installation's own log. Updating the row also makes writers of one log queue.
CREATE TABLE audit_head (
    log {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} REFERENCES organisation(id) ON DELETE CASCADE,
    seq {int} NOT NULL,
    hash {bytes} NOT NULL
) {strict};
--@tenant audit_head

-- Who did what to whom, and why. Rows are added, and deleted from the old end; never changed. hash covers the row and the hash of
-- the row before. What is sealed (from where, details) stands in audit_part; here only salted digests of it.
CREATE TABLE audit (
    id {uuid} NOT NULL PRIMARY KEY,
    log {uuid} NOT NULL,
    organisation_id {uuid} REFERENCES organisation(id) ON DELETE CASCADE,
    seq {int} NOT NULL,
    at {int} NOT NULL,
    actor TEXT NOT NULL,
    actor_id {uuid},
    action TEXT NOT NULL,
    area TEXT NOT NULL,
    target TEXT,
    target_id {uuid},
    reason TEXT,
    request_id {uuid} NOT NULL,
    client_digest {bytes},
    detail_digest {bytes},
    hash {bytes} NOT NULL
) {strict};
CREATE UNIQUE INDEX audit_seq ON audit (log, seq);
CREATE INDEX audit_by ON audit (log, actor_id, seq);
CREATE INDEX audit_about ON audit (log, target_id, seq);
CREATE INDEX audit_area ON audit (log, area, seq);
--@tenant audit
