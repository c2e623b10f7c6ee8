//! Questions for entries and their answers, in one space. In each direction at most one question is open.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kyosei_access::{EntryId, LogId, SpaceId};

use crate::header::{HeaderError, SignedHeader};
use crate::session::event::{Event, ProvideError, RequestId};
use crate::session::violation::Violation;
use crate::wire::limits::{BATCH_BYTES_MAX, OUTPUT_LOW_BYTES_MAX};
use crate::wire::{Message, WireEntry};

/// Bytes accounted for one named log or entry.
const NAMED_BYTES: usize = 96;

/// A question of this side and what of its answer the host has not taken yet.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) id: u32,
    from: BTreeMap<LogId, u32>,
    payloads: BTreeSet<EntryId>,
    received: Vec<WireEntry>,
    received_bytes: usize,
    is_answered: bool,
}

impl Asked {
    pub(super) const fn new(id: u32, from: BTreeMap<LogId, u32>, payloads: BTreeSet<EntryId>) -> Self {
        Self { id, from, payloads, received: Vec::new(), received_bytes: 0, is_answered: false }
    }

    pub(super) fn message(&self, space: SpaceId) -> Message {
        Message::Need { request: self.id, space, from: self.from.clone(), payloads: self.payloads.clone() }
    }

    /// Takes an entry of the answer.
    pub(super) fn handle_entry(&mut self, space: SpaceId, entry: WireEntry) -> Result<(), Violation> {
        if self.is_answered {
            return Err(Violation::Unrequested);
        }
        self.check(space, &entry)?;
        self.received_bytes = self.received_bytes.saturating_add(entry.byte_count());
        self.received.push(entry);
        Ok(())
    }

    /// Takes the end of the answer.
    pub(super) fn handle_end(&mut self) -> Result<(), Violation> {
        if std::mem::replace(&mut self.is_answered, true) { Err(Violation::Unrequested) } else { Ok(()) }
    }

    /// What arrived since the last call, and whether the answer is complete with it.
    pub(super) fn poll(&mut self) -> Option<(Vec<WireEntry>, bool)> {
        let is_due = self.is_answered || !self.received.is_empty();
        is_due.then(|| {
            self.received_bytes = 0;
            (std::mem::take(&mut self.received), self.is_answered)
        })
    }

    pub(super) const fn received_bytes(&self) -> usize {
        self.received_bytes
    }

    pub(super) fn held_bytes(&self) -> usize {
        let named = self.from.len().saturating_add(self.payloads.len());
        self.received_bytes.saturating_add(named.saturating_mul(NAMED_BYTES))
    }

    /// Whether an entry of this space was asked for. Headers of a newer version cannot be judged here.
    fn check(&self, space: SpaceId, entry: &WireEntry) -> Result<(), Violation> {
        match SignedHeader::decode(&entry.header) {
            Ok(signed) => {
                let header = signed.header();
                let by_place = self.from.get(&header.log).is_some_and(|from| header.seq >= *from);
                let is_asked = by_place || self.payloads.contains(&signed.id());
                if header.space == space && is_asked { Ok(()) } else { Err(Violation::Unrequested) }
            }
            Err(HeaderError::NewerVersion) => Ok(()),
            Err(HeaderError::Malformed | HeaderError::AboveLimit | HeaderError::BadSignature) => {
                Err(Violation::Malformed)
            }
        }
    }
}

/// A question of the peer and what of its answer is not sent yet.
#[derive(Debug, Clone)]
pub(super) struct Answering {
    pub(super) id: u32,
    supply: Supply,
    queue: VecDeque<WireEntry>,
    queued_bytes: usize,
}

/// What the host has been told and has given.
#[derive(Debug, Clone)]
enum Supply {
    /// The host does not know of the question yet.
    Unreported { from: BTreeMap<LogId, u32>, payloads: BTreeSet<EntryId> },
    /// The host was asked for a batch.
    Awaited,
    /// There will be more.
    Open,
    /// The host gave everything.
    Complete,
}

impl Answering {
    pub(super) const fn new(id: u32, from: BTreeMap<LogId, u32>, payloads: BTreeSet<EntryId>) -> Self {
        Self { id, supply: Supply::Unreported { from, payloads }, queue: VecDeque::new(), queued_bytes: 0 }
    }

    /// Asks the host for the next batch, if one is due.
    pub(super) fn poll_event(&mut self, space: SpaceId) -> Option<Event> {
        let request = RequestId(self.id);
        match std::mem::replace(&mut self.supply, Supply::Awaited) {
            Supply::Unreported { from, payloads } => {
                Some(Event::PeerNeeds { request, space, from, payloads })
            }
            Supply::Open if self.queued_bytes < OUTPUT_LOW_BYTES_MAX => Some(Event::WantsMore { request }),
            unchanged @ (Supply::Open | Supply::Awaited | Supply::Complete) => {
                self.supply = unchanged;
                None
            }
        }
    }

    /// Takes a batch of the host.
    pub(super) fn provide(&mut self, entries: Vec<WireEntry>, is_last: bool) -> Result<(), ProvideError> {
        if !self.is_awaited() {
            return Err(ProvideError::NotDue);
        }
        let bytes: usize = entries.iter().map(WireEntry::byte_count).sum();
        let fits = bytes <= BATCH_BYTES_MAX && entries.iter().all(WireEntry::is_within_limits);
        if !fits || (entries.is_empty() && !is_last) {
            return Err(ProvideError::AboveLimit);
        }
        self.queued_bytes = self.queued_bytes.saturating_add(bytes);
        self.queue.extend(entries);
        self.supply = if is_last { Supply::Complete } else { Supply::Open };
        Ok(())
    }

    /// The next bulk message, and whether it ends the answer.
    pub(super) fn poll_message(&mut self) -> Option<(Message, bool)> {
        if let Some(entry) = self.queue.pop_front() {
            self.queued_bytes = self.queued_bytes.saturating_sub(entry.byte_count());
            let WireEntry { header, payload } = entry;
            return Some((Message::Entry { request: self.id, header, payload }, false));
        }
        matches!(self.supply, Supply::Complete).then_some((Message::End { request: self.id }, true))
    }

    pub(super) const fn is_awaited(&self) -> bool {
        matches!(self.supply, Supply::Awaited)
    }

    pub(super) const fn queued_bytes(&self) -> usize {
        self.queued_bytes
    }

    pub(super) fn held_bytes(&self) -> usize {
        let named = match &self.supply {
            Supply::Unreported { from, payloads } => from.len().saturating_add(payloads.len()),
            Supply::Awaited | Supply::Open | Supply::Complete => 0,
        };
        self.queued_bytes.saturating_add(named.saturating_mul(NAMED_BYTES))
    }
}
