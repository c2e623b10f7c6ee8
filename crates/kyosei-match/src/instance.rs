//! The question put to the engine: households, people, homes, jobs and which of them fit together.
//!
//! Life-cycle: a caller fills an [`Instance`] (from a file, from the rules in [`crate::rules`], from a generator), the
//! engine validates it once on entry ([`Instance::validate`]) and never changes it.
//! It holds codes and numbers only: no name, no address, no document, no reason behind a sealed exclusion.

mod id;
mod offer;
mod pair;
mod shifts;
mod validate;

pub use id::{AreaId, HomeId, HouseholdId, IdError, JobId, PersonId, Tag};
pub use offer::{Home, Job, Offer, Travel, TravelBand};
pub use pair::{Amount, HomePair, JobPair, Reason, Rule, ScorePart, Unit, Verdict, Wish};
pub use shifts::{ShiftError, Shifts, Weekday};
pub use validate::{Contradiction, InvalidInstance, Place};

/// The most households an instance may have.
pub const HOUSEHOLDS_MAX: usize = 20_000;
/// The most persons an instance may have.
pub const PERSONS_MAX: usize = 100_000;
/// The most homes and the most jobs an instance may have.
pub const OFFERS_MAX: usize = 50_000;
/// The most pairs (of homes and of jobs together) an instance may have.
pub const PAIRS_MAX: usize = 2_000_000;
/// The highest score of one pair. Our own weights give 0 to 1000; published instances use more.
pub const SCORE_MAX: u32 = 1_000_000;
/// The largest capacity, size or number of places.
pub const QUANTITY_MAX: u32 = 1_000_000;
/// The most capacity dimensions of homes.
pub const DIMENSIONS_MAX: usize = 16;

/// How urgently a household must be served; tier 1 comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Danger, homelessness, a birth: first.
    One,
    /// Urgent.
    Two,
    /// Soon.
    Three,
    /// No hurry.
    Four,
}

impl Tier {
    /// All tiers, the most urgent first.
    pub const ALL: [Self; 4] = [Self::One, Self::Two, Self::Three, Self::Four];

    /// The tier with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            4 => Some(Self::Four),
            _ => None,
        }
    }

    /// The number of this tier, 1 to 4.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::Four => 4,
        }
    }

    /// The tier after `days` of waiting: one step up for each full `step_days`, so that no one waits for ever.
    #[must_use]
    pub fn raised_by_waiting(self, days: u32, step_days: u32) -> Self {
        let steps = days.checked_div(step_days).unwrap_or(0).min(3);
        let number = u32::from(self.number()).saturating_sub(steps).max(1);
        Self::ALL.into_iter().find(|tier| u32::from(tier.number()) == number).unwrap_or(Self::One)
    }
}

/// What a person may do for pay, as written on the card or on the paper that a human has seen (入管法).
///
/// The engine fails closed: a person of a class without permission gets no job, whatever the pairs say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WorkPermission {
    /// 就労制限なし: any job.
    Unlimited,
    /// 在留資格に基づく就労活動のみ可: only the activity of the status.
    StatusOnly,
    /// 指定書により指定された就労活動のみ可: only what the designation names.
    Designated,
    /// 資格外活動許可, 原則週28時間以内: the hours of all jobs count together.
    Permit28h,
    /// 資格外活動許可書に記載された範囲内: the named activity only.
    PermitIndividual,
    /// 監理措置・令書発付前の個別許可 (入管法44条の5): the named employer only.
    KanriPermitted,
    /// 就労不可, 仮放免, 監理措置・令書発付後: no job at all.
    None,
    /// Nobody has seen the evidence yet: treated as [`WorkPermission::None`].
    Unverified,
}

impl WorkPermission {
    /// True when no job may be proposed at all.
    #[must_use]
    pub fn forbids_work(self) -> bool {
        match self {
            Self::None | Self::Unverified => true,
            Self::Unlimited
            | Self::StatusOnly
            | Self::Designated
            | Self::Permit28h
            | Self::PermitIndividual
            | Self::KanriPermitted => false,
        }
    }
}

/// People who move together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Pseudonymous code.
    pub id: HouseholdId,
    /// Urgency as decided by people.
    pub tier: Tier,
    /// Days since the household began to wait.
    pub waiting_days: u32,
    /// How much of each capacity dimension a home must have free for this household, in the order of
    /// [`Instance::dimensions`].
    pub size: Vec<u32>,
    /// Where the household lives now; `None` when it does not matter for reaching a job.
    pub present_area: Option<AreaId>,
    /// What house rules of shared homes may refer to, such as `dog`.
    pub tags: Vec<Tag>,
    /// False when children need one of the carers at home at every hour.
    pub childcare_covered: bool,
    /// Members who look for work.
    pub persons: Vec<Person>,
}

/// A member of a household who looks for work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Pseudonymous code.
    pub id: PersonId,
    /// What the person may do for pay.
    pub permission: WorkPermission,
    /// The most hours a week over all jobs together.
    pub weekly_hours_max: u16,
    /// The longest way to work in minutes.
    pub commute_minutes_max: u16,
    /// True when this person cares for the household's children.
    pub carer: bool,
}

/// Something given to somebody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Placement {
    /// A household gets a home.
    Home {
        /// Who.
        household: HouseholdId,
        /// What.
        home: HomeId,
    },
    /// A person gets a job.
    Job {
        /// Who.
        person: PersonId,
        /// What.
        job: JobId,
    },
}

/// What an earlier run learnt about how scarce an offer is, in points of score for one unit of its capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearntPrice {
    /// The offer.
    pub offer: Offer,
    /// Points for one place or one unit of the scarcest dimension.
    pub points: u32,
}

/// One matching question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instance {
    /// Names of the capacity dimensions of homes, such as `beds`; may be empty.
    pub dimensions: Vec<Tag>,
    /// Who looks for something.
    pub households: Vec<Household>,
    /// What there is to live in.
    pub homes: Vec<Home>,
    /// What there is to work at.
    pub jobs: Vec<Job>,
    /// Households and homes: a score, or why not. A pair that is not listed does not fit.
    pub home_pairs: Vec<HomePair>,
    /// Persons and jobs: a score, or why not. A pair that is not listed does not fit.
    pub job_pairs: Vec<JobPair>,
    /// Travel times between areas. Areas that differ and have no entry cannot be reached from each other.
    pub travel: Vec<Travel>,
    /// Households that must not share a home.
    pub apart: Vec<(HouseholdId, HouseholdId)>,
    /// Decided by people: these placements must be in the list.
    pub pins: Vec<Placement>,
    /// Decided by people: these placements must not be in the list.
    pub vetoes: Vec<Placement>,
    /// The last list shown, to change as little of it as possible.
    pub previous: Vec<Placement>,
    /// Prices learnt from earlier instances (dynamic arrivals).
    pub learnt_prices: Vec<LearntPrice>,
    /// How much of a learnt price is taken off a pair's score, in thousandths; 0 switches the soft term off.
    pub learnt_price_permille: u16,
    /// Days of waiting that raise a household by one tier; 0 switches raising off.
    pub tier_step_days: u32,
}
