//! The rows of bad input that concern single values. "12" in a name is the row's number.

use proptest::prelude::*;

use super::*;

fn check(field: Field, raw: &str, expect: Result<(&str, &[Warning]), Rejection>) {
    let found = validate(field, raw).map(|accepted| (accepted.value.into_exposed(), accepted.warnings));
    let expect = expect.map(|(value, warnings)| (String::from(value), warnings.to_vec()));
    assert_eq!(found, expect, "{} {raw:?}", field.code());
}

fn proposal(field: Field, raw: &str) -> Option<String> {
    validate(field, raw).unwrap().proposal.map(Sensitive::into_exposed)
}

#[test]
fn bad_input_01_a_formula_is_kept_as_text() {
    for text in ["=HYPERLINK(\"http://example.com\",\"見て\")", "+1-1", "@SUM(A1)", "＝１＋１"] {
        check(Field::Message, text, Ok((text, &[])));
    }
}

#[test]
fn bad_input_17_email_addresses_are_repaired_kept_or_refused_with_a_reason() {
    let email = |raw, expect| check(Field::Email, raw, expect);
    email("user@example.org", Ok(("user@example.org", &[])));
    email(" User.Name+tag@Example.ORG ", Ok(("User.Name+tag@Example.ORG", &[])));
    email("ｕｓｅｒ０１＠ｅｘａｍｐｌｅ．ｃｏｍ", Ok(("user01@example.com", &[Warning::EmailRepaired])));
    email("a..b@docomo.ne.jp", Ok(("a..b@docomo.ne.jp", &[Warning::EmailDots])));
    email("ab.@ezweb.ne.jp", Ok(("ab.@ezweb.ne.jp", &[Warning::EmailDots])));
    email("a@例え.jp", Ok(("a@例え.jp", &[Warning::EmailIdn])));
    email("", Err(Rejection::Empty));
    email("not-an-address", Err(Rejection::EmailAt));
    email("a@b", Err(Rejection::EmailDomain));
    email("a@@example.org", Err(Rejection::EmailAt));
    email("a b@example.org", Err(Rejection::EmailLocal));
    email("a@exam ple.org", Err(Rejection::EmailDomain));
    email("a@example.org。", Err(Rejection::EmailDomain));
    email("a@example..org", Err(Rejection::EmailDomain));
    email("a@192.0.2.1", Err(Rejection::EmailDomain));
    email("やまだ@example.org", Err(Rejection::EmailLocal));
    email("mailto:a@example.org", Err(Rejection::EmailScheme));
    email("a@example.org、b@example.org", Err(Rejection::EmailTwo));
    email("a@example.org b@example.org", Err(Rejection::EmailTwo));
    email("a@example.org\nBcc: b@example.org", Err(Rejection::EmailLineBreak));
    email("a@example.org\r\nBcc: b@example.org", Err(Rejection::EmailLineBreak));
}

#[test]
fn bad_input_17_a_mistyped_domain_is_kept_and_the_likely_one_proposed() {
    check(Field::Email, "a@gmial.com", Ok(("a@gmial.com", &[Warning::EmailTypo])));
    assert_eq!(proposal(Field::Email, "a@gmial.com").as_deref(), Some("a@gmail.com"));
    assert_eq!(proposal(Field::Email, "a@example.com"), None);
}

#[test]
fn bad_input_18_display_names_bidi_marks_and_invisible_letters() {
    check(Field::Email, "\"x\" <a@example.org>", Ok(("a@example.org", &[Warning::EmailAngle])));
    check(Field::Email, "b@example.com <a@example.org>", Err(Rejection::EmailTwo));
    check(Field::Name, "山田\u{202E}花子", Err(Rejection::Bidi));
    check(Field::Email, "a\u{2066}@example.org", Err(Rejection::Bidi));
    check(Field::Name, "山田\u{200B}花子", Ok(("山田\u{200B}花子", &[Warning::ZeroWidth])));
    check(
        Field::Email,
        "a\u{200B}@example.org",
        Ok(("a@example.org", &[Warning::EmailRepaired, Warning::ZeroWidth])),
    );
}

