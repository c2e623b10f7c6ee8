//! Applying opened entries to the documents.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::EntryId;
use kyosei_doc::DocId;
use kyosei_sync::{EntryKind, Inner, PartKind, Snapshot};

use super::judge::{Permit, Permits, can_be_judged};
use super::{Effects, Replica};
use crate::journal::{BadEntry, Content, EntrySource, Opened};
use crate::register::Register;

/// What arrived of one document.
#[derive(Default)]
struct Arrived {
    snapshots: Vec<Vec<u8>>,
    changes: Vec<(EntryId, Vec<u8>)>,
}

type Arrivals = BTreeMap<DocId, Arrived>;

impl Replica {
    /// Applies entries that count. Their order does not matter: changes find their past among all of them and what is here,
    /// and what still lacks its past waits.
    pub(super) fn apply<S: EntrySource>(
        &mut self,
        entries: Vec<Opened>,
        now_ms: i64,
        source: &S,
        effects: &mut Effects,
    ) -> Result<(), S::Error> {
        let mut permits = Permits::default();
        let mut data = Vec::new();
        let stand_ins = self.standing.stand_ins.clone();
        for entry in entries {
            if self.standing.held.contains(&entry.id) {
                continue;
            }
            self.sort_out(entry, &mut permits, now_ms, source, &mut data, effects)?;
        }
        let mut arrivals = Arrivals::new();
        for (id, inner) in data {
            self.take_parts(id, inner, &mut arrivals, effects);
        }
        self.look_at_waiting(&mut permits, source)?;
        self.add_stand_ins(&stand_ins, source, &mut arrivals)?;
        self.settle(arrivals, source, effects)
    }

    /// Obeys an order, keeps a data entry for applying, or says what is wrong.
    fn sort_out<S: EntrySource>(
        &mut self,
        entry: Opened,
        permits: &mut Permits,
        now_ms: i64,
        source: &S,
        data: &mut Vec<(EntryId, Inner)>,
        effects: &mut Effects,
    ) -> Result<(), S::Error> {
        if entry.kind != EntryKind::Data {
            self.standing.dropped_later.remove(&entry.id);
        }
        if self.standing.dropped_ahead.remove(&entry.id) && entry.kind == EntryKind::Data {
            effects.wipe.insert(entry.id);
            return Ok(());
        }
        if matches!(entry.kind, EntryKind::Data | EntryKind::Drop) && !can_be_judged(&self.journal, &entry) {
            self.standing.unready.insert(entry.id);
            return Ok(());
        }
        if let Content::Bad(reason) = &entry.content {
            if *reason == BadEntry::NoEpoch {
                self.standing.sealed.insert(entry.id);
            } else {
                effects.bad.push((entry.log, *reason));
            }
            return Ok(());
        }
        if !matches!(entry.content, Content::Data(_) | Content::Drop { .. }) {
            return Ok(());
        }
        match permits.of(&self.journal, &entry) {
            Permit::Granted => {}
            Permit::Unknown => {
                self.standing.unready.insert(entry.id);
                return Ok(());
            }
            Permit::Refused(reason) => {
                effects.bad.push((entry.log, reason));
                return Ok(());
            }
        }
        if let Content::Data(Inner { ack: Some(ack), .. }) = &entry.content
            && let Some(person) = permits.person(&self.journal, &entry)
        {
            for snapshot in &ack.snapshots {
                self.standing.acks.entry(*snapshot).or_default().insert(person);
            }
        }
        match entry.content {
            Content::Data(inner) => data.push((entry.id, inner)),
            Content::Drop { order, documents } => {
                if entry.epoch.is_some_and(|epoch| !self.journal.holds_epoch(epoch)) {
                    // The payloads go at once; which documents are meant is read once the key is here.
                    self.standing.sealed.insert(entry.id);
                }
                self.obey(entry.id, &order, &documents, now_ms, source, effects)?;
            }
            Content::Membership | Content::Absent | Content::Unknown | Content::Bad(_) => {}
        }
        Ok(())
    }

