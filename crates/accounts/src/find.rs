//! Finding people among very many: by role and state, by mail address, by a part of the name.
//!
//! Names are sealed, so no index knows them, on purpose: an index over parts of names would tell them. A search by name
//! opens one name after the other, in stretches that last as long as a page may; whoever asked sees how far it is and
//! what was found, and goes on.

pub mod sql;

use tillit_store::{Cx, Duration, PersonId, Tx, args};
use tillit_vault::{OrganisationKeys, VaultError};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::Accounts;
use crate::error::{AccountsError, Result};
use crate::people::{PeoplePage, Person, PersonState};
use crate::profile::{Profile, ProfileText};
use crate::role::Role;
use crate::username::Username;

/// Purpose of the blind index over mail addresses.
const MAIL_INDEX: &str = "person.email";
/// People whose names are opened between two looks at the clock.
const BATCH: u32 = 200;
/// Most people of one mail address that are shown; addresses may be shared.
const MOST_OF_MAIL: u32 = 20;

/// Which people of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Only this role.
    pub role: Option<Role>,
    /// Only in this state.
    pub state: Option<PersonState>,
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
    /// People of the organisation, in the order they were added, of one role or in one state.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn people_where(&self, cx: &Cx, page: PeoplePage, filter: PeopleFilter) -> Result<Vec<Person>> {
        let organisation = crate::scope(cx)?;
        let mut values = args![organisation, page.after.unwrap_or(crate::nil()), page.limit.min(100)];
        let statement = match (filter.role, filter.state) {
            (None, None) => return self.people(cx, page).await,
            (Some(role), None) => {
                values.push(role.into());
                sql::PEOPLE_OF_ROLE
            }
            (None, Some(state)) => {
                values.push(state.code().into());
                sql::PEOPLE_IN_STATE
            }
            (Some(role), Some(state)) => {
                values.extend(args![role, state.code()]);
                sql::PEOPLE_OF_ROLE_IN_STATE
            }
        };
        let mut tx = self.db().read(cx).await?;
        let keys = self.vault().organisation(&mut tx, organisation).await?;
        let rows = tx.fetch_all(statement, values).await?;
        rows.iter().map(|row| self.open_person(&keys, organisation, row)).collect()
    }

    /// People of the organisation who have this mail address; several may share it.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn people_by_mail(&self, tx: &mut Tx, cx: &Cx, address: &Username) -> Result<Vec<PersonId>> {
        let organisation = crate::scope(cx)?;
        let index = self.vault().organisation(tx, organisation).await?.blind(MAIL_INDEX, address.as_str());
        let rows = tx.fetch_all(sql::PEOPLE_OF_MAIL, args![organisation, index, MOST_OF_MAIL]).await?;
        rows.iter().map(|row| Ok(row.get("id")?)).collect()
    }

    /// Looks through names (and usernames) after a person, for at most `longest`, or until `most` were found. Gives way between batches, so that
    /// others are served meanwhile.
    ///
    /// # Errors
    /// [`AccountsError::NoOrganisation`].
    pub async fn search_names(
        &self,
        cx: &Cx,
        query: &NameQuery,
        after: Option<PersonId>,
        longest: Duration,
        most: usize,
    ) -> Result<Stretch> {
        let organisation = crate::scope(cx)?;
        let (until, mut at) = (cx.now() + longest, after.unwrap_or(crate::nil()));
        let mut stretch = Stretch { found: Vec::new(), looked_at: 0, next: None };
        loop {
            // A transaction for each batch: a long one would keep a connection from others.
            let mut tx = self.db().read(cx).await?;
            let keys = self.vault().organisation(&mut tx, organisation).await?;
            let rows = tx.fetch_all(sql::NAMES_AFTER, args![organisation, at, BATCH]).await?;
            let (asked, count) = (rows.len(), BATCH as usize);
            for row in &rows {
                at = row.get("id")?;
                stretch.looked_at += 1;
                // Somebody whose epoch's key is not here has no name; a search goes on.
                let names = match self.open_names(&keys, cx, row) {
                    Err(AccountsError::Vault(VaultError::EpochMissing(_) | VaultError::CannotOpen { .. })) => continue,
                    names => names?,
                };
                if names.iter().any(|name| query.matches(name)) {
                    stretch.found.push(self.person_in(&mut tx, cx, at).await?);
                }
                if stretch.found.len() >= most {
                    stretch.next = Some(at);
                    return Ok(stretch);
                }
            }
            tx.rollback().await?;
            if asked < count {
                return Ok(stretch);
            }
            if cx.now() >= until {
                stretch.next = Some(at);
                return Ok(stretch);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Name and username of a row of [`sql::NAMES_AFTER`]. Keys are not kept: thousands of them would push out those in use.
    fn open_names(&self, keys: &OrganisationKeys, cx: &Cx, row: &tillit_store::Row) -> Result<Vec<String>> {
        let (organisation, id): (_, PersonId) = (crate::scope(cx)?, row.get("id")?);
        let person = self.vault().person_of_row_once(keys, organisation, id, row)?;
        let mut names = Vec::with_capacity(2);
        for column in ["name", "username"] {
            if let Some(sealed) = row.get::<Option<Vec<u8>>>(column)? {
                let bytes = person.open(crate::people::place(column, id), &sealed)?;
                names.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(names)
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
    Some(keys.blind(MAIL_INDEX, address.as_str()))
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
