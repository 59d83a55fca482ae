-- A blind index of the mail address that is sealed beside it under the organisation's key, so that forgetting somebody finds it.
ALTER TABLE job ADD COLUMN about {bytes};
CREATE INDEX job_about ON job (organisation_id, about);
ALTER TABLE sso_sign_in ADD COLUMN about {bytes};
CREATE INDEX sso_sign_in_about ON sso_sign_in (organisation_id, about);
