//! The audit log: looking for rows, and taking them along.

use std::collections::HashMap;

use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::unfold;
use serde_json::json;
use tillit_accounts::audit::chain::BEGINNING;
use tillit_accounts::audit::file::{checkpoint_line, first_line, row_line};
use tillit_accounts::audit::{actions, log_of};
use tillit_accounts::{Accounts, AccountsError, Area, AuditEntry, AuditFilter, AuditPage as Part, Permission, Target, Username};
use tillit_store::{Cx, PersonId};

use super::csv;
use super::sign_in::unprocessed;
use crate::pages::{AuditFields, AuditPage, AuditRow, detail_words};
use crate::ui::FormErrors;
use crate::web::{Form, FormProblem, Person, Query, Result, download_stream, go, page};
use crate::words::Words;

/// Rows on a page.
const PER_PAGE: u32 = 50;
/// Rows read at once for a file.
const PART: u32 = 100;
/// Names that are remembered while a file is written.
const MOST_NAMES: usize = 2_000;

/// `GET /settings/audit`
pub(crate) async fn show(person: Person, mut query: Query) -> Result<Response> {
    person.require(Permission::ViewAudit)?;
    let before = query.number("before")?;
    let asked = Asked::of_query(&mut query)?;
    let mut names = Names::of(&person);
    let fields = asked.fields(&mut names).await?;
    shown(&person, &asked, fields, before, FormErrors::default(), names).await
}

async fn shown(
    person: &Person,
    asked: &Asked,
    fields: AuditFields,
    before: Option<i64>,
    errors: FormErrors,
    mut names: Names,
) -> Result<Response> {
    let accounts = &person.state().accounts;
    let filter = asked.filter(person.words());
    let entries = accounts.audit_search(&person.cx, &filter, Part { before, limit: PER_PAGE }).await?;
    let full = entries.len() >= PER_PAGE as usize;
    let next =
        entries.last().filter(|last| full && last.seq > 1).map(|last| format!("/settings/audit?{}before={}", asked.query(), last.seq));
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        rows.push(names.row(entry).await?);
    }
    let signed = accounts.newest_checkpoint(&person.cx).await?.map(|checkpoint| (checkpoint.seq, checkpoint.at));
    let keep = accounts.audit_choices(&person.cx).await?;
    let (may_export, may_verify) = (person.may(Permission::ExportAudit), person.may(Permission::VerifyAudit));
    page(&AuditPage { f: person.frame(), rows, next, fields, query: asked.query(), signed, keep, may_export, may_verify, errors })
}

/// `POST /settings/audit`: what is looked for, as a form, so that no username stands in an address.
pub(crate) async fn search(person: Person, mut form: Form) -> Result<Response> {
    let (by, about, area) = (form.line("by")?, form.line("about")?, form.line("area")?);
    let (from, until, refusals) = (form.line("from")?, form.line("until")?, form.checked("refusals")?);
    form.finish()?;
    person.require(Permission::ViewAudit)?;
    let w = person.words();
    let mut errors = FormErrors::default();
    let area = if area.is_empty() { None } else { Some(Area::from_code(&area).ok_or(FormProblem::Value("area"))?) };
    let mut asked = Asked { area, refusals, ..Asked::default() };
    for (name, text, into) in [("by", &by, &mut asked.by), ("about", &about, &mut asked.about)] {
        if !text.is_empty() {
            *into = find(&person, text).await?;
            if into.is_none() {
                errors.add(name, w.t("audit-nobody"));
            }
        }
    }
    for (name, text, into) in [("from", &from, &mut asked.from), ("until", &until, &mut asked.until)] {
        match w.day(text) {
            Some(_) => into.clone_from(text),
            None if text.is_empty() => {}
            None => errors.add(name, w.t("audit-no-day")),
        }
    }
    if errors.is_empty() {
        return Ok(go(&asked.path("/settings/audit")));
    }
    let fields = AuditFields { by, about, area, from, until, refusals };
    let names = Names::of(&person);
    shown(&person, &asked, fields, None, errors, names).await.map(unprocessed)
}

async fn find(person: &Person, username: &str) -> Result<Option<PersonId>> {
    let Ok(username) = username.parse::<Username>() else { return Ok(None) };
    let accounts = &person.state().accounts;
    let mut tx = accounts.db().read(&person.cx).await?;
    let found = accounts.person_by_username(&mut tx, &person.cx, &username).await?;
    tx.rollback().await?;
    Ok(found)
}

