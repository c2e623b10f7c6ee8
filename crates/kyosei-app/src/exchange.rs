//! One connection to another device, from the side of the replicas: it answers what the session asks, and asks for what
//! is missing here.
//!
//! Life-cycle: [`Exchange::new`] when the transport has authenticated the peer's endpoint; [`Exchange::take`] with what
//! arrives, [`Exchange::give`] until it has nothing to send; [`Exchange::announce`] after every write and
//! [`Exchange::revise`] after every change of a membership, until the connection ends. It keeps no time and does no IO:
//! storing and reading entries is the [`Host`]'s.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kyosei_access::{DeviceId, EndpointKey, EntryId, LogId, Role, SpaceId};
use kyosei_sync::wire::limits::{BATCH_BYTES_MAX, NEED_PAYLOAD_COUNT_MAX};
use kyosei_sync::{
    Asking, EndReason, Event, Have, Local, RequestId, Revision, Session, Side, SpaceView, StartError,
    Violation, WireEntry,
};

/// Entries of one batch at most.
const BATCH_ENTRY_COUNT_MAX: usize = 512;

/// Whoever holds the replicas.
pub trait Host {
    /// Why storing or reading failed.
    type Error;

    /// What is here of a space.
    fn have(&self, space: SpaceId) -> Have;

    /// How many operations were heard of in entries that could not be taken in: each may be what another entry rests on.
    fn heard_count(&self, space: SpaceId) -> usize;

    /// Whether an entry is stored here.
    ///
    /// # Errors
    /// When reading fails.
    fn knows(&self, space: SpaceId, entry: EntryId) -> Result<bool, Self::Error>;

    /// Entries whose payloads have not arrived, at most `count_max` of them.
    ///
    /// # Errors
    /// When reading fails.
    fn awaiting(&self, space: SpaceId, count_max: usize) -> Result<BTreeSet<EntryId>, Self::Error>;

    /// The places, in the order of arrival, of entries that a peer asks for.
    ///
    /// # Errors
    /// When reading fails.
    fn places(
        &self,
        space: SpaceId,
        from: &BTreeMap<LogId, u32>,
        payloads: &BTreeSet<EntryId>,
    ) -> Result<Vec<i64>, Self::Error>;

    /// The entry at a place.
    ///
    /// # Errors
    /// When reading fails.
    fn entry_at(&self, space: SpaceId, place: i64) -> Result<Option<WireEntry>, Self::Error>;

    /// Stores entries and takes them in. When this returns, they are durable.
    ///
    /// # Errors
    /// When storing fails: nothing of them is stored then.
    fn receive(&mut self, space: SpaceId, entries: Vec<WireEntry>) -> Result<(), Self::Error>;
}

/// One side of a connection.
pub struct Exchange {
    session: Session,
    device: Option<DeviceId>,
    spaces: BTreeMap<SpaceId, Shared>,
    answers: BTreeMap<RequestId, Answer>,
}

/// A space that the peer shares.
#[derive(Default)]
struct Shared {
    asking: Asking,
    /// Whether the peer has told what it has; before, nothing is known of it.
    has_told: bool,
    is_question_open: bool,
    /// What was here when the question was asked.
    had: Known,
    /// Payloads that were asked for in this session.
    asked_payloads: BTreeSet<EntryId>,
}

/// What decides which entries can be taken in.
#[derive(Default, PartialEq, Eq)]
struct Known {
    have: Have,
    heard_count: usize,
}

/// What is still to be sent of an answer.
struct Answer {
    space: SpaceId,
    places: VecDeque<i64>,
}

/// What happened, for whoever keeps the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Both sides proved themselves.
    Proven {
        /// The peer's device.
        device: DeviceId,
        /// The spaces that are shared, with the peer's role in each.
        spaces: BTreeMap<SpaceId, Role>,
    },
    /// The peer told what it has of a space: all of it at first, later what changed.
    PeerHas {
        /// The space.
        space: SpaceId,
    },
    /// Entries of a space were stored and taken in: announce it on the other connections.
    Received {
        /// The space.
        space: SpaceId,
    },
    /// The peer shares this space no longer.
    Withdrawn {
        /// The space.
        space: SpaceId,
    },
    /// The session is over.
    Ended {
        /// Why.
        reason: EndReason,
    },
}

