//! The audit log.

use std::collections::HashMap;

use axum::response::Response;
use tillit_accounts::{AccountsError, AuditEntry, AuditPage as Part, Permission};
use tillit_store::PersonId;

use super::csv;
use crate::pages::{AuditPage, AuditRow};
use crate::web::{Person, Query, Result, page};

/// Rows on a page.
const PER_PAGE: u32 = 50;
/// Rows read at once for the file.
const PART: u32 = 100;
/// Most rows of the file.
const LARGEST_FILE: usize = 10_000;

/// `GET /settings/audit`
pub(crate) async fn show(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewAudit)?;
    let before = query.number("before")?;
    let entries = person.state().accounts.audit_log(&person.cx, Part { before, limit: PER_PAGE }).await?;
    let next = entries.last().filter(|last| last.seq > 1).map(|last| format!("/settings/audit?before={}", last.seq));
    let rows = rows(&person, entries, &mut HashMap::new()).await?;
    page(&AuditPage { f: person.frame(), rows, next })
}

/// `GET /settings/audit.csv`
pub(crate) async fn file(person: Person) -> Result<Response> {
    person.require(Permission::ExportAudit)?;
    let (mut all, mut before, mut names) = (Vec::new(), None, HashMap::new());
    loop {
        let entries = person.state().accounts.audit_log(&person.cx, Part { before, limit: PART }).await?;
        before = entries.last().map(|last| last.seq);
        let more = entries.len() >= PART as usize;
        all.extend(rows(&person, entries, &mut names).await?);
        if !more || all.len() >= LARGEST_FILE {
            break;
        }
    }
    let w = person.words();
    let lines = all.into_iter().map(|row| [row.seq.to_string(), w.machine_time(row.at), row.actor, row.action, row.detail]);
    Ok(csv::file("audit.csv", ["number", "time", "by", "action", "detail"], lines))
}

async fn rows(person: &Person, entries: Vec<AuditEntry>, names: &mut HashMap<PersonId, String>) -> Result<Vec<AuditRow>> {
    let w = person.words();
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let actor = match (entry.person, entry.actor.as_str()) {
            (Some(who), _) => name(person, who, names).await?,
            (None, "visitor") => w.t("audit-actor-visitor"),
            (None, "operator") => w.t("audit-actor-operator"),
            (None, _) => w.t("audit-actor-job"),
        };
        let target = match entry.target.as_ref().and_then(tillit_accounts::Target::person) {
            Some(who) if Some(who) != entry.person => Some(name(person, who, names).await?),
            _ => None,
        };
        let detail = [target, entry.reason].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        rows.push(AuditRow { seq: entry.seq, at: entry.at, actor, action: entry.action, detail });
    }
    Ok(rows)
}

async fn name(person: &Person, who: PersonId, names: &mut HashMap<PersonId, String>) -> Result<String> {
    if let Some(known) = names.get(&who) {
        return Ok(known.clone());
    }
    let name = match person.state().accounts.person(&person.cx, who).await {
        Ok(account) => account.display_name().to_owned(),
        Err(AccountsError::NotFound) => person.words().t("audit-actor-unknown"),
        Err(error) => return Err(error.into()),
    };
    names.insert(who, name.clone());
    Ok(name)
}
