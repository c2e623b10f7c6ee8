//! From a finished run to a [`Solution`].

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Run;
use crate::instance::{Instance, Offer, Placement};
use crate::problem::{Part, Source, TIERS};
use crate::relax::SCALE;
use crate::solution::{Coverage, Level, LevelReport, Served, ShadowPrice, Solution, Status};
use crate::stability::blocking_pairs;

/// Writes up a run.
pub(crate) fn report(instance: &Instance, run: &Run) -> Solution {
    let mut placements: Vec<Placement> = Vec::new();
    let mut score = 0_u64;
    let mut least: Option<i64> = None;
    let mut served: BTreeSet<u32> = BTreeSet::new();
    for component in &run.components {
        for (family, plan) in component.problem.families.iter().zip(&component.plans) {
            let mut together: Option<i64> = None;
            for item in plan.iter().filter_map(|item| component.problem.items.get(*item as usize)) {
                together = Some(together.unwrap_or(0) + item.points);
                placements.extend(item.parts.iter().filter_map(|part| placement(instance, *part)));
            }
            if let Some(together) = together {
                served.insert(family.household);
                if family.tier > 0 {
                    least = Some(least.map_or(together, |least| least.min(together)));
                }
            }
        }
    }
    placements.sort();
    for (_, points) in scores(instance, &placements) {
        score += u64::from(points);
    }
    let levels = levels(instance, run, &served);
    let mut unserved: Vec<_> = instance
        .households
        .iter()
        .zip(0_u32..)
        .filter(|(_, index)| !served.contains(index))
        .map(|(household, _)| household.id.clone())
        .collect();
    unserved.sort();
    let mut components: Vec<u32> = run
        .components
        .iter()
        .map(|component| u32::try_from(component.plans.len()).unwrap_or(u32::MAX))
        .collect();
    components.sort_unstable_by(|a, b| b.cmp(a));
    Solution {
        status: status(&levels, run.problem.bundles_cut),
        levels,
        blocking_pairs: blocking_pairs(instance, &run.problem, &placements),
        placements,
        unserved,
        score,
        least_score: least.and_then(|least| u32::try_from(least).ok()),
        coverage: coverage(instance, &served),
        shadow_prices: shadow_prices(instance, run),
        components,
        work: run.work,
    }
}

/// A part by its ids.
pub(crate) fn placement(instance: &Instance, part: Part) -> Option<Placement> {
    match part {
        Part::Home { household, home } => Some(Placement::Home {
            household: instance.households.get(household as usize)?.id.clone(),
            home: instance.homes.get(home as usize)?.id.clone(),
        }),
        Part::Job { household, person, job } => Some(Placement::Job {
            person: instance.households.get(household as usize)?.persons.get(person as usize)?.id.clone(),
            job: instance.jobs.get(job as usize)?.id.clone(),
        }),
    }
}

/// The score of each placement, as given.
pub(crate) fn scores<'a>(instance: &'a Instance, placements: &'a [Placement]) -> Vec<(&'a Placement, u32)> {
    use crate::instance::Verdict;
    let wanted: BTreeSet<&Placement> = placements.iter().collect();
    let mut found = Vec::new();
    for pair in &instance.home_pairs {
        if let Verdict::Fits { score, .. } = &pair.verdict {
            let placement = Placement::Home { household: pair.household.clone(), home: pair.home.clone() };
            found.extend(wanted.get(&placement).map(|placement| (*placement, *score)));
        }
    }
    for pair in &instance.job_pairs {
        if let Verdict::Fits { score, .. } = &pair.verdict {
            let placement = Placement::Job { person: pair.person.clone(), job: pair.job.clone() };
            found.extend(wanted.get(&placement).map(|placement| (*placement, *score)));
        }
    }
    found
}

