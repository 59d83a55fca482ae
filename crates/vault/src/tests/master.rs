//! The master key, wherever it is kept.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tillit_store::testing::SeededRandom;
use tillit_store::{Duration, SystemRandom, on_both_engines};

use super::*;
use crate::{KeyRing, KeyService, KeyWrapper, Program, Wrappers, add_key_line, drop_retired_lines, retired_lines};

fn write(folder: &tempfile::TempDir, text: &str, mode: u32) -> PathBuf {
    let path = folder.path().join("key");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

async fn same(one: &dyn KeyWrapper, other: &dyn KeyWrapper) -> bool {
    let (_, cx) = key();
    let secret = Secret::new([5; 32]);
    let wrapped = one.wrap(&cx, PLACE, &secret).await.unwrap();
    match other.unwrap(&cx, PLACE, &wrapped).await {
        Ok(opened) => opened == secret,
        Err(VaultError::WrongMasterKey) => false,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_generated_key_is_private_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let made = MasterKey::generate_file(&path, &SystemRandom::default()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(same(&made, &KeyRing::file(&path).unwrap()).await);
    let before = fs::read(&path).unwrap();
    let error = MasterKey::generate_file(&path, &SeededRandom::new(1)).unwrap_err();
    assert!(matches!(error, VaultError::KeyFile { .. }), "never overwritten");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn base64_and_hex_are_read_and_anything_else_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let hex = write(&folder, &format!("  {}\r\n", "0a".repeat(32)), 0o600);
    let from_hex = KeyRing::file(&hex).unwrap();
    let base64 = write(&folder, "# a remark\n\nCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo= # mine\n", 0o400);
    assert!(same(&from_hex, &KeyRing::file(&base64).unwrap()).await);
    fs::set_permissions(&base64, fs::Permissions::from_mode(0o600)).unwrap();
    let hex = "0a".repeat(32);
    for text in [
        "",
        "# only a remark\n",
        "password",
        &"0g".repeat(32),
        &"0a".repeat(31),
        &"A".repeat(40_000),
        "Cgo=Cgo=CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgo=",
        &format!("{hex} {hex}"),
        &format!("{hex}\nsomething\n"),
        &format!("{hex}\n").repeat(33),
    ] {
        let path = write(&folder, text, 0o600);
        let error = KeyRing::file(&path).unwrap_err();
        assert!(matches!(&error, VaultError::KeyFileContent { path: named } if *named == path), "{text}: {error}");
        assert!(text.is_empty() || !error.to_string().contains(text), "the content is not shown");
    }
    assert!(matches!(KeyRing::file(Path::new("/nonexistent/key")).unwrap_err(), VaultError::KeyFile { .. }));
    assert!(KeyRing::file(folder.path()).is_err(), "a folder");
}

#[test]
fn a_key_that_others_can_use_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o604, 0o644, 0o602, 0o660, 0o620, 0o777] {
        let path = write(&folder, &"0a".repeat(32), mode);
        let error = KeyRing::file(&path).unwrap_err();
        assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{mode:o}: {error}");
    }
    let path = write(&folder, &"0a".repeat(32), 0o640);
    KeyRing::file(&path).unwrap();
}

#[tokio::test]
async fn the_first_line_wraps_and_every_line_unwraps() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (MasterKey::from_bytes([1; 32]).unwrap(), MasterKey::from_bytes([2; 32]).unwrap());
    let path = write(&folder, &format!("{}\n{}\n", "02".repeat(32), "01".repeat(32)), 0o600);
    let ring = KeyRing::file(&path).unwrap();
    assert!(same(&one, &ring).await && same(&two, &ring).await);
    assert!(same(&ring, &two).await, "the first wraps");
    assert!(!same(&ring, &one).await);
}

#[tokio::test]
async fn a_replaced_key_file_is_read_again_by_a_program_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, &format!("{}\n", "01".repeat(32)), 0o640);
    let old = MasterKey::from_bytes([1; 32]).unwrap();
    let ring = KeyRing::file(&path).unwrap();
    let (_, cx) = key();
    add_key_line(&path, &SystemRandom::default(), cx.now()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640, "readers keep their right");
    let fresh = KeyRing::file(&path).unwrap();
    assert_eq!(fresh.keys(), 2);
    assert!(same(&old, &fresh).await, "the old key still unwraps");
    assert!(!same(&fresh, &old).await, "but does not wrap");
    assert!(same(&fresh, &ring).await, "a ring that was read before learns of the new key");
    assert!(same(&ring, &fresh).await && !same(&ring, &old).await);
}

#[tokio::test]
async fn a_retired_line_stays_for_the_backups_and_goes_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, &format!("{}\n", "01".repeat(32)), 0o600);
    let (_, cx) = key();
    add_key_line(&path, &SystemRandom::default(), cx.now()).unwrap();
    let retired = retired_lines(&path).unwrap();
    assert_eq!(retired.len(), 1);
    assert_eq!((retired[0].line, retired[0].since.unix_seconds()), (2, cx.now().unix_seconds()));
    let kept = Duration::days(35);
    assert_eq!(drop_retired_lines(&path, cx.now() + Duration::days(34), kept).unwrap(), 0);
    assert_eq!(KeyRing::file(&path).unwrap().keys(), 2);
    assert_eq!(drop_retired_lines(&path, cx.now() + kept + Duration::days(1), kept).unwrap(), 1);
    let ring = KeyRing::file(&path).unwrap();
    assert_eq!(ring.keys(), 1);
    assert!(!same(&MasterKey::from_bytes([1; 32]).unwrap(), &ring).await);
}

