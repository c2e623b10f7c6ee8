//! Who might be the same supporter: an index of keys, never a comparison of all pairs.
//!
//! [`KeyIndex`] is filled once with the register and asked for each row. Three strengths: the very same row, the
//! same e-mail address, and a *possible* match by name or reading. The index proposes; people decide, and what
//! they kept apart is not proposed again. It is built at unlocking, lives in memory only and shows nothing.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_model::{Field, SubmissionId, Supporter, SupporterId, SupporterPair};

mod household;
mod keys;

pub use household::{HouseholdProposal, propose_households};
pub use keys::Keys;

/// Most candidates proposed for one row; further ones would not be read.
pub const CANDIDATES_MAX: usize = 20;

/// Most records of one name or reading that are looked at for one row.
pub const SAME_NAME_MAX: usize = 200;

/// What a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A record of the register.
    Supporter(SupporterId),
    /// A row of the file that is being read, by its line.
    Line(u64),
}

/// How strongly two records look like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Same e-mail address, and the names do not speak against it: an update is proposed.
    SameEmail,
    /// Same name, or same reading and telephone, postcode or address: perhaps one.
    Possible,
    /// Same e-mail address and different names: a family, or an office; two supporters.
    SharedEmail,
}

/// A record that may be the same supporter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// How strongly.
    pub likeness: Likeness,
    /// Which.
    pub holder: Holder,
}

/// The keys of the register, or of a file.
#[derive(Clone, Default)]
pub struct KeyIndex {
    rows: BTreeMap<[u8; 32], SupporterId>,
    submissions: BTreeMap<SubmissionId, SupporterId>,
    keys: BTreeMap<Holder, Keys>,
    by_email: BTreeMap<String, BTreeSet<Holder>>,
    by_name: BTreeMap<String, BTreeSet<Holder>>,
    apart: BTreeSet<SupporterPair>,
}

impl std::fmt::Debug for KeyIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "KeyIndex({} records, {} rows, {} pairs apart)",
            self.keys.len(),
            self.rows.len(),
            self.apart.len()
        )
    }
}

impl KeyIndex {
    /// An empty index.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record, or replaces its keys. Records that were merged into another are left out by the caller.
    pub fn add_supporter(&mut self, supporter: &Supporter) {
        self.add(Holder::Supporter(supporter.id), Keys::of(supporter.kind, &supporter.text));
    }

    /// Adds keys.
    pub fn add(&mut self, holder: Holder, keys: Keys) {
        self.remove(holder);
        if let Some(email) = &keys.email {
            self.by_email.entry(email.clone()).or_default().insert(holder);
        }
        for name in keys.names.iter().chain(&keys.readings) {
            self.by_name.entry(name.clone()).or_default().insert(holder);
        }
        self.keys.insert(holder, keys);
    }

    /// Takes a record's keys out.
    pub fn remove(&mut self, holder: Holder) {
        let Some(keys) = self.keys.remove(&holder) else { return };
        let forget = |map: &mut BTreeMap<String, BTreeSet<Holder>>, key: &String| {
            if let Some(holders) = map.get_mut(key) {
                holders.remove(&holder);
            }
        };
        keys.email.iter().for_each(|email| forget(&mut self.by_email, email));
        keys.names.iter().chain(&keys.readings).for_each(|name| forget(&mut self.by_name, name));
    }

    /// Notes that a row of an earlier import is this record. Rows of erased records stay noted, so that the same
    /// file does not bring anybody back.
    pub fn add_row(&mut self, row_hash: [u8; 32], supporter: SupporterId) {
        self.rows.insert(row_hash, supporter);
    }

    /// Notes that a sealed submission is this record.
    pub fn add_submission(&mut self, submission: SubmissionId, supporter: SupporterId) {
        self.submissions.insert(submission, supporter);
    }

    /// Notes that two records are two supporters (別人).
    pub fn keep_apart(&mut self, pair: SupporterPair) {
        self.apart.insert(pair);
    }

    /// The record that an earlier import made of the very same row.
    pub fn row(&self, row_hash: &[u8; 32]) -> Option<SupporterId> {
        self.rows.get(row_hash).copied()
    }

    /// The record that came with the same submission.
    pub fn submission(&self, submission: &SubmissionId) -> Option<SupporterId> {
        self.submissions.get(submission).copied()
    }

    /// Records that may be the supporter with these keys, the likeliest first.
    pub fn candidates(&self, keys: &Keys) -> Vec<Candidate> {
        let mut found: BTreeSet<Candidate> = BTreeSet::new();
        let same_email = keys.email.as_ref().and_then(|email| self.by_email.get(email));
        for holder in same_email.into_iter().flatten() {
            let Some(theirs) = self.keys.get(holder) else { continue };
            let likeness =
                if keys.may_be_one_name(theirs) { Likeness::SameEmail } else { Likeness::SharedEmail };
            found.insert(Candidate { likeness, holder: *holder });
        }
        let emailed: BTreeSet<Holder> = found.iter().map(|candidate| candidate.holder).collect();
        let same_name = keys.names.iter().chain(&keys.readings).filter_map(|name| self.by_name.get(name));
        for holder in same_name.flatten().take(SAME_NAME_MAX).filter(|holder| !emailed.contains(holder)) {
            if self.keys.get(holder).is_some_and(|theirs| keys.is_possibly(theirs)) {
                found.insert(Candidate { likeness: Likeness::Possible, holder: *holder });
            }
        }
        found.into_iter().take(CANDIDATES_MAX).collect()
    }

    /// Records that may be the same supporter as one of the register, without those that people kept apart.
    pub fn candidates_of(&self, supporter: SupporterId) -> Vec<Candidate> {
        let Some(keys) = self.keys.get(&Holder::Supporter(supporter)) else { return Vec::new() };
        let open = |candidate: &Candidate| match candidate.holder {
            Holder::Line(_) => true,
            Holder::Supporter(other) => {
                SupporterPair::new(supporter, other).is_some_and(|pair| !self.apart.contains(&pair))
            }
        };
        self.candidates(keys).into_iter().filter(open).collect()
    }

    /// Pairs of the register that may be one supporter, each once, with the likeness.
    pub fn open_pairs(&self) -> BTreeMap<SupporterPair, Likeness> {
        let supporters = self.keys.keys().filter_map(|holder| match holder {
            Holder::Supporter(id) => Some(*id),
            Holder::Line(_) => None,
        });
        supporters
            .flat_map(|id| self.candidates_of(id).into_iter().map(move |candidate| (id, candidate)))
            .filter_map(|(id, candidate)| match candidate.holder {
                Holder::Supporter(other) => {
                    SupporterPair::new(id, other).map(|pair| (pair, candidate.likeness))
                }
                Holder::Line(_) => None,
            })
            .collect()
    }
}

/// The fields that keys are made of; a change of any other leaves the index as it is.
pub const KEY_FIELDS: [Field; 11] = [
    Field::Name,
    Field::Kana,
    Field::OrgName,
    Field::OrgKana,
    Field::Email,
    Field::Tel,
    Field::Postcode,
    Field::Prefecture,
    Field::City,
    Field::Street,
    Field::Building,
];

#[cfg(test)]
mod tests;
