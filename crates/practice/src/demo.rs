//! The demo world: Nordvik kommune with its people, a neighbour, personal accounts, and the application Tillit.

use std::sync::Arc;

use tillit_store::{Clock, Duration, Random};

use crate::world::{App, Audience, CONSUMERS, Profile, Secret, Tenant, User};
use crate::{Practice, PracticeConfig};

/// Password of everybody in the demo world.
pub const PASSWORD: &str = "Practice-2026";
/// Client secret of the multi-tenant application "Tillit".
pub const CLIENT_SECRET: &str = "practice~multi-tenant-secret";
/// Client secret of Nordvik's own registration.
pub const OWN_CLIENT_SECRET: &str = "practice~own-registration-secret";
/// Global Administrator of Nordvik kommune.
pub const GLOBAL_ADMINISTRATOR: &str = "ingrid.solberg@nordvik.example";
/// A member without any role, with photo, department, phone and address; the one whom the fault "User renamed" renames.
pub const EMPLOYEE: &str = "kari.nordmann@nordvik.example";
/// A second member without any role, named for administrators of the portal who are not Global Administrators.
pub const OTHER_EMPLOYEE: &str = "lars.haugen@nordvik.example";
/// Members who have a role each at the portal of the demo.
pub const DIRECTORY_MANAGER: &str = "silje.bakke@nordvik.example";
/// See [`DIRECTORY_MANAGER`].
pub const CAMPAIGN_AUTHOR: &str = "thomas.nguyen@nordvik.example";
/// See [`DIRECTORY_MANAGER`].
pub const ANALYST: &str = "ahmed.yusuf@nordvik.example";
/// See [`DIRECTORY_MANAGER`].
pub const PRIVACY_OFFICER: &str = "aisha.rahman@nordvik.example";
/// See [`DIRECTORY_MANAGER`].
pub const AUDITOR: &str = "randi.eide@nordvik.example";
/// A disabled account.
pub const DISABLED: &str = "jonas.vik@nordvik.example";
/// At home at Fjordheim AS, guest of Nordvik kommune.
pub const GUEST: &str = "petra.holm@fjordheim.example";
/// Global Administrator of Fjordheim AS, unknown at Nordvik.
pub const FOREIGN_ADMINISTRATOR: &str = "erik.strand@fjordheim.example";
/// A personal account.
pub const PERSONAL: &str = "kari.privat@personal.example";

/// Name, user name, title, department, language, photo.
const PEOPLE: [(&str, &str, &str, &str, &str, bool); 16] = [
    ("Ingrid Solberg", GLOBAL_ADMINISTRATOR, "IT-sjef", "IT og digitalisering", "nb-NO", true),
    ("Kari Nordmann", EMPLOYEE, "Saksbehandler", "Byggesak", "nb-NO", true),
    ("Lars Haugen", OTHER_EMPLOYEE, "Systemansvarlig", "IT og digitalisering", "nb-NO", true),
    ("Ola Berg", "ola.berg@nordvik.example", "Rådgiver", "Økonomi", "nb-NO", true),
    ("Aisha Rahman", PRIVACY_OFFICER, "Jurist", "Administrasjon", "nb-NO", true),
    ("Nils Sara", "nils.sara@skole.nordvik.example", "Lærer", "Nordvik skole", "nb-NO", true),
    ("Marte Lie", "marte.lie@nordvik.example", "Sykepleier", "Helse og omsorg", "nb-NO", false),
    ("Emma Thompson", "emma.thompson@nordvik.example", "Communications Adviser", "Kommunikasjon", "en-GB", true),
    ("Jonas Vik", DISABLED, "Vikar", "Teknisk drift", "nb-NO", false),
    ("Sofie Dahl", "sofie.dahl@nordvik.example", "Lærling", "Teknisk drift", "nb-NO", false),
    ("Bjørn Ødegård", "bjorn.odegard@nordvik.example", "Vaktmester", "Eiendom", "nb-NO", true),
    ("Nødtilgang", "admin@nordvik-kommune.example", "", "", "nb-NO", false),
    ("Silje Bakke", DIRECTORY_MANAGER, "Personalrådgiver", "Personal", "nb-NO", true),
    ("Thomas Nguyen", CAMPAIGN_AUTHOR, "Opplæringsansvarlig", "Personal", "nb-NO", true),
    ("Ahmed Yusuf", ANALYST, "Sikkerhetsanalytiker", "IT og digitalisering", "nb-NO", true),
    ("Randi Eide", AUDITOR, "Internrevisor", "Administrasjon", "nb-NO", true),
];

