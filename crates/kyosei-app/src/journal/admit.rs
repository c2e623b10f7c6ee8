//! Deciding which arriving entries are taken in (rule R1).
//!
//! The answer does not depend on the order or the path by which entries come: an entry is taken in as soon as its
//! predecessor is here and a valid operation opened its log. To see whether a log was opened, operations count that arrive
//! at the same time, or that came before in entries which could not be taken in yet: the operation that opens the first
//! log of a space stands in that very log. The membership itself rests on operations of accepted entries alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kyosei_access::{EntryId, LogId, Membership, OpId, OpSet, reduce};
use kyosei_sync::{Acceptance, EntryKind, Logs, Refused, SignedHeader, Tip};

use super::{BadEntry, EntrySource, Journal, insert_operation};

/// Operations that are kept in mind at most although their entries could not be taken in.
pub(crate) const HEARSAY_COUNT_MAX: usize = 1024;

/// An entry as it arrives or rests.
#[derive(Debug, Clone, Copy)]
pub struct StoredEntry<'a> {
    /// The signed header.
    pub header: &'a [u8],
    /// The payload, unless it was dropped or has not arrived.
    pub payload: Option<&'a [u8]>,
}

/// Where entries come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From another device: a payload that its header does not name is not let in, since it would take the place of the
    /// right one.
    Peer,
    /// From this vault's own database: what is damaged there is reported, and its log goes on.
    Disk,
}

/// An entry that is taken in.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Which of the arriving entries it is.
    pub index: usize,
    /// Its header.
    pub header: SignedHeader,
    /// The membership heads in force after the entry before it; none for the first of a log.
    pub heads_before: Option<BTreeSet<OpId>>,
    /// The membership heads that its author knew.
    pub heads: BTreeSet<OpId>,
}

/// An entry that is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Which of the arriving entries it is.
    pub index: usize,
    /// Its log, if the header can be read.
    pub log: Option<LogId>,
    /// Why.
    pub reason: BadEntry,
}

/// Arriving entries that are to be stored. Nothing of the journal has changed yet.
pub struct Admission {
    /// New entries, in order.
    pub accepted: Vec<Accepted>,
    /// Entries whose header was here and whose payload was not: index, and what is known of them.
    pub completed: Vec<Accepted>,
    /// What was not taken in.
    pub rejected: Vec<Rejected>,
    /// Logs that have a branch more than before.
    pub forked: BTreeSet<LogId>,
    pub(super) logs: Logs,
    pub(super) ops: OpSet,
    pub(super) membership: Arc<Membership>,
    pub(super) hearsay: OpSet,
}

impl Admission {
    /// The membership with the operations that arrived.
    #[must_use]
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// The payload of an entry of this admission among those that arrived.
    #[must_use]
    pub fn payload<'a>(entry: &Accepted, arriving: &[StoredEntry<'a>]) -> Option<&'a [u8]> {
        arriving.get(entry.index).and_then(|stored| stored.payload)
    }
}

