//! SIGKILL at every durable step of what a start commits piece by piece after a backup was brought back, and of removing an
//! organisation: the next start finishes it, and nothing is done twice that may be done once.
//!
//! The process that is killed is this test binary, started again for the test [`child`] alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tillit_store::testing::killed::{again, die_at, wait_until_killed};
use tillit_store::testing::source::names_in_calls;
use tillit_store::testing::{FakeClock, TestDb};
use tillit_store::{Actor, Cx, Db, DbOptions, Duration, PersonId, args, on_both_engines};
use tillit_vault::{Decision, EpochOptions, MasterKey, Vault, VaultOptions};

use crate::testing::{TestAccounts, TestOrganisation, password};
use crate::{Accounts, AccountsError, AuditPage, FieldUse, InvitationState, NewInvitation, OwnProof, ProfileField, Role};

const URL: &str = "TILLIT_KILL_URL";
const FOLDER: &str = "TILLIT_KILL_FOLDER";
const STEP: &str = "TILLIT_KILL_STEP";
const REMOVE: &str = "TILLIT_KILL_REMOVE";

tillit_store::statements! { unlisted "accounts.kill";
    MARK = "INSERT INTO restored (id, taken_at) VALUES ($1, $2)";
    RECEIPTS = "SELECT organisation_id, person_id FROM erasure_receipt";
    ROWS_OF_REMOVED = "SELECT (SELECT COUNT(*) FROM person WHERE organisation_id = $1) + (SELECT COUNT(*) FROM audit WHERE organisation_id = $1) AS n";
}

/// Every durable step, found in the source.
fn steps() -> BTreeSet<String> {
    let steps = names_in_calls(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "durable");
    assert!(steps.len() >= 7, "{steps:?}");
    steps
}

fn vault_in(folder: &Path) -> Vault {
    let epochs = EpochOptions { folders: vec![folder.join("epochs")], backups: Duration::days(35) };
    let options = VaultOptions { epochs: Some(epochs), ..VaultOptions::default() };
    Vault::with_options(Arc::new(MasterKey::from_bytes([7; 32]).unwrap()), options)
}

/// A moment after whatever the parent did.
fn late() -> Cx {
    let clock = Arc::new(FakeClock::default());
    clock.advance(Duration::days(2));
    tillit_store::testing::cx(&clock).with_actor(Actor::Operator)
}

/// What a start does before anybody can sign in, as the program does it.
async fn start(db: &Db, vault: &Vault, cx: &Cx) -> Accounts {
    vault.check(db, cx).await.unwrap();
    vault.note_erasures(db, cx).await.unwrap();
    vault.replay_erasures(db, cx).await.unwrap();
    let accounts = Accounts::new(db.clone(), vault.clone());
    accounts.begin_installation_log(cx).await.unwrap();
    accounts.replay_removals(cx).await.unwrap();
    accounts.forget_keyless(cx).await.unwrap();
    accounts.replay_choices(cx).await.unwrap();
    accounts.after_restore(cx).await.unwrap();
    accounts
}

/// Not a test: what is killed.
#[tokio::test]
#[ignore = "started by the tests below"]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER).map(PathBuf::from) else { return };
    let db = Db::open(&std::env::var(URL).unwrap(), &DbOptions { connections: 2, ..DbOptions::default() }).await.unwrap();
    let (vault, cx) = (vault_in(&folder), late());
    vault.on_durable_step(die_at(std::env::var(STEP).unwrap()));
    if let Ok(id) = std::env::var(REMOVE) {
        vault.check(&db, &cx).await.unwrap();
        let cx = cx.in_organisation(tillit_store::Id::from_uuid(id.parse().unwrap()));
        Accounts::new(db, vault).remove_organisation(&cx).await.unwrap();
        return;
    }
    start(&db, &vault, &cx).await;
}

/// Starts a child, and waits until it has died at this step.
async fn run(url: &str, folder: &Path, last: &str, remove: Option<&TestOrganisation>) {
    let mut child = again("tests::kill::child");
    child.envs([(URL, url), (FOLDER, folder.to_str().unwrap()), (STEP, last)]);
    if let Some(org) = remove {
        child.env(REMOVE, org.id.uuid().to_string());
    }
    wait_until_killed(child, None).await;
}

/// A database that a backup was brought back into, and a ledger that knows more than it.
struct Stage {
    a: TestAccounts,
    folder: tempfile::TempDir,
    /// Two that stay, and one that had been removed since.
    stay: [TestOrganisation; 2],
    removed: TestOrganisation,
    forgotten: Vec<PersonId>,
}

