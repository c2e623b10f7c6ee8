//! Primary rules: which cells may not be shown for their own sake, and what a reader must be left unsure of.
//!
//! A pure look at each cell. Counts are judged by what is left after publicly known contributors (waivers), and by
//! independent units where several records belong together (holdings). Sources: Handbook on Statistical Disclosure Control,
//! ch. 4 "Sensitivity rules" and ch. 5 "Disclosure risks".

use crate::openly::{Kind, Openly, Spoken};
use crate::tables::{Cell, Concentration, Offer, Rule, TableSet};
use crate::view::{PublicRule, Status, Zeros};

/// Why a cell is primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Fewer than `k` people, not counting publicly known ones.
    Small,
    /// Nobody, where zeros are withheld since an empty cell says something about everybody else.
    Zero,
    /// Enough people, but fewer than `k` families or companies.
    FewHoldings,
    /// The largest contribution could be estimated too well.
    Concentrated,
    /// A hidden cell, for example an increment, that readers could work out.
    HiddenSmall,
    /// An older figure is printed, and how many came since must stay open.
    Carried,
}

/// A cell to protect, with the range a reader must be left with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The cell.
    pub cell: usize,
    /// Why.
    pub reason: Reason,
    /// Some fitting table must have at most this.
    pub low: i64,
    /// Some fitting table must have at least this.
    pub high: i64,
    /// Any second value will do instead.
    pub any_other: bool,
}

/// All needs of a table set, the primary cells of earlier releases included.
#[must_use]
pub fn needs(set: &TableSet) -> Vec<Need> {
    let spoken: Vec<Spoken> = set.cells().iter().map(|cell| spoken(set, cell)).collect();
    let openly = Openly::of(&spoken, set.relations());
    let describe = |(index, cell): (usize, &Cell)| need_of(index, cell, set.rule_of(cell)?, &openly);
    set.cells().iter().enumerate().filter_map(describe).collect()
}

/// Groups of which every member has the same property: all of a total stands in one part while zeros are shown.
///
/// Suppression cannot help there, only collapsing can; each pair is (total, part).
#[must_use]
pub fn disclosed_groups(set: &TableSet) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for relation in set.relations() {
        let Some(total) = set.cells().get(relation.total) else { continue };
        let sensitive = set.rule_of(total).is_some_and(|rule| {
            rule.group && matches!(rule.public, PublicRule::Frequency { zeros: Zeros::Open, .. })
        });
        let shown = matches!(total.offer, Offer::Offered | Offer::Required);
        if !sensitive || !shown || total.value == 0 || relation.parts.len() < 2 {
            continue;
        }
        let whole = |&&part: &&usize| set.cells().get(part).is_some_and(|cell| cell.value == total.value);
        if let Some(&part) = relation.parts.iter().find(whole) {
            found.push((relation.total, part));
        }
    }
    found
}

fn need_of(index: usize, cell: &Cell, rule: &Rule, openly: &Openly) -> Option<Need> {
    let k = rule.public.threshold();
    let reason = match cell.offer {
        Offer::Offered | Offer::Required => own_reason(cell, rule)?,
        Offer::Hidden { guarded: true } => {
            (1..k).contains(&(cell.value - cell.known)).then_some(Reason::HiddenSmall)?
        }
        Offer::Earlier(Status::Withheld) => own_reason(cell, rule)?,
        Offer::Carried(last) | Offer::Earlier(Status::Carried(last)) => {
            let (low, high) = (last, last + k - 1);
            return Some(Need { cell: index, reason: Reason::Carried, low, high, any_other: false });
        }
        Offer::Earlier(Status::Published(_) | Status::Hidden) | Offer::Hidden { guarded: false } => {
            return None;
        }
    };
    let (low, high) = match (rule.concentration, reason) {
        (Some(concentration), Reason::Concentrated) => {
            let spread = missing_spread(cell, concentration);
            ((cell.value - spread).max(0), cell.value + spread)
        }
        _ => openly.range(index, cell.known + k),
    };
    let any_other = matches!(rule.public, PublicRule::NotExact { .. });
    Some(Need { cell: index, reason, low, high, any_other })
}

fn own_reason(cell: &Cell, rule: &Rule) -> Option<Reason> {
    let rest = cell.value - cell.known;
    match rule.public {
        PublicRule::Frequency { k, zeros } | PublicRule::NotExact { k, zeros } => {
            if rest == 0 {
                return (zeros == Zeros::Closed).then_some(Reason::Zero);
            }
            if rest < k {
                return Some(Reason::Small);
            }
            cell.holdings.is_some_and(|holdings| holdings < k).then_some(Reason::FewHoldings)
        }
        PublicRule::Magnitude => {
            let spread = rule.concentration.map_or(0, |concentration| missing_spread(cell, concentration));
            (spread > 0).then_some(Reason::Concentrated)
        }
    }
}

/// By how much an amount must stay uncertain in both directions; zero when it is not sensitive.
fn missing_spread(cell: &Cell, concentration: Concentration) -> i64 {
    let mut sorted = cell.contributions.clone();
    sorted.sort_unstable_by(|left, right| right.cmp(left));
    let first = sorted.first().copied().unwrap_or(0);
    match concentration {
        Concentration::PPercent { p } => {
            let rest: i64 = cell.value - sorted.iter().take(2).sum::<i64>();
            let wanted = (p * first + 99) / 100;
            (wanted - rest).max(0)
        }
        Concentration::Dominance { n, share } => {
            let top: i64 = sorted.iter().take(n).sum();
            let wanted = (100 * top + share - 1) / share.max(1);
            (wanted - cell.value).max(0)
        }
    }
}

/// What the rule says of a cell, with every count that is not shown as zero taken as withheld: what the pattern may come to.
fn spoken(set: &TableSet, cell: &Cell) -> Spoken {
    let rule = set.rule_of(cell).map(|rule| rule.public);
    let floor = rule.map_or(0, PublicRule::withheld_floor);
    let shows_zeros = floor > 0;
    let withheld = Kind::Open(cell.known + floor);
    let kind = match cell.offer {
        Offer::Hidden { .. } | Offer::Earlier(Status::Hidden) => Kind::Open(cell.known),
        Offer::Carried(last) | Offer::Earlier(Status::Carried(last)) => {
            Kind::Carried { last, most: last + rule.map_or(1, PublicRule::threshold) - 1 }
        }
        Offer::Earlier(Status::Published(value)) if value <= cell.known => Kind::Nil,
        Offer::Earlier(Status::Published(value)) => Kind::Printed(value),
        Offer::Offered | Offer::Required if cell.value == cell.known && shows_zeros => Kind::Nil,
        Offer::Offered | Offer::Required if cell.value == cell.known => Kind::Open(cell.known),
        Offer::Offered | Offer::Required | Offer::Earlier(Status::Withheld) => withheld,
    };
    Spoken { known: cell.known, kind }
}
