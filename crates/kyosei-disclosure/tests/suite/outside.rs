//! What stands around tables: percentages, redrawn figures, noise, rounding, order, lists, prose and the ledger's own chain.

use std::collections::BTreeSet;

use kyosei_disclosure::attack::outside::{
    averaged, count_behind, order_tells, revised, subtracted, unexplained_numbers,
};
use kyosei_disclosure::ledger::{
    Draft, Entry, EntryCell, Kind, Ledger, LedgerError, ReleaseRight, near_differences,
};
use kyosei_disclosure::primary::{Reason, needs};
use kyosei_disclosure::tables::{Cell, Concentration, Rule, TableSet};
use kyosei_disclosure::view::{PublicRule, Status, View, Zeros};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::*;

const OPEN3: PublicRule = PublicRule::Frequency { k: 3, zeros: Zeros::Open };

/// Random rounding to base five: up with probability rest/5.
fn rounded_to_five(count: i64, rng: &mut ChaCha8Rng) -> i64 {
    let rest = count.rem_euclid(5);
    count - rest + if rng.random_range(0..5) < rest { 5 } else { 0 }
}

#[test]
fn e15_redrawn_rounding_is_averaged_away_and_fixed_rounding_is_not() {
    for (releases, expected) in [(12, 0.44), (36, 0.76), (60, 0.88)] {
        let mut rng = ChaCha8Rng::seed_from_u64(releases);
        let runs = 4_000;
        let hits = (0..runs)
            .filter(|_| {
                let figures: Vec<i64> = (0..releases).map(|_| rounded_to_five(7, &mut rng)).collect();
                averaged(&figures) == Some(7)
            })
            .count();
        let share = f64::from(u32::try_from(hits).unwrap()) / f64::from(runs);
        assert!((share - expected).abs() < 0.03, "{releases} releases: {share}");
    }
    let fixed = [5; 60];
    assert_ne!(averaged(&fixed), Some(7));
}

#[test]
fn e16_a_cell_key_is_the_fraction_of_the_summed_record_keys() {
    let tenths = [9, 3, 6];
    let key = tenths.iter().sum::<i64>() % 10;
    assert_eq!(key, 8);
    // The row of the Handbook's table for a count of three and keys above 0.7 up to 1 adds one: additivity is lost.
    let change = if key > 7 { 1 } else { 0 };
    assert_eq!(3 + change, 4);
}

#[test]
fn e17_the_handbook_rounding_is_additive_within_base_five() {
    let (truth, rounded) = ([[1, 0], [3, 3], [12, 20]], [[5, 0], [0, 5], [10, 20]]);
    for (row, printed) in truth.iter().zip(&rounded) {
        for (count, figure) in row.iter().zip(printed) {
            assert!(figure % 5 == 0 && (count - figure as &i64).abs() < 5);
        }
    }
    let column = |at: usize| rounded.iter().map(|row| row[at]).sum::<i64>();
    assert_eq!((column(0), column(1), column(0) + column(1)), (15, 25, 40));
}

#[test]
fn e18_percentages_with_their_base_are_the_counts() {
    let counts: Vec<Option<i64>> = [333, 500, 167].iter().map(|&tenths| count_behind(tenths, 6)).collect();
    assert_eq!(counts, [Some(2), Some(3), Some(1)]);
    assert_eq!(count_behind(333, 3_000), None);
}

#[test]
fn a13_a_small_revision_is_found() {
    let before = withholding(&line(&[("a", 7), ("b", 9)], OPEN3), &[]);
    let after = withholding(&line(&[("a", 8), ("b", 9)], OPEN3), &[]);
    assert_eq!(revised(&before, &after), [id("T"), id("a")]);
    let far = withholding(&line(&[("a", 11), ("b", 9)], OPEN3), &[]);
    assert!(revised(&before, &far).is_empty());
}

