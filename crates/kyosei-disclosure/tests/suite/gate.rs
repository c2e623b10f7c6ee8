//! The gate: on random tables no attack gets through, by brute force where that is possible.
//!
//! Each instance has its own seed, printed when it fails. `KYOSEI_TORTURE=n` runs n instances of each kind.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::*;
use kyosei_disclosure::attack::{Attack, Target, insiders as insiders_know, inverse, score};
use kyosei_disclosure::audit::audit;
use kyosei_disclosure::check::rule_ranges;
use kyosei_disclosure::cross::{CrossTable, Record};
use kyosei_disclosure::hierarchy::Hierarchy;
use kyosei_disclosure::insider::Insiders;
use kyosei_disclosure::instance::Instance;
use kyosei_disclosure::ledger::{Draft, EntryCell, Kind, Ledger, ReleaseRight, Step, StepRule};
use kyosei_disclosure::progress::{Budget, Unwatched};
use kyosei_disclosure::protect::{ProtectError, Protected, Spec, confirms};
use kyosei_disclosure::tables::{Cell, Offer, TableSet};
use kyosei_disclosure::view::{PublicRule, Status, View, Zeros};
use kyosei_disclosure::{CellId, prove, verify};

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

/// Every primary cell with its truth, those of earlier releases and the increments between them included.
fn targets(view: &View, set: &TableSet, protected: &Protected, ledger: &Ledger) -> Vec<Target> {
    let wanted = rule_ranges(view);
    let place = |id: &CellId| view.cells().iter().position(|cell| cell.id == *id).unwrap();
    let said = |id: &CellId| {
        let earlier = ledger.entries().iter().flat_map(|entry| &entry.draft.cells);
        let mut entered = protected.record.entry_cells.iter().chain(earlier).filter(|cell| cell.id == *id);
        entered.find_map(|cell| cell.value)
    };
    let truth = |id: &CellId| set.find(id).map(|at| set.cells()[at].value).or_else(|| said(id)).unwrap();
    let target = |id: &CellId| {
        let cell = place(id);
        Target { cell, wanted: wanted[cell].unwrap(), truth: truth(id) }
    };
    protected.record.primary.iter().map(|(id, _)| target(id)).collect()
}

/// E, R and F by the attack suite, and once more by listing every table where there are few. Says whether it listed them.
fn assert_safe(set: &TableSet, protected: &Protected, ledger: &Ledger) -> bool {
    let view = protected.table.view();
    let targets = targets(view, set, protected, ledger);
    let score = score(view, &targets, NODES).unwrap();
    assert!(score.is_clean(), "{score:?}");
    let Some(tables) = inverse::tables(view, 4_000) else { return false };
    for target in &targets {
        let values = || tables.iter().map(|table| table[target.cell]);
        let (low, high) = (values().min().unwrap(), values().max().unwrap());
        assert!(low <= target.wanted.0 && high >= target.wanted.1, "{target:?}: {low} {high}");
    }
    true
}

fn assert_certified(protected: &Protected, ledger: &Ledger) {
    let view = protected.table.view();
    let certificate = prove(view, &[], &ledger.head(), &Budget::default(), &mut Unwatched).unwrap();
    verify(view, &[], &ledger.head(), &certificate).unwrap();
    assert!(confirms(&protected.record, view, &certificate), "a primary cell is narrow in the certificate");
}

