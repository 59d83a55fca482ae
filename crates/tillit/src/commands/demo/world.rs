//! The demo's organisation and its people, made once for a folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use tillit_accounts::{Language, NewOrganisation, NewPassword, NewPerson, OwnProof, Profile, ProfileText, Role, Username, VerifiedDomain};
use tillit_practice::demo::{
    ANALYST, AUDITOR, CAMPAIGN_AUTHOR, DIRECTORY_MANAGER, DISABLED, EMPLOYEE, GLOBAL_ADMINISTRATOR, OTHER_EMPLOYEE, PASSWORD,
    PRIVACY_OFFICER,
};
use tillit_store::{Cx, PersonId};

use super::{Place, waiting};
use crate::house::House;

/// An owner on no domain of the tenant: "will not match" in the preview, signs in at `/o/nordvik/sign-in`.
const OUTSIDE_OWNER: &str = "hanne.moe@nordvik-revisjon.example";

/// What `demo.json` says: where the demo is and who may sign in.
#[derive(Debug, Serialize, Deserialize)]
pub struct DemoFile {
    /// Address of the portal.
    pub portal: String,
    /// Address of the practice tenant.
    pub practice: String,
    /// People with a role above employee, with their passwords at the portal.
    pub administrators: Vec<DemoPerson>,
    /// Others, with their passwords at the practice tenant.
    pub people: Vec<DemoPerson>,
    /// The configuration for the operator's commands.
    #[serde(default)]
    pub configuration: PathBuf,
}

/// Somebody who may sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoPerson {
    /// Username, the same at both places.
    pub username: String,
    /// Password: the portal's for administrators, the practice tenant's for others.
    pub password: String,
    /// Role at the portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// An administrator's password at the practice tenant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practice_password: Option<String>,
}

impl DemoFile {
    /// Reads the file of a demo that was started.
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("read {}; start the demo first", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not a demo's file", file.display()))
    }
    fn write(&self, file: &Path) -> Result<()> {
        let partial = file.with_extension("partial");
        std::fs::write(&partial, serde_json::to_string_pretty(self)?)?;
        std::fs::rename(&partial, file).with_context(|| format!("write {}", file.display()))
    }
}

/// Makes the demo's organisation, unless the folder holds it already.
pub async fn prepare(house: &House, place: &Place) -> Result<DemoFile> {
    let cx = house.operator();
    let known = !house.accounts.organisations(&cx, None, 1).await?.is_empty();
    let mut file =
        if known { DemoFile::read(&place.file()).context("use --reset to begin again")? } else { organisation(house, place, &cx).await? };
    file.portal = super::origin(&place.portal).to_owned();
    file.practice = super::origin(&place.practice).to_owned();
    file.configuration = place.configuration();
    file.write(&place.file())?;
    Ok(file)
}

async fn organisation(house: &House, place: &Place, cx: &Cx) -> Result<DemoFile> {
    let new =
        NewOrganisation { name: text("Nordvik kommune")?, slug: "nordvik".parse()?, language: Language::of_tag("en").context("language")? };
    let mut tx = house.db.begin(cx).await?;
    let cx = cx.in_organisation(house.accounts.create_organisation(&mut tx, cx, &new).await?);
    house.accounts.add_domain(&mut tx, &cx, &VerifiedDomain::by_operator(&cx, "nordvik.example".parse()?)?).await?;
    let mut made = Vec::new();
    for (username, name, role) in [
        (GLOBAL_ADMINISTRATOR, "Ingrid Solberg", Role::Owner),
        (OUTSIDE_OWNER, "Hanne Moe", Role::Owner),
        (OTHER_EMPLOYEE, "Lars Haugen", Role::SecurityAdministrator),
        (DIRECTORY_MANAGER, "Silje Bakke", Role::DirectoryManager),
        (CAMPAIGN_AUTHOR, "Thomas Nguyen", Role::CampaignAuthor),
        (ANALYST, "Ahmed Yusuf", Role::Analyst),
        (PRIVACY_OFFICER, "Aisha Rahman", Role::PrivacyOfficer),
        (AUDITOR, "Randi Eide", Role::Auditor),
        (EMPLOYEE, "Kari Nordmann", Role::Employee),
        (DISABLED, "Jonas Vik", Role::Employee),
    ] {
        let profile = Profile { name: Some(text(name)?), ..Profile::default() };
        let username: Username = username.parse()?;
        let id = house.accounts.add_person(&mut tx, &cx, &NewPerson { username: username.clone(), role, profile }).await?;
        made.push((id, username, role));
    }
    tx.commit().await?;
    waiting::prepare(house, &cx, &made, &place.portal).await?;
    let mut administrators = Vec::new();
    for (id, username, role) in made {
        if role != Role::Employee {
            administrators.push(with_password(house, &cx, id, username, role).await?);
        }
    }
    let practice =
        |username: &str| DemoPerson { username: username.to_owned(), password: PASSWORD.to_owned(), role: None, practice_password: None };
    let people = [EMPLOYEE, "ola.berg@nordvik.example", "emma.thompson@nordvik.example", "nils.sara@skole.nordvik.example"];
    Ok(DemoFile {
        portal: String::new(),
        practice: String::new(),
        administrators,
        people: people.map(practice).to_vec(),
        configuration: PathBuf::new(),
    })
}

async fn with_password(house: &House, cx: &Cx, id: PersonId, username: Username, role: Role) -> Result<DemoPerson> {
    let password = words(cx);
    house
        .accounts
        .set_password(cx, id, OwnProof::None, &NewPassword::parse(&password, &username).context("a demo password")?, None)
        .await?;
    let practice_password = (username.as_str() != OUTSIDE_OWNER).then(|| PASSWORD.to_owned());
    Ok(DemoPerson { username: username.as_str().to_owned(), password, role: Some(role.code().to_owned()), practice_password })
}

pub(super) fn text(name: &str) -> Result<ProfileText> {
    ProfileText::new(name).context("a name of the demo")
}

/// A password that can be typed from a screen: four words and a number, from 32 words (20 bits and
/// a few more; the demo listens on loopback only).
fn words(cx: &Cx) -> String {
    const WORDS: [&str; 32] = [
        "anker", "bekk", "bjerk", "blomst", "bre", "dal", "elv", "eng", "fjell", "fjord", "foss", "gran", "hav", "hei", "holme", "hytte",
        "isfugl", "kyst", "lyng", "mose", "nes", "odde", "rein", "sjark", "skog", "sommer", "sti", "tind", "torsk", "vidde", "vind",
        "voll",
    ];
    let bytes: [u8; 6] = cx.random();
    let number = u16::from_be_bytes([bytes[4], bytes[5]]) % 900 + 100;
    let words: Vec<&str> = bytes.iter().take(4).map(|byte| WORDS.get(usize::from(byte % 32)).copied().unwrap_or("fjord")).collect();
    format!("{}-{number}", words.join("-"))
}
