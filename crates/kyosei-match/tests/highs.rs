//! The default solver and HiGHS reach the same.

use kyosei_match::generate::{Twist, Wanted, kamakura};
use kyosei_match::instance::{Instance, InvalidInstance};
use kyosei_match::{Level, Options, SolverKind, Status, Unwatched, solve};

use crate::support::random::{Random, Shape, instance};

fn compare(name: &str, instance: &Instance) {
    let with = |solver| solve(instance, &Options { solver, ..Options::default() }, &mut Unwatched);
    let (own, highs) = (with(SolverKind::BranchAndBound), with(SolverKind::Highs));
    let (own, highs) = match (own, highs) {
        (Ok(own), Ok(highs)) => (own, highs),
        (Err(own), Err(highs)) => {
            assert!(matches!(
                own,
                InvalidInstance::ContradictoryPin { .. } | InvalidInstance::PinsDoNotFit { .. }
            ));
            assert_eq!(own.code(), highs.code(), "{name}");
            return;
        }
        (own, highs) => panic!("{name}: {own:?} and {highs:?}"),
    };
    // The tie order alone may stay open; it is not compared.
    assert_ne!(own.status, Status::BestFound, "{name}: {:?}", own.levels);
    for report in own.levels.iter().filter(|report| report.level != Level::Ties) {
        assert_eq!(
            Some(report.value),
            highs.level(report.level).map(|other| other.value),
            "{name}: {report:?}"
        );
    }
}

#[test]
fn small_instances_with_every_constraint_agree() {
    for seed in 40_000..40_150 {
        let mut random = Random::new(seed);
        let (households, homes, jobs) = (4 + random.below(10), 3 + random.below(7), 3 + random.below(7));
        let shape = Shape { households, homes, jobs, density: 40, scores: 1000, shared: random.chance(50) };
        compare(&format!("seed {seed}"), &instance(&mut random, shape));
    }
}

#[test]
fn generated_instances_agree() {
    for twist in
        [Twist::None, Twist::Scarcity, Twist::Disconnected, Twist::NobodyMayWork, Twist::FamilyOfTwelve]
    {
        let mut random = Random::new(5);
        let instance = kamakura(Wanted { households: 20, twist }, &mut || random.next());
        compare(twist.code(), &instance);
    }
}
