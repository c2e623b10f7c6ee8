//! What one laptop keeps under its passphrase.
//!
//! The file is a stock age file with one scrypt stanza (<https://c2sp.org/age#scrypt>) around a padded CBOR map. The
//! scrypt cost is fixed, never measured: age's own choice depends on how busy the laptop is. Where the file lies and how
//! it is replaced safely is the runtime's work.

use std::io::{Read, Write};

use minicbor::{Decode, Encode};
use secrecy::SecretString;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::SUITE_X25519;
use crate::envelope::{frame, unframe};

/// Cost of the key derivation as log2 N: 256 MiB of memory, near one second (RFC 7914 §2).
pub const SCRYPT_LOG_N: u8 = 18;
/// Highest cost that is accepted when a key file is opened: 512 MiB.
pub const SCRYPT_LOG_N_MAX: u8 = 19;

const KEY_FILE_VERSION: u8 = 1;
/// Largest content of a key file in bytes; its fields are of fixed size.
const KEY_FILE_CONTENT_BYTES_MAX: usize = 16 * 1024;
/// Largest sealed key file in bytes.
const KEY_FILE_BYTES_MAX: usize = 64 * 1024;

/// The scrypt cost of a new key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkFactor {
    /// [`SCRYPT_LOG_N`].
    Standard,
    /// A cheap cost for test builds, which open a vault thousands of times. The runtime offers it only with its
    /// `testing` feature.
    Testing,
}

/// The secrets of one device. Memory is wiped when it is dropped.
#[derive(Clone, PartialEq, Eq, Encode, Decode, Zeroize, ZeroizeOnDrop)]
#[cbor(map)]
pub struct KeyFile {
    #[n(0)]
    version: u8,
    #[n(1)]
    suite: u8,
    /// Names the vault that these keys belong to (random, public).
    #[cbor(n(2), with = "minicbor::bytes")]
    pub vault: [u8; 16],
    /// Ed25519 seed of the device identity: signs certificates, membership operations and approvals.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub device_seed: [u8; 32],
    /// age X25519 secret to which epochs are wrapped.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub kem_secret: [u8; 32],
    /// age X25519 secret of everything that only this laptop reads (local state, log keys).
    #[cbor(n(5), with = "minicbor::bytes")]
    pub local_secret: [u8; 32],
    /// Ed25519 seed of the network endpoint, replaceable.
    #[cbor(n(6), with = "minicbor::bytes")]
    pub endpoint_seed: [u8; 32],
}

/// What every version of a key file says first.
#[derive(Decode)]
#[cbor(map)]
struct KeyFileHead {
    #[n(0)]
    version: u8,
    #[n(1)]
    suite: u8,
}

/// Why a key file did not open. A wrong passphrase and a damaged header look the same on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// The passphrase does not open this file, or the file was changed.
    #[error("wrong passphrase or damaged key file")]
    WrongPassphraseOrDamaged,
    /// The file asks for more work than [`SCRYPT_LOG_N_MAX`].
    #[error("the key file asks for too much work")]
    TooMuchWork,
    /// The file was written by a newer version of kyosei.
    #[error("the key file is of a newer version")]
    NewerVersion,
    /// The age library refused to seal.
    #[error("sealing the key file failed")]
    Sealing,
}

impl KeyFile {
    /// Fresh secrets from the caller's randomness.
    #[must_use]
    pub fn generate(rng: &mut impl rand::Rng) -> Self {
        let mut draw = || {
            let mut bytes = [0_u8; 32];
            rng.fill_bytes(&mut bytes);
            bytes
        };
        let (device_seed, kem_secret, local_secret, endpoint_seed) = (draw(), draw(), draw(), draw());
        let mut vault = [0_u8; 16];
        rng.fill_bytes(&mut vault);
        Self {
            version: KEY_FILE_VERSION,
            suite: SUITE_X25519,
            vault,
            device_seed,
            kem_secret,
            local_secret,
            endpoint_seed,
        }
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyFile([redacted])")
    }
}

/// Seals the secrets under a passphrase in its normal form ([`crate::passphrase::normalise`]).
///
/// # Errors
/// [`KeyFileError::Sealing`].
pub fn seal_key_file(
    keys: &KeyFile,
    passphrase: &SecretString,
    work: WorkFactor,
) -> Result<Vec<u8>, KeyFileError> {
    let content = Zeroizing::new(minicbor::to_vec(keys).map_err(|_| KeyFileError::Sealing)?);
    seal_content(&content, passphrase, work)
}

fn seal_content(
    content: &[u8],
    passphrase: &SecretString,
    work: WorkFactor,
) -> Result<Vec<u8>, KeyFileError> {
    let framed = frame(content).map_err(|_| KeyFileError::Sealing)?;
    let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(match work {
        WorkFactor::Standard => SCRYPT_LOG_N,
        WorkFactor::Testing => 2,
    });
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(|_| KeyFileError::Sealing)?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| KeyFileError::Sealing)?;
    writer.write_all(&framed).map_err(|_| KeyFileError::Sealing)?;
    writer.finish().map_err(|_| KeyFileError::Sealing)?;
    Ok(sealed)
}

