//! SDMX-CSV 2.0 rows for exchange with statistics offices, on request.
//!
//! `CONF_STATUS` uses one code, `N` (not for publication), for every withheld cell: separate codes for primary and secondary
//! suppression, as code list CL_CONF_STATUS has them, would mark the small cells.

use kyosei_disclosure::Status;

use crate::bundle::Bundle;
use crate::csv_long::{CsvError, split_id};

/// The structure the rows name.
pub const STRUCTURE: &str = "KYOSEI:TOTALS(1.0)";

/// Writes a bundle's own release.
///
/// # Errors
/// When the writer fails.
pub fn write(bundle: &Bundle) -> Result<Vec<u8>, CsvError> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let columns = [
        "STRUCTURE",
        "STRUCTURE_ID",
        "ACTION",
        "UNIT",
        "TIME_PERIOD",
        "BREAKDOWN",
        "OBS_VALUE",
        "OBS_STATUS",
        "CONF_STATUS",
    ];
    writer.write_record(columns)?;
    for cell in bundle.view.shown(bundle.release) {
        // OBS_STATUS: A normal, L not disseminated, E estimated from an older figure (CL_OBS_STATUS).
        let (value, observation, confidential) = match cell.status {
            Status::Hidden => continue,
            Status::Published(value) => (value.to_string(), "A", "F"),
            Status::Carried(value) => (value.to_string(), "E", "F"),
            Status::Withheld => (String::new(), "L", "N"),
        };
        let (unit, period, dimensions) = split_id(cell.id.as_str());
        let breakdown = if dimensions.is_empty() { "_T" } else { dimensions };
        writer.write_record([
            "dataflow",
            STRUCTURE,
            "I",
            unit,
            period,
            breakdown,
            value.as_str(),
            observation,
            confidential,
        ])?;
    }
    writer.into_inner().map_err(|error| CsvError::from(csv::Error::from(error.into_error())))
}
