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

use kyosei_access::{EntryId, LogId, Membership};
use kyosei_doc::DocId;

use crate::journal::{
    Admission, BadEntry, Content, DeviceKeys, Draft, EntrySource, Journal, Opened, Origin, StoredEntry,
};
use crate::register::Register;
use crate::writing::DocumentEdit;

mod apply;
mod judge;
mod read;

pub use read::ReadAll;

/// A space on this device.
#[derive(Clone)]
pub struct Replica {
    journal: Journal,
    register: Register,
    standing: Standing,
}

/// What stands between the entries and the documents. The local state remembers it; a rebuild computes it anew, but for
/// [`Standing::erased`], which only grows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Entries of removed devices beyond their cuts: not applied, offered for rescue (rule R7).
    pub held: BTreeSet<EntryId>,
    /// Entries beyond a cut that are applied all the same, because someone's honest work rests on them or a member took
    /// them over.
    pub vouched: BTreeSet<EntryId>,
    /// Entries that wait for the key of their epoch or for an operation that their author knew.
    pub unready: BTreeSet<EntryId>,
    /// Entries whose changes wait for earlier changes, by document.
    pub pending: BTreeMap<DocId, BTreeSet<EntryId>>,
    /// Documents that were erased and must never come back.
    pub erased: BTreeSet<DocId>,
    /// Entries whose snapshots stand in for dropped payloads and have not arrived.
    pub awaited: BTreeSet<EntryId>,
    /// Entries whose payloads are ordered to be dropped and that have not arrived.
    pub dropped_ahead: BTreeSet<EntryId>,
    /// Payloads to be dropped later, with the time in Unix milliseconds.
    pub dropped_later: BTreeMap<EntryId, i64>,
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
    /// Whether which of the older entries count changed, so that all documents were computed anew.
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
        for entry in admission.accepted.iter().chain(&admission.completed) {
            entries.push(self.journal.open(entry, Admission::payload(entry, arriving)));
        }
        effects
            .bad
            .extend(admission.rejected.iter().filter_map(|rejected| Some((rejected.log?, rejected.reason))));
        if self.needs_judging(has_new_operations, &entries) {
            let rebuilt = self.rebuild(keys, now_ms, source)?;
            return Ok(Effects { own_log_abandoned: effects.own_log_abandoned, ..rebuilt });
        }
        if has_new_keys || has_new_operations {
            for id in std::mem::take(&mut self.standing.unready) {
                entries.extend(self.journal.reopen(id, source)?);
            }
        }
        self.apply(entries, now_ms, source, &mut effects)?;
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

    /// Payloads whose time to be dropped has come.
    #[must_use]
    pub fn drops_due(&mut self, now_ms: i64) -> BTreeSet<EntryId> {
        let due: BTreeSet<EntryId> =
            self.standing.dropped_later.iter().filter(|(_, at)| **at <= now_ms).map(|(id, _)| *id).collect();
        self.standing.dropped_later.retain(|id, _| !due.contains(id));
        due
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
