//! Years of Japanese eras.
//!
//! The table holds the eras of living people with their first days (Acts on era names and their predecessors). A
//! date after the end of its era, such as 平成32年, is not accepted but named, with the year it would be.

use chrono::NaiveDate;

use super::TimeProblem;

/// An era: its names, and its first day as year, month, day.
struct Era {
    name: &'static str,
    initial: char,
    first_day: (i32, u32, u32),
}

/// The eras, newest first.
const ERAS: [Era; 5] = [
    Era { name: "令和", initial: 'R', first_day: (2019, 5, 1) },
    Era { name: "平成", initial: 'H', first_day: (1989, 1, 8) },
    Era { name: "昭和", initial: 'S', first_day: (1926, 12, 25) },
    Era { name: "大正", initial: 'T', first_day: (1912, 7, 30) },
    Era { name: "明治", initial: 'M', first_day: (1868, 1, 25) },
];

/// Reads a date of an era; `None` when the text names none. NFKC has already turned ㋿ into 令和.
pub(super) fn parse(text: &str) -> Option<Result<NaiveDate, TimeProblem>> {
    let (index, body) = ERAS.iter().enumerate().find_map(|(index, era)| {
        let body = text.strip_prefix(era.name).or_else(|| text.strip_prefix(era.initial))?;
        Some((index, body))
    })?;
    Some(date_of(index, body.trim_start_matches(['.', ' '])))
}

fn date_of(index: usize, body: &str) -> Result<NaiveDate, TimeProblem> {
    let era = ERAS.get(index).ok_or(TimeProblem::Unknown)?;
    let body = body.trim().replacen('元', "1", 1);
    let numbers: Option<Vec<u32>> = body
        .trim_end_matches('日')
        .split(['年', '月', '.', '/', '-'])
        .map(|part| part.trim().parse().ok())
        .collect();
    let Some([year_of_era, month, day]) = numbers.as_deref() else { return Err(TimeProblem::Unknown) };
    if *year_of_era == 0 || *year_of_era > 100 {
        return Err(TimeProblem::Impossible);
    }
    let year = i32::try_from(*year_of_era).map_err(|_| TimeProblem::Impossible)? + era.first_day.0 - 1;
    let date = NaiveDate::from_ymd_opt(year, *month, *day).ok_or(TimeProblem::Impossible)?;
    if Some(date) < first_day(era) {
        return Err(TimeProblem::Impossible);
    }
    let next = index.checked_sub(1).and_then(|newer| ERAS.get(newer)).and_then(first_day);
    if next.is_some_and(|next| date >= next) { Err(TimeProblem::EraEnded { year }) } else { Ok(date) }
}

fn first_day(era: &Era) -> Option<NaiveDate> {
    let (year, month, day) = era.first_day;
    NaiveDate::from_ymd_opt(year, month, day)
}
