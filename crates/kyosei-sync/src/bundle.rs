//! The content of a bundle: entries of one space in a file, for a stick or a backup (docs/format.md, "Bundle").
//!
//! A bundle is a stream of records: an opening one (version, space, what the author had), the entries in an order in which
//! each comes after those that it needs, and a closing one with their number. Writer and reader handle one record at a
//! time, so neither holds the whole file. A bundle that ends before its closing record is *cut*; what came before is whole
//! and may be used.
//!
//! Sealing is done elsewhere, around the stream. Nothing here verifies an entry: a bundle goes through the same intake as
//! what a session receives.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, LogId, SpaceId, from_canonical, to_canonical};
use minicbor::{Decode, Encode};

use crate::have::Have;
use crate::header::{HeaderError, SignedHeader};
use crate::version;
use crate::wire::WireEntry;
use crate::wire::limits::BULK_MESSAGE_BYTES_MAX;

const VERSION: u8 = 1;
/// Each record follows its length, as 32 bits, big-endian.
const LENGTH_BYTES: usize = 4;

/// Largest record of a bundle in bytes. Both the entry with the largest payload and an opening record with the most tips
/// fit.
pub const BUNDLE_RECORD_BYTES_MAX: usize = BULK_MESSAGE_BYTES_MAX;

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleItem {
    /// The first record: whose entries follow.
    Opening {
        /// The space.
        space: SpaceId,
        /// What the author of the bundle had. The entries lead there from what an earlier bundle or session brought.
        have: Have,
    },
    /// An entry of the space.
    Entry(WireEntry),
    /// The last record: nothing is missing.
    Closing,
}

/// Why a bundle is refused, or its rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not the content of a bundle, or changed.
    #[error("malformed bundle")]
    Malformed,
    /// Written by a newer version.
    #[error("bundle of a newer version")]
    NewerVersion,
    /// A record, or what it names, is above its limit.
    #[error("bundle above a limit")]
    AboveLimit,
    /// An entry of another space.
    #[error("an entry of another space in the bundle")]
    OtherSpace,
    /// The bundle ends before its closing record.
    #[error("the bundle is cut off after {entry_count} entries")]
    Cut {
        /// Whole entries before the cut.
        entry_count: u64,
    },
}

/// The opening record.
#[derive(Debug, Clone, Encode, Decode)]
struct Opening {
    #[n(0)]
    version: u8,
    #[n(1)]
    space: SpaceId,
    #[n(2)]
    tips: Tips,
}

type Tips = BTreeMap<LogId, BTreeSet<CutHead>>;

/// Every later record.
#[derive(Debug, Clone, Encode, Decode)]
enum Record {
    #[n(0)]
    Entry {
        #[cbor(n(0), with = "minicbor::bytes")]
        header: Vec<u8>,
        #[cbor(n(1), with = "minicbor::bytes")]
        payload: Option<Vec<u8>>,
    },
    #[n(1)]
    Closing {
        #[n(0)]
        entry_count: u64,
    },
}

/// Makes the bytes of a bundle, record after record.
///
/// ```
/// use kyosei_access::SpaceId;
/// use kyosei_sync::bundle::{BundleError, BundleReader, BundleWriter};
/// use kyosei_sync::Have;
///
/// let (writer, mut bytes) = BundleWriter::open(SpaceId::from_bytes([1; 32]), Have::new());
/// bytes.extend(writer.close());
///
/// let mut reader = BundleReader::default();
/// let mut rest = &bytes[..];
/// while !rest.is_empty() {
///     let (taken, item) = reader.read(rest)?;
///     rest = &rest[taken..];
///     assert!(item.is_some());
/// }
/// reader.finish()?;
/// # Ok::<(), BundleError>(())
/// ```
#[derive(Debug)]
pub struct BundleWriter {
    entry_count: u64,
}

impl BundleWriter {
    /// Begins a bundle. Returns its first bytes.
    #[must_use]
    pub fn open(space: SpaceId, have: Have) -> (Self, Vec<u8>) {
        let opening = Opening { version: VERSION, space, tips: have.into_tips() };
        (Self { entry_count: 0 }, framed(&to_canonical(&opening)))
    }