#[test]
fn bad_input_19_emoji_count_as_one_grapheme_each() {
    let family = "👨‍👩‍👧";
    check(Field::DisplayName, &family.repeat(40), Ok((&family.repeat(40), &[])));
    check(Field::DisplayName, &family.repeat(41), Err(Rejection::TooLong));
    check(Field::Name, "🇯🇵😀", Ok(("🇯🇵😀", &[])));
}

#[test]
fn bad_input_20_rare_letters_are_stored_byte_for_byte() {
    for name in ["𠮷野", "髙﨑", "葛\u{E0100}城", "\u{FA19}田", "は\u{3099}", "Å", "塚"] {
        check(Field::Name, name, Ok((name, &[])));
    }
}

#[test]
fn bad_input_21_private_letters_and_stand_ins_are_flagged_and_kept() {
    check(Field::Name, "\u{E000}田", Ok(("\u{E000}田", &[Warning::Gaiji])));
    for name in ["〓田", "□田", "?田", "●田"] {
        check(Field::Name, name, Ok((name, &[Warning::Placeholder])));
    }
    check(Field::Message, "駐車場はありますか?", Ok(("駐車場はありますか?", &[])));
}

#[test]
fn bad_input_22_damaged_letters_wait_for_review() {
    check(Field::Name, "山\u{FFFD}", Ok(("山\u{FFFD}", &[Warning::ReplacementCharacter])));
    assert!(Warning::ReplacementCharacter.needs_review());
}

#[test]
fn bad_input_23_half_width_kana_is_kept() {
    check(Field::Kana, "ﾔﾏﾀﾞ ﾊﾅｺ", Ok(("ﾔﾏﾀﾞ ﾊﾅｺ", &[])));
    check(Field::Kana, "山田", Ok(("山田", &[Warning::ReadingScript])));
}

#[test]
fn bad_input_24_telephone_numbers() {
    let tel = |raw, expect| check(Field::Tel, raw, expect);
    tel("0467-55-5422", Ok(("0467-55-5422", &[])));
    tel("０４６７ー５５ー５４２２", Ok(("０４６７ー５５ー５４２２", &[])));
    tel("４６７ー５５ー５４２２", Ok(("４６７ー５５ー５４２２", &[Warning::TelZero])));
    assert_eq!(proposal(Field::Tel, "４６７ー５５ー５４２２").as_deref(), Some("0467-55-5422"));
    assert_eq!(proposal(Field::Tel, "9012345678").as_deref(), Some("09012345678"));
    tel("8.05E+10", Err(Rejection::TelScientific));
    tel("8E10", Err(Rejection::TelScientific));
    tel("+81 90-1234-5678", Ok(("+81 90-1234-5678", &[])));
    tel("+1-1", Ok(("+1-1", &[Warning::TelForm])));
    tel("110", Ok(("110", &[Warning::TelForm])));
    tel("0467-55-5422（夜間）", Ok(("0467-55-5422（夜間）", &[Warning::TelForm])));
}

#[test]
fn bad_input_25_postcodes() {
    check(Field::Postcode, "2480001", Ok(("248-0001", &[])));
    check(Field::Postcode, "〒248ー0001", Ok(("248-0001", &[])));
    check(Field::Postcode, "２４８－０００１", Ok(("248-0001", &[])));
    check(Field::Postcode, "248-1", Ok(("248-1", &[Warning::PostcodeForm])));
    check(Field::Postcode, "999-9999", Ok(("999-9999", &[])));
}

#[test]
fn bad_input_31_individual_numbers_and_cards_are_refused_in_every_field() {
    // Invented digits whose check digits are right.
    for field in [Field::Message, Field::Name, Field::Tel, Field::Street, Field::Notes] {
        for text in ["123456789018", "1234-5678-9018", "１２３４　５６７８　９０１８"] {
            check(field, text, Err(Rejection::MyNumber));
        }
        for text in ["4111111111111111", "4111-1111-1111-1111", "3782 822463 10005"] {
            check(field, text, Err(Rejection::CardNumber));
        }
    }
    check(Field::Message, "番号は123456789018です", Err(Rejection::MyNumber));
}

