//! Keys, sealing and recovery: bytes in, bytes out.
//!
//! The tour:
//! - [`Identity`] and [`Recipient`] are an age X25519 key pair, as 32 bytes each.
//! - [`seal`] and [`open`] put bytes into a padded age envelope and take them out again.
//! - [`KeyFile`] is what one laptop keeps under its passphrase; [`passphrase`] proposes one.
//! - [`recovery`] deals the sheets from which two people can get everything back.
//!
//! This crate knows nothing of files, clocks or documents. Randomness for keys comes in as an argument; only the `age`
//! crate draws its own for each envelope. Every envelope opens with a stock `age` program and the identity in its
//! standard text form ([`Identity::to_age_string`]): a disaster never needs kyosei itself.

mod envelope;
mod identity;
mod keyfile;
mod padding;
pub mod passphrase;
pub mod recovery;
mod stream;

pub use envelope::{OpenError, Opened, SealError, open, seal, seal_many};
pub use identity::{Identity, IdentityError, Recipient};
pub use keyfile::{
    KeyFile, KeyFileError, SCRYPT_LOG_N, SCRYPT_LOG_N_MAX, WorkFactor, open_key_file, seal_key_file,
};
pub use padding::{BUCKET_BYTES_MIN, padded_len};
pub use stream::{SealedWriter, open_stream, seal_stream};

/// Suite 1: X25519 and ChaCha20-Poly1305 as in age-encryption.org/v1, Ed25519, BLAKE3. A later suite (post-quantum)
/// takes the next number; readers refuse what they do not know.
pub const SUITE_X25519: u8 = 1;
