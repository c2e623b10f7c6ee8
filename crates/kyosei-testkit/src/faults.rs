//! Damage to stored bytes, one mutation at a time (primitive P6).
//!
//! [`all`] gives every mutation of a byte string of some length, [`sample`] a seeded choice of them, and
//! [`of_test`] the one under torture and the other in a plain test. A test applies each to a good file and asserts that reading it back
//! either fails with a clear error or gives the old content, and never panics. Swapping whole objects or
//! putting back older versions is for the test itself: it knows what an object is.

use std::num::NonZeroU8;

use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha20Rng;

use crate::{Seed, torture};

/// Bytes of a page of most file systems: what a failing disk loses at once.
pub const PAGE_BYTES: usize = 4096;

/// One damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// The byte at an offset, changed by exclusive or.
    FlipBits {
        /// Offset in bytes.
        at: usize,
        /// The bits that change.
        bits: NonZeroU8,
    },
    /// All bytes from an offset on are gone.
    Truncate {
        /// Bytes left.
        length: usize,
    },
    /// A page reads as zeros.
    ZeroPage {
        /// Offset in bytes.
        at: usize,
    },
    /// Two pages changed places.
    SwapPages {
        /// Offset of one in bytes.
        first: usize,
        /// Offset of the other in bytes.
        second: usize,
    },
    /// A page stands twice, and all that follows it moved.
    DuplicatePage {
        /// Offset in bytes.
        at: usize,
    },
}

impl Mutation {
    /// The damaged bytes; nothing when the damage would change nothing, as zeroing zeros does.
    pub fn apply(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut damaged = bytes.to_vec();
        match *self {
            Self::FlipBits { at, bits } => *damaged.get_mut(at)? ^= bits.get(),
            Self::Truncate { length } => damaged.truncate(length),
            Self::ZeroPage { at } => damaged.iter_mut().skip(at).take(PAGE_BYTES).for_each(|byte| *byte = 0),
            Self::SwapPages { first, second } => {
                for offset in 0..PAGE_BYTES {
                    let (a, b) = (first + offset, second + offset);
                    if a < damaged.len() && b < damaged.len() {
                        damaged.swap(a, b);
                    }
                }
            }
            Self::DuplicatePage { at } => {
                let page: Vec<u8> = bytes.iter().skip(at).take(PAGE_BYTES).copied().collect();
                damaged.splice(at..at, page);
            }
        }
        (damaged != bytes).then_some(damaged)
    }
}

/// The mutations that a test tries: `count` seeded ones, or under torture every one.
pub fn of_test(length: usize, count: usize, seed: &Seed) -> Vec<Mutation> {
    match torture::folder() {
        Some(_) => all(length).collect(),
        None => sample(length, count, seed),
    }
}

/// Every mutation of `length` bytes: each byte changed in one bit, each shorter length, each page zeroed and
/// duplicated, each two neighbouring pages swapped.
pub fn all(length: usize) -> impl Iterator<Item = Mutation> {
    let flips = (0..length).map(|at| Mutation::FlipBits { at, bits: one_bit(at) });
    let cuts = (0..length).map(|length| Mutation::Truncate { length });
    let pages = move || (0..length).step_by(PAGE_BYTES);
    let zeros = pages().map(|at| Mutation::ZeroPage { at });
    let doubles = pages().map(|at| Mutation::DuplicatePage { at });
    let swaps = pages().skip(1).map(|second| Mutation::SwapPages { first: second - PAGE_BYTES, second });
    flips.chain(cuts).chain(zeros).chain(doubles).chain(swaps)
}

/// `count` seeded mutations of `length` bytes, of every kind in turn, with any bits and any two pages.
pub fn sample(length: usize, count: usize, seed: &Seed) -> Vec<Mutation> {
    if length == 0 {
        return Vec::new();
    }
    let mut rng = seed.branch("faults").rng();
    let pages: Vec<usize> = (0..length).step_by(PAGE_BYTES).collect();
    let page = |rng: &mut ChaCha20Rng| pages.choose(rng).copied().unwrap_or(0);
    (0..count)
        .map(|turn| match turn % 5 {
            0 => {
                let bits = NonZeroU8::new(rng.random()).unwrap_or(NonZeroU8::MAX);
                Mutation::FlipBits { at: rng.random_range(0..length), bits }
            }
            1 => Mutation::Truncate { length: rng.random_range(0..length) },
            2 => Mutation::ZeroPage { at: page(&mut rng) },
            3 => Mutation::SwapPages { first: page(&mut rng), second: page(&mut rng) },
            _ => Mutation::DuplicatePage { at: page(&mut rng) },
        })
        .collect()
}

/// A different bit for neighbouring bytes, so that each bit position is tried.
fn one_bit(at: usize) -> NonZeroU8 {
    NonZeroU8::new(1 << (at % 8)).unwrap_or(NonZeroU8::MIN)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Mutation, PAGE_BYTES, all, sample};
    use crate::Seed;

    #[test]
    fn every_mutation_of_a_file_differs_from_it_and_from_the_others() {
        let bytes: Vec<u8> = (0..=250).cycle().take(2 * PAGE_BYTES + 5).collect();
        let damaged: Vec<Vec<u8>> = all(bytes.len()).filter_map(|mutation| mutation.apply(&bytes)).collect();
        // Each byte, each length, three pages zeroed, three doubled, two swaps.
        assert_eq!(damaged.len(), 2 * bytes.len() + 3 + 3 + 2);
        assert!(damaged.iter().all(|other| *other != bytes));
        assert_eq!(damaged.iter().collect::<BTreeSet<_>>().len(), damaged.len());
    }

    #[test]
    fn a_mutation_does_what_its_name_says() {
        let bytes = [1, 2, 3];
        let bits = std::num::NonZeroU8::new(0x80).unwrap();
        assert_eq!(Mutation::FlipBits { at: 1, bits }.apply(&bytes), Some(vec![1, 0x82, 3]));
        assert_eq!(Mutation::Truncate { length: 1 }.apply(&bytes), Some(vec![1]));
        assert_eq!(Mutation::ZeroPage { at: 0 }.apply(&bytes), Some(vec![0, 0, 0]));
        assert_eq!(Mutation::DuplicatePage { at: 0 }.apply(&bytes), Some(vec![1, 2, 3, 1, 2, 3]));
        assert_eq!(Mutation::SwapPages { first: 0, second: 0 }.apply(&bytes), None);
        assert_eq!(Mutation::ZeroPage { at: 0 }.apply(&[0, 0]), None);
    }

    #[test]
    fn a_sample_is_of_the_asked_size_and_replays_from_its_seed() {
        let drawn = sample(10_000, 100, &Seed::fixed(1));
        assert_eq!(drawn.len(), 100);
        assert_eq!(drawn, sample(10_000, 100, &Seed::fixed(1)));
        assert_ne!(drawn, sample(10_000, 100, &Seed::fixed(2)));
        assert_eq!(sample(0, 100, &Seed::fixed(1)), []);
    }
}
