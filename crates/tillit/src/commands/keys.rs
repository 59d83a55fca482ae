//! `tillit keys`: replacing keys, and how they stand.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use secrecy::ExposeSecret as _;
use tillit_store::{Cx, Db, DbOptions, Duration, Timestamp};
use tillit_vault::{EpochReport, Rotation, SealedTable, Step, Vault, VaultError, add_key_line, drop_retired_lines, retired_lines};

use crate::cli;
use crate::config::{Config, MasterSource};
use crate::house::{self, House};
use crate::{keys, say};

/// How often `--wait` looks again.
const LOOK: Duration = Duration::seconds(1);
/// Longest stretch of work between two lines about it.
const STRETCH: Duration = Duration::seconds(5);

/// `tillit keys rotate`.
pub async fn rotate(config: &Config, options: &cli::Rotate) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    if options.master {
        master(config, &house, &cx).await?
    } else {
        data(&house, &cx, options).await?
    }
    house.close().await;
    Ok(())
}

/// Replaces the master key. What a killed run left is finished first, without another new key.
async fn master(config: &Config, house: &House, cx: &Cx) -> Result<()> {
    let file = match &config.keys.master {
        MasterSource::File(path) => Some(path.as_path()),
        MasterSource::Command(_) | MasterSource::Kms(_) => None,
    };
    let left = house.vault.under_old_master(&house.db, cx).await?;
    match file {
        Some(_) if left > 0 => say::line(format!("{left} keys are still under an older master key; they are wrapped again now.")),
        Some(path) => {
            add_key_line(path, house.random.as_ref(), cx.now())?;
            say::line(format!("{} has a new first line, which wraps from now on.", path.display()));
        }
        None => {}
    }
    let done = house.vault.rotate_master(&house.db, cx).await?;
    if house.vault.under_old_master(&house.db, cx).await? > 0 {
        bail!("a key was added meanwhile under the older master key; run this again");
    }
    say::line(format!("{} keys of the database and {} of the epochs are under the current master key.", done.keys, done.epochs));
    if let Some(path) = file {
        let gone = drop_retired_lines(path, cx.now(), keys::backups(config))?;
        if gone > 0 {
            say::line(format!("{gone} lines that only backups older than {} days needed were taken out.", config.keys.backup_days));
        }
        say::line(format!(
            "Keep a copy of {} apart from the database's backups. Older lines stay for backups that are kept, {} days; the next \
             `tillit keys rotate --master` takes them out.",
            path.display(),
            config.keys.backup_days
        ));
    } else {
        say::line("Everything was wrapped by the key that wraps now; older ones are only needed for older backups.");
    }
    Ok(())
}

async fn data(house: &House, cx: &Cx, options: &cli::Rotate) -> Result<()> {
    let tables = keys::sealed_tables();
    if options.accept_damage {
        if house.vault.accept_damage(&house.db, cx).await? {
            say::line("The old keys are let go.");
        } else {
            bail!("no rotation waits because of damaged values");
        }
    } else {
        let (rotation, is_new) = house.vault.begin_rotation(&house.db, cx, &tables).await?;
        say::line(if is_new {
            "The data keys are being replaced.".to_owned()
        } else {
            format!("A rotation is under way: {}.", sentence(&rotation, cx.now()))
        });
    }
    if options.wait {
        return wait(house, cx, &tables).await;
    }
    say::line("`tillit serve` goes on with it in the background; `tillit keys status` shows how far it is.");
    Ok(())
}

async fn wait(house: &House, cx: &Cx, tables: &[SealedTable]) -> Result<()> {
    let mut said = String::new();
    loop {
        let rotation = match house.vault.rotate(&house.db, cx, tables, STRETCH).await {
            // A server does it; looking is enough.
            Err(VaultError::Busy) => house.vault.rotation(&house.db, cx).await?,
            other => other?,
        };
        let Some(rotation) = rotation else { return Ok(()) };
        let line = sentence(&rotation, cx.now());
        if line != said {
            say::line(&line);
            said = line;
        }
        if rotation.step == Step::Finished {
            return Ok(());
        }
        if let Some(damage) = rotation.damage.filter(|_| rotation.not_before > cx.now() + Duration::hours(1)) {
            bail!(
                "{} values do not open, so the old keys are kept. The first: {damage}. Put them right, or let the old keys go with --accept-damage",
                rotation.damaged
            );
        }
        if rotation.not_before > cx.now() {
            tokio::time::sleep(LOOK.to_std()).await;
        }
    }
}

