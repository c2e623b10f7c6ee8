//! Opening the payloads of accepted entries. Each is judged alone: a bad payload never blocks its log (rule R5).

use std::collections::BTreeSet;

use kyosei_access::{EntryId, EpochId, LogId, OpId, Role, Signer, reduce};
use kyosei_doc::{ChangeChunks, DocId, actor_of};
use kyosei_sync::{
    DropOrder, DropReason, EntryKind, INNER_BYTES_MAX, Inner, InnerError, PartKind, Refused, SignedHeader,
    actor,
};
use kyosei_vault::{Identity, OpenError, open};
use minicbor::{Decode, Encode};

use super::{Accepted, Journal};

/// Largest sealed detail of a drop order, opened, in bytes.
const DROP_DETAIL_BYTES_MAX: usize = 64 << 10;

/// An entry after opening.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its id.
    pub id: EntryId,
    /// Its log.
    pub log: LogId,
    /// Its sequence number.
    pub seq: u32,
    /// The entry before it.
    pub prev: Option<EntryId>,
    /// What its payload is, by its header.
    pub kind: EntryKind,
    /// The epoch that it is sealed to.
    pub epoch: Option<EpochId>,
    /// The membership heads in force after the entry before it.
    pub heads_before: Option<BTreeSet<OpId>>,
    /// The membership heads that its author knew.
    pub heads: BTreeSet<OpId>,
    /// What it says.
    pub content: Content,
}

/// What an entry says.
#[derive(Debug, Clone)]
pub enum Content {
    /// Parts of documents, and what else the author tells.
    Data(Inner),
    /// A membership operation; it is part of the journal now.
    Membership,
    /// An order to drop payloads, and the documents that it erases, if this device can read them. An erasure has enough
    /// approvals; an order to compact is the word of its author.
    Drop {
        /// The order.
        order: DropOrder,
        /// The documents that are erased, if this device can read the detail.
        documents: Vec<DocId>,
    },
    /// The payload is not here: dropped, or not yet arrived.
    Absent,
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
    /// The entry belongs to another space.
    #[error("an entry of another space")]
    OtherSpace,
    /// The header does not continue its log.
    #[error(transparent)]
    Refused(Refused),
    /// The payload is not the one that the header names.
    #[error("the payload was changed")]
    PayloadChanged,
    /// The payload of an operation or an order is never dropped, and yet it is not there.
    #[error("the payload is missing")]
    PayloadMissing,
    /// This device holds no key for its epoch, or none yet.
    #[error("sealed to an epoch that this device does not hold")]
    NoEpoch,
    /// The payload does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The content is not what it should be.
    #[error(transparent)]
    Inner(#[from] InnerError),
    /// The changes are under an actor that belongs to another log.
    #[error("changes under the actor of another log")]
    ForeignActor,
    /// The membership operation is damaged or wrongly signed.
    #[error("the membership operation is not valid")]
    BadOperation,
    /// The drop order is damaged, wrongly signed or not approved by enough people.
    #[error("the drop order is not valid")]
    BadDrop,
    /// The author's device may not write in this space.
    #[error("the device may not write")]
    NotPermitted,
    /// The author went back behind a removal that the log had known before.
    #[error("the log went back behind a removal")]
    WentBack,
    /// The author sealed to an epoch that a device holds whose removal the author knew.
    #[error("sealed to an epoch that a removed device holds")]
    RemovedHolds,
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
    /// Opens an accepted entry.
    #[must_use]
    pub fn open(&self, entry: &Accepted, payload: Option<&[u8]>) -> Opened {
        let header = entry.header.header();
        let content = match (header.kind, payload) {
            (EntryKind::Unknown(_), _) => Content::Unknown,
            (EntryKind::Member | EntryKind::Drop, None) => Content::Bad(BadEntry::PayloadMissing),
            (EntryKind::Data, None) => Content::Absent,
            (_, Some(payload)) if !entry.header.names(payload) => Content::Bad(BadEntry::PayloadChanged),
            (EntryKind::Member, Some(payload)) => self.open_operation(payload),
            (EntryKind::Data, Some(payload)) => {
                self.open_data(&entry.header, payload).map_or_else(Content::Bad, Content::Data)
            }
            (EntryKind::Drop, Some(payload)) => {
                self.open_drop(&entry.header, &entry.heads, payload).unwrap_or_else(Content::Bad)
            }
        };
        Opened {
            id: entry.header.id(),
            log: header.log,
            seq: header.seq,
            prev: header.prev,
            kind: header.kind,
            epoch: header.epoch,
            heads_before: entry.heads_before.clone(),
            heads: entry.heads.clone(),
            content,
        }
    }

    fn open_operation(&self, payload: &[u8]) -> Content {
        match super::insert_operation(&mut self.ops.clone(), payload) {
            Ok(_) => Content::Membership,
            Err(reason) => Content::Bad(reason),
        }
    }

    /// Opens a data payload, and checks that it belongs to this entry and uses no actor of another log.
    fn open_data(&self, signed: &SignedHeader, payload: &[u8]) -> Result<Inner, BadEntry> {
        let opened = open(&[self.epoch_of(signed)?], payload, INNER_BYTES_MAX)?;
        let inner = Inner::decode(&opened)?;
        inner.check_place(signed.header())?;
        let log = signed.header().log;
        let changes = inner.parts.iter().filter(|part| part.kind == PartKind::Changes);
        if changes.into_iter().all(|part| is_written_by(&part.body, log)) {
            Ok(inner)
        } else {
            Err(BadEntry::ForeignActor)
        }
    }

    fn open_drop(
        &self,
        signed: &SignedHeader,
        heads: &BTreeSet<OpId>,
        payload: &[u8],
    ) -> Result<Content, BadEntry> {
        let order = DropOrder::decode(payload).map_err(|_| BadEntry::BadDrop)?;
        let header = signed.header();
        if order.space != header.space || order.log != header.log {
            return Err(BadEntry::BadDrop);
        }
        let signers = order.verified_signers().map_err(|_| BadEntry::BadDrop)?;
        let is_signed = match order.reason {
            DropReason::Erased => self.are_enough(&signers, heads),
            // What it takes to compact is judged when the order is obeyed; until then it is the word of one device.
            DropReason::Compacted => {
                let author = self.membership.log(header.log).map(|log| Signer::Device(log.device));
                author.is_none_or(|author| signers.contains(&author))
            }
        };
        if !is_signed {
            return Err(BadEntry::BadDrop);
        }
        let documents = self
            .epoch_of(signed)
            .ok()
            .and_then(|epoch| open(&[epoch], order.detail.as_slice(), DROP_DETAIL_BYTES_MAX).ok())
            .and_then(|detail| minicbor::decode::<DropDetail>(&detail).ok())
            .filter(|detail| detail.version == DROP_DETAIL_VERSION && order.reason == DropReason::Erased)
            .map(|detail| detail.documents)
            .unwrap_or_default();
        Ok(Content::Drop { order, documents })
    }

    /// Whether enough people signed, as the author's membership heads tell: admins count by person, recovery keys each.
    pub(super) fn are_enough(&self, signers: &BTreeSet<Signer>, heads: &BTreeSet<OpId>) -> bool {
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

/// Whether every change of a body is under an actor of this log. A body that is no row of changes is left to the
/// document, which refuses it.
fn is_written_by(body: &[u8], log: LogId) -> bool {
    ChangeChunks::new(body)
        .map_while(Result::ok)
        .all(|chunk| actor_of(chunk).is_ok_and(|found| actor::belongs_to(found, log)))
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
