//! `SPEC.toml`: what a table file counts, and how it is to be protected. Version 1.
//!
//! [`read`] turns the text into a [`TotalsSpec`]: hierarchies checked, cell ids parsed, every number within its limit.
//! [`crate::table`] reads the table file under it. The layout is described in `docs/formats/totals-spec.md`.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_disclosure::cell::CellIdError;
use kyosei_disclosure::hierarchy::{Hierarchy, HierarchyError};
use kyosei_disclosure::insider::Insiders;
use kyosei_disclosure::ledger::{Step, StepRule};
use kyosei_disclosure::tables::Concentration;
use kyosei_disclosure::{CellId, PublicRule, Rule, Spec, Zeros};
use serde::Deserialize;
use thiserror::Error;

use crate::report::{DimensionWords, Wording, Words};

/// The format name in the file.
pub const FORMAT: &str = "kyosei-totals-spec/1";
/// The largest threshold.
pub const K_MAX: i64 = 1_000;
/// The most dimensions.
pub const DIMENSIONS_MAX: usize = 6;
/// The most tables.
pub const TABLES_MAX: usize = 64;
/// The largest cost of withholding a cell.
pub const COST_MAX: u32 = 1_000_000;
/// The most overlapping columns and additional groups, each.
pub const OVERLAPS_MAX: usize = 32;
/// Columns of a table file that are no dimension.
pub const RESERVED: [&str; 3] = ["value", "known", "holding"];

/// What to count and how to protect it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TotalsSpec {
    /// What is counted, for example `supporters`.
    pub unit: String,
    /// The period, for example `2026-04`.
    pub period: String,
    /// The rule of every cell.
    pub rule: Rule,
    /// The dimensions; each is a column of the table file.
    pub dimensions: Vec<Hierarchy>,
    /// The tables to publish, each as the dimensions it crosses, in ascending order.
    pub tables: Vec<Vec<usize>>,
    /// Headline figures that must not be withheld to protect others.
    pub required: BTreeSet<CellId>,
    /// Costs of withholding single cells, in place of the structural ones.
    pub costs: BTreeMap<CellId, u32>,
    /// Columns of groups that overlap, each a table of its own.
    pub overlaps: Vec<Overlap>,
    /// Additional groups over the codes of a dimension, which may overlap its hierarchy and each other.
    pub groupings: Vec<Grouping>,
    /// Growing figures and insiders.
    pub wish: Spec,
    /// What the release is called in reports.
    pub wording: Wording,
}

/// A column in which a row names every group that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlap {
    /// The column, and the dimension in cell ids.
    pub name: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// One more total over codes of a dimension, for example a school district over areas of two towns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grouping {
    /// The dimension.
    pub dimension: String,
    /// The code of the group in cell ids.
    pub code: String,
    /// The codes that it holds.
    pub of: BTreeSet<String>,
}

