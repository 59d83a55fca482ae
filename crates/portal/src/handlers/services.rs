//! Settings: service identities and their tokens.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::service::kinds;
use tillit_accounts::{
    AccountsError, NewServiceIdentity, Permission, ProfileText, ServiceIdentity, ServiceIdentityId, ServiceProblem, ServiceScope,
    ServiceScopes, ServiceToken, ServiceTokenId,
};
use tillit_store::Duration;

use super::own_proof::{Shown, fields, prove};
use super::people::id;
use super::sign_in::unprocessed;
use crate::pages::{ServiceNewPage, ServicePage, ServiceRevokePage, ServiceRow, ServiceTokenPage, ServicesPage};
use crate::ui::FormErrors;
use crate::web::{Empty, Fail, Flash, Form, FormProblem, Person, Result, go, page};

/// Where the list is.
const LIST: &str = "/settings/services";
/// Lives that are offered, in days.
pub(crate) const LIVES: [i64; 4] = [30, 90, 365, 730];
/// The one that is chosen until somebody chooses.
const LIFE: i64 = 365;

/// `GET /settings/services`
pub(crate) async fn list(person: Person) -> Result<Response> {
    person.require(Permission::ViewServiceIdentities)?;
    let found = person.state().accounts.service_identities(&person.cx).await?;
    let services = found.into_iter().map(|service| row(&person, service)).collect();
    page(&ServicesPage { f: person.frame(), services, may_change: person.may(Permission::ManageServiceIdentities) })
}

/// `GET /settings/services/new`
pub(crate) async fn new(person: Person) -> Result<Response> {
    person.require(Permission::ManageServiceIdentities)?;
    form(&person, Typed { life: LIFE, ..Typed::default() }, FormErrors::default()).await
}

/// What was typed.
#[derive(Default)]
struct Typed {
    name: String,
    purpose: String,
    scopes: Vec<ServiceScope>,
    life: i64,
}

async fn form(person: &Person, typed: Typed, errors: FormErrors) -> Result<Response> {
    let proof = fields(person, &errors).await?;
    let Typed { name, purpose, scopes, life } = typed;
    page(&ServiceNewPage { f: person.frame(), name, purpose, scopes, life, proof, errors })
}

/// `POST /settings/services/new`: shows the token, once.
pub(crate) async fn add(person: Person, mut sent: Form) -> Result<Response> {
    let shown = Shown::of(&mut sent, &person).await?;
    let (name, purpose, life) = (sent.line("name")?, sent.line("purpose")?, sent.line("life")?);
    let mut scopes = Vec::new();
    for (field, scope) in [("scope-scim", ServiceScope::Scim), ("scope-api", ServiceScope::Api), ("scope-reports", ServiceScope::Reports)] {
        if sent.optional(field, crate::web::LINE)?.is_some() {
            scopes.push(scope);
        }
    }
    sent.finish()?;
    person.require(Permission::ManageServiceIdentities)?;
    let (w, life) = (person.words(), parse_life(&life)?);
    let mut errors = FormErrors::default();
    let new = (ProfileText::new(&name), ProfileText::new(&purpose), ServiceScopes::new(scopes.iter().copied()));
    let typed = Typed { name, purpose, scopes, life };
    let (Some(name), Some(purpose), Some(scopes)) = new else {
        for (field, missing) in [("name", new.0.is_none()), ("purpose", new.1.is_none()), ("scope-scim", new.2.is_none())] {
            if missing {
                errors.add(field, w.t(&format!("service-{field}-missing")));
            }
        }
        return form(&person, typed, errors).await.map(unprocessed);
    };
    // A token outlives the session that makes it, so the session is not enough.
    if let Err(errors) = prove(&person, &shown).await? {
        return form(&person, typed, errors).await.map(unprocessed);
    }
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    let new = NewServiceIdentity { name, purpose, scopes };
    match accounts.add_service_identity(&mut tx, &person.cx, &new, Duration::days(life)).await {
        Ok((id, token)) => {
            tx.commit().await?;
            show_token(&person, id, &token).await
        }
        Err(AccountsError::Service(problem)) => {
            drop(tx);
            form(&person, typed, FormErrors::one("", w.t(problem_key(problem)))).await.map(unprocessed)
        }
        Err(error) => Err(error.into()),
    }
}