#[test]
fn bad_input_31_other_long_numbers_pass() {
    check(Field::Message, "123456789019", Ok(("123456789019", &[])));
    check(Field::Message, "4111111111111112", Ok(("4111111111111112", &[])));
    // Twelve digits that would be an Individual Number without the plus sign.
    let with_code = (0..100).map(|n| format!("8190123456{n:02}")).find(|digits| my_number_is_valid(digits));
    let tel = format!("+{}", with_code.unwrap());
    check(Field::Tel, &tel, Ok((&tel, &[])));
}

#[test]
fn bad_input_31_hints_of_sensitive_matters_are_flagged() {
    for text in ["昨年、がん治療を受けました", "知人が難民申請中です", "ｈｉｖについて", "ＰＴＳＤ"]
    {
        check(Field::Message, text, Ok((text, &[Warning::SensitiveMatter])));
    }
    for text in
        ["難民映画会に参加したいです。\n駐車場はありますか？", "がんばってください", "応援しています。"]
    {
        check(Field::Message, text, Ok((text, &[])));
    }
}

#[test]
fn bad_input_32_markup_and_templates_are_plain_text() {
    for text in ["<script>alert(1)</script>", "{{name}}", "**太字** https://example.org/"] {
        check(Field::Message, text, Ok((text, &[])));
        check(Field::Name, text, Ok((text, &[])));
    }
}

#[test]
fn control_characters_are_refused_and_line_ends_of_messages_made_equal() {
    check(Field::Name, "山田\u{0}", Err(Rejection::Control));
    check(Field::Name, "山\u{1B}[31m田", Err(Rejection::Control));
    check(Field::Name, "山田\r花子", Err(Rejection::Control));
    check(Field::Name, "山田\n花子", Ok(("山田\n花子", &[Warning::LineBreak])));
    check(Field::Message, "一\r\n二\r三\n四\t五", Ok(("一\n二\n三\n四\t五", &[])));
}

#[test]
fn corporate_numbers_have_their_check_digit_tested() {
    check(
        Field::CorporateNo,
        "８７００１１００００５９０１",
        Ok(("８７００１１００００５９０１", &[Warning::CorporateNumber])),
    );
    let valid = (1..=9).map(|n| format!("{n}700110005901")).find(|digits| corporate_number_is_valid(digits));
    let valid = valid.unwrap();
    // The worked example of the National Tax Agency: 700110005901 has the check digit 8.
    assert_eq!(valid, "8700110005901");
    check(Field::CorporateNo, "８７００１１０００５９０１", Ok(("8700110005901", &[])));
}

#[test]
fn urls_other_than_https_are_flagged() {
    check(Field::Url, "https://example.org/", Ok(("https://example.org/", &[])));
    check(Field::Url, "http://example.org/", Ok(("http://example.org/", &[Warning::UrlForm])));
    check(Field::Url, "javascript:alert(1)", Ok(("javascript:alert(1)", &[Warning::UrlForm])));
}

#[test]
fn a_rejection_never_shows_the_value() {
    let refused = validate(Field::Message, "番号は123456789018です").unwrap_err();
    assert!(!format!("{refused:?} {} {}", refused.label_ja(), refused.label_en()).contains("1234"));
    let accepted = validate(Field::Name, "山田花子").unwrap();
    assert!(!format!("{accepted:?}").contains("山田"));
}

proptest! {
    #[test]
    fn any_text_is_judged_without_panic_and_an_accepted_value_is_accepted_again(
        text in any::<String>(),
        index in 0..Field::ALL.len(),
    ) {
        let field = Field::ALL[index];
        if let Ok(first) = validate(field, &text) {
            let again = validate(field, first.value.expose());
            prop_assert_eq!(again.map(|second| second.value), Ok(first.value));
        }
    }
}
