//! Wishes and bad input: insiders, linked tables, refusals, ways out, stopping.

use std::collections::BTreeSet;

use kyosei_disclosure::cell::CellIdError;
use kyosei_disclosure::cross::{CrossTable, FillError, Record};
use kyosei_disclosure::hierarchy::{Hierarchy, HierarchyError};
use kyosei_disclosure::infeasible::Action;
use kyosei_disclosure::insider::Insiders;
use kyosei_disclosure::ledger::{Draft, EntryCell, JoinError, Kind, Ledger, ReleaseRight, Step, StepRule};
use kyosei_disclosure::overlap::{Grouped, OverlapError, OverlapTable};
use kyosei_disclosure::publish::digest;
use kyosei_disclosure::tables::TableError;
use kyosei_disclosure::{
    Budget, Cell, CellId, Offer, Progress, ProtectError, PublicRule, Spec, Status, Stopped, TableSet, Watch,
    Zeros, protect,
};

use crate::support::*;

const OPEN3: PublicRule = PublicRule::Frequency { k: 3, zeros: Zeros::Open };

fn record(codes: &[&str]) -> Record {
    Record {
        codes: codes.iter().map(|&code| code.to_owned()).collect(),
        holding: None,
        known: false,
        amount: 1,
    }
}

#[test]
fn an_insider_who_knows_one_withheld_cell_learns_no_other_one() {
    let set = line(&[("a", 2), ("b", 3), ("c", 5), ("d", 6)], OPEN3);
    let plain = protected(&set);
    assert_eq!(withheld(&plain).len(), 2);
    let insiders = Insiders { every_withheld: true, groups: vec![] };
    let careful = protected_after(&set, &Spec { insiders, ..Spec::default() }, &Ledger::default()).unwrap();
    let hidden = withheld(&careful);
    assert!(hidden.len() >= 3, "{hidden:?}");
    for known in &hidden {
        let rest: Vec<&str> = hidden.iter().filter(|cell| *cell != known).map(String::as_str).collect();
        if known != "a" {
            let (low, high) = range(&withholding(&set, &rest), "a");
            assert!(low < high, "who knows {known} knows a");
        }
    }
}

#[test]
fn tables_that_share_a_margin_are_protected_together() {
    let kinds = Hierarchy::flat("kind", "all", &["school", "company"]).unwrap();
    let areas = Hierarchy::flat("area", "all", &["east", "west"]).unwrap();
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    let people: Vec<(&str, &str)> =
        [vec![("school", "east"); 1], vec![("school", "west"); 9], vec![("company", "west"); 7]].concat();
    for (dimension, pick) in [(kinds, 0), (areas, 1)] {
        let records: Vec<Record> =
            people.iter().map(|p| record(&[if pick == 0 { p.0 } else { p.1 }])).collect();
        let table = CrossTable { unit: "n".into(), period: "p".into(), dimensions: vec![dimension], rule: 0 };
        table.fill(&mut set, &records).unwrap();
    }
    assert_eq!(set.cells().iter().filter(|cell| cell.id == id("n[p]")).count(), 1);
    assert_eq!(withheld(&protected(&set)).len(), 2);
}

#[test]
fn a_small_headline_figure_is_refused_and_the_cheapest_way_out_comes_first() {
    let mut set = line(&[("a", 1), ("b", 1)], OPEN3);
    let total = set.find(&id("T")).unwrap();
    set.cell_mut(total).unwrap().offer = Offer::Required;
    let Err(ProtectError::Infeasible(found)) = protected_after(&set, &Spec::default(), &Ledger::default())
    else {
        panic!("a total of two was published")
    };
    assert!(found.unprotectable.contains(&id("T")));
    assert_eq!(found.remedies.first().unwrap().action, Action::Withhold { cell: id("T") });
    assert_eq!(found.remedies.last().unwrap().action, Action::WithholdRelease);
    assert!(found.remedies.is_sorted_by_key(|remedy| remedy.cost) || found.remedies.len() > 1);
}

