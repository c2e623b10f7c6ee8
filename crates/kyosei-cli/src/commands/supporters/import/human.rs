//! What there is to say of an import, for people: sums, the rows to look at, what to do next.

use super::report::{CandidateReport, ImportReport, Reason, RowReport, State};
use crate::codes;
use crate::commands::imports::Fate;
use crate::commands::supporters::list::likeness_label;
use crate::locale::Lang;
use crate::outcome::undo_by;

/// The whole text.
pub fn text(report: &ImportReport, lang: Lang) -> String {
    let mut text = sums(report, lang);
    text.extend(report.rows.iter().map(|row| row_line(row, lang)));
    text.push_str(&closed_lines(report, lang));
    text.push_str(&column_lines(report, lang));
    text.push_str(&what_to_do(report, lang));
    text.push_str(&last_lines(report, lang));
    text
}

fn sums(report: &ImportReport, lang: Lang) -> String {
    let counts = &report.counts;
    let mut text = format!(
        "{}: {}  {}: {}\n",
        lang.pick("文字コード", "文字（もじ）コード", "Encoding"),
        report.encoding,
        lang.pick("様式", "ようし", "Form"),
        report.form
    );
    for (label, count) in [
        (lang.pick("新規", "あたらしい", "new"), counts.new),
        (lang.pick("更新候補", "なおす 候補（こうほ）", "known address"), counts.updates),
        (lang.pick("取り込み済み", "もう あります", "already present"), counts.already_present),
        (lang.pick("ファイル内の重複", "おなじ 行（ぎょう）", "repeated in the file"), counts.repeated),
        (lang.pick("要確認", "たしかめて ください", "to review"), counts.review),
        (lang.pick("受け付けない", "入（い）れません", "rejected"), counts.rejected),
        (lang.pick("読めない行", "読（よ）めない 行（ぎょう）", "unreadable"), counts.unreadable),
    ] {
        text.push_str(&format!("  {label}: {count}\n"));
    }
    text
}

fn row_line(row: &RowReport, lang: Lang) -> String {
    let said = match row.fate {
        Some(fate) => fate.label(lang),
        None => state_label(row.state, lang),
    };
    let reasons: String =
        row.reasons.iter().map(|reason| format!("; {}", reason_text(reason, lang))).collect();
    let candidates: String =
        row.candidates.iter().map(|one| format!("; {}", candidate_text(one, lang))).collect();
    format!("  {} {}: {said}{reasons}{candidates}\n", lang.pick("行", "行（ぎょう）", "line"), row.line)
}

const fn state_label(state: State, lang: Lang) -> &'static str {
    match state {
        State::Like | State::Ready => lang.pick("新規", "あたらしい", "new"),
        State::KnownAddress => lang.pick("更新候補", "なおす 候補（こうほ）", "known address"),
        State::Repeated => lang.pick("ファイル内の重複", "おなじ 行（ぎょう）", "repeated in the file"),
        State::Review => lang.pick("要確認", "たしかめて ください", "to review"),
        State::Rejected => lang.pick("受け付けない", "入（い）れません", "rejected"),
        State::Unreadable => lang.pick("読めない行", "読（よ）めない 行（ぎょう）", "unreadable"),
    }
}

fn reason_text(reason: &Reason, lang: Lang) -> String {
    let about = reason.about_words.map(|(ja, en)| format!("{}: ", lang.label(ja, en))).unwrap_or_default();
    let said = match reason.words {
        Some((ja, en)) => lang.label(ja, en),
        None => codes::explain(reason.code, lang),
    };
    format!("{about}{said} ({})", reason.code)
}

fn candidate_text(candidate: &CandidateReport, lang: Lang) -> String {
    let holder = match (&candidate.record, candidate.line) {
        (Some(id), _) => id.clone(),
        (None, Some(line)) => format!("{} {line}", lang.pick("行", "行（ぎょう）", "line")),
        (None, None) => String::new(),
    };
    format!("{} {holder}", likeness_label(candidate.kind, lang))
}

