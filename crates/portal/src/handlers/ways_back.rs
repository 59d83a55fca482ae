//! Settings, GENERAL, "Ways back": the contact for emergencies, and stopping a restore.

use axum::response::Response;
use tillit_accounts::ways_back::WaysBackRefusal;
use tillit_accounts::{AccountsError, LocalRefusal, Permission};

use super::own_proof::{Shown, fields_for_way_back};
use super::restore::pages;
use super::sign_in::unprocessed;
use crate::pages::WaysBackPage;
use crate::ui::FormErrors;
use crate::web::{Empty, Flash, Form, FormProblem, Person, Result, go, page};

/// Where this is.
const HERE: &str = "/settings/ways-back";

/// `GET /settings/ways-back`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    shown(&person, String::new(), FormErrors::default()).await
}

/// `POST /settings/ways-back/contact`: registers another contact, or keeps the present one.
pub(crate) async fn contact(person: Person, mut form: Form) -> Result<Response> {
    let (typed, wanted) = (form.line("contact")?, form.line("do")?);
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::HoldRecoveryKit)?;
    let (accounts, me) = (&person.state().accounts, person.session.person);
    let shows = proof.in_session();
    let shows = shows.proof();
    let answer = match wanted.as_str() {
        "keep" => accounts.keep_contact(&person.cx, me, shows).await,
        "set" => match typed.parse() {
            Ok(address) => accounts.set_contact(&person.cx, me, shows, &address).await,
            Err(_) => {
                let errors = FormErrors::one("contact", person.words().t("way-back-contact-bad"));
                return shown(&person, typed, errors).await.map(unprocessed);
            }
        },
        _ => return Err(FormProblem::Value("do").into()),
    };
    match answer {
        Ok(token) => {
            person.renew(token.as_ref());
            person.flash(Flash::ContactSaved);
        }
        Err(LocalRefusal::Failed(AccountsError::WaysBack(WaysBackRefusal::ContactAtOwnDomain))) => {
            let errors = FormErrors::one("contact", person.words().t("way-back-contact-own-domain"));
            return shown(&person, typed, errors).await.map(unprocessed);
        }
        // Somebody else was faster: the page shows how it stands.
        Err(LocalRefusal::Failed(AccountsError::WaysBack(WaysBackRefusal::NoOtherContact))) => {}
        Err(refusal) => {
            let errors = proof.wrong_for_way_back(&person, refusal).await?;
            return shown(&person, typed, errors).await.map(unprocessed);
        }
    }
    Ok(go(HERE))
}

/// `POST /settings/ways-back/stop`
pub(crate) async fn stop(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::HoldRecoveryKit)?;
    let pages = pages(&person.state().config);
    match person.state().accounts.stop_restore(&person.cx, person.session.person, &pages).await {
        Ok(()) => person.flash(Flash::RestoreStopped),
        Err(AccountsError::WaysBack(_)) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(go(HERE))
}

async fn shown(person: &Person, typed: String, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    page(&WaysBackPage {
        contact: accounts.contact(&person.cx).await?,
        restore: accounts.restore(&person.cx).await?,
        glass: accounts.break_glass(&person.cx).await?,
        proof: fields_for_way_back(person, &errors).await?,
        f: person.frame(),
        typed,
        errors,
    })
}
