//! What is found, by which words, in which order.

use kyosei_app::search::{row, sort_key, terms};
use kyosei_model::Field;

use crate::world::World;

fn world() -> World {
    let mut world = World::new();
    let people: [&[(Field, &str)]; 6] = [
        &[
            (Field::Name, "髙橋 恵"),
            (Field::Kana, "たかはし めぐみ"),
            (Field::City, "鎌倉市"),
            (Field::Street, "大町1-1"),
        ],
        &[
            (Field::Name, "山﨑 直樹"),
            (Field::Kana, "ヤマザキ ナオキ"),
            (Field::Tel, "０４６７ー２２ー１１１１"),
        ],
        &[(Field::Name, "ﾔﾏﾀﾞ ハナコ"), (Field::Email, "Hanako@Example.JP")],
        &[
            (Field::Name, "𠮷野 さくら"),
            (Field::Kana, "よしの さくら"),
            (Field::Message, "映画会に参加したいです"),
        ],
        &[(Field::Name, "渡邉 聡"), (Field::Kana, "わたなべ さとし"), (Field::Affiliation, "㈱みどり")],
        &[(Field::Name, "Olena Shevchenko"), (Field::Prefecture, "神奈川県"), (Field::City, "逗子市")],
    ];
    for text in people {
        world.add(text);
    }
    world
}

/// The names found, in the order in which they are shown.
fn found(world: &World, query: &str) -> Vec<String> {
    let terms = terms(query);
    let mut all: Vec<_> = world
        .register
        .supporters()
        .filter(|one| {
            let row = row(one);
            terms.iter().all(|term| row.haystack.expose().contains(term))
        })
        .collect();
    all.sort_by_key(|one| (sort_key(one), one.id));
    all.iter().map(|one| one.get(Field::Name).unwrap().to_owned()).collect()
}

#[track_caller]
fn check(query: &str, expect: &[&str]) {
    assert_eq!(found(&world(), query), expect, "{query}");
}

#[test]
fn a_name_is_found_in_any_of_its_spellings() {
    check("高橋", &["髙橋 恵"]);
    check("髙橋", &["髙橋 恵"]);
    check("山崎", &["山﨑 直樹"]);
    check("やまだ", &["ﾔﾏﾀﾞ ハナコ"]);
    check("ヤマダハナコ", &["ﾔﾏﾀﾞ ハナコ"]);
    check("吉野", &["𠮷野 さくら"]);
    check("渡辺", &["渡邉 聡"]);
    check("shevchenko", &["Olena Shevchenko"]);
}

#[test]
fn a_reading_is_found_in_either_kana_with_or_without_a_space() {
    check("タカハシ", &["髙橋 恵"]);
    check("やまざきなおき", &["山﨑 直樹"]);
    check("なべ さと", &["渡邉 聡"]);
}

#[test]
fn words_of_two_letters_and_parts_of_an_address_are_found() {
    check("大町", &["髙橋 恵"]);
    check("鎌倉市大町", &["髙橋 恵"]);
    check("神奈川県逗子", &["Olena Shevchenko"]);
    check("映画", &["𠮷野 さくら"]);
}

#[test]
fn addresses_and_numbers_are_found_however_they_are_typed() {
    check("hanako@example", &["ﾔﾏﾀﾞ ハナコ"]);
    check("0467221111", &["山﨑 直樹"]);
    check("0467-22-1111", &["山﨑 直樹"]);
}

#[test]
fn all_words_must_occur_and_nothing_matches_nothing() {
    check("髙橋 大町", &["髙橋 恵"]);
    check("髙橋 逗子", &[]);
    check("％", &[]);
    check("_", &[]);
}

#[test]
fn everyone_comes_in_the_order_of_readings_and_those_without_one_after_them() {
    check("", &["髙橋 恵", "山﨑 直樹", "ﾔﾏﾀﾞ ハナコ", "𠮷野 さくら", "渡邉 聡", "Olena Shevchenko"]);
}

#[test]
fn debug_output_of_a_row_shows_nothing_of_the_person() {
    let world = world();
    let shown = format!("{:?}", row(world.register.supporters().next().unwrap()));
    assert!(!shown.contains("高橋") && !shown.contains("たかはし"), "{shown}");
}
