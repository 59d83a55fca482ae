//! Very many people: pages, look-ups, searches by name, export, backup and restore, and the memory they take, with ten
//! thousand and with a hundred thousand people, on SQLite and PostgreSQL. See bench/README.md.
//!
//! `cargo run --release -p bench-people -- --postgres postgres://USER@127.0.0.1/EMPTY_DATABASE`

#![expect(clippy::disallowed_methods, reason = "measures wall time; nothing here is part of the product")]

mod lists;
mod measure;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use clap::Parser;
use measure::{Memory, cpu};
use tillit_accounts::{Accounts, Language, NewOrganisation, NewPerson, Profile, ProfileText, Role};
use tillit_backup::{Backup, Keyhole, Lock, NewIdentity};
use tillit_store::{Actor, Cx, Db, DbOptions, Duration, Scope, SystemClock, SystemRandom, args};
use tillit_vault::{EpochOptions, KeyWrapper, MasterKey, Vault, VaultOptions};

/// One in so many is no employee.
const RARE: usize = 500;
/// And one in so many employees is switched off.
const OFF: usize = 200;

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
    let (mut there, mut missed) = (0, Vec::new());
    println!("| engine, people | what | median ms | 99th ms | CPU ms | memory MiB (more than before) | |\n|---|---|--:|--:|--:|--:|---|");
    for people in options.people {
        fill(&sqlite, there, people).await?;
        there = people;
        missed.extend(lists::measure("SQLite", &sqlite, people).await?);
        let file = folder.path().join(format!("{people}.age"));
        backup("SQLite", &sqlite, people, &identity, &file).await?;
        if let Some(url) = &options.postgres {
            restore("PostgreSQL", url, &master, folder.path(), people, &identity, &file).await?;
            let mut postgres = open(url, &master, folder.path()).await?;
            postgres.cx = postgres.cx.in_organisation(organisation);
            missed.extend(lists::measure("PostgreSQL", &postgres, people).await?);
            backup("PostgreSQL", &postgres, people, &identity, &folder.path().join(format!("pg-{people}.age"))).await?;
            postgres.db.close().await;
        }
        let url = format!("sqlite:{}", folder.path().join(format!("{people}.db")).display());
        restore("SQLite", &url, &master, folder.path(), people, &identity, &file).await?;
    }
    // The table was printed; the status says whether it is good.
    if missed.is_empty() { Ok(()) } else { Err(anyhow!("slower than the aims:\n{}", missed.join("\n"))) }
}

fn username(n: usize) -> String {
    format!("person{n}@nordvik.example")
}

tillit_store::statements! { unlisted "bench.people";
    /// As single sign-on would have it: every active employee was there.
    LINK_THE_ACTIVE = "UPDATE person SET linked = TRUE WHERE organisation_id = $1 AND role = 'employee' AND state = 'active'";
}

async fn fill(stage: &Stage, from: usize, to: usize) -> Result<()> {
    let (memory, began, worked) = (Memory::watch(), std::time::Instant::now(), cpu());
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
            let id = stage.accounts.add_person(&mut tx, &stage.cx, &NewPerson { username, role, profile }).await?;
            if n % OFF == 1 {
                stage.accounts.disable(&mut tx, &stage.cx, id).await?;
            }
        }
        tx.commit().await?;
    }
    let mut tx = stage.db.begin(&stage.cx).await?;
    tx.execute(LINK_THE_ACTIVE, args![stage.cx.organisation()]).await?;
    tx.commit().await?;
    let (seconds, worked) = (began.elapsed().as_secs_f64(), cpu() - worked);
    println!("| SQLite, {to} | {} people added | {seconds:.2} s | | {worked:.2} s | {} | |", to - from, memory.most());
    Ok(())
}

async fn backup(engine: &str, stage: &Stage, people: usize, identity: &NewIdentity, file: &Path) -> Result<()> {
    let (memory, began, worked) = (Memory::watch(), std::time::Instant::now(), cpu());
    let to = std::fs::File::create(file)?;
    let lock = Lock::recipients(std::slice::from_ref(&identity.recipient))?;
    tillit_backup::take(&stage.db, &stage.vault, &stage.cx, &lock, to, &mut |_| {}).await?;
    println!(
        "| {engine}, {people} | `tillit backup` | {:.2} s | | {:.2} s | {} | {} MiB |",
        began.elapsed().as_secs_f64(),
        cpu() - worked,
        memory.most(),
        std::fs::metadata(file)?.len() >> 20
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
    let (memory, began, worked) = (Memory::watch(), std::time::Instant::now(), cpu());
    let keyhole = Keyhole::identities([("identity", &identity.secret)])?;
    let checked = Backup::new(file, keyhole).check(&vault(master, folder), &cx, &mut |_| {}).await?;
    let seconds = began.elapsed().as_secs_f64();
    let db = Db::open(url, &DbOptions::default()).await?;
    checked.restore(&db, &cx, true, &mut |_| {}).await?;
    db.close().await;
    println!(
        "| {engine}, {people} | `tillit restore` | {:.2} s | | {:.2} s | {} | {seconds:.2} s of it checking |",
        began.elapsed().as_secs_f64(),
        cpu() - worked,
        memory.most()
    );
    Ok(())
}
