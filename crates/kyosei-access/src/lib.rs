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
//! - [`signature`], [`limits`]: domain separation and the limits of everything.
//!
//! The crate does not know how operations travel, does not read clocks or files, draws no randomness and holds no key
//! beyond the call that signs with it. Ciphertext inside operations is opaque to it. Formats and rules, with the reasons
//! for them: `docs/membership.md`.

mod bits;
pub mod body;
pub mod capability;
pub mod cert;
mod codec;
pub mod entry;
mod graph;
pub mod id;
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
pub use codec::{CodecError, SealedBytes};
pub use entry::{EntryNode, Verdict, judge_entries};
pub use id::{
    DeviceId, EntryId, EpochId, EpochRecipient, KemId, KemRecipient, LogId, OpId, PersonId, RecoveryKeyId,
    SpaceId,
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
    DecodeError, Draft, MissingSignatures, NotASigner, OpaqueOp, SUITE, SignedOp, VERSION, Verified,
};
