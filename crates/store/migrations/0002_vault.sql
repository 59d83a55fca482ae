-- Keys, all wrapped: nothing in these tables opens anything without the master key.

-- The installation's own data key, one row. Unwrapping it at start proves the master key.
CREATE TABLE vault_installation_key (
    id {uuid} NOT NULL PRIMARY KEY,
    single {int} NOT NULL UNIQUE CHECK (single = 1),
    wrapped {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};

-- An organisation's data key, wrapped by the master key.
CREATE TABLE vault_organisation_key (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    wrapped {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX vault_organisation_key_one ON vault_organisation_key (organisation_id);
--@tenant vault_organisation_key

-- A person's key, wrapped by the organisation's data key. Deleting the row forgets the person.
CREATE TABLE vault_person_key (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL,
    wrapped {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};
CREATE UNIQUE INDEX vault_person_key_one ON vault_person_key (organisation_id, person_id);
--@tenant vault_person_key
