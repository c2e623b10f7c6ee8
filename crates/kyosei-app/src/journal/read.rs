//! Reading stored entries: verified, in order, each judged alone.

use std::collections::BTreeSet;

use kyosei_access::{EntryId, LogId, Role, Signer, reduce};
use kyosei_doc::DocId;
use kyosei_sync::{
    DropOrder, EntryKind, INNER_BYTES_MAX, Inner, InnerError, Part, Refused, SignedHeader, Tip,
};
use kyosei_vault::{Identity, OpenError, open};
use minicbor::{Decode, Encode};

use super::{DeviceKeys, Journal};

/// Largest sealed detail of a drop order, opened, in bytes.
const DROP_DETAIL_BYTES_MAX: usize = 64 << 10;

/// An entry as it was stored.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// The signed header.
    pub header: &'a [u8],
    /// The payload, unless it was dropped.
    pub payload: Option<&'a [u8]>,
}

/// An entry after reading.
#[derive(Debug, Clone)]
pub struct ReadEntry {
    /// Its id.
    pub id: EntryId,
    /// Its log.
    pub log: LogId,
    /// Its sequence number.
    pub seq: u32,
    /// What it says.
    pub content: Content,
}

/// What an entry says.
#[derive(Debug, Clone)]
pub enum Content {
    /// Parts of documents.
    Parts(Vec<Part>),
    /// A membership operation; it is part of the journal now.
    Membership,
    /// A valid order to drop the payloads of these entries and to forget these documents.
    Drop {
        /// The order.
        order: DropOrder,
        /// The documents that are erased, if this device can read the detail.
        documents: Vec<DocId>,
    },
    /// The payload was dropped.
    Dropped,
    /// Of a kind that this version does not know.
    Unknown,
    /// The payload is unusable; the log goes on.
    Bad(BadEntry),
}

/// What is wrong with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEntry {
    /// The header does not decode.
    #[error("the header is damaged")]
    Header,
    /// The header does not continue its log.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The payload is not the one that the header names.
    #[error("the payload was changed")]
    PayloadChanged,
    /// This device holds no key for its epoch.
    #[error("sealed to an epoch that this device does not hold")]
    NoEpoch,
    /// The payload does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The content is not what it should be.
    #[error(transparent)]
    Inner(#[from] InnerError),
    /// The membership operation is damaged or wrongly signed.
    #[error("the membership operation is not valid")]
    BadOperation,
    /// The drop order is damaged, wrongly signed or not approved by enough people.
    #[error("the drop order is not valid")]
    BadDrop,
}

/// Version of [`DropDetail`].
pub(super) const DROP_DETAIL_VERSION: u8 = 1;

/// The sealed detail of a drop order.
#[derive(Encode, Decode)]
pub(super) struct DropDetail {
    #[n(0)]
    pub(super) version: u8,
    #[n(1)]
    pub(super) documents: Vec<DocId>,
}

