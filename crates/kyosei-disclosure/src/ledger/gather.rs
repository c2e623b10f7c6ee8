//! A ledger from a heap of entries, in any order and from several laptops.
//!
//! Entries travel as documents of their own, so a replica holds a set of them. Each names the one before, so the set is a
//! tree. Its ends are the lines that somebody wrote to; a line that another has already taken in
//! ([`Kind::Reunited`]) is over. What is left is brought together by [`Ledger::reunite`]: equal sets give equal ledgers.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, GENESIS, Kind, Ledger, LedgerError};
use crate::cell::CellId;
use crate::publish::Sha;

impl Ledger {
    /// Makes the ledger of all entries that are at hand. Lines that were written apart are reunited and their cells
    /// frozen.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] when an entry is named but not at hand, and whatever [`Ledger::open`] refuses.
    pub fn gather(entries: Vec<Entry>) -> Result<Self, LedgerError> {
        let all: BTreeMap<Sha, Entry> = entries.into_iter().map(|entry| (entry.hash(), entry)).collect();
        let named: BTreeSet<Sha> = all.values().map(|entry| entry.previous).collect();
        let mut lines = Vec::new();
        for end in all.keys().filter(|hash| !named.contains(*hash)) {
            lines.push(line(&all, *end)?);
        }
        let mut gathered: Option<Ledger> = None;
        for (at, line) in lines.iter().enumerate() {
            let others = lines.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
            if others.clone().any(|other| takes_in(other, line)) {
                continue;
            }
            let entries = line.iter().map(|(_, entry)| (*entry).clone()).collect();
            let ledger = Ledger::open(entries, frozen_by(&all, line), None)?;
            gathered = Some(match gathered {
                Some(earlier) => earlier.reunite(&ledger),
                None => ledger,
            });
        }
        Ok(gathered.unwrap_or_default())
    }
}

/// A line of entries with their hashes, oldest first.
type Line<'a> = Vec<(Sha, &'a Entry)>;

fn line(all: &BTreeMap<Sha, Entry>, end: Sha) -> Result<Line<'_>, LedgerError> {
    let mut line = Vec::new();
    let mut at = end;
    while at != GENESIS {
        let entry = all.get(&at).ok_or(LedgerError::Missing { hash: at })?;
        line.push((at, entry));
        at = entry.previous;
    }
    line.reverse();
    Ok(line)
}

/// Whether every entry of `line` stands in `other`, as it is or taken in.
fn takes_in(other: &Line<'_>, line: &Line<'_>) -> bool {
    let mut present: BTreeSet<Sha> = BTreeSet::new();
    for (hash, entry) in other {
        present.insert(*hash);
        present.extend(original(entry));
    }
    line.iter().all(|(hash, _)| present.contains(hash))
}

/// The cells that the meetings recorded in a line froze: all that either side spoke of after they parted.
fn frozen_by(all: &BTreeMap<Sha, Entry>, line: &Line<'_>) -> BTreeSet<CellId> {
    let place: BTreeMap<Sha, usize> = line.iter().enumerate().map(|(at, (hash, _))| (*hash, at)).collect();
    let mut frozen = BTreeSet::new();
    for (at, (_, entry)) in line.iter().enumerate() {
        let Some(mut before) = original(entry).and_then(|hash| all.get(&hash)).map(|entry| entry.previous)
        else {
            continue;
        };
        // Back along the line that was taken in, to where the two parted.
        while let (None, Some(earlier)) = (place.get(&before), all.get(&before)) {
            before = earlier.previous;
        }
        let parted = place.get(&before).map_or(0, |common| common + 1);
        let since = line.iter().take(at + 1).skip(parted);
        frozen.extend(since.flat_map(|(_, entry)| entry.spoken_of()).cloned());
    }
    frozen
}

fn original(entry: &Entry) -> Option<Sha> {
    match entry.draft.kind {
        Kind::Reunited(original) => Some(original),
        Kind::Own | Kind::External(_) | Kind::HandOver(_) => None,
    }
}