/// Why a text is no specification.
#[derive(Debug, Error)]
pub enum SpecError {
    /// Not TOML of the documented form; the line is where it starts to go wrong.
    #[error("line {line} does not have the documented form")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What the reader says.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Another format or version.
    #[error("the format is not {FORMAT}")]
    Format,
    /// Codes that form no hierarchy.
    #[error(transparent)]
    Hierarchy(#[from] HierarchyError),
    /// A text that is no cell id.
    #[error("bad cell id: {0}")]
    Id(#[from] CellIdError),
    /// A number outside its limits.
    #[error("{field} is outside its limits")]
    Number {
        /// The field.
        field: &'static str,
    },
    /// Too many dimensions or tables, or none.
    #[error("{count} entries of {list}; 1 to {limit} are taken")]
    Count {
        /// The list.
        list: &'static str,
        /// How many there are.
        count: usize,
        /// How many are taken.
        limit: usize,
    },
    /// A dimension that is named twice or like another column.
    #[error("the dimension {name} is named twice or like another column")]
    DimensionName {
        /// Its name.
        name: String,
    },
    /// A group that is named twice, or holds codes that the dimension does not have.
    #[error("the group {code} is named twice, is empty or holds unknown codes")]
    Grouping {
        /// The group.
        code: String,
    },
    /// A table that crosses a dimension nobody described, or one twice.
    #[error("tables[{table}]: the dimension {name} is unknown or named twice")]
    TableDimension {
        /// Position in the list of tables, from 0.
        table: usize,
        /// The name.
        name: String,
    },
}

impl SpecError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form { .. } => "E-TOTALS-SPEC",
            Self::Format => "E-TOTALS-FORMAT",
            Self::Hierarchy(_) => "E-TOTALS-HIERARCHY",
            Self::Id(_) => "E-TOTALS-CELL",
            Self::Number { .. } | Self::Count { .. } => "E-TOTALS-NUMBER",
            Self::DimensionName { .. } | Self::TableDimension { .. } | Self::Grouping { .. } => {
                "E-TOTALS-DIMENSION"
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    unit: String,
    period: String,
    rule: RuleText,
    #[serde(default)]
    dimensions: Vec<DimensionText>,
    #[serde(default)]
    overlaps: Vec<Overlap>,
    #[serde(default)]
    groupings: Vec<Grouping>,
    #[serde(default)]
    title: WordsText,
    #[serde(default)]
    publisher: String,
    #[serde(default)]
    labels: BTreeMap<String, WordsText>,
    #[serde(default)]
    tables: Vec<Vec<String>>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default)]
    costs: BTreeMap<String, u32>,
    #[serde(default)]
    steps: Vec<StepText>,
    #[serde(default)]
    insiders: InsidersText,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum RuleText {
    Frequency {
        k: i64,
        zeros: ZerosText,
        #[serde(default)]
        group: bool,
    },
    NotExact {
        k: i64,
        zeros: ZerosText,
        #[serde(default)]
        group: bool,
    },
    PPercent {
        p: i64,
    },
    Dominance {
        n: usize,
        share: i64,
    },
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ZerosText {
    Open,
    Closed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DimensionText {
    name: String,
    total: String,
    /// Each code with the code it belongs to.
    codes: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WordsText {
    ja: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepText {
    earlier: String,
    current: String,
    rule: StepRuleText,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum StepRuleText {
    Carry,
    Guard,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct InsidersText {
    #[serde(default)]
    every_withheld: bool,
    #[serde(default)]
    groups: Vec<Vec<String>>,
}

/// Reads a specification.
///
/// # Errors
/// Any [`SpecError`]; it names the place.
pub fn read(text: &str) -> Result<TotalsSpec, SpecError> {
    let file: File = toml::from_str(text).map_err(|error| form(text, error))?;
    if file.format != FORMAT {
        return Err(SpecError::Format);
    }
    if file.overlaps.is_empty() {
        count("dimensions", file.dimensions.len(), DIMENSIONS_MAX)?;
    }
    within("dimensions", file.dimensions.len(), DIMENSIONS_MAX)?;
    within("overlaps", file.overlaps.len(), OVERLAPS_MAX)?;
    within("groupings", file.groupings.len(), OVERLAPS_MAX)?;
    let wording = wording(&file);
    let dimensions: Vec<Hierarchy> = file.dimensions.iter().map(hierarchy).collect::<Result<_, _>>()?;
    let names = names(&dimensions, &file.overlaps)?;
    groupings(&file.groupings, &dimensions)?;
    let all: Vec<String> = dimensions.iter().map(|dimension| dimension.name().to_owned()).collect();
    let tables = if file.tables.is_empty() { vec![all] } else { file.tables };
    count("tables", tables.len(), TABLES_MAX)?;
    let tables = tables.iter().enumerate().map(|(at, table)| crossed(at, table, &names));
    let tables = tables.collect::<Result<_, _>>()?;
    Ok(TotalsSpec {
        rule: rule(&file.rule)?,
        tables,
        required: file.required.iter().map(|id| CellId::parse(id)).collect::<Result<_, _>>()?,
        costs: costs(&file.costs)?,
        wording,
        overlaps: file.overlaps,
        groupings: file.groupings,
        wish: Spec { steps: steps(&file.steps)?, insiders: insiders(&file.insiders)? },
        unit: file.unit,
        period: file.period,
        dimensions,
    })
}

fn form(text: &str, error: toml::de::Error) -> SpecError {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    SpecError::Form { line: before.matches('\n').count() + 1, source: Box::new(error) }
}

fn count(list: &'static str, count: usize, limit: usize) -> Result<(), SpecError> {
    if (1..=limit).contains(&count) { Ok(()) } else { Err(SpecError::Count { list, count, limit }) }
}

fn hierarchy(dimension: &DimensionText) -> Result<Hierarchy, HierarchyError> {
    let codes = dimension.codes.iter().map(|(code, parent)| (code.as_str(), Some(parent.as_str())));
    let pairs: Vec<(&str, Option<&str>)> =
        std::iter::once((dimension.total.as_str(), None)).chain(codes).collect();
    Hierarchy::new(&dimension.name, &pairs)
}

fn within(list: &'static str, count: usize, limit: usize) -> Result<(), SpecError> {
    if count <= limit { Ok(()) } else { Err(SpecError::Count { list, count, limit }) }
}

fn names<'a>(dimensions: &'a [Hierarchy], overlaps: &'a [Overlap]) -> Result<Vec<&'a str>, SpecError> {
    let mut names: Vec<&str> = Vec::new();
    let overlapping = overlaps.iter().map(|overlap| overlap.name.as_str());
    for name in dimensions.iter().map(Hierarchy::name).chain(overlapping) {
        if name.is_empty() || RESERVED.contains(&name) || names.contains(&name) {
            return Err(SpecError::DimensionName { name: name.to_owned() });
        }
        names.push(name);
    }
    names.truncate(dimensions.len());
    Ok(names)
}

/// Every group holds known codes, none of which is below another, and is named once.
fn groupings(groupings: &[Grouping], dimensions: &[Hierarchy]) -> Result<(), SpecError> {
    let mut seen = BTreeSet::new();
    for grouping in groupings {
        let refused = || SpecError::Grouping { code: grouping.code.clone() };
        let found = dimensions.iter().find(|dimension| dimension.name() == grouping.dimension);
        let dimension = found.ok_or_else(refused)?;
        let codes: Option<Vec<usize>> = grouping.of.iter().map(|code| dimension.find(code)).collect();
        let codes = codes.filter(|codes| !codes.is_empty()).ok_or_else(refused)?;
        let is_above =
            |&code: &usize| dimension.upward(code).iter().skip(1).any(|above| codes.contains(above));
        let is_new = seen.insert((&grouping.dimension, &grouping.code));
        if !is_new || dimension.find(&grouping.code).is_some() || codes.iter().any(is_above) {
            return Err(refused());
        }
    }
    Ok(())
}

/// Titles and labels: `area` names a dimension, `area=ofuna` one of its codes.
fn wording(file: &File) -> Wording {
    let words = |text: &WordsText| Words { ja: text.ja.clone(), en: text.en.clone() };
    let names: BTreeSet<&str> =
        file.labels.keys().map(|key| key.split_once('=').map_or(key.as_str(), |(name, _)| name)).collect();
    let dimension = |name: &str| {
        let own = Words { ja: name.to_owned(), en: name.to_owned() };
        let categories = file.labels.iter().filter_map(|(key, text)| {
            let (dimension, code) = key.split_once('=')?;
            (dimension == name).then(|| (code.to_owned(), words(text)))
        });
        DimensionWords {
            code: name.to_owned(),
            name: file.labels.get(name).map_or(own, words),
            categories: categories.collect(),
        }
    };
    Wording {
        title: words(&file.title),
        publisher: file.publisher.clone(),
        dimensions: names.into_iter().map(dimension).collect(),
    }
}

fn crossed(table: usize, wanted: &[String], names: &[&str]) -> Result<Vec<usize>, SpecError> {
    let mut found = BTreeSet::new();
    for name in wanted {
        let at = names.iter().position(|known| known == name);
        if !at.is_some_and(|at| found.insert(at)) {
            return Err(SpecError::TableDimension { table, name: name.clone() });
        }
    }
    Ok(found.into_iter().collect())
}

/// The rule that a file states, its numbers within their limits.
pub(crate) fn rule(text: &RuleText) -> Result<Rule, SpecError> {
    let within = |field, number: i64, limit: i64| {
        if (1..=limit).contains(&number) { Ok(number) } else { Err(SpecError::Number { field }) }
    };
    let zeros = |zeros: ZerosText| match zeros {
        ZerosText::Open => Zeros::Open,
        ZerosText::Closed => Zeros::Closed,
    };
    let magnitude = |concentration| Rule {
        public: PublicRule::Magnitude,
        concentration: Some(concentration),
        group: false,
    };
    Ok(match *text {
        RuleText::Frequency { k, zeros: shown, group } => {
            let public = PublicRule::Frequency { k: within("rule.k", k, K_MAX)?, zeros: zeros(shown) };
            Rule { public, concentration: None, group }
        }
        RuleText::NotExact { k, zeros: shown, group } => {
            let public = PublicRule::NotExact { k: within("rule.k", k, K_MAX)?, zeros: zeros(shown) };
            Rule { public, concentration: None, group }
        }
        RuleText::PPercent { p } => magnitude(Concentration::PPercent { p: within("rule.p", p, 100)? }),
        RuleText::Dominance { n, share } => {
            if n == 0 {
                return Err(SpecError::Number { field: "rule.n" });
            }
            magnitude(Concentration::Dominance { n, share: within("rule.share", share, 100)? })
        }
    })
}

fn costs(texts: &BTreeMap<String, u32>) -> Result<BTreeMap<CellId, u32>, SpecError> {
    let cost = |(id, &cost): (&String, &u32)| {
        let is_within = (1..=COST_MAX).contains(&cost);
        if is_within { Ok((CellId::parse(id)?, cost)) } else { Err(SpecError::Number { field: "costs" }) }
    };
    texts.iter().map(cost).collect()
}

fn steps(texts: &[StepText]) -> Result<Vec<Step>, CellIdError> {
    let step = |text: &StepText| {
        let rule = match text.rule {
            StepRuleText::Carry => StepRule::Carry,
            StepRuleText::Guard => StepRule::Guard,
        };
        Ok(Step { earlier: CellId::parse(&text.earlier)?, current: CellId::parse(&text.current)?, rule })
    };
    texts.iter().map(step).collect()
}

fn insiders(text: &InsidersText) -> Result<Insiders, CellIdError> {
    let group = |ids: &Vec<String>| ids.iter().map(|id| CellId::parse(id)).collect::<Result<_, _>>();
    let groups = text.groups.iter().map(group).collect::<Result<_, _>>()?;
    Ok(Insiders { every_withheld: text.every_withheld, groups })
}
