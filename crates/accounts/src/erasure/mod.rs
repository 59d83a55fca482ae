//! Forgetting a person, and people who ask for it.
//!
//! Forgetting destroys the person's key and every row that is the person's, in one transaction; the ledger outside the
//! database is written right after it, so that a restored backup forgets the person again. What remains are rows that name
//! the person by id: [`REMAINS`]. A request is answered within a month (GDPR Art. 12(3)); the portal counts.

mod addresses;
mod answer;
mod forget;
mod request;
pub mod sql;
mod words;

pub use answer::{Answer, ERASURE_REMINDERS_JOB};
pub use forget::{ErasureReceipt, REMAINS, ReceiptKind};
pub use request::{EXTENSION, ErasureRequest, RequestId, RequestKind, RequestState, TIME_TO_ANSWER};

pub(crate) use forget::prune;
