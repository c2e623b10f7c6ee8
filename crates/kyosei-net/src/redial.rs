//! When to dial a peer again: a pure state machine, and the watch for a machine that slept.
//!
//! Life-cycle: one [`Redial`] for each peer that shall stay connected. Times are readings of any clock that never goes
//! back; the jitter is a random number of the caller. It dials nothing.

use std::time::Duration;

/// How long to wait after the first failure, before jitter.
pub const BACKOFF_MIN: Duration = Duration::from_secs(1);

/// How long to wait at most, before jitter: a member who comes home is found within this time even if nothing is noticed.
pub const BACKOFF_MAX: Duration = Duration::from_secs(5 * 60);

/// How long a link must have lived for its end to count as a fresh start, not as one more failure.
pub const STABLE_AFTER: Duration = Duration::from_secs(30);

/// How much the clocks must disagree for a sleep.
pub const SLEEP_MIN: Duration = Duration::from_secs(15);

/// What is known of one peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting { until: Duration },
    Dialing,
    Linked { since: Duration },
}

/// The wish to stay connected to one peer.
#[derive(Clone, Debug)]
pub struct Redial {
    state: State,
    failure_count: u32,
}

impl Redial {
    /// Wishes it from `now` on: the first dial is due at once.
    pub const fn new(now: Duration) -> Self {
        Self { state: State::Waiting { until: now }, failure_count: 0 }
    }

    /// When the next dial is due; never while one runs or the link is up.
    pub const fn due(&self) -> Option<Duration> {
        match self.state {
            State::Waiting { until } => Some(until),
            State::Dialing | State::Linked { .. } => None,
        }
    }

    /// A dial has begun.
    pub const fn handle_dialing(&mut self) {
        self.state = State::Dialing;
    }

    /// The dial failed. A link that came up meanwhile by the peer's dial stands.
    pub fn handle_failure(&mut self, now: Duration, jitter: u32) {
        if self.state == State::Dialing {
            self.wait(now, jitter);
        }
    }

    /// The link is up, whoever dialed.
    pub const fn handle_linked(&mut self, now: Duration) {
        self.state = State::Linked { since: now };
    }

    /// The link is gone.
    pub fn handle_lost(&mut self, now: Duration, jitter: u32) {
        if let State::Linked { since } = self.state {
            if now.saturating_sub(since) >= STABLE_AFTER {
                self.failure_count = 0;
            }
            self.wait(now, jitter);
        }
    }

    /// The network or the peer's address changed, the machine woke, or a person asks: earlier failures say nothing now.
    pub const fn handle_change(&mut self, now: Duration) {
        self.failure_count = 0;
        if let State::Waiting { .. } = self.state {
            self.state = State::Waiting { until: now };
        }
    }

    fn wait(&mut self, now: Duration, jitter: u32) {
        let until = now.saturating_add(backoff(self.failure_count, jitter));
        self.state = State::Waiting { until };
        self.failure_count = self.failure_count.saturating_add(1);
    }
}

/// The wait after this many failures before: doubled each time, and of that between one half and the whole, as the jitter
/// says, so that devices which lost each other at one moment do not all dial at one moment.
pub fn backoff(failure_count: u32, jitter: u32) -> Duration {
    let doubled = 2_u32.checked_pow(failure_count).and_then(|factor| BACKOFF_MIN.checked_mul(factor));
    let half = doubled.unwrap_or(BACKOFF_MAX).min(BACKOFF_MAX) / 2;
    half.saturating_add(half.mul_f64(f64::from(jitter) / f64::from(u32::MAX)))
}

/// Notices that the machine slept, from two clocks that are read together now and then.
#[derive(Clone, Copy, Debug)]
pub struct SleepWatch {
    monotonic: Duration,
    wall: Duration,
    cadence: Duration,
}

impl SleepWatch {
    /// Starts with one reading; the next ones come about every `cadence`.
    pub const fn new(monotonic: Duration, wall: Duration, cadence: Duration) -> Self {
        Self { monotonic, wall, cadence }
    }

    /// Takes a reading and says whether the machine slept since the last one.
    ///
    /// On Linux and macOS the monotonic clock stands still in a sleep and the wall clock runs ahead of it; on Windows
    /// both run on, and the reading comes much too late. A wall clock that is set forward looks the same: then a dial
    /// happens earlier than it had to.
    pub fn observe(&mut self, monotonic: Duration, wall: Duration) -> bool {
        let passed = monotonic.saturating_sub(self.monotonic);
        let wall_passed = wall.saturating_sub(self.wall);
        let is_ahead = wall_passed.saturating_sub(passed) >= SLEEP_MIN;
        let is_late = passed.saturating_sub(self.cadence) >= SLEEP_MIN;
        (self.monotonic, self.wall) = (monotonic, wall);
        is_ahead || is_late
    }
}

#[cfg(test)]
mod tests;
