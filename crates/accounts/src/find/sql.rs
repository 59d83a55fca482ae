//! Statements for finding people among very many.

/// The columns of a person that is opened.
macro_rules! people {
    ($where:literal) => {
        concat!(
            "SELECT p.id, p.username, p.email, p.name, p.title, p.company, p.department, p.phone, p.address, p.language, \
             p.photo IS NOT NULL AS has_photo, p.role, p.state, p.created_at, p.last_sign_in_at, k.id AS vault_key, k.wrapped AS vault_wrapped \
             FROM person p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id \
             WHERE p.organisation_id = $1 AND p.id > $2 AND ",
            $where,
            " ORDER BY p.id LIMIT $3"
        )
    };
}

tillit_store::statements! { "accounts.find";
    /// People of a role after an id.
    PEOPLE_OF_ROLE = people!("p.role = $4");
    /// People in a state after an id.
    PEOPLE_IN_STATE = people!("p.state = $4");
    /// People of a role and in a state after an id.
    PEOPLE_OF_ROLE_IN_STATE = people!("p.role = $4 AND p.state = $5");
    /// People of a mail address.
    PEOPLE_OF_MAIL = "SELECT id FROM person WHERE organisation_id = $1 AND email_index = $2 ORDER BY id LIMIT $3";
    /// Names of people after an id, with their keys, and nothing else.
    NAMES_AFTER = "SELECT p.id, p.name, p.username, k.id AS vault_key, k.wrapped AS vault_wrapped FROM person p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id WHERE p.organisation_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3";
    /// Sets the blind index over the mail address.
    SET_MAIL_INDEX = "UPDATE person SET email_index = $3 WHERE organisation_id = $1 AND id = $2";
}
