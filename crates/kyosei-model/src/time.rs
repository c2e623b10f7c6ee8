//! Instants and days of the register.
//!
//! An instant is milliseconds since 1970 in UTC, as the documents store it; it is shown in Japan's time, which
//! has had no summer time since 1951. This module reads no clock: `now` is always an argument.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate};

/// Offset of Japan's time from UTC, in seconds.
pub const JAPAN_OFFSET_SECONDS: i32 = 9 * 3600;
/// Earliest plausible time of a registration: 2000-01-01 00:00 in Japan.
pub const PLAUSIBLE_MIN: UnixMillis = UnixMillis(946_652_400_000);
/// How far a sender's clock may run ahead before a time counts as lying in the future, in milliseconds (one day).
pub const CLOCK_SKEW_MS_MAX: i64 = 24 * 3600 * 1000;

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(i64);

/// Why a time cannot be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Implausible {
    /// Later than now by more than [`CLOCK_SKEW_MS_MAX`].
    Future,
    /// Before [`PLAUSIBLE_MIN`].
    TooOld,
}

impl UnixMillis {
    /// Takes milliseconds since 1970 in UTC.
    pub const fn new(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since 1970 in UTC.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Adds a duration in milliseconds; stays at the end of the range rather than wrapping.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Says whether this time can be true at `now`; `None` when it can.
    pub fn implausible_at(self, now: Self) -> Option<Implausible> {
        if self.0 > now.0.saturating_add(CLOCK_SKEW_MS_MAX) {
            Some(Implausible::Future)
        } else if self < PLAUSIBLE_MIN {
            Some(Implausible::TooOld)
        } else {
            None
        }
    }

    /// The calendar day in Japan; `None` outside the calendar of chrono.
    pub fn day_in_japan(self) -> Option<NaiveDate> {
        let offset = FixedOffset::east_opt(JAPAN_OFFSET_SECONDS)?;
        Some(DateTime::from_timestamp_millis(self.0)?.with_timezone(&offset).date_naive())
    }
}

impl fmt::Display for UnixMillis {
    /// ISO 8601 in Japan's time, for instance `2026-04-01T09:00:00+09:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = FixedOffset::east_opt(JAPAN_OFFSET_SECONDS)
            .zip(DateTime::from_timestamp_millis(self.0))
            .map(|(offset, instant)| instant.with_timezone(&offset));
        match zoned {
            Some(instant) => write!(f, "{}", instant.format("%Y-%m-%dT%H:%M:%S%:z")),
            None => write!(f, "{}ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_in_japans_time() {
        assert_eq!(UnixMillis::new(0).to_string(), "1970-01-01T09:00:00+09:00");
        assert_eq!(PLAUSIBLE_MIN.to_string(), "2000-01-01T00:00:00+09:00");
        assert_eq!(UnixMillis::new(i64::MAX).to_string(), "9223372036854775807ms");
    }

    #[test]
    fn bad_input_27_times_of_the_future_and_before_2000_are_not_believed() {
        let now = UnixMillis::new(1_790_000_000_000);
        assert_eq!(now.implausible_at(now), None);
        assert_eq!(now.plus_ms(CLOCK_SKEW_MS_MAX).implausible_at(now), None);
        assert_eq!(now.plus_ms(CLOCK_SKEW_MS_MAX + 1).implausible_at(now), Some(Implausible::Future));
        assert_eq!(PLAUSIBLE_MIN.implausible_at(now), None);
        assert_eq!(PLAUSIBLE_MIN.plus_ms(-1).implausible_at(now), Some(Implausible::TooOld));
    }
}
