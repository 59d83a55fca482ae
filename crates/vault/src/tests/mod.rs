//! The vault's promises, on both engines.

mod epochs;
mod kill;
mod master;
mod rotation;
mod stage;

use std::sync::Arc;

use proptest::prelude::*;
use secrecy::{ExposeSecret, SecretString};
use tillit_store::testing::{FakeClock, TestDb, cx};
use tillit_store::{Cx, Duration, OrganisationId, PersonId, args, on_both_engines};
use uuid::Uuid;

use crate::data_key::{DataKey, Secret};
use crate::keys::PersonKeys;
use crate::ring::{Ring, Version};
use crate::{Damage, Json, MasterKey, Place, Sealed, Vault, VaultError};

tillit_store::statements! { unlisted "vault.tests";
    PREPARE_TARGET = "SELECT COUNT(*) AS n FROM vault_installation_key";
    COUNT_KEYS = "SELECT COUNT(*) AS n FROM vault_organisation_key";
    READ_PERSON_KEY = "SELECT wrapped FROM vault_person_key WHERE person_id = $1";
    SWAP_PERSON_KEY = "UPDATE vault_person_key SET wrapped = $2 WHERE person_id = $1";
    SWAP_ORGANISATION_KEYS = "UPDATE vault_organisation_key SET wrapped = (SELECT o.wrapped FROM vault_organisation_key o WHERE o.organisation_id = $2) WHERE organisation_id = $1";
    JOINED = "SELECT person_id, id AS vault_key, wrapped AS vault_wrapped FROM vault_person_key WHERE organisation_id = $1 ORDER BY person_id";
}

fn new_vault() -> Vault {
    Vault::new(MasterKey::from_bytes([1; 32]).unwrap())
}

async fn checked(t: &TestDb) -> Vault {
    let vault = new_vault();
    vault.check(&t.db, &t.cx()).await.unwrap();
    vault
}

async fn organisation(t: &TestDb, vault: &Vault, slug: &str) -> (OrganisationId, Cx) {
    let (id, cx) = t.organisation(slug).await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.create_organisation_keys(&mut tx, &cx, id).await.unwrap();
    tx.commit().await.unwrap();
    (id, cx)
}

