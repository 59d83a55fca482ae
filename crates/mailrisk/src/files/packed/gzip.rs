//! gzip (RFC 1952): one packed file, often a TAR.

use std::io::Read as _;

use super::{inside, tar};
use crate::budget::{Budget, NotChecked};
use crate::files::Contents;

/// Unpacks within the budget, counted while inflating, and looks at what comes out.
pub fn look_into(name: &str, bytes: &[u8], budget: &Budget, depth: usize) -> Contents {
    let mut out = Contents::default();
    let by_ratio = bytes.len().saturating_mul(budget.limits.ratio).max(64 << 10);
    let limit = budget.inflatable().min(by_ratio);
    let mut unpacked = Vec::new();
    let read = flate2::bufread::MultiGzDecoder::new(bytes).take(limit as u64 + 1).read_to_end(&mut unpacked);
    budget.inflated(unpacked.len());
    if unpacked.len() > limit {
        out.not_checked.push(NotChecked::Archive(name.to_owned()));
    } else if read.is_err() {
        out.not_checked.push(NotChecked::Damaged(name.to_owned()));
    }
    unpacked.truncate(limit);
    if unpacked.get(257..).is_some_and(|rest| rest.starts_with(b"ustar")) {
        out.merge(tar::look_into(name, &unpacked, budget, depth));
        return out;
    }
    // "report.pdf.gz" holds "report.pdf", "x.tgz" of another kind holds what its bytes say.
    let path = name.rsplit_once('.').map_or(name, |(rest, _)| rest);
    inside(path, &unpacked, budget, depth, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::look_into;
    use crate::budget::{Budget, Limits, NotChecked};
    use crate::files::{Contents, Kind};

    fn looked(name: &str, content: &[u8]) -> Contents {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content).unwrap();
        look_into(name, &encoder.finish().unwrap(), &Budget::new(Limits::default()), 0)
    }

    #[test]
    fn what_is_packed_is_looked_at() {
        assert_eq!(looked("scan.pdf.js.gz", b"x").runs, Some(("scan.pdf.js".to_owned(), Kind::Script)));
        assert_eq!(looked("a.gz", b"MZ\x90\0").runs, Some(("a".to_owned(), Kind::Program)));
        assert_eq!(looked("notes.txt.gz", b"harmless"), Contents { text: "harmless".to_owned(), ..Contents::default() });
    }

    #[test]
    fn a_bomb_is_stopped_and_said() {
        assert_eq!(looked("zeros.txt.gz", &vec![0; 20 << 20]).not_checked, [NotChecked::Archive("zeros.txt.gz".to_owned())]);
    }
}