    /// Sorts the parts of an entry by document. Parts of erased documents are left out; a payload that holds nothing else
    /// is wiped.
    fn take_parts(&mut self, id: EntryId, inner: Inner, arrivals: &mut Arrivals, effects: &mut Effects) {
        let erased = &self.standing.erased;
        if !inner.parts.is_empty() && inner.parts.iter().all(|part| erased.contains(&part.doc)) {
            effects.wipe.insert(id);
            return;
        }
        let stands_in = self.standing.stand_ins.contains(&id);
        for part in inner.parts.into_iter().filter(|part| !erased.contains(&part.doc)) {
            let arrived = arrivals.entry(part.doc).or_default();
            match part.kind {
                PartKind::Changes => arrived.changes.push((id, part.body)),
                PartKind::Snapshot if stands_in => arrived.snapshots.push(part.body),
                PartKind::Snapshot => {}
            }
        }
    }

    /// Snapshots that stand in for dropped payloads from now on, and that had arrived before.
    fn add_stand_ins<S: EntrySource>(
        &self,
        before: &BTreeSet<EntryId>,
        source: &S,
        arrivals: &mut Arrivals,
    ) -> Result<(), S::Error> {
        for id in self.standing.stand_ins.difference(before) {
            let Some(Opened { content: Content::Data(inner), .. }) = self.journal.reopen(*id, source)? else {
                continue;
            };
            let parts = inner.parts.into_iter().filter(|part| part.kind == PartKind::Snapshot);
            for part in parts.filter(|part| !self.standing.erased.contains(&part.doc)) {
                arrivals.entry(part.doc).or_default().snapshots.push(part.body);
            }
        }
        Ok(())
    }

    /// Applies what arrived of each document, together with what waited for it.
    fn settle<S: EntrySource>(
        &mut self,
        arrivals: Arrivals,
        source: &S,
        effects: &mut Effects,
    ) -> Result<(), S::Error> {
        for (doc, mut arrived) in arrivals {
            for id in self.standing.pending.remove(&doc).unwrap_or_default() {
                arrived.changes.extend(self.changes_of(id, doc, source)?);
            }
            effects.changed.insert(doc);
            let waiting = apply_document(&mut self.register, doc, arrived);
            if !waiting.is_empty() {
                effects.failed.insert(doc);
                self.standing.pending.insert(doc, waiting);
            }
        }
        Ok(())
    }

    fn changes_of<S: EntrySource>(
        &self,
        id: EntryId,
        doc: DocId,
        source: &S,
    ) -> Result<Vec<(EntryId, Vec<u8>)>, S::Error> {
        let Some(Opened { content: Content::Data(inner), .. }) = self.journal.reopen(id, source)? else {
            return Ok(Vec::new());
        };
        let of_document = inner.parts.into_iter().filter(|part| part.doc == doc);
        let changes = of_document.filter(|part| part.kind == PartKind::Changes);
        Ok(changes.map(|part| (id, part.body)).collect())
    }
}

/// Applies all that arrived of a document at once, or else as much of it as applies; returns the entries whose changes do
/// not.
fn apply_document(register: &mut Register, doc: DocId, arrived: Arrived) -> BTreeSet<EntryId> {
    let decoded = arrived.snapshots.iter().filter_map(|body| Snapshot::decode(body).ok());
    let saves: Vec<Vec<u8>> = decoded.map(|snapshot| snapshot.save).collect();
    let saves: Vec<&[u8]> = saves.iter().map(Vec::as_slice).collect();
    let changes: Vec<&[u8]> = arrived.changes.iter().map(|(_, body)| body.as_slice()).collect();
    if register.apply(doc, &saves, &changes).is_ok() {
        return BTreeSet::new();
    }
    for save in saves {
        // A snapshot that does not apply leaves the document as it was; the changes below say what is missing.
        let _applied = register.apply(doc, &[save], &[]);
    }
    let mut waiting = arrived.changes;
    loop {
        // A change may stand before its own past, so whatever was refused gets another turn after each success.
        let count = waiting.len();
        waiting.retain(|(_, change)| register.apply(doc, &[], &[change]).is_err());
        if waiting.len() == count || waiting.is_empty() {
            return waiting.into_iter().map(|(id, _)| id).collect();
        }
    }
}
