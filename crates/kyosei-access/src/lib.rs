//! Who may do what in a space, as a pure function of the set of its signed membership operations.
//!
//! A tour, in the order of an operation's life:
//!
//! - [`id`]: the ids of spaces, operations, devices, logs, epochs, persons.
//! - [`cert`]: a device's claim and certificate; roles and standings.
//! - [`op`] and [`body`]: what an operation says, on which causal past, and who must sign it.
//! - [`signed`]: collecting signatures ([`Draft`]), the wire form ([`SignedOp`]), verification ([`Verified`]).
//! - [`set`] and [`mod@reduce`]: the set of operations, and the function from it to a [`Membership`].
//! - [`membership`]: members, logs, cuts, epochs, differences, and what an author asks before writing.
//! - [`entry`]: which entries of the logs count.
//! - [`capability`]: proof that a device may read or write, minted only here.
//! - [`invite`]: ticket, request, six words, welcome: how a device comes in.
//! - [`signature`], [`limits`]: domain separation and the limits of everything.
//!
//! ```
//! # use std::collections::BTreeSet;
//! # use ed25519_dalek::SigningKey;
//! # use kyosei_access::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (alice, bob) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
//! # let sealed_name = SealedBytes::new(Vec::new());
//! # let (kem_of_alice, kem_of_bob) = (KemRecipient::from_bytes([3; 32]), KemRecipient::from_bytes([4; 32]));
//! # let (endpoint_of_alice, endpoint_of_bob) = (EndpointKey::from_bytes([5; 32]), EndpointKey::from_bytes([6; 32]));
//! # let founder = Founder {
//! #     device: DeviceId::from(&alice),
//! #     kem: kem_of_alice,
//! #     endpoint: endpoint_of_alice,
//! #     person: PersonId::from_bytes([1; 16]),
//! #     sealed_name: sealed_name.clone(),
//! # };
//! // Alice founds a space.
//! let genesis = genesis(vec![founder], Policy::default(), BTreeSet::new(), None, [7; 16])?.sign(&alice)?;
//! let space = genesis.space_id();
//! let mut set = OpSet::new(space);
//! set.insert(genesis.verify()?)?;
//!
//! // Bob's device applies; Alice adds it.
//! let claim = DeviceClaim::sign(space, &bob, kem_of_bob, endpoint_of_bob, Standing::Ordinary);
//! let cert = DeviceCert { claim, person: PersonId::from_bytes([2; 16]), sealed_name };
//! let add = MemberOp::Add(Add { cert, role: Role::Edit });
//! let body = OpBody::new(space, reduce(&set).heads().clone(), DeviceId::from(&alice), add)?;
//! reduce(&set).check(&body)?;
//! let bytes = body.sign(&alice)?.encode();
//!
//! // Every replica that has both operations knows that Bob may write, and not administer.
//! set.insert(SignedOp::decode(&bytes)?.verify()?)?;
//! let members = reduce(&set);
//! assert!(members.authorize::<Write>(DeviceId::from(&bob)).is_ok());
//! assert!(members.authorize::<Administer>(DeviceId::from(&bob)).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! The crate does not know how operations travel, does not read clocks or files, draws no randomness and holds no key
//! beyond the call that signs with it; the one secret that it keeps is that of an invitation. Ciphertext inside operations is opaque to it. Formats and rules, with the reasons
//! for them: `docs/membership.md`.

mod bits;
pub mod body;
pub mod capability;
pub mod cert;
mod codec;
pub mod entry;
mod graph;
pub mod id;
pub mod invite;
pub mod limits;
pub mod membership;
#[cfg(test)]
mod model_check;
pub mod op;
pub mod reduce;
pub mod set;
pub mod signature;
pub mod signed;

pub use body::{ADMIN_CHANGE_MIN, BodyError, OpBody, Signer, genesis};
pub use capability::{AccessDenied, Administer, Capability, Purpose, Read, Write};
pub use cert::{DeviceCert, DeviceClaim, Founder, Role, Standing};
pub use codec::{CodecError, SealedBytes, from_canonical, to_canonical};
pub use entry::{EntryNode, Verdict, judge_entries};
pub use id::{
    DeviceId, EndpointKey, EntryId, EpochId, EpochRecipient, InvitationId, KemId, KemRecipient, LogId, OpId,
    PersonId, RecoveryKeyId, SpaceId,
};
pub use membership::{
    AuthorError, EPOCH_AGE_MAX, Epoch, Member, MemberChange, Membership, MembershipDiff, OpenedLog,
    RotationReason, SealError,
};
pub use op::{
    Add, AddWraps, Complaint, CutHead, Genesis, KeyUpdate, LogOpen, MemberOp, Policy, Recover, Remove,
    Rotate, SetRole, UnknownOp, Wraps,
};
pub use reduce::{Refusal, Void, reduce};
pub use set::{OpSet, WrongSpace};
pub use signature::{BadSignature, Domain};
pub use signed::{
    DecodeError, Draft, MissingSignatures, NotASigner, OpaqueError, OpaqueOp, SUITE, SignedOp, VERSION,
    Verified,
};
