//! The engine as a whole: made-up mail, hostile mail, and the pages about it.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

mod cases;
mod corpus;
mod documents;
mod hostile;
mod made_up;
mod quiet;
mod reading;
mod reasons;
