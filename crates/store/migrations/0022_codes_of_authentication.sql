-- What only whoever has the keys can write: codes of authentication (HMAC) over rows on which security rests.

-- Over number and hash of the newest row of a log. NULL from the moment on at which the head was not what this program wrote:
-- then nothing more is signed. told_at: when owners were last told of that.
ALTER TABLE audit_head ADD COLUMN mac {bytes};
ALTER TABLE audit_head ADD COLUMN told_at {int};
-- Over id, organisation, person, token, method, beginning and end. A session without one lets nobody in.
ALTER TABLE session ADD COLUMN mac {bytes};
