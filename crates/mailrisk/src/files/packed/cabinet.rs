//! CAB (MS-CAB): the names in its directory.

use super::{Listing, size};
use crate::budget::Budget;

/// Reads the names. `None` when the directory cannot be read.
pub fn read(bytes: &[u8], budget: &Budget) -> Option<Listing> {
    let mut out = Listing::default();
    // CFHEADER: the first CFFILE at 16, how many at 28.
    let mut at = size::<4>(bytes, 16)?;
    for _ in 0..size::<2>(bytes, 28)? {
        if !budget.entry() {
            break;
        }
        let name = bytes.get(at.checked_add(16)?..)?;
        let end = name.iter().take(512).position(|byte| *byte == 0)?;
        out.names.push(String::from_utf8_lossy(name.get(..end)?).into_owned());
        at += 16 + end + 1;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::budget::{Budget, Limits};

    #[test]
    fn names_are_read() {
        let mut bytes = b"MSCF".to_vec();
        bytes.resize(16, 0);
        bytes.extend_from_slice(&36_u32.to_le_bytes());
        bytes.resize(28, 0);
        bytes.extend_from_slice(&1_u16.to_le_bytes());
        bytes.resize(52, 0);
        bytes.extend_from_slice(b"run.js\0");
        let budget = Budget::new(Limits::default());
        assert_eq!(read(&bytes, &budget).unwrap().names, ["run.js"]);
        assert_eq!(read(b"MSCF", &budget), None);
    }
}
