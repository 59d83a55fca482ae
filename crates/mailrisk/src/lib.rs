//! What one mail is, and why.
#![forbid(unsafe_code)]

#[cfg(feature = "testing")]
pub mod synthetic;
