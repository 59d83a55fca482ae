//! Workers as they are: real processes, really confined, really killed.
#![forbid(unsafe_code)]
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "tests: what is not there is a failure")]

mod confined;
mod pool;
mod support;