fn levels(instance: &Instance, run: &Run, served: &BTreeSet<u32>) -> Vec<LevelReport> {
    let mut value = [0; TIERS];
    let mut bound = [0; TIERS];
    for component in &run.components {
        for tier in 0..TIERS {
            let add = |sums: &mut [i64; TIERS], from: &[i64; TIERS]| {
                if let (Some(sum), Some(more)) = (sums.get_mut(tier), from.get(tier)) {
                    *sum += more;
                }
            };
            add(&mut value, &component.served);
            add(&mut bound, &component.served_bound);
        }
    }
    // Pinned households count in the tier they have.
    let mut pinned = [0; TIERS];
    for family in run
        .components
        .iter()
        .flat_map(|component| &component.problem.families)
        .filter(|family| family.tier == 0)
    {
        if let Some(household) = instance.households.get(family.household as usize) {
            let tier = household.tier.raised_by_waiting(household.waiting_days, instance.tier_step_days);
            if let Some(count) = pinned.get_mut(usize::from(tier.number())) {
                *count += 1;
            }
        }
    }
    let at = |numbers: &[i64; TIERS], tier: usize| numbers.get(tier).copied().unwrap_or(0);
    let mut levels = Vec::new();
    for (tier, level) in (1..TIERS).zip([Level::Tier1, Level::Tier2, Level::Tier3, Level::Tier4]) {
        let pinned = at(&pinned, tier);
        levels.push(LevelReport {
            level,
            value: at(&value, tier) + pinned,
            bound: at(&bound, tier) + pinned,
        });
    }
    let all = i64::try_from(instance.households.len()).unwrap_or(i64::MAX);
    let reached = i64::try_from(served.len()).unwrap_or(i64::MAX);
    let most: i64 = bound.iter().sum();
    levels.push(LevelReport { level: Level::Unserved, value: all - reached, bound: all - most });
    levels.push(LevelReport { level: Level::Floor, value: run.floor, bound: run.floor_bound });
    let mut sums = [(0, 0); 3];
    for component in &run.components {
        let total =
            component.total.as_ref().map_or((0, 0), |total| (total.value, total.bound.max(total.value)));
        for (sum, add) in sums.iter_mut().zip([total, component.kept, component.ties]) {
            sum.0 += add.0;
            sum.1 += add.1.max(add.0);
        }
    }
    for (level, (value, bound)) in [Level::Total, Level::Kept, Level::Ties].into_iter().zip(sums) {
        levels.push(LevelReport { level, value, bound });
    }
    levels
}

fn status(levels: &[LevelReport], bundles_cut: bool) -> Status {
    let proven = |report: &&LevelReport| report.is_proven();
    let last = [Level::Kept, Level::Ties];
    if bundles_cut
        || !levels.iter().filter(|report| !last.contains(&report.level)).all(|report| proven(&report))
    {
        Status::BestFound
    } else if levels.iter().all(|report| proven(&report)) {
        Status::Optimal
    } else {
        Status::OptimalUpToTies
    }
}

fn coverage(instance: &Instance, served: &BTreeSet<u32>) -> Coverage {
    let mut by_tier: BTreeMap<u8, Served> = (1..=4).map(|tier| (tier, Served::default())).collect();
    let mut by_size: BTreeMap<u32, Served> = BTreeMap::new();
    for (household, index) in instance.households.iter().zip(0_u32..) {
        let tier = household.tier.raised_by_waiting(household.waiting_days, instance.tier_step_days);
        let got = u32::from(served.contains(&index));
        let count = |entry: &mut Served| {
            entry.all += 1;
            entry.served += got;
        };
        count(by_tier.entry(tier.number()).or_default());
        if let Some(size) = household.size.first() {
            count(by_size.entry(*size).or_default());
        }
    }
    Coverage { by_tier: by_tier.into_iter().collect(), by_size: by_size.into_iter().collect() }
}

fn shadow_prices(instance: &Instance, run: &Run) -> Vec<ShadowPrice> {
    let mut dearest: BTreeMap<Source, i64> = BTreeMap::new();
    for component in &run.components {
        for (source, price) in component.problem.source.iter().zip(&component.prices) {
            let known = dearest.entry(*source).or_insert(0);
            *known = (*known).max(*price);
        }
    }
    let mut prices = Vec::new();
    for (source, price) in dearest {
        let offer = match source {
            Source::Home(home) => instance.homes.get(home as usize).map(|home| Offer::Home(home.id.clone())),
            Source::Job(job) => instance.jobs.get(job as usize).map(|job| Offer::Job(job.id.clone())),
            Source::HouseRule => None,
        };
        let points = u32::try_from((price + SCALE / 2) / SCALE).unwrap_or(u32::MAX);
        if let Some(offer) = offer.filter(|_| points > 0) {
            prices.push(ShadowPrice { offer, points });
        }
    }
    prices.sort_by(|a, b| a.offer.cmp(&b.offer));
    prices
}
