//! Texts in the forms in which they might stand on a disk.

use std::collections::HashMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::disk::Place;

/// The forms.
pub const NAMES: [&str; 12] = [
    "as it is",
    "lower case",
    "UTF-16, little end first",
    "UTF-16, big end first",
    "hex",
    "hex, capital",
    "base64 at 0",
    "base64 at 1",
    "base64 at 2",
    "base64url at 0",
    "base64url at 1",
    "base64url at 2",
];

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What.
    pub needle: String,
    /// In which form.
    pub form: &'static str,
    /// Where.
    pub place: String,
}

/// A text in every form. Of base64, what is the same whatever stands before and after.
pub fn all(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let text = String::from_utf8_lossy(bytes);
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let mut forms = vec![
        bytes.to_vec(),
        text.to_lowercase().into_bytes(),
        wide(u16::to_le_bytes),
        wide(u16::to_be_bytes),
        hex(bytes).into_bytes(),
        hex(bytes).to_uppercase().into_bytes(),
    ];
    for alphabet in [alphabet::STANDARD, alphabet::URL_SAFE] {
        let engine = GeneralPurpose::new(&alphabet, GeneralPurposeConfig::new().with_encode_padding(false));
        for before in 0..3 {
            let encoded = engine.encode([&[0; 2][..before], bytes].concat());
            // Characters that hold bits of neighbours are left out.
            let first = [0, 2, 3][before];
            let last = (before + bytes.len()) * 8 / 6;
            forms.push(encoded.as_bytes()[first..last].to_vec());
        }
    }
    assert_eq!(forms.len(), NAMES.len());
    NAMES.into_iter().zip(forms).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Name of what is looked for, the form, its bytes.
type Needle = (String, &'static str, Vec<u8>);

/// What is looked for, ordered so that one pass over the bytes finds all of it.
pub struct Needles {
    /// By their first three bytes.
    by_start: HashMap<[u8; 3], Vec<Needle>>,
    /// Whether any begins with these two.
    starts: Vec<bool>,
}

impl Needles {
    pub fn new(needles: &[(String, Vec<u8>)]) -> Self {
        let mut new = Self { by_start: HashMap::new(), starts: vec![false; 1 << 16] };
        for (name, bytes) in needles {
            assert!(bytes.len() >= 8, "{name} is too short to be told from chance");
            for (form, bytes) in all(bytes) {
                let start = [bytes[0], bytes[1], bytes[2]];
                new.starts[usize::from(bytes[0]) << 8 | usize::from(bytes[1])] = true;
                new.by_start.entry(start).or_default().push((name.clone(), form, bytes));
            }
        }
        new
    }

    /// Everything of it in a place, each once for each file.
    pub fn in_place(&self, place: &Place) -> Vec<Found> {
        let mut found = Vec::new();
        place.each(|name, bytes| {
            self.in_bytes(bytes, |needle, form| {
                found.push(Found { needle: needle.to_owned(), form, place: name.to_owned() });
            });
        });
        found.sort();
        found.dedup();
        found
    }

    fn in_bytes(&self, bytes: &[u8], mut found: impl FnMut(&str, &'static str)) {
        for at in 0..bytes.len().saturating_sub(2) {
            if !self.starts[usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1])] {
                continue;
            }
            for (name, form, needle) in self.by_start.get(&[bytes[at], bytes[at + 1], bytes[at + 2]]).into_iter().flatten() {
                if bytes[at..].starts_with(needle) {
                    found(name, form);
                }
            }
        }
    }
}

#[test]
fn every_form_is_found_wherever_it_stands_in_other_bytes() {
    let needles = Needles::new(&[("x".to_owned(), b"Kari Nordmann".to_vec())]);
    for before in 0..4 {
        let text = [&[b'.'; 4][..before], b"Kari Nordmann", b"!?"].concat();
        let forms = [
            base64::engine::general_purpose::STANDARD.encode(&text).into_bytes(),
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&text).into_bytes(),
            hex(&text).into_bytes(),
            String::from_utf8_lossy(&text).encode_utf16().flat_map(u16::to_le_bytes).collect(),
            text,
        ];
        for form in forms {
            let mut found = 0;
            needles.in_bytes(&form, |_, _| found += 1);
            assert!(found > 0, "{}", String::from_utf8_lossy(&form));
        }
    }
    let mut found = 0;
    needles.in_bytes(b"Kari Nordmarka", |_, _| found += 1);
    assert_eq!(found, 0);
}
