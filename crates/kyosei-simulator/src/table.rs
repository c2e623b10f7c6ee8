//! The entries of one space on a disk, in the order in which they arrived.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use kyosei_access::{EntryId, LogId};
use kyosei_app::journal::{EntrySource, OwnedEntry};
use kyosei_app::state::Covered;
use kyosei_sync::{SignedHeader, WireEntry};

/// Entries that one page holds at most.
const PAGE_ENTRIES: usize = 64;

/// Entries by place, id and log. Copies share the bytes.
#[derive(Clone, Default)]
pub struct Table {
    rows: Vec<Row>,
    by_id: BTreeMap<EntryId, usize>,
    by_log: BTreeMap<LogId, BTreeSet<(u32, usize)>>,
    awaited: BTreeSet<usize>,
}

#[derive(Clone)]
struct Row {
    header: Arc<[u8]>,
    payload: Payload,
}

#[derive(Clone)]
enum Payload {
    Here(Arc<[u8]>),
    Awaited,
    Dropped,
}

impl Table {
    pub(crate) const EMPTY: Self =
        Self { rows: Vec::new(), by_id: BTreeMap::new(), by_log: BTreeMap::new(), awaited: BTreeSet::new() };

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether an entry is here.
    #[must_use]
    pub fn contains(&self, id: EntryId) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Whether the payload of an entry is here.
    #[must_use]
    pub fn has_payload(&self, id: EntryId) -> bool {
        self.by_id.get(&id).is_some_and(|place| matches!(self.rows[*place].payload, Payload::Here(_)))
    }

    /// Copies of all entries, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<OwnedEntry> {
        self.rows.iter().map(Row::owned).collect()
    }

    /// The ids of the entries, in order.
    pub fn headers(&self) -> impl Iterator<Item = SignedHeader> {
        self.rows.iter().map(|row| SignedHeader::decode(&row.header).unwrap())
    }

    /// Every byte that lies here, for scans.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for row in &self.rows {
            bytes.extend_from_slice(&row.header);
            if let Payload::Here(payload) = &row.payload {
                bytes.extend_from_slice(payload);
            }
        }
        bytes
    }

    /// Appends an entry; nothing happens if it is here.
    pub fn push(&mut self, entry: &OwnedEntry) {
        let header = SignedHeader::decode(&entry.header).unwrap();
        if self.contains(header.id()) {
            return;
        }
        let place = self.rows.len();
        self.by_id.insert(header.id(), place);
        self.by_log.entry(header.header().log).or_default().insert((header.header().seq, place));
        let payload = entry.payload.as_ref();
        let payload = payload.map_or(Payload::Awaited, |bytes| Payload::Here(bytes.as_slice().into()));
        if matches!(payload, Payload::Awaited) {
            self.awaited.insert(place);
        }
        self.rows.push(Row { header: entry.header.as_slice().into(), payload });
    }

    /// Puts a payload that was awaited. One that was dropped stays dropped.
    pub fn put_payload(&mut self, id: EntryId, bytes: &[u8]) {
        let Some(place) = self.by_id.get(&id).copied() else { return };
        if self.awaited.remove(&place) {
            self.rows[place].payload = Payload::Here(bytes.into());
        }
    }

    /// Drops a payload for ever.
    pub fn drop_payload(&mut self, id: EntryId) {
        let Some(place) = self.by_id.get(&id).copied() else { return };
        self.awaited.remove(&place);
        self.rows[place].payload = Payload::Dropped;
    }

    /// Entries whose payloads have not arrived.
    #[must_use]
    pub fn awaited(&self, count_max: usize) -> BTreeSet<EntryId> {
        let id = |place: &usize| SignedHeader::decode(&self.rows[*place].header).unwrap().id();
        self.awaited.iter().take(count_max).map(id).collect()
    }

    /// What a local state covers that is saved now.
    #[must_use]
    pub fn covered(&self) -> Covered {
        let through = self.last_place();
        Covered { through, awaited_count: self.awaited_count(through) }
    }

    /// The place from which on entries are to be taken in by a local state that covers this much; none if a payload came since
    /// for an entry before it.
    #[must_use]
    pub fn still_covered(&self, covered: Covered) -> Option<i64> {
        (self.awaited_count(covered.through) == covered.awaited_count).then_some(covered.through)
    }

    fn awaited_count(&self, through: i64) -> i64 {
        let places = self.awaited.range(..usize::try_from(through).unwrap());
        i64::try_from(places.count()).unwrap()
    }

    /// The places of the entries of these logs from these sequence numbers on, and of those with these ids.
    #[must_use]
    pub fn places(&self, from: &BTreeMap<LogId, u32>, ids: &BTreeSet<EntryId>) -> Vec<i64> {
        let mut places: BTreeSet<usize> = ids.iter().filter_map(|id| self.by_id.get(id).copied()).collect();
        for (log, seq) in from {
            let rows = self.by_log.get(log).into_iter();
            places.extend(rows.flat_map(|rows| rows.range((*seq, 0)..)).map(|(_, place)| *place));
        }
        places.into_iter().map(number).collect()
    }

    /// The entry at a place.
    #[must_use]
    pub fn at(&self, place: i64) -> Option<WireEntry> {
        let index = usize::try_from(place.checked_sub(1)?).ok()?;
        let entry = self.rows.get(index)?.owned();
        Some(WireEntry { header: entry.header, payload: entry.payload })
    }

    /// The place of the last entry; 0 if there is none.
    #[must_use]
    pub fn last_place(&self) -> i64 {
        i64::try_from(self.rows.len()).unwrap()
    }
}

impl Row {
    fn owned(&self) -> OwnedEntry {
        let payload = match &self.payload {
            Payload::Here(bytes) => Some(bytes.to_vec()),
            Payload::Awaited | Payload::Dropped => None,
        };
        OwnedEntry { header: self.header.to_vec(), payload }
    }
}

/// Places are counted from 1.
fn number(index: usize) -> i64 {
    i64::try_from(index).unwrap() + 1
}

impl EntrySource for Table {
    type Error = Infallible;

    fn entry(&self, id: EntryId) -> Result<Option<OwnedEntry>, Infallible> {
        Ok(self.by_id.get(&id).map(|place| self.rows[*place].owned()))
    }

    fn page(&self, after: i64) -> Result<Vec<(i64, OwnedEntry)>, Infallible> {
        let from = usize::try_from(after).unwrap();
        let rows = self.rows.iter().enumerate().skip(from).take(PAGE_ENTRIES);
        Ok(rows.map(|(index, row)| (number(index), row.owned())).collect())
    }
}
