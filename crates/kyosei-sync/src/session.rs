//! Two devices exchange entries: the protocol of one connection, as a machine without IO, clock and randomness.
//!
//! # Life-cycle
//!
//! [`Session::new`] for a connection whose transport has authenticated both endpoint keys. First both sides prove which
//! device they are ([`Event::Proven`]); until then nothing is said but versions and a nonce. Then, for each space that
//! both hold the other for a member of: what does each have ([`Event::PeerHas`]), what does this side need
//! ([`Session::need`], [`Event::Entries`]), what does the peer need ([`Event::PeerNeeds`], [`Session::provide`]). It goes
//! on as long as the connection does: each write and each ingest is announced ([`Session::announce`]), and every
//! membership change is handed over ([`Session::revise`]).
//!
//! # Order of polling
//!
//! 1. Give [`Session::handle_bytes`] what arrived. It says how much it took; keep the rest.
//! 2. Call [`Session::poll_event`] until it gives nothing, act, then give the rest. Who wants larger batches to store reads
//!    what the connection has before polling: a session takes in bounded amounts only.
//! 3. Call [`Session::poll_transmit`] until it gives nothing or the connection takes no more.
//!
//! After a command, repeat 2 and 3. A [`Violation`] ends the session; close the connection with its code.
//!
//! # What it does not do
//!
//! It stores nothing, verifies no signature of an entry and judges none, keeps no time: a peer that is silent is the
//! transport's matter. It does not decide what to ask for either ([`Asking`](crate::Asking) does).

mod event;
mod exchange;
mod handshake;
mod live;
mod output;
mod requests;
mod violation;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kyosei_access::{DeviceId, EntryId, LogId, SpaceId};

pub use event::{
    Event, Local, NeedError, Peer, ProvideError, RequestId, Revision, Side, SpaceView, StartError,
};
pub use violation::{EndReason, Violation};

use crate::have::Have;
use crate::wire::frame::{LaneLimits, Taken};
use crate::wire::limits::{
    BULK_MESSAGE_BYTES_MAX, CONTROL_MESSAGE_BYTES_MAX, FRAME_BYTES_MAX, HANDSHAKE_MESSAGE_BYTES_MAX,
    SPACE_COUNT_MAX,
};
use crate::wire::{Assembler, Message, WireEntry};
use handshake::{Ends, Hello, Padding, Proof, Transcript};
use kyosei_access::EndpointKey;
use live::Live;
use output::Output;

/// One side of one connection. See the module for the order of calls.
pub struct Session {
    ends: Ends,
    state: State,
    input: Assembler,
    output: Output,
    events: VecDeque<Event>,
}

enum State {
    AwaitHello(Box<Unproven>, Hello),
    AwaitProof(Box<Unproven>, Named),
    Live(Box<Live>),
    Ended,
    Violated(Violation),
}

/// What both sides said so far, and the spaces that the proof of this side named.
struct Named {
    transcript: Transcript,
    spaces: BTreeSet<SpaceId>,
}

/// What is kept until the peer has proved itself.
struct Unproven {
    local: Local,
    views: BTreeMap<SpaceId, SpaceView>,
    padding: Padding,
}

impl Session {
    /// Begins a session with the endpoint `peer`. `entropy` is 32 random bytes that are used for nothing else.
    ///
    /// # Errors
    /// See [`StartError`]. Nothing has been sent then: close the connection.
    pub fn new(
        side: Side,
        local: Local,
        peer: EndpointKey,
        spaces: Vec<SpaceView>,
        entropy: &[u8; 32],
    ) -> Result<Self, StartError> {
        let ends = Ends { side, own: local.endpoint, peer };
        let own_device = DeviceId::from(&local.device_key);
        let views: BTreeMap<SpaceId, SpaceView> = spaces
            .into_iter()
            .filter(|view| may_share(view, own_device, peer))
            .map(|view| (view.space, view))
            .collect();
        if views.is_empty() {
            return Err(StartError::NoSharedSpace);
        }
        if views.len() > SPACE_COUNT_MAX {
            return Err(StartError::TooManySpaces);
        }
        let hello = Hello::new(entropy);
        let mut output = Output::default();
        output.push_control(None, &hello.message());
        let unproven = Unproven { local, views, padding: Padding::new(entropy) };
        let state = State::AwaitHello(Box::new(unproven), hello);
        Ok(Self { ends, state, input: Assembler::default(), output, events: VecDeque::new() })
    }

