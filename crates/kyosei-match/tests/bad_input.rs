//! Instances that make no sense are refused with a code and the place, or solved within bounds.

use kyosei_match::instance::*;
use kyosei_match::{Level, Options, Progress, Status, Unwatched, solve};

use crate::support::random::{Random, Shape, home_id, household_id, instance, job_id, person_id, tag};

fn base() -> Instance {
    let mut random = Random::new(7);
    let shape = Shape { households: 4, homes: 3, jobs: 3, density: 100, scores: 100, shared: true };
    let mut instance = instance(&mut random, shape);
    instance.pins.clear();
    instance.vetoes.clear();
    instance
}

fn check(change: impl FnOnce(&mut Instance), code: &str, text: &str) {
    let mut instance = base();
    change(&mut instance);
    let error = solve(&instance, &Options::default(), &mut Unwatched).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(text), "{error}");
}

#[test]
fn a_household_given_twice_is_refused() {
    check(|i| i.households.push(i.households[0].clone()), "E-MATCH-DUPLICATE-ID", "households[4]: the id h0");
    check(|i| i.homes.push(i.homes[1].clone()), "E-MATCH-DUPLICATE-ID", "homes[3]: the id u1");
    check(|i| i.home_pairs.push(i.home_pairs[0].clone()), "E-MATCH-DUPLICATE-PAIR", "home_pairs[");
}

#[test]
fn an_unknown_id_is_refused() {
    check(|i| i.home_pairs[2].home = home_id("x"), "E-MATCH-UNKNOWN-ID", "home_pairs[2]: the id ux");
    check(|i| i.apart.push((household_id(0), household_id("x"))), "E-MATCH-UNKNOWN-ID", "the id hx");
    let pin = Placement::Job { person: person_id("x"), job: job_id(0) };
    check(|i| i.pins.push(pin), "E-MATCH-UNKNOWN-ID", "pins[0]: the id px");
    check(|i| i.homes[0].only_with_job = Some(job_id("x")), "E-MATCH-UNKNOWN-ID", "homes[0]: the id jx");
}

#[test]
fn numbers_above_their_limits_are_refused() {
    let verdict = Verdict::Fits { score: SCORE_MAX + 1, parts: Vec::new(), offer_rank: None };
    check(|i| i.home_pairs[0].verdict = verdict, "E-MATCH-NUMBER", "home_pairs[0]");
    check(|i| i.jobs[1].places = u32::MAX, "E-MATCH-NUMBER", "jobs[1]");
    check(|i| i.households[1].size[0] = QUANTITY_MAX + 1, "E-MATCH-NUMBER", "households[1]");
}

#[test]
fn a_size_with_the_wrong_number_of_dimensions_is_refused() {
    check(|i| i.households[3].size.push(1), "E-MATCH-DIMENSIONS", "households[3]");
    check(|i| i.dimensions.push(tag("more")), "E-MATCH-DIMENSIONS", "households[0]");
}

#[test]
fn parts_that_do_not_add_up_and_exclusions_without_reason_are_refused() {
    let part = ScorePart { wish: Wish::Skill, points: 3, points_max: 9 };
    let verdict = Verdict::Fits { score: 4, parts: vec![part], offer_rank: None };
    check(|i| i.home_pairs[0].verdict = verdict, "E-MATCH-PARTS", "home_pairs[0]");
    let verdict = Verdict::Excluded { reasons: Vec::new() };
    check(|i| i.home_pairs[1].verdict = verdict, "E-MATCH-NO-REASON", "home_pairs[1]");
}

