//! A host of sessions over a tiny store: what kyosei-app does around a session, without documents and keys.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{CutHead, DeviceId, EndpointKey, EntryId, LogId, Role, SpaceId};
use kyosei_sync::wire::frame::{self, LaneLimits, Taken};
use kyosei_sync::wire::limits::BATCH_BYTES_MAX;
use kyosei_sync::wire::{Assembler, Message};
use kyosei_sync::{
    Asking, EndReason, EntryHeader, EntryKind, Event, Have, Local, Peer, Place, RequestId, Revision, Session,
    Side, SignedHeader, SpaceView, StartError, Violation, WireEntry,
};

pub fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

pub fn endpoint(n: u8) -> EndpointKey {
    EndpointKey::from_bytes([n; 32])
}

pub fn space(n: u8) -> SpaceId {
    SpaceId::from_bytes([n; 32])
}

/// The entries of one space in their order of arrival.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    order: Vec<EntryId>,
    by_id: BTreeMap<EntryId, (SignedHeader, Option<Vec<u8>>)>,
}

impl Entries {
    /// Takes an entry if its predecessor is there. Returns whether it is new.
    pub fn take(&mut self, entry: &WireEntry) -> bool {
        let Ok(signed) = SignedHeader::decode(&entry.header) else { return false };
        let has_other_payload = entry.payload.as_ref().is_some_and(|payload| !signed.names(payload));
        if signed.verify().is_err() || has_other_payload {
            return false;
        }
        let header = signed.header();
        let fits = header.prev.map_or(header.seq == 0, |prev| {
            self.by_id.get(&prev).is_some_and(|(before, _)| {
                before.header().log == header.log && before.header().seq + 1 == header.seq
            })
        });
        if !fits {
            return false;
        }
        if let Some((_, stored)) = self.by_id.get_mut(&signed.id()) {
            let is_new = stored.is_none() && entry.payload.is_some();
            if is_new {
                stored.clone_from(&entry.payload);
            }
            return is_new;
        }
        self.order.push(signed.id());
        self.by_id.insert(signed.id(), (signed, entry.payload.clone()));
        true
    }

    /// Writes an entry into a log, after `prev`.
    pub fn write(&mut self, space: SpaceId, log: u8, prev: Option<EntryId>, payload: &[u8]) -> EntryId {
        self.write_with(&key(log), space, prev, payload)
    }

    /// Writes an entry into the log of this key, after `prev`.
    pub fn write_with(
        &mut self,
        log: &SigningKey,
        space: SpaceId,
        prev: Option<EntryId>,
        payload: &[u8],
    ) -> EntryId {
        let seq = prev.map_or(0, |prev| self.by_id[&prev].0.header().seq + 1);
        let place = Place { space, log: LogId::from(log), seq, prev, membership_heads: None };
        let signed = EntryHeader::new(place, EntryKind::Data, None, payload).unwrap().sign(log);
        assert!(self.take(&WireEntry { header: signed.encode(), payload: Some(payload.to_vec()) }));
        signed.id()
    }

    /// Appends to a log that has not forked.
    pub fn append(&mut self, space: SpaceId, log: u8, payload: &[u8]) -> EntryId {
        let tips = self.have().tips(LogId::from(&key(log))).cloned().unwrap_or_default();
        assert!(tips.len() <= 1);
        self.write(space, log, tips.first().map(|tip| tip.entry), payload)
    }

    pub fn have(&self) -> Have {
        let inner: BTreeSet<EntryId> =
            self.by_id.values().filter_map(|(entry, _)| entry.header().prev).collect();
        let mut tips: BTreeMap<LogId, BTreeSet<CutHead>> = BTreeMap::new();
        for (id, (signed, _)) in self.by_id.iter().filter(|(id, _)| !inner.contains(*id)) {
            let tip = CutHead { seq: signed.header().seq, entry: *id };
            tips.entry(signed.header().log).or_default().insert(tip);
        }
        Have::from_tips(tips).unwrap()
    }