#[test]
fn no_attack_gets_through_on_random_hierarchies() {
    let listed = std::cell::Cell::new(0);
    for_seeds(rounds(12), |rng| {
        let set = random_table(rng);
        let protected = match protected_after(&set, &Spec::default(), &Ledger::default()) {
            Ok(protected) => protected,
            Err(error) => panic!("{error:?}"),
        };
        listed.set(listed.get() + u64::from(assert_safe(&set, &protected, &Ledger::default())));
        if matches!(set.rules()[0].public, PublicRule::Frequency { zeros: Zeros::Closed, .. }) {
            let found = score(protected.table.view(), &[], NODES).unwrap().found;
            assert!(!found.contains_key(&Attack::Group), "{found:?}");
        }
        assert_certified(&protected, &Ledger::default());
    });
    assert!(listed.get() >= 3, "only {} instances could be listed", listed.get());
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
        let targets = targets(view, &set, &protected, &Ledger::default());
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
        let cells: Vec<usize> =
            targets(view, &set, &protected, &Ledger::default()).iter().map(|target| target.cell).collect();
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

/// Cells of which every set can still be tried.
const CANDIDATES_TRIED_MAX: usize = 11;

/// The cheapest safe set of secondary cells, by trying all of them in the order of their cost.
fn cheapest_by_trying_all(set: &TableSet, instance: &Instance) -> Option<u64> {
    let candidates: Vec<usize> = (0..set.cells().len())
        .filter(|&cell| instance.freedom[cell] == kyosei_disclosure::instance::Freedom::Candidate)
        .collect();
    if candidates.len() > CANDIDATES_TRIED_MAX {
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
    for_seeds(rounds(200), |rng| {
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
    assert!(compared.get() >= 20, "only {} instances were small enough", compared.get());
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

const KINDS: [&str; 2] = ["organisation", "individual"];
const AREAS: [&str; 3] = ["east", "west", "hills"];

/// Twelve months of a growing register by kind and area, cumulative, with the k-increment rule. After each month every
/// reader of all reports so far is turned loose on every primary cell so far.
fn twelve_months(rng: &mut ChaCha8Rng) {
    let k = 3;
    let right = ReleaseRight::Lease { holder: "m1".into(), until: i64::MAX };
    let crosses = rng.random_bool(0.5);
    let mut ledger = Ledger::default();
    let mut people: Vec<Record> = Vec::new();
    let mut last = None;
    for month in 0..12 {
        for (kind, area) in KINDS.iter().flat_map(|kind| AREAS.iter().map(move |area| (kind, area))) {
            let new = rng.random_range(0..4).min(rng.random_range(0..4));
            let codes = vec![(*kind).to_owned(), (*area).to_owned()];
            people.extend((0..new).map(|_| Record {
                codes: codes.clone(),
                holding: None,
                known: false,
                amount: 1,
            }));
        }
        let (set, steps) = month_of(month, last, &people, k, crosses);
        let spec = Spec { steps, ..Spec::default() };
        let budget = Budget { exact_solves_max: 0, shrink_solves_max: 200, starts: 1, ..Budget::default() };
        let outcome = kyosei_disclosure::protect(&set, &spec, &ledger, &key(), &budget, &mut Unwatched);
        let protected = match outcome {
            Ok(protected) => protected,
            Err(ProtectError::Infeasible(_)) => continue,
            Err(error) => panic!("{error:?}"),
        };
        assert_series_steps(protected.table.view(), k);
        if month % 3 == 2 {
            assert_safe(&set, &protected, &ledger);
            assert_certified(&protected, &ledger);
        }
        let draft = protected.record.draft(i64::from(month), "m1", "supporters", vec![], [3; 32]);
        ledger.append(draft, &right, 0).unwrap();
        last = Some(month);
    }
    assert!(ledger.entries().len() >= 6, "hardly anything could be published");
    Ledger::open(ledger.entries().to_vec(), Default::default(), Some(&ledger.head())).unwrap();
}

/// The cumulative table of a month, with or without its crosses, and the steps from the release before.
fn month_of(
    month: i32,
    last: Option<i32>,
    people: &[Record],
    k: i64,
    crosses: bool,
) -> (TableSet, Vec<Step>) {
    let mut set = TableSet::new(vec![rule(PublicRule::Frequency { k, zeros: Zeros::Open })]);
    let flat = |name: &str, codes: &[&str]| Hierarchy::flat(name, "all", codes).unwrap();
    let dimensions = vec![flat("kind", &KINDS), flat("area", &AREAS)];
    let table = CrossTable { unit: "supporters".into(), period: format!("{month}"), dimensions, rule: 0 };
    table.fill(&mut set, people).unwrap();
    let ids: Vec<CellId> = set.cells().iter().map(|cell| cell.id.clone()).collect();
    for (at, cell) in ids.iter().enumerate() {
        if !crosses && cell.as_str().contains("kind=") && cell.as_str().contains("area=") {
            set.cell_mut(at).unwrap().offer = Offer::Hidden { guarded: true };
        }
    }
    let before =
        |cell: &CellId, last: i32| id(&cell.as_str().replace(&format!("[{month}]"), &format!("[{last}]")));
    let step = |cell: &CellId, last: i32| Step {
        earlier: before(cell, last),
        current: cell.clone(),
        rule: StepRule::Carry,
    };
    let steps = last.map_or(vec![], |last| ids.iter().map(|cell| step(cell, last)).collect());
    (set, steps)
}

/// No two printed figures of one series differ by 1..k-1.
fn assert_series_steps(view: &View, k: i64) {
    let mut series: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for cell in view.cells().iter().filter(|cell| cell.id.as_str().starts_with("supporters[")) {
        let (_, rest) = cell.id.as_str().split_once(']').unwrap();
        if let Status::Published(value) | Status::Carried(value) = cell.status {
            series.entry(rest.to_owned()).or_default().push(value);
        }
    }
    for (name, printed) in series {
        let small = |left: i64| printed.iter().any(|right| (1..k).contains(&(left - right).abs()));
        assert!(!printed.iter().any(|&left| small(left)), "{name}: {printed:?}");
    }
}

#[test]
fn twelve_months_never_show_a_small_step() {
    for_seeds(rounds(2), twelve_months);
}

/// What another body published.
fn partner_report(cells: Vec<EntryCell>) -> Draft {
    Draft {
        kind: Kind::External("partner".into()),
        made_at: 0,
        made_by: "m1".into(),
        profile: "partner".into(),
        attacker_model: 1,
        files: vec![],
        cells,
        relations: vec![],
        salt: [0; 32],
    }
}

/// A figure that it printed.
fn partner_cell(id: CellId, rule: PublicRule, value: i64) -> EntryCell {
    EntryCell { id, rule, status: Status::Published(value), known: 0, guarded: false, value: None }
}

#[test]
fn a_partner_report_never_gives_our_small_remainder_away() {
    for_seeds(rounds(40), |rng| {
        let k = 5;
        let (theirs, own) = (rng.random_range(5..30), rng.random_range(0..12));
        let mut ledger = Ledger::default();
        let public = PublicRule::Frequency { k, zeros: Zeros::Closed };
        ledger.note_external(partner_report(vec![partner_cell(id("partner"), public, theirs)]));
        let mut set = TableSet::new(vec![rule(public)]);
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

/// Another body reports a part of some of our cells: what is left for us must stay as open as any small count.
fn with_reports(set: &mut TableSet, ledger: &mut Ledger, rng: &mut ChaCha8Rng) {
    let ours: Vec<(CellId, i64)> = set.cells().iter().map(|cell| (cell.id.clone(), cell.value)).collect();
    let mut cells = Vec::new();
    for at in 0..rng.random_range(1..4) {
        let (of, value) = ours[rng.random_range(0..ours.len())].clone();
        let theirs = value - rng.random_range(0..=value.min(6));
        let name = id(&format!("partner report {at}"));
        let public = set.rules()[0].public;
        cells.push(partner_cell(name.clone(), public, theirs));
        let partner = set.add(Cell::count(name, 0, theirs)).unwrap();
        let rest = Cell::count(id(&format!("own rest {at}")), 0, value - theirs);
        let own = set.add(Cell { offer: Offer::Hidden { guarded: true }, ..rest }).unwrap();
        set.relate(set.find(&of).unwrap(), vec![partner, own]).unwrap();
    }
    ledger.note_external(partner_report(cells));
}

#[test]
fn no_attack_gets_through_when_another_body_reports_parts_of_our_cells() {
    let (published, listed) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    for_seeds(rounds(24), |rng| {
        let mut set = random_table(rng);
        let mut ledger = Ledger::default();
        with_reports(&mut set, &mut ledger, rng);
        let protected = match protected_after(&set, &Spec::default(), &ledger) {
            Ok(protected) => protected,
            // Their report may leave no room; then nothing is published.
            Err(ProtectError::Infeasible(_)) => return,
            Err(error) => panic!("{error:?}"),
        };
        published.set(published.get() + 1);
        listed.set(listed.get() + u64::from(assert_safe(&set, &protected, &ledger)));
        assert_certified(&protected, &ledger);
    });
    assert!(
        published.get() >= 8 && listed.get() >= 2,
        "{} published, {} listed",
        published.get(),
        listed.get()
    );
}