impl Journal {
    /// Decides which of these entries are taken in, in their order.
    ///
    /// # Errors
    /// The source's own.
    pub fn admit<S: EntrySource>(
        &self,
        arriving: &[StoredEntry<'_>],
        origin: Origin,
        source: &S,
    ) -> Result<Admission, S::Error> {
        let decoded: Vec<Result<SignedHeader, BadEntry>> =
            arriving.iter().map(|entry| self.precheck(entry, origin)).collect();
        let heard = self.heard(&decoded, arriving);
        let opened = if heard.len() == self.ops.len() { None } else { Some(reduce(&heard)) };
        let opened = opened.as_ref().unwrap_or(&self.membership);
        let admission = self.nothing_admitted();
        let mut taking = Taking { admission, fresh: BTreeMap::new(), opened, origin, source };
        for (index, (header, entry)) in decoded.into_iter().zip(arriving).enumerate() {
            match header {
                Ok(header) => taking.take_in(index, header, entry.payload.is_some())?,
                Err(reason) => taking.admission.rejected.push(Rejected { index, log: None, reason }),
            }
        }
        let mut admission = taking.admission;
        admission.learn(arriving, &heard);
        Ok(admission)
    }

    /// The known operations together with those that are only heard of: in arriving entries, or in earlier ones that were
    /// not taken in.
    fn heard(&self, headers: &[Result<SignedHeader, BadEntry>], entries: &[StoredEntry<'_>]) -> OpSet {
        let mut heard = self.ops.clone();
        for op in self.hearsay.iter() {
            // It was verified when it was heard.
            let _new = insert_operation(&mut heard, &op.encode());
        }
        for (header, entry) in headers.iter().zip(entries) {
            let (Ok(header), Some(payload)) = (header, entry.payload) else { continue };
            if header.header().kind == EntryKind::Member && header.names(payload) {
                // A bad operation is reported when its entry is opened.
                let _new = insert_operation(&mut heard, payload);
            }
        }
        heard
    }

    /// Makes stored entries part of the journal. Which of them count is not decided here.
    pub fn take(&mut self, admission: &Admission) {
        self.logs = admission.logs.clone();
        self.ops = admission.ops.clone();
        self.membership = Arc::clone(&admission.membership);
        self.hear(admission);
    }

    /// Keeps in mind the operations of entries that could not be taken in.
    pub(crate) fn hear(&mut self, admission: &Admission) {
        self.hearsay = admission.hearsay.clone();
    }

    /// The membership heads in force after a stored entry.
    pub(crate) fn heads_after<S: EntrySource>(
        &self,
        log: LogId,
        id: EntryId,
        source: &S,
    ) -> Result<Option<BTreeSet<OpId>>, S::Error> {
        let tip = |id| self.logs.branches(log).iter().find(|tip| tip.entry == id).cloned();
        let place = match tip(id) {
            Some(place) => Some(place),
            None => stored_place(source, log, id, tip)?,
        };
        Ok(place.map(|place| place.membership_heads))
    }

    /// This journal without any entry, for reading all of them anew. Operations are kept: they are signed, and a welcome
    /// brings them ahead of their entries. What the own log has said is repeated.
    pub(crate) fn emptied(&self) -> Self {
        Self {
            epochs: self.epochs.clone(),
            ops: self.ops.clone(),
            membership: Arc::clone(&self.membership),
            ..Self::empty(self.space, self.own.clone())
        }
    }

    /// Takes in the operations among stored entries, ahead of the entries themselves: the operation that opens a log may
    /// rest on one that stands in another log.
    pub(crate) fn learn(&mut self, entries: &[super::OwnedEntry]) {
        for entry in entries {
            let (Some(header), Some(payload)) = (entry.signed_header(), &entry.payload) else { continue };
            if header.header().kind == EntryKind::Member && header.names(payload) {
                // A bad operation is reported when its entry is opened.
                let _new = insert_operation(&mut self.ops, payload);
            }
        }
        self.membership = Arc::new(reduce(&self.ops));
    }

    fn nothing_admitted(&self) -> Admission {
        Admission {
            accepted: Vec::new(),
            completed: Vec::new(),
            rejected: Vec::new(),
            forked: BTreeSet::new(),
            logs: self.logs.clone(),
            ops: self.ops.clone(),
            membership: Arc::clone(&self.membership),
            hearsay: OpSet::new(self.space),
        }
    }

    /// What can be said of an entry alone.
    fn precheck(&self, entry: &StoredEntry<'_>, origin: Origin) -> Result<SignedHeader, BadEntry> {
        let header = SignedHeader::decode(entry.header).map_err(|_| BadEntry::Header)?;
        if header.header().space != self.space {
            return Err(BadEntry::OtherSpace);
        }
        let needs_payload = matches!(header.header().kind, EntryKind::Member | EntryKind::Drop);
        match (origin, entry.payload) {
            (Origin::Peer, Some(payload)) if !header.names(payload) => Err(BadEntry::PayloadChanged),
            (Origin::Peer, None) if needs_payload => Err(BadEntry::PayloadMissing),
            _ => Ok(header),
        }
    }
}

impl Admission {
    /// Learns the operations of the accepted entries; the others stay hearsay.
    fn learn(&mut self, arriving: &[StoredEntry<'_>], heard: &OpSet) {
        let before = self.ops.len();
        for entry in self.accepted.iter().filter(|entry| entry.header.header().kind == EntryKind::Member) {
            if let Some(payload) =
                Self::payload(entry, arriving).filter(|payload| entry.header.names(payload))
            {
                let _new = insert_operation(&mut self.ops, payload);
            }
        }
        if self.ops.len() != before {
            self.membership = Arc::new(reduce(&self.ops));
        }
        for op in heard.iter().filter(|op| self.ops.get(op.id()).is_none()).take(HEARSAY_COUNT_MAX) {
            let _new = insert_operation(&mut self.hearsay, &op.encode());
        }
    }
}

/// Entries being taken in one by one.
struct Taking<'s, S> {
    admission: Admission,
    /// Says which logs were opened.
    opened: &'s Membership,
    /// What was accepted since the journal's tips.
    fresh: BTreeMap<EntryId, Tip>,
    origin: Origin,
    source: &'s S,
}

impl<S: EntrySource> Taking<'_, S> {
    fn take_in(&mut self, index: usize, header: SignedHeader, has_payload: bool) -> Result<(), S::Error> {
        let log = header.header().log;
        // What is in the database was taken in once, perhaps thanks to operations that were only heard of and are forgotten
        // since. To refuse it now would lose it: who sends it again is told that it is known.
        let is_open = self.origin == Origin::Disk || self.opened.log(log).is_some();
        let before = header.header().prev.map(|prev| self.place(log, prev)).transpose()?.flatten();
        let itself = match self.origin {
            Origin::Peer => self.place(log, header.id())?,
            // It is in the database already; whether it was taken in is another matter.
            Origin::Disk => self.recent(log, header.id()),
        };
        let place =
            |id: EntryId| [&before, &itself].into_iter().flatten().find(|tip| tip.entry == id).cloned();
        match self.admission.logs.accept(&header, is_open, place) {
            Ok(Acceptance::Known) if has_payload => {
                let heads = itself.map(|tip| tip.membership_heads).unwrap_or_default();
                self.complete(Accepted { index, header, heads_before: None, heads })?;
            }
            Ok(Acceptance::Known) => {}
            Ok(Acceptance::Forked) => {
                self.admission.forked.insert(log);
                self.accept(index, header, before);
            }
            Ok(Acceptance::Appended) => self.accept(index, header, before),
            Err(reason) => {
                let reason = BadEntry::Refused(reason);
                self.admission.rejected.push(Rejected { index, log: Some(log), reason });
            }
        }
        Ok(())
    }

    fn accept(&mut self, index: usize, header: SignedHeader, before: Option<Tip>) {
        let heads_before = before.map(|tip| tip.membership_heads);
        let named = header.header().membership_heads.clone();
        let heads = named.or_else(|| heads_before.clone()).unwrap_or_default();
        let tip = Tip { seq: header.header().seq, entry: header.id(), membership_heads: heads.clone() };
        self.fresh.insert(header.id(), tip);
        self.admission.accepted.push(Accepted { index, header, heads_before, heads });
    }

    /// A known entry whose payload comes: of use if it was missing so far.
    fn complete(&mut self, entry: Accepted) -> Result<(), S::Error> {
        let stored = self.source.entry(entry.header.id())?;
        if stored.is_some_and(|stored| stored.payload.is_none()) {
            self.admission.completed.push(entry);
        }
        Ok(())
    }

    fn recent(&self, log: LogId, id: EntryId) -> Option<Tip> {
        let at_tip = || self.admission.logs.branches(log).iter().find(|tip| tip.entry == id);
        self.fresh.get(&id).or_else(at_tip).cloned()
    }

    /// An accepted entry of a log, with the membership heads in force after it.
    fn place(&self, log: LogId, id: EntryId) -> Result<Option<Tip>, S::Error> {
        match self.recent(log, id) {
            Some(tip) => Ok(Some(tip)),
            None => stored_place(self.source, log, id, |id| self.recent(log, id)),
        }
    }
}

/// A stored entry of a log, with the membership heads in force after it. `recent` knows some of them without reading.
fn stored_place<S: EntrySource>(
    source: &S,
    log: LogId,
    id: EntryId,
    recent: impl Fn(EntryId) -> Option<Tip>,
) -> Result<Option<Tip>, S::Error> {
    let Some(mut at) = stored_header(source, id, log)? else { return Ok(None) };
    let seq = at.header().seq;
    let membership_heads = loop {
        if let Some(heads) = &at.header().membership_heads {
            break heads.clone();
        }
        let Some(prev) = at.header().prev else { break BTreeSet::new() };
        if let Some(tip) = recent(prev) {
            break tip.membership_heads;
        }
        match stored_header(source, prev, log)? {
            Some(header) => at = header,
            None => break BTreeSet::new(),
        }
    };
    Ok(Some(Tip { seq, entry: id, membership_heads }))
}

fn stored_header<S: EntrySource>(
    source: &S,
    id: EntryId,
    log: LogId,
) -> Result<Option<SignedHeader>, S::Error> {
    let header = source.entry(id)?.and_then(|stored| stored.signed_header());
    Ok(header.filter(|header| header.id() == id && header.header().log == log))
}

impl From<Refused> for BadEntry {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
