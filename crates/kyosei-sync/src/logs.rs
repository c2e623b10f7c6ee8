//! Whether a header continues its log.
//!
//! [`Logs`] keeps the tip of each log of one space. A header is accepted when its signature holds, its log was opened by
//! a member's device, and it follows the tip (docs/format.md, rule R1). Whether a device may still write, cuts of removed
//! devices and the branches of a forked log are judged above this module.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, LogId, OpId};

use crate::header::{HeaderError, SignedHeader};

/// The newest accepted entry of a log.
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
    tips: BTreeMap<LogId, Tip>,
}

/// What accepting a header changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// The log is one entry longer.
    Appended,
    /// The entry was the tip already.
    Known,
}

/// Why a header was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The signature is not the log's.
    #[error("bad signature")]
    BadSignature,
    /// No valid device opened this log.
    #[error("the log was not opened")]
    NotOpened,
    /// Entries before it are missing.
    #[error("entries before it are missing")]
    Gap,
    /// Another entry stands at its place, or its predecessor is not the one at that place: the log is forked.
    #[error("the log is forked")]
    Fork,
}

impl Logs {
    /// The tip of a log.
    #[must_use]
    pub fn tip(&self, log: LogId) -> Option<&Tip> {
        self.tips.get(&log)
    }

    /// All tips, in order of the log ids.
    pub fn tips(&self) -> impl Iterator<Item = (LogId, &Tip)> {
        self.tips.iter().map(|(log, tip)| (*log, tip))
    }

    /// Takes over a tip that was verified before and kept under the vault's own key.
    pub fn restore(&mut self, log: LogId, tip: Tip) {
        self.tips.insert(log, tip);
    }

    /// Verifies a header and makes it the tip of its log. `is_open` says whether the log belongs to a valid device.
    ///
    /// # Errors
    /// See [`Refused`]; nothing changes then.
    pub fn accept(&mut self, signed: &SignedHeader, is_open: bool) -> Result<Acceptance, Refused> {
        signed.verify().map_err(|error| match error {
            HeaderError::BadSignature
            | HeaderError::Malformed
            | HeaderError::NewerVersion
            | HeaderError::AboveLimit => Refused::BadSignature,
        })?;
        if !is_open {
            return Err(Refused::NotOpened);
        }
        let header = signed.header();
        let tip = self.tips.get(&header.log);
        if tip.is_some_and(|tip| tip.entry == signed.id()) {
            return Ok(Acceptance::Known);
        }
        let expected_seq = tip.map_or(Some(0), |tip| tip.seq.checked_add(1)).ok_or(Refused::Fork)?;
        match header.seq.cmp(&expected_seq) {
            std::cmp::Ordering::Greater => return Err(Refused::Gap),
            std::cmp::Ordering::Less => return Err(Refused::Fork),
            std::cmp::Ordering::Equal => {}
        }
        if header.prev != tip.map(|tip| tip.entry) {
            return Err(Refused::Fork);
        }
        let inherited = || tip.map(|tip| tip.membership_heads.clone()).unwrap_or_default();
        let membership_heads = header.membership_heads.clone().unwrap_or_else(inherited);
        self.tips.insert(header.log, Tip { seq: header.seq, entry: signed.id(), membership_heads });
        Ok(Acceptance::Appended)
    }
}
