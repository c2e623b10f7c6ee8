//! Bundles: entries of one space in a sealed file, for a stick.
//!
//! A bundle goes through the same intake as what a session brings. It is sealed to the space's epoch, or to the devices
//! that were named; whoever finds the stick reads nothing, not even which space it is of. A file that was cut or changed
//! is noticed before anything of it is taken in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufReader, Read, Write};

use kyosei_access::{DeviceId, LogId, SpaceId};
use kyosei_app::exchange::Host as _;
use kyosei_sync::bundle::{BundleError, BundleItem, BundleReader, BundleWriter};
use kyosei_sync::{Have, WireEntry};
use kyosei_vault::{Identity, OpenError, Recipient, SealError, open_stream, seal_stream};

use super::{Vault, VaultError};

/// The first bytes of a bundle's file.
const MAGIC: &[u8] = b"kyosei-bundle/1\n";
/// What the magic of every version begins with.
const MAGIC_NAME: &[u8] = b"kyosei-bundle/";
/// Entries that are taken in at once.
const INTAKE_ENTRY_COUNT_MAX: usize = 512;
/// Bytes of entries that are taken in at once.
const INTAKE_BYTES_MAX: usize = 8 << 20;
/// Bytes that are read from a bundle at once.
const READ_BYTES: usize = 64 << 10;

/// Who can open a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleFor {
    /// Everyone who reads the space now.
    Readers,
    /// These devices alone.
    Devices(BTreeSet<DeviceId>),
}

/// What is in a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleSummary {
    /// The space.
    pub space: SpaceId,
    /// Entries in it.
    pub entry_count: usize,
    /// Entries that were not here before.
    pub new_count: usize,
}

/// Why a bundle was not written or not taken in. Nothing of it was taken in then.
#[derive(Debug, thiserror::Error)]
pub enum BundleFailed {
    /// Not a bundle.
    #[error("this is no bundle")]
    NotABundle,
    /// Made by a newer version.
    #[error("the bundle was made by a newer version")]
    NewerVersion,
    /// Sealed to others: another committee, or other devices.
    #[error("the bundle is sealed to others")]
    NotForUs,
    /// The end is missing.
    #[error("the end of the bundle is missing")]
    Cut,
    /// Something in it was changed.
    #[error("the bundle is damaged")]
    Damaged,
    /// A device that was named is not a member, or reads nothing.
    #[error("a device is not a member of the space")]
    NoDevice,
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The file could not be read or written.
    #[error("the file could not be read or written")]
    Io(#[from] io::Error),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl BundleFailed {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotABundle => "E-BUNDLE",
            Self::NewerVersion => "E-FILE-NEWER",
            Self::NotForUs => "E-BUNDLE-FOREIGN",
            Self::Cut => "E-BUNDLE-CUT",
            Self::Damaged => "E-BUNDLE-DAMAGED",
            Self::NoDevice => "E-DEVICE-MISSING",
            Self::Seal(_) => "E-SEAL",
            Self::Io(error) if error.kind() == io::ErrorKind::StorageFull => "E-DISK-FULL",
            Self::Io(_) => "E-FILE",
            Self::Vault(error) => error.code(),
        }
    }
}

impl From<BundleError> for BundleFailed {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::NewerVersion => Self::NewerVersion,
            BundleError::Cut { .. } => Self::Cut,
            BundleError::Malformed | BundleError::AboveLimit | BundleError::OtherSpace => Self::Damaged,
        }
    }
}

impl Vault {
    /// Writes the entries of a space that `known` does not have, or all of them.
    ///
    /// # Errors
    /// See [`BundleFailed`].
    pub fn write_bundle(
        &self,
        space: SpaceId,
        known: &Have,
        recipients: &BundleFor,
        mut output: impl Write,
    ) -> Result<BundleSummary, BundleFailed> {
        let recipients = self.bundle_recipients(space, recipients)?;
        output.write_all(MAGIC)?;
        let mut sealed = seal_stream(&recipients, output)?;
        let have = self.have(space);
        let from: BTreeMap<LogId, u32> = have
            .iter()
            .filter_map(|(log, tips)| Some((log, first_missing(tips, known.tips(log))?)))
            .collect();
        let (mut writer, opening) = BundleWriter::open(space, have);
        sealed.write_all(&opening)?;
        let mut entry_count = 0_usize;
        for place in self.places(space, &from, &BTreeSet::new())? {
            let Some(entry) = self.entry_at(space, place)? else { continue };
            sealed.write_all(&writer.entry(entry)?)?;
            entry_count = entry_count.saturating_add(1);
        }
        sealed.write_all(&writer.close())?;
        sealed.finish()?.flush()?;
        Ok(BundleSummary { space, entry_count, new_count: 0 })
    }

