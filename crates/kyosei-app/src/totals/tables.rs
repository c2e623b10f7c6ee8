//! Every table that can be released, declared. The default rules are those of the network's disclosure policy: three for
//! supporters, who are no endangered group; one-way tables each month, the cross once a year. Zeros are shown in cumulative
//! figures; what came new in a year is small, and a zero there would tell of a carried figure that nothing came.
//!
//! A code once released never changes and a category is never split: cell ids are compared across years.

use kyosei_disclosure::Zeros;

use super::area;
use super::definition::{Category, Dimension, Label, Measure, TableDefinition};
use super::supporters::counted_supporters;

/// Kinds of supporters.
const KIND: Dimension = Dimension {
    code: "kind",
    label: Label { ja: "区分", easy: "しゅるい", en: "Kind" },
    categories: &[
        Category { code: "individual", label: Label { ja: "個人", easy: "ひと", en: "Individuals" } },
        Category {
            code: "organisation",
            label: Label { ja: "団体・法人", easy: "だんたい", en: "Organisations" },
        },
    ],
};

/// Where supporters live or have their seat.
const AREA: Dimension = Dimension {
    code: "area",
    label: Label { ja: "地域", easy: "ちいき", en: "Area" },
    categories: area::CATEGORIES,
};

/// All tables, in the order in which they are listed.
pub const TABLES: &[TableDefinition] = &[
    TableDefinition {
        code: "supporters",
        unit: "supporters",
        title: Label {
            ja: "支援者の登録数（累計）",
            easy: "とうろくした ひとと だんたい",
            en: "Registered supporters",
        },
        measure: Measure::Cumulative,
        dimensions: &[KIND, AREA],
        published: &[&[0], &[1]],
        k: 3,
        zeros: Zeros::Open,
        insiders_know_their_cell: false,
        source: counted_supporters,
    },
    TableDefinition {
        code: "supporters-year",
        unit: "supporters-new",
        title: Label {
            ja: "年度内の新規登録数",
            easy: "ことし とうろくした かず",
            en: "New supporters of a fiscal year",
        },
        measure: Measure::NewInFiscalYear { of: "supporters" },
        dimensions: &[KIND, AREA],
        published: &[&[0, 1]],
        k: 3,
        zeros: Zeros::Closed,
        insiders_know_their_cell: false,
        source: counted_supporters,
    },
];

/// The table with this code.
#[must_use]
pub fn table(code: &str) -> Option<&'static TableDefinition> {
    TABLES.iter().find(|table| table.code == code)
}
