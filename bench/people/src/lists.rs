//! What people ask of a list: pages, counts, look-ups, searches, the file of everybody; and a row of the audit log.

use std::cell::RefCell;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use tillit_accounts::audit::Entry;
use tillit_accounts::{NameQuery, PeopleFilter, PeoplePage, PersonState, Role};
use tillit_store::{Duration, PersonId};

use crate::measure::{self, Memory, Spread, cpu};
use crate::{Stage, username};

/// Rounds of what takes milliseconds.
const ROUNDS: usize = 400;
/// People of a page.
const PAGE: u32 = 100;
/// Longest stretch of a search by name, as the page has it.
const STRETCH: Duration = Duration(1_400_000);
/// Longest that a list or a look-up may take at the 99th percentile, in milliseconds, and a search through everybody, in seconds:
/// the aims of bench/README.md.
const LONGEST: f64 = 100.0;
const LONGEST_SEARCH: f64 = 2.0;
/// Rows of the audit log that are written.
const ROWS: usize = 2_000;

/// Numbers that jump about.
fn somewhere(round: usize, of: usize) -> usize {
    round.wrapping_mul(7_919).wrapping_add(13) % of
}

/// Rows of one table.
struct Table<'a> {
    engine: &'a str,
    people: usize,
    /// What took longer than it may.
    missed: RefCell<Vec<String>>,
}

impl Table<'_> {
    /// A row of a list or a look-up.
    fn bounded(&self, what: &str, spread: &Spread, memory: &Memory) {
        self.spread(what, spread, memory);
        self.bound(what, spread.last, LONGEST, "ms at the 99th percentile");
    }
    fn bound(&self, what: &str, took: f64, most: f64, unit: &str) {
        if took > most {
            self.missed.borrow_mut().push(format!("{}, {}: {what} took {took:.2} {unit}; at most {most}", self.engine, self.people));
        }
    }
    fn spread(&self, what: &str, spread: &Spread, memory: &Memory) {
        let Spread { median, last, cpu } = spread;
        println!("| {}, {} | {what} | {median:.2} | {last:.2} | {cpu:.2} | {} | |", self.engine, self.people, memory.most());
    }
    fn whole(&self, what: &str, seconds: f64, cpu: f64, memory: &Memory, more: &str) {
        println!("| {}, {} | {what} | {seconds:.2} s | | {cpu:.2} s | {} | {more} |", self.engine, self.people, memory.most());
    }
}

/// Measures; what took longer than it may.
pub async fn measure(engine: &str, stage: &Stage, people: usize) -> Result<Vec<String>> {
    let table = Table { engine, people, missed: RefCell::default() };
    pages(&table, stage).await?;
    look_ups(&table, stage).await?;
    search(&table, stage).await?;
    export(&table, stage).await?;
    audit(&table, stage).await?;
    Ok(table.missed.into_inner())
}

async fn pages(table: &Table<'_>, stage: &Stage) -> Result<()> {
    let (accounts, cx) = (&stage.accounts, &stage.cx);
    // Where pages begin, all over the list.
    let mut starts: Vec<Option<PersonId>> = vec![None];
    let mut tx = stage.db.read(cx).await?;
    for round in 0..40 {
        let username = username(somewhere(round, table.people)).parse().map_err(|_| anyhow!("a username"))?;
        starts.push(accounts.person_by_username(&mut tx, cx, &username).await?);
    }
    tx.rollback().await?;
    let all = PeopleFilter::default();
    let filters = [
        ("a page of 100 people, anywhere", all),
        ("a page of a rare role", PeopleFilter { role: Some(Role::SecurityAdministrator), ..all }),
        ("a page of active people", PeopleFilter { state: Some(PersonState::Active), ..all }),
        ("a page of those who are switched off", PeopleFilter { state: Some(PersonState::Disabled), ..all }),
        ("a page of those who are linked", PeopleFilter { linked: Some(true), ..all }),
        ("a page of those who are not linked", PeopleFilter { linked: Some(false), ..all }),
        ("active people of a rare role", PeopleFilter { role: Some(Role::SecurityAdministrator), state: Some(PersonState::Active), ..all }),
        ("employees who are switched off", PeopleFilter { role: Some(Role::Employee), state: Some(PersonState::Disabled), ..all }),
        (
            "employees, active, not linked: nobody",
            PeopleFilter { role: Some(Role::Employee), state: Some(PersonState::Active), linked: Some(false) },
        ),
        ("linked and switched off: nobody", PeopleFilter { state: Some(PersonState::Disabled), linked: Some(true), ..all }),
    ];
    for (what, filter) in filters {
        let (memory, mut at) = (Memory::watch(), 0);
        let spread = measure::rounds(ROUNDS, async || {
            at += 1;
            let after = starts.get(at % starts.len()).copied().flatten().filter(|_| filter == all);
            accounts.people_where(cx, PeoplePage { after, limit: PAGE }, filter).await.map(drop).map_err(Into::into)
        })
        .await?;
        table.bounded(what, &spread, &memory);
    }
    let memory = Memory::watch();
    let spread = measure::rounds(ROUNDS / 4, async || {
        let mut tx = stage.db.read(cx).await?;
        accounts.count_people(&mut tx, cx).await.map(drop).map_err(Into::into)
    })
    .await?;
    table.bounded("how many there are of each kind", &spread, &memory);
    Ok(())
}

