//! The master key: the only thing that is not in the database, and the only place that wraps
//! the keys that are.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tillit_store::{Cx, Random};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::data_key::{self, DataKey, Place, Secret};
use crate::error::{Damage, VaultError};

/// More than any right key file holds.
const MAX_FILE: u64 = 256;

/// The installation's master key.
///
/// It wraps the installation's and the organisations' keys, nothing else. Its file holds 32
/// random bytes as base64 or hex. Who loses the file loses everything sealed; who copies the
/// file and the database can read everything: keep a copy apart from the database's backups.
pub struct MasterKey(DataKey);

impl MasterKey {
    /// The master key of these bytes, which must come from a good source of randomness.
    ///
    /// # Errors
    /// [`VaultError::Crypto`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, VaultError> {
        let key = data_key::hmac_key(&Secret::new(bytes));
        // The id tells a wrong key from a damaged value. It is derived, so it reveals nothing.
        let id = data_key::derive(&key, &[b"tillit master key id"]);
        let (id, _) = id.split_first_chunk().ok_or(VaultError::Crypto)?;
        let wrapping = data_key::derive(&key, &[b"tillit master key wrapping"]);
        Ok(Self(DataKey::new(Uuid::from_bytes(*id), Uuid::nil(), &wrapping)?))
    }

    /// Reads the key from a file: 32 bytes as base64 or hex, spaces and line ends around it
    /// ignored. Blocks; call it at start.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`], [`VaultError::KeyFileContent`], and
    /// [`VaultError::KeyFileOpenToOthers`] when anybody may read it or its group may write it.
    /// The group may read it (`0640`), as packages do for a service's own group.
    pub fn read_file(path: &Path) -> Result<Self, VaultError> {
        let failed = |source| VaultError::KeyFile { path: path.to_owned(), source };
        let file = File::open(path).map_err(failed)?;
        // Asked of the open file, not of the path, which may lead elsewhere a moment later.
        refuse_open_to_others(path, &file)?;
        let mut text = Zeroizing::new(Vec::with_capacity(256));
        file.take(MAX_FILE).read_to_end(&mut text).map_err(failed)?;
        let bytes = parse(&text).ok_or_else(|| VaultError::KeyFileContent { path: path.to_owned() })?;
        Self::from_bytes(*bytes)
    }

    /// Makes a new key and writes it to a new file that only its owner can read (`0600`).
    /// Blocks; call it at start.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`], also when the file exists: a key is never overwritten.
    pub fn generate_file(path: &Path, random: &dyn Random) -> Result<Self, VaultError> {
        let mut bytes = Secret::new([0; 32]);
        random.fill(bytes.as_mut_slice());
        let text = Zeroizing::new(STANDARD.encode(bytes.as_slice()) + "\n");
        let failed = |source| VaultError::KeyFile { path: path.to_owned(), source };
        let mut file = create_private(path).map_err(failed)?;
        if let Err(source) = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()) {
            // Half a key would stop every later start.
            std::fs::remove_file(path).ok();
            return Err(failed(source));
        }
        sync_folder_of(path).map_err(failed)?;
        Self::from_bytes(*bytes)
    }

    pub(crate) fn wrap(&self, cx: &Cx, place: Place, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        self.0.seal(cx, place, secret.as_slice())
    }

    pub(crate) fn unwrap(&self, place: Place, wrapped: &[u8]) -> Result<Secret, VaultError> {
        self.0.open_secret(place, wrapped).map_err(|error| match error {
            VaultError::CannotOpen { damage: Damage::OtherKey, .. } => VaultError::WrongMasterKey,
            other => other,
        })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

fn parse(text: &[u8]) -> Option<Secret> {
    let text = text.trim_ascii();
    let mut bytes = Secret::new([0; 32]);
    match text.len() {
        64 => hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?,
        // base64 of 32 bytes; the trailing "=" may have been lost.
        43 | 44 => {
            let text = text.strip_suffix(b"=").unwrap_or(text);
            let decoded = Zeroizing::new(base64::engine::general_purpose::STANDARD_NO_PAD.decode(text).ok()?);
            bytes.copy_from_slice(decoded.get(..32).filter(|_| decoded.len() == 32)?);
        }
        _ => return None,
    }
    Some(bytes)
}

#[cfg(unix)]
fn refuse_open_to_others(path: &Path, file: &File) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?.permissions().mode() & 0o777;
    if mode & 0o037 == 0 { Ok(()) } else { Err(VaultError::KeyFileOpenToOthers { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn refuse_open_to_others(_: &Path, _: &File) -> Result<(), VaultError> {
    Ok(())
}

fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A new file survives a power cut only when its folder was written too.
fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
