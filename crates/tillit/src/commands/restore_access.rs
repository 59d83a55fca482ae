//! `tillit restore-access`: lets a hosted organisation back in whose owners cannot get in.

use anyhow::{Context as _, Result, bail};
use tillit_accounts::ways_back::{Looked, NewRestore, RestorePages, RestoreState, View};
use tillit_accounts::{AccountsError, Organisation};
use tillit_fetch::TxtResolver;
use tillit_store::{Cx, Timestamp};

use super::people::find;
use crate::cli::RestoreCommand;
use crate::config::{Config, OutgoingMail};
use crate::house::House;
use crate::{say, wiring};

/// `tillit restore-access …`
pub async fn run(config: &Config, command: &RestoreCommand) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    let organisation = find(&house, &cx, &command.of().organisation).await?;
    let done = work(&house, config, &cx.in_organisation(organisation.id), &organisation, command).await;
    house.close().await;
    done
}

async fn work(house: &House, config: &Config, cx: &Cx, organisation: &Organisation, command: &RestoreCommand) -> Result<()> {
    let (accounts, pages) = (&house.accounts, wiring::restore_pages(config));
    match command {
        RestoreCommand::Start { domain, contact, owner, .. } => {
            if matches!(config.mail, OutgoingMail::Off) {
                bail!("[smtp] is not configured: the contact and the owners could not be told");
            }
            let new = NewRestore {
                domain: domain.parse().context("--domain")?,
                contact: contact.parse().context("--contact")?,
                named: owner.parse().context("--owner")?,
            };
            let state = accounts.begin_restore(cx, &new, &pages).await.map_err(explain)?;
            say::line(format!("A restore of {} has begun. The contact has a mail, and so has every owner.", organisation.name));
            tell(&state);
        }
        RestoreCommand::Status(_) => show(accounts.restore(cx).await?, organisation),
        RestoreCommand::Check(_) => check(house, config, cx, organisation, &pages).await?,
        RestoreCommand::Withdraw(_) => {
            accounts.withdraw_restore(cx).await.map_err(explain)?;
            say::line("The restore was taken back. Owners are told.");
        }
    }
    Ok(())
}

async fn check(house: &House, config: &Config, cx: &Cx, organisation: &Organisation, pages: &RestorePages) -> Result<()> {
    let resolver = TxtResolver::new(&config.dns_resolvers);
    match house.accounts.look_for_record(cx, &resolver, pages).await.map_err(explain)? {
        Looked::Seen => say::line("The record is there, and counts."),
        Looked::NotThere => say::line("The record is not there yet. New records can take an hour to be seen."),
        Looked::NothingAsked => say::line("No record is missing."),
    }
    show(house.accounts.restore(cx).await?, organisation);
    Ok(())
}

fn show(state: Option<RestoreState>, organisation: &Organisation) {
    match state {
        None => say::line(format!("{} was never restored.", organisation.name)),
        Some(state) => tell(&state),
    }
}

/// Where it stands, and what is to be done next.
fn tell(state: &RestoreState) {
    say::line(format!("Becomes an owner:  {}", state.named.as_str()));
    say::line(format!(
        "Must agree:        {}. These are two people: if both addresses are one person's, take it back.",
        state.contact.as_str()
    ));
    say::line(match state.view {
        View::None => "It is over.".to_owned(),
        View::Gathering { dns, contact, until } => {
            let word = |there| if there { "shown" } else { "missing" };
            format!("Proofs: DNS {}, contact {}. Both by {}.", word(dns), word(contact), time(until))
        }
        View::Waiting { until } => format!("Both proofs are there. Owners can stop it until {}.", time(until)),
        View::Stopped { until, .. } => format!("An owner stopped it. It goes on with a second record, shown by {}.", time(until)),
        View::Overriding { until } => format!("The second record was shown. Nobody can stop it; open on {}.", time(until)),
        View::Open { until } => format!("Open until {}: the link was mailed to {}.", time(until), state.named.as_str()),
    });
    if let Some(record) = &state.record {
        say::line("Ask the organisation to add this record to its DNS:");
        say::line(format!("{}  TXT  \"{}\"", record.name, record.text));
        say::line("It is looked for every few minutes, and at once by `tillit restore-access check`.");
    }
    for moment in &state.history {
        say::line(format!("  {}  {}", time(moment.at), moment.what.replace('_', " ")));
    }
}

fn explain(error: AccountsError) -> anyhow::Error {
    match error {
        AccountsError::WaysBack(refusal) => anyhow::anyhow!("{refusal}"),
        AccountsError::Dns => anyhow::anyhow!("a DNS resolver did not answer; `dns.resolver` says which ones are asked"),
        error => error.into(),
    }
}

fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.unix_seconds()).map_or_else(|_| "?".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
