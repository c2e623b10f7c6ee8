//! One laptop with a founded space, and its entries as they would rest on the disk.

use kyosei_access::{EntryId, LogId, PersonId, Policy, RecoveryKeyId};
use std::convert::Infallible;

use kyosei_app::Replica;
use kyosei_app::journal::{
    DeviceKeys, Draft, EntrySource, Founding, Journal, NewEntry, OwnedEntry, fresh_key,
};
use kyosei_app::replica::ReadAll;
use kyosei_doc::{Actor, DocId, Document, Node};
use kyosei_sync::{EntryHeader, EntryKind, Part, PartKind, Place, SignedHeader, actor};
use kyosei_testkit::Seed;
use kyosei_vault::{Identity, KeyFile};
use rand_chacha::ChaCha20Rng;

use ed25519_dalek::SigningKey;

pub struct Laptop {
    pub keys: DeviceKeys,
    pub journal: Journal,
    pub disk: Disk,
    pub recovery: Vec<SigningKey>,
    rng: ChaCha20Rng,
}

/// Entries in the order in which they were stored.
#[derive(Clone, Default)]
pub struct Disk(pub Vec<OwnedEntry>);

impl Disk {
    pub fn store(&mut self, entries: &[NewEntry]) {
        let stored = |entry: &NewEntry| OwnedEntry {
            header: entry.header.encode(),
            payload: Some(entry.payload.clone()),
        };
        self.0.extend(entries.iter().map(stored));
    }

    /// Puts or takes away the payload of an entry.
    pub fn fill(&mut self, id: EntryId, payload: Option<Vec<u8>>) {
        let is_it = |entry: &&mut OwnedEntry| entry.signed_header().is_some_and(|found| found.id() == id);
        if let Some(entry) = self.0.iter_mut().find(is_it) {
            entry.payload = payload;
        }
    }
}

impl EntrySource for Disk {
    type Error = Infallible;

    fn entry(&self, id: EntryId) -> Result<Option<OwnedEntry>, Infallible> {
        let is_it =
            |entry: &&OwnedEntry| SignedHeader::decode(&entry.header).is_ok_and(|found| found.id() == id);
        Ok(self.0.iter().find(is_it).cloned())
    }

    fn page(&self, after: i64) -> Result<Vec<(i64, OwnedEntry)>, Infallible> {
        Ok((1..).zip(self.0.iter().cloned()).filter(|(place, _)| *place > after).take(7).collect())
    }
}

pub fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

pub fn tree(city: &str) -> Node {
    [("kind", Node::Text("note".into())), ("city", Node::Text(city.into()))].into_iter().collect()
}

/// An actor of a log.
pub fn actor_of(log: LogId, n: u8) -> Actor {
    actor::actor(log, [n; 6])
}

/// A new document as a part of an entry of this log.
pub fn part(log: LogId, n: u8, city: &str) -> Part {
    let (_, changes) = Document::create(actor_of(log, n), &tree(city), 1).unwrap();
    Part { doc: doc(n), kind: PartKind::Changes, body: changes }
}

impl Laptop {
    pub fn new() -> Self {
        let mut rng = Seed::fixed(5).rng();
        let keys = DeviceKeys::from_key_file(&KeyFile::generate(&mut rng)).unwrap();
        let recovery = vec![fresh_key(&mut rng), fresh_key(&mut rng)];
        let founding = Founding {
            person: PersonId::from_bytes([1; 16]),
            name: "青木 葵",
            device_name: "ノート",
            policy: Policy::default(),
            recovery_keys: recovery.iter().map(RecoveryKeyId::from).collect(),
            recovery_recipient: Identity::generate(&mut rng).unwrap().recipient().unwrap(),
        };
        let founded = Journal::found(&founding, &keys, &mut rng).unwrap();
        let mut laptop = Self { keys, journal: founded.journal, disk: Disk::default(), recovery, rng };
        laptop.store(&founded.entries);
        laptop
    }

    pub fn fresh_key(&mut self) -> SigningKey {
        fresh_key(&mut self.rng)
    }

    pub fn write(&mut self, parts: Vec<Part>) {
        let mut draft = self.journal.draft();
        draft.documents(parts).unwrap();
        self.adopt(draft);
    }

    /// A new document as a part of the own log.
    pub fn part(&self, n: u8, city: &str) -> Part {
        part(self.own_log(), n, city)
    }

    pub fn own_log(&self) -> LogId {
        self.journal.own_log().unwrap().id()
    }

    pub fn open_new_log(&mut self) {
        let key = self.fresh_key();
        let mut draft = self.journal.draft();
        draft.open_log(key, &self.keys, Vec::new()).unwrap();
        self.adopt(draft);
    }

    pub fn adopt(&mut self, draft: Draft) {
        self.store(&draft.entries);
        self.journal.adopt(draft);
    }

    /// Puts an entry of this laptop's log with any payload on the disk, as nobody honest would.
    pub fn forge(&mut self, kind: EntryKind, payload: &[u8]) {
        let own = self.journal.own_log().unwrap();
        let tip = self.tip();
        let place = Place {
            space: self.journal.space(),
            log: own.id(),
            seq: tip.0,
            prev: tip.1,
            membership_heads: None,
        };
        let epoch = self.journal.membership().preferred_epoch();
        let header = EntryHeader::new(place, kind, epoch, payload).unwrap().sign(&own.key);
        self.disk.0.push(OwnedEntry { header: header.encode(), payload: Some(payload.to_vec()) });
    }

    /// What a laptop with these keys reads that knows nothing yet.
    pub fn read_with(&self, keys: &DeviceKeys) -> ReadAll {
        Replica::new(Journal::empty(self.journal.space(), None)).read_all(keys, &self.disk).unwrap()
    }

    /// What this laptop reads if it knows nothing yet.
    pub fn read(&self) -> ReadAll {
        self.read_with(&self.keys)
    }

    /// Sequence number and predecessor of the next entry on the disk.
    fn tip(&self) -> (u32, Option<kyosei_access::EntryId>) {
        let own = self.journal.own_log().unwrap().id();
        let mut headers = self.disk.0.iter().map(|entry| SignedHeader::decode(&entry.header).unwrap());
        let last = headers.rfind(|header| header.header().log == own);
        last.map_or((0, None), |header| (header.header().seq + 1, Some(header.id())))
    }

    fn store(&mut self, entries: &[NewEntry]) {
        self.disk.store(entries);
    }
}
