//! The state of a session after both sides proved themselves: the shared spaces, and what goes on in each.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{DeviceId, EntryId, LogId, SpaceId};

use crate::have::Have;
use crate::session::event::{Event, NeedError, ProvideError, RequestId, SpaceView};
use crate::session::exchange::Exchange;
use crate::session::output::Output;
use crate::session::requests::{Answering, Asked};
use crate::session::violation::Violation;
use crate::wire::limits::{
    BATCH_BYTES_MAX, HAVE_LOG_COUNT_MAX, NEED_PAYLOAD_COUNT_MAX, OUTPUT_BYTES_MAX, RECEIVED_BYTES_MAX,
};
use crate::wire::{Message, WireEntry};

/// The proven peer and what is shared with it.
#[derive(Debug)]
pub(super) struct Live {
    device: DeviceId,
    spaces: BTreeMap<SpaceId, Shared>,
    /// Requests of this side whose space is shared no longer; what still arrives for them is dropped.
    abandoned: BTreeSet<u32>,
    last_own_request: Option<u32>,
    last_peer_request: Option<u32>,
    /// The space that was served last with an event, a control message, a bulk message: the next one's turn is after it.
    event_turn: Option<SpaceId>,
    control_turn: Option<SpaceId>,
    bulk_turn: Option<SpaceId>,
}

/// One shared space.
#[derive(Debug)]
struct Shared {
    exchange: Exchange,
    asked: Option<Asked>,
    answering: Option<Answering>,
}

impl Live {
    /// Begins with the spaces that both proofs named, and queues the first message of each.
    pub(super) fn new(
        device: DeviceId,
        shared: impl Iterator<Item = SpaceView>,
        output: &mut Output,
    ) -> Self {
        let mut spaces = BTreeMap::new();
        for SpaceView { space, have, .. } in shared {
            let exchange = Exchange::new(space, have);
            output.push_control(Some(space), &exchange.digest_message());
            spaces.insert(space, Shared { exchange, asked: None, answering: None });
        }
        Self {
            device,
            spaces,
            abandoned: BTreeSet::new(),
            last_own_request: None,
            last_peer_request: None,
            event_turn: None,
            control_turn: None,
            bulk_turn: None,
        }
    }

    pub(super) const fn device(&self) -> DeviceId {
        self.device
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spaces.is_empty()
    }

    pub(super) fn is_shared(&self, space: SpaceId) -> bool {
        self.spaces.contains_key(&space)
    }

    pub(super) fn peer_have(&self, space: SpaceId) -> Option<&Have> {
        self.spaces.get(&space).map(|shared| shared.exchange.peer())
    }

    pub(super) fn announce(&mut self, space: SpaceId, have: &Have) {
        if let Some(shared) = self.spaces.get_mut(&space) {
            shared.exchange.announce(have.clone());
        }
    }

    /// Stops sharing a space. Returns whether it was shared.
    pub(super) fn withdraw(&mut self, space: SpaceId, output: &mut Output) -> bool {
        let Some(shared) = self.spaces.remove(&space) else { return false };
        self.abandoned.extend(shared.asked.map(|asked| asked.id));
        output.withdraw(space);
        true
    }

    /// Asks the peer.
    pub(super) fn need(
        &mut self,
        space: SpaceId,
        from: BTreeMap<LogId, u32>,
        payloads: BTreeSet<EntryId>,
        output: &mut Output,
    ) -> Result<(), NeedError> {
        let shared = self.spaces.get_mut(&space).ok_or(NeedError::NotShared)?;
        if shared.asked.is_some() {
            return Err(NeedError::StillOpen);
        }
        let is_empty = from.is_empty() && payloads.is_empty();
        if is_empty || from.len() > HAVE_LOG_COUNT_MAX || payloads.len() > NEED_PAYLOAD_COUNT_MAX {
            return Err(NeedError::AboveLimit);
        }
        // 2^32 questions in one session are out of reach: each takes a round trip.
        let id = self.last_own_request.map_or(0, |last| last.saturating_add(1));
        self.last_own_request = Some(id);
        let asked = Asked::new(id, from, payloads);
        output.push_control(Some(space), &asked.message(space));
        shared.asked = Some(asked);
        Ok(())
    }

    pub(super) fn provide(
        &mut self,
        request: RequestId,
        entries: Vec<WireEntry>,
        is_last: bool,
    ) -> Result<(), ProvideError> {
        let mut open = self.spaces.values_mut().filter_map(|shared| shared.answering.as_mut());
        let answering = open.find(|answering| answering.id == request.0).ok_or(ProvideError::Closed)?;
        answering.provide(entries, is_last)
    }

    /// Takes a message. The space of a `Withdraw` is given back.
    pub(super) fn handle_message(&mut self, message: Message) -> Result<Option<SpaceId>, Violation> {
        match message {
            Message::Hello { .. } | Message::Proof { .. } => return Err(Violation::OutOfTurn),
            Message::Digest { space, digest } => {
                self.spaces
                    .get_mut(&space)
                    .map_or(Ok(()), |shared| shared.exchange.handle_digest(&digest))?;
            }
            Message::Have { space, tips, is_last } => {
                let shared = self.spaces.get_mut(&space);
                shared.map_or(Ok(()), |shared| shared.exchange.handle_have(tips, is_last))?;
            }
            Message::Need { request, space, from, payloads } => {
                self.handle_need(request, space, from, payloads)?;
            }
            Message::Withdraw { space } => return Ok(Some(space)),
            Message::Entry { request, header, payload } => {
                let entry = WireEntry { header, payload };
                if let Some((space, asked)) = self.asked(request)? {
                    asked.handle_entry(space, entry)?;
                }
            }
            Message::End { request } => {
                if let Some((_, asked)) = self.asked(request)? {
                    asked.handle_end()?;
                }
                self.abandoned.remove(&request);
            }
        }
        Ok(None)
    }

