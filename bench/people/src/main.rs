//! Very many people: pages, look-ups, searches by name, export, backup and restore, and the memory they take, with ten
//! thousand and with a hundred thousand people, on SQLite and PostgreSQL. See bench/README.md.
//!
//! `cargo run --release -p bench-people -- --postgres postgres://USER@127.0.0.1/EMPTY_DATABASE`

#![expect(clippy::disallowed_methods, reason = "measures wall time; nothing here is part of the product")]

mod measure;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use clap::Parser;
use measure::{Spread, memory, reset_memory};
use tillit_accounts::{Accounts, Language, NameQuery, NewOrganisation, NewPerson, PeopleFilter, PeoplePage, Profile, ProfileText, Role};
use tillit_backup::{Backup, Keyhole, Lock, NewIdentity};
use tillit_store::{Actor, Cx, Db, DbOptions, Duration, PersonId, Scope, SystemClock, SystemRandom};
use tillit_vault::{EpochOptions, KeyWrapper, MasterKey, Vault, VaultOptions};

/// Rounds of what takes milliseconds.
const ROUNDS: usize = 400;
/// People of a page.
const PAGE: u32 = 100;
/// Longest stretch of a search by name, as the page has it.
const STRETCH: Duration = Duration(1_400_000);
/// One in so many is no employee.
const RARE: usize = 500;

#[derive(Debug, Parser)]
struct Options {
    /// An empty PostgreSQL database, of a role that owns it and is no superuser.
    #[arg(long)]
    postgres: Option<String>,
    /// How many people, smallest first.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000])]
    people: Vec<usize>,
}

struct Stage {
    db: Db,
    vault: Vault,
    accounts: Accounts,
    cx: Cx,
}

fn vault(master: &Arc<dyn KeyWrapper>, folder: &Path) -> Vault {
    let epochs = EpochOptions { folders: vec![folder.join("epochs")], backups: Duration::days(35) };
    Vault::with_options(master.clone(), VaultOptions { epochs: Some(epochs), ..VaultOptions::default() })
}

