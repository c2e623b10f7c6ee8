//! What counts as the same, what is found, and in which order.

use proptest::prelude::*;

use super::*;

fn same(a: &str, b: &str) {
    assert_eq!(name_key(a), name_key(b), "{a} and {b}");
}

/// Whether an index of the text would find the query, as the in-memory index does it.
fn finds(text: &str, query: &str) -> bool {
    let tokens = index_tokens(text);
    search_words(query).iter().all(|word| match word {
        SearchWord::Beginning(letter) => tokens.iter().any(|token| token.starts_with(letter.as_str())),
        SearchWord::Phrase(phrase) => tokens.windows(phrase.len()).any(|window| window == phrase.as_slice()),
    })
}

#[test]
fn bad_input_20_rare_letters_are_found_by_the_common_ones() {
    for (stored, query) in [
        ("𠮷野", "吉野"),
        ("髙﨑", "高崎"),
        ("葛\u{E0100}城", "葛城"),
        ("\u{FA19}田", "神田"),
        ("は\u{3099}", "ば"),
        ("山﨑", "山崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡邉"),
        ("濵口", "浜口"),
        ("齋藤", "斉藤"),
        ("齊藤", "斎藤"),
        ("栁田", "柳田"),
        ("德永", "徳永"),
        ("曾根", "曽根"),
    ] {
        assert!(finds(stored, query), "{stored} by {query}");
        assert!(finds(query, stored), "{query} by {stored}");
    }
    assert!(!finds("髙橋", "高木"));
}

#[test]
fn bad_input_23_half_width_and_full_width_forms_have_one_key() {
    same("ﾔﾏﾀﾞ ﾊﾅｺ", "やまだ　はなこ");
    same("ヤマダ・ハナコ", "やまだ はなこ");
    same("ＡＢＣ１２３", "abc123");
    same("Å", "Å");
    same("か゛っこう", "がっこう");
    same("ﾊﾟｰﾃｨｰ", "ぱーてぃー");
}

#[test]
fn letters_that_join_once_a_bracket_is_gone_have_one_key() {
    // Parenthesised hangul and a half-width vowel: without the brackets the two letters are one syllable.
    let key = name_key("\u{3200}\u{FFC2}");
    assert_eq!(key, "가");
    assert_eq!(name_key(&key), key);
}

#[test]
fn bad_input_30_legal_forms_have_one_key() {
    same("株式会社 鎌倉山工務店", "㈱鎌倉山工務店");
    same("（株）鎌倉山工務店", "㈱鎌倉山工務店");
    same("(株) 鎌倉山工務店", "株式会社鎌倉山工務店");
    same("特定非営利活動法人 みどり", "NPO法人みどり");
    assert_ne!(name_key("鎌倉山工務店"), name_key("株式会社鎌倉山工務店"));
}

#[test]
fn bad_input_15_email_keys_ignore_case_and_width_but_not_tags() {
    assert_eq!(email_key("USER01@Example.JP "), "user01@example.jp");
    assert_eq!(email_key("ｕｓｅｒ０１＠ｅｘａｍｐｌｅ．ｊｐ"), "user01@example.jp");
    assert_eq!(email_key("user\u{200B}01@example.jp"), "user01@example.jp");
    assert_ne!(email_key("user01+film@example.jp"), email_key("user01@example.jp"));
}

#[test]
fn bad_input_17_a_domain_outside_ascii_is_shown_as_it_travels() {
    assert_eq!(address_in_ascii("a@例え.jp").as_deref(), Some("a@xn--r8jz45g.jp"));
    // A Cyrillic letter in the place of an e.
    assert_eq!(address_in_ascii("a@\u{435}xample.org").as_deref(), Some("a@xn--xample-2of.org"));
    assert_eq!(address_in_ascii("A@example.org").as_deref(), Some("A@example.org"));
    assert_eq!(address_in_ascii("a@exa mple.org"), None);
    assert_eq!(address_in_ascii("no address"), None);
}

