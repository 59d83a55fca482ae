-- Programs that talk to us for an organisation: user sync, the API, reports. They own their
-- tokens; no person does, so none stops working because somebody leaves.

-- name, purpose: sealed under the organisation's key. scopes: codes with a space between them.
CREATE TABLE service_identity (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    name {bytes} NOT NULL,
    purpose {bytes} NOT NULL,
    scopes TEXT NOT NULL,
    created_at {int} NOT NULL,
    revoked_at {int}
) {strict};
CREATE UNIQUE INDEX service_identity_of ON service_identity (organisation_id, id);
--@tenant service_identity

-- A token, as its SHA-256. hint: its first characters, so that people can tell two apart.
-- warned: how near to its end the owners have been told that it is.
CREATE TABLE service_token (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    identity_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    revoked_at {int},
    last_used_at {int},
    warned {int} NOT NULL DEFAULT 0,
    FOREIGN KEY (organisation_id, identity_id) REFERENCES service_identity(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE INDEX service_token_of ON service_token (organisation_id, identity_id);
CREATE INDEX service_token_expiry ON service_token (expires_at);
--@tenant service_token
