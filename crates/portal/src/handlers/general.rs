//! Settings, GENERAL.

use axum::response::Response;
use tillit_accounts::{DomainProof, Permission};

use crate::pages::GeneralPage;
use crate::web::{Person, Result, go, language, page};

/// `GET /settings`: the first tab.
pub(crate) async fn lead(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    Ok(go("/settings/general"))
}

/// `GET /settings/general`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewSettings)?;
    let domains = person.state().accounts.domains(&person.cx).await?;
    let domains = domains.iter().map(|domain| {
        let proof = match domain.proof() {
            DomainProof::Operator => "proof-operator",
            DomainProof::MicrosoftTenant { .. } => "proof-microsoft-tenant",
        };
        (domain.domain().as_str().to_owned(), proof)
    });
    page(&GeneralPage {
        name: person.organisation.name.clone(),
        slug: person.organisation.slug.as_str().to_owned(),
        language: language(person.organisation.language),
        domains: domains.collect(),
        f: person.frame(),
    })
}
