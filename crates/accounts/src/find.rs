//! Finding people among very many: by role and state, by mail address, by a part of the name.
//!
//! Names are sealed, so no index knows them, on purpose: an index over parts of names would tell them. A search by name
//! opens one name after the other, in stretches that last as long as a page may; whoever asked sees how far it is and
//! what was found, and goes on.

mod count;
pub mod sql;
mod walk;

pub use count::PeopleCount;
use tillit_store::{Cx, Duration, PersonId, Tx, args};
use tillit_vault::OrganisationKeys;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Accounts;
use walk::{Reach, Walked};

use crate::domain::Domain;
use crate::error::{AccountsError, Result};
use crate::people::{PeoplePage, Person, PersonState};
use crate::profile::{Profile, ProfileText};
use crate::role::Role;
use crate::username::Username;

/// Purpose of the blind index over mail addresses.
const MAIL_INDEX: &str = "person.email";
/// Most people of one mail address that are shown; addresses may be shared.
const MOST_OF_MAIL: u32 = 20;

/// Which people of a list; the default is everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Only this role.
    pub role: Option<Role>,
    /// Only in this state.
    pub state: Option<PersonState>,
    /// Only those who are linked to an account of a provider, or only those who are not.
    pub linked: Option<bool>,
}

impl PeopleFilter {
    /// Whether somebody like this is meant.
    pub fn admits(&self, role: Role, state: PersonState, linked: bool) -> bool {
        self.role.is_none_or(|wanted| wanted == role)
            && self.state.is_none_or(|wanted| wanted == state)
            && self.linked.is_none_or(|wanted| wanted == linked)
    }
}

/// What a name is compared with: words without case and accents. Debug output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct NameQuery(Vec<String>);

impl NameQuery {
    /// Fewest letters that are worth a search.
    pub const SHORTEST: usize = 2;
    /// Most that are read.
    pub const LONGEST: usize = 100;

    /// The words of what was typed; `None` if they are too short or too long.
    pub fn parse(typed: &str) -> Option<Self> {
        let folded = folded(typed);
        let words: Vec<String> = words(&folded).map(str::to_owned).collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        (Self::SHORTEST..=Self::LONGEST).contains(&letters).then_some(Self(words))
    }

    /// Whether every word begins a word of the name.
    fn matches(&self, name: &str) -> bool {
        let name = folded(name);
        self.0.iter().all(|word| words(&name).any(|part| part.starts_with(word.as_str())))
    }
}

impl std::fmt::Debug for NameQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NameQuery({} words)", self.0.len())
    }
}

/// Without case and accents: `é` is found as `e`, `Å` as `a`. `ø` and `æ` are letters of their own.
fn folded(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase()
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A stretch of a search by name.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Whom it found.
    pub found: Vec<Person>,
    /// How many names it opened.
    pub looked_at: u64,
    /// Where to go on; `None` when everybody was looked at.
    pub next: Option<PersonId>,
}

