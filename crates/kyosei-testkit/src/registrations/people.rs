//! Invented people and organisations.

use rand::{Rng, RngExt};

use super::one_of;

/// Family names and their readings; several ways of writing one name are there on purpose.
const FAMILIES: [(&str, &str); 48] = [
    ("佐藤", "さとう"),
    ("鈴木", "すずき"),
    ("髙橋", "たかはし"),
    ("高橋", "たかはし"),
    ("田中", "たなか"),
    ("伊藤", "いとう"),
    ("渡邉", "わたなべ"),
    ("渡辺", "わたなべ"),
    ("山本", "やまもと"),
    ("中村", "なかむら"),
    ("小林", "こばやし"),
    ("加藤", "かとう"),
    ("吉田", "よしだ"),
    ("山田", "やまだ"),
    ("齋藤", "さいとう"),
    ("斉藤", "さいとう"),
    ("斎藤", "さいとう"),
    ("山﨑", "やまざき"),
    ("山崎", "やまざき"),
    ("濵口", "はまぐち"),
    ("浜口", "はまぐち"),
    ("森", "もり"),
    ("森田", "もりた"),
    ("阿部", "あべ"),
    ("石川", "いしかわ"),
    ("池田", "いけだ"),
    ("橋本", "はしもと"),
    ("柳田", "やなぎだ"),
    ("栁田", "やなぎだ"),
    ("德永", "とくなが"),
    ("曽根", "そね"),
    ("櫻井", "さくらい"),
    ("桜井", "さくらい"),
    ("澤田", "さわだ"),
    ("沢田", "さわだ"),
    ("廣瀬", "ひろせ"),
    ("広瀬", "ひろせ"),
    ("島田", "しまだ"),
    ("嶋田", "しまだ"),
    ("辻", "つじ"),
    ("林", "はやし"),
    ("清水", "しみず"),
    ("岡本", "おかもと"),
    ("前田", "まえだ"),
    ("藤田", "ふじた"),
    ("後藤", "ごとう"),
    ("長谷川", "はせがわ"),
    ("近藤", "こんどう"),
];

/// Given names and their readings.
const GIVEN: [(&str, &str); 40] = [
    ("花子", "はなこ"),
    ("太郎", "たろう"),
    ("直樹", "なおき"),
    ("大輔", "だいすけ"),
    ("健一", "けんいち"),
    ("陽子", "ようこ"),
    ("智子", "ともこ"),
    ("由美", "ゆみ"),
    ("恵", "めぐみ"),
    ("葵", "あおい"),
    ("蓮", "れん"),
    ("さくら", "さくら"),
    ("翔太", "しょうた"),
    ("誠", "まこと"),
    ("美咲", "みさき"),
    ("悠斗", "ゆうと"),
    ("結衣", "ゆい"),
    ("拓也", "たくや"),
    ("和子", "かずこ"),
    ("清", "きよし"),
    ("文子", "ふみこ"),
    ("正", "ただし"),
    ("久美子", "くみこ"),
    ("洋一", "よういち"),
    ("千尋", "ちひろ"),
    ("薫", "かおる"),
    ("明", "あきら"),
    ("真理", "まり"),
    ("隆", "たかし"),
    ("直子", "なおこ"),
    ("修", "おさむ"),
    ("裕子", "ゆうこ"),
    ("進", "すすむ"),
    ("京子", "きょうこ"),
    ("勇気", "ゆうき"),
    ("七海", "ななみ"),
    ("海斗", "かいと"),
    ("凛", "りん"),
    ("陸", "りく"),
    ("茜", "あかね"),
];

const TOWNS: [&str; 12] = [
    "鎌倉市腰越",
    "鎌倉市御成町",
    "鎌倉市大船",
    "鎌倉市深沢",
    "鎌倉市玉縄",
    "鎌倉市材木座",
    "逗子市逗子",
    "藤沢市鵠沼",
    "藤沢市辻堂",
    "横浜市栄区",
    "横浜市金沢区",
    "葉山町一色",
];

const INTERESTS: [&str; 8] = [
    "難民映画会",
    "難民写真展",
    "シンポジウム",
    "難民フェス",
    "学校セミナー",
    "住宅・雇用の支援",
    "居場所・自立サポート",
    "ボランティア",
];

const MESSAGES: [&str; 4] =
    ["", "応援しています。", "映画会に参加したいです。\n駐車場はありますか？", "友人に教えてもらいました。"];

