//! The room against the practice tenant: honest sign-ins, and a provider that misbehaves.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod attacks;
mod happy;
mod stage;
