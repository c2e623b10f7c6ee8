//! Asking to join over a link, and answering.
//!
//! The one who asks sends the sealed request, with its length before it. The inviter answers with one byte: *wait*, then,
//! once a person has compared the words, *welcome* with the sealed welcome; or *refused*. A link that is lost meanwhile is
//! no harm: the same request gets the same answer on the next one.

use std::sync::Arc;
use std::time::Duration;

use kyosei_access::InvitationId;
use kyosei_access::invite::{InvitationState, Ticket};
use kyosei_app::joining::{ENVELOPE_BYTES_MAX, EnvelopeKind, invitation_of};
use kyosei_net::limits::JOIN_BYTES_MAX;
use kyosei_net::network::DialError;
use kyosei_net::{AllowList, Link, Network, NetworkConfig, PeerAddress};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::connection::Inbound;
use crate::vault::{Joining, Vault};

/// How long a request may take to arrive.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);
/// The code with which a link for joining is closed when the request was not taken.
const REFUSED: u32 = 1;
const WAIT: u8 = 0;
const WELCOME: u8 = 1;
const LENGTH_BYTES: usize = 4;

/// Why a laptop was not let in yet. It can ask again.
#[derive(Debug, thiserror::Error)]
pub enum JoinFailed {
    /// The endpoint could not be opened.
    #[error(transparent)]
    Bind(#[from] kyosei_net::network::BindError),
    /// The inviter could not be reached.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// An address of the ticket cannot be read.
    #[error("the ticket has no address that can be used")]
    Address,
    /// The request could not be sealed.
    #[error(transparent)]
    Join(#[from] crate::vault::JoinError),
    /// The inviter did not take the request.
    #[error("the inviter did not take the request")]
    Refused,
    /// The link was lost.
    #[error("the link was lost")]
    Lost,
}

impl JoinFailed {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Bind(_) => "E-NETWORK",
            Self::Dial(_) | Self::Lost => "E-LINK",
            Self::Address => "E-TICKET",
            Self::Join(error) => error.code(),
            Self::Refused => "E-INVITATION-USED",
        }
    }
}

/// Sends the request of a laptop that joins to the inviter, and waits for the welcome as long as the link lasts.
/// `waits` is called once when the inviter has the request.
///
/// # Errors
/// See [`JoinFailed`].
pub async fn ask_to_join(
    joining: &Joining,
    config: NetworkConfig,
    waits: impl FnOnce(),
) -> Result<Vec<u8>, JoinFailed> {
    let sealed = joining.sealed_request()?;
    ask_for_spaces(joining.endpoint_seed(), joining.ticket(), &sealed, config, waits).await
}

/// Sends the request of a member's laptop that asks for more spaces, as [`ask_to_join`] does for a new one.
///
/// # Errors
/// See [`JoinFailed`].
pub async fn ask_for_spaces(
    endpoint_seed: [u8; 32],
    ticket: &Ticket,
    sealed: &[u8],
    config: NetworkConfig,
    waits: impl FnOnce(),
) -> Result<Vec<u8>, JoinFailed> {
    let inviter = inviter_address(ticket);
    if inviter.is_empty() && !config.lan {
        return Err(JoinFailed::Address);
    }
    let network = Network::bind(endpoint_seed, config, AllowList::new()).await?;
    let link = network.dial_to_join(&inviter).await?;
    let welcome = converse(&link, sealed, waits).await;
    network.close().await;
    welcome
}

/// Where the inviter of a ticket answers. Addresses that the network layer cannot read are left out.
#[must_use]
pub fn inviter_address(ticket: &Ticket) -> PeerAddress {
    let reach = ticket.reach();
    let mut inviter = PeerAddress::new(reach.endpoint);
    inviter.sockets = reach.addresses.iter().filter_map(|address| address.as_str().parse().ok()).collect();
    inviter.relays = reach.relays.iter().filter_map(|relay| relay.as_str().parse().ok()).collect();
    inviter
}

