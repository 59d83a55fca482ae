//! Tests of the whole: the house keeps its arrows, the documents keep up with the code, and the
//! dependencies are what they are said to be.
#![forbid(unsafe_code)]
#![expect(clippy::expect_used, clippy::panic, reason = "tests: a missing file or tool is a failure")]

mod analyze;
mod backup;
mod dependencies;
mod docs;
mod doctor;
mod fuzz;
mod house;
mod keys;
mod licences;
mod metrics;
mod quiet;
mod registration;
mod sealed;
mod statements;
mod support;
mod two_roles;
#[expect(clippy::indexing_slicing, reason = "tests: a place that is not there is a failure")]
mod walk;
mod worker;
