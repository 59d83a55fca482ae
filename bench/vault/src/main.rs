//! What sealing costs: a person's nine fields through the vault against AES-256-GCM-SIV of aws-lc-rs
//! alone on the same bytes, and a page of people with and without opening it. See bench/README.md.
//!
//! `cargo run --release -p bench-vault`

#![expect(clippy::disallowed_methods, reason = "measures wall time; nothing here is part of the product")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom as AwsRandom};

use anyhow::{Context as _, Result, anyhow};
use clap::Parser;
use tillit_accounts::{Accounts, Language, NewOrganisation, NewPerson, PeoplePage, Profile, ProfileText, Role};
use tillit_store::{Actor, Cx, Db, DbOptions, OrganisationId, Scope, SystemClock, SystemRandom, args};
use tillit_vault::{EpochOptions, MasterKey, Place, Vault, VaultOptions};

/// A person's texts, as long as they usually are.
const TEXTS: [(&str, &str); 8] = [
    ("email", "kari.nordmann@nordvik.example"),
    ("name", "Kari Nordmann"),
    ("title", "Rådgiver, informasjonssikkerhet"),
    ("company", "Nordvik kommune"),
    ("department", "Digitalisering"),
    ("phone", "+47 99 00 00 00"),
    ("address", "Storgata 1, 8000 Nordvik"),
    ("language", "nb"),
];
/// A profile picture of 96 × 96 pixels.
const PHOTO: usize = 4 << 10;
/// People of a page.
const PAGE: u32 = 100;
/// People of the organisation: more than are held in memory.
const PEOPLE: u32 = 20_000;

