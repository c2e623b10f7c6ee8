//! The checks an instance passes before anything is computed from it. Each error names the place.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{
    DIMENSIONS_MAX, HOUSEHOLDS_MAX, HomeId, HouseholdId, Instance, JobId, OFFERS_MAX, PAIRS_MAX, PERSONS_MAX,
    PersonId, Placement, QUANTITY_MAX, SCORE_MAX, Verdict,
};

/// Where in an instance something is wrong: a list and the position in it, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name of the list, as in the file format.
    pub list: &'static str,
    /// Position in the list.
    pub index: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.list, self.index)
    }
}

/// Why an instance cannot be solved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInstance {
    /// A list is longer than its limit.
    #[error("{list} has {count} entries, more than the limit of {limit}")]
    TooMany {
        /// The list.
        list: &'static str,
        /// Entries found.
        count: usize,
        /// Entries allowed.
        limit: usize,
    },
    /// An id stands for two things.
    #[error("{place}: the id {id} is used twice")]
    DuplicateId {
        /// The second use.
        place: Place,
        /// The id.
        id: String,
    },
    /// A pair is given twice.
    #[error("{place}: the pair is given twice")]
    DuplicatePair {
        /// The second pair.
        place: Place,
    },
    /// Something refers to an id that is not in the instance.
    #[error("{place}: the id {id} is unknown")]
    UnknownId {
        /// Where.
        place: Place,
        /// The id.
        id: String,
    },
    /// A size, a capacity or a reserve does not have one number for each dimension.
    #[error("{place}: {found} numbers where the instance has {expected} dimensions")]
    DimensionMismatch {
        /// Where.
        place: Place,
        /// Numbers found.
        found: usize,
        /// Numbers needed.
        expected: usize,
    },
    /// A number is above its limit.
    #[error("{place}: the number {number} is above the limit of {limit}")]
    NumberTooLarge {
        /// Where.
        place: Place,
        /// The number.
        number: u32,
        /// The limit.
        limit: u32,
    },
    /// The parts of a score do not add up to it.
    #[error("{place}: the parts add up to {sum}, the score is {score}")]
    PartsDoNotAddUp {
        /// Where.
        place: Place,
        /// Sum of the parts.
        sum: u64,
        /// The score.
        score: u32,
    },
    /// An excluded pair gives no reason.
    #[error("{place}: an excluded pair gives no reason")]
    NoReason {
        /// Where.
        place: Place,
    },
    /// A pin that cannot be kept whatever else is decided.
    #[error("{place}: the pin contradicts {with}")]
    ContradictoryPin {
        /// Where.
        place: Place,
        /// What it contradicts.
        with: Contradiction,
    },
    /// Pins that can each be kept, but not together.
    #[error("the pins of the household {household} cannot be kept together with the other pins")]
    PinsDoNotFit {
        /// A household whose pins had to be left out.
        household: HouseholdId,
    },
}

/// What a pin contradicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contradiction {
    /// The pair does not fit.
    ExcludedPair,
    /// The same placement is vetoed.
    Veto,
    /// Another pin gives the household another home.
    OtherHome,
    /// The household's other pins, its carers, hours or ways.
    OwnHousehold,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExcludedPair => "a hard rule or the list of pairs",
            Self::Veto => "a veto",
            Self::OtherHome => "another pin for the same household",
            Self::OwnHousehold => "the hours, carers, ways or other pins of the same household",
        })
    }
}

impl InvalidInstance {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "E-MATCH-TOO-MANY",
            Self::DuplicateId { .. } => "E-MATCH-DUPLICATE-ID",
            Self::DuplicatePair { .. } => "E-MATCH-DUPLICATE-PAIR",
            Self::UnknownId { .. } => "E-MATCH-UNKNOWN-ID",
            Self::DimensionMismatch { .. } => "E-MATCH-DIMENSIONS",
            Self::NumberTooLarge { .. } => "E-MATCH-NUMBER",
            Self::PartsDoNotAddUp { .. } => "E-MATCH-PARTS",
            Self::NoReason { .. } => "E-MATCH-NO-REASON",
            Self::ContradictoryPin { .. } | Self::PinsDoNotFit { .. } => "E-MATCH-PIN",
        }
    }
}

