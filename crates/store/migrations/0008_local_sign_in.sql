-- Local sign-in beyond the password: docs/decisions/0008-local-sign-in.md.

-- Browsers that somebody signed in from: a keyed blind index of the key that the browser keeps in a cookie.
CREATE TABLE known_browser (
    person_id {uuid} NOT NULL,
    organisation_id {uuid} NOT NULL,
    browser_index {bytes} NOT NULL,
    first_seen_at {int} NOT NULL,
    last_seen_at {int} NOT NULL,
    PRIMARY KEY (person_id, browser_index),
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX known_browser_last ON known_browser (last_seen_at);
--@tenant known_browser

-- Tickets that were used up, until their time is over. They belong to no organisation: whoever signs in is nobody yet.
CREATE TABLE used_ticket (
    ticket_hash {bytes} NOT NULL PRIMARY KEY,
    expires_at {int} NOT NULL
) {strict};
CREATE INDEX used_ticket_expiry ON used_ticket (expires_at);

-- An authenticator app: its secret, sealed under the organisation's key as passwords are, and the newest step of which
-- a code was used. salt: of the own recovery codes.
CREATE TABLE totp (
    person_id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    secret {bytes} NOT NULL,
    salt {bytes} NOT NULL,
    last_step {int} NOT NULL,
    created_at {int} NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
--@tenant totp

-- Own recovery codes, for when the app is lost: HMAC under the app's salt.
CREATE TABLE totp_code (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    code_hash {bytes} NOT NULL,
    used_at {int},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE UNIQUE INDEX totp_code_hash ON totp_code (person_id, code_hash);
--@tenant totp_code

-- A passkey. Id, public key and the name that its person gave it are sealed under the organisation's key, as passwords
-- are. synced: it may live on several devices. counter: signatures that its authenticator claims.
CREATE TABLE passkey (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    credential_index {bytes} NOT NULL UNIQUE,
    credential {bytes} NOT NULL,
    public_key {bytes} NOT NULL,
    name {bytes} NOT NULL,
    counter {int} NOT NULL,
    synced {bool} NOT NULL,
    created_at {int} NOT NULL,
    used_at {int},
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX passkey_person ON passkey (organisation_id, person_id);
--@tenant passkey

-- Who must show a second factor when signing in with a password, and since when.
CREATE TABLE local_policy (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    second_factor TEXT NOT NULL CHECK (second_factor IN ('nobody', 'administrators', 'everybody')),
    since {int} NOT NULL
) {strict};
--@tenant local_policy

-- When a session last showed an own proof: for ten minutes it need not show another one.
CREATE TABLE session_proof (
    session_id {uuid} NOT NULL PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    proved_at {int} NOT NULL
) {strict};
--@tenant session_proof
