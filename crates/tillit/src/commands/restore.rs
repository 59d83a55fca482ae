//! `tillit restore`: checks a backup, replaces the database with it in one step, and says what to look at.

use std::io::BufRead as _;

use anyhow::{Context as _, Result, bail};
use secrecy::ExposeSecret as _;
use tillit_accounts::AfterRestore;
use tillit_backup::{Backup, BackupError, Checked, Held, Keyhole, Restored};
use tillit_store::{Db, DbOptions};
use tillit_vault::Vault;

use super::backup::telling;
use crate::config::Config;
use crate::house::{self, House};
use crate::{cli, keys, private, say};

/// Checks, asks, restores, forgets again, and tells.
pub async fn run(config: &Config, options: &cli::Restore) -> Result<()> {
    let cx = house::operator(config)?;
    let vault = Vault::with_options(keys::existing(config).await?, keys::options(config));
    let backup = Backup::new(&options.file, keyhole(options)?);
    let checked = backup.check(&vault, &cx, &mut telling("check")).await?;
    describe(&checked);
    if checked.epochs_missing > 0 && !options.lose_profiles {
        bail!(
            "the keys of {} people in this backup are under epochs that are in none of the folders of keys.epochs; nothing was changed. \
             Bring a folder back, or mount its disk. If all of them are lost for good, these profiles are too, and nothing else: --lose-profiles",
            checked.epochs_missing
        );
    }
    if options.check {
        say::line("The backup is good. Nothing was changed.");
        return Ok(());
    }
    let profiles_missing = checked.epochs_missing > 0;
    let url = config.database.migrate_url.as_ref().unwrap_or(&config.database.url).expose_secret();
    if Db::is_in_use(url).await.context("look at the database")? {
        return Err(BackupError::InUse.into());
    }
    let db = Db::open(url, &DbOptions::default()).await.context("open the database")?;
    match tillit_backup::held(&db, &cx).await? {
        Some(_) if !options.replace => return Err(BackupError::NotEmpty.into()),
        Some(held) => confirm(&held)?,
        None => {}
    }
    let restored = checked.restore(&db, &cx, options.replace, &mut telling("restore")).await?;
    db.close().await;
    say::line("The database is now what the backup holds.");
    if profiles_missing {
        say::line("Run `tillit keys give-up-epochs --lose-profiles` next, since the folders of keys.epochs are lost; then start.");
        return Ok(());
    }
    let house = House::open(config).await.context("the backup is in place, but the start stops. Mend this, then start as always")?;
    say_what_to_check(&house, &restored);
    house.close().await;
    Ok(())
}

fn keyhole(options: &cli::Restore) -> Result<Keyhole> {
    if let Some(file) = &options.passphrase_file {
        return Ok(Keyhole::passphrase(&private::read(file)?, &file.display().to_string())?);
    }
    let texts = options.identity.iter().map(|file| Ok((file.display().to_string(), private::read(file)?))).collect::<Result<Vec<_>>>()?;
    Ok(Keyhole::identities(texts.iter().map(|(name, text)| (name.as_str(), text)))?)
}

fn describe(checked: &Checked) {
    let about = &checked.about;
    say::line(format!(
        "Whole, and of this installation: everything as it was on {}, {} organisations, {} people, {} rows (Tillit {}, version {} of the database).",
        say::moment(about.taken_at),
        about.rows_of("organisation"),
        about.rows_of("person"),
        about.rows(),
        about.program,
        about.schema
    ));
    if checked.too_old > 0 {
        say::line(format!(
            "The backup period is over for {} people in it: their profiles open no more and begin empty; everything else is as it was.",
            checked.too_old
        ));
    }
}

/// Names what will be lost, and waits until that is typed.
fn confirm(held: &Held) -> Result<()> {
    let more = held.organisations - i64::try_from(held.names.len()).unwrap_or(0);
    let names = held.names.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() };
    let words = format!("replace {} people", held.people);
    say::line(format!(
        "In the database now: {} organisations ({names}) with {} people, and everything that happened since the backup. All of it will be lost.",
        held.organisations, held.people
    ));
    say::line(format!("To go on, type: {words}"));
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed).context("read the answer")?;
    if typed.trim() == words {
        return Ok(());
    }
    bail!("that was not \"{words}\"; nothing was changed")
}

/// What a backup brings back that somebody may have changed since, and by which people come in: to be looked at, since nothing
/// outside the backup knows of it.
const THE_OLD_AGAIN: [&str; 9] = [
    "people who were switched off, and roles that were taken away since: do it again",
    "passwords that were changed and codes of recovery kits that were used since: they are the old ones again",
    "passkeys and authenticator apps that were removed since, break-glass codes that were closed, and contacts for emergencies: the old ones again",
    "accounts at the provider that were unlinked since, or linked to somebody else: as they were then",
    "single sign-on: on or off, and with which credential, as it was then; one that was replaced since may have expired or leaked",
    "who must have a second factor, and how many owners' codes are needed: as it was then",
    "requests to let an organisation back in (`tillit restore-access`) that were stopped or taken back since: they run again",
    "the webhook of an audit log: the address and the secret of then",
    "everybody signs in again: sessions are not in a backup",
];

fn say_what_to_check(house: &House, restored: &Restored) {
    let (about, back) = (&restored.about, house.brought_back);
    let after: AfterRestore = back.after.unwrap_or_default();
    if back.forgotten_again > 0 {
        say::line(format!("{} people had been forgotten since; they are forgotten again.", back.forgotten_again));
    }
    if back.removed_again > 0 {
        say::line(format!("{} organisations had been removed since; they are removed again.", back.removed_again));
    }
    if back.chose_less_again > 0 {
        say::line(format!(
            "{} organisations had chosen since to hold less of their people; the values are deleted again.",
            back.chose_less_again
        ));
    }
    if back.profiles_lost > 0 {
        say::line(format!("{} people begin with an empty profile; the next sign-in or sync fills it.", back.profiles_lost));
    }
    say::line(format!(
        "Noted in the log of {} organisations. Look at these, since they are as they were on {}:",
        after.organisations,
        say::moment(about.taken_at)
    ));
    for what in THE_OLD_AGAIN {
        say::line(format!("  - {what}"));
    }
    if after.tokens > 0 {
        say::line(format!(
            "  - all {} tokens of service identities are revoked, since one that was revoked since would work again: make new ones",
            after.tokens
        ));
    }
    if after.invitations + after.links > 0 {
        say::line(format!(
            "  - {} open invitations and {} one-time links are void, since one that was withdrawn or used since would work again: send new ones",
            after.invitations, after.links
        ));
    }
    let jobs = about.rows_of("job");
    if jobs > 0 {
        say::line(format!(
            "  - {jobs} chores that waited then are done now, also those that were done since; mails that waited then are not sent"
        ));
    }
    say::line("Then `tillit doctor`, and `tillit serve`.");
}
