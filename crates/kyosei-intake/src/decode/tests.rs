//! Files as they come: each encoding, each container, each kind of damage.

use std::io::Write;

use super::*;

const TABLE: &str =
    "タイムスタンプ,お名前,ふりがな\r\n2026/09/14,髙橋 花子,たかはし はなこ\r\n2026/09/15,山﨑㈱,ﾔﾏｻﾞｷ\r\n";
/// Without the letters that EUC-JP and ISO-2022-JP lack.
const PLAIN_TABLE: &str = "タイムスタンプ,お名前,ふりがな\n2026/09/14,高橋 花子,たかはし はなこ\n2026/09/15,山崎 直樹,やまざき なおき\n";

fn text_of(bytes: &[u8]) -> (String, FileEncoding) {
    match decode(bytes, None).unwrap() {
        Content::Text(decoded) => (decoded.text, decoded.encoding),
        Content::Workbook(_) => panic!("not a workbook"),
    }
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
        .collect()
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn bad_input_03_a_byte_order_mark_is_not_part_of_the_text() {
    let marked = [&b"\xEF\xBB\xBF"[..], TABLE.as_bytes()].concat();
    assert_eq!(text_of(&marked), (String::from(TABLE), FileEncoding::Utf8Bom));
    assert_eq!(text_of(TABLE.as_bytes()), (String::from(TABLE), FileEncoding::Utf8));
}

#[test]
fn bad_input_04_utf16_is_known_with_and_without_a_mark() {
    for (little, encoding) in [(true, FileEncoding::Utf16Le), (false, FileEncoding::Utf16Be)] {
        let marked = utf16(&format!("\u{FEFF}{TABLE}"), little);
        assert_eq!(text_of(&marked), (String::from(TABLE), encoding));
        assert_eq!(text_of(&utf16(TABLE, little)), (String::from(TABLE), encoding));
    }
}

#[test]
fn bad_input_05_the_japanese_encodings_are_known() {
    let cp932 = encoding_rs::SHIFT_JIS.encode(TABLE).0;
    assert_eq!(text_of(&cp932), (String::from(TABLE), FileEncoding::Cp932));
    for (table, encoding) in
        [(encoding_rs::EUC_JP, FileEncoding::EucJp), (encoding_rs::ISO_2022_JP, FileEncoding::Iso2022Jp)]
    {
        let bytes = table.encode(PLAIN_TABLE).0;
        assert_eq!(text_of(&bytes), (String::from(PLAIN_TABLE), encoding));
    }
}

#[test]
fn bad_input_05_half_width_kana_alone_are_japanese() {
    let kana = "ﾔﾏﾀﾞ,ﾊﾅｺ\nｽｽﾞｷ,ﾀﾛｳ\n".repeat(3);
    let bytes = encoding_rs::SHIFT_JIS.encode(&kana).0.into_owned();
    assert_eq!(text_of(&bytes), (kana, FileEncoding::Cp932));
}

#[test]
fn bad_input_05_the_users_choice_is_followed() {
    let bytes = encoding_rs::EUC_JP.encode(PLAIN_TABLE).0;
    let chosen = decode(&bytes, Some(FileEncoding::EucJp)).unwrap();
    assert!(matches!(chosen, Content::Text(decoded) if decoded.text == PLAIN_TABLE));
}

#[test]
fn bad_input_06_text_that_went_through_a_wrong_encoding_is_refused() {
    let as_cp932 = encoding_rs::SHIFT_JIS.decode(PLAIN_TABLE.as_bytes()).0.into_owned();
    assert_eq!(decode(as_cp932.as_bytes(), None), Err(DecodeError::Mojibake));
    let cp932 = encoding_rs::SHIFT_JIS.encode(PLAIN_TABLE).0;
    for bytes in [PLAIN_TABLE.as_bytes(), &cp932] {
        let as_latin = encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned();
        assert_eq!(decode(as_latin.as_bytes(), None), Err(DecodeError::Mojibake));
    }
    let replaced = String::from_utf8_lossy(&cp932).into_owned();
    assert_eq!(decode(replaced.as_bytes(), None), Err(DecodeError::Mojibake));
}

#[test]
fn bad_input_06_names_with_tildes_are_not_taken_for_damage() {
    let table = "name,mail\nJoão Simões,a@example.org\nMagalhães,b@example.org\nConceição,c@example.org\n";
    assert_eq!(text_of(table.as_bytes()), (String::from(table), FileEncoding::Utf8));
}

#[test]
fn bad_input_12_files_that_are_no_tables_are_named() {
    let kind = |bytes: &[u8]| decode(bytes, None).unwrap_err().code();
    assert_eq!(kind(b""), "E-FILE-EMPTY");
    assert_eq!(kind(b"\xEF\xBB\xBF \r\n"), "E-FILE-EMPTY");
    for foreign in
        [&b"%PDF-1.7"[..], b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\x89PNG\r\n", b" <!DOCTYPE html>"]
    {
        assert_eq!(kind(foreign), "E-FILE-KIND");
    }
    assert_eq!(kind(b"PK\x03\x04 not really"), "E-ZIP-DAMAGED");
    assert_eq!(decode(&vec![b'a'; FILE_BYTES_MAX + 1], None), Err(DecodeError::TooLarge));
}

#[test]
fn bad_input_12_a_zip_of_one_csv_is_opened_whatever_its_name() {
    let one = zip_of(&[("フォーム.csv", TABLE.as_bytes()), ("__MACOSX/._フォーム.csv", b"x")]);
    assert_eq!(text_of(&one).0, TABLE);
    let two = zip_of(&[("a.csv", b"a"), ("b.csv", b"b")]);
    assert_eq!(decode(&two, None), Err(DecodeError::ArchiveCsvCount(2)));
    assert_eq!(decode(&zip_of(&[("a.jpg", b"a")]), None), Err(DecodeError::ArchiveCsvCount(0)));
    let document = zip_of(&[("word/document.xml", b"<a/>")]);
    assert_eq!(decode(&document, None).unwrap_err().code(), "E-FILE-KIND");
    let nested = zip_of(&[("a.csv", &one)]);
    assert!(decode(&nested, None).is_err(), "a zip in a zip is not text");
}

#[test]
fn bad_input_14_a_zip_bomb_is_stopped_by_the_limit() {
    let zeros = vec![b'0'; FILE_BYTES_MAX + 1];
    let bomb = zip_of(&[("a.csv", &zeros)]);
    assert!(bomb.len() < FILE_BYTES_MAX / 100, "positive control: it is a small file");
    assert_eq!(decode(&bomb, None), Err(DecodeError::TooLarge));
    let parts: Vec<(String, &[u8])> = (0..=ZIP_ENTRIES_MAX).map(|n| (format!("{n}"), &b""[..])).collect();
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    assert_eq!(decode(&zip_of(&parts), None), Err(DecodeError::ArchiveTooLarge));
}

#[test]
fn bad_input_22_undefined_bytes_are_noted_with_their_offset() {
    let mut bytes = encoding_rs::SHIFT_JIS.encode(TABLE).0.into_owned();
    let place = bytes.len() - 2;
    bytes.splice(place..place, *b"\x85\x40");
    let Content::Text(decoded) = decode(&bytes, None).unwrap() else { panic!("text") };
    assert_eq!(decoded.encoding, FileEncoding::Cp932);
    assert_eq!(decoded.damage.first().map(|damage| damage.file_offset), Some(place));
    assert!(decoded.text[decoded.damage[0].text_offset..].starts_with('\u{FFFD}'));
}

#[test]
fn one_broken_byte_does_not_turn_utf8_into_another_encoding() {
    let mut bytes = PLAIN_TABLE.as_bytes().to_vec();
    let place = bytes.len() - 1;
    bytes.insert(place, 0xFF);
    let Content::Text(decoded) = decode(&bytes, None).unwrap() else { panic!("text") };
    assert_eq!((decoded.encoding, decoded.damage.len()), (FileEncoding::Utf8, 1));
}

#[test]
fn a_private_letter_of_cp932_is_kept() {
    let mut bytes = encoding_rs::SHIFT_JIS.encode(TABLE).0.into_owned();
    bytes.extend(b"a,\xF0\x40,b\r\n");
    assert!(text_of(&bytes).0.contains('\u{E000}'));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused_without_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        if let Ok(Content::Text(decoded)) = decode(&bytes, None) {
            proptest::prop_assert!(decoded.text.len() <= bytes.len() * 3 + 8);
        }
    }
}
