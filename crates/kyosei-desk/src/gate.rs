//! Where the desk stands, as everybody may know it, and when the next passphrase is tried.
//!
//! A wrong passphrase makes the next one wait: 1, 2, 4 seconds and so on, up to [`WAIT_MAX`]. Nothing is ever deleted for
//! wrong passphrases, and quitting the program takes the wait away: it slows a person at the keyboard, while the work of
//! the key file slows everybody else.

use std::time::{Duration, Instant};

use kyosei_contract::Failure;
use kyosei_contract::gate::{GateState, LockReason, Stage};

/// Longest wait after a wrong passphrase.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(30);

/// What is known without a key.
pub(crate) struct Gate {
    pub(crate) stage: Stage,
    pub(crate) lock_reason: LockReason,
    wrong_count: u32,
    next_try: Option<Instant>,
}

impl Gate {
    pub(crate) const fn new(stage: Stage) -> Self {
        Self { stage, lock_reason: LockReason::Started, wrong_count: 0, next_try: None }
    }

    /// What the window is told.
    pub(crate) fn state(&self, now: Instant) -> GateState {
        GateState {
            stage: self.stage.clone(),
            lock_reason: self.lock_reason.clone(),
            wait_ms: u32::try_from(self.wait(now).as_millis()).unwrap_or(u32::MAX),
            wrong_count: self.wrong_count,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Whether a passphrase may be tried now.
    pub(crate) fn may_try(&self, now: Instant) -> Result<(), Failure> {
        let wait = self.wait(now);
        if wait.is_zero() {
            return Ok(());
        }
        Err(Failure::new("E-PASSPHRASE-WAIT").with("waitMs", wait.as_millis()))
    }

    /// A passphrase was wrong.
    pub(crate) fn wrong(&mut self, now: Instant) {
        self.next_try = now.checked_add(wait_after(self.wrong_count));
        self.wrong_count = self.wrong_count.saturating_add(1);
    }

    /// The vault opened.
    pub(crate) fn opened(&mut self) {
        self.stage = Stage::Unlocked;
        self.wrong_count = 0;
        self.next_try = None;
    }

    fn wait(&self, now: Instant) -> Duration {
        self.next_try.map(|at| at.saturating_duration_since(now)).unwrap_or_default()
    }
}

fn wait_after(wrong_before: u32) -> Duration {
    let seconds = 1_u64.checked_shl(wrong_before).unwrap_or(u64::MAX);
    Duration::from_secs(seconds).min(WAIT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_passphrase_doubles_the_wait_up_to_half_a_minute() {
        let now = Instant::now();
        let mut gate = Gate::new(Stage::Locked);
        let mut waits = Vec::new();
        for _ in 0..7 {
            gate.wrong(now);
            waits.push(gate.wait(now).as_secs());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert!(gate.may_try(now).is_err_and(|failure| failure.params["waitMs"] == "30000"));
        assert!(gate.may_try(now + WAIT_MAX).is_ok());
    }

    #[test]
    fn any_number_of_wrong_passphrases_waits_no_longer() {
        assert_eq!(wait_after(0), Duration::from_secs(1));
        assert_eq!(wait_after(63), WAIT_MAX);
        assert_eq!(wait_after(u32::MAX), WAIT_MAX);
    }
}
