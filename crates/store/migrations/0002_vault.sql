-- Keys, all wrapped: nothing in these tables opens anything without the master key.

-- The installation's data key, in versions: all open, the newest whose writes_from has come seals. Unwrapping
-- them at start proves the master key.
CREATE TABLE vault_installation_key (
    id {uuid} NOT NULL PRIMARY KEY,
    wrapped {bytes} NOT NULL,
    writes_from {int} NOT NULL,
    created_at {int} NOT NULL
) {strict};

-- An organisation's data key, in versions, wrapped by the installation's.
CREATE TABLE vault_organisation_key (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    wrapped {bytes} NOT NULL,
    writes_from {int} NOT NULL,
    created_at {int} NOT NULL
) {strict};
CREATE INDEX vault_organisation_key_of ON vault_organisation_key (organisation_id, created_at);
--@tenant vault_organisation_key

-- A person's secrets, all versions in one value: wrapped by a version of the organisation's key, and once more by the
-- epoch's (which is in no database). id is the newest secret's. Deleting the row forgets the person.
CREATE TABLE vault_person_key (
    person_id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    id {uuid} NOT NULL,
    organisation_key {uuid} NOT NULL,
    epoch {uuid},
    wrapped {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX vault_person_key_one ON vault_person_key (organisation_id, person_id);
CREATE INDEX vault_person_key_under ON vault_person_key (organisation_key);
CREATE INDEX vault_person_key_epoch ON vault_person_key (epoch);
--@tenant vault_person_key
