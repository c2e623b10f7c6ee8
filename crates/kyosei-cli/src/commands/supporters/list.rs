//! Lists: pages of the register, and pairs that may be one supporter.

use kyosei_app::WriteError;
use kyosei_app::supporters::note_listing;
use kyosei_intake::duplicates::Likeness;
use kyosei_model::{Supporter, SupporterKind};
use kyosei_runtime::{SearchQuery, Vault, VaultError, WriteFailed};
use serde::Serialize;

use crate::args::{Arguments, ListArguments};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::{from_vault, from_write, read_text, with_vault};

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
        Some(status) => vec![status.code()],
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
        note(vault, report.supporters.len())?;
        Ok((report, lines))
    })?;
    let human = format!("{human}{}", page_line(&report, lang));
    Done::new(&report, human)
}

fn page_line(report: &ListReport, lang: Lang) -> String {
    let shown = u64::try_from(report.supporters.len()).unwrap_or(u64::MAX);
    let found = lang.pick("件", "けん", "found");
    if shown == report.total {
        return format!("{} {found}\n", report.total);
    }
    let page = lang.pick("ページ", "ページ", "page");
    format!("{} {found}, {page} {} (--page)\n", report.total, report.page)
}

/// Notes in the audit trail that names were shown. A device that only reads cannot write there, and may look all the same.
fn note(vault: &mut Vault, count: usize) -> Result<(), Failure> {
    match vault.write(|writing| note_listing(writing, count)) {
        Err(WriteFailed::Vault(VaultError::NotPermitted)) => Ok(()),
        noted => noted.map_err(|failed| from_write(failed, |_: WriteError| Failure::new("E-RECORD"))),
    }
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
                    likeness_label(*likeness, lang),
                    line_of(pair.first()),
                    line_of(pair.second())
                )
            })
            .collect();
        note(vault, report.pairs.len().saturating_mul(2))?;
        Ok((report, lines))
    })?;
    let human = format!("{human}{}", what_to_do(report.pairs.len(), lang));
    Done::new(&report, human)
}

fn what_to_do(pairs: usize, lang: Lang) -> String {
    if pairs == 0 {
        return lang
            .pick("同じ支援者かもしれない組はありません。\n", "ありません。\n", "No pairs.\n")
            .to_owned();
    }
    let pairs_are = lang.pick("組", "くみ", "pairs");
    let one = lang.pick("同じ支援者なら", "おなじ 人（ひと）なら", "One supporter twice");
    let two = lang.pick("別の支援者なら", "べつの 人（ひと）なら", "Two supporters");
    format!(
        "{pairs} {pairs_are}\n{one}: kyosei supporters merge ID ID\n{two}: kyosei supporters keep-apart ID ID\n"
    )
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

/// The words of a likeness.
pub const fn likeness_label(likeness: Likeness, lang: Lang) -> &'static str {
    match likeness {
        Likeness::SameEmail => {
            lang.pick("メールアドレスが同じ", "メールアドレスが おなじ", "same e-mail address")
        }
        Likeness::Possible => lang.pick("同じ人かもしれない", "おなじ 人（ひと）？", "possibly the same"),
        Likeness::SharedEmail => lang.pick(
            "メールアドレスを共用（名前は別）",
            "メールアドレスだけ おなじ",
            "shared e-mail address, other names",
        ),
    }
}

/// The code of a likeness.
pub const fn likeness_code(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::SameEmail => "same-email",
        Likeness::Possible => "possible",
        Likeness::SharedEmail => "shared-email",
    }
}
