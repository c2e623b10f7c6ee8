//! The seed of a test: drawn afresh or taken from `KYOSEI_TEST_SEED`, and printed when the test fails.
//!
//! A [`Seed`] lives as long as its test. Everything random in the test comes from [`Seed::rng`] or from a
//! [`Seed::branch`] with a name, so that drawing more in one part does not change what another part draws.
//! It is not for keys of real people: a ChaCha stream from a printed number hides nothing.

use std::env;

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

/// The environment variable that replays a test.
pub const VARIABLE: &str = "KYOSEI_TEST_SEED";

/// A number that everything random in one test is drawn from.
///
/// ```
/// use kyosei_testkit::Seed;
/// use rand::RngExt as _;
///
/// let seed = Seed::of_test();
/// let rows: usize = seed.rng().random_range(1..100);
/// assert!(rows < 100); // on failure: "replay with KYOSEI_TEST_SEED=…"
/// ```
#[derive(Debug)]
pub struct Seed {
    value: u64,
    is_printed: bool,
}

impl Seed {
    /// The seed that `KYOSEI_TEST_SEED` names, else a fresh one.
    ///
    /// # Panics
    /// When the variable is no number, or the system gives no randomness: a test cannot go on.
    #[expect(clippy::panic, reason = "a test that cannot be seeded must fail, not choose another seed")]
    pub fn of_test() -> Self {
        let value = match env::var(VARIABLE) {
            Ok(text) => parse(&text).unwrap_or_else(|| panic!("{VARIABLE} must be a number: {text}")),
            Err(_) => getrandom::u64().unwrap_or_else(|error| panic!("no randomness: {error}")),
        };
        Self { value, is_printed: true }
    }

    /// The seed that `KYOSEI_TEST_SEED` names, else this one: for a search that may find what is known and open, which must
    /// not fail whoever changes something else.
    ///
    /// # Panics
    /// When the variable is no number.
    pub fn of_test_or(value: u64) -> Self {
        let is_named = env::var_os(VARIABLE).is_some();
        if is_named { Self::of_test() } else { Self { value, is_printed: true } }
    }

    /// A fixed seed, for data that must never change. It is not printed.
    pub const fn fixed(value: u64) -> Self {
        Self { value, is_printed: false }
    }

    /// The number that replays this test.
    pub const fn value(&self) -> u64 {
        self.value
    }

    /// A generator that starts at this seed, the same on every machine.
    pub fn rng(&self) -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(self.value)
    }

    /// An independent seed for the part of the test called `name`.
    pub fn branch(&self, name: &str) -> Self {
        // FNV-1a, 64 bit: stable for ever, and not a matter of security.
        let folded = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self::fixed(self.value ^ folded)
    }
}

impl Drop for Seed {
    #[expect(clippy::print_stderr, reason = "the test harness shows what a failing test prints this way")]
    fn drop(&mut self) {
        if self.is_printed && std::thread::panicking() {
            eprintln!("replay with {VARIABLE}={}", self.value);
        }
    }
}

fn parse(text: &str) -> Option<u64> {
    match text.trim().strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.trim().parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use rand::RngExt as _;

    use super::{Seed, VARIABLE, parse};

    #[test]
    fn the_same_seed_draws_the_same_on_every_machine() {
        let drawn: Vec<u32> = Seed::fixed(7).rng().random_iter().take(3).collect();
        assert_eq!(drawn, [659_178_777, 100_225_719, 3_590_821_264]);
    }

    #[test]
    fn branches_differ_from_each_other_and_from_their_seed() {
        let seed = Seed::fixed(7);
        let values = [seed.value(), seed.branch("people").value(), seed.branch("offers").value()];
        assert!(values[0] != values[1] && values[1] != values[2] && values[0] != values[2]);
        assert_eq!(seed.branch("people").value(), Seed::fixed(7).branch("people").value());
    }

    #[test]
    fn a_seed_reads_as_decimal_or_hexadecimal() {
        assert_eq!([parse("12"), parse("0x1f"), parse("twelve")], [Some(12), Some(31), None]);
    }

    /// Fails on purpose when the variable asks for it: the next test runs it as a process of its own.
    #[test]
    fn fails_when_told_to() {
        let seed = Seed::of_test();
        assert_ne!(std::env::var("KYOSEI_TESTKIT_FAIL").as_deref(), Ok("1"), "seed {}", seed.value());
    }

    #[test]
    fn a_failing_test_prints_the_seed_that_replays_it() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["seed::tests::fails_when_told_to", "--exact"])
            .env("KYOSEI_TESTKIT_FAIL", "1")
            .env(VARIABLE, "4711")
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&printed).contains("replay with KYOSEI_TEST_SEED=4711"));
    }
}
