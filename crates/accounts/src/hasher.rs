//! Hashing passwords: slow on purpose, so never on the threads that answer requests, and only so
//! many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use tillit_store::Cx;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use crate::error::{AccountsError, Result};
use crate::password::Password;

/// Cost of one argon2id hash (RFC 9106).
///
/// A stored password keeps the cost it was set with. Whoever changes the cost of an installation
/// in use lets a clock tell accounts with an older password from names that nobody has, until
/// those passwords are set again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for PasswordCost {
    /// 19 MiB, 2 passes, 1 lane: the first choice of OWASP's Password Storage Cheat Sheet.
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

impl PasswordCost {
    /// The least that argon2 allows. For tests.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1, lanes: 1 };

    fn params(self) -> Result<Params> {
        Params::new(self.memory_kib, self.passes, self.lanes, Some(HASH)).map_err(|_| AccountsError::Hashing)
    }
}

/// How passwords are hashed in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingOptions {
    /// Cost of new passwords.
    pub cost: PasswordCost,
    /// How many hashes run at once. Each takes the memory of one [`PasswordCost`].
    pub at_once: usize,
    /// How many more may wait. Whoever comes then is told [`AccountsError::Busy`] at once.
    pub waiting: usize,
}

impl Default for HashingOptions {
    fn default() -> Self {
        Self { cost: PasswordCost::default(), at_once: 2, waiting: 64 }
    }
}

const SALT: usize = 16;
const HASH: usize = 32;

/// What is kept of a password.
#[derive(Clone)]
pub(crate) struct StoredPassword {
    pub cost: PasswordCost,
    pub salt: [u8; SALT],
    pub hash: Zeroizing<[u8; HASH]>,
}

impl StoredPassword {
    /// Salt and hash in one, to be sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.salt.as_slice(), self.hash.as_slice()].concat())
    }

    pub fn from_bytes(cost: PasswordCost, bytes: &[u8]) -> Option<Self> {
        let (salt, hash) = bytes.split_at_checked(SALT)?;
        Some(Self { cost, salt: salt.try_into().ok()?, hash: Zeroizing::new(hash.try_into().ok()?) })
    }
}

/// Computes hashes, a bounded number at once. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hasher {
    options: HashingOptions,
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
    computed: Arc<AtomicU64>,
}

/// A place in the queue for one hash.
pub(crate) struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl Hasher {
    pub fn new(options: HashingOptions) -> Self {
        let at_once = options.at_once.max(1);
        Self {
            options,
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once.saturating_add(options.waiting))),
            computed: Arc::default(),
        }
    }

    /// Takes a place in the queue, or refuses at once: a wait is bounded by the queue's length.
    pub fn turn(&self) -> Result<Turn> {
        self.admitted.clone().try_acquire_owned().map(Turn).map_err(|_| AccountsError::Busy)
    }

    /// Hashes a new password.
    pub async fn hash(&self, cx: &Cx, turn: Turn, password: &Password) -> Result<StoredPassword> {
        let (cost, salt) = (self.options.cost, cx.random::<SALT>());
        let hash = self.compute(turn, password, cost, salt).await?;
        Ok(StoredPassword { cost, salt, hash })
    }

    /// Whether `password` is the stored one. With nothing stored it computes a hash all the same,
    /// of the cost that new passwords have, and says no.
    pub async fn verify(&self, turn: Turn, password: &Password, stored: Option<&StoredPassword>) -> Result<bool> {
        let (cost, salt) = stored.map_or((self.options.cost, [0; SALT]), |stored| (stored.cost, stored.salt));
        let hash = self.compute(turn, password, cost, salt).await?;
        let expected = stored.map_or_else(|| Zeroizing::new([0; HASH]), |stored| stored.hash.clone());
        let equal = verify_slices_are_equal(hash.as_slice(), expected.as_slice()).is_ok();
        Ok(equal && stored.is_some())
    }

    /// The only place that runs argon2.
    async fn compute(&self, turn: Turn, password: &Password, cost: PasswordCost, salt: [u8; SALT]) -> Result<Zeroizing<[u8; HASH]>> {
        let running = self.running.clone().acquire_owned().await.map_err(|_| AccountsError::Hashing)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost.params()?);
        let password = password.clone();
        let computed = self.computed.clone();
        tokio::task::spawn_blocking(move || {
            // Held until the hash is done, also when the request that asked for it is gone.
            let _held = (turn, running);
            let mut hash = Zeroizing::new([0; HASH]);
            argon2.hash_password_into(password.bytes(), &salt, hash.as_mut_slice()).map_err(|_| AccountsError::Hashing)?;
            computed.fetch_add(1, Ordering::Relaxed);
            Ok(hash)
        })
        .await
        .map_err(|_| AccountsError::Hashing)?
    }

    /// How many hashes were computed so far.
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(at_once: usize, waiting: usize) -> Hasher {
        Hasher::new(HashingOptions { cost: PasswordCost::LEAST, at_once, waiting })
    }

    #[tokio::test]
    async fn a_password_is_recognised_and_another_is_not() {
        let cx = tillit_store::testing::cx(&Arc::default());
        let hasher = hasher(1, 1);
        let right = Password::typed("måkene ror mot vest").unwrap();
        let stored = hasher.hash(&cx, hasher.turn().unwrap(), &right).await.unwrap();
        let read_back = StoredPassword::from_bytes(stored.cost, &stored.to_bytes()).unwrap();
        assert!(hasher.verify(hasher.turn().unwrap(), &right, Some(&read_back)).await.unwrap());
        let wrong = Password::typed("måkene ror mot øst").unwrap();
        assert!(!hasher.verify(hasher.turn().unwrap(), &wrong, Some(&read_back)).await.unwrap());
        assert_eq!(hasher.computed(), 3);
    }

    #[tokio::test]
    async fn nothing_stored_costs_one_hash_and_is_never_right() {
        let hasher = hasher(1, 0);
        assert!(!hasher.verify(hasher.turn().unwrap(), &Password::typed("x").unwrap(), None).await.unwrap());
        assert_eq!(hasher.computed(), 1);
    }

    #[tokio::test]
    async fn when_the_queue_is_full_the_next_is_refused_and_places_come_back() {
        let hasher = hasher(1, 1);
        let (first, second) = (hasher.turn().unwrap(), hasher.turn().unwrap());
        assert!(matches!(hasher.turn(), Err(AccountsError::Busy)));
        drop(second);
        let password = Password::typed("x").unwrap();
        hasher.verify(first, &password, None).await.unwrap();
        assert!(hasher.turn().is_ok());
    }

    #[test]
    fn the_default_cost_is_what_the_documents_say() {
        let cost = PasswordCost::default();
        assert_eq!((cost.memory_kib, cost.passes, cost.lanes), (19_456, 2, 1));
        assert!(cost.params().is_ok());
    }
}
