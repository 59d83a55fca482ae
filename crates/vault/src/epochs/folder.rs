//! One folder of epoch keys and its files. Everything here blocks.
//!
//! ```text
//! tillit-epochs.json               whose keys these are
//! epoch-<id>.json                  an epoch: its times, and its key wrapped by the master key
//! epoch-<id>.destroyed             that its key was destroyed
//! erasures                         the erasure ledger, a line each
//! erasures.lock                    held by whoever writes to the ledger
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tillit_store::Timestamp;
use uuid::Uuid;

use crate::error::VaultError;
use crate::master::{create_private, sync_folder_of};

const MARK: &str = "tillit-epochs.json";
const LEDGER: &str = "erasures";
/// More than any right file of an epoch holds, in bytes.
const MAX_EPOCH: u64 = 64 << 10;
/// Held while the ledger is added to or replaced: nodes share a folder, and none may lose another's line.
const LOCK: &str = "erasures.lock";
/// Largest ledger, in bytes: some 200,000 erasures within the backup period. A larger one is an error, not the part of it
/// that fits: whoever is left out of it would come back with a restore.
const MAX_LEDGER: u64 = 32 << 20;
/// Most files of a folder that are looked at.
const MOST_FILES: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct Mark {
    installation: String,
}

/// An epoch as its file holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EpochFile {
    /// From when its key wraps.
    pub(crate) begins_at: Timestamp,
    /// When the next epoch should begin.
    pub(crate) ends_at: Timestamp,
    /// When its key is destroyed. Promised on receipts, so it never changes.
    pub(crate) destroy_at: Timestamp,
    /// The key, wrapped by the master key, in base64.
    pub(crate) wrapped: String,
}

/// What a folder holds.
#[derive(Debug, Default, Clone)]
pub(crate) struct Content {
    /// Whose keys these are; `None` for a folder without a mark.
    pub(crate) mark: Option<String>,
    pub(crate) epochs: BTreeMap<Uuid, EpochFile>,
    pub(crate) destroyed: BTreeSet<Uuid>,
}

/// A folder of epoch keys.
#[derive(Debug, Clone)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    fn failed(&self, source: std::io::Error) -> VaultError {
        VaultError::EpochFolder { folder: self.0.clone(), source }
    }

    /// Makes the folder, for its owner only.
    pub(crate) fn create(&self) -> Result<(), VaultError> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(|source| self.failed(source))
    }

    /// What it holds; `None` if it is not there. Files that a killed run left half-written are passed over.
    pub(crate) fn read(&self) -> Result<Option<Content>, VaultError> {
        let entries = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        let mut content = Content::default();
        let mut found = Vec::new();
        for entry in entries.take(MOST_FILES) {
            let entry = entry.map_err(|source| self.failed(source))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name == MARK {
                content.mark = Some(self.parse::<Mark>(&entry.path())?.installation);
            } else if let Some(id) = id_in(&name, ".json") {
                found.push((id, entry.path()));
            } else if let Some(id) = id_in(&name, ".destroyed") {
                content.destroyed.insert(id);
            }
        }
        // A key whose end is noted may be half overwritten; it is not read.
        for (id, path) in found.into_iter().filter(|(id, _)| !content.destroyed.contains(id)) {
            content.epochs.insert(id, self.parse(&path)?);
        }
        Ok(Some(content))
    }

    fn parse<T: for<'a> Deserialize<'a>>(&self, path: &Path) -> Result<T, VaultError> {
        let mut text = Vec::new();
        let file = File::open(path).map_err(|source| self.failed(source))?;
        file.take(MAX_EPOCH).read_to_end(&mut text).map_err(|source| self.failed(source))?;
        serde_json::from_slice(&text).map_err(|_| VaultError::EpochFile { file: path.to_owned(), why: "it is not what Tillit wrote" })
    }

    /// Says whose keys this folder holds.
    pub(crate) fn mark(&self, installation: &str) -> Result<(), VaultError> {
        self.write(MARK, &Mark { installation: installation.to_owned() })
    }

    /// Writes an epoch, also over an older form of it, in one step.
    pub(crate) fn put(&self, id: Uuid, epoch: &EpochFile) -> Result<(), VaultError> {
        self.write(&format!("epoch-{}.json", id.simple()), epoch)
    }

    fn write<T: Serialize>(&self, name: &str, content: &T) -> Result<(), VaultError> {
        let text = serde_json::to_vec(content).map_err(|error| self.failed(error.into()))?;
        self.replace(name, &text)
    }

    fn replace(&self, name: &str, text: &[u8]) -> Result<(), VaultError> {
        let (partial, path) = (self.0.join(format!("{name}.partial")), self.0.join(name));
        std::fs::remove_file(&partial).ok();
        let write = || {
            let mut file = create_private(&partial)?;
            file.write_all(text)?;
            file.sync_all()?;
            std::fs::rename(&partial, &path)?;
            sync_folder_of(&path)
        };
        write().map_err(|source| self.failed(source))
    }

    /// Notes that an epoch's key is destroyed; whoever finds the note destroys what is left of the key.
    pub(crate) fn note_destroyed(&self, id: Uuid) -> Result<(), VaultError> {
        self.replace(&format!("epoch-{}.destroyed", id.simple()), b"")
    }

    /// Overwrites and removes an epoch's key. Nothing to do when it is gone.
    pub(crate) fn destroy(&self, id: Uuid) -> Result<(), VaultError> {
        let path = self.0.join(format!("epoch-{}.json", id.simple()));
        let destroy = || {
            let mut file = match OpenOptions::new().write(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error),
            };
            let length = usize::try_from(file.metadata()?.len().min(MAX_EPOCH)).unwrap_or(0);
            // A disk may keep the old block all the same; it is wrapped by the master key there.
            file.write_all(&vec![0; length])?;
            file.sync_all()?;
            std::fs::remove_file(&path)?;
            sync_folder_of(&path)
        };
        destroy().map_err(|source| self.failed(source))
    }

    /// The lines of the ledger that were written wholly.
    pub(crate) fn ledger(&self) -> Result<Vec<String>, VaultError> {
        let file = match File::open(self.0.join(LEDGER)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed(error)),
        };
        let mut text = Vec::new();
        file.take(MAX_LEDGER + 1).read_to_end(&mut text).map_err(|source| self.failed(source))?;
        if text.len() as u64 > MAX_LEDGER {
            return Err(VaultError::EpochFile {
                file: self.0.join(LEDGER),
                why: "the erasure ledger is larger than 32 MiB, and none of it is used rather than a part",
            });
        }
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let text = text.get(..whole).unwrap_or_default();
        Ok(text
            .split(|byte| *byte == b'\n')
            .filter_map(|line| std::str::from_utf8(line).ok())
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect())
    }

    /// Waits until nobody else writes to the ledger; free again when what it returns is dropped, or the process ends.
    fn lock_ledger(&self) -> Result<File, VaultError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.0.join(LOCK)).map_err(|source| self.failed(source))?;
        file.lock().map_err(|source| self.failed(source))?;
        Ok(file)
    }

    /// Adds lines to the ledger and waits until they are on the disk.
    pub(crate) fn append(&self, lines: &[String]) -> Result<(), VaultError> {
        let _alone = self.lock_ledger()?;
        let path = self.0.join(LEDGER);
        let append = || {
            let is_new = !path.exists();
            let mut options = OpenOptions::new();
            options.read(true).append(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path)?;
            let mut text = String::new();
            if !ends_with_line(&mut file)? {
                // A killed run left half a line: it gets an end, and is passed over when read.
                text.push('\n');
            }
            for line in lines {
                text.push_str(line);
                text.push('\n');
            }
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            if is_new { sync_folder_of(&path) } else { Ok(()) }
        };
        append().map_err(|source| self.failed(source))
    }

    /// Takes lines out of the ledger that are not needed, in one step.
    pub(crate) fn prune_ledger(&self, needed: impl Fn(&String) -> bool) -> Result<(), VaultError> {
        let _alone = self.lock_ledger()?;
        let lines = self.ledger()?;
        if lines.iter().all(&needed) {
            return Ok(());
        }
        #[cfg(test)]
        tests::between();
        self.replace_ledger(&lines.into_iter().filter(needed).collect::<Vec<_>>())
    }

    /// Replaces the ledger in one step.
    fn replace_ledger(&self, lines: &[String]) -> Result<(), VaultError> {
        let mut text = lines.join("\n");
        if !text.is_empty() {
            text.push('\n');
        }
        self.replace(LEDGER, text.as_bytes())
    }
}

