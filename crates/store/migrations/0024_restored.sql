-- That a backup was brought back, written in the transaction that brings it back: the next start does what follows from it, however
-- the program that restored it ended. Empty otherwise.
CREATE TABLE restored (
    id {uuid} NOT NULL PRIMARY KEY,
    taken_at {int} NOT NULL
) {strict};