#[test]
fn a14_an_order_by_value_gives_withheld_cells_away() {
    let view = withholding(&line(&[("a", 7), ("b", 2), ("c", 4)], OPEN3), &["b", "c"]);
    let at = |name: &str| view.cells().iter().position(|cell| cell.id == id(name)).unwrap();
    assert!(order_tells(&view, &[at("T"), at("b"), at("a"), at("c")]));
    assert!(!order_tells(&view, &[at("a"), at("T"), at("b"), at("c")]));
    assert!(!order_tells(&view, &[at("T"), at("a"), at("b"), at("c")]));
}

#[test]
fn a15_publicly_listed_supporters_are_subtracted_before_the_rule_is_applied() {
    let mut set = line(&[("a", 10), ("b", 9)], PublicRule::Frequency { k: 3, zeros: Zeros::Open });
    let at = set.find(&id("a")).unwrap();
    set.cell_mut(at).unwrap().known = 8;
    let open = withholding(&set, &[]);
    assert_eq!(subtracted(&open), [id("a")]);
    let protected = protected(&set);
    assert!(withheld(&protected).contains(&"a".into()));
    assert!(subtracted(protected.table.view()).is_empty());
    let (low, high) = range(protected.table.view(), "a");
    assert!(low <= 9 && high >= 11, "{low} {high}");
}

#[test]
fn a16_prose_that_names_a_withheld_figure_is_found() {
    let view = withholding(&line(&[("a", 7), ("b", 2)], OPEN3), &["b"]);
    assert_eq!(unexplained_numbers("In all 9, of them 7 and ２ others", &view), [2]);
}

#[test]
fn money_is_protected_by_the_p_percent_rule_and_by_dominance() {
    let sensitive = |concentration: Concentration, contributions: &[i64]| {
        let rule = Rule { public: PublicRule::Magnitude, concentration: Some(concentration), group: false };
        let mut set = TableSet::new(vec![rule]);
        let mut cell = Cell::count(id("m"), 0, contributions.iter().sum());
        cell.contributions = contributions.to_vec();
        set.add(cell).unwrap();
        needs(&set).first().map(|need| (need.reason, need.low, need.high))
    };
    // The rest after the two largest is 5, ten percent of the largest would be 10.
    let p = Concentration::PPercent { p: 10 };
    assert_eq!(sensitive(p, &[100, 50, 5]), Some((Reason::Concentrated, 150, 160)));
    assert_eq!(sensitive(p, &[100, 50, 10]), None);
    let dominance = Concentration::Dominance { n: 2, share: 90 };
    assert!(sensitive(dominance, &[60, 35, 5]).is_some());
    assert!(sensitive(dominance, &[60, 30, 10]).is_none());
}

#[test]
fn one_large_family_counts_as_one_unit() {
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    let mut cell = Cell::count(id("f"), 0, 6);
    cell.holdings = Some(1);
    set.add(cell).unwrap();
    assert_eq!(needs(&set)[0].reason, Reason::FewHoldings);
}

fn draft(cells: &[(&str, Status, Option<i64>)]) -> Draft {
    let cell = |&(name, status, value): &(&str, Status, Option<i64>)| EntryCell {
        id: id(name),
        rule: OPEN3,
        status,
        known: 0,
        guarded: false,
        value,
    };
    Draft {
        kind: Kind::Own,
        made_at: 1,
        made_by: "m1".into(),
        profile: "p".into(),
        attacker_model: 1,
        files: vec![],
        cells: cells.iter().map(cell).collect(),
        relations: vec![],
        salt: [5; 32],
    }
}

fn lease() -> ReleaseRight {
    ReleaseRight::Lease { holder: "m1".into(), until: 10 }
}

fn two_entries() -> Ledger {
    let mut ledger = Ledger::default();
    ledger.append(draft(&[("a", Status::Published(7), Some(7))]), &lease(), 0).unwrap();
    ledger.append(draft(&[("b", Status::Withheld, Some(2))]), &lease(), 0).unwrap();
    ledger
}

