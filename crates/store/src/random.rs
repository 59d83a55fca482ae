//! Where randomness comes from. Always passed in, like the clock.

use aws_lc_rs::rand::{SecureRandom, SystemRandom as AwsRandom};

/// A source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes` wholly.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator, through aws-lc.
#[derive(Debug, Default)]
pub struct SystemRandom(AwsRandom);

impl Random for SystemRandom {
    #[expect(clippy::panic, reason = "without randomness nothing here is safe; aws-lc aborts in the same case")]
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            panic!("the operating system gives no random bytes");
        }
    }
}
