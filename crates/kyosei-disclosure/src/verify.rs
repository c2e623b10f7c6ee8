//! The verifier: reads a certificate and believes nothing that it has not added up itself.
//!
//! Integer addition, comparison, SHA-256. No solver, no search and no private data; another person can write it again from
//! this page. It refuses anything that is not exactly as the prover of this version writes it.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::cell::CellId;
use crate::certificate::{ATTACKER_MODEL, CERTIFICATE_VERSION, Certificate, Claim, Evidence};
use crate::check::{Misfit, covers, fits, rule_ranges};
use crate::propagate::{Intervals, propagate};
use crate::publish::{Sha, digest, file_digest};
use crate::view::{PublicRule, Status, View, ViewCell};

/// What a valid certificate shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Cells of which the reader can rule out nothing that the rule leaves open.
    pub covered: Vec<CellId>,
    /// Withheld cells that are certainly not small.
    pub not_small: Vec<CellId>,
    /// Cells that are either not exactly known or known to be zero or not small.
    pub harmless: Vec<CellId>,
    /// Cells that are not exactly known but narrower than the rule; whether one of them is small is for the office's own
    /// audit, since telling would mark the primary cells.
    pub narrow: Vec<CellId>,
    /// Hidden counts that follow exactly from the publication and are zero or not small.
    pub fixed: Vec<CellId>,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Another version or attacker model.
    #[error("unknown certificate version or attacker model")]
    Version,
    /// The certificate belongs to another publication.
    #[error("the certificate belongs to another publication")]
    OtherPublication,
    /// The certificate belongs to another ledger.
    #[error("the certificate names another ledger head")]
    OtherLedger,
    /// A file is missing, new or changed.
    #[error("the published file {0} is missing, unknown or changed")]
    File(String),
    /// No table fits the publication at all.
    #[error("the publication contradicts itself")]
    Contradiction,
    /// A witness table contradicts the publication.
    #[error("witness table {table} does not fit")]
    Witness {
        /// Its number; 0 is the base table.
        table: usize,
        /// How.
        #[source]
        source: Misfit,
    },
    /// A move is not written in the one way there is.
    #[error("witness table {0} is not in normal form")]
    Malformed(usize),
    /// The evidence lists other cells than the publication has open.
    #[error("the evidence does not list exactly the open cells")]
    Listing,
    /// The named tables do not show what is claimed of a cell.
    #[error("the tables do not show what is claimed of cell {0}")]
    Claim(CellId),
    /// A small count follows exactly from the publication.
    #[error("cell {0} is exactly known")]
    Exact(CellId),
}

/// Verifies a certificate against a publication, its files and the ledger head printed in it.
///
/// # Errors
/// The first reason to refuse.
pub fn verify(
    view: &View,
    files: &[(&str, &[u8])],
    ledger_head: &Sha,
    certificate: &Certificate,
) -> Result<Verdict, Refusal> {
    if certificate.version != CERTIFICATE_VERSION || certificate.attacker_model != ATTACKER_MODEL {
        return Err(Refusal::Version);
    }
    if certificate.publication != digest(view) {
        return Err(Refusal::OtherPublication);
    }
    if certificate.ledger_head != *ledger_head {
        return Err(Refusal::OtherLedger);
    }
    check_files(files, certificate)?;
    check_tables(view, certificate)?;
    let intervals = propagate(view).map_err(|_| Refusal::Contradiction)?;
    let mut verdict = Verdict::default();
    let open = open_cells(view, &intervals, &mut verdict)?;
    let listed: Vec<usize> = certificate.evidence.iter().map(|evidence| evidence.cell).collect();
    if listed != open {
        return Err(Refusal::Listing);
    }
    let wanted = rule_ranges(view);
    let mut used = BTreeSet::from([0]);
    for evidence in &certificate.evidence {
        used.extend([evidence.lowest, evidence.highest]);
        check_evidence(view, &intervals, &wanted, certificate, evidence, &mut verdict)?;
    }
    match (0..=certificate.moves.len()).find(|table| !used.contains(table)) {
        Some(idle) => Err(Refusal::Malformed(idle)),
        None => Ok(verdict),
    }
}

/// Checks that a later publication still says everything that an earlier one said.
///
/// # Errors
/// The first cell that is missing or was changed.
pub fn keeps_history(later: &View, earlier: &View) -> Result<(), CellId> {
    let statuses: BTreeMap<&CellId, Status> =
        later.cells().iter().map(|cell| (&cell.id, cell.status)).collect();
    match earlier.cells().iter().find(|cell| statuses.get(&cell.id) != Some(&cell.status)) {
        Some(cell) => Err(cell.id.clone()),
        None => Ok(()),
    }
}