    /// The next event, in turn over the spaces.
    pub(super) fn poll_event(&mut self) -> Option<Event> {
        let has_room = self.has_output_room();
        for space in self.in_turn(self.event_turn) {
            let Some(shared) = self.spaces.get_mut(&space) else { continue };
            if let Some(event) = shared.poll_event(space, has_room) {
                self.event_turn = Some(space);
                return Some(event);
            }
        }
        None
    }

    /// Gives `output` the next control message, in turn over the spaces.
    pub(super) fn fill_control(&mut self, output: &mut Output) {
        for space in self.in_turn(self.control_turn) {
            let Some(shared) = self.spaces.get_mut(&space) else { continue };
            let Some(message) = shared.exchange.poll_message() else { continue };
            self.control_turn = Some(space);
            output.push_control(Some(space), &message);
            return;
        }
    }

    /// Gives `output` the next bulk message, in turn over the spaces.
    pub(super) fn fill_bulk(&mut self, output: &mut Output) {
        for space in self.in_turn(self.bulk_turn) {
            let Some(shared) = self.spaces.get_mut(&space) else { continue };
            let Some((message, is_end)) = shared.answering.as_mut().and_then(Answering::poll_message) else {
                continue;
            };
            if is_end {
                shared.answering = None;
            }
            self.bulk_turn = Some(space);
            output.start_bulk(space, &message);
            return;
        }
    }

    /// Whether so much was received that the host has to take it first.
    pub(super) fn is_full(&self) -> bool {
        let asked = self.spaces.values().filter_map(|shared| shared.asked.as_ref());
        asked.map(Asked::received_bytes).sum::<usize>() >= RECEIVED_BYTES_MAX
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.spaces.values().map(Shared::held_bytes).sum()
    }

    fn handle_need(
        &mut self,
        request: u32,
        space: SpaceId,
        from: BTreeMap<LogId, u32>,
        payloads: BTreeSet<EntryId>,
    ) -> Result<(), Violation> {
        if self.last_peer_request.is_some_and(|last| request <= last) {
            return Err(Violation::RequestOutOfOrder);
        }
        self.last_peer_request = Some(request);
        let Some(shared) = self.spaces.get_mut(&space) else { return Ok(()) };
        if shared.answering.is_some() {
            return Err(Violation::RequestOutOfOrder);
        }
        shared.answering = Some(Answering::new(request, from, payloads));
        Ok(())
    }

    /// The open question of this side with this number; `None` if it was abandoned.
    fn asked(&mut self, request: u32) -> Result<Option<(SpaceId, &mut Asked)>, Violation> {
        if self.abandoned.contains(&request) {
            return Ok(None);
        }
        let mut open = self
            .spaces
            .iter_mut()
            .filter_map(|(space, shared)| shared.asked.as_mut().map(|asked| (*space, asked)));
        open.find(|(_, asked)| asked.id == request).map(Some).ok_or(Violation::Unrequested)
    }

    /// Whether one more batch would stay within the limit of the output.
    fn has_output_room(&self) -> bool {
        let open = || self.spaces.values().filter_map(|shared| shared.answering.as_ref());
        let queued: usize = open().map(Answering::queued_bytes).sum();
        let awaited = open().filter(|answering| answering.is_awaited()).count();
        let batches = awaited.saturating_add(1).saturating_mul(BATCH_BYTES_MAX);
        queued.saturating_add(batches) <= OUTPUT_BYTES_MAX
    }

    /// All spaces, beginning after `turn`.
    fn in_turn(&self, turn: Option<SpaceId>) -> Vec<SpaceId> {
        let is_after = |space: &&SpaceId| turn.is_none_or(|turn| **space > turn);
        let after = self.spaces.keys().filter(is_after);
        let before = self.spaces.keys().filter(|space| !is_after(space));
        after.chain(before).copied().collect()
    }
}

impl Shared {
    fn poll_event(&mut self, space: SpaceId, has_room: bool) -> Option<Event> {
        if let Some(have) = self.exchange.poll_peer_has() {
            return Some(Event::PeerHas { space, have });
        }
        if let Some((entries, is_last)) = self.asked.as_mut().and_then(Asked::poll) {
            if is_last {
                self.asked = None;
            }
            return Some(Event::Entries { space, entries, is_last });
        }
        self.answering.as_mut().filter(|_| has_room).and_then(|answering| answering.poll_event(space))
    }

    fn held_bytes(&self) -> usize {
        let asked = self.asked.as_ref().map_or(0, Asked::held_bytes);
        let answering = self.answering.as_ref().map_or(0, Answering::held_bytes);
        self.exchange.held_bytes().saturating_add(asked).saturating_add(answering)
    }
}