    pub fn ids(&self) -> BTreeSet<EntryId> {
        self.by_id.keys().copied().collect()
    }

    fn contains(&self, id: EntryId) -> bool {
        self.by_id.contains_key(&id)
    }

    pub fn payload(&self, id: EntryId) -> Option<&Vec<u8>> {
        self.by_id[&id].1.as_ref()
    }

    pub fn drop_payload(&mut self, id: EntryId) {
        self.by_id.get_mut(&id).unwrap().1 = None;
    }

    /// The bytes of all payloads, in order of the ids.
    pub fn payloads(&self) -> Vec<Option<&[u8]>> {
        self.by_id.values().map(|(_, payload)| payload.as_deref()).collect()
    }

    fn payload_missing(&self) -> BTreeSet<EntryId> {
        self.by_id.iter().filter(|(_, (_, payload))| payload.is_none()).map(|(id, _)| *id).collect()
    }

    /// All entries as they travel, in their order of arrival.
    pub fn in_order(&self) -> impl Iterator<Item = WireEntry> {
        self.order.iter().map(|id| self.wire(*id))
    }

    pub fn wire(&self, id: EntryId) -> WireEntry {
        let (signed, payload) = &self.by_id[&id];
        WireEntry { header: signed.encode(), payload: payload.clone() }
    }
}

/// An answer under way: which entries are still to be handed over.
#[derive(Debug)]
struct Answer {
    space: SpaceId,
    left: Vec<EntryId>,
}

/// One device with its store, its memberships and at most one session.
pub struct Host {
    pub device: SigningKey,
    pub endpoint: EndpointKey,
    pub spaces: BTreeMap<SpaceId, Entries>,
    pub members: BTreeMap<SpaceId, BTreeMap<DeviceId, Peer>>,
    pub events: Vec<Event>,
    /// Asks for payloads that are missing here.
    pub wants_payloads: bool,
    asking: BTreeMap<SpaceId, Asking>,
    open: BTreeSet<SpaceId>,
    answers: BTreeMap<RequestId, Answer>,
    session: Option<Session>,
    input: Vec<u8>,
}

impl Host {
    /// Device, endpoint and own log number `n`.
    pub fn new(n: u8) -> Self {
        Self {
            device: key(n),
            endpoint: endpoint(n),
            spaces: BTreeMap::new(),
            members: BTreeMap::new(),
            events: Vec::new(),
            wants_payloads: false,
            asking: BTreeMap::new(),
            open: BTreeSet::new(),
            answers: BTreeMap::new(),
            session: None,
            input: Vec::new(),
        }
    }

    /// Makes the device hold a space with these devices (numbers) as members.
    pub fn join(&mut self, at: SpaceId, devices: &[u8]) -> &mut Entries {
        let member = |n: &u8| (DeviceId::from(&key(*n)), Peer { endpoint: endpoint(*n), role: Role::Edit });
        self.members.insert(at, devices.iter().map(member).collect());
        self.spaces.entry(at).or_default()
    }

    pub fn view(&self, at: SpaceId) -> SpaceView {
        SpaceView { space: at, peers: self.members[&at].clone(), have: self.spaces[&at].have() }
    }

    pub fn start(&mut self, side: Side, peer: EndpointKey, entropy: u8) -> Result<(), StartError> {
        let local = Local { device_key: self.device.clone(), endpoint: self.endpoint };
        let views = self.spaces.keys().map(|at| self.view(*at)).collect();
        self.asking.clear();
        self.open.clear();
        self.answers.clear();
        self.events.clear();
        self.input.clear();
        self.session = Some(Session::new(side, local, peer, views, &[entropy; 32])?);
        Ok(())
    }

    pub fn session(&mut self) -> &mut Session {
        self.session.as_mut().unwrap()
    }

    pub fn transmit(&mut self) -> Option<Vec<u8>> {
        self.session().poll_transmit()
    }

