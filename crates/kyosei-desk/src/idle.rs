//! When to warn of a lock and when to lock: a pure machine over a steady clock.
//!
//! Feed it with [`IdleWatch::touch`] for each sign of a person and with [`IdleWatch::poll`] about once a second; it says
//! what to do, each thing once. It knows no vault and no window.

use std::time::Duration;

/// Before a lock by idleness the window is warned for so long.
pub const LOCK_WARNING: Duration = Duration::from_secs(30);

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdleStep {
    /// Nothing.
    Wait,
    /// Warn that the lock comes, so many seconds from now.
    Warn {
        /// Seconds that are left.
        seconds: u32,
    },
    /// Take the warning back.
    PutOff,
    /// Lock.
    Lock,
}

/// Watches for signs of a person. Times are durations since any fixed point of a clock that counts sleep too.
#[derive(Debug, Clone)]
pub struct IdleWatch {
    touched: Duration,
    warned: bool,
}

impl IdleWatch {
    /// Starts to watch.
    #[must_use]
    pub const fn new(now: Duration) -> Self {
        Self { touched: now, warned: false }
    }

    /// Someone did something.
    pub fn touch(&mut self, now: Duration) -> IdleStep {
        self.touched = self.touched.max(now);
        if std::mem::take(&mut self.warned) { IdleStep::PutOff } else { IdleStep::Wait }
    }

    /// What is due at `now`, when the vault locks after `limit`.
    pub fn poll(&mut self, now: Duration, limit: Duration) -> IdleStep {
        let idle = now.saturating_sub(self.touched);
        if idle >= limit {
            return IdleStep::Lock;
        }
        let left = limit.saturating_sub(idle);
        if left <= LOCK_WARNING && !self.warned {
            self.warned = true;
            return IdleStep::Warn { seconds: u32::try_from(left.as_secs()).unwrap_or(u32::MAX) };
        }
        IdleStep::Wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(300);

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn it_warns_once_thirty_seconds_before_it_locks() {
        let mut watch = IdleWatch::new(at(1_000));
        assert_eq!(watch.poll(at(1_269), LIMIT), IdleStep::Wait);
        assert_eq!(watch.poll(at(1_270), LIMIT), IdleStep::Warn { seconds: 30 });
        assert_eq!(watch.poll(at(1_271), LIMIT), IdleStep::Wait);
        assert_eq!(watch.poll(at(1_300), LIMIT), IdleStep::Lock);
    }

    #[test]
    fn a_touch_takes_the_warning_back_and_starts_anew() {
        let mut watch = IdleWatch::new(at(0));
        assert_eq!(watch.poll(at(280), LIMIT), IdleStep::Warn { seconds: 20 });
        assert_eq!(watch.touch(at(285)), IdleStep::PutOff);
        assert_eq!(watch.touch(at(286)), IdleStep::Wait);
        assert_eq!(watch.poll(at(555), LIMIT), IdleStep::Wait);
        assert_eq!(watch.poll(at(556), LIMIT), IdleStep::Warn { seconds: 30 });
    }

    #[test]
    fn after_a_night_it_locks_without_a_warning_and_a_clock_that_stands_back_does_nothing() {
        let mut watch = IdleWatch::new(at(50_000));
        assert_eq!(watch.poll(at(40_000), LIMIT), IdleStep::Wait);
        assert_eq!(watch.poll(at(90_000), LIMIT), IdleStep::Lock);
    }
}
