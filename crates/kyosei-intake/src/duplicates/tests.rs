//! Who is proposed as the same, and who is not. Every person is invented.

use kyosei_model::{Sensitive, SupporterKind};

use super::*;

fn keys(name: &str, kana: &str, email: &str, more: &[(Field, &str)]) -> Keys {
    let mut text = BTreeMap::from([
        (Field::Name, Sensitive::new(String::from(name))),
        (Field::Email, Sensitive::new(String::from(email))),
    ]);
    if !kana.is_empty() {
        text.insert(Field::Kana, Sensitive::new(String::from(kana)));
    }
    text.extend(more.iter().map(|(field, value)| (*field, Sensitive::new(String::from(*value)))));
    Keys::of(SupporterKind::Individual, &text)
}

fn id(n: u8) -> SupporterId {
    SupporterId::from_bytes([n; 16])
}

/// The likeness of a row to the only record of a register.
fn likeness(record: &Keys, row: &Keys) -> Option<Likeness> {
    let mut index = KeyIndex::new();
    index.add(Holder::Supporter(id(1)), record.clone());
    index.candidates(row).first().map(|candidate| candidate.likeness)
}

#[test]
fn bad_input_15_the_same_address_written_otherwise_is_an_update() {
    let record = keys("山田花子", "やまだ はなこ", "hanako@example.org", &[]);
    for row in [
        keys("山田　花子", "ﾔﾏﾀﾞ ﾊﾅｺ", "HANAKO@Example.ORG", &[]),
        keys("ヤマダ ハナコ", "", "ｈａｎａｋｏ@example.org", &[]),
    ] {
        assert_eq!(likeness(&record, &row), Some(Likeness::SameEmail));
        assert_eq!(likeness(&row, &record), Some(Likeness::SameEmail));
    }
    let no_reading = keys("山田花子", "", "hanako@example.org", &[]);
    assert_eq!(
        likeness(&no_reading, &keys("ヤマダ ハナコ", "", "hanako@example.org", &[])),
        Some(Likeness::SameEmail)
    );
    let tagged = keys("鈴木 一", "すずき はじめ", "hanako+film@example.org", &[]);
    assert_eq!(likeness(&record, &tagged), None, "another tag is another address");
}

#[test]
fn bad_input_16_one_address_and_two_names_are_two_people() {
    let wife = keys("山田花子", "やまだ はなこ", "yamada@example.org", &[]);
    let husband = keys("山田太郎", "やまだ たろう", "yamada@example.org", &[]);
    assert_eq!(likeness(&wife, &husband), Some(Likeness::SharedEmail));
}

#[test]
fn bad_input_15_names_alone_are_only_possible() {
    let record = keys("髙橋 陽子", "たかはし ようこ", "a@example.org", &[(Field::Tel, "0467-00-0000")]);
    let same_name = keys("高橋陽子", "", "b@example.org", &[]);
    assert_eq!(likeness(&record, &same_name), Some(Likeness::Possible));
    let homophone = keys("高橋 洋子", "タカハシ ヨウコ", "b@example.org", &[]);
    assert_eq!(likeness(&record, &homophone), None, "a reading in common says little");
    let homophone_at_home =
        keys("高橋 洋子", "タカハシ ヨウコ", "b@example.org", &[(Field::Tel, "０４６７ー００ー００００")]);
    assert_eq!(likeness(&record, &homophone_at_home), Some(Likeness::Possible));
}

#[test]
fn people_kept_apart_are_never_proposed_again() {
    let mut index = KeyIndex::new();
    for n in [1, 2] {
        index.add(Holder::Supporter(id(n)), keys("佐藤 健一", "", &format!("{n}@example.org"), &[]));
    }
    let pair = SupporterPair::new(id(1), id(2)).unwrap();
    assert_eq!(index.open_pairs(), BTreeMap::from([(pair, Likeness::Possible)]));
    index.keep_apart(pair);
    assert_eq!(index.open_pairs(), BTreeMap::new());
    assert_eq!(index.candidates_of(id(1)), []);
}

#[test]
fn a_changed_record_is_found_by_its_new_keys_only() {
    let mut index = KeyIndex::new();
    index.add(Holder::Supporter(id(1)), keys("佐藤 健一", "", "old@example.org", &[]));
    index.add(Holder::Supporter(id(1)), keys("佐藤 健一", "", "new@example.org", &[]));
    let emails = |address| index.candidates(&keys("伊藤 葵", "", address, &[])).len();
    assert_eq!((emails("old@example.org"), emails("new@example.org")), (0, 1));
}

#[test]
fn candidates_are_few_even_when_everybody_has_one_name() {
    let mut index = KeyIndex::new();
    for line in 0..1_000 {
        index.add(Holder::Line(line), keys("佐藤 健一", "", &format!("{line}@example.org"), &[]));
    }
    assert_eq!(index.candidates(&keys("佐藤健一", "", "x@example.org", &[])).len(), CANDIDATES_MAX);
}

#[test]
fn households_are_people_of_one_family_name_at_one_address() {
    let at = |street: &'static str| [(Field::City, "鎌倉市"), (Field::Street, street)];
    let people = [
        keys("山田 花子", "やまだ はなこ", "a@example.org", &at("大船5-7-1")),
        keys("山田太郎", "ヤマダ　タロウ", "b@example.org", &at("大船５丁目７番１号")),
        keys("鈴木 葵", "すずき あおい", "c@example.org", &at("大船5-7-1")),
        keys("山田 蓮", "やまだ れん", "d@example.org", &at("大船5-7-2")),
        keys("山田 恵", "やまだ めぐみ", "e@example.org", &at("大船")),
        keys("山田 翼", "やまだ つばさ", "f@example.org", &at("大船")),
    ];
    let records = people.iter().zip(1..).map(|(keys, line)| (Holder::Line(line), keys));
    let proposals = propose_households(records);
    assert_eq!(proposals, [HouseholdProposal { members: vec![Holder::Line(1), Holder::Line(2)] }]);
}

#[test]
fn debug_output_of_an_index_holds_no_key() {
    let mut index = KeyIndex::new();
    let keys = keys("山田花子", "", "hanako@example.org", &[]);
    index.add(Holder::Line(1), keys.clone());
    let shown = format!("{index:?} {keys:?}");
    assert!(!shown.contains("山田") && !shown.contains("hanako"), "{shown}");
}
