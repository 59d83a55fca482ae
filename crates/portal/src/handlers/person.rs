//! One person.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tillit_accounts::{Permission, Profile, ProfileText, Role};
use tillit_store::{PersonId, kinds};

use super::people::{id, row};
use super::sessions;
use crate::pages::{PersonPage, PersonView};
use crate::web::{Empty, Fail, Flash, Person, Result, go, page};

/// `GET /people/{id}`
pub(crate) async fn show(person: Person, Path(who): Path<String>) -> Result<Response> {
    person.require(Permission::ViewPeople)?;
    let who: PersonId = id::<kinds::Person>(&who)?;
    let accounts = &person.state().accounts;
    let account = accounts.person(&person.cx, who).await?;
    let listed = accounts.sessions(&person.cx, who).await?;
    let view = PersonView {
        row: row(&account),
        profile: profile(&account.profile),
        may_manage: may_manage(&person, account.role),
        is_you: who == person.session.person,
    };
    let sessions = listed.into_iter().map(|listed| sessions::row(listed, person.session.id)).collect();
    page(&PersonPage { f: person.frame(), person: view, sessions })
}

/// `GET /people/{id}/photo`: one's own, or a colleague's for those who may see people.
pub(crate) async fn photo(person: Person, Path(who): Path<String>) -> Result<Response> {
    let who: PersonId = id::<kinds::Person>(&who)?;
    if who != person.session.person {
        person.require(Permission::ViewPeople)?;
    }
    let photo = person.state().accounts.photo(&person.cx, who).await?.ok_or_else(Fail::not_found)?;
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
    accounts.end_all_sessions(&mut tx, &person.cx, who, Some(person.session.id)).await?;
    tx.commit().await?;
    person.flash(Flash::SessionsEnded);
    Ok(go(&format!("/people/{who}")))
}

/// `POST /people/{id}/disable`
pub(crate) async fn disable(person: Person, Path(who): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::ManageEmployees)?;
    let who: PersonId = id::<kinds::Person>(&who)?;
    let accounts = &person.state().accounts;
    let role = accounts.person(&person.cx, who).await?.role;
    require_manage(&person, role)?;
    if role == Role::Owner {
        person.state().sso.may_stop_being_owner(&person.cx, who).await?;
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    accounts.disable(&mut tx, &person.cx, who).await?;
    tx.commit().await?;
    person.flash(Flash::PersonDisabled);
    Ok(go(&format!("/people/{who}")))
}

/// Employees are managed by every administrator, those above by owners.
fn may_manage(person: &Person, role: Role) -> bool {
    person.may(if role == Role::Employee { Permission::ManageEmployees } else { Permission::ManageRoles })
}

fn require_manage(person: &Person, role: Role) -> Result<()> {
    if may_manage(person, role) { Ok(()) } else { Err(Fail::Fault(crate::pages::Fault::Forbidden)) }
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
