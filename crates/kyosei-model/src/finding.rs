//! What a check can find: a [`Rejection`] stops a value, a [`Warning`] does not.
//!
//! Each has a stable code for files, logs and the command line, and words in both languages. None of them ever
//! holds the value itself. Codes are never reused for another meaning.

use crate::code::coded;

coded! {
    /// Why a value is not stored.
    Rejection {
        /// Nothing is left after trimming.
        Empty = "E-EMPTY", "空欄です", "empty";
        /// A control character other than line break and tab.
        Control = "E-CONTROL", "制御文字が含まれています", "contains a control character";
        /// A character that turns the direction of writing and can disguise text.
        Bidi = "E-BIDI", "文字の向きを変える制御文字が含まれています", "contains a bidirectional control";
        /// Longer than the field allows.
        TooLong = "E-TOO-LONG", "長すぎます", "too long";
        /// Looks like an Individual Number, which the register must not hold.
        MyNumber = "E-MYNUMBER", "マイナンバーと思われる番号です。保存できません", "looks like an Individual Number (My Number); it must not be stored";
        /// Looks like a payment card number.
        CardNumber = "E-CARD", "カード番号と思われる番号です。保存できません", "looks like a payment card number; it must not be stored";
        /// Two addresses in one cell.
        EmailTwo = "E-EMAIL-TWO", "メールアドレスが二つあります。どちらか選んでください", "two e-mail addresses; choose one";
        /// A line break in an address, as in header injection.
        EmailLineBreak = "E-EMAIL-LINE-BREAK", "メールアドレスに改行があります", "line break in the e-mail address";
        /// No `@`, or more than one.
        EmailAt = "E-EMAIL-AT", "メールアドレスの @ が一つではありません", "the e-mail address must have one @";
        /// The part before the `@` cannot be right.
        EmailLocal = "E-EMAIL-LOCAL", "メールアドレスの @ の前が正しくありません", "the part before the @ is not valid";
        /// The part after the `@` cannot be right.
        EmailDomain = "E-EMAIL-DOMAIN", "メールアドレスの @ の後が正しくありません", "the part after the @ is not valid";
        /// A `mailto:` link instead of an address.
        EmailScheme = "E-EMAIL-SCHEME", "「mailto:」が付いています", "a mailto: link, not an address";
        /// A spreadsheet turned the telephone number into a power of ten.
        TelScientific = "E-TEL-SCIENTIFIC", "Excel が数値に変えました", "a spreadsheet turned it into a number";
    }
}

coded! {
    /// What a person should look at; it never blocks saving.
    Warning {
        /// The replacement character: the text was damaged before it came here.
        ReplacementCharacter = "W-REPLACEMENT", "文字化けがあります", "damaged characters";
        /// A character of a private font.
        Gaiji = "W-GAIJI", "外字があります。読みか用紙の写真を確かめてください", "private-use character; ask for the reading or the paper";
        /// A stand-in such as 〓 for a character that could not be written.
        Placeholder = "W-PLACEHOLDER", "書けない文字の代わりの記号があるようです", "a stand-in for a character that could not be written";
        /// Invisible characters.
        ZeroWidth = "W-ZERO-WIDTH", "見えない文字が含まれています", "invisible characters";
        /// A line break or tab in a field of one line.
        LineBreak = "W-LINE-BREAK", "改行またはタブが含まれています", "line break or tab";
        /// A reading with other characters than kana, space and Latin letters.
        ReadingScript = "W-KANA-SCRIPT", "ふりがなにかな以外の文字があります", "the reading is not in kana";
        /// Full-width letters of an address were made half-width.
        EmailRepaired = "W-EMAIL-REPAIRED", "メールアドレスの全角文字などを直しました", "the e-mail address was repaired";
        /// The address stood in angle brackets after a name.
        EmailAngle = "W-EMAIL-ANGLE", "名前付きのメールアドレスから取り出しました", "taken from an address with a display name";
        /// The domain looks like a frequent typing error.
        EmailTypo = "W-EMAIL-TYPO", "メールアドレスの打ち間違いかもしれません", "the e-mail address may be mistyped";
        /// An old carrier address with two dots in a row or a dot before the `@`.
        EmailDots = "W-EMAIL-DOTS", "点が続くメールアドレスです", "dots in a row in the e-mail address";
        /// A domain outside ASCII.
        EmailIdn = "W-EMAIL-IDN", "日本語などのドメイン名です", "internationalised domain name";
        /// Not the form of a telephone number.
        TelForm = "W-TEL-FORM", "電話番号の桁数を確かめてください", "unusual telephone number";
        /// The leading zero seems to be lost.
        TelZero = "W-TEL-ZERO", "先頭の0が消えているようです", "the leading zero seems to be lost";
        /// Not seven digits.
        PostcodeForm = "W-POSTCODE-FORM", "郵便番号が7桁ではありません", "the postcode has not seven digits";
        /// The check digit of the corporate number is wrong.
        CorporateNumber = "W-CORPORATE-NO", "法人番号の検査数字が合いません", "wrong check digit of the corporate number";
        /// Not an https address.
        UrlForm = "W-URL", "https:// で始まるアドレスではありません", "not an https address";
        /// Perhaps sensitive personal information.
        SensitiveMatter = "W-SENSITIVE", "要配慮情報かもしれません", "perhaps sensitive personal information";
    }
}

impl Warning {
    /// Whether a row with this warning waits for a person's decision instead of being imported at once.
    pub const fn needs_review(self) -> bool {
        match self {
            Self::ReplacementCharacter | Self::SensitiveMatter => true,
            Self::Gaiji
            | Self::Placeholder
            | Self::ZeroWidth
            | Self::LineBreak
            | Self::ReadingScript
            | Self::EmailRepaired
            | Self::EmailAngle
            | Self::EmailTypo
            | Self::EmailDots
            | Self::EmailIdn
            | Self::TelForm
            | Self::TelZero
            | Self::PostcodeForm
            | Self::CorporateNumber
            | Self::UrlForm => false,
        }
    }
}
