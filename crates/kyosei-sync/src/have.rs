//! What a replica has of one space, and what it asks another one for.
//!
//! A [`Have`] names the tips of every log: the last entry of each branch, by sequence number and id. Since an entry is
//! accepted only after its predecessor, the tips stand for everything before them. A replica never loses an entry, so a
//! later `Have` of the same replica only moves tips forward and adds logs or branches.
//!
//! [`Asking`] turns two of them into "send me these logs from these places on". Where a log continues what is known,
//! one question does it. Where it forked, the branching point is unknown, so each further question reaches back twice as
//! far: the number of questions grows with the logarithm of the distance. Each brings the rest of the log again, unless the
//! answering side leaves out what comes before tips that it knows the asking one to have.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, EntryId, LogId, SpaceId, to_canonical};
use minicbor::Encode;

use crate::limits::BRANCH_COUNT_MAX;
use crate::wire::limits::{HAVE_LOG_COUNT_MAX, HAVE_TIP_COUNT_MAX};

/// The tips of every log of one space. Never above its limits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode)]
#[cbor(transparent)]
pub struct Have(BTreeMap<LogId, BTreeSet<CutHead>>);

/// A `Have` would name too many logs or tips, or a log without a tip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many logs or tips, or a log without a tip")]
pub struct HaveAboveLimit;

impl Have {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Takes tips from outside.
    ///
    /// # Errors
    /// [`HaveAboveLimit`].
    pub fn from_tips(tips: BTreeMap<LogId, BTreeSet<CutHead>>) -> Result<Self, HaveAboveLimit> {
        let count: usize = tips.values().map(BTreeSet::len).sum();
        let is_fit = |tips: &BTreeSet<CutHead>| !tips.is_empty() && tips.len() <= BRANCH_COUNT_MAX;
        let fits =
            tips.len() <= HAVE_LOG_COUNT_MAX && count <= HAVE_TIP_COUNT_MAX && tips.values().all(is_fit);
        if fits { Ok(Self(tips)) } else { Err(HaveAboveLimit) }
    }

    /// Replaces the tips of the logs that `changed` names.
    ///
    /// # Errors
    /// [`HaveAboveLimit`]; nothing changes then.
    pub fn update(&mut self, changed: &Self) -> Result<(), HaveAboveLimit> {
        let added_logs = changed.0.keys().filter(|log| !self.0.contains_key(log)).count();
        let replaced: usize = changed.0.keys().filter_map(|log| self.0.get(log)).map(BTreeSet::len).sum();
        let tips = self.tip_count().saturating_sub(replaced).saturating_add(changed.tip_count());
        if self.0.len().saturating_add(added_logs) > HAVE_LOG_COUNT_MAX || tips > HAVE_TIP_COUNT_MAX {
            return Err(HaveAboveLimit);
        }
        self.0.extend(changed.0.iter().map(|(log, tips)| (*log, tips.clone())));
        Ok(())
    }

    /// The tips of one log.
    #[must_use]
    pub fn tips(&self, log: LogId) -> Option<&BTreeSet<CutHead>> {
        self.0.get(&log)
    }

    /// All logs with their tips, in order of the log ids.
    pub fn iter(&self) -> impl Iterator<Item = (LogId, &BTreeSet<CutHead>)> {
        self.0.iter().map(|(log, tips)| (*log, tips))
    }

    /// How many logs are named.
    #[must_use]
    pub fn log_count(&self) -> usize {
        self.0.len()
    }

    /// How many tips are named, of all logs together.
    #[must_use]
    pub fn tip_count(&self) -> usize {
        self.0.values().map(BTreeSet::len).sum()
    }

    /// Whether no log is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A digest by which two replicas of a space see in 32 bytes that they have the same.
    #[must_use]
    pub fn digest(&self, space: SpaceId) -> [u8; 32] {
        blake3::derive_key("kyosei/v1/have", &to_canonical(&(space, &self.0)))
    }

