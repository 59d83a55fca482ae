//! Statements about the choices of fields, and about deleting what is held against them.

use tillit_store::Statement;

use super::ProfileField;

tillit_store::statements! { "accounts.fields";
    /// What was chosen; a field without a row is stored.
    LIST_CHOICES = "SELECT field, choice, chosen_at FROM profile_choice WHERE organisation_id = $1";
    /// Chooses. What is chosen already keeps its time.
    CHOOSE = "INSERT INTO profile_choice (organisation_id, field, choice, chosen_at) VALUES ($1, $2, $3, $4) ON CONFLICT (organisation_id, field) DO UPDATE SET choice = excluded.choice, chosen_at = excluded.chosen_at WHERE profile_choice.choice <> excluded.choice";
    /// Across organisations: who stores less than everything.
    ORGANISATIONS_THAT_CHOSE = "SELECT DISTINCT organisation_id FROM profile_choice WHERE choice <> 'store' AND organisation_id > $1 ORDER BY organisation_id LIMIT 500";
    /// How many values are held of each field. owner_email: those of owners.
    COUNT_HELD = "SELECT COUNT(email) AS email, COUNT(name) AS name, COUNT(title) AS title, COUNT(company) AS company, COUNT(department) AS department, COUNT(phone) AS phone, COUNT(address) AS address, COUNT(language) AS language, COUNT(photo) AS photo, COUNT(CASE WHEN role = 'owner' THEN email END) AS owner_email FROM person WHERE organisation_id = $1";
    /// How many sessions carry values.
    COUNT_CARRYING = "SELECT COUNT(*) AS n FROM session WHERE organisation_id = $1 AND (profile IS NOT NULL OR photo IS NOT NULL)";
    /// What a session carries.
    FIND_CARRIED = "SELECT person_id, profile, photo FROM session WHERE organisation_id = $1 AND id = $2";

    /// Deletes addresses of up to $3 people after $2. Owners' stay.
    CLEAR_EMAIL = "UPDATE person SET email = NULL, email_index = NULL WHERE organisation_id = $1 AND role <> 'owner' AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND role <> 'owner' AND email IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes names of up to $3 people after $2.
    CLEAR_NAME = "UPDATE person SET name = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND name IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes titles of up to $3 people after $2.
    CLEAR_TITLE = "UPDATE person SET title = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND title IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes companies of up to $3 people after $2.
    CLEAR_COMPANY = "UPDATE person SET company = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND company IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes departments of up to $3 people after $2.
    CLEAR_DEPARTMENT = "UPDATE person SET department = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND department IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes telephone numbers of up to $3 people after $2.
    CLEAR_PHONE = "UPDATE person SET phone = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND phone IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes postal addresses of up to $3 people after $2.
    CLEAR_ADDRESS = "UPDATE person SET address = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND address IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes languages of up to $3 people after $2.
    CLEAR_LANGUAGE = "UPDATE person SET language = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND language IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Deletes photos of up to $3 people after $2.
    CLEAR_PHOTO = "UPDATE person SET photo = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM person WHERE organisation_id = $1 AND id > $2 AND photo IS NOT NULL ORDER BY id LIMIT $3) RETURNING id";
    /// Takes what is carried from up to $3 sessions that began before $2.
    CLEAR_CARRIED = "UPDATE session SET profile = NULL, photo = NULL WHERE organisation_id = $1 AND id IN (SELECT id FROM session WHERE organisation_id = $1 AND started_at <= $2 AND (profile IS NOT NULL OR photo IS NOT NULL) LIMIT $3)";

    /// Notes a deletion that is to be done.
    ADD_DELETION = "INSERT INTO profile_deletion (id, organisation_id, asked_by, fields, asked, done, asked_at, backups_until) VALUES ($1, $2, $3, $4, $5, 0, $6, $7)";
    /// One deletion.
    FIND_DELETION = "SELECT id, asked_by, fields, asked, done, asked_at, finished_at, backups_until FROM profile_deletion WHERE organisation_id = $1 AND id = $2";
    /// Deletions, the newest first.
    LIST_DELETIONS = "SELECT id, asked_by, fields, asked, done, asked_at, finished_at, backups_until FROM profile_deletion WHERE organisation_id = $1 ORDER BY asked_at DESC, id DESC LIMIT 50";
    /// So many more are deleted.
    COUNT_DELETED = "UPDATE profile_deletion SET done = done + $3 WHERE organisation_id = $1 AND id = $2 AND finished_at IS NULL";
    /// All are deleted.
    FINISH_DELETION = "UPDATE profile_deletion SET finished_at = $3, backups_until = $4 WHERE organisation_id = $1 AND id = $2 AND finished_at IS NULL";
    /// Across organisations: receipts that are old.
    PRUNE_DELETIONS = "DELETE FROM profile_deletion WHERE finished_at < $1";
}

/// The statement that deletes values of a field.
pub(super) const fn clear(field: ProfileField) -> Statement {
    match field {
        ProfileField::Email => CLEAR_EMAIL,
        ProfileField::Name => CLEAR_NAME,
        ProfileField::Title => CLEAR_TITLE,
        ProfileField::Company => CLEAR_COMPANY,
        ProfileField::Department => CLEAR_DEPARTMENT,
        ProfileField::Phone => CLEAR_PHONE,
        ProfileField::Address => CLEAR_ADDRESS,
        ProfileField::Language => CLEAR_LANGUAGE,
        ProfileField::ProfileImage => CLEAR_PHOTO,
    }
}
