//! One link with its exchange, and the two tasks that move its bytes.

use std::sync::Arc;
use std::time::Duration;

use kyosei_access::EndpointKey;
use kyosei_app::Exchange;
use kyosei_app::exchange::ExchangeError;
use kyosei_net::Link;
use kyosei_net::arbiter::Dialer;
use kyosei_sync::Side;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::vault::{Vault, VaultError};

/// Frames that wait for one link at most.
const OUTBOX_MAX: usize = 4;
/// How long the end of a link may take.
const FINISH_TIME_MAX: Duration = Duration::from_secs(2);
/// The code with which this side closes a link in order.
const CLOSED_IN_ORDER: u32 = 0;

/// Tells links apart that follow each other to the same peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Number(u64);

impl Number {
    pub fn take(&mut self) -> Self {
        self.0 = self.0.wrapping_add(1);
        *self
    }
}

/// What the tasks of links tell the loop.
pub(super) enum Inbound {
    /// Bytes arrived.
    Bytes { peer: EndpointKey, number: Number, bytes: Vec<u8> },
    /// The link takes more bytes.
    Room { peer: EndpointKey, number: Number },
    /// The link has ended.
    Gone { peer: EndpointKey, number: Number },
    /// Somebody asks to join.
    Request { link: Arc<Link>, bytes: Vec<u8> },
}

/// A link to a member's device.
pub(super) struct Connection {
    pub link: Arc<Link>,
    pub number: Number,
    pub exchange: Exchange,
    outbox: mpsc::Sender<Vec<u8>>,
    writing: JoinHandle<()>,
    was_level: bool,
}

impl Connection {
    /// Begins the exchange; none if no space is shared with the peer.
    pub fn begin(
        link: Link,
        number: Number,
        vault: &mut Vault,
        inbox: mpsc::Sender<Inbound>,
    ) -> Option<Self> {
        let peer = link.peer();
        let side = match link.dialer() {
            Dialer::Us => Side::Dialer,
            Dialer::Peer => Side::Listener,
        };
        let entropy = vault.draw_entropy();
        let exchange = Exchange::new(side, vault.local(), peer, vault.views(), &entropy).ok()?;
        let link = Arc::new(link);
        let (outbox, frames) = mpsc::channel(OUTBOX_MAX);
        tokio::spawn(read(Arc::clone(&link), peer, number, inbox.clone()));
        let writing = tokio::spawn(write(Arc::clone(&link), peer, number, frames, inbox));
        Some(Self { link, number, exchange, outbox, writing, was_level: false })
    }

    /// Sends as much as the link takes now. The writing task asks for more when it has room again.
    pub fn pump(&mut self, vault: &mut Vault) -> Result<(), ExchangeError<VaultError>> {
        while let Ok(permit) = self.outbox.try_reserve() {
            match self.exchange.give(vault)? {
                Some(bytes) => permit.send(bytes),
                None => break,
            }
        }
        Ok(())
    }

    /// Whether both sides have just come to have the same.
    pub fn becomes_level(&mut self, vault: &Vault) -> bool {
        let is_level = self.exchange.is_level(vault);
        let was_level = std::mem::replace(&mut self.was_level, is_level);
        is_level && !was_level
    }

    pub fn close(self) {
        self.link.close(CLOSED_IN_ORDER, "");
    }

    /// Closes after everything that was given to the link has reached the peer, or its patience is over: what this side
    /// said last is that it has what came.
    pub async fn finish(self) {
        let Self { link, outbox, writing, .. } = self;
        drop(outbox);
        let sent = async {
            if writing.await.is_ok() {
                // A link that was lost has nothing to finish.
                let _finished = link.finish().await;
            }
        };
        let _sent_in_time = timeout(FINISH_TIME_MAX, sent).await;
        link.close(CLOSED_IN_ORDER, "");
    }
}

async fn read(link: Arc<Link>, peer: EndpointKey, number: Number, inbox: mpsc::Sender<Inbound>) {
    while let Ok(Some(bytes)) = link.recv().await {
        if inbox.send(Inbound::Bytes { peer, number, bytes }).await.is_err() {
            return;
        }
    }
    drop(inbox.send(Inbound::Gone { peer, number }).await);
}

async fn write(
    link: Arc<Link>,
    peer: EndpointKey,
    number: Number,
    mut frames: mpsc::Receiver<Vec<u8>>,
    inbox: mpsc::Sender<Inbound>,
) {
    while let Some(bytes) = frames.recv().await {
        if link.send(&bytes).await.is_err() {
            drop(inbox.send(Inbound::Gone { peer, number }).await);
            return;
        }
        // What was given to the link is sent also when nobody asks for more.
        drop(inbox.send(Inbound::Room { peer, number }).await);
    }
}
