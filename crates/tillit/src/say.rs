//! Words on standard output, for people and scripts. Logs go to standard error.

use std::io::Write as _;

/// Prints a text that ends its own last line.
pub fn text(text: impl std::fmt::Display) {
    let _ = write!(std::io::stdout().lock(), "{text}");
}

/// Prints one line. A closed pipe is not an error worth a word.
pub fn line(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}
