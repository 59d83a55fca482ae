//! A small installation with sealed values in real tables.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tillit_store::testing::{FakeClock, TestDb, cx};
use tillit_store::{Cx, Db, Duration, OrganisationId, PersonId, args};
use uuid::Uuid;

use super::wrapper;
use crate::{EpochOptions, KeyRing, KeyWrapper, Place, SealedFor, SealedTable, Step, Vault, VaultError, VaultOptions};

tillit_store::statements! { unlisted "vault.stage";
    ADD_PERSON = "INSERT INTO person (id, organisation_id, username_index, username, name, role, state, created_at) VALUES ($1, $2, $3, $4, $5, 'employee', 'active', $6)";
    ADD_CREDENTIAL = "INSERT INTO credential (person_id, organisation_id, memory_kib, passes, lanes, secret, changed_at) VALUES ($1, $2, 1, 1, 1, $3, $4)";
    ADD_JOB = "INSERT INTO job (id, kind, payload, due_at, attempts, created_at) VALUES ($1, 'x', $2, $3, 0, $3)";
    PEOPLE = "SELECT p.id, p.organisation_id, p.username, p.name, c.secret, k.id AS vault_key, k.wrapped AS vault_wrapped FROM person p JOIN credential c ON c.person_id = p.id LEFT JOIN vault_person_key k ON k.person_id = p.id ORDER BY p.id";
    JOBS = "SELECT id, payload FROM job ORDER BY id";
    NAME = "UPDATE person SET name = $3 WHERE organisation_id = $1 AND id = $2";
}
pub const SET_NAME: tillit_store::Statement = NAME;

/// What a rotation has to seal again here.
pub const TABLES: &[SealedTable] = &[
    SealedTable::new("person", "id", SealedFor::Person("id"), &["username", "name", "photo"])
        .or_lost(&[("username", "unknown@unknown.invalid")]),
    SealedTable::new("credential", "person_id", SealedFor::Organisation, &["secret"]),
    SealedTable::new("job", "id", SealedFor::Organisation, &["payload"]),
];

/// A vault with epochs in these folders, keys held for a minute, backups kept for 35 days.
pub fn vault_in(folders: &[PathBuf]) -> Vault {
    vault_with(wrapper(1), folders.to_vec())
}

/// The same with what lies in a [`Stage`]'s folder: there may be a file of master keys.
pub fn vault_of(folder: &Path) -> Vault {
    let file = folder.join("key");
    let master = if file.exists() { Arc::new(KeyRing::file(&file).unwrap()) } else { wrapper(1) };
    vault_with(master, vec![folder.join("epochs"), folder.join("mirror")])
}

fn vault_with(master: Arc<dyn KeyWrapper>, folders: Vec<PathBuf>) -> Vault {
    let epochs = EpochOptions { folders, backups: Duration::days(35) };
    Vault::with_options(master, VaultOptions { epochs: Some(epochs), ..VaultOptions::default() })
}

/// A database with two organisations, people and their values, and a vault with two folders of epochs.
pub struct Stage {
    pub t: TestDb,
    pub vault: Vault,
    pub folder: tempfile::TempDir,
}

impl Stage {
    pub async fn new(t: TestDb) -> Self {
        Self::with_people(t, 3).await
    }

    pub async fn with_people(t: TestDb, people: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(&folders(&folder));
        vault.check(&t.db, &t.cx()).await.unwrap();
        for slug in ["nordvik", "other"] {
            let (org, cx) = super::organisation(&t, &vault, slug).await;
            for _ in 0..people {
                add_person(&t.db, &vault, &cx, org).await;
            }
        }
        let mut tx = t.db.begin(&t.cx()).await.unwrap();
        let id = Uuid::from_bytes(t.cx().random());
        let payload = vault.installation_in(&mut tx).await.unwrap().seal(&t.cx(), Place::new("job", "payload", id), b"job").unwrap();
        tx.execute(ADD_JOB, args![id, payload, t.cx().now()]).await.unwrap();
        tx.commit().await.unwrap();
        Self { t, vault, folder }
    }

    pub fn folders(&self) -> Vec<PathBuf> {
        folders(&self.folder)
    }

    /// The same installation as another process sees it.
    pub async fn restarted(&self) -> Vault {
        let vault = vault_in(&self.folders());
        vault.check(&self.t.db, &self.t.cx()).await.unwrap();
        vault
    }

