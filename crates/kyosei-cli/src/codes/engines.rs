//! Codes of the two engines that need no vault: matching and protected totals.

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
    (
        "E-TOTALS-CELL",
        [
            "どの表にもない数字か、使えない名前です。何も公表していません。",
            "表（ひょう）に ない 数字（すうじ）です。なにも 出（だ）して いません。",
            "A cell that no table has, or a name that cannot be one. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-CODE",
        [
            "列の区分にない符号があります。何も公表していません。",
            "わからない しるしが 列（れつ）に あります。なにも 出（だ）して いません。",
            "A code is not in the hierarchy of its column. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-COLUMN",
        [
            "列が足りないか、知らない列があります。何も公表していません。",
            "列（れつ）が たりないか、おおすぎます。なにも 出（だ）して いません。",
            "A column is missing, unknown or there twice. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-DIMENSION",
        [
            "知らない区分か、二度使われた区分があります。何も公表していません。",
            "わけかたの 名前（なまえ）が ちがいます。なにも 出（だ）して いません。",
            "A dimension is unknown or named twice. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-FORMAT",
        [
            "指定ファイルの形式か版が違います。何も公表していません。",
            "しらない かたちの ファイルです。なにも 出（だ）して いません。",
            "The specification has another format or version. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-HIERARCHY",
        [
            "区分の階層が成り立ちません。何も公表していません。",
            "わけかたが つながりません。なにも 出（だ）して いません。",
            "The codes form no hierarchy. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-INFEASIBLE",
        [
            "このままでは少ない人数を守れません。何も公表していません。次のどれかを選んでください。",
            "このままでは すくない 数（かず）を 守（まも）れません。なにも 出（だ）して いません。つぎから えらんで ください。",
            "These figures cannot be protected as wished. Nothing was published. Choose one of the ways out (->).",
        ],
    ),
    (
        "E-TOTALS-LEDGER",
        [
            "公表台帳が切られたか、書き換えられたか、壊れています。何も公表していません。控えから戻してください。",
            "台帳（だいちょう）が かわって います。なにも 出（だ）して いません。控（ひか）えから もどして ください。",
            "The ledger was cut or edited, or is damaged. Nothing was published. Restore it from a copy.",
        ],
    ),
    (
        "E-TOTALS-LEDGER-IN-USE",
        [
            "他のプログラムがこの公表台帳を使っています。終わってからもう一度行ってください。",
            "ほかの プログラムが つかって います。おわってから もう一度（いちど） して ください。",
            "Another program uses this ledger. Try again when it has ended.",
        ],
    ),
    (
        "E-TOTALS-NUMBER",
        [
            "使えない数があります。何も公表していません。",
            "つかえない 数（かず）が あります。なにも 出（だ）して いません。",
            "A number is outside its limits. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-PAST",
        [
            "以前の公表と合いません。何も公表していません。",
            "まえに 出（だ）した 数字（すうじ）と あいません。なにも 出（だ）して いません。",
            "The table does not go with what was published before. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-PROOF",
        [
            "最後の確認に通りませんでした。何も公表していません。プログラムの誤りです。知らせてください。",
            "さいごの たしかめが できませんでした。なにも 出（だ）して いません。しらせて ください。",
            "The final check failed. Nothing was published. This is an error of the program; please report it.",
        ],
    ),
    (
        "E-TOTALS-REFUSED",
        [
            "このファイルは公表されたままではないか、証明が成り立ちません。信用しないでください。",
            "この ファイルは かわって います。つかわないで ください。",
            "These files are not as published, or the proof does not hold. Do not trust them.",
        ],
    ),
    (
        "E-TOTALS-ROW",
        [
            "表として読めない行があります。何も公表していません。",
            "読（よ）めない 行（ぎょう）が あります。なにも 出（だ）して いません。",
            "A line cannot be read as a row. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-SPEC",
        [
            "指定ファイルの形が docs/formats/totals-spec.md と違います。何も公表していません。",
            "せつめいの ファイルの かたちが ちがいます。なにも 出（だ）して いません。",
            "The specification does not have the form of docs/formats/totals-spec.md. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-SUM",
        [
            "合計が合いません。何も公表していません。",
            "たしても あいません。なにも 出（だ）して いません。",
            "The table does not add up. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-TOO-LARGE",
        [
            "表が大きすぎます。分けてください。",
            "表（ひょう）が 大（おお）きすぎます。わけて ください。",
            "The table is too large. Please split it.",
        ],
    ),
];