/// `GET /settings/audit.csv`: the rows that were looked for, the newest first.
pub(crate) async fn table(person: Person, query: Query) -> Result<Response> {
    let heading = ["number", "time", "what", "action", "by", "about", "from", "reason", "detail"].map(str::to_owned);
    let line = |row: AuditRow, w: &Words| {
        csv::line([
            row.seq.to_string(),
            w.machine_time(row.at),
            row.action_words(w),
            row.action,
            row.actor,
            row.about.unwrap_or_default(),
            row.client.unwrap_or_default(),
            row.reason.unwrap_or_default(),
            if row.no_longer_readable { w.t("audit-no-longer-readable") } else { row.detail },
        ])
    };
    found(person, query, "audit.csv", "text/csv; charset=utf-8", csv::line(heading), line).await
}

/// `GET /settings/audit.jsonl`: the same as JSON Lines.
pub(crate) async fn lines(person: Person, query: Query) -> Result<Response> {
    let line = |row: AuditRow, w: &Words| {
        let object = json!({
            "number": row.seq, "time": w.machine_time(row.at), "action": row.action, "by": row.actor, "by_id": row.by, "about": row.about,
            "target": row.target, "from": row.client, "reason": row.reason, "request": row.request, "detail": row.detail_json,
            "no_longer_readable": row.no_longer_readable, "hash": row.hash,
        });
        format!("{object}\n")
    };
    found(person, query, "audit.jsonl", "application/jsonl; charset=utf-8", String::new(), line).await
}

/// A file of the rows that were looked for, written while it is read from the database: it is as long as it is, and
/// takes no more memory than a page.
async fn found(
    person: Person,
    mut query: Query,
    name: &'static str,
    content_type: &'static str,
    heading: String,
    line: impl Fn(AuditRow, &Words) -> String + Send + Sync + 'static,
) -> Result<Response> {
    person.require(Permission::ExportAudit)?;
    let asked = Asked::of_query(&mut query)?;
    let filter = asked.filter(person.words());
    let accounts = person.state().accounts.clone();
    accounts.note_export(&person.cx, actions::AUDIT_EXPORTED).await?;
    let start = (Names::of(&person), Some(None::<i64>), heading);
    let parts = unfold((start, line), move |((mut names, at, heading), line)| async move {
        let before = at?;
        let part = async {
            let entries = names.accounts.audit_search(&names.cx, &filter, Part { before, limit: PART }).await?;
            let next = entries.last().filter(|_| entries.len() >= PART as usize).map(|last| Some(last.seq));
            let mut text = heading;
            for entry in entries {
                let row = names.row(entry).await?;
                text.push_str(&line(row, &names.words));
            }
            Ok::<_, AccountsError>((Bytes::from(text), next))
        };
        Some(match part.await {
            Ok((bytes, next)) => (Ok(bytes), ((names, next, String::new()), line)),
            Err(error) => (Err(broken_off(error)), ((names, None, String::new()), line)),
        })
    });
    Ok(download_stream(name, content_type, parts))
}

/// `GET /settings/audit/whole.jsonl`: all rows and checkpoints, the oldest first, with all that it takes to verify them elsewhere.
pub(crate) async fn whole(person: Person) -> Result<Response> {
    person.require(Permission::ExportAudit)?;
    let (accounts, cx) = (person.state().accounts.clone(), person.cx.clone());
    accounts.note_export(&cx, actions::AUDIT_EXPORTED).await?;
    let key = accounts.checkpoint_keys(&cx).await?.first().copied().unwrap_or([0; 32]);
    let checkpoints = accounts.checkpoints(&cx).await?;
    let head = accounts.audit_head(&cx).await?.unwrap_or((0, BEGINNING));
    let mut text = first_line(log_of(&cx), head, cx.now(), &key) + "\n";
    for checkpoint in checkpoints.iter().filter(|checkpoint| checkpoint.seq <= head.0) {
        text.push_str(&checkpoint_line(checkpoint));
        text.push('\n');
    }
    let parts = unfold((accounts, cx, Some(i64::MIN), text), move |(accounts, cx, at, mut text)| async move {
        let after = at?;
        Some(match accounts.audit_links(&cx, after).await {
            Ok(links) => {
                for link in links.iter().filter(|link| link.fields.seq <= head.0) {
                    text.push_str(&row_line(link));
                    text.push('\n');
                }
                let next = links.last().map(|last| last.fields.seq).filter(|last| *last < head.0);
                (Ok(Bytes::from(text)), (accounts, cx, next, String::new()))
            }
            Err(error) => (Err(broken_off(error)), (accounts, cx, None, String::new())),
        })
    });
    Ok(download_stream("audit-log.jsonl", "application/jsonl; charset=utf-8", parts))
}

/// The connection is closed before the end, so that half a file is not taken for a whole one.
fn broken_off(error: AccountsError) -> std::io::Error {
    tracing::error!(%error, "a file of the audit log was broken off");
    std::io::Error::other("broken off")
}

