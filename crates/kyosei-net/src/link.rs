//! One authenticated bidirectional stream of bytes to one peer.
//!
//! Life-cycle: it arrives in an [`Event`](crate::Event) (or from a dial for joining), carries bytes both ways, and ends when
//! either side closes or drops it, when the peer falls off the allow-list, or when nothing comes for too long. All
//! methods take `&self`, so that one task may send while another receives. It knows no messages.

use std::fmt;
use std::sync::{Arc, OnceLock};

use iroh::endpoint::{
    Connection, ReadError, RecvStream, SendStream, VarInt, WeakConnectionHandle, WriteError,
};
use tokio::sync::{Mutex, watch};

use crate::address::PeerAddress;
use crate::arbiter::Dialer;
use crate::event::Ending;
use crate::key::EndpointKey;
use crate::limits::{CHUNK_MAX, JOIN_BYTES_MAX, WELCOME_BYTES_MAX};
use crate::path::{PathState, follow};

/// Codes with which this crate closes links. Owners take others, from 1000 on.
pub mod code {
    /// Closed in order.
    pub const DONE: u32 = 0;
    /// The peer is not on the allow-list, or no longer.
    pub const STRANGER: u32 = 403;
    /// The peer did not open its stream in time or in a known form.
    pub const NO_OPENING: u32 = 408;
    /// Another link to the same peer stays.
    pub const SUPERSEDED: u32 = 409;
    /// More bytes than a link for joining carries.
    pub const TOO_MUCH: u32 = 413;
    /// Too many links at one time.
    pub const BUSY: u32 = 429;
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Members synchronise.
    Sync,
    /// A stranger asks to join.
    Join,
}

impl Protocol {
    /// The name under which the two sides agree on it (ALPN, RFC 7301).
    pub const fn alpn(self) -> &'static [u8] {
        match self {
            Self::Sync => b"kyosei/sync/1",
            Self::Join => b"kyosei/join/1",
        }
    }

    pub(crate) fn of_alpn(alpn: &[u8]) -> Option<Self> {
        [Self::Sync, Self::Join].into_iter().find(|protocol| protocol.alpn() == alpn)
    }
}

/// A link. Dropping it closes it.
pub struct Link {
    peer: EndpointKey,
    protocol: Protocol,
    dialer: Dialer,
    binding: [u8; 32],
    connection: Connection,
    cause: Arc<OnceLock<Ending>>,
    sender: Mutex<Half<SendStream>>,
    receiver: Mutex<Half<RecvStream>>,
    path: watch::Receiver<PathState>,
}

/// One direction, and how many bytes it may still carry.
struct Half<Stream> {
    stream: Stream,
    allowance: Option<usize>,
}

impl<Stream> Half<Stream> {
    fn take(&mut self, count: usize) -> bool {
        match &mut self.allowance {
            None => true,
            Some(allowance) => allowance.checked_sub(count).map(|rest| *allowance = rest).is_some(),
        }
    }
}

/// What the network knows of a connection when the link is made.
pub(crate) struct Established {
    pub peer: EndpointKey,
    pub protocol: Protocol,
    pub dialer: Dialer,
    pub binding: [u8; 32],
    pub connection: Connection,
    pub cause: Arc<OnceLock<Ending>>,
}

impl Link {
    pub(crate) fn new(made: Established, sender: SendStream, receiver: RecvStream) -> Self {
        let Established { peer, protocol, dialer, binding, connection, cause } = made;
        // A request is small; the welcome that answers it brings the operations of all spaces.
        let (asks, answers) = match protocol {
            Protocol::Sync => (None, None),
            Protocol::Join => (Some(JOIN_BYTES_MAX), Some(WELCOME_BYTES_MAX)),
        };
        let (sends, receives) = match dialer {
            Dialer::Us => (asks, answers),
            Dialer::Peer => (answers, asks),
        };
        let (writer, path) = watch::channel(PathState::of(&connection));
        tokio::spawn(follow(connection.weak_handle(), connection.path_events(), writer));
        Self {
            peer,
            protocol,
            dialer,
            binding,
            connection,
            cause,
            sender: Mutex::new(Half { stream: sender, allowance: sends }),
            receiver: Mutex::new(Half { stream: receiver, allowance: receives }),
            path,
        }
    }

    /// The key that the other side proved to have.
    pub const fn peer(&self) -> EndpointKey {
        self.peer
    }

    /// What it is for.
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Who dialed.
    pub const fn dialer(&self) -> Dialer {
        self.dialer
    }

    /// 32 secret bytes that only the two ends of this very link know (RFC 5705), to bind words or signatures to it.
    pub const fn binding(&self) -> &[u8; 32] {
        &self.binding
    }

