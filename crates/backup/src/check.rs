//! Reading a backup, and everything about it that can be checked without touching the database.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use tillit_store::{Cx, Scope, Table, Timestamp, Value, newest_migration};
use tillit_vault::{Vault, VaultError, WrappedKey};
use uuid::Uuid;

use crate::error::BackupError;
use crate::frame::{Kind, Reader};
use crate::head::{About, End, FORM, TableHead};
use crate::{Keyhole, Progress, locks, rows, statements};

/// A backup's file, and what opens it.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    keyhole: Keyhole,
}

/// A backup that is whole, of this installation, and of a version that this program knows.
#[derive(Debug)]
pub struct Checked {
    pub(crate) backup: Backup,
    pub(crate) digest: Vec<u8>,
    /// What it says about itself.
    pub about: About,
    /// People in it whose profile opens no more, since the backup period is over for them.
    pub too_old: u64,
    /// People in it whose epoch's key is in none of the folders, though it should be.
    pub epochs_missing: u64,
}

/// Goes through a backup, a piece at a time.
pub(crate) struct Walk<R> {
    reader: Reader<R>,
    pub(crate) about: About,
    tables: Vec<Table>,
    /// Which table is being read.
    at: Option<usize>,
    rows: u64,
    done: u64,
}

/// Rows of a table, or the end.
pub(crate) enum Piece {
    Rows(Table, Vec<Vec<Value>>),
    End { digest: Vec<u8>, tag: String },
}

impl<R: Read> Walk<R> {
    pub(crate) fn new(from: R) -> Result<Self, BackupError> {
        let mut reader = Reader::new(from);
        let (kind, bytes) = reader.next()?;
        let about: About = match kind {
            Kind::About => serde_json::from_slice(&bytes).map_err(|_| BackupError::NotABackup)?,
            _ => return Err(BackupError::NotABackup),
        };
        if about.form != FORM {
            return Err(BackupError::OtherForm(about.form.chars().take(40).collect()));
        }
        if about.schema > newest_migration() {
            return Err(BackupError::Newer { program: about.program, schema: about.schema, known: newest_migration() });
        }
        let tables = statements::tables(about.schema);
        if about.counts.iter().map(|count| count.table.as_str()).ne(tables.iter().map(|table| table.name)) {
            return Err(BackupError::damaged("it names other tables than its version of the database has"));
        }
        Ok(Self { reader, about, tables, at: None, rows: 0, done: 0 })
    }

    pub(crate) fn progress(&self) -> Progress {
        let table = self.at.and_then(|at| self.tables.get(at)).map_or("", |table| table.name);
        Progress { table, done: self.done, total: self.about.rows() }
    }

