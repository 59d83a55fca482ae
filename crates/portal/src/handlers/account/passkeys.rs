//! Passkeys of one's own: added, removed.

use axum::extract::Path;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_accounts::{NewPasskey, PasskeyId, PasskeyListed, Permission, ProfileText, Registration, RelyingParty, device_words};
use tillit_store::kinds;

use super::super::own_proof::{ANSWER, Shown, fields_for_way, refused};
use super::super::people::id;
use super::super::sign_in::unprocessed;
use crate::pages::{AddPasskeyPage, MakePasskeyPage, PasskeyAsk, RemovePasskeyPage};
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, LINE, Person, Result, go, page};
use crate::words::Words;

const WAYS: &str = "/account/sign-in";

/// For whom passkeys are made here.
fn party(person: &Person) -> Result<RelyingParty> {
    person.require(Permission::ManageOwnSignIn)?;
    RelyingParty::of(&person.state().config.public_url).ok_or_else(Fail::not_found)
}

/// `GET /account/sign-in/passkeys/add`
pub(crate) async fn show(person: Person) -> Result<Response> {
    party(&person)?;
    let name = person.visitor.browser.user_agent.as_deref().and_then(device_words).unwrap_or_default();
    add_page(&person, name, FormErrors::default()).await
}

async fn add_page(person: &Person, name: String, errors: FormErrors) -> Result<Response> {
    page(&AddPasskeyPage { proof: fields_for_way(person, &errors).await?, f: person.frame(), name, errors })
}

/// A name as it was typed, or what is wrong with it.
fn named(person: &Person, typed: &str) -> Result<ProfileText, FormErrors> {
    ProfileText::new(typed)
        .filter(|name| name.as_str().chars().count() <= 60)
        .ok_or_else(|| FormErrors::one("name", person.words().t("passkey-name-bad")))
}

/// `POST /account/sign-in/passkeys/add`: an own proof, then the page on which the browser makes it.
pub(crate) async fn begin(person: Person, mut form: Form) -> Result<Response> {
    let party = party(&person)?;
    let proof = Shown::of(&mut form, &person).await?;
    let typed = form.line("name")?;
    form.finish()?;
    let name = match named(&person, &typed) {
        Ok(name) => name,
        Err(errors) => return add_page(&person, typed, errors).await.map(unprocessed),
    };
    match person.state().accounts.begin_passkey(&person.cx, person.session.id, proof.in_session().proof()).await {
        Ok(new) => {
            person.renew(new.token.as_ref());
            make_page(&person, &party, &name, &new, FormErrors::default())
        }
        Err(refusal) => {
            let errors = proof.wrong(&person, refusal).await?;
            add_page(&person, typed, errors).await.map(unprocessed)
        }
    }
}

fn make_page(person: &Person, party: &RelyingParty, name: &ProfileText, new: &NewPasskey, errors: FormErrors) -> Result<Response> {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    page(&MakePasskeyPage {
        f: person.frame(),
        name: name.as_str().to_owned(),
        ask: PasskeyAsk { party: party.id().to_owned(), challenge: new.challenge.to_string() },
        user_handle: encode(&new.user_handle),
        exclude: new.exclude.iter().map(|id| encode(id)).collect::<Vec<_>>().join(" "),
        errors,
    })
}

/// `POST /account/sign-in/passkeys`: keeps what the browser made.
pub(crate) async fn finish(person: Person, mut form: Form) -> Result<Response> {
    let party = party(&person)?;
    let typed = form.required("name", LINE)?;
    let (client_data, data) = (form.required("client_data", ANSWER)?, form.required("authenticator_data", ANSWER)?);
    form.finish()?;
    let Ok(name) = named(&person, &typed) else { return Ok(go("/account/sign-in/passkeys/add")) };
    let kept = match Registration::parse(&client_data, &data).filter(|_| !data.is_empty()) {
        Some(made) => person.state().accounts.finish_passkey(&person.cx, person.session.id, &party, &made, &name).await,
        None => Err(tillit_accounts::LocalRefusal::Refused { wait_minutes: None }),
    };
    match kept {
        Ok(token) => {
            person.renew(Some(&token));
            person.flash(Flash::PasskeyAdded);
            Ok(go(WAYS))
        }
        Err(refusal) => {
            let problem = refused(&person, refusal, "passkey-not-taken")?;
            add_page(&person, name.as_str().to_owned(), FormErrors::one("", problem)).await.map(unprocessed)
        }
    }
}

/// What a passkey is called on a page; one whose name is lost has words that stand for it.
pub(super) fn shown_name(w: &Words, name: Option<String>) -> String {
    name.unwrap_or_else(|| w.t("passkey-unnamed"))
}

async fn find(person: &Person, passkey: &str) -> Result<(PasskeyId, PasskeyListed)> {
    person.require(Permission::ManageOwnSignIn)?;
    let passkey: PasskeyId = id::<kinds::Passkey>(passkey)?;
    let own = person.state().accounts.passkeys(&person.cx, person.session.person).await?;
    own.into_iter().find(|listed| listed.id == passkey).map(|listed| (passkey, listed)).ok_or_else(Fail::not_found)
}

/// `GET /account/sign-in/passkeys/{id}/remove`
pub(crate) async fn ask_remove(person: Person, Path(passkey): Path<String>) -> Result<Response> {
    let (_, listed) = find(&person, &passkey).await?;
    remove_page(&person, listed, FormErrors::default()).await
}

async fn remove_page(person: &Person, listed: PasskeyListed, errors: FormErrors) -> Result<Response> {
    let proof = fields_for_way(person, &errors).await?;
    let (f, id) = (person.frame(), listed.id.to_string());
    let name = shown_name(&f.w, listed.name);
    page(&RemovePasskeyPage { f, id, name, proof, errors })
}

/// `POST /account/sign-in/passkeys/{id}/remove`
pub(crate) async fn remove(person: Person, Path(passkey): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    let (passkey, listed) = find(&person, &passkey).await?;
    match person.state().accounts.remove_passkey(&person.cx, passkey, proof.in_session().proof()).await {
        Ok(token) => {
            person.renew(token.as_ref());
            person.flash(Flash::PasskeyRemoved);
            Ok(go(WAYS))
        }
        Err(refusal) => {
            let errors = proof.wrong(&person, refusal).await?;
            remove_page(&person, listed, errors).await.map(unprocessed)
        }
    }
}
