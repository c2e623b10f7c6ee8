//! Codes about records, consents, imports and what is asked of them.

use super::Words;

pub const WORDS: &[Words] = &[
    (
        "E-APPROVAL-MISSING",
        [
            "消去にはもう一人の承認が必要です。何も変わっていません。--recovery-sheet で復元シートを1枚使ってください。",
            "もう 一人（ひとり）の「はい」が いります。なにも かわって いません。復元（ふくげん）シートを つかって ください。",
            "An erasure needs the approval of a second person. Nothing was changed. Use one recovery sheet with --recovery-sheet.",
        ],
    ),
    (
        "E-CANCELLED",
        [
            "中止しました。何も保存していません。いつでもやり直せます。",
            "やめました。なにも 入（い）れて いません。",
            "Stopped. Nothing was saved. It can be done again at any time.",
        ],
    ),
    (
        "E-CODE",
        [
            "知らない値です。何も変わっていません。使える値は --help と --template にあります。",
            "わからない ことばです。なにも かわって いません。--help を 見（み）て ください。",
            "An unknown value. Nothing was changed. --help and --template show those that exist.",
        ],
    ),
    (
        "E-CONFIRM",
        [
            "確認できなかったので、何もしていません。端末で番号を入力するか、--yes を付けてください。",
            "「はい」が なかったので、なにも して いません。",
            "Not confirmed, so nothing was done. Type the id at the terminal, or give --yes.",
        ],
    ),
    (
        "E-CONSENT-MISSING",
        [
            "登録への同意（P1）がないので、保存していません。本人に尋ねてください。",
            "「登録（とうろく）して いい」が ないので、入（い）れて いません。その 人（ひと）に 聞（き）いて ください。",
            "Without consent to be registered (P1) nothing is saved. Ask the person.",
        ],
    ),
    (
        "E-EXPORT",
        [
            "表を作れませんでした。何も書き出していません。別の形式（--format）を試してください。",
            "ファイルを つくれませんでした。なにも 書（か）いて いません。--format を かえて ください。",
            "The table could not be made. Nothing was exported. Try another --format.",
        ],
    ),
    (
        "E-FIELD-MISSING",
        [
            "必要な項目がありません。何も保存していません。次の項目を入れてください。",
            "たりない ところが あります。入（い）れて いません。つぎの ところを 書（か）いて ください。",
            "Required fields are missing. Nothing was saved. Fill in these.",
        ],
    ),
    (
        "E-ID",
        [
            "番号の形が違います。何も変わっていません。一覧（supporters list、imports list）の番号を写してください。",
            "番号（ばんごう）が ちがいます。なにも かわって いません。リストの 番号（ばんごう）を コピーして ください。",
            "This is not an id. Nothing was changed. Copy one from a list (supporters list, imports list).",
        ],
    ),
    (
        "E-IMPORT-MISSING",
        [
            "その取り込みはありません。何も変わっていません。kyosei imports list で確かめてください。",
            "その とりこみは ありません。なにも かわって いません。kyosei imports list を 見（み）て ください。",
            "There is no such import. Nothing was changed. See kyosei imports list.",
        ],
    ),
    (
        "E-IMPORT-UNDONE",
        [
            "この取り込みは、もう取り消してあります。何も変わっていません。",
            "もう もどして あります。なにも かわって いません。",
            "This import was taken back before. Nothing was changed.",
        ],
    ),
    (
        "E-INCONSISTENT",
        [
            "項目どうしが合いません。何も保存していません。次のところを直してください。",
            "あわない ところが あります。入（い）れて いません。つぎの ところを なおして ください。",
            "Parts of the record do not fit together. Nothing was saved. Correct these.",
        ],
    ),
    (
        "E-MERGE-IMPOSSIBLE",
        [
            "この二つの記録は一つにできません（同じ記録か、個人と団体です）。何も変わっていません。",
            "この ふたつは ひとつに できません。なにも かわって いません。",
            "These two cannot be merged: they are the same record, or a person and an organisation. Nothing was changed.",
        ],
    ),
    (
        "E-MERGE-UNDECIDED",
        [
            "値が違う項目があります。何も変わっていません。--take 項目 または --keep-rest で選んでください。",
            "ちがう ところが あります。なにも かわって いません。--take か --keep-rest で えらんで ください。",
            "Fields differ. Nothing was changed. Choose with --take FIELD or --keep-rest.",
        ],
    ),
    (
        "E-PAIR",
        [
            "その二つの記録の組はありません。何も変わっていません。kyosei supporters list で番号を確かめてください。",
            "その ふたりは ありません。なにも かわって いません。番号（ばんごう）を 見（み）て ください。",
            "There is no such pair of records. Nothing was changed. Check the ids with kyosei supporters list.",
        ],
    ),
    (
        "E-PURPOSE-LONG",
        [
            "目的が長すぎます。何も書き出していません。短くしてください。",
            "目的（もくてき）が ながすぎます。なにも 書（か）いて いません。みじかく して ください。",
            "The purpose is too long. Nothing was exported. Make it shorter.",
        ],
    ),
    (
        "E-PURPOSE-MISSING",
        [
            "書き出しには目的が必要です。何も書き出していません。--purpose に書いてください。",
            "なんの ためか 書（か）いて ください。なにも して いません。",
            "An export needs a purpose. Nothing was exported. Say it with --purpose.",
        ],
    ),
    (
        "E-SHEET",
        [
            "復元シートが正しくないか、この委員会のものではありません。何も変わっていません。打ち間違いがないか確かめてください。",
            "復元（ふくげん）シートが ちがいます。なにも かわって いません。字（じ）を もう一度（いちど） 見（み）て ください。",
            "The recovery sheet is not right, or not this committee's. Nothing was changed. Look for mistyped words.",
        ],
    ),
    (
        "E-SUPPORTER-MISSING",
        [
            "その支援者はいません（消去または統合された可能性があります）。何も変わっていません。",
            "その 人（ひと）は いません。なにも かわって いません。",
            "There is no such supporter (it may have been erased or merged). Nothing was changed.",
        ],
    ),
    (
        "E-TIME",
        [
            "時刻を読めません。何も保存していません。2026-11-24T10:00:00+09:00 の形で書いてください。",
            "時間（じかん）を 読（よ）めません。入（い）れて いません。2026-11-24T10:00:00+09:00 と 書（か）いて ください。",
            "The time cannot be read. Nothing was saved. Write it as 2026-11-24T10:00:00+09:00.",
        ],
    ),
    (
        "E-TIME-IMPLAUSIBLE",
        [
            "その時刻は未来か、古すぎます。保存していません。正しい時刻を確かめてください。",
            "その 時間（じかん）は おかしいです。入（い）れて いません。",
            "That time lies in the future or is too old. It was not saved. Check it.",
        ],
    ),
    (
        "E-VALUES",
        [
            "保存できない値があります。何も保存していません。次のところを直してください。",
            "入（い）れられない ところが あります。なにも 入（い）れて いません。つぎの ところを なおして ください。",
            "Some values cannot be stored. Nothing was saved. Correct these.",
        ],
    ),
    (
        "E-WORDING-MISSING",
        [
            "同意の文面がないので、同意を記録できません。何も保存していません。",
            "同意（どうい）の 文（ぶん）が ありません。なにも 入（い）れて いません。",
            "There is no wording to record the consent with. Nothing was saved.",
        ],
    ),
];
