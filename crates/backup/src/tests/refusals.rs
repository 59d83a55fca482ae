//! What is refused, each with its own words, and the database stays as it was.

use std::io::Read as _;

use secrecy::SecretString;
use tillit_store::on_both_engines;

use super::stage::{Stage, content, vault_in};
use crate::frame::{Kind, Reader, Writer};
use crate::head::About;
use crate::{Backup, BackupError, Keyhole, Lock, NewIdentity, Progress};

const NO_WORDS: fn(Progress) = |_| {};

async fn refused(stage: &Stage, backup: Backup) -> BackupError {
    backup.check(&stage.fresh_vault(), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap_err()
}

/// The same backup, its pieces changed by somebody who knows for whom it is encrypted and can open it, but has no master key.
fn rewritten(stage: &Stage, path: &std::path::Path, change: impl Fn(Kind, Vec<u8>) -> Option<Vec<u8>>) -> Backup {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut reader = Reader::new(stage.keyhole().open(file).unwrap());
    let new = path.with_extension("rewritten");
    let mut writer = Writer::new(stage.lock().close(std::fs::File::create(&new).unwrap()).unwrap());
    loop {
        let (kind, bytes) = reader.next().unwrap();
        if let Some(bytes) = change(kind, bytes) {
            writer.put(kind, &bytes).unwrap();
        }
        if kind == Kind::End {
            break;
        }
    }
    writer.into_inner().finish().unwrap();
    stage.backup(&new)
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(at) = bytes.windows(from.len()).position(|window| window == from) {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

on_both_engines!(a_bit_that_was_changed_or_an_end_that_is_missing_is_found_and_nothing_happens, |t| {
    let stage = Stage::with_people(t, 150).await;
    let (path, _) = stage.take("b.age").await;
    let whole = std::fs::read(&path).unwrap();
    assert!(whole.len() > 2 * 65_536, "more than one of age's chunks: {}", whole.len());
    let bad = stage.folder.path().join("bad.age");
    let mut step = 1;
    let mut at = 0;
    while at < whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&bad, bytes).unwrap();
        let error = refused(&stage, stage.backup(&bad)).await;
        let known = matches!(
            error,
            BackupError::Damaged(_)
                | BackupError::NotABackup
                | BackupError::WrongIdentity
                | BackupError::Io { .. }
                | BackupError::Truncated
        );
        assert!(known, "byte {at}: {error}");
        // Every byte of age's head, then fewer.
        if at > 200 {
            step = 4_001;
        }
        at += step;
    }
    let mut ends = (0..whole.len()).step_by(7_919).collect::<Vec<_>>();
    ends.extend([whole.len() - 1, whole.len() - 17, 65_536, 65_552, 200]);
    for end in ends {
        std::fs::write(&bad, &whole[..end]).unwrap();
        let error = refused(&stage, stage.backup(&bad)).await;
        assert!(matches!(error, BackupError::Damaged(_) | BackupError::Truncated | BackupError::NotABackup), "{end}: {error}");
    }
    std::fs::write(&bad, [whole.as_slice(), b"x"].concat()).unwrap();
    assert!(matches!(refused(&stage, stage.backup(&bad)).await, BackupError::Damaged(_)));
});

on_both_engines!(rows_that_were_changed_taken_out_or_added_by_somebody_without_the_master_key_are_found, |t| {
    let stage = Stage::with_people(t, 3).await;
    let (path, _) = stage.take("b.age").await;
    let owner = rewritten(&stage, &path, |_, bytes| Some(replace(&bytes, b"employee", b"owner\0\0\0")));
    assert!(matches!(refused(&stage, owner).await, BackupError::Forged { .. }), "nobody is made an owner in a backup");
    let fewer =
        rewritten(&stage, &path, |kind, bytes| (kind != Kind::Rows || !bytes.windows(8).any(|w| w == b"employee")).then_some(bytes));
    assert!(matches!(refused(&stage, fewer).await, BackupError::Damaged(_)));
    let cut = rewritten(&stage, &path, |kind, bytes| (kind != Kind::End).then_some(bytes));
    assert!(matches!(refused(&stage, cut).await, BackupError::Truncated));
    let twice = rewritten(&stage, &path, |kind, bytes| Some(if kind == Kind::Rows { [bytes.clone(), bytes].concat() } else { bytes }));
    assert!(matches!(refused(&stage, twice).await, BackupError::Damaged(_)));
    let untouched = rewritten(&stage, &path, |_, bytes| Some(bytes));
    untouched.check(&stage.fresh_vault(), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap();
});

on_both_engines!(a_newer_version_says_which_program_reads_it, |t| {
    let stage = Stage::with_people(t, 1).await;
    let (path, _) = stage.take("b.age").await;
    let about = |change: fn(&mut About)| {
        rewritten(&stage, &path, move |kind, bytes| {
            if kind != Kind::About {
                return Some(bytes);
            }
            let mut about: About = serde_json::from_slice(&bytes).unwrap();
            change(&mut about);
            Some(serde_json::to_vec(&about).unwrap())
        })
    };
    let newer = refused(&stage, about(|about| (about.schema, about.program) = (9_999, "7.1.0".to_owned()))).await.to_string();
    assert!(newer.contains("Tillit 7.1.0 or newer") && newer.contains("9999"), "{newer}");
    let form = refused(&stage, about(|about| about.form = "tillit backup 2".to_owned())).await;
    assert!(matches!(form, BackupError::OtherForm(form) if form == "tillit backup 2"));
    let other = refused(&stage, about(|about| about.installation = "0".repeat(32))).await;
    assert!(matches!(other, BackupError::Forged { .. }));
});

on_both_engines!(each_wrong_key_is_told_apart, |t| {
    let stage = Stage::with_people(t, 1).await;
    let (path, _) = stage.take("b.age").await;
    let other = NewIdentity::make();
    let keyhole = Keyhole::identities([("file", &other.secret)]).unwrap();
    assert!(matches!(refused(&stage, Backup::new(&path, keyhole)).await, BackupError::WrongIdentity));
    let text = SecretString::from("correct horse battery staple\n");
    let keyhole = Keyhole::passphrase(&text, "file").unwrap();
    assert!(matches!(refused(&stage, Backup::new(&path, keyhole)).await, BackupError::OtherLock(_)));

    let closed = stage.folder.path().join("p.age");
    let lock = Lock::passphrase(&text, "file").unwrap();
    let file = std::fs::File::create(&closed).unwrap();
    crate::take(&stage.t.db, &stage.vault, &stage.t.cx(), &lock, file, &mut NO_WORDS.clone()).await.unwrap();
    assert!(matches!(refused(&stage, stage.backup(&closed)).await, BackupError::OtherLock(_)));
    let wrong = Keyhole::passphrase(&SecretString::from("wrong horse battery staple"), "file").unwrap();
    assert!(matches!(refused(&stage, Backup::new(&closed, wrong)).await, BackupError::WrongPassphrase));
    let right = Keyhole::passphrase(&text, "file").unwrap();
    Backup::new(&closed, right).check(&stage.fresh_vault(), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap();

    let stranger = vault_in(stage.folder.path().join("epochs"), 2);
    let error = stage.backup(&path).check(&stranger, &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap_err();
    assert!(matches!(error, BackupError::WrongMasterKey { .. }), "{error}");
    // Folders of epochs of another installation are refused before anything is changed.
    let elsewhere = stage.folder.path().join("elsewhere");
    let t = tillit_store::testing::TestDb::new(tillit_store::Engine::Sqlite).await;
    vault_in(elsewhere.clone(), 1).check(&t.db, &t.cx()).await.unwrap();
    let error = stage.backup(&path).check(&vault_in(elsewhere, 1), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap_err();
    assert!(error.to_string().contains("another installation"), "{error}");
});

on_both_engines!(a_database_that_somebody_lives_in_is_not_overwritten_unasked, |t| {
    let stage = Stage::with_people(t, 1).await;
    let (path, _) = stage.take("b.age").await;
    let before = content(&stage.t.db, &stage.t.cx()).await;
    let checked = stage.backup(&path).check(&stage.fresh_vault(), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap();
    // The file is exchanged for another after it was checked.
    let again = stage.backup(&path).check(&stage.fresh_vault(), &stage.t.cx(), &mut NO_WORDS.clone()).await.unwrap();
    let error = checked.restore(&stage.t.db, &stage.t.cx(), false, &mut NO_WORDS.clone()).await.unwrap_err();
    assert!(matches!(error, BackupError::NotEmpty));
    stage.t.clock.advance(tillit_store::Duration::hours(1));
    let (later, _) = stage.take("later.age").await;
    std::fs::rename(later, &path).unwrap();
    let error = again.restore(&stage.t.db, &stage.t.cx(), true, &mut NO_WORDS.clone()).await.unwrap_err();
    assert!(matches!(error, BackupError::Changed), "{error}");
    assert_eq!(content(&stage.t.db, &stage.t.cx()).await, before);
});

on_both_engines!(neither_master_key_nor_epoch_keys_nor_the_ledger_are_in_a_backup, |t| {
    let stage = Stage::with_people(t, 3).await;
    let (path, _) = stage.take("b.age").await;
    let mut plain = Vec::new();
    stage.keyhole().open(std::io::BufReader::new(std::fs::File::open(&path).unwrap())).unwrap().read_to_end(&mut plain).unwrap();
    let has = |bytes: &[u8]| plain.windows(bytes.len()).any(|window| window == bytes);
    assert!(has(b"nordvik.example"), "this would find what is there");
    assert!(!has(&[1; 32]), "the master key");
    let mut looked = 0;
    for entry in std::fs::read_dir(stage.folder.path().join("epochs")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for word in text.split('"').filter(|word| word.len() >= 40) {
            assert!(!has(word.as_bytes()), "a wrapped epoch key");
            looked += 1;
        }
    }
    assert!(looked > 0, "no epoch key was looked for");
    let whole = std::fs::read(&path).unwrap();
    assert!(!whole.windows(7).any(|window| window == b"nordvik"), "nothing can be read without the identity");
    assert!(!whole.windows(15).any(|window| window == &stage.secret().as_bytes()[..15]));
});

#[test]
fn words_that_are_no_recipients_identities_or_passphrases_are_named() {
    assert!(matches!(Lock::recipients(&[]), Err(BackupError::NoRecipient)));
    assert!(matches!(Lock::recipients(&["age1x".to_owned()]), Err(BackupError::NotARecipient(text)) if text == "age1x"));
    assert!(matches!(Keyhole::identities([("f", &SecretString::from("# nothing"))]), Err(BackupError::NoIdentity(file)) if file == "f"));
    assert!(matches!(Lock::passphrase(&SecretString::from("short"), "f"), Err(BackupError::WeakPassphrase { length: 5, .. })));
}
