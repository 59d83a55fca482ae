//! Sending somebody a link to choose a new password, who lost it or never had one.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{AccountsError, LinkPurpose, LinksSent, PasswordLinkRefusal, Permission, Person as Account};
use tillit_store::kinds;

use super::own_proof::{Shown, fields, prove};
use super::people::id;
use super::person::require_manage;
use super::sign_in::unprocessed;
use crate::pages::{PasswordLinkPage, PasswordLinksPage};
use crate::ui::{FormErrors, Note, Tone};
use crate::web::{Fail, Flash, Form, Person, Result, go, page};

/// `GET /people/{id}/password-link`
pub(crate) async fn show(person: Person, Path(who): Path<String>) -> Result<Response> {
    let account = find(&person, &who).await?;
    shown(&person, &account, FormErrors::default()).await
}

/// `POST /people/{id}/password-link`
pub(crate) async fn send(person: Person, Path(who): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    let account = find(&person, &who).await?;
    let accounts = &person.state().accounts;
    // Whoever also reads the person's mail must not come in by a stolen session.
    if let Err(errors) = prove(&person, &proof).await? {
        return shown(&person, &account, errors).await.map(unprocessed);
    }
    let link = person.state().config.link_page(LinkPurpose::SetUp);
    let mut tx = accounts.db().begin(&person.cx).await?;
    match accounts.send_password_link(&mut tx, &person.cx, account.id, &link).await {
        Ok(()) => tx.commit().await?,
        Err(AccountsError::PasswordLink(refusal)) => {
            drop(tx);
            return shown(&person, &account, FormErrors::one("", explain(&person, refusal))).await.map(unprocessed);
        }
        Err(error) => return Err(error.into()),
    }
    person.flash(Flash::PasswordLinkSent);
    Ok(go(&format!("/people/{}", account.id)))
}

/// `GET /people/password-links`
pub(crate) async fn show_all(person: Person) -> Result<Response> {
    all(&person, None, FormErrors::default()).await
}

/// `POST /people/password-links`: to the next thousand of those who have nothing to sign in with.
pub(crate) async fn send_all(person: Person, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    require_links(&person).await?;
    if let Err(errors) = prove(&person, &proof).await? {
        return all(&person, None, errors).await.map(unprocessed);
    }
    let link = person.state().config.link_page(LinkPurpose::SetUp);
    let sent = person.state().accounts.send_password_links(&person.cx, &link).await?;
    all(&person, Some(sent), FormErrors::default()).await
}

async fn all(person: &Person, sent: Option<LinksSent>, errors: FormErrors) -> Result<Response> {
    require_links(person).await?;
    let count = person.state().accounts.without_way(&person.cx).await?;
    let proof = if count.without_link > 0 { fields(person, &errors).await? } else { vec![] };
    page(&PasswordLinksPage { f: person.frame(), count, sent, proof, errors })
}

/// Links let nobody in while single sign-on is enforced.
async fn require_links(person: &Person) -> Result<()> {
    person.require(Permission::ManageEmployees)?;
    if sends_links(person) && person.state().sso.accepts_set_up_links(&person.cx).await? { Ok(()) } else { Err(Fail::not_found()) }
}

/// What a page says about employees who cannot sign in, now that single sign-on is off; with the way to send them links.
pub(super) async fn without_way_note(person: &Person) -> Result<Option<Note>> {
    if !sends_links(person) || !person.state().sso.accepts_set_up_links(&person.cx).await? {
        return Ok(None);
    }
    let count = person.state().accounts.without_way(&person.cx).await?;
    let w = person.words();
    Ok((count.people > 0).then(|| {
        let note = Note::new(Tone::Warn, w.t1("password-links-note", "people", count.people)).titled(w.t("password-links-note-title"));
        note.with_link("/people/password-links", w.t("password-links-open"))
    }))
}

/// Whether the viewer sends anybody links to choose a password.
fn sends_links(person: &Person) -> bool {
    person.may(Permission::ManageEmployees) && person.session.method.sends_password_links()
}

/// Whether a link may be sent: the viewer manages people of the role, and links let people in now. Why it would not be sent, if so.
pub(super) async fn offered(person: &Person, account: &Account) -> Result<Option<Option<PasswordLinkRefusal>>> {
    if !sends_links(person) || !person.may(account.role.managed_by()) || !person.state().sso.accepts_set_up_links(&person.cx).await? {
        return Ok(None);
    }
    let refusal = person.state().accounts.no_password_link(&person.cx, account.id).await?;
    Ok(match refusal {
        Some(PasswordLinkRefusal::NotActive | PasswordLinkRefusal::Own) => None,
        other => Some(other),
    })
}

async fn find(person: &Person, who: &str) -> Result<Account> {
    person.require(Permission::ManageEmployees)?;
    let account = person.state().accounts.person(&person.cx, id::<kinds::Person>(who)?).await?;
    require_manage(person, account.role)?;
    match offered(person, &account).await? {
        Some(None) => Ok(account),
        Some(Some(_)) | None => Err(Fail::not_found()),
    }
}

async fn shown(person: &Person, account: &Account, errors: FormErrors) -> Result<Response> {
    page(&PasswordLinkPage {
        person: account.id,
        name: account.display_name().to_owned(),
        address: account.mail_address().to_owned(),
        owners: account.role.is_above_employee(),
        proof: fields(person, &errors).await?,
        f: person.frame(),
        errors,
    })
}

fn explain(person: &Person, refusal: PasswordLinkRefusal) -> String {
    let w = person.words();
    match refusal {
        PasswordLinkRefusal::NotActive | PasswordLinkRefusal::Own => w.t("password-link-not-active"),
        PasswordLinkRefusal::Passkeys => w.t("password-link-passkeys"),
        PasswordLinkRefusal::Address => w.t("password-link-no-mail"),
        PasswordLinkRefusal::TooMany { wait } => w.t1("password-link-too-many", "span", w.span(wait)),
    }
}
