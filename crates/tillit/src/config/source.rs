//! Where configuration comes from: defaults < file < environment. Remembers the place of each
//! value, so that an error can name it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::{Spanned, Value};

use super::ConfigError;
use super::keys::{self, Key};

/// Largest configuration file that is read, in bytes.
const MAX_BYTES: u64 = 256 * 1024;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// File and line, counted from 1.
    Line(PathBuf, usize),
    /// Environment variable.
    Variable(String),
    /// Nowhere: the key is missing.
    Missing,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(file, line) => write!(f, "{}, line {line}", file.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Missing => f.write_str("not set"),
        }
    }
}

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Given {
    /// As written.
    pub value: Value,
    /// Where.
    pub origin: Origin,
}

/// All values given, checked against the list of keys, not yet against their types.
#[derive(Debug, Default)]
pub struct Source {
    values: BTreeMap<(String, String), Given>,
    /// Folder that relative paths start from: the file's own.
    pub folder: PathBuf,
}

impl Source {
    /// Reads the file (if any) and the environment.
    pub fn read(file: Option<&Path>, environment: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut source = Self::default();
        if let Some(file) = file {
            source.folder = file.parent().map(Path::to_path_buf).unwrap_or_default();
            source.add_file(file, &read_text(file)?)?;
        }
        for (variable, text) in environment {
            source.add_variable(variable, text)?;
        }
        Ok(source)
    }

    pub(super) fn add_file(&mut self, file: &Path, text: &str) -> Result<(), ConfigError> {
        type File = BTreeMap<String, BTreeMap<String, Spanned<Value>>>;
        let sections: File = toml::from_str(text).map_err(|error| ConfigError::Syntax {
            file: file.to_path_buf(),
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            why: error.message().to_owned(),
        })?;
        for (section, entries) in sections {
            for (name, value) in entries {
                let origin = Origin::Line(file.to_path_buf(), line_of(text, value.span().start));
                self.add(section.clone(), name, value.into_inner(), origin)?;
            }
        }
        Ok(())
    }

    fn add_variable(&mut self, variable: String, text: String) -> Result<(), ConfigError> {
        let Some((section, name)) = keys::of_variable(&variable) else { return Ok(()) };
        // A variable holds a bare word, a number, true/false, or a list in TOML's own form.
        let value = match text.as_str() {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            list if list.starts_with('[') => toml::from_str::<toml::Table>(&format!("v = {list}"))
                .ok()
                .and_then(|mut table| table.remove("v"))
                .unwrap_or(Value::String(text.clone())),
            other => other.parse().map_or_else(|_| Value::String(text.clone()), Value::Integer),
        };
        self.add(section, name, value, Origin::Variable(variable))
    }

    fn add(&mut self, section: String, name: String, value: Value, origin: Origin) -> Result<(), ConfigError> {
        if keys::find(&section, &name).is_none() {
            return Err(ConfigError::UnknownKey { key: format!("{section}.{name}"), origin, near: nearest(&section, &name) });
        }
        self.values.insert((section, name), Given { value, origin });
        Ok(())
    }

    /// The value of a key, if one was given.
    pub fn get(&self, key: Key) -> Option<&Given> {
        self.values.get(&(key.section.to_owned(), key.name.to_owned()))
    }
}

fn read_text(file: &Path) -> Result<String, ConfigError> {
    let unreadable = |why: String| ConfigError::Unreadable { file: file.to_path_buf(), why };
    bounded(file, MAX_BYTES).map_err(|error| unreadable(error.to_string()))
}

/// Text of a file of at most `most` bytes. Counted while reading: what a device or a pipe says about its size is no bound.
pub(super) fn bounded(file: &Path, most: u64) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(file)?.take(most + 1).read_to_string(&mut text)?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= most) {
        Ok(text)
    } else {
        Err(std::io::Error::other(format!("it is larger than {most} bytes")))
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The known key whose spelling is closest, to say "did you mean".
fn nearest(section: &str, name: &str) -> Option<String> {
    let written = format!("{section}.{name}");
    keys::KEYS
        .iter()
        .map(|key| format!("{}.{}", key.section, key.name))
        .map(|known| (distance(&written, &known), known))
        .min()
        .filter(|(distance, _)| *distance <= 4)
        .map(|(_, known)| known)
}

/// Levenshtein distance over bytes; both texts are short.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().take(100).enumerate() {
        let mut before = i;
        let mut left = i + 1;
        for (y, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            let here = if x == y { before } else { 1 + before.min(left).min(*cell) };
            before = std::mem::replace(cell, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
