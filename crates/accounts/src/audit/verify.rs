//! Whether a log is whole: one rule, over rows wherever they come from and checkpoints whoever kept them. Knows neither
//! a database nor a clock. The command, the button on the page and the tests use it; the browser's script follows it.

use std::fmt;

use tillit_store::{Duration, Kind as _, Timestamp, kinds};
use uuid::Uuid;

use super::actions;
use super::chain::{BEGINNING, Hash, What, digest};
use super::checkpoint::{Checkpoint, PublicKey};
use super::keep::KeepYears;
use super::read::{Link, PartText};

/// Findings that are named one by one; more are counted.
const NAMED: usize = 20;

/// What is wrong. Each says at which row; what it means and what to do is for the face to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are numbers of rows, as each variant says")]
pub enum Finding {
    /// The row, or the one before, is not what it was when it was written.
    Changed { seq: i64 },
    /// Rows are missing.
    Missing { from: i64, to: i64 },
    /// A number comes again, or comes too late.
    Disordered { seq: i64 },
    /// The row belongs to another log.
    OtherLog { seq: i64 },
    /// The log begins here, and no checkpoint together with a row about the deletion explains it.
    BeginsLate { first: i64 },
    /// Rows up to this one were deleted before their time: a checkpoint that somebody kept is younger than what may go.
    DeletedEarly { seq: i64 },
    /// The log ends before a row that was signed, or that its head names.
    EndsEarly { last: i64, expected: i64 },
    /// There are rows after the one that the log's head names, or the head names another hash.
    OtherHead { seq: i64 },
    /// The end of the log was not written by this program: somebody changed or took away rows past the newest checkpoint.
    EndNotOurs { seq: i64 },
    /// The row is not the one that was signed.
    OtherThanSigned { seq: i64, signed_at: Timestamp },
    /// A checkpoint whose signature is not good, or not of a key that is trusted.
    NotSigned { seq: i64 },
    /// A checkpoint of another log.
    OtherCheckpoint { seq: i64 },
    /// The sealed part of the row is not the one that was written.
    PartChanged { seq: i64, what: What },
    /// The sealed part of the row was taken away, though nobody it is about was forgotten.
    PartTaken { seq: i64, what: What },
}