#[test]
fn a_cut_edited_or_reordered_ledger_is_refused() {
    let ledger = two_entries();
    let head = ledger.head();
    let open = |entries| Ledger::open(entries, BTreeSet::new(), Some(&head));
    assert!(open(ledger.entries().to_vec()).is_ok());
    assert_eq!(open(ledger.entries()[..1].to_vec()), Err(LedgerError::Cut));
    let mut edited = ledger.entries().to_vec();
    edited[0].draft.cells[0].status = Status::Published(8);
    assert_eq!(open(edited), Err(LedgerError::Broken { seq: 1 }));
    let mut swapped = ledger.entries().to_vec();
    swapped.swap(0, 1);
    assert_eq!(open(swapped), Err(LedgerError::Sequence { place: 0, found: 1 }));
    let mut unsealed = ledger.entries().to_vec();
    unsealed[1].draft.cells[0].value = Some(1);
    assert_eq!(open(unsealed), Err(LedgerError::Sealed { seq: 1 }));
}

#[test]
fn the_head_does_not_give_withheld_values_away() {
    let entry = |value, salt| {
        let mut ledger = Ledger::default();
        let draft = Draft { salt: [salt; 32], ..draft(&[("b", Status::Withheld, Some(value))]) };
        ledger.append(draft, &lease(), 0).unwrap();
        ledger.head()
    };
    // Whoever tries all small values still lacks the salt.
    let printed = entry(2, 77);
    assert!((0..5).all(|guess| entry(guess, 0) != printed));
}

#[test]
fn two_releases_made_apart_freeze_what_they_speak_of_on_both_sides_alike() {
    let mut left = two_entries();
    let mut right = left.clone();
    left.append(draft(&[("c", Status::Published(9), Some(9))]), &lease(), 0).unwrap();
    right.append(draft(&[("d", Status::Published(8), Some(8))]), &lease(), 0).unwrap();
    let divergence = left.divergence(&right).unwrap();
    assert_eq!((divergence.common, divergence.affected.len()), (2, 2));
    let (ours, theirs) = (left.reunite(&right), right.reunite(&left));
    assert_eq!(ours, theirs);
    assert_eq!(ours.entries().len(), 4);
    assert_eq!(ours.frozen().iter().map(ToString::to_string).collect::<Vec<_>>(), ["c", "d"]);
    assert!(Ledger::open(ours.entries().to_vec(), ours.frozen().clone(), Some(&ours.head())).is_ok());
}

#[test]
fn a_lagging_copy_is_no_divergence() {
    let ledger = two_entries();
    let lagging = Ledger::open(ledger.entries()[..1].to_vec(), BTreeSet::new(), None).unwrap();
    assert_eq!(ledger.divergence(&lagging), None);
    assert_eq!(lagging.reunite(&ledger), ledger);
}

#[test]
fn a_quorum_holds_for_one_entry_only() {
    let approvals: BTreeSet<String> = ["m1", "m2"].iter().map(|&member| member.to_owned()).collect();
    let quorum = |seq, needed| ReleaseRight::Quorum { seq, approvals: approvals.clone(), needed };
    let mut ledger = Ledger::default();
    assert!(ledger.append(draft(&[]), &quorum(1, 2), 0).is_err());
    assert!(ledger.append(draft(&[]), &quorum(0, 3), 0).is_err());
    assert!(ledger.append(draft(&[]), &quorum(0, 2), 0).is_ok());
}

