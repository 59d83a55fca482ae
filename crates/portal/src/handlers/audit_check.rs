//! Whether the audit log is whole, and what the organisation decides about it.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_accounts::audit::chain::hex;
use tillit_accounts::audit::{Checkpoint, Choices, KeepYears};

use super::own_proof::{Shown, fields, prove};
use super::sign_in::unprocessed;
use crate::pages::{AuditChoicesPage, AuditVerifyPage, Verified};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, FormProblem, Person, Result, go, page};

/// Most rows that are verified while somebody waits for the page.
const MOST: i64 = 100_000;
/// Longest text of checkpoints, in bytes.
const LONGEST: usize = 48 << 10;

/// `GET /settings/audit/verify`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::VerifyAudit)?;
    shown(&person, None, String::new(), FormErrors::default()).await
}

/// `POST /settings/audit/verify`: answers with the result; nothing is changed.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    let kept = form.required("checkpoints", LONGEST)?;
    form.finish()?;
    person.require(Permission::VerifyAudit)?;
    let (outside, broken) = Checkpoint::all_in(&kept);
    if broken > 0 || (outside.is_empty() && !kept.trim().is_empty()) {
        let errors = FormErrors::one("checkpoints", person.words().t("audit-verify-no-checkpoint"));
        return shown(&person, None, kept, errors).await.map(unprocessed);
    }
    let accounts = &person.state().accounts;
    let rows = accounts.audit_count(&person.cx).await?;
    let result =
        if rows > MOST { Verified::TooMany(rows) } else { Verified::Done(Box::new(accounts.audit_verify(&person.cx, outside).await?)) };
    shown(&person, Some(result), kept, FormErrors::default()).await
}

async fn shown(person: &Person, result: Option<Verified>, kept: String, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    let key = accounts.checkpoint_keys(&person.cx).await?.first().map(|key| hex(key));
    let newest = accounts.newest_checkpoint(&person.cx).await?.map(|checkpoint| (checkpoint.seq, checkpoint.at, checkpoint.line()));
    page(&AuditVerifyPage { f: person.frame(), result, kept, key, newest, errors })
}

/// `GET /settings/audit/keep`
pub(crate) async fn choices(person: Person) -> Result<Response> {
    person.require(Permission::ViewAudit)?;
    chosen(&person, None, None, FormErrors::default()).await
}

async fn chosen(person: &Person, asked: Option<Choices>, going: Option<i64>, errors: FormErrors) -> Result<Response> {
    let now = person.state().accounts.audit_choices(&person.cx).await?;
    let may_change = person.may(Permission::ManageAudit);
    let proof = if may_change { fields(person, &errors).await? } else { vec![] };
    page(&AuditChoicesPage { f: person.frame(), now, asked: asked.unwrap_or(now.choices), going, may_change, proof, errors })
}

/// `POST /settings/audit/keep`: rows that will go are counted and shown first.
pub(crate) async fn choose(person: Person, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    let years = form.number::<i64>("years")?;
    let (mail, sure) = (form.checked("mail")?, form.checked("sure")?);
    form.finish()?;
    person.require(Permission::ManageAudit)?;
    let asked = Choices { keep: KeepYears::new(years).ok_or(FormProblem::Value("years"))?, mail };
    let accounts = &person.state().accounts;
    let now = accounts.audit_choices(&person.cx).await?;
    // A thief must not let what was done be forgotten sooner.
    if asked != now.choices
        && let Err(errors) = prove(&person, &proof).await?
    {
        return chosen(&person, Some(asked), None, errors).await.map(unprocessed);
    }
    if asked.keep != now.choices.keep && asked.keep.years() < now.in_force(person.cx.now()).years() && !sure {
        let going = accounts.audit_older(&person.cx, asked.keep).await?;
        if going > 0 {
            return chosen(&person, Some(asked), Some(going), FormErrors::default()).await;
        }
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.choose_audit(&mut tx, &person.cx, asked).await?;
    tx.commit().await?;
    person.flash(Flash::AuditChosen);
    Ok(go("/settings/audit/keep"))
}