    /// Looks at a bundle from its first to its last byte and takes nothing in.
    ///
    /// # Errors
    /// See [`BundleFailed`].
    pub fn inspect_bundle(&self, input: impl Read) -> Result<BundleSummary, BundleFailed> {
        let (mut space, mut entry_count, mut new_count) = (None, 0_usize, 0_usize);
        self.each_item(input, |item| {
            match item {
                BundleItem::Opening { space: found, .. } => space = Some(found),
                BundleItem::Entry(entry) => {
                    entry_count = entry_count.saturating_add(1);
                    new_count = new_count.saturating_add(usize::from(!self.has_entry(&entry)?));
                }
                BundleItem::Closing => {}
            }
            Ok(())
        })?;
        let space = space.ok_or(BundleFailed::Cut)?;
        self.space(space).map_err(|_| BundleFailed::NotForUs)?;
        Ok(BundleSummary { space, entry_count, new_count })
    }

    /// Takes a bundle in. `open` begins to read it: it is read once to see that it is whole, and once more to take it in.
    ///
    /// # Errors
    /// See [`BundleFailed`].
    pub fn read_bundle<R: Read>(
        &mut self,
        open: impl Fn() -> io::Result<R>,
    ) -> Result<BundleSummary, BundleFailed> {
        let summary = self.inspect_bundle(open()?)?;
        let mut batches: Vec<Vec<WireEntry>> = Vec::new();
        let mut bytes = usize::MAX;
        self.each_item(open()?, |item| {
            let BundleItem::Entry(entry) = item else { return Ok(()) };
            let is_full = batches.last().is_none_or(|batch| batch.len() >= INTAKE_ENTRY_COUNT_MAX);
            if is_full || bytes > INTAKE_BYTES_MAX {
                batches.push(Vec::new());
                bytes = 0;
            }
            bytes = bytes.saturating_add(entry.byte_count());
            batches.last_mut().into_iter().for_each(|batch| batch.push(entry.clone()));
            Ok(())
        })?;
        for batch in batches {
            self.take_in(summary.space, &batch)?;
        }
        Ok(summary)
    }

    fn each_item(
        &self,
        mut input: impl Read,
        mut work: impl FnMut(BundleItem) -> Result<(), BundleFailed>,
    ) -> Result<(), BundleFailed> {
        let mut magic = vec![0; MAGIC.len()];
        input.read_exact(&mut magic).map_err(|_| BundleFailed::NotABundle)?;
        if magic != MAGIC {
            let is_newer = magic.starts_with(MAGIC_NAME);
            return Err(if is_newer { BundleFailed::NewerVersion } else { BundleFailed::NotABundle });
        }
        let identities = self.bundle_identities();
        let mut opened = open_stream(&identities, BufReader::new(input)).map_err(|error| match error {
            OpenError::NotForUs => BundleFailed::NotForUs,
            OpenError::Damaged | OpenError::TooLarge => BundleFailed::Cut,
            OpenError::NewerVersion => BundleFailed::NewerVersion,
        })?;
        let mut reader = BundleReader::default();
        let mut buffer = vec![0; READ_BYTES];
        loop {
            // A stream that was cut or changed does not authenticate.
            let count = opened.read(&mut buffer).map_err(|error| {
                let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
                if is_cut { BundleFailed::Cut } else { BundleFailed::Damaged }
            })?;
            if count == 0 {
                return Ok(reader.finish()?);
            }
            let mut rest = buffer.get(..count).unwrap_or_default();
            while !rest.is_empty() {
                let (taken, item) = reader.read(rest)?;
                rest = rest.get(taken..).unwrap_or_default();
                item.map(&mut work).transpose()?;
            }
        }
    }

    fn bundle_recipients(&self, space: SpaceId, to: &BundleFor) -> Result<Vec<Recipient>, BundleFailed> {
        let journal = self.space(space)?.replica.journal();
        match to {
            BundleFor::Readers => Ok(vec![journal.sealing_recipient().map_err(VaultError::from)?]),
            BundleFor::Devices(devices) => devices
                .iter()
                .map(|device| {
                    let member = journal.membership().member(*device).ok_or(BundleFailed::NoDevice)?;
                    Ok(Recipient::from_bytes(*member.kem.as_bytes()))
                })
                .collect(),
        }
    }

    fn bundle_identities(&self) -> Vec<&Identity> {
        let spaces = std::iter::once(&self.home).chain(self.others.values());
        let epochs = spaces.flat_map(|space| space.replica.journal().identities());
        std::iter::once(&self.keys.kem).chain(epochs).collect()
    }
}

/// The first sequence number of a log that someone lacks who has `known`; none if nothing is missing.
fn first_missing(
    tips: &BTreeSet<kyosei_access::CutHead>,
    known: Option<&BTreeSet<kyosei_access::CutHead>>,
) -> Option<u32> {
    let Some(known) = known else { return Some(0) };
    let missing = tips.difference(known);
    // Where a branch begins is not known here: from the lowest tip that both have.
    let common = tips.intersection(known).map(|tip| tip.seq).chain(known.iter().map(|tip| tip.seq)).min();
    missing.map(|_| common.map_or(0, |seq| seq.saturating_add(1))).min()
}
