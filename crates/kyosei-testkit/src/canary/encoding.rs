//! How a text may come to stand on a disk.
//!
//! Each [`Encoding`] turns a window of a text into the byte strings that show it. What has no such form, like
//! kanji in half-width kana, has none. Each has a test against bytes that other programs made.

use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS};
use unicode_normalization::UnicodeNormalization as _;

/// A way to write text as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// UTF-8, composed (NFC).
    Utf8,
    /// UTF-8, decomposed (NFD): file names of macOS.
    Utf8Decomposed,
    /// UTF-8 in capital letters: folded for search.
    Utf8Capitals,
    /// UTF-8 with hiragana as katakana: readings folded for search.
    Utf8Katakana,
    /// UTF-8 with kana as half-width katakana.
    Utf8HalfWidth,
    /// UTF-16, little endian: JavaScript strings, Windows.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// CP932, Microsoft's Shift JIS: Excel.
    Cp932,
    /// CP932 with kana as half-width katakana, one byte each.
    Cp932HalfWidth,
    /// EUC-JP.
    EucJp,
    /// ISO-2022-JP: mail.
    Iso2022Jp,
    /// Base64 of UTF-8, at each of its three offsets.
    Base64,
    /// Base64 with the alphabet for URLs.
    Base64Url,
    /// Base64 of UTF-16, little endian.
    Base64Utf16,
    /// Hexadecimal of UTF-8, in either case.
    Hex,
    /// Percent signs before hexadecimal, every byte: URLs, file URIs.
    Percent,
    /// Quoted-printable of every byte: mail.
    QuotedPrintable,
    /// `\u` escapes of every character: JSON.
    JsonEscapes,
    /// `\x` escapes of every byte: C, shells, logs.
    HexEscapes,
    /// Octal escapes of every byte: shells, git, gdb.
    OctalEscapes,
    /// Numeric character references of every character: HTML, XML, xlsx.
    CharacterReferences,
    /// UTF-8 with its characters in reverse order.
    ReversedChars,
    /// UTF-8 with its bytes in reverse order.
    ReversedBytes,
}

impl Encoding {
    /// Every encoding. When two give the same bytes, the earlier one is reported.
    pub const ALL: [Self; 23] = [
        Self::Utf8,
        Self::Utf8Decomposed,
        Self::Utf8Capitals,
        Self::Utf8Katakana,
        Self::Utf8HalfWidth,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Cp932,
        Self::Cp932HalfWidth,
        Self::EucJp,
        Self::Iso2022Jp,
        Self::Base64,
        Self::Base64Url,
        Self::Base64Utf16,
        Self::Hex,
        Self::Percent,
        Self::QuotedPrintable,
        Self::JsonEscapes,
        Self::HexEscapes,
        Self::OctalEscapes,
        Self::CharacterReferences,
        Self::ReversedChars,
        Self::ReversedBytes,
    ];

