//! The prover: from a publication to its certificate, without the data behind it.
//!
//! It sees what every reader sees, finds one table that fits, and from there moves every open cell down to the least and up
//! to the largest value that the rule leaves open. Everything it does is a function of the view, so equal publications get
//! equal certificates whatever the truth was. Where the ends cannot be reached it says so (`Claim::Narrow`).
#![expect(clippy::indexing_slicing, reason = "every index was handed out by the view that sized the vectors")]

use std::collections::BTreeMap;

use thiserror::Error;

use crate::audit::cheap_table;
use crate::cell::CellId;
use crate::certificate::{ATTACKER_MODEL, CERTIFICATE_VERSION, Certificate, Evidence};
use crate::check::{fits, rule_ranges};
use crate::instance::{Freedom, Instance};
use crate::primary::{Need, Reason};
use crate::progress::{Budget, Progress, Stopped, Watch};
use crate::publish::{Sha, digest, file_digest};
use crate::suppress::{Side, Suppression};
use crate::unknown::{Component, Unknowns};
use crate::verify::{Refusal, Verdict, judge, open_cells};
use crate::view::View;

/// Why there is no certificate.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProveError {
    /// The publication contradicts itself.
    #[error("no table fits the publication")]
    Contradiction,
    /// The solver found no fitting table within its budget.
    #[error("no fitting table was found within the budget")]
    NoTable,
    /// A cell that has to be protected is exactly known.
    #[error("cell {0} is exactly known from the publication")]
    Exact(CellId),
    /// Stopped by the watcher.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Proves a publication.
///
/// # Errors
/// When it is not safe, or the budget did not suffice; never a certificate that does not verify.
pub fn prove(
    view: &View,
    files: &[(&str, &[u8])],
    ledger_head: &Sha,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<Certificate, ProveError> {
    let unknowns = Unknowns::of(view).map_err(|_| ProveError::Contradiction)?;
    let open = open_cells(view, &unknowns.intervals, &mut Verdict::default()).map_err(exact)?;
    let base = base_table(view, &unknowns, budget)?;
    let wanted = rule_ranges(view);
    let instance = reader_instance(view, &unknowns, &wanted, &open, &base);
    let mut search = Suppression::new(&instance, budget);
    for (done, need) in (0..instance.needs.len()).enumerate() {
        watch.report(Progress::Proving { done, all: instance.needs.len() })?;
        search.stretch(need);
    }
    let mut evidence = Vec::new();
    for (need, &cell) in open.iter().enumerate() {
        let at = |side: Side| search.proof[need][usize::from(side == Side::High)];
        let value = |proof: Option<usize>| {
            base[cell] + proof.map_or(0, |index| change_in(&search.moves[index], cell))
        };
        let found = (value(at(Side::Low)), value(at(Side::High)));
        let claim = judge(view, &unknowns.intervals, &wanted, cell, found)
            .ok_or_else(|| ProveError::Exact(view.cells()[cell].id.clone()))?;
        let number = |proof: Option<usize>| proof.map_or(0, |index| index + 1);
        evidence.push(Evidence {
            cell,
            lowest: number(at(Side::Low)),
            highest: number(at(Side::High)),
            claim,
        });
    }
    let moves = drop_unused(&search.moves, &mut evidence);
    Ok(Certificate {
        version: CERTIFICATE_VERSION,
        attacker_model: ATTACKER_MODEL,
        publication: digest(view),
        files: files.iter().map(|&(name, bytes)| (name.to_owned(), file_digest(bytes))).collect(),
        ledger_head: *ledger_head,
        base,
        moves,
        evidence,
    })
}

fn exact(refusal: Refusal) -> ProveError {
    match refusal {
        Refusal::Exact(cell) => ProveError::Exact(cell),
        Refusal::Version
        | Refusal::OtherPublication
        | Refusal::OtherLedger
        | Refusal::File(_)
        | Refusal::Contradiction
        | Refusal::Witness { .. }
        | Refusal::Malformed(_)
        | Refusal::Listing
        | Refusal::Claim(_) => ProveError::Contradiction,
    }
}

/// One fitting table. A fixed spread of costs makes solutions differ from corner to corner, the same for equal views.
fn base_table(view: &View, unknowns: &Unknowns, budget: &Budget) -> Result<Vec<i64>, ProveError> {
    let mut parts: Vec<Vec<i64>> = Vec::new();
    for component in &unknowns.components {
        let found = (0..BASE_ATTEMPTS)
            .find_map(|attempt| cheap_table(component, &spread_costs(component, attempt), budget.nodes_max));
        parts.push(found.ok_or(ProveError::NoTable)?.0);
    }
    let borrowed: Vec<&[i64]> = parts.iter().map(Vec::as_slice).collect();
    let table = unknowns.whole(&borrowed);
    fits(view, &table).map_err(|_| ProveError::NoTable)?;
    Ok(table)
}

/// How many cost vectors are tried for a base table.
const BASE_ATTEMPTS: u32 = 4;

fn spread_costs(component: &Component, attempt: u32) -> Vec<f64> {
    let mix = |cell: usize| {
        let seed = u32::try_from(cell % 1_000_003).unwrap_or(0);
        let mixed =
            seed.wrapping_add(attempt.wrapping_mul(7_919)).wrapping_mul(2_654_435_761).rotate_left(13);
        f64::from(mixed % 1_000) / 1_000.0 - 0.3
    };
    component.cells.iter().map(|&cell| mix(cell)).collect()
}

/// The reader's search problem: the base table takes the place of the truth, every open cell has a need.
fn reader_instance(
    view: &View,
    unknowns: &Unknowns,
    wanted: &[Option<(i64, i64)>],
    open: &[usize],
    base: &[i64],
) -> Instance {
    let count = view.cells().len();
    let intervals = &unknowns.intervals;
    let need = |&cell: &usize| {
        let (low, high) = wanted[cell].unwrap_or((base[cell], base[cell]));
        Need { cell, reason: Reason::Small, low, high, any_other: false }
    };
    let mut instance = Instance {
        truth: base.to_vec(),
        low: intervals.low.clone(),
        high: intervals.high.clone(),
        freedom: (0..count)
            .map(
                |cell| {
                    if intervals.low[cell] < intervals.high[cell] { Freedom::Free } else { Freedom::Fixed }
                },
            )
            .collect(),
        weight: vec![1.0; count],
        relations: view.relations().iter().map(|relation| (relation.total, relation.parts.clone())).collect(),
        touching: vec![Vec::new(); count],
        needs: open.iter().map(need).collect(),
        cap: intervals.cap,
    };
    for (index, (total, parts)) in instance.relations.iter().enumerate() {
        for &cell in parts.iter().chain([total]) {
            instance.touching[cell].push(index);
        }
    }
    instance
}

fn change_in(step: &[(usize, i64)], cell: usize) -> i64 {
    step.binary_search_by_key(&cell, |&(cell, _)| cell).map_or(0, |place| step[place].1)
}

/// Keeps only the moves that evidence points to and renumbers them.
fn drop_unused(moves: &[Vec<(usize, i64)>], evidence: &mut [Evidence]) -> Vec<Vec<(usize, i64)>> {
    let mut number = BTreeMap::new();
    let mut kept = Vec::new();
    for entry in evidence {
        for table in [&mut entry.lowest, &mut entry.highest] {
            if *table > 0 {
                *table = *number.entry(*table).or_insert_with_key(|&old| {
                    kept.push(moves[old - 1].clone());
                    kept.len()
                });
            }
        }
    }
    kept
}
