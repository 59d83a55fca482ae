//! Giving somebody another role.

use axum::extract::Path;
use axum::response::Response;
use tillit_accounts::{AccountsError, Permission, Person as Account, PersonState, Role};
use tillit_sso::SsoError;
use tillit_sso::activation::Refused;
use tillit_store::{PersonId, kinds};

use super::own_proof::{Shown, fields_now, refused};
use super::people::id;
use super::sign_in::unprocessed;
use crate::pages::{RolePage, RoleStep};
use crate::ui::FormErrors;
use crate::web::{Fail, Flash, Form, FormProblem, Person, Query, Result, go, page};

/// `GET /people/{id}/role`: which one; with `?to=`: what will change, before it does.
pub(crate) async fn show(person: Person, Path(who): Path<String>, mut query: Query) -> Result<Response> {
    person.require(Permission::ManageRoles)?;
    let to = query.text("to")?;
    let to = if to.is_empty() { None } else { Some(Role::of_code(&to).ok_or(FormProblem::Value("to"))?) };
    let account = find(&person, &who).await?;
    shown(&person, account, to, FormErrors::default()).await
}

/// `POST /people/{id}/role`
pub(crate) async fn send(person: Person, Path(who): Path<String>, mut form: Form) -> Result<Response> {
    let proof = Shown::of(&mut form)?.at(&person);
    let (from, to) = (form.line("from")?, form.line("to")?);
    form.finish()?;
    person.require(Permission::ManageRoles)?;
    let from = Role::of_code(&from).ok_or(FormProblem::Value("from"))?;
    let to = Role::of_code(&to).ok_or(FormProblem::Value("to"))?;
    let (account, accounts) = (find(&person, &who).await?, &person.state().accounts);
    // A stolen session must not bring its own administrators along (docs/activation.md, O2).
    if let Err(refusal) = accounts.prove_self(&person.cx, person.session.person, proof.proof(&person.session)).await {
        let problem = refused(&person, refusal, "kit-proof-wrong")?;
        return shown(&person, account, Some(to), FormErrors::one(proof.field(), problem)).await.map(unprocessed);
    }
    match change(&person, account.id, from, to).await {
        Ok(()) => {}
        Err(Problem::Said(key)) => {
            let errors = FormErrors::one("", person.words().t(key));
            let account = find(&person, &who).await?;
            return shown(&person, account, Some(to), errors).await.map(unprocessed);
        }
        Err(Problem::Failed(fail)) => return Err(fail),
    }
    person.flash(Flash::RoleChanged);
    Ok(go(&format!("/people/{}", account.id)))
}

/// Why nothing changed.
enum Problem {
    /// Said on the page: key of the words.
    Said(&'static str),
    Failed(Fail),
}

impl<E: Into<Fail>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

async fn change(person: &Person, who: PersonId, from: Role, to: Role) -> Result<(), Problem> {
    let accounts = &person.state().accounts;
    let keep = (who == person.session.person).then_some(person.session.id);
    let mut tx = accounts.db().begin(&person.cx).await?;
    match accounts.change_role(&mut tx, &person.cx, who, from, to, keep).await {
        Err(AccountsError::LastOwner) => return Err(Problem::Said("role-last-owner")),
        Err(AccountsError::RoleChanged) => return Err(Problem::Said("role-changed-meanwhile")),
        done => done?,
    }
    if from == Role::Owner {
        // After it, in the same transaction: it holds the log's row, so two owners cannot demote each other at once (O1).
        match person.state().sso.may_stop_being_owner(&mut tx, &person.cx, who).await {
            Err(SsoError::Activation(Refused::LastWayBack)) => return Err(Problem::Said("role-last-way-back")),
            done => done?,
        }
    }
    Ok(tx.commit().await?)
}

/// A person whose role can be changed here: whoever was invited gets the invitation's.
async fn find(person: &Person, who: &str) -> Result<Account> {
    let account = person.state().accounts.person(&person.cx, id::<kinds::Person>(who)?).await?;
    if account.state == PersonState::Invited { Err(Fail::not_found()) } else { Ok(account) }
}

async fn shown(person: &Person, account: Account, to: Option<Role>, errors: FormErrors) -> Result<Response> {
    let me = person.session.person;
    let step = match to.filter(|to| *to != account.role) {
        None => RoleStep::Choose,
        Some(to) => {
            let links = person.state().sso.linked_accounts(&person.cx, account.id).await?;
            RoleStep::Confirm { to, links, proof: fields_now(person, &errors).await? }
        }
    };
    page(&RolePage {
        f: person.frame(),
        person: account.id,
        name: account.display_name().to_owned(),
        role: account.role,
        is_you: account.id == me,
        step,
        errors,
    })
}
