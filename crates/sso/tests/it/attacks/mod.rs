//! Attacks on the relying party.
