//! A small installation with rows of every kind, and what a database holds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret as _;
use tillit_store::testing::TestDb;
use tillit_store::{Cx, Db, Duration, OrganisationId, PersonId, Scope, args, newest_migration, schema};
use tillit_vault::{EpochOptions, KeyWrapper, MasterKey, Place, SealedFor, SealedTable, Vault, VaultError, VaultOptions};
use uuid::Uuid;

use crate::{Backup, Keyhole, Lock, NewIdentity, Progress, Taken, rows, statements};

tillit_store::statements! { unlisted "backup.stage";
    ADD_PERSON = "INSERT INTO person (id, organisation_id, username_index, username, name, role, state, created_at) VALUES ($1, $2, $3, $4, $5, 'employee', 'active', $6)";
    ADD_CREDENTIAL = "INSERT INTO credential (person_id, organisation_id, memory_kib, passes, lanes, secret, changed_at) VALUES ($1, $2, 1, 1, 1, $3, $4)";
    ADD_DOMAIN = "INSERT INTO organisation_domain (domain, organisation_id, proof, verified_at) VALUES ($1, $2, 'operator', $3)";
    ADD_CONNECTION = "INSERT INTO sso_connection (organisation_id, version, settings, created_at) VALUES ($1, $2, '{}', $3)";
    ADD_POLICY = "INSERT INTO sso_policy (organisation_id, create_people, cap, created, guests, recheck_minutes) VALUES ($1, $2, 5, 0, $3, 60)";
    ADD_JOB = "INSERT INTO job (id, kind, payload, due_at, attempts, created_at) VALUES ($1, 'x', $2, $3, 0, $3)";
    ADD_SESSION = "INSERT INTO session (id, organisation_id, person_id, token_hash, method, started_at, last_seen_at, rechecked_at, expires_at) VALUES ($1, $2, $3, $4, 'password', $5, $5, $5, $5)";
    NEXT = "UPDATE sso_policy SET created = created + 1 WHERE organisation_id = $1";
    PEOPLE = "SELECT p.id, p.organisation_id, p.username, p.name, c.secret, k.id AS vault_key, k.wrapped AS vault_wrapped FROM person p JOIN credential c ON c.person_id = p.id LEFT JOIN vault_person_key k ON k.person_id = p.id ORDER BY p.id";
}

/// Tables of people, as the rooms declare them.
pub const TABLES: &[SealedTable] =
    &[SealedTable::new("person", "id", SealedFor::Person("id"), &["username", "name"]).or_lost(&[("username", "unknown@unknown.invalid")])];

pub fn master(byte: u8) -> Arc<dyn KeyWrapper> {
    Arc::new(MasterKey::from_bytes([byte; 32]).unwrap())
}

/// A vault with one folder of epochs, backups kept for 35 days.
pub fn vault_in(folder: PathBuf, byte: u8) -> Vault {
    let epochs = EpochOptions { folders: vec![folder], backups: Duration::days(35) };
    Vault::with_options(master(byte), VaultOptions { epochs: Some(epochs), ..VaultOptions::default() })
}

/// A database with two organisations, a folder for epochs and backups, and an identity that opens these.
pub struct Stage {
    pub t: TestDb,
    pub vault: Vault,
    pub folder: tempfile::TempDir,
    pub identity: NewIdentity,
}

impl Stage {
    pub async fn with_people(t: TestDb, people: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(folder.path().join("epochs"), 1);
        vault.check(&t.db, &t.cx()).await.unwrap();
        let stage = Self { t, vault, folder, identity: NewIdentity::make() };
        for slug in ["nordvik", "other"] {
            let (org, cx) = stage.t.organisation(slug).await;
            let mut tx = stage.t.db.begin(&cx).await.unwrap();
            stage.vault.create_organisation_keys(&mut tx, &cx, org).await.unwrap();
            tx.execute(ADD_DOMAIN, args![format!("{slug}.example"), org, cx.now()]).await.unwrap();
            tx.execute(ADD_POLICY, args![org, true, false]).await.unwrap();
            for version in 1..4_i64 {
                tx.execute(ADD_CONNECTION, args![org, version, cx.now()]).await.unwrap();
            }
            tx.commit().await.unwrap();
            let mut tx = stage.t.db.begin(&stage.t.cx()).await.unwrap();
            tx.execute(ADD_JOB, args![Uuid::from_bytes(cx.random()), b"payload".to_vec(), cx.now()]).await.unwrap();
            tx.commit().await.unwrap();
            for _ in 0..people {
                add_person(&stage.t.db, &stage.vault, &cx, org).await.unwrap();
            }
        }
        stage
    }