    /// Works until the rotation is done; the clock jumps where it waits.
    pub async fn finish_rotation(&self, vault: &Vault) {
        for _ in 0..100 {
            let rotation = vault.rotate(&self.t.db, &self.t.cx(), TABLES, Duration::hours(1)).await.unwrap().unwrap();
            if rotation.step == Step::Finished {
                return;
            }
            assert_eq!(rotation.damage, None);
            self.t.clock.set(rotation.not_before);
        }
        panic!("the rotation does not end");
    }
}

pub fn folders(folder: &tempfile::TempDir) -> Vec<PathBuf> {
    vec![folder.path().join("epochs"), folder.path().join("mirror")]
}

pub async fn add_person(db: &Db, vault: &Vault, cx: &Cx, org: OrganisationId) -> PersonId {
    let id: PersonId = cx.new_id();
    let mut tx = db.begin(cx).await.unwrap();
    let person = vault.create_person_key(&mut tx, cx, org, id).await.unwrap();
    let keys = vault.organisation(&mut tx, org).await.unwrap();
    let username = person.seal(cx, Place::new("person", "username", id.uuid()), id.to_string().as_bytes()).unwrap();
    let name = person.seal(cx, Place::new("person", "name", id.uuid()), b"Kari 0").unwrap();
    let index = keys.blind("person.username", &id.to_string());
    tx.execute(ADD_PERSON, args![id, org, index, username, name, cx.now()]).await.unwrap();
    let secret = keys.seal(cx, Place::new("credential", "secret", id.uuid()), id.to_string().as_bytes()).unwrap();
    tx.execute(ADD_CREDENTIAL, args![id, org, secret, cx.now()]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Whose values open, and whose do not since they were forgotten. Panics at any value that should open and does not.
pub struct Seen {
    pub open: Vec<(OrganisationId, PersonId, String)>,
    pub forgotten: Vec<PersonId>,
}

pub async fn look(db: &Db, vault: &Vault, cx: &Cx) -> Seen {
    let mut seen = Seen { open: Vec::new(), forgotten: Vec::new() };
    let mut tx = db.read(cx).await.unwrap();
    for row in tx.fetch_all(PEOPLE, vec![]).await.unwrap() {
        let (id, org): (PersonId, OrganisationId) = (row.get("id").unwrap(), row.get("organisation_id").unwrap());
        let keys = vault.organisation(&mut tx, org).await.unwrap();
        let secret: Vec<u8> = row.get("secret").unwrap();
        assert_eq!(*keys.open(Place::new("credential", "secret", id.uuid()), &secret).unwrap(), id.to_string().into_bytes());
        if row.get::<Option<Vec<u8>>>("vault_wrapped").unwrap().is_none() {
            assert!(matches!(vault.person(&mut tx, org, id).await.unwrap_err(), VaultError::NoPersonKey(_)));
            seen.forgotten.push(id);
            continue;
        }
        // As a list does, and as a single look does.
        for keys in [vault.person_of_row(&keys, org, id, &row).unwrap(), vault.person(&mut tx, org, id).await.unwrap()] {
            let (username, name): (Vec<u8>, Vec<u8>) = (row.get("username").unwrap(), row.get("name").unwrap());
            assert_eq!(*keys.open(Place::new("person", "username", id.uuid()), &username).unwrap(), id.to_string().into_bytes());
            let name = keys.open(Place::new("person", "name", id.uuid()), &name).unwrap();
            let name = String::from_utf8(name.to_vec()).unwrap();
            assert!(name.starts_with("Kari "), "{name}");
            if seen.open.last().is_none_or(|(_, last, _)| *last != id) {
                seen.open.push((org, id, name));
            }
        }
    }
    for row in tx.fetch_all(JOBS, vec![]).await.unwrap() {
        let (id, payload): (Uuid, Vec<u8>) = (row.get("id").unwrap(), row.get("payload").unwrap());
        let keys = vault.installation_in(&mut tx).await.unwrap();
        assert_eq!(&*keys.open(Place::new("job", "payload", id), &payload).unwrap(), b"job");
    }
    seen
}

/// Writes a person's name as a room does.
pub async fn rename(db: &Db, vault: &Vault, cx: &Cx, org: OrganisationId, id: PersonId, name: &str) -> Result<(), VaultError> {
    let cx = &cx.in_organisation(org);
    let mut tx = db.begin(cx).await?;
    let sealed = vault.person(&mut tx, org, id).await?.seal(cx, Place::new("person", "name", id.uuid()), name.as_bytes())?;
    tx.execute(SET_NAME, args![org, id, sealed]).await?;
    Ok(tx.commit().await?)
}

/// A context over a clock of its own.
pub fn cx_at(clock: &Arc<FakeClock>) -> Cx {
    cx(clock)
}
