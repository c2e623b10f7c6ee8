//! The envelope: compressed, padded, age-sealed bytes.
//!
//! Inside the age file lies one frame: `version u8 · method u8 · content length u32 LE · body length u32 LE · body · zeros`
//! up to a PADMÉ bucket. The body is the content itself or its DEFLATE form (RFC 1951), whichever is shorter. A reader
//! decides nothing before the last age chunk has been verified, and inflates at most what it allows.
//!
//! An envelope says nothing of who sealed it or for which document: the signed entry header and the inner copy of its
//! place do that (docs/format.md).

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};
use zeroize::Zeroizing;

use crate::identity::{Identity, Recipient};
use crate::padding::padded_len;

/// Content of an envelope; its memory is wiped when it is dropped.
pub type Opened = Zeroizing<Vec<u8>>;

const FRAME_VERSION: u8 = 1;
const METHOD_STORED: u8 = 0;
const METHOD_DEFLATE: u8 = 1;
const FRAME_HEADER_BYTES: usize = 10;
/// Slack for the age header (recipients, grease, MAC) when the size of an envelope is checked before it is opened.
const AGE_OVERHEAD_BYTES_MAX: usize = 16 * 1024;

/// Why content could not be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The content is longer than the frame can say (4 GiB).
    #[error("content too large to seal")]
    TooLarge,
    /// A recipient is not a valid X25519 key, or none was given.
    #[error("not a usable recipient")]
    BadRecipient,
    /// The age library refused.
    #[error("sealing failed")]
    Sealing,
}

/// Why an envelope did not open. Carries nothing of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// None of the identities fits: the envelope is for someone else.
    #[error("sealed to another key")]
    NotForUs,
    /// The envelope was changed, cut, or is not one.
    #[error("damaged envelope")]
    Damaged,
    /// The content is larger than the caller allows.
    #[error("content above the limit")]
    TooLarge,
    /// The frame is of a newer version of kyosei.
    #[error("envelope of a newer version")]
    NewerVersion,
}

/// Seals `content` to one recipient.
///
/// # Errors
/// See [`SealError`].
pub fn seal(recipient: Recipient, content: &[u8]) -> Result<Vec<u8>, SealError> {
    seal_many(&[recipient], content)
}

/// Seals `content` to each of the recipients, in the order given.
///
/// # Errors
/// See [`SealError`].
pub fn seal_many(recipients: &[Recipient], content: &[u8]) -> Result<Vec<u8>, SealError> {
    let frame = frame(content)?;
    let parsed: Vec<age::x25519::Recipient> = recipients
        .iter()
        .map(|recipient| recipient.parsed().map_err(|_| SealError::BadRecipient))
        .collect::<Result<_, _>>()?;
    let encryptor = age::Encryptor::with_recipients(parsed.iter().map(|r| r as &dyn age::Recipient))
        .map_err(|_| SealError::BadRecipient)?;
    let mut sealed = Vec::with_capacity(frame.len().saturating_add(512));
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(|_| SealError::Sealing)?;
    writer.write_all(&frame).map_err(|_| SealError::Sealing)?;
    writer.finish().map_err(|_| SealError::Sealing)?;
    Ok(sealed)
}

/// Opens an envelope whose content is at most `content_bytes_max` bytes.
///
/// # Errors
/// See [`OpenError`]. Memory stays within a small multiple of `content_bytes_max`, whatever the envelope says.
pub fn open(identities: &[&Identity], sealed: &[u8], content_bytes_max: usize) -> Result<Opened, OpenError> {
    let frame_bytes_max = padded_len(content_bytes_max.saturating_add(FRAME_HEADER_BYTES));
    if sealed.len()
        > frame_bytes_max.saturating_add(frame_bytes_max / 64).saturating_add(AGE_OVERHEAD_BYTES_MAX)
    {
        return Err(OpenError::TooLarge);
    }
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|error| reason(&error))?;
    let mut reader = decryptor
        .decrypt(identities.iter().map(|identity| identity.parsed() as &dyn age::Identity))
        .map_err(|error| reason(&error))?;
    let mut frame = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut frame).map_err(|_| OpenError::Damaged)?;
    unframe(&frame, content_bytes_max)
}

