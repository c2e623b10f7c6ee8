//! The gate: on random tables no attack gets through, by brute force where that is possible.
//!
//! Each instance has its own seed, printed when it fails. `KYOSEI_TORTURE=n` runs n instances of each kind.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::*;
use kyosei_disclosure::attack::{Target, insiders as insiders_know, inverse, score};
use kyosei_disclosure::audit::audit;
use kyosei_disclosure::check::rule_ranges;
use kyosei_disclosure::cross::Record;
use kyosei_disclosure::hierarchy::Hierarchy;
use kyosei_disclosure::insider::Insiders;
use kyosei_disclosure::instance::Instance;
use kyosei_disclosure::ledger::{Ledger, ReleaseRight, Step, StepRule};
use kyosei_disclosure::progress::{Budget, Unwatched};
use kyosei_disclosure::protect::{ProtectError, Protected, Spec, confirms};
use kyosei_disclosure::tables::{Cell, Offer, TableSet};
use kyosei_disclosure::view::{PublicRule, Status, View, Zeros};
use kyosei_disclosure::{prove, verify};

fn rounds(normal: u64) -> u64 {
    std::env::var("KYOSEI_TORTURE").ok().and_then(|text| text.parse().ok()).unwrap_or(normal)
}

/// Runs a check for seeds 0.. and names the seed that fails.
fn for_seeds(count: u64, check: impl Fn(&mut ChaCha8Rng)) {
    for seed in 0..count {
        let run = || check(&mut ChaCha8Rng::seed_from_u64(seed));
        if let Err(panic) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            eprintln!("failing seed: {seed}");
            std::panic::resume_unwind(panic);
        }
    }
}

fn dimension(name: &str, rng: &mut ChaCha8Rng) -> Hierarchy {
    let leaves = rng.random_range(2..=3);
    let names: Vec<String> = (0..leaves).map(|leaf| format!("{name}{leaf}")).collect();
    let grouped = leaves > 2 && rng.random_bool(0.4);
    let mut pairs: Vec<(&str, Option<&str>)> = vec![("all", None)];
    if grouped {
        pairs.push(("group", Some("all")));
    }
    for (at, leaf) in names.iter().enumerate() {
        pairs.push((leaf, Some(if grouped && at < 2 { "group" } else { "all" })));
    }
    Hierarchy::new(name, &pairs).unwrap()
}

fn leaf(dimension: &Hierarchy, rng: &mut ChaCha8Rng) -> String {
    let leaves: Vec<usize> =
        (0..dimension.len()).filter(|&code| dimension.children(code).is_empty()).collect();
    // The smaller of two draws: a skewed spread with small counts at the far end.
    let at = rng.random_range(0..leaves.len()).min(rng.random_range(0..leaves.len()));
    dimension.code(leaves[at]).to_owned()
}

fn random_rule(rng: &mut ChaCha8Rng) -> PublicRule {
    let k = rng.random_range(3..=5);
    let zeros = if rng.random_bool(0.5) { Zeros::Open } else { Zeros::Closed };
    PublicRule::Frequency { k, zeros }
}

fn random_table(rng: &mut ChaCha8Rng) -> TableSet {
    let axes = if rng.random_bool(0.3) { 3 } else { 2 };
    let dimensions: Vec<Hierarchy> = (0..axes).map(|axis| dimension(["x", "y", "z"][axis], rng)).collect();
    let total = rng.random_range(5..=300);
    let records: Vec<Record> = (0..total)
        .map(|_| Record {
            codes: dimensions.iter().map(|dimension| leaf(dimension, rng)).collect(),
            holding: None,
            known: false,
            amount: 1,
        })
        .collect();
    let rule = random_rule(rng);
    crossed(dimensions, rule, &records)
}

fn targets(view: &View, set: &TableSet, protected: &Protected) -> Vec<Target> {
    let wanted = rule_ranges(view);
    let place = |id| view.cells().iter().position(|cell| cell.id == id).unwrap();
    let mut found = Vec::new();
    for (id, _) in &protected.record.primary {
        let cell = place(id.clone());
        let Some(at) = set.find(id) else { continue };
        found.push(Target { cell, wanted: wanted[cell].unwrap(), truth: set.cells()[at].value });
    }
    found
}

