//! Lists: pages of the register, and pairs that may be one supporter.

use kyosei_intake::duplicates::Likeness;
use kyosei_model::{Status, Supporter, SupporterKind};
use kyosei_runtime::SearchQuery;
use serde::Serialize;

use super::super::code;
use crate::args::{Arguments, ListArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{from_vault, read_text, with_vault};

#[derive(Serialize)]
struct ListReport {
    total: u64,
    page: u32,
    supporters: Vec<LineReport>,
}

#[derive(Serialize)]
struct LineReport {
    id: String,
    kind: &'static str,
    status: &'static str,
    name: String,
    reading: String,
    city: String,
}

#[derive(Serialize)]
struct DuplicatesReport {
    pairs: Vec<PairReport>,
}

#[derive(Serialize)]
struct PairReport {
    first: String,
    second: String,
    likeness: &'static str,
}

/// A page of the register.
pub fn run(arguments: &Arguments, list: &ListArguments, lang: Lang) -> Result<Done, Failure> {
    let text = list.search.as_deref().map(read_text).transpose()?.unwrap_or_default();
    let statuses = match &list.status {
        Some(status) => vec![code(status, Status::from_code)?.code()],
        None => Vec::new(),
    };
    let query = SearchQuery {
        text,
        kind: list.form.map(|form| SupporterKind::from(form).code()),
        statuses,
        page: list.page.saturating_sub(1),
    };
    let (report, human) = with_vault(arguments, |vault| {
        let (found, total) = vault.search(&query).map_err(|error| from_vault(&error))?;
        let lines: String = found.iter().map(|supporter| line(supporter, lang)).collect();
        let report = ListReport {
            total,
            page: list.page,
            supporters: found.iter().map(|one| line_report(one)).collect(),
        };
        Ok((report, lines))
    })?;
    let said = lang.pick("件", "けん", "found");
    let human = format!("{human}{} {said}\n", report.total);
    Done::new(&report, human)
}

/// Pairs that may be one supporter.
pub fn duplicates(arguments: &Arguments, lang: Lang) -> Result<Done, Failure> {
    let (report, human) = with_vault(arguments, |vault| {
        let index = kyosei_app::imports::key_index(vault.register()).map_err(|_| Failure::new("E-RECORD"))?;
        let pairs = index.open_pairs();
        let report = DuplicatesReport {
            pairs: pairs
                .iter()
                .map(|(pair, likeness)| PairReport {
                    first: pair.first().to_string(),
                    second: pair.second().to_string(),
                    likeness: likeness_code(*likeness),
                })
                .collect(),
        };
        let lines: String = pairs
            .iter()
            .map(|(pair, likeness)| {
                let line_of =
                    |id| vault.register().supporter(id).map(|one| line(one, lang)).unwrap_or_default();
                format!(
                    "{}\n  {}  {}",
                    likeness_code(*likeness),
                    line_of(pair.first()),
                    line_of(pair.second())
                )
            })
            .collect();
        Ok((report, lines))
    })?;
    Done::new(&report, human)
}

fn line(supporter: &Supporter, lang: Lang) -> String {
    let get = |field| supporter.get(field).unwrap_or_default();
    format!(
        "{}  {}（{}）  {}  {}\n",
        supporter.id,
        get(supporter.name_field()),
        get(supporter.reading_field()),
        get(kyosei_model::Field::City),
        lang.label(supporter.status.label_ja(), supporter.status.label_en()),
    )
}

fn line_report(supporter: &Supporter) -> LineReport {
    let get = |field| supporter.get(field).unwrap_or_default().to_owned();
    LineReport {
        id: supporter.id.to_string(),
        kind: supporter.kind.code(),
        status: supporter.status.code(),
        name: get(supporter.name_field()),
        reading: get(supporter.reading_field()),
        city: get(kyosei_model::Field::City),
    }
}

const fn likeness_code(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::SameEmail => "same-email",
        Likeness::Possible => "possible",
        Likeness::SharedEmail => "shared-email",
    }
}
