//! Searching for people: a whole username or mail address is found at once; a part of a name by opening names, for as long
//! as a page may take.

use axum::response::Response;
use tillit_accounts::{NameQuery, Permission, Username};
use tillit_store::{Duration, PersonId};

use crate::pages::{PeopleChoice, PeopleSearchPage, SearchProgress};
use crate::web::{Form, FormProblem, LINE, Person, Result, page};

/// Longest stretch of a search by name, so that a page comes within two seconds.
const STRETCH: Duration = Duration(1_400_000);
/// Most people that a search finds; more of the name finds fewer.
const MOST: usize = 50;
/// Longest list of people who were found before, in bytes: fifty ids.
const LONGEST: usize = 50 * 40;

/// `POST /people/search`: a form, so that no name stands in an address.
pub(crate) async fn search(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ViewPeople)?;
    let query = form.line("username")?;
    let after = form.optional("after", LINE)?.unwrap_or_default();
    let seen = number(&form.optional("seen", LINE)?.unwrap_or_default())?;
    let before = ids(&form.optional("found", LONGEST)?.unwrap_or_default(), "found")?;
    let mut text = |name| Ok::<_, FormProblem>(form.optional(name, LINE)?.unwrap_or_default());
    let choice = super::people::choice(&text("role")?, &text("state")?, &text("linked")?)?;
    form.finish()?;
    let accounts = &person.state().accounts;
    let mut people = Vec::new();
    for id in before {
        // Somebody who went meanwhile is passed over.
        people.extend(accounts.person(&person.cx, id).await.ok());
    }
    let mut progress = None;
    match query.parse::<Username>() {
        Ok(address) => people = exactly(&person, &address, choice).await?,
        Err(_) => {
            if let Some(name) = NameQuery::parse(&query) {
                let after = ids(&after, "after")?.first().copied();
                let room = MOST.saturating_sub(people.len());
                let stretch = accounts.search_names(&person.cx, &name, choice.0, after, STRETCH, room).await?;
                people.extend(stretch.found);
                progress = Some(SearchProgress {
                    seen: seen.saturating_add(stretch.looked_at),
                    of: how_many(&person, choice).await?,
                    next: stretch.next.filter(|_| people.len() < MOST),
                    full: people.len() >= MOST,
                });
            }
        }
    }
    let people = people.iter().map(super::people::row).collect();
    page(&PeopleSearchPage { f: person.frame(), query, choice, people, progress })
}

/// Who of those chosen has exactly this username or this mail address.
async fn exactly(person: &Person, address: &Username, choice: PeopleChoice) -> Result<Vec<tillit_accounts::Person>> {
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().read(&person.cx).await?;
    let mut ids: Vec<PersonId> = accounts.person_by_username(&mut tx, &person.cx, address).await?.into_iter().collect();
    ids.extend(accounts.people_by_mail(&mut tx, &person.cx, address).await?);
    ids.sort_unstable();
    ids.dedup();
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        let found = accounts.person_in(&mut tx, &person.cx, id).await?;
        if choice.0.admits(found.role, found.state, found.linked) {
            people.push(found);
        }
    }
    Ok(people)
}

async fn how_many(person: &Person, choice: PeopleChoice) -> Result<u64> {
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().read(&person.cx).await?;
    Ok(accounts.count_people(&mut tx, &person.cx).await?.matching(choice.0))
}

fn number(text: &str) -> Result<u64, FormProblem> {
    if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| FormProblem::Value("seen")) }
}

/// Ids with spaces between; at most [`MOST`].
fn ids(text: &str, field: &'static str) -> Result<Vec<PersonId>, FormProblem> {
    text.split_whitespace().take(MOST).map(|id| id.parse().map_err(|_| FormProblem::Value(field))).collect()
}