impl Accounts {
    /// People of the organisation, in the order they were added, of one role, in one state, linked or not.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn people_where(&self, cx: &Cx, page: PeoplePage, filter: PeopleFilter) -> Result<Vec<Person>> {
        let organisation = crate::scope(cx)?;
        let (statement, chosen) = sql::people(filter);
        let mut values = args![organisation, page.after.unwrap_or(crate::nil()), page.limit.min(100)];
        values.extend(chosen);
        let mut tx = self.db().read(cx).await?;
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let rows = tx.fetch_all_planned(statement, values).await?;
        rows.iter().map(|row| self.open_person(&keys, organisation, row)).collect()
    }

    /// People of the organisation who have this mail address; several may share it.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn people_by_mail(&self, tx: &mut Tx, cx: &Cx, address: &Username) -> Result<Vec<PersonId>> {
        let organisation = crate::scope(cx)?;
        let index = mail_index_of(&self.vault().organisation(tx, organisation).await?, address);
        let rows = tx.fetch_all(sql::PEOPLE_OF_MAIL, args![organisation, index, MOST_OF_MAIL]).await?;
        rows.iter().map(|row| Ok(row.get("id")?)).collect()
    }

    /// Looks through the names (and usernames) of those whom `among` means, after a person, for at most `longest`, or
    /// until `most` were found. The opening is done on other threads, so that others are served meanwhile.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn search_names(
        &self,
        cx: &Cx,
        query: &NameQuery,
        among: PeopleFilter,
        after: Option<PersonId>,
        longest: Duration,
        most: usize,
    ) -> Result<Stretch> {
        let (query, reach) = (query.clone(), Reach { among, after, longest, most });
        let walked = self.walk_names(cx, reach, move |name| query.matches(name)).await?;
        Ok(Stretch { found: self.people_of(cx, &walked.found).await?, looked_at: walked.looked_at, next: walked.next })
    }

    /// Active people whose username is on a domain: at most `most` of them, looked for at most `longest`.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn people_on_domain(&self, cx: &Cx, domain: &Domain, longest: Duration, most: usize) -> Result<Stretch> {
        let among = PeopleFilter { state: Some(PersonState::Active), ..PeopleFilter::default() };
        let (domain, reach) = (domain.clone(), Reach { among, after: None, longest, most });
        // A name has no `@` and parses as no username.
        let on_domain = move |name: &str| name.parse::<Username>().is_ok_and(|username| *username.domain() == domain);
        let Walked { found, looked_at, next } = self.walk_names(cx, reach, on_domain).await?;
        Ok(Stretch { found: self.people_of(cx, &found).await?, looked_at, next })
    }

    /// These people; who went meanwhile is passed over.
    async fn people_of(&self, cx: &Cx, ids: &[PersonId]) -> Result<Vec<Person>> {
        let mut tx = self.db().read(cx).await?;
        let mut people = Vec::with_capacity(ids.len());
        for id in ids {
            match self.person_in(&mut tx, cx, *id).await {
                Err(AccountsError::NotFound) => {}
                person => people.push(person?),
            }
        }
        Ok(people)
    }

    /// Keeps the blind index over the mail address in step with the profile. Written with it, in its transaction.
    pub(crate) async fn index_mail(&self, tx: &mut Tx, cx: &Cx, id: PersonId, profile: &Profile) -> Result<()> {
        let organisation = crate::scope(cx)?;
        let keys = self.vault().organisation(tx, organisation).await?;
        let index = profile.email.as_ref().and_then(|email| mail_index(&keys, email));
        tx.execute(sql::SET_MAIL_INDEX, args![organisation, id, index]).await?;
        Ok(())
    }
}

/// Addresses are compared as usernames are; what is none cannot be looked for.
fn mail_index(keys: &OrganisationKeys, email: &ProfileText) -> Option<[u8; 32]> {
    let address: Username = email.as_str().parse().ok()?;
    Some(mail_index_of(keys, &address))
}

/// Blind index over a mail address.
pub(crate) fn mail_index_of(keys: &OrganisationKeys, address: &Username) -> [u8; 32] {
    keys.blind(MAIL_INDEX, address.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_the_beginnings_of_its_words_without_case_and_accents() {
        let found = |typed: &str, name: &str| NameQuery::parse(typed).is_some_and(|query| query.matches(name));
        assert!(found("kari", "Kari Nordmann") && found("NORD ka", "Kari Nordmann") && found("rene", "Amélie René"));
        assert!(found("ås", "Åse Ås") && found("ase", "Åse Ås") && found("øde", "Bjørn Ødegård"));
        assert!(found("lie", "Marte Moe-Lie") && found("kari.n", "kari.nordmann@nordvik.example"));
        assert!(!found("ari", "Kari Nordmann") && !found("kari berg", "Kari Nordmann"));
        assert!(NameQuery::parse("k").is_none() && NameQuery::parse("  ").is_none() && NameQuery::parse(&"a".repeat(101)).is_none());
        assert!(!format!("{:?}", NameQuery::parse("kari")).contains("kari"));
    }
}
