//! Statements for finding people among very many.
//!
//! A page is cut out of `person` first, and only its people are joined with their keys. Joined first, PostgreSQL may read
//! the keys of everybody for each page: it takes a part of a list for its beginning, where a merge of both would be quick.
//! The bound within is a number, not a value, because it plans for values that it does not know.

use tillit_store::{Statement, Value, args};

use super::PeopleFilter;
use crate::people::PersonState;
use crate::role::Role;

/// People as they are opened: at most a hundred.
macro_rules! people {
    ($where:literal) => {
        concat!(
            "SELECT p.*, k.id AS vault_key, k.wrapped AS vault_wrapped FROM (SELECT id, organisation_id, username, email, name, title, company, \
             department, phone, address, language, photo IS NOT NULL AS has_photo, role, state, linked, created_at, last_sign_in_at \
             FROM person WHERE organisation_id = $1 AND id > $2 AND ",
            $where,
            " ORDER BY id LIMIT 100) p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id \
             ORDER BY p.id LIMIT $3"
        )
    };
}

tillit_store::statements! { "accounts.find";
    /// People after an id.
    PEOPLE = people!("TRUE");
    /// People of a role after an id; of those, in a state and linked or not, if that is chosen.
    PEOPLE_OF_ROLE = people!("role = $4 AND (state = $5 OR $5 IS NULL) AND (linked = $6 OR $6 IS NULL)");
    /// The same, led by the state.
    PEOPLE_IN_STATE = people!("state = $5 AND (role = $4 OR $4 IS NULL) AND (linked = $6 OR $6 IS NULL)");
    /// The same, led by whether they are linked.
    PEOPLE_LINKED = people!("linked = $6 AND (role = $4 OR $4 IS NULL) AND (state = $5 OR $5 IS NULL)");
    /// How many people there are of each kind.
    COUNT_PEOPLE = "SELECT role, state, linked, COUNT(*) AS n FROM person WHERE organisation_id = $1 GROUP BY role, state, linked";
    /// People of a mail address.
    PEOPLE_OF_MAIL = "SELECT id FROM person WHERE organisation_id = $1 AND email_index = $2 ORDER BY id LIMIT $3";
    /// Names of people after an id, with their keys and what they are chosen by: at most a thousand.
    NAMES_AFTER = "SELECT p.*, k.id AS vault_key, k.wrapped AS vault_wrapped FROM (SELECT id, organisation_id, role, state, linked, name, username FROM person WHERE organisation_id = $1 AND id > $2 ORDER BY id LIMIT 1000) p JOIN vault_person_key k ON k.organisation_id = p.organisation_id AND k.person_id = p.id ORDER BY p.id LIMIT $3";
    /// Sets the blind index over the mail address.
    SET_MAIL_INDEX = "UPDATE person SET email_index = $3 WHERE organisation_id = $1 AND id = $2";
}

/// The statement for those whom a filter means, and its values from the fourth on. Of what is chosen the rarest leads,
/// and the rest is looked for among those: SQLite
/// does not know that most people are active employees.
pub(crate) fn people(filter: PeopleFilter) -> (Statement, Vec<Value>) {
    let PeopleFilter { role, state, linked } = filter;
    let statement = match (role, state, linked) {
        (None, None, None) => return (PEOPLE, vec![]),
        (Some(role), ..) if role != Role::Employee => PEOPLE_OF_ROLE,
        (_, Some(state), _) if state != PersonState::Active => PEOPLE_IN_STATE,
        (.., Some(_)) => PEOPLE_LINKED,
        (_, Some(_), None) => PEOPLE_IN_STATE,
        (Some(_), None, None) => PEOPLE_OF_ROLE,
    };
    (statement, args![role.map(Role::code), state.map(PersonState::code), linked])
}
