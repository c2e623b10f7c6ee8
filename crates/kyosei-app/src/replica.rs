//! One space on one device: its journal, its documents, and what stands between the two.
//!
//! Life-cycle: [`Replica::new`] around a journal, or [`Replica::restore`] at unlock. Arriving entries are admitted
//! ([`Replica::admit`]), stored by the runtime, and then taken in ([`Replica::take`]). Own writing makes a draft of the
//! journal, which the runtime stores and then hands to [`Replica::adopt`].
//!
//! The documents are a pure function of the set of entries (rule R6): [`Replica::rebuild`] computes them from nothing, and
//! whatever order and path entries come by, [`Replica::take`] ends at the same documents. Usually it just applies what is
//! new. Only when something changes which of the older entries count (a removal that cuts a log, an entry that vouches
//! for a held one) does it rebuild.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, EpochId, LogId, Membership, PersonId, Role};
use kyosei_doc::DocId;
use minicbor::{Decode, Encode};

use crate::journal::{
    Admission, BadEntry, Content, DeviceKeys, Draft, EntrySource, Journal, Opened, Origin, StoredEntry,
};
use crate::register::Register;
use crate::writing::DocumentEdit;

mod apply;
pub(crate) mod judge;
mod orders;
mod read;

pub use orders::{BACKER_COUNT_MIN, BLIND_DROP_DELAY_MS};
pub use read::ReadAll;

/// A space on this device.
#[derive(Clone)]
pub struct Replica {
    journal: Journal,
    register: Register,
    standing: Standing,
}

/// What stands between the entries and the documents. The local state remembers it; a rebuild computes it anew, but for
/// [`Standing::erased`] and [`Standing::relied_on`], which only grow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Standing {
    /// Entries of removed devices beyond their cuts: not applied, offered for rescue (rule R7).
    #[n(0)]
    pub held: BTreeSet<EntryId>,
    /// Entries beyond a cut that are applied all the same, because someone's honest work rests on them or a member took
    /// them over.
    #[n(1)]
    pub vouched: BTreeSet<EntryId>,
    /// Entries that wait for the key of their epoch: all of them on a mailbox.
    #[n(8)]
    pub sealed: BTreeSet<EntryId>,
    /// Entries that wait for an operation that their author knew.
    #[n(2)]
    pub unready: BTreeSet<EntryId>,
    /// Entries whose changes wait for earlier changes, by document.
    #[n(3)]
    pub pending: BTreeMap<DocId, BTreeSet<EntryId>>,
    /// Documents that were erased and must never come back.
    #[n(4)]
    pub erased: BTreeSet<DocId>,
    /// Entries whose snapshots stand in for dropped payloads, as the orders in force say. No other snapshot is applied.
    #[n(5)]
    pub stand_ins: BTreeSet<EntryId>,
    /// Entries whose payloads are ordered to be dropped and that have not arrived.
    #[n(6)]
    pub dropped_ahead: BTreeSet<EntryId>,
    /// Payloads to be dropped later, with the time in Unix milliseconds.
    #[n(7)]
    pub dropped_later: BTreeMap<EntryId, i64>,
    /// Orders to compact that are not in force yet: behind their snapshots stand fewer than two people.
    #[n(9)]
    pub waiting: BTreeSet<EntryId>,
    /// The people whose devices acknowledged an entry with snapshots, its author not counted.
    #[n(10)]
    pub acks: BTreeMap<EntryId, BTreeSet<PersonId>>,
    /// Entries with snapshots for which this device wiped what they stand in for. They stay in force here, whatever
    /// becomes of the order.
    #[n(11)]
    pub relied_on: BTreeSet<EntryId>,
}

/// What taking entries in did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Documents that changed or went.
    pub changed: BTreeSet<DocId>,
    /// Entries whose payloads are to be wiped now.
    pub wipe: BTreeSet<EntryId>,
    /// Entries that are unusable, with the reason.
    pub bad: Vec<(LogId, BadEntry)>,
    /// Documents of which a part did not apply.
    pub failed: BTreeSet<DocId>,
    /// Whether which of the older entries count changed, so that all documents were computed anew, from every entry that the
    /// source holds: whoever catches up page by page is done then.
    pub was_rebuilt: bool,
    /// Whether the own log was given up because someone else had written it: a restored backup or a clone.
    pub own_log_abandoned: bool,
}

impl Replica {
    /// A replica without documents around a journal.
    #[must_use]
    pub fn new(journal: Journal) -> Self {
        Self { journal, register: Register::default(), standing: Standing::default() }
    }

    /// A replica as the local state remembers it.
    #[must_use]
    pub const fn restore(journal: Journal, register: Register, standing: Standing) -> Self {
        Self { journal, register, standing }
    }

