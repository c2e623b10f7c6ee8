//! From a table set and a pattern to the public view, and its canonical bytes.
//!
//! Cells are ordered by id and relations by their cells, so neither the order of the records nor that of the values shows.
//! The digest over the canonical bytes is what certificates and the ledger refer to; it does not depend on any file format.
#![expect(clippy::indexing_slicing, reason = "ranks and cells come from the same table set")]

use sha2::{Digest, Sha256};

use crate::tables::{Cell, Offer, TableSet};
use crate::view::{PublicRule, Relation, Status, View, ViewCell, ViewError, Zeros};

/// A SHA-256 value.
pub type Sha = [u8; 32];

/// Marks the layout of the canonical bytes.
const LAYOUT: &[u8] = b"kyosei publication 1\0";

/// The public side of a set under a pattern, with the view index of each cell of the set.
///
/// # Errors
/// When the cells and relations are no valid view.
pub fn view_of(set: &TableSet, pattern: &[bool]) -> Result<(View, Vec<usize>), ViewError> {
    let mut order: Vec<usize> = (0..set.cells().len()).collect();
    order.sort_by(|&left, &right| set.cells()[left].id.cmp(&set.cells()[right].id));
    let mut rank = vec![0; order.len()];
    for (place, &cell) in order.iter().enumerate() {
        rank[cell] = place;
    }
    let cells = order.iter().map(|&index| view_cell(&set.cells()[index], pattern[index])).collect();
    let mut relations: Vec<Relation> = set
        .relations()
        .iter()
        .map(|relation| {
            let mut parts: Vec<usize> = relation.parts.iter().map(|&part| rank[part]).collect();
            parts.sort_unstable();
            Relation { total: rank[relation.total], parts }
        })
        .collect();
    relations.sort();
    let rules = set.rules().iter().map(|rule| rule.public).collect();
    Ok((View::new(rules, cells, relations)?, rank))
}

/// The digest of everything a view says.
#[must_use]
pub fn digest(view: &View) -> Sha {
    let mut hash = Sha256::new();
    hash.update(LAYOUT);
    put(&mut hash, view.rules().len());
    for &rule in view.rules() {
        hash.update([rule_tag(rule)]);
        hash.update(rule.threshold().to_be_bytes());
    }
    put(&mut hash, view.cells().len());
    for cell in view.cells() {
        put(&mut hash, cell.id.as_str().len());
        hash.update(cell.id.as_str().as_bytes());
        hash.update(cell.release.to_be_bytes());
        put(&mut hash, cell.rule);
        let (tag, value) = match cell.status {
            Status::Published(value) => (0, value),
            Status::Carried(value) => (1, value),
            Status::Withheld => (2, 0),
            Status::Hidden => (3, 0),
        };
        hash.update([tag, u8::from(cell.guarded)]);
        hash.update(value.to_be_bytes());
        hash.update(cell.known.to_be_bytes());
    }
    put(&mut hash, view.relations().len());
    for relation in view.relations() {
        put(&mut hash, relation.total);
        put(&mut hash, relation.parts.len());
        for &part in &relation.parts {
            put(&mut hash, part);
        }
    }
    hash.finalize().into()
}

/// The SHA-256 of a published file.
#[must_use]
pub fn file_digest(bytes: &[u8]) -> Sha {
    Sha256::digest(bytes).into()
}

fn view_cell(cell: &Cell, withheld: bool) -> ViewCell {
    let guarded = matches!(cell.offer, Offer::Hidden { guarded: true });
    let status = status_of(cell, withheld);
    ViewCell {
        id: cell.id.clone(),
        release: cell.release,
        rule: cell.rule,
        status,
        known: cell.known,
        guarded,
    }
}

/// What is said of a cell of a set.
#[must_use]
pub fn status_of(cell: &Cell, withheld: bool) -> Status {
    match cell.offer {
        Offer::Hidden { .. } => Status::Hidden,
        Offer::Carried(last) => Status::Carried(last),
        Offer::Earlier(status) => status,
        Offer::Offered | Offer::Required if withheld => Status::Withheld,
        Offer::Offered | Offer::Required => Status::Published(cell.value),
    }
}

fn rule_tag(rule: PublicRule) -> u8 {
    match rule {
        PublicRule::Frequency { zeros: Zeros::Open, .. } => 0,
        PublicRule::Frequency { zeros: Zeros::Closed, .. } => 1,
        PublicRule::NotExact { zeros: Zeros::Open, .. } => 2,
        PublicRule::NotExact { zeros: Zeros::Closed, .. } => 3,
        PublicRule::Magnitude => 4,
    }
}

fn put(hash: &mut Sha256, number: usize) {
    hash.update(u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes());
}