/// Where a rotation stands, in words.
fn sentence(rotation: &Rotation, now: Timestamp) -> String {
    let step = match rotation.step {
        Step::Organisations => "new keys for organisations",
        Step::People => "new secrets for people",
        Step::Values => "sealing every value again",
        Step::LastValues => "looking for values that were sealed meanwhile",
        Step::Drop => "old keys go",
        Step::Finished => return "The rotation is done; every value is under a new key and the old ones are gone".to_owned(),
    };
    let percent = if rotation.total == 0 { 0 } else { rotation.done * 100 / rotation.total };
    let wait = (rotation.not_before - now).as_seconds();
    let wait = if wait > 0 { format!("; waits {wait} s until every node knows the new keys") } else { String::new() };
    format!("{step}: {} of {} rows ({percent} %){wait}", rotation.done, rotation.total)
}

/// `tillit keys give-up-epochs`. The house cannot be opened in this state, so only what is needed is.
pub async fn give_up_epochs(config: &Config) -> Result<()> {
    let db = Db::open(config.database.url.expose_secret(), &DbOptions::default()).await.context("open the database")?;
    let cx = house::operator(config)?;
    let vault = Vault::with_options(keys::existing(config).await?, keys::options(config));
    let people = vault.give_up_epochs(&db, &cx).await?;
    db.close().await;
    say::line(match people {
        0 => "Nothing is missing; nothing was changed.".to_owned(),
        _ => format!(
            "The next start goes on without the profiles of {people} people. They sign in as before; profiles are filled again from the directory."
        ),
    });
    Ok(())
}

/// `tillit keys status`.
pub async fn status(config: &Config) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    if let MasterSource::File(path) = &config.keys.master {
        say::line(format!("Master key: {}{}", path.display(), retired(path, cx.now()).context("keys.file")?));
    } else {
        say::line("Master key: another program keeps it.");
    }
    match house.vault.under_old_master(&house.db, &cx).await? {
        0 => say::line("  Everything it wraps is under the key that wraps now."),
        left => say::line(format!("  {left} keys are under an older master key; `tillit keys rotate --master` goes on with it.")),
    }
    match house.vault.rotation(&house.db, &cx).await? {
        None => say::line("Data keys: never replaced."),
        Some(rotation) => {
            say::line(format!("Data keys: {}.", sentence(&rotation, cx.now())));
            if let Some(damage) = &rotation.damage {
                say::line(format!("  {} values do not open. The first: {damage}.", rotation.damaged));
            }
        }
    }
    let report = EpochReport::of(&keys::epochs(config), cx.now());
    let days = |moment: Timestamp| (moment - cx.now()).as_seconds().max(0) / 86_400;
    say::line(format!(
        "Epochs: {} keys; the newest ends in {} days, the oldest is destroyed in {} days.",
        report.epochs,
        report.ends_at.map_or(0, days),
        report.next_end.map_or(0, days)
    ));
    for folder in &report.folders {
        say::line(format!("  {}: {}", folder.folder.display(), folder.problem.as_deref().unwrap_or("in order")));
    }
    let waiting = house.vault.erasures_waiting(&house.db, &cx).await?;
    if waiting > 0 {
        say::line(format!("  {waiting} erasures are not in the ledger yet."));
    }
    house.close().await;
    Ok(())
}

fn retired(path: &Path, now: Timestamp) -> Result<String> {
    let lines = retired_lines(path)?;
    Ok(match lines.iter().map(|line| line.since).min() {
        None => String::new(),
        Some(oldest) => {
            format!(", and {} older lines for backups, the oldest retired {} days ago", lines.len(), (now - oldest).as_seconds() / 86_400)
        }
    })
}