    /// Sends all of the bytes; waits while the peer does not take them. When the future is dropped before its end,
    /// a part may have been sent: close the link then.
    ///
    /// # Errors
    /// When the link has ended, was finished by this side, or has carried all that it may.
    pub async fn send(&self, bytes: &[u8]) -> Result<(), SendError> {
        let mut half = self.sender.lock().await;
        if !half.take(bytes.len()) {
            return Err(SendError::TooMuch);
        }
        half.stream.write_all(bytes).await.map_err(|error| match error {
            WriteError::ClosedStream | WriteError::ZeroRttRejected => SendError::Finished,
            WriteError::Stopped(_) => SendError::Ended(Ending::Broken),
            WriteError::ConnectionLost(lost) => SendError::Ended(self.why((&lost).into())),
        })
    }

    /// Says that no more bytes follow, and waits until the peer has all of them.
    ///
    /// # Errors
    /// When the link ended before.
    pub async fn finish(&self) -> Result<(), SendError> {
        let stopped = {
            let mut half = self.sender.lock().await;
            half.stream.finish().map_err(|_| SendError::Finished)?;
            half.stream.stopped()
        };
        stopped.await.map(drop).map_err(|_| SendError::Ended(self.ending()))
    }

    /// The next bytes, at most [`CHUNK_MAX`]; nothing when the peer has finished. Dropping the future loses nothing.
    ///
    /// # Errors
    /// When the link has ended, or the peer sends more than it may; then the link is closed.
    pub async fn recv(&self) -> Result<Option<Vec<u8>>, RecvError> {
        let mut half = self.receiver.lock().await;
        let chunk = half.stream.read_chunk(CHUNK_MAX).await.map_err(|error| match error {
            ReadError::ConnectionLost(lost) => RecvError::Ended(self.why((&lost).into())),
            ReadError::Reset(_) | ReadError::ClosedStream | ReadError::ZeroRttRejected => {
                RecvError::Ended(Ending::Broken)
            }
        })?;
        let Some(chunk) = chunk else { return Ok(None) };
        if !half.take(chunk.len()) {
            self.close(code::TOO_MUCH, "");
            return Err(RecvError::TooMuch);
        }
        Ok(Some(chunk.to_vec()))
    }

    /// Ends the link at once; bytes on their way are lost ([`finish`](Self::finish) first). The peer sees the code
    /// and the reason, which must therefore say nothing about anybody.
    pub fn close(&self, code: u32, reason: &'static str) {
        self.connection.close(VarInt::from(code), reason.as_bytes());
    }

    /// Where the peer answers on this link now: to be stored, and dialed again another day.
    pub fn address(&self) -> PeerAddress {
        let mut address = PeerAddress::new(self.peer);
        for path in self.connection.paths().iter() {
            match path.remote_addr() {
                iroh::TransportAddr::Ip(socket) => {
                    address.sockets.insert(*socket);
                }
                iroh::TransportAddr::Relay(url) => address.relays.extend(url.as_str().parse()),
                iroh::TransportAddr::Custom(_) | _ => {}
            }
        }
        address
    }

    /// The way that the bytes take now.
    pub fn path(&self) -> PathState {
        PathState::of(&self.connection)
    }

    /// The same, with a notice of each change of the way.
    pub fn path_changes(&self) -> watch::Receiver<PathState> {
        self.path.clone()
    }

    /// Waits for the end of the link.
    pub async fn ended(&self) -> Ending {
        self.why((&self.connection.closed().await).into())
    }

    pub(crate) fn weak(&self) -> WeakConnectionHandle {
        self.connection.weak_handle()
    }

    fn ending(&self) -> Ending {
        self.connection.close_reason().map_or(Ending::Broken, |reason| self.why((&reason).into()))
    }

    /// What the network noted when it closed the link itself.
    fn why(&self, seen: Ending) -> Ending {
        self.cause.get().copied().unwrap_or(seen)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.close(code::DONE, "");
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({:?}, {:?}, dialed by {:?})", self.peer, self.protocol, self.dialer)
    }
}

/// Why bytes could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The link has ended.
    #[error("the link has ended: {0:?}")]
    Ended(Ending),
    /// This side has finished.
    #[error("this side of the link is finished")]
    Finished,
    /// A link for joining carries [`JOIN_BYTES_MAX`] bytes in each direction.
    #[error("the link may not carry as many bytes")]
    TooMuch,
}

/// Why no bytes came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecvError {
    /// The link has ended.
    #[error("the link has ended: {0:?}")]
    Ended(Ending),
    /// The peer sends more than a link for joining carries.
    #[error("the peer sends too much")]
    TooMuch,
}
