//! Looks for planted texts in bytes, files, folders and raw images.
//!
//! A [`Scanner`] is made once for a set of texts and may scan many places. It looks at everything twice: for
//! patterns and for compressed streams, which it looks at in the same way, [`DEPTH_MAX`] levels deep. Names of
//! files and targets of links are scanned as well as contents. Many hits of one text in one encoding at one
//! place count as one [`Hit`].

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::streams::{Inflated, Stream, StreamFinder, StreamKind};
use super::{Canary, Encoding, patterns};

/// Streams within streams that are followed: a zip of xlsx files needs three.
const DEPTH_MAX: usize = 4;
/// Folders within folders that are followed.
const FOLDER_DEPTH_MAX: usize = 64;
/// Bytes of one file that are read at most.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024 * 1024;
/// Bytes that the streams of one place may give together.
const INFLATED_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Looks for a set of texts.
#[derive(Debug)]
pub struct Scanner {
    patterns: AhoCorasick,
    /// For each pattern, the field of its text and the encoding.
    meanings: Vec<(String, Encoding)>,
    streams: StreamFinder,
}

/// A planted text that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The field that the text was planted in.
    pub field: String,
    /// How it was written.
    pub encoding: Encoding,
    /// The file, or nothing when bytes were scanned.
    pub path: PathBuf,
    /// The compressed streams that it stood in, outermost first.
    pub streams: Vec<Stream>,
    /// Offset of the first window found, in the innermost stream.
    pub offset: usize,
    /// How many windows were found.
    pub count: usize,
}

/// What a scan found.
#[derive(Debug, Default)]
pub struct Report {
    /// The texts found; nothing here is what a test hopes for.
    pub hits: Vec<Hit>,
    /// Bytes looked at, inflated ones too.
    pub byte_count: usize,
    /// Files looked at.
    pub file_count: usize,
    /// Compressed streams looked into, accidental ones too.
    pub stream_count: usize,
    /// Streams that were not read to their end, since they gave too much: not all was seen.
    pub cut_count: usize,
}

impl Report {
    /// Whether nothing was found and nothing was left unread.
    pub fn is_clean(&self) -> bool {
        self.hits.is_empty() && self.cut_count == 0
    }
}

/// Why something could not be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A file or folder could not be read.
    #[error("cannot scan {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is larger than a scan reads, or folders nest too deep.
    #[error("{path} is too large to scan")]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
    },
}

