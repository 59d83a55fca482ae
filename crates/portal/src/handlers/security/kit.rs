//! The recovery kit: made, shown once, tried.

use axum::response::Response;
use tillit_accounts::{AccountsError, LocalRefusal, OwnProof, Password, Permission, RecoveryCode, SignInMethod};

use super::super::sign_in::unprocessed;
use super::view;
use crate::pages::{KitCodesPage, KitPage};
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, Person, Result, go, page};

/// Longest password that is read, in bytes: more than accounts take, so that they can say so.
const PASSWORD: usize = 4096;

/// `GET /settings/security/recovery-kit`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    shown(&person, FormErrors::default()).await
}

/// `POST /settings/security/recovery-kit`: the answer is the page itself, since the codes are shown
/// once and stored nowhere.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    let password = form.optional("password", PASSWORD)?.unwrap_or_default();
    let code = form.optional("proof_code", crate::web::LINE)?.unwrap_or_default();
    form.finish()?;
    let (password, code) = (Password::typed(&password).ok(), code.parse::<RecoveryCode>().ok());
    let proof = match (&password, &code) {
        (Some(password), _) => OwnProof::Password(password),
        (None, Some(code)) => OwnProof::Code(code),
        (None, None) if matches!(person.session.method, SignInMethod::OperatorLink | SignInMethod::SetUpLink) => {
            OwnProof::LinkSession(person.session.id)
        }
        (None, None) => OwnProof::None,
    };
    let field = if password.is_none() && code.is_some() { "proof_code" } else { "password" };
    match person.state().accounts.make_kit(&person.cx, person.session.person, proof).await {
        Ok(kit) => {
            let url = person.state().config.public_url.join("/sign-in/recovery-code").map_or_else(|_| String::new(), String::from);
            page(&KitCodesPage { f: person.frame(), codes: kit.codes.iter().map(ToString::to_string).collect(), url })
        }
        Err(LocalRefusal::Failed(AccountsError::ProofNeeded)) => again(&person, "password", person.words().t("kit-proof-needed")).await,
        Err(refusal) => again(&person, field, refused(&person, refusal, "kit-proof-wrong")?).await,
    }
}

/// `POST /settings/security/recovery-kit/try`
pub(crate) async fn try_code(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    let typed = form.line("code")?;
    form.finish()?;
    let tried = match typed.parse::<RecoveryCode>() {
        Err(_) => Err(person.words().t("kit-code-wrong")),
        Ok(code) => match person.state().accounts.try_code(&person.cx, person.session.person, &code).await {
            Ok(_) => Ok(()),
            Err(refusal) => Err(refused(&person, refusal, "kit-code-wrong")?),
        },
    };
    match tried {
        Ok(()) => {
            person.flash(Flash::KitWorks);
            Ok(go(super::HERE))
        }
        Err(problem) => again(&person, "code", problem).await,
    }
}

/// Why it was refused, in words.
fn refused(person: &Person, refusal: LocalRefusal, wrong: &str) -> Result<String> {
    let w = person.words();
    Ok(match refusal {
        LocalRefusal::Refused { wait_minutes: None } => w.t(wrong),
        LocalRefusal::Refused { wait_minutes: Some(minutes) } => {
            w.t1("password-wait", "span", w.span(tillit_store::Duration::minutes(i64::from(minutes))))
        }
        LocalRefusal::Busy => w.t("sign-in-busy"),
        LocalRefusal::Failed(error) => return Err(Fail::from(error)),
    })
}

async fn again(person: &Person, field: &'static str, problem: String) -> Result<Response> {
    shown(person, FormErrors::one(field, problem)).await.map(unprocessed)
}

async fn shown(person: &Person, errors: FormErrors) -> Result<Response> {
    let has_password = person.state().accounts.password_set_at(&person.cx, person.session.person).await?.is_some();
    page(&KitPage { recovery: view(person).await?.recovery, has_password, f: person.frame(), errors })
}
