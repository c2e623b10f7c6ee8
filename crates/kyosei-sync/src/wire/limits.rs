//! Every limit of the session, the wire and the bundle, in one place.

use crate::limits::PAYLOAD_BYTES_MAX;

/// Largest frame in bytes, its three bytes of header included. A large entry travels in several frames, so that a small
/// message never waits for more than one of them.
pub const FRAME_BYTES_MAX: usize = 64 << 10;
/// Largest message in bytes before both sides have proved themselves: a stranger makes nobody buffer more.
pub const HANDSHAKE_MESSAGE_BYTES_MAX: usize = 1 << 10;
/// Largest control message in bytes: a `Need` that names [`HAVE_LOG_COUNT_MAX`] logs and
/// [`NEED_PAYLOAD_COUNT_MAX`] payloads fits.
pub const CONTROL_MESSAGE_BYTES_MAX: usize = 256 << 10;
/// Largest signed header in bytes: one with the most membership heads fits.
pub const HEADER_BYTES_MAX: usize = 4 << 10;
/// Largest bulk message in bytes: one entry with the largest header and payload.
pub const BULK_MESSAGE_BYTES_MAX: usize = PAYLOAD_BYTES_MAX + HEADER_BYTES_MAX + 64;
/// Spaces that one session shares at most. A proof always carries this many tags, most of them padding.
pub const SPACE_COUNT_MAX: usize = 16;
/// Protocol versions that one side offers at most.
pub const VERSION_COUNT_MAX: usize = 16;
/// Logs that one `Have` names at most.
pub const HAVE_LOG_COUNT_MAX: usize = 4096;
/// Tips that one `Have` names at most, of all its logs together.
pub const HAVE_TIP_COUNT_MAX: usize = 8192;
/// Tips after which a message with tips is closed and the next one begun.
pub const HAVE_MESSAGE_TIP_COUNT_MAX: usize = 512;
/// Payloads that one `Need` names at most, beside those of the entries that it asks for.
pub const NEED_PAYLOAD_COUNT_MAX: usize = 1024;
/// Bytes of entries that a host hands over in one batch at most. One entry of any size fits.
pub const BATCH_BYTES_MAX: usize = 2 << 20;
/// Bytes of entries waiting for transmission below which a session asks its host for the next batch of a request.
pub const OUTPUT_LOW_BYTES_MAX: usize = 256 << 10;
/// Bytes of entries waiting for transmission, and of batches that the host was asked for, at most: of all requests
/// together.
pub const OUTPUT_BYTES_MAX: usize = 8 << 20;
/// Bytes of received entries that the host has not taken yet, above which a session takes in no more. One entry that
/// crosses the line is still taken.
pub const RECEIVED_BYTES_MAX: usize = 4 << 20;
