//! An age X25519 key pair as plain bytes.
//!
//! The other crates pass 32-byte values around and never see the `age` crate; this module turns them into age's own
//! types and into the standard text forms (`age1…`, `AGE-SECRET-KEY-1…`, <https://c2sp.org/age#x25519>).

use std::fmt;
use std::str::FromStr;

use bech32::{Bech32, Hrp};
use rand::Rng;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

const RECIPIENT_HRP: &str = "age";
const IDENTITY_HRP: &str = "AGE-SECRET-KEY-";

/// A public X25519 key to which envelopes are sealed (受取人).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient([u8; 32]);

/// A secret X25519 key that opens envelopes (鍵). Its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Identity {
    secret: Zeroizing<[u8; 32]>,
    parsed: age::x25519::Identity,
}

/// Why a key could not be built from bytes or text. Carries nothing of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The text is not an age X25519 key of the expected kind.
    #[error("not an age X25519 key")]
    NotAKey,
}

impl Recipient {
    /// Wraps the 32 bytes of a public key.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// The standard text form `age1…`.
    ///
    /// # Errors
    /// [`IdentityError::NotAKey`] never for a value made by this crate: encoding 32 bytes cannot fail.
    pub fn to_age_string(self) -> Result<String, IdentityError> {
        let hrp = Hrp::parse(RECIPIENT_HRP).map_err(|_| IdentityError::NotAKey)?;
        bech32::encode::<Bech32>(hrp, &self.0).map_err(|_| IdentityError::NotAKey)
    }

    pub(crate) fn parsed(self) -> Result<age::x25519::Recipient, IdentityError> {
        age::x25519::Recipient::from_str(&self.to_age_string()?).map_err(|_| IdentityError::NotAKey)
    }
}

impl FromStr for Recipient {
    type Err = IdentityError;

    /// Reads the standard text form `age1…`.
    fn from_str(text: &str) -> Result<Self, IdentityError> {
        decode_key(text, RECIPIENT_HRP).map(|bytes| Self(*bytes))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient")
    }
}

impl Identity {
    /// A fresh key from the caller's randomness.
    ///
    /// # Errors
    /// [`IdentityError::NotAKey`] never in practice: every 32 bytes are an X25519 secret (RFC 7748 §5).
    pub fn generate(rng: &mut impl Rng) -> Result<Self, IdentityError> {
        let mut secret = Zeroizing::new([0_u8; 32]);
        rng.fill_bytes(&mut *secret);
        Self::from_bytes(&secret)
    }

    /// The key with these 32 secret bytes.
    ///
    /// # Errors
    /// [`IdentityError::NotAKey`] never in practice, see [`Identity::generate`].
    pub fn from_bytes(secret: &[u8; 32]) -> Result<Self, IdentityError> {
        let hrp = Hrp::parse(IDENTITY_HRP).map_err(|_| IdentityError::NotAKey)?;
        let text = bech32::encode_upper::<Bech32>(hrp, secret).map_err(|_| IdentityError::NotAKey)?;
        let text = Zeroizing::new(text);
        let parsed = age::x25519::Identity::from_str(&text).map_err(|_| IdentityError::NotAKey)?;
        Ok(Self { secret: Zeroizing::new(*secret), parsed })
    }

    /// The 32 secret bytes.
    #[must_use]
    pub fn secret_bytes(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The public half.
    ///
    /// # Errors
    /// [`IdentityError::NotAKey`] never in practice, see [`Identity::generate`].
    pub fn recipient(&self) -> Result<Recipient, IdentityError> {
        Recipient::from_str(&self.parsed.to_public().to_string())
    }

    /// The standard text form `AGE-SECRET-KEY-1…`, for opening envelopes with a stock `age` program.
    #[must_use]
    pub fn to_age_string(&self) -> SecretString {
        self.parsed.to_string()
    }

    pub(crate) const fn parsed(&self) -> &age::x25519::Identity {
        &self.parsed
    }
}

impl FromStr for Identity {
    type Err = IdentityError;

    /// Reads the standard text form `AGE-SECRET-KEY-1…`.
    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let secret = decode_key(text, IDENTITY_HRP)?;
        Self::from_bytes(&secret)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity([redacted])")
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        self.parsed.to_string().expose_secret() == other.parsed.to_string().expose_secret()
    }
}

fn decode_key(text: &str, hrp: &str) -> Result<Zeroizing<[u8; 32]>, IdentityError> {
    let (found, bytes) = bech32::decode(text).map_err(|_| IdentityError::NotAKey)?;
    let bytes = Zeroizing::new(bytes);
    if !found.as_str().eq_ignore_ascii_case(hrp) {
        return Err(IdentityError::NotAKey);
    }
    <[u8; 32]>::try_from(bytes.as_slice()).map(Zeroizing::new).map_err(|_| IdentityError::NotAKey)
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use rand::SeedableRng;
    use secrecy::ExposeSecret;

    use super::{Identity, Recipient};

    fn identity() -> Identity {
        Identity::generate(&mut rand_chacha::ChaCha20Rng::seed_from_u64(7)).unwrap()
    }

    #[test]
    fn keys_survive_a_round_trip_through_their_standard_text_forms() {
        let identity = identity();
        let text = identity.to_age_string();
        assert!(text.expose_secret().starts_with("AGE-SECRET-KEY-1"));
        assert_eq!(Identity::from_str(text.expose_secret()).unwrap(), identity);
        let recipient = identity.recipient().unwrap();
        let text = recipient.to_age_string().unwrap();
        assert!(text.starts_with("age1"));
        assert_eq!(Recipient::from_str(&text).unwrap(), recipient);
    }

    #[test]
    fn a_recipient_is_not_taken_for_an_identity_or_the_reverse() {
        let identity = identity();
        let recipient = identity.recipient().unwrap().to_age_string().unwrap();
        assert!(Identity::from_str(&recipient).is_err());
        assert!(Recipient::from_str(identity.to_age_string().expose_secret()).is_err());
    }

    #[test]
    fn debug_output_shows_no_key() {
        let identity = identity();
        let shown = format!("{identity:?} {:?}", identity.recipient().unwrap());
        assert_eq!(shown, "Identity([redacted]) Recipient");
    }
}
