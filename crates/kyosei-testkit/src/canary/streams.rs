//! Compressed streams inside other bytes, found by their first bytes and inflated.
//!
//! Finds gzip, zlib, Zstandard, the deflate of zip entries (xlsx too) and, in Automerge chunks and in inputs
//! of at most [`RAW_EVERYWHERE_BYTES_MAX`], deflate without any mark, by trying each offset. A damaged or cut
//! stream gives what could be read before the damage. Never trusts a length from the input, and stops at
//! [`STREAM_BYTES_MAX`] of each stream, which the caller is told.

use std::io::Read;

use aho_corasick::AhoCorasick;
use flate2::{Decompress, FlushDecompress, Status};

/// Bytes of one stream that are read at most.
pub const STREAM_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Inputs up to this many bytes are tried for unmarked deflate at each offset.
pub const RAW_EVERYWHERE_BYTES_MAX: usize = 1024 * 1024;
/// Bytes by which a stream is read on.
const STEP_BYTES: usize = 64 * 1024;
/// Window that a Zstandard stream may ask for, in bytes.
const ZSTD_WINDOW_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Bytes that an unmarked stream must give, to be no accident worth scanning.
const RAW_BYTES_MIN: usize = 6;
/// Bytes of the header of a zip entry, without its name and extra field.
const ZIP_HEADER_BYTES: usize = 30;

/// A kind of compressed stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StreamKind {
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// RFC 1951 without a frame.
    Deflate,
    /// RFC 8878.
    Zstandard,
}

/// Where a stream stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stream {
    /// What it was.
    pub kind: StreamKind,
    /// Offset of its first byte in what it stood in.
    pub offset: usize,
}

/// What a stream held.
pub struct Inflated {
    pub stream: Stream,
    pub bytes: Vec<u8>,
    /// Whether there was more than [`STREAM_BYTES_MAX`].
    pub is_cut: bool,
}

/// First bytes of things that hold a stream.
const MARKS: [(&[u8], Mark); 8] = [
    (&[0x1F, 0x8B, 0x08], Mark::Stream(StreamKind::Gzip)),
    (&[0x78, 0x01], Mark::Stream(StreamKind::Zlib)),
    (&[0x78, 0x5E], Mark::Stream(StreamKind::Zlib)),
    (&[0x78, 0x9C], Mark::Stream(StreamKind::Zlib)),
    (&[0x78, 0xDA], Mark::Stream(StreamKind::Zlib)),
    (&[0x28, 0xB5, 0x2F, 0xFD], Mark::Stream(StreamKind::Zstandard)),
    (b"PK\x03\x04", Mark::ZipEntry),
    (&[0x85, 0x6F, 0x4A, 0x83], Mark::AutomergeChunk),
];

#[derive(Debug, Clone, Copy)]
enum Mark {
    Stream(StreamKind),
    ZipEntry,
    AutomergeChunk,
}

/// Finds streams by their marks.
#[derive(Debug)]
pub struct StreamFinder {
    marks: Option<AhoCorasick>,
}

impl StreamFinder {
    pub fn new() -> Self {
        // Eight short literals always build; without them nothing would be found, which the tests notice.
        Self { marks: AhoCorasick::new(MARKS.map(|(bytes, _)| bytes)).ok() }
    }

    /// Calls `found` for each stream in `bytes`. `is_outermost` is whether `bytes` came from no stream
    /// itself: only then is unmarked deflate tried at each offset.
    pub fn each(&self, bytes: &[u8], is_outermost: bool, found: &mut dyn FnMut(Inflated)) {
        for hit in self.marks.iter().flat_map(|marks| marks.find_overlapping_iter(bytes)) {
            let Some((_, mark)) = MARKS.get(hit.pattern().as_usize()) else { continue };
            let at = hit.start();
            match mark {
                Mark::Stream(kind) => inflate(bytes, Stream { kind: *kind, offset: at }, found),
                Mark::ZipEntry => {
                    let Some(offset) = zip_content(bytes, at) else { continue };
                    inflate(bytes, Stream { kind: StreamKind::Deflate, offset }, found);
                }
                Mark::AutomergeChunk if bytes.len() > RAW_EVERYWHERE_BYTES_MAX || !is_outermost => {
                    let end = at.saturating_add(RAW_EVERYWHERE_BYTES_MAX).min(bytes.len());
                    unmarked(bytes, at..end, found);
                }
                Mark::AutomergeChunk => {}
            }
        }
        if is_outermost && bytes.len() <= RAW_EVERYWHERE_BYTES_MAX {
            unmarked(bytes, 0..bytes.len(), found);
        }
    }
}

