//! Words on standard output, for people and scripts. Logs go to standard error.

use std::io::Write as _;

/// Prints one line. A closed pipe is not an error worth a word.
pub fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
