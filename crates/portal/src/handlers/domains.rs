//! Settings, GENERAL: adding a domain by a DNS record.

use axum::response::Response;
use tillit_accounts::{Domain, DomainLook, Permission};

use super::sign_in::unprocessed;
use crate::pages::AddDomainPage;
use crate::ui::FormErrors;
use crate::web::{Form, FormProblem, Person, Result, page};

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
