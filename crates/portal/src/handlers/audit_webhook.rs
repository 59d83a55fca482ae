//! Where new rows of the audit log are sent.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_accounts::audit::WebhookAddress;

use super::own_proof::{Shown, fields, prove};
use super::sign_in::unprocessed;
use crate::pages::AuditWebhookPage;
use crate::ui::FormErrors;
use crate::web::{Empty, Flash, Form, LINE, Person, Result, go, page};

const PAGE: &str = "/settings/audit/webhook";

/// `GET /settings/audit/webhook`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewAudit)?;
    shown(&person, None, None, FormErrors::default()).await
}

async fn shown(person: &Person, typed: Option<String>, secret: Option<String>, errors: FormErrors) -> Result<Response> {
    let webhook = person.state().accounts.audit_webhook(&person.cx).await?;
    let may_change = person.may(Permission::ManageAudit);
    let proof = if may_change { fields(person, &errors).await? } else { vec![] };
    page(&AuditWebhookPage { f: person.frame(), webhook, typed, secret, may_change, proof, errors })
}

/// `POST /settings/audit/webhook`: the answer shows the secret, once.
pub(crate) async fn set(person: Person, mut form: Form) -> Result<Response> {
    let (proof, typed) = (Shown::of(&mut form, &person).await?, form.line("address")?);
    form.finish()?;
    person.require(Permission::ManageAudit)?;
    let Some(address) = address_of(&person, &typed) else {
        let errors = FormErrors::one("address", person.words().t("audit-hook-no-address"));
        return shown(&person, Some(typed), None, errors).await.map(unprocessed);
    };
    // Whoever reads the log from now on, and whoever does not any more: not for a stolen session.
    if let Err(errors) = prove(&person, &proof).await? {
        return shown(&person, Some(typed), None, errors).await.map(unprocessed);
    }
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    let secret = accounts.set_webhook(&mut tx, &person.cx, &address).await?;
    tx.commit().await?;
    shown(&person, None, Some(secret), FormErrors::default()).await
}

/// An address by the rule; in a demo its own receiver, too, and nothing else of this machine.
fn address_of(person: &Person, typed: &str) -> Option<WebhookAddress> {
    let receiver = person.state().config.demo.as_ref().map(|demo| &demo.webhook_receiver);
    match receiver.filter(|receiver| receiver.as_str() == typed.trim()) {
        Some(receiver) => Some(WebhookAddress::of_practice_receiver(receiver)),
        None => typed.parse().ok(),
    }
}

/// The page that says what is wrong with the proof, if it is not good.
async fn unproven(person: &Person, mut form: Form) -> Result<Option<Response>> {
    // The address stands in the same form.
    let (proof, _) = (Shown::of(&mut form, person).await?, form.optional("address", LINE)?);
    form.finish()?;
    person.require(Permission::ManageAudit)?;
    Ok(match prove(person, &proof).await? {
        Ok(()) => None,
        Err(errors) => Some(unprocessed(shown(person, None, None, errors).await?)),
    })
}

/// `POST /settings/audit/webhook/secret`: the answer shows the new secret, once.
pub(crate) async fn renew(person: Person, form: Form) -> Result<Response> {
    if let Some(answer) = unproven(&person, form).await? {
        return Ok(answer);
    }
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    let secret = accounts.renew_webhook_secret(&mut tx, &person.cx).await?;
    tx.commit().await?;
    shown(&person, None, Some(secret), FormErrors::default()).await
}

/// `POST /settings/audit/webhook/try`
pub(crate) async fn attempt(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ManageAudit)?;
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.try_webhook(&mut tx, &person.cx).await?;
    tx.commit().await?;
    person.flash(Flash::WebhookTried);
    Ok(go(PAGE))
}

/// `POST /settings/audit/webhook/start`
pub(crate) async fn start(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ManageAudit)?;
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.start_webhook(&mut tx, &person.cx).await?;
    tx.commit().await?;
    person.flash(Flash::AuditChosen);
    Ok(go(PAGE))
}

/// `POST /settings/audit/webhook/remove`
pub(crate) async fn remove(person: Person, form: Form) -> Result<Response> {
    if let Some(answer) = unproven(&person, form).await? {
        return Ok(answer);
    }
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.remove_webhook(&mut tx, &person.cx).await?;
    tx.commit().await?;
    person.flash(Flash::AuditChosen);
    Ok(go(PAGE))
}
