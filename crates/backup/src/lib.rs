//! Backups of the whole database: one form for SQLite and PostgreSQL, so that what was taken from one is brought
//! back into the other; encrypted with age; taken while people work.
//!
//! ```text
//! age( magic | header | table: rows… | table: rows… | … | end )
//! ```
//!
//! - **One moment.** Everything is read in one transaction that sees the database as it was when it began.
//! - **Sealed values travel as they are.** A backup holds what the database holds: wrapped keys and sealed values. It
//!   holds no master key, no epoch key, and not the erasure ledger: those are never in the database.
//! - **Whole or nothing.** The header says how many rows each table has; the end says that it is the end. Its tag
//!   can only be made with keys of this installation ([`tillit_vault::BackupSeal`]): age keeps others from reading a backup, but
//!   whoever knows for whom it is encrypted could write one.
//! - **Checked before anything is changed** ([`Backup::check`]): every byte, the master key, the installation, the version of
//!   the schema. [`Checked::restore`] then replaces everything in one transaction; killed at any moment, the database is
//!   either what it was or what the backup holds.
//! - **What lives for hours is left out** ([`LEFT_OUT`]), so that a restore brings back no session that was ended.
//!
//! Why it is so: docs/decisions/0009-backups.md. How to work with it: docs/operate/backup.md.
#![forbid(unsafe_code)]

mod check;
mod error;
mod frame;
mod head;
mod locks;
mod log;
mod restore;
mod rows;
pub mod sql;
mod statements;
mod take;
#[cfg(test)]
mod tests;

pub use check::{Backup, Checked};
pub use error::BackupError;
pub use head::{About, Count};
pub use locks::{Keyhole, Lock, NewIdentity};
pub use log::{Held, Last, held, last, note};
pub use restore::Restored;
pub use statements::LEFT_OUT;
pub use take::{Taken, take};

/// How far the work is: the table that is worked on, rows done and rows in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The table.
    pub table: &'static str,
    /// Rows done, of all tables.
    pub done: u64,
    /// Rows there are.
    pub total: u64,
}