/// Opens a key file with a passphrase in its normal form.
///
/// # Errors
/// See [`KeyFileError`].
pub fn open_key_file(sealed: &[u8], passphrase: &SecretString) -> Result<KeyFile, KeyFileError> {
    if sealed.len() > KEY_FILE_BYTES_MAX {
        return Err(KeyFileError::WrongPassphraseOrDamaged);
    }
    let decryptor =
        age::Decryptor::new_buffered(sealed).map_err(|_| KeyFileError::WrongPassphraseOrDamaged)?;
    let mut identity = age::scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(SCRYPT_LOG_N_MAX);
    let mut reader = decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|error| reason(&error))?;
    let mut framed = Zeroizing::new(Vec::new());
    reader.read_to_end(&mut framed).map_err(|_| KeyFileError::WrongPassphraseOrDamaged)?;
    let content = unframe(&framed, KEY_FILE_CONTENT_BYTES_MAX).map_err(|error| match error {
        crate::OpenError::NewerVersion => KeyFileError::NewerVersion,
        crate::OpenError::NotForUs | crate::OpenError::Damaged | crate::OpenError::TooLarge => {
            KeyFileError::WrongPassphraseOrDamaged
        }
    })?;
    let head: KeyFileHead = minicbor::decode(&content).map_err(|_| KeyFileError::WrongPassphraseOrDamaged)?;
    if head.version > KEY_FILE_VERSION || head.suite != SUITE_X25519 {
        return Err(KeyFileError::NewerVersion);
    }
    minicbor::decode(&content).map_err(|_| KeyFileError::WrongPassphraseOrDamaged)
}

fn reason(error: &age::DecryptError) -> KeyFileError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "age's list of errors grows; all others look the same"
    )]
    match error {
        age::DecryptError::ExcessiveWork { .. } => KeyFileError::TooMuchWork,
        _ => KeyFileError::WrongPassphraseOrDamaged,
    }
}

#[cfg(test)]
mod tests {
    use kyosei_testkit::golden;
    use rand::SeedableRng;
    use secrecy::SecretString;

    use super::{KeyFile, KeyFileError, WorkFactor, open_key_file, seal_content, seal_key_file};

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");

    fn keys() -> KeyFile {
        KeyFile::generate(&mut rand_chacha::ChaCha20Rng::seed_from_u64(5))
    }

    fn phrase(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[test]
    fn the_right_passphrase_opens_and_any_other_does_not() {
        let sealed = seal_key_file(&keys(), &phrase("right words"), WorkFactor::Testing).unwrap();
        assert_eq!(open_key_file(&sealed, &phrase("right words")).unwrap(), keys());
        let wrong = open_key_file(&sealed, &phrase("right word"));
        assert_eq!(wrong, Err(KeyFileError::WrongPassphraseOrDamaged));
    }

    #[test]
    fn a_standard_key_file_states_the_fixed_cost_in_its_header() {
        let sealed = seal_key_file(&keys(), &phrase("right words"), WorkFactor::Standard).unwrap();
        let header = String::from_utf8_lossy(&sealed[..120]).into_owned();
        let stanza = header.lines().nth(1).unwrap().to_owned();
        assert!(stanza.starts_with("-> scrypt ") && stanza.ends_with(" 18"), "{stanza}");
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_refused() {
        let sealed = seal_key_file(&keys(), &phrase("p"), WorkFactor::Testing).unwrap();
        for at in 0..sealed.len() {
            assert!(open_key_file(&sealed[..at], &phrase("p")).is_err(), "cut at {at}");
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            // The cost digits of the header lie within what is authenticated, so a change there is refused too.
            assert!(open_key_file(&changed, &phrase("p")).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_file_that_asks_for_gibibytes_is_refused_before_any_work() {
        let sealed = seal_key_file(&keys(), &phrase("p"), WorkFactor::Testing).unwrap();
        let text = sealed.windows(3).position(|w| w == b" 2\n").unwrap();
        let mut costly = sealed[..text].to_vec();
        costly.extend_from_slice(b" 25\n");
        costly.extend_from_slice(&sealed[text + 3..]);
        assert_eq!(open_key_file(&costly, &phrase("p")), Err(KeyFileError::TooMuchWork));
    }

    #[test]
    fn the_secrets_keep_their_bytes_and_a_file_of_another_day_still_opens() {
        let bytes = golden::check(FOLDER, "key-file-content", &minicbor::to_vec(keys()).unwrap());
        assert_eq!(minicbor::decode::<KeyFile>(&bytes).unwrap(), keys());
        let sealed = golden::committed(FOLDER, "key-file-sealed");
        assert_eq!(open_key_file(&sealed, &phrase("right words")), Ok(keys()));
    }

    #[test]
    fn a_stock_age_program_opens_a_key_file_with_the_passphrase() {
        let sealed = golden::committed(FOLDER, "key-file-sealed");
        let stock = age::scrypt::Identity::new(phrase("right words"));
        let frame = age::decrypt(&stock, &sealed).unwrap();
        let content = golden::committed(FOLDER, "key-file-content");
        assert_eq!(frame[..2], [1, 0], "stored, not compressed");
        assert_eq!(frame[10..10 + content.len()], content);
    }

    #[test]
    fn a_key_file_of_a_newer_version_or_suite_is_told_from_a_wrong_passphrase() {
        // Maps of version 2 and of suite 2 with nothing else that this version knows.
        for content in [&[0xa2, 0, 2, 1, 1][..], &[0xa3, 0, 1, 1, 2, 9, 9]] {
            let sealed = seal_content(content, &phrase("p"), WorkFactor::Testing).unwrap();
            assert_eq!(open_key_file(&sealed, &phrase("p")), Err(KeyFileError::NewerVersion));
        }
        let damaged = seal_content(&[0xa2, 0, 1, 1, 1], &phrase("p"), WorkFactor::Testing).unwrap();
        assert_eq!(open_key_file(&damaged, &phrase("p")), Err(KeyFileError::WrongPassphraseOrDamaged));
    }

    #[test]
    fn debug_output_shows_no_secret() {
        assert_eq!(format!("{:?}", keys()), "KeyFile([redacted])");
    }
}