async fn person(t: &TestDb, vault: &Vault, org: OrganisationId, cx: &Cx) -> PersonId {
    let id = cx.new_id();
    let mut tx = t.db.begin(cx).await.unwrap();
    vault.create_person_key(&mut tx, cx, org, id).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn damage(error: VaultError) -> Damage {
    match error {
        VaultError::CannotOpen { damage, .. } => damage,
        other => panic!("not about a sealed value: {other}"),
    }
}

fn wrapper(byte: u8) -> Arc<dyn crate::KeyWrapper> {
    Arc::new(MasterKey::from_bytes([byte; 32]).unwrap())
}

const PLACE: Place = Place::new("person", "name", Uuid::from_u128(1));

on_both_engines!(every_statement_prepares, |t| {
    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    for statement in crate::sql::ALL {
        tx.prepare(*statement).await.unwrap();
    }
});

on_both_engines!(a_restart_with_the_same_master_key_opens_what_was_sealed, |t| {
    let vault = checked(&t).await;
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let usr = person(&t, &vault, org, &cx).await;
    let mut tx = t.db.read(&cx).await.unwrap();
    let by_person = vault.person(&mut tx, org, usr).await.unwrap().seal(&cx, PLACE, b"Kari").unwrap();
    let by_org = vault.organisation(&mut tx, org).await.unwrap().seal(&cx, PLACE, b"secret").unwrap();
    let by_installation = vault.installation_in(&mut tx).await.unwrap().seal(&cx, PLACE, b"ours").unwrap();
    let blind = vault.organisation(&mut tx, org).await.unwrap().blind("person.username", "kari@nordvik.example");

    let again = checked(&t).await;
    assert_eq!(&*again.person(&mut tx, org, usr).await.unwrap().open(PLACE, &by_person).unwrap(), b"Kari");
    let keys = again.organisation(&mut tx, org).await.unwrap();
    assert_eq!(&*keys.open(PLACE, &by_org).unwrap(), b"secret");
    assert_eq!(keys.blind("person.username", "kari@nordvik.example"), blind);
    assert_eq!(&*again.installation_in(&mut tx).await.unwrap().open(PLACE, &by_installation).unwrap(), b"ours");
});

on_both_engines!(a_wrong_master_key_is_refused_and_changes_nothing, |t| {
    let vault = checked(&t).await;
    organisation(&t, &vault, "nordvik").await;
    let wrong = Vault::new(MasterKey::from_bytes([2; 32]).unwrap());
    let error = wrong.check(&t.db, &t.cx()).await.unwrap_err();
    assert!(matches!(error, VaultError::WrongMasterKey), "{error}");
    assert!(error.to_string().contains("[keys] file"), "says what to do");

    // And a vault that was not let in makes no keys.
    let (org, cx) = t.organisation("other").await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    let error = wrong.create_organisation_keys(&mut tx, &cx, org).await.unwrap_err();
    assert!(matches!(error, VaultError::NotChecked));
    tx.commit().await.unwrap();
    let mut tx = t.db.read(&t.cx()).await.unwrap();
    assert_eq!(tx.fetch_one(COUNT_KEYS, vec![]).await.unwrap().get::<i64>("n").unwrap(), 1);
});

on_both_engines!(two_nodes_starting_at_once_agree_on_one_installation_key, |t| {
    let (one, other) = (new_vault(), new_vault());
    let cx = t.cx();
    let (first, second) = tokio::join!(one.check(&t.db, &cx), other.check(&t.db, &cx));
    first.unwrap();
    second.unwrap();
    let mut tx = t.db.read(&cx).await.unwrap();
    let sealed = one.installation_in(&mut tx).await.unwrap().seal(&cx, PLACE, b"x").unwrap();
    assert!(other.installation_in(&mut tx).await.unwrap().open(PLACE, &sealed).is_ok());
    assert_eq!(one.installation().unwrap().blind("p", "x"), other.installation().unwrap().blind("p", "x"));
    assert_eq!(tx.fetch_one(PREPARE_TARGET, vec![]).await.unwrap().get::<i64>("n").unwrap(), 1);
});

on_both_engines!(a_value_opens_in_its_own_organisation_and_person_only, |t| {
    let vault = checked(&t).await;
    let (a, cx_a) = organisation(&t, &vault, "a").await;
    let (b, cx_b) = organisation(&t, &vault, "b").await;
    let (p, q) = (person(&t, &vault, a, &cx_a).await, person(&t, &vault, a, &cx_a).await);
    let mut tx = t.db.read(&cx_a).await.unwrap();
    let keys_a = vault.organisation(&mut tx, a).await.unwrap();
    let keys_p = vault.person(&mut tx, a, p).await.unwrap();
    let keys_q = vault.person(&mut tx, a, q).await.unwrap();
    drop(tx);
    let mut tx = t.db.read(&cx_b).await.unwrap();
    let keys_b = vault.organisation(&mut tx, b).await.unwrap();

    let of_a = keys_a.seal(&cx_a, PLACE, b"x").unwrap();
    assert_eq!(damage(keys_b.open(PLACE, &of_a).unwrap_err()), Damage::OtherKey);
    let of_p = keys_p.seal(&cx_a, PLACE, b"x").unwrap();
    assert_eq!(damage(keys_q.open(PLACE, &of_p).unwrap_err()), Damage::OtherKey);
    assert_eq!(damage(keys_a.open(PLACE, &of_p).unwrap_err()), Damage::OtherKey);
    assert_ne!(keys_a.blind("p", "x"), keys_b.blind("p", "x"), "an index says nothing across organisations");
    assert_ne!(keys_a.blind("p", "x"), keys_a.blind("q", "x"), "nor across purposes");
});

on_both_engines!(keys_swapped_between_their_owners_are_noticed, |t| {
    let vault = checked(&t).await;
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let (p, q) = (person(&t, &vault, org, &cx).await, person(&t, &vault, org, &cx).await);
    let (other, _) = organisation(&t, &vault, "other").await;
    let mut tx = t.db.begin(&t.cx()).await.unwrap();
    let wrapped_q: Vec<u8> = tx.fetch_one(READ_PERSON_KEY, args![q]).await.unwrap().get("wrapped").unwrap();
    tx.execute(SWAP_PERSON_KEY, args![p, wrapped_q]).await.unwrap();
    let error = vault.person(&mut tx, org, p).await.unwrap_err();
    assert_eq!(damage(error), Damage::NotAuthentic);
    let vault = checked(&t).await;
    tx.execute(SWAP_ORGANISATION_KEYS, args![org, other]).await.unwrap();
    let error = vault.organisation(&mut tx, org).await.unwrap_err();
    assert!(error.to_string().contains("table vault_organisation_key, column wrapped"), "{error}");
    assert_eq!(damage(error), Damage::NotAuthentic);
});

on_both_engines!(a_cached_key_is_given_without_a_query, |t| {
    let vault = checked(&t).await;
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let usr = person(&t, &vault, org, &cx).await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.person(&mut tx, org, usr).await.unwrap();
    // Deleted behind the vault's back: only a query could notice.
    tx.execute(crate::sql::DELETE_PERSON_KEY, args![org, usr]).await.unwrap();
    vault.person(&mut tx, org, usr).await.unwrap();
    vault.organisation(&mut tx, org).await.unwrap();
});

on_both_engines!(a_forgotten_person_stays_forgotten, |t| {
    let vault = checked(&t).await;
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let usr = person(&t, &vault, org, &cx).await;
    let mut before = t.db.begin(&cx).await.unwrap();
    vault.person(&mut before, org, usr).await.unwrap();
    drop(before);

    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.forget_person(&mut tx, &cx, org, usr).await.unwrap();
    // Somebody else still sees the key before the commit; it must not be kept for later.
    let mut other = t.db.read(&cx).await.unwrap();
    vault.person(&mut other, org, usr).await.unwrap();
    drop(other);
    tx.commit().await.unwrap();

    let mut tx = t.db.begin(&cx).await.unwrap();
    assert!(matches!(vault.person(&mut tx, org, usr).await.unwrap_err(), VaultError::NoPersonKey(id) if id == usr));
    assert!(matches!(vault.forget_person(&mut tx, &cx, org, usr).await.unwrap_err(), VaultError::NoPersonKey(_)));
});

on_both_engines!(an_undone_key_is_not_kept_in_memory, |t| {
    let vault = checked(&t).await;
    let (org, cx) = t.organisation("nordvik").await;
    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.create_organisation_keys(&mut tx, &cx, org).await.unwrap();
    drop(tx);
    let mut tx = t.db.begin(&cx).await.unwrap();
    assert!(matches!(vault.organisation(&mut tx, org).await.unwrap_err(), VaultError::NoOrganisationKey(_)));
    vault.create_organisation_keys(&mut tx, &cx, org).await.unwrap();
    let twice = vault.create_organisation_keys(&mut tx, &cx, org).await.unwrap_err();
    assert!(matches!(twice, VaultError::KeysExist(_)));
});

on_both_engines!(a_key_made_again_after_an_undone_transaction_replaces_the_cached_one, |t| {
    let vault = checked(&t).await;
    let (org, cx) = t.organisation("nordvik").await;
    let usr: PersonId = cx.new_id();
    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.create_organisation_keys(&mut tx, &cx, org).await.unwrap();
    vault.create_person_key(&mut tx, &cx, org, usr).await.unwrap();
    vault.person(&mut tx, org, usr).await.unwrap(); // cached, and then undone
    drop(tx);

    let mut tx = t.db.begin(&cx).await.unwrap();
    vault.create_organisation_keys(&mut tx, &cx, org).await.unwrap();
    vault.create_person_key(&mut tx, &cx, org, usr).await.unwrap();
    let by_org = vault.organisation(&mut tx, org).await.unwrap().seal(&cx, PLACE, b"x").unwrap();
    let by_person = vault.person(&mut tx, org, usr).await.unwrap().seal(&cx, PLACE, b"x").unwrap();
    tx.commit().await.unwrap();
    let after_restart = checked(&t).await;
    let mut tx = t.db.read(&cx).await.unwrap();
    after_restart.organisation(&mut tx, org).await.unwrap().open(PLACE, &by_org).unwrap();
    after_restart.person(&mut tx, org, usr).await.unwrap().open(PLACE, &by_person).unwrap();
});

on_both_engines!(people_of_a_joined_list_cost_no_query_each, |t| {
    let vault = checked(&t).await;
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let (p, q) = (person(&t, &vault, org, &cx).await, person(&t, &vault, org, &cx).await);
    let mut tx = t.db.read(&cx).await.unwrap();
    let sealed = vault.person(&mut tx, org, q).await.unwrap().seal(&cx, PLACE, b"Ola").unwrap();
    let vault = checked(&t).await;
    let keys = vault.organisation(&mut tx, org).await.unwrap();
    let rows = tx.fetch_all(JOINED, args![org]).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let id: PersonId = row.get("person_id").unwrap();
        let opened = vault.person_of_row(&keys, org, id, row).unwrap().open(PLACE, &sealed);
        assert_eq!(opened.is_ok(), id == q, "{p} and {q}");
    }
});

