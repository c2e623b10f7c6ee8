//! The release ledger: what was ever said, in order, in a chain of hashes.
//!
//! Entries are only appended. Each names the hash of the one before, so a cut, a reordering or an edit shows
//! ([`Ledger::open`]). Before a new release, [`join`] puts everything said so far under the new tables as fixed
//! equations. Reports of other bodies enter as external entries and bind in the same way. When two copies that were both
//! written to meet, [`Ledger::reunite`] keeps both sides, since published is published, and freezes what they speak of.
//!
//! The hash covers only what is public. True values of withheld cells are kept beside it under a salted commitment:
//! a bare hash of small numbers, printed in every report, could be undone by trying all of them.

mod entry;
mod gather;
mod join;
mod right;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::cell::CellId;
use crate::publish::Sha;

pub use entry::{Draft, Entry, EntryCell, Kind};
pub use join::{JoinError, Step, StepRule, join, near_differences};
pub use right::{ReleaseRight, RightError};

/// The head of a ledger without entries.
pub const GENESIS: Sha = [0; 32];

/// An append-only chain of releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: Vec<Entry>,
    frozen: BTreeSet<CellId>,
}

/// Why a chain is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LedgerError {
    /// An entry is out of its place.
    #[error("entry {found} stands at place {place}")]
    Sequence {
        /// Where it stands.
        place: u32,
        /// The number it bears.
        found: u32,
    },
    /// An entry does not follow from the one before: something was cut, edited or exchanged.
    #[error("entry {seq} does not follow from the one before")]
    Broken {
        /// The entry.
        seq: u32,
    },
    /// The true values do not belong to the entry.
    #[error("the sealed values of entry {seq} were changed")]
    Sealed {
        /// The entry.
        seq: u32,
    },
    /// An entry that another one follows is not at hand.
    #[error("an earlier entry is not at hand")]
    Missing {
        /// Its hash.
        hash: Sha,
    },
    /// The last entry is not the one that was printed.
    #[error("the ledger does not end with the printed head")]
    Cut,
}

/// Two ledgers that were written apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// How many entries both have.
    pub common: usize,
    /// Cells that either side spoke of after that.
    pub affected: BTreeSet<CellId>,
}

impl Ledger {
    /// Takes entries read from storage and checks the chain.
    ///
    /// # Errors
    /// When the chain is broken, or does not end with `head` where one is given.
    pub fn open(
        entries: Vec<Entry>,
        frozen: BTreeSet<CellId>,
        head: Option<&Sha>,
    ) -> Result<Self, LedgerError> {
        let mut previous = GENESIS;
        for (place, entry) in (0_u32..).zip(&entries) {
            if entry.seq != place {
                return Err(LedgerError::Sequence { place, found: entry.seq });
            }
            if entry.previous != previous {
                return Err(LedgerError::Broken { seq: entry.seq });
            }
            if !entry.seal_holds() {
                return Err(LedgerError::Sealed { seq: entry.seq });
            }
            previous = entry.hash();
        }
        match head {
            Some(head) if *head != previous => Err(LedgerError::Cut),
            _ => Ok(Ledger { entries, frozen }),
        }
    }

    /// The hash of the last entry.
    #[must_use]
    pub fn head(&self) -> Sha {
        self.entries.last().map_or(GENESIS, Entry::hash)
    }

    /// Whether a head printed in some report is one that this ledger has had: otherwise it was cut, or an old copy was put
    /// back.
    #[must_use]
    pub fn contains(&self, head: &Sha) -> bool {
        *head == GENESIS || self.entries.iter().any(|entry| entry.hash() == *head)
    }

    /// The number that the next entry will bear.
    #[must_use]
    pub fn next_seq(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// All entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Cells on which nothing more may be published.
    #[must_use]
    pub fn frozen(&self) -> &BTreeSet<CellId> {
        &self.frozen
    }

    /// Who may make the next release: whoever made the last one, or to whom that right was handed over. Anybody may make
    /// the first.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| match &entry.draft.kind {
            Kind::Own => Some(entry.draft.made_by.as_str()),
            Kind::HandOver(to) => Some(to.as_str()),
            Kind::External(_) | Kind::Reunited(_) => None,
        })
    }

    /// Appends a release for which the right was shown, and returns its hash.
    ///
    /// # Errors
    /// When `right` does not permit this entry now.
    pub fn append(&mut self, draft: Draft, right: &ReleaseRight, now: i64) -> Result<Sha, RightError> {
        right.permits(&draft.made_by, self.next_seq(), now)?;
        self.entries.push(draft.seal(self.next_seq(), self.head()));
        Ok(self.head())
    }

    /// Appends what another body has said; nobody's permission is needed to take note of it.
    pub fn note_external(&mut self, draft: Draft) -> Sha {
        self.entries.push(draft.seal(self.next_seq(), self.head()));
        self.head()
    }

    /// Where two ledgers part, if both went on after a common beginning.
    #[must_use]
    pub fn divergence(&self, other: &Ledger) -> Option<Divergence> {
        let same = |(ours, theirs): &(&Entry, &Entry)| ours.hash() == theirs.hash();
        let common = self.entries.iter().zip(&other.entries).take_while(same).count();
        if common == self.entries.len() || common == other.entries.len() {
            return None;
        }
        let ours = self.entries.iter().skip(common);
        let after = ours.chain(other.entries.iter().skip(common));
        let affected = after.flat_map(Entry::spoken_of).cloned().collect();
        Some(Divergence { common, affected })
    }

    /// Brings two ledgers together: the longer of two equal lines, or both sides of a fork with the affected cells frozen.
    ///
    /// Both parties get the same result: the side whose first own entry has the smaller hash goes first.
    #[must_use]
    pub fn reunite(&self, other: &Ledger) -> Ledger {
        let frozen = || self.frozen.union(&other.frozen).cloned();
        let Some(divergence) = self.divergence(other) else {
            let longer = if self.entries.len() >= other.entries.len() { self } else { other };
            return Ledger { entries: longer.entries.clone(), frozen: frozen().collect() };
        };
        let first = |ledger: &Ledger| ledger.entries.get(divergence.common).map(Entry::hash);
        let (lead, rest) = if first(self) <= first(other) { (self, other) } else { (other, self) };
        let mut merged = Ledger {
            entries: lead.entries.clone(),
            frozen: frozen().chain(divergence.affected.iter().cloned()).collect(),
        };
        for entry in rest.entries.iter().skip(divergence.common) {
            merged.entries.push(entry.replayed(merged.next_seq(), merged.head()));
        }
        merged
    }
}