fn inflate(bytes: &[u8], stream: Stream, found: &mut dyn FnMut(Inflated)) {
    let rest = bytes.get(stream.offset..).unwrap_or_default();
    let (bytes, is_cut) = match stream.kind {
        StreamKind::Gzip => read_deflate(without_gzip_header(rest), false),
        StreamKind::Zlib => read_deflate(rest, true),
        StreamKind::Deflate => read_deflate(rest, false),
        StreamKind::Zstandard => read_zstandard(rest),
    };
    if !bytes.is_empty() {
        found(Inflated { stream, bytes, is_cut });
    }
}

/// Inflates until the end, damage or the limit; whatever came before counts.
fn read_deflate(rest: &[u8], has_zlib_header: bool) -> (Vec<u8>, bool) {
    let mut decoder = Decompress::new(has_zlib_header);
    let mut bytes = Vec::new();
    while bytes.len() < STREAM_BYTES_MAX {
        bytes.reserve(STEP_BYTES);
        let consumed = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        let (before, input) = (bytes.len(), rest.get(consumed..).unwrap_or_default());
        match decoder.decompress_vec(input, &mut bytes, FlushDecompress::None) {
            Ok(Status::Ok | Status::BufError) if bytes.len() > before => {}
            Ok(_) | Err(_) => return (bytes, false),
        }
    }
    (bytes, true)
}

fn read_zstandard(rest: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(rest, ZSTD_WINDOW_BYTES_MAX);
    let Ok(mut decoder) = decoder else { return (bytes, false) };
    let mut step = vec![0; STEP_BYTES];
    while bytes.len() < STREAM_BYTES_MAX {
        match decoder.read(&mut step) {
            Ok(0) | Err(_) => return (bytes, false),
            Ok(count) => bytes.extend(step.iter().take(count)),
        }
    }
    (bytes, true)
}

/// What follows the header of a gzip member (RFC 1952, 2.3): extra field, name, comment and checksum are optional.
fn without_gzip_header(member: &[u8]) -> &[u8] {
    let flags = member.get(3).copied().unwrap_or(0);
    let mut rest = member.get(10..).unwrap_or_default();
    if flags & 4 != 0 {
        let length = rest.first_chunk().map_or(0, |length| usize::from(u16::from_le_bytes(*length)));
        rest = rest.get(2 + length..).unwrap_or_default();
    }
    for text in [8, 16] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    if flags & 2 != 0 { rest.get(2..).unwrap_or_default() } else { rest }
}

/// Tries unmarked deflate at each offset of `range`.
fn unmarked(bytes: &[u8], range: std::ops::Range<usize>, found: &mut dyn FnMut(Inflated)) {
    let mut decoder = Decompress::new(false);
    let mut first = vec![0; 256];
    for offset in range {
        let rest = bytes.get(offset..).unwrap_or_default();
        if !may_be_deflate(rest) {
            continue;
        }
        decoder.reset(false);
        let status = decoder.decompress(rest, &mut first, FlushDecompress::None);
        let count = usize::try_from(decoder.total_out()).unwrap_or(0);
        let stream = Stream { kind: StreamKind::Deflate, offset };
        match status {
            // More than fits into the first look: read it all.
            Ok(Status::Ok | Status::BufError) if count == first.len() => inflate(bytes, stream, found),
            _ if count >= RAW_BYTES_MIN => {
                let bytes = first.iter().take(count).copied().collect();
                found(Inflated { stream, bytes, is_cut: false });
            }
            _ => {}
        }
    }
}

/// Whether the first block of a deflate stream (RFC 1951, 3.2.3) may start here.
fn may_be_deflate(rest: &[u8]) -> bool {
    let byte = |at: usize| rest.get(at).copied().unwrap_or(0);
    match byte(0) >> 1 & 3 {
        // A stored block: its length and the complement of it.
        0 => byte(1) == !byte(3) && byte(2) == !byte(4),
        1 => true,
        // Code tables: at most 286 lengths and 30 distances.
        2 => byte(0) >> 3 <= 29 && byte(1) & 0x1F <= 29,
        _ => false,
    }
}

