//! What a code means, in three languages: what happened, what is safe, what to do.
//!
//! Codes of single values (`E-EMAIL-AT`, `W-GAIJI` …) have their words in the model; this table has those on which a
//! command fails.

mod engines;

use crate::locale::Lang;

/// Codes with their Japanese, easy Japanese and English words, in order of the code.
const TEXTS: &[(&str, [&str; 3])] = &[
    (
        "E-APPROVAL-MISSING",
        [
            "消去にはもう一人の承認が必要です。何も変わっていません。--recovery-sheet で復元シートを1枚使ってください。",
            "もう 一人（ひとり）の「はい」が いります。まだ なにも かわって いません。復元（ふくげん）シートを つかって ください。",
            "An erasure needs the approval of a second person. Nothing was changed. Use one recovery sheet with --recovery-sheet.",
        ],
    ),
    (
        "E-BUILD",
        [
            "このプログラムは安全でない設定で作られています。何も開いていません。正しい版を使ってください。",
            "この プログラムは あぶない つくりです。なにも 開（ひら）いて いません。ただしい ものを つかって ください。",
            "This program was built with unsafe settings. Nothing was opened. Use a proper build.",
        ],
    ),
    (
        "E-CANCELLED",
        [
            "中止しました。何も保存していません。",
            "やめました。なにも 入（い）れて いません。",
            "Stopped. Nothing was saved.",
        ],
    ),
    (
        "E-CODE",
        [
            "知らない符号です。kyosei help で使える値を見てください。",
            "わからない ことばです。kyosei help を 見（み）て ください。",
            "An unknown value. See kyosei help for those that exist.",
        ],
    ),
    (
        "E-CONFIRM",
        [
            "確認できなかったので、何もしていません。",
            "「はい」が なかったので、なにも して いません。",
            "Not confirmed, so nothing was done.",
        ],
    ),
    (
        "E-CONSENT-MISSING",
        [
            "登録への同意（P1）がないので、保存していません。",
            "「登録（とうろく）して いい」が ないので、入（い）れて いません。",
            "Without consent to be registered (P1) nothing is saved.",
        ],
    ),
    (
        "E-CREATE",
        [
            "保管庫を作れませんでした。もう一度試してください。",
            "つくれませんでした。もう一度（いちど） して ください。",
            "The vault could not be made. Please try again.",
        ],
    ),
    (
        "E-DATABASE",
        [
            "データベースが予期しない答えを返しました。これまでの記録は安全です。kyosei doctor を実行してください。",
            "プログラムが こまって います。いままでの 記録（きろく）は だいじょうぶです。kyosei doctor を して ください。",
            "The database gave an unexpected answer. What was saved before is safe. Run kyosei doctor.",
        ],
    ),
    (
        "E-DISK",
        [
            "ディスクの読み書きに失敗しました。これまでの記録は安全です。ディスクを確かめてください。",
            "ディスクが うごきません。いままでの 記録（きろく）は だいじょうぶです。",
            "The disk failed. What was saved before is safe. Please check the disk.",
        ],
    ),
    (
        "E-DISK-FULL",
        [
            "ディスクがいっぱいです。これまでの記録は安全で、今回の変更は保存されていません。空きを作って、もう一度行ってください。",
            "ディスクが いっぱいです。いままでの 記録（きろく）は だいじょうぶです。あけてから もう一度（いちど） して ください。",
            "The disk is full. What was saved before is safe; this change was not saved. Make room and try again.",
        ],
    ),
    (
        "E-ENTROPY",
        [
            "乱数を得られないので、始められません。",
            "はじめられません。パソコンを もう一度（いちど） つけて ください。",
            "The system gives no random numbers, so nothing was started.",
        ],
    ),
    (
        "E-EXPORT",
        [
            "表を作れませんでした。何も書き出していません。",
            "ファイルを つくれませんでした。",
            "The table could not be made. Nothing was exported.",
        ],
    ),
    (
        "E-FIELD-MISSING",
        [
            "必要な項目がありません。保存していません。",
            "たりない ところが あります。入（い）れて いません。",
            "Required fields are missing. Nothing was saved.",
        ],
    ),
    (
        "E-FILE-ENCODING",
        [
            "このファイルは UTF-8 ではありません。",
            "この ファイルは UTF-8 では ありません。",
            "This file is not UTF-8 text.",
        ],
    ),
    (
        "E-FILE-EXISTS",
        [
            "同じ名前のファイルがあります。上書きはしません。別の名前にしてください。",
            "おなじ 名前（なまえ）の ファイルが あります。ほかの 名前（なまえ）に して ください。",
            "A file of this name exists and is not overwritten. Choose another name.",
        ],
    ),
    (
        "E-FILE-LARGE",
        [
            "ファイルが大きすぎます。分けてください。",
            "ファイルが 大（おお）きすぎます。わけて ください。",
            "The file is too large. Please split it.",
        ],
    ),
    ("E-FILE-READ", ["ファイルを読めません。", "ファイルを 読（よ）めません。", "The file cannot be read."]),
    (
        "E-FILE-WRITE",
        ["ファイルを書けません。", "ファイルを 書（か）けません。", "The file cannot be written."],
    ),
    (
        "E-FOLDER-NOT-EMPTY",
        [
            "フォルダに他のファイルがあります。空のフォルダを選んでください。",
            "フォルダに ほかの ものが あります。からの フォルダに して ください。",
            "The folder holds other files. Choose an empty one.",
        ],
    ),
    (
        "E-FORM",
        [
            "用紙（TOML）を読めません。",
            "紙（かみ）（TOML）を 読（よ）めません。",
            "The form (TOML) cannot be read.",
        ],
    ),
    (
        "E-HARDENING",
        [
            "安全な準備ができないので、始めません。",
            "安全（あんぜん）に できないので、はじめません。",
            "The process cannot be protected, so it does not start.",
        ],
    ),
    ("E-ID", ["番号の形が違います。", "番号（ばんごう）が ちがいます。", "This is not an id."]),
    (
        "E-IMPORT-MISSING",
        ["その取り込みはありません。", "その とりこみは ありません。", "There is no such import."],
    ),
    (
        "E-IMPORT-UNDONE",
        [
            "この取り込みは、もう取り消してあります。",
            "もう もどして あります。",
            "This import was taken back before.",
        ],
    ),
    (
        "E-INCONSISTENT",
        [
            "項目どうしが合いません。保存していません。",
            "あわない ところが あります。入（い）れて いません。",
            "Parts of the record do not fit together. Nothing was saved.",
        ],
    ),
    (
        "E-KEY-FILE",
        [
            "鍵のファイルが正しくありません。控えがあれば、それを使ってください。",
            "かぎの ファイルが こわれて います。コピーが あれば つかって ください。",
            "The key file is not usable. If there is a copy, use it.",
        ],
    ),
    (
        "E-KEY-FILE-MISSING",
        [
            "データベースはありますが、鍵のファイル（device.age）がありません。何も変えていません。控えから device.age を戻してください。",
            "かぎの ファイル（device.age）が ありません。なにも かえて いません。コピーが あれば もどして ください。",
            "There is a database, but its key file (device.age) is missing. Nothing was changed. Put device.age back from a copy.",
        ],
    ),
    (
        "E-MAP",
        [
            "列の対応表（TOML）を読めません。",
            "列（れつ）の 表（ひょう）を 読（よ）めません。",
            "The column mapping (TOML) cannot be read.",
        ],
    ),
    (
        "E-MAP-NEEDED",
        [
            "列の対応が決まりません。下の対応表を直してファイルに保存し、--map で渡してください。",
            "どの列（れつ）が なにか わかりません。下（した）の 表（ひょう）を なおして、--map で つかって ください。",
            "The columns must be mapped. Correct the mapping below, save it to a file and pass it with --map.",
        ],
    ),
    (
        "E-MEMORY",
        [
            "メモリの中の索引が失敗しました。記録は安全です。",
            "うまく いきません。記録（きろく）は だいじょうぶです。",
            "The index in memory failed. The records are safe.",
        ],
    ),
    (
        "E-MERGE-IMPOSSIBLE",
        [
            "この二つは一つにできません。",
            "この ふたつは ひとつに できません。",
            "These two cannot be merged.",
        ],
    ),
    (
        "E-MERGE-UNDECIDED",
        [
            "値が違う項目があります。--take 項目 または --keep-rest で選んでください。何も変わっていません。",
            "ちがう ところが あります。どちらに するか えらんで ください。",
            "Fields differ. Choose with --take FIELD or --keep-rest. Nothing was changed.",
        ],
    ),
    (
        "E-NO-KEY",
        [
            "この端末は、いま書き込むための鍵を持っていません。",
            "この パソコンには 書（か）く かぎが ありません。",
            "This laptop holds no key to write with at present.",
        ],
    ),
    (
        "E-OUTPUT",
        [
            "結果を書き出せませんでした。処理そのものは終わっています。",
            "こたえを 出（だ）せませんでした。しごとは おわって います。",
            "The result could not be printed. The work itself is done.",
        ],
    ),
    ("E-PAIR", ["その二人の組はありません。", "その ふたりは ありません。", "There is no such pair."]),
    (
        "E-PASSPHRASE",
        [
            "合言葉が違うか、鍵のファイルが壊れています。何も変わっていません。",
            "あいことばが ちがいます。または ファイルが こわれて います。なにも かわって いません。",
            "Wrong passphrase, or a damaged key file. Nothing was changed.",
        ],
    ),
    (
        "E-PASSPHRASE-DIFFERS",
        [
            "二度の入力が違います。何も変わっていません。",
            "二回（にかい）が おなじでは ありません。",
            "The two entries differ. Nothing was changed.",
        ],
    ),
    (
        "E-PASSPHRASE-LONG",
        ["合言葉が長すぎます。", "あいことばが ながすぎます。", "The passphrase is too long."],
    ),
    (
        "E-PASSPHRASE-MISSING",
        [
            "合言葉がありません。--passphrase-file で渡すか、端末で入力してください。",
            "あいことばが ありません。",
            "No passphrase. Give one with --passphrase-file or type it at a terminal.",
        ],
    ),
    (
        "E-PASSPHRASE-WEAK",
        [
            "この合言葉は推測されやすいので使えません。関係のない単語を6つ以上並べてください。",
            "この あいことばは よわいです。かんけいの ない ことばを 6つ ならべて ください。",
            "This passphrase is too easy to guess. Use six unrelated words or more.",
        ],
    ),
    (
        "E-PURPOSE-LONG",
        ["目的が長すぎます。", "目的（もくてき）が ながすぎます。", "The purpose is too long."],
    ),
    (
        "E-PURPOSE-MISSING",
        [
            "書き出しには目的が必要です。",
            "なんの ためか 書（か）いて ください。",
            "An export needs a purpose.",
        ],
    ),
    (
        "E-READ-ONLY",
        [
            "このフォルダには書けません。何も変わっていません。",
            "この フォルダには 書（か）けません。なにも かわって いません。",
            "The folder cannot be written. Nothing was changed.",
        ],
    ),
    (
        "E-RECORD",
        [
            "記録を読み書きできません。他の記録は無事です。kyosei doctor を実行してください。",
            "記録（きろく）を 読（よ）めません。ほかは だいじょうぶです。kyosei doctor を して ください。",
            "A record cannot be read or written. The others are unharmed. Run kyosei doctor.",
        ],
    ),
    (
        "E-RECOVERY-DIR",
        [
            "復元シートの置き場所を --recovery-dir で指定してください。",
            "復元（ふくげん）シートの フォルダを きめて ください。",
            "Say with --recovery-dir where the recovery sheets go.",
        ],
    ),
    (
        "E-RECOVERY-SHEETS",
        [
            "復元シートを書けなかったので、保管庫は作られていません。もう一度試してください。",
            "復元（ふくげん）シートが 書（か）けません。もう一度（いちど） して ください。",
            "The recovery sheets could not be written, so no vault was made. Please try again.",
        ],
    ),
    (
        "E-SEAL",
        [
            "暗号化に失敗しました。何も保存していません。",
            "うまく いきません。なにも 入（い）れて いません。",
            "Sealing failed. Nothing was saved.",
        ],
    ),
    (
        "E-SHEET",
        [
            "復元シートが正しくないか、この委員会のものではありません。",
            "復元（ふくげん）シートが ちがいます。",
            "The recovery sheet is not right, or not this committee's.",
        ],
    ),
    (
        "E-SUPPORTER-MISSING",
        [
            "その支援者はいません（消去または統合された可能性があります）。",
            "その 人（ひと）は いません。",
            "There is no such supporter (it may have been erased or merged).",
        ],
    ),
    (
        "E-TEST-VARIABLE",
        [
            "試験用の変数 KYOSEI_TEST_NOW か KYOSEI_TEST_SEED が設定されています。この版では始めません。",
            "しけんの ための 設定（せってい）が あります。はじめません。",
            "KYOSEI_TEST_NOW or KYOSEI_TEST_SEED is set. This build does not start with it.",
        ],
    ),
    (
        "E-TIME",
        [
            "時刻は 2026-11-24T10:00:00+09:00 の形で書いてください。",
            "時間（じかん）は 2026-11-24T10:00:00+09:00 と 書（か）いて ください。",
            "Write the time as 2026-11-24T10:00:00+09:00.",
        ],
    ),
    (
        "E-TIME-IMPLAUSIBLE",
        [
            "その時刻は未来か、古すぎます。",
            "その 時間（じかん）は おかしいです。",
            "That time lies in the future or is too old.",
        ],
    ),
    (
        "E-TOO-LARGE",
        [
            "一つの記録が大きすぎます。何も保存していません。",
            "記録（きろく）が 大（おお）きすぎます。",
            "One record is too large. Nothing was saved.",
        ],
    ),
    (
        "E-VALUES",
        [
            "保存できない値があります。何も保存していません。",
            "入（い）れられない ところが あります。",
            "Some values cannot be stored. Nothing was saved.",
        ],
    ),
    (
        "E-VAULT-DAMAGED",
        [
            "保管庫が壊れています。フォルダを丸ごと写してから、kyosei doctor --rebuild を試すか、控えから戻してください。",
            "こわれて います。フォルダを コピーしてから kyosei doctor --rebuild を して ください。",
            "The vault is damaged. Copy its whole folder first, then try kyosei doctor --rebuild or restore a backup.",
        ],
    ),
    (
        "E-VAULT-EXISTS",
        [
            "ここにはもう保管庫があります。何も変わっていません。",
            "もう あります。なにも かわって いません。",
            "There is a vault here already. Nothing was changed.",
        ],
    ),
    (
        "E-VAULT-FOLDER",
        [
            "保管庫の場所が分かりません。--vault で指定してください。",
            "どこに あるか わかりません。--vault で 言（い）って ください。",
            "Say with --vault where the vault is.",
        ],
    ),
    (
        "E-VAULT-IN-USE",
        [
            "この保管庫は他のプログラムが開いています。閉じてからもう一度行ってください。",
            "ほかの プログラムが つかって います。とじてから もう一度（いちど） して ください。",
            "Another program has this vault open. Close it and try again.",
        ],
    ),
    (
        "E-VAULT-MISSING",
        [
            "ここに保管庫はありません。kyosei init で作れます。",
            "ここには ありません。kyosei init で つくれます。",
            "There is no vault here. kyosei init makes one.",
        ],
    ),
    (
        "E-VAULT-NEWER",
        [
            "新しい版で作られた保管庫です。何も変わっていません。プログラムを更新してください。",
            "あたらしい プログラムで つくった ものです。プログラムを あたらしく して ください。",
            "This vault was written by a newer version. Nothing was changed. Please update.",
        ],
    ),
    (
        "E-WORDING-MISSING",
        [
            "同意の文面がありません。",
            "同意（どうい）の 文（ぶん）が ありません。",
            "There is no wording to record the consent with.",
        ],
    ),
];

/// The words of a code.
pub fn explain(code: &str, lang: Lang) -> &'static str {
    let found = TEXTS.iter().chain(engines::WORDS).find(|(known, _)| *known == code);
    match found {
        Some((_, [ja, easy, en])) => lang.pick(ja, easy, en),
        None => lang.pick(
            "うまくいきませんでした。保存済みの記録は安全です。",
            "うまく いきませんでした。いままでの 記録（きろく）は だいじょうぶです。",
            "It did not work. What was saved before is safe.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::TEXTS;

    #[test]
    fn codes_stand_in_order_and_each_has_words_in_three_languages() {
        assert!(TEXTS.is_sorted_by(|(a, _), (b, _)| a < b));
        for (code, words) in TEXTS {
            assert!(words.iter().all(|text| !text.is_empty()), "{code}");
        }
    }
}
