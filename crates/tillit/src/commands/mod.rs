//! The commands, one file each.

mod analyze;
mod audit;
mod backup;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod keys;
mod organisation;
mod people;
mod registration;
mod restore;
mod restore_access;
mod serve;
mod token;

pub use analyze::worker;
use anyhow::{Context as _, Result};

use crate::cli::{AuditCommand, Cli, Command, ConfigCommand, ConfigFile, KeysCommand, OrganisationCommand, TokenCommand};
use crate::config::{self, Config};
use crate::house::House;
use crate::{logging, say};

/// Runs a command.
pub async fn run(cli: Cli) -> Result<()> {
    match cli.command {
        #[cfg(feature = "demo")]
        Command::Demo(options) => demo::run(options).await,
        Command::Serve(options) => serve::run(load(&options.config)?, options.role).await,
        Command::Init(options) => people::init(&load(&options.config)?, &options.organisation).await,
        Command::Organisation(OrganisationCommand::Add { config, organisation }) => people::add(&load(&config)?, &organisation).await,
        Command::Organisation(OrganisationCommand::Show(of)) => organisation::show(&load(&of.config)?, &of.organisation).await,
        Command::Organisation(OrganisationCommand::Remove { config, slug, yes }) => {
            organisation::remove(&load(&config)?, &slug, yes.as_deref()).await
        }
        Command::Organisation(OrganisationCommand::AddDomain { of, domain }) => {
            organisation::add_domain(&load(&of.config)?, &of.organisation, &domain).await
        }
        Command::Organisation(OrganisationCommand::RemoveDomain { of, domain }) => {
            organisation::remove_domain(&load(&of.config)?, &of.organisation, &domain).await
        }
        Command::Organisation(OrganisationCommand::ReleaseTenant { of, tenant, yes }) => {
            organisation::release_tenant(&load(&of.config)?, &of.organisation, &tenant, yes).await
        }
        Command::Recover(options) => people::recover(&load(&options.config)?, &options.organisation, &options.owner).await,
        Command::Token(TokenCommand::Create(options)) => token::create(&load(&options.config)?, &options).await,
        Command::Token(TokenCommand::Check(file)) => token::check(&load(&file)?).await,
        Command::RestoreAccess(command) => restore_access::run(&load(&command.of().config)?, &command).await,
        Command::Keys(KeysCommand::Rotate(options)) => keys::rotate(&load(&options.config)?, &options).await,
        Command::Keys(KeysCommand::GiveUpEpochs { config, .. }) => keys::give_up_epochs(&load(&config)?).await,
        Command::Keys(KeysCommand::Status(file)) => keys::status(&load(&file)?).await,
        Command::Audit(AuditCommand::Verify(options)) => match &options.file {
            Some(file) => audit::verify_exported(file, &options),
            None => audit::verify(&load(&options.config)?, &options).await,
        },
        Command::Audit(AuditCommand::Accept(options)) => audit::accept(&load(&options.config)?, &options).await,
        Command::Audit(AuditCommand::Export { config, organisation }) => audit::export(&load(&config)?, organisation.as_deref()).await,
        Command::Backup(options) => backup::run(&options).await,
        Command::Restore(options) => restore::run(&load(&options.config)?, &options).await,
        Command::Analyze(options) => analyze::run(&options),
        Command::Migrate(file) => migrate(&load(&file)?).await,
        Command::Config(ConfigCommand::Check(file)) => {
            load(&file)?;
            say::line("The configuration is in order.");
            Ok(())
        }
        Command::Config(ConfigCommand::Schema) => {
            say::line(config::schema());
            Ok(())
        }
        Command::Registration(options) => registration::run(&load(&options.config)?, &options),
        Command::Doctor(file) => doctor::run(&file).await,
    }
}

/// Reads the configuration and starts logging.
fn load(file: &ConfigFile) -> Result<Config> {
    let config = read(file)?;
    logging::start(&config.log);
    Ok(config)
}

fn read(file: &ConfigFile) -> Result<Config> {
    Ok(Config::load(file.config.as_deref(), std::env::vars())?)
}

async fn migrate(config: &Config) -> Result<()> {
    let house = House::open(config).await?;
    let status = house.db.status().await.context("read the state of the database")?;
    house.close().await;
    say::line(format!("The database is up to date: migration {} of {}.", status.applied, status.known));
    Ok(())
}
