//! The person's own account: everything that is held, correcting it, asking to be forgotten.

pub(crate) mod app;
pub(crate) mod data;
pub(crate) mod passkeys;
pub(crate) mod password;
pub(crate) mod ways;

use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::unfold;
use serde_json::Value as Json;
use tillit_accounts::{AuditPage, LEFT_OUT, Permission, Profile, ProfileText, SignInMethod, ViewKind, held_parts};

use super::people::name_of;
use super::person::profile;
use super::sign_in::unprocessed;
use crate::pages::{AccountPage, AskErasurePage, CorrectPage, Look, OwnField, role_key};
use crate::ui::FormErrors;
use crate::web::download_stream;
use crate::web::{Empty, Fail, Flash, Form, Person, Result, go, page};

/// Longest reason that is read, in bytes: more than is kept, so that the page can say so.
const REASON: usize = 4096;
/// Longest reason that is kept.
pub(super) const LONGEST_REASON: usize = 250;

/// `GET /account`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let (accounts, me) = (&person.state().accounts, person.session.person);
    let stored = accounts.person(&person.cx, me).await?;
    let fields = profile(&person.account.profile).into_iter().zip(profile(&stored.profile));
    let fields = fields.map(|((key, value), (_, stored))| OwnField { key, only_session: value.is_some() && stored.is_none(), value });
    page(&AccountPage {
        role: role_key(person.session.role),
        profile: fields.collect(),
        method: method_key(person.session.method),
        brought: person.state().sso.fields_brought(&person.cx, me).await?.to_vec(),
        corrects: !own_fields(&person).await?.is_empty(),
        held: accounts.held_about(&person.cx, me).await?,
        looks: Some(looks(&person).await?),
        request: accounts.last_erasure_request(&person.cx, me).await?,
        f: person.frame(),
    })
}

/// Who looked at the person lately.
async fn looks(person: &Person) -> Result<Vec<Look>> {
    let (accounts, me) = (&person.state().accounts, person.session.person);
    let mut looks = Vec::new();
    for view in accounts.views_of(&person.cx, me, AuditPage { before: None, limit: 50 }).await? {
        let how = match view.kind {
            ViewKind::Page => "look-page",
            ViewKind::List => "look-list",
            ViewKind::Results => "look-results",
        };
        looks.push(Look { who: name_of(person, view.viewer).await?, at: view.at, how });
    }
    Ok(looks)
}

/// `GET /account/data.json`
pub(crate) async fn file(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let (accounts, cx, me) = (person.state().accounts.clone(), person.cx.clone(), person.session.person);
    let about = accounts.data_about(&cx, me).await?;
    let mut text = pretty(&about)?;
    // Ends with "\n}": what is held follows, a table at a time.
    text.truncate(text.trim_end_matches(['}', '\n']).len());
    text.push_str(",\n\"held\": {");
    let state = (accounts, cx, Some(0_usize), text, String::new(), true);
    let parts = unfold(state, move |(accounts, cx, at, mut text, mut cut, mut first)| async move {
        let at = at?;
        let part = async {
            if let Some(part) = accounts.data_of_table(&cx, me, at).await? {
                let name = Json::from(part.name).to_string();
                text.push_str(if first { "\n" } else { ",\n" });
                text.push_str(&format!("{name}: {}", pretty(&part.rows)?));
                first = false;
                if part.cut {
                    cut.push_str(if cut.is_empty() { "\n" } else { ",\n" });
                    cut.push_str(&format!("{name}: {}", Json::from(LEFT_OUT)));
                }
            }
            let next = Some(at + 1).filter(|next| *next < held_parts().len());
            if next.is_none() {
                text.push_str(&format!("\n}},\n\"left_out\": {{{cut}}}\n}}\n"));
            }
            Ok::<_, Fail>((Bytes::from(text), next, cut, first))
        };
        Some(match part.await {
            Ok((bytes, next, cut, first)) => (Ok(bytes), (accounts, cx, next, String::new(), cut, first)),
            Err(_) => {
                // Half a file must not be taken for a whole one.
                tracing::error!("a file of a person's data was broken off");
                (Err(std::io::Error::other("broken off")), (accounts, cx, None, String::new(), String::new(), false))
            }
        })
    });
    Ok(download_stream("data.json", "application/json", parts))
}