    /// Gives bytes to the session and does what the events ask for.
    pub fn receive(&mut self, bytes: &[u8]) -> Result<(), Violation> {
        self.input.extend_from_slice(bytes);
        loop {
            let taken = self.session.as_mut().unwrap().handle_bytes(&self.input)?;
            self.input.drain(..taken);
            self.act();
            if self.input.is_empty() {
                return Ok(());
            }
        }
    }

    /// Polls all events and acts on them.
    pub fn act(&mut self) {
        while let Some(event) = self.session().poll_event() {
            self.handle(&event);
            self.events.push(event);
        }
    }

    pub fn append(&mut self, at: SpaceId, log: u8, payload: &[u8]) -> EntryId {
        let id = self.spaces.get_mut(&at).unwrap().append(at, log, payload);
        self.announce(at);
        id
    }

    pub fn announce(&mut self, at: SpaceId) {
        let have = self.spaces[&at].have();
        self.session().announce(at, &have);
    }

    /// Another membership, now.
    pub fn revise(&mut self, at: SpaceId, devices: &[u8]) -> Revision {
        self.join(at, devices);
        let view = self.view(at);
        self.session().revise(view)
    }

    pub fn end_reason(&self) -> Option<EndReason> {
        self.events.iter().find_map(|event| match event {
            Event::Ended { reason } => Some(*reason),
            _ => None,
        })
    }

    /// Entries that arrived in this session.
    pub fn received_count(&self) -> usize {
        let count = |event: &Event| match event {
            Event::Entries { entries, .. } => entries.len(),
            _ => 0,
        };
        self.events.iter().map(count).sum()
    }

    fn handle(&mut self, event: &Event) {
        match event {
            Event::Proven { .. } | Event::Withdrawn { .. } | Event::Ended { .. } => {}
            Event::PeerHas { space, .. } => self.ask(*space),
            Event::PeerNeeds { request, space, from, payloads } => {
                let entries = &self.spaces[space];
                let is_wanted = |id: &&EntryId| {
                    let header = entries.by_id[id].0.header();
                    payloads.contains(id) || from.get(&header.log).is_some_and(|from| header.seq >= *from)
                };
                let left = entries.order.iter().filter(is_wanted).rev().copied().collect();
                self.answers.insert(*request, Answer { space: *space, left });
                self.provide(*request);
            }
            Event::WantsMore { request } => self.provide(*request),
            Event::Entries { space, entries, is_last } => {
                let store = self.spaces.get_mut(space).unwrap();
                for entry in entries {
                    store.take(entry);
                }
                self.announce(*space);
                if *is_last {
                    self.open.remove(space);
                    self.ask(*space);
                }
            }
        }
    }

    fn ask(&mut self, at: SpaceId) {
        let Some(peer) = self.session.as_ref().unwrap().peer_have(at) else { return };
        if self.open.contains(&at) {
            return;
        }
        let entries = &self.spaces[&at];
        let asking = self.asking.entry(at).or_default();
        let from = asking.next(&entries.have(), peer, |id| entries.contains(id));
        let missing = if std::mem::take(&mut self.wants_payloads) {
            entries.payload_missing()
        } else {
            BTreeSet::new()
        };
        if !from.is_empty() || !missing.is_empty() {
            self.session().need(at, from, missing).unwrap();
            self.open.insert(at);
        }
    }

    fn provide(&mut self, request: RequestId) {
        let answer = self.answers.get_mut(&request).unwrap();
        let store = &self.spaces[&answer.space];
        let mut batch = Vec::new();
        let mut bytes = 0;
        while let Some(id) = answer.left.last() {
            let entry = store.wire(*id);
            bytes += entry.byte_count();
            if bytes > BATCH_BYTES_MAX {
                break;
            }
            answer.left.pop();
            batch.push(entry);
        }
        let is_last = answer.left.is_empty();
        self.session.as_mut().unwrap().provide(request, batch, is_last).unwrap();
    }
}

