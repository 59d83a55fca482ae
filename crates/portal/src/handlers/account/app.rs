//! The authenticator app: set up, new recovery codes, taken away.

use axum::response::Response;
use tillit_accounts::{NewApp, Permission, RecoveryCode, Ticket, TotpCode, TotpSecret};

use super::super::own_proof::{Shown, fields_for_way, refused};
use super::super::sign_in::unprocessed;
use super::ways::view;
use crate::pages::{AppPage, AppScanPage, OwnCodesPage};
use crate::ui::FormErrors;
use crate::web::{Flash, Form, LINE, Person, Result, go, page};

const HERE: &str = "/account/sign-in/app";

/// `GET /account/sign-in/app`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    shown(&person, FormErrors::default()).await
}

/// `POST /account/sign-in/app`: the answer is the page itself, since the secret is shown once and not stored yet.
pub(crate) async fn begin(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    match person.state().accounts.begin_app(&person.cx, person.session.id, proof.in_session().proof()).await {
        Ok((app, token)) => {
            person.renew(token.as_ref());
            scan(&person, &app, FormErrors::default())
        }
        Err(refusal) => {
            let errors = proof.wrong(&person, refusal).await?;
            shown(&person, errors).await.map(unprocessed)
        }
    }
}

/// `POST /account/sign-in/app/finish`
pub(crate) async fn finish(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let (secret, ticket, typed) = (form.required("secret", LINE)?, form.required("ticket", LINE)?, form.line("code")?);
    form.finish()?;
    let (Some(secret), Some(ticket)) = (TotpSecret::from_base32(&secret), Ticket::parse(&ticket)) else { return Ok(go(HERE)) };
    let app = NewApp { secret, ticket };
    let Ok(code) = typed.parse::<TotpCode>() else {
        return scan(&person, &app, FormErrors::one("code", person.words().t("app-code-shape"))).map(unprocessed);
    };
    match person.state().accounts.finish_app(&person.cx, person.session.id, &app, &code).await {
        Ok(set) => {
            person.renew(Some(&set.token));
            once(&person, &set.codes, true)
        }
        Err(tillit_accounts::LocalRefusal::Failed(tillit_accounts::AccountsError::ProofNeeded)) => {
            shown(&person, FormErrors::one("", person.words().t("app-too-late"))).await.map(unprocessed)
        }
        Err(refusal) => {
            let problem = refused(&person, refusal, "app-code-wrong")?;
            scan(&person, &app, FormErrors::one("code", problem)).map(unprocessed)
        }
    }
}

/// `POST /account/sign-in/app/codes`: new ones, shown once.
pub(crate) async fn codes(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    match person.state().accounts.make_own_codes(&person.cx, proof.in_session().proof()).await {
        Ok(made) => {
            person.renew(made.token.as_ref());
            once(&person, &made.codes, false)
        }
        Err(refusal) => {
            let errors = proof.wrong(&person, refusal).await?;
            shown(&person, errors).await.map(unprocessed)
        }
    }
}

/// `POST /account/sign-in/app/remove`
pub(crate) async fn remove(person: Person, mut form: Form) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    match person.state().accounts.remove_app(&person.cx, proof.in_session().proof()).await {
        Ok(token) => {
            person.renew(token.as_ref());
            person.flash(Flash::AppRemoved);
            Ok(go("/account/sign-in"))
        }
        Err(refusal) => {
            let errors = proof.wrong(&person, refusal).await?;
            shown(&person, errors).await.map(unprocessed)
        }
    }
}

async fn shown(person: &Person, errors: FormErrors) -> Result<Response> {
    page(&AppPage { app: view(person).await?, proof: fields_for_way(person, &errors).await?, f: person.frame(), errors })
}

fn scan(person: &Person, app: &NewApp, errors: FormErrors) -> Result<Response> {
    let issuer = format!("{} {}", person.state().config.operator.app_name, person.organisation.name);
    let uri = app.secret.uri(&issuer, person.account.username.as_str());
    page(&AppScanPage {
        f: person.frame(),
        secret: app.secret.to_base32().to_string(),
        uri: uri.to_string(),
        ticket: app.ticket.to_string(),
        errors,
    })
}

fn once(person: &Person, codes: &[RecoveryCode], fresh: bool) -> Result<Response> {
    page(&OwnCodesPage { f: person.frame(), codes: codes.iter().map(ToString::to_string).collect(), fresh })
}