on_both_engines!(another_organisations_keys_are_out_of_scope_on_postgres, |t| {
    let vault = checked(&t).await;
    let (org, _) = organisation(&t, &vault, "nordvik").await;
    let (_, cx_other) = organisation(&t, &vault, "other").await;
    let mut tx = t.db.read(&cx_other).await.unwrap();
    let found = vault.organisation(&mut tx, org).await;
    if t.db.engine() == tillit_store::Engine::Postgres {
        assert!(matches!(found.unwrap_err(), VaultError::NoOrganisationKey(_)));
    }
});

fn key() -> (DataKey, Cx) {
    let context = cx(&Arc::<FakeClock>::default());
    (DataKey::new(Uuid::from_u128(9), Uuid::from_u128(8), &Secret::new([3; 32])).unwrap(), context)
}

#[test]
fn a_value_moved_to_another_place_does_not_open() {
    let (key, cx) = key();
    let sealed = key.seal(&cx, PLACE, b"Kari").unwrap();
    assert_eq!(&*key.open(PLACE, &sealed).unwrap(), b"Kari");
    for elsewhere in [Place { row: Uuid::from_u128(2), ..PLACE }, Place { column: "title", ..PLACE }, Place { table: "person2", ..PLACE }] {
        let error = key.open(elsewhere, &sealed).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(elsewhere.table) && text.contains(elsewhere.column) && text.contains(&elsewhere.row.to_string()), "{text}");
        assert_eq!(damage(error), Damage::NotAuthentic);
    }
    let other_organisation = DataKey::new(Uuid::from_u128(9), Uuid::from_u128(7), &Secret::new([3; 32])).unwrap();
    assert_eq!(damage(other_organisation.open(PLACE, &sealed).unwrap_err()), Damage::NotAuthentic);
}

