//! Protection: from tables, the past and a wish to a publication that is safe, or to a list of ways out.
//!
//! [`protect`] joins the ledger, finds the primary cells, withholds what is needed, checks everything once more by integer
//! addition against the finished view and only then makes a [`ProtectedTable`], the one type that exporters take. When the
//! wish cannot be met it says what to collapse or withhold ([`Infeasible`]) and publishes nothing.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the joined set that sized the vectors"
)]

use thiserror::Error;

use crate::cell::CellId;
use crate::certificate::{ATTACKER_MODEL, Certificate, Claim};
use crate::check::{Misfit, fits};
use crate::exact::{Cheapest, cheapest};
use crate::infeasible::{Infeasible, remedies};
use crate::insider::{Insiders, defend};
use crate::instance::{Freedom, Instance};
use crate::ledger::{Draft, EntryCell, JoinError, Kind, Ledger, Step, join};
use crate::primary::{Need, Reason, disclosed_groups};
use crate::progress::{Budget, Stopped, Watch};
use crate::publish::{Sha, view_of};
use crate::suppress::Suppression;
use crate::tables::{Offer, TableSet};
use crate::tie::TieKey;
use crate::view::{PublicRule, View, ViewError};

/// The wish besides the tables themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    /// Growing figures and how their steps are protected.
    pub steps: Vec<Step>,
    /// Readers who know a part of the tables.
    pub insiders: Insiders,
}

/// A publication that passed. Only [`protect`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtectedTable {
    view: View,
    release: u32,
}

impl ProtectedTable {
    /// Everything that may be said, earlier releases included.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The release this table belongs to, by ledger number.
    #[must_use]
    pub fn release(&self) -> u32 {
        self.release
    }
}

/// What only the committee may know about a release.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The primary cells and why.
    pub primary: Vec<(CellId, Reason)>,
    /// The secondary cells.
    pub secondary: Vec<CellId>,
    /// The weight of all withheld cells that were wished for.
    pub cost: u64,
    /// A weight that no safe pattern can go below; equal to `cost` when the pattern is the best.
    pub cost_at_least: u64,
    /// What the ledger entry has to hold.
    pub entry_cells: Vec<EntryCell>,
    /// The relations that came new.
    pub entry_relations: Vec<(CellId, Vec<CellId>)>,
}

impl Record {
    /// The ledger entry of this release; `salt` are thirty-two random bytes.
    #[must_use]
    pub fn draft(
        &self,
        made_at: i64,
        made_by: &str,
        profile: &str,
        files: Vec<(String, Sha)>,
        salt: Sha,
    ) -> Draft {
        Draft {
            kind: Kind::Own,
            made_at,
            made_by: made_by.to_owned(),
            profile: profile.to_owned(),
            attacker_model: ATTACKER_MODEL,
            files,
            cells: self.entry_cells.clone(),
            relations: self.entry_relations.clone(),
            salt,
        }
    }
}

/// A safe publication with its private record.
#[derive(Clone, Debug, PartialEq)]
pub struct Protected {
    /// What may be exported.
    pub table: ProtectedTable,
    /// What stays in the vault.
    pub record: Record,
}

