//! A key service behind a command that wraps and unwraps.
//!
//! The command is run with `wrap` or `unwrap` as its last argument; base64 goes in on standard input and
//! comes out on standard output. What it is given to wrap are 64 bytes: the secret, and the SHA-256 of the place, so
//! that a wrapped key that was moved is noticed though no service knows our places.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tillit_store::Cx;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::command::Program;
use super::{KeyWrapper, Wrapping};
use crate::data_key::{Place, Secret};
use crate::error::{Damage, VaultError};

/// First byte of what a key service wrapped; the rest is the service's own.
pub(super) const FORMAT: u8 = 2;

/// A command that wraps and unwraps.
#[derive(Debug)]
pub struct KeyService(Program);

impl KeyService {
    /// The service behind this command.
    pub const fn new(program: Program) -> Self {
        Self(program)
    }

    async fn ask(&self, what: &str, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let input = Zeroizing::new(STANDARD.encode(bytes) + "\n");
        let printed = self.0.run(Some(what), input.as_bytes()).await?;
        let decoded = STANDARD.decode(printed.trim_ascii()).map_err(|_| self.0.failed(format!("{what} did not print base64")))?;
        Ok(Zeroizing::new(decoded))
    }
}

fn hash(place: Place) -> Vec<u8> {
    digest(&SHA256, &place.associated_data(Uuid::nil())).as_ref().to_vec()
}

impl KeyWrapper for KeyService {
    fn wrap<'a>(&'a self, _cx: &'a Cx, place: Place, secret: &'a Secret) -> Wrapping<'a, Vec<u8>> {
        Box::pin(async move {
            let mut bound = Zeroizing::new(secret.to_vec());
            bound.extend_from_slice(&hash(place));
            let wrapped = self.ask("wrap", &bound).await?;
            if wrapped.is_empty() || wrapped.windows(secret.len()).any(|part| part == secret.as_slice()) {
                return Err(self.0.failed("wrap gave back nothing, or the secret itself"));
            }
            let mut named = vec![FORMAT];
            named.extend_from_slice(&wrapped);
            Ok(named)
        })
    }

    fn unwrap<'a>(&'a self, _cx: &'a Cx, place: Place, wrapped: &'a [u8]) -> Wrapping<'a, Secret> {
        Box::pin(async move {
            let Some((&FORMAT, wrapped)) = wrapped.split_first() else { return Err(VaultError::WrongMasterKey) };
            let bound = self.ask("unwrap", wrapped).await?;
            let (secret, place_hash) = bound.split_first_chunk::<32>().ok_or_else(|| place.cannot_open(Damage::OtherType))?;
            if place_hash == hash(place) { Ok(Secret::new(*secret)) } else { Err(place.cannot_open(Damage::NotAuthentic)) }
        })
    }

    fn is_current<'a>(&'a self, _cx: &'a Cx, wrapped: &'a [u8]) -> Wrapping<'a, Option<bool>> {
        // Which of its own keys the service used only the service knows.
        Box::pin(async move { Ok(if wrapped.first() == Some(&FORMAT) { None } else { Some(false) }) })
    }
}