/// What lies between two hosts: bytes on their way, and how many have arrived in each direction.
#[derive(Default)]
pub struct Wire {
    under_way: [Vec<u8>; 2],
    pub arrived: [usize; 2],
}

impl Wire {
    /// How many bytes of the dialer (0) or the listener (1) are on their way.
    pub fn under_way(&self, at: usize) -> usize {
        self.under_way[at].len()
    }

    /// Carries bytes both ways until both sides are silent, or until `left` bytes have arrived. `piece` chooses how many of
    /// the bytes that are there arrive at once (at least one).
    pub fn carry(
        &mut self,
        hosts: [&mut Host; 2],
        mut piece: impl FnMut(usize) -> usize,
        mut left: usize,
    ) -> Result<(), Violation> {
        let [dialer, listener] = hosts;
        loop {
            let mut is_silent = true;
            for at in [0, 1] {
                let (from, to) =
                    if at == 0 { (&mut *dialer, &mut *listener) } else { (&mut *listener, &mut *dialer) };
                if self.under_way[at].is_empty() {
                    self.under_way[at].extend(from.transmit().unwrap_or_default());
                }
                let there = self.under_way[at].len();
                let count = piece(there).clamp(there.min(1), there).min(left);
                if count == 0 {
                    continue;
                }
                is_silent = false;
                left -= count;
                self.arrived[at] += count;
                let bytes: Vec<u8> = self.under_way[at].drain(..count).collect();
                to.receive(&bytes)?;
            }
            if is_silent {
                return Ok(());
            }
        }
    }
}

/// Carries everything both ways until both sides are silent. Returns how many bytes the dialer and the listener sent.
pub fn run(dialer: &mut Host, listener: &mut Host) -> Result<[usize; 2], Violation> {
    let mut wire = Wire::default();
    wire.carry([dialer, listener], |there| there, usize::MAX)?;
    Ok(wire.arrived)
}

/// Starts a session on both sides and runs it.
pub fn meet(dialer: &mut Host, listener: &mut Host) -> Result<[usize; 2], Violation> {
    start(dialer, listener);
    run(dialer, listener)
}

pub fn start(dialer: &mut Host, listener: &mut Host) {
    let (of_dialer, of_listener) = (dialer.endpoint, listener.endpoint);
    dialer.start(Side::Dialer, of_listener, 101).unwrap();
    listener.start(Side::Listener, of_dialer, 102).unwrap();
}

/// Two devices, numbers 1 and 2, that are the members of these spaces.
pub fn pair(spaces: &[SpaceId]) -> [Host; 2] {
    let mut hosts = [Host::new(1), Host::new(2)];
    for host in &mut hosts {
        for at in spaces {
            host.join(*at, &[1, 2]);
        }
    }
    hosts
}

/// All messages in bytes that begin with a frame.
pub fn messages(bytes: &[u8]) -> Vec<Message> {
    let mut assembler = Assembler::default();
    let limits = LaneLimits { control: usize::MAX, bulk: usize::MAX };
    let (mut rest, mut all) = (bytes, Vec::new());
    while !rest.is_empty() {
        let Taken { byte_count, message } = assembler.push(rest, limits).unwrap();
        rest = &rest[byte_count..];
        all.extend(message.and_then(|(_, bytes)| Message::decode(&bytes).unwrap()));
    }
    assert_eq!(assembler.held_bytes(), 0, "the stream ends with a whole message");
    all
}

pub fn sent(host: &mut Host) -> Vec<u8> {
    std::iter::from_fn(|| host.transmit()).flatten().collect()
}

/// The frames of one message.
pub fn framed(message: &Message) -> Vec<u8> {
    let (bytes, mut out) = (message.encode(), Vec::new());
    let mut next = Some(0);
    while let Some(at) = next {
        next = frame::cut(message.lane(), &bytes, at, &mut out);
    }
    out
}
