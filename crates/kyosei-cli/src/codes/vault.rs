//! Codes about the vault, the program and the machine.

use super::Words;

pub const WORDS: &[Words] = &[
    (
        "E-BUILD",
        [
            "このプログラムは安全でない設定で作られています。何も開いていません。配布された正しい版を使ってください。",
            "この プログラムは あぶない つくりです。なにも 開（ひら）いて いません。ただしい プログラムを つかって ください。",
            "This program was built with unsafe settings. Nothing was opened. Use a proper build.",
        ],
    ),
    (
        "E-CREATE",
        [
            "保管庫を作れませんでした。作りかけのものは次の init で片付きます。もう一度試してください。",
            "つくれませんでした。もう一度（いちど） kyosei init を して ください。",
            "The vault could not be made. What was begun is cleared away by the next init; please try again.",
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
        "E-DEMO",
        [
            "見本を最後まで進められませんでした。ほかの保管庫には触れていません。--people を増やして試してください。",
            "見本（みほん）が とまりました。ほかの ものは だいじょうぶです。--people の 数（かず）を 大（おお）きく して ください。",
            "The demonstration could not go on. No other vault was touched. Try with more --people.",
        ],
    ),
    (
        "E-DISK",
        [
            "ディスクの読み書きに失敗しました。これまでの記録は安全で、今回の変更は保存されていません。ディスクを確かめてください。",
            "ディスクが うごきません。いままでの 記録（きろく）は だいじょうぶです。ディスクを 見（み）て ください。",
            "The disk failed. What was saved before is safe; this change was not saved. Please check the disk.",
        ],
    ),
    (
        "E-DISK-FULL",
        [
            "ディスクがいっぱいです。これまでの記録は安全で、今回の変更は保存されていません。空きを作って、もう一度行ってください。",
            "ディスクが いっぱいです。いままでの 記録（きろく）は だいじょうぶです。いらない ファイルを けして、もう一度（いちど） して ください。",
            "The disk is full. What was saved before is safe; this change was not saved. Make room and try again.",
        ],
    ),
    (
        "E-ENTROPY",
        [
            "システムから乱数を得られないので、始めませんでした。何も変わっていません。再起動して試してください。",
            "はじめられません。なにも かわって いません。パソコンを もう一度（いちど） つけて ください。",
            "The system gives no random numbers, so nothing was started. Nothing was changed. Restart the machine and try again.",
        ],
    ),
    (
        "E-FOLDER-NOT-EMPTY",
        [
            "フォルダに他のファイルがあります。それらには触れていません。空のフォルダを選んでください。",
            "フォルダに ほかの ものが あります。それは そのままです。からの フォルダに して ください。",
            "The folder holds other files, which were left alone. Choose an empty one.",
        ],
    ),
    (
        "E-HARDENING",
        [
            "メモリの内容を守る設定ができないので、始めませんでした。何も開いていません。",
            "安全（あんぜん）に できないので、はじめません。なにも 開（ひら）いて いません。",
            "The memory of the program cannot be protected, so it did not start. Nothing was opened.",
        ],
    ),
    (
        "E-INTERNAL",
        [
            "プログラムの誤りで止まりました。保存済みの記録は安全です。この行をそのまま開発者に知らせてください。個人の情報は含まれていません。",
            "プログラムの まちがいで とまりました。いままでの 記録（きろく）は だいじょうぶです。この 行（ぎょう）を つくった 人（ひと）に 見（み）せて ください。",
            "A mistake in the program stopped it. What was saved before is safe. Tell the developers this line; it says nothing of any person.",
        ],
    ),
    (
        "E-KEY-FILE",
        [
            "鍵のファイルの中身が使えません。何も変わっていません。保管庫の控えがあれば、その device.age を戻してください。",
            "かぎの ファイルが こわれて います。なにも かわって いません。コピーが あれば つかって ください。",
            "The key file cannot be used. Nothing was changed. If there is a copy of the vault, bring back its device.age.",
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
        "E-MEMORY",
        [
            "メモリの中の索引が失敗しました。記録は安全です。他のプログラムを閉じて、もう一度行ってください。",
            "うまく いきません。記録（きろく）は だいじょうぶです。ほかの プログラムを とじて ください。",
            "The index in memory failed. The records are safe. Close other programs and try again.",
        ],
    ),
    (
        "E-NO-KEY",
        [
            "この端末は、いま書き込むための鍵を持っていません。何も変わっていません。管理者に頼んでください。",
            "この パソコンには 書（か）く かぎが ありません。なにも かわって いません。管理（かんり）の 人（ひと）に 聞（き）いて ください。",
            "This laptop holds no key to write with at present. Nothing was changed. Ask an administrator of the committee.",
        ],
    ),
    (
        "E-NOT-PERMITTED",
        [
            "この端末の役割では、それはできません。何も変わっていません。必要なら、管理者に役割の変更を頼んでください。",
            "この パソコンの 役割（やくわり）では できません。なにも かわって いません。管理（かんり）の 人（ひと）に 聞（き）いて ください。",
            "The role of this laptop does not permit it. Nothing was changed. If it is needed, ask an administrator to change the role.",
        ],
    ),
    (
        "E-OUTPUT",
        [
            "結果を出力できませんでした。処理そのものは終わっています。出力先を確かめてください。",
            "こたえを 出（だ）せませんでした。しごとは おわって います。",
            "The result could not be printed. The work itself is done. Check where the output goes.",
        ],
    ),
    (
        "E-PASSPHRASE",
        [
            "合言葉が違うか、鍵のファイルが壊れています。何も変わっていません。もう一度確かめてください。",
            "あいことばが ちがいます。または ファイルが こわれて います。なにも かわって いません。もう一度（いちど） して ください。",
            "Wrong passphrase, or a damaged key file. Nothing was changed. Check and try again.",
        ],
    ),
    (
        "E-PASSPHRASE-DIFFERS",
        [
            "二度の入力が違います。何も変わっていません。もう一度行ってください。",
            "二回（にかい）が おなじでは ありません。なにも かわって いません。もう一度（いちど） して ください。",
            "The two entries differ. Nothing was changed. Please try again.",
        ],
    ),
    (
        "E-PASSPHRASE-LONG",
        [
            "合言葉が長すぎます。何も変わっていません。短くしてください。",
            "あいことばが ながすぎます。なにも かわって いません。みじかく して ください。",
            "The passphrase is too long. Nothing was changed. Choose a shorter one.",
        ],
    ),
    (
        "E-PASSPHRASE-MISSING",
        [
            "合言葉がありません。何も開いていません。--passphrase-file で渡すか、端末で入力してください。",
            "あいことばが ありません。なにも 開（ひら）いて いません。あいことばを 書（か）いて ください。",
            "No passphrase, so nothing was opened. Give one with --passphrase-file or type it at a terminal.",
        ],
    ),
    (
        "E-PASSPHRASE-WEAK",
        [
            "この合言葉は推測されやすいので使えません。何も変わっていません。関係のない単語を6つ以上並べてください。",
            "この あいことばは よわいです。なにも かわって いません。かんけいの ない ことばを 6つ ならべて ください。",
            "This passphrase is too easy to guess. Nothing was changed. Use six unrelated words or more.",
        ],
    ),
    (
        "E-READ-ONLY",
        [
            "このフォルダには書けません。何も変わっていません。フォルダの権限か、書き込み禁止の媒体でないかを確かめてください。",
            "この フォルダには 書（か）けません。なにも かわって いません。フォルダの 設定（せってい）を 見（み）て ください。",
            "The folder cannot be written. Nothing was changed. Check its permissions, and whether the disk is write-protected.",
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
            "復元シートの置き場所がありません。何も作っていません。--recovery-dir で指定してください。",
            "復元（ふくげん）シートの フォルダが ありません。なにも つくって いません。--recovery-dir で きめて ください。",
            "There is no place for the recovery sheets, so nothing was made. Say with --recovery-dir where they go.",
        ],
    ),
    (
        "E-RECOVERY-SHEETS",
        [
            "復元シートを書けなかったので、保管庫は作られていません。置き場所を確かめて、もう一度試してください。",
            "復元（ふくげん）シートが 書（か）けません。なにも つくって いません。もう一度（いちど） して ください。",
            "The recovery sheets could not be written, so no vault was made. Check the place for them and try again.",
        ],
    ),
    (
        "E-SEAL",
        [
            "暗号化に失敗しました。これまでの記録は安全で、今回の変更は保存されていません。もう一度行ってください。",
            "うまく いきません。いままでの 記録（きろく）は だいじょうぶです。もう一度（いちど） して ください。",
            "Sealing failed. What was saved before is safe; this change was not saved. Please try again.",
        ],
    ),
    (
        "E-TEST-VARIABLE",
        [
            "試験用の変数 KYOSEI_TEST_NOW か KYOSEI_TEST_SEED が設定されています。何も開いていません。変数を消してください。",
            "しけんの ための 設定（せってい）が あります。はじめません。KYOSEI_TEST_NOW と KYOSEI_TEST_SEED を けして ください。",
            "KYOSEI_TEST_NOW or KYOSEI_TEST_SEED is set and not usable here. Nothing was opened. Unset them.",
        ],
    ),
    (
        "E-TOO-LARGE",
        [
            "一つの記録が大きすぎます。今回の変更は保存されていません。文を短くしてください。",
            "記録（きろく）が 大（おお）きすぎます。入（い）れて いません。みじかく して ください。",
            "One record is too large. This change was not saved. Make its texts shorter.",
        ],
    ),
    (
        "E-VAULT-BEHIND",
        [
            "届いた記録は保存しましたが、画面に反映できませんでした。記録は安全です。kyosei を閉じて、もう一度開いてください。",
            "あたらしい 記録（きろく）は ほぞんしました。だいじょうぶです。kyosei を とじて、もう一度（いちど） 開（ひら）いて ください。",
            "What arrived was saved, but could not be shown. Nothing is lost. Close kyosei and open it again.",
        ],
    ),
    (
        "E-VAULT-DAMAGED",
        [
            "保管庫が壊れています。何も変えていません。フォルダを丸ごと写してから、kyosei doctor --rebuild を試すか、控えから戻してください。",
            "こわれて います。なにも かえて いません。フォルダを コピーしてから kyosei doctor --rebuild を して ください。",
            "The vault is damaged. Nothing was changed. Copy its whole folder first, then try kyosei doctor --rebuild or restore a backup.",
        ],
    ),
    (
        "E-VAULT-EXISTS",
        [
            "ここにはもう保管庫があります。何も変わっていません。別のフォルダを --vault で指定してください。",
            "もう あります。なにも かわって いません。ほかの フォルダを --vault で 言（い）って ください。",
            "There is a vault here already. Nothing was changed. Give another folder with --vault.",
        ],
    ),
    (
        "E-VAULT-FOLDER",
        [
            "保管庫の場所が分かりません。何も開いていません。--vault で指定してください。",
            "どこに あるか わかりません。--vault で 言（い）って ください。",
            "It is not clear where the vault is, so nothing was opened. Say so with --vault.",
        ],
    ),
    (
        "E-VAULT-IN-USE",
        [
            "この保管庫は他のプログラムが開いています。何も変わっていません。閉じてからもう一度行ってください。",
            "ほかの プログラムが つかって います。なにも かわって いません。とじてから もう一度（いちど） して ください。",
            "Another program has this vault open. Nothing was changed. Close it and try again.",
        ],
    ),
    (
        "E-VAULT-MISSING",
        [
            "ここに保管庫はありません。kyosei init で作るか、--vault で場所を指定してください。",
            "ここには ありません。kyosei init で つくれます。",
            "There is no vault here. Make one with kyosei init, or say with --vault where it is.",
        ],
    ),
    (
        "E-VAULT-NEWER",
        [
            "新しい版で作られた保管庫です。何も変わっていません。プログラムを更新してください。",
            "あたらしい プログラムで つくった ものです。なにも かわって いません。プログラムを あたらしく して ください。",
            "This vault was written by a newer version. Nothing was changed. Please update the program.",
        ],
    ),
];