const ORGANISATIONS: [&str; 10] = [
    "NPO法人 みどりの居場所",
    "認定NPO法人 ともに歩む会",
    "一般社団法人 海辺のまち協議会",
    "社会福祉法人 やまびこ",
    "株式会社 湘南ワークス",
    "㈱鎌倉山工務店",
    "（株）七里食品",
    "まちの映画館を考える会",
    "国際交流ボランティアの会",
    "学校法人 由比ガ浜学園",
];

const TITLES: [&str; 4] = ["理事長", "代表", "代表取締役", "会長"];

/// A row of the form for people, without faults.
pub(super) fn individual(rng: &mut impl Rng, number: usize) -> Vec<String> {
    let (name, reading) = person(rng);
    let town = one_of(rng, &TOWNS, "鎌倉市大船");
    let address = format!("神奈川県{town}{}-{}", rng.random_range(1..9), rng.random_range(1..29));
    vec![
        timestamp(rng),
        format!("user{number:05}@example.{}", domain_end(rng)),
        name,
        reading,
        postcode(rng),
        address,
        telephone(rng),
        interests(rng),
        String::from(if rng.random_bool(0.7) { "はい" } else { "いいえ" }),
        String::from("同意する"),
        String::from(one_of(rng, &MESSAGES, "")),
    ]
}

/// A row of the form for organisations, without faults.
pub(super) fn organisation(rng: &mut impl Rng, number: usize) -> Vec<String> {
    let name = one_of(rng, &ORGANISATIONS, "まちの会");
    let name =
        if number < ORGANISATIONS.len() { String::from(name) } else { format!("{name} 第{number}支部") };
    let (representative, _) = person(rng);
    let (contact, reading) = person(rng);
    let title = one_of(rng, &TITLES, "代表");
    let town = one_of(rng, &TOWNS, "鎌倉市大船");
    let site = if rng.random_bool(0.5) { "https://example.org/" } else { "" };
    vec![
        timestamp(rng),
        name,
        String::from("だんたい"),
        format!("{title} {}", representative.replace('\u{3000}', " ")),
        contact,
        reading,
        format!("info{number:04}@example.org"),
        format!("0467-{:02}-{:04}", rng.random_range(20..60), rng.random_range(0..10_000)),
        postcode(rng),
        format!("神奈川県{town}"),
        String::from(site),
        String::from(if rng.random_bool(0.4) { "可" } else { "不可" }),
        String::from("同意する"),
    ]
}

/// A name with a space, a wide space or none, and its reading.
fn person(rng: &mut impl Rng) -> (String, String) {
    let (family, family_reading) =
        FAMILIES.get(rng.random_range(0..FAMILIES.len())).copied().unwrap_or(("森", "もり"));
    let (given, given_reading) =
        GIVEN.get(rng.random_range(0..GIVEN.len())).copied().unwrap_or(("葵", "あおい"));
    let space = one_of(rng, &["", " ", "\u{3000}"], " ");
    let reading_space = if space.is_empty() { " " } else { space };
    (format!("{family}{space}{given}"), format!("{family_reading}{reading_space}{given_reading}"))
}

/// A time of the year 2026 as Google Forms writes it in a download.
fn timestamp(rng: &mut impl Rng) -> String {
    let half = one_of(rng, &["午前", "午後"], "午前");
    format!(
        "2026/{:02}/{:02} {}:{:02}:{:02} {half} GMT+9",
        rng.random_range(4..10),
        rng.random_range(1..29),
        rng.random_range(1..13),
        rng.random_range(0..60),
        rng.random_range(0..60),
    )
}

fn domain_end(rng: &mut impl Rng) -> &'static str {
    one_of(rng, &["com", "org", "jp"], "org")
}

fn postcode(rng: &mut impl Rng) -> String {
    let (area, place) = (rng.random_range(247..250), rng.random_range(0..10_000));
    if rng.random_bool(0.15) { format!("{area}{place:04}") } else { format!("{area}-{place:04}") }
}

/// Numbers within ranges that are not in use for people (0467-00, 090-0000).
fn telephone(rng: &mut impl Rng) -> String {
    let last = rng.random_range(0..10_000);
    if rng.random_bool(0.6) { format!("090-0000-{last:04}") } else { format!("0467-00-{last:04}") }
}

fn interests(rng: &mut impl Rng) -> String {
    let count = rng.random_range(0..4);
    let mut chosen: Vec<&str> = Vec::new();
    for _ in 0..count {
        let interest = one_of(rng, &INTERESTS, "難民映画会");
        if !chosen.contains(&interest) {
            chosen.push(interest);
        }
    }
    chosen.join(";")
}