/// A script that stands for another program.
fn script(folder: &tempfile::TempDir, text: &str) -> Program {
    let path = folder.path().join("program");
    // Written under another name and renamed: no other thread may start it while it is open for writing.
    let partial = folder.path().join("partial");
    fs::write(&partial, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o700)).unwrap();
    let made = std::process::Command::new("cp").arg("-p").arg(&partial).arg(&path).status().unwrap();
    assert!(made.success());
    Program::new(path, vec!["argument".to_owned()])
}

#[tokio::test]
async fn a_command_may_print_the_keys_and_sees_nothing_of_our_environment() {
    let folder = tempfile::tempdir().unwrap();
    let line = "01".repeat(32);
    // What cargo sets for every test would be seen here.
    let text = format!("[ \"$1\" = argument ] || exit 3\n[ -z \"$CARGO_MANIFEST_DIR\" ] || exit 4\necho {line}");
    let ring = KeyRing::command(script(&folder, &text)).await.unwrap();
    assert!(same(&MasterKey::from_bytes([1; 32]).unwrap(), &ring).await);
}

#[tokio::test]
async fn a_command_that_fails_is_named_and_what_it_says_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("echo hunter2; echo hunter2 >&2; exit 7", "wrote 8 bytes to standard error"),
        ("echo hunter2", "did not print keys"),
        ("head -c 20000 /dev/zero", "printed more than 8192 bytes"),
    ] {
        let error = KeyRing::command(script(&folder, text)).await.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("program") && !error.contains("hunter2"), "{text}: {error}");
    }
    let missing = KeyRing::command(Program::new("/nonexistent/program", vec![])).await.unwrap_err().to_string();
    assert!(missing.contains("/nonexistent/program cannot be started"), "{missing}");
}

/// A "key service" that keeps nothing: it turns the bytes around.
const SERVICE: &str = "case \"$2\" in wrap|unwrap) base64 -d | od -An -v -tx1 | tr -d ' \\n' | rev | sed 's/\\(.\\)\\(.\\)/\\\\x\\2\\1/g' | xargs -0 printf '%b' | base64 -w0;; *) exit 9;; esac";

#[tokio::test]
async fn a_key_service_wraps_and_unwraps_bound_to_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let service = KeyService::new(script(&folder, SERVICE));
    let (_, cx) = key();
    let secret = Secret::new(*b"0123456789abcdef0123456789ABCDEF");
    let wrapped = service.wrap(&cx, PLACE, &secret).await.unwrap();
    assert_eq!(service.unwrap(&cx, PLACE, &wrapped).await.unwrap(), secret);
    let elsewhere = Place { row: Uuid::from_u128(2), ..PLACE };
    assert_eq!(damage(service.unwrap(&cx, elsewhere, &wrapped).await.unwrap_err()), Damage::NotAuthentic);
    let file = MasterKey::from_bytes([1; 32]).unwrap();
    assert!(matches!(file.unwrap(&cx, PLACE, &wrapped).await.unwrap_err(), VaultError::WrongMasterKey));

    // From a file to the service: both unwrap, the service wraps.
    let old = file.wrap(&cx, PLACE, &secret).await.unwrap();
    let both = Wrappers::new(Arc::new(service), vec![Arc::new(file)]);
    assert_eq!(both.unwrap(&cx, PLACE, &old).await.unwrap(), secret);
    assert_eq!(both.is_current(&cx, &old).await.unwrap(), Some(false));
    assert_eq!(both.is_current(&cx, &wrapped).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_service_that_gives_the_secret_back_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let service = KeyService::new(script(&folder, "cat"));
    let (_, cx) = key();
    let error = service.wrap(&cx, PLACE, &Secret::new([7; 32])).await.unwrap_err();
    assert!(error.to_string().contains("the secret itself"), "{error}");
}

on_both_engines!(a_master_key_is_replaced_and_the_old_one_is_needed_no_more, |t| {
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, &format!("{}\n", "01".repeat(32)), 0o600);
    let vault = Vault::new(KeyRing::file(&path).unwrap());
    vault.check(&t.db, &t.cx()).await.unwrap();
    let (org, cx) = organisation(&t, &vault, "nordvik").await;
    let usr = person(&t, &vault, org, &cx).await;
    let mut tx = t.db.read(&cx).await.unwrap();
    let sealed = vault.person(&mut tx, org, usr).await.unwrap().seal(&cx, PLACE, b"Kari").unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(vault.under_old_master(&t.db, &cx).await.unwrap(), 0);

    add_key_line(&path, &SystemRandom::default(), cx.now()).unwrap();
    assert_eq!(vault.under_old_master(&t.db, &cx).await.unwrap(), 1);
    assert_eq!(vault.rotate_master(&t.db, &cx).await.unwrap().keys, 1);
    assert_eq!(vault.rotate_master(&t.db, &cx).await.unwrap().keys, 0, "nothing is left");
    drop_retired_lines(&path, cx.now() + Duration::days(1), Duration::ZERO).unwrap();
    let again = Vault::new(KeyRing::file(&path).unwrap());
    again.check(&t.db, &t.cx()).await.unwrap();
    let mut tx = t.db.read(&cx).await.unwrap();
    assert_eq!(&*again.person(&mut tx, org, usr).await.unwrap().open(PLACE, &sealed).unwrap(), b"Kari");
    let old = Vault::new(MasterKey::from_bytes([1; 32]).unwrap());
    assert!(matches!(old.check(&t.db, &t.cx()).await.unwrap_err(), VaultError::WrongMasterKey));
});
