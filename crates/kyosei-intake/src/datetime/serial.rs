//! Serial numbers of spreadsheets: days since 1899-12-30, the fraction being the time of day (ECMA-376 §18.17.4.1).
//!
//! Only numbers that fall between 2000 and 2100 count, so that no telephone number is taken for a date.

use chrono::{Duration, NaiveDate, NaiveDateTime};

/// 2000-01-01 as a serial number.
const SERIAL_MIN: f64 = 36_526.0;
/// 2100-01-01 as a serial number.
const SERIAL_MAX: f64 = 73_051.0;

/// Reads a serial number.
pub(super) fn from_serial(text: &str) -> Option<NaiveDateTime> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let days: f64 = text.parse().ok().filter(|_| is_number && text.len() >= 5)?;
    if !(SERIAL_MIN..SERIAL_MAX).contains(&days)
        || text.split('.').next().is_some_and(|whole| whole.len() != 5)
    {
        return None;
    }
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30)?.and_hms_opt(0, 0, 0)?;
    let seconds = (days * 86_400.0).round();
    epoch.checked_add_signed(Duration::try_seconds(seconds as i64)?)
}
