//! The language in which a table of totals is declared.
//!
//! A [`TableDefinition`] is plain data: what is counted, over which categories, which crosses are published, and under which
//! rule. It knows its records only as [`Counted`] rows, so events, people supported, jobs and homes join by one more source
//! function and one more definition. How cells come from it is in [`super::count`].

use kyosei_disclosure::Zeros;
use kyosei_model::{SupporterId, UnixMillis};

use crate::register::Register;

/// Words for a reader, in the three languages of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    /// Japanese.
    pub ja: &'static str,
    /// Easy Japanese.
    pub easy: &'static str,
    /// English.
    pub en: &'static str,
}

/// One code of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// The stable code, part of published cell ids.
    pub code: &'static str,
    /// What it is called.
    pub label: Label,
}

/// A way to divide the records. The categories are a fixed map: they never change between releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// The stable code, part of published cell ids.
    pub code: &'static str,
    /// What it is called.
    pub label: Label,
    /// The categories; each record stands in exactly one.
    pub categories: &'static [Category],
}

/// What a figure of a table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// All records counted up to the end of a month, under the k-increment rule.
    Cumulative,
    /// What came new to a cumulative table, named by its code, in one fiscal year.
    NewInFiscalYear {
        /// The cumulative table.
        of: &'static str,
    },
}

/// A table that can be released.
#[derive(Debug, Clone, Copy)]
pub struct TableDefinition {
    /// The stable code, as in `kyosei totals export CODE`.
    pub code: &'static str,
    /// The unit in cell ids.
    pub unit: &'static str,
    /// The title.
    pub title: Label,
    /// What the figures mean.
    pub measure: Measure,
    /// The dimensions.
    pub dimensions: &'static [Dimension],
    /// The crosses that are offered, each by positions in `dimensions`. Every finer cell stays hidden and protected.
    pub published: &'static [&'static [usize]],
    /// The smallest count that may be shown.
    pub k: i64,
    /// Whether true zeros are shown.
    pub zeros: Zeros,
    /// Whether the contributors of a withheld cell are taken to know it.
    pub insiders_know_their_cell: bool,
    /// The records to count.
    pub source: fn(&Register, UnixMillis) -> Vec<Counted>,
}

/// A record as a table sees it: ids and codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The record.
    pub id: SupporterId,
    /// When it reached the register.
    pub received_at: UnixMillis,
    /// Whether it may be counted for the first time: not when the supporter left before any release.
    pub may_join: bool,
    /// Whether the public knows of it, as of a supporter who agreed to be listed by name.
    pub is_known: bool,
    /// The household it belongs to; records of one household count once for the rule.
    pub holding: Option<[u8; 16]>,
    /// One category code for each dimension.
    pub codes: Vec<&'static str>,
}

impl TableDefinition {
    /// Whether a cell that is broken down by these dimensions is offered for publication.
    #[must_use]
    pub fn offers(&self, broken_down_by: &[usize]) -> bool {
        let covers = |cross: &&[usize]| broken_down_by.iter().all(|at| cross.contains(at));
        self.published.iter().any(covers)
    }
}
