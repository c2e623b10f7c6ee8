//! Cells that hold two things: an address, and a title with a name.
//!
//! A cell is split only where the boundary is certain. The parts are the cell's own text, unchanged; put together
//! they are the cell again, apart from spaces between them.

use kyosei_model::Field;

/// The prefectures (ISO 3166-2:JP).
const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// Cities with wards (地方自治法 Art. 252-19).
const WARD_CITIES: [&str; 20] = [
    "札幌市",
    "仙台市",
    "さいたま市",
    "千葉市",
    "横浜市",
    "川崎市",
    "相模原市",
    "新潟市",
    "静岡市",
    "浜松市",
    "名古屋市",
    "京都市",
    "大阪市",
    "堺市",
    "神戸市",
    "岡山市",
    "広島市",
    "北九州市",
    "福岡市",
    "熊本市",
];

/// Cities whose names contain 市 before their last letter.
const CITIES_WITH_INNER_SHI: [&str; 5] = ["市川市", "市原市", "四日市市", "廿日市市", "野々市市"];

/// Most letters of a ward's or city's name.
const CITY_LETTERS_MAX: usize = 8;

/// Titles of representatives, the longer before the shorter.
const TITLES: [&str; 27] = [
    "代表取締役社長",
    "代表取締役会長",
    "代表取締役",
    "取締役社長",
    "代表理事",
    "副理事長",
    "理事長",
    "代表社員",
    "共同代表",
    "副代表",
    "代表",
    "実行委員長",
    "委員長",
    "事務局長",
    "名誉会長",
    "副会長",
    "会長",
    "社長",
    "館長",
    "学長",
    "校長",
    "園長",
    "所長",
    "支部長",
    "住職",
    "牧師",
    "理事",
];

/// Splits an address into prefecture, city and the rest; the whole stays in one piece when in doubt.
pub(super) fn address(cell: &str) -> Vec<(Field, &str)> {
    let trimmed = cell.trim();
    let whole = vec![(Field::Street, trimmed)];
    let Some(prefecture) = PREFECTURES.iter().find(|name| trimmed.starts_with(**name)) else { return whole };
    let Some((prefecture, rest)) = trimmed.split_at_checked(prefecture.len()) else { return whole };
    let rest = rest.trim_start();
    let Some((city, street)) = city_end(rest).and_then(|end| rest.split_at_checked(end)) else {
        return whole;
    };
    vec![(Field::Prefecture, prefecture), (Field::City, city), (Field::Street, street.trim_start())]
}

/// Where the city ends, in bytes, if that is certain.
fn city_end(text: &str) -> Option<usize> {
    if let Some(city) = WARD_CITIES.iter().find(|city| text.starts_with(**city)) {
        let ward = text.get(city.len()..).and_then(|rest| end_of(rest, '区'));
        return Some(city.len() + ward.unwrap_or(0));
    }
    if let Some(city) = CITIES_WITH_INNER_SHI.iter().find(|city| text.starts_with(**city)) {
        return Some(city.len());
    }
    let (city, ward) = (end_of(text, '市'), end_of(text, '区'));
    let in_district = text.chars().take(CITY_LETTERS_MAX).any(|c| c == '郡');
    match (city, ward) {
        _ if in_district => None,
        (Some(city), Some(ward)) => Some(city.min(ward)),
        (one, other) => one.or(other),
    }
}

/// The end of a name that ends with a letter, if it comes after at least one other letter and soon.
fn end_of(text: &str, last: char) -> Option<usize> {
    let mut letters = text.char_indices().take(CITY_LETTERS_MAX).skip(1);
    letters.find(|(_, c)| *c == last).map(|(index, c)| index + c.len_utf8())
}

/// Splits a title from the name after it. A title that no space follows is split off only when it is known.
pub(super) fn title_and_name(cell: &str) -> Option<(&str, &str)> {
    let trimmed = cell.trim();
    let title = TITLES.iter().find(|title| trimmed.starts_with(**title))?;
    let (title, rest) = trimmed.split_at_checked(title.len())?;
    let name = rest.trim_start_matches([' ', '\u{3000}', '・', ':', '：']);
    (!name.is_empty()).then_some((title, name))
}
