//! Codes of protected totals.

use super::Words;

pub const WORDS: &[Words] = &[
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
        "E-TOTALS-COUNT",
        [
            "集計できませんでした。何も公表していません。",
            "かぞえられませんでした。なにも 出（だ）して いません。",
            "The register could not be counted. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-DEVICE",
        [
            "その端末は会にありません。何も渡していません。",
            "その 端末（たんまつ）は 会（かい）に ありません。なにも わたして いません。",
            "The device is not in the committee. The right stays where it was.",
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
        "E-TOTALS-EXTERNAL",
        [
            "他団体の公表として読めません。何も記していません。",
            "ほかの 団体（だんたい）の 数字（すうじ）として よめません。なにも かいて いません。",
            "This is no report of another body with its map. Nothing was noted.",
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
        "E-TOTALS-HEAD",
        [
            "公表台帳に、報告書にある先頭がありません。切り取られたか、古い写しに戻された恐れがあります。何も公表していません。",
            "台帳（だいちょう）に この しるしが ありません。なにも 出（だ）して いません。",
            "The ledger does not contain the head printed in the report: it was cut, or an old copy was put back. Nothing was published.",
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
        "E-TOTALS-JJ",
        [
            "JJ形式のファイルではありません。何も公表していません。",
            "JJの ファイルでは ありません。なにも 出（だ）して いません。",
            "The file is not in JJ format. Nothing was published.",
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
        "E-TOTALS-LETTER",
        [
            "印刷用の書体にない文字があります。何も公表していません。言葉を替えるか、--no-report を使ってください。",
            "かけない 字（じ）が あります。なにも 出（だ）して いません。ことばを かえて ください。",
            "The font of printed reports lacks a letter. Nothing was published. Use other words, or --no-report.",
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
        "E-TOTALS-OVERTAKEN",
        [
            "準備の間に公表台帳が進みました。何も公表していません。もう一度行ってください。",
            "台帳（だいちょう）が かわりました。なにも 出（だ）して いません。もう一度（いちど） して ください。",
            "The ledger moved on meanwhile. Nothing was published. Try again.",
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
        "E-TOTALS-PERIOD",
        [
            "期間は 2026-04 のような月か、FY2026 のような年度で書いてください。何も公表していません。",
            "月（つき）は 2026-04、年度（ねんど）は FY2026 の ように 書（か）いて ください。",
            "A period is a month such as 2026-04 or a fiscal year such as FY2026. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-PERIOD-FUTURE",
        [
            "この期間はまだ終わっていません。何も公表していません。",
            "まだ さきの ことです。なにも 出（だ）して いません。",
            "This period lies in the future or has not ended. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-PERIOD-KIND",
        [
            "この表の期間の種類が違います（累計は月、年度の表は年度）。何も公表していません。",
            "この 表（ひょう）は 月（つき）か 年度（ねんど）の どちらかです。なにも 出（だ）して いません。",
            "The table is not released for such a period: cumulative ones by month, yearly ones by fiscal year. Nothing was published.",
        ],
    ),
    (
        "E-TOTALS-PERIOD-RELEASED",
        [
            "この期間か、より後の期間が公表済みです。公表した数字は変えられません。何も公表していません。",
            "もう 出（だ）した 数字（すうじ）です。かえられません。なにも 出（だ）して いません。",
            "This period or a later one was released already, and released figures cannot change. Nothing was published.",
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
        "E-TOTALS-RIGHT",
        [
            "公表は別の端末が受け持っています。その端末で行うか、kyosei totals hand-over で渡してもらってください。何も公表していません。",
            "ほかの 端末（たんまつ）が かかりです。なにも 出（だ）して いません。かわって もらって ください。",
            "Another device has the right to make releases. Release there, or have it hand over (kyosei totals hand-over). Nothing was published.",
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
        "E-TOTALS-TABLE",
        [
            "その名前の表はありません。kyosei totals preview --help に一覧があります。何も公表していません。",
            "その 表（ひょう）は ありません。なにも 出（だ）して いません。",
            "There is no table of that name; kyosei totals preview --help lists them. Nothing was published.",
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
    (
        "E-TOTALS-YEAR-OPEN",
        [
            "年度末の3月の累計がまだ公表されていません。先にそれを公表してください。何も公表していません。",
            "さきに 3月（がつ）の 表（ひょう）を 出（だ）して ください。なにも 出（だ）して いません。",
            "The cumulative table was not released for the fiscal year's March yet. Release it first. Nothing was published.",
        ],
    ),
];