async fn converse(link: &Link, sealed: &[u8], waits: impl FnOnce()) -> Result<Vec<u8>, JoinFailed> {
    let length = u32::try_from(sealed.len()).map_err(|_| JoinFailed::Lost)?;
    let message = [&length.to_be_bytes()[..], sealed].concat();
    link.send(&message).await.map_err(|_| JoinFailed::Lost)?;
    let mut waits = Some(waits);
    let mut received: Vec<u8> = Vec::new();
    loop {
        match received.first() {
            Some(&WAIT) => {
                received.remove(0);
                if let Some(waits) = waits.take() {
                    waits();
                }
            }
            Some(&WELCOME) => match prefixed(received.get(1..).unwrap_or_default(), ENVELOPE_BYTES_MAX)? {
                Some(welcome) => return Ok(welcome.to_vec()),
                None => more(link, &mut received).await?,
            },
            Some(_) => return Err(JoinFailed::Refused),
            None => more(link, &mut received).await?,
        }
    }
}

async fn more(link: &Link, received: &mut Vec<u8>) -> Result<(), JoinFailed> {
    match link.recv().await {
        Ok(Some(bytes)) => {
            received.extend(bytes);
            Ok(())
        }
        Err(kyosei_net::link::RecvError::Ended(kyosei_net::Ending::Peer { code: REFUSED })) => {
            Err(JoinFailed::Refused)
        }
        Ok(None) | Err(_) => Err(JoinFailed::Lost),
    }
}

/// What follows its length; none as long as a part is missing.
fn prefixed(bytes: &[u8], bytes_max: usize) -> Result<Option<&[u8]>, JoinFailed> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else { return Ok(None) };
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| JoinFailed::Lost)?;
    if length > bytes_max { Err(JoinFailed::Lost) } else { Ok(rest.get(..length)) }
}

/// What becomes of a request.
pub(super) enum Answer {
    /// A person must compare the words.
    Waits(InvitationId),
    /// The device was let in before: here is its welcome.
    Welcome(InvitationId, Vec<u8>),
    /// It is not taken.
    Refused(&'static str),
}

/// Looks at a request that came over a link.
pub(super) fn answer(vault: &mut Vault, link: &Link, bytes: &[u8]) -> Answer {
    let Ok(invitation) = invitation_of(EnvelopeKind::Request, bytes) else {
        return Answer::Refused("E-JOIN-FILE");
    };
    let used_by = vault.invitations().into_iter().find(|one| one.id == invitation).map(|one| one.state);
    if let Some(InvitationState::Used { device }) = used_by {
        // Whoever comes for the welcome must come from the endpoint of the device that was let in.
        let is_it = vault.endpoint_of(device) == Some(link.peer());
        return match vault.welcome(invitation) {
            Ok(welcome) if is_it => Answer::Welcome(invitation, welcome),
            Ok(_) => Answer::Refused("E-INVITATION-USED"),
            Err(error) => Answer::Refused(error.code()),
        };
    }
    match vault.take_request(bytes) {
        Ok(_) => Answer::Waits(invitation),
        Err(error) => Answer::Refused(error.code()),
    }
}

/// Reads a request in a task of its own.
pub(super) fn read_request(link: Arc<Link>, inbox: mpsc::Sender<Inbound>) {
    tokio::spawn(async move {
        let mut received = Vec::new();
        let whole = timeout(REQUEST_TIME_MAX, async {
            loop {
                match prefixed(&received, JOIN_BYTES_MAX) {
                    Ok(Some(request)) => return Some(request.to_vec()),
                    Ok(None) => match link.recv().await {
                        Ok(Some(bytes)) => received.extend(bytes),
                        Ok(None) | Err(_) => return None,
                    },
                    Err(_) => return None,
                }
            }
        });
        if let Ok(Some(bytes)) = whole.await {
            drop(inbox.send(Inbound::Request { link, bytes }).await);
        }
    });
}

/// Tells the one who asked that a person will look.
pub(super) fn tell_to_wait(link: Arc<Link>) {
    tokio::spawn(async move {
        // If the link is lost, the request comes again.
        let _sent = link.send(&[WAIT]).await;
    });
}

/// Sends a welcome in a task of its own.
pub(super) fn send_welcome(link: Arc<Link>, welcome: Vec<u8>) {
    tokio::spawn(async move {
        let length = u32::try_from(welcome.len()).unwrap_or(u32::MAX);
        let message = [&[WELCOME][..], &length.to_be_bytes(), &welcome].concat();
        if link.send(&message).await.is_ok() {
            // If the link is lost, the welcome is asked for again.
            let _finished = link.finish().await;
        }
    });
}

/// Ends a link whose request is not taken.
pub(super) fn refuse(link: &Link) {
    link.close(REFUSED, "");
}
