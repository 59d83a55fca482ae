//! The token endpoint and what it gives out.

mod claims;
mod client;
mod jwt;
mod redeem;

pub(crate) use claims::pairwise;
pub(crate) use jwt::extra_jwk;
pub(crate) use redeem::{TokenAnswer, TokenRequest};