fn pretty(json: &Json) -> Result<String> {
    serde_json::to_string_pretty(json).map_err(|error| Fail::internal("write the person's data", &error))
}

/// `GET /account/profile`
pub(crate) async fn correct(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let fields = own_fields(&person).await?;
    if fields.is_empty() {
        return Ok(go("/account"));
    }
    page(&CorrectPage { fields, f: person.frame() })
}

/// `POST /account/profile`
pub(crate) async fn save(person: Person, mut form: Form) -> Result<Response> {
    // A field that did not come stays as it is; one that came empty is deleted.
    let mut text =
        |name| -> Result<Option<Option<ProfileText>>> { Ok(form.optional(name, crate::web::LINE)?.as_deref().map(ProfileText::new)) };
    let (name, title, company, department) = (text("name")?, text("title")?, text("company")?, text("department")?);
    let (phone, address, language) = (text("phone")?, text("address")?, text("language")?);
    form.finish()?;
    person.require(Permission::ManageOwnSignIn)?;
    let brought = person.state().sso.fields_brought(&person.cx, person.session.person).await?;
    let old = person.state().accounts.person(&person.cx, person.session.person).await?.profile;
    let typed = Profile {
        email: None,
        name: name.unwrap_or(old.name),
        title: title.unwrap_or(old.title),
        company: company.unwrap_or(old.company),
        department: department.unwrap_or(old.department),
        phone: phone.unwrap_or(old.phone),
        address: address.unwrap_or(old.address),
        language: language.unwrap_or(old.language),
    };
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    let changed = accounts.correct_own_profile(&mut tx, &person.cx, brought, &typed).await?;
    tx.commit().await?;
    person.flash(if changed { Flash::ProfileCorrected } else { Flash::FieldsSame });
    Ok(go("/account"))
}

/// `GET /account/erasure`: what asking to be forgotten does.
pub(crate) async fn erasure(person: Person) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    page(&AskErasurePage { f: person.frame(), why: String::new(), errors: FormErrors::default() })
}

/// `POST /account/erasure`
pub(crate) async fn ask(person: Person, mut form: Form) -> Result<Response> {
    let why = reason(&mut form, "why")?;
    form.finish()?;
    person.require(Permission::ManageOwnSignIn)?;
    if why.len() > LONGEST_REASON {
        let errors = FormErrors::one("why", person.words().t("ask-why-long"));
        return page(&AskErasurePage { f: person.frame(), why, errors }).map(unprocessed);
    }
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.ask_for_erasure(&mut tx, &person.cx, ProfileText::new(&why).as_ref()).await?;
    tx.commit().await?;
    person.flash(Flash::ErasureAsked);
    Ok(go("/account"))
}

/// `POST /account/erasure/withdraw`
pub(crate) async fn withdraw(person: Person, _: Empty) -> Result<Response> {
    person.require(Permission::ManageOwnSignIn)?;
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.withdraw_erasure(&mut tx, &person.cx).await?;
    tx.commit().await?;
    person.flash(Flash::ErasureWithdrawn);
    Ok(go("/account"))
}

/// A reason of a few lines.
pub(super) fn reason(form: &mut Form, name: &'static str) -> Result<String> {
    Ok(form.required(name, REASON)?.trim().to_owned())
}

/// Fields that the person corrects here, with what stands there: what the provider in force brings is corrected there.
async fn own_fields(person: &Person) -> Result<Vec<(&'static str, String)>> {
    let (accounts, me) = (&person.state().accounts, person.session.person);
    let brought = person.state().sso.fields_brought(&person.cx, me).await?;
    let stored = accounts.person(&person.cx, me).await?.profile;
    Ok(accounts.own_fields(&person.cx, &stored, brought).await?)
}

/// Key of the word for how a session began.
pub(super) const fn method_key(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Password => "method-password",
        SignInMethod::PasswordAndCode => "method-password-and-code",
        SignInMethod::Passkey => "method-passkey",
        SignInMethod::Sso => "method-sso",
        SignInMethod::RecoveryCode => "method-recovery-code",
        SignInMethod::OperatorLink => "method-operator-link",
        SignInMethod::SetUpLink => "method-set-up-link",
        SignInMethod::BreakGlass => "method-break-glass",
    }
}
