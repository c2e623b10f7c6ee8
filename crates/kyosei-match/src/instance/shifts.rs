//! The hours of a week, in slots of half an hour.

/// Slots in a day.
const SLOTS_PER_DAY: u32 = 48;
/// Minutes in a slot.
const MINUTES_PER_SLOT: u32 = 30;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// 月.
    Monday,
    /// 火.
    Tuesday,
    /// 水.
    Wednesday,
    /// 木.
    Thursday,
    /// 金.
    Friday,
    /// 土.
    Saturday,
    /// 日.
    Sunday,
}

impl Weekday {
    /// The week from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

/// Why a time span is not a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShiftError {
    /// A time of day is after 24:00.
    #[error("a time of day is after 24:00")]
    AfterMidnight,
    /// The span is empty.
    #[error("a shift starts and ends at the same time")]
    Empty,
}

/// A set of half-hour slots in a week. A slot that is worked only in part counts as worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shifts([u64; 7]);

impl Shifts {
    /// No hours.
    pub const NONE: Self = Self([0; 7]);

    /// Adds a span on one day, in minutes after midnight. An end before the start reaches into the next day.
    ///
    /// # Errors
    /// When a time is after 24:00 or the span is empty.
    pub fn add(&mut self, day: Weekday, from_minute: u32, to_minute: u32) -> Result<(), ShiftError> {
        let day_minutes = SLOTS_PER_DAY * MINUTES_PER_SLOT;
        if from_minute > day_minutes || to_minute > day_minutes {
            return Err(ShiftError::AfterMidnight);
        }
        if from_minute == to_minute {
            return Err(ShiftError::Empty);
        }
        let first = from_minute / MINUTES_PER_SLOT;
        let end = to_minute.div_ceil(MINUTES_PER_SLOT);
        if from_minute < to_minute {
            self.set(day as usize, first, end);
        } else {
            self.set(day as usize, first, SLOTS_PER_DAY);
            self.set((day as usize + 1) % 7, 0, end);
        }
        Ok(())
    }

    fn set(&mut self, day: usize, first: u32, end: u32) {
        if let Some(slots) = self.0.get_mut(day) {
            for slot in first..end.min(SLOTS_PER_DAY) {
                *slots |= 1 << slot;
            }
        }
    }

    /// True when no slot is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|slots| *slots == 0)
    }

    /// The slots that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.zip(other, |mine, theirs| mine & theirs)
    }

    /// The slots that are in one or both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.zip(other, |mine, theirs| mine | theirs)
    }

    /// True when both share a slot.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// The spans of each day as `(day, from_minute, to_minute)`, none crossing midnight.
    #[must_use]
    pub fn spans(&self) -> Vec<(Weekday, u32, u32)> {
        let mut spans = Vec::new();
        for (day, slots) in Weekday::ALL.into_iter().zip(self.0) {
            let mut start = None;
            for slot in 0..=SLOTS_PER_DAY {
                let worked = slot < SLOTS_PER_DAY && (slots >> slot) & 1 == 1;
                match (start, worked) {
                    (None, true) => start = Some(slot),
                    (Some(from), false) => {
                        spans.push((day, from * MINUTES_PER_SLOT, slot * MINUTES_PER_SLOT));
                        start = None;
                    }
                    (None, false) | (Some(_), true) => {}
                }
            }
        }
        spans
    }

    fn zip(&self, other: &Self, op: impl Fn(u64, u64) -> u64) -> Self {
        let mut out = [0; 7];
        for (slots, (mine, theirs)) in out.iter_mut().zip(self.0.iter().zip(other.0)) {
            *slots = op(*mine, theirs);
        }
        Self(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_shift_reaches_into_the_next_day() {
        let mut night = Shifts::NONE;
        night.add(Weekday::Sunday, 22 * 60, 6 * 60).unwrap();
        let mut early = Shifts::NONE;
        early.add(Weekday::Monday, 5 * 60 + 45, 9 * 60).unwrap();
        assert!(night.overlaps(&early));
        assert_eq!(night.spans(), [(Weekday::Monday, 0, 360), (Weekday::Sunday, 1320, 1440)]);
    }

    #[test]
    fn touching_shifts_do_not_overlap() {
        let mut morning = Shifts::NONE;
        morning.add(Weekday::Monday, 540, 720).unwrap();
        let mut afternoon = Shifts::NONE;
        afternoon.add(Weekday::Monday, 720, 1020).unwrap();
        assert!(!morning.overlaps(&afternoon));
        assert_eq!(morning.add(Weekday::Monday, 0, 1441), Err(ShiftError::AfterMidnight));
        assert_eq!(morning.add(Weekday::Monday, 60, 60), Err(ShiftError::Empty));
    }
}
