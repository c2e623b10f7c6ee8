//! Automerge actors that belong to one log.
//!
//! Automerge merges by (actor, sequence number): two changes with the same pair break a document for good. So an actor
//! names the log that may use it: its first bytes are a hash of the log's id, the rest is drawn at each start of the
//! program. A device that runs from a restored backup draws anew and repeats nothing; a device that puts changes under
//! the actor of another log is refused, on every replica alike.

use kyosei_access::LogId;
use kyosei_doc::Actor;

/// Bytes that name the log: nobody finds a second log key with the same ones.
const LOG_BYTES: usize = 10;
/// Bytes that are drawn at each start of the program.
pub const RUN_BYTES: usize = 6;

/// The actor of a log for one run of the program.
#[must_use]
pub fn actor(log: LogId, run: [u8; RUN_BYTES]) -> Actor {
    let mut bytes = [0; LOG_BYTES + RUN_BYTES];
    let (of_log, of_run) = bytes.split_at_mut(LOG_BYTES);
    of_log.copy_from_slice(&prefix(log));
    of_run.copy_from_slice(&run);
    Actor(bytes)
}

/// Whether changes by this actor may stand in this log.
#[must_use]
pub fn belongs_to(actor: &[u8], log: LogId) -> bool {
    actor.len() == LOG_BYTES + RUN_BYTES && actor.starts_with(&prefix(log))
}

fn prefix(log: LogId) -> [u8; LOG_BYTES] {
    let hash = blake3::derive_key("kyosei/v1/actor", log.as_bytes());
    let mut prefix = [0; LOG_BYTES];
    for (to, from) in prefix.iter_mut().zip(hash) {
        *to = from;
    }
    prefix
}

#[cfg(test)]
mod tests {
    use kyosei_access::LogId;

    use super::{actor, belongs_to};

    #[test]
    fn an_actor_belongs_to_its_own_log_in_every_run_and_to_no_other() {
        let (mine, other) = (LogId::from_bytes([1; 32]), LogId::from_bytes([2; 32]));
        let (first, second) = (actor(mine, [0; 6]), actor(mine, [9; 6]));
        assert_ne!(first, second);
        assert!(belongs_to(&first.0, mine) && belongs_to(&second.0, mine));
        assert!(!belongs_to(&first.0, other));
        assert!(!belongs_to(&first.0[..15], mine) && !belongs_to(&[], mine));
    }
}
