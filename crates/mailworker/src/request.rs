//! One question: a mail, and all that is known besides it.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use tillit_mailrisk::{AuthEvidence, Knowledge, Language};

use crate::frame::{LARGEST_ASKED, LARGEST_MAIL};

/// What goes with a mail. Everything may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// The language of the answer.
    pub language: Language,
    /// With the facts, every signal considered, and its weight.
    pub explain: bool,
    /// What the organisation knows.
    pub knowledge: Knowledge,
    /// What a resolver found about the sender.
    pub evidence: AuthEvidence,
}

/// A request, as a worker reads it. The mail stays where it was read into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// What goes with the mail.
    pub asked: Asked,
    /// The mail.
    pub mail: &'a [u8],
}

/// Why a request cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// The body ends before what it says it holds.
    #[error("the request ends too early")]
    Short,
    /// What goes with the mail is longer than it may be.
    #[error("what goes with the mail has more than {LARGEST_ASKED} bytes")]
    Asked,
    /// The mail is longer than it may be.
    #[error("the mail has more than {LARGEST_MAIL} bytes")]
    Mail,
    /// What goes with the mail is not the JSON that it should be.
    #[error("what goes with the mail cannot be read: {0}")]
    Form(String),
}

impl<'a> Request<'a> {
    /// Reads the body of a request: the length of what goes with the mail (4 bytes, big-endian), that as JSON, then the mail.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn parse(body: &'a [u8]) -> Result<Self, RequestError> {
        let (length, rest) = body.split_first_chunk::<4>().ok_or(RequestError::Short)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        if length > LARGEST_ASKED {
            return Err(RequestError::Asked);
        }
        let (asked, mail) = rest.split_at_checked(length).ok_or(RequestError::Short)?;
        if mail.len() > LARGEST_MAIL {
            return Err(RequestError::Mail);
        }
        let mut asked: Asked = serde_json::from_slice(asked).map_err(|error| RequestError::Form(error.to_string()))?;
        asked.knowledge = asked.knowledge.cleaned();
        Ok(Self { asked, mail })
    }
}

impl Asked {
    /// The part of a request's body before the mail.
    ///
    /// # Errors
    /// It is longer than it may be.
    pub fn to_bytes(&self) -> Result<Vec<u8>, RequestError> {
        let mut out = vec![0; 4];
        serde_json::to_writer(&mut out, self).map_err(|error| RequestError::Form(error.to_string()))?;
        let length = out.len() - 4;
        if length > LARGEST_ASKED {
            return Err(RequestError::Asked);
        }
        let length = u32::try_from(length).map_err(|_| RequestError::Asked)?.to_be_bytes();
        for (into, byte) in out.iter_mut().zip(length) {
            *into = byte;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use tillit_mailrisk::facts::authentication::Check;
    use tillit_mailrisk::knowledge::Person;
    use tillit_mailrisk::{AuthEvidence, Knowledge, Language};

    use super::{Asked, Request, RequestError};

    #[test]
    fn a_request_is_read_as_it_was_written() {
        let asked = Asked {
            language: Language::Nb,
            explain: true,
            knowledge: Knowledge {
                own_domains: vec!["contoso-corp.com".to_owned()],
                people: vec![Person { name: "Ola Nordmann".to_owned(), addresses: Vec::new() }],
                ..Knowledge::default()
            },
            evidence: AuthEvidence { dmarc: Some(Check::Pass), ..AuthEvidence::default() },
        };
        let mut body = asked.to_bytes().unwrap();
        body.extend_from_slice(b"Subject: x\r\n\r\n");
        assert_eq!(Request::parse(&body), Ok(Request { asked, mail: b"Subject: x\r\n\r\n" }));
    }

    #[test]
    fn what_is_not_whole_or_not_known_is_refused() {
        assert_eq!(Request::parse(b"\0\0\0"), Err(RequestError::Short));
        assert_eq!(Request::parse(b"\0\0\0\x09{}"), Err(RequestError::Short));
        assert_eq!(Request::parse(b"\xff\0\0\0{}"), Err(RequestError::Asked));
        assert!(matches!(Request::parse(b"\0\0\0\x08{\"a\": 1}mail"), Err(RequestError::Form(_))));
        assert_eq!(Request::parse(b"\0\0\0\x02{}mail").map(|request| request.mail.to_vec()), Ok(b"mail".to_vec()));
    }
}