#[test]
fn bad_input_24_telephone_keys_are_digits() {
    assert_eq!(telephone_key("０４６７ー５５ー５４２２"), "0467555422");
    assert_eq!(telephone_key("+81 467-55-5422"), "0467555422");
    assert_eq!(telephone_key("+81 (0)467-55-5422"), "0467555422");
}

#[test]
fn long_vowel_marks_are_hyphens_only_within_numbers() {
    assert_eq!(fold("２４８ー０００１"), "248-0001");
    assert_eq!(fold("サーフィン"), "さーふぃん");
    assert_eq!(fold("第1コーポ"), "第1こーぽ");
    assert_eq!(fold("1〜2"), fold("1～2"));
}

#[test]
fn addresses_written_in_several_ways_have_one_key() {
    let plain = address_key(&["神奈川県", "鎌倉市", "大船5-7-1"]);
    assert_eq!(address_key(&["神奈川県鎌倉市大船５丁目７番１号"]), plain);
    assert_eq!(address_key(&["神奈川県 鎌倉市 大船５－７－１"]), plain);
    assert_ne!(address_key(&["神奈川県鎌倉市大船5-71"]), plain);
}

#[test]
fn short_words_and_parts_of_addresses_are_found() {
    let address = "神奈川県鎌倉市腰越2-15";
    for query in ["鎌倉", "鎌", "越", "腰越2", "2-15", "鎌倉 腰越", "かまくら"] {
        assert_eq!(finds(address, query), query != "かまくら", "{query}");
    }
    assert!(finds("山田花子", "山田 花子") && finds("山田 花子", "山田花子") && finds("山田花子", "子"));
    assert!(finds("user00077@example.com", "00077") && finds("USER@example.com", "user"));
    assert!(!finds("Anna Lee", "al"), "letters of two Latin words do not join");
    assert!(finds("何でも", ""), "an empty query excludes nobody");
}

#[test]
fn readings_sort_as_a_secretary_expects() {
    let mut people = vec![
        (Some("もりた あい"), "森田 愛"),
        (Some("もり けんいち"), "森 健一"),
        (None, "林 葵"),
        (Some("ばば はな"), "馬場 花"),
        (Some("はば はな"), "羽場 花"),
        (Some("ｱﾍﾞ ﾚﾝ"), "阿部 蓮"),
        (Some("アーサー"), "アーサー"),
        (Some("きよた じゅん"), "清田 純"),
        (Some("きょうだ あい"), "京田 愛"),
        (Some("Brown"), "ブラウン"),
    ];
    people.sort_by_key(|(reading, name)| reading_sort_key(*reading, name));
    let order: Vec<&str> = people.iter().map(|(_, name)| *name).collect();
    assert_eq!(
        order,
        [
            "アーサー",
            "阿部 蓮",
            "京田 愛",
            "清田 純",
            "羽場 花",
            "馬場 花",
            "森 健一",
            "森田 愛",
            "ブラウン",
            "林 葵",
        ]
    );
}

#[test]
fn a_name_in_kana_is_its_own_reading() {
    assert!(reading_sort_key(None, "さくら") < reading_sort_key(Some("しみず"), "清水"));
    assert!(reading_sort_key(Some("んん"), "x") < reading_sort_key(None, "亜"));
}

proptest! {
    #[test]
    fn folding_twice_is_folding_once(text in any::<String>()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
        prop_assert_eq!(name_key(&name_key(&text)), name_key(&text));
        prop_assert_eq!(email_key(&email_key(&text)), email_key(&text));
    }

    #[test]
    fn japanese_text_is_found_by_every_part_of_it(text in "[ぁ-んァ-ヶ一-龥髙﨑ﾔ-ﾞー々]{1,12}", from in 0..12_usize, length in 1..6_usize) {
        let letters: Vec<char> = text.chars().collect();
        let part: String = letters.iter().skip(from % letters.len()).take(length).collect();
        // A part that begins with a voiced mark is another letter than the one it was cut from.
        prop_assume!(!part.starts_with(['ﾞ', 'ﾟ']) && !letters.get(from % letters.len() + length).is_some_and(|c| matches!(c, 'ﾞ' | 'ﾟ')));
        prop_assert!(finds(&text, &part), "{} by {}", text, part);
    }
}
