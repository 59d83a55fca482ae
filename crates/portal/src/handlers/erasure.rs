//! Requests to be forgotten, and forgetting people.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{AccountsError, Answer, ErasureRequestId, ErasureRequestKind, Permission, ProfileText, ReceiptKind, Role, Username};
use tillit_store::{Id, PersonId, kinds};

use super::account::{LONGEST_REASON, reason};
use super::own_proof::{Shown, fields_for_way, prove_way};
use super::people::{id, name_of};
use super::person::require_manage;
use super::sign_in::unprocessed;
use crate::pages::{ErasureReceiptPage, ForgetPage, RequestPage, RequestsPage};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, FormProblem, Person, Result, go, page};

/// Where the list is.
const LIST: &str = "/settings/privacy/requests";

/// `GET /settings/privacy/requests`
pub(crate) async fn list(person: Person) -> Result<Response> {
    person.require(Permission::AnswerErasure)?;
    let accounts = &person.state().accounts;
    let mut requests = Vec::new();
    for request in accounts.erasure_requests(&person.cx).await? {
        let name = name_of(&person, request.person).await?;
        requests.push((request, name));
    }
    let mut receipts = Vec::new();
    for receipt in accounts.erasure_receipts(&person.cx).await? {
        let by = who(&person, receipt.erased_by).await?;
        receipts.push((receipt, by));
    }
    page(&RequestsPage { f: person.frame(), requests, receipts })
}

/// `GET /settings/privacy/requests/{id}`
pub(crate) async fn show(person: Person, Path(which): Path<String>) -> Result<Response> {
    person.require(Permission::AnswerErasure)?;
    shown(&person, id::<ErasureRequestKind>(&which)?, String::new(), FormErrors::default()).await
}

async fn shown(person: &Person, which: ErasureRequestId, reason: String, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    let request = accounts.erasure_request(&person.cx, which).await?;
    let mut tx = accounts.db().read(&person.cx).await?;
    let (role, _) = accounts.standing(&mut tx, &person.cx, request.person).await?;
    drop(tx);
    page(&RequestPage {
        name: name_of(person, request.person).await?,
        may_answer: true,
        may_forget: may_forget(person, role) && request.person != person.session.person,
        request,
        reason,
        errors,
        f: person.frame(),
    })
}

/// `POST /settings/privacy/requests/{id}`: refuses, or takes more time.
pub(crate) async fn answer(person: Person, Path(which): Path<String>, mut form: Form) -> Result<Response> {
    let (why, answer) = (reason(&mut form, "reason")?, form.line("answer")?);
    form.finish()?;
    person.require(Permission::AnswerErasure)?;
    let which: ErasureRequestId = id::<ErasureRequestKind>(&which)?;
    let answer = match answer.as_str() {
        "refuse" => Answer::Refuse,
        "extend" => Answer::Extend,
        _ => return Err(FormProblem::Value("answer").into()),
    };
    let problem = if why.len() > LONGEST_REASON { Some("ask-why-long") } else { None };
    let reason = match (problem, ProfileText::new(&why)) {
        (None, Some(reason)) => reason,
        (problem, _) => {
            let errors = FormErrors::one("reason", person.words().t(problem.unwrap_or("request-reason-empty")));
            return shown(&person, which, why, errors).await.map(unprocessed);
        }
    };
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.answer_erasure(&mut tx, &person.cx, which, answer, &reason).await?;
    tx.commit().await?;
    person.flash(Flash::ErasureAnswered);
    Ok(go(LIST))
}

/// What is typed to confirm: the username; of somebody whose row does not open, the id.
async fn confirmation(person: &Person, who: PersonId) -> Result<String> {
    match person.state().accounts.person(&person.cx, who).await {
        Ok(account) => Ok(account.username.as_str().to_owned()),
        Err(AccountsError::Vault(_)) => Ok(who.to_string()),
        Err(error) => Err(error.into()),
    }
}

/// `GET /people/{id}/forget`: what will happen.
pub(crate) async fn forget(person: Person, Path(who): Path<String>) -> Result<Response> {
    let (who, _) = require_forget(&person, &who).await?;
    asked(&person, who, String::new(), FormErrors::default()).await
}

