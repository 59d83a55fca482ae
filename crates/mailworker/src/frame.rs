//! What stands before every message between a worker and who asks it: how long it is, which version, what it is, which request.

use thiserror::Error;

/// The version of the format. A worker says it in its `welcome`, and refuses every other.
pub const VERSION: u8 = 1;
/// Bytes of a head.
pub const HEAD: usize = 14;
/// Largest mail in a request: what the engine looks at.
pub const LARGEST_MAIL: usize = 50 << 20;
/// Largest part of a request that is not the mail (knowledge, evidence), in bytes.
pub const LARGEST_ASKED: usize = 8 << 20;
/// Largest request, in bytes.
pub const LARGEST_REQUEST: usize = LARGEST_MAIL + LARGEST_ASKED + 4;
/// Largest answer, in bytes. Reasons are few and short; an explanation names at most a thousand links.
pub const LARGEST_ANSWER: usize = 4 << 20;

/// What a message is. Requests are under 128, answers above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Asks what the worker is and how it is confined. No body.
    Hello = 1,
    /// Asks about a mail.
    Analyse = 2,
    /// The answer to `hello`.
    Welcome = 129,
    /// The answer about a mail.
    Answer = 130,
    /// The request could not be read.
    Refused = 131,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Hello, Self::Analyse, Self::Welcome, Self::Answer, Self::Refused];
}

/// The head of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// What the message is.
    pub kind: Kind,
    /// The request's number, chosen by who asks and repeated in the answer.
    pub id: u64,
    /// Bytes of the body that follows.
    pub length: usize,
}

/// Why a message cannot be read. After each of these the stream cannot be trusted any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The other side speaks another version.
    #[error("the message has version {0}, and only version {VERSION} is known")]
    Version(u8),
    /// There is no such message.
    #[error("there is no message of kind {0}")]
    Kind(u8),
    /// The body is longer than it may be.
    #[error("the message has {length} bytes, and at most {most} are allowed")]
    Length {
        /// What it says.
        length: usize,
        /// What is allowed.
        most: usize,
    },
}

impl Head {
    /// As bytes: length (4, big-endian), version (1), kind (1), number of the request (8, big-endian).
    ///
    /// # Errors
    /// The body is longer than the length can say.
    pub fn to_bytes(self) -> Result<[u8; HEAD], FrameError> {
        let length =
            u32::try_from(self.length).map_err(|_| FrameError::Length { length: self.length, most: LARGEST_REQUEST })?.to_be_bytes();
        let mut out = [0; HEAD];
        for (into, byte) in out.iter_mut().zip(length.into_iter().chain([VERSION, self.kind as u8]).chain(self.id.to_be_bytes())) {
            *into = byte;
        }
        Ok(out)
    }

    /// Reads a head whose body may have at most `most` bytes. Nothing is allocated by what it says.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn parse(bytes: [u8; HEAD], most: usize) -> Result<Self, FrameError> {
        let [l0, l1, l2, l3, version, kind, id @ ..] = bytes;
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind).ok_or(FrameError::Kind(kind))?;
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        if length > most {
            return Err(FrameError::Length { length, most });
        }
        Ok(Self { kind, id: u64::from_be_bytes(id), length })
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameError, HEAD, Head, Kind};

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let head = Head { kind: Kind::Analyse, id: 7, length: 1_000_000 };
        let bytes = head.to_bytes().unwrap();
        assert_eq!(bytes, [0, 15, 66, 64, 1, 2, 0, 0, 0, 0, 0, 0, 0, 7], "the format is promised in docs/mailrisk/worker.md");
        assert_eq!(Head::parse(bytes, 1_000_000), Ok(head));
        assert_eq!(Head::parse(bytes, 999_999), Err(FrameError::Length { length: 1_000_000, most: 999_999 }));
    }

    #[test]
    fn another_version_or_kind_is_refused() {
        let mut bytes = [0; HEAD];
        assert_eq!(Head::parse(bytes, 10), Err(FrameError::Version(0)));
        bytes[4] = 1;
        assert_eq!(Head::parse(bytes, 10), Err(FrameError::Kind(0)));
    }
}
