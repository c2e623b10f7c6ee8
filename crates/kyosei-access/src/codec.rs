//! Canonical CBOR (RFC 8949 §4.2.1): one value has exactly one encoding.
//!
//! Decoding reads the value and encodes it again; input that is not byte for byte the same is refused. That one check
//! covers long-form integers, indefinite lengths, unordered or repeated map keys, unknown trailing fields and trailing
//! bytes, whatever the decoder underneath lets pass. Values are arrays of fields in a fixed order.

use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use thiserror::Error;

/// Why bytes are no canonical encoding.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum CodecError {
    /// The bytes are not the CBOR of such a value.
    #[error("malformed encoding")]
    Malformed,
    /// The value is readable, but this is not its one canonical encoding.
    #[error("encoding is not canonical")]
    NotCanonical,
}

/// Encodes a value canonically.
///
/// # Panics
/// When the value's `Encode` raises an error of its own; those of this workspace never do.
#[expect(
    clippy::expect_used,
    reason = "writing to a Vec cannot fail and no Encode of this crate raises an error"
)]
pub fn to_canonical<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("encoding to memory")
}

/// Decodes a value and refuses every encoding but the canonical one.
///
/// # Errors
/// [`CodecError`].
pub fn from_canonical<'b, T: Decode<'b, ()> + Encode<()>>(bytes: &'b [u8]) -> Result<T, CodecError> {
    let value: T = minicbor::decode(bytes).map_err(|_| CodecError::Malformed)?;
    if to_canonical(&value) == bytes { Ok(value) } else { Err(CodecError::NotCanonical) }
}

/// The version that a record begins with, so that one of a later program is told apart from a damaged one.
pub(crate) fn leading_version(bytes: &[u8]) -> Result<u16, CodecError> {
    let mut decoder = Decoder::new(bytes);
    match decoder.array() {
        Ok(Some(1..)) => decoder.u16().map_err(|_| CodecError::Malformed),
        Ok(_) | Err(_) => Err(CodecError::Malformed),
    }
}

/// Bytes sealed elsewhere (age ciphertext) or kept unread. Encoded as a CBOR byte string; `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealedBytes(Vec<u8>);

impl SealedBytes {
    /// Wraps the bytes.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for SealedBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Debug for SealedBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedBytes({} bytes)", self.0.len())
    }
}

impl<C> Encode<C> for SealedBytes {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for SealedBytes {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(Self(d.bytes()?.to_vec()))
    }
}

/// A 64-byte Ed25519 signature as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SignatureBytes(pub(crate) [u8; 64]);

impl<C> Encode<C> for SignatureBytes {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.bytes(&self.0)?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for SignatureBytes {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let bytes = d.bytes()?;
        let array = bytes.try_into().map_err(|_| decode::Error::message("signature has a wrong length"))?;
        Ok(Self(array))
    }
}