fn released(cells: &[(&str, Status, i64)]) -> Ledger {
    let cell = |&(name, status, value): &(&str, Status, i64)| EntryCell {
        id: id(name),
        rule: OPEN3,
        status,
        known: 0,
        guarded: false,
        value: Some(value),
    };
    let draft = Draft {
        kind: Kind::Own,
        made_at: 0,
        made_by: "m1".into(),
        profile: "p".into(),
        attacker_model: 1,
        files: vec![],
        cells: cells.iter().map(cell).collect(),
        relations: vec![],
        salt: [0; 32],
    };
    let mut ledger = Ledger::default();
    ledger.append(draft, &ReleaseRight::Lease { holder: "m1".into(), until: 9 }, 0).unwrap();
    ledger
}

fn refusal(set: &TableSet, steps: Vec<Step>, ledger: &Ledger) -> JoinError {
    match protected_after(set, &Spec { steps, ..Spec::default() }, ledger) {
        Err(ProtectError::Join(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_revised_figure_a_falling_series_and_an_unknown_step_are_refused() {
    let ledger = released(&[("a", Status::Published(9), 9)]);
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    set.add(Cell::count(id("a"), 0, 8)).unwrap();
    assert_eq!(refusal(&set, vec![], &ledger), JoinError::Revised(id("a")));
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    set.add(Cell::count(id("b"), 0, 8)).unwrap();
    let step = |current: &str| Step { earlier: id("a"), current: id(current), rule: StepRule::Carry };
    assert_eq!(refusal(&set, vec![step("b")], &ledger), JoinError::Decreased(id("b")));
    assert_eq!(refusal(&set, vec![step("c")], &ledger), JoinError::UnknownCell(id("c")));
}

#[test]
fn nothing_more_is_published_on_cells_of_two_releases_made_apart() {
    let ledger = released(&[("a", Status::Published(9), 9)]);
    let frozen = BTreeSet::from([id("b")]);
    let ledger = Ledger::open(ledger.entries().to_vec(), frozen, None).unwrap();
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    set.add(Cell::count(id("b"), 0, 8)).unwrap();
    assert_eq!(refusal(&set, vec![], &ledger), JoinError::Frozen(id("b")));
}

#[test]
fn what_was_withheld_once_stays_withheld() {
    let ledger = released(&[("a", Status::Withheld, 9)]);
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    set.add(Cell::count(id("a"), 0, 9)).unwrap();
    assert_eq!(withheld(&protected_after(&set, &Spec::default(), &ledger).unwrap()), ["a"]);
}

#[test]
fn what_was_first_hidden_and_then_printed_counts_as_printed() {
    let mut ledger = released(&[("a", Status::Hidden, 9)]);
    let later = released(&[("a", Status::Published(9), 9)]);
    let draft = later.entries()[0].draft.clone();
    ledger.append(draft, &ReleaseRight::Lease { holder: "m1".into(), until: 9 }, 0).unwrap();
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    set.add(Cell::count(id("b"), 0, 5)).unwrap();
    let protected = protected_after(&set, &Spec::default(), &ledger).unwrap();
    let cell = protected.table.view().cells().iter().find(|cell| cell.id == id("a")).unwrap();
    assert_eq!((cell.status, cell.release), (Status::Published(9), 1));
}

#[test]
fn overlapping_needs_never_give_one_persons_combination_away() {
    let closed = PublicRule::Frequency { k: 5, zeros: Zeros::Closed };
    let needs = ["home", "job", "legal"].map(str::to_owned);
    let table = OverlapTable {
        unit: "people".into(),
        period: "FY2026".into(),
        dimension: "need".into(),
        groups: needs.to_vec(),
        rule: 0,
    };
    let mut records = Vec::new();
    for (count, named) in [(6, vec![0]), (5, vec![1]), (1, vec![0, 1]), (4, vec![1, 2]), (2, vec![2])] {
        let person: BTreeSet<String> = named.iter().map(|&at: &usize| needs[at].clone()).collect();
        records.push(Grouped { groups: person, value: count, known: 0 });
    }
    let mut set = TableSet::new(vec![rule(closed)]);
    table.fill(&mut set, &records).unwrap();
    let protected = protected(&set);
    let view = protected.table.view();
    let total = view.cells().iter().find(|cell| cell.id == id("people[FY2026]")).unwrap();
    assert_eq!(total.status, Status::Published(18));
    for (name, low, high) in ranges(view).into_iter().filter(|(name, _, _)| name.contains("exactly")) {
        let value = set.cells()[set.find(&id(&name)).unwrap()].value;
        assert!(value == 0 || value >= 5 || low == 0 && high >= 5, "{name}: {low} {high}");
    }
    let stranger = [Grouped { groups: BTreeSet::from(["food".to_owned()]), value: 1, known: 0 }];
    let found = table.fill(&mut TableSet::new(vec![rule(closed)]), &stranger);
    assert!(matches!(found, Err(OverlapError::UnknownGroup { record: 0, .. })));
}

#[test]
fn broken_hierarchies_are_named() {
    let build = |pairs: &[(&str, Option<&str>)]| Hierarchy::new("h", pairs).unwrap_err();
    assert!(matches!(
        build(&[("t", None), ("a", Some("b")), ("b", Some("a"))]),
        HierarchyError::Cycle { .. }
    ));
    assert!(matches!(build(&[("t", None), ("a", Some("x"))]), HierarchyError::MissingParent { .. }));
    assert!(matches!(build(&[("t", None), ("u", None)]), HierarchyError::Roots { count: 2, .. }));
    assert!(matches!(build(&[("t", None), ("t", Some("t"))]), HierarchyError::Duplicate { .. }));
}

#[test]
fn bad_records_and_tables_are_named() {
    let dimension = Hierarchy::flat("d", "all", &["x", "y"]).unwrap();
    let table = CrossTable { unit: "n".into(), period: "p".into(), dimensions: vec![dimension], rule: 0 };
    let fill = |records: &[Record]| table.fill(&mut TableSet::new(vec![rule(OPEN3)]), records).unwrap_err();
    assert!(matches!(fill(&[record(&["z"])]), FillError::NotALeaf { record: 0, .. }));
    assert!(matches!(fill(&[record(&["all"])]), FillError::NotALeaf { .. }));
    assert!(matches!(fill(&[record(&["x", "y"])]), FillError::Codes { found: 2, expected: 1, .. }));
    assert!(matches!(fill(&[Record { amount: -1, ..record(&["x"]) }]), FillError::Negative { .. }));
    let mut set = TableSet::new(vec![rule(OPEN3)]);
    let (a, t) = (set.add(Cell::count(id("a"), 0, 4)).unwrap(), set.add(Cell::count(id("t"), 0, 5)).unwrap());
    assert_eq!(set.relate(t, vec![a]), Err(TableError::NotAdditive(id("t"))));
    assert_eq!(set.add(Cell::count(id("n"), 0, -1)), Err(TableError::ValueOutside(id("n"))));
    assert_eq!(set.add(Cell::count(id("a"), 0, 5)), Err(TableError::Conflict(id("a"))));
    assert_eq!(CellId::parse(""), Err(CellIdError::Empty));
}

struct StopAt(usize);

impl Watch for StopAt {
    fn report(&mut self, _progress: Progress) -> Result<(), Stopped> {
        self.0 = self.0.checked_sub(1).ok_or(Stopped)?;
        Ok(())
    }
}

#[test]
fn a_stopped_computation_publishes_nothing() {
    let rows: [(&str, &[i64]); 3] = [("1", &[1, 8, 9]), ("2", &[7, 2, 9]), ("3", &[9, 6, 1])];
    let set = matrix(&["x", "y", "z"], &rows, OPEN3);
    for reports in 0..3 {
        let mut watch = StopAt(reports);
        let (spec, ledger, budget) = (Spec::default(), Ledger::default(), Budget::default());
        let found = protect(&set, &spec, &ledger, &key(), &budget, &mut watch);
        assert!(matches!(found, Err(ProtectError::Stopped(_))), "after {reports}");
    }
}

/// Golden vectors: a change here means a new version of what is stored and sent.
#[test]
fn the_digests_of_a_view_and_of_a_ledger_entry_are_as_recorded() {
    let hex = |sha: [u8; 32]| sha.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let view = withholding(&line(&[("a", 7), ("b", 2), ("c", 4)], OPEN3), &["b", "c"]);
    assert_eq!(hex(digest(&view)), "928c6e3d18d80e456b24b992f969681edb05e3d4c9592a2eb0b400442d8cf823");
    assert_eq!(
        hex(released(&[("a", Status::Published(9), 9)]).head()),
        "9116c7fe4e567816badef7f5205a7f212f8c01925cc1aeaff4baa5b8c0d61a69"
    );
}
