//! The ledger of requests, and the sign-ins.

use axum::response::Response;
use tillit_accounts::Permission;

use super::csv;
use crate::pages::{LedgerPage, SignInsPage};
use crate::web::{Person, Query, Result, page};

/// Rows on a page; also the most that the room gives at once.
const PER_PAGE: u32 = 100;
/// Most rows of a file.
const LARGEST_FILE: u32 = 10_000;

/// Path of the next page, if there are more rows than were shown until now.
fn next(path: &str, offset: u32, total: u64) -> Option<String> {
    let shown = offset.saturating_add(PER_PAGE);
    (u64::from(shown) < total).then(|| format!("{path}?from={shown}"))
}

/// `GET /settings/security/ledger`
pub(crate) async fn ledger(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewSignIns)?;
    let from = query.number("from")?.unwrap_or(0);
    let found = person.state().sso.ledger(&person.cx, &person.session, from, PER_PAGE).await?;
    let next = next("/settings/security/ledger", from, found.total);
    page(&LedgerPage { f: person.frame(), entries: found.entries, total: found.total, next })
}

/// `GET /settings/security/ledger.csv`
pub(crate) async fn ledger_file(person: Person) -> Result<Response> {
    person.require(Permission::ViewSignIns)?;
    let (w, mut rows, mut from) = (person.words(), Vec::new(), 0);
    loop {
        let found = person.state().sso.ledger(&person.cx, &person.session, from, PER_PAGE).await?;
        let some = found.entries.len();
        rows.extend(found.entries.into_iter().map(|entry| {
            let status = entry.status.map(|status| status.to_string()).unwrap_or_default();
            [w.machine_time(entry.at), entry.kind.name().to_owned(), entry.host, status, entry.purpose.key().to_owned(), entry.reference]
        }));
        from += PER_PAGE;
        if some < PER_PAGE as usize || from >= LARGEST_FILE {
            break;
        }
    }
    Ok(csv::file("ledger.csv", ["time", "request", "host", "status", "purpose", "reference"], rows))
}

/// `GET /settings/security/sign-ins`
pub(crate) async fn sign_ins(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewSignIns)?;
    let from = query.number("from")?.unwrap_or(0);
    let found = person.state().sso.sign_ins(&person.cx, &person.session, from, PER_PAGE).await?;
    let next = next("/settings/security/sign-ins", from, found.total);
    page(&SignInsPage { f: person.frame(), records: found.records, total: found.total, next })
}

/// `GET /settings/security/sign-ins.csv`
pub(crate) async fn sign_ins_file(person: Person) -> Result<Response> {
    person.require(Permission::ViewSignIns)?;
    let (w, mut rows, mut from) = (person.words(), Vec::new(), 0);
    loop {
        let found = person.state().sso.sign_ins(&person.cx, &person.session, from, PER_PAGE).await?;
        let some = found.records.len();
        rows.extend(found.records.into_iter().map(|record| {
            [
                w.machine_time(record.at),
                record.username.unwrap_or_default(),
                record.purpose.key().to_owned(),
                record.outcome.key().to_owned(),
                record.rule.unwrap_or_default(),
                record.aadsts.map(|code| format!("AADSTS{code}")).unwrap_or_default(),
                record.trace_id.unwrap_or_default(),
                record.correlation_id.unwrap_or_default(),
                record.reference,
            ]
        }));
        from += PER_PAGE;
        if some < PER_PAGE as usize || from >= LARGEST_FILE {
            break;
        }
    }
    let heading = ["time", "username", "purpose", "outcome", "rule", "code", "trace_id", "correlation_id", "reference"];
    Ok(csv::file("sign-ins.csv", heading, rows))
}