impl Journal {
    /// Takes in the membership operations among these entries of any logs. Before the logs of a space are read one by one,
    /// all operations must be known: the operation that opens a log may rest on one that stands in another log.
    pub fn learn_operations(&mut self, entries: &[StoredEntry<'_>], keys: &DeviceKeys) {
        for entry in entries {
            let (Ok(header), Some(payload)) = (SignedHeader::decode(entry.header), entry.payload) else {
                continue;
            };
            if header.header().kind == EntryKind::Member && header.names(payload) {
                // A bad operation is reported when its log is read.
                let _inserted = self.insert_operation(payload);
            }
        }
        self.resolve(keys);
    }

    /// Reads entries of one log in order. Membership operations take effect first, so that an entry is judged by what
    /// its author had already said. An entry whose header is refused ends the reading of its log.
    pub fn read(
        &mut self,
        entries: &[StoredEntry<'_>],
        keys: &DeviceKeys,
    ) -> Vec<Result<ReadEntry, BadEntry>> {
        let decoded: Vec<Result<SignedHeader, BadEntry>> = entries
            .iter()
            .map(|entry| SignedHeader::decode(entry.header).map_err(|_| BadEntry::Header))
            .collect();
        let mut operations: Vec<Result<(), BadEntry>> = Vec::with_capacity(entries.len());
        for (header, entry) in decoded.iter().zip(entries) {
            operations.push(match (header, entry.payload) {
                (Ok(header), Some(payload)) if header.header().kind == EntryKind::Member => {
                    if header.names(payload) {
                        self.insert_operation(payload)
                    } else {
                        Err(BadEntry::PayloadChanged)
                    }
                }
                (Ok(_), _) => Ok(()),
                (Err(error), _) => Err(*error),
            });
        }
        self.resolve(keys);
        let mut read = Vec::with_capacity(entries.len());
        for ((header, entry), operation) in decoded.into_iter().zip(entries).zip(operations) {
            let one = header.and_then(|header| self.read_one(&header, entry.payload, operation));
            let ends = one.is_err();
            read.push(one);
            if ends {
                break;
            }
        }
        read
    }

    fn read_one(
        &mut self,
        signed: &SignedHeader,
        payload: Option<&[u8]>,
        operation: Result<(), BadEntry>,
    ) -> Result<ReadEntry, BadEntry> {
        let header = signed.header();
        let is_open = self.membership.log(header.log).is_some_and(|log| log.is_effective);
        self.logs.accept(signed, is_open)?;
        let content = match (header.kind, payload) {
            (EntryKind::Member, _) => operation.map_or_else(Content::Bad, |()| Content::Membership),
            (EntryKind::Unknown(_), _) => Content::Unknown,
            (EntryKind::Data | EntryKind::Drop, None) => Content::Dropped,
            (EntryKind::Data, Some(payload)) => {
                self.open_parts(signed, payload).map_or_else(Content::Bad, Content::Parts)
            }
            (EntryKind::Drop, Some(payload)) => self.open_drop(signed, payload).unwrap_or_else(Content::Bad),
        };
        Ok(ReadEntry { id: signed.id(), log: header.log, seq: header.seq, content })
    }

    /// Opens a data payload and checks that it belongs to this entry.
    fn open_parts(&self, signed: &SignedHeader, payload: &[u8]) -> Result<Vec<Part>, BadEntry> {
        if !signed.names(payload) {
            return Err(BadEntry::PayloadChanged);
        }
        let opened = open(&[self.epoch_of(signed)?], payload, INNER_BYTES_MAX)?;
        let inner = Inner::decode(&opened)?;
        inner.check_place(signed.header())?;
        Ok(inner.parts)
    }

    fn open_drop(&self, signed: &SignedHeader, payload: &[u8]) -> Result<Content, BadEntry> {
        if !signed.names(payload) {
            return Err(BadEntry::PayloadChanged);
        }
        let order = DropOrder::decode(payload).map_err(|_| BadEntry::BadDrop)?;
        let header = signed.header();
        if order.space != header.space || order.log != header.log {
            return Err(BadEntry::BadDrop);
        }
        let signers = order.verified_signers().map_err(|_| BadEntry::BadDrop)?;
        let heads =
            self.logs.tip(header.log).map(|tip: &Tip| tip.membership_heads.clone()).unwrap_or_default();
        if !self.are_enough(&signers, &heads) {
            return Err(BadEntry::BadDrop);
        }
        let documents = self
            .epoch_of(signed)
            .ok()
            .and_then(|epoch| open(&[epoch], order.detail.as_slice(), DROP_DETAIL_BYTES_MAX).ok())
            .and_then(|detail| minicbor::decode::<DropDetail>(&detail).ok())
            .filter(|detail| detail.version == DROP_DETAIL_VERSION)
            .map(|detail| detail.documents)
            .unwrap_or_default();
        Ok(Content::Drop { order, documents })
    }

    /// Whether enough people signed, as the author's membership heads tell: admins count by person, recovery keys each.
    pub(super) fn are_enough(
        &self,
        signers: &BTreeSet<Signer>,
        heads: &BTreeSet<kyosei_access::OpId>,
    ) -> bool {
        let known = reduce(&self.ops.known_at(heads));
        let mut people = BTreeSet::new();
        let mut recovery_count = 0_usize;
        for signer in signers {
            match signer {
                Signer::Device(device) => {
                    let member = known.member(*device).filter(|member| member.role == Role::Admin);
                    people.extend(member.map(|member| member.person));
                }
                Signer::Recovery(key) => {
                    recovery_count = recovery_count
                        .saturating_add(usize::from(known.recovery_keys().any(|known| known == *key)));
                }
            }
        }
        !people.is_empty() && people.len().saturating_add(recovery_count) >= usize::from(known.policy().erase)
    }

    fn epoch_of(&self, signed: &SignedHeader) -> Result<&Identity, BadEntry> {
        signed.header().epoch.and_then(|epoch| self.epochs.get(&epoch)).ok_or(BadEntry::NoEpoch)
    }
}

#[cfg(test)]
mod tests {
    use kyosei_access::to_canonical;
    use kyosei_doc::DocId;
    use kyosei_testkit::golden;

    use super::{DROP_DETAIL_VERSION, DropDetail};

    #[test]
    fn the_detail_of_a_drop_order_keeps_its_bytes() {
        let documents = vec![DocId::from_bytes([1; 16]), DocId::from_bytes([2; 16])];
        let detail = DropDetail { version: DROP_DETAIL_VERSION, documents: documents.clone() };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let bytes = golden::check(folder, "drop-detail", &to_canonical(&detail));
        let read: DropDetail = minicbor::decode(&bytes).unwrap();
        assert_eq!((read.version, read.documents), (DROP_DETAIL_VERSION, documents));
    }
}