/// Why a connection must be closed.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError<E> {
    /// The peer does not keep to the protocol.
    #[error(transparent)]
    Violation(Violation),
    /// Storing or reading failed here.
    #[error("the vault failed")]
    Host(E),
}

impl Exchange {
    /// Begins. `entropy` is 32 random bytes that are used for nothing else.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn new(
        side: Side,
        local: Local,
        peer: EndpointKey,
        views: Vec<SpaceView>,
        entropy: &[u8; 32],
    ) -> Result<Self, StartError> {
        let session = Session::new(side, local, peer, views, entropy)?;
        Ok(Self { session, device: None, spaces: BTreeMap::new(), answers: BTreeMap::new() })
    }

    /// Takes all bytes that arrived, and acts on what they say.
    ///
    /// # Errors
    /// See [`ExchangeError`]: the connection must be closed.
    pub fn take<H: Host>(
        &mut self,
        bytes: &[u8],
        host: &mut H,
    ) -> Result<Vec<Happened>, ExchangeError<H::Error>> {
        let mut happened = Vec::new();
        let mut rest = bytes;
        loop {
            let taken = self.session.handle_bytes(rest).map_err(ExchangeError::Violation)?;
            rest = rest.get(taken..).unwrap_or_default();
            let had_events = self.act(host, &mut happened)?;
            if rest.is_empty() && !had_events {
                return Ok(happened);
            }
        }
    }

    /// The next bytes to send.
    ///
    /// # Errors
    /// [`ExchangeError::Host`] if entries could not be read.
    pub fn give<H: Host>(&mut self, host: &mut H) -> Result<Option<Vec<u8>>, ExchangeError<H::Error>> {
        let bytes = self.session.poll_transmit();
        // Sending makes room, and the session then asks for the next entries of an answer.
        self.act(host, &mut Vec::new())?;
        Ok(bytes)
    }

    /// Tells the peer what is here now, after a write or an ingest.
    pub fn announce(&mut self, space: SpaceId, have: &Have) {
        self.session.announce(space, have);
    }

    /// Asks again for what could not be taken in before, after something else was: it may find what it rests on now.
    ///
    /// # Errors
    /// [`ExchangeError::Host`] if reading fails.
    pub fn ask_again<H: Host>(&mut self, space: SpaceId, host: &H) -> Result<(), ExchangeError<H::Error>> {
        // Asked without anything new, two devices would go on for ever about an entry that one of them cannot take in.
        if let Some(shared) =
            self.spaces.get_mut(&space).filter(|shared| shared.had != Known::by(host, space))
        {
            shared.asking = Asking::default();
            self.ask(space, host).map_err(ExchangeError::Host)?;
        }
        Ok(())
    }

    /// Takes over a changed membership.
    pub fn revise(&mut self, view: SpaceView) -> Revision {
        let space = view.space;
        let revision = self.session.revise(view);
        if matches!(revision, Revision::Withdrawn | Revision::Ended) {
            self.forget(space);
        }
        revision
    }

    /// The peer's device, once it has proved itself.
    #[must_use]
    pub const fn device(&self) -> Option<DeviceId> {
        self.device
    }

    /// The spaces that are shared now.
    pub fn spaces(&self) -> impl Iterator<Item = SpaceId> {
        self.spaces.keys().copied()
    }

    /// All that the peer has of a space, as far as it told.
    #[must_use]
    pub fn peer_have(&self, space: SpaceId) -> Option<&Have> {
        self.session.peer_have(space)
    }

    /// Whether both sides have the same of every shared space, as far as is known here.
    #[must_use]
    pub fn is_level<H: Host>(&self, host: &H) -> bool {
        let is_level = |(space, shared): (&SpaceId, &Shared)| {
            shared.has_told && self.session.peer_have(*space).is_some_and(|have| *have == host.have(*space))
        };
        self.device.is_some() && self.spaces.iter().all(is_level)
    }

    fn act<H: Host>(
        &mut self,
        host: &mut H,
        happened: &mut Vec<Happened>,
    ) -> Result<bool, ExchangeError<H::Error>> {
        let mut had_events = false;
        while let Some(event) = self.session.poll_event() {
            had_events = true;
            self.act_on(event, host, happened).map_err(ExchangeError::Host)?;
        }
        Ok(had_events)
    }

    fn act_on<H: Host>(
        &mut self,
        event: Event,
        host: &mut H,
        happened: &mut Vec<Happened>,
    ) -> Result<(), H::Error> {
        match event {
            Event::Proven { device, spaces } => {
                self.device = Some(device);
                self.spaces = spaces.keys().map(|space| (*space, Shared::default())).collect();
                happened.push(Happened::Proven { device, spaces });
            }
            Event::PeerHas { space, .. } => {
                if let Some(shared) = self.spaces.get_mut(&space) {
                    shared.has_told = true;
                }
                happened.push(Happened::PeerHas { space });
                self.ask(space, host)?;
            }
            Event::Entries { space, entries, is_last } => {
                if !entries.is_empty() {
                    host.receive(space, entries)?;
                    self.session.announce(space, &host.have(space));
                    happened.push(Happened::Received { space });
                }
                if let Some(shared) = self.spaces.get_mut(&space).filter(|_| is_last) {
                    shared.is_question_open = false;
                    if shared.had != Known::by(host, space) {
                        // What could not be taken in before may find what it rests on now.
                        shared.asking = Asking::default();
                    }
                    self.ask(space, host)?;
                }
            }
            Event::PeerNeeds { request, space, from, payloads } => {
                let places = host.places(space, &from, &payloads)?.into();
                self.answers.insert(request, Answer { space, places });
                self.supply(request, host)?;
            }
            Event::WantsMore { request } => self.supply(request, host)?,
            Event::Withdrawn { space } => {
                self.forget(space);
                happened.push(Happened::Withdrawn { space });
            }
            Event::Ended { reason } => happened.push(Happened::Ended { reason }),
        }
        Ok(())
    }

    /// Asks for what the peer has and this side has not, if no question is open.
    fn ask<H: Host>(&mut self, space: SpaceId, host: &H) -> Result<(), H::Error> {
        let Some(shared) = self.spaces.get_mut(&space).filter(|shared| !shared.is_question_open) else {
            return Ok(());
        };
        let Some(peer) = self.session.peer_have(space) else { return Ok(()) };
        let mut known = BTreeSet::new();
        for (_, tips) in peer.iter() {
            for tip in tips {
                if host.knows(space, tip.entry)? {
                    known.insert(tip.entry);
                }
            }
        }
        let from = shared.asking.next(&host.have(space), peer, |entry| known.contains(&entry));
        let payloads =
            if from.is_empty() { host.awaiting(space, NEED_PAYLOAD_COUNT_MAX)? } else { BTreeSet::new() };
        let payloads = shared.news(payloads);
        if !from.is_empty() || !payloads.is_empty() {
            shared.had = Known::by(host, space);
            // A space that was withdrawn meanwhile has no question.
            shared.is_question_open = self.session.need(space, from, payloads).is_ok();
        }
        Ok(())
    }

    /// Sends the next batch of an answer.
    fn supply<H: Host>(&mut self, request: RequestId, host: &H) -> Result<(), H::Error> {
        let Some(answer) = self.answers.get_mut(&request) else { return Ok(()) };
        let (mut batch, mut bytes) = (Vec::new(), 0_usize);
        while let Some(place) = answer.places.front().copied() {
            let Some(entry) = host.entry_at(answer.space, place)? else {
                answer.places.pop_front();
                continue;
            };
            bytes = bytes.saturating_add(entry.byte_count());
            if !batch.is_empty() && (bytes > BATCH_BYTES_MAX || batch.len() >= BATCH_ENTRY_COUNT_MAX) {
                break;
            }
            answer.places.pop_front();
            batch.push(entry);
        }
        let is_last = answer.places.is_empty();
        if is_last {
            self.answers.remove(&request);
        }
        // A request of a space that was withdrawn meanwhile is closed.
        let _sent = self.session.provide(request, batch, is_last);
        Ok(())
    }

    fn forget(&mut self, space: SpaceId) {
        self.spaces.remove(&space);
        self.answers.retain(|_, answer| answer.space != space);
    }
}

impl Known {
    fn by<H: Host>(host: &H, space: SpaceId) -> Self {
        Self { have: host.have(space), heard_count: host.heard_count(space) }
    }
}

impl Shared {
    /// Payloads that this peer was not asked for yet: what it does not have it will not have a moment later.
    fn news(&mut self, awaiting: BTreeSet<EntryId>) -> BTreeSet<EntryId> {
        let news: BTreeSet<EntryId> = awaiting.difference(&self.asked_payloads).copied().collect();
        self.asked_payloads.extend(&news);
        news
    }
}