pub(crate) fn frame(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut deflated = Zeroizing::new(Vec::new());
    DeflateEncoder::new(content, Compression::fast())
        .read_to_end(&mut deflated)
        .map_err(|_| SealError::Sealing)?;
    let (method, body) = if deflated.len() < content.len() {
        (METHOD_DEFLATE, deflated.as_slice())
    } else {
        (METHOD_STORED, content)
    };
    let content_len = u32::try_from(content.len()).map_err(|_| SealError::TooLarge)?;
    let body_len = u32::try_from(body.len()).map_err(|_| SealError::TooLarge)?;
    let unpadded = body.len().checked_add(FRAME_HEADER_BYTES).ok_or(SealError::TooLarge)?;
    let mut frame = Zeroizing::new(Vec::with_capacity(padded_len(unpadded)));
    frame.extend_from_slice(&[FRAME_VERSION, method]);
    frame.extend_from_slice(&content_len.to_le_bytes());
    frame.extend_from_slice(&body_len.to_le_bytes());
    frame.extend_from_slice(body);
    frame.resize(padded_len(unpadded), 0);
    Ok(frame)
}

pub(crate) fn unframe(frame: &[u8], content_bytes_max: usize) -> Result<Opened, OpenError> {
    let (header, rest) = frame.split_first_chunk::<FRAME_HEADER_BYTES>().ok_or(OpenError::Damaged)?;
    let [version, method, c0, c1, c2, c3, b0, b1, b2, b3] = *header;
    if version > FRAME_VERSION {
        return Err(OpenError::NewerVersion);
    }
    let content_len = length(u32::from_le_bytes([c0, c1, c2, c3]))?;
    let body_len = length(u32::from_le_bytes([b0, b1, b2, b3]))?;
    if content_len > content_bytes_max {
        return Err(OpenError::TooLarge);
    }
    let (body, padding) = rest.split_at_checked(body_len).ok_or(OpenError::Damaged)?;
    let expected = padded_len(body_len.saturating_add(FRAME_HEADER_BYTES));
    if padding.iter().any(|byte| *byte != 0) || frame.len() != expected {
        return Err(OpenError::Damaged);
    }
    let content = match method {
        METHOD_STORED => Zeroizing::new(body.to_vec()),
        METHOD_DEFLATE => inflate(body, content_len)?,
        _ => return Err(OpenError::NewerVersion),
    };
    if content.len() == content_len { Ok(content) } else { Err(OpenError::Damaged) }
}

fn length(value: u32) -> Result<usize, OpenError> {
    usize::try_from(value).map_err(|_| OpenError::TooLarge)
}

fn inflate(body: &[u8], content_len: usize) -> Result<Opened, OpenError> {
    let limit = u64::try_from(content_len).map_err(|_| OpenError::TooLarge)?.saturating_add(1);
    let mut content = Zeroizing::new(Vec::with_capacity(content_len));
    DeflateDecoder::new(body).take(limit).read_to_end(&mut content).map_err(|_| OpenError::Damaged)?;
    Ok(content)
}

