//! Several devices of one space, each with its own replica and disk, exchanging entries by hand.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{DeviceClaim, DeviceId, EntryId, PersonId, Policy, RecoveryKeyId, Role, Standing};
use kyosei_app::Replica;
use kyosei_app::journal::{
    ApprovalKeys, BadEntry, DeviceKeys, DeviceNames, Draft, Founding, Journal, Origin, OwnedEntry,
    StoredEntry, fresh_key,
};
use kyosei_app::replica::Effects;
use kyosei_doc::{DocId, Document, Node};
use kyosei_sync::{EntryHeader, EntryKind, Part, PartKind, Place};
use kyosei_testkit::Seed;
use kyosei_vault::{Identity, KeyFile};
use rand_chacha::ChaCha20Rng;

use crate::laptop::{Disk, actor_of, doc, tree};

pub const NOW_MS: i64 = 1_790_000_000_000;

pub struct Device {
    pub keys: DeviceKeys,
    pub replica: Replica,
    pub disk: Disk,
    /// What was wiped; a payload that is sent again stays away, as in the store.
    wiped: BTreeSet<EntryId>,
    run: u8,
    rng: ChaCha20Rng,
}

/// A space that this device founds, with the approval keys of its recovery sheets.
pub fn founder(seed: u64) -> (Device, Vec<SigningKey>) {
    let mut rng = Seed::fixed(seed).rng();
    let keys = DeviceKeys::from_key_file(&KeyFile::generate(&mut rng)).unwrap();
    let sheets: Vec<SigningKey> = (0..3).map(|_| fresh_key(&mut rng)).collect();
    let founding = Founding {
        person: PersonId::from_bytes([1; 16]),
        name: "青木 葵",
        device_name: "ノート",
        policy: Policy::default(),
        recovery_keys: sheets.iter().map(RecoveryKeyId::from).collect(),
        recovery_recipient: Identity::generate(&mut rng).unwrap().recipient().unwrap(),
    };
    let founded = Journal::found(&founding, &keys, &mut rng).unwrap();
    let mut disk = Disk::default();
    disk.store(&founded.entries);
    (
        Device { keys, replica: Replica::new(founded.journal), disk, wiped: BTreeSet::new(), run: 1, rng },
        sheets,
    )
}

impl Device {
    pub fn id(&self) -> DeviceId {
        self.keys.device()
    }

    /// Adds a device of another person and gives it everything that is here.
    pub fn add(&mut self, person: u8, role: Role, standing: Standing, sheets: &[SigningKey]) -> Device {
        let mut rng = Seed::fixed(u64::from(person) + 1000).rng();
        let keys = DeviceKeys::from_key_file(&KeyFile::generate(&mut rng)).unwrap();
        let space = self.replica.journal().space();
        let claim = DeviceClaim::sign(space, &keys.signing, keys.kem_recipient(), keys.endpoint(), standing);
        let names = DeviceNames::new(format!("person {person}"), "laptop".into());
        let mut draft = self.replica.journal().draft();
        let approvals = ApprovalKeys { device: &self.keys, recovery: sheets };
        draft.add_device(claim, PersonId::from_bytes([person; 16]), &names, role, approvals).unwrap();
        let epoch = draft.journal().membership().preferred_epoch();
        for epoch in epoch.into_iter().filter(|_| role.reads()) {
            draft.add_missing_wraps(epoch, &self.keys).unwrap();
        }
        self.adopt(draft);
        let mut added = Device {
            keys,
            replica: Replica::new(Journal::empty(space, None)),
            disk: Disk::default(),
            wiped: BTreeSet::new(),
            run: person,
            rng,
        };
        added.receive(&self.disk.0);
        added
    }

    /// Removes devices and rotates.
    pub fn remove(&mut self, devices: impl IntoIterator<Item = DeviceId>, sheets: &[SigningKey]) {
        let mut draft = self.replica.journal().draft();
        let approvals = ApprovalKeys { device: &self.keys, recovery: sheets };
        draft.remove_devices(devices.into_iter().collect(), approvals).unwrap();
        draft.rotate(&self.keys, &mut self.rng).unwrap();
        self.adopt(draft);
    }

    /// Writes a value into a document, as an edit of what is here.
    pub fn write(&mut self, n: u8, city: &str) {
        self.ensure_log();
        let own = self.replica.journal().own_log().unwrap().id();
        let mut document = self.replica.register().document(doc(n)).unwrap().unwrap_or_else(Document::empty);
        let before = document.root().unwrap();
        let known = if before.get("city").is_some() { before } else { Node::map() };
        let changes = document.edit(actor_of(own, self.run), &known, &tree(city), 1).unwrap();
        let mut draft = self.replica.journal().draft();
        draft.documents(vec![Part { doc: doc(n), kind: PartKind::Changes, body: changes.clone() }]).unwrap();
        let reading = kyosei_app::register::Reading::of(&document).unwrap();
        let edit = kyosei_app::DocumentEdit { doc: doc(n), changes, save: document.save(), reading };
        self.disk.store(&draft.entries);
        self.replica.adopt(draft, vec![edit]);
    }

