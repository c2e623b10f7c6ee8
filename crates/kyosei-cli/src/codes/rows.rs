//! Codes that keep a single row out of an import; the other rows are taken.

use super::Words;

pub const WORDS: &[Words] = &[
    (
        "E-CONSENT-UNCLEAR",
        [
            "同意の答えが「はい」とも「いいえ」とも決まりません。",
            "「はい」か「いいえ」か わかりません。",
            "The answer about consent is neither a yes nor a no.",
        ],
    ),
    (
        "E-ROW-CELL-SIZE",
        ["大きすぎるセルがあります。", "大（おお）きすぎる ところが あります。", "A cell is too large."],
    ),
    (
        "E-ROW-CELLS",
        [
            "列の数が見出しと合いません。",
            "列（れつ）の 数（かず）が ちがいます。",
            "Another number of cells than headings.",
        ],
    ),
    (
        "E-ROW-NUL",
        ["NUL文字が含まれています。", "つかえない 字（じ）（NUL）が あります。", "The row holds a NUL byte."],
    ),
    (
        "E-ROW-SHEET-ERROR",
        [
            "表計算のエラー値が含まれています。",
            "Excel の エラーが あります。",
            "A cell holds an error value of a spreadsheet.",
        ],
    ),
    (
        "E-TIME-AMBIGUOUS",
        [
            "日付の月と日の順が決まりません。対応表の day_month で決めてください。",
            "月（つき）と 日（ひ）が わかりません。",
            "Day and month cannot be told apart. Say so with day_month in the mapping.",
        ],
    ),
    (
        "E-TIME-ERA",
        [
            "その元号には、その年がありません。",
            "その 年（とし）は ありません。",
            "That era has no such year.",
        ],
    ),
    (
        "E-TIME-IMPOSSIBLE",
        ["その日時は存在しません。", "その 日（ひ）は ありません。", "There is no such date or time."],
    ),
    (
        "E-TIME-MISSING",
        [
            "送信日時がありません。",
            "いつか 書（か）いて ありません。",
            "The time of the registration is missing.",
        ],
    ),
    (
        "E-TIME-UNKNOWN",
        ["日時の書き方が分かりません。", "いつか わかりません。", "The time is written in an unknown way."],
    ),
    (
        "W-OTHER-FORM",
        [
            "もう一つの様式（個人／団体）の回答のようです。",
            "ほかの 紙（かみ）の こたえの ようです。",
            "The row seems to belong to the other form (person or organisation).",
        ],
    ),
];
