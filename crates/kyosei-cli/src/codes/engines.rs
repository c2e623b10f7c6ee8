//! Codes of matching.

use super::Words;

pub const WORDS: &[Words] = &[
    (
        "E-MATCH-CHOICE",
        [
            "点数か理由のどちらか一つだけを書いてください。何も解いていません。",
            "点（てん）か わけの どちらか ひとつを 書（か）いて ください。",
            "Exactly one of the choices is needed at this place. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-CODE",
        [
            "この場所に知らない符号があります。何も解いていません。",
            "わからない しるしが あります。",
            "A code at this place is unknown. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-DIMENSIONS",
        [
            "大きさの数が合いません。何も解いていません。",
            "大（おお）きさの かぞえかたが ちがいます。",
            "The numbers of capacity dimensions differ. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-DUPLICATE-ID",
        [
            "同じIDが二度使われています。何も解いていません。",
            "おなじ IDが ふたつ あります。",
            "An id is used twice. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-DUPLICATE-PAIR",
        [
            "同じ組が二度書かれています。何も解いていません。",
            "おなじ くみが ふたつ あります。",
            "A pair is listed twice. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-FORM",
        [
            "ファイルの形が docs/formats/match-instance.md と違います（行:列）。何も解いていません。",
            "ファイルの かたちが ちがいます（行（ぎょう）:列（れつ））。",
            "The file does not have the form of docs/formats/match-instance.md (line:column). Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-FORMAT",
        [
            "形式か版が違います。何も解いていません。",
            "しらない かたちの ファイルです。",
            "Another format or version. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-ID",
        [
            "IDとして使えない文字列があります。何も解いていません。",
            "つかえない IDが あります。",
            "A text that cannot be an id. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-NO-REASON",
        [
            "合わない組に理由がありません。何も解いていません。",
            "あわない くみに わけが ありません。",
            "A pair that does not fit has no reason. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-NUMBER",
        [
            "大きすぎる数があります。何も解いていません。",
            "大（おお）きすぎる 数（かず）が あります。",
            "A number is too large. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-PARTS",
        [
            "内訳が点数と合いません。何も解いていません。",
            "点（てん）を たしても あいません。",
            "The parts do not add up to the score. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-PIN",
        [
            "固定した組み合わせを守れません。何も提案していません。固定を外してください。",
            "きめて おいた くみが できません。ひとつ はずして ください。",
            "The pins cannot be kept. Nothing is proposed. Take one of them away.",
        ],
    ),
    (
        "E-MATCH-SHIFT",
        [
            "勤務時間を読めません。何も解いていません。",
            "はたらく 時間（じかん）が わかりません。",
            "A shift cannot be read. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-TIER",
        [
            "優先の段は1から4です。何も解いていません。",
            "だんは 1から 4です。",
            "A tier is 1 to 4. Nothing was solved.",
        ],
    ),
    (
        "E-MATCH-TOO-LARGE",
        [
            "ファイルが大きすぎます。分けてください。",
            "大（おお）きすぎる ファイルです。わけて ください。",
            "The document is too large. Please split it.",
        ],
    ),
    (
        "E-MATCH-TOO-MANY",
        [
            "一覧が長すぎます。分けてください。",
            "リストが 長（なが）すぎます。わけて ください。",
            "A list is longer than its limit. Please split the instance.",
        ],
    ),
    (
        "E-MATCH-UNKNOWN-ID",
        [
            "どこにも書かれていないIDがあります。何も解いていません。",
            "どこにも ない IDが あります。",
            "An id stands for nothing in this file. Nothing was solved.",
        ],
    ),
    (
        "E-SOLVER",
        [
            "このプログラムにはこの解法が入っていません。--solver default を使うか、cargo の機能 highs を付けて作ってください。",
            "この プログラムには ありません。--solver default を つかって ください。",
            "This build does not have that solver. Use --solver default, or build with the cargo feature highs.",
        ],
    ),
];