#[test]
fn contradictory_pins_are_refused() {
    let free = |i: &mut Instance| {
        i.homes.push(Home {
            id: home_id("free"),
            area: None,
            capacity: i.dimensions.iter().map(|_| 9).collect(),
            reserve: Vec::new(),
            shared: false,
            never_together: Vec::new(),
            only_with_job: None,
        });
        for household in [0, 1] {
            let verdict = Verdict::Fits { score: 1, parts: Vec::new(), offer_rank: None };
            i.home_pairs.push(HomePair {
                household: household_id(household),
                home: home_id("free"),
                verdict,
            });
        }
    };
    let pin = |household: u32, home: &str| Placement::Home {
        household: household_id(household),
        home: home_id(home),
    };
    check(
        |i| {
            free(i);
            i.pins = vec![pin(0, "free"), pin(0, "0")];
        },
        "E-MATCH-PIN",
        "pins[1]: the pin contradicts another pin",
    );
    check(
        |i| {
            free(i);
            i.pins = vec![pin(0, "free")];
            i.vetoes = vec![pin(0, "free")];
        },
        "E-MATCH-PIN",
        "pins[0]: the pin contradicts a veto",
    );
    check(
        |i| {
            free(i);
            i.pins = vec![pin(0, "free"), pin(1, "free")];
        },
        "E-MATCH-PIN",
        "cannot be kept together",
    );
    check(
        |i| {
            free(i);
            i.pins = vec![pin(2, "free")];
        },
        "E-MATCH-PIN",
        "a hard rule or the list of pairs",
    );
}

#[test]
fn an_instance_without_pairs_or_without_anything_has_an_empty_list() {
    let mut nothing = base();
    nothing.home_pairs.clear();
    nothing.job_pairs.clear();
    nothing.previous.clear();
    for (instance, unserved) in [(nothing, 4), (Instance::default(), 0)] {
        let solution = solve(&instance, &Options::default(), &mut Unwatched).unwrap();
        assert_eq!(solution.status, Status::Optimal);
        assert!(solution.placements.is_empty());
        assert_eq!(solution.unserved.len(), unserved);
    }
}

#[test]
fn capacities_of_zero_serve_nobody() {
    let mut instance = base();
    for home in &mut instance.homes {
        home.capacity.fill(0);
    }
    for household in &mut instance.households {
        household.size.fill(1);
    }
    for job in &mut instance.jobs {
        job.places = 0;
    }
    let solution = solve(&instance, &Options::default(), &mut Unwatched).unwrap();
    assert_eq!(solution.unserved.len(), 4);
    assert_eq!(solution.status, Status::Optimal);
}

/// Sixty households that all want the same forty homes, with conflicting scores.
fn crowded() -> Instance {
    let mut random = Random::new(3);
    let shape = Shape { households: 30, homes: 20, jobs: 15, density: 50, scores: 1000, shared: true };
    let mut instance = instance(&mut random, shape);
    instance.pins.clear();
    instance
}

#[test]
fn a_run_with_hardly_any_work_allowed_returns_a_list_with_a_true_bound() {
    let instance = crowded();
    let long = Options { work_max: 1_000_000_000, ..Options::default() };
    let full = solve(&instance, &long, &mut Unwatched).unwrap();
    let short = Options { work_max: 1_000, ..Options::default() };
    let short = solve(&instance, &short, &mut Unwatched).unwrap();
    let total = |solution: &kyosei_match::Solution| *solution.level(Level::Total).unwrap();
    for tier in [Level::Tier1, Level::Tier2, Level::Tier3, Level::Tier4] {
        assert!(short.level(tier).unwrap().value <= short.level(tier).unwrap().bound);
    }
    assert!(total(&short).value <= total(&short).bound);
    if short.level(Level::Unserved).unwrap().value == full.level(Level::Unserved).unwrap().value {
        assert!(total(&short).bound >= total(&full).value || short.least_score < full.least_score);
    }
    assert_ne!(short.status, Status::Optimal);
}

#[test]
fn a_run_that_is_asked_to_stop_returns_what_it_has() {
    struct AtOnce(u32);
    impl Progress for AtOnce {
        fn should_stop(&mut self) -> bool {
            self.0 += 1;
            true
        }
        fn stage(&mut self, _stage: u8, _done_permille: u16) {}
    }
    let mut at_once = AtOnce(0);
    let solution = solve(&crowded(), &Options::default(), &mut at_once).unwrap();
    assert!(at_once.0 > 0);
    assert!(!solution.placements.is_empty());
}