impl Practice {
    /// The demo world. `portal_url` is where Tillit runs (`http://localhost:8400`); its redirect URIs are `/sso/callback`,
    /// `/sso/consent` and `/sign-in`, its front-channel logout address is `/sso/logout`. Others: [`World::app_mut`](crate::World::app_mut).
    pub fn demo(base_url: &str, portal_url: &str, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        let now = clock.now();
        let secret = |value| vec![Secret::new(value, now, Duration::days(180))];
        let portal = portal_url.trim_end_matches('/');
        let (nordvik, fjordheim) = tenants();
        let mut tillit = App::new("Tillit", "Tillit");
        tillit.redirect_uris = ["/sso/callback", "/sso/consent", "/sign-in"].map(|path| format!("{portal}{path}")).to_vec();
        tillit.logout_url = Some(format!("{portal}/sso/logout"));
        tillit.secrets = secret(CLIENT_SECRET);
        let mut own = App::new("Tillit (Nordvik)", "Nordvik kommune");
        own.audience = Audience::Tenant(nordvik.id);
        own.redirect_uris.clone_from(&tillit.redirect_uris);
        own.logout_url.clone_from(&tillit.logout_url);
        own.secrets = secret(OWN_CLIENT_SECRET);
        let mut consumers = Tenant::new("Personal accounts", &["personal.example"]);
        consumers.id = CONSUMERS;
        consumers.users = vec![User::new(PERSONAL, "Kari Privat", PASSWORD)];
        let tenants = vec![nordvik, fjordheim, consumers];
        Self::new(PracticeConfig { base_url: base_url.into(), clock, random, tenants, apps: vec![tillit, own] })
    }
}

fn tenants() -> (Tenant, Tenant) {
    let mut nordvik = Tenant::new("Nordvik kommune", &["nordvik.example", "skole.nordvik.example", "nordvik-kommune.example"]);
    let mut fjordheim = Tenant::new("Fjordheim AS", &["fjordheim.example", "fjordheim-as.example"]);
    nordvik.users = PEOPLE.iter().enumerate().map(|(number, person)| employee(number, person)).collect();
    let mut erik = User::new(FOREIGN_ADMINISTRATOR, "Erik Strand", PASSWORD);
    erik.global_administrator = true;
    let mut petra = User::new(GUEST, "Petra Holm", PASSWORD);
    petra.photo = true;
    petra.profile.company_name = Some("Fjordheim AS".into());
    petra.profile.preferred_language = Some("nb-NO".into());
    fjordheim.users = vec![erik, petra.clone()];
    nordvik.users.push(petra.as_guest_of(&fjordheim, &nordvik));
    (nordvik, fjordheim)
}

fn employee(number: usize, (name, username, title, department, language, photo): &(&str, &str, &str, &str, &str, bool)) -> User {
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let mut user = User::new(username, name, PASSWORD);
    user.global_administrator = *username == GLOBAL_ADMINISTRATOR || name == &"Nødtilgang";
    user.enabled = *username != DISABLED;
    user.photo = *photo;
    // One person has no mailbox: tokens and Graph have no address for her.
    let mail = if name == &"Sofie Dahl" || name == &"Nødtilgang" { None } else { user.profile.mail.take() };
    user.profile = Profile {
        mail,
        job_title: filled(title),
        company_name: filled("Nordvik kommune"),
        department: filled(department),
        business_phones: vec![format!("+47 55 01 02 {:02}", number + 10)],
        mobile_phone: number.is_multiple_of(2).then(|| format!("+47 900 01 0{:02}", number + 10)),
        office_location: filled("Rådhuset"),
        street_address: Some(format!("Strandgata {}", number + 1)),
        city: filled("Nordvik"),
        state: filled("Vestland"),
        postal_code: filled("5999"),
        country: filled("Norge"),
        preferred_language: filled(language),
        ..user.profile
    };
    user
}