async fn asked(person: &Person, who: PersonId, typed: String, errors: FormErrors) -> Result<Response> {
    let backups = person.state().accounts.vault().backup_period();
    page(&ForgetPage {
        person: who,
        name: name_of(person, who).await?,
        username: confirmation(person, who).await?,
        backups: backups.map_or_else(String::new, |span| person.words().span(span + tillit_store::Duration::days(7))),
        typed,
        proof: fields_for_way(person, &errors).await?,
        errors,
        f: person.frame(),
    })
}

/// `POST /people/{id}/forget`
pub(crate) async fn send(person: Person, Path(who): Path<String>, mut form: Form) -> Result<Response> {
    let (proof, typed) = (Shown::of(&mut form, &person).await?, form.line("username")?);
    form.finish()?;
    let (who, role) = require_forget(&person, &who).await?;
    let accounts = &person.state().accounts;
    // A username is read as it is when signing in: capitals do not matter.
    let asked_for = confirmation(&person, who).await?;
    if typed != asked_for && typed.parse::<Username>().ok().is_none_or(|typed| typed.as_str() != asked_for) {
        let errors = FormErrors::one("username", person.words().t("forget-confirm-wrong"));
        return asked(&person, who, typed, errors).await.map(unprocessed);
    }
    // What cannot be undone is not for a stolen session, nor for one that showed something a moment ago.
    if let Err(errors) = prove_way(&person, &proof).await? {
        return asked(&person, who, typed, errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.still_has_role(&mut tx, &person.cx, who, role, to_forget(role)).await?;
    let receipt = match accounts.forget(&mut tx, &person.cx, who).await {
        Ok(receipt) => receipt,
        Err(AccountsError::WaysBack(_)) => {
            drop(tx);
            let errors = FormErrors::one("", person.words().t("forget-glass-open"));
            return asked(&person, who, typed, errors).await.map(unprocessed);
        }
        Err(error) => return Err(error.into()),
    };
    if role == Role::Owner {
        // After it, in the same transaction: it holds the log's row, so two owners cannot remove each other at once (O1).
        person.state().sso.may_stop_being_owner(&mut tx, &person.cx, who).await?;
    }
    tx.commit().await?;
    accounts.after_forgetting(&person.cx).await;
    person.flash(Flash::PersonForgotten);
    Ok(go(&format!("/settings/privacy/erasures/{}", receipt.id)))
}

/// `GET /settings/privacy/erasures/{id}`
pub(crate) async fn receipt(person: Person, Path(which): Path<String>) -> Result<Response> {
    person.require(Permission::AnswerErasure)?;
    let which: Id<ReceiptKind> = id::<ReceiptKind>(&which)?;
    let receipt = person.state().accounts.erasure_receipt(&person.cx, which).await?;
    let by = who(&person, receipt.erased_by).await?;
    page(&ErasureReceiptPage { receipt, by, f: person.frame() })
}

async fn who(person: &Person, by: Option<PersonId>) -> Result<String> {
    match by {
        Some(by) => name_of(person, by).await,
        None => Ok(person.words().t("audit-actor-operator")),
    }
}

/// What it takes to forget somebody of this role.
const fn to_forget(role: Role) -> &'static [Permission] {
    match role {
        Role::Employee => &[Permission::AnswerErasure],
        _ => &[Permission::AnswerErasure, Permission::ManageRoles],
    }
}

/// Whether the viewer may forget somebody of this role.
pub(super) fn may_forget(person: &Person, role: Role) -> bool {
    to_forget(role).iter().all(|permission| person.may(*permission))
}

/// The person of the address, whom the viewer may forget, and the role; nobody forgets themselves. Nothing is opened for
/// it: also somebody whose row is damaged can be forgotten.
async fn require_forget(person: &Person, who: &str) -> Result<(PersonId, Role)> {
    person.require(Permission::AnswerErasure)?;
    let who: PersonId = id::<kinds::Person>(who)?;
    let mut tx = person.state().accounts.db().read(&person.cx).await?;
    let (role, _) = person.state().accounts.standing(&mut tx, &person.cx, who).await?;
    drop(tx);
    if role != Role::Employee {
        require_manage(person, role)?;
    }
    if who == person.session.person {
        return Err(AccountsError::Denied.into());
    }
    Ok((who, role))
}
