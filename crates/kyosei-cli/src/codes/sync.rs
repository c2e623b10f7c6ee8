//! Codes about members, invitations, spaces and the exchange with other laptops.

use super::Words;

pub const WORDS: &[Words] = &[
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
        "E-NETWORK",
        [
            "ネットワークを使えませんでした。この端末の記録は安全です。接続と設定を確かめてください。",
            "ネットワークが つかえません。記録（きろく）は だいじょうぶです。",
            "The network could not be used. What is here is safe. Check the connection and the settings.",
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
];
