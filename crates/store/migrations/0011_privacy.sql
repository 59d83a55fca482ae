-- What an organisation holds of its people's profiles: docs/decisions/0011-what-is-held-of-a-person.md.

-- Fields that are used at sign-in only, sealed under the person's key, gone with the session.
ALTER TABLE session ADD COLUMN profile {bytes};
ALTER TABLE session ADD COLUMN photo {bytes};

-- What becomes of a field. A field without a row is stored.
CREATE TABLE profile_choice (
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    field TEXT NOT NULL CHECK (field IN ('email', 'name', 'title', 'company', 'department', 'phone', 'address', 'language', 'profile-image')),
    choice TEXT NOT NULL CHECK (choice IN ('store', 'sign_in_only', 'never')),
    chosen_at {int} NOT NULL,
    PRIMARY KEY (organisation_id, field)
) {strict};
--@tenant profile_choice

-- Values that are deleted because less was chosen: how far that is, and afterwards the receipt. fields: keys with commas
-- between. asked: how many there were when it was asked for; done: how many were deleted.
CREATE TABLE profile_deletion (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    asked_by {uuid},
    fields TEXT NOT NULL,
    asked {int} NOT NULL,
    done {int} NOT NULL,
    asked_at {int} NOT NULL,
    finished_at {int},
    backups_until {int}
) {strict};
CREATE INDEX profile_deletion_of ON profile_deletion (organisation_id, asked_at);
--@tenant profile_deletion

-- Somebody asks to be forgotten. why: what the person said; answer: why it was refused or takes longer; both sealed under
-- the person's key. One that is granted goes with the person. reminded: how many reminders were sent.
CREATE TABLE erasure_request (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL,
    person_id {uuid} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'refused')),
    asked_at {int} NOT NULL,
    due_at {int} NOT NULL,
    extended_at {int},
    why {bytes},
    answer {bytes},
    answered_at {int},
    answered_by {uuid},
    reminded {int} NOT NULL,
    FOREIGN KEY (organisation_id, person_id) REFERENCES person(organisation_id, id) ON DELETE CASCADE
) {strict};
CREATE UNIQUE INDEX erasure_request_open ON erasure_request (person_id) WHERE state = 'open';
CREATE INDEX erasure_request_of ON erasure_request (organisation_id, due_at);
--@tenant erasure_request

-- That somebody was forgotten. person_id leads to nobody any more, so there is no reference.
CREATE TABLE erasure_receipt (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} NOT NULL REFERENCES organisation(id) ON DELETE CASCADE,
    person_id {uuid} NOT NULL,
    asked_at {int},
    erased_at {int} NOT NULL,
    erased_by {uuid},
    backups_until {int}
) {strict};
CREATE INDEX erasure_receipt_of ON erasure_receipt (organisation_id, erased_at);
--@tenant erasure_receipt
