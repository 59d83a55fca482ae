//! Reading back the mails that this crate wrote. No reader of mails in general.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMail {
    /// Name of the file.
    pub file: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Date, as the mail has it.
    pub date: String,
    /// Text.
    pub text: String,
}

impl StoredMail {
    pub(crate) fn parse(file: String, bytes: &[u8]) -> Option<Self> {
        let message = std::str::from_utf8(bytes).ok()?;
        let (head, body) = message.split_once("\r\n\r\n")?;
        // A line that begins with a space continues the one before (RFC 5322 section 2.2.3).
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let header = |name: &str| {
            let line = head.split("\r\n").find_map(|line| line.split_once(':').filter(|(this, _)| this.eq_ignore_ascii_case(name)));
            line.map(|(_, value)| value.trim().to_owned())
        };
        let text = match header("Content-Transfer-Encoding")?.as_str() {
            "base64" => {
                let packed: String = body.split_ascii_whitespace().collect();
                String::from_utf8(STANDARD.decode(packed).ok()?).ok()?
            }
            "7bit" => body.to_owned(),
            _ => return None,
        };
        Some(Self {
            file,
            to: header("To")?,
            subject: decode_words(&header("Subject")?),
            date: header("Date")?,
            text: text.replace("\r\n", "\n"),
        })
    }
}

/// Decodes `=?utf-8?b?…?=` (RFC 2047); spaces between two such words do not count.
fn decode_words(text: &str) -> String {
    let mut out = String::new();
    let mut decoded_before = false;
    for word in text.split_inclusive(' ') {
        let bare = word.trim_end();
        let decoded = bare
            .strip_prefix("=?utf-8?b?")
            .and_then(|rest| rest.strip_suffix("?="))
            .and_then(|packed| STANDARD.decode(packed).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        match decoded {
            Some(decoded) => {
                if decoded_before && out.ends_with(' ') {
                    out.pop();
                }
                out.push_str(&decoded);
                out.push_str(word.strip_prefix(bare).unwrap_or_default());
                decoded_before = true;
            }
            None => {
                out.push_str(word);
                // Several spaces in a row are words of their own here.
                decoded_before = decoded_before && bare.is_empty();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_read() {
        assert_eq!(decode_words("Hello there"), "Hello there");
        assert_eq!(decode_words("=?utf-8?b?w6bDuMOl?="), "æøå");
        assert_eq!(decode_words("A =?utf-8?b?w6Y=?= =?utf-8?b?w7g=?= b"), "A æø b");
        assert_eq!(decode_words("=?utf-8?b?!!?= x"), "=?utf-8?b?!!?= x");
    }

    #[test]
    fn what_is_no_mail_of_ours_is_passed_over() {
        for bytes in
            [&b""[..], b"\xff\xfe", b"To: x\r\n\r\n", b"To: x\r\nSubject: y\r\nDate: z\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!"]
        {
            assert_eq!(StoredMail::parse("f".to_owned(), bytes), None);
        }
    }
}