    /// The byte strings that show `text` somewhere inside longer text.
    pub fn encode(self, text: &str) -> Vec<Vec<u8>> {
        let utf8 = text.as_bytes();
        match self {
            Self::Utf8 => one(text.nfc().collect::<String>()),
            Self::Utf8Decomposed => one(text.nfd().collect::<String>()),
            Self::Utf8Capitals => one(text.to_uppercase()),
            Self::Utf8Katakana => one(katakana(text)),
            Self::Utf8HalfWidth => half_width(text).map(one).unwrap_or_default(),
            Self::Utf16Le => one(utf16(text, u16::to_le_bytes)),
            Self::Utf16Be => one(utf16(text, u16::to_be_bytes)),
            Self::Cp932 => legacy(text, SHIFT_JIS),
            Self::Cp932HalfWidth => half_width(text).map(|kana| legacy(&kana, SHIFT_JIS)).unwrap_or_default(),
            Self::EucJp => legacy(text, EUC_JP),
            Self::Iso2022Jp => legacy(text, ISO_2022_JP).iter().map(|bytes| without_shifts(bytes)).collect(),
            Self::Base64 => base64(utf8, BASE64),
            Self::Base64Url => base64(utf8, BASE64_URL),
            Self::Base64Utf16 => base64(&utf16(text, u16::to_le_bytes), BASE64),
            Self::Hex => both_cases(utf8, |byte| format!("{byte:02x}")),
            Self::Percent => both_cases(utf8, |byte| format!("%{byte:02x}")),
            Self::QuotedPrintable => one(each(utf8, |byte| format!("={byte:02X}"))),
            Self::JsonEscapes => {
                let units: Vec<u16> = text.encode_utf16().collect();
                let escaped = |digits: fn(&u16) -> String| one(units.iter().map(digits).collect::<String>());
                [escaped(|unit| format!("\\u{unit:04x}")), escaped(|unit| format!("\\u{unit:04X}"))].concat()
            }
            Self::HexEscapes => {
                let lower = each(utf8, |byte| format!("\\x{byte:02x}"));
                [one(lower), one(each(utf8, |byte| format!("\\x{byte:02X}")))].concat()
            }
            Self::OctalEscapes => one(each(utf8, |byte| format!("\\{byte:03o}"))),
            Self::CharacterReferences => {
                let referred = |digits: fn(u32) -> String| {
                    one(text.chars().map(u32::from).map(digits).collect::<String>())
                };
                [
                    referred(|c| format!("&#{c};")),
                    referred(|c| format!("&#x{c:x};")),
                    referred(|c| format!("&#x{c:X};")),
                ]
                .concat()
            }
            Self::ReversedChars => one(text.chars().rev().collect::<String>()),
            Self::ReversedBytes => one(utf8.iter().rev().copied().collect::<Vec<u8>>()),
        }
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// From a hiragana to its katakana, and within the blocks alike.
const HIRAGANA_TO_KATAKANA: u32 = 0x60;

fn one(bytes: impl Into<Vec<u8>>) -> Vec<Vec<u8>> {
    vec![bytes.into()]
}

fn each(bytes: &[u8], written: fn(u8) -> String) -> String {
    bytes.iter().map(|byte| written(*byte)).collect()
}

fn both_cases(bytes: &[u8], written: fn(u8) -> String) -> Vec<Vec<u8>> {
    let lower = each(bytes, written);
    [one(lower.to_uppercase()), one(lower)].concat()
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn legacy(text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<Vec<u8>> {
    let (bytes, _, has_unmappable) = encoding.encode(text);
    if has_unmappable { Vec::new() } else { one(bytes.into_owned()) }
}

/// Without the escape sequences that switch to JIS X 0208 at the start and back to ASCII at the end, which
/// stand elsewhere when the text is longer.
fn without_shifts(bytes: &[u8]) -> Vec<u8> {
    let bytes = bytes.strip_prefix(b"\x1b$B").unwrap_or(bytes);
    bytes.strip_suffix(b"\x1b(B").unwrap_or(bytes).to_vec()
}

/// What `bytes` look like inside longer base64, at each of three offsets: only the characters that no
/// neighbouring byte can change.
fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> Vec<Vec<u8>> {
    (0..3_usize)
        .map(|offset| {
            let padded: Vec<u8> = std::iter::repeat_n(0, offset).chain(bytes.iter().copied()).collect();
            let sextets = padded.len() * 8 / 6;
            let first = (offset * 8).div_ceil(6);
            (first..sextets).map(|index| sextet(&padded, index, alphabet)).collect()
        })
        .collect()
}

/// The base64 character number `index` of `bytes`.
fn sextet(bytes: &[u8], index: usize, alphabet: &[u8; 64]) -> u8 {
    let bit = index * 6;
    let byte = |at: usize| u16::from(bytes.get(at).copied().unwrap_or(0));
    let pair = byte(bit / 8) << 8 | byte(bit / 8 + 1);
    let value = usize::from(pair >> (10 - bit % 8) & 0x3F);
    alphabet.get(value).copied().unwrap_or(b'A')
}

fn katakana(text: &str) -> String {
    let fold = |c: char| match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + HIRAGANA_TO_KATAKANA).unwrap_or(c),
        _ => c,
    };
    text.chars().map(fold).collect()
}

/// Kana as half-width katakana, with voicing marks of their own; nothing when the text has no kana.
fn half_width(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '\u{3099}' => 'ﾞ',
        '\u{309A}' => 'ﾟ',
        _ => ('･'..='ﾝ').find(|half| half.nfkc().eq([c])).unwrap_or(c),
    };
    let wide = katakana(text);
    let narrowed: String = wide.nfd().map(narrow).collect();
    (narrowed != wide.nfd().collect::<String>()).then_some(narrowed)
}

#[cfg(test)]
mod tests {
    use super::Encoding;