/// What is looked for, as it stands in addresses: ids and fixed words.
#[derive(Default)]
struct Asked {
    by: Option<PersonId>,
    about: Option<PersonId>,
    area: Option<Area>,
    from: String,
    until: String,
    refusals: bool,
}

impl Asked {
    fn of_query(query: &mut Query) -> Result<Self> {
        let area = query.text("area")?;
        Ok(Self {
            by: query.number("by")?,
            about: query.number("about")?,
            area: if area.is_empty() { None } else { Some(Area::from_code(&area).ok_or(FormProblem::Value("area"))?) },
            from: query.text("from")?,
            until: query.text("until")?,
            refusals: query.text("refusals")? == "yes",
        })
    }

    /// `by=usr_…&`, empty for everything.
    fn query(&self) -> String {
        let days = [("from", &self.from), ("until", &self.until)].into_iter().filter(|(_, text)| !text.is_empty());
        let mut parts: Vec<String> =
            [("by", self.by), ("about", self.about)].into_iter().filter_map(|(name, id)| Some(format!("{name}={}&", id?))).collect();
        parts.extend(self.area.map(|area| format!("area={}&", area.code())));
        parts.extend(
            days.map(|(name, text)| format!("{name}={}&", percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC))),
        );
        parts.extend(self.refusals.then(|| "refusals=yes&".to_owned()));
        parts.concat()
    }

    fn path(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.trim_end_matches('&')) }
    }

    /// What is no day is passed over: links travel.
    fn filter(&self, w: &Words) -> AuditFilter {
        AuditFilter {
            by: self.by,
            about: self.about,
            area: self.area,
            from: w.day(&self.from).map(|(begins, _)| begins),
            until: w.day(&self.until).map(|(_, ends)| ends),
            refusals: self.refusals,
        }
    }

    async fn fields(&self, names: &mut Names) -> Result<AuditFields> {
        let mut usernames = [String::new(), String::new()];
        for (text, id) in usernames.iter_mut().zip([self.by, self.about]) {
            if let Some(id) = id {
                match names.accounts.person(&names.cx, id).await {
                    Ok(account) => account.username.as_str().clone_into(text),
                    Err(AccountsError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let [by, about] = usernames;
        Ok(AuditFields { by, about, area: self.area, from: self.from.clone(), until: self.until.clone(), refusals: self.refusals })
    }
}

/// Who is who, looked up once for each row's worth of people.
struct Names {
    accounts: Accounts,
    cx: Cx,
    words: Words,
    known: HashMap<PersonId, String>,
}

impl Names {
    fn of(person: &Person) -> Self {
        Self { accounts: person.state().accounts.clone(), cx: person.cx.clone(), words: person.words().clone(), known: HashMap::new() }
    }

    async fn row(&mut self, entry: AuditEntry) -> Result<AuditRow, AccountsError> {
        let actor = match (entry.person, entry.actor.as_str()) {
            (Some(who), _) => self.name(who).await?,
            (None, "visitor") => self.words.t("audit-who-visitor"),
            (None, "operator") => self.words.t("audit-who-operator"),
            (None, _) => self.words.t("audit-who-job"),
        };
        let about = match entry.target.as_ref().and_then(Target::person) {
            Some(who) if Some(who) != entry.person => Some(self.name(who).await?),
            _ => None,
        };
        Ok(AuditRow {
            seq: entry.seq,
            at: entry.at,
            actor,
            by: entry.person.map(|id| id.to_string()),
            action: entry.action,
            about,
            target: entry.target.map(|target| format!("{}_{}", target.kind, target.id.simple())),
            client: entry.client.map(|address| address.0.to_string()),
            reason: entry.reason,
            request: entry.request.to_string(),
            detail: entry.detail.as_ref().map(|detail| detail_words(&self.words, detail)).unwrap_or_default(),
            detail_json: entry.detail,
            no_longer_readable: entry.no_longer_readable,
            hash: tillit_accounts::audit::chain::hex(&entry.hash),
        })
    }

    async fn name(&mut self, who: PersonId) -> Result<String, AccountsError> {
        if let Some(known) = self.known.get(&who) {
            return Ok(known.clone());
        }
        let name = match self.accounts.person(&self.cx, who).await {
            Ok(account) => account.display_name().to_owned(),
            Err(AccountsError::NotFound | AccountsError::Vault(_)) => self.words.t("audit-who-unknown"),
            Err(error) => return Err(error),
        };
        if self.known.len() >= MOST_NAMES {
            self.known.clear();
        }
        self.known.insert(who, name.clone());
        Ok(name)
    }
}
