//! Finding the encoding of a text and decoding it with the places of damage.
//!
//! The order matters: byte order marks, then UTF-16 without one (which the detector takes for Shift_JIS), then
//! UTF-8 by its form, then the detector. The encoding is always one of those that Japanese files have.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use kyosei_model::FileEncoding;

use super::{Damage, DecodedText};
use crate::limits::DAMAGE_PLACES_MAX;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF16_LE_MARK: &[u8] = b"\xFF\xFE";
const UTF16_BE_MARK: &[u8] = b"\xFE\xFF";

/// Least share of zero bytes, in percent of the letters, for UTF-16 without a mark: commas, digits and line
/// ends of a table are many more than that.
const UTF16_ZERO_PERCENT_MIN: usize = 10;
/// Fewest zero bytes for UTF-16 without a mark; a stray NUL in other text is none of it.
const UTF16_ZEROS_MIN: usize = 4;
/// How many times more zeros the one side of the pairs must have than the other.
const UTF16_ZERO_RATIO_MIN: usize = 10;
/// How many well-formed letters outside ASCII must stand beside one broken one for a file to be damaged UTF-8.
const UTF8_LETTERS_PER_ERROR_MIN: usize = 20;

/// Finds the encoding.
pub(super) fn detect(bytes: &[u8]) -> FileEncoding {
    if bytes.starts_with(UTF8_MARK) {
        FileEncoding::Utf8Bom
    } else if bytes.starts_with(UTF16_LE_MARK) {
        FileEncoding::Utf16Le
    } else if bytes.starts_with(UTF16_BE_MARK) {
        FileEncoding::Utf16Be
    } else if let Some(encoding) = utf16_without_mark(bytes) {
        encoding
    } else {
        detect_eight_bit(bytes)
    }
}

/// Decodes in the given encoding. Where bytes have no meaning, U+FFFD stands and the place is noted.
pub(super) fn decode_as(bytes: &[u8], encoding: FileEncoding) -> DecodedText {
    let (mark, table): (&[u8], &'static Encoding) = match encoding {
        FileEncoding::Utf8 | FileEncoding::Utf8Bom | FileEncoding::Xlsx => (UTF8_MARK, UTF_8),
        FileEncoding::Utf16Le => (UTF16_LE_MARK, UTF_16LE),
        FileEncoding::Utf16Be => (UTF16_BE_MARK, UTF_16BE),
        FileEncoding::Cp932 => (b"", SHIFT_JIS),
        FileEncoding::EucJp => (b"", EUC_JP),
        FileEncoding::Iso2022Jp => (b"", ISO_2022_JP),
    };
    let body = if mark.is_empty() { bytes } else { bytes.strip_prefix(mark).unwrap_or(bytes) };
    let (text, damage) = decode_noting_damage(body, table, bytes.len() - body.len());
    DecodedText { text, encoding, damage }
}

fn decode_noting_damage(bytes: &[u8], table: &'static Encoding, skipped: usize) -> (String, Vec<Damage>) {
    let mut decoder = table.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut damage = Vec::new();
    let mut read = 0;
    loop {
        let rest = bytes.get(read..).unwrap_or_default();
        let wanted = decoder.max_utf8_buffer_length_without_replacement(rest.len());
        text.reserve(wanted.unwrap_or(rest.len().saturating_mul(4)).saturating_add(4));
        let (result, used) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        read += used;
        match result {
            DecoderResult::InputEmpty => return (text, damage),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, lookahead) => {
                if damage.len() < DAMAGE_PLACES_MAX {
                    let back = usize::from(length) + usize::from(lookahead);
                    let file_offset = skipped + read.saturating_sub(back);
                    damage.push(Damage { file_offset, text_offset: text.len() });
                }
                text.push('\u{FFFD}');
            }
        }
    }
}

fn utf16_without_mark(bytes: &[u8]) -> Option<FileEncoding> {
    let (mut first, mut second) = (0_usize, 0_usize);
    for pair in bytes.as_chunks::<2>().0 {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    let letters = bytes.len() / 2;
    let enough = |zeros: usize| zeros >= UTF16_ZEROS_MIN && zeros * 100 >= letters * UTF16_ZERO_PERCENT_MIN;
    if enough(second) && second >= first.saturating_mul(UTF16_ZERO_RATIO_MIN) {
        Some(FileEncoding::Utf16Le)
    } else if enough(first) && first >= second.saturating_mul(UTF16_ZERO_RATIO_MIN) {
        Some(FileEncoding::Utf16Be)
    } else {
        None
    }
}

fn detect_eight_bit(bytes: &[u8]) -> FileEncoding {
    let has_escapes = bytes.windows(2).any(|pair| matches!(pair, b"\x1B$" | b"\x1B("));
    if std::str::from_utf8(bytes).is_ok() && !has_escapes {
        return FileEncoding::Utf8;
    }
    if is_damaged_utf8(bytes) {
        return FileEncoding::Utf8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"jp"), Utf8Detection::Allow);
    if guess == ISO_2022_JP {
        FileEncoding::Iso2022Jp
    } else if guess == EUC_JP {
        FileEncoding::EucJp
    } else if guess == UTF_8 {
        FileEncoding::Utf8
    } else {
        FileEncoding::Cp932
    }
}

/// Whether nearly all letters outside ASCII are well-formed UTF-8.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut letters, mut errors) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        errors += usize::from(!chunk.invalid().is_empty());
    }
    letters > 0 && letters >= errors.saturating_mul(UTF8_LETTERS_PER_ERROR_MIN)
}
