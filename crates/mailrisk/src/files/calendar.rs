//! Calendar entries (RFC 5545): the words that a calendar shows.

/// Bytes that are read.
const BYTES: usize = 256 << 10;
/// Characters that are kept.
const WORDS: usize = 4_000;

/// Title, place and description, a line each.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(BYTES)).unwrap_or_default());
    let (mut out, mut kept, mut shown) = (String::new(), 0, false);
    for line in text.lines() {
        // A line that begins with a blank continues the one before.
        if let Some(more) = line.strip_prefix([' ', '\t']) {
            if shown {
                push(more, &mut out, &mut kept);
            }
            continue;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let property = name.split(';').next().unwrap_or_default().to_ascii_uppercase();
        shown = matches!(property.as_str(), "SUMMARY" | "DESCRIPTION" | "LOCATION" | "COMMENT");
        if shown {
            // Parameters may hold a colon between quotes: DESCRIPTION;ALTREP="cid:1":Text.
            let value = if name.contains('"') { line.rsplit_once("\":").map_or(value, |(_, value)| value) } else { value };
            if !out.is_empty() {
                out.push('\n');
            }
            push(value, &mut out, &mut kept);
        }
    }
    out
}

/// With the escapes of the format undone.
fn push(value: &str, out: &mut String, kept: &mut usize) {
    let mut escaped = false;
    for c in value.chars() {
        if *kept >= WORDS {
            return;
        }
        *kept += 1;
        match c {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            'n' | 'N' if escaped => out.push('\n'),
            c => out.push(c),
        }
        escaped = false;
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_a_calendar_shows_is_read_and_nothing_else() {
        let entry = "BEGIN:VEVENT\r\nSUMMARY;LANGUAGE=en:Your plan\\, renewed\r\nUID:1\r\nDESCRIPTION;ALTREP=\"cid:1\":Call +1 (808)\r\n  555-0123\\nto ca\r\n ncel\r\nLOCATION:Room\r\nEND:VEVENT\r\n";
        assert_eq!(text(entry.as_bytes()), "Your plan, renewed\nCall +1 (808) 555-0123\nto cancel\nRoom");
    }
}
