//! Pieces of a backup: a letter, a length, and bytes; and the digest of all of them.

use std::io::{ErrorKind, Read, Write};

use aws_lc_rs::digest::{Context, SHA256};

use crate::error::BackupError;

/// Largest piece, in bytes: the largest sealed value and a little more.
pub(crate) const LARGEST: usize = 8 << 20;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    About,
    Table,
    Rows,
    End,
}

impl Kind {
    const fn letter(self) -> u8 {
        match self {
            Self::About => b'A',
            Self::Table => b'T',
            Self::Rows => b'R',
            Self::End => b'E',
        }
    }

    const fn of(letter: u8) -> Option<Self> {
        Some(match letter {
            b'A' => Self::About,
            b'T' => Self::Table,
            b'R' => Self::Rows,
            b'E' => Self::End,
            _ => return None,
        })
    }
}

/// Writes pieces.
pub(crate) struct Writer<W> {
    to: W,
    digest: Context,
}

impl<W: Write> Writer<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, digest: Context::new(&SHA256) }
    }

    pub(crate) fn put(&mut self, kind: Kind, bytes: &[u8]) -> Result<(), BackupError> {
        let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= LARGEST);
        let length = length.ok_or_else(|| BackupError::damaged("a row is larger than a backup can hold"))?.to_be_bytes();
        for part in [&[kind.letter()][..], &length, bytes] {
            self.digest.update(part);
            self.to.write_all(part).map_err(|source| BackupError::Io { what: "write the backup", source })?;
        }
        Ok(())
    }

    /// Digest of everything so far.
    pub(crate) fn digest(&self) -> Vec<u8> {
        self.digest.clone().finish().as_ref().to_vec()
    }

    pub(crate) fn into_inner(self) -> W {
        self.to
    }
}

/// Reads pieces.
pub(crate) struct Reader<R> {
    from: R,
    digest: Context,
}

impl<R: Read> Reader<R> {
    pub(crate) fn new(from: R) -> Self {
        Self { from, digest: Context::new(&SHA256) }
    }

    /// The next piece. Every failure of reading is a damaged or a truncated file.
    pub(crate) fn next(&mut self) -> Result<(Kind, Vec<u8>), BackupError> {
        let mut head = [0; 5];
        self.from.read_exact(&mut head).map_err(broken)?;
        let [letter, length @ ..] = head;
        let kind = Kind::of(letter).ok_or_else(|| BackupError::damaged("an unknown piece"))?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > LARGEST {
            return Err(BackupError::damaged("a piece that is too large"));
        }
        let mut bytes = vec![0; length];
        self.from.read_exact(&mut bytes).map_err(broken)?;
        if kind != Kind::End {
            self.digest.update(&head);
            self.digest.update(&bytes);
        }
        Ok((kind, bytes))
    }

    /// That nothing follows.
    pub(crate) fn end(&mut self) -> Result<(), BackupError> {
        match self.from.read(&mut [0]).map_err(broken)? {
            0 => Ok(()),
            _ => Err(BackupError::damaged("something follows its end")),
        }
    }

    /// Digest of everything but the end.
    pub(crate) fn digest(&self) -> Vec<u8> {
        self.digest.clone().finish().as_ref().to_vec()
    }
}

/// Why reading failed: age says `UnexpectedEof` when the last of its chunks is missing, and `InvalidData` when one does not open.
pub(crate) fn broken(error: std::io::Error) -> BackupError {
    match error.kind() {
        ErrorKind::UnexpectedEof => BackupError::Truncated,
        ErrorKind::InvalidData => BackupError::damaged("its bytes were changed, or its end is missing"),
        _ => BackupError::Io { what: "read the backup", source: error },
    }
}
