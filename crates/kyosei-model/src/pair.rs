//! Decisions about pairs of records: one supporter, or two.
//!
//! A pair has no order; it is stored with the smaller id first, so that the same decision made on two devices is
//! the same decision. A decision of "not the same" is remembered for ever and never proposed again.

use crate::{MemberId, PairDecisionId, SupporterId, UnixMillis};

/// Two different records, the smaller id first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SupporterPair {
    first: SupporterId,
    second: SupporterId,
}

impl SupporterPair {
    /// Makes a pair; `None` when both are the same record.
    pub fn new(a: SupporterId, b: SupporterId) -> Option<Self> {
        (a != b).then(|| Self { first: a.min(b), second: a.max(b) })
    }

    /// The record with the smaller id.
    pub const fn first(self) -> SupporterId {
        self.first
    }

    /// The record with the larger id.
    pub const fn second(self) -> SupporterId {
        self.second
    }
}

/// What was decided about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairVerdict {
    /// One supporter; the records were merged into this one.
    Merged {
        /// The record that stayed.
        into: SupporterId,
    },
    /// Two supporters (別人).
    NotSame,
}

/// A member's decision about a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairDecision {
    /// Its id.
    pub id: PairDecisionId,
    /// The pair.
    pub pair: SupporterPair,
    /// What was decided.
    pub verdict: PairVerdict,
    /// When.
    pub at: UnixMillis,
    /// By whom.
    pub by: MemberId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_no_order_and_two_sides() {
        let (a, b) = (SupporterId::from_bytes([1; 16]), SupporterId::from_bytes([2; 16]));
        assert_eq!(SupporterPair::new(a, b), SupporterPair::new(b, a));
        assert_eq!(SupporterPair::new(b, a).map(|pair| (pair.first(), pair.second())), Some((a, b)));
        assert_eq!(SupporterPair::new(a, a), None);
    }
}
