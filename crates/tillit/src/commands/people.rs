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

/// Organisations read at once while one is looked for by its name.
const PART: u32 = 100;

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
    let slug = match &wanted.slug {
        Some(slug) => slug.parse().with_context(|| format!("--slug \"{slug}\""))?,
        None => Slug::suggest(&wanted.organisation)
            .with_context(|| format!("no short name can be made of \"{}\"; choose one with --slug", wanted.organisation))?,
    };
    let new = NewOrganisation {
        name: ProfileText::new(&wanted.organisation).context("--organisation is empty or too long")?,
        slug,
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

/// The organisation of this short name, else of this name; a name that two share is refused.
pub(super) async fn find(house: &House, cx: &Cx, wanted: &str) -> Result<Organisation> {
    let of_slug = match wanted.parse::<Slug>() {
        Ok(slug) => house.accounts.organisation_of_slug(cx, &slug).await?,
        Err(_) => None,
    };
    if let Some(id) = of_slug {
        return Ok(house.accounts.organisation(&cx.in_organisation(id)).await?);
    }
    let (mut found, mut after) = (None, None);
    loop {
        let part = house.accounts.organisations(cx, after, PART).await?;
        let Some(last) = part.last() else { break };
        after = Some(last.id);
        for organisation in part.into_iter().filter(|each| each.name == wanted) {
            if found.replace(organisation).is_some() {
                bail!("more than one organisation is called {wanted}; give its short name");
            }
        }
    }
    found.with_context(|| format!("there is no organisation called {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_organisation_is_found_by_its_name_however_many_there_are() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tillit.toml");
        let text = "[server]\npublic_url = \"https://portal.example\"\n[database]\nurl = \"sqlite:t.db\"\n[keys]\nfile = \"master.key\"\n";
        std::fs::write(&file, text).unwrap();
        let house = House::open(&Config::load(Some(&file), std::iter::empty()).unwrap()).await.unwrap();
        let cx = house.operator();
        let mut tx = house.db.begin(&cx).await.unwrap();
        for n in 0..=PART {
            let name = match n {
                0 | 1 => "Twice".to_owned(),
                PART => "Last".to_owned(),
                n => format!("Organisation {n}"),
            };
            let new = NewOrganisation {
                name: ProfileText::new(&name).unwrap(),
                slug: format!("o-{n}").parse().unwrap(),
                language: tillit_accounts::Language::English,
            };
            house.accounts.create_organisation(&mut tx, &cx, &new).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(find(&house, &cx, "Last").await.unwrap().slug.as_str(), format!("o-{PART}"));
        assert_eq!(find(&house, &cx, "o-1").await.unwrap().name, "Twice");
        assert!(find(&house, &cx, "Twice").await.unwrap_err().to_string().contains("more than one"));
        assert!(find(&house, &cx, "Nobody").await.is_err());
        house.close().await;
    }
}
