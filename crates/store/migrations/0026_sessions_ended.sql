-- When all sessions of somebody were last ended: what was shown before that begins no session any more.
ALTER TABLE person ADD COLUMN sessions_ended_at {int};
