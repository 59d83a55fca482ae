-- Backups that were taken, so that `tillit doctor` can say when the last one was: docs/decisions/0009-backups.md.
CREATE TABLE backup (
    id {uuid} NOT NULL PRIMARY KEY,
    taken_at {int} NOT NULL,
    finished_at {int} NOT NULL,
    row_count {int} NOT NULL,
    byte_count {int} NOT NULL
) {strict};
