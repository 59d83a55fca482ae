//! Places that are walked over: folders with everything in them, files, bytes.

use std::path::{Path, PathBuf};

/// A place.
pub struct Place {
    name: &'static str,
    what: What,
}

enum What {
    Path(PathBuf),
    Bytes(Vec<u8>),
}

impl Place {
    /// A folder or a file.
    pub fn path(name: &'static str, path: impl Into<PathBuf>) -> Self {
        Self { name, what: What::Path(path.into()) }
    }

    /// Bytes that are on no disk, such as an opened backup.
    pub fn bytes(name: &'static str, bytes: Vec<u8>) -> Self {
        Self { name, what: What::Bytes(bytes) }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// How many files it has.
    pub fn files(&self) -> usize {
        let mut files = 0;
        self.each(|_, _| files += 1);
        files
    }

    /// Hands over every file. One that cannot be read fails the walk: it might hold anything.
    pub fn each(&self, mut file: impl FnMut(&str, &[u8])) {
        match &self.what {
            What::Bytes(bytes) => file(self.name, bytes),
            What::Path(path) => {
                assert!(path.exists(), "{} is missing: {}", self.name, path.display());
                walk(path, &mut |path, bytes| file(&format!("{}: {}", self.name, path.display()), bytes));
            }
        }
    }
}

fn walk(path: &Path, file: &mut impl FnMut(&Path, &[u8])) {
    let about = match std::fs::symlink_metadata(path) {
        // A database that runs takes files away.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        about => about.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    };
    if about.is_dir() {
        for entry in std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
            walk(&entry.expect("an entry").path(), file);
        }
    } else if about.is_file() {
        file(path, &std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
    }
}
