//! `init`, `organisation add`, `recover`: what only the operator may do, on the host.

use anyhow::{Context as _, Result, bail};
use tillit_accounts::{
    LinkPurpose, LinkToken, NewOrganisation, NewPerson, Organisation, Profile, ProfileText, Role, Slug, Username, VerifiedDomain,
};
use tillit_store::{Cx, PersonId};

use crate::cli;
use crate::config::Config;
use crate::house::House;
use crate::say;

/// Organisations looked through when one is named; more than one operator will have.
const MOST_ORGANISATIONS: u32 = 10_000;

/// `tillit init`: refuses when there is an organisation already.
pub async fn init(config: &Config, wanted: &cli::NewOrganisation) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    if !house.accounts.organisations(&cx, None, 1).await?.is_empty() {
        bail!("this database has an organisation already; use `tillit organisation add`");
    }
    make(&house, &cx, wanted).await?;
    house.close().await;
    Ok(())
}

/// `tillit organisation add`.
pub async fn add(config: &Config, wanted: &cli::NewOrganisation) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    if config.server.single_organisation && !house.accounts.organisations(&cx, None, 1).await?.is_empty() {
        bail!("server.single_organisation is true: this installation holds one organisation only");
    }
    make(&house, &cx, wanted).await?;
    house.close().await;
    Ok(())
}

async fn make(house: &House, cx: &Cx, wanted: &cli::NewOrganisation) -> Result<()> {
    let owner: Username = wanted.owner.parse().context("--owner")?;
    let slug = wanted.slug.clone().unwrap_or_else(|| slug_of(&wanted.organisation));
    let new = NewOrganisation {
        name: ProfileText::new(&wanted.organisation).context("--organisation is empty or too long")?,
        slug: slug.parse::<Slug>().with_context(|| format!("\"{slug}\" cannot be the short name; choose one with --slug"))?,
        language: tillit_accounts::Language::of_tag(&wanted.language).context("--language")?,
    };
    let domain = VerifiedDomain::by_operator(cx, wanted.domain.parse().context("--domain")?)?;
    let mut tx = house.db.begin(cx).await?;
    let id = house.accounts.create_organisation(&mut tx, cx, &new).await?;
    let cx = cx.in_organisation(id);
    house.accounts.add_domain(&mut tx, &cx, &domain).await?;
    let person = NewPerson { username: owner, role: Role::Owner, profile: Profile::default() };
    let person = house.accounts.add_person(&mut tx, &cx, &person).await?;
    let token = house.accounts.make_link(&mut tx, &cx, person, LinkPurpose::SetUp, LinkPurpose::SetUp.longest_life()).await?;
    tx.commit().await?;
    say::line(format!("{} is ready. Its owner chooses a password here, once, within two days:", wanted.organisation));
    say::line(house.link(LinkPurpose::SetUp, &token)?);
    Ok(())
}

/// `tillit recover`: a way in for an owner who has lost every other.
pub async fn recover(config: &Config, organisation: &str, owner: &str) -> Result<()> {
    let house = House::open(config).await?;
    let cx = house.operator();
    let organisation = find(&house, &cx, organisation).await?;
    let cx = cx.in_organisation(organisation.id);
    let username: Username = owner.parse().context("--owner")?;
    let token = recovery_link(&house, &cx, &username).await?;
    say::line(format!("One sign-in for an owner of {}, within 15 minutes. Every owner is told by mail:", organisation.name));
    say::line(house.link(LinkPurpose::Recover, &token)?);
    house.close().await;
    Ok(())
}

async fn recovery_link(house: &House, cx: &Cx, username: &Username) -> Result<LinkToken> {
    let mut tx = house.db.begin(cx).await?;
    let person: Option<PersonId> = house.accounts.person_by_username(&mut tx, cx, username).await?;
    let owner = match person {
        Some(id) => Some(house.accounts.person_in(&mut tx, cx, id).await?).filter(|person| person.role == Role::Owner),
        None => None,
    };
    let Some(owner) = owner else { bail!("{} is not an owner of this organisation", username.as_str()) };
    let token = house.accounts.make_link(&mut tx, cx, owner.id, LinkPurpose::Recover, LinkPurpose::Recover.longest_life()).await?;
    tx.commit().await?;
    Ok(token)
}

/// The organisation of this name or short name; a name that two share is refused.
async fn find(house: &House, cx: &Cx, wanted: &str) -> Result<Organisation> {
    let all = house.accounts.organisations(cx, None, MOST_ORGANISATIONS).await?;
    let mut found = all.into_iter().filter(|each| each.name == wanted || each.slug.as_str() == wanted);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => bail!("more than one organisation is called {wanted}; give its short name"),
        (None, _) => bail!("there is no organisation called {wanted}"),
    }
}

/// A short name from a name: lower case, letters and digits, dashes between.
fn slug_of(name: &str) -> String {
    let folded = name.to_lowercase().replace('æ', "ae").replace('ø', "o").replace('å', "a");
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_name_becomes_a_short_name() {
        assert_eq!(slug_of("Nordvik kommune"), "nordvik-kommune");
        assert_eq!(slug_of("Blåbær & Sønner AS"), "blabaer-sonner-as");
    }
}
