//! Small conversions: GUIDs, base64url, hashes, and times as Entra ID writes them.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tillit_store::{Random, Timestamp};
use uuid::Uuid;

/// The same GUID for the same name, always: the practice world is equal on every machine.
pub(crate) fn guid(name: &str) -> Uuid {
    from_bytes(digest::digest(&digest::SHA256, name.as_bytes()).as_ref())
}

/// A new GUID.
pub(crate) fn random_guid(random: &dyn Random) -> Uuid {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    from_bytes(&bytes)
}

/// A GUID of version 4 from the first 16 bytes.
fn from_bytes(bytes: &[u8]) -> Uuid {
    let first = bytes.first_chunk::<16>().copied().unwrap_or_default();
    uuid::Builder::from_random_bytes(first).into_uuid()
}

/// 256 random bits, base64url.
pub(crate) fn random_text(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    base64url(&bytes)
}

/// Base64url without padding (RFC 7515 section 2).
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The reverse of [`base64url`].
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// SHA-1: only for `x5t`, which is a name of a certificate and no protection.
pub(crate) fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}

/// `2026-11-23 12:00:00Z`, as on Entra's error pages.
pub(crate) fn stamp(at: Timestamp) -> String {
    jiff::Timestamp::from_second(at.unix_seconds()).map_or_else(|_| String::new(), |t| t.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}

/// Equal without telling where they differ.
pub(crate) fn same_secret(a: &str, b: &str) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(&sha256(a.as_bytes()), &sha256(b.as_bytes())).is_ok()
}
