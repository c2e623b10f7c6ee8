//! Redialling by examples, and by walks through all of its events.

use super::{BACKOFF_MAX, BACKOFF_MIN, Redial, STABLE_AFTER, SleepWatch, backoff};
use std::time::Duration;

const fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_first_dial_is_due_at_once_and_no_second_while_it_runs() {
    let mut redial = Redial::new(at(7));
    assert_eq!(redial.due(), Some(at(7)));
    redial.handle_dialing();
    assert_eq!(redial.due(), None);
    redial.handle_linked(at(8));
    assert_eq!(redial.due(), None);
}

#[test]
fn waits_double_up_to_a_bound_and_jitter_stays_within_one_half_and_the_whole() {
    for failures in 0..100 {
        let whole = BACKOFF_MIN.checked_mul(1 << failures.min(20)).unwrap().min(BACKOFF_MAX);
        assert_eq!(backoff(failures, 0), whole / 2);
        assert_eq!(backoff(failures, u32::MAX), whole);
    }
}

#[test]
fn a_change_of_network_forgets_the_failures_and_dials_at_once() {
    let mut redial = Redial::new(at(0));
    for second in 0..20 {
        redial.handle_dialing();
        redial.handle_failure(at(second), u32::MAX);
    }
    assert_eq!(redial.due(), Some(at(19) + BACKOFF_MAX));
    redial.handle_change(at(20));
    assert_eq!(redial.due(), Some(at(20)));
    redial.handle_dialing();
    redial.handle_failure(at(20), u32::MAX);
    assert_eq!(redial.due(), Some(at(20) + BACKOFF_MIN));
}

#[test]
fn a_link_that_keeps_breaking_is_not_dialed_in_a_tight_loop() {
    let mut redial = Redial::new(at(0));
    let mut now = at(0);
    for _ in 0..20 {
        redial.handle_dialing();
        redial.handle_linked(now);
        redial.handle_lost(now + at(1), u32::MAX);
        now = redial.due().unwrap();
    }
    redial.handle_linked(now);
    redial.handle_lost(now + at(1), u32::MAX);
    assert_eq!(redial.due(), Some(now + at(1) + BACKOFF_MAX));
    redial.handle_linked(now);
    redial.handle_lost(now + STABLE_AFTER, u32::MAX);
    assert_eq!(redial.due(), Some(now + STABLE_AFTER + BACKOFF_MIN), "after a good while it starts afresh");
}

#[test]
fn a_link_that_the_peer_dialed_outlives_the_failure_of_the_own_dial() {
    let mut redial = Redial::new(at(0));
    redial.handle_dialing();
    redial.handle_linked(at(1));
    redial.handle_failure(at(2), 0);
    assert_eq!(redial.due(), None);
    redial.handle_lost(at(3), 0);
    redial.handle_lost(at(9), 0);
    assert_eq!(redial.due(), Some(at(3) + BACKOFF_MIN / 2), "a loss counts once");
}

#[test]
fn a_sleep_shows_in_either_pair_of_clocks_and_a_quiet_hour_does_not() {
    let mut quiet = SleepWatch::new(at(0), at(1_700_000_000), at(5));
    assert!((1..720).all(|tick| !quiet.observe(at(tick * 5), at(1_700_000_000 + tick * 5))));
    // Linux and macOS: the monotonic clock stood still.
    assert!(quiet.observe(at(3605), at(1_700_010_000)));
    assert!(!quiet.observe(at(3610), at(1_700_010_005)), "it is told once");
    // Windows: both ran on.
    assert!(quiet.observe(at(9000), at(1_700_015_395)));
    // The wall clock was set back: no sleep, and no overflow.
    assert!(!quiet.observe(at(9005), at(1_600_000_000)));
}
