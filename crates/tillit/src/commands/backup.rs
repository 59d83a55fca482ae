//! `tillit backup`: the whole database into one encrypted file, while people work.

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use secrecy::ExposeSecret as _;
use tillit_backup::{Lock, NewIdentity, Progress, Taken};
use tillit_store::{Clock as _, Cx, Db, DbOptions, Duration, Engine, SystemClock, Timestamp};
use tillit_vault::Vault;

use crate::config::Config;
use crate::{cli, house, keys, private, say};

/// Between two lines about work under way.
const SILENCE: Duration = Duration::seconds(3);
/// A backup that is older than this wants to be looked at.
const OLD: Duration = Duration::days(2);
/// Standard output.
const OUTPUT: &str = "-";
/// Before the recipient in the file of an identity.
pub(super) const PUBLIC_KEY: &str = "# public key: ";

/// Takes a backup, or makes an identity.
pub async fn run(options: &cli::Backup) -> Result<()> {
    if let Some(path) = &options.make_identity {
        return make_identity(path);
    }
    let config = super::load(&options.config)?;
    let path = options.file.as_deref().context("no file is given")?;
    let lock = lock(&config, options)?;
    let (db, vault, cx) = open(&config).await?;
    let (taken, bytes) = if path == Path::new(OUTPUT) {
        if std::io::stdout().is_terminal() {
            bail!("standard output is a terminal; send the backup into a file or a program");
        }
        take(&db, &vault, &cx, &lock, std::io::stdout().lock()).await?
    } else {
        to_file(&db, &vault, &cx, &lock, path).await?
    };
    tillit_backup::note(&db, &cx, &taken, bytes).await.context("note that the backup was taken")?;
    db.close().await;
    say::aside(format!(
        "{}: everything as it was on {}, {} rows, {}.",
        path.display(),
        say::moment(taken.about.taken_at),
        taken.about.rows(),
        say::size(bytes)
    ));
    say::aside(
        "The master key is not in it, nor are the folders of keys.epochs: keep a copy of the key elsewhere, and of the folders none.",
    );
    Ok(())
}

/// Writes a new identity, and gives its recipient.
pub(super) fn write_identity(path: &Path) -> Result<String> {
    let identity = NewIdentity::make();
    let mut file = private::create(path)?;
    let text = format!("{PUBLIC_KEY}{}\n{}\n", identity.recipient, identity.secret.expose_secret());
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(|| format!("write {}", path.display()))?;
    private::sync_folder_of(path)?;
    Ok(identity.recipient)
}

fn make_identity(path: &Path) -> Result<()> {
    say::line(write_identity(path)?);
    say::aside(format!(
        "Whoever has {} opens backups that are encrypted for this recipient. Keep it where neither the database nor the backups are; \
         write the recipient into [backup] recipients.",
        path.display()
    ));
    Ok(())
}

/// For whom to encrypt: what the command line says, else the configuration.
fn lock(config: &Config, options: &cli::Backup) -> Result<Lock> {
    if let Some(file) = &options.passphrase_file {
        return Ok(Lock::passphrase(&private::read(file)?, &file.display().to_string())?);
    }
    Ok(Lock::recipients(if options.recipient.is_empty() { &config.backup_recipients } else { &options.recipient })?)
}

/// What a backup needs: the database as it is (nothing is migrated, made or forgotten here) and its keys.
async fn open(config: &Config) -> Result<(Db, Vault, Cx)> {
    let url = config.database.url.expose_secret();
    // Opening would make the file.
    if Engine::of_url(url) == Some(Engine::Sqlite) && !url.strip_prefix("sqlite:").is_some_and(|path| Path::new(path).exists()) {
        bail!("there is no database yet, so there is nothing to back up");
    }
    let vault = Vault::with_options(keys::existing(config).await?, keys::options(config));
    let db = Db::open(url, &DbOptions::default()).await.context("open the database")?;
    Ok((db, vault, house::operator(config)?))
}

/// Writes beside the file and renames when all of it is on the disk: a file with this name is always a whole backup.
async fn to_file(db: &Db, vault: &Vault, cx: &Cx, lock: &Lock, path: &Path) -> Result<(Taken, u64)> {
    if path.exists() {
        bail!("{} exists already; a backup never overwrites another", path.display());
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    // Left by a run that was killed; it was never a backup.
    std::fs::remove_file(&partial).ok();
    let file = private::create(&partial)?;
    let written = async {
        let (taken, bytes) = take(db, vault, cx, lock, &file).await?;
        file.sync_all().context("write the backup to the disk")?;
        std::fs::rename(&partial, path).with_context(|| format!("give {} its name", path.display()))?;
        private::sync_folder_of(path)?;
        Ok((taken, bytes))
    };
    let written: Result<_> = written.await;
    if written.is_err() {
        std::fs::remove_file(&partial).ok();
    }
    written
}

async fn take(db: &Db, vault: &Vault, cx: &Cx, lock: &Lock, to: impl Write) -> Result<(Taken, u64)> {
    let mut counted = Counted { to, bytes: 0 };
    let taken = tillit_backup::take(db, vault, cx, lock, &mut counted, &mut telling("backup")).await?;
    Ok((taken, counted.bytes))
}

/// Says how far the work is, every few seconds.
pub(super) fn telling(what: &'static str) -> impl FnMut(Progress) {
    let mut last = SystemClock.now();
    move |progress| {
        let now = SystemClock.now();
        if now - last > SILENCE {
            last = now;
            let percent = (progress.done * 100).checked_div(progress.total).unwrap_or(100);
            say::aside(format!("{what}: {} of {} rows ({percent} %), {}", progress.done, progress.total, progress.table));
        }
    }
}

/// Counts what is written.
struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// For the doctor: whether the last backup is good enough, in words. `None` while there is nothing to back up.
pub(super) async fn finding(config: &Config) -> Option<(bool, String)> {
    let url = config.database.url.expose_secret();
    if url.strip_prefix("sqlite:").is_some_and(|path| !Path::new(path).exists()) {
        return None;
    }
    let (db, cx) = (Db::open(url, &DbOptions::default()).await.ok()?, house::operator(config).ok()?);
    let (held, last) = (tillit_backup::held(&db, &cx).await, tillit_backup::last(&db, &cx).await);
    db.close().await;
    held.ok()??;
    let last = last.ok()?;
    Some(judged(last.map(|last| last.taken_at), !config.backup_recipients.is_empty(), cx.now()))
}

fn judged(last: Option<Timestamp>, has_recipients: bool, now: Timestamp) -> (bool, String) {
    let advice = if has_recipients { "" } else { "; [backup] recipients is not set either" };
    match last {
        None => (false, format!("`tillit backup` was never run here{advice}: docs/operate/backup.md has a schedule")),
        Some(at) if now - at > OLD => {
            (false, format!("the last backup was taken {} days ago{advice}: is the schedule running?", (now - at).as_seconds() / 86_400))
        }
        Some(at) => (true, format!("the last backup was taken on {}", say::moment(at))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_backup_and_none_at_all_are_told() {
        let now = Timestamp(1_795_435_200_000_000);
        assert!(judged(Some(now - Duration::hours(30)), true, now).0);
        let (good, text) = judged(Some(now - Duration::days(3)), true, now);
        assert!(!good && text.contains("3 days ago"), "{text}");
        let (good, text) = judged(None, false, now);
        assert!(!good && text.contains("recipients is not set"), "{text}");
    }
}
