//! Invented instances in the manner of Kamakura, with adversarial twins.
//!
//! Areas lie along railway lines; households, homes and jobs get profiles, and the rules of [`crate::rules`] judge the pairs,
//! so that a generated instance shows every reason a real one shows. Randomness comes from the caller.

mod draw;

use std::collections::BTreeSet;

use crate::instance::{AreaId, HomePair, Instance, JobPair, Tag, Travel, TravelBand, Verdict};
use crate::options::RulesTable;
use crate::rules::{Weights, home_verdict, job_verdict};
use draw::{Draw, HouseholdDraw};

/// The most households a generated instance has.
pub const GENERATED_HOUSEHOLDS_MAX: u32 = 10_000;
/// Offers looked at for one household or person, at most.
const CANDIDATES_MAX: usize = 30;

/// What makes an instance hard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Twist {
    /// Nothing.
    #[default]
    None,
    /// Far fewer homes and jobs than households.
    Scarcity,
    /// Areas that cannot be reached from each other.
    Disconnected,
    /// Nobody may work.
    NobodyMayWork,
    /// One family of twelve among small ones.
    FamilyOfTwelve,
}

impl Twist {
    /// The stable code used on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Scarcity => "scarcity",
            Self::Disconnected => "disconnected",
            Self::NobodyMayWork => "nobody-may-work",
            Self::FamilyOfTwelve => "family-of-twelve",
        }
    }

    /// The twist with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::None, Self::Scarcity, Self::Disconnected, Self::NobodyMayWork, Self::FamilyOfTwelve];
        all.into_iter().find(|twist| twist.code() == code)
    }
}

/// What to invent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Households, up to [`GENERATED_HOUSEHOLDS_MAX`]; more are cut off.
    pub households: u32,
    /// What makes it hard.
    pub twist: Twist,
}

/// Invents an instance. `random` gives 64 random bits at each call; the same bits give the same instance.
#[must_use]
pub fn kamakura(wanted: Wanted, random: &mut dyn FnMut() -> u64) -> Instance {
    let mut draw = Draw::new(random);
    let count = wanted.households.min(GENERATED_HOUSEHOLDS_MAX);
    let areas = (count / 25 + 4).min(60);
    let share = if wanted.twist == Twist::Scarcity { (20, 15) } else { (75, 55) };
    let mut instance = Instance {
        dimensions: vec![Tag::numbered("persons", "")],
        tier_step_days: 90,
        ..Instance::default()
    };
    add_travel(&mut instance, areas, wanted.twist);
    let homes: Vec<_> = (0..count * share.0 / 100 + 1).map(|number| draw.home(number, areas)).collect();
    let jobs: Vec<_> = (0..count * share.1 / 100 + 1).map(|number| draw.job(number, areas)).collect();
    instance.homes.extend(homes.iter().map(|profile| profile.home.clone()));
    instance.jobs.extend(jobs.iter().map(|profile| profile.job.clone()));
    let (rules, weights) = (RulesTable::CURRENT, Weights::CURRENT);
    for number in 0..count {
        let HouseholdDraw { profile, persons } = draw.household(number, areas, wanted.twist);
        for at in draw.sample(homes.len(), CANDIDATES_MAX) {
            let Some(home) = homes.get(at) else { continue };
            let verdict = home_verdict(&profile, home, draw.chance(1), &rules, &weights);
            let household = profile.household.id.clone();
            instance.home_pairs.push(HomePair { household, home: home.home.id.clone(), verdict });
        }
        for person in &persons {
            for at in draw.sample(jobs.len(), CANDIDATES_MAX) {
                let Some(job) = jobs.get(at) else { continue };
                let verdict = job_verdict(&profile, person, job, draw.chance(1), &rules, &weights);
                let person = person.person.id.clone();
                instance.job_pairs.push(JobPair { person, job: job.job.id.clone(), verdict });
            }
        }
        instance.households.push(profile.household);
    }
    instance
}

/// Invents families and places with three capacity dimensions: persons, school places and language support.
#[must_use]
pub fn families_and_places(families: u32, places: u32, random: &mut dyn FnMut() -> u64) -> Instance {
    let mut draw = Draw::new(random);
    let dimensions = ["persons", "school", "language"].map(|name| Tag::numbered(name, "")).to_vec();
    let mut instance = Instance { dimensions, ..Instance::default() };
    let mut sums = [0_u32; 3];
    for number in 0..families {
        let size = [1 + draw.below(7), draw.below(4), draw.below(2)];
        for (sum, own) in sums.iter_mut().zip(size) {
            *sum += own;
        }
        instance.households.push(draw.family(number, size.to_vec()));
    }
    for number in 0..places {
        let spread = 50 + draw.below(100);
        let capacity = sums.iter().map(|sum| sum * 95 / 100 / places.max(1) * spread / 100 + 1).collect();
        instance.homes.push(draw.place(number, capacity));
    }
    let homes: Vec<_> = instance.homes.iter().map(|home| home.id.clone()).collect();
    for household in instance.households.iter().map(|household| household.id.clone()).collect::<Vec<_>>() {
        for home in &homes {
            let verdict = Verdict::Fits { score: draw.below(1001), parts: Vec::new(), offer_rank: None };
            instance.home_pairs.push(HomePair { household: household.clone(), home: home.clone(), verdict });
        }
    }
    instance
}

/// A railway line: some minutes from one area to the next, longer late in the evening, no trains at night.
fn add_travel(instance: &mut Instance, areas: u32, twist: Twist) {
    let line = |area: u32| if twist == Twist::Disconnected { area % 3 } else { 0 };
    let ids: Vec<(u32, AreaId)> = (0..areas).map(|area| (area, AreaId::numbered("area-", area))).collect();
    let mut seen: BTreeSet<(u32, u32)> = BTreeSet::new();
    for (one, from) in &ids {
        for (other, to) in &ids {
            let stops = other.abs_diff(*one);
            if one >= other || stops > 12 || line(*one) != line(*other) || !seen.insert((*one, *other)) {
                continue;
            }
            for (band, minutes) in [(TravelBand::Day, 8 + 5 * stops), (TravelBand::Late, 20 + 9 * stops)] {
                let minutes = u16::try_from(minutes).unwrap_or(u16::MAX);
                instance.travel.push(Travel { from: from.clone(), to: to.clone(), band, minutes });
            }
        }
    }
}
