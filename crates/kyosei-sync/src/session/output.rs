//! What waits to be sent, and how it is cut into chunks.
//!
//! Control messages go first. One bulk message is under way at a time; between its frames control messages pass. What
//! belongs to a space is marked with it, so that it can be taken back until the very last frame.

use std::collections::VecDeque;

use kyosei_access::SpaceId;

use crate::wire::frame::{self, ABORT_BYTES};
use crate::wire::limits::FRAME_BYTES_MAX;
use crate::wire::{Lane, Message};

/// The two lanes of the outgoing side.
#[derive(Debug, Default)]
pub(super) struct Output {
    control: VecDeque<Waiting>,
    bulk: Option<Waiting>,
    aborts: VecDeque<Lane>,
}

/// A message of which everything before `at` has left.
#[derive(Debug)]
struct Waiting {
    space: Option<SpaceId>,
    bytes: Vec<u8>,
    at: usize,
}

impl Output {
    /// Queues a control message, of a space unless it belongs to none.
    pub(super) fn push_control(&mut self, space: Option<SpaceId>, message: &Message) {
        self.control.push_back(Waiting { space, bytes: message.encode(), at: 0 });
    }

    /// Starts a bulk message. Only when [`Output::is_bulk_idle`].
    pub(super) fn start_bulk(&mut self, space: SpaceId, message: &Message) {
        self.bulk = Some(Waiting { space: Some(space), bytes: message.encode(), at: 0 });
    }

    pub(super) fn is_control_idle(&self) -> bool {
        self.control.is_empty()
    }

    pub(super) const fn is_bulk_idle(&self) -> bool {
        self.bulk.is_none()
    }

    /// Nothing more of this space leaves: a message that was begun is abandoned.
    pub(super) fn withdraw(&mut self, space: SpaceId) {
        let is_begun = |waiting: &Waiting| waiting.space == Some(space) && waiting.at > 0;
        if self.control.front().is_some_and(is_begun) {
            self.aborts.push_back(Lane::Control);
        }
        self.control.retain(|waiting| waiting.space != Some(space));
        if let Some(bulk) = self.bulk.take_if(|bulk| bulk.space == Some(space))
            && is_begun(&bulk)
        {
            self.aborts.push_back(Lane::Bulk);
        }
    }

    /// Appends the next frame to `chunk` if one waits and fits. Returns whether it did.
    pub(super) fn append_frame(&mut self, chunk: &mut Vec<u8>) -> bool {
        let room = FRAME_BYTES_MAX.saturating_sub(chunk.len());
        if let Some(lane) = self.aborts.front().copied() {
            if ABORT_BYTES <= room {
                frame::cut_abort(lane, chunk);
                self.aborts.pop_front();
                return true;
            }
            return false;
        }
        let (lane, waiting) = match (self.control.front_mut(), &mut self.bulk) {
            (Some(control), _) => (Lane::Control, control),
            (None, Some(bulk)) => (Lane::Bulk, bulk),
            (None, None) => return false,
        };
        if frame::next_len(&waiting.bytes, waiting.at) > room {
            return false;
        }
        match (frame::cut(lane, &waiting.bytes, waiting.at, chunk), lane) {
            (Some(next), _) => waiting.at = next,
            (None, Lane::Control) => drop(self.control.pop_front()),
            (None, Lane::Bulk) => self.bulk = None,
        }
        true
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.control.iter().chain(&self.bulk).map(|waiting| waiting.bytes.len()).sum()
    }
}