    /// The tips as they travel.
    #[must_use]
    pub fn into_tips(self) -> BTreeMap<LogId, BTreeSet<CutHead>> {
        self.0
    }

    /// Up to `tip_count_max` tips (at least one log) of the logs after `after` whose tips differ from those in `told`,
    /// and whether there are more.
    pub(crate) fn difference(&self, told: &Self, after: Option<LogId>, tip_count_max: usize) -> (Self, bool) {
        let mut part = Self::new();
        let mut count = 0_usize;
        for (log, tips) in self.0.iter().filter(|(log, _)| after.is_none_or(|after| **log > after)) {
            if told.0.get(log) == Some(tips) {
                continue;
            }
            count = count.saturating_add(tips.len());
            if count > tip_count_max && !part.is_empty() {
                return (part, true);
            }
            part.0.insert(*log, tips.clone());
        }
        (part, false)
    }

    pub(crate) fn last_log(&self) -> Option<LogId> {
        self.0.last_key_value().map(|(log, _)| *log)
    }

    pub(crate) fn first_log(&self) -> Option<LogId> {
        self.0.first_key_value().map(|(log, _)| *log)
    }
}

/// What one replica asks one other for, question after question.
///
/// Life-cycle: one value for each (session, space). [`Asking::next`] is called when no question is open: at the peer's
/// first `Have`, at each later difference, and after each answered question. An empty answer means that nothing is
/// missing, or that the peer has been asked for everything and did not give it.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    asked: BTreeMap<LogId, Asked>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    missing: BTreeSet<CutHead>,
    own: BTreeSet<CutHead>,
    from: u32,
    step: u32,
}

impl Asking {
    /// The next question: for each log from which sequence number on.
    ///
    /// `known` says whether an entry is stored here. A log is asked for when the peer has a tip that is not known. If the
    /// question before brought nothing new of this log, the next one reaches back twice as far, until it begins at 0.
    pub fn next(&mut self, own: &Have, peer: &Have, known: impl Fn(EntryId) -> bool) -> BTreeMap<LogId, u32> {
        let mut question = BTreeMap::new();
        for (log, tips) in peer.iter() {
            let missing: BTreeSet<CutHead> = tips.iter().filter(|tip| !known(tip.entry)).copied().collect();
            if missing.is_empty() {
                self.asked.remove(&log);
                continue;
            }
            let own_tips = own.tips(log).cloned().unwrap_or_default();
            let afresh = || Asked {
                from: place(&own_tips, &missing),
                step: 1,
                own: own_tips.clone(),
                missing: missing.clone(),
            };
            let next = match self.asked.get(&log).filter(|asked| asked.own == own_tips) {
                None => Some(afresh()),
                Some(asked) if asked.from > 0 => Some(asked.further_back(missing.clone())),
                // Everything was asked for and nothing came; only a new tip is worth another question.
                Some(asked) => (asked.missing != missing).then(afresh),
            };
            if let Some(asked) = next {
                question.insert(log, asked.from);
                self.asked.insert(log, asked);
            }
        }
        question
    }
}

impl Asked {
    fn further_back(&self, missing: BTreeSet<CutHead>) -> Self {
        Self {
            missing,
            own: self.own.clone(),
            from: self.from.saturating_sub(self.step),
            step: self.step.saturating_mul(2),
        }
    }
}

/// Where to begin: for each missing tip directly after the highest own tip below it, else at the missing tip itself.
fn place(own: &BTreeSet<CutHead>, missing: &BTreeSet<CutHead>) -> u32 {
    let after = |tip: &CutHead| {
        let below = own.iter().filter(|own| own.seq < tip.seq).map(|own| own.seq.saturating_add(1)).max();
        below.unwrap_or(if own.is_empty() { 0 } else { tip.seq })
    };
    missing.iter().map(after).min().unwrap_or(0)
}
