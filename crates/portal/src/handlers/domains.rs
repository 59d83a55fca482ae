//! Settings, GENERAL: adding a domain by a DNS record, and removing one.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{Domain, DomainLook, Permission};
use tillit_sso::SsoError;
use tillit_sso::service::DomainRemoval;

use super::own_proof::{Shown, fields, prove};
use super::sign_in::unprocessed;
use crate::pages::{AddDomainPage, RemoveDomainPage};
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, FormProblem, Person, Result, go, page};

/// `GET /settings/domains`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageDomains)?;
    page(&AddDomainPage { f: person.frame(), typed: String::new(), record: None, look: None, errors: FormErrors::default() })
}

/// `POST /settings/domains`: shows the record to be set, or looks for it now.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    let (typed, wanted) = (form.line("domain")?, form.line("do")?);
    form.finish()?;
    person.require(Permission::ManageDomains)?;
    let Ok(domain) = typed.parse::<Domain>() else {
        let errors = FormErrors::one("domain", person.words().t("domain-bad"));
        return page(&AddDomainPage { f: person.frame(), typed, record: None, look: None, errors }).map(unprocessed);
    };
    let state = person.state();
    let look = match wanted.as_str() {
        "record" => None,
        "check" => Some(state.accounts.look_for_domain(&person.cx, &domain, &state.txt).await?),
        _ => return Err(FormProblem::Value("do").into()),
    };
    let record = match look {
        Some(DomainLook::Added | DomainLook::Own) => None,
        _ => Some(state.accounts.domain_record(&person.cx, &domain).await?),
    };
    page(&AddDomainPage { f: person.frame(), typed: domain.as_str().to_owned(), record, look, errors: FormErrors::default() })
}

/// `GET /settings/domains/{domain}/remove`: what will happen.
pub(crate) async fn confirm(person: Person, Path(domain): Path<String>) -> Result<Response> {
    person.require(Permission::ManageDomains)?;
    let removal = person.state().sso.domain_removal(&person.cx, &known(&domain)?).await?;
    asked(&person, &removal, FormErrors::default()).await
}

/// `POST /settings/domains/{domain}/remove`
pub(crate) async fn remove(person: Person, Path(domain): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::ManageDomains)?;
    let (domain, state) = (known(&domain)?, person.state());
    let removal = state.sso.domain_removal(&person.cx, &domain).await?;
    if removal.kept.is_some() {
        return asked(&person, &removal, FormErrors::default()).await.map(unprocessed);
    }
    // A stolen session must not change where people sign in.
    if let Err(errors) = prove(&person, &proof).await? {
        return asked(&person, &removal, errors).await.map(unprocessed);
    }
    match state.sso.remove_domain(&person.cx, &person.session, &domain).await {
        Ok(()) => {
            person.flash(Flash::DomainRemoved);
            Ok(go("/settings/general"))
        }
        Err(SsoError::DomainKept(kept)) => {
            asked(&person, &DomainRemoval { kept: Some(kept), ..removal }, FormErrors::default()).await.map(unprocessed)
        }
        Err(error) => Err(error.into()),
    }
}

/// A domain in an address; what is none is nobody's.
fn known(text: &str) -> Result<Domain> {
    text.parse().map_err(|_| Fail::not_found())
}

async fn asked(person: &Person, removal: &DomainRemoval, errors: FormErrors) -> Result<Response> {
    let proof = if removal.kept.is_none() { fields(person, &errors).await? } else { vec![] };
    page(&RemoveDomainPage {
        f: person.frame(),
        domain: removal.domain.domain().as_str().to_owned(),
        slug: person.organisation.slug.as_str().to_owned(),
        people: removal.people.iter().map(|account| account.display_name().to_owned()).collect(),
        all: removal.all,
        kept: removal.kept,
        proof,
        errors,
    })
}