/// E, R and F by the attack suite, and once more by listing every table where there are few.
fn assert_safe(set: &TableSet, protected: &Protected) {
    let view = protected.table.view();
    let targets = targets(view, set, protected);
    let score = score(view, &targets, NODES).unwrap();
    assert!(score.is_clean(), "{score:?}");
    if let Some(tables) = inverse::tables(view, 4_000) {
        for target in &targets {
            let values = || tables.iter().map(|table| table[target.cell]);
            let (low, high) = (values().min().unwrap(), values().max().unwrap());
            assert!(low <= target.wanted.0 && high >= target.wanted.1, "{target:?}: {low} {high}");
        }
    }
}

fn assert_certified(protected: &Protected, ledger: &Ledger) {
    let view = protected.table.view();
    let certificate = prove(view, &[], &ledger.head(), &Budget::default(), &mut Unwatched).unwrap();
    verify(view, &[], &ledger.head(), &certificate).unwrap();
    assert!(confirms(&protected.record, view, &certificate), "a primary cell is narrow in the certificate");
}

#[test]
fn no_attack_gets_through_on_random_hierarchies() {
    for_seeds(rounds(12), |rng| {
        let set = random_table(rng);
        let protected = match protected_after(&set, &Spec::default(), &Ledger::default()) {
            Ok(protected) => protected,
            Err(error) => panic!("{error:?}"),
        };
        assert_safe(&set, &protected);
        assert_certified(&protected, &Ledger::default());
    });
}

#[test]
fn no_insider_who_knows_a_withheld_cell_learns_another() {
    let guarded = std::cell::Cell::new(0);
    for_seeds(rounds(8), |rng| {
        let set = random_table(rng);
        let insiders = Insiders { every_withheld: true, groups: Vec::new() };
        let spec = Spec { insiders, ..Spec::default() };
        let protected = match protected_after(&set, &spec, &Ledger::default()) {
            Ok(protected) => protected,
            // Small tables may have no room for it; then nothing is published.
            Err(ProtectError::Infeasible(_)) => return,
            Err(error) => panic!("{error:?}"),
        };
        let view = protected.table.view();
        let targets = targets(view, &set, &protected);
        assert_eq!(insiders_know(view, &targets, NODES).unwrap(), Vec::<usize>::new());
        guarded.set(guarded.get() + usize::from(!targets.is_empty()));
    });
    assert!(guarded.get() >= 2, "only {} instances had something to guard", guarded.get());
}

/// The publication of a table with other finest counts.
fn republished(set: &TableSet, view: &View, table: &[i64]) -> Option<View> {
    let mut other = TableSet::new(set.rules().to_vec());
    for cell in set.cells() {
        let place = view.cells().iter().position(|shown| shown.id == cell.id)?;
        other.add(Cell { value: table[place], ..cell.clone() }).ok()?;
    }
    for relation in set.relations() {
        other.relate(relation.total, relation.parts.clone()).ok()?;
    }
    let published = protected_after(&other, &Spec::default(), &Ledger::default()).ok()?;
    Some(published.table.view().clone())
}

#[test]
fn running_the_tool_backwards_leaves_every_primary_cell_more_than_one_value() {
    let scores = std::cell::RefCell::new(Vec::new());
    for_seeds(rounds(40), |rng| {
        let set = random_table(rng);
        let protected = protected_after(&set, &Spec::default(), &Ledger::default()).unwrap();
        let view = protected.table.view();
        let cells: Vec<usize> = targets(view, &set, &protected).iter().map(|target| target.cell).collect();
        if cells.is_empty() || scores.borrow().len() == 6 {
            return;
        }
        let tool = |table: &[i64]| republished(&set, view, table);
        if let Some(spread) = inverse::spread(view, &cells, 40, tool) {
            scores.borrow_mut().push(spread);
        }
    });
    let scores = scores.into_inner();
    assert!(scores.len() >= 3 && scores.iter().all(|&spread| spread >= 2), "P: {scores:?}");
}

