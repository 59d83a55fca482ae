-- How often all sessions of somebody were ended. A sign-in reads it together with what it checks, and begins a session only if it is the same
-- then: times cannot say so, since what is written before another transaction commits is not seen by this one.
ALTER TABLE person ADD COLUMN session_endings {int} NOT NULL DEFAULT 0;
