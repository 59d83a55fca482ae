//! `organisation show|remove|add-domain|remove-domain|release-tenant`: who is here and what belongs to whom, which only the operator
//! decides.

use std::io::BufRead as _;

use anyhow::{Context as _, Result, bail};
use tillit_accounts::{AccountsError, Domain, DomainProof, Slug, VerifiedDomain};
use tillit_sso::SsoError;
use tillit_sso::protocol::TenantId;
use tillit_store::Cx;

use super::people::find;
use crate::config::Config;
use crate::house::House;
use crate::say;

/// `tillit organisation show`
pub async fn show(config: &Config, wanted: &str) -> Result<()> {
    let (house, cx, name) = open(config, wanted).await?;
    say::line(format!("{name}\n\nDomains"));
    for verified in house.accounts.domains(&cx).await? {
        let why = match verified.proof() {
            DomainProof::Operator => "you vouched for it".to_owned(),
            DomainProof::Dns => "its DNS had the organisation's record; counts for no restore".to_owned(),
            DomainProof::MicrosoftTenant { tenant, .. } => format!("listed by the tenant {tenant}; for signing in only"),
        };
        say::line(format!("  {:<40} {why}", verified.domain().as_str()));
    }
    say::line("\nTenants at Microsoft");
    let tenants = house.sso.tenants(&cx).await?;
    if tenants.is_empty() {
        say::line("  none");
    }
    for bound in tenants {
        let name = bound.name.as_deref().unwrap_or("(no name)");
        say::line(format!("  {}  {}  {name}, {} people linked", bound.tenant.as_str(), bound.cloud, bound.linked));
    }
    house.close().await;
    Ok(())
}

/// `tillit organisation remove`
pub async fn remove(config: &Config, wanted: &str, yes: Option<&str>) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    let slug: Slug = wanted.parse().with_context(|| format!("\"{wanted}\""))?;
    let found = house.accounts.organisation_of_slug(&cx, &slug).await?;
    let Some(id) = found else { bail!("no organisation has the short name {}", slug.as_str()) };
    let cx = cx.in_organisation(id);
    let name = house.accounts.organisation(&cx).await?.name;
    let mut tx = house.db.read(&cx).await?;
    let people = house.accounts.count_people(&mut tx, &cx).await?.all();
    tx.rollback().await?;
    say::line(format!("{name} would be removed, for good:"));
    say::line(format!("  {people} people, with all that is held about them"));
    say::line("  its domains and tenants: another organisation can have them then");
    say::line("  settings, keys, service identities, receipts, and its audit log: take it along first with `tillit audit export`");
    let typed = match yes {
        Some(yes) => yes.to_owned(),
        None => {
            say::line(format!("To go on, type: {}", slug.as_str()));
            let mut typed = String::new();
            std::io::stdin().lock().read_line(&mut typed).context("read the answer")?;
            typed.trim().to_owned()
        }
    };
    if typed != slug.as_str() {
        bail!("that was not \"{}\"; nothing was changed", slug.as_str());
    }
    let removed = house.accounts.remove_organisation(&cx).await?;
    say::line(format!("Done: {name} and its {} people are gone.", removed.people));
    say::line(match removed.final_in_backups {
        Some(until) => format!(
            "In backups: profiles open no more from {} on; names, settings and the log until you delete the backups from before. A backup that is brought back loses the organisation again at the first start.",
            say::moment(until)
        ),
        None => {
            "Without keys.epochs a backup that is brought back brings the organisation back: delete the backups from before.".to_owned()
        }
    });
    house.close().await;
    Ok(())
}

/// `tillit organisation add-domain`
pub async fn add_domain(config: &Config, wanted: &str, domain: &str) -> Result<()> {
    let (house, cx, name) = open(config, wanted).await?;
    let domain: Domain = domain.parse().with_context(|| format!("\"{domain}\""))?;
    let verified = VerifiedDomain::by_operator(&cx, domain.clone())?;
    let mut tx = house.db.begin(&cx).await?;
    let new = match house.accounts.add_domain(&mut tx, &cx, &verified).await {
        Err(AccountsError::DomainTaken) => bail!("another organisation has {}; take it from there first", domain.as_str()),
        new => new?,
    };
    tx.commit().await?;
    say::line(match new {
        true => format!("{} belongs to {name} now.", domain.as_str()),
        false => format!("{} belongs to {name} already; nothing was changed.", domain.as_str()),
    });
    house.close().await;
    Ok(())
}

/// `tillit organisation remove-domain`
pub async fn remove_domain(config: &Config, wanted: &str, domain: &str) -> Result<()> {
    let (house, cx, name) = open(config, wanted).await?;
    let domain: Domain = domain.parse().with_context(|| format!("\"{domain}\""))?;
    let mut tx = house.db.begin(&cx).await?;
    match house.accounts.remove_domain(&mut tx, &cx, &domain).await {
        Err(AccountsError::NotFound) => bail!("{name} does not have {}", domain.as_str()),
        done => done?,
    }
    tx.commit().await?;
    say::line(format!(
        "{} is nobody's now. People of {name} whose username is on it sign in at the organisation's own address /o/…/sign-in.",
        domain.as_str()
    ));
    house.close().await;
    Ok(())
}

/// `tillit organisation release-tenant`
pub async fn release_tenant(config: &Config, wanted: &str, tenant: &str, yes: bool) -> Result<()> {
    let (house, cx, name) = open(config, wanted).await?;
    let tenant: TenantId = tenant.parse().with_context(|| format!("\"{tenant}\" is no tenant id"))?;
    let bound = house.sso.tenants(&cx).await?.into_iter().find(|bound| bound.tenant == tenant);
    let Some(bound) = bound else { bail!("{name} is not bound to the tenant {}", tenant.as_str()) };
    if !yes {
        say::line(format!("{name} would give up the tenant {} ({}):", tenant.as_str(), bound.name.as_deref().unwrap_or("no name")));
        say::line(format!("  {} people would be linked to no account of it any more", bound.linked));
        say::line("  domains that only this tenant listed would be nobody's");
        say::line("  people, roles, passwords and recovery kits would stay");
        say::line("Nothing was changed. Run it again with --yes to do it.");
        house.close().await;
        return Ok(());
    }
    let released = match house.sso.release_tenant(&cx, &bound.cloud, &tenant).await {
        Err(SsoError::TenantInForce) => {
            bail!("people of {name} sign in with this tenant now: an owner turns single sign-on off first")
        }
        released => released?,
    };
    say::line(format!("Done: {} accounts unlinked, {} domains given back.", released.accounts, released.domains));
    house.close().await;
    Ok(())
}

async fn open(config: &Config, wanted: &str) -> Result<(House, Cx, String)> {
    let house = House::open(config).await?;
    let cx = house.operator();
    let organisation = find(&house, &cx, wanted).await?;
    let cx = cx.in_organisation(organisation.id);
    Ok((house, cx, organisation.name))
}
