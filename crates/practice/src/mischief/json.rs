//! Changes to JSON documents.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Top-level member `name` as a JSON pointer (RFC 6901).
pub(super) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// A change to a JSON document; places are JSON pointers (RFC 6901), `/keys/0/n`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonEdit {
    /// Puts a value there; objects gain the member if it was missing, `-` appends to an array.
    Set {
        /// Where.
        at: String,
        /// What.
        value: Value,
    },
    /// Takes it away.
    Remove {
        /// Where.
        at: String,
    },
    /// Repeats an array's element until it stands there so many more times (at most 100,000).
    Repeat {
        /// Which element.
        at: String,
        /// How many copies are added.
        times: usize,
    },
}

impl JsonEdit {
    /// See [`JsonEdit::Set`].
    pub fn set(at: &str, value: Value) -> Self {
        Self::Set { at: at.into(), value }
    }
    /// See [`JsonEdit::Remove`].
    pub fn remove(at: &str) -> Self {
        Self::Remove { at: at.into() }
    }

    /// Does it; a place that does not exist is left alone.
    pub fn apply(&self, document: &mut Value) {
        let (Self::Set { at, .. } | Self::Remove { at } | Self::Repeat { at, .. }) = self;
        let Some((parent, last)) = at.rsplit_once('/') else {
            if let Self::Set { value, .. } = self {
                *document = value.clone();
            }
            return;
        };
        let last = last.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(parent), self) {
            (Some(Value::Object(object)), Self::Set { value, .. }) => {
                object.insert(last, value.clone());
            }
            (Some(Value::Object(object)), Self::Remove { .. }) => {
                object.remove(&last);
            }
            (Some(Value::Array(array)), edit) => edit.apply_to_array(array, &last),
            _ => {}
        }
    }

    fn apply_to_array(&self, array: &mut Vec<Value>, place: &str) {
        let index = place.parse::<usize>().ok().filter(|index| *index < array.len());
        match (self, index) {
            (Self::Set { value, .. }, None) if place == "-" => array.push(value.clone()),
            (Self::Set { value, .. }, Some(index)) => {
                if let Some(element) = array.get_mut(index) {
                    *element = value.clone();
                }
            }
            (Self::Remove { .. }, Some(index)) => {
                array.remove(index);
            }
            (Self::Repeat { times, .. }, Some(index)) => {
                if let Some(element) = array.get(index).cloned() {
                    array.extend(std::iter::repeat_n(element, (*times).min(100_000)));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn edits_reach_objects_and_arrays_and_ignore_places_that_are_not_there() {
        let mut document = json!({ "keys": [{ "kid": "a" }] });
        for edit in [
            JsonEdit::set("/keys/0/kid", json!("b")),
            JsonEdit::set("/keys/-", json!(7)),
            JsonEdit::Repeat { at: "/keys/1".into(), times: 2 },
            JsonEdit::remove("/keys/9"),
            JsonEdit::remove("/nowhere/at/all"),
            JsonEdit::set("/new~1name", json!(1)),
        ] {
            edit.apply(&mut document);
        }
        assert_eq!(document, json!({ "keys": [{ "kid": "b" }, 7, 7, 7], "new/name": 1 }));
    }
}