impl Finding {
    /// Its name: `changed`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Changed { .. } => "changed",
            Self::Missing { .. } => "missing",
            Self::Disordered { .. } => "disordered",
            Self::OtherLog { .. } => "other-log",
            Self::BeginsLate { .. } => "begins-late",
            Self::DeletedEarly { .. } => "deleted-early",
            Self::EndsEarly { .. } => "ends-early",
            Self::OtherHead { .. } => "other-head",
            Self::EndNotOurs { .. } => "end-not-ours",
            Self::OtherThanSigned { .. } => "other-than-signed",
            Self::NotSigned { .. } => "not-signed",
            Self::OtherCheckpoint { .. } => "other-checkpoint",
            Self::PartChanged { .. } => "part-changed",
            Self::PartTaken { .. } => "part-taken",
        }
    }
    /// The row it is about.
    pub const fn seq(&self) -> i64 {
        match self {
            Self::Changed { seq }
            | Self::Disordered { seq }
            | Self::DeletedEarly { seq }
            | Self::OtherLog { seq }
            | Self::OtherHead { seq }
            | Self::EndNotOurs { seq }
            | Self::OtherThanSigned { seq, .. }
            | Self::NotSigned { seq }
            | Self::OtherCheckpoint { seq }
            | Self::PartChanged { seq, .. }
            | Self::PartTaken { seq, .. } => *seq,
            Self::Missing { from, .. } => *from,
            Self::BeginsLate { first } => *first,
            Self::EndsEarly { last, .. } => *last,
        }
    }
    /// The second number of those that have one.
    pub const fn other(&self) -> i64 {
        match self {
            Self::Missing { to, .. } => *to,
            Self::EndsEarly { expected, .. } => *expected,
            _ => self.seq(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { seq } => {
                write!(f, "row {seq} does not follow from the one before: it, or row {}, was changed after it was written", seq - 1)
            }
            Self::Missing { from, to } => write!(f, "rows {from} to {to} are missing"),
            Self::Disordered { seq } => write!(f, "row {seq} stands in the wrong place"),
            Self::OtherLog { seq } => write!(f, "row {seq} belongs to another log"),
            Self::BeginsLate { first } => write!(f, "the log begins with row {first}, and nothing explains what became of the rows before"),
            Self::DeletedEarly { seq } => write!(f, "rows up to {seq} were deleted before their time"),
            Self::EndsEarly { last, expected } => write!(f, "the log ends with row {last}, but row {expected} was there"),
            Self::OtherHead { seq } => write!(f, "row {seq} is not the end that the log names"),
            Self::EndNotOurs { seq } => {
                write!(
                    f,
                    "the end of the log, row {seq}, was not written by this program: rows that no checkpoint covers may be changed or missing"
                )
            }
            Self::OtherThanSigned { seq, .. } => write!(f, "row {seq} is not the one that was signed in a checkpoint"),
            Self::NotSigned { seq } => write!(f, "the checkpoint of row {seq} is not signed by a key that is trusted"),
            Self::OtherCheckpoint { seq } => write!(f, "a checkpoint (of its row {seq}) belongs to another log"),
            Self::PartChanged { seq, what } => write!(f, "the sealed part ({}) of row {seq} is not the one that was written", what.code()),
            Self::PartTaken { seq, what } => write!(f, "the sealed part ({}) of row {seq} was taken away or damaged", what.code()),
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Rows that were looked at.
    pub rows: u64,
    /// Number of the first.
    pub first: i64,
    /// Number of the last.
    pub last: i64,
    /// Checkpoints that stand in the log itself and fit.
    pub inside: u64,
    /// Checkpoints from outside that fit.
    pub outside: u64,
    /// Number of the newest row that a fitting checkpoint covers.
    pub signed_until: i64,
    /// What the log itself named as its end when it was verified: number and hash of a row.
    pub end: Option<(i64, Hash)>,
    /// Sealed parts that open no more, of people who were forgotten or whose keys are lost.
    pub lost: u64,
    /// What is wrong, at most twenty.
    pub findings: Vec<Finding>,
    /// Findings beyond these.
    pub more: u64,
}

impl Report {
    /// Nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

struct Kept {
    checkpoint: Checkpoint,
    outside: bool,
}

/// A beginning that is not row 1. What may stand there: the row that says that rows before were deleted, with details that
/// name the checkpoint's number and for how long rows are kept, and a checkpoint that covers this row and was signed that
/// long after the one at which the log begins. None of it can be made without the keys.
struct Beginning {
    checkpoint: Uuid,
    seq: i64,
    at: Timestamp,
    /// Number of the row that says it, and the time that rows are kept.
    said: Option<(i64, Duration)>,
    explained: bool,
}

impl Beginning {
    /// A row may be the one that says it.
    fn hear(&mut self, link: &Link) {
        let names_it = link.fields.action == actions::AUDIT_SHORTENED
            && link.fields.target.as_deref() == Some(kinds::Checkpoint::PREFIX)
            && link.fields.target_id == Some(self.checkpoint);
        if let (true, None, Some(PartText::Open { salt, text })) = (names_it, self.said, &link.detail)
            && link.fields.detail == Some(digest(What::Detail, salt, text))
            && let Ok(Said { to, years }) = serde_json::from_slice(text)
            && let (true, Some(keep)) = (to == self.seq, KeepYears::new(years))
        {
            self.said = Some((link.fields.seq, keep.duration()));
        }
    }
    /// A checkpoint fits.
    fn covered(&mut self, signed: &Checkpoint) {
        self.explained |= self.said.is_some_and(|(seq, keep)| signed.seq >= seq && signed.at >= self.at + keep);
    }
}

/// Details of the row about a deletion.
#[derive(serde::Deserialize)]
struct Said {
    to: i64,
    years: i64,
}

/// Takes a log's rows one by one, from the first.
pub struct Verifier {
    log: Uuid,
    /// When it verifies.
    now: Timestamp,
    /// By number.
    kept: Vec<Kept>,
    next_kept: usize,
    before: Option<Hash>,
    /// If the log does not begin with row 1, at a checkpoint.
    beginning: Option<Beginning>,
    end_not_ours: bool,
    report: Report,
}

impl Verifier {
    /// For one log, at this moment, with the keys that are trusted, the checkpoints that stand in the log itself, and those that somebody kept.
    pub fn new(log: Uuid, now: Timestamp, trusted: &[PublicKey], inside: Vec<Checkpoint>, outside: Vec<Checkpoint>) -> Self {
        let mut this = Self {
            log,
            now,
            kept: Vec::new(),
            next_kept: 0,
            before: None,
            beginning: None,
            end_not_ours: false,
            report: Report::default(),
        };
        let all = inside.into_iter().map(|checkpoint| (checkpoint, false)).chain(outside.into_iter().map(|checkpoint| (checkpoint, true)));
        for (checkpoint, outside) in all {
            if checkpoint.log != log {
                this.found(Finding::OtherCheckpoint { seq: checkpoint.seq });
            } else if !trusted.contains(&checkpoint.key) || !checkpoint.is_signed() {
                this.found(Finding::NotSigned { seq: checkpoint.seq });
            } else {
                this.kept.push(Kept { checkpoint, outside });
            }
        }
        this.kept.sort_by_key(|kept| kept.checkpoint.seq);
        this
    }

    fn found(&mut self, finding: Finding) {
        if self.report.findings.len() < NAMED { self.report.findings.push(finding) } else { self.report.more += 1 }
    }

    /// The database's head of the log has no code of authentication that fits. Exported files know of none.
    pub const fn end_not_ours(&mut self) {
        self.end_not_ours = true;
    }

    /// The next row.
    pub fn row(&mut self, link: &Link) {
        let seq = link.fields.seq;
        if self.report.rows == 0 {
            self.begin(seq);
        } else if seq <= self.report.last {
            self.found(Finding::Disordered { seq });
            self.before = None;
        } else if seq > self.report.last + 1 {
            self.found(Finding::Missing { from: self.report.last + 1, to: seq - 1 });
            self.before = None;
        }
        self.report.rows += 1;
        self.report.last = self.report.last.max(seq);
        if link.fields.log != self.log {
            self.found(Finding::OtherLog { seq });
        }
        if self.before.is_some_and(|before| link.fields.hash(&before) != link.hash) {
            self.found(Finding::Changed { seq });
        }
        self.before = Some(link.hash);
        if let Some(beginning) = &mut self.beginning {
            beginning.hear(link);
        }
        self.compare(seq, &link.hash);
        self.part(seq, What::Client, link.fields.client, link.client.as_ref());
        self.part(seq, What::Detail, link.fields.detail, link.detail.as_ref());
    }

    fn begin(&mut self, seq: i64) {
        self.report.first = seq;
        if seq <= 1 {
            self.before = Some(BEGINNING);
            return;
        }
        match self.kept.iter().find(|kept| kept.checkpoint.seq == seq - 1) {
            Some(kept) => {
                let Checkpoint { id, seq, at, hash, .. } = kept.checkpoint;
                self.before = Some(hash);
                self.beginning = Some(Beginning { checkpoint: id.uuid(), seq, at, said: None, explained: false });
            }
            None => self.found(Finding::BeginsLate { first: seq }),
        }
        self.next_kept = self.kept.partition_point(|kept| kept.checkpoint.seq < seq);
    }

    /// Checkpoints of this row.
    fn compare(&mut self, seq: i64, hash: &Hash) {
        while let Some(kept) = self.kept.get(self.next_kept).filter(|kept| kept.checkpoint.seq <= seq) {
            let (signed, outside) = (&kept.checkpoint, kept.outside);
            if signed.seq == seq && signed.hash == *hash {
                self.report.signed_until = seq;
                if let Some(beginning) = &mut self.beginning {
                    beginning.covered(signed);
                }
                if outside { self.report.outside += 1 } else { self.report.inside += 1 }
            } else {
                // A number that is missing was found already; here it also is what was signed.
                let finding = Finding::OtherThanSigned { seq: signed.seq, signed_at: signed.at };
                self.found(finding);
            }
            self.next_kept += 1;
        }
    }

    fn part(&mut self, seq: i64, what: What, expected: Option<Hash>, part: Option<&PartText>) {
        match (expected, part) {
            (Some(expected), Some(PartText::Open { salt, text })) if digest(what, salt, text) != expected => {
                self.found(Finding::PartChanged { seq, what });
            }
            (Some(_), Some(PartText::Taken)) => self.found(Finding::PartTaken { seq, what }),
            (Some(_), None | Some(PartText::Lost)) => self.report.lost += 1,
            _ => {}
        }
    }

    /// Whether what stood before the first row went in its time.
    fn judge_beginning(&mut self) {
        let first = self.report.first;
        let mut keep = KeepYears::ALL[0].duration();
        if let Some(beginning) = &self.beginning {
            keep = beginning.said.map_or(keep, |(_, keep)| keep);
            if !beginning.explained || beginning.at + keep > self.now {
                self.found(Finding::BeginsLate { first });
            }
        }
        let young = |kept: &&Kept| kept.outside && kept.checkpoint.seq < first && kept.checkpoint.at + keep > self.now;
        if let Some(seq) = self.kept.iter().filter(young).map(|kept| kept.checkpoint.seq).max() {
            self.found(Finding::DeletedEarly { seq });
        }
    }

    /// After the last row. `head`: number and hash that the log itself names as its end.
    pub fn finish(mut self, head: Option<(i64, Hash)>) -> Report {
        self.judge_beginning();
        self.report.end = head;
        let last = self.report.last;
        let signed = self.kept.get(self.next_kept..).unwrap_or_default().iter().map(|kept| kept.checkpoint.seq).max();
        let named = head.map(|(seq, _)| seq);
        if let Some(expected) = signed.max(named).filter(|expected| *expected > last) {
            self.found(Finding::EndsEarly { last, expected });
        } else if let Some((seq, hash)) = head
            && (seq != last || (last > 0 && self.before != Some(hash)))
        {
            self.found(Finding::OtherHead { seq: last });
        }
        if self.end_not_ours {
            self.found(Finding::EndNotOurs { seq: named.unwrap_or(last) });
        }
        self.report
    }
}
