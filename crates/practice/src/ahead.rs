//! A clock that can be put forward: nobody waits 72 hours to see what comes after them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use tillit_store::{Clock, Duration, Timestamp};

/// Most that the clock is ahead. What Tillit waits for, and keeps, is shorter.
pub const FURTHEST: Duration = Duration::days(800);
/// Longest text of the file, in bytes.
const LONGEST: usize = 32;

/// A clock that is ahead of another one, by what a file says: whoever starts a command on the same installation reads the
/// file too and sees the same time. It only goes forward.
pub struct AheadClock {
    base: Arc<dyn Clock>,
    file: PathBuf,
    /// Microseconds.
    ahead: AtomicI64,
}

impl AheadClock {
    /// Reads by how much the clock is ahead; not at all if there is no such file.
    ///
    /// # Errors
    /// The file cannot be read, or holds no number of seconds between 0 and [`FURTHEST`].
    pub fn open(file: &Path, base: Arc<dyn Clock>) -> io::Result<Self> {
        let ahead = match std::fs::read_to_string(file) {
            Ok(text) => parse(&text).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it holds no number of seconds"))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Duration::ZERO,
            Err(error) => return Err(error),
        };
        Ok(Self { base, file: file.to_owned(), ahead: AtomicI64::new(ahead.0) })
    }
    /// By how much it is ahead.
    pub fn ahead(&self) -> Duration {
        Duration(self.ahead.load(Ordering::SeqCst))
    }
    /// Puts the clock forward. False if it would be further ahead than [`FURTHEST`], or `by` is less than nothing.
    ///
    /// # Errors
    /// The file cannot be written; then the clock stays as it is.
    pub fn put_forward(&self, by: Duration) -> io::Result<bool> {
        let ahead = self.ahead() + by;
        if by < Duration::ZERO || ahead > FURTHEST {
            return Ok(false);
        }
        let partial = self.file.with_extension("partial");
        std::fs::write(&partial, format!("{}\n", ahead.as_seconds()))?;
        std::fs::rename(partial, &self.file)?;
        self.ahead.store(ahead.0, Ordering::SeqCst);
        Ok(true)
    }
}

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        self.base.now() + self.ahead()
    }
}

fn parse(text: &str) -> Option<Duration> {
    let seconds: i64 = Some(text.trim()).filter(|text| text.len() <= LONGEST)?.parse().ok()?;
    Some(Duration::seconds(seconds)).filter(|ahead| (Duration::ZERO..=FURTHEST).contains(ahead))
}

#[cfg(test)]
mod tests {
    use tillit_store::testing::FakeClock;

    use super::*;

    #[test]
    fn whoever_opens_the_file_later_sees_the_same_time() {
        let (folder, base) = (tempfile::tempdir().unwrap(), Arc::new(FakeClock::default()));
        let file = folder.path().join("clock");
        let clock = AheadClock::open(&file, base.clone()).unwrap();
        assert_eq!(clock.now(), base.now());
        assert!(clock.put_forward(Duration::hours(72)).unwrap());
        assert!(clock.put_forward(Duration::hours(1)).unwrap());
        assert_eq!(clock.now() - base.now(), Duration::hours(73));
        assert_eq!(AheadClock::open(&file, base).unwrap().now(), clock.now());
    }

    #[test]
    fn it_never_goes_back_nor_out_of_bounds_and_nonsense_in_the_file_is_named() {
        let (folder, base) = (tempfile::tempdir().unwrap(), Arc::new(FakeClock::default()));
        let file = folder.path().join("clock");
        let clock = AheadClock::open(&file, base.clone()).unwrap();
        assert!(!clock.put_forward(Duration::seconds(-1)).unwrap());
        assert!(!clock.put_forward(FURTHEST + Duration::seconds(1)).unwrap());
        assert_eq!(clock.ahead(), Duration::ZERO);
        for nonsense in ["", "soon", "-5", "99999999999999", &"9".repeat(100)] {
            std::fs::write(&file, nonsense).unwrap();
            assert!(AheadClock::open(&file, base.clone()).is_err(), "{nonsense}");
        }
    }
}