/// Where the content of the zip entry at `at` begins (APPNOTE 4.3.7).
fn zip_content(bytes: &[u8], at: usize) -> Option<usize> {
    let field = |offset: usize| -> Option<usize> {
        let pair = bytes.get(at + offset..at + offset + 2)?;
        Some(usize::from(u16::from_le_bytes(pair.try_into().ok()?)))
    };
    Some(at + ZIP_HEADER_BYTES + field(26)? + field(28)?)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::{RAW_EVERYWHERE_BYTES_MAX, STREAM_BYTES_MAX, StreamFinder, StreamKind};

    const TEXT: &[u8] = b"a planted text, a planted text, and once more a planted text";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Whether a stream of `kind` that holds [`TEXT`] is found in `bytes`.
    fn is_found(bytes: &[u8], kind: StreamKind) -> bool {
        let mut is_found = false;
        StreamFinder::new().each(bytes, true, &mut |inflated| {
            is_found |= inflated.stream.kind == kind && inflated.bytes == TEXT;
        });
        is_found
    }

    #[test]
    fn marked_streams_are_found_between_other_bytes() {
        let around = |stream: &[u8]| [b"before".as_slice(), stream, b"after".as_slice()].concat();
        assert!(is_found(&around(&gzip(TEXT)), StreamKind::Gzip));
        for level in [1, 3, 6, 9] {
            assert!(is_found(&around(&zlib(TEXT, level)), StreamKind::Zlib), "level {level}");
        }
        let zstandard = ruzstd::encoding::compress_to_vec(TEXT, ruzstd::encoding::CompressionLevel::Fastest);
        assert!(is_found(&around(&zstandard), StreamKind::Zstandard));
    }

    #[test]
    fn the_deflate_of_a_zip_entry_is_found_behind_its_header() {
        let header = [b"PK\x03\x04".as_slice(), &[0; 22], &[5, 0, 2, 0], b"a.xmlXX"].concat();
        let large = [header, deflate(TEXT), vec![0; RAW_EVERYWHERE_BYTES_MAX]].concat();
        assert!(is_found(&large, StreamKind::Deflate));
    }

    #[test]
    fn unmarked_deflate_is_found_in_small_inputs_and_behind_the_mark_of_automerge() {
        let small = [b"before".as_slice(), &deflate(TEXT), b"after"].concat();
        assert!(is_found(&small, StreamKind::Deflate));
        let large = [small.as_slice(), &vec![0; RAW_EVERYWHERE_BYTES_MAX]].concat();
        assert!(!is_found(&large, StreamKind::Deflate), "positive control of the next line");
        let marked = [&[0x85, 0x6F, 0x4A, 0x83], large.as_slice()].concat();
        assert!(is_found(&marked, StreamKind::Deflate));
    }

    #[test]
    fn a_gzip_header_with_everything_in_it_is_passed_over() {
        let header = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3].as_slice();
        let member = [header, &[3, 0, 1, 2, 3], b"name\0", b"comment\0", &[7, 7], &deflate(TEXT)].concat();
        assert!(is_found(&member, StreamKind::Gzip));
    }

    #[test]
    fn a_damaged_stream_gives_what_came_before_the_damage() {
        let text: Vec<u8> =
            (0..4000_u32).flat_map(|number| (number * 7919).to_string().into_bytes()).collect();
        let mut stream = zlib(&text, 6);
        let half = stream.len() / 2;
        stream.iter_mut().skip(half).for_each(|byte| *byte = 0xFF);
        let mut longest = 0;
        StreamFinder::new().each(&stream, false, &mut |inflated| {
            if text.starts_with(&inflated.bytes[..1000.min(inflated.bytes.len())]) {
                longest = longest.max(inflated.bytes.len());
            }
        });
        assert!(longest > 1000, "{longest}");
    }

    #[test]
    fn a_cut_stream_gives_what_came_before_the_cut() {
        let mut whole = gzip(&TEXT.repeat(100));
        whole.truncate(whole.len() - 12);
        let mut longest = 0;
        StreamFinder::new().each(&whole, true, &mut |inflated| longest = longest.max(inflated.bytes.len()));
        assert!(longest > TEXT.len(), "{longest}");
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_says_so() {
        let bomb = gzip(&vec![0; STREAM_BYTES_MAX + 1_000_000]);
        let mut is_cut = false;
        StreamFinder::new().each(&bomb, false, &mut |inflated| {
            assert!(inflated.bytes.len() < STREAM_BYTES_MAX + 64 * 1024);
            is_cut |= inflated.is_cut;
        });
        assert!(is_cut);
    }
}
