-- Background work. A row is deleted when its work is done; what failed for good stays, with
-- dead_at, until it is cleaned away. due_at is when a worker may take it: its time at first, the
-- end of the lease while it runs, the next attempt after a failure.
CREATE TABLE job (
    id {uuid} NOT NULL PRIMARY KEY,
    organisation_id {uuid} REFERENCES organisation(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    payload {bytes} NOT NULL,
    dedup {bytes} UNIQUE,
    due_at {int} NOT NULL,
    attempts {int} NOT NULL,
    lease {uuid},
    last_error TEXT,
    dead_at {int},
    created_at {int} NOT NULL
) {strict};
CREATE INDEX job_due ON job (due_at) WHERE dead_at IS NULL;
CREATE INDEX job_organisation ON job (organisation_id) WHERE dead_at IS NULL;
CREATE INDEX job_dead ON job (dead_at) WHERE dead_at IS NOT NULL;
--@tenant job

-- When recurring work comes next.
CREATE TABLE job_schedule (
    kind TEXT NOT NULL PRIMARY KEY,
    next_at {int} NOT NULL
) {strict};
