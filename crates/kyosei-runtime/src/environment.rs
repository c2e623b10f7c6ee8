//! The clock and the entropy of this process.
//!
//! A build with the cargo feature `testing` takes both from `KYOSEI_TEST_NOW` (RFC 3339) and `KYOSEI_TEST_SEED` (a
//! number). Any other build refuses to start while one of them is set, so that a released program can never run on a
//! foretold clock or foretold keys.

use kyosei_model::UnixMillis;
use kyosei_vault::WorkFactor;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

const TEST_NOW: &str = "KYOSEI_TEST_NOW";
const TEST_SEED: &str = "KYOSEI_TEST_SEED";

/// Clock, entropy and the cost of new key files.
pub struct Environment {
    rng: ChaCha20Rng,
    fixed_now: Option<UnixMillis>,
    work: WorkFactor,
}

/// Why the environment is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvironmentError {
    /// The operating system gives no entropy.
    #[error("no entropy from the operating system")]
    NoEntropy,
    /// A test variable is set, but this is no test build.
    #[error("a test variable is set: this program does not start with it")]
    TestVariable,
    /// A test variable does not parse.
    #[error("a test variable cannot be read")]
    BadTestVariable,
}

impl Environment {
    /// The real clock and fresh entropy, or in a test build what the test variables say.
    ///
    /// # Errors
    /// See [`EnvironmentError`].
    pub fn new() -> Result<Self, EnvironmentError> {
        let variable = |name: &str| std::env::var(name).ok();
        let (now, seed) = (variable(TEST_NOW), variable(TEST_SEED));
        if cfg!(not(feature = "testing")) && (now.is_some() || seed.is_some()) {
            return Err(EnvironmentError::TestVariable);
        }
        let fixed_now = now.as_deref().map(parse_now).transpose()?;
        let seed =
            seed.map(|seed| seed.parse().map_err(|_| EnvironmentError::BadTestVariable)).transpose()?;
        let rng = match seed {
            Some(seed) => ChaCha20Rng::seed_from_u64(seed),
            None => from_os()?,
        };
        Ok(Self { rng, fixed_now, work: work_factor() })
    }

    /// A clock that stands and keys that are foretold, for tests in this process.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn foretold(seed: u64, now: UnixMillis) -> Self {
        Self { rng: ChaCha20Rng::seed_from_u64(seed), fixed_now: Some(now), work: work_factor() }
    }

    /// The present in Unix milliseconds.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.fixed_now.unwrap_or_else(|| UnixMillis::new(chrono::Utc::now().timestamp_millis()))
    }

    /// A cryptographic random number generator, seeded by the operating system.
    pub const fn rng(&mut self) -> &mut ChaCha20Rng {
        &mut self.rng
    }

    /// The cost of new key files.
    #[must_use]
    pub const fn work(&self) -> WorkFactor {
        self.work
    }
}

fn from_os() -> Result<ChaCha20Rng, EnvironmentError> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|_| EnvironmentError::NoEntropy)?;
    Ok(ChaCha20Rng::from_seed(seed))
}

fn parse_now(text: &str) -> Result<UnixMillis, EnvironmentError> {
    chrono::DateTime::parse_from_rfc3339(text)
        .map(|time| UnixMillis::new(time.timestamp_millis()))
        .map_err(|_| EnvironmentError::BadTestVariable)
}

const fn work_factor() -> WorkFactor {
    if cfg!(feature = "testing") { WorkFactor::Testing } else { WorkFactor::Standard }
}
