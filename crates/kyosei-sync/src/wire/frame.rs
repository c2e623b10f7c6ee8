//! Frames: three bytes of header (flags, then the length of the body as big-endian 16 bits) and a body.
//!
//! A message travels in one lane as full frames followed by one that is marked as its last. Frames of the two lanes may
//! alternate; within a lane one message follows the other. A frame that is not the last of its message is full, so a
//! message has one way to be cut, and no peer can send frames that bring nothing. A message that was begun may be abandoned
//! by an abort frame.

use crate::wire::limits::FRAME_BYTES_MAX;

const HEADER_BYTES: usize = 3;
const FLAG_LAST: u8 = 1;
const FLAG_BULK: u8 = 2;
const FLAG_ABORT: u8 = 4;

/// Bytes of a full frame's body.
pub const FRAME_BODY_BYTES: usize = FRAME_BYTES_MAX - HEADER_BYTES;

/// Which of the two queues a message travels in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Small messages, which pass the bulk ones.
    Control,
    /// Entries.
    Bulk,
}

impl Lane {
    const fn flag(self) -> u8 {
        match self {
            Self::Control => 0,
            Self::Bulk => FLAG_BULK,
        }
    }
}

/// Why bytes are not frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Unknown flags, a frame that is neither full nor last, or an abort of nothing.
    #[error("malformed frame")]
    Malformed,
    /// The message grows above the limit of its lane.
    #[error("message above the limit of its lane")]
    AboveLimit,
}

/// The largest message of each lane, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct LaneLimits {
    /// Of the control lane.
    pub control: usize,
    /// Of the bulk lane.
    pub bulk: usize,
}

/// Appends the next frame of `message` from `at` on to `out`; returns where the one after begins, or `None` after the last.
pub fn cut(lane: Lane, message: &[u8], at: usize, out: &mut Vec<u8>) -> Option<usize> {
    let rest = message.get(at..).unwrap_or_default();
    let (body, is_last) = match rest.get(..FRAME_BODY_BYTES) {
        Some(body) if rest.len() > FRAME_BODY_BYTES => (body, false),
        _ => (rest, true),
    };
    push_header(out, lane.flag() | if is_last { FLAG_LAST } else { 0 }, body.len());
    out.extend_from_slice(body);
    if is_last { None } else { at.checked_add(body.len()) }
}

/// Bytes of the frame that [`cut`] would append.
#[must_use]
pub fn next_len(message: &[u8], at: usize) -> usize {
    HEADER_BYTES.saturating_add(message.len().saturating_sub(at).min(FRAME_BODY_BYTES))
}

/// Appends the frame that abandons the message that was begun in a lane.
pub fn cut_abort(lane: Lane, out: &mut Vec<u8>) {
    push_header(out, lane.flag() | FLAG_ABORT, 0);
}

/// Bytes of an abort frame.
pub const ABORT_BYTES: usize = HEADER_BYTES;

fn push_header(out: &mut Vec<u8>, flags: u8, body_len: usize) {
    let len = u16::try_from(body_len).unwrap_or(u16::MAX);
    out.push(flags);
    out.extend_from_slice(&len.to_be_bytes());
}

/// Puts messages together from bytes that arrive in any pieces. Holds at most one unfinished message of each lane.
#[derive(Debug, Default)]
pub struct Assembler {
    header: [u8; HEADER_BYTES],
    header_len: usize,
    body: Option<Body>,
    control: Vec<u8>,
    bulk: Vec<u8>,
}

/// What [`Assembler::push`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// How many bytes it took.
    pub byte_count: usize,
    /// The message that was completed by them.
    pub message: Option<(Lane, Vec<u8>)>,
}

#[derive(Debug, Clone, Copy)]
struct Body {
    lane: Lane,
    is_last: bool,
    remaining: usize,
}

impl Assembler {
    /// Takes bytes up to the end of the next message.
    ///
    /// # Errors
    /// See [`FrameError`]. Nothing may be given to it afterwards.
    pub fn push(&mut self, bytes: &[u8], limits: LaneLimits) -> Result<Taken, FrameError> {
        let mut rest = bytes;
        loop {
            if self.body.is_none() {
                if !self.take_header(&mut rest) {
                    return Ok(Taken { byte_count: bytes.len(), message: None });
                }
                self.body = self.open(limits)?;
            }
            let Some(body) = self.body else { continue };
            let (piece, after) = rest.split_at(body.remaining.min(rest.len()));
            rest = after;
            self.lane(body.lane).extend_from_slice(piece);
            let remaining = body.remaining.saturating_sub(piece.len());
            if remaining > 0 {
                self.body = Some(Body { remaining, ..body });
                return Ok(Taken { byte_count: bytes.len(), message: None });
            }
            self.body = None;
            if body.is_last {
                let message = std::mem::take(self.lane(body.lane));
                let byte_count = bytes.len().saturating_sub(rest.len());
                return Ok(Taken { byte_count, message: Some((body.lane, message)) });
            }
        }
    }

    /// Bytes held of unfinished messages.
    #[must_use]
    pub const fn held_bytes(&self) -> usize {
        self.control.capacity().saturating_add(self.bulk.capacity())
    }

    /// Whether a frame's header is complete.
    fn take_header(&mut self, rest: &mut &[u8]) -> bool {
        while self.header_len < HEADER_BYTES {
            let Some((byte, after)) = rest.split_first() else { return false };
            if let Some(place) = self.header.get_mut(self.header_len) {
                *place = *byte;
            }
            self.header_len = self.header_len.saturating_add(1);
            *rest = after;
        }
        self.header_len = 0;
        true
    }

    /// Reads the header; an abort is dealt with here and opens no body.
    fn open(&mut self, limits: LaneLimits) -> Result<Option<Body>, FrameError> {
        let [flags, high, low] = self.header;
        let len = usize::from(u16::from_be_bytes([high, low]));
        let lane = if flags & FLAG_BULK == 0 { Lane::Control } else { Lane::Bulk };
        if flags == lane.flag() | FLAG_ABORT {
            let is_begun = len == 0 && !self.lane(lane).is_empty();
            *self.lane(lane) = Vec::new();
            return if is_begun { Ok(None) } else { Err(FrameError::Malformed) };
        }
        if flags & !(FLAG_LAST | FLAG_BULK) != 0 || len > FRAME_BODY_BYTES {
            return Err(FrameError::Malformed);
        }
        let is_last = flags & FLAG_LAST != 0;
        if !is_last && len != FRAME_BODY_BYTES {
            return Err(FrameError::Malformed);
        }
        let limit = if lane == Lane::Bulk { limits.bulk } else { limits.control };
        if self.lane(lane).len().saturating_add(len) > limit {
            return Err(FrameError::AboveLimit);
        }
        Ok(Some(Body { lane, is_last, remaining: len }))
    }

    const fn lane(&mut self, lane: Lane) -> &mut Vec<u8> {
        match lane {
            Lane::Control => &mut self.control,
            Lane::Bulk => &mut self.bulk,
        }
    }
}
