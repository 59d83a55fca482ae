//! Every target of fuzzing: `pub fn NAME(data: &[u8])`, with what must hold for any bytes (docs/security/fuzzing.md).
//!
//! The functions live beside what they test, in the crates' `fuzzing` modules, where they reach what is
//! private; the tests there replay `seeds/NAME` on the stable compiler. `targets/NAME.rs` is the
//! program for `cargo fuzz`.

/// The program's configuration. The program is no library, so its sources are taken in.
#[path = "../../crates/tillit/src/config/mod.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod config;

pub use config::fuzzing::configuration;
pub use tillit_accounts::fuzzing::{passkey, secrets_and_texts, slug, username};
pub use tillit_fetch::fuzzing::{fetch_address, fetch_url, retry_after};
pub use tillit_mail::fuzzing::{mail, stored_mail};
pub use tillit_mailrisk::fuzzing::{attached_file, link_address, mail_analysis, mail_page, outlook_mail};
pub use tillit_mailworker::fuzzing::worker_frames;
pub use tillit_portal::fuzzing::{accept_language, cookies, form, forwarded_for};
pub use tillit_sso::protocol::fuzzing::{callback_query, certificate, graph_json, id_token, identifiers, jwks, metadata, photo, return_to};
pub use tillit_vault::fuzzing::vault_open;
