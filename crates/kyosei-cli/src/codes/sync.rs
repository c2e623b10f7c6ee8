//! Codes about members, invitations, spaces and the exchange with other laptops.

use super::Words;

pub const WORDS: &[Words] = &[
    (
        "E-ADDRESS",
        [
            "これは端末の宛先でも招待でもありません。何も変わっていません。相手の kyosei sync が表示する文字を全部写してください。",
            "これは あて先（さき）では ありません。なにも かわって いません。ぜんぶ うつして ください。",
            "This is neither the address of a device nor an invitation. Nothing was changed. Copy all of what kyosei sync prints on the other laptop.",
        ],
    ),
    (
        "E-BUNDLE",
        [
            "これは同期ファイル（.kyosei）ではありません。何も取り込んでいません。ファイルを確かめてください。",
            "これは 同期（どうき）ファイルでは ありません。なにも 入（い）れて いません。",
            "This is no bundle (.kyosei file). Nothing was taken in. Check the file.",
        ],
    ),
    (
        "E-BUNDLE-CUT",
        [
            "同期ファイルの終わりが足りません。途中までしか写されていません。何も取り込んでいません。もう一度写してください。",
            "ファイルの おわりが ありません。なにも 入（い）れて いません。もう一度（いちど） コピーして ください。",
            "The end of the bundle is missing: it was copied only in part. Nothing was taken in. Copy it again.",
        ],
    ),
    (
        "E-BUNDLE-DAMAGED",
        [
            "同期ファイルが壊れているか、変えられています。何も取り込んでいません。作った端末で、もう一度書き出してください。",
            "ファイルが こわれて います。なにも 入（い）れて いません。もう一度（いちど） つくって もらって ください。",
            "The bundle is damaged or was changed. Nothing was taken in. Have it written again on the laptop that made it.",
        ],
    ),
    (
        "E-BUNDLE-FOREIGN",
        [
            "この同期ファイルは、ほかの団体か、ほかの端末にあてたものです。この端末では開けません。何も取り込んでいません。",
            "この ファイルは ほかの パソコンの ものです。なにも 入（い）れて いません。",
            "This bundle is for another committee or for other laptops; this one cannot open it. Nothing was taken in.",
        ],
    ),
    (
        "E-CONFLICT-CHANGED",
        [
            "その間に、ほかの人が同じ項目を変えました。何も変えていません。もう一度見てから選んでください。",
            "ほかの 人（ひと）が かえました。なにも かわって いません。もう一度（いちど） 見（み）て ください。",
            "Someone changed the field meanwhile. Nothing was changed. Look at it again and then choose.",
        ],
    ),
    (
        "E-CONFLICT-GONE",
        [
            "その食い違いは、もうありません。ほかの人が決めたか、記録がなくなっています。何も変わっていません。",
            "その くいちがいは もう ありません。なにも かわって いません。",
            "There is no such conflict any more: someone settled it, or the record is gone. Nothing was changed.",
        ],
    ),
    (
        "E-CONFLICT-OTHER",
        [
            "その選び方は、この項目には使えません。何も変わっていません。示された値の一つを選んでください。",
            "それは えらべません。なにも かわって いません。見（み）えて いる ものから えらんで ください。",
            "This field cannot be settled that way. Nothing was changed. Choose one of the values that are shown.",
        ],
    ),
    (
        "E-CONFLICT-VALUE",
        [
            "その値は、この項目に入れられません。何も変わっていません。示された値から選ぶか、正しい値を入れてください。",
            "その ことばは 入（い）れられません。なにも かわって いません。",
            "That value does not fit this field. Nothing was changed. Choose a shown value or enter a valid one.",
        ],
    ),
    (
        "E-DEVICE-MISSING",
        [
            "その端末は、この区画（スペース）にありません。何も変わっていません。kyosei members list で確かめてください。",
            "その パソコンは ありません。なにも かわって いません。kyosei members list を 見（み）て ください。",
            "There is no such laptop in this space. Nothing was changed. See kyosei members list.",
        ],
    ),
    (
        "E-FILE",
        [
            "ファイルを読むか書くことができませんでした。保管庫の記録は安全です。場所と空き容量を確かめてください。",
            "ファイルが つかえません。記録（きろく）は だいじょうぶです。ファイルの 場所（ばしょ）を 見（み）て ください。",
            "The file could not be read or written. The vault is safe. Check where it lies and whether there is room.",
        ],
    ),
    (
        "E-FILE-NEWER",
        [
            "このファイルや招待は、新しい版の kyosei で作られています。何も変わっていません。kyosei を新しくしてください。",
            "これは あたらしい kyosei の ものです。なにも かわって いません。kyosei を あたらしく して ください。",
            "This file or invitation was made by a newer version of kyosei. Nothing was changed. Update kyosei.",
        ],
    ),
    (
        "E-INVITATION-EXPIRED",
        [
            "招待の期限（7日）が過ぎています。何も変わっていません。招待した人に、新しい招待を頼んでください。",
            "招待（しょうたい）の 期限（きげん）が すぎました。なにも かわって いません。あたらしい 招待（しょうたい）を たのんで ください。",
            "The invitation has expired (7 days). Nothing was changed. Ask the person who invited you for a new one.",
        ],
    ),
    (
        "E-INVITATION-MISSING",
        [
            "その招待は、この端末で作られたものではありません。何も変わっていません。招待を作った端末で行ってください。",
            "その 招待（しょうたい）は この パソコンの ものでは ありません。なにも かわって いません。",
            "This laptop made no such invitation. Nothing was changed. Use the laptop on which the invitation was made.",
        ],
    ),
    (
        "E-INVITATION-REVOKED",
        [
            "その招待は取り消されています。何も変わっていません。必要なら、新しい招待を作ってください。",
            "その 招待（しょうたい）は とりけされました。なにも かわって いません。",
            "The invitation was called back. Nothing was changed. Make a new one if it is still wanted.",
        ],
    ),
    (
        "E-INVITATION-USED",
        [
            "その招待には、すでに別の端末が答えています。だれも参加させていません。招待が他人の手に渡ったおそれがあります。取り消して、新しい招待を作ってください。",
            "その 招待（しょうたい）は もう つかわれました。だれも 入（はい）って いません。あたらしい 招待（しょうたい）を つくって ください。",
            "Another laptop has answered this invitation already. Nobody was let in. It may be in the wrong hands: call it back and make a new one.",
        ],
    ),
    (
        "E-JOIN-FILE",
        [
            "これは参加の申し込みや歓迎のファイルではないか、途中で切れています。何も変わっていません。もう一度受け取ってください。",
            "ちがう ファイルか、こわれた ファイルです。なにも かわって いません。もう一度（いちど） もらって ください。",
            "This is not a request or a welcome, or only a part of one. Nothing was changed. Have it sent again.",
        ],
    ),
    (
        "E-JOIN-NAMES",
        [
            "参加するには、招待と --person と --device が要ります。何も作っていません。",
            "招待（しょうたい）と --person と --device が いります。なにも つくって いません。",
            "To join, the invitation, --person and --device are needed. Nothing was made.",
        ],
    ),
    (
        "E-JOIN-PENDING",
        [
            "この端末は参加を申し込み、まだ許可されていません。招待した人が六つの言葉を確かめたら、kyosei members join で続けてください。",
            "まだ 入（はい）って いません。招待（しょうたい）した 人（ひと）を まって ください。それから kyosei members join を して ください。",
            "This laptop has asked to join and was not let in yet. Once the inviter has compared the six words, go on with kyosei members join.",
        ],
    ),
    (
        "E-LINK",
        [
            "相手の端末につながりませんでした。この端末の記録は安全で、次につながったときに送られます。相手の画面が開いているか、同じネットワークかを確かめてください。",
            "相手（あいて）の パソコンに つながりません。記録（きろく）は だいじょうぶです。あとで もう一度（いちど） して ください。",
            "The other laptop could not be reached. What is here is safe and will be sent next time. See whether kyosei is open there and both are on one network.",
        ],
    ),
    (
        "E-NAME",
        [
            "名前が空か、長すぎるか、使えない文字が入っています。何も変わっていません。名前を直してください。",
            "名前（なまえ）が ただしく ありません。なにも かわって いません。なおして ください。",
            "A name is empty, too long, or has characters that cannot be used. Nothing was changed. Correct the name.",
        ],
    ),
    (
        "E-NETWORK",
        [
            "ネットワークを使えませんでした。この端末の記録は安全です。接続と設定を確かめてください。",
            "ネットワークが つかえません。記録（きろく）は だいじょうぶです。",
            "The network could not be used. What is here is safe. Check the connection and the settings.",
        ],
    ),
    (
        "E-NO-ANSWER",
        [
            "時間内に返事がありませんでした。招待や申し込みは有効なままです。相手と時間を合わせて、もう一度実行してください。",
            "返事（へんじ）が ありませんでした。もう一度（いちど） して ください。",
            "No answer came in time. The invitation or request stays valid. Agree on a time with the other person and run the command again.",
        ],
    ),
    (
        "E-NOT-A-MAILBOX",
        [
            "この保管庫は中身を読めるので、中継箱にはできません。何も変わっていません。relay の役割で招待した保管庫を使ってください。",
            "この パソコンは なかみを 読（よ）めます。なにも かわって いません。relay で 招待（しょうたい）した ものを つかって ください。",
            "This vault can read, so it must not serve as a mailbox. Nothing was changed. Use a vault that was invited with the role relay.",
        ],
    ),
    (
        "E-NOT-JOINING",
        [
            "この保管庫は参加の許可を待っていません。何も変わっていません。新しく参加するには、招待を使ってください。",
            "この パソコンは 招待（しょうたい）を まって いません。なにも かわって いません。",
            "This vault waits for no welcome. Nothing was changed. To join, use an invitation.",
        ],
    ),
    (
        "E-PEER",
        [
            "相手のプログラムが取り決めどおりに話しません。接続を切りました。この端末の記録は安全です。両方を新しい版にしてください。",
            "相手（あいて）の プログラムが おかしいです。つながりを きりました。記録（きろく）は だいじょうぶです。",
            "The other program does not keep to the protocol. The connection was closed. What is here is safe. Update both.",
        ],
    ),
    (
        "E-RELAY",
        [
            "中継の宛先は https の URL でなければなりません。何も変わっていません。",
            "中継（ちゅうけい）は https の URL で 書（か）いて ください。なにも かわって いません。",
            "A relay is given by an https URL. Nothing was changed.",
        ],
    ),
    (
        "E-REQUEST",
        [
            "参加の申し込みが正しくありません。だれも参加させていません。相手に、招待からやり直すように頼んでください。",
            "申（もう）しこみが ただしく ありません。だれも 入（はい）って いません。もう一度（いちど） たのんで ください。",
            "The request to join is not valid. Nobody was let in. Ask the other person to start again from the invitation.",
        ],
    ),
    (
        "E-REQUEST-MISSING",
        [
            "その招待に答えた人は、まだいないか、まだ許可されていません。何も変わっていません。相手の申し込みを待ってください。",
            "まだ だれも こたえて いません。なにも かわって いません。まって ください。",
            "Nobody has answered this invitation yet, or they were not let in yet. Nothing was changed. Wait for their request.",
        ],
    ),
    (
        "E-REQUEST-SEVERAL",
        [
            "参加の申し込みが二つ以上待っています。だれも参加させていません。不要な招待を kyosei members invite --revoke で取り消してから、もう一度実行してください。",
            "申（もう）しこみが ふたつ あります。だれも 入（はい）って いません。いらない 招待（しょうたい）を とりけして ください。",
            "Several requests to join wait. Nobody was let in. Call the unwanted invitations back with kyosei members invite --revoke, then try again.",
        ],
    ),
    (
        "E-SPACE-EXISTS",
        [
            "その目的の区画（スペース）は、もうあります。何も変わっていません。",
            "その スペースは もう あります。なにも かわって いません。",
            "There is a space for this purpose already. Nothing was changed.",
        ],
    ),
    (
        "E-SPACE-MISSING",
        [
            "この端末は、その区画（スペース）に入っていません。何も変わっていません。管理者に招待を頼んでください。",
            "この パソコンは その スペースに 入（はい）って いません。なにも かわって いません。管理（かんり）の 人（ひと）に 聞（き）いて ください。",
            "This laptop is not in that space. Nothing was changed. Ask an administrator for an invitation.",
        ],
    ),
    (
        "E-TICKET",
        [
            "これは使える招待ではありません。何も変わっていません。招待の文字をもう一度受け取ってください。",
            "これは 招待（しょうたい）では ありません。なにも かわって いません。もう一度（いちど） もらって ください。",
            "This is no invitation that can be used. Nothing was changed. Have the invitation sent again.",
        ],
    ),
    (
        "E-TICKET-CUT",
        [
            "招待の終わりが足りません。一部だけが写されています。何も変わっていません。全部を写してください。",
            "招待（しょうたい）の 文字（もじ）が たりません。なにも かわって いません。ぜんぶ うつして ください。",
            "The end of the invitation is missing: only a part was copied. Nothing was changed. Copy all of it.",
        ],
    ),
    (
        "E-TICKET-MISTYPED",
        [
            "招待の文字に、間違いがあります。何も変わっていません。写し直すか、QRコードを読み取ってください。",
            "招待（しょうたい）の 文字（もじ）が ちがいます。なにも かわって いません。もう一度（いちど） うつして ください。",
            "A character of the invitation is wrong. Nothing was changed. Copy it again, or scan the QR code.",
        ],
    ),
    (
        "E-WELCOME",
        [
            "この歓迎は、この端末のものではないか、変えられています。何も変わっていません。招待した人に確かめてください。",
            "この ファイルは この パソコンの ものでは ありません。なにも かわって いません。招待（しょうたい）した 人（ひと）に 聞（き）いて ください。",
            "This welcome is not for this laptop, or it was changed. Nothing was changed here. Check with the person who invited you.",
        ],
    ),
    (
        "E-WORDS-DIFFER",
        [
            "六つの言葉が違います。だれも参加させていません。電話などで本人に聞き直し、それでも違えば招待を取り消してください。",
            "六（むっ）つの ことばが ちがいます。だれも 入（はい）って いません。電話（でんわ）で もう一度（いちど） 聞（き）いて ください。",
            "The six words differ. Nobody was let in. Ask the person again, by telephone or in person; if they still differ, call the invitation back.",
        ],
    ),
    (
        "E-WORDS-MISSING",
        [
            "六つの言葉がありません。だれも参加させていません。--words-file で渡すか、端末（ターミナル）で入力してください。",
            "六（むっ）つの ことばが ありません。だれも 入（はい）って いません。--words-file を つかって ください。",
            "The six words are missing. Nobody was let in. Give them with --words-file, or type them at a terminal.",
        ],
    ),
];
