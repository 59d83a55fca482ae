//! Rows as bytes: for each column, in the table's order, a byte that says whether there is a value, and the value.

use tillit_store::{Column, ColumnKind, Row, Value};
use uuid::Uuid;

use crate::error::BackupError;

const NOTHING: u8 = 0;
const SOMETHING: u8 = 1;

/// Appends a row.
pub(crate) fn write(to: &mut Vec<u8>, columns: &[Column], row: &Row) -> Result<(), BackupError> {
    for column in columns {
        append(to, row.value(*column)?)?;
    }
    Ok(())
}

fn append(to: &mut Vec<u8>, value: Value) -> Result<(), BackupError> {
    let mut some = |bytes: &[u8]| {
        to.push(SOMETHING);
        to.extend_from_slice(bytes);
    };
    match value {
        Value::Int(Some(value)) => some(&value.to_be_bytes()),
        Value::Bool(Some(value)) => some(&[u8::from(value)]),
        Value::Uuid(Some(value)) => some(value.as_bytes()),
        Value::Text(Some(value)) => return sized(to, value.as_bytes()),
        Value::Bytes(Some(value)) => return sized(to, &value),
        Value::Int(None) | Value::Bool(None) | Value::Uuid(None) | Value::Text(None) | Value::Bytes(None) => to.push(NOTHING),
    }
    Ok(())
}

fn sized(to: &mut Vec<u8>, bytes: &[u8]) -> Result<(), BackupError> {
    let length = u32::try_from(bytes.len()).map_err(|_| BackupError::damaged("a value is larger than a backup can hold"))?;
    to.push(SOMETHING);
    to.extend_from_slice(&length.to_be_bytes());
    to.extend_from_slice(bytes);
    Ok(())
}

/// Reads the next row from the front of `bytes`; `None` at their end.
pub(crate) fn read(bytes: &mut &[u8], columns: &[Column]) -> Result<Option<Vec<Value>>, BackupError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    columns.iter().map(|column| value(bytes, *column)).collect::<Result<Vec<_>, _>>().map(Some)
}

fn value(bytes: &mut &[u8], column: Column) -> Result<Value, BackupError> {
    let [there] = take(bytes)?;
    let there = match there {
        NOTHING => false,
        SOMETHING => true,
        _ => return Err(wrong(column)),
    };
    Ok(match (column.kind, there) {
        (ColumnKind::Int, true) => Value::Int(Some(i64::from_be_bytes(take(bytes)?))),
        (ColumnKind::Int, false) => Value::Int(None),
        (ColumnKind::Bool, true) => match take(bytes)? {
            [0] => Value::Bool(Some(false)),
            [1] => Value::Bool(Some(true)),
            [_] => return Err(wrong(column)),
        },
        (ColumnKind::Bool, false) => Value::Bool(None),
        (ColumnKind::Uuid, true) => Value::Uuid(Some(Uuid::from_bytes(take(bytes)?))),
        (ColumnKind::Uuid, false) => Value::Uuid(None),
        (ColumnKind::Text, true) => {
            let text = std::str::from_utf8(take_sized(bytes)?).map_err(|_| wrong(column))?;
            Value::Text(Some(text.to_owned()))
        }
        (ColumnKind::Text, false) => Value::Text(None),
        (ColumnKind::Bytes, true) => Value::Bytes(Some(take_sized(bytes)?.to_vec())),
        (ColumnKind::Bytes, false) => Value::Bytes(None),
    })
}

fn wrong(column: Column) -> BackupError {
    BackupError::damaged(format!("column {} holds something else", column.name))
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], BackupError> {
    let (first, rest) = bytes.split_first_chunk::<N>().ok_or_else(|| BackupError::damaged("a row ends too early"))?;
    *bytes = rest;
    Ok(*first)
}

fn take_sized<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], BackupError> {
    let length = usize::try_from(u32::from_be_bytes(take(bytes)?)).unwrap_or(usize::MAX);
    let (first, rest) = bytes.split_at_checked(length).ok_or_else(|| BackupError::damaged("a row ends too early"))?;
    *bytes = rest;
    Ok(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 5] = [
        Column { name: "i", kind: ColumnKind::Int },
        Column { name: "o", kind: ColumnKind::Bool },
        Column { name: "u", kind: ColumnKind::Uuid },
        Column { name: "t", kind: ColumnKind::Text },
        Column { name: "b", kind: ColumnKind::Bytes },
    ];

    fn bytes(values: Vec<Value>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for value in values {
            append(&mut bytes, value).unwrap();
        }
        bytes
    }

    #[test]
    fn values_and_their_absence_come_back() {
        let full = tillit_store::args![-5_i64, true, Uuid::from_u128(7), "Å\u{0}", vec![0_u8, 255]];
        let none = tillit_store::args![None::<i64>, None::<bool>, None::<Uuid>, None::<&str>, None::<Vec<u8>>];
        for values in [full, none] {
            let bytes = bytes(values.clone());
            let mut rest = bytes.as_slice();
            let read_values = read(&mut rest, &COLUMNS).unwrap().unwrap();
            assert_eq!(self::bytes(read_values), bytes);
            assert!(read(&mut rest, &COLUMNS).unwrap().is_none());
        }
    }

    #[test]
    fn whatever_the_bytes_are_reading_ends_with_rows_or_an_error() {
        let whole = bytes(tillit_store::args![-5_i64, true, Uuid::from_u128(7), "abc", vec![0_u8, 255]]);
        for cut in 1..whole.len() {
            assert!(read(&mut &whole[..cut], &COLUMNS).is_err(), "{cut}");
        }
        for at in 0..whole.len() {
            for value in [0, 1, 2, 127, 255] {
                let mut bytes = whole.clone();
                bytes[at] = value;
                let mut rest = bytes.as_slice();
                while let Ok(Some(_)) = read(&mut rest, &COLUMNS) {}
            }
        }
    }
}
