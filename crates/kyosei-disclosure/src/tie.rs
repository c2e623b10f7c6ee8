//! Tie-breaking by a secret key.
//!
//! Where two patterns cost the same, the choice must neither follow the values (an attacker who knows the algorithm would
//! read them off the pattern) nor change from run to run. HMAC-SHA-256 of the cell id under a key that stays in the vault
//! gives both (RFC 2104).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::cell::CellId;

/// The length of the key in bytes.
pub const TIE_KEY_BYTES: usize = 32;

/// The secret that decides ties.
#[derive(Clone)]
pub struct TieKey([u8; TIE_KEY_BYTES]);

impl TieKey {
    /// Takes key bytes from the vault.
    #[must_use]
    pub fn new(bytes: [u8; TIE_KEY_BYTES]) -> Self {
        TieKey(bytes)
    }

    /// A number in 0..1 that belongs to the cell under this key.
    #[must_use]
    pub fn share(&self, id: &CellId) -> f64 {
        f64::from(self.word(id)) / 4_294_967_296.0
    }

    /// Thirty-two bits that belong to the cell under this key.
    #[must_use]
    pub fn word(&self, id: &CellId) -> u32 {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return 0 };
        mac.update(id.as_str().as_bytes());
        let tag = mac.finalize().into_bytes();
        tag.iter().take(4).fold(0, |word, &byte| (word << 8) | u32::from(byte))
    }
}

impl fmt::Debug for TieKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TieKey(secret)")
    }
}
