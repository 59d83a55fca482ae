//! The first page after signing in.

use axum::response::Response;
use tillit_accounts::Permission;
use tillit_sso::service::views::{ConsentReach, SecurityView, Stage};

use crate::pages::{OverviewPage, Todo, few_owners_note};
use crate::web::{Person, Result, page};
use crate::words::Words;

/// `GET /`
pub(crate) async fn show(person: Person) -> Result<Response> {
    person.require(Permission::ViewOverview)?;
    let mut f = person.frame();
    let name = person.account.display_name();
    let first_name = name.split([' ', '@']).next().unwrap_or(name).to_owned();
    if !person.may(Permission::ViewSettings) {
        return page(&OverviewPage { f, first_name, todos: vec![], figures: vec![] });
    }
    let view = person.state().sso.settings(&person.cx, &person.session).await?;
    f.banners.extend(crate::pages::credential_warning(&f.w, &view));
    f.banners.extend(crate::pages::other_accounts_note(&f.w, &view));
    let mut tx = person.state().accounts.db().read(&person.cx).await?;
    let count = person.state().accounts.count_people(&mut tx, &person.cx).await?;
    let waiting = person.state().accounts.open_erasure_requests(&mut tx, &person.cx).await?;
    tx.rollback().await?;
    if person.may(Permission::AnswerErasure) {
        f.banners.extend(crate::pages::requests_note(&f.w, waiting, person.visitor.cx.now()));
    }
    f.banners.extend(few_owners_note(&f.w, count.owners(), person.may(Permission::InviteOwners)));
    let sign_ins = person.state().sso.sign_ins(&person.cx, &person.session, 0, 1).await?.total;
    let prepared = person.alarms.prepared && !person.state().accounts.contact(&person.cx).await?.at_own_domain;
    let (todos, figures) = (todos(&f.w, &view, &person, prepared), figures(&f.w, &view, count.all(), sign_ins));
    page(&OverviewPage { f, first_name, todos, figures })
}

fn todos(w: &Words, view: &SecurityView, person: &Person, prepared: bool) -> Vec<Todo> {
    let todo = |key: &str, done: bool, path: &str| Todo {
        title: w.t(&format!("todo-{key}")),
        text: w.t(&format!("todo-{key}-text")),
        done,
        link: (!done).then(|| (path.to_owned(), w.t(&format!("todo-{key}-button")))),
    };
    let mut todos = Vec::new();
    if person.may(Permission::HoldRecoveryKit) {
        todos.push(todo("kit", view.recovery.tried, "/settings/security/recovery-kit"));
    }
    todos.push(todo("sso", matches!(view.stage, Stage::On { .. }), "/settings/security"));
    todos.push(todo("consent", view.consent.reach == ConsentReach::OrganisationSeen, "/settings/security"));
    if person.may(Permission::HoldRecoveryKit) {
        todos.push(todo("ways-back", prepared, "/settings/ways-back"));
    }
    todos
}

fn figures(w: &Words, view: &SecurityView, people: u64, sign_ins: u64) -> Vec<(String, String, String)> {
    [
        ("figure-people", people, "/people"),
        ("figure-sign-ins", sign_ins, "/settings/security/sign-ins"),
        ("figure-requests", view.ledger_total, "/settings/security/ledger"),
    ]
    .map(|(key, number, path)| (w.t(key), number.to_string(), path.to_owned()))
    .into()
}
