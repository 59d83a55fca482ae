-- Single sign-on. Who is linked to which account, how an organisation is connected, sign-ins under way and done.

-- How an organisation is connected. A version never changes, except that the first link writes the tenant into it.
-- Settings are JSON without secrets and without personal data; credentials have their own table.
CREATE TABLE sso_connection (
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    version {int} NOT NULL,
    settings TEXT NOT NULL,
    tenant TEXT,
    created_at {int} NOT NULL,
    created_by {uuid},
    PRIMARY KEY (organisation_id, version)
) {strict};
--@tenant sso_connection

-- Where the activation stands (JSON, see activation::State). revision grows with every change: two administrators
-- cannot overwrite each other. browser: SHA-256 of the key of the browser that carries the draft.
CREATE TABLE sso_activation (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    revision {int} NOT NULL,
    state TEXT NOT NULL,
    browser {bytes},
    changed_at {int} NOT NULL
) {strict};
--@tenant sso_activation
CREATE INDEX sso_activation_browser ON sso_activation (browser);

-- What the organisation decided about people.
CREATE TABLE sso_policy (
    organisation_id {uuid} NOT NULL PRIMARY KEY REFERENCES organisation(id) ON DELETE CASCADE,
    create_people {bool} NOT NULL,
    cap {int} NOT NULL,
    created {int} NOT NULL,
    guests {bool} NOT NULL,
    recheck_minutes {int} NOT NULL
) {strict};
--@tenant sso_policy

-- One tenant belongs to one organisation.
CREATE TABLE sso_tenant (
    cloud TEXT NOT NULL,
    tenant TEXT NOT NULL,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    name TEXT,
    bound_at {int} NOT NULL,
    PRIMARY KEY (cloud, tenant)
) {strict};
--@tenant sso_tenant

-- Which account is which person. Object ids and subjects name people in other systems, so they are kept as keyed
-- hashes (vault's blind index of the installation: unique across organisations, useless without the master key);
-- detail holds them readable, sealed under the person's key.
CREATE TABLE sso_identity (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL,
    account_key {bytes} NOT NULL UNIQUE,
    subject_key {bytes} NOT NULL UNIQUE,
    issuer TEXT NOT NULL,
    detail {bytes} NOT NULL,
    rule TEXT NOT NULL,
    linked_at {int} NOT NULL,
    last_seen_at {int} NOT NULL,
    consented_at {int},
    profile_read_at {int},
    UNIQUE (person_id, issuer),
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
--@tenant sso_identity
CREATE INDEX sso_identity_organisation ON sso_identity (organisation_id);

-- Sign-ins under way. Deleted when the answer comes (before the code is redeemed) or after ten minutes.
CREATE TABLE sso_transaction (
    state_hash {bytes} NOT NULL PRIMARY KEY,
    id {uuid} NOT NULL,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    version {int} NOT NULL,
    browser {bytes} NOT NULL,
    session_id {uuid},
    person_id {uuid},
    sealed {bytes} NOT NULL,
    begun_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {strict};
--@tenant sso_transaction
CREATE INDEX sso_transaction_expires ON sso_transaction (expires_at);

-- What came back from the provider and waits for the administrator's yes. Sealed under the organisation's key.
CREATE TABLE sso_proposal (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL,
    version {int} NOT NULL,
    sealed {bytes} NOT NULL,
    made_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
--@tenant sso_proposal
CREATE INDEX sso_proposal_organisation ON sso_proposal (organisation_id, made_at);

-- Passed tests, for the receipt. What a test is worth is decided by the activation's state.
CREATE TABLE sso_test (
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    version {int} NOT NULL,
    person_id {uuid} NOT NULL,
    passed_at {int} NOT NULL,
    PRIMARY KEY (organisation_id, version, person_id)
) {strict};
--@tenant sso_test

-- Sessions that a provider vouched for: by which issuer, and how the last silent re-check went.
CREATE TABLE sso_session (
    session_id {uuid} NOT NULL PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL,
    issuer TEXT NOT NULL,
    unreachable_at {int}
) {strict};
--@tenant sso_session

-- Forms that were sent when a re-check was long overdue, sealed under the person's key, until the look was made.
-- browser: SHA-256 of the key of the browser that sent it.
CREATE TABLE sso_parked_form (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL,
    browser {bytes} NOT NULL,
    sealed {bytes} NOT NULL,
    expires_at {int} NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
--@tenant sso_parked_form
CREATE INDEX sso_parked_form_person ON sso_parked_form (organisation_id, person_id);
CREATE INDEX sso_parked_form_expires ON sso_parked_form (expires_at);

-- Every request ever made to a provider for the organisation. No personal data.
CREATE TABLE sso_ledger (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    at {int} NOT NULL,
    kind TEXT NOT NULL,
    host TEXT NOT NULL,
    status {int},
    purpose TEXT NOT NULL,
    request_id {uuid} NOT NULL
) {strict};
--@tenant sso_ledger
CREATE INDEX sso_ledger_organisation ON sso_ledger (organisation_id, id);

-- Finished sign-ins, good or refused. Names of accounts that are nobody of ours are sealed under the organisation's key.
CREATE TABLE sso_sign_in (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    at {int} NOT NULL,
    purpose TEXT NOT NULL,
    outcome TEXT NOT NULL,
    rule TEXT,
    reason TEXT,
    aadsts {int},
    trace_id TEXT,
    correlation_id TEXT,
    person_id {uuid},
    sealed {bytes},
    request_id {uuid} NOT NULL
) {strict};
--@tenant sso_sign_in
CREATE INDEX sso_sign_in_organisation ON sso_sign_in (organisation_id, id);
CREATE INDEX sso_sign_in_at ON sso_sign_in (at);

-- What is known about consent for the whole organisation, and how.
CREATE TABLE sso_consent (
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    issuer TEXT NOT NULL,
    scopes TEXT NOT NULL,
    seen_at {int},
    claimed_at {int},
    -- The claim, if it came back in the session of an administrator of the organisation, not by a hand-over link.
    vouched_at {int},
    -- When a newcomer came in whose trip began after that.
    borne_out_at {int},
    PRIMARY KEY (organisation_id, issuer)
) {strict};
--@tenant sso_consent

-- Credentials of an organisation's own registration: two slots, sealed under the organisation's key.
CREATE TABLE sso_credential (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    slot {int} NOT NULL,
    kind TEXT NOT NULL,
    sealed {bytes} NOT NULL,
    thumbprint TEXT,
    not_after {int},
    added_at {int} NOT NULL,
    accepted_at {int},
    refused_at {int},
    -- The registration that first accepted it; from then on it is shown to no other provider.
    provider TEXT,
    warned {int} NOT NULL,
    UNIQUE (organisation_id, slot)
) {strict};
--@tenant sso_credential

-- Which stages of its own credential's end the operator was told of: thumbprint of a certificate, or client id and end of a secret.
CREATE TABLE sso_operator_warning (
    credential TEXT NOT NULL PRIMARY KEY,
    stage {int} NOT NULL,
    warned_at {int} NOT NULL
) {strict};

-- Links that are handed to the colleague who can help with a refusal. Only the token's hash is kept.
CREATE TABLE sso_handover (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    version {int} NOT NULL,
    kind TEXT NOT NULL,
    aadsts {int},
    expires_at {int} NOT NULL
) {strict};
--@tenant sso_handover
CREATE INDEX sso_handover_expires ON sso_handover (expires_at);
