//! Checkpoints: a number, its hash and a time, signed. One that left the house (by mail, in a file) cannot be taken
//! back, so what it covers cannot be changed unseen, not even by who owns the database and the signing key.
//!
//! ```text
//! signed = Ed25519( "tillit audit checkpoint 1" | field(log) | field(number) | field(time) | field(hash) | field(id) )
//! line   = tillit-checkpoint-1 chk_… org_… number time hash key signature
//! ```
//! `field`, numbers and times as in [`chain`](super::chain); in the line the time is microseconds since 1970, the rest hex.
//! The log of the installation itself is written `installation`.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use tillit_store::{Cx, Id, OrganisationId, Row, Timestamp, Tx, args, kinds};
use tillit_vault::{Place, VaultError};
use uuid::Uuid;

use super::chain::{Hash, hex, unhex};
use super::sql;
use crate::Accounts;
use crate::error::Result;

/// First word of the line.
const WORD: &str = "tillit-checkpoint-1";
/// Most checkpoints that are read from a text.
const MOST: usize = 10_000;

/// A public key that checkpoints are verified with.
pub type PublicKey = [u8; 32];

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its id.
    pub id: Id<kinds::Checkpoint>,
    /// The organisation, or all zeros for the installation's own log.
    pub log: Uuid,
    /// Number of a row.
    pub seq: i64,
    /// Hash of that row.
    pub hash: Hash,
    /// When it was signed.
    pub at: Timestamp,
    /// The key that it says to be signed with.
    pub key: PublicKey,
    /// The signature.
    pub signature: [u8; 64],
}