async fn open(url: &str, master: &Arc<dyn KeyWrapper>, folder: &Path) -> Result<Stage> {
    let db = Db::open(url, &DbOptions::default()).await?;
    db.migrate().await?;
    let cx = Cx::new(Scope::Installation, Actor::Operator, None, Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    let vault = vault(master, folder);
    vault.check(&db, &cx).await?;
    let accounts = Accounts::new(db.clone(), vault.clone());
    Ok(Stage { db, vault, accounts, cx })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let folder = tempfile::tempdir()?;
    let mut bytes = [7; 32];
    bytes[0] = 1;
    let master: Arc<dyn KeyWrapper> = Arc::new(MasterKey::from_bytes(bytes)?);
    let mut sqlite = open(&format!("sqlite:{}", folder.path().join("people.db").display()), &master, folder.path()).await?;
    let new = NewOrganisation {
        name: ProfileText::new("Nordvik kommune").context("a name")?,
        slug: "nordvik".parse().map_err(|_| anyhow!("a slug"))?,
        language: Language::of_tag("nb").context("a language")?,
    };
    let mut tx = sqlite.db.begin(&sqlite.cx).await?;
    let organisation = sqlite.accounts.create_organisation(&mut tx, &sqlite.cx, &new).await?;
    tx.commit().await?;
    sqlite.cx = sqlite.cx.in_organisation(organisation);
    let identity = NewIdentity::make();
    let mut there = 0;
    println!("| engine, people | what | median ms | 99th ms | |\n|---|---|--:|--:|---|");
    for people in options.people {
        fill(&sqlite, there, people).await?;
        there = people;
        measure_all("SQLite", &sqlite, people).await?;
        let file = folder.path().join(format!("{people}.age"));
        backup("SQLite", &sqlite, people, &identity, &file).await?;
        if let Some(url) = &options.postgres {
            restore("PostgreSQL", url, &master, folder.path(), people, &identity, &file).await?;
            let mut postgres = open(url, &master, folder.path()).await?;
            postgres.cx = postgres.cx.in_organisation(organisation);
            measure_all("PostgreSQL", &postgres, people).await?;
            backup("PostgreSQL", &postgres, people, &identity, &folder.path().join(format!("pg-{people}.age"))).await?;
            postgres.db.close().await;
        }
        let url = format!("sqlite:{}", folder.path().join(format!("{people}.db")).display());
        restore("SQLite", &url, &master, folder.path(), people, &identity, &file).await?;
    }
    Ok(())
}

fn username(n: usize) -> String {
    format!("person{n}@nordvik.example")
}

async fn fill(stage: &Stage, from: usize, to: usize) -> Result<()> {
    let text = |text: &str| ProfileText::new(text);
    for begin in (from..to).step_by(500) {
        let mut tx = stage.db.begin(&stage.cx).await?;
        for n in begin..to.min(begin + 500) {
            let profile = Profile {
                email: text(&format!("mail{n}@nordvik.example")),
                name: text(&format!("Kari Nummer{n} Nordmann")),
                title: text("Rådgiver"),
                company: text("Nordvik kommune"),
                department: text("Digitalisering"),
                phone: text("+47 99 00 00 00"),
                address: text("Storgata 1, 8000 Nordvik"),
                language: text("nb"),
            };
            let role = if n % RARE == 0 { Role::SecurityAdministrator } else { Role::Employee };
            let username = username(n).parse().map_err(|_| anyhow!("a username"))?;
            stage.accounts.add_person(&mut tx, &stage.cx, &NewPerson { username, role, profile }).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Numbers that jump about.
fn somewhere(round: usize, of: usize) -> usize {
    round.wrapping_mul(7_919).wrapping_add(13) % of
}

async fn measure_all(engine: &str, stage: &Stage, people: usize) -> Result<()> {
    let (accounts, cx) = (&stage.accounts, &stage.cx);
    let say = |what: &str, spread: Spread, more: &str| {
        println!("| {engine}, {people} | {what} | {:.1} | {:.1} | {more} |", spread.median, spread.last);
    };
    // Where pages begin, all over the list.
    let mut starts: Vec<Option<PersonId>> = vec![None];
    let mut tx = stage.db.read(cx).await?;
    for round in 0..40 {
        let username = username(somewhere(round, people)).parse().map_err(|_| anyhow!("a username"))?;
        starts.push(accounts.person_by_username(&mut tx, cx, &username).await?);
    }
    tx.rollback().await?;
    reset_memory();
    let mut at = 0;
    let spread = measure::rounds(ROUNDS, async || {
        at += 1;
        let after = starts.get(at % starts.len()).copied().flatten();
        accounts.people(cx, PeoplePage { after, limit: PAGE }).await.map(drop).map_err(Into::into)
    })
    .await?;
    say("a page of 100 people, opened", spread, "");
    let filter = PeopleFilter { role: Some(Role::SecurityAdministrator), state: None };
    let spread = measure::rounds(ROUNDS / 4, async || {
        accounts.people_where(cx, PeoplePage { after: None, limit: PAGE }, filter).await.map(drop).map_err(Into::into)
    })
    .await?;
    say("a page of those of a rare role", spread, "");
    let spread = measure::rounds(ROUNDS / 4, async || {
        let mut tx = stage.db.read(cx).await?;
        accounts.count_people(&mut tx, cx).await.map(drop).map_err(Into::into)
    })
    .await?;
    say("how many there are, by role and state", spread, "");
    let mut at = 0;
    let spread = measure::rounds(ROUNDS, async || {
        at += 1;
        let username = username(somewhere(at, people)).parse().map_err(|_| anyhow!("a username"))?;
        let mut tx = stage.db.read(cx).await?;
        let id = accounts.person_by_username(&mut tx, cx, &username).await?.context("somebody")?;
        accounts.person_in(&mut tx, cx, id).await.map(drop).map_err(Into::into)
    })
    .await?;
    say("one person by username", spread, "");
    let spread = measure::rounds(ROUNDS, async || {
        at += 1;
        let address = format!("mail{}@nordvik.example", somewhere(at, people)).parse().map_err(|_| anyhow!("an address"))?;
        let mut tx = stage.db.read(cx).await?;
        let ids = accounts.people_by_mail(&mut tx, cx, &address).await?;
        accounts.person_in(&mut tx, cx, *ids.first().context("somebody")?).await.map(drop).map_err(Into::into)
    })
    .await?;
    say("one person by mail address", spread, "");
    search(engine, stage, people).await?;
    let began = std::time::Instant::now();
    let (mut after, mut rows) = (None, 0);
    loop {
        let part = accounts.people(cx, PeoplePage { after, limit: PAGE }).await?;
        rows += part.len();
        match part.last() {
            Some(last) if part.len() == PAGE as usize => after = Some(last.id),
            _ => break,
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("| {engine}, {people} | export of all | | | {rows} rows in {seconds:.1} s; memory of all this at most {} MiB |", memory());
    Ok(())
}

/// Somebody in the last tenth, so that nearly all names are opened.
async fn search(engine: &str, stage: &Stage, people: usize) -> Result<()> {
    let wanted = NameQuery::parse(&format!("nummer{}", people - people / 20)).context("a name")?;
    let (mut after, mut stretches, mut longest, mut found) = (None, 0, 0.0_f64, 0);
    let began = std::time::Instant::now();
    loop {
        let stretch_began = std::time::Instant::now();
        let stretch = stage.accounts.search_names(&stage.cx, &wanted, after, STRETCH, 50).await?;
        longest = longest.max(stretch_began.elapsed().as_secs_f64());
        stretches += 1;
        found += stretch.found.len();
        after = stretch.next;
        if after.is_none() {
            break;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "| {engine}, {people} | search by name through everybody | | | {found} found, {seconds:.1} s in {stretches} pages, the longest {longest:.2} s |"
    );
    Ok(())
}

async fn backup(engine: &str, stage: &Stage, people: usize, identity: &NewIdentity, file: &Path) -> Result<()> {
    reset_memory();
    let began = std::time::Instant::now();
    let to = std::fs::File::create(file)?;
    let lock = Lock::recipients(std::slice::from_ref(&identity.recipient))?;
    tillit_backup::take(&stage.db, &stage.vault, &stage.cx, &lock, to, &mut |_| {}).await?;
    println!(
        "| {engine}, {people} | `tillit backup` | | | {:.1} s, {} MiB; memory at most {} MiB |",
        began.elapsed().as_secs_f64(),
        std::fs::metadata(file)?.len() >> 20,
        memory()
    );
    Ok(())
}

async fn restore(
    engine: &str,
    url: &str,
    master: &Arc<dyn KeyWrapper>,
    folder: &Path,
    people: usize,
    identity: &NewIdentity,
    file: &Path,
) -> Result<()> {
    let cx = Cx::new(Scope::Installation, Actor::Operator, None, Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    reset_memory();
    let began = std::time::Instant::now();
    let keyhole = Keyhole::identities([("identity", &identity.secret)])?;
    let checked = Backup::new(file, keyhole).check(&vault(master, folder), &cx, &mut |_| {}).await?;
    let seconds = began.elapsed().as_secs_f64();
    let db = Db::open(url, &DbOptions::default()).await?;
    checked.restore(&db, &cx, true, &mut |_| {}).await?;
    db.close().await;
    println!(
        "| {engine}, {people} | `tillit restore` | | | {seconds:.1} s checking, {:.1} s in all; memory at most {} MiB |",
        began.elapsed().as_secs_f64(),
        memory()
    );
    Ok(())
}
