//! Sizes and times of protection, audit and certificate on random tables: `cargo bench -p kyosei-disclosure`.
//!
//! `KYOSEI_BENCH=ward,threeway,large3` picks sizes; the default is all. Figures are for the printed seed. What is promised
//! of them stands in `docs/totals-peers.md`.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program that prints figures"
)]

use std::time::{Duration, Instant};

use kyosei_disclosure::audit::{Range, audit};
use kyosei_disclosure::certificate::Claim;
use kyosei_disclosure::cross::{CrossTable, Record};
use kyosei_disclosure::hierarchy::Hierarchy;
use kyosei_disclosure::protect::confirms;
use kyosei_disclosure::{
    Budget, Ledger, Rule, Spec, TableSet, TieKey, Unwatched, View, Zeros, protect, prove, verify,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Above this the naive audit is too slow to be timed along.
const NAIVE_CELLS_MAX: usize = 2_000;

const SEED: u64 = 20_260_401;

/// Leaves in groups under one total.
fn grouped(name: &str, leaves: usize, groups: usize) -> Hierarchy {
    let group_names: Vec<String> = (0..groups).map(|group| format!("g{group}")).collect();
    let leaf_names: Vec<String> = (0..leaves).map(|leaf| format!("l{leaf:03}")).collect();
    let mut pairs: Vec<(&str, Option<&str>)> = vec![("all", None)];
    pairs.extend(group_names.iter().map(|group| (group.as_str(), Some("all"))));
    pairs.extend(
        leaf_names
            .iter()
            .enumerate()
            .map(|(at, leaf)| (leaf.as_str(), Some(group_names[at % groups].as_str()))),
    );
    Hierarchy::new(name, &pairs).unwrap()
}

fn table(sizes: &[(usize, usize)], mean: f64, rng: &mut ChaCha8Rng) -> TableSet {
    let dimensions: Vec<Hierarchy> = sizes
        .iter()
        .enumerate()
        .map(|(at, &(leaves, groups))| grouped(&format!("d{at}"), leaves, groups))
        .collect();
    let leaves: usize = sizes.iter().map(|size| size.0).product();
    let mut records = Vec::new();
    for leaf in 0..leaves {
        let mut rest = leaf;
        let codes = sizes
            .iter()
            .map(|&(count, _)| {
                let code = rest % count;
                rest /= count;
                format!("l{code:03}")
            })
            .collect();
        // A skewed spread: many small cells, some large ones.
        let uniform: f64 = rng.random();
        let amount = (-(1.0 - uniform).ln() * mean).floor() as i64;
        records.push(Record { codes, holding: None, known: false, amount });
    }
    let mut set = TableSet::new(vec![Rule::frequency(3, Zeros::Open)]);
    let table = CrossTable { unit: "n".into(), period: "p".into(), dimensions, rule: 0 };
    table.fill(&mut set, &records).unwrap();
    set
}

fn run(name: &str, sizes: &[(usize, usize)], mean: f64) {
    let set = table(sizes, mean, &mut ChaCha8Rng::seed_from_u64(SEED));
    let (key, budget, ledger) = (TieKey::new([1; 32]), Budget::default(), Ledger::default());
    let begin = Instant::now();
    let protected = protect(&set, &Spec::default(), &ledger, &key, &budget, &mut Unwatched).unwrap();
    let protected_in = begin.elapsed();
    let begin = Instant::now();
    let view = protected.table.view();
    let certificate = prove(view, &[], &ledger.head(), &budget, &mut Unwatched).unwrap();
    let proved_in = begin.elapsed();
    let begin = Instant::now();
    let verdict = verify(view, &[], &ledger.head(), &certificate).unwrap();
    let verified_in = begin.elapsed();
    let record = &protected.record;
    println!(
        "{name}: {} cells, {} primary, {} secondary",
        set.cells().len(),
        record.primary.len(),
        record.secondary.len()
    );
    println!(
        "  cost {} against at least {} (gap {:.1} %)",
        record.cost,
        record.cost_at_least,
        100.0 * (record.cost as f64 / record.cost_at_least.max(1) as f64 - 1.0)
    );
    println!(
        "  certificate: {} tables, {} covered, {} not small, {} narrow, confirms the primaries: {}",
        certificate.moves.len() + 1,
        verdict.covered.len(),
        verdict.not_small.len(),
        certificate.evidence.iter().filter(|evidence| evidence.claim == Claim::Narrow).count(),
        confirms(record, view, &certificate)
    );
    if set.cells().len() <= NAIVE_CELLS_MAX {
        let begin = Instant::now();
        let ranges = audit(view, budget.nodes_max).unwrap();
        let ours = begin.elapsed();
        println!("  audit by two integer programs a cell: {ours:.2?}");
        compare(view, &ranges, ours, budget.nodes_max);
    }
    println!("  protect {protected_in:.2?}, certify {proved_in:.2?}, verify {verified_in:.2?}");
}

/// The same audit by HiGHS in the same run.
#[cfg(feature = "highs")]
fn compare(view: &View, ranges: &[Range], ours: Duration, nodes_max: u64) {
    use kyosei_disclosure::audit::audit_by;
    use kyosei_disclosure::propose::Solver;
    let begin = Instant::now();
    let theirs = audit_by(Solver::Highs, view, nodes_max).unwrap();
    let time = begin.elapsed();
    let agree =
        ranges.iter().zip(&theirs).filter(|(our, their)| (our.low, our.high) == (their.low, their.high));
    println!(
        "  HiGHS: {time:.2?}, ours / HiGHS {:.2}, {} of {} ranges agree",
        ours.as_secs_f64() / time.as_secs_f64(),
        agree.count(),
        ranges.len()
    );
}

#[cfg(not(feature = "highs"))]
fn compare(_view: &View, _ranges: &[Range], _ours: Duration, _nodes_max: u64) {
    println!("  HiGHS: only in a build with the feature `highs`");
}

fn main() {
    let wanted = std::env::var("KYOSEI_BENCH").unwrap_or_else(|_| "ward,threeway,large,large3".into());
    println!("seed {SEED}");
    for name in wanted.split(',') {
        match name {
            "ward" => run("ward, 20(5) x 12(3)", &[(20, 5), (12, 3)], 8.0),
            "threeway" => run("three-way, 12(3) x 8(2) x 6(2)", &[(12, 3), (8, 2), (6, 2)], 6.0),
            "large" => run("large, 60(8) x 100(10)", &[(60, 8), (100, 10)], 8.0),
            "large3" => run("large three-way, 20(5) x 25(5) x 8(2)", &[(20, 5), (25, 5), (8, 2)], 6.0),
            other => println!("unknown size {other}"),
        }
    }
}
