//! A person's secrets as they stand wrapped in the database: all versions in one value.

use std::sync::Arc;

use tillit_store::{Cx, Duration, Timestamp};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::data_key::{DataKey, Secret};
use crate::error::VaultError;
use crate::ring::{Ring, Version};

/// id (16) | secret (32) | made at (8) | writes from (8); times in microseconds, big-endian.
const ENTRY: usize = 64;
/// Two during a rotation; a few more if rotations were broken off.
const MOST: usize = 8;

/// One version of a person's secret.
#[derive(Clone)]
pub(crate) struct PersonSecret {
    pub(crate) id: Uuid,
    pub(crate) secret: Secret,
    pub(crate) made_at: Timestamp,
    pub(crate) writes_from: Timestamp,
}

/// All versions, the newest last.
#[derive(Clone)]
pub(crate) struct PersonSecrets(Vec<PersonSecret>);

impl PersonSecrets {
    /// One new secret that writes at once.
    pub(crate) fn first(cx: &Cx) -> Self {
        Self(vec![PersonSecret::new(cx, cx.now(), Duration::ZERO)])
    }

    /// Adds a secret that writes after `wait`; the oldest goes when there are too many (its rotation never ended,
    /// and a later one has sealed everything again).
    pub(crate) fn add(&mut self, cx: &Cx, made_at: Timestamp, wait: Duration) {
        self.0.push(PersonSecret::new(cx, made_at, wait));
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    pub(crate) fn newest(&self) -> Option<&PersonSecret> {
        self.0.last()
    }

    /// Drops all but the newest; whether any was dropped.
    pub(crate) fn keep_newest(&mut self) -> bool {
        let surplus = self.0.len().saturating_sub(1);
        self.0.drain(..surplus);
        surplus > 0
    }

    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.0.len() * ENTRY));
        for each in &self.0 {
            bytes.extend_from_slice(each.id.as_bytes());
            bytes.extend_from_slice(each.secret.as_slice());
            bytes.extend_from_slice(&each.made_at.0.to_be_bytes());
            bytes.extend_from_slice(&each.writes_from.0.to_be_bytes());
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (entries, rest) = bytes.as_chunks::<ENTRY>();
        if !rest.is_empty() || entries.is_empty() || entries.len() > MOST {
            return None;
        }
        entries.iter().map(PersonSecret::from_bytes).collect::<Option<_>>().map(Self)
    }

    /// What seals and opens with them.
    pub(crate) fn ring(&self, organisation: Uuid, loaded_at: Timestamp, hold: Duration) -> Result<Ring, VaultError> {
        let version = |each: &PersonSecret| -> Result<Version, VaultError> {
            Ok(Version { key: Arc::new(DataKey::new(each.id, organisation, &each.secret)?), writes_from: each.writes_from })
        };
        let versions = self.0.iter().map(version).collect::<Result<Vec<_>, _>>()?;
        Ring::new(versions, loaded_at, hold).ok_or(VaultError::Crypto)
    }
}

impl PersonSecret {
    fn new(cx: &Cx, made_at: Timestamp, wait: Duration) -> Self {
        Self { id: Uuid::from_bytes(cx.random()), secret: Secret::new(cx.random()), made_at, writes_from: cx.now() + wait }
    }

    fn from_bytes(entry: &[u8; ENTRY]) -> Option<Self> {
        let (id, rest) = entry.split_first_chunk::<16>()?;
        let (secret, rest) = rest.split_first_chunk::<32>()?;
        let (made_at, rest) = rest.split_first_chunk::<8>()?;
        let (writes_from, _) = rest.split_first_chunk::<8>()?;
        Some(Self {
            id: Uuid::from_bytes(*id),
            secret: Secret::new(*secret),
            made_at: Timestamp(i64::from_be_bytes(*made_at)),
            writes_from: Timestamp(i64::from_be_bytes(*writes_from)),
        })
    }
}
