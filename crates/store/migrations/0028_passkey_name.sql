-- What somebody calls a passkey ("Kari's phone") is about them: sealed under their own key from now on, so that it ends in backups when they are
-- forgotten. What was called something before has no name; the list then says when it was made. NULL: no name, or its key is lost.
ALTER TABLE passkey DROP COLUMN name;
ALTER TABLE passkey ADD COLUMN name {bytes};
