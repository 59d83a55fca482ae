//! As much CBOR (RFC 8949) as a key of an authenticator needs: one map from small integers to integers and bytes, in
//! definite lengths. Anything else is refused; nothing is allocated for what is only announced.

/// A value of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(i64),
    Bytes(&'a [u8]),
}

/// Most members that are read.
const MOST: u64 = 16;

/// The members of the map at the beginning of `bytes`; `None` if there is no such map. What follows it (extensions of
/// the authenticator) is not read.
pub(super) fn map(bytes: &[u8]) -> Option<Vec<(i64, Value<'_>)>> {
    let mut rest = bytes;
    let (5, count) = head(&mut rest)? else { return None };
    if count > MOST {
        return None;
    }
    let mut members = Vec::new();
    for _ in 0..count {
        let Value::Number(label) = value(&mut rest)? else { return None };
        if members.iter().any(|(known, _)| *known == label) {
            return None;
        }
        members.push((label, value(&mut rest)?));
    }
    Some(members)
}

fn value<'a>(rest: &mut &'a [u8]) -> Option<Value<'a>> {
    match head(rest)? {
        (0, number) => i64::try_from(number).ok().map(Value::Number),
        (1, number) => i64::try_from(number).ok().map(|number| Value::Number(-1 - number)),
        (2, length) => {
            let (bytes, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            *rest = after;
            Some(Value::Bytes(bytes))
        }
        _ => None,
    }
}

/// Major type and argument (section 3).
fn head(rest: &mut &[u8]) -> Option<(u8, u64)> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    let length = match first & 0x1f {
        small @ 0..=23 => return Some((first >> 5, u64::from(small))),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some((first >> 5, bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_and_what_is_no_such_map_is_not() {
        let members = [(1, Value::Number(2)), (3, Value::Number(-7)), (-2, Value::Bytes(&[9, 9]))];
        assert_eq!(map(&[0xa3, 1, 2, 3, 0x26, 0x21, 0x42, 9, 9, 0xff]).unwrap(), members);
        for bad in [
            &[][..],
            &[0xa1],
            &[0xa1, 1],
            &[0xbf, 1, 2, 0xff],
            &[0xa2, 1, 2, 1, 2],
            &[0xa1, 0x41, 1, 2],
            &[0xa1, 1, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xa1, 1, 0xa1, 1, 2],
            &[0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(map(bad), None, "{bad:?}");
        }
    }
}