    /// Takes bytes that arrived, in any pieces, and returns how many it took. It takes fewer than given only when
    /// received entries wait for the host: poll the events, then give the rest.
    ///
    /// # Errors
    /// The [`Violation`] that ended the session, each time from then on.
    #[must_use = "the rest must be given again"]
    pub fn handle_bytes(&mut self, bytes: &[u8]) -> Result<usize, Violation> {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_full() {
            let taken = match &self.state {
                State::Violated(violation) => return Err(*violation),
                State::Ended => return Ok(bytes.len()),
                State::AwaitHello(..) | State::AwaitProof(..) | State::Live(_) => self.take_message(rest),
            };
            let taken = taken.inspect_err(|violation| self.fail(*violation))?;
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(bytes.len().saturating_sub(rest.len()))
    }

    /// The next bytes to send: at most [`FRAME_BYTES_MAX`].
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        let mut chunk = Vec::new();
        while chunk.len() < FRAME_BYTES_MAX {
            if let State::Live(live) = &mut self.state {
                if self.output.is_control_idle() {
                    live.fill_control(&mut self.output);
                }
                if self.output.is_bulk_idle() {
                    live.fill_bulk(&mut self.output);
                }
            }
            if !self.output.append_frame(&mut chunk) {
                break;
            }
        }
        (!chunk.is_empty()).then_some(chunk)
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<Event> {
        if let Some(event) = self.events.pop_front() {
            return Some(event);
        }
        match &mut self.state {
            State::Live(live) => live.poll_event(),
            State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_) => None,
        }
    }