    /// Puts an entry of this device's log with any payload on its disk, as nobody honest would.
    pub fn forge(&mut self, kind: EntryKind, payload: &[u8]) {
        let journal = self.replica.journal();
        let own = journal.own_log().unwrap();
        let tip = journal.logs().tip(own.id());
        let place = Place {
            space: journal.space(),
            log: own.id(),
            seq: tip.map_or(0, |tip| tip.seq + 1),
            prev: tip.map(|tip| tip.entry),
            membership_heads: None,
        };
        let epoch = journal.membership().preferred_epoch();
        let header = EntryHeader::new(place, kind, epoch, payload).unwrap().sign(&own.key);
        self.disk.0.push(OwnedEntry { header: header.encode(), payload: Some(payload.to_vec()) });
    }

    pub fn ensure_log(&mut self) {
        if self.replica.journal().own_log().is_none() {
            let key = fresh_key(&mut self.rng);
            let mut draft = self.replica.journal().draft();
            draft.open_log(key, &self.keys, self.replica.journal().unpublished(&self.disk).unwrap()).unwrap();
            self.adopt(draft);
        }
    }

    pub fn adopt(&mut self, draft: Draft) {
        self.disk.store(&draft.entries);
        self.replica.adopt(draft, Vec::new());
    }

    /// Takes in what another device sends; returns the reasons of what was refused.
    pub fn receive(&mut self, entries: &[OwnedEntry]) -> (Effects, Vec<BadEntry>) {
        let arriving: Vec<StoredEntry<'_>> = entries.iter().map(OwnedEntry::as_stored).collect();
        let admission = self.replica.admit(&arriving, Origin::Peer, &self.disk).unwrap();
        for entry in &admission.accepted {
            self.disk.0.push(entries[entry.index].clone());
        }
        let is_wiped = |id: &EntryId| self.wiped.contains(id);
        for entry in admission.completed.iter().filter(|entry| !is_wiped(&entry.header.id())) {
            self.disk.fill(entry.header.id(), entries[entry.index].payload.clone());
        }
        let effects =
            self.replica.take(&admission, &arriving, Origin::Peer, &self.keys, NOW_MS, &self.disk).unwrap();
        self.wipe(&effects.wipe);
        (effects, admission.rejected.iter().map(|rejected| rejected.reason).collect())
    }

    pub fn wipe(&mut self, entries: &BTreeSet<EntryId>) {
        for id in entries {
            self.disk.fill(*id, None);
        }
        self.wiped.extend(entries);
    }

    /// Takes in everything that the other has, however often it takes.
    pub fn pull(&mut self, other: &Device) {
        self.receive(&other.disk.0);
    }

    /// What there is to compare between replicas: members, heads of logs, heads of documents, and what is held.
    pub fn state(&self) -> State {
        let journal = self.replica.journal();
        State {
            members: journal.membership().members().map(|one| (one.device, one.role)).collect(),
            logs: journal.logs().heads(),
            documents: documents(&self.replica),
            held: self.replica.standing().held.clone(),
            vouched: self.replica.standing().vouched.clone(),
        }
    }

    /// The value of a document here.
    pub fn city(&self, n: u8) -> Option<String> {
        let document = self.replica.register().document(doc(n)).unwrap()?;
        document.root().unwrap().get("city").and_then(Node::as_text).map(str::to_owned)
    }

    /// Checks that computing everything anew from the entries gives what is here.
    #[track_caller]
    pub fn is_what_its_entries_say(&self) {
        let mut rebuilt = self.replica.clone();
        rebuilt.rebuild(&self.keys, NOW_MS, &self.disk).unwrap();
        assert_eq!(documents(&rebuilt), documents(&self.replica));
        assert_eq!(rebuilt.standing(), self.replica.standing());
        assert_eq!(rebuilt.journal().logs().heads(), self.replica.journal().logs().heads());
        assert_eq!(rebuilt.journal().applied_heads(), self.replica.journal().applied_heads());
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub members: BTreeMap<DeviceId, Role>,
    pub logs: kyosei_sync::Heads,
    pub documents: BTreeMap<DocId, Vec<[u8; 32]>>,
    pub held: BTreeSet<EntryId>,
    pub vouched: BTreeSet<EntryId>,
}

fn documents(replica: &Replica) -> BTreeMap<DocId, Vec<[u8; 32]>> {
    replica.register().saves().map(|(id, save)| (id, Document::load(save).unwrap().heads())).collect()
}

impl Device {
    /// The same device with nothing on its disk: what a new member starts with.
    pub fn forget_everything(&mut self) {
        self.replica = Replica::new(Journal::empty(self.replica.journal().space(), None));
        self.disk = Disk::default();
        self.wiped = BTreeSet::new();
    }
}
