//! What a report says, before it is drawn: sections of rows, all derived from the public bundle.

use std::collections::BTreeMap;

use kyosei_disclosure::Status;

use super::words::{Language, Wording};
use crate::bundle::Bundle;
use crate::csv_long::split_id;
use crate::hex;

/// The length of the longest bar, in thousandths.
pub(super) const BAR_MAX: i64 = 1_000;

/// A report in one language.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) period: String,
    /// The total over everything, if it is part of the release.
    pub(super) total: Option<Row>,
    pub(super) sections: Vec<Section>,
    pub(super) rules: Vec<String>,
    /// Number of the release and head of the ledger before it.
    pub(super) ledger: String,
}

/// One breakdown.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) language: Language,
    pub(super) slug: String,
    pub(super) heading: String,
    /// Whether a chart goes with it: one dimension only.
    pub(super) is_drawn: bool,
    pub(super) rows: Vec<Row>,
}

/// One figure.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) figure: Figure,
    /// Its share of the printed total in tenths of a percent.
    pub(super) tenths: Option<i64>,
    /// The length of its bar in thousandths of the longest.
    pub(super) bar: i64,
}

/// How a figure is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Figure {
    Printed(i64),
    Carried(i64),
    Withheld,
}

impl Figure {
    /// The number that is printed, if one is.
    pub(super) const fn number(self) -> Option<i64> {
        match self {
            Self::Printed(value) | Self::Carried(value) => Some(value),
            Self::Withheld => None,
        }
    }

    pub(super) fn text(self, language: Language) -> String {
        match self {
            Self::Printed(0) => String::from("-"),
            Self::Printed(value) => value.to_string(),
            Self::Carried(value) => format!("{value} {}", language.pick("据置", "carried")),
            Self::Withheld => String::from("x"),
        }
    }
}

impl Row {
    pub(super) fn share(&self) -> String {
        self.tenths.map_or(String::new(), |tenths| format!("{}.{}%", tenths / 10, tenths % 10))
    }
}

/// A cell of the release: its (dimension, code) pairs and what is said of it.
type Cell<'a> = (Vec<(&'a str, &'a str)>, Figure);

impl Report {
    pub(super) fn of(bundle: &Bundle, wording: &Wording, language: Language) -> Self {
        let mut breakdowns: BTreeMap<Vec<&str>, Vec<Cell<'_>>> = BTreeMap::new();
        let (mut unit, mut period) = ("", "");
        for cell in bundle.view.shown(bundle.release) {
            let figure = match cell.status {
                Status::Published(value) => Figure::Printed(value),
                Status::Carried(value) => Figure::Carried(value),
                Status::Withheld => Figure::Withheld,
                Status::Hidden => continue,
            };
            let (of, when, dimensions) = split_id(cell.id.as_str());
            (unit, period) = (of, when);
            let pairs: Vec<(&str, &str)> =
                dimensions.split('|').filter_map(|pair| pair.split_once('=')).collect();
            let names = pairs.iter().map(|(name, _)| *name).collect();
            breakdowns.entry(names).or_default().push((pairs, figure));
        }
        let total = breakdowns.remove(&Vec::<&str>::new()).and_then(|cells| cells.into_iter().next());
        let total = total.map(|(_, figure)| figure);
        let whole = match total {
            Some(Figure::Printed(whole)) if whole > 0 => Some(whole),
            Some(Figure::Printed(_) | Figure::Carried(_) | Figure::Withheld) | None => None,
        };
        let mut sections: Vec<Section> = breakdowns
            .into_iter()
            .map(|(names, cells)| section(&names, &cells, whole, wording, language))
            .collect();
        sections.sort_by_key(|section| !section.is_drawn);
        let title = language.of(&wording.title);
        Report {
            language,
            title: if title.is_empty() { unit.to_owned() } else { title.to_owned() },
            publisher: wording.publisher.clone(),
            period: language.period(period),
            total: total.map(|figure| Row {
                label: language.pick("総数", "Total").to_owned(),
                figure,
                tenths: None,
                bar: 0,
            }),
            sections,
            rules: own_rules(bundle).into_iter().map(|rule| language.rule(rule)).collect(),
            ledger: format!(
                "{} {} / {} {}",
                language.pick("公表番号", "Release"),
                bundle.release,
                language.pick("公表台帳", "ledger head"),
                hex::write(&bundle.ledger_head)
            ),
        }
    }
}

/// The rules under which the cells of this release stand.
fn own_rules(bundle: &Bundle) -> Vec<kyosei_disclosure::PublicRule> {
    let shown = bundle.view.shown(bundle.release);
    let mut rules: Vec<_> = shown.map(|cell| bundle.view.rule_of(cell)).collect();
    rules.sort();
    rules.dedup();
    rules
}

fn section(
    names: &[&str],
    cells: &[Cell<'_>],
    whole: Option<i64>,
    wording: &Wording,
    language: Language,
) -> Section {
    let longest = cells.iter().filter_map(|(_, figure)| figure.number()).max().unwrap_or(0).max(1);
    let row = |(pairs, figure): &Cell<'_>| {
        let labels: Vec<&str> =
            pairs.iter().map(|(name, code)| category(wording, language, name, code)).collect();
        let share = |whole: i64, value: i64| (2_000 * value + whole).div_euclid(2 * whole);
        let tenths = match (*figure, whole) {
            (Figure::Printed(value), Some(whole)) if value > 0 => Some(share(whole, value)),
            (Figure::Printed(_) | Figure::Carried(_) | Figure::Withheld, _) => None,
        };
        let bar = figure.number().map_or(0, |value| value * BAR_MAX / longest);
        Row { label: labels.join(" / "), figure: *figure, tenths, bar }
    };
    let mut rows: Vec<Row> = cells.iter().map(row).collect();
    // The largest first; what is withheld last, in the order of the ids. The sort is stable.
    rows.sort_by_key(|row| row.figure.number().map_or((1, 0), |value| (0, -value)));
    let heading: Vec<&str> = names.iter().map(|name| dimension(wording, language, name)).collect();
    Section {
        language,
        slug: names.iter().map(|name| slug(name)).collect::<Vec<_>>().join("-"),
        heading: heading.join(" / "),
        is_drawn: names.len() == 1,
        rows,
    }
}

/// A name that is safe in a file name.
fn slug(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    name.chars().map(plain).collect()
}

fn dimension<'a>(wording: &'a Wording, language: Language, code: &'a str) -> &'a str {
    let found = wording.dimensions.iter().find(|dimension| dimension.code == code);
    found.map_or(code, |dimension| language.of(&dimension.name))
}

fn category<'a>(wording: &'a Wording, language: Language, dimension: &str, code: &'a str) -> &'a str {
    let found = wording.dimensions.iter().find(|known| known.code == dimension);
    let found = found.and_then(|known| known.categories.iter().find(|(known, _)| known == code));
    found.map_or(code, |(_, words)| language.of(words))
}
