//! From `[keys]` of the configuration to a vault.

use std::sync::Arc;

use anyhow::{Result, bail};
use tillit_store::{Duration, Random};
use tillit_vault::{EpochOptions, KeyRing, KeyService, KeyWrapper, MasterKey, Program, SealedTable, VaultOptions, Wrappers};

use crate::config::{Config, MasterSource};

/// Tables with sealed columns of all rooms, for rotations.
pub fn sealed_tables() -> Vec<SealedTable> {
    [
        tillit_vault::sql::SEALED,
        tillit_backup::sql::SEALED,
        tillit_jobs::sql::SEALED,
        tillit_accounts::sql::SEALED,
        tillit_accounts::sql_sign_in::SEALED,
        tillit_accounts::service::sql::SEALED,
        tillit_accounts::ways_back::sql::SEALED,
        tillit_sso::sql::SEALED,
    ]
    .concat()
}

/// How the vault holds keys.
pub fn options(config: &Config) -> VaultOptions {
    VaultOptions { hold: Duration::seconds(i64::from(config.keys.hold_seconds)), epochs: Some(epochs(config)) }
}

/// Where the epochs are.
pub fn epochs(config: &Config) -> EpochOptions {
    EpochOptions { folders: config.keys.epochs.clone(), backups: backups(config) }
}

/// How long backups are kept.
pub fn backups(config: &Config) -> Duration {
    Duration::days(i64::from(config.keys.backup_days))
}

/// The master key as configured. A missing key file is made, for a database that nothing was sealed in yet (`set_up`
/// is false). A key made beside sealed data would be worthless, and would stand where the right one must be put back.
pub async fn master(config: &Config, set_up: bool, random: &dyn Random) -> Result<Arc<dyn KeyWrapper>> {
    if let MasterSource::File(path) = &config.keys.master
        && !path.exists()
    {
        if set_up {
            bail!(
                "the key file {} ([keys] file) is missing, and the database holds data that was sealed with it: \
                 put the file back from its copy; no other key opens this data",
                path.display()
            );
        }
        MasterKey::generate_file(path, random)?;
        tracing::warn!(file = %path.display(), "a new master key was made; keep a copy of it apart from the database's backups");
    }
    existing(config).await
}

/// The master key as configured, if it is there.
pub async fn existing(config: &Config) -> Result<Arc<dyn KeyWrapper>> {
    let first = source(&config.keys.master).await?;
    if config.keys.others.is_empty() {
        return Ok(first);
    }
    let mut others = Vec::new();
    for other in &config.keys.others {
        others.push(source(other).await?);
    }
    Ok(Arc::new(Wrappers::new(first, others)))
}

async fn source(source: &MasterSource) -> Result<Arc<dyn KeyWrapper>> {
    let program = |words: &[String]| {
        let (path, arguments) = words.split_first().map_or((String::new(), Vec::new()), |(path, rest)| (path.clone(), rest.to_vec()));
        Program::new(path, arguments)
    };
    Ok(match source {
        MasterSource::File(path) => Arc::new(KeyRing::file(path)?),
        MasterSource::Command(words) => Arc::new(KeyRing::command(program(words)).await?),
        MasterSource::Kms(words) => Arc::new(KeyService::new(program(words))),
    })
}
