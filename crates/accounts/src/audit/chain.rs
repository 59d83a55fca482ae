//! What a row covers. Nothing but bytes: the same rule is in the browser's script (`audit-verify.js`), and in the
//! decision page, which is its description.
//!
//! ```text
//! hash(n)   = SHA-256( "tillit audit 1" | hash(n−1) | field … )         hash(0) = 32 zero bytes
//! field     = length (4 bytes, big endian) | bytes; a field that is not there: FF FF FF FF and nothing
//! fields    = log | number | time | id | actor | actor id | action | area | target | target id | reason | request
//!             | digest of where from | digest of details
//! digest    = SHA-256( "tillit audit part 1" | field(what) | field(salt) | field(text) )
//! ```
//! Numbers and times are 8 bytes, big endian, times in microseconds since 1970; ids are 16 bytes, texts UTF-8.
//! The salt is 32 random bytes, sealed together with the text: without it a digest tells nothing of an address that could be guessed.

use aws_lc_rs::digest::{Context, SHA256};
use tillit_store::Timestamp;
use uuid::Uuid;

/// SHA-256.
pub type Hash = [u8; 32];

/// What stands before the first row.
pub const BEGINNING: Hash = [0; 32];
/// Bytes of a salt.
pub const SALT: usize = 32;

const ROW: &[u8] = b"tillit audit 1";
const PART: &[u8] = b"tillit audit part 1";
const NOTHING: [u8; 4] = [0xff; 4];

/// The part of a row that is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Where the request came from.
    Client,
    /// Details.
    Detail,
}

impl What {
    /// As stored and hashed.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Detail => "detail",
        }
    }
}

/// Everything of a row that its hash covers, beside the row before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// The organisation, or all zeros for the installation's log.
    pub log: Uuid,
    /// Number.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Id of the row.
    pub id: Uuid,
    /// Kind of actor.
    pub actor: String,
    /// Who.
    pub actor_id: Option<Uuid>,
    /// What.
    pub action: String,
    /// Area.
    pub area: String,
    /// Kind of target.
    pub target: Option<String>,
    /// Target.
    pub target_id: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
    /// Request.
    pub request: Uuid,
    /// Digest of where the request came from.
    pub client: Option<Hash>,
    /// Digest of the details.
    pub detail: Option<Hash>,
}

impl Fields {
    /// The row's hash, after the row with `before`.
    pub fn hash(&self, before: &Hash) -> Hash {
        let mut sum = Context::new(&SHA256);
        sum.update(ROW);
        sum.update(before);
        add(&mut sum, Some(self.log.as_bytes()));
        add(&mut sum, Some(&self.seq.to_be_bytes()));
        add(&mut sum, Some(&self.at.0.to_be_bytes()));
        add(&mut sum, Some(self.id.as_bytes()));
        add(&mut sum, Some(self.actor.as_bytes()));
        add(&mut sum, self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()));
        add(&mut sum, Some(self.action.as_bytes()));
        add(&mut sum, Some(self.area.as_bytes()));
        add(&mut sum, self.target.as_ref().map(String::as_bytes));
        add(&mut sum, self.target_id.as_ref().map(|id| id.as_bytes().as_slice()));
        add(&mut sum, self.reason.as_ref().map(String::as_bytes));
        add(&mut sum, Some(self.request.as_bytes()));
        add(&mut sum, self.client.as_ref().map(<[u8; 32]>::as_slice));
        add(&mut sum, self.detail.as_ref().map(<[u8; 32]>::as_slice));
        finish(sum)
    }
}

/// What a row covers of a sealed text.
pub fn digest(what: What, salt: &[u8], text: &[u8]) -> Hash {
    let mut sum = Context::new(&SHA256);
    sum.update(PART);
    for field in [what.code().as_bytes(), salt, text] {
        add(&mut sum, Some(field));
    }
    finish(sum)
}

fn add(sum: &mut Context, field: Option<&[u8]>) {
    match field {
        // Texts of a row are a few kilobytes at most; a longer one would only be cut to an ambiguous length.
        Some(bytes) => {
            sum.update(&u32::try_from(bytes.len()).unwrap_or(u32::MAX - 1).to_be_bytes());
            sum.update(bytes);
        }
        None => sum.update(&NOTHING),
    }
}

fn finish(sum: Context) -> Hash {
    let mut hash = BEGINNING;
    let digest = sum.finish();
    for (to, from) in hash.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    hash
}

/// `0a1b…`
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}

/// From [`hex`]; exactly `N` bytes.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != N * 2 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        let [high, low] = pair else { return None };
        let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const ROW_HASH: &str = "3b3b85d30e4c457a12441403e7bb90590e8a2a42f0915c1d573fa0ee04b88f3c";
    const PART_HASH: &str = "13161faed07e99caa3624e62b7cddc5ed297f9f3dcfaf6606c4197073ed92b5b";

    pub(crate) fn sample() -> Fields {
        Fields {
            log: Uuid::from_u128(1),
            seq: 7,
            at: Timestamp(1_795_435_200_000_000),
            id: Uuid::from_u128(2),
            actor: "person".into(),
            actor_id: Some(Uuid::from_u128(3)),
            action: "person.role_changed".into(),
            area: "people".into(),
            target: Some("usr".into()),
            target_id: Some(Uuid::from_u128(4)),
            reason: None,
            request: Uuid::from_u128(5),
            client: Some([6; 32]),
            detail: None,
        }
    }

    #[test]
    fn the_form_is_fixed_since_files_that_left_the_house_rest_on_it() {
        // Computed apart from this code, with Python's hashlib over the bytes that the page above describes.
        assert_eq!(hex(&sample().hash(&BEGINNING)), ROW_HASH);
        assert_eq!(hex(&digest(What::Client, &[9; 32], b"203.0.113.7")), PART_HASH);
    }

    #[test]
    fn no_field_can_be_changed_moved_or_left_out_unseen() {
        let before = sample().hash(&BEGINNING);
        let change: [fn(&mut Fields); 16] = [
            |f| f.log = Uuid::from_u128(9),
            |f| f.seq += 1,
            |f| f.at.0 += 1,
            |f| f.id = Uuid::from_u128(9),
            |f| f.actor = "operator".into(),
            |f| f.actor_id = None,
            |f| f.action.push('x'),
            |f| f.area = "log".into(),
            |f| f.target = None,
            |f| f.target_id = Some(Uuid::from_u128(9)),
            |f| f.reason = Some(String::new()),
            |f| f.request = Uuid::from_u128(9),
            |f| f.client = None,
            |f| f.detail = Some([6; 32]),
            |f| (f.client, f.detail) = (f.detail, f.client),
            |f| (f.actor, f.action) = ("personp".into(), "erson.role_changed".into()),
        ];
        for (n, change) in change.into_iter().enumerate() {
            let mut fields = sample();
            change(&mut fields);
            assert_ne!(fields.hash(&BEGINNING), before, "change {n}");
        }
        assert_ne!(sample().hash(&[1; 32]), before);
    }

    #[test]
    fn hex_is_read_exactly() {
        assert_eq!(unhex::<2>("0aff"), Some([10, 255]));
        for wrong in ["0af", "0aff0", "0agf", "+aff", "0æf"] {
            assert_eq!(unhex::<2>(wrong), None, "{wrong}");
        }
    }
}
