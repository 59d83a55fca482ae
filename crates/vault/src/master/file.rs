//! The master key's file: one key a line, the first wraps, all unwrap.
//!
//! ```text
//! 4n0f…=                              the key that wraps
//! TuE9…= # retired 1795435200         opens what older backups hold; goes when they are gone
//! ```

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use tillit_store::{Duration, Random, Timestamp};
use zeroize::Zeroizing;

use super::MasterKey;
use crate::data_key::Secret;
use crate::error::VaultError;

/// More than any right key file holds, in bytes.
pub(super) const MAX_FILE: u64 = 8 << 10;
/// Most keys of a ring.
const MOST_KEYS: usize = 32;
/// Word that marks a line of which the key no longer wraps.
const RETIRED: &str = "# retired ";

impl MasterKey {
    /// Makes a new key and writes it to a new file that only its owner can read (`0600`).
    /// Blocks; call it at start.
    ///
    /// # Errors
    /// [`VaultError::KeyFile`], also when the file exists: a key is never overwritten.
    pub fn generate_file(path: &Path, random: &dyn Random) -> Result<Self, VaultError> {
        let (bytes, text) = new_line(random);
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
}

fn new_line(random: &dyn Random) -> (Secret, Zeroizing<String>) {
    let mut bytes = Secret::new([0; 32]);
    random.fill(bytes.as_mut_slice());
    let text = Zeroizing::new(STANDARD.encode(bytes.as_slice()) + "\n");
    (bytes, text)
}

/// Reads the file's text, if only those may read it who should.
pub(super) fn read_text(path: &Path) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let failed = |source| VaultError::KeyFile { path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    // Asked of the open file, not of the path, which may lead elsewhere a moment later.
    refuse_open_to_others(path, &file)?;
    let mut text = Zeroizing::new(Vec::with_capacity(256));
    file.take(MAX_FILE + 1).read_to_end(&mut text).map_err(failed)?;
    Ok(text)
}

/// The keys of a text, one a line; lines that are empty or begin with `#` are passed over, and what follows a
/// key after `#` is a remark. `None` when anything else stands there, or no key.
pub(super) fn parse(text: &[u8]) -> Option<Vec<Secret>> {
    if text.len() as u64 > MAX_FILE {
        return None;
    }
    let mut keys = Vec::new();
    for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty() && !line.starts_with(b"#")) {
        let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
        let (key, remark) = line.split_at_checked(end)?;
        if !remark.is_empty() && !remark.trim_ascii().starts_with(b"#") {
            return None;
        }
        keys.push(parse_key(key)?);
    }
    if keys.is_empty() || keys.len() > MOST_KEYS { None } else { Some(keys) }
}

fn parse_key(text: &[u8]) -> Option<Secret> {
    let mut bytes = Secret::new([0; 32]);
    match text.len() {
        64 => hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?,
        // base64 of 32 bytes; the trailing "=" may have been lost.
        43 | 44 => {
            let text = text.strip_suffix(b"=").unwrap_or(text);
            let decoded = Zeroizing::new(STANDARD_NO_PAD.decode(text).ok()?);
            bytes.copy_from_slice(decoded.get(..32).filter(|_| decoded.len() == 32)?);
        }
        _ => return None,
    }
    Some(bytes)
}

/// Puts a new key before the others and marks those as retired: from now on it wraps, they only unwrap. The file is
/// replaced in one step and keeps its owner and permissions. Blocks.
///
/// # Errors
/// [`VaultError::KeyFile`], [`VaultError::KeyFileContent`]; then the file is as it was.
pub fn add_key_line(path: &Path, random: &dyn Random, now: Timestamp) -> Result<(), VaultError> {
    let text = checked_text(path)?;
    let (_, mut new) = new_line(random);
    for line in text.lines() {
        new.push_str(line);
        let is_key = !line.trim().is_empty() && !line.trim_start().starts_with('#');
        if is_key && !line.contains(RETIRED) {
            new.push_str(&format!(" {RETIRED}{}", now.unix_seconds()));
        }
        new.push('\n');
    }
    replace(path, new.as_bytes())
}

/// A line of which the key no longer wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retired {
    /// Line of the file, from 1.
    pub line: usize,
    /// Since when.
    pub since: Timestamp,
}

/// Lines of which the keys no longer wrap, and since when. Blocks.
///
/// # Errors
/// [`VaultError::KeyFile`], [`VaultError::KeyFileContent`].
pub fn retired_lines(path: &Path) -> Result<Vec<Retired>, VaultError> {
    let text = checked_text(path)?;
    Ok(text.lines().enumerate().filter_map(|(at, line)| Some(Retired { line: at + 1, since: retired_since(line)? })).collect())
}

/// Takes out the lines that retired longer ago than `kept`. How many. Blocks.
///
/// # Errors
/// [`VaultError::KeyFile`], [`VaultError::KeyFileContent`]; then the file is as it was.
pub fn drop_retired_lines(path: &Path, now: Timestamp, kept: Duration) -> Result<usize, VaultError> {
    let text = checked_text(path)?;
    let goes = |line: &str| retired_since(line).is_some_and(|since| since + kept <= now);
    let count = text.lines().filter(|line| goes(line)).count();
    if count > 0 {
        let mut new = Zeroizing::new(String::with_capacity(text.len()));
        for line in text.lines().filter(|line| !goes(line)) {
            new.push_str(line);
            new.push('\n');
        }
        replace(path, new.as_bytes())?;
    }
    Ok(count)
}

fn retired_since(line: &str) -> Option<Timestamp> {
    let (_, when) = line.split_once(RETIRED)?;
    when.trim().parse().ok().map(Timestamp::from_unix_seconds)
}

fn checked_text(path: &Path) -> Result<Zeroizing<String>, VaultError> {
    let text = read_text(path)?;
    let content = || VaultError::KeyFileContent { path: path.to_owned() };
    parse(&text).ok_or_else(content)?;
    std::str::from_utf8(&text).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| content())
}

/// Replaces a file in one step: a new one beside it, synced, renamed over it, and the folder synced.
fn replace(path: &Path, text: &[u8]) -> Result<(), VaultError> {
    let failed = |source| VaultError::KeyFile { path: path.to_owned(), source };
    let partial = path.with_extension("partial");
    // Left by a run that was killed; it was never the key file.
    std::fs::remove_file(&partial).ok();
    let written = create_private(&partial).and_then(|mut file| {
        file.write_all(text)?;
        keep_owner(path, &partial)?;
        file.sync_all()?;
        std::fs::rename(&partial, path)?;
        sync_folder_of(path)
    });
    if written.is_err() {
        std::fs::remove_file(&partial).ok();
    }
    written.map_err(failed)
}

#[cfg(unix)]
fn keep_owner(from: &Path, to: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (old, new) = (std::fs::metadata(from)?, std::fs::metadata(to)?);
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        std::os::unix::fs::chown(to, Some(old.uid()), Some(old.gid()))?;
    }
    std::fs::set_permissions(to, old.permissions())
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> std::io::Result<()> {
    Ok(())
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

pub(crate) fn create_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A new file survives a power cut only when its folder was written too.
pub(crate) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