fn parse_life(text: &str) -> Result<i64> {
    Ok(text.parse::<i64>().ok().filter(|days| LIVES.contains(days)).ok_or(FormProblem::Value("life"))?)
}

const fn problem_key(problem: ServiceProblem) -> &'static str {
    match problem {
        ServiceProblem::TooMany => "service-too-many",
        ServiceProblem::TwoTokens => "service-two-tokens",
        ServiceProblem::Revoked => "service-is-revoked",
        ServiceProblem::Life => "service-life-bad",
    }
}

async fn show_token(person: &Person, id: ServiceIdentityId, token: &ServiceToken) -> Result<Response> {
    let service = person.state().accounts.service_identity(&person.cx, id).await?;
    page(&ServiceTokenPage { f: person.frame(), token: token.as_str().to_owned(), service: row(person, service) })
}

/// `GET /settings/services/{id}`
pub(crate) async fn show(person: Person, Path(which): Path<String>) -> Result<Response> {
    person.require(Permission::ViewServiceIdentities)?;
    one(&person, id::<kinds::ServiceIdentity>(&which)?, LIFE, FormErrors::default()).await
}

async fn one(person: &Person, which: ServiceIdentityId, life: i64, errors: FormErrors) -> Result<Response> {
    let service = person.state().accounts.service_identity(&person.cx, which).await?;
    let may_change = person.may(Permission::ManageServiceIdentities);
    let proof = if may_change { fields(person, &errors).await? } else { vec![] };
    page(&ServicePage { f: person.frame(), service: row(person, service), may_change, life, proof, errors })
}

/// `POST /settings/services/{id}/tokens`: shows the second token, once.
pub(crate) async fn add_token(person: Person, Path(which): Path<String>, mut sent: Form) -> Result<Response> {
    let shown = Shown::of(&mut sent, &person).await?;
    let life = sent.line("life")?;
    sent.finish()?;
    person.require(Permission::ManageServiceIdentities)?;
    let life = parse_life(&life)?;
    let which = id::<kinds::ServiceIdentity>(&which)?;
    let accounts = &person.state().accounts;
    accounts.service_identity(&person.cx, which).await?;
    if let Err(errors) = prove(&person, &shown).await? {
        return one(&person, which, life, errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    match accounts.add_service_token(&mut tx, &person.cx, which, Duration::days(life)).await {
        Ok(token) => {
            tx.commit().await?;
            show_token(&person, which, &token).await
        }
        Err(AccountsError::Service(problem)) => {
            drop(tx);
            one(&person, which, life, FormErrors::one("", person.words().t(problem_key(problem)))).await.map(unprocessed)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/services/{id}/tokens/{which}/revoke`
pub(crate) async fn revoke_token(person: Person, Path((service, which)): Path<(String, String)>, _: Empty) -> Result<Response> {
    person.require(Permission::ManageServiceIdentities)?;
    let (service, which): (ServiceIdentityId, ServiceTokenId) =
        (id::<kinds::ServiceIdentity>(&service)?, id::<kinds::ServiceToken>(&which)?);
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.revoke_service_token(&mut tx, &person.cx, service, which).await?;
    tx.commit().await?;
    person.flash(Flash::TokenRevoked);
    Ok(go(&format!("{LIST}/{service}")))
}

/// `GET /settings/services/{id}/revoke`: what will happen.
pub(crate) async fn confirm(person: Person, Path(which): Path<String>) -> Result<Response> {
    person.require(Permission::ManageServiceIdentities)?;
    let service = person.state().accounts.service_identity(&person.cx, id::<kinds::ServiceIdentity>(&which)?).await?;
    if service.revoked_at.is_some() {
        return Err(Fail::not_found());
    }
    page(&ServiceRevokePage { f: person.frame(), service: row(&person, service) })
}

/// `POST /settings/services/{id}/revoke`
pub(crate) async fn revoke(person: Person, Path(which): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::ManageServiceIdentities)?;
    let which = id::<kinds::ServiceIdentity>(&which)?;
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.revoke_service_identity(&mut tx, &person.cx, which).await?;
    tx.commit().await?;
    person.flash(Flash::ServiceRevoked);
    Ok(go(LIST))
}

fn row(person: &Person, service: ServiceIdentity) -> ServiceRow {
    ServiceRow { now: person.cx.now(), service }
}