    pub(crate) fn next(&mut self) -> Result<Piece, BackupError> {
        loop {
            let (kind, bytes) = self.reader.next()?;
            match kind {
                Kind::About => return Err(BackupError::damaged("it begins twice")),
                Kind::Table => self.begin(&bytes)?,
                Kind::Rows => return self.rows(&bytes),
                Kind::End => return self.end(&bytes),
            }
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.close()?;
        let head: TableHead = serde_json::from_slice(bytes).map_err(|_| BackupError::damaged("a table without a head"))?;
        let next = self.at.map_or(0, |at| at + 1);
        if self.tables.get(next).map(TableHead::of) != Some(head) {
            return Err(BackupError::damaged("a table that is not what its version of the database has"));
        }
        (self.at, self.rows) = (Some(next), 0);
        Ok(())
    }

    /// That the table that was read had as many rows as was said.
    fn close(&self) -> Result<(), BackupError> {
        let Some(count) = self.at.and_then(|at| self.about.counts.get(at)) else { return Ok(()) };
        if self.rows == count.rows { Ok(()) } else { Err(BackupError::damaged(format!("rows of {} are missing", count.table))) }
    }

    fn rows(&mut self, mut bytes: &[u8]) -> Result<Piece, BackupError> {
        let table = self.at.and_then(|at| self.tables.get(at)).ok_or_else(|| BackupError::damaged("rows of no table"))?;
        let mut found = Vec::new();
        while let Some(row) = rows::read(&mut bytes, &table.columns)? {
            found.push(row);
        }
        let count = found.len() as u64;
        (self.rows, self.done) = (self.rows + count, self.done + count);
        Ok(Piece::Rows(table.clone(), found))
    }

    fn end(&mut self, bytes: &[u8]) -> Result<Piece, BackupError> {
        self.close()?;
        let end: End = serde_json::from_slice(bytes).map_err(|_| BackupError::damaged("an end that cannot be read"))?;
        if self.at.map_or(0, |at| at + 1) != self.tables.len() || end.rows != self.done {
            return Err(BackupError::damaged("tables or rows are missing"));
        }
        self.reader.end()?;
        Ok(Piece::End { digest: self.reader.digest(), tag: end.tag })
    }
}

/// What is looked at while a backup is checked: the installation's keys, and the epochs of people.
#[derive(Default)]
struct Keys {
    installation: Vec<WrappedKey>,
    index: Option<Vec<u8>>,
    epochs: BTreeMap<Uuid, u64>,
}

impl Keys {
    fn look(&mut self, table: &Table, row: &[Value]) {
        let value = |name: &str| table.columns.iter().position(|column| column.name == name).and_then(|at| row.get(at));
        match (table.name, value("id"), value("owner"), value("epoch"), value("wrapped"), value("writes_from")) {
            (
                "vault_installation_key",
                Some(Value::Uuid(Some(id))),
                _,
                _,
                Some(Value::Bytes(Some(wrapped))),
                Some(Value::Int(Some(from))),
            ) => {
                self.installation.push(WrappedKey { id: *id, wrapped: wrapped.clone(), writes_from: Timestamp(*from) });
            }
            ("vault_index_key", _, Some(Value::Uuid(Some(owner))), _, Some(Value::Bytes(Some(wrapped))), _) if owner.is_nil() => {
                self.index = Some(wrapped.clone());
            }
            ("vault_person_key", _, _, Some(Value::Uuid(Some(epoch))), _, _) => *self.epochs.entry(*epoch).or_default() += 1,
            _ => {}
        }
    }
}

impl Backup {
    /// A backup's file, and what opens it.
    pub fn new(path: impl Into<PathBuf>, keyhole: Keyhole) -> Self {
        Self { path: path.into(), keyhole }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All of it, decrypted: for whoever wants to look inside, such as the walk over everything on disk.
    ///
    /// # Errors
    /// [`BackupError`]; also when it is damaged or cut off.
    pub fn bytes(&self) -> Result<Vec<u8>, BackupError> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes).map_err(crate::frame::broken)?;
        Ok(bytes)
    }

    fn open(&self) -> Result<impl Read + use<>, BackupError> {
        let file = File::open(&self.path).map_err(|source| BackupError::Io { what: "open the backup", source })?;
        Ok(locks::reader(self.keyhole.open(BufReader::new(file))?))
    }

    pub(crate) fn walk(&self) -> Result<Walk<impl Read + use<>>, BackupError> {
        Walk::new(self.open()?)
    }

    /// Reads all of it and proves that it is whole, that its keys are this master key's, and that this installation wrote
    /// it. `vault` is one with the master key and the folders of epochs as configured; it need not have been checked.
    ///
    /// # Errors
    /// [`BackupError`], which says what is wrong with it.
    pub async fn check(self, vault: &Vault, cx: &Cx, progress: &mut dyn FnMut(Progress)) -> Result<Checked, BackupError> {
        let cx = &cx.with_scope(Scope::Installation);
        let (mut walk, mut keys) = (self.walk()?, Keys::default());
        let (digest, tag) = loop {
            match walk.next()? {
                Piece::Rows(table, rows) => {
                    for row in &rows {
                        keys.look(&table, row);
                    }
                    progress(walk.progress());
                }
                Piece::End { digest, tag } => break (digest, tag),
            }
        };
        let about = walk.about;
        let seal = vault.seal_of_backup(cx, &keys.installation, &keys.index.unwrap_or_default()).await.map_err(|error| match error {
            VaultError::WrongMasterKey => BackupError::WrongMasterKey { installation: about.installation.clone() },
            other => other.into(),
        })?;
        if seal.installation() != about.installation || !seal.made(&digest, &tag) {
            return Err(BackupError::Forged { installation: about.installation });
        }
        let (epochs_missing, too_old) = vault.epochs_of_backup(&seal, &keys.epochs).await?;
        Ok(Checked { backup: self, digest, about, too_old, epochs_missing })
    }
}
