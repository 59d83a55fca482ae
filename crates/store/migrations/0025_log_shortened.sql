-- That fewer years were chosen: until when the longer time still holds, and which that is. None: nothing waits.
ALTER TABLE audit_choice ADD COLUMN longer_years {int} CHECK (longer_years BETWEEN 1 AND 7);
ALTER TABLE audit_choice ADD COLUMN longer_until {int};
