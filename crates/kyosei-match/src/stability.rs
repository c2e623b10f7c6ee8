//! Blocking pairs: a seeker and an offer that would both rather have each other than what the list gives them.
//!
//! Counted, never forced: with households that take homes and jobs together a list without any may not exist (hospitals and
//! residents with couples, Ronn 1990). Only pairs that the engine could use and that the offer side ranks are counted.

use std::collections::{BTreeMap, BTreeSet};

use crate::instance::{Instance, Placement, Verdict};
use crate::problem::{Part, Problem};

/// One feasible pair with both sides' views.
struct Ranked<'a> {
    seeker: &'a str,
    offer: &'a str,
    score: u32,
    rank: u32,
    given: bool,
}

/// The number of blocking pairs; `None` when no offer ranks anybody.
pub(crate) fn blocking_pairs(
    instance: &Instance,
    problem: &Problem,
    placements: &[Placement],
) -> Option<u32> {
    let given: BTreeSet<&Placement> = placements.iter().collect();
    let mut dropped: BTreeSet<(&str, &str)> = BTreeSet::new();
    for part in problem.dropped.iter().map(|dropped| dropped.part) {
        dropped.extend(ids(instance, part));
    }
    let mut homes: Vec<Ranked<'_>> = Vec::new();
    for pair in &instance.home_pairs {
        if let Verdict::Fits { score, offer_rank: Some(rank), .. } = &pair.verdict {
            let placement = Placement::Home { household: pair.household.clone(), home: pair.home.clone() };
            let (seeker, offer) = (pair.household.as_str(), pair.home.as_str());
            homes.push(Ranked {
                seeker,
                offer,
                score: *score,
                rank: *rank,
                given: given.contains(&placement),
            });
        }
    }
    let mut jobs: Vec<Ranked<'_>> = Vec::new();
    for pair in &instance.job_pairs {
        if let Verdict::Fits { score, offer_rank: Some(rank), .. } = &pair.verdict {
            let placement = Placement::Job { person: pair.person.clone(), job: pair.job.clone() };
            let (seeker, offer) = (pair.person.as_str(), pair.job.as_str());
            jobs.push(Ranked {
                seeker,
                offer,
                score: *score,
                rank: *rank,
                given: given.contains(&placement),
            });
        }
    }
    if homes.is_empty() && jobs.is_empty() {
        return None;
    }
    // A whole unit has room for one; a shared home counts as full once somebody lives in it, since whether one household
    // more fits depends on sizes. A job has its places.
    let home_places = instance.homes.iter().map(|home| (home.id.as_str(), 1)).collect();
    let job_places = instance.jobs.iter().map(|job| (job.id.as_str(), job.places)).collect();
    Some(count(&homes, &home_places, &dropped) + count(&jobs, &job_places, &dropped))
}

fn count(pairs: &[Ranked<'_>], places: &BTreeMap<&str, u32>, dropped: &BTreeSet<(&str, &str)>) -> u32 {
    let mut best_given: BTreeMap<&str, u32> = BTreeMap::new();
    let mut worst_rank: BTreeMap<&str, u32> = BTreeMap::new();
    let mut taken: BTreeMap<&str, u32> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.given) {
        let best = best_given.entry(pair.seeker).or_insert(pair.score);
        *best = pair.score.max(*best);
        let worst = worst_rank.entry(pair.offer).or_insert(pair.rank);
        *worst = pair.rank.max(*worst);
        *taken.entry(pair.offer).or_insert(0) += 1;
    }
    let blocking = |pair: &&Ranked<'_>| {
        let seeker_gains = best_given.get(pair.seeker).is_none_or(|best| pair.score > *best);
        let room = taken.get(pair.offer).copied().unwrap_or(0) < places.get(pair.offer).copied().unwrap_or(0);
        let offer_gains = room || worst_rank.get(pair.offer).is_some_and(|worst| pair.rank < *worst);
        !pair.given && seeker_gains && offer_gains && !dropped.contains(&(pair.seeker, pair.offer))
    };
    u32::try_from(pairs.iter().filter(blocking).count()).unwrap_or(u32::MAX)
}

fn ids(instance: &Instance, part: Part) -> Option<(&str, &str)> {
    match part {
        Part::Home { household, home } => Some((
            instance.households.get(household as usize)?.id.as_str(),
            instance.homes.get(home as usize)?.id.as_str(),
        )),
        Part::Job { household, person, job } => Some((
            instance.households.get(household as usize)?.persons.get(person as usize)?.id.as_str(),
            instance.jobs.get(job as usize)?.id.as_str(),
        )),
    }
}
