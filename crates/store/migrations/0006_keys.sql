-- Keys that rotate, and people who can be forgotten: docs/decisions/0004-keys-and-forgetting.md.

-- What blind indexes are derived from: one secret for each owner (zeros: the installation), wrapped by the installation's
-- key. Never replaced, since every index would have to be computed again at one moment.
CREATE TABLE vault_index_key (
    owner {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} REFERENCES organisation(id) ON DELETE CASCADE,
    wrapped {bytes} NOT NULL,
    created_at {int} NOT NULL
) {strict};
--@tenant vault_index_key

-- Erasures that the ledger outside the database lacks yet. No reference: the organisation may go first.
CREATE TABLE vault_erasure (
    person_id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    erased_at {int} NOT NULL
) {strict};
--@tenant vault_erasure

-- Replacements of the data keys: how far the one under way is (single = 1), and those that are finished.
CREATE TABLE vault_rotation (
    id {uuid} NOT NULL PRIMARY KEY,
    single {int} UNIQUE CHECK (single = 1),
    step TEXT NOT NULL CHECK (step IN ('organisations', 'people', 'values', 'last_values', 'drop', 'finished')),
    not_before {int} NOT NULL,
    at_table TEXT NOT NULL,
    after_row {uuid},
    done {int} NOT NULL,
    total {int} NOT NULL,
    damaged {int} NOT NULL,
    damage TEXT,
    began_at {int} NOT NULL,
    finished_at {int}
) {strict};

-- Which node does work that one must do at a time, and until when unless it renews.
CREATE TABLE vault_lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder {uuid} NOT NULL,
    until {int} NOT NULL
) {strict};