impl Checkpoint {
    fn message(id: Id<kinds::Checkpoint>, log: Uuid, seq: i64, hash: &Hash, at: Timestamp) -> Vec<u8> {
        let mut bytes = b"tillit audit checkpoint 1".to_vec();
        for field in [log.as_bytes().as_slice(), &seq.to_be_bytes(), &at.0.to_be_bytes(), hash, id.uuid().as_bytes()] {
            // Fields of 8 to 32 bytes.
            bytes.extend_from_slice(&u32::try_from(field.len()).unwrap_or(0).to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    /// Whether the key that it names signed it.
    pub fn is_signed(&self) -> bool {
        let message = Self::message(self.id, self.log, self.seq, &self.hash, self.at);
        UnparsedPublicKey::new(&ED25519, self.key).verify(&message, &self.signature).is_ok()
    }

    /// The line that leaves the house.
    pub fn line(&self) -> String {
        let log = super::file::log_name(self.log);
        format!("{WORD} {} {log} {} {} {} {} {}", self.id, self.seq, self.at.0, hex(&self.hash), hex(&self.key), hex(&self.signature))
    }

    /// All checkpoints of a text, a saved mail for one: however its lines were broken or quoted. Also how many looked like one and are none.
    pub fn all_in(text: &str) -> (Vec<Self>, usize) {
        let mut words =
            text.split_whitespace().map(|word| word.trim_matches(['"', ',', '{', '}'])).filter(|word| !word.is_empty() && *word != ">");
        let (mut found, mut broken) = (Vec::new(), 0);
        while let Some(word) = words.next() {
            // `{"checkpoint":"tillit-checkpoint-1 …"}` is how files hold it.
            if word.rsplit('"').next() != Some(WORD) {
                continue;
            }
            match Self::read(&mut words) {
                Some(checkpoint) if found.len() < MOST => found.push(checkpoint),
                _ => broken += 1,
            }
        }
        (found, broken)
    }

    fn read<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Self> {
        let id = words.next()?.parse().ok()?;
        let log = match words.next()? {
            "installation" => Uuid::nil(),
            text => text.parse::<OrganisationId>().ok()?.uuid(),
        };
        let seq = words.next()?.parse().ok().filter(|seq| *seq > 0)?;
        let at = Timestamp(words.next()?.parse().ok()?);
        Some(Self { id, log, seq, at, hash: unhex(words.next()?)?, key: unhex(words.next()?)?, signature: unhex(words.next()?)? })
    }

    pub(super) fn of_row(row: &Row) -> Result<Self> {
        fn exactly<const N: usize>(row: &Row, column: &'static str) -> Result<[u8; N]> {
            Ok(row.get::<Vec<u8>>(column)?.try_into().map_err(|_| row.inconsistent(column, "not of its length"))?)
        }
        Ok(Self {
            id: row.get("id")?,
            log: row.get("log")?,
            seq: row.get("seq")?,
            hash: exactly(row, "hash")?,
            at: row.get("at")?,
            key: exactly(row, "public_key")?,
            signature: exactly(row, "signature")?,
        })
    }
}

impl Accounts {
    /// Signs the newest row of the call's log, unless it was signed before, there is none, or it is not the one that this
    /// program wrote: a signature under what somebody else wrote would make it believed.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn make_checkpoint(&self, tx: &mut Tx, cx: &Cx) -> Result<Option<Checkpoint>> {
        let log = super::log_of(cx);
        let Some(standing) = self.standing_of_head(tx, log).await?.filter(|standing| standing.ours) else { return Ok(None) };
        let (seq, hash) = standing.head;
        let last = tx.fetch_optional(sql::NEWEST_CHECKPOINT, args![log]).await?;
        if seq == 0 || last.map(|row| row.get::<i64>("seq")).transpose()?.is_some_and(|signed| signed >= seq) {
            return Ok(None);
        }
        let pair = self.signing_key(tx, cx).await?;
        let (id, at) = (cx.new_id::<kinds::Checkpoint>(), cx.now());
        let signature = pair.sign(&Checkpoint::message(id, log, seq, &hash, at));
        let key: PublicKey = pair.public_key().as_ref().try_into().map_err(|_| VaultError::Crypto)?;
        let signature: [u8; 64] = signature.as_ref().try_into().map_err(|_| VaultError::Crypto)?;
        tx.execute(sql::ADD_CHECKPOINT, args![id, log, cx.organisation(), seq, hash, at, key, signature]).await?;
        Ok(Some(Checkpoint { id, log, seq, hash, at, key, signature }))
    }

    /// The newest checkpoint of the call's log.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store).
    pub async fn newest_checkpoint(&self, cx: &Cx) -> Result<Option<Checkpoint>> {
        let mut tx = self.db().read(cx).await?;
        tx.fetch_optional(sql::NEWEST_CHECKPOINT, args![super::log_of(cx)]).await?.map(|row| Checkpoint::of_row(&row)).transpose()
    }

    /// Public keys whose seeds open under this installation's key: what is signed with another was not signed here. The newest first.
    ///
    /// # Errors
    /// [`Store`](crate::AccountsError::Store), [`Vault`](crate::AccountsError::Vault).
    pub async fn checkpoint_keys(&self, cx: &Cx) -> Result<Vec<PublicKey>> {
        let mut tx = self.db().read(cx).await?;
        let mut keys = Vec::new();
        for row in tx.fetch_all(sql::SIGNING_KEYS, vec![]).await? {
            match self.open_key(&mut tx, &row).await {
                Ok(pair) => keys.extend(PublicKey::try_from(pair.public_key().as_ref()).ok()),
                Err(crate::AccountsError::Vault(error)) => tracing::error!(%error, "a key that signs checkpoints does not open"),
                Err(error) => return Err(error),
            }
        }
        Ok(keys)
    }

    /// Whether a key of this installation signed it.
    pub(super) async fn signed_here(&self, tx: &mut Tx, checkpoint: &Checkpoint) -> Result<bool> {
        for row in tx.fetch_all(sql::SIGNING_KEYS, vec![]).await? {
            if row.get::<Vec<u8>>("public_key")? == checkpoint.key {
                return Ok(checkpoint.is_signed() && self.open_key(tx, &row).await.is_ok());
            }
        }
        Ok(false)
    }

    async fn signing_key(&self, tx: &mut Tx, cx: &Cx) -> Result<Ed25519KeyPair> {
        if let Some(row) = tx.fetch_optional(sql::SIGNING_KEY, vec![]).await? {
            return self.open_key(tx, &row).await;
        }
        let (id, seed) = (Uuid::from_bytes(cx.random()), tillit_vault::Zeroizing::new(cx.random::<32>()));
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| VaultError::Crypto)?;
        let sealed = self.vault().installation_in(tx).await?.seal(cx, place(id), seed.as_slice())?;
        tx.execute(sql::ADD_SIGNING_KEY, args![id, pair.public_key().as_ref(), sealed, cx.now()]).await?;
        // Another node may have been first.
        let row = tx.fetch_one(sql::SIGNING_KEY, vec![]).await?;
        self.open_key(tx, &row).await
    }

    async fn open_key(&self, tx: &mut Tx, row: &Row) -> Result<Ed25519KeyPair> {
        let seed = self.vault().installation_in(tx).await?.open(place(row.get("id")?), &row.get::<Vec<u8>>("seed")?)?;
        Ok(Ed25519KeyPair::from_seed_and_public_key(&seed, &row.get::<Vec<u8>>("public_key")?).map_err(|_| VaultError::Crypto)?)
    }
}

fn place(id: Uuid) -> Place {
    Place::new("audit_signing_key", "seed", id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Checkpoint {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let (id, log, at) = (Id::from_uuid(Uuid::from_u128(1)), Uuid::from_u128(2), Timestamp(1_795_435_200_000_000));
        let signature = pair.sign(&Checkpoint::message(id, log, 12, &[3; 32], at));
        let (key, signature) = (pair.public_key().as_ref().try_into().unwrap(), signature.as_ref().try_into().unwrap());
        Checkpoint { id, log, seq: 12, hash: [3; 32], at, key, signature }
    }

    #[test]
    fn a_line_survives_a_mail_that_breaks_and_quotes_it() {
        let one = sample();
        assert!(one.is_signed());
        let line = one.line();
        let quoted = format!("Hei,\n\n> {}\n> end", line.replace(' ', "\n> "));
        for text in [line.clone(), quoted, format!("{{\"checkpoint\":\"{line}\"}}")] {
            assert_eq!(Checkpoint::all_in(&text), (vec![one.clone()], 0), "{text}");
        }
        assert_eq!(Checkpoint::all_in(&format!("{line}\n{line}")).0.len(), 2);
        assert_eq!(Checkpoint::all_in(&line.replace("chk_", "usr_")), (vec![], 1));
        assert_eq!(Checkpoint::all_in(&line[..line.len() - 2]), (vec![], 1));
        assert_eq!(Checkpoint::all_in("nothing here"), (vec![], 0));
    }

    #[test]
    fn nothing_of_a_checkpoint_can_be_changed() {
        let change: [fn(&mut Checkpoint); 7] = [
            |c| c.id = Id::from_uuid(Uuid::from_u128(9)),
            |c| c.log = Uuid::nil(),
            |c| c.seq += 1,
            |c| c.hash[0] ^= 1,
            |c| c.at.0 += 1,
            |c| c.key[0] ^= 1,
            |c| c.signature[0] ^= 1,
        ];
        for change in change {
            let mut other = sample();
            change(&mut other);
            assert!(!other.is_signed(), "{other:?}");
        }
    }
}