/// Why there is no publication.
#[derive(Clone, Debug, Error)]
pub enum ProtectError {
    /// The past and the new tables do not go together.
    #[error("the new tables do not go with the ledger")]
    Join(#[from] JoinError),
    /// The wish cannot be met safely.
    #[error("{} cells cannot be protected", .0.unprotectable.len())]
    Infeasible(Box<Infeasible>),
    /// The cells do not form a view.
    #[error("malformed tables")]
    View(#[from] ViewError),
    /// The final check failed; this would be an error of this program, and nothing is published.
    #[error("the final check failed")]
    Check(#[from] Misfit),
    /// Stopped by the watcher.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Protects new tables against readers who have all of the ledger.
///
/// # Errors
/// When the wish cannot be met, with ways out; nothing is relaxed and nothing is published in part.
pub fn protect(
    set: &TableSet,
    spec: &Spec,
    ledger: &Ledger,
    key: &TieKey,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<Protected, ProtectError> {
    let joined = join(set, &spec.steps, ledger, budget)?;
    let instance = Instance::of(&joined, key);
    let mut search = Suppression::new(&instance, budget);
    let mut hopeless: Vec<CellId> = search
        .grow(0, watch)?
        .into_iter()
        .map(|need| joined.cells()[instance.needs[need].cell].id.clone())
        .collect();
    hopeless.extend(disclosed_groups(&joined).into_iter().map(|(total, _)| joined.cells()[total].id.clone()));
    hopeless.extend(required_primaries(&joined, &instance.needs));
    if !hopeless.is_empty() {
        return Err(infeasible(&joined, hopeless, key, budget, watch));
    }
    search.shrink(watch)?;
    restart(&instance, &mut search, budget, watch)?;
    let Cheapest { better, bound } = cheapest(&instance, &search, budget, watch)?;
    let mut search = better.unwrap_or(search);
    let open = defend(&joined, &instance, &mut search, &spec.insiders, watch)?;
    if !open.is_empty() {
        return Err(infeasible(&joined, open, key, budget, watch));
    }
    finish(&joined, &instance, &search, bound, ledger)
}

/// Whether a certificate made from the publication covers every primary cell of the private record.
#[must_use]
pub fn confirms(record: &Record, view: &View, certificate: &Certificate) -> bool {
    record.primary.iter().all(|(id, _)| {
        certificate.evidence.iter().any(|evidence| {
            let cell = view.cells().get(evidence.cell);
            let weak = cell.is_some_and(|cell| view.rule_of(cell) == PublicRule::Magnitude);
            cell.is_some_and(|cell| cell.id == *id) && (evidence.claim == Claim::Covered || weak)
        })
    })
}

fn infeasible(
    joined: &TableSet,
    unprotectable: Vec<CellId>,
    key: &TieKey,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> ProtectError {
    match remedies(joined, &unprotectable, key, budget, watch) {
        Ok(remedies) => ProtectError::Infeasible(Box::new(Infeasible { unprotectable, remedies })),
        Err(stopped) => ProtectError::Stopped(stopped),
    }
}

/// Tries other orders on tables small enough for that, and keeps the cheapest pattern.
fn restart<'a>(
    instance: &'a Instance,
    search: &mut Suppression<'a>,
    budget: &'a Budget,
    watch: &mut dyn Watch,
) -> Result<(), Stopped> {
    let starts = if instance.truth.len() > RESTART_CELLS_MAX { 1 } else { budget.starts };
    for start in 1..starts {
        let mut other = Suppression::new(instance, budget);
        if other.grow(start, watch)?.is_empty() {
            other.shrink(watch)?;
            if other.cost() < search.cost() {
                *search = other;
            }
        }
    }
    Ok(())
}

/// Cells up to which several orders are tried.
const RESTART_CELLS_MAX: usize = 600;

/// Headline figures that are themselves primary.
fn required_primaries(joined: &TableSet, needs: &[Need]) -> Vec<CellId> {
    let cells = needs.iter().map(|need| &joined.cells()[need.cell]);
    cells.filter(|cell| cell.offer == Offer::Required).map(|cell| cell.id.clone()).collect()
}

/// The last look, by integer addition against the very view that will be published.
fn finish(
    joined: &TableSet,
    instance: &Instance,
    search: &Suppression<'_>,
    bound: f64,
    ledger: &Ledger,
) -> Result<Protected, ProtectError> {
    let (view, rank) = view_of(joined, &search.pattern)?;
    let mut truth = vec![0; rank.len()];
    for (cell, &place) in rank.iter().enumerate() {
        truth[place] = instance.truth[cell];
    }
    fits(&view, &truth)?;
    for step in &search.moves {
        let mut table = truth.clone();
        for &(cell, change) in step {
            table[rank[cell]] += change;
        }
        fits(&view, &table)?;
    }
    if let Some(&(need, _)) = search.unmet().first() {
        let id = joined.cells()[instance.needs[need].cell].id.clone();
        return Err(ProtectError::Check(Misfit::Bounds(id)));
    }
    let record = record(joined, instance, search, bound, ledger);
    Ok(Protected { table: ProtectedTable { view, release: ledger.next_seq() }, record })
}

fn record(
    joined: &TableSet,
    instance: &Instance,
    search: &Suppression<'_>,
    bound: f64,
    ledger: &Ledger,
) -> Record {
    let offered = |cell: usize| matches!(joined.cells()[cell].offer, Offer::Offered | Offer::Required);
    let id = |cell: usize| joined.cells()[cell].id.clone();
    let withheld = |cell: &usize| search.pattern[*cell] && offered(*cell);
    let weight = |cell: usize| u64::from(joined.cells()[cell].weight);
    let all: Vec<usize> = (0..search.pattern.len()).collect();
    let cost: u64 = all.iter().filter(|cell| withheld(cell)).map(|&cell| weight(cell)).sum();
    let secondary: Vec<usize> = all
        .iter()
        .copied()
        .filter(|cell| withheld(cell) && instance.freedom[*cell] == Freedom::Candidate)
        .collect();
    let secondary_cost: u64 = secondary.iter().map(|&cell| weight(cell)).sum();
    let bound = whole_bound(bound).min(secondary_cost);
    let (entry_cells, entry_relations) = entry_parts(joined, search, ledger.next_seq());
    Record {
        primary: instance.needs.iter().map(|need| (id(need.cell), need.reason)).collect(),
        secondary: secondary.iter().map(|&cell| id(cell)).collect(),
        cost,
        cost_at_least: cost - secondary_cost + bound,
        entry_cells,
        entry_relations,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bound between zero and the sum of u32 weights"
)]
fn whole_bound(bound: f64) -> u64 {
    // Tie shares lift weights by at most one part in ten thousand; they must not lift the bound over the next integer.
    (bound * (1.0 - 2e-4) - 1e-6).ceil().max(0.0) as u64
}

/// A release's own cells and relations, for the ledger.
fn entry_parts(
    joined: &TableSet,
    search: &Suppression<'_>,
    release: u32,
) -> (Vec<EntryCell>, Vec<(CellId, Vec<CellId>)>) {
    let id = |cell: usize| joined.cells()[cell].id.clone();
    let is_new = |cell: usize| joined.cells()[cell].release == release;
    let cells = (0..joined.cells().len()).filter(|&cell| is_new(cell)).map(|index| {
        let cell = &joined.cells()[index];
        EntryCell {
            id: cell.id.clone(),
            rule: joined.rules()[cell.rule].public,
            status: crate::publish::status_of(cell, search.pattern[index]),
            known: cell.known,
            guarded: cell.offer == Offer::Hidden { guarded: true },
            value: Some(cell.value),
        }
    });
    let touches_new = |total: usize, parts: &[usize]| is_new(total) || parts.iter().any(|&part| is_new(part));
    let relations = joined
        .relations()
        .iter()
        .filter(|relation| touches_new(relation.total, &relation.parts))
        .map(|relation| (id(relation.total), relation.parts.iter().map(|&part| id(part)).collect()));
    (cells.collect(), relations.collect())
}