    /// The bytes of the next entry.
    ///
    /// # Errors
    /// [`BundleError::AboveLimit`]; the bundle may go on without this entry.
    pub fn entry(&mut self, entry: WireEntry) -> Result<Vec<u8>, BundleError> {
        if !entry.is_within_limits() {
            return Err(BundleError::AboveLimit);
        }
        self.entry_count = self.entry_count.saturating_add(1);
        let WireEntry { header, payload } = entry;
        Ok(framed(&to_canonical(&Record::Entry { header, payload })))
    }

    /// The last bytes. Without them the bundle counts as cut.
    #[must_use]
    pub fn close(self) -> Vec<u8> {
        framed(&to_canonical(&Record::Closing { entry_count: self.entry_count }))
    }
}

/// Reads a bundle from bytes in any pieces. Holds at most one record.
#[derive(Debug, Default)]
pub struct BundleReader {
    held: Vec<u8>,
    space: Option<SpaceId>,
    entry_count: u64,
    is_closed: bool,
}

impl BundleReader {
    /// Takes bytes up to the end of the next record. Returns how many, and what the record holds if it is complete. Give
    /// the rest again.
    ///
    /// # Errors
    /// See [`BundleError`]. Nothing more can be read then.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(usize, Option<BundleItem>), BundleError> {
        if self.is_closed && !bytes.is_empty() {
            return Err(BundleError::Malformed);
        }
        let of_length = self.take(bytes, LENGTH_BYTES);
        let Some((length, _)) = self.held.split_first_chunk::<LENGTH_BYTES>() else {
            return Ok((of_length, None));
        };
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| BundleError::AboveLimit)?;
        if length > BUNDLE_RECORD_BYTES_MAX {
            return Err(BundleError::AboveLimit);
        }
        let whole = LENGTH_BYTES.saturating_add(length);
        let of_record = self.take(bytes.get(of_length..).unwrap_or_default(), whole);
        let taken = of_length.saturating_add(of_record);
        if self.held.len() < whole {
            return Ok((taken, None));
        }
        let record = std::mem::take(&mut self.held);
        let item = self.decode(record.get(LENGTH_BYTES..).unwrap_or_default())?;
        Ok((taken, Some(item)))
    }

    /// Whether the bundle was whole.
    ///
    /// # Errors
    /// [`BundleError::Cut`].
    pub const fn finish(&self) -> Result<(), BundleError> {
        if self.is_closed { Ok(()) } else { Err(BundleError::Cut { entry_count: self.entry_count }) }
    }

    /// Fills `held` up to `len` bytes; returns how many of `bytes` that took.
    fn take(&mut self, bytes: &[u8], len: usize) -> usize {
        let count = len.saturating_sub(self.held.len()).min(bytes.len());
        self.held.extend_from_slice(bytes.get(..count).unwrap_or_default());
        count
    }

    fn decode(&mut self, record: &[u8]) -> Result<BundleItem, BundleError> {
        let Some(space) = self.space else {
            version::check(record, VERSION)?;
            let Opening { space, tips, .. } = from_canonical(record).map_err(|_| BundleError::Malformed)?;
            let have = Have::from_tips(tips).map_err(|_| BundleError::AboveLimit)?;
            self.space = Some(space);
            return Ok(BundleItem::Opening { space, have });
        };
        match from_canonical(record).map_err(|_| BundleError::Malformed)? {
            Record::Entry { header, payload } => {
                let entry = WireEntry { header, payload };
                check(space, &entry)?;
                self.entry_count = self.entry_count.saturating_add(1);
                Ok(BundleItem::Entry(entry))
            }
            Record::Closing { entry_count } if entry_count == self.entry_count => {
                self.is_closed = true;
                Ok(BundleItem::Closing)
            }
            Record::Closing { .. } => Err(BundleError::Malformed),
        }
    }
}

version::from_bad_version!(BundleError);

fn check(space: SpaceId, entry: &WireEntry) -> Result<(), BundleError> {
    if !entry.is_within_limits() {
        return Err(BundleError::AboveLimit);
    }
    match SignedHeader::decode(&entry.header) {
        Ok(signed) if signed.header().space == space => Ok(()),
        Ok(_) => Err(BundleError::OtherSpace),
        // Kept unread by the intake, like everything of a newer version.
        Err(HeaderError::NewerVersion) => Ok(()),
        Err(HeaderError::Malformed | HeaderError::AboveLimit | HeaderError::BadSignature) => {
            Err(BundleError::Malformed)
        }
    }
}

fn framed(record: &[u8]) -> Vec<u8> {
    let length = u32::try_from(record.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), record].concat()
}