pub(crate) fn reason(error: &age::DecryptError) -> OpenError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "age's list of errors grows; all others mean damage")]
    match error {
        age::DecryptError::NoMatchingKeys | age::DecryptError::KeyDecryptionFailed => OpenError::NotForUs,
        _ => OpenError::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use kyosei_testkit::golden;
    use proptest::prelude::*;
    use rand::SeedableRng;

    use super::{OpenError, open, seal, seal_many};
    use crate::Identity;

    const LIMIT: usize = 1 << 20;

    fn identity(seed: u64) -> Identity {
        Identity::generate(&mut rand_chacha::ChaCha20Rng::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn content_comes_back_for_each_recipient_and_for_no_one_else() {
        let (aoi, ben, chie) = (identity(1), identity(2), identity(3));
        let sealed = seal_many(&[aoi.recipient().unwrap(), ben.recipient().unwrap()], b"minutes").unwrap();
        assert_eq!(&**open(&[&aoi], &sealed, LIMIT).unwrap(), b"minutes");
        assert_eq!(&**open(&[&chie, &ben], &sealed, LIMIT).unwrap(), b"minutes");
        assert_eq!(open(&[&chie], &sealed, LIMIT), Err(OpenError::NotForUs));
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_noticed() {
        let identity = identity(1);
        let sealed = seal(identity.recipient().unwrap(), b"a short note").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 0x41;
            assert!(open(&[&identity], &changed, LIMIT).is_err(), "byte {at}");
            assert!(open(&[&identity], &sealed[..at], LIMIT).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_note_and_an_empty_form_have_envelopes_of_like_size() {
        let recipient = identity(1).recipient().unwrap();
        let sizes: Vec<usize> =
            (0..40).map(|len| seal(recipient, &vec![b'x'; len * 20]).unwrap().len()).collect();
        let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
        // age adds a random grease stanza of up to about 210 bytes; the content adds nothing.
        assert!(most - least < 220, "{least}..{most}");
    }

    #[test]
    fn a_bomb_is_refused_before_it_unfolds() {
        let identity = identity(1);
        let sealed = seal(identity.recipient().unwrap(), &vec![0_u8; 8 << 20]).unwrap();
        // How small depends on the compressor that the rest of the build chose for flate2.
        assert!(sealed.len() < 256 << 10, "positive control: 8 MiB went into {} bytes", sealed.len());
        assert_eq!(open(&[&identity], &sealed, LIMIT), Err(OpenError::TooLarge));
    }

    #[test]
    fn a_stock_age_reader_opens_the_envelope_with_the_text_form_of_the_key() {
        use secrecy::ExposeSecret;
        let identity = identity(1);
        let sealed = seal(identity.recipient().unwrap(), b"plain bytes").unwrap();
        let stock: age::x25519::Identity = identity.to_age_string().expose_secret().parse().unwrap();
        let frame = age::decrypt(&stock, &sealed).unwrap();
        assert_eq!(frame[..10], [1, 0, 11, 0, 0, 0, 11, 0, 0, 0]);
        assert_eq!(&frame[10..21], b"plain bytes");
    }

    #[test]
    fn envelopes_of_another_day_still_open_stored_and_compressed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        for (name, content) in
            [("envelope-stored", b"plain bytes".to_vec()), ("envelope-deflate", vec![b'x'; 3000])]
        {
            let sealed = golden::committed(folder, name);
            assert_eq!(&**open(&[&identity(1)], &sealed, LIMIT).unwrap(), &content[..], "{name}");
        }
        golden::check(folder, "frame-stored", &super::frame(b"plain bytes").unwrap());
        golden::check(folder, "identity-recipient", &identity(1).recipient().unwrap().to_bytes());
    }

    #[test]
    fn a_frame_of_a_newer_version_or_method_is_told_from_damage() {
        let good = super::frame(b"plain bytes").unwrap().to_vec();
        for at in [0, 1] {
            let mut newer = good.clone();
            newer[at] = 2;
            assert_eq!(super::unframe(&newer, LIMIT), Err(OpenError::NewerVersion));
        }
        let mut cut = good.clone();
        cut.pop();
        assert_eq!(super::unframe(&cut, LIMIT), Err(OpenError::Damaged));
        let last = good.len() - 1;
        let mut hidden = good;
        hidden[last] = 1;
        assert_eq!(super::unframe(&hidden, LIMIT), Err(OpenError::Damaged), "the padding holds nothing");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_content_survives(content in proptest::collection::vec(any::<u8>(), 0..5000)) {
            let identity = identity(9);
            let sealed = seal(identity.recipient().unwrap(), &content).unwrap();
            prop_assert_eq!(&**open(&[&identity], &sealed, LIMIT).unwrap(), &content[..]);
        }

        #[test]
        fn any_frame_is_answered_without_a_panic(frame in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let _answer = super::unframe(&frame, 1000);
        }
    }
}
