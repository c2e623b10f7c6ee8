//! `totals.csv`: one row for each cell of this release, in the order of the cell ids.
//!
//! Columns: `release_id,unit,period,dimensions,value,status`. Status is `ok`, `x` withheld, `-` true zero, `carried` an older
//! figure. Dimensions are `name=code` joined by `|`, empty for the total. The order follows the ids, never the values.

use kyosei_disclosure::Status;
use thiserror::Error;

use crate::bundle::Bundle;

/// The columns.
pub const COLUMNS: [&str; 6] = ["release_id", "unit", "period", "dimensions", "value", "status"];

/// The rows could not be written.
#[derive(Debug, Error)]
#[error("the table could not be written")]
pub struct CsvError(#[from] csv::Error);

/// Writes the table of a bundle's own release.
///
/// # Errors
/// When the writer fails.
pub fn write(bundle: &Bundle) -> Result<Vec<u8>, CsvError> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for cell in bundle.view.shown(bundle.release) {
        let (value, status) = match cell.status {
            Status::Hidden => continue,
            Status::Published(0) => (Some(0), "-"),
            Status::Published(value) => (Some(value), "ok"),
            Status::Carried(value) => (Some(value), "carried"),
            Status::Withheld => (None, "x"),
        };
        let (unit, period, dimensions) = split_id(cell.id.as_str());
        let release = bundle.release.to_string();
        let value = value.map_or(String::new(), |value: i64| value.to_string());
        writer.write_record([release.as_str(), unit, period, dimensions, value.as_str(), status])?;
    }
    writer.into_inner().map_err(|error| CsvError(csv::Error::from(error.into_error())))
}

/// Unit, period and dimensions of a canonical cell id; an id of another form is all unit.
#[must_use]
pub fn split_id(id: &str) -> (&str, &str, &str) {
    let (head, dimensions) = id.split_once('|').unwrap_or((id, ""));
    let parts = head.split_once('[').and_then(|(unit, rest)| Some((unit, rest.strip_suffix(']')?)));
    match parts {
        Some((unit, period)) => (unit, period, dimensions),
        None => (id, "", ""),
    }
}
