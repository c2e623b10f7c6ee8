//! What the two sides tell each other about what they have of one space.
//!
//! Life-cycle: each side sends the digest of all that it has. If the two are equal, everything is said. If not, each side
//! sends its tips as one group of messages. From then on every change goes as a further group with the changed logs only.
//! What is to be sent is never queued: it is the difference between what this side has and what it told, computed when
//! there is room for it. So ten thousand announcements cost no more than the last one.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, LogId, SpaceId};

use crate::have::Have;
use crate::session::violation::Violation;
use crate::wire::Message;
use crate::wire::limits::HAVE_MESSAGE_TIP_COUNT_MAX;

/// Bytes accounted for one tip with its share of the maps.
const TIP_BYTES: usize = 128;

/// Both directions of one space.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    space: SpaceId,
    own: Have,
    told: Have,
    telling: Telling,
    peer: Have,
    hearing: Hearing,
    unreported: Have,
    is_group_complete: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// The digest is sent; whether more is needed shows the peer's.
    AwaitDigest,
    /// Nothing to tell, as far as is known.
    Idle,
    /// Something changed.
    Due,
    /// A group was begun; the next message goes on after this log.
    Group(Option<LogId>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hearing {
    AwaitDigest,
    BetweenGroups,
    /// Within a group, after this log.
    Group(LogId),
}

impl Exchange {
    /// Begins with what this side has now.
    pub(super) fn new(space: SpaceId, own: Have) -> Self {
        Self {
            space,
            told: own.clone(),
            own,
            telling: Telling::AwaitDigest,
            peer: Have::new(),
            hearing: Hearing::AwaitDigest,
            unreported: Have::new(),
            is_group_complete: false,
        }
    }

    /// The first message.
    pub(super) fn digest_message(&self) -> Message {
        Message::Digest { space: self.space, digest: self.told.digest(self.space) }
    }

    /// Takes the peer's digest.
    pub(super) fn handle_digest(&mut self, digest: &[u8; 32]) -> Result<(), Violation> {
        if self.hearing != Hearing::AwaitDigest {
            return Err(Violation::OutOfTurn);
        }
        self.hearing = Hearing::BetweenGroups;
        if *digest == self.told.digest(self.space) {
            self.peer = self.told.clone();
            self.unreported = self.told.clone();
            self.is_group_complete = true;
            self.telling = if self.own == self.told { Telling::Idle } else { Telling::Due };
        } else {
            self.told = Have::new();
            self.telling = Telling::Group(None);
        }
        Ok(())
    }

    /// Takes a message with tips of the peer.
    pub(super) fn handle_have(
        &mut self,
        tips: BTreeMap<LogId, BTreeSet<CutHead>>,
        is_last: bool,
    ) -> Result<(), Violation> {
        let after = match self.hearing {
            Hearing::AwaitDigest => return Err(Violation::OutOfTurn),
            Hearing::BetweenGroups => None,
            Hearing::Group(log) => Some(log),
        };
        let changed = Have::from_tips(tips)?;
        let is_ascending = after.is_none_or(|after| changed.first_log().is_none_or(|first| first > after));
        let last = changed.last_log();
        self.hearing = match (is_last, last) {
            (true, _) => Hearing::BetweenGroups,
            (false, Some(last)) => Hearing::Group(last),
            (false, None) => return Err(Violation::Malformed),
        };
        if !is_ascending {
            return Err(Violation::Malformed);
        }
        self.peer.update(&changed)?;
        self.unreported.update(&changed)?;
        self.is_group_complete = is_last;
        Ok(())
    }

    /// What this side has now.
    pub(super) fn announce(&mut self, have: Have) {
        self.own = have;
        if self.telling == Telling::Idle {
            self.telling = Telling::Due;
        }
    }

    /// The next message with tips, if one is due.
    pub(super) fn poll_message(&mut self) -> Option<Message> {
        let after = match self.telling {
            Telling::AwaitDigest | Telling::Idle => return None,
            Telling::Due => None,
            Telling::Group(after) => after,
        };
        let (changed, has_more) = self.own.difference(&self.told, after, HAVE_MESSAGE_TIP_COUNT_MAX);
        if changed.is_empty() && self.telling == Telling::Due {
            self.telling = Telling::Idle;
            return None;
        }
        // A group ends even if its last logs were told meanwhile; what changed behind it goes with the next one.
        self.telling = if has_more { Telling::Group(changed.last_log()) } else { Telling::Due };
        if self.told.update(&changed).is_err() {
            // Our own tips are within the limits, and what was told is a part of them.
            self.told = self.own.clone();
        }
        Some(Message::Have { space: self.space, tips: changed.into_tips(), is_last: !has_more })
    }

    /// What the peer told since the last call, once a group is complete.
    pub(super) fn poll_peer_has(&mut self) -> Option<Have> {
        let is_due = self.is_group_complete && self.hearing == Hearing::BetweenGroups;
        is_due.then(|| {
            self.is_group_complete = false;
            std::mem::take(&mut self.unreported)
        })
    }

    pub(super) const fn peer(&self) -> &Have {
        &self.peer
    }

    pub(super) fn held_bytes(&self) -> usize {
        let tips = [&self.own, &self.told, &self.peer, &self.unreported].map(Have::tip_count);
        tips.iter().sum::<usize>().saturating_mul(TIP_BYTES)
    }
}