    pub fn lock(&self) -> Lock {
        Lock::recipients(std::slice::from_ref(&self.identity.recipient)).unwrap()
    }

    pub fn keyhole(&self) -> Keyhole {
        Keyhole::identities([("file", &self.identity.secret)]).unwrap()
    }

    pub async fn take(&self, name: &str) -> (PathBuf, Taken) {
        let path = self.folder.path().join(name);
        let file = std::fs::File::create(&path).unwrap();
        let taken = crate::take(&self.t.db, &self.vault, &self.t.cx(), &self.lock(), file, &mut |_: Progress| {}).await.unwrap();
        (path, taken)
    }

    pub fn backup(&self, path: &std::path::Path) -> Backup {
        Backup::new(path, self.keyhole())
    }

    /// The vault of a program that was just started.
    pub fn fresh_vault(&self) -> Vault {
        vault_in(self.folder.path().join("epochs"), 1)
    }

    pub fn secret(&self) -> String {
        self.identity.secret.expose_secret().to_owned()
    }
}

/// Somebody with a key, a name, a password, a session, and a number counted up, in one transaction.
pub async fn add_person(db: &Db, vault: &Vault, cx: &Cx, org: OrganisationId) -> Result<PersonId, VaultError> {
    let id: PersonId = cx.new_id();
    let mut tx = db.begin(cx).await?;
    let person = vault.create_person_key(&mut tx, cx, org, id).await?;
    let keys = vault.organisation(&mut tx, org).await?;
    let username = person.seal(cx, Place::new("person", "username", id.uuid()), id.to_string().as_bytes())?;
    let name = person.seal(cx, Place::new("person", "name", id.uuid()), b"Kari Nordmann")?;
    let index = keys.blind("person.username", &id.to_string());
    tx.execute(ADD_PERSON, args![id, org, index, username, name, cx.now()]).await?;
    let secret = keys.seal(cx, Place::new("credential", "secret", id.uuid()), id.to_string().as_bytes())?;
    tx.execute(ADD_CREDENTIAL, args![id, org, secret, cx.now()]).await?;
    tx.execute(ADD_SESSION, args![Uuid::from_bytes(cx.random()), org, id, cx.random::<32>(), cx.now()]).await?;
    tx.execute(NEXT, args![org]).await?;
    tx.commit().await?;
    Ok(id)
}

/// Everything a database holds: rows of each table as bytes, in no order.
pub async fn content(db: &Db, cx: &Cx) -> BTreeMap<&'static str, Vec<Vec<u8>>> {
    let mut tx = db.snapshot(&cx.with_scope(Scope::Installation)).await.unwrap();
    let mut content = BTreeMap::new();
    for table in schema(newest_migration()) {
        let mut found = Vec::new();
        // The note for the next start is of the restore, not of the backup.
        if table.name == "restored" {
            content.insert(table.name, found);
            continue;
        }
        let mut page = tx.fetch_all(statements::first(&table), vec![]).await.unwrap();
        loop {
            for row in &page {
                let mut bytes = Vec::new();
                rows::write(&mut bytes, &table.columns, row).unwrap();
                found.push(bytes);
            }
            let Some(last) = page.last().filter(|_| page.len() == statements::PAGE) else { break };
            let key = table.key.iter().map(|column| last.value(*column).unwrap()).collect();
            page = tx.fetch_all(statements::after(&table), key).await.unwrap();
        }
        found.sort();
        content.insert(table.name, found);
    }
    content
}

/// How many people's values open, and who was forgotten. Panics at a value that should open and does not.
pub async fn look(db: &Db, vault: &Vault, cx: &Cx) -> (Vec<PersonId>, Vec<PersonId>) {
    let (mut open, mut forgotten) = (Vec::new(), Vec::new());
    let mut tx = db.read(cx).await.unwrap();
    for row in tx.fetch_all(PEOPLE, vec![]).await.unwrap() {
        let (id, org): (PersonId, OrganisationId) = (row.get("id").unwrap(), row.get("organisation_id").unwrap());
        let keys = vault.organisation(&mut tx, org).await.unwrap();
        let secret: Vec<u8> = row.get("secret").unwrap();
        assert_eq!(&*keys.open(Place::new("credential", "secret", id.uuid()), &secret).unwrap(), id.to_string().as_bytes());
        if row.get::<Option<Vec<u8>>>("vault_wrapped").unwrap().is_none() {
            forgotten.push(id);
            continue;
        }
        let person = vault.person_of_row(&keys, org, id, &row).unwrap();
        let name: Vec<u8> = row.get("name").unwrap();
        assert_eq!(&*person.open(Place::new("person", "name", id.uuid()), &name).unwrap(), b"Kari Nordmann");
        open.push(id);
    }
    (open, forgotten)
}
