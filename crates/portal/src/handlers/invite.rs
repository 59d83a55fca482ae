//! Inviting people, and the list of who was invited.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{
    AccountsError, Invitation, InvitationId, InvitationRefusal, LinkPurpose, NewInvitation, Permission, PersonState, Role, Username,
};
use tillit_store::{PersonId, kinds};

use super::invitation::invitable;
use super::own_proof::{Shown, fields, prove};
use super::people::id;
use super::sign_in::unprocessed;
use crate::pages::{InvitationRow, InvitationsPage, InvitePage};
use crate::ui::FormErrors;
use crate::web::{Empty, Flash, Form, FormProblem, Person, Query, Result, go, page};

/// Where the list is.
const LIST: &str = "/people/invitations";

/// What was typed; what the page begins with.
#[derive(Default)]
struct Typed {
    person: Option<PersonId>,
    address: String,
    role: Option<Role>,
}

/// `GET /people/invite`: somebody new, or with `?person=` somebody of the list.
pub(crate) async fn show(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ManageEmployees)?;
    let who: Option<PersonId> = query.number("person")?;
    let mut typed = Typed { person: who, ..Typed::default() };
    if let Some(who) = who {
        typed.address = person.state().accounts.person(&person.cx, who).await?.mail_address().to_owned();
    }
    shown(&person, typed, FormErrors::default()).await
}

async fn shown(person: &Person, typed: Typed, errors: FormErrors) -> Result<Response> {
    let accounts = &person.state().accounts;
    let mut roles: Vec<Role> = Role::ALL.into_iter().filter(|role| person.may(role.invited_by())).collect();
    let mut named = None;
    if let Some(who) = typed.person {
        let account = accounts.person(&person.cx, who).await?;
        named = Some((who, account.display_name().to_owned()));
        if account.state == PersonState::Active {
            // What would give nothing is not offered.
            roles.retain(|role| role.includes(account.role) && role.is_above_employee());
        }
    }
    let proof = if roles.iter().any(|role| role.is_above_employee()) { fields(person, &errors).await? } else { vec![] };
    let role = typed.role.or(roles.last().copied()).unwrap_or(Role::Employee);
    let sso = !person.state().sso.accepts_set_up_links(&person.cx).await?;
    page(&InvitePage { f: person.frame(), person: named, address: typed.address, role, roles, sso, proof, errors })
}

/// `POST /people/invite`
pub(crate) async fn send(person: Person, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    let who = form.optional("person", crate::web::LINE)?.unwrap_or_default();
    let (address, role) = (form.line("address")?, form.line("role")?);
    form.finish()?;
    person.require(Permission::ManageEmployees)?;
    let role = Role::of_code(&role).ok_or(FormProblem::Value("role"))?;
    person.require(role.invited_by())?;
    let who = if who.is_empty() { None } else { Some(id::<kinds::Person>(&who)?) };
    let typed = Typed { person: who, address: address.clone(), role: Some(role) };
    let Ok(address) = address.parse::<Username>() else {
        let errors = FormErrors::one("address", person.words().t("invite-address-bad"));
        return shown(&person, typed, errors).await.map(unprocessed);
    };
    let accounts = &person.state().accounts;
    if role.is_above_employee()
        && let Err(errors) = prove(&person, &proof).await?
    {
        return shown(&person, typed, errors).await.map(unprocessed);
    }
    if is_complete(&person, who, &address).await? {
        let errors = FormErrors::one("role", person.words().t("invite-owner-here"));
        return shown(&person, typed, errors).await.map(unprocessed);
    }
    let link = person.state().config.link_page(LinkPurpose::Invitation);
    let mut tx = accounts.db().begin(&person.cx).await?;
    match accounts.invite(&mut tx, &person.cx, &NewInvitation { address, person: who, role, page: &link }).await {
        Ok(_) => tx.commit().await?,
        Err(AccountsError::Invitation(refusal)) => {
            drop(tx);
            let (field, problem) = explain(&person, refusal);
            return shown(&person, typed, FormErrors::one(field, problem)).await.map(unprocessed);
        }
        Err(error) => return Err(error.into()),
    }
    person.flash(Flash::Invited);
    Ok(go(LIST))
}

/// Whether the person is an owner with an account: nothing is left to invite to.
async fn is_complete(person: &Person, who: Option<PersonId>, address: &Username) -> Result<bool> {
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().read(&person.cx).await?;
    let known = match who {
        Some(who) => Some(who),
        None => accounts.person_by_username(&mut tx, &person.cx, address).await?,
    };
    let Some(known) = known else { return Ok(false) };
    let (role, state) = accounts.standing(&mut tx, &person.cx, known).await?;
    drop(tx);
    let linked = !person.state().sso.linked_accounts(&person.cx, known).await?.is_empty();
    Ok(state == PersonState::Active && !invitable(state, role == Role::Owner, linked))
}

