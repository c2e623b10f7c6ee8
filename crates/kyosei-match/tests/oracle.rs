//! The engine against an exhaustive search on thousands of small seeds.

use crate::support::exhaustive::optimum;
use crate::support::random::{Random, Shape, instance};
use kyosei_match::instance::{Instance, InvalidInstance};
use kyosei_match::{Level, Options, Solution, Status, Unwatched, solve};

fn value(solution: &Solution, level: Level) -> i64 {
    solution.level(level).unwrap().value
}

fn check(seed: u64, instance: &Instance) {
    let expected = optimum(instance);
    let solution = match solve(instance, &Options::default(), &mut Unwatched) {
        Err(InvalidInstance::ContradictoryPin { .. } | InvalidInstance::PinsDoNotFit { .. }) => {
            assert_eq!(expected, None, "seed {seed}: the pins can be kept");
            return;
        }
        other => other.unwrap_or_else(|error| panic!("seed {seed}: {error}")),
    };
    let (floor, best) = expected.unwrap_or_else(|| panic!("seed {seed}: the pins cannot be kept"));
    // Pinned households are counted in their tiers by the engine, apart by the search: compare sums.
    let served: i64 = [Level::Tier1, Level::Tier2, Level::Tier3, Level::Tier4]
        .map(|tier| value(&solution, tier))
        .iter()
        .sum();
    assert_eq!(served, best[..5].iter().sum::<i64>(), "seed {seed}: served");
    if instance.pins.is_empty() {
        for (tier, expected) in
            [Level::Tier1, Level::Tier2, Level::Tier3, Level::Tier4].into_iter().zip(&best[1..5])
        {
            assert_eq!(value(&solution, tier), *expected, "seed {seed}: {tier:?}");
        }
    }
    assert_eq!(value(&solution, Level::Floor), floor, "seed {seed}: floor");
    assert_eq!(value(&solution, Level::Total), best[5], "seed {seed}: total");
    assert_eq!(value(&solution, Level::Kept), best[6], "seed {seed}: kept");
    assert_eq!(solution.status, Status::Optimal, "seed {seed}: {:?}", solution.levels);
}

fn run(seeds: std::ops::Range<u64>, shape: impl Fn(&mut Random) -> Shape) {
    for seed in seeds {
        let mut random = Random::new(seed);
        let shape = shape(&mut random);
        check(seed, &instance(&mut random, shape));
    }
}

#[test]
fn tiny_instances_with_every_constraint_are_solved_to_the_optimum() {
    run(0..2_000, |random| Shape {
        households: 1 + random.below(4),
        homes: random.below(4),
        jobs: random.below(4),
        density: 70,
        scores: 1000,
        shared: random.chance(60),
    });
}

#[test]
fn instances_with_few_different_scores_are_solved_to_the_optimum() {
    run(10_000..11_000, |random| Shape {
        households: 2 + random.below(4),
        homes: 1 + random.below(3),
        jobs: 1 + random.below(4),
        density: 60,
        scores: 3,
        shared: random.chance(50),
    });
}

#[test]
fn eight_households_with_eight_homes_and_jobs_are_solved_to_the_optimum() {
    run(20_000..20_060, |random| Shape {
        households: 8,
        homes: 8,
        jobs: 8,
        density: 22,
        scores: 1000,
        shared: random.chance(50),
    });
}
