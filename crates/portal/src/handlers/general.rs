//! Settings, GENERAL.

use axum::response::Response;
use tillit_accounts::{DomainProof, OrganisationChange, Permission, ProfileText};

use super::sign_in::unprocessed;
use crate::pages::{GeneralPage, few_owners_note};
use crate::ui::{FormErrors, Note};
use crate::web::{Flash, Form, FormProblem, Person, Result, go, language, page};
use crate::words::Language;

/// Longest name of an organisation, in characters.
const LONGEST_NAME: usize = 100;
/// And in bytes: what is stored is never cut without a word.
const MOST_BYTES: usize = 256;

/// `GET /settings`: the first tab.
pub(crate) async fn lead(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    Ok(go("/settings/general"))
}

/// `GET /settings/general`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    let (name, language) = (person.organisation.name.clone(), language(person.organisation.language));
    shown(&person, name, language, FormErrors::default()).await
}

/// `POST /settings/general`: name and language.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    let (name, tag) = (form.line("name")?, form.line("language")?);
    form.finish()?;
    person.require(Permission::ManageOrganisation)?;
    let chosen = tillit_accounts::Language::ALL.into_iter().find(|known| known.code() == tag).ok_or(FormProblem::Value("language"))?;
    let problem = if name.chars().count() > LONGEST_NAME || name.len() > MOST_BYTES { Some("general-name-long") } else { None };
    let parsed = ProfileText::new(&name).ok_or("general-name-empty");
    let new = match (problem, parsed) {
        (None, Ok(name)) => OrganisationChange { name, language: chosen },
        (Some(problem), _) | (None, Err(problem)) => {
            let errors = FormErrors::one("name", person.words().t(problem));
            return shown(&person, name, language(chosen), errors).await.map(unprocessed);
        }
    };
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.change_organisation(&mut tx, &person.cx, &new).await?;
    tx.commit().await?;
    person.flash(Flash::OrganisationSaved);
    Ok(go("/settings/general"))
}

/// A warning while one person alone could be lost, and the organisation with them.
async fn few_owners(person: &Person) -> Result<Option<Note>> {
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().read(&person.cx).await?;
    let owners = accounts.count_people(&mut tx, &person.cx).await?.owners();
    tx.rollback().await?;
    Ok(few_owners_note(person.words(), owners, person.may(Permission::InviteOwners)))
}

async fn shown(person: &Person, name: String, language: Language, errors: FormErrors) -> Result<Response> {
    let domains = person.state().accounts.domains(&person.cx).await?;
    let domains = domains.iter().map(|domain| {
        let proof = match domain.proof() {
            DomainProof::Operator => "proof-operator",
            DomainProof::Dns => "proof-dns",
            DomainProof::MicrosoftTenant { .. } => "proof-microsoft-tenant",
        };
        (domain.domain().as_str().to_owned(), proof)
    });
    let mut f = person.frame();
    f.banners.extend(few_owners(person).await?);
    page(&GeneralPage {
        f,
        name,
        slug: person.organisation.slug.as_str().to_owned(),
        language,
        domains: domains.collect(),
        may_change: person.may(Permission::ManageOrganisation),
        may_see_services: person.may(Permission::ViewServiceIdentities),
        may_change_domains: person.may(Permission::ManageDomains),
        may_read_audit: person.may(Permission::ViewAudit),
        errors,
    })
}
