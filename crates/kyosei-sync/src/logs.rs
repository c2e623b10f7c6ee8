//! Whether a header continues its log.
//!
//! [`Logs`] keeps the tips of each log of one space: one for each branch. An honest log has one branch; a second grows
//! when a laptop was restored from a backup, cloned, or lies. All branches are kept, since nothing may depend on which of
//! them a replica saw first (docs/format.md, rules R1 and R3).
//!
//! A header is accepted when its signature holds, its predecessor is known, and a valid operation opened its log. Whether
//! the device may still write, and the cuts of removed devices, are judged later from the whole set of entries.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, EntryId, LogId, OpId};

use crate::header::{HeaderError, SignedHeader};
use crate::limits::BRANCH_COUNT_MAX;

/// The last entries of each branch of each log.
pub type Heads = BTreeMap<LogId, BTreeSet<CutHead>>;

/// The newest accepted entry of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tip {
    /// Its sequence number.
    pub seq: u32,
    /// Its id.
    pub entry: EntryId,
    /// The membership heads in force after it.
    pub membership_heads: BTreeSet<OpId>,
}

/// The tips of all logs of one space.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Logs {
    branches: BTreeMap<LogId, Vec<Tip>>,
}

/// What accepting a header changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// A branch is one entry longer.
    Appended,
    /// The log has one branch more: evidence that its key is used in two places.
    Forked,
    /// The entry was known already.
    Known,
}

/// Why a header was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The signature is not the log's.
    #[error("bad signature")]
    BadSignature,
    /// No valid operation opened this log.
    #[error("the log was not opened")]
    NotOpened,
    /// Entries before it are missing.
    #[error("entries before it are missing")]
    Gap,
    /// Its sequence number is not the one after its predecessor's.
    #[error("the sequence number does not follow")]
    BadSequence,
    /// The log has [`BRANCH_COUNT_MAX`] branches.
    #[error("the log has too many branches")]
    TooManyBranches,
}

impl Logs {
    /// The tips of a log, one for each branch, in the order in which the branches were found.
    #[must_use]
    pub fn branches(&self, log: LogId) -> &[Tip] {
        self.branches.get(&log).map_or(&[], Vec::as_slice)
    }

    /// The tip of a log that is not forked.
    #[must_use]
    pub fn tip(&self, log: LogId) -> Option<&Tip> {
        match self.branches(log) {
            [tip] => Some(tip),
            _ => None,
        }
    }

    /// All tips, in order of the log ids.
    pub fn tips(&self) -> impl Iterator<Item = (LogId, &Tip)> {
        self.branches.iter().flat_map(|(log, tips)| tips.iter().map(|tip| (*log, tip)))
    }

    /// Logs with more than one branch.
    pub fn forked(&self) -> impl Iterator<Item = LogId> {
        self.branches.iter().filter(|(_, tips)| tips.len() > 1).map(|(log, _)| *log)
    }

    /// The last entries of each branch of each log: what a replica tells another one that it has.
    #[must_use]
    pub fn heads(&self) -> Heads {
        let head = |tip: &Tip| CutHead { seq: tip.seq, entry: tip.entry };
        self.branches.iter().map(|(log, tips)| (*log, tips.iter().map(head).collect())).collect()
    }

    /// Takes over a tip that was verified before and kept under the vault's own key, as a branch of its own.
    pub fn restore(&mut self, log: LogId, tip: Tip) {
        self.branches.entry(log).or_default().push(tip);
    }

    /// Moves the only branch of a log that this device writes, or begins it.
    pub fn advance(&mut self, log: LogId, tip: Tip) {
        self.branches.insert(log, vec![tip]);
    }

    /// Verifies a header and takes it in. `is_open` says whether a valid operation opened its log; `place` finds an accepted
    /// entry of this log that is not a tip, with the membership heads in force after it.
    ///
    /// # Errors
    /// See [`Refused`]; nothing changes then.
    pub fn accept(
        &mut self,
        signed: &SignedHeader,
        is_open: bool,
        place: impl Fn(EntryId) -> Option<Tip>,
    ) -> Result<Acceptance, Refused> {
        let header = signed.header();
        let tips = self.branches(header.log);
        if tips.iter().any(|tip| tip.entry == signed.id()) {
            return Ok(Acceptance::Known);
        }
        signed.verify().map_err(|error| match error {
            HeaderError::BadSignature
            | HeaderError::Malformed
            | HeaderError::NewerVersion
            | HeaderError::AboveLimit => Refused::BadSignature,
        })?;
        if !is_open {
            return Err(Refused::NotOpened);
        }
        let at_tip = header.prev.and_then(|prev| tips.iter().position(|tip| tip.entry == prev));
        if at_tip.is_none() && place(signed.id()).is_some() {
            return Ok(Acceptance::Known);
        }
        let before = match (header.prev, at_tip) {
            (None, _) => None,
            (Some(_), Some(at)) => tips.get(at).cloned(),
            (Some(prev), None) => Some(place(prev).ok_or(Refused::Gap)?),
        };
        let expected = before.as_ref().map_or(Some(0), |before| before.seq.checked_add(1));
        if expected != Some(header.seq) {
            return Err(Refused::BadSequence);
        }
        let inherited = || before.map(|before| before.membership_heads).unwrap_or_default();
        let membership_heads = header.membership_heads.clone().unwrap_or_else(inherited);
        let tip = Tip { seq: header.seq, entry: signed.id(), membership_heads };
        self.put(header.log, at_tip, tip)
    }

    fn put(&mut self, log: LogId, at_tip: Option<usize>, tip: Tip) -> Result<Acceptance, Refused> {
        let tips = self.branches.entry(log).or_default();
        if let Some(present) = at_tip.and_then(|at| tips.get_mut(at)) {
            *present = tip;
            return Ok(Acceptance::Appended);
        }
        if tips.len() >= BRANCH_COUNT_MAX {
            return Err(Refused::TooManyBranches);
        }
        let is_first = tips.is_empty();
        tips.push(tip);
        Ok(if is_first { Acceptance::Appended } else { Acceptance::Forked })
    }
}
