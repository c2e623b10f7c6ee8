//! Times and gaps on generated instances, in one run, beside HiGHS (feature `highs`) and lapjv on the same data.
//!
//! `cargo bench -p kyosei-match --features highs -- [HOUSEHOLDS …]`; without sizes: 50, 200, 1000. Each line says how long a
//! solver took, how many households it left out, its total and the proven gap. Sizes above 200 are not given to HiGHS unless
//! `--highs` is among the arguments, since it can take minutes.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program for the developer's terminal"
)]

use std::time::{Duration, Instant};

use kyosei_match::generate::{Twist, Wanted, families_and_places, kamakura};
use kyosei_match::instance::{Home, HomeId, HomePair, Household, HouseholdId, Instance, Tier, Verdict};
use kyosei_match::{Level, Matching, Options, Progress, SolverKind, Unwatched, solve};

/// Stops after a time.
struct Until(Instant);

impl Progress for Until {
    fn should_stop(&mut self) -> bool {
        Instant::now() >= self.0
    }

    fn stage(&mut self, _stage: u8, _done_permille: u16) {}
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn random(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut sizes: Vec<u32> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![50, 200, 1000];
    }
    let always = arguments.iter().any(|argument| argument == "--highs");
    for size in sizes {
        let mut bits = random(u64::from(size));
        let instance = kamakura(Wanted { households: size, twist: Twist::None }, &mut bits);
        let seconds = if size > 2_000 { 60 } else { 10 };
        compare(&format!("kamakura {size}"), &instance, seconds, size <= 200 || always);
    }
    let places = families_and_places(500, 20, &mut random(17));
    compare("500 families, 20 places, 3 dimensions", &places, 10, true);
    compare("500 families, 20 places, 3 dimensions", &places, 1, false);
    assignment(200);
    explanation();
}

fn compare(name: &str, instance: &Instance, seconds: u64, with_highs: bool) {
    println!("{name}: {} pairs", instance.home_pairs.len() + instance.job_pairs.len());
    let own = run("  own  ", instance, SolverKind::BranchAndBound, seconds);
    #[cfg(feature = "highs")]
    if with_highs {
        let highs = run("  HiGHS", instance, SolverKind::Highs, seconds);
        println!("  own / HiGHS: time {:.2}, total {:.6}", own.0 / highs.0, own.1 / highs.1);
    }
    #[cfg(not(feature = "highs"))]
    let _ = (own, with_highs);
}

fn run(label: &str, instance: &Instance, solver: SolverKind, seconds: u64) -> (f64, f64) {
    let start = Instant::now();
    let options = Options { solver, work_max: seconds * 2_000_000_000, ..Options::default() };
    let mut until = Until(start + Duration::from_secs(seconds));
    let solution = solve(instance, &options, &mut until).unwrap();
    let time = start.elapsed().as_secs_f64();
    let level = |level| *solution.level(level).unwrap();
    let (total, unserved) = (level(Level::Total), level(Level::Unserved));
    println!(
        "{label} {time:8.3} s  {:<19} unserved {} (bound {})  floor {}  total {}  gap {} ppm",
        solution.status.code(),
        unserved.value,
        unserved.bound,
        level(Level::Floor).value,
        total.value,
        total.gap_ppm(),
    );
    (time, total.value as f64)
}

/// As many households as homes, every pair with a score: lapjv on the same numbers.
fn assignment(count: u32) {
    let mut bits = random(9);
    let mut instance = Instance::default();
    let mut costs = Vec::new();
    for n in 0..count {
        instance.households.push(Household {
            id: HouseholdId::new(&format!("h{n}")).unwrap(),
            tier: Tier::Four,
            waiting_days: 0,
            size: Vec::new(),
            present_area: None,
            tags: Vec::new(),
            childcare_covered: true,
            persons: Vec::new(),
        });
        instance.homes.push(Home {
            id: HomeId::new(&format!("u{n}")).unwrap(),
            area: None,
            capacity: Vec::new(),
            reserve: Vec::new(),
            shared: false,
            never_together: Vec::new(),
            only_with_job: None,
        });
    }
    for household in &instance.households {
        for home in &instance.homes {
            let score = u32::try_from(bits() % 1001).unwrap();
            costs.push(f64::from(1000 - score));
            let verdict = Verdict::Fits { score, parts: Vec::new(), offer_rank: None };
            instance.home_pairs.push(HomePair {
                household: household.id.clone(),
                home: home.id.clone(),
                verdict,
            });
        }
    }
    println!("assignment {count} × {count}");
    let own = run("  own  ", &instance, SolverKind::BranchAndBound, 10);
    let size = count as usize;
    let matrix = lapjv::Matrix::from_shape_vec((size, size), costs).unwrap();
    let start = Instant::now();
    let (rows, _) = lapjv::lapjv(&matrix).unwrap();
    let time = start.elapsed().as_secs_f64();
    let cost: f64 = rows.iter().enumerate().map(|(row, column)| matrix[(row, *column)]).sum();
    println!(
        "  lapjv {time:.4} s, total {}; own / lapjv: time {:.1}",
        f64::from(1000 * count) - cost,
        own.0 / time
    );
}

/// One alternative with its cost to others, at 200 households.
fn explanation() {
    let instance = kamakura(Wanted { households: 200, twist: Twist::None }, &mut random(200));
    let options = Options::default();
    let matching = Matching::solve(&instance, &options, &mut Unwatched).unwrap();
    let household = instance.households.first().map(|household| household.id.clone()).unwrap();
    let start = Instant::now();
    let alternatives = matching.alternatives(&household, 1, &mut Unwatched);
    println!(
        "cost to others of {} alternative at 200 households: {:.3} s",
        alternatives.len(),
        start.elapsed().as_secs_f64()
    );
}
