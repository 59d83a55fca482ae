//! Reading JSON that others wrote: bounded in size and depth, and, in tokens, refusing members that
//! stand twice. Two readers may disagree about which of two equal members counts; an attacker lives
//! in that gap (RFC 8725 section 2.4, RFC 7519 section 4).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting that is read. Tokens and metadata need four levels.
const MAX_DEPTH: u8 = 16;

/// What to do about a member that stands twice in an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twice {
    /// The document is refused.
    Refuse,
    /// The last one counts, as with most readers.
    LastCounts,
}

/// Why a document was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonError {
    /// Not JSON, too deep, or not an object.
    Unreadable,
    /// A member stands twice.
    Duplicate,
}

/// Reads a JSON object. The caller has bounded the length of `text`.
pub(super) fn object(text: &[u8], twice: Twice) -> Result<Map<String, Value>, JsonError> {
    let mut duplicate = false;
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = Node { twice, depth: MAX_DEPTH, duplicate: &mut duplicate }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    match read {
        Ok(Value::Object(members)) => Ok(members),
        _ if duplicate => Err(JsonError::Duplicate),
        _ => Err(JsonError::Unreadable),
    }
}

/// Reads one value, at most `depth` levels deep.
struct Node<'a> {
    twice: Twice,
    depth: u8,
    duplicate: &'a mut bool,
}

impl Node<'_> {
    /// The same for a value one level down.
    fn inner<E: serde::de::Error>(&mut self) -> Result<Node<'_>, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Node { twice: self.twice, depth, duplicate: self.duplicate })
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.inner()?)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(self.inner()?)?;
            if object.insert(name, value).is_some() && self.twice == Twice::Refuse {
                *self.duplicate = true;
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// A text member, if it is there and not longer than `max` bytes.
pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str, max: usize) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty() && text.len() <= max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_refused_at_every_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":{"b":1,"b":2}}"#, r#"{"a":[{"b":1,"c":2,"b":3}]}"#, r#"{"\u0061":1,"a":2}"#] {
            assert_eq!(object(text.as_bytes(), Twice::Refuse), Err(JsonError::Duplicate), "{text}");
            assert!(object(text.as_bytes(), Twice::LastCounts).is_ok(), "{text}");
        }
        assert!(object(br#"{"a":{"a":{"a":1}},"b":{"a":1}}"#, Twice::Refuse).is_ok());
    }

    #[test]
    fn only_a_whole_object_of_bounded_depth_is_read() {
        for text in ["", "[]", "1", "null", "{", "{}x", "{} {}", "{\"a\":}", "\u{feff}{}"] {
            assert_eq!(object(text.as_bytes(), Twice::Refuse), Err(JsonError::Unreadable), "{text}");
        }
        let deep = |levels: usize| format!("{{\"a\":{}1{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(object(deep(15).as_bytes(), Twice::Refuse).is_ok());
        assert_eq!(object(deep(16).as_bytes(), Twice::Refuse), Err(JsonError::Unreadable));
        assert_eq!(object(deep(100_000).as_bytes(), Twice::Refuse), Err(JsonError::Unreadable));
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = object(&bytes, Twice::Refuse);
        }

        #[test]
        fn what_is_read_agrees_with_serde_json(text in r#"\{("[a-c]{1,2}":(1|"x"|\[1,2\]|\{"k":-1\}|null|true|1\.5)(,"[d-f]{1,2}":1)?)?\}"#) {
            let ours = object(text.as_bytes(), Twice::LastCounts).unwrap();
            prop_assert_eq!(Value::Object(ours), serde_json::from_str::<Value>(&text).unwrap());
        }
    }
}
