//! What fuzzing calls (docs/security/fuzzing.md): `tillit.toml`, as anybody could have broken it.

use std::path::Path;

use super::parse;
use super::source::Source;

/// Any text is a configuration, or a sentence that names the file and the key or line, and shows no secret.
pub fn configuration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut source = Source::default();
    source.folder = "/nowhere".into();
    let read = source.add_file(Path::new("tillit.toml"), text).and_then(|()| parse::config(&source));
    match read {
        Ok(config) => assert!(["http", "https"].contains(&config.server.public_url.scheme()) && config.server.public_url.has_host()),
        Err(error) => {
            let error = error.to_string();
            assert!(error.len() <= 16 * 1024 && (error.contains("tillit.toml") || error.contains("not set")), "{error}");
        }
    }
}

#[cfg(test)]
#[expect(clippy::print_stderr, reason = "shows the input that failed")]
#[path = "../../../../fuzz/src/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    #[test]
    fn seeds_and_mutations_are_read_without_harm() {
        super::replay::replay("configuration", 3000, super::configuration);
    }
}
