-- Local sign-in beyond the password: codes of an authenticator app, and what was seen while signing in.

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