#[test]
fn what_is_no_sealed_value_is_an_error_not_a_panic() {
    let (key, cx) = key();
    let sealed = key.seal(&cx, PLACE, b"").unwrap();
    assert_eq!(sealed.len(), 45);
    for length in 0..sealed.len() {
        assert_eq!(damage(key.open(PLACE, &sealed[..length]).unwrap_err()), Damage::TooShort, "{length} bytes");
    }
    assert_eq!(damage(key.open(PLACE, &[9; 60]).unwrap_err()), Damage::Version(9));
}

#[test]
fn a_value_that_is_too_large_is_refused_before_any_work() {
    let (key, cx) = key();
    let error = key.seal(&cx, PLACE, &vec![0; crate::MAX_PLAINTEXT + 1]).unwrap_err();
    assert!(matches!(error, VaultError::TooLarge { .. }));
}

#[test]
fn a_value_of_another_type_is_an_error() {
    let (key, cx) = key();
    let version = Version { key: Arc::new(key), writes_from: cx.now() };
    let keys = PersonKeys::new(Ring::new(vec![version], cx.now(), Duration::minutes(1)).unwrap());
    let sealed = keys.seal_value(&cx, PLACE, &vec![0xff_u8]).unwrap();
    let as_text = Sealed::<String>::from_bytes(sealed.into_bytes());
    assert_eq!(damage(keys.open_value(PLACE, &as_text).unwrap_err()), Damage::OtherType);

    let secret = SecretString::from("hunter2");
    let sealed = keys.seal_value(&cx, PLACE, &secret).unwrap();
    assert_eq!(keys.open_value(PLACE, &sealed).unwrap().expose_secret(), "hunter2");
    assert!(!format!("{sealed:?} {keys:?}").contains("hunter2"));
    let sealed = keys.seal_value(&cx, PLACE, &Json(vec![1, 2, 3])).unwrap();
    assert_eq!(keys.open_value(PLACE, &sealed).unwrap(), Json(vec![1, 2, 3]));
    let no_json = Json(std::collections::BTreeMap::from([(vec![1], 1)]));
    assert!(matches!(keys.seal_value(&cx, PLACE, &no_json), Err(VaultError::NoByteForm { table: "person", column: "name" })));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_sealed_opens_again(plaintext in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let (key, cx) = key();
        let sealed = key.seal(&cx, PLACE, &plaintext).unwrap();
        prop_assert_eq!(&*key.open(PLACE, &sealed).unwrap(), &plaintext);
    }

    #[test]
    fn any_flipped_bit_is_noticed(plaintext in proptest::collection::vec(any::<u8>(), 0..100), at in any::<prop::sample::Index>()) {
        let (key, cx) = key();
        let mut sealed = key.seal(&cx, PLACE, &plaintext).unwrap();
        let bit = at.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        let error = key.open(PLACE, &sealed).unwrap_err();
        let named = matches!(error, VaultError::CannotOpen { table: "person", column: "name", row, .. } if row == PLACE.row);
        prop_assert!(named);
    }

    #[test]
    fn nonsense_never_opens_and_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (key, _) = key();
        prop_assert!(key.open(PLACE, &bytes).is_err());
    }
}

#[test]
fn keys_that_were_kept_too_long_do_not_seal_but_open() {
    let clock = Arc::<FakeClock>::default();
    let cx = cx(&clock);
    let (key, _) = key();
    let version = Version { key: Arc::new(key), writes_from: cx.now() };
    let keys = PersonKeys::new(Ring::new(vec![version], cx.now(), Duration::minutes(1)).unwrap());
    let sealed = keys.seal(&cx, PLACE, b"x").unwrap();
    clock.advance(Duration::seconds(90));
    keys.seal(&cx, PLACE, b"x").unwrap();
    clock.advance(Duration::seconds(1));
    assert!(matches!(keys.seal(&cx, PLACE, b"x").unwrap_err(), VaultError::StaleKeys));
    assert_eq!(&*keys.open(PLACE, &sealed).unwrap(), b"x");
}