/// `GET /people/invitations`
pub(crate) async fn list(person: Person) -> Result<Response> {
    person.require(Permission::ManageEmployees)?;
    listed(&person, FormErrors::default()).await
}

async fn listed(person: &Person, errors: FormErrors) -> Result<Response> {
    let mut rows = Vec::new();
    for invitation in person.state().accounts.invitations(&person.cx).await? {
        rows.push(row(person, invitation).await?);
    }
    page(&InvitationsPage { f: person.frame(), rows, errors })
}

/// `POST /people/invitations/{id}/send-again`. To a role above employee it asks for a proof like inviting does, since it
/// brings back what ran out or lost its sender: without one, the form to invite is shown, filled in.
pub(crate) async fn send_again(person: Person, Path(invitation): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form, &person).await?;
    form.finish()?;
    person.require(Permission::ManageEmployees)?;
    let (accounts, link) = (&person.state().accounts, person.state().config.link_page(LinkPurpose::Invitation));
    let invitation: InvitationId = id::<kinds::Invitation>(&invitation)?;
    let mut tx = accounts.db().read(&person.cx).await?;
    let found = accounts.invitation_in(&mut tx, &person.cx, invitation).await?;
    drop(tx);
    person.require(found.role.invited_by())?;
    if found.role.is_above_employee()
        && let Err(errors) = prove(&person, &proof).await?
    {
        let typed = Typed { person: Some(found.person), address: found.address, role: Some(found.role) };
        return shown(&person, typed, errors).await.map(unprocessed);
    }
    let mut tx = accounts.db().begin(&person.cx).await?;
    match accounts.send_invitation_again(&mut tx, &person.cx, invitation, &link).await {
        Ok(_) => tx.commit().await?,
        Err(AccountsError::Invitation(refusal)) => {
            drop(tx);
            let (_, problem) = explain(&person, refusal);
            return listed(&person, FormErrors::one("", problem)).await.map(unprocessed);
        }
        Err(error) => return Err(error.into()),
    }
    person.flash(Flash::InvitedAgain);
    Ok(go(LIST))
}

/// `POST /people/invitations/{id}/revoke`
pub(crate) async fn revoke(person: Person, Path(invitation): Path<String>, _: Empty) -> Result<Response> {
    person.require(Permission::ManageEmployees)?;
    let accounts = &person.state().accounts;
    let invitation: InvitationId = id::<kinds::Invitation>(&invitation)?;
    let mut tx = accounts.db().begin(&person.cx).await?;
    let revoked = accounts.revoke_invitation(&mut tx, &person.cx, invitation).await?;
    tx.commit().await?;
    if revoked {
        person.flash(Flash::InvitationRevoked);
    }
    Ok(go(LIST))
}

async fn row(person: &Person, invitation: Invitation) -> Result<InvitationRow> {
    let accounts = &person.state().accounts;
    let name = accounts.person(&person.cx, invitation.person).await?.display_name().to_owned();
    let by = match invitation.by {
        None => person.words().t("audit-actor-operator"),
        Some(by) => match accounts.person(&person.cx, by).await {
            Ok(account) => account.display_name().to_owned(),
            Err(AccountsError::NotFound) => person.words().t("audit-actor-unknown"),
            Err(error) => return Err(error.into()),
        },
    };
    Ok(InvitationRow {
        id: invitation.id,
        person: invitation.person,
        name,
        by,
        may_manage: person.may(invitation.role.invited_by()),
        address: invitation.address,
        role: invitation.role,
        sent_at: invitation.sent_at,
        expires_at: invitation.expires_at,
        state: invitation.state,
    })
}

/// Why nobody was invited: the field it is said at, and the words.
fn explain(person: &Person, refusal: InvitationRefusal) -> (&'static str, String) {
    let w = person.words();
    match refusal {
        InvitationRefusal::AlreadyHere => ("role", w.t("invite-already-here")),
        InvitationRefusal::OtherRole => ("role", w.t("invite-other-role")),
        InvitationRefusal::Disabled => ("address", w.t("invite-disabled")),
        InvitationRefusal::OtherAddress => ("address", w.t("invite-other-address")),
        InvitationRefusal::Address => ("address", w.t("invite-address-no-mail")),
        InvitationRefusal::TooMany { wait } => ("", w.t1("invite-too-many", "span", w.span(wait))),
        InvitationRefusal::TooManyOpen => ("", w.t("invite-too-many-open")),
        InvitationRefusal::Over => ("", w.t("invite-over")),
    }
}
