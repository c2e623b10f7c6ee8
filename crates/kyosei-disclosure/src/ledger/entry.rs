//! One entry of the ledger and its canonical bytes.

use sha2::{Digest, Sha256};

use crate::cell::CellId;
use crate::publish::Sha;
use crate::view::{PublicRule, Status, Zeros};

/// Marks the layout of the hashed bytes.
const LAYOUT: &[u8] = b"kyosei ledger entry 1\0";

/// Who made a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This committee.
    Own,
    /// Another body, by its code.
    External(String),
    /// No release: the right to make the next one passes to this device, by its code.
    HandOver(String),
    /// A release made apart from this line and taken in when the two met; the hash it had there.
    Reunited(Sha),
}

/// What a release said of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryCell {
    /// The query.
    pub id: CellId,
    /// The public part of its rule.
    pub rule: PublicRule,
    /// What was said.
    pub status: Status,
    /// How many of those counted are publicly known.
    pub known: i64,
    /// Whether a hidden cell counts people.
    pub guarded: bool,
    /// The true value, where this committee knows it; never hashed without the salt.
    pub value: Option<i64>,
}

/// A release on its way into the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who made it.
    pub kind: Kind,
    /// When, in seconds since 1970-01-01 UTC.
    pub made_at: i64,
    /// The code of the member who made it.
    pub made_by: String,
    /// The name of the rule profile.
    pub profile: String,
    /// The attacker model it was audited against.
    pub attacker_model: u32,
    /// The published files and their digests.
    pub files: Vec<(String, Sha)>,
    /// The cells it spoke of first.
    pub cells: Vec<EntryCell>,
    /// The relations that came with them: total and parts.
    pub relations: Vec<(CellId, Vec<CellId>)>,
    /// Thirty-two random bytes, kept with the entry and never printed.
    pub salt: Sha,
}

/// A release in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from zero.
    pub seq: u32,
    /// The hash of the entry before.
    pub previous: Sha,
    /// The release.
    pub draft: Draft,
    /// The salted commitment to the true values.
    pub sealed: Sha,
}

impl Draft {
    pub(super) fn seal(self, seq: u32, previous: Sha) -> Entry {
        let sealed = self.seal_value();
        Entry { seq, previous, draft: self, sealed }
    }

    fn seal_value(&self) -> Sha {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        for cell in &self.cells {
            text(&mut hash, cell.id.as_str());
            hash.update([u8::from(cell.value.is_some())]);
            hash.update(cell.value.unwrap_or(0).to_be_bytes());
        }
        hash.finalize().into()
    }
}

impl Entry {
    /// The hash that the next entry names: everything public, and the commitment to the rest.
    #[must_use]
    pub fn hash(&self) -> Sha {
        let mut hash = Sha256::new();
        hash.update(LAYOUT);
        hash.update(self.seq.to_be_bytes());
        hash.update(self.previous);
        match &self.draft.kind {
            Kind::Own => hash.update([0]),
            Kind::External(body) => {
                hash.update([1]);
                text(&mut hash, body);
            }
            Kind::Reunited(original) => {
                hash.update([2]);
                hash.update(original);
            }
            Kind::HandOver(to) => {
                hash.update([3]);
                text(&mut hash, to);
            }
        }
        hash.update(self.draft.made_at.to_be_bytes());
        text(&mut hash, &self.draft.made_by);
        text(&mut hash, &self.draft.profile);
        hash.update(self.draft.attacker_model.to_be_bytes());
        count(&mut hash, self.draft.files.len());
        for (name, sha) in &self.draft.files {
            text(&mut hash, name);
            hash.update(sha);
        }
        count(&mut hash, self.draft.cells.len());
        for cell in &self.draft.cells {
            hash_cell(&mut hash, cell);
        }
        count(&mut hash, self.draft.relations.len());
        for (total, parts) in &self.draft.relations {
            text(&mut hash, total.as_str());
            count(&mut hash, parts.len());
            for part in parts {
                text(&mut hash, part.as_str());
            }
        }
        hash.update(self.sealed);
        hash.finalize().into()
    }

    /// The cells a reader has heard of through this entry.
    pub fn spoken_of(&self) -> impl Iterator<Item = &CellId> {
        self.draft.cells.iter().filter(|cell| cell.status != Status::Hidden).map(|cell| &cell.id)
    }

    pub(super) fn seal_holds(&self) -> bool {
        self.draft.seal_value() == self.sealed
    }

    /// The same release at another place of another chain.
    pub(super) fn replayed(&self, seq: u32, previous: Sha) -> Entry {
        let draft = Draft { kind: Kind::Reunited(self.hash()), ..self.draft.clone() };
        draft.seal(seq, previous)
    }
}

fn hash_cell(hash: &mut Sha256, cell: &EntryCell) {
    text(hash, cell.id.as_str());
    let tag = match cell.rule {
        PublicRule::Frequency { zeros: Zeros::Open, .. } => 0,
        PublicRule::Frequency { zeros: Zeros::Closed, .. } => 1,
        PublicRule::NotExact { zeros: Zeros::Open, .. } => 2,
        PublicRule::NotExact { zeros: Zeros::Closed, .. } => 3,
        PublicRule::Magnitude => 4,
    };
    let (status, value) = match cell.status {
        Status::Published(value) => (0, value),
        Status::Carried(value) => (1, value),
        Status::Withheld => (2, 0),
        Status::Hidden => (3, 0),
    };
    hash.update([tag, status, u8::from(cell.guarded)]);
    for number in [cell.rule.threshold(), value, cell.known] {
        hash.update(number.to_be_bytes());
    }
}

fn text(hash: &mut Sha256, text: &str) {
    count(hash, text.len());
    hash.update(text.as_bytes());
}

fn count(hash: &mut Sha256, number: usize) {
    hash.update(u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes());
}