#[derive(Debug, Parser)]
struct Options {
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let options = Options::parse();
    let lasting = Duration::from_secs(options.seconds);
    let folder = tempfile::tempdir()?;
    let db = Db::open(&format!("sqlite:{}", folder.path().join("bench.db").display()), &DbOptions::default()).await?;
    db.migrate().await?;
    let cx = Cx::new(Scope::Installation, Actor::Operator, None, Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    // Keys are held for the whole run, so that looking them up again is not in the numbers.
    let epochs = EpochOptions { folders: vec![folder.path().join("epochs")], backups: tillit_store::Duration::days(35) };
    let vault = Vault::with_options(
        Arc::new(MasterKey::from_bytes(cx.random())?),
        VaultOptions { hold: tillit_store::Duration::hours(1), epochs: Some(epochs) },
    );
    vault.check(&db, &cx).await?;
    let accounts = Accounts::new(db.clone(), vault.clone());
    let new = NewOrganisation {
        name: ProfileText::new("Nordvik kommune").context("a name")?,
        slug: "nordvik".parse().map_err(|_| anyhow!("a slug"))?,
        language: Language::of_tag("nb").context("a language")?,
    };
    let mut tx = db.begin(&cx).await?;
    let organisation = accounts.create_organisation(&mut tx, &cx, &new).await?;
    tx.commit().await?;
    let cx = cx.in_organisation(organisation);

    println!("| a person's fields | raw aws-lc-rs, µs | vault, µs | share of raw |\n|---|--:|--:|--:|");
    fields(&db, &vault, &cx, organisation, lasting).await?;
    println!("\n| a page of {PAGE} people, SQLite | µs | people/s |\n|---|--:|--:|");
    pages(&db, &accounts, &cx, organisation, lasting).await
}

async fn fields(db: &Db, vault: &Vault, cx: &Cx, organisation: OrganisationId, lasting: Duration) -> Result<()> {
    let person = cx.new_id();
    let mut tx = db.begin(cx).await?;
    let keys = vault.create_person_key(&mut tx, cx, organisation, person).await?;
    drop(tx);
    let raw = LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, &cx.random::<32>()).map_err(|_| anyhow!("a key"))?);
    let random = AwsRandom::new();
    let photo = vec![7_u8; PHOTO];
    let texts: Vec<(&'static str, &[u8])> = TEXTS.iter().map(|(column, text)| (*column, text.as_bytes())).collect();
    let all: Vec<(&'static str, &[u8])> = texts.iter().copied().chain([("photo", photo.as_slice())]).collect();
    for (what, fields) in [("eight texts", &texts), ("nine fields, a picture of 4 KiB", &all)] {
        // The same associated data as the vault binds: organisation, table, column, row.
        let bound: Vec<Vec<u8>> = fields.iter().map(|(column, _)| vec![1; 16 + "person".len() + 1 + column.len() + 1 + 16]).collect();
        let raw_seal = || {
            for ((_, plaintext), aad) in fields.iter().zip(&bound) {
                let mut nonce = [0; 12];
                random.fill(&mut nonce).unwrap();
                let mut sealed = Vec::with_capacity(plaintext.len() + 16);
                sealed.extend_from_slice(plaintext);
                raw.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed).unwrap();
                black_box(sealed);
            }
        };
        let vault_seal = || {
            for (column, plaintext) in fields {
                black_box(keys.seal(cx, Place::new("person", column, person.uuid()), plaintext).unwrap());
            }
        };
        row(&format!("{what}: sealed"), lasting, raw_seal, vault_seal);
        let raw_sealed: Vec<Vec<u8>> = fields
            .iter()
            .zip(&bound)
            .map(|((_, plaintext), aad)| {
                let mut sealed = plaintext.to_vec();
                raw.seal_in_place_append_tag(Nonce::assume_unique_for_key([1; 12]), Aad::from(aad), &mut sealed).unwrap();
                sealed
            })
            .collect();
        let vault_sealed: Vec<(&'static str, Vec<u8>)> = fields
            .iter()
            .map(|(column, plaintext)| (*column, keys.seal(cx, Place::new("person", column, person.uuid()), plaintext).unwrap()))
            .collect();
        let raw_open = || {
            for (sealed, aad) in raw_sealed.iter().zip(&bound) {
                let mut plaintext = sealed.clone();
                black_box(raw.open_in_place(Nonce::assume_unique_for_key([1; 12]), Aad::from(aad), &mut plaintext).unwrap());
            }
        };
        let vault_open = || {
            for (column, sealed) in &vault_sealed {
                black_box(keys.open(Place::new("person", column, person.uuid()), sealed).unwrap());
            }
        };
        row(&format!("{what}: opened"), lasting, raw_open, vault_open);
    }
    Ok(())
}

/// Takes turns, so that whatever else the machine does meets both alike.
fn row(what: &str, lasting: Duration, raw: impl Fn(), vault: impl Fn()) {
    let (mut raw_time, mut vault_time, mut rounds) = (Duration::ZERO, Duration::ZERO, 0_u32);
    while raw_time + vault_time < lasting {
        raw_time += time(&raw);
        vault_time += time(&vault);
        rounds += TURN;
    }
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(rounds);
    println!(
        "| {what} | {:.2} | {:.2} | {:.0} % |",
        micros(raw_time),
        micros(vault_time),
        100.0 * raw_time.as_secs_f64() / vault_time.as_secs_f64()
    );
}

const TURN: u32 = 200;

fn time(work: &impl Fn()) -> Duration {
    let began = Instant::now();
    for _ in 0..TURN {
        work();
    }
    began.elapsed()
}

tillit_store::statements! { unlisted "bench.vault";
    /// The same people as nobody should keep them.
    MAKE_PLAIN = "CREATE TABLE plain (id BLOB NOT NULL PRIMARY KEY, organisation_id BLOB NOT NULL, username TEXT NOT NULL, email TEXT, name TEXT, title TEXT, company TEXT, department TEXT, phone TEXT, address TEXT, language TEXT, role TEXT NOT NULL, state TEXT NOT NULL, linked INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT";
    /// As people page.
    INDEX_PLAIN = "CREATE UNIQUE INDEX plain_of ON plain (organisation_id, id)";
    /// One of them.
    ADD_PLAIN = "INSERT INTO plain SELECT id, organisation_id, $2, $3, $4, $5, $6, $7, $8, $9, $10, role, state, linked, created_at FROM person WHERE id = $1";
    /// A page of them.
    PAGE_PLAIN = "SELECT id, username, email, name, title, company, department, phone, address, language, role, state, linked, created_at FROM plain WHERE organisation_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// The same texts in the open: what a page costs without any encryption.
async fn plain(db: &Db, cx: &Cx, organisation: OrganisationId, people: &[tillit_store::PersonId], lasting: Duration) -> Result<()> {
    let mut tx = db.begin(cx).await?;
    tx.execute(MAKE_PLAIN, vec![]).await?;
    tx.execute(INDEX_PLAIN, vec![]).await?;
    for (n, id) in people.iter().enumerate() {
        let mut values = args![*id, format!("person{n}@nordvik.example")];
        values.extend(TEXTS.iter().map(|(_, text)| (*text).into()));
        tx.execute(ADD_PLAIN, values).await?;
    }
    tx.commit().await?;
    let mut after = tillit_store::PersonId::from_uuid(Default::default());
    page("in plain text, from a table of its own", lasting, async || {
        let mut tx = db.read(cx).await?;
        let rows = tx.fetch_all(PAGE_PLAIN, args![organisation, after, PAGE]).await?;
        for row in &rows {
            let mut texts = Vec::with_capacity(TEXTS.len() + 3);
            for column in TEXTS.iter().map(|(column, _)| *column).chain(["username", "role", "state"]) {
                texts.push(row.get::<Option<String>>(column)?);
            }
            black_box((texts, row.get::<bool>("linked")?, row.get::<i64>("created_at")?));
        }
        after = match rows.last() {
            Some(last) if rows.len() == PAGE as usize => last.get("id")?,
            _ => tillit_store::PersonId::from_uuid(Default::default()),
        };
        Ok(())
    })
    .await
}

async fn pages(db: &Db, accounts: &Accounts, cx: &Cx, organisation: OrganisationId, lasting: Duration) -> Result<()> {
    let text = |column: usize| TEXTS.get(column).and_then(|(_, text)| ProfileText::new(text));
    let profile = Profile {
        email: text(0),
        name: text(1),
        title: text(2),
        company: text(3),
        department: text(4),
        phone: text(5),
        address: text(6),
        language: text(7),
    };
    let mut people = Vec::new();
    for batch in 0..PEOPLE / 500 {
        let mut tx = db.begin(cx).await?;
        for n in 0..500 {
            let username = format!("person{}@nordvik.example", batch * 500 + n).parse().map_err(|_| anyhow!("a username"))?;
            people.push(accounts.add_person(&mut tx, cx, &NewPerson { username, role: Role::Employee, profile: profile.clone() }).await?);
        }
        tx.commit().await?;
    }
    plain(db, cx, organisation, &people, lasting).await?;
    let mut after = tillit_store::PersonId::from_uuid(Default::default());
    page("sealed: read, not opened", lasting, async || {
        let mut tx = db.read(cx).await?;
        let rows = tx.fetch_all(tillit_accounts::find_sql::PEOPLE, args![organisation, after, PAGE]).await?;
        after = match rows.last() {
            Some(last) if rows.len() == PAGE as usize => last.get("id")?,
            _ => tillit_store::PersonId::from_uuid(Default::default()),
        };
        black_box(rows);
        Ok(())
    })
    .await?;
    let mut after = None;
    page("sealed: read and opened, keys unwrapped for each", lasting, async || {
        let people = accounts.people(cx, PeoplePage { after, limit: PAGE }).await?;
        after = people.last().map(|person| person.id).filter(|_| people.len() == PAGE as usize);
        black_box(people);
        Ok(())
    })
    .await?;
    page("sealed: the same page again, keys held", lasting, async || {
        black_box(accounts.people(cx, PeoplePage { after: None, limit: PAGE }).await?);
        Ok(())
    })
    .await
}

async fn page(what: &str, lasting: Duration, mut read: impl AsyncFnMut() -> Result<()>) -> Result<()> {
    let (began, mut pages) = (Instant::now(), 0_u32);
    while began.elapsed() < lasting {
        read().await?;
        pages += 1;
    }
    let each = began.elapsed().as_secs_f64() / f64::from(pages);
    println!("| {what} | {:.0} | {:.0} |", each * 1e6, f64::from(PAGE) / each);
    Ok(())
}
