//! The first bytes of a link: which run of a program dials, and which link it lost before.
//!
//! The dialer sends its opening, the listener answers once it has decided to take the link. Life-cycle: once for
//! each link, before the owner sees it. It carries nothing of the owner's.
//!
//! ```text
//! opening: version 1 (1 byte) | incarnation (16) | 0 or 1 (1) | id of the lost link, or zeros (16)
//! answer:  version 1 (1 byte) | incarnation (16)
//! ```

use iroh::endpoint::{Connection, ReadExactError, RecvStream, SendStream, WriteError};

use crate::arbiter::{Incarnation, LinkId};

/// The version of both.
const VERSION: u8 = 1;

/// What the dialer says first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Opening {
    /// The run of the dialer's program.
    pub incarnation: Incarnation,
    /// The last link with this peer that it had.
    pub lost: Option<LinkId>,
}

/// Why the first bytes were no opening.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpeningError {
    /// Another version or not an opening at all.
    #[error("the first bytes of the link are of an unknown form")]
    UnknownForm,
    /// The stream ended before.
    #[error("the link ended in its first bytes")]
    Read(#[from] ReadExactError),
    /// The answer could not be sent.
    #[error("the link ended in its first bytes")]
    Write(#[from] WriteError),
}

impl Opening {
    const LENGTH: usize = 34;

    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.incarnation);
        bytes.push(u8::from(self.lost.is_some()));
        bytes.extend(self.lost.unwrap_or_default());
        bytes
    }

    fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Result<Self, OpeningError> {
        let [VERSION, rest @ ..] = bytes else { return Err(OpeningError::UnknownForm) };
        let (incarnation, rest) = rest.split_first_chunk::<16>().ok_or(OpeningError::UnknownForm)?;
        let (flag, lost) = rest.split_first().ok_or(OpeningError::UnknownForm)?;
        let lost: LinkId = lost.try_into().map_err(|_| OpeningError::UnknownForm)?;
        let lost = match (flag, lost == LinkId::default()) {
            (0, true) => None,
            (1, _) => Some(lost),
            _ => return Err(OpeningError::UnknownForm),
        };
        Ok(Self { incarnation: *incarnation, lost })
    }

    /// Sends it.
    pub(crate) async fn send(self, stream: &mut SendStream) -> Result<(), OpeningError> {
        Ok(stream.write_all(&self.to_bytes()).await?)
    }

    /// Waits for it.
    pub(crate) async fn receive(stream: &mut RecvStream) -> Result<Self, OpeningError> {
        let mut bytes = [0; Self::LENGTH];
        stream.read_exact(&mut bytes).await?;
        Self::from_bytes(&bytes)
    }
}

/// Sends the listener's answer.
pub(crate) async fn send_answer(
    incarnation: Incarnation,
    stream: &mut SendStream,
) -> Result<(), OpeningError> {
    let mut bytes = vec![VERSION];
    bytes.extend(incarnation);
    Ok(stream.write_all(&bytes).await?)
}

/// Waits for the listener's answer.
pub(crate) async fn receive_answer(stream: &mut RecvStream) -> Result<Incarnation, OpeningError> {
    let mut bytes = [0; 17];
    stream.read_exact(&mut bytes).await?;
    match bytes {
        [VERSION, incarnation @ ..] => Ok(incarnation),
        _ => Err(OpeningError::UnknownForm),
    }
}

/// The names that both sides derive from the handshake: the link's id, and the secret that binds to it.
pub(crate) fn names(connection: &Connection) -> Option<(LinkId, [u8; 32])> {
    let (mut id, mut binding) = (LinkId::default(), [0; 32]);
    connection.export_keying_material(&mut id, b"kyosei/v1/link id", b"").ok()?;
    connection.export_keying_material(&mut binding, b"kyosei/v1/link binding", b"").ok()?;
    Some((id, binding))
}

#[cfg(test)]
mod tests {
    use super::{Opening, OpeningError};

    #[test]
    fn an_opening_is_these_bytes_and_no_others() {
        let first = Opening { incarnation: [7; 16], lost: None };
        let mut bytes = [0; Opening::LENGTH];
        bytes[0] = 1;
        bytes[1..17].fill(7);
        assert_eq!(first.to_bytes(), bytes);
        assert_eq!(Opening::from_bytes(&bytes).unwrap(), first);
        let again = Opening { lost: Some([9; 16]), ..first };
        bytes[17] = 1;
        bytes[18..].fill(9);
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(Opening::from_bytes(&bytes).unwrap(), again);
    }

    #[test]
    fn another_version_and_a_lost_link_that_is_not_said_to_be_lost_are_refused() {
        let good: [u8; Opening::LENGTH] =
            Opening { incarnation: [7; 16], lost: Some([9; 16]) }.to_bytes().try_into().unwrap();
        for (at, byte) in [(0, 2), (17, 0), (17, 2)] {
            let mut bad = good;
            bad[at] = byte;
            assert!(matches!(Opening::from_bytes(&bad), Err(OpeningError::UnknownForm)), "{at}");
        }
    }
}
