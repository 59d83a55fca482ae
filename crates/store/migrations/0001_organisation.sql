-- An organisation (customer). Its name is not personal data.
CREATE TABLE organisation (
    id {uuid} NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at {int} NOT NULL
) {strict};
