//! `kyosei totals preview`: what a release would print, what it would hide, and why.
//!
//! Reasons tell small figures from those that are hidden to protect them. They are for the committee's eyes; no file is
//! written.

use kyosei_app::totals::{Explained, Label, ReleaseRefused, Why, explain, prepare};
use kyosei_disclosure::Status;
use serde::Serialize;

use super::publish;
use crate::args::{Arguments, TotalsWanted};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};
use crate::session::with_vault;

#[derive(Serialize)]
struct PreviewReport {
    table: &'static str,
    period: String,
    release: u32,
    withheld: usize,
    carried: usize,
    cost: u64,
    cost_at_least: u64,
    cells: Vec<CellReport>,
}

#[derive(Serialize)]
struct CellReport {
    id: String,
    status: &'static str,
    value: Option<i64>,
    why: Option<&'static str>,
}

/// Shows a release before it is made.
pub fn run(arguments: &Arguments, asked: &TotalsWanted, lang: Lang) -> Result<Done, Failure> {
    let (table, period) = super::wanted(asked)?;
    let prepared = with_vault(arguments, |vault| {
        prepare(vault.register(), table, period, vault.now()).map_err(|refused| failure(&refused))
    })?;
    let protected = publish::protected(&prepared.set, &prepared.spec, &prepared.ledger, &prepared.key, lang)?;
    let explained = explain(table, &protected);
    let count = |is: fn(Status) -> bool| explained.iter().filter(|one| is(one.status)).count();
    let report = PreviewReport {
        table: table.code,
        period: period.to_string(),
        release: protected.table.release(),
        withheld: count(|status| status == Status::Withheld),
        carried: count(|status| matches!(status, Status::Carried(_))),
        cost: protected.record.cost,
        cost_at_least: protected.record.cost_at_least,
        cells: explained.iter().map(cell).collect(),
    };
    let title = words(&table.title, lang);
    let lines: String = explained.iter().map(|one| line(one, lang)).collect();
    let end = lang.pick(
        "何も書き出していません。これは委員会の中だけの資料です。\n",
        "まだ なにも 出（だ）して いません。ほかの 人（ひと）に みせないで ください。\n",
        "Nothing was written. This is for the committee alone: the reasons tell small figures from others.\n",
    );
    Done::new(&report, format!("{title} {period}\n{lines}{end}"))
}

/// A refusal of the use case.
pub fn failure(refused: &ReleaseRefused) -> Failure {
    Failure::new(refused.code())
}

fn cell(explained: &Explained) -> CellReport {
    let (status, value) = match explained.status {
        Status::Published(value) => ("ok", Some(value)),
        Status::Carried(value) => ("carried", Some(value)),
        Status::Withheld => ("withheld", None),
        Status::Hidden => ("hidden", None),
    };
    CellReport { id: explained.id.to_string(), status, value, why: explained.why.map(Why::code) }
}

fn line(explained: &Explained, lang: Lang) -> String {
    let labels: Vec<&str> = explained.categories.iter().map(|label| words(label, lang)).collect();
    let label = match labels.is_empty() {
        true => lang.pick("総数", "ぜんぶ", "Total").to_owned(),
        false => labels.join(" / "),
    };
    let figure = match explained.status {
        Status::Published(value) | Status::Carried(value) => value.to_string(),
        Status::Withheld | Status::Hidden => String::from("x"),
    };
    let why = explained.why.map_or(String::new(), |why| format!("  ({})", reason(why, lang)));
    format!("  {label}: {figure}{why}\n")
}

/// Why a figure is not printed as it is.
fn reason(why: Why, lang: Lang) -> &'static str {
    match why {
        Why::Small => lang.pick(
            "少ないため伏せます。公表している支援者を除いた数で判断します",
            "すくないので かくします",
            "hidden: few, not counting those who are publicly listed",
        ),
        Why::Zero => lang.pick(
            "該当なしも伏せます",
            "いない ことも かくします",
            "hidden: nobody, which is not told here",
        ),
        Why::FewHouseholds => lang.pick(
            "世帯や団体の数が少ないため伏せます",
            "いえの 数（かず）が すくないので かくします",
            "hidden: enough people, but from few households",
        ),
        Why::Concentrated => lang.pick(
            "一者の額が推し量られるため伏せます",
            "ひとりの お金（かね）が わかるので かくします",
            "hidden: one contribution could be estimated",
        ),
        Why::ProtectsOthers => lang.pick(
            "これを出すと伏せた数が計算で分かるため伏せます",
            "これを 出（だ）すと かくした 数（かず）が わかるので かくします",
            "hidden: with it a hidden figure could be worked out",
        ),
        Why::FewNew => lang.pick(
            "前回から増えた人が少ないため、前の数字のままにします",
            "ふえた 人（ひと）が すくないので まえの 数字（すうじ）の ままに します",
            "the earlier figure again: few came since",
        ),
    }
}

/// A label in the language of the text.
pub fn words(label: &Label, lang: Lang) -> &'static str {
    lang.pick(label.ja, label.easy, label.en)
}
