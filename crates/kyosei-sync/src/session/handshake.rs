//! How two devices prove themselves.
//!
//! Each side sends a `Hello` (versions, a nonce) and nothing else. Then the dialer sends its `Proof`: its device id, tags
//! of the spaces that it would share with the other endpoint, and the device's signature over all of that and over both
//! `Hello`s and both endpoint keys. The listener checks it against its own membership and only then proves itself, with the tags of
//! the spaces that both have named. The transport has authenticated the endpoint keys; a proof that was made for another
//! pair of endpoints, another session or the other side does not verify.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{DeviceId, Domain, Role, SpaceId, to_canonical};
use minicbor::bytes::ByteSlice;

use crate::session::event::{Side, SpaceView};
use crate::session::violation::Violation;
use crate::wire::limits::SPACE_COUNT_MAX;
use crate::wire::{Message, Nonce, Tag};
use kyosei_access::EndpointKey;

/// The versions that this program speaks.
const VERSIONS: [u16; 1] = [1];
const SESSION_DOMAIN: Domain = Domain::new("kyosei/v1/session");
const TAG_DOMAIN: &str = "kyosei/v1/session-tag";

/// What a side said first.
#[derive(Debug, Clone)]
pub(super) struct Hello {
    versions: BTreeSet<u16>,
    nonce: Nonce,
}

impl Hello {
    pub(super) fn new(entropy: &[u8; 32]) -> Self {
        let nonce = Nonce(blake3::derive_key("kyosei/v1/session-nonce", entropy));
        Self { versions: VERSIONS.into_iter().collect(), nonce }
    }

    pub(super) const fn received(versions: BTreeSet<u16>, nonce: Nonce) -> Self {
        Self { versions, nonce }
    }

    pub(super) fn message(&self) -> Message {
        Message::Hello { versions: self.versions.clone(), nonce: self.nonce }
    }
}

/// All that both sides know once the two `Hello`s are exchanged.
#[derive(Debug, Clone)]
pub(super) struct Transcript {
    side: Side,
    bytes: Vec<u8>,
}

/// Both ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub(super) side: Side,
    pub(super) own: EndpointKey,
    pub(super) peer: EndpointKey,
}

impl Transcript {
    pub(super) fn new(ends: Ends, own: &Hello, peer: &Hello) -> Result<Self, Violation> {
        if own.nonce == peer.nonce {
            return Err(Violation::Reflected);
        }
        let version = own.versions.intersection(&peer.versions).max().ok_or(Violation::NoCommonVersion)?;
        let (dialer, listener) = match ends.side {
            Side::Dialer => ((ends.own, own), (ends.peer, peer)),
            Side::Listener => ((ends.peer, peer), (ends.own, own)),
        };
        let part = |(endpoint, hello): (EndpointKey, &Hello)| (endpoint, hello.versions.clone(), hello.nonce);
        Ok(Self { side: ends.side, bytes: to_canonical(&(version, part(dialer), part(listener))) })
    }

    /// The proof of this side. `shared` are the spaces that it names; `padding` fills up with tags that name nothing.
    pub(super) fn prove(
        &self,
        device_key: &SigningKey,
        peer_device: Option<DeviceId>,
        shared: &BTreeSet<SpaceId>,
        padding: &Padding,
    ) -> Message {
        let mut tags: BTreeSet<Tag> = shared.iter().map(|space| self.tag(self.side, *space)).collect();
        let mut fill = padding.tags();
        while tags.len() < SPACE_COUNT_MAX {
            tags.extend(fill.next());
        }
        let signature = SESSION_DOMAIN.sign(device_key, &self.signed(self.side, peer_device, &tags));
        Message::Proof { device: DeviceId::from(device_key), tags, signature }
    }

    /// The spaces that the other side's proof shares with us, with the role of the device that it proves.
    pub(super) fn check(
        &self,
        proof: &Proof,
        own_device: DeviceId,
        peer: EndpointKey,
        views: &BTreeMap<SpaceId, SpaceView>,
    ) -> Result<BTreeMap<SpaceId, Role>, Violation> {
        if proof.device == own_device {
            return Err(Violation::Reflected);
        }
        let told = (self.side == Side::Dialer).then_some(own_device);
        let message = self.signed(self.side.other(), told, &proof.tags);
        SESSION_DOMAIN
            .verify(proof.device.as_bytes(), &message, &proof.signature)
            .map_err(|_| Violation::BadProof)?;
        let role_in = |view: &SpaceView| {
            let member = view.peers.get(&proof.device).filter(|member| member.endpoint == peer)?;
            self.is_named_by_peer(proof, view.space).then_some((view.space, member.role))
        };
        let shared: BTreeMap<SpaceId, Role> = views.values().filter_map(role_in).collect();
        if shared.is_empty() { Err(Violation::NoSharedSpace) } else { Ok(shared) }
    }

    /// Whether the other side's proof names a space.
    pub(super) fn is_named_by_peer(&self, proof: &Proof, space: SpaceId) -> bool {
        proof.tags.contains(&self.tag(self.side.other(), space))
    }

    /// How `side` names a space in this session.
    fn tag(&self, side: Side, space: SpaceId) -> Tag {
        let transcript: &ByteSlice = self.bytes.as_slice().into();
        let message = to_canonical(&(TAG_DOMAIN, side.number(), transcript));
        tag_of(&blake3::keyed_hash(space.as_bytes(), &message))
    }

    fn signed(&self, side: Side, told: Option<DeviceId>, tags: &BTreeSet<Tag>) -> Vec<u8> {
        let transcript: &ByteSlice = self.bytes.as_slice().into();
        to_canonical(&(side.number(), transcript, told, tags))
    }
}

/// What the other side's `Proof` says.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub(super) device: DeviceId,
    pub(super) tags: BTreeSet<Tag>,
    pub(super) signature: [u8; 64],
}

/// Tags that name nothing and that nobody else can tell from those that do.
#[derive(Clone)]
pub(super) struct Padding([u8; 32]);

impl Padding {
    pub(super) fn new(entropy: &[u8; 32]) -> Self {
        Self(blake3::derive_key("kyosei/v1/session-padding", entropy))
    }

    fn tags(&self) -> impl Iterator<Item = Tag> {
        (0_u32..).map(|number| tag_of(&blake3::keyed_hash(&self.0, &number.to_be_bytes())))
    }
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Dialer => Self::Listener,
            Self::Listener => Self::Dialer,
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Dialer => 0,
            Self::Listener => 1,
        }
    }
}

/// The first half of a hash.
fn tag_of(hash: &blake3::Hash) -> Tag {
    let mut tag = [0; 16];
    tag.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    Tag(tag)
}
