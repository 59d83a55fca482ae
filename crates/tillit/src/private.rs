//! Small files with secrets, named on the command line.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use secrecy::SecretString;

/// Larger than any of them, in bytes.
const MOST: u64 = 64 << 10;

/// Reads a file that nobody but its owner can read.
pub fn read(path: &Path) -> Result<SecretString> {
    use std::os::unix::fs::PermissionsExt as _;
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("open {name}"))?;
    let about = file.metadata().with_context(|| format!("look at {name}"))?;
    if !about.is_file() {
        bail!("{name} is no file");
    }
    if about.permissions().mode() & 0o077 != 0 {
        bail!("{name} can be read by others on this machine; run: chmod 600 {name}");
    }
    let mut text = String::new();
    file.take(MOST + 1).read_to_string(&mut text).with_context(|| format!("read {name}"))?;
    if text.len() as u64 > MOST {
        bail!("{name} is larger than {MOST} bytes");
    }
    Ok(SecretString::from(text))
}

/// Makes a file that only its owner can read; refuses to overwrite one.
pub fn create(path: &Path) -> Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.with_context(|| format!("make {}", path.display()))
}

/// Makes the name of a new file last.
pub fn sync_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| format!("write the folder {}", folder.display()))
}