impl Scanner {
    /// A scanner for `canaries`.
    ///
    /// # Panics
    /// When the patterns need more than 2 GiB, which no test plants.
    #[expect(
        clippy::expect_used,
        reason = "a scan without its patterns would find nothing and look like success"
    )]
    pub fn new(canaries: &[Canary]) -> Self {
        let mut by_bytes: BTreeMap<Vec<u8>, (String, Encoding)> = BTreeMap::new();
        for canary in canaries {
            for (bytes, encoding) in patterns::of(canary) {
                by_bytes.entry(bytes).or_insert_with(|| (canary.field.clone(), encoding));
            }
        }
        let patterns = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(by_bytes.keys())
            .expect("the patterns of a test fit");
        Self { patterns, meanings: by_bytes.into_values().collect(), streams: StreamFinder::new() }
    }

    /// Scans bytes.
    pub fn scan_bytes(&self, bytes: &[u8]) -> Report {
        let mut report = Report::default();
        self.look_at(bytes, Path::new(""), &mut report);
        report
    }

    /// Scans a file, a raw disk image or a memory dump, and its name.
    ///
    /// # Errors
    /// The file cannot be read or is larger than 4 GiB.
    pub fn scan_file(&self, path: &Path) -> Result<Report, ScanError> {
        let mut report = Report::default();
        self.look_at_file(path, &mut report)?;
        Ok(report)
    }

    /// Scans all files below a folder, their names and the targets of links. Sockets and pipes are left out,
    /// and so is what vanishes while the scan runs.
    ///
    /// # Errors
    /// Something cannot be read or is too large.
    pub fn scan_dir(&self, folder: &Path) -> Result<Report, ScanError> {
        let mut report = Report::default();
        self.look_into_folder(folder, 0, &mut report)?;
        Ok(report)
    }

    fn look_into_folder(&self, folder: &Path, depth: usize, report: &mut Report) -> Result<(), ScanError> {
        if depth > FOLDER_DEPTH_MAX {
            return Err(ScanError::TooLarge { path: folder.to_owned() });
        }
        for entry in fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
            let path = entry.map_err(|source| unreadable(folder, source))?.path();
            let looked = fs::symlink_metadata(&path)
                .map_err(|source| unreadable(&path, source))
                .and_then(|metadata| self.look_at_entry(&path, metadata.file_type(), depth, report));
            match looked {
                Err(ScanError::Unreadable { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }

    fn look_at_entry(
        &self,
        path: &Path,
        kind: fs::FileType,
        depth: usize,
        report: &mut Report,
    ) -> Result<(), ScanError> {
        if kind.is_dir() {
            self.look_at_name(path, report);
            return self.look_into_folder(path, depth + 1, report);
        }
        if kind.is_file() {
            return self.look_at_file(path, report);
        }
        self.look_at_name(path, report);
        if kind.is_symlink() {
            let target = fs::read_link(path).map_err(|source| unreadable(path, source))?;
            self.look_at(target.as_os_str().as_bytes(), path, report);
        }
        Ok(())
    }

    fn look_at_file(&self, path: &Path, report: &mut Report) -> Result<(), ScanError> {
        self.look_at_name(path, report);
        let size = fs::metadata(path).map_err(|source| unreadable(path, source))?.len();
        if size > FILE_BYTES_MAX {
            return Err(ScanError::TooLarge { path: path.to_owned() });
        }
        let bytes = fs::read(path).map_err(|source| unreadable(path, source))?;
        report.file_count += 1;
        self.look_at(&bytes, path, report);
        Ok(())
    }

    fn look_at_name(&self, path: &Path, report: &mut Report) {
        if let Some(name) = path.file_name() {
            self.look_at(name.as_bytes(), path, report);
        }
    }

    /// Looks at one place and into its streams, level by level.
    fn look_at(&self, bytes: &[u8], path: &Path, report: &mut Report) {
        let mut place = Place {
            scanner: self,
            trail: Vec::new(),
            inflated_left: INFLATED_BYTES_MAX,
            found: BTreeMap::new(),
            report,
        };
        place.descend(bytes);
        let Place { found, report, .. } = place;
        report.hits.extend(found.into_values().map(|hit| Hit { path: path.to_owned(), ..hit }));
    }
}

/// One place under scan.
struct Place<'a> {
    scanner: &'a Scanner,
    /// The streams that lead to what is being looked at.
    trail: Vec<Stream>,
    inflated_left: usize,
    /// One hit for each field, encoding and kinds of stream.
    found: BTreeMap<(&'a str, Encoding, Vec<StreamKind>), Hit>,
    report: &'a mut Report,
}

impl Place<'_> {
    fn descend(&mut self, bytes: &[u8]) {
        self.report.byte_count += bytes.len();
        self.match_patterns(bytes);
        if self.trail.len() == DEPTH_MAX {
            return;
        }
        let streams = &self.scanner.streams;
        streams.each(bytes, self.trail.is_empty(), &mut |inflated| self.enter(inflated));
    }

    fn match_patterns(&mut self, bytes: &[u8]) {
        let scanner = self.scanner;
        for matched in scanner.patterns.find_overlapping_iter(bytes) {
            let Some((field, encoding)) = scanner.meanings.get(matched.pattern().as_usize()) else {
                continue;
            };
            let kinds = self.trail.iter().map(|stream| stream.kind).collect();
            let hit = self.found.entry((field, *encoding, kinds)).or_insert_with(|| Hit {
                field: field.clone(),
                encoding: *encoding,
                path: PathBuf::new(),
                streams: self.trail.clone(),
                offset: matched.start(),
                count: 0,
            });
            hit.count += 1;
        }
    }

    fn enter(&mut self, inflated: Inflated) {
        self.report.stream_count += 1;
        let Some(left) = self.inflated_left.checked_sub(inflated.bytes.len()) else {
            self.report.cut_count += 1;
            return;
        };
        self.inflated_left = left;
        self.report.cut_count += usize::from(inflated.is_cut);
        self.trail.push(inflated.stream);
        self.descend(&inflated.bytes);
        self.trail.pop();
    }
}

fn unreadable(path: &Path, source: io::Error) -> ScanError {
    ScanError::Unreadable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;
    use std::path::Path;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use rand::Rng as _;

    use super::super::{Canaries, Encoding, Kind, StreamKind};
    use super::{Report, ScanError};
    use crate::Seed;

    const KINDS: [Kind; 5] = [Kind::Latin, Kind::Kanji, Kind::Kana, Kind::Phone, Kind::Address];

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn noise(seed: &Seed, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        seed.branch("noise").rng().fill_bytes(&mut bytes);
        bytes
    }

    #[test]
    fn every_text_is_found_in_every_encoding_that_can_write_it() {
        let seed = Seed::of_test();
        let mut canaries = Canaries::new(&seed);
        for kind in KINDS {
            canaries.plant(&format!("{kind:?}"), kind);
        }
        let scanner = canaries.scanner();
        for canary in canaries.planted() {
            for encoding in Encoding::ALL {
                for written in encoding.encode(&canary.text) {
                    let report = scanner.scan_bytes(&[noise(&seed, 999), written, noise(&seed, 99)].concat());
                    let fields: Vec<&str> = report.hits.iter().map(|hit| hit.field.as_str()).collect();
                    assert!(
                        fields.contains(&canary.field.as_str()),
                        "{canary:?} in {encoding:?}: {report:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn noise_and_the_texts_of_another_test_are_not_found() {
        let seed = Seed::of_test();
        let (mut canaries, mut others) = (Canaries::new(&seed), Canaries::new(&seed.branch("others")));
        let texts: Vec<String> = KINDS
            .iter()
            .map(|kind| {
                canaries.plant(&format!("{kind:?}"), *kind);
                others.plant(&format!("{kind:?}"), *kind)
            })
            .collect();
        let bytes = [noise(&seed, 100_000), texts.concat().into_bytes()].concat();
        assert_eq!(canaries.scanner().scan_bytes(&bytes).hits, []);
        // Noise may by chance begin a stored block of deflate, in which the texts are found once more.
        let found = others.scanner().scan_bytes(&bytes).hits;
        let plain = found.iter().filter(|hit| hit.streams.is_empty());
        assert_eq!(plain.count(), KINDS.len(), "positive control");
    }

    #[test]
    fn a_fragment_of_six_characters_is_found_and_one_of_five_is_not() {
        let mut canaries = Canaries::new(&Seed::of_test());
        let text = canaries.plant("note", Kind::Kanji);
        let fragment = |count| text.chars().skip(2).take(count).collect::<String>();
        let report = canaries.scanner().scan_bytes(fragment(6).as_bytes());
        assert_eq!(
            report.hits.iter().map(|hit| (hit.encoding, hit.count)).collect::<Vec<_>>(),
            [(Encoding::Utf8, 1)]
        );
        assert_eq!(canaries.scanner().scan_bytes(fragment(5).as_bytes()).hits, []);
    }

    #[test]
    fn a_text_is_found_in_a_stream_within_a_stream() {
        let mut canaries = Canaries::new(&Seed::of_test());
        let text = canaries.plant("note", Kind::Kanji);
        let report = canaries.scanner().scan_bytes(&gzip(&gzip(text.as_bytes())));
        let trails: Vec<Vec<StreamKind>> =
            report.hits.iter().map(|hit| hit.streams.iter().map(|stream| stream.kind).collect()).collect();
        assert!(trails.contains(&vec![StreamKind::Gzip, StreamKind::Gzip]), "{report:?}");
    }

    #[test]
    fn a_folder_is_scanned_with_its_file_names_links_and_hidden_corners() {
        let mut canaries = Canaries::new(&Seed::of_test());
        let fields = ["content", "name", "folder", "link"];
        let [content, name, folder_name, link] = fields.map(|field| canaries.plant(field, Kind::Latin));
        let folder = tempfile::tempdir().unwrap();
        let hidden = folder.path().join(".cache").join(folder_name);
        fs::create_dir_all(&hidden).unwrap();
        fs::write(hidden.join("a.json"), content).unwrap();
        fs::write(hidden.join(format!("{name}.txt")), "").unwrap();
        std::os::unix::fs::symlink(Path::new("/nowhere").join(link), hidden.join("link")).unwrap();

        let Report { hits, file_count, .. } = canaries.scanner().scan_dir(folder.path()).unwrap();
        let mut found: Vec<&str> = hits.iter().map(|hit| hit.field.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, ["content", "folder", "link", "name"]);
        assert_eq!(file_count, 2);
    }

    #[test]
    fn a_missing_place_is_an_error_and_not_a_clean_scan() {
        let scanner = Canaries::new(&Seed::of_test()).scanner();
        let missing = Path::new("/nonexistent/place");
        assert!(matches!(scanner.scan_file(missing), Err(ScanError::Unreadable { .. })));
        assert!(matches!(scanner.scan_dir(missing), Err(ScanError::Unreadable { .. })));
    }
}