/// The ids of an instance, each with its position.
struct Known<'a> {
    households: BTreeMap<&'a HouseholdId, usize>,
    persons: BTreeSet<&'a PersonId>,
    homes: BTreeSet<&'a HomeId>,
    jobs: BTreeSet<&'a JobId>,
}

impl Instance {
    /// Checks every list.
    ///
    /// # Errors
    /// The first thing found that is wrong, in the order of the lists.
    pub fn validate(&self) -> Result<(), InvalidInstance> {
        self.check_limits()?;
        let known = self.check_ids()?;
        self.check_offers(&known)?;
        self.check_pairs(&known)?;
        self.check_references(&known)?;
        self.check_pins()
    }

    fn check_limits(&self) -> Result<(), InvalidInstance> {
        let persons = self.households.iter().map(|household| household.persons.len()).sum();
        let lists = [
            ("dimensions", self.dimensions.len(), DIMENSIONS_MAX),
            ("households", self.households.len(), HOUSEHOLDS_MAX),
            ("persons", persons, PERSONS_MAX),
            ("homes", self.homes.len(), OFFERS_MAX),
            ("jobs", self.jobs.len(), OFFERS_MAX),
            ("home_pairs", self.home_pairs.len(), PAIRS_MAX),
            ("job_pairs", self.job_pairs.len(), PAIRS_MAX.saturating_sub(self.home_pairs.len())),
            ("travel", self.travel.len(), PAIRS_MAX),
            ("apart", self.apart.len(), PAIRS_MAX),
        ];
        for (list, count, limit) in lists {
            if count > limit {
                return Err(InvalidInstance::TooMany { list, count, limit });
            }
        }
        Ok(())
    }

    fn check_ids(&self) -> Result<Known<'_>, InvalidInstance> {
        let mut known = Known {
            households: BTreeMap::new(),
            persons: BTreeSet::new(),
            homes: BTreeSet::new(),
            jobs: BTreeSet::new(),
        };
        for (index, household) in self.households.iter().enumerate() {
            if known.households.insert(&household.id, index).is_some() {
                return Err(duplicate("households", index, household.id.as_str()));
            }
            for person in &household.persons {
                if !known.persons.insert(&person.id) {
                    return Err(duplicate("households", index, person.id.as_str()));
                }
            }
        }
        for (index, home) in self.homes.iter().enumerate() {
            if !known.homes.insert(&home.id) {
                return Err(duplicate("homes", index, home.id.as_str()));
            }
        }
        for (index, job) in self.jobs.iter().enumerate() {
            if !known.jobs.insert(&job.id) {
                return Err(duplicate("jobs", index, job.id.as_str()));
            }
        }
        Ok(known)
    }

    fn check_offers(&self, known: &Known<'_>) -> Result<(), InvalidInstance> {
        for (index, household) in self.households.iter().enumerate() {
            self.check_vector("households", index, &household.size)?;
        }
        for (index, home) in self.homes.iter().enumerate() {
            self.check_vector("homes", index, &home.capacity)?;
            if !home.reserve.is_empty() {
                self.check_vector("homes", index, &home.reserve)?;
            }
            if let Some(job) = home.only_with_job.as_ref().filter(|job| !known.jobs.contains(job)) {
                return Err(unknown("homes", index, job.as_str()));
            }
        }
        for (index, job) in self.jobs.iter().enumerate() {
            within(("jobs", index), job.places, QUANTITY_MAX)?;
            if let Some(home) = job.only_with_home.as_ref().filter(|home| !known.homes.contains(home)) {
                return Err(unknown("jobs", index, home.as_str()));
            }
        }
        Ok(())
    }

    fn check_vector(&self, list: &'static str, index: usize, numbers: &[u32]) -> Result<(), InvalidInstance> {
        if numbers.len() != self.dimensions.len() {
            let (found, expected) = (numbers.len(), self.dimensions.len());
            return Err(InvalidInstance::DimensionMismatch { place: Place { list, index }, found, expected });
        }
        numbers.iter().try_for_each(|number| within((list, index), *number, QUANTITY_MAX))
    }

    fn check_pairs(&self, known: &Known<'_>) -> Result<(), InvalidInstance> {
        let mut seen = BTreeSet::new();
        for (index, pair) in self.home_pairs.iter().enumerate() {
            if !known.households.contains_key(&pair.household) {
                return Err(unknown("home_pairs", index, pair.household.as_str()));
            }
            if !known.homes.contains(&pair.home) {
                return Err(unknown("home_pairs", index, pair.home.as_str()));
            }
            if !seen.insert((&pair.household, &pair.home)) {
                return Err(InvalidInstance::DuplicatePair { place: Place { list: "home_pairs", index } });
            }
            check_verdict("home_pairs", index, &pair.verdict)?;
        }
        let mut seen = BTreeSet::new();
        for (index, pair) in self.job_pairs.iter().enumerate() {
            if !known.persons.contains(&pair.person) {
                return Err(unknown("job_pairs", index, pair.person.as_str()));
            }
            if !known.jobs.contains(&pair.job) {
                return Err(unknown("job_pairs", index, pair.job.as_str()));
            }
            if !seen.insert((&pair.person, &pair.job)) {
                return Err(InvalidInstance::DuplicatePair { place: Place { list: "job_pairs", index } });
            }
            check_verdict("job_pairs", index, &pair.verdict)?;
        }
        Ok(())
    }

    fn check_references(&self, known: &Known<'_>) -> Result<(), InvalidInstance> {
        for (index, (one, other)) in self.apart.iter().enumerate() {
            for id in [one, other] {
                if !known.households.contains_key(id) {
                    return Err(unknown("apart", index, id.as_str()));
                }
            }
        }
        for (list, placements) in [("pins", &self.pins), ("vetoes", &self.vetoes)] {
            for (index, placement) in placements.iter().enumerate() {
                if let Some(id) = unknown_in(placement, known) {
                    return Err(unknown(list, index, id));
                }
            }
        }
        for (index, price) in self.learnt_prices.iter().enumerate() {
            within(("learnt_prices", index), price.points, SCORE_MAX)?;
        }
        Ok(())
    }

    fn check_pins(&self) -> Result<(), InvalidInstance> {
        let vetoes: BTreeSet<&Placement> = self.vetoes.iter().collect();
        let mut homes = BTreeMap::new();
        for (index, pin) in self.pins.iter().enumerate() {
            let place = Place { list: "pins", index };
            if vetoes.contains(pin) {
                return Err(InvalidInstance::ContradictoryPin { place, with: Contradiction::Veto });
            }
            if let Placement::Home { household, home } = pin
                && homes.insert(household, home).is_some_and(|other| other != home)
            {
                return Err(InvalidInstance::ContradictoryPin { place, with: Contradiction::OtherHome });
            }
        }
        Ok(())
    }
}

