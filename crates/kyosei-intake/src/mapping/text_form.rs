//! The mapping as a TOML file, for the command line and for keeping.
//!
//! ```toml
//! version = 1
//! form = "individual"
//! given = ["はい"]
//! refused = ["いいえ"]
//! day_month = "day-first"
//!
//! [[column]]
//! heading = "お名前"
//! target = "name"
//! ```
//! A column without a target is not stored. Unknown keys are refused: a mistyped key would be a lost wish.

use std::collections::BTreeSet;

use kyosei_model::SupporterKind;
use thiserror::Error;
use toml::{Table, Value};

use super::{Mapping, Target, fold_answer};
use crate::datetime::DayMonthOrder;
use crate::limits::COLUMNS_MAX;

/// Version of the text form.
const VERSION: i64 = 1;
/// Largest mapping file, in bytes.
const TEXT_BYTES_MAX: usize = 1_000_000;

/// Why a text is not a mapping.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseMappingError {
    /// Larger than a mapping can be.
    #[error(
        "E-MAP-SIZE: the mapping is larger than {TEXT_BYTES_MAX} bytes or has more than {COLUMNS_MAX} columns"
    )]
    TooLarge,
    /// Not TOML.
    #[error("E-MAP-TOML: the mapping is not a TOML file")]
    Toml,
    /// A version of another program.
    #[error("E-MAP-VERSION: the mapping has an unknown version")]
    Version,
    /// A key that is missing, of a wrong kind, or unknown.
    #[error("E-MAP-KEY: the mapping lacks `{0}`, or has it in a wrong form")]
    Key(&'static str),
    /// A key that no mapping has.
    #[error("E-MAP-UNKNOWN: the mapping has an unknown key")]
    UnknownKey,
    /// A target that does not exist.
    #[error("E-MAP-TARGET: column {0} has an unknown target")]
    Target(usize),
}

impl Mapping {
    /// Writes the mapping as TOML.
    pub fn to_toml(&self) -> String {
        let mut table = Table::new();
        table.insert(String::from("version"), Value::Integer(VERSION));
        table.insert(String::from("form"), Value::String(String::from(self.form.code())));
        table.insert(String::from("given"), array_of(&self.given));
        table.insert(String::from("refused"), array_of(&self.refused));
        if let Some(order) = self.day_month {
            table.insert(String::from("day_month"), Value::String(String::from(order_code(order))));
        }
        let columns = self.columns.iter().map(|(heading, target)| {
            let mut column = Table::new();
            column.insert(String::from("heading"), Value::String(heading.clone()));
            if let Some(target) = target {
                column.insert(String::from("target"), Value::String(target.code()));
            }
            Value::Table(column)
        });
        table.insert(String::from("column"), Value::Array(columns.collect()));
        table.to_string()
    }

    /// Reads a mapping from TOML.
    ///
    /// # Errors
    /// [`ParseMappingError`] when the text is not such a mapping.
    pub fn from_toml(text: &str) -> Result<Self, ParseMappingError> {
        if text.len() > TEXT_BYTES_MAX {
            return Err(ParseMappingError::TooLarge);
        }
        let table: Table = text.parse().map_err(|_| ParseMappingError::Toml)?;
        refuse_unknown(&table, &["version", "form", "given", "refused", "day_month", "column"])?;
        if table.get("version").and_then(Value::as_integer) != Some(VERSION) {
            return Err(ParseMappingError::Version);
        }
        let form =
            table.get("form").and_then(Value::as_str).and_then(|code| SupporterKind::from_code(code).ok());
        let day_month = match table.get("day_month").map(Value::as_str) {
            None => None,
            Some(Some("day-first")) => Some(DayMonthOrder::DayFirst),
            Some(Some("month-first")) => Some(DayMonthOrder::MonthFirst),
            Some(_) => return Err(ParseMappingError::Key("day_month")),
        };
        Ok(Self {
            form: form.ok_or(ParseMappingError::Key("form"))?,
            columns: columns_of(&table)?,
            given: answers_of(&table, "given")?,
            refused: answers_of(&table, "refused")?,
            day_month,
        })
    }
}

fn columns_of(table: &Table) -> Result<Vec<(String, Option<Target>)>, ParseMappingError> {
    let columns = table.get("column").and_then(Value::as_array).ok_or(ParseMappingError::Key("column"))?;
    if columns.len() > COLUMNS_MAX {
        return Err(ParseMappingError::TooLarge);
    }
    let column = |(value, number): (&Value, usize)| {
        let column = value.as_table().ok_or(ParseMappingError::Key("column"))?;
        refuse_unknown(column, &["heading", "target"])?;
        let heading =
            column.get("heading").and_then(Value::as_str).ok_or(ParseMappingError::Key("heading"))?;
        let target = match column.get("target") {
            None => None,
            Some(code) => {
                let target = code.as_str().and_then(Target::from_code);
                Some(target.ok_or(ParseMappingError::Target(number))?)
            }
        };
        Ok((String::from(heading), target))
    };
    columns.iter().zip(1..).map(column).collect()
}

fn answers_of(table: &Table, key: &'static str) -> Result<BTreeSet<String>, ParseMappingError> {
    let values = table.get(key).and_then(Value::as_array).ok_or(ParseMappingError::Key(key))?;
    values.iter().map(|value| value.as_str().map(fold_answer).ok_or(ParseMappingError::Key(key))).collect()
}

fn refuse_unknown(table: &Table, known: &[&str]) -> Result<(), ParseMappingError> {
    let unknown = table.keys().any(|key| !known.contains(&key.as_str()));
    if unknown { Err(ParseMappingError::UnknownKey) } else { Ok(()) }
}

fn array_of(answers: &BTreeSet<String>) -> Value {
    Value::Array(answers.iter().cloned().map(Value::String).collect())
}

const fn order_code(order: DayMonthOrder) -> &'static str {
    match order {
        DayMonthOrder::DayFirst => "day-first",
        DayMonthOrder::MonthFirst => "month-first",
    }
}
