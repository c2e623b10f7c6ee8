//! What no honest node makes: entries and operations with someone's keys, past every check of an author.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    DeviceId, EpochId, LogId, MemberOp, Membership, OpBody, OpId, SignedOp, Signer, SpaceId,
};
use kyosei_app::journal::OwnedEntry;
use kyosei_doc::{DocId, Document, Node as Tree};
use kyosei_sync::{EntryHeader, EntryKind, Heads, Inner, Part, PartKind, Place, SignedHeader, actor};
use kyosei_vault::{Recipient, seal};

use crate::node::Node;

/// A log whose key someone misuses: writes entries after a chosen one.
pub struct Forger {
    /// The space.
    pub space: SpaceId,
    /// The key of the log.
    pub key: SigningKey,
    /// The entry after which it writes; none at the beginning.
    pub after: Option<SignedHeader>,
}

/// A note with one text as a part that an entry of this log may carry.
///
/// # Panics
/// Never.
#[must_use]
pub fn note(log: LogId, run: u8, doc: DocId, key: &str, text: &str) -> Part {
    let tree = [("kind", Tree::Text("note".into())), (key, Tree::Text(text.into()))].into_iter().collect();
    let (_, body) = Document::create(actor::actor(log, [run; 6]), &tree, 1).unwrap();
    Part { doc, kind: PartKind::Changes, body }
}

impl Forger {
    /// The log that a node writes, in wrong hands.
    ///
    /// # Panics
    /// If the node writes none, or a forked one.
    #[must_use]
    pub fn of(node: &Node, space: SpaceId) -> Self {
        let key = node.journal(space).own_log().unwrap().key.clone();
        let tip = node.journal(space).logs().tip(LogId::from(&key)).unwrap().entry;
        let after = node.table(space).headers().find(|header| header.id() == tip);
        Self { space, key, after }
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> LogId {
        LogId::from(&self.key)
    }

    /// The sequence number of the next entry.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.after.as_ref().map_or(0, |after| after.header().seq.wrapping_add(1))
    }

    /// An entry with any payload.
    ///
    /// # Panics
    /// If the payload is above the limit of a header.
    pub fn entry(
        &mut self,
        kind: EntryKind,
        heads: Option<BTreeSet<OpId>>,
        epoch: Option<EpochId>,
        payload: Vec<u8>,
    ) -> OwnedEntry {
        let (space, log, seq) = (self.space, self.log(), self.seq());
        let prev = self.after.as_ref().map(SignedHeader::id);
        let place = Place { space, log, seq, prev, membership_heads: heads };
        let header = EntryHeader::new(place, kind, epoch, &payload).unwrap().sign(&self.key);
        let bytes = header.encode();
        self.after = Some(header);
        OwnedEntry { header: bytes, payload: Some(payload) }
    }

    /// A data entry with any content, sealed to an epoch.
    pub fn data(
        &mut self,
        membership: &Membership,
        heads: Option<BTreeSet<OpId>>,
        epoch: EpochId,
        parts: Vec<Part>,
    ) -> OwnedEntry {
        let inner = Inner::new(self.space, self.log(), self.seq(), Heads::new(), parts);
        self.content(membership, heads, epoch, &inner.encode())
    }

    /// A data entry with any bytes inside, sealed to an epoch.
    ///
    /// # Panics
    /// If the epoch is not known.
    pub fn content(
        &mut self,
        membership: &Membership,
        heads: Option<BTreeSet<OpId>>,
        epoch: EpochId,
        content: &[u8],
    ) -> OwnedEntry {
        let recipient = membership.epoch(epoch).unwrap().recipient;
        let payload = seal(Recipient::from_bytes(*recipient.as_bytes()), content).unwrap();
        self.entry(EntryKind::Data, heads, Some(epoch), payload)
    }
}

/// An operation with any past, signed by whoever signs.
///
/// # Panics
/// If the body is not well formed.
#[must_use]
pub fn operation(
    space: SpaceId,
    past: &BTreeSet<OpId>,
    op: MemberOp,
    author: &SigningKey,
    approvers: &[&SigningKey],
) -> SignedOp {
    let named = approvers.iter().map(|key| Signer::Device(DeviceId::from(*key)));
    let body = OpBody::new(space, past.iter().copied(), DeviceId::from(author), op).unwrap();
    let draft = kyosei_access::Draft::new(body.with_approvers(named).unwrap());
    let draft = draft.sign_as_device(author).unwrap();
    approvers.iter().fold(draft, |draft, key| draft.sign_as_device(key).unwrap()).finish().unwrap()
}

/// An operation as an entry of a log.
pub fn operation_entry(forger: &mut Forger, heads: Option<BTreeSet<OpId>>, op: &SignedOp) -> OwnedEntry {
    forger.entry(EntryKind::Member, heads, None, op.encode())
}
