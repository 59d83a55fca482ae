//! A whole log as a file, a line each (JSON Lines), and the way back.
//!
//! First a line about the log, then its checkpoints, then its rows, the oldest first. Of what is sealed a row has text and
//! salt, so that whoever has the file can compute everything again. Times of the chain are microseconds since 1970 (`at`);
//! `time` says the same to people, and is covered by nothing.

use std::io::{BufRead, Read as _};

use serde::{Deserialize, Serialize};
use tillit_store::{Id, OrganisationId, PersonId, Timestamp, kinds};
use uuid::Uuid;

use super::chain::{Fields, Hash, SALT, hex, unhex};
use super::checkpoint::{Checkpoint, PublicKey};
use super::head::Head;
use super::read::{Link, PartText};
use super::verify::{Report, Verifier};

/// What the first line says to be.
const FORM: &str = "audit log 1";
/// Longest line: details are 4 KiB, which quoting can make six times as long.
const LONGEST: u64 = 64 << 10;

/// Why a file cannot be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// It is something else.
    #[error("this is no audit log: its first line is not that of a file of the whole log (rows that were filtered cannot be verified)")]
    NoLog,
    /// A line is broken.
    #[error("line {0} is not a line of an audit log")]
    Line(u64),
    /// No key can be trusted.
    #[error("the file names no key that checkpoints are signed with; give one with --key")]
    NoKey,
}

/// Who says that the key is the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voucher {
    /// Whoever asked.
    Caller,
    /// The checkpoints that were kept outside.
    Checkpoints,
    /// Only the file itself: compare the key with the one in a mail.
    File,
}