/// The cells that need evidence, in the order of the view.
///
/// # Errors
/// When a count that has to be protected is exactly known.
pub fn open_cells(view: &View, intervals: &Intervals, verdict: &mut Verdict) -> Result<Vec<usize>, Refusal> {
    let mut open = Vec::new();
    for (index, cell) in view.cells().iter().enumerate() {
        if !needs_evidence(cell) {
            continue;
        }
        let (Some(&low), Some(&high)) = (intervals.low.get(index), intervals.high.get(index)) else {
            continue;
        };
        if low < high {
            open.push(index);
            continue;
        }
        let rest = low - cell.known;
        let small = rest < view.rule_of(cell).threshold();
        match cell.status {
            Status::Hidden if rest == 0 || !small => verdict.fixed.push(cell.id.clone()),
            Status::Withheld if !small && view.rule_of(cell) != PublicRule::Magnitude => {
                verdict.not_small.push(cell.id.clone());
            }
            Status::Hidden | Status::Withheld | Status::Carried(_) | Status::Published(_) => {
                return Err(Refusal::Exact(cell.id.clone()));
            }
        }
    }
    Ok(open)
}

/// What two values of a cell show; `None` when they show nothing.
#[must_use]
pub fn judge(
    view: &View,
    intervals: &Intervals,
    wanted: &[Option<(i64, i64)>],
    cell: usize,
    found: (i64, i64),
) -> Option<Claim> {
    let entry = view.cells().get(cell)?;
    let rule = view.rule_of(entry);
    if covers(rule, found, wanted.get(cell).copied()??) {
        return Some(Claim::Covered);
    }
    let certainly = intervals.low.get(cell).copied()?;
    let counted = !matches!(entry.status, Status::Carried(_)) && rule != PublicRule::Magnitude;
    if counted && certainly >= entry.known + rule.threshold() {
        return Some(Claim::NotSmall);
    }
    if found.0 < found.1 {
        return Some(Claim::Narrow);
    }
    let rest = found.0 - entry.known;
    let empty = entry.status == Status::Hidden && rest == 0;
    (counted && (empty || rest >= rule.threshold())).then_some(Claim::Harmless)
}

fn needs_evidence(cell: &ViewCell) -> bool {
    match cell.status {
        Status::Withheld | Status::Carried(_) => true,
        Status::Hidden => cell.guarded,
        Status::Published(_) => false,
    }
}

fn check_files(files: &[(&str, &[u8])], certificate: &Certificate) -> Result<(), Refusal> {
    let given: BTreeMap<&str, Sha> = files.iter().map(|&(name, bytes)| (name, file_digest(bytes))).collect();
    let named: BTreeMap<&str, Sha> =
        certificate.files.iter().map(|(name, sha)| (name.as_str(), *sha)).collect();
    if named.len() != certificate.files.len() || given.len() != files.len() {
        return Err(Refusal::File(String::new()));
    }
    let differs = |name: &&&str| given.get(**name) != named.get(**name);
    match given.keys().chain(named.keys()).find(differs) {
        Some(name) => Err(Refusal::File((*name).to_owned())),
        None => Ok(()),
    }
}

fn check_tables(view: &View, certificate: &Certificate) -> Result<(), Refusal> {
    fits(view, &certificate.base).map_err(|source| Refusal::Witness { table: 0, source })?;
    for (index, step) in certificate.moves.iter().enumerate() {
        let sorted = step
            .windows(2)
            .all(|pair| pair.first().map(|&(cell, _)| cell) < pair.last().map(|&(cell, _)| cell));
        if !sorted || step.is_empty() || step.iter().any(|&(_, change)| change == 0) {
            return Err(Refusal::Malformed(index + 1));
        }
        let mut table = certificate.base.clone();
        for &(cell, change) in step {
            let value = table.get_mut(cell).ok_or(Refusal::Malformed(index + 1))?;
            *value = value.checked_add(change).ok_or(Refusal::Malformed(index + 1))?;
        }
        fits(view, &table).map_err(|source| Refusal::Witness { table: index + 1, source })?;
    }
    Ok(())
}

fn check_evidence(
    view: &View,
    intervals: &Intervals,
    wanted: &[Option<(i64, i64)>],
    certificate: &Certificate,
    evidence: &Evidence,
    verdict: &mut Verdict,
) -> Result<(), Refusal> {
    let Some(cell) = view.cells().get(evidence.cell) else { return Err(Refusal::Listing) };
    let refused = || Refusal::Claim(cell.id.clone());
    let low = value_in(certificate, evidence.lowest, evidence.cell).ok_or_else(refused)?;
    let high = value_in(certificate, evidence.highest, evidence.cell).ok_or_else(refused)?;
    let claim = judge(view, intervals, wanted, evidence.cell, (low, high)).ok_or_else(refused)?;
    if claim != evidence.claim {
        return Err(refused());
    }
    match claim {
        Claim::Covered => verdict.covered.push(cell.id.clone()),
        Claim::NotSmall => verdict.not_small.push(cell.id.clone()),
        Claim::Harmless => verdict.harmless.push(cell.id.clone()),
        Claim::Narrow => verdict.narrow.push(cell.id.clone()),
    }
    Ok(())
}

fn value_in(certificate: &Certificate, table: usize, cell: usize) -> Option<i64> {
    let base = certificate.base.get(cell).copied()?;
    let Some(index) = table.checked_sub(1) else { return Some(base) };
    let step = certificate.moves.get(index)?;
    match step.binary_search_by_key(&cell, |&(cell, _)| cell) {
        Ok(place) => step.get(place).map(|&(_, change)| base + change),
        Err(_) => Some(base),
    }
}
