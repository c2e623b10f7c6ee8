//! The version number that leads every object of the log.
//!
//! It is read before anything else, so that an object of a newer version is told from a damaged one whatever follows.

use std::cmp::Ordering;

use minicbor::Decoder;

/// Why an object is not of the version that this program knows.
pub(crate) enum BadVersion {
    /// No version leads the bytes, or one that never was.
    Malformed,
    /// Written by a newer version.
    Newer,
}

/// Checks that a CBOR array begins with the version `known`.
pub(crate) fn check(bytes: &[u8], known: u8) -> Result<(), BadVersion> {
    let mut decoder = Decoder::new(bytes);
    let version = decoder.array().and_then(|_| decoder.u8()).map_err(|_| BadVersion::Malformed)?;
    match version.cmp(&known) {
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(BadVersion::Newer),
        Ordering::Less => Err(BadVersion::Malformed),
    }
}

/// Gives an error type of this crate its two answers to a version.
macro_rules! from_bad_version {
    ($error:ident) => {
        impl From<crate::version::BadVersion> for $error {
            fn from(bad: crate::version::BadVersion) -> Self {
                match bad {
                    crate::version::BadVersion::Malformed => Self::Malformed,
                    crate::version::BadVersion::Newer => Self::NewerVersion,
                }
            }
        }
    };
}
pub(crate) use from_bad_version;