#[test]
fn forgetting_a_ledger_entry_publishes_the_small_difference() {
    let mut set = TableSet::new(vec![rule(PublicRule::Frequency { k: 5, zeros: Zeros::Closed })]);
    let hidden = kyosei_disclosure::Offer::Hidden { guarded: true };
    let partner = set
        .add(Cell {
            offer: kyosei_disclosure::Offer::Hidden { guarded: false },
            ..Cell::count(id("partner"), 0, 12)
        })
        .unwrap();
    let own = set.add(Cell { offer: hidden, ..Cell::count(id("own"), 0, 1) }).unwrap();
    let forum = set.add(Cell::count(id("forum"), 0, 13)).unwrap();
    set.relate(forum, vec![partner, own]).unwrap();
    let forgetful = protected(&set);
    assert!(withheld(&forgetful).is_empty());
    let mut cells = forgetful.table.view().cells().to_vec();
    cells.iter_mut().find(|cell| cell.id == id("partner")).unwrap().status = Status::Published(12);
    let both = View::new(
        forgetful.table.view().rules().to_vec(),
        cells,
        forgetful.table.view().relations().to_vec(),
    );
    assert_eq!(range(&both.unwrap(), "own"), (1, 1));
}

#[test]
fn near_figures_of_another_body_are_pointed_out() {
    let found = near_differences(&[(id("ours"), 13)], &[(id("theirs"), 12), (id("far"), 40)], 5);
    assert_eq!(found, [(id("ours"), id("theirs"))]);
}

/// Both lines of a fork as one heap of entries.
fn heap(lines: &[&Ledger]) -> Vec<Entry> {
    lines.iter().flat_map(|ledger| ledger.entries().iter().cloned()).collect()
}

#[test]
fn a_heap_of_entries_gives_one_ledger_in_whatever_order_they_arrive() {
    let mut left = two_entries();
    let mut right = left.clone();
    left.append(draft(&[("c", Status::Published(9), Some(9))]), &lease(), 0).unwrap();
    right.append(draft(&[("d", Status::Published(8), Some(8))]), &lease(), 0).unwrap();
    let met = left.reunite(&right);
    let mut entries = heap(&[&left, &right]);
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        assert_eq!(Ledger::gather(entries.clone()).unwrap(), met);
    }
    assert_eq!(Ledger::gather(Vec::new()).unwrap(), Ledger::default());
}

#[test]
fn a_meeting_that_was_written_down_is_not_held_again_and_keeps_what_it_froze() {
    let mut left = two_entries();
    let mut right = left.clone();
    left.append(draft(&[("c", Status::Published(9), Some(9))]), &lease(), 0).unwrap();
    right.append(draft(&[("d", Status::Published(8), Some(8))]), &lease(), 0).unwrap();
    right.append(draft(&[("e", Status::Withheld, Some(1))]), &lease(), 0).unwrap();
    let mut met = left.reunite(&right);
    let frozen = met.frozen().clone();
    met.append(draft(&[("f", Status::Published(7), Some(7))]), &lease(), 0).unwrap();
    let again = Ledger::gather(heap(&[&left, &right, &met])).unwrap();
    assert_eq!(again.head(), met.head());
    assert_eq!(again.frozen(), &frozen);
    assert_eq!(frozen.iter().map(ToString::to_string).collect::<Vec<_>>(), ["c", "d", "e"]);
}

#[test]
fn a_heap_that_lacks_an_entry_gives_no_ledger() {
    let ledger = two_entries();
    let first = ledger.entries()[0].hash();
    let gathered = Ledger::gather(ledger.entries()[1..].to_vec());
    assert_eq!(gathered, Err(LedgerError::Missing { hash: first }));
}

#[test]
fn the_right_to_release_stays_with_the_last_maker_until_handed_over() {
    let mut ledger = two_entries();
    assert_eq!((Ledger::default().holder(), ledger.holder()), (None, Some("m1")));
    let passed = Draft { kind: Kind::HandOver("m2".into()), ..draft(&[]) };
    ledger.append(passed, &lease(), 0).unwrap();
    ledger.note_external(Draft { kind: Kind::External("forum".into()), ..draft(&[]) });
    assert_eq!(ledger.holder(), Some("m2"));
    let right = ReleaseRight::Lease { holder: "m2".into(), until: 10 };
    assert!(ledger.append(draft(&[]), &right, 0).is_err(), "m1 has passed it on");
}
