//! Every target runs on every file of its corpus.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a step of a test that fails is the test's failure"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use kyosei_fuzz::TARGETS;

/// Bytes of all corpora together, at most: they are replayed in each run of the tests and kept for ever.
const CORPORA_BYTES_MAX: u64 = 200_000;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");

fn files(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(CORPUS).join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn no_target_fails_on_its_corpus_of_which_some_is_valid_and_some_is_not() {
    for target in TARGETS {
        let mut answers = BTreeSet::new();
        for input in files(target.name) {
            let answer = std::panic::catch_unwind(|| (target.run)(&input));
            answers.insert(answer.unwrap_or_else(|_| panic!("{} fails on {input:02x?}", target.name)));
        }
        assert_eq!(answers, BTreeSet::from([false, true]), "{}", target.name);
    }
}

#[test]
fn no_target_fails_on_beginnings_and_small_changes_of_its_corpus() {
    for target in TARGETS {
        for mut input in files(target.name).into_iter().take(8) {
            for length in (0..input.len()).step_by(13) {
                (target.run)(&input[..length]);
            }
            for at in (0..input.len()).step_by(7) {
                input[at] ^= 1 << (at % 8);
                (target.run)(&input);
                input[at] ^= 1 << (at % 8);
            }
        }
    }
}

#[test]
fn the_corpora_are_small_and_belong_to_targets() {
    let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    let folders =
        fs::read_dir(CORPUS).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert_eq!(folders.collect::<BTreeSet<String>>(), names);
    let total: usize = names.iter().flat_map(|name| files(name)).map(|bytes| bytes.len()).sum();
    assert!(total as u64 <= CORPORA_BYTES_MAX, "{total} bytes");
}
