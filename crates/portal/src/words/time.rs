//! Times as a reader writes them, in the reader's zone, with the zone's name.

use jiff::tz::TimeZone;
use tillit_store::{Duration, Timestamp};

use super::Words;

impl Words {
    /// `23 Nov 2026, 16:33 CET`.
    pub fn time(&self, at: Timestamp) -> String {
        self.zoned(at).map_or_else(String::new, |zoned| {
            self.with(
                "time-full",
                [
                    ("day", i64::from(zoned.day()).into()),
                    ("month", self.t(&format!("month-{}", zoned.month())).into()),
                    ("year", zoned.year().to_string().into()),
                    ("clock", zoned.strftime("%H:%M").to_string().into()),
                    ("zone", zoned.strftime("%Z").to_string().into()),
                ],
            )
        })
    }
    /// `23 Nov 2026`.
    pub fn date(&self, at: Timestamp) -> String {
        self.zoned(at).map_or_else(String::new, |zoned| {
            self.with(
                "time-date",
                [
                    ("day", i64::from(zoned.day()).into()),
                    ("month", self.t(&format!("month-{}", zoned.month())).into()),
                    ("year", zoned.year().to_string().into()),
                ],
            )
        })
    }
    /// For `<time datetime>`: RFC 3339, UTC.
    pub fn machine_time(&self, at: Timestamp) -> String {
        jiff::Timestamp::from_second(at.unix_seconds()).map_or_else(|_| String::new(), |at| at.to_string())
    }
    /// A rough span in words: `12 minutes`, `3 days`. Rounded up, so that nothing ends early.
    pub fn span(&self, span: Duration) -> String {
        let seconds = span.as_seconds().max(0);
        let (key, size) = match seconds {
            0..3_600 => ("span-minutes", 60),
            3_600..172_800 => ("span-hours", 3_600),
            _ => ("span-days", 86_400),
        };
        self.t1(key, "count", (seconds + size - 1) / size)
    }
    /// When a day begins for the reader, and when the next one does; `None` if it is no day (`2026-11-28`).
    pub fn day(&self, text: &str) -> Option<(Timestamp, Timestamp)> {
        let day: jiff::civil::Date = text.parse().ok().filter(|_| text.len() == 10)?;
        let begins = |day: jiff::civil::Date| Some(Timestamp(day.to_zoned_datetime(self.zone.clone()).ok()?.timestamp().as_microsecond()));
        Some((begins(day)?, begins(day.tomorrow().ok()?)?))
    }
    fn zoned(&self, at: Timestamp) -> Option<jiff::ZonedDateTime> {
        jiff::Timestamp::from_microsecond(at.0).ok().map(|at| at.to_zoned_datetime(self.zone.clone()))
    }
}

impl Words {
    /// The zone named in the reader's cookie, if it is one; UTC otherwise.
    pub fn zone_of(name: Option<&str>) -> TimeZone {
        name.filter(|name| name.len() <= 64).and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }
}

/// Time left as `12:41`, never negative.
pub fn clock_left(left: Duration) -> String {
    let seconds = left.as_seconds().max(0);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn times_are_written_in_the_readers_zone_and_name_it() {
        let at = Timestamp::from_unix_seconds(1_795_448_000);
        let oslo = Words::zone_of(Some("Europe/Oslo"));
        assert_eq!(Words::new(Language::English, oslo.clone()).time(at), "23 Nov 2026, 16:33 CET");
        assert_eq!(Words::new(Language::Norwegian, oslo).time(at), "23. nov. 2026 kl. 16:33 CET");
        assert_eq!(Words::utc(Language::English).time(at), "23 Nov 2026, 15:33 UTC");
    }

    #[test]
    fn a_day_is_the_readers_day() {
        let w = Words::new(Language::English, Words::zone_of(Some("Europe/Oslo")));
        let (begins, ends) = w.day("2026-10-25").unwrap();
        assert_eq!((w.machine_time(begins).as_str(), (ends - begins).as_seconds()), ("2026-10-24T22:00:00Z", 25 * 3_600), "clocks go back");
        for nonsense in ["", "2026-13-01", "26-10-25", "2026-10-25T10:00", "9999-12-31", "x"] {
            assert!(w.day(nonsense).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn an_unknown_zone_becomes_utc() {
        assert_eq!(Words::zone_of(Some("../../etc/passwd")), TimeZone::UTC);
        assert_eq!(Words::zone_of(None), TimeZone::UTC);
    }

    #[test]
    fn a_countdown_never_goes_below_zero() {
        assert_eq!(clock_left(Duration::seconds(761)), "12:41");
        assert_eq!(clock_left(Duration::seconds(-5)), "0:00");
    }
}
