//! Mails as files, for the demo.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::stored::StoredMail;

/// Largest file that is read.
const MAX_FILE: u64 = 512 << 10;
/// Most files of the folder that are looked at.
const MAX_FILES: usize = 10_000;
/// Most mails that are listed.
const MAX_LISTED: usize = 200;

/// Makes the folder, if there is none, for this program alone: mails hold links that let people in.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a mail as `ID.eml`: whole or not at all, and a repeated attempt replaces the same file. Nobody else on this machine reads it.
pub(crate) async fn write(folder: &Path, id: &str, message: Vec<u8>) -> io::Result<()> {
    let unfinished = folder.join(format!(".{id}.tmp"));
    let done = folder.join(format!("{id}.eml"));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&unfinished).await?;
    // Also of one that an earlier attempt left behind.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).await?;
    file.write_all(&message).await?;
    file.flush().await?;
    drop(file);
    fs::rename(unfinished, done).await
}

/// The newest mails of the folder, newest first, at most 200. Files that are not mails of ours
/// are passed over.
///
/// # Errors
/// If the folder cannot be read.
pub async fn folder_list(folder: &Path) -> io::Result<Vec<StoredMail>> {
    let mut entries = fs::read_dir(folder).await?;
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.ends_with(".eml") && !name.starts_with('.')) && files.len() < MAX_FILES {
            files.push(entry.path());
        }
    }
    // The names are ids of jobs, which are ordered by time.
    files.sort_unstable_by(|one, other| other.cmp(one));
    let mut mails = Vec::new();
    for path in files.into_iter().take(MAX_LISTED) {
        mails.extend(read(&path).await);
    }
    Ok(mails)
}

async fn read(path: &Path) -> Option<StoredMail> {
    let name = path.file_name()?.to_str()?.to_owned();
    let mut bytes = Vec::new();
    fs::File::open(path).await.ok()?.take(MAX_FILE).read_to_end(&mut bytes).await.ok()?;
    StoredMail::parse(name, &bytes)
}