fn closed_lines(report: &ImportReport, lang: Lang) -> String {
    let line = lang.pick("行", "行（ぎょう）", "line");
    let said = lang.pick(
        "以前の「いいえ」が優先されます",
        "まえの「いいえ」の ままです",
        "an earlier no stays in force",
    );
    let closed = report.still_closed.iter();
    closed.map(|closed| format!("  {line} {}: {} {said}\n", closed.line, closed.purpose)).collect()
}

fn column_lines(report: &ImportReport, lang: Lang) -> String {
    let mut text = String::new();
    if !report.purposes_not_asked.is_empty() {
        let said = lang.pick(
            "この用紙では尋ねていないので、同意なしとして扱います",
            "この 紙（かみ）では 聞（き）いていません。「いいえ」に します",
            "Not asked by this file, so nobody in it agreed to",
        );
        text.push_str(&format!("{said}: {}\n", report.purposes_not_asked.join(", ")));
    }
    if !report.not_stored_columns.is_empty() {
        let said = lang.pick("保存しない列", "入（い）れない 列（れつ）", "Columns that are not stored");
        text.push_str(&format!("{said}: {}\n", report.not_stored_columns.join(", ")));
    }
    text
}

fn what_to_do(report: &ImportReport, lang: Lang) -> String {
    let mut text = String::new();
    let waits = |row: &RowReport| match row.fate {
        Some(fate) => fate == Fate::Review,
        None => row.state == State::Review,
    };
    if report.rows.iter().any(waits) {
        text.push_str(lang.pick(
            "要確認の行は、決めるまで保存しません。--decisions で行ごとに、--updates でまとめて決めて、もう一度取り込んでください（kyosei supporters import --help）。\n",
            "たしかめる 行（ぎょう）は まだ 入（い）れて いません。--decisions か --updates で きめて、もう一度（いちど） して ください。\n",
            "Rows to review are not saved until someone decides: row by row with --decisions, those with a known address with --updates, and import again (kyosei supporters import --help).\n",
        ));
    }
    if report.rows.iter().any(|row| row.state == State::Like && row.fate == Some(Fate::Created)) {
        text.push_str(lang.pick(
            "「同じ人かもしれない」行も新規として保存しました。組を見るには kyosei supporters duplicates、同じ支援者なら supporters merge、別の支援者なら supporters keep-apart。\n",
            "「おなじ 人（ひと）？」の 行（ぎょう）も 入（い）れました。kyosei supporters duplicates で 見（み）て ください。おなじなら supporters merge、べつなら supporters keep-apart です。\n",
            "Rows that are possibly the same as another were saved as new. See the pairs with kyosei supporters duplicates; for one supporter: supporters merge, for two: supporters keep-apart.\n",
        ));
    }
    text
}

fn last_lines(report: &ImportReport, lang: Lang) -> String {
    let Some(id) = &report.import else {
        let mapping = lang.pick(
            "列の対応表（直すときは保存して --map で渡してください）",
            "列（れつ）の 表（ひょう）（なおす ときは --map で つかって ください）",
            "Column mapping (to correct it, save it and give it with --map)",
        );
        let nothing =
            lang.pick("まだ何も保存していません。", "まだ 入（い）れて いません。", "Nothing was saved yet.");
        return format!("{mapping}:\n\n{}\n{nothing}\n", report.mapping);
    };
    format!(
        "{}: {} {}, {} {}\n{}",
        lang.pick("保存しました", "入（い）れました", "Saved"),
        report.saved.created,
        lang.pick("件の新しい記録", "けん あたらしい", "new"),
        report.saved.updated,
        lang.pick("件の更新", "けん なおした もの", "updated"),
        undo_by(&format!("kyosei imports undo {id}"), lang)
    )
}