fn unknown_in<'a>(placement: &'a Placement, known: &Known<'_>) -> Option<&'a str> {
    match placement {
        Placement::Home { household, .. } if !known.households.contains_key(household) => {
            Some(household.as_str())
        }
        Placement::Home { home, .. } => (!known.homes.contains(home)).then(|| home.as_str()),
        Placement::Job { person, .. } if !known.persons.contains(person) => Some(person.as_str()),
        Placement::Job { job, .. } => (!known.jobs.contains(job)).then(|| job.as_str()),
    }
}

fn check_verdict(list: &'static str, index: usize, verdict: &Verdict) -> Result<(), InvalidInstance> {
    let place = Place { list, index };
    match verdict {
        Verdict::Fits { score, parts, .. } => {
            within((list, index), *score, SCORE_MAX)?;
            let sum = parts.iter().map(|part| u64::from(part.points)).sum();
            if !parts.is_empty() && sum != u64::from(*score) {
                return Err(InvalidInstance::PartsDoNotAddUp { place, sum, score: *score });
            }
            Ok(())
        }
        Verdict::Excluded { reasons } if reasons.is_empty() => Err(InvalidInstance::NoReason { place }),
        Verdict::Excluded { .. } => Ok(()),
    }
}

fn within((list, index): (&'static str, usize), number: u32, limit: u32) -> Result<(), InvalidInstance> {
    if number > limit {
        return Err(InvalidInstance::NumberTooLarge { place: Place { list, index }, number, limit });
    }
    Ok(())
}

fn duplicate(list: &'static str, index: usize, id: &str) -> InvalidInstance {
    InvalidInstance::DuplicateId { place: Place { list, index }, id: String::from(id) }
}

fn unknown(list: &'static str, index: usize, id: &str) -> InvalidInstance {
    InvalidInstance::UnknownId { place: Place { list, index }, id: String::from(id) }
}
