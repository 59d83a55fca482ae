//! The recovery kit: made, shown once, tried.

use axum::response::Response;
use tillit_accounts::{Permission, RecoveryCode};

use super::super::own_proof::{Shown, fields_for_way, refused};
use super::super::sign_in::unprocessed;
use super::view;
use crate::pages::{KitCodesPage, KitPage};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, Person, Result, go, page};

/// `GET /settings/security/recovery-kit`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    shown(&person, FormErrors::default()).await
}

/// `POST /settings/security/recovery-kit`: the answer is the page itself, since the codes are shown
/// once and stored nowhere.
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    let shown = Shown::of(&mut form, &person).await?;
    form.finish()?;
    match person.state().accounts.make_kit(&person.cx, person.session.person, shown.in_session().proof()).await {
        Ok(kit) => {
            person.renew(kit.token.as_ref());
            let url = person.state().config.public_url.join("/sign-in/recovery-code").map_or_else(|_| String::new(), String::from);
            page(&KitCodesPage { f: person.frame(), codes: kit.codes.iter().map(ToString::to_string).collect(), url })
        }
        Err(refusal) => {
            let errors = shown.wrong(&person, refusal).await?;
            self::shown(&person, errors).await.map(unprocessed)
        }
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

async fn again(person: &Person, field: &'static str, problem: String) -> Result<Response> {
    shown(person, FormErrors::one(field, problem)).await.map(unprocessed)
}

async fn shown(person: &Person, errors: FormErrors) -> Result<Response> {
    let proof = fields_for_way(person, &errors).await?;
    page(&KitPage { recovery: view(person).await?.recovery, proof, f: person.frame(), errors })
}
