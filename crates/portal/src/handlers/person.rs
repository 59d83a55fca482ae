//! One person.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tillit_accounts::{Permission, PersonState, Profile, ProfileText, Role};
use tillit_store::{PersonId, kinds};

use super::invitation::invitable;
use super::own_proof::{Shown, fields, prove};
use super::password_link;
use super::people::{id, row};
use super::sessions;
use super::sign_in::unprocessed;
use crate::pages::{Fault, PasswordLink, PersonPage, PersonView};
use crate::ui::FormErrors;
use crate::web::{Empty, Fail, Flash, Form, Person, Restricted, Result, go, page};

/// `GET /people/{id}`
pub(crate) async fn show(person: Person, Path(who): Path<String>) -> Result<Response> {
    person.require(Permission::ViewPeople)?;
    let who = id::<kinds::Person>(&who)?;
    let page = shown(&person, who, FormErrors::default()).await?;
    // Reading changes nothing, but that somebody read is written down, before anything is shown.
    person.state().accounts.note_view(&person.cx, who).await?;
    Ok(page)
}

async fn shown(person: &Person, who: PersonId, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    let account = accounts.person(&person.cx, who).await?;
    let listed = accounts.sessions(&person.cx, who).await?;
    let links = person.state().sso.linked_accounts(&person.cx, who).await?;
    let view = PersonView {
        row: row(&account),
        profile: profile(&account.profile),
        may_manage: may_manage(person, account.role),
        may_forget: super::erasure::may_forget(person, account.role) && who != person.session.person,
        is_you: who == person.session.person,
        has_second_factor: person.may(Permission::ManageRoles)
            && who != person.session.person
            && accounts.own_proofs(&person.cx, who).await?.stronger_than_password(),
        had_second_factor: account.state == PersonState::Disabled && accounts.own_proofs(&person.cx, who).await?.stronger_than_password(),
        may_invite: may_manage(person, account.role) && invitable(account.state, account.role == Role::Owner, !links.is_empty()),
        may_change_role: person.may(Permission::ManageRoles) && account.state != PersonState::Invited,
        password_link: password_link::offered(person, &account).await?.map(|refusal| match refusal {
            Some(_) => PasswordLink::Passkeys,
            None => PasswordLink::Possible,
        }),
        links,
    };
    let sessions = listed.into_iter().map(|listed| sessions::row(listed, person.session.id)).collect();
    let disabled_above = account.state == tillit_accounts::PersonState::Disabled && account.role != Role::Employee;
    let asks = (account.role == Role::Owner || disabled_above) && view.may_manage;
    let proof = if asks { fields(person, &errors).await? } else { vec![] };
    page(&PersonPage { f: person.frame(), person: view, sessions, proof, errors })
}

/// `GET /people/{id}/photo`: one's own, or a colleague's for those who may see people.
pub(crate) async fn photo(Restricted(person): Restricted, Path(who): Path<String>) -> Result<Response> {
    let who: PersonId = id::<kinds::Person>(&who)?;
    if who != person.session.person {
        if person.only_turn_off {
            return Err(Fail::Fault(Fault::OnlyTurnOff));
        }
        person.require(Permission::ViewPeople)?;
    }
    let accounts = &person.state().accounts;
    let photo = if who == person.session.person {
        accounts.own_photo(&person.cx, who, person.session.id).await?
    } else {
        accounts.photo(&person.cx, who).await?
    };
    let photo = photo.ok_or_else(Fail::not_found)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))], photo.into_bytes()).into_response())
}

/// `POST /people/{id}/end-sessions`
pub(crate) async fn end_sessions(person: Person, Path(who): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::EndSessionsOfOthers)?;
    let who: PersonId = id::<kinds::Person>(&who)?;
    let accounts = &person.state().accounts;
    let role = accounts.person(&person.cx, who).await?.role;
    require_manage(&person, role)?;
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.still_has_role(&mut tx, &person.cx, who, role, &[Permission::EndSessionsOfOthers, role.managed_by()]).await?;
    accounts.end_all_sessions(&mut tx, &person.cx, who, Some(person.session.id)).await?;
    tx.commit().await?;
    person.flash(Flash::SessionsEnded);
    Ok(go(&format!("/people/{who}")))
}

/// `POST /people/{id}/disable`
pub(crate) async fn disable(person: Person, Path(who): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::ManageEmployees)?;
    let who: PersonId = id::<kinds::Person>(&who)?;
    let accounts = &person.state().accounts;
    let account = accounts.person(&person.cx, who).await?;
    let role = account.role;
    require_manage(&person, role)?;
    // A stolen session must not remove the owners who could end it (docs/activation.md, O2).
    if role == Role::Owner
        && let Err(errors) = prove(&person, &proof).await?
    {
        return shown(&person, who, errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.still_has_role(&mut tx, &person.cx, who, role, &[role.managed_by()]).await?;
    accounts.disable(&mut tx, &person.cx, who).await?;
    if role == Role::Owner {
        // After it, in the same transaction: it holds the log's row, so two owners cannot remove each other at once (O1).
        person.state().sso.may_stop_being_owner(&mut tx, &person.cx, who).await?;
    }
    tx.commit().await?;
    person.flash(if account.state == PersonState::Invited { Flash::InvitationRevoked } else { Flash::PersonDisabled });
    Ok(go(&format!("/people/{who}")))
}

/// `POST /people/{id}/enable`: lets a switched-off person sign in again, perhaps without what somebody may have added before.
pub(crate) async fn enable(person: Person, Path(who): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    let clear = form.checked("clear")?;
    form.finish()?;
    person.require(Permission::ManageEmployees)?;
    let who: PersonId = id::<kinds::Person>(&who)?;
    let accounts = &person.state().accounts;
    let role = accounts.person(&person.cx, who).await?.role;
    require_manage(&person, role)?;
    // A stolen session must not bring a former administrator back.
    if role != Role::Employee
        && let Err(errors) = prove(&person, &proof).await?
    {
        return shown(&person, who, errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.still_has_role(&mut tx, &person.cx, who, role, &[role.managed_by()]).await?;
    if clear {
        accounts.clear_second_factors(&mut tx, &person.cx, who).await?;
    }
    accounts.enable(&mut tx, &person.cx, who).await?;
    tx.commit().await?;
    person.flash(Flash::PersonEnabled);
    Ok(go(&format!("/people/{who}")))
}

/// Employees are managed by every administrator, those above by owners.
fn may_manage(person: &Person, role: Role) -> bool {
    person.may(role.managed_by())
}

pub(super) fn require_manage(person: &Person, role: Role) -> Result<()> {
    if may_manage(person, role) { Ok(()) } else { Err(Fail::Fault(Fault::Forbidden)) }
}

/// The fields below name and username: key of the word, and value.
pub(super) fn profile(profile: &Profile) -> Vec<(&'static str, Option<String>)> {
    let text = |text: &Option<ProfileText>| text.as_ref().map(|text| text.as_str().to_owned());
    vec![
        ("profile-email", text(&profile.email)),
        ("profile-title", text(&profile.title)),
        ("profile-company", text(&profile.company)),
        ("profile-department", text(&profile.department)),
        ("profile-phone", text(&profile.phone)),
        ("profile-address", text(&profile.address)),
        ("profile-language", text(&profile.language)),
    ]
}
