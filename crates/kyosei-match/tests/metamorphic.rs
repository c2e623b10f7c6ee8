//! Changes of an instance whose effect on the answer is known.

use kyosei_match::instance::*;
use kyosei_match::{Level, Options, Solution, Unwatched, solve};

use crate::support::random::{Random, Shape, home_id, instance, job_id};

const SEEDS: std::ops::Range<u64> = 30_000..30_040;

fn made(seed: u64) -> Instance {
    let mut random = Random::new(seed);
    let shape = Shape {
        households: 6 + random.below(8),
        homes: 3 + random.below(7),
        jobs: 3 + random.below(7),
        density: 35,
        scores: 400,
        shared: random.chance(50),
    };
    let mut instance = instance(&mut random, shape);
    instance.pins.clear();
    instance
}

fn answer(instance: &Instance) -> Solution {
    solve(instance, &Options::default(), &mut Unwatched).unwrap()
}

fn shuffle<T>(random: &mut Random, list: &mut [T]) {
    for at in (1..list.len()).rev() {
        list.swap(at, random.below(at as u32 + 1) as usize);
    }
}

#[test]
fn the_order_of_the_input_changes_nothing() {
    for seed in SEEDS {
        let instance = made(seed);
        let mut other = instance.clone();
        let mut random = Random::new(seed + 1);
        shuffle(&mut random, &mut other.households);
        shuffle(&mut random, &mut other.homes);
        shuffle(&mut random, &mut other.jobs);
        shuffle(&mut random, &mut other.home_pairs);
        shuffle(&mut random, &mut other.job_pairs);
        shuffle(&mut random, &mut other.travel);
        shuffle(&mut random, &mut other.previous);
        let (one, other) = (answer(&instance), answer(&other));
        assert_eq!(one, other, "seed {seed}");
        assert_eq!(one.hash(), other.hash(), "seed {seed}");
    }
}

#[test]
fn other_names_change_who_wins_ties_but_no_value() {
    for seed in SEEDS {
        let instance = made(seed);
        let mut other = instance.clone();
        let rename = |home: &HomeId| HomeId::new(&format!("renamed-{home}")).unwrap();
        for home in &mut other.homes {
            home.id = rename(&home.id);
        }
        for pair in &mut other.home_pairs {
            pair.home = rename(&pair.home);
        }
        for job in &mut other.jobs {
            job.only_with_home = job.only_with_home.as_ref().map(rename);
        }
        for placement in other.previous.iter_mut().chain(&mut other.vetoes) {
            if let Placement::Home { home, .. } = placement {
                *home = rename(home);
            }
        }
        let values = |solution: &Solution| {
            let levels = solution.levels.iter().filter(|report| report.level != Level::Ties);
            levels.map(|report| (report.level, report.value)).collect::<Vec<_>>()
        };
        assert_eq!(values(&answer(&instance)), values(&answer(&other)), "seed {seed}");
    }
}

#[test]
fn offers_that_nobody_can_take_change_nothing() {
    for seed in SEEDS {
        let instance = made(seed);
        let mut other = instance.clone();
        let mut home = other.homes[0].clone();
        home.id = home_id("nobody");
        other.homes.push(home);
        let mut job = other.jobs[0].clone();
        job.id = job_id("nobody");
        other.jobs.push(job);
        for household in &other.households {
            let reasons = vec![Reason { rule: Rule::Rent, short_by: None }];
            let verdict = Verdict::Excluded { reasons };
            other.home_pairs.push(HomePair {
                household: household.id.clone(),
                home: home_id("nobody"),
                verdict,
            });
        }
        assert_eq!(answer(&instance).placements, answer(&other).placements, "seed {seed}");
    }
}

#[test]
fn doubled_scores_double_the_total() {
    for seed in SEEDS {
        let mut instance = made(seed);
        instance.learnt_prices.clear();
        // Below one step of the floor nothing but the total depends on the scores.
        let scale = |instance: &mut Instance, by: u32| {
            let pairs = instance.home_pairs.iter_mut().map(|pair| &mut pair.verdict);
            for verdict in pairs.chain(instance.job_pairs.iter_mut().map(|pair| &mut pair.verdict)) {
                if let Verdict::Fits { score, .. } = verdict {
                    *score = *score % 25 * by;
                }
            }
        };
        let (mut one, mut two) = (instance.clone(), instance);
        scale(&mut one, 1);
        scale(&mut two, 2);
        let (one, two) = (answer(&one), answer(&two));
        let total = |solution: &Solution| solution.level(Level::Total).unwrap().value;
        assert_eq!(2 * total(&one), total(&two), "seed {seed}");
        assert_eq!(one.placements, two.placements, "seed {seed}");
    }
}
