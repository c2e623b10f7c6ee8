//! What happened to each figure of a release, and why: for the committee, never for readers.
//!
//! The reasons tell primary from secondary cells, which a publication must not. So nothing of this leaves the vault.

use std::collections::BTreeMap;

use kyosei_disclosure::primary::Reason;
use kyosei_disclosure::protect::Protected;
use kyosei_disclosure::{CellId, Status};

use super::definition::{Label, TableDefinition};
use super::release::shown_cells;

/// Why a figure is not printed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Fewer than the threshold.
    Small,
    /// Nobody, where zeros are not shown.
    Zero,
    /// Enough people, but too few households.
    FewHouseholds,
    /// One contribution could be estimated too well.
    Concentrated,
    /// Together with others it would give a withheld figure away.
    ProtectsOthers,
    /// Too few came since the figure that is printed again.
    FewNew,
}

impl Why {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Zero => "zero",
            Self::FewHouseholds => "few-households",
            Self::Concentrated => "concentrated",
            Self::ProtectsOthers => "protects-others",
            Self::FewNew => "few-new",
        }
    }
}

/// One figure of a release as the committee sees it before publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The cell.
    pub id: CellId,
    /// What it counts: the categories by which it is broken down, none for the total.
    pub categories: Vec<Label>,
    /// What would be printed.
    pub status: Status,
    /// Why it is not the figure itself.
    pub why: Option<Why>,
}

/// Explains every figure of a release: the total first, then dimension by dimension in the declared order.
#[must_use]
pub fn explain(table: &TableDefinition, protected: &Protected) -> Vec<Explained> {
    let reasons: BTreeMap<&CellId, Reason> =
        protected.record.primary.iter().map(|(id, reason)| (id, *reason)).collect();
    let mut found: Vec<(Vec<(usize, usize)>, Explained)> = shown_cells(&protected.table)
        .map(|(id, status)| {
            let places = places(table, id);
            let categories = places.iter().filter_map(|&(at, code)| label(table, at, code)).collect();
            let why = why(status, reasons.get(id).copied());
            (places, Explained { id: id.clone(), categories, status, why })
        })
        .collect();
    found.sort_by(|(left, _), (right, _)| (left.len(), left).cmp(&(right.len(), right)));
    found.into_iter().map(|(_, explained)| explained).collect()
}

fn why(status: Status, reason: Option<Reason>) -> Option<Why> {
    match (status, reason) {
        (Status::Published(_) | Status::Hidden, _) => None,
        (Status::Carried(_), _) => Some(Why::FewNew),
        (Status::Withheld, Some(Reason::Small)) => Some(Why::Small),
        (Status::Withheld, Some(Reason::Zero)) => Some(Why::Zero),
        (Status::Withheld, Some(Reason::FewHoldings)) => Some(Why::FewHouseholds),
        (Status::Withheld, Some(Reason::Concentrated)) => Some(Why::Concentrated),
        (Status::Withheld, Some(Reason::HiddenSmall | Reason::Carried) | None) => Some(Why::ProtectsOthers),
    }
}

/// Where a cell stands: (dimension, category) by position, in the declared order.
fn places(table: &TableDefinition, id: &CellId) -> Vec<(usize, usize)> {
    let pairs: Vec<(&str, &str)> = id.as_str().split('|').filter_map(|part| part.split_once('=')).collect();
    let place = |(at, dimension): (usize, &super::Dimension)| {
        let (_, code) = pairs.iter().find(|(name, _)| *name == dimension.code)?;
        Some((at, dimension.categories.iter().position(|category| category.code == *code)?))
    };
    table.dimensions.iter().enumerate().filter_map(place).collect()
}

fn label(table: &TableDefinition, dimension: usize, category: usize) -> Option<Label> {
    Some(table.dimensions.get(dimension)?.categories.get(category)?.label)
}