/// What a verification of a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Of its rows.
    pub report: Report,
    /// The log.
    pub log: Uuid,
    /// When the file was made, as it says.
    pub made_at: Timestamp,
    /// The keys that were trusted.
    pub keys: Vec<PublicKey>,
    /// Why they were.
    pub voucher: Voucher,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    tillit: String,
    log: String,
    number: i64,
    hash: String,
    made_at: i64,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckpointLine {
    checkpoint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowLine {
    row: RowJson,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RowJson {
    number: i64,
    time: String,
    at: i64,
    log: String,
    id: String,
    actor: String,
    by: Option<String>,
    action: String,
    area: String,
    target: Option<String>,
    reason: Option<String>,
    request: String,
    client: Option<PartJson>,
    detail: Option<PartJson>,
    hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartJson {
    digest: String,
    /// `open`, `no longer readable`, `missing`.
    is: String,
    salt: Option<String>,
    text: Option<String>,
}

/// How a log is written in a file and in a checkpoint.
pub fn log_name(log: Uuid) -> String {
    if log.is_nil() { "installation".to_owned() } else { OrganisationId::from_uuid(log).to_string() }
}

fn log_of_name(name: &str) -> Option<Uuid> {
    if name == "installation" { Some(Uuid::nil()) } else { name.parse::<OrganisationId>().ok().map(Id::uuid) }
}

/// The first line, without its end.
pub fn first_line(log: Uuid, head: Head, made_at: Timestamp, key: &PublicKey) -> String {
    let (log, hash, key) = (log_name(log), hex(&head.1), hex(key));
    json(&HeadLine { tillit: FORM.to_owned(), log, number: head.0, hash, made_at: made_at.0, key })
}

/// The line of a checkpoint.
pub fn checkpoint_line(checkpoint: &Checkpoint) -> String {
    json(&CheckpointLine { checkpoint: checkpoint.line() })
}

/// The line of a row.
pub fn row_line(link: &Link) -> String {
    json(&RowLine { row: row_json(link) })
}

fn row_json(link: &Link) -> RowJson {
    let f = &link.fields;
    RowJson {
        number: f.seq,
        time: jiff::Timestamp::from_microsecond(f.at.0).map_or_else(|_| String::new(), |at| at.to_string()),
        at: f.at.0,
        log: log_name(f.log),
        id: Id::<kinds::Audit>::from_uuid(f.id).to_string(),
        actor: f.actor.clone(),
        by: f.actor_id.map(|id| PersonId::from_uuid(id).to_string()),
        action: f.action.clone(),
        area: f.area.clone(),
        target: f.target.as_ref().zip(f.target_id).map(|(kind, id)| format!("{kind}_{}", id.simple())),
        reason: f.reason.clone(),
        request: format!("req_{}", f.request.simple()),
        client: f.client.map(|digest| part_json(&digest, link.client.as_ref())),
        detail: f.detail.map(|digest| part_json(&digest, link.detail.as_ref())),
        hash: hex(&link.hash),
    }
}

fn part_json(digest: &Hash, part: Option<&PartText>) -> PartJson {
    let (is, salt, text) = match part {
        Some(PartText::Open { salt, text }) => ("open", Some(hex(salt)), Some(String::from_utf8_lossy(text).into_owned())),
        Some(PartText::Taken) => ("missing", None, None),
        Some(PartText::Lost) | None => ("no longer readable", None, None),
    };
    PartJson { digest: hex(digest), is: is.to_owned(), salt, text }
}

fn json(line: &impl Serialize) -> String {
    // Texts and numbers only: that always has a form.
    serde_json::to_string(line).unwrap_or_default()
}

fn link_of(row: RowJson) -> Option<Link> {
    let id = |text: &str, prefix: &str| Uuid::try_parse(text.strip_prefix(prefix)?).ok();
    let part = |part: Option<PartJson>| -> Option<Option<(Hash, PartText)>> {
        let Some(part) = part else { return Some(None) };
        let text = match (part.is.as_str(), part.salt, part.text) {
            ("open", Some(salt), Some(text)) => PartText::Open { salt: unhex::<SALT>(&salt)?, text: text.into_bytes() },
            ("no longer readable", None, None) => PartText::Lost,
            ("missing", None, None) => PartText::Taken,
            _ => return None,
        };
        Some(Some((unhex(&part.digest)?, text)))
    };
    let (target, target_id) = match row.target {
        Some(text) => {
            let (kind, hex) = text.rsplit_once('_')?;
            (Some(kind.to_owned()), Some(Uuid::try_parse(hex).ok()?))
        }
        None => (None, None),
    };
    let (client, client_text) = part(row.client)?.unzip();
    let (detail, detail_text) = part(row.detail)?.unzip();
    let actor_id = match row.by {
        Some(by) => Some(id(&by, "usr_")?),
        None => None,
    };
    Some(Link {
        fields: Fields {
            log: log_of_name(&row.log)?,
            seq: row.number,
            at: Timestamp(row.at),
            id: id(&row.id, "aud_")?,
            actor: row.actor,
            actor_id,
            action: row.action,
            area: row.area,
            target,
            target_id,
            reason: row.reason,
            request: id(&row.request, "req_")?,
            client,
            detail,
        },
        hash: unhex(&row.hash)?,
        client: client_text,
        detail: detail_text,
    })
}

/// Verifies a file, a line at a time. `keys`: those that are trusted; if none, those of the checkpoints that were kept
/// outside; if there are none either, the one that the file names. `now`: when it is verified; the file's own word for it counts for nothing.
///
/// # Errors
/// [`FileError`]: then it is no file of a log. What is wrong with the log is in the report.
pub fn verify_file(mut file: impl BufRead, now: Timestamp, outside: Vec<Checkpoint>, keys: &[PublicKey]) -> Result<FileReport, FileError> {
    let mut line = String::new();
    let mut number = 0_u64;
    let mut next = |line: &mut String| -> Result<bool, FileError> {
        number += 1;
        line.clear();
        match file.by_ref().take(LONGEST).read_line(line) {
            Ok(0) => Ok(false),
            Ok(_) if !line.ends_with('\n') && line.len() as u64 == LONGEST => Err(FileError::Line(number)),
            Ok(_) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(FileError::Line(number)),
            Err(error) => Err(error.into()),
        }
    };
    next(&mut line)?;
    let head: HeadLine = serde_json::from_str(&line).map_err(|_| FileError::NoLog)?;
    let log = log_of_name(&head.log).filter(|_| head.tillit == FORM).ok_or(FileError::NoLog)?;
    let own = unhex::<32>(&head.key).filter(|key| *key != [0; 32]);
    let end = (head.number, unhex::<32>(&head.hash).ok_or(FileError::NoLog)?);
    let (keys, voucher) = if !keys.is_empty() {
        (keys.to_vec(), Voucher::Caller)
    } else if !outside.is_empty() {
        let mut keys: Vec<PublicKey> = outside.iter().map(|checkpoint| checkpoint.key).collect();
        keys.sort_unstable();
        keys.dedup();
        (keys, Voucher::Checkpoints)
    } else {
        (vec![own.ok_or(FileError::NoKey)?], Voucher::File)
    };
    let (mut inside, mut outside) = (Vec::new(), Some(outside));
    let mut verifier: Option<Verifier> = None;
    let mut at = 1;
    while next(&mut line)? {
        at += 1;
        if line.trim().is_empty() {
            continue;
        }
        if let Ok(CheckpointLine { checkpoint }) = serde_json::from_str(&line) {
            let (found, broken) = Checkpoint::all_in(&checkpoint);
            match (found.into_iter().next(), broken, &verifier) {
                (Some(checkpoint), 0, None) => inside.push(checkpoint),
                _ => return Err(FileError::Line(at)),
            }
            continue;
        }
        let row: RowLine = serde_json::from_str(&line).map_err(|_| FileError::Line(at))?;
        let link = link_of(row.row).ok_or(FileError::Line(at))?;
        verifier
            .get_or_insert_with(|| Verifier::new(log, now, &keys, std::mem::take(&mut inside), outside.take().unwrap_or_default()))
            .row(&link);
    }
    let verifier = verifier.unwrap_or_else(|| Verifier::new(log, now, &keys, inside, outside.unwrap_or_default()));
    Ok(FileReport { report: verifier.finish(Some(end)), log, made_at: Timestamp(head.made_at), keys, voucher })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::chain::{BEGINNING, What, digest};

    fn file() -> (Vec<String>, Head) {
        let mut before = BEGINNING;
        let mut lines = Vec::new();
        for seq in 1..=3_i64 {
            let text = format!("{{\"n\":{seq},\"said\":\"\\\"blåbær\\\"\"}}").into_bytes();
            let client = PartText::Open { salt: [4; SALT], text: b"203.0.113.7".to_vec() };
            let fields = Fields {
                log: Uuid::from_u128(1),
                seq,
                detail: Some(digest(What::Detail, &[5; SALT], &text)),
                client: Some(digest(What::Client, &[4; SALT], b"203.0.113.7")),
                ..crate::audit::chain::tests::sample()
            };
            let hash = fields.hash(&before);
            let detail = if seq == 2 { PartText::Lost } else { PartText::Open { salt: [5; SALT], text } };
            lines.push(row_line(&Link { fields, hash, client: Some(client), detail: Some(detail) }));
            before = hash;
        }
        lines.insert(0, first_line(Uuid::from_u128(1), (3, before), Timestamp(7), &[1; 32]));
        (lines, (3, before))
    }

    fn verify(lines: &[String]) -> Result<Report, String> {
        verify_file(lines.join("\n").as_bytes(), Timestamp(7), vec![], &[]).map(|found| found.report).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_says_all_that_it_takes_and_shows_every_change() {
        use crate::audit::Finding;
        let (lines, _) = file();
        let report = verify(&lines).unwrap();
        assert!(report.is_whole() && report.rows == 3 && report.lost == 1, "{report:?}");
        let changed = |from: &str, to: &str| verify(&lines.iter().map(|line| line.replace(from, to)).collect::<Vec<_>>()).unwrap().findings;
        assert_eq!(changed("\\\"n\\\":3", "\\\"n\\\":4"), [Finding::PartChanged { seq: 3, what: What::Detail }]);
        assert_eq!(changed("203.0.113.7", "203.0.113.8").len(), 3);
        assert_eq!(changed("person.role_changed", "person.viewed")[0], Finding::Changed { seq: 1 });
        let without = |at: usize| {
            verify(&lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, line)| line.clone()).collect::<Vec<_>>()).unwrap().findings
        };
        assert_eq!(without(3), [Finding::EndsEarly { last: 2, expected: 3 }], "a file that was cut off");
        assert_eq!(without(2), [Finding::Missing { from: 2, to: 2 }]);
    }

    #[test]
    fn what_is_no_log_is_refused_with_a_sentence() {
        let (lines, _) = file();
        assert!(verify(&lines[1..]).unwrap_err().contains("no audit log"));
        assert!(verify(&["{}".to_owned()]).unwrap_err().contains("no audit log"));
        for (from, to) in [("aud_", "usr_"), ("\"open\"", "\"shut\""), ("\"number\":2", "\"number\":\"2\"")] {
            let broken: Vec<_> =
                lines.iter().enumerate().map(|(n, line)| if n == 2 { line.replace(from, to) } else { line.clone() }).collect();
            assert!(verify(&broken).is_err() || from == "\"open\"" && verify(&broken).unwrap_err().contains("line 3"), "{from}");
        }
        let long = [lines[0].clone(), "x".repeat(100_000)];
        assert_eq!(verify(&long).unwrap_err(), "line 2 is not a line of an audit log");
        let no_key = [first_line(Uuid::nil(), (0, BEGINNING), Timestamp(0), &[0; 32])];
        assert!(verify(&no_key).unwrap_err().contains("--key"));
    }
}
