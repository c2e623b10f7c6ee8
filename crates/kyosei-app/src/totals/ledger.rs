//! The committee's release ledger, read from the documents of the register space.
//!
//! Each release is a document that is never edited, so laptops exchange them like everything else, and two that were made
//! apart are both there when the laptops meet. [`Releases::of`] gathers them into one chain, freezes what both sides spoke
//! of, and answers what the next release has to know: what was counted up to which period.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_disclosure::ledger::{Entry, Kind, LedgerError};
use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::{CellId, Ledger};
use kyosei_disclosure_format::ledger::{LedgerFileError, read_entry};
use kyosei_model::SupporterId;
use thiserror::Error;

use super::period::Period;
use crate::register::{Register, Unreadable};

/// Why the ledger cannot be used. Nothing is released then.
#[derive(Debug, Error)]
pub enum LedgerUnreadable {
    /// A document of it is damaged or of a newer version.
    #[error(transparent)]
    Document(#[from] Unreadable),
    /// An entry is malformed.
    #[error(transparent)]
    Entry(#[from] LedgerFileError),
    /// The entries form no chain, or one has not arrived yet.
    #[error(transparent)]
    Chain(#[from] LedgerError),
}

/// The ledger with what was counted.
#[derive(Debug)]
pub struct Releases {
    ledger: Ledger,
    stored: BTreeMap<Sha, (Entry, Vec<SupporterId>)>,
}

/// What a cumulative table had counted at the end of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedState {
    /// The period.
    pub period: Period,
    /// The true values, by cell.
    pub values: BTreeMap<CellId, i64>,
    /// The records that are in them.
    pub counted: BTreeSet<SupporterId>,
}

/// The name under which a release of a table stands in the ledger.
#[must_use]
pub fn profile(table: &str, period: Period) -> String {
    format!("{table}[{period}]")
}

impl Releases {
    /// Reads the ledger.
    ///
    /// # Errors
    /// See [`LedgerUnreadable`].
    pub fn of(register: &Register) -> Result<Self, LedgerUnreadable> {
        let mut stored = BTreeMap::new();
        for release in register.releases()? {
            let entry = read_entry(&release.entry)?;
            stored.insert(entry.hash(), (entry, release.counted));
        }
        let ledger = Ledger::gather(stored.values().map(|(entry, _)| entry.clone()).collect())?;
        Ok(Self { ledger, stored })
    }

    /// The chain.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Entries of the chain that no document holds yet: releases of another line that was just met.
    pub fn not_yet_stored(&self) -> impl Iterator<Item = &Entry> {
        self.ledger.entries().iter().filter(|entry| !self.stored.contains_key(&entry.hash()))
    }

    /// Whether a table was released for a period.
    #[must_use]
    pub fn is_released(&self, table: &str, period: Period) -> bool {
        self.periods(table).any(|(_, released)| released == period)
    }

    /// The last period for which a table was released.
    #[must_use]
    pub fn last_period(&self, table: &str) -> Option<Period> {
        self.periods(table).map(|(_, period)| period).max()
    }

    /// What a table had counted by the end of a month: the last release up to then. Of two that were made apart for the same
    /// period the first in the chain counts, as it does for the next release's equations.
    #[must_use]
    pub fn state_at(&self, table: &str, month: Period) -> Option<CountedState> {
        let until = self.periods(table).filter(|(_, period)| *period <= month);
        let (entry, period) = until.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        let values = entry.draft.cells.iter().filter_map(|cell| Some((cell.id.clone(), cell.value?)));
        Some(CountedState { period, values: values.collect(), counted: self.counted_by(table, entry) })
    }

    /// The own releases of a table in the order of the chain, with their periods.
    fn periods(&self, table: &str) -> impl Iterator<Item = (&Entry, Period)> {
        self.ledger.entries().iter().filter_map(move |entry| {
            let period = entry.draft.profile.strip_prefix(table)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((entry, period.parse().ok()?))
        })
    }

    /// The records counted by a release and those before it on the line where it was made.
    fn counted_by(&self, table: &str, entry: &Entry) -> BTreeSet<SupporterId> {
        let mut counted = BTreeSet::new();
        let mut at = entry.hash();
        if let Kind::Reunited(original) = entry.draft.kind {
            at = original;
        }
        while let Some((entry, ids)) = self.stored.get(&at) {
            if entry.draft.profile.strip_prefix(table).is_some_and(|rest| rest.starts_with('[')) {
                counted.extend(ids.iter().copied());
            }
            at = match entry.draft.kind {
                Kind::Reunited(original) => original,
                Kind::Own | Kind::External(_) | Kind::HandOver(_) => entry.previous,
            };
        }
        counted
    }
}
