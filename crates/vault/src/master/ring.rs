//! Several master keys from one source: the first wraps, all unwrap.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use tillit_store::{Cx, Duration, Timestamp};

use super::command::Program;
use super::{KeyWrapper, MasterKey, Wrapping, file};
use crate::data_key::{self, Place, Secret};
use crate::error::VaultError;

/// A source that is asked for an unknown key is read again at most this often.
const READ_AGAIN: Duration = Duration::seconds(10);

/// Master keys from a file, or from what a command prints.
///
/// A file holds one key a line, 32 random bytes as base64 or hex. The source is read again before
/// anything is wrapped, and when a wrapped key names a key that is not known; so a key that is replaced while
/// programs run is taken up by all of them.
///
/// Who loses the keys loses everything sealed; who copies them and the database can read everything: keep a copy
/// apart from the database's backups.
#[derive(Debug)]
pub struct KeyRing {
    source: Source,
    held: RwLock<Held>,
}

#[derive(Debug)]
enum Source {
    File(PathBuf),
    Command(Program),
}

#[derive(Debug, Clone)]
struct Held {
    keys: Arc<[MasterKey]>,
    read_at: Option<Timestamp>,
}

impl KeyRing {
    /// Reads the keys of a file. Blocks; call it at start.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`], [`VaultError::KeyFileContent`], and
    /// [`VaultError::KeyFileOpenToOthers`] when anybody may read it or its group may write it.
    /// The group may read it (`0640`), as packages do for a service's own group.
    pub fn file(path: &Path) -> Result<Self, VaultError> {
        let held = Held { keys: keys_of_file(path)?, read_at: None };
        Ok(Self { source: Source::File(path.to_owned()), held: RwLock::new(held) })
    }

    /// Runs a command that prints keys, one a line.
    ///
    /// # Errors
    /// [`VaultError::KeyCommand`], naming the program.
    pub async fn command(program: Program) -> Result<Self, VaultError> {
        let held = Held { keys: keys_of_command(&program).await?, read_at: None };
        Ok(Self { source: Source::Command(program), held: RwLock::new(held) })
    }

    /// How many keys there are.
    pub fn keys(&self) -> usize {
        self.held().keys.len()
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn read(&self, cx: &Cx) -> Result<Arc<[MasterKey]>, VaultError> {
        let keys = match &self.source {
            Source::File(path) => {
                let path = path.clone();
                tokio::task::spawn_blocking(move || keys_of_file(&path)).await.map_err(|_| VaultError::Interrupted)??
            }
            Source::Command(program) => keys_of_command(program).await?,
        };
        let held = Held { keys: keys.clone(), read_at: Some(cx.now()) };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        Ok(keys)
    }
}

fn keys_of_file(path: &Path) -> Result<Arc<[MasterKey]>, VaultError> {
    let secrets = file::parse(&file::read_text(path)?).ok_or_else(|| VaultError::KeyFileContent { path: path.to_owned() })?;
    secrets.iter().map(|secret| MasterKey::from_bytes(**secret)).collect()
}

async fn keys_of_command(program: &Program) -> Result<Arc<[MasterKey]>, VaultError> {
    let text = program.run(None, &[]).await?;
    let secrets = file::parse(&text).ok_or_else(|| program.failed("did not print keys: 32 bytes as base64 or hex, one a line"))?;
    secrets.iter().map(|secret| MasterKey::from_bytes(**secret)).collect()
}

fn unwrap_with(keys: &[MasterKey], place: Place, wrapped: &[u8]) -> Result<Secret, VaultError> {
    let named = data_key::key_id(wrapped);
    let key = keys.iter().find(|key| Some(key.id()) == named);
    // What is no wrapped key at all is refused by the first key, with what is wrong with it.
    key.or(keys.first()).ok_or(VaultError::WrongMasterKey)?.unwrap_now(place, wrapped)
}

impl KeyWrapper for KeyRing {
    fn wrap<'a>(&'a self, cx: &'a Cx, place: Place, secret: &'a Secret) -> Wrapping<'a, Vec<u8>> {
        // Read again: another program may have put a new key first since.
        Box::pin(async move { self.read(cx).await?.first().ok_or(VaultError::WrongMasterKey)?.wrap_now(cx, place, secret) })
    }

    fn unwrap<'a>(&'a self, cx: &'a Cx, place: Place, wrapped: &'a [u8]) -> Wrapping<'a, Secret> {
        Box::pin(async move {
            let held = self.held();
            match unwrap_with(&held.keys, place, wrapped) {
                Err(VaultError::WrongMasterKey) if held.read_at.is_none_or(|at| cx.now() >= at + READ_AGAIN) => {
                    unwrap_with(&self.read(cx).await?, place, wrapped)
                }
                decided => decided,
            }
        })
    }

    fn is_current<'a>(&'a self, cx: &'a Cx, wrapped: &'a [u8]) -> Wrapping<'a, Option<bool>> {
        Box::pin(async move { Ok(Some(self.read(cx).await?.first().map(MasterKey::id) == data_key::key_id(wrapped))) })
    }
}
