//! The envelopes in which a request to join and a welcome travel, over the network or in files.
//!
//! A request is sealed to a key that follows from the ticket's secret, so that only the inviter reads the names in it. A
//! welcome is sealed to the newcomer's own key: a thief of the ticket reads nothing of the committee. What lies inside is
//! authenticated by kyosei-access: the request by the secret, the welcome by the operations themselves.

use kyosei_access::invite::InviteSecret;
use kyosei_access::{CodecError, InvitationId, from_canonical, to_canonical};
use kyosei_vault::{Identity, IdentityError, OpenError, Opened, Recipient, SealError, open, seal};
use minicbor::{Decode, Encode};

/// Version of [`Envelope`].
const VERSION: u8 = 1;
/// Largest content of an envelope in bytes: the operations of all spaces.
const CONTENT_BYTES_MAX: usize = kyosei_access::limits::WELCOME_BYTES_MAX;
/// Largest envelope in bytes.
pub const ENVELOPE_BYTES_MAX: usize = CONTENT_BYTES_MAX + (64 << 10);

/// What an envelope holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum EnvelopeKind {
    /// A request to join.
    #[n(0)]
    Request,
    /// A welcome.
    #[n(1)]
    Welcome,
}

#[derive(Encode, Decode)]
struct Envelope {
    #[n(0)]
    version: u8,
    #[n(1)]
    kind: EnvelopeKind,
    #[n(2)]
    invitation: InvitationId,
    #[cbor(n(3), with = "minicbor::bytes")]
    sealed: Vec<u8>,
}

/// Why an envelope does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not an envelope, or cut.
    #[error("this is no request and no welcome, or only a part of one")]
    Malformed,
    /// Made by a newer version.
    #[error("made by a newer version")]
    NewerVersion,
    /// A request where a welcome was expected, or the other way round.
    #[error("a request was taken for a welcome, or a welcome for a request")]
    WrongKind,
    /// It answers another invitation.
    #[error("it belongs to another invitation")]
    OtherInvitation,
    /// It does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The secret gives no key.
    #[error(transparent)]
    Key(#[from] IdentityError),
}

impl From<CodecError> for EnvelopeError {
    fn from(_: CodecError) -> Self {
        Self::Malformed
    }
}

/// The identity to which a request is sealed.
///
/// # Errors
/// [`EnvelopeError::Key`].
pub fn request_identity(secret: &InviteSecret) -> Result<Identity, EnvelopeError> {
    Ok(Identity::from_bytes(&secret.sealing_key())?)
}

/// Seals a request or a welcome.
///
/// # Errors
/// See [`EnvelopeError`].
pub fn seal_envelope(
    kind: EnvelopeKind,
    invitation: InvitationId,
    recipient: Recipient,
    content: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let sealed = seal(recipient, content)?;
    Ok(to_canonical(&Envelope { version: VERSION, kind, invitation, sealed }))
}

/// The invitation to which an envelope belongs.
///
/// # Errors
/// See [`EnvelopeError`].
pub fn invitation_of(kind: EnvelopeKind, bytes: &[u8]) -> Result<InvitationId, EnvelopeError> {
    Ok(read(kind, bytes)?.invitation)
}

/// Opens a request or a welcome.
///
/// # Errors
/// See [`EnvelopeError`].
pub fn open_envelope(
    kind: EnvelopeKind,
    invitation: InvitationId,
    identity: &Identity,
    bytes: &[u8],
) -> Result<Opened, EnvelopeError> {
    let envelope = read(kind, bytes)?;
    if envelope.invitation != invitation {
        return Err(EnvelopeError::OtherInvitation);
    }
    Ok(open(&[identity], &envelope.sealed, CONTENT_BYTES_MAX)?)
}

fn read(kind: EnvelopeKind, bytes: &[u8]) -> Result<Envelope, EnvelopeError> {
    if bytes.len() > ENVELOPE_BYTES_MAX {
        return Err(EnvelopeError::Malformed);
    }
    let mut decoder = minicbor::Decoder::new(bytes);
    let version = decoder.array().and_then(|_| decoder.u8()).map_err(|_| EnvelopeError::Malformed)?;
    if version > VERSION {
        return Err(EnvelopeError::NewerVersion);
    }
    let envelope: Envelope = from_canonical(bytes)?;
    if envelope.kind == kind { Ok(envelope) } else { Err(EnvelopeError::WrongKind) }
}

#[cfg(test)]
mod tests {
    use kyosei_access::invite::InviteSecret;
    use kyosei_access::{from_canonical, to_canonical};
    use kyosei_testkit::golden;

    use super::{
        Envelope, EnvelopeError, EnvelopeKind, VERSION, invitation_of, open_envelope, request_identity,
        seal_envelope,
    };

    fn secret(n: u8) -> InviteSecret {
        InviteSecret::from_bytes([n; 32])
    }

    #[test]
    fn an_envelope_keeps_its_bytes() {
        let envelope = Envelope {
            version: VERSION,
            kind: EnvelopeKind::Welcome,
            invitation: secret(1).invitation(),
            sealed: b"sealed".to_vec(),
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let bytes = golden::check(folder, "join-envelope", &to_canonical(&envelope));
        assert_eq!(from_canonical::<Envelope>(&bytes).unwrap().sealed, b"sealed");
    }

    fn request(n: u8) -> Vec<u8> {
        let recipient = request_identity(&secret(n)).unwrap().recipient().unwrap();
        seal_envelope(EnvelopeKind::Request, secret(n).invitation(), recipient, b"content").unwrap()
    }

    #[test]
    fn only_the_holder_of_the_ticket_opens_it_and_only_as_what_it_is() {
        let sealed = request(1);
        let open = |kind, n| {
            let identity = request_identity(&secret(n)).unwrap();
            open_envelope(kind, secret(n).invitation(), &identity, &sealed).map(|opened| opened.to_vec())
        };
        assert_eq!(open(EnvelopeKind::Request, 1).unwrap(), b"content");
        assert_eq!(open(EnvelopeKind::Request, 2), Err(EnvelopeError::OtherInvitation));
        assert_eq!(open(EnvelopeKind::Welcome, 1), Err(EnvelopeError::WrongKind));
        assert_eq!(invitation_of(EnvelopeKind::Request, &sealed), Ok(secret(1).invitation()));
        let stranger = request_identity(&secret(2)).unwrap();
        let stolen = open_envelope(EnvelopeKind::Request, secret(1).invitation(), &stranger, &sealed);
        assert!(matches!(stolen, Err(EnvelopeError::Open(_))));
    }

    #[test]
    fn an_envelope_cut_at_any_byte_or_of_a_newer_version_is_told() {
        let sealed = request(1);
        for len in 0..sealed.len() {
            let cut = invitation_of(EnvelopeKind::Request, &sealed[..len]);
            assert_eq!(cut, Err(EnvelopeError::Malformed), "{len} bytes left");
        }
        let mut newer = sealed;
        newer[1] = VERSION + 1;
        assert_eq!(invitation_of(EnvelopeKind::Request, &newer), Err(EnvelopeError::NewerVersion));
    }
}