#[test]
fn brute_force_finds_the_ranges_that_the_audit_reports() {
    let compared = std::cell::Cell::new(0);
    for_seeds(rounds(24), |rng| {
        let set = random_table(rng);
        let protected = protected_after(&set, &Spec::default(), &Ledger::default()).unwrap();
        let view = protected.table.view();
        let Some(tables) = inverse::tables(view, 4_000) else { return };
        compared.set(compared.get() + 1);
        for (cell, range) in audit(view, NODES).unwrap().iter().enumerate() {
            let values = || tables.iter().map(|table| table[cell]);
            let expected = (values().min().unwrap(), values().max().unwrap());
            assert_eq!((range.low, range.high), expected, "{}", view.cells()[cell].id);
        }
    });
    assert!(compared.get() >= 5, "only {} instances were small enough", compared.get());
}

/// The cheapest safe set of secondary cells, by trying all of them in the order of their cost.
fn cheapest_by_trying_all(set: &TableSet, instance: &Instance) -> Option<u64> {
    let candidates: Vec<usize> = (0..set.cells().len())
        .filter(|&cell| instance.freedom[cell] == kyosei_disclosure::instance::Freedom::Candidate)
        .collect();
    if candidates.len() > 9 {
        return None;
    }
    let weight = |mask: u32| -> u64 {
        (0..candidates.len())
            .filter(|at| mask >> at & 1 == 1)
            .map(|at| u64::from(set.cells()[candidates[at]].weight))
            .sum()
    };
    let mut masks: Vec<u32> = (0..1 << candidates.len()).collect();
    masks.sort_by_key(|&mask| weight(mask));
    let safe = |&mask: &u32| {
        let mut pattern = instance.primary_pattern();
        for (at, &cell) in candidates.iter().enumerate() {
            pattern[cell] |= mask >> at & 1 == 1;
        }
        let (view, rank) = kyosei_disclosure::publish::view_of(set, &pattern).unwrap();
        let ranges = audit(&view, NODES).unwrap();
        instance.needs.iter().all(|need| {
            let range = ranges[rank[need.cell]];
            range.low <= need.low && range.high >= need.high
        })
    };
    masks.into_iter().find(safe).map(weight)
}

#[test]
fn the_loss_is_at_most_a_tenth_above_the_optimum_where_all_patterns_can_be_tried() {
    let compared = std::cell::Cell::new(0);
    for_seeds(rounds(40), |rng| {
        let set = random_table(rng);
        let instance = Instance::of(&set, &key());
        let Some(best) = cheapest_by_trying_all(&set, &instance) else { return };
        let protected = protected_after(&set, &Spec::default(), &Ledger::default()).unwrap();
        let primary: u64 = protected.record.primary.iter().map(|(id, _)| weight_of(&set, id)).sum();
        let loss = protected.record.cost - primary;
        assert!(10 * loss <= 11 * best, "{loss} against {best}");
        assert!(protected.record.cost_at_least <= best + primary, "the bound is no bound");
        compared.set(compared.get() + 1);
    });
    assert!(compared.get() >= 5, "only {} instances were small enough", compared.get());
}

fn weight_of(set: &TableSet, id: &kyosei_disclosure::CellId) -> u64 {
    u64::from(set.cells()[set.find(id).unwrap()].weight)
}

#[test]
fn ten_runs_give_one_publication() {
    let set = random_table(&mut ChaCha8Rng::seed_from_u64(5));
    let first = protected(&set);
    for _ in 0..9 {
        assert_eq!(protected(&set), first);
    }
}

const KINDS: [&str; 3] = ["organisation", "individual", "school"];

/// Twelve months of a growing register: by kind and in all, cumulative, with the k-increment rule.
fn twelve_months(rng: &mut ChaCha8Rng) {
    let k = 3;
    let right = ReleaseRight::Lease { holder: "m1".into(), until: i64::MAX };
    let mut ledger = Ledger::default();
    let mut counts = [0_i64; 3];
    let mut last = None;
    for month in 0..12 {
        for count in &mut counts {
            *count += rng.random_range(0..4);
        }
        let (set, steps) = month_of(month, last, counts, k);
        let spec = Spec { steps, ..Spec::default() };
        let budget = Budget { exact_solves_max: 0, starts: 1, ..Budget::default() };
        let outcome = kyosei_disclosure::protect(&set, &spec, &ledger, &key(), &budget, &mut Unwatched);
        let protected = match outcome {
            Ok(protected) => protected,
            Err(ProtectError::Infeasible(_)) => continue,
            Err(error) => panic!("{error:?}"),
        };
        assert_series_steps(protected.table.view(), k);
        if month == 11 {
            assert_safe(&set, &protected);
        }
        assert_certified(&protected, &ledger);
        let draft = protected.record.draft(i64::from(month), "m1", "supporters", vec![], [3; 32]);
        ledger.append(draft, &right, 0).unwrap();
        last = Some(month);
    }
    assert!(ledger.entries().len() >= 6, "hardly anything could be published");
    Ledger::open(ledger.entries().to_vec(), Default::default(), Some(&ledger.head())).unwrap();
}

