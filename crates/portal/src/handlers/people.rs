//! The list of people.

use std::cmp::Ordering;

use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::unfold;
use tillit_accounts::audit::actions;
use tillit_accounts::{PeopleFilter, PeoplePage as Part, Permission, Person as Account, PersonState, Role};
use tillit_store::PersonId;

use super::csv;
use crate::pages::{PeopleChoice, PeoplePage, PersonRow, role_key, state_key};
use crate::web::{Fail, FormProblem, Person, Query, Result, download_stream, page};
use crate::words::Words;

/// People on a page; also how many are sorted: names are sealed, so only what is on the page can be.
const PER_PAGE: u32 = 100;

/// `GET /people`
pub(crate) async fn show(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewPeople)?;
    let after: Option<PersonId> = query.number("after")?;
    let sort = query.text("sort")?;
    let choice = choice(&query.text("role")?, &query.text("state")?, &query.text("linked")?)?;
    let accounts = &person.state().accounts;
    let found = accounts.people_where(&person.cx, Part { after, limit: PER_PAGE }, choice.0).await?;
    let mut rows: Vec<PersonRow> = found.iter().map(row).collect();
    let mut tx = accounts.db().read(&person.cx).await?;
    let count = accounts.count_people(&mut tx, &person.cx).await?;
    tx.rollback().await?;
    let full = rows.len() >= PER_PAGE as usize;
    let path = choice.path();
    let and = if choice.is_everybody() { '?' } else { '&' };
    let next = rows.last().filter(|_| full).map(|last| format!("{path}{and}after={}", last.id));
    let sorted = sort_by(&mut rows, &sort);
    page(&PeoplePage { f: person.frame(), people: rows, choice, count, sorted, next, may_invite: person.may(Permission::ManageEmployees) })
}

/// `GET /people.csv`: those of the list, written while it is sent, a page of people at a time, however many there are.
pub(crate) async fn file(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewPeople)?;
    let choice = choice(&query.text("role")?, &query.text("state")?, &query.text("linked")?)?;
    let (accounts, cx, words) = (person.state().accounts.clone(), person.cx.clone(), person.words().clone());
    accounts.note_export(&cx, actions::PEOPLE_EXPORTED).await?;
    let heading = csv::line(["username", "name", "role", "state", "last_sign_in"].map(str::to_owned));
    let parts = unfold((accounts, cx, words, Some(None), heading), move |(accounts, cx, words, at, mut text)| async move {
        let part = Part { after: at?, limit: PER_PAGE };
        Some(match accounts.people_where(&cx, part, choice.0).await {
            Ok(people) => {
                people.iter().for_each(|account| text.push_str(&csv::line(cells(&words, row(account)))));
                let next = people.last().filter(|_| people.len() >= PER_PAGE as usize).map(|last| Some(last.id));
                (Ok(Bytes::from(text)), (accounts, cx, words, next, String::new()))
            }
            Err(error) => {
                tracing::error!(%error, "an export of people broke off");
                (Err(std::io::Error::other("broken off")), (accounts, cx, words, None, String::new()))
            }
        })
    });
    Ok(download_stream("people.csv", "text/csv; charset=utf-8", parts))
}

fn cells(w: &Words, row: PersonRow) -> [String; 5] {
    let last = row.last_sign_in.map(|at| w.machine_time(at)).unwrap_or_default();
    [row.username, row.name, w.t(row.role), w.t(state_key(row.state)), last]
}

/// A person as a row.
pub(super) fn row(account: &Account) -> PersonRow {
    PersonRow {
        id: account.id,
        name: account.profile.name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default(),
        username: account.username.as_str().to_owned(),
        photo: account.photo,
        role: role_key(account.role),
        state: account.state,
        last_sign_in: account.last_sign_in_at,
    }
}

/// Which people a page or a search is about, as an address or a form says it; empty is everybody.
pub(super) fn choice(role: &str, state: &str, linked: &str) -> Result<PeopleChoice, FormProblem> {
    fn of<T>(field: &'static str, text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, FormProblem> {
        if text.is_empty() { Ok(None) } else { parse(text).map(Some).ok_or(FormProblem::Value(field)) }
    }
    let yes_or_no = |text: &str| match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    Ok(PeopleChoice(PeopleFilter {
        role: of("role", role, Role::of_code)?,
        state: of("state", state, PersonState::of_code)?,
        linked: of("linked", linked, yes_or_no)?,
    }))
}

/// Sorts as the address says; what it says, if it is one of the columns.
fn sort_by(rows: &mut [PersonRow], sort: &str) -> Option<(String, bool)> {
    let (key, down) = sort.strip_prefix('-').map_or((sort, false), |key| (key, true));
    let compare: fn(&PersonRow, &PersonRow) -> Ordering = match key {
        "name" => |a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then_with(|| a.username.cmp(&b.username)),
        "role" => |a, b| a.role.cmp(b.role),
        "state" => |a, b| state_key(a.state).cmp(state_key(b.state)),
        "last" => |a, b| a.last_sign_in.cmp(&b.last_sign_in),
        _ => return None,
    };
    rows.sort_by(compare);
    if down {
        rows.reverse();
    }
    Some((key.to_owned(), down))
}

/// An id from an address; what is none leads to nobody.
pub(super) fn id<K: tillit_store::Kind>(text: &str) -> Result<tillit_store::Id<K>> {
    text.parse().map_err(|_| Fail::not_found())
}

/// What to call somebody on a page; whoever is not here any more has no name.
pub(super) async fn name_of(person: &Person, who: PersonId) -> Result<String> {
    match person.state().accounts.person(&person.cx, who).await {
        Ok(account) => Ok(account.display_name().to_owned()),
        // Forgotten, or damaged: the page is about more than the name.
        Err(tillit_accounts::AccountsError::NotFound | tillit_accounts::AccountsError::Vault(_)) => {
            Ok(person.words().t("audit-actor-unknown"))
        }
        Err(error) => Err(error.into()),
    }
}
