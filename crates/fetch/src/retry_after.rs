//! The `Retry-After` header.

use http::HeaderValue;
use jiff::fmt::strtime;

/// What a server said about when to come back (RFC 9110 section 10.2.3), as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryAfter(String);

/// HTTP-date (RFC 9110 section 5.6.7): the form to send and the two old ones to accept.
const DATES: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

impl RetryAfter {
    /// Longest header text that is kept; a date has 29 characters.
    const MAX: usize = 64;

    pub(crate) fn of(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?.trim();
        (!text.is_empty() && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// Seconds to wait, given the present moment as seconds since 1970 UTC. Zero for a date that
    /// has passed; `None` when the text is neither a number nor a date. The caller caps it: a
    /// server may say anything.
    pub fn seconds(&self, now: i64) -> Option<u64> {
        if self.0.bytes().all(|byte| byte.is_ascii_digit()) {
            // So many digits that they do not fit: a very long time.
            return Some(self.0.parse().unwrap_or(u64::MAX));
        }
        Some(u64::try_from(http_date(&self.0)?.saturating_sub(now)).unwrap_or(0))
    }
}

/// The moment of an HTTP-date (RFC 9110 section 5.6.7) as seconds since 1970 UTC; `None` for other text.
pub fn http_date(text: &str) -> Option<i64> {
    DATES.iter().find_map(|format| {
        let date = strtime::parse(format, text).ok()?.to_datetime().ok()?;
        Some(date.to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        // 1994-11-06 08:49:00 UTC
        RetryAfter::of(&HeaderValue::from_str(text).unwrap())?.seconds(784_111_740)
    }

    #[test]
    fn seconds_and_all_three_date_forms_are_read() {
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds(" 0 "), Some(0));
        assert_eq!(seconds("99999999999999999999999"), Some(u64::MAX));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(37));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:37 GMT"), Some(37));
        assert_eq!(seconds("Sun Nov  6 08:49:37 1994"), Some(37));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:48:37 GMT"), Some(0), "passed");
    }

    #[test]
    fn nonsense_is_none() {
        for text in ["", "-5", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37 CET", "Mon, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(RetryAfter::of(&HeaderValue::from_bytes(&[0xff; 4]).unwrap()), None);
        assert_eq!(RetryAfter::of(&HeaderValue::from_str(&"1".repeat(65)).unwrap()), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_without_panic(text in "[ -~]{0,70}", now: i64) {
            if let Some(value) = RetryAfter::of(&HeaderValue::from_str(&text).unwrap()) {
                value.seconds(now);
            }
        }
    }
}