    fn hex(digits: &str) -> Vec<u8> {
        let pairs = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    #[track_caller]
    fn check(encoding: Encoding, text: &str, expected: &[&[u8]]) {
        assert_eq!(encoding.encode(text), expected, "{encoding:?} of {text}");
    }

    // The expected bytes were made by Python's codecs and base64 modules.
    const NAME: &str = "鎌倉桜雪紫陽花";

    #[test]
    fn japanese_encodings_agree_with_other_programs() {
        check(Encoding::Utf8, NAME, &[&hex("e98e8ce58089e6a19ce99baae7b4abe999bde88ab1")]);
        check(Encoding::Utf16Le, NAME, &[&hex("8c9309505c68ea962b7d7d96b182")]);
        check(Encoding::Utf16Be, NAME, &[&hex("938c5009685c96ea7d2b967d82b1")]);
        check(Encoding::Cp932, NAME, &[&hex("8a9991718df790e18e87977a89d4")]);
        check(Encoding::EucJp, NAME, &[&hex("b3f9c1d2baf9c0e3bbe7cddbb2d6")]);
        check(Encoding::Iso2022Jp, NAME, &[&hex("337941523a7940633b674d5b3256")]);
    }

    #[test]
    fn kana_are_decomposed_folded_and_narrowed() {
        let decomposed = hex("e3838fe382abe38299e383a1e38392e38299e3838ee383aa");
        check(Encoding::Utf8Decomposed, "ハガメビノリ", &[&decomposed]);
        check(Encoding::Utf8Katakana, "はがめびのり", &["ハガメビノリ".as_bytes()]);
        check(Encoding::Utf8HalfWidth, "はがめびのり", &["ﾊｶﾞﾒﾋﾞﾉﾘ".as_bytes()]);
        check(Encoding::Cp932HalfWidth, "ハガメビノリ", &[&hex("cab6ded2cbdec9d8")]);
        check(Encoding::Utf8HalfWidth, NAME, &[]);
    }

    #[test]
    fn base64_is_found_at_each_of_its_offsets() {
        let longer: [&str; 3] = [
            "6Y6M5YCJ5qGc6Zuq57Sr6Zm96IqxISE=",
            "IemOjOWAieahnOmbque0q+mZveiKsSEh",
            "ISHpjozlgInmoZzpm6rntKvpmb3oirEhIQ==",
        ];
        for (pattern, longer) in Encoding::Base64.encode(NAME).iter().zip(longer) {
            let pattern = std::str::from_utf8(pattern).unwrap();
            assert!(longer.contains(pattern), "{pattern} in {longer}");
            assert!(pattern.len() >= NAME.len() * 8 / 6 - 2, "no more than the edges may be left out");
        }
        let url = "fn5-Pz4-6Y6M5YCJ5qGc6Zuq57Sr6Zm96IqxPj4_Pw==";
        assert!(url.contains(std::str::from_utf8(&Encoding::Base64Url.encode("~~~?>>")[0]).unwrap()));
        check(Encoding::Base64Utf16, "ab", &[b"YQBiA".as_slice(), b"EAYg", b"hAGIA"]);
    }

    #[test]
    fn escapes_are_written_as_other_programs_write_them() {
        check(Encoding::Hex, "鎌k", &[b"E98E8C6B", b"e98e8c6b"]);
        check(Encoding::Percent, "鎌", &[b"%E9%8E%8C", b"%e9%8e%8c"]);
        check(Encoding::QuotedPrintable, "鎌", &[b"=E9=8E=8C"]);
        check(Encoding::JsonEscapes, "鎌", &[br"\u938c", br"\u938C"]);
        check(Encoding::HexEscapes, "鎌", &[br"\xe9\x8e\x8c", br"\xE9\x8E\x8C"]);
        check(Encoding::OctalEscapes, "鎌", &[br"\351\216\214"]);
        check(Encoding::CharacterReferences, "鎌", &[b"&#37772;", b"&#x938c;", b"&#x938C;"]);
    }

    #[test]
    fn text_is_found_backwards_and_in_capitals() {
        check(Encoding::ReversedChars, NAME, &["花陽紫雪桜倉鎌".as_bytes()]);
        check(Encoding::ReversedBytes, "鎌", &[&hex("8c8ee9")]);
        check(Encoding::Utf8Capitals, "qzxv", &[b"QZXV"]);
    }
}