async fn look_ups(table: &Table<'_>, stage: &Stage) -> Result<()> {
    let (accounts, cx) = (&stage.accounts, &stage.cx);
    let (memory, mut at) = (Memory::watch(), 0);
    let spread = measure::rounds(ROUNDS, async || {
        at += 1;
        let username = username(somewhere(at, table.people)).parse().map_err(|_| anyhow!("a username"))?;
        let mut tx = stage.db.read(cx).await?;
        let id = accounts.person_by_username(&mut tx, cx, &username).await?.context("somebody")?;
        accounts.person_in(&mut tx, cx, id).await.map(drop).map_err(Into::into)
    })
    .await?;
    table.bounded("one person by username", &spread, &memory);
    let memory = Memory::watch();
    let spread = measure::rounds(ROUNDS, async || {
        at += 1;
        let address = format!("mail{}@nordvik.example", somewhere(at, table.people)).parse().map_err(|_| anyhow!("an address"))?;
        let mut tx = stage.db.read(cx).await?;
        let ids = accounts.people_by_mail(&mut tx, cx, &address).await?;
        accounts.person_in(&mut tx, cx, *ids.first().context("somebody")?).await.map(drop).map_err(Into::into)
    })
    .await?;
    table.bounded("one person by mail address", &spread, &memory);
    Ok(())
}

/// Somebody in the last tenth, so that nearly all names are opened; three times, and the slowest is told.
async fn search(table: &Table<'_>, stage: &Stage) -> Result<()> {
    let wanted = NameQuery::parse(&format!("nummer{}", table.people - table.people / 20)).context("a name")?;
    let (memory, mut slowest) = (Memory::watch(), (0.0_f64, 0.0, String::new()));
    for _ in 0..3 {
        let (mut after, mut stretches, mut longest, mut found, mut seen) = (None, 0, 0.0_f64, 0, 0);
        let (began, worked) = (Instant::now(), cpu());
        loop {
            let stretch_began = Instant::now();
            let stretch = stage.accounts.search_names(&stage.cx, &wanted, PeopleFilter::default(), after, STRETCH, 50).await?;
            longest = longest.max(stretch_began.elapsed().as_secs_f64());
            stretches += 1;
            (found, seen) = (found + stretch.found.len(), seen + stretch.looked_at);
            after = stretch.next;
            if after.is_none() {
                break;
            }
        }
        let (seconds, worked) = (began.elapsed().as_secs_f64(), cpu() - worked);
        if seconds > slowest.0 {
            let each = worked * 1e6 / seen as f64;
            slowest = (seconds, worked, format!("{found} found in {stretches} pages, the longest {longest:.2} s; {each:.1} µs CPU a name"));
        }
    }
    table.whole("a search by name through everybody", slowest.0, slowest.1, &memory, &slowest.2);
    table.bound("a search by name through everybody", slowest.0, LONGEST_SEARCH, "s");
    Ok(())
}

async fn export(table: &Table<'_>, stage: &Stage) -> Result<()> {
    let (memory, began, worked) = (Memory::watch(), Instant::now(), cpu());
    let (mut after, mut rows) = (None, 0);
    loop {
        let part = stage.accounts.people(&stage.cx, PeoplePage { after, limit: PAGE }).await?;
        rows += part.len();
        match part.last() {
            Some(last) if part.len() == PAGE as usize => after = Some(last.id),
            _ => break,
        }
    }
    let more = format!("{rows} rows");
    table.whole("everybody for the file, page by page", began.elapsed().as_secs_f64(), cpu() - worked, &memory, &more);
    Ok(())
}

/// A row about a person with sealed details: alone in its transaction, and as one of many in one.
async fn audit(table: &Table<'_>, stage: &Stage) -> Result<()> {
    let (accounts, cx) = (&stage.accounts, &stage.cx);
    let mut tx = stage.db.read(cx).await?;
    let mut about = Vec::new();
    for round in 0..100 {
        let username = username(somewhere(round, table.people)).parse().map_err(|_| anyhow!("a username"))?;
        about.push(accounts.person_by_username(&mut tx, cx, &username).await?.context("somebody")?);
    }
    tx.rollback().await?;
    let entry = |at: usize| {
        let id = about.get(at % about.len()).copied().unwrap_or_else(|| cx.new_id());
        Entry::new("bench.row").target(id).detail(serde_json::json!({ "from": "employee", "to": "auditor" }))
    };
    let (memory, mut at) = (Memory::watch(), 0);
    let spread = measure::rounds(ROUNDS, async || {
        at += 1;
        let mut tx = stage.db.begin(cx).await?;
        accounts.record(&mut tx, cx, entry(at)).await?;
        tx.commit().await.map_err(Into::into)
    })
    .await?;
    table.spread("a row of the audit log, committed", &spread, &memory);
    let (memory, began, worked) = (Memory::watch(), Instant::now(), cpu());
    let mut tx = stage.db.begin(cx).await?;
    for at in 0..ROWS {
        accounts.record(&mut tx, cx, entry(at)).await?;
    }
    tx.commit().await?;
    let worked = cpu() - worked;
    let more = format!("{:.0} µs CPU a row", worked * 1e6 / ROWS as f64);
    table.whole(&format!("{ROWS} rows of the audit log in one transaction"), began.elapsed().as_secs_f64(), worked, &memory, &more);
    Ok(())
}