    /// The journal.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The documents.
    #[must_use]
    pub const fn register(&self) -> &Register {
        &self.register
    }

    /// What stands between the two.
    #[must_use]
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// See [`Journal::abandon_own_log`].
    pub fn abandon_own_log(&mut self) {
        self.journal.abandon_own_log();
    }

    /// Decides which arriving entries are to be stored; nothing changes yet. See [`Journal::admit`].
    ///
    /// # Errors
    /// The source's own.
    pub fn admit<S: EntrySource>(
        &self,
        arriving: &[StoredEntry<'_>],
        origin: Origin,
        source: &S,
    ) -> Result<Admission, S::Error> {
        self.journal.admit(arriving, origin, source)
    }

    /// Keeps in mind what was heard of in entries of which none is to be stored.
    pub fn hear(&mut self, admission: &Admission) {
        self.journal.hear(admission);
    }

    /// Takes in entries that are stored now. `source` holds them already.
    ///
    /// # Errors
    /// The source's own; the replica must then be loaded anew.
    pub fn take<S: EntrySource>(
        &mut self,
        admission: &Admission,
        arriving: &[StoredEntry<'_>],
        origin: Origin,
        keys: &DeviceKeys,
        now_ms: i64,
        source: &S,
    ) -> Result<Effects, S::Error> {
        let operations_before = self.journal.operations().len();
        let was_blind = self.journal.is_blind();
        let own = self.journal.own_log().map(crate::journal::OwnLog::id);
        self.journal.take(admission);
        let mut effects = Effects::default();
        if own.is_some_and(|own| wrote_elsewhere(admission, own, origin)) {
            self.journal.abandon_own_log();
            effects.own_log_abandoned = true;
        }
        let has_new_keys = !self.journal.open_epochs(keys).is_empty();
        let has_new_operations = self.journal.operations().len() > operations_before;
        let mut entries: Vec<Opened> = Vec::new();
        for entry in &admission.accepted {
            entries.push(self.journal.open(entry, Admission::payload(entry, arriving)));
        }
        for entry in &admission.completed {
            // A payload that was dropped stays so, whoever brings it again.
            entries.extend(self.journal.reopen(entry.header.id(), source)?);
        }
        effects
            .bad
            .extend(admission.rejected.iter().filter_map(|rejected| Some((rejected.log?, rejected.reason))));
        // A blind device obeys orders in another way than one that can look into payloads.
        let has_opened_eyes = was_blind && has_new_keys && !self.standing.dropped_later.is_empty();
        if has_opened_eyes || self.needs_judging(has_new_operations, &entries) {
            let rebuilt = self.rebuild(keys, now_ms, source)?;
            return Ok(Effects { own_log_abandoned: effects.own_log_abandoned, ..rebuilt });
        }
        let mut again = BTreeSet::new();
        if has_new_keys {
            again.append(&mut self.standing.sealed);
        }
        if has_new_operations {
            again.append(&mut self.standing.unready);
        }
        for id in again {
            entries.extend(self.journal.reopen(id, source)?);
        }
        let erased_count = self.standing.erased.len();
        self.apply(entries, now_ms, source, &mut effects)?;
        if self.standing.erased.len() > erased_count {
            // Whoever ordered it could not name what was written apart from it, and is stored here: a pass over all entries
            // finds that.
            let own_log_abandoned = effects.own_log_abandoned;
            let mut rebuilt = self.rebuild(keys, now_ms, source)?;
            rebuilt.wipe.append(&mut effects.wipe);
            rebuilt.changed.append(&mut effects.changed);
            return Ok(Effects { own_log_abandoned, ..rebuilt });
        }
        Ok(effects)
    }

    /// Makes a stored draft, and the edits that it carries, part of the replica.
    pub fn adopt(&mut self, draft: Draft, edits: Vec<DocumentEdit>) {
        self.journal.adopt(draft);
        self.register.absorb(edits);
    }

    /// Forgets documents that an order of this device erases, for ever.
    pub fn erase(&mut self, documents: impl IntoIterator<Item = DocId>) {
        for doc in documents {
            self.register.forget(doc);
            self.standing.pending.remove(&doc);
            self.standing.erased.insert(doc);
        }
    }

    /// Makes entries of this device, which are stored and adopted, count for everything beside documents:
    /// acknowledgements and orders.
    ///
    /// # Errors
    /// The source's own; the replica must then be loaded anew.
    pub fn heed<S: EntrySource>(
        &mut self,
        own: &BTreeSet<EntryId>,
        now_ms: i64,
        source: &S,
    ) -> Result<Effects, S::Error> {
        let mut entries = Vec::new();
        for id in own {
            entries.extend(self.journal.reopen(*id, source)?);
        }
        let mut effects = Effects::default();
        self.apply(entries, now_ms, source, &mut effects)?;
        Ok(effects)
    }

    /// Notes snapshots for which this device is about to wipe what they stand in for. To be stored together with that.
    pub fn rely_on(&mut self, snapshots: impl IntoIterator<Item = EntryId>) {
        self.standing.relied_on.extend(snapshots);
        self.standing.stand_ins.extend(&self.standing.relied_on);
    }

    /// Payloads whose time to be dropped has come. Those of entries that have not arrived are dropped when they do.
    ///
    /// # Errors
    /// The source's own; nothing changed then.
    pub fn drops_due<S: EntrySource>(
        &mut self,
        now_ms: i64,
        source: &S,
    ) -> Result<BTreeSet<EntryId>, S::Error> {
        let is_due = |(_, at): &(&EntryId, &i64)| **at <= now_ms;
        let due: BTreeSet<EntryId> =
            self.standing.dropped_later.iter().filter(is_due).map(|(id, _)| *id).collect();
        let (mut here, mut ahead) = (BTreeSet::new(), BTreeSet::new());
        for id in &due {
            if source.entry(*id)?.is_some() {
                here.insert(*id)
            } else {
                ahead.insert(*id)
            };
        }
        self.standing.dropped_later.retain(|id, _| !due.contains(id));
        self.standing.dropped_ahead.extend(ahead);
        self.standing.sealed.retain(|id| !due.contains(id));
        self.standing.unready.retain(|id| !due.contains(id));
        Ok(here)
    }

    /// Epochs that this device has to ask the others for: those whose wrap is wrong (hole H11), and those to which entries
    /// here are sealed and that neither a wrap nor a chain brought, since two epochs were minted apart from each other.
    ///
    /// # Errors
    /// The source's own.
    pub fn epochs_to_ask_for<S: EntrySource>(
        &self,
        keys: &DeviceKeys,
        source: &S,
    ) -> Result<BTreeSet<EpochId>, S::Error> {
        let (device, membership) = (keys.device(), self.journal.membership());
        let mut wanted: BTreeSet<EpochId> = self.journal.unopened_epochs(keys).into_iter().collect();
        if !membership.role(device).is_some_and(Role::reads) {
            return Ok(wanted);
        }
        let minted: BTreeSet<EpochId> = membership.minted_epochs().collect();
        for id in &self.standing.sealed {
            let header = source.entry(*id)?.and_then(|stored| stored.signed_header());
            let Some(epoch) = header.and_then(|header| header.header().epoch) else { continue };
            let is_asked = || membership.asking_for(epoch).contains(&device);
            if minted.contains(&epoch) && !self.journal.holds_epoch(epoch) && !is_asked() {
                wanted.insert(epoch);
            }
        }
        Ok(wanted)
    }

    /// Whether new entries or operations can change which of the older entries count.
    fn needs_judging(&self, has_new_operations: bool, entries: &[Opened]) -> bool {
        let unsettled = unsettled(&self.journal);
        if unsettled.is_empty() && self.standing.held.is_empty() {
            return false;
        }
        let touches = |entry: &Opened| {
            let Content::Data(inner) = &entry.content else { return false };
            !inner.rescued.is_empty() || inner.deps.keys().any(|log| unsettled.contains(log))
        };
        has_new_operations || entries.iter().any(|entry| unsettled.contains(&entry.log) || touches(entry))
    }
}

/// Whether entries of the own log arrived that this device did not write.
fn wrote_elsewhere(admission: &Admission, own: LogId, origin: Origin) -> bool {
    match origin {
        Origin::Peer => admission.accepted.iter().any(|entry| entry.header.header().log == own),
        // What a crash kept out of the local state is this device's own, unless it forks the log.
        Origin::Disk => admission.forked.contains(&own),
    }
}

/// Logs that may hold entries that do not count: of removed devices, or opened without effect, with a branch that ends
/// beyond the cut.
fn unsettled(journal: &Journal) -> BTreeSet<LogId> {
    let membership: &Membership = journal.membership();
    let mut cuts = BTreeMap::new();
    let mut unsettled = BTreeSet::new();
    for (log, tip) in journal.logs().tips() {
        let Some(opened) = membership.log(log) else { continue };
        if opened.is_effective && !membership.removed().contains(&opened.device) {
            continue;
        }
        let cuts =
            cuts.entry(opened.device).or_insert_with(|| membership.cuts(opened.device).unwrap_or_default());
        let is_within = cuts.get(&log).is_some_and(|heads| heads.iter().any(|head| head.entry == tip.entry));
        if !is_within {
            unsettled.insert(log);
        }
    }
    unsettled
}
