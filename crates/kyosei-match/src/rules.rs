//! The hard rules and the soft score of one pair: from what is known about a household and an offer to a
//! [`Verdict`].
//!
//! Life-cycle: the caller fills a [`HouseholdProfile`] and an offer's profile from its documents, asks [`home_verdict`] or
//! [`job_verdict`] for every pair, and puts the verdicts in an instance. Nationality, religion, health and the reasons of
//! exclusions are not inputs: needs derived from them are (職業安定法5条の5). Days are counted from the day of the run, which the caller knows.

mod home;
mod job;

use std::collections::BTreeSet;

pub use home::home_verdict;
pub use job::job_verdict;

use crate::instance::{
    Amount, AreaId, Home, Household, Job, Person, Reason, Rule, ScorePart, Shifts, Tag, Unit, Verdict, Wish,
};

/// Points a wish can bring at most; together 1000 for a home and 1000 for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// Version of the numbers, shown beside a score.
    pub version: u32,
    /// Home: rank of the area among the wishes.
    pub home_area: u32,
    /// Home: rent below the cap.
    pub home_rent: u32,
    /// Home: children stay in their school.
    pub home_school: u32,
    /// Home: preferences that are not musts.
    pub home_preference: u32,
    /// Job: rank of the kind of work among the wishes.
    pub job_wish: u32,
    /// Job: experience.
    pub job_skill: u32,
    /// Job: language above what is needed.
    pub job_language: u32,
    /// Job: somebody on site helps.
    pub job_support: u32,
    /// Job: preferences that are not musts.
    pub job_preference: u32,
}

impl Weights {
    /// The weights of version 1.
    pub const CURRENT: Self = Self {
        version: 1,
        home_area: 350,
        home_rent: 250,
        home_school: 250,
        home_preference: 150,
        job_wish: 400,
        job_skill: 250,
        job_language: 150,
        job_support: 100,
        job_preference: 100,
    };
}

/// How a household can answer for the rent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guarantee {
    /// Nobody.
    None,
    /// A guarantor company would accept.
    Company,
    /// An organisation stands in.
    Organisation,
    /// A person stands in.
    Person,
}

/// What a household brings and asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdProfile {
    /// The household as the engine sees it.
    pub household: Household,
    /// Persons who move.
    pub people_count: u32,
    /// The most rent a month with common charges, in yen.
    pub rent_yen_max: u32,
    /// The most to pay at the start, in yen.
    pub deposit_yen_max: u32,
    /// Who answers for the rent.
    pub guarantee: Guarantee,
    /// Somebody can be named for emergencies.
    pub emergency_contact: bool,
    /// Has an animal.
    pub pets: bool,
    /// True when every member is a woman or a child.
    pub women_and_children_only: bool,
    /// What a home must offer, such as `step-free`.
    pub musts: BTreeSet<Tag>,
    /// What a home should offer.
    pub preferences: BTreeSet<Tag>,
    /// Wished areas, the best first.
    pub areas: Vec<AreaId>,
    /// Areas that are no option.
    pub areas_avoided: BTreeSet<AreaId>,
    /// School area of the children, if they should stay in it.
    pub school_area: Option<Tag>,
    /// Days until the household must have moved in.
    pub move_in_days_max: u32,
    /// Days until the first card or stay of the household ends; `None` when none ends.
    pub card_days_left: Option<u32>,
    /// The household agreed to be matched, and the agreement holds today.
    pub consents_to_matching: bool,
    /// The key to the sealed exclusions was at hand; without it nothing may be proposed.
    pub exclusions_checked: bool,
}

/// What a person brings and asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonProfile {
    /// The person as the engine sees it.
    pub person: Person,
    /// The youngest age in years that fits the age band; `None` when it is not known, which counts as under age.
    pub age_years_min: Option<u8>,
    /// Japanese on the scale of the CEFR, 0 (none) to 6 (C2).
    pub japanese_level: u8,
    /// Levels below the requirement that a trial may bridge.
    pub japanese_tolerance: u8,
    /// Licences.
    pub licences: BTreeSet<Tag>,
    /// Activities or employers that the permission names; used only where it names any.
    pub permitted: BTreeSet<Tag>,
    /// Wished classes of work, the best first.
    pub wishes: Vec<Tag>,
    /// Classes of work that are no option.
    pub not_wanted: BTreeSet<Tag>,
    /// Classes of work done before.
    pub experience: BTreeSet<Tag>,
    /// Hours at which the person can work; [`Shifts::NONE`] for any.
    pub available: Shifts,
    /// What a job must offer, such as `no-pork`.
    pub musts: BTreeSet<Tag>,
    /// What a job should offer.
    pub preferences: BTreeSet<Tag>,
    /// Days until the person can start.
    pub start_days: u32,
    /// Days until the card or the stay ends; `None` when it does not.
    pub card_days_left: Option<u32>,
}

