//! The answer: who gets what, how good that is, and what is proven about it.

use crate::instance::{HouseholdId, Offer, Placement};

/// One level of the lexicographic objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// L1: served households of tier 1.
    Tier1,
    /// L1: served households of tier 2.
    Tier2,
    /// L1: served households of tier 3.
    Tier3,
    /// L1: served households of tier 4.
    Tier4,
    /// L2: households without any proposal, to be few. Follows from L1, since every household has a tier.
    Unserved,
    /// L3: the score that every served household reaches at least, in steps of [`crate::FLOOR_STEP`]: the highest floor
    /// that single placements can give everyone without costing coverage; in the list the placements of a household reach
    /// it together.
    Floor,
    /// L4: the sum of all scores, after learnt prices.
    Total,
    /// L5: placements kept from the last list.
    Kept,
    /// L6: the fixed tie order.
    Ties,
}

impl Level {
    /// The stable code used in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Tier1 => "tier-1",
            Self::Tier2 => "tier-2",
            Self::Tier3 => "tier-3",
            Self::Tier4 => "tier-4",
            Self::Unserved => "unserved",
            Self::Floor => "floor",
            Self::Total => "total",
            Self::Kept => "kept",
            Self::Ties => "ties",
        }
    }
}

/// What was reached on one level, and what nobody could exceed given the levels before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LevelReport {
    /// The level.
    pub level: Level,
    /// Reached.
    pub value: i64,
    /// Proven bound: at most this, or at least this for [`Level::Unserved`].
    pub bound: i64,
}

impl LevelReport {
    /// True when the value is proven to be the best.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.value == self.bound
    }

    /// Distance between bound and value in millionths of the bound, rounded up.
    #[must_use]
    pub fn gap_ppm(&self) -> u64 {
        let (value, bound) = (i128::from(self.value), i128::from(self.bound));
        let gap = (bound - value).unsigned_abs();
        let base = bound.unsigned_abs().max(value.unsigned_abs()).max(1);
        u64::try_from((gap * 1_000_000).div_ceil(base)).unwrap_or(u64::MAX)
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Every level is proven.
    Optimal,
    /// Every level down to the total is proven; ties were not decided to the end.
    OptimalUpToTies,
    /// The best found, with a proven bound.
    BestFound,
}

impl Status {
    /// The stable code used in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::OptimalUpToTies => "optimal-up-to-ties",
            Self::BestFound => "best-found",
        }
    }
}

/// How many of some households were served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Served {
    /// Served.
    pub served: u32,
    /// All.
    pub all: u32,
}

/// Coverage, shown by tier and by size so that large households are not left behind unseen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// By tier after waiting, 1 to 4.
    pub by_tier: Vec<(u8, Served)>,
    /// By the first number of the size vector, ascending; empty when the instance has no dimensions.
    pub by_size: Vec<(u32, Served)>,
}

/// What one unit more of an offer would be worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShadowPrice {
    /// The offer.
    pub offer: Offer,
    /// Points of score for one place, or for one unit of the scarcest dimension.
    pub points: u32,
}

/// The answer to an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// How the run ended.
    pub status: Status,
    /// Every level in order.
    pub levels: Vec<LevelReport>,
    /// The list, sorted.
    pub placements: Vec<Placement>,
    /// Households without any proposal, sorted.
    pub unserved: Vec<HouseholdId>,
    /// Sum of the scores as given, before learnt prices.
    pub score: u64,
    /// The smallest score of a served household, its placements together, pinned ones left out; `None` when nobody is served.
    pub least_score: Option<u32>,
    /// Who was served.
    pub coverage: Coverage,
    /// Scarce offers, sorted by offer.
    pub shadow_prices: Vec<ShadowPrice>,
    /// Pairs that would both rather have each other; `None` when no offer ranks.
    pub blocking_pairs: Option<u32>,
    /// Households and offers that had to be decided together, as numbers of households in each part, largest first.
    pub components: Vec<u32>,
    /// Elementary steps spent.
    pub work: u64,
}

impl Solution {
    /// The level's report.
    #[must_use]
    pub fn level(&self, level: Level) -> Option<&LevelReport> {
        self.levels.iter().find(|report| report.level == level)
    }

    /// A hash of the list and of what was reached, the same on every machine for the same data (BLAKE3).
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("kyosei-match solution v1");
        let mut text = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for placement in &self.placements {
            match placement {
                Placement::Home { household, home } => {
                    text("home");
                    text(household.as_str());
                    text(home.as_str());
                }
                Placement::Job { person, job } => {
                    text("job");
                    text(person.as_str());
                    text(job.as_str());
                }
            }
        }
        for report in &self.levels {
            text(report.level.code());
            text(&report.value.to_string());
        }
        *hasher.finalize().as_bytes()
    }
}