    /// Asks the peer for entries: for each log from a sequence number on, and further ones by id.
    ///
    /// # Errors
    /// See [`NeedError`].
    pub fn need(
        &mut self,
        space: SpaceId,
        from: BTreeMap<LogId, u32>,
        payloads: BTreeSet<EntryId>,
    ) -> Result<(), NeedError> {
        match &mut self.state {
            State::Live(live) => live.need(space, from, payloads, &mut self.output),
            State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_) => {
                Err(NeedError::NotShared)
            }
        }
    }

    /// Answers [`Event::PeerNeeds`] and [`Event::WantsMore`] with the next batch: of at most
    /// [`BATCH_BYTES_MAX`](crate::wire::limits::BATCH_BYTES_MAX) bytes, and not empty unless it is the last.
    ///
    /// # Errors
    /// See [`ProvideError`].
    pub fn provide(
        &mut self,
        request: RequestId,
        entries: Vec<WireEntry>,
        is_last: bool,
    ) -> Result<(), ProvideError> {
        match &mut self.state {
            State::Live(live) => live.provide(request, entries, is_last),
            State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_) => {
                Err(ProvideError::Closed)
            }
        }
    }

    /// Tells what this replica has now, after a write or an ingest. Spaces that are not shared are passed over.
    pub fn announce(&mut self, space: SpaceId, have: &Have) {
        match &mut self.state {
            State::Live(live) => live.announce(space, have),
            State::AwaitHello(unproven, _) | State::AwaitProof(unproven, _) => {
                if let Some(view) = unproven.views.get_mut(&space) {
                    view.have = have.clone();
                }
            }
            State::Ended | State::Violated(_) => {}
        }
    }

    /// Takes over a changed membership. If the peer is no longer a member of the space, not one byte more of it is sent,
    /// not even the rest of an entry that is under way.
    pub fn revise(&mut self, view: SpaceView) -> Revision {
        let space = view.space;
        match &mut self.state {
            State::Live(live) => {
                let member = view.peers.get(&live.device());
                let is_member = member.is_some_and(|member| member.endpoint == self.ends.peer);
                match (is_member, live.is_shared(space)) {
                    (true, true) => {
                        live.announce(space, &view.have);
                        Revision::Kept
                    }
                    (true, false) => Revision::Addable,
                    (false, true) => self.withdraw(space, true),
                    (false, false) => Revision::Kept,
                }
            }
            State::AwaitHello(unproven, _) | State::AwaitProof(unproven, _) => {
                let revision = unproven.revise(view, self.ends.peer);
                if revision == Revision::Ended {
                    self.end(EndReason::PeerNotMember);
                }
                revision
            }
            State::Ended | State::Violated(_) => Revision::Kept,
        }
    }

    /// All that the peer has of a shared space, as far as it told.
    #[must_use]
    pub fn peer_have(&self, space: SpaceId) -> Option<&Have> {
        match &self.state {
            State::Live(live) => live.peer_have(space),
            State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_) => None,
        }
    }

    /// Bytes that the session holds of messages, entries and tips, as it accounts for them.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        let live = match &self.state {
            State::Live(live) => live.held_bytes(),
            State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_) => 0,
        };
        live.saturating_add(self.input.held_bytes()).saturating_add(self.output.held_bytes())
    }

    fn is_full(&self) -> bool {
        matches!(&self.state, State::Live(live) if live.is_full())
    }

    fn take_message(&mut self, bytes: &[u8]) -> Result<usize, Violation> {
        let limits = match &self.state {
            State::Live(_) => LaneLimits { control: CONTROL_MESSAGE_BYTES_MAX, bulk: BULK_MESSAGE_BYTES_MAX },
            State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_) => {
                LaneLimits { control: HANDSHAKE_MESSAGE_BYTES_MAX, bulk: 0 }
            }
        };
        let Taken { byte_count, message } = self.input.push(bytes, limits)?;
        let Some((lane, bytes)) = message else { return Ok(byte_count) };
        match Message::decode(&bytes)? {
            Some(message) if message.lane() == lane => self.handle_message(message)?,
            Some(_) => return Err(Violation::Malformed),
            // Nothing may be skipped while the two sides prove themselves: both sign all that was said.
            None if !matches!(self.state, State::Live(_)) => return Err(Violation::OutOfTurn),
            None => {}
        }
        Ok(byte_count)
    }

    fn handle_message(&mut self, message: Message) -> Result<(), Violation> {
        self.state = match (std::mem::replace(&mut self.state, State::Ended), message) {
            (State::AwaitHello(unproven, own), Message::Hello { versions, nonce }) => {
                let transcript = Transcript::new(self.ends, &own, &Hello::received(versions, nonce))?;
                let named: BTreeSet<SpaceId> = match self.ends.side {
                    Side::Dialer => unproven.views.keys().copied().collect(),
                    Side::Listener => BTreeSet::new(),
                };
                if self.ends.side == Side::Dialer {
                    self.output.push_control(None, &unproven.prove(&transcript, None, &named));
                }
                State::AwaitProof(unproven, Named { transcript, spaces: named })
            }
            (State::AwaitProof(unproven, named), Message::Proof { device, tags, signature }) => {
                self.handle_proof(*unproven, &named, &Proof { device, tags, signature })?
            }
            (State::Live(mut live), message) => {
                let withdrawn = live.handle_message(message)?;
                self.state = State::Live(live);
                if let Some(space) = withdrawn {
                    self.withdraw(space, false);
                }
                return Ok(());
            }
            (
                State::AwaitHello(..) | State::AwaitProof(..) | State::Ended | State::Violated(_),
                Message::Hello { .. }
                | Message::Proof { .. }
                | Message::Digest { .. }
                | Message::Have { .. }
                | Message::Need { .. }
                | Message::Withdraw { .. }
                | Message::Entry { .. }
                | Message::End { .. },
            ) => return Err(Violation::OutOfTurn),
        };
        Ok(())
    }

    fn handle_proof(&mut self, unproven: Unproven, named: &Named, proof: &Proof) -> Result<State, Violation> {
        let Named { transcript, spaces: named } = named;
        let own_device = DeviceId::from(&unproven.local.device_key);
        let roles = transcript.check(proof, own_device, self.ends.peer, &unproven.views)?;
        let shared: BTreeSet<SpaceId> = roles.keys().copied().collect();
        match self.ends.side {
            Side::Listener => {
                let own = unproven.prove(transcript, Some(proof.device), &shared);
                self.output.push_control(None, &own);
            }
            // The listener counts on what both proofs name; membership may have changed since ours.
            Side::Dialer => named
                .difference(&shared)
                .filter(|space| transcript.is_named_by_peer(proof, **space))
                .for_each(|space| self.output.push_control(None, &Message::Withdraw { space: *space })),
        }
        let views = unproven.views.into_values().filter(|view| shared.contains(&view.space));
        let live = Live::new(proof.device, views, &mut self.output);
        self.events.push_back(Event::Proven { device: proof.device, spaces: roles });
        Ok(State::Live(Box::new(live)))
    }

    /// Stops sharing a space, on our own account or on the peer's.
    fn withdraw(&mut self, space: SpaceId, is_own: bool) -> Revision {
        let State::Live(live) = &mut self.state else { return Revision::Kept };
        if !live.withdraw(space, &mut self.output) {
            return Revision::Kept;
        }
        let is_over = live.is_empty();
        if is_own {
            self.output.push_control(None, &Message::Withdraw { space });
        } else {
            self.events.push_back(Event::Withdrawn { space });
        }
        if is_over {
            self.end(if is_own { EndReason::PeerNotMember } else { EndReason::WithdrawnByPeer });
            return Revision::Ended;
        }
        Revision::Withdrawn
    }

    fn end(&mut self, reason: EndReason) {
        self.state = State::Ended;
        self.input = Assembler::default();
        self.events.push_back(Event::Ended { reason });
    }

    fn fail(&mut self, violation: Violation) {
        self.state = State::Violated(violation);
        self.input = Assembler::default();
        self.output = Output::default();
        self.events.clear();
    }
}

impl Unproven {
    fn prove(
        &self,
        transcript: &Transcript,
        peer_device: Option<DeviceId>,
        spaces: &BTreeSet<SpaceId>,
    ) -> Message {
        transcript.prove(&self.local.device_key, peer_device, spaces, &self.padding)
    }

    fn revise(&mut self, view: SpaceView, peer: EndpointKey) -> Revision {
        let was_named = self.views.remove(&view.space).is_some();
        match (may_share(&view, DeviceId::from(&self.local.device_key), peer), was_named) {
            (true, true) => {
                self.views.insert(view.space, view);
                Revision::Kept
            }
            (true, false) => Revision::Addable,
            (false, true) if self.views.is_empty() => Revision::Ended,
            (false, true) => Revision::Withdrawn,
            (false, false) => Revision::Kept,
        }
    }
}

/// Whether some member of the space, other than this device, has the peer's endpoint.
fn may_share(view: &SpaceView, own: DeviceId, peer: EndpointKey) -> bool {
    view.peers.iter().any(|(device, member)| *device != own && member.endpoint == peer)
}