impl Stage {
    async fn new(t: &TestDb) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault_in(folder.path());
        let cx = t.cx().with_actor(Actor::Operator);
        vault.check(&t.db, &cx).await.unwrap();
        let accounts = Accounts::new(t.db.clone(), vault.clone());
        accounts.begin_installation_log(&cx).await.unwrap();
        let a = TestAccounts { accounts, db: t.db.clone(), vault, cx };
        let stay = [a.organisation("nordvik").await, a.organisation("sorvik").await];
        let removed = a.organisation("vestvik").await;
        let mut forgotten = Vec::new();
        for org in &stay {
            let address = format!("kari@{}.elsewhere.example", org.slug.as_str());
            let kari = a.person(&org.cx, &address, Role::Employee).await;
            let proof = OwnProof::Password(&password());
            a.accounts.set_contact(&org.owner_cx, org.owner, proof, &address.parse().unwrap()).await.unwrap();
            let mut tx = a.db.begin(&org.owner_cx).await.unwrap();
            let address = format!("lars@{}.example", org.slug.as_str()).parse().unwrap();
            let new = NewInvitation { address, person: None, role: Role::Employee, page: "https://portal.example/" };
            a.accounts.invite(&mut tx, &org.owner_cx, &new).await.unwrap();
            a.vault.forget_person(&mut tx, &org.cx, org.id, kari).await.unwrap();
            tx.commit().await.unwrap();
            forgotten.push(kari);
        }
        Self { a, folder, stay, removed, forgotten }
    }

    /// What the ledger knows of the days after the backup, and that it was brought back.
    async fn brought_back(&self) {
        let Self { a, stay, removed, .. } = self;
        a.vault.note_erasures(&a.db, &a.cx).await.unwrap();
        let at = a.cx.now() + Duration::days(1);
        let mut decisions: Vec<_> = stay.iter().map(|org| Decision { at, organisation: org.id, what: "phone=never".to_owned() }).collect();
        decisions.push(Decision { at, organisation: removed.id, what: "organisation=removed".to_owned() });
        a.vault.note_decisions(&a.db, &a.cx, &decisions).await.unwrap();
        let mut tx = a.db.begin(&a.cx).await.unwrap();
        tx.execute(MARK, args![uuid::Uuid::from_u128(1), a.cx.now()]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The next start, and everything is as if nothing had been interrupted.
    async fn starts_well(&self, step: &str) {
        let Self { a, stay, removed, forgotten, .. } = self;
        let accounts = start(&a.db, &vault_in(self.folder.path()), &late()).await;
        let mut tx = a.db.read(&a.cx).await.unwrap();
        let mut receipts: Vec<PersonId> =
            tx.fetch_all(RECEIPTS, vec![]).await.unwrap().iter().map(|row| row.get("person_id").unwrap()).collect();
        receipts.sort();
        let mut all = forgotten.clone();
        all.sort();
        assert_eq!(receipts, all, "{step}: one receipt for each");
        assert_eq!(tx.fetch_one(ROWS_OF_REMOVED, args![removed.id]).await.unwrap().get::<i64>("n").unwrap(), 0, "{step}");
        tx.rollback().await.unwrap();
        assert!(matches!(accounts.organisation(&removed.cx).await, Err(AccountsError::NotFound)), "{step}");
        for (org, kari) in stay.iter().zip(forgotten) {
            assert!(accounts.person(&org.cx, *kari).await.is_err(), "{step}");
            assert!(accounts.person(&org.cx, org.owner).await.is_ok(), "{step}");
            assert_eq!(accounts.contact(&org.owner_cx).await.unwrap().contact, None, "{step}: her address went with her");
            assert_eq!(accounts.field_choices(&org.cx).await.unwrap().of(ProfileField::Phone), FieldUse::Never, "{step}");
            let invitations = accounts.invitations(&org.cx).await.unwrap();
            assert!(matches!(invitations[0].state, InvitationState::Revoked { .. }), "{step}: {invitations:?}");
            let log = accounts.audit_log(&org.cx, AuditPage { before: None, limit: 100 }).await.unwrap();
            assert!(log.iter().any(|entry| entry.action == "installation.restored"), "{step}");
            let times = log.iter().filter(|entry| entry.action == "privacy.fields_chosen").count();
            assert!(times <= 1, "{step}: chosen {times} times");
            assert!(accounts.audit_verify(&org.cx, vec![]).await.unwrap().is_whole(), "{step}: a log that does not fit");
        }
        assert_eq!(accounts.after_restore(&late()).await.unwrap(), None, "{step}: done for good");
    }
}

on_both_engines!(killed_at_any_step_of_a_start_after_a_restore_the_next_start_finishes_it, |t| {
    let engine = t.db.engine();
    for step in steps().iter().filter(|step| *step != "removing: in the ledger") {
        let t = TestDb::new(engine).await;
        let stage = Stage::new(&t).await;
        stage.brought_back().await;
        run(&t.url, stage.folder.path(), step, None).await;
        stage.starts_well(step).await;
    }
});

on_both_engines!(killed_while_an_organisation_is_removed_the_next_start_removes_the_rest, |t| {
    let engine = t.db.engine();
    for step in steps().iter().filter(|step| step.starts_with("removing: ")) {
        let t = TestDb::new(engine).await;
        let stage = Stage::new(&t).await;
        run(&t.url, stage.folder.path(), step, Some(&stage.removed)).await;
        stage.brought_back().await;
        stage.starts_well(step).await;
    }
});