fn ends_with_line(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn id_in(name: &str, end: &str) -> Option<Uuid> {
    let hex = name.strip_prefix("epoch-")?.strip_suffix(end)?;
    Uuid::try_parse(hex).ok().filter(|id| id.simple().to_string() == hex)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// Lets a test come between reading and replacing.
    static BETWEEN: Mutex<Option<(Sender<()>, Receiver<()>)>> = Mutex::new(None);

    pub(super) fn between() {
        if let Some((read, go_on)) = BETWEEN.lock().unwrap_or_else(PoisonError::into_inner).take() {
            read.send(()).unwrap();
            go_on.recv().unwrap();
        }
    }

    #[test]
    fn a_line_that_is_added_while_the_ledger_is_pruned_is_not_lost() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().to_owned());
        folder.append(&["old".to_owned(), "kept".to_owned()]).unwrap();
        let ((read, was_read), (go, go_on)) = (channel(), channel());
        *BETWEEN.lock().unwrap() = Some((read, go_on));
        let pruning = std::thread::spawn({
            let folder = folder.clone();
            move || folder.prune_ledger(|line| line != "old").unwrap()
        });
        was_read.recv().unwrap();
        // The other node comes now, and has to wait.
        let (began, has_begun) = channel();
        let adding = std::thread::spawn({
            let folder = folder.clone();
            move || {
                began.send(()).unwrap();
                folder.append(&["new".to_owned()]).unwrap();
            }
        });
        has_begun.recv().unwrap();
        #[expect(clippy::disallowed_methods, reason = "time for the other node to write, if nothing held it back")]
        std::thread::sleep(std::time::Duration::from_millis(50));
        go.send(()).unwrap();
        pruning.join().unwrap();
        adding.join().unwrap();
        assert_eq!(folder.ledger().unwrap(), ["kept", "new"]);
    }

    #[test]
    fn a_ledger_that_is_too_large_is_an_error_and_not_its_first_part() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().to_owned());
        std::fs::File::create(dir.path().join(LEDGER)).unwrap().set_len(MAX_LEDGER + 1).unwrap();
        assert!(folder.ledger().is_err());
    }
}
