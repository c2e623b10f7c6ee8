//! Two laptops that reach each other: an exchange on each side, and a pipe for bytes in each direction.
//!
//! A pipe delivers whole frames and a piece of the next one, so that a connection can be cut at any byte while what was
//! delivered does not depend on how long a ciphertext happens to be.

use std::collections::VecDeque;

use kyosei_app::Exchange;
use kyosei_app::exchange::{ExchangeError, Happened};
use kyosei_sync::Side;

use crate::node::{Node, NodeError};

/// Bytes of a frame's header: flags, and the length of its body.
const FRAME_HEADER_BYTES: usize = 3;

/// A connection between two nodes.
pub struct Contact {
    ends: [End; 2],
}

struct End {
    node: usize,
    exchange: Exchange,
    incoming: Pipe,
}

/// Bytes on their way in one direction.
#[derive(Default)]
pub struct Pipe {
    frames: VecDeque<Vec<u8>>,
    /// Bytes of the first frame that were delivered.
    delivered: usize,
}

/// What a delivery led to.
#[derive(Debug, Default)]
pub struct Delivered {
    /// Whether entries came in.
    pub has_received: bool,
    /// Whether the connection is over.
    pub is_over: bool,
    /// Whether the peer broke the protocol.
    pub is_violation: bool,
}

impl Contact {
    /// A connection from `dialer` to `listener`; none if one of them is off or knows no space that both are in.
    #[must_use]
    pub fn dial(nodes: &[Node], dialer: usize, listener: usize, entropy: [[u8; 32]; 2]) -> Option<Self> {
        let end = |side, own: usize, peer: usize, entropy: &[u8; 32]| {
            let (node, peer) = (&nodes[own], &nodes[peer]);
            let is_on = node.is_on() && peer.is_on();
            let views = if is_on { node.views() } else { Vec::new() };
            let exchange = Exchange::new(side, node.local(), peer.keys.endpoint(), views, entropy).ok()?;
            Some(End { node: own, exchange, incoming: Pipe::default() })
        };
        let dialing = end(Side::Dialer, dialer, listener, &entropy[0])?;
        let listening = end(Side::Listener, listener, dialer, &entropy[1])?;
        Some(Self { ends: [dialing, listening] })
    }

    /// The two nodes, the one that dialled first.
    #[must_use]
    pub const fn nodes(&self) -> [usize; 2] {
        [self.ends[0].node, self.ends[1].node]
    }

    /// Puts what both sides have to send on its way. Says whether a side failed.
    ///
    /// # Errors
    /// [`NodeError`] of the side that failed: it is off.
    pub fn pump(&mut self, nodes: &mut [Node]) -> Result<(), NodeError> {
        for at in 0..2 {
            let node = &mut nodes[self.ends[at].node];
            loop {
                match self.ends[at].exchange.give(node) {
                    Ok(Some(bytes)) => self.ends[1 - at].incoming.push(&bytes),
                    Ok(None) => break,
                    Err(ExchangeError::Host(error)) => return Err(error),
                    Err(ExchangeError::Violation(_)) => break,
                }
            }
        }
        Ok(())
    }

    /// Whether bytes are on their way to this end (0: the dialer).
    #[must_use]
    pub fn has_bytes(&self, end: usize) -> bool {
        !self.ends[end].incoming.frames.is_empty()
    }

    /// Delivers whole frames and a share of the next one.
    pub fn deliver(&mut self, nodes: &mut [Node], end: usize, frames: usize, share: f64) -> Delivered {
        let bytes = self.ends[end].incoming.take(frames, share);
        let mut delivered = Delivered::default();
        let node = &mut nodes[self.ends[end].node];
        match self.ends[end].exchange.take(&bytes, node) {
            Ok(happened) => {
                for one in happened {
                    match one {
                        Happened::Received { .. } => delivered.has_received = true,
                        Happened::Ended { .. } => delivered.is_over = true,
                        Happened::Proven { .. } | Happened::PeerHas { .. } | Happened::Withdrawn { .. } => {}
                    }
                }
            }
            Err(ExchangeError::Violation(_)) => {
                delivered.is_over = true;
                delivered.is_violation = true;
            }
            Err(ExchangeError::Host(_)) => delivered.is_over = true,
        }
        delivered
    }

    /// Hands the present membership and heads of a node to its side.
    pub fn refresh(&mut self, node: usize, nodes: &[Node]) {
        for end in self.ends.iter_mut().filter(|end| end.node == node) {
            for view in nodes[node].views() {
                let space = view.space;
                end.exchange.revise(view);
                // A node that cannot read is off, and its contacts end.
                let _asked = end.exchange.ask_again(space, &nodes[node]);
            }
        }
    }

    /// Whether both sides know that they have the same.
    #[must_use]
    pub fn is_level(&self, nodes: &[Node]) -> bool {
        self.ends.iter().all(|end| end.exchange.is_level(&nodes[end.node]))
    }

    /// Whether both sides proved themselves.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.ends.iter().all(|end| end.exchange.device().is_some())
    }
}

impl Pipe {
    fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let [_, high, low, ..] = rest {
            let body = usize::from(u16::from_be_bytes([*high, *low]));
            let (frame, after) = rest.split_at(FRAME_HEADER_BYTES + body);
            self.frames.push_back(frame.to_vec());
            rest = after;
        }
        assert!(rest.is_empty(), "a session gives whole frames");
    }

    fn take(&mut self, frames: usize, share: f64) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..frames {
            let Some(frame) = self.frames.pop_front() else { return bytes };
            bytes.extend_from_slice(&frame[self.delivered..]);
            self.delivered = 0;
        }
        if let Some(next) = self.frames.front() {
            // At least one byte stays, so that the number of whole frames is what was asked for.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let until = ((next.len() as f64 * share) as usize).min(next.len() - 1);
            if until > self.delivered {
                bytes.extend_from_slice(&next[self.delivered..until]);
                self.delivered = until;
            }
        }
        bytes
    }
}
