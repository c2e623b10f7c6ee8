//! One laptop with a founded space, and its entries as they would rest on the disk.

use kyosei_access::{PersonId, Policy, RecoveryKeyId};
use kyosei_app::journal::{DeviceKeys, Draft, Founding, Journal, NewEntry, StoredEntry, fresh_key};
use kyosei_doc::{Actor, DocId, Document, Node};
use kyosei_sync::{EntryHeader, EntryKind, Part, PartKind, Place};
use kyosei_testkit::Seed;
use kyosei_vault::{Identity, KeyFile};
use rand_chacha::ChaCha20Rng;

use ed25519_dalek::SigningKey;

pub struct Laptop {
    pub keys: DeviceKeys,
    pub journal: Journal,
    pub disk: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    pub recovery: Vec<SigningKey>,
    rng: ChaCha20Rng,
}

pub fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

pub fn tree(city: &str) -> Node {
    [("kind", Node::Text("note".into())), ("city", Node::Text(city.into()))].into_iter().collect()
}

/// A new document as a part.
pub fn part(n: u8, city: &str) -> Part {
    let (_, changes) = Document::create(Actor([n; 16]), &tree(city), 1).unwrap();
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
        let mut laptop = Self { keys, journal: founded.journal, disk: Vec::new(), recovery, rng };
        laptop.store(&founded.entries);
        laptop
    }

    pub fn fresh_key(&mut self) -> SigningKey {
        fresh_key(&mut self.rng)
    }

    pub fn write(&mut self, parts: Vec<Part>) {
        let draft = self.journal.draft_documents(self.journal.draft(), parts, Actor([9; 16])).unwrap();
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
        self.disk.push((header.encode(), Some(payload.to_vec())));
    }

    /// A journal that knows nothing yet.
    pub fn empty_journal(&self) -> Journal {
        Journal::restore(self.journal.space(), &[], Vec::new(), None, &self.keys)
    }

    pub fn stored(&self) -> Vec<StoredEntry<'_>> {
        self.disk
            .iter()
            .map(|(header, payload)| StoredEntry { header, payload: payload.as_deref() })
            .collect()
    }

    /// Sequence number and predecessor of the next entry on the disk.
    fn tip(&self) -> (u32, Option<kyosei_access::EntryId>) {
        let own = self.journal.own_log().unwrap().id();
        let mut headers =
            self.disk.iter().map(|(header, _)| kyosei_sync::SignedHeader::decode(header).unwrap());
        let last = headers.rfind(|header| header.header().log == own);
        last.map_or((0, None), |header| (header.header().seq + 1, Some(header.id())))
    }

    fn store(&mut self, entries: &[NewEntry]) {
        self.disk.extend(entries.iter().map(|entry| (entry.header.encode(), Some(entry.payload.clone()))));
    }
}
