//! `token create`, `token check`: tokens of service identities, on the host.

use std::io::Read as _;

use anyhow::{Context as _, Result, bail};
use tillit_accounts::{
    NewServiceIdentity, ProfileText, ServiceIdentity, ServiceProblem, ServiceRefusal, ServiceScope, ServiceScopes, ServiceToken,
};
use tillit_store::{Cx, Duration};

use super::people;
use crate::cli;
use crate::config::Config;
use crate::house::House;
use crate::say;

/// Longest line that is read as a token.
const LONGEST: u64 = 1024;

/// `tillit token create`: the token stands alone on standard output, what there is to say about it on standard error.
pub async fn create(config: &Config, wanted: &cli::TokenCreate) -> Result<()> {
    let scopes: Option<Vec<ServiceScope>> = wanted.scope.iter().map(|scope| ServiceScope::of_code(scope)).collect();
    let scopes = scopes.and_then(ServiceScopes::new).context("--scope")?;
    let life =
        life(&wanted.expires).with_context(|| format!("--expires \"{}\" is not a number of days from 1d to 730d", wanted.expires))?;
    let name = wanted.name.clone().unwrap_or_else(|| scopes.to_string());
    let house = House::open(config).await?;
    let cx = house.operator();
    let organisation = people::find(&house, &cx, &wanted.organisation).await?;
    let cx = cx.in_organisation(organisation.id);
    let made = make(&house, &cx, &name, scopes, life).await;
    let token = match made {
        Err(error) if error.downcast_ref::<ServiceProblem>() == Some(&ServiceProblem::TwoTokens) => {
            bail!("two tokens of \"{name}\" live already; revoke the old one under Settings, GENERAL, service identities")
        }
        made => made?,
    };
    say::line(token.as_str());
    say::aside(format!(
        "\"{name}\" of {}: this token is shown this once, and works until {}",
        organisation.name,
        say::moment(cx.now() + life)
    ));
    house.close().await;
    Ok(())
}

/// A token of the identity of this name and these scopes, which is made if there is none: asking again is how a token is replaced.
async fn make(house: &House, cx: &Cx, name: &str, scopes: ServiceScopes, life: Duration) -> Result<ServiceToken> {
    let known = house.accounts.service_identities(cx).await?;
    let is_it = |identity: &&ServiceIdentity| identity.revoked_at.is_none() && identity.name.as_str() == name;
    let known = known.iter().find(is_it);
    let mut tx = house.db.begin(cx).await?;
    let token = match known {
        Some(known) if known.scopes != scopes => {
            bail!("\"{name}\" has other scopes ({}), and scopes never change; choose another --name", known.scopes)
        }
        Some(known) => house.accounts.add_service_token(&mut tx, cx, known.id, life).await.map_err(problem)?,
        None => {
            let new = NewServiceIdentity {
                name: ProfileText::new(name).context("--name is empty or too long")?,
                purpose: ProfileText::new("Made on the host").context("a purpose")?,
                scopes,
            };
            house.accounts.add_service_identity(&mut tx, cx, &new, life).await.map_err(problem)?.1
        }
    };
    tx.commit().await?;
    Ok(token)
}

fn problem(error: tillit_accounts::AccountsError) -> anyhow::Error {
    match error {
        tillit_accounts::AccountsError::Service(problem) => problem.into(),
        error => error.into(),
    }
}

/// `365d`, or a number of days.
fn life(text: &str) -> Option<Duration> {
    let days: i64 = text.strip_suffix('d').unwrap_or(text).parse().ok()?;
    (1..=730).contains(&days).then(|| Duration::days(days))
}

/// `tillit token check`: reads a token from standard input, so that it stands in no list of processes.
pub async fn check(config: &Config) -> Result<()> {
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST).read_to_string(&mut text).context("read standard input")?;
    let house = House::open(config).await?;
    let cx = house.operator();
    let answer = match house.accounts.authenticate_service(&cx, text.trim()).await {
        Ok(caller) => {
            let cx = cx.in_organisation(caller.organisation);
            let (organisation, identity) =
                (house.accounts.organisation(&cx).await?, house.accounts.service_identity(&cx, caller.identity).await?);
            Ok(format!(
                "organisation  {}\nidentity      {}\nscopes        {}\nends          {}",
                organisation.name,
                identity.name.as_str(),
                caller.scopes,
                say::moment(caller.expires_at)
            ))
        }
        Err(ServiceRefusal::Failed(error)) => return Err(error.into()),
        Err(refusal) => Err(refusal),
    };
    house.close().await;
    match answer {
        Ok(lines) => say::line(lines),
        Err(refusal) => bail!("{refusal}: it was never made here, has ended or was revoked"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_a_number_of_days_within_two_years() {
        assert_eq!(life("365d"), Some(Duration::days(365)));
        assert_eq!(life("1"), Some(Duration::days(1)));
        for wrong in ["", "d", "0d", "731d", "-1d", "1y", "1.5d", "99999999999999999999d"] {
            assert_eq!(life(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn asking_again_replaces_a_token_and_a_third_time_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tillit.toml");
        let text = "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"master.key\"\n";
        std::fs::write(&file, text).unwrap();
        let house = House::open(&Config::load(Some(&file), std::iter::empty()).unwrap()).await.unwrap();
        let cx = house.operator();
        let mut tx = house.db.begin(&cx).await.unwrap();
        let new = tillit_accounts::NewOrganisation {
            name: ProfileText::new("Nordvik").unwrap(),
            slug: "nordvik".parse().unwrap(),
            language: tillit_accounts::Language::English,
        };
        let cx = cx.in_organisation(house.accounts.create_organisation(&mut tx, &cx, &new).await.unwrap());
        tx.commit().await.unwrap();
        let scim = || ServiceScopes::new([ServiceScope::Scim]).unwrap();
        let first = make(&house, &cx, "sync", scim(), Duration::days(365)).await.unwrap();
        let second = make(&house, &cx, "sync", scim(), Duration::days(365)).await.unwrap();
        for token in [&first, &second] {
            assert!(house.accounts.authenticate_service(&house.operator(), token.as_str()).await.is_ok());
        }
        let third = make(&house, &cx, "sync", scim(), Duration::days(365)).await.unwrap_err();
        assert_eq!(third.downcast_ref(), Some(&ServiceProblem::TwoTokens));
        let other = make(&house, &cx, "sync", ServiceScopes::new([ServiceScope::Api]).unwrap(), Duration::days(365)).await;
        assert!(other.unwrap_err().to_string().contains("scopes never change"));
        assert_eq!(house.accounts.service_identities(&cx).await.unwrap().len(), 1);
        house.close().await;
    }
}