fn month_of(month: i32, last: Option<i32>, counts: [i64; 3], k: i64) -> (TableSet, Vec<Step>) {
    let mut set = TableSet::new(vec![rule(PublicRule::Frequency { k, zeros: Zeros::Open })]);
    let name = |month: i32, kind: &str| id(&format!("supporters[until {month}]|kind={kind}"));
    let parts: Vec<usize> = KINDS
        .iter()
        .zip(counts)
        .map(|(kind, count)| set.add(Cell::count(name(month, kind), 0, count)).unwrap())
        .collect();
    let total = set.add(Cell::count(name(month, "all"), 0, counts.iter().sum())).unwrap();
    set.relate(total, parts).unwrap();
    let step = |last: i32, kind: &str| Step {
        earlier: name(last, kind),
        current: name(month, kind),
        rule: StepRule::Carry,
    };
    let kinds = || KINDS.iter().chain(["all"].iter());
    let steps = last.map_or(vec![], |last| kinds().map(|kind| step(last, kind)).collect());
    (set, steps)
}

/// No two printed figures of one series differ by 1..k-1.
fn assert_series_steps(view: &View, k: i64) {
    for kind in KINDS.iter().chain(["all"].iter()) {
        let end = format!("|kind={kind}");
        let printed: Vec<i64> = view
            .cells()
            .iter()
            .filter(|cell| cell.id.as_str().ends_with(&end) && cell.id.as_str().starts_with("supporters"))
            .filter_map(|cell| match cell.status {
                Status::Published(value) | Status::Carried(value) => Some(value),
                Status::Withheld | Status::Hidden => None,
            })
            .collect();
        for left in &printed {
            assert!(
                printed.iter().all(|right| !(1..k).contains(&(left - right).abs())),
                "{kind}: {printed:?}"
            );
        }
    }
}

#[test]
fn twelve_months_never_show_a_small_step() {
    for_seeds(rounds(2), twelve_months);
}

#[test]
fn a_partner_report_never_gives_our_small_remainder_away() {
    for_seeds(rounds(40), |rng| {
        let k = 5;
        let (theirs, own) = (rng.random_range(5..30), rng.random_range(0..12));
        let mut ledger = Ledger::default();
        let external = kyosei_disclosure::ledger::Draft {
            kind: kyosei_disclosure::ledger::Kind::External("partner".into()),
            made_at: 0,
            made_by: "m1".into(),
            profile: "partner".into(),
            attacker_model: 1,
            files: vec![],
            cells: vec![kyosei_disclosure::ledger::EntryCell {
                id: id("partner"),
                rule: PublicRule::Frequency { k, zeros: Zeros::Closed },
                status: Status::Published(theirs),
                known: 0,
                guarded: false,
                value: None,
            }],
            relations: vec![],
            salt: [0; 32],
        };
        ledger.note_external(external);
        let mut set = TableSet::new(vec![rule(PublicRule::Frequency { k, zeros: Zeros::Closed })]);
        let partner = set.add(Cell::count(id("partner"), 0, theirs)).unwrap();
        let rest = set
            .add(Cell { offer: Offer::Hidden { guarded: true }, ..Cell::count(id("own"), 0, own) })
            .unwrap();
        let forum = set.add(Cell::count(id("forum"), 0, theirs + own)).unwrap();
        set.relate(forum, vec![partner, rest]).unwrap();
        let protected = protected_after(&set, &Spec::default(), &ledger).unwrap();
        let view = protected.table.view();
        let shown = view.cells().iter().find(|cell| cell.id == id("forum")).unwrap().status;
        let expected = if (1..k).contains(&own) { Status::Withheld } else { Status::Published(theirs + own) };
        assert_eq!(shown, expected);
        assert_certified(&protected, &ledger);
    });
}