/// What a home offers and asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeProfile {
    /// The home as the engine sees it.
    pub home: Home,
    /// The most persons allowed.
    pub people_max: u32,
    /// Rent a month with common charges, in yen.
    pub rent_yen: u32,
    /// To pay at the start, in yen.
    pub deposit_yen: u32,
    /// The least guarantee accepted; [`Guarantee::None`] when none is asked for.
    pub guarantee_min: Guarantee,
    /// Somebody must be named for emergencies.
    pub emergency_contact_needed: bool,
    /// Animals are allowed.
    pub pets_allowed: bool,
    /// For women and children only.
    pub women_and_children_only: bool,
    /// What it offers.
    pub offers: BTreeSet<Tag>,
    /// School area.
    pub school_area: Option<Tag>,
    /// Days until it is free.
    pub free_in_days: u32,
    /// Days that cards must still be valid.
    pub card_days_min: u32,
    /// Somebody lives in it with whom it is shared (homestay): two people must have visited it.
    pub lives_with_host: bool,
    /// People who visited it.
    pub visitors_count: u8,
    /// Days since its owner last confirmed it.
    pub confirmed_days_ago: u32,
}

/// What a job offers and asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobProfile {
    /// The job as the engine sees it.
    pub job: Job,
    /// Class of work.
    pub class: Tag,
    /// Code of the employer.
    pub employer: Tag,
    /// A business that the permission for activity outside the status leaves out (風俗営業等).
    pub adult_entertainment: bool,
    /// Least Japanese on the scale of the CEFR, 0 to 6.
    pub japanese_level_min: u8,
    /// Licences asked for.
    pub licences: BTreeSet<Tag>,
    /// What it offers.
    pub offers: BTreeSet<Tag>,
    /// Days from now for which the employer needs the person; cards must last as long.
    pub term_days: u32,
    /// Last day to start, in days from now.
    pub start_days_max: u32,
    /// Somebody on site helps.
    pub support_on_site: bool,
    /// Days since the employer last confirmed it.
    pub confirmed_days_ago: u32,
}

/// Collects broken rules.
#[derive(Default)]
struct Broken(Vec<Reason>);

impl Broken {
    fn check(&mut self, broken: bool, rule: Rule) {
        if broken {
            self.0.push(Reason { rule, short_by: None });
        }
    }

    fn check_most(&mut self, asked: u32, allowed: u32, rule: Rule, unit: Unit) {
        if asked > allowed {
            let number = asked - allowed;
            self.0.push(Reason { rule, short_by: Some(Amount { number, unit }) });
        }
    }

    /// The verdict: excluded when anything is broken, else the parts added up.
    fn verdict(self, parts: Vec<ScorePart>, offer_rank: Option<u32>) -> Verdict {
        if self.0.is_empty() {
            let score = parts.iter().map(|part| part.points).sum();
            Verdict::Fits { score, parts, offer_rank }
        } else {
            Verdict::Excluded { reasons: self.0 }
        }
    }
}

/// Points for a rank: all for the first wish, less by a quarter for each place after it, none when it is not wished.
fn ranked(wish: Wish, position: Option<usize>, points_max: u32) -> ScorePart {
    let quarter = |rank: usize| {
        points_max.saturating_sub(points_max / 4 * u32::try_from(rank).unwrap_or(u32::MAX).min(4))
    };
    ScorePart { wish, points: position.map_or(0, quarter), points_max }
}

/// Points for the share of wishes that is met; all when there is none.
fn shared(wish: Wish, wished: &BTreeSet<Tag>, offered: &BTreeSet<Tag>, points_max: u32) -> ScorePart {
    let all = u32::try_from(wished.len()).unwrap_or(u32::MAX);
    let met = u32::try_from(wished.intersection(offered).count()).unwrap_or(0);
    let points = (points_max.saturating_mul(met)).checked_div(all).unwrap_or(points_max);
    ScorePart { wish, points, points_max }
}
