//! Months and fiscal years. A fiscal year of Japan runs from April to March and bears the number of its first year.

use std::fmt;
use std::str::FromStr;

use chrono::Datelike;
use kyosei_model::UnixMillis;
use thiserror::Error;

/// The years that are taken.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2999;
/// The last month of a fiscal year (財政法 11条).
const LAST_MONTH_OF_FISCAL_YEAR: u32 = 3;

/// The period of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// The state at the end of a month.
    Month {
        /// The year.
        year: i32,
        /// The month, from 1.
        month: u32,
    },
    /// A whole fiscal year.
    FiscalYear(i32),
}

/// Why a text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a period is a month such as 2026-04 or a fiscal year such as FY2026")]
pub struct PeriodError;

impl Period {
    /// The month of an instant in Japan.
    #[must_use]
    pub fn month_of(instant: UnixMillis) -> Option<Self> {
        instant.day_in_japan().map(|day| Self::Month { year: day.year(), month: day.month() })
    }

    /// The last month that belongs to it.
    #[must_use]
    pub const fn last_month(self) -> Self {
        match self {
            Self::Month { .. } => self,
            Self::FiscalYear(year) => Self::Month { year: year + 1, month: LAST_MONTH_OF_FISCAL_YEAR },
        }
    }

    /// The last month before it.
    #[must_use]
    pub const fn month_before(self) -> Self {
        match self {
            Self::Month { year, month: 1 } => Self::Month { year: year - 1, month: 12 },
            Self::Month { year, month } => Self::Month { year, month: month - 1 },
            Self::FiscalYear(year) => Self::Month { year, month: LAST_MONTH_OF_FISCAL_YEAR },
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::FiscalYear(year) => write!(f, "FY{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let year = |text: &str| text.parse().ok().filter(|year| YEARS.contains(year)).ok_or(PeriodError);
        let period = match (text.strip_prefix("FY"), text.split_once('-')) {
            (Some(digits), _) => Self::FiscalYear(year(digits)?),
            (None, Some((digits, month))) => {
                let month = month.parse().ok().filter(|month| (1..=12).contains(month));
                Self::Month { year: year(digits)?, month: month.ok_or(PeriodError)? }
            }
            (None, None) => return Err(PeriodError),
        };
        // One spelling: "2026-4" would be another cell id.
        if period.to_string() == text { Ok(period) } else { Err(PeriodError) }
    }
}
