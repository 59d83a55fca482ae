//! Log lines on standard error: see docs/logging.md for what may be in them.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Starts logging. A second call does nothing.
pub fn start(log: &Log) {
    // Libraries stay at warnings: their debug lines could hold addresses of requests.
    let filter = EnvFilter::new(format!(
        "warn,tillit={0},tillit_accounts={0},tillit_sso={0},tillit_portal={0},tillit_jobs={0},tillit_mail={0},tillit_store={0},tillit_vault={0},tillit_fetch={0},tillit_practice={0}",
        log.level
    ));
    // Colours are for eyes; in a file or a journal they are noise.
    let colours = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).with_target(true);
    let _ = if log.json { builder.json().flatten_event(true).try_init() } else { builder.compact().try_init() };
}
