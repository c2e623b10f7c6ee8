//! The entry log: what travels between laptops and what rests in the vault's database.
//!
//! The tour:
//! - [`EntryHeader`] names an entry's place (space, log, sequence number), its predecessor and its payload by hash; a
//!   [`SignedHeader`] is one signed by its log key.
//! - [`Inner`] is what lies inside the sealed payload of a data entry: the same place again, and [`Part`]s of documents.
//! - [`DropOrder`] asks all replicas to forget payloads; headers stay.
//! - [`Logs`] decides whether a header continues its log; a forked log keeps every branch.
//! - [`mod@actor`] binds the Automerge actors of a device to its log.
//! - [`Session`] is one side of an exchange between two devices, on the messages of [`wire`]; [`Have`] says what a replica
//!   has, [`Asking`] what it asks for.
//! - [`bundle`] carries the same entries in a file.
//! - [`pack`] puts the parts of many documents into as few entries as the limits allow.
//!
//! The crate seals and opens nothing, reads no clock and touches no disk: bytes and signatures only.

pub mod actor;
pub mod bundle;
mod drop_order;
mod have;
mod header;
pub mod inner;
mod limits;
mod logs;
pub mod pack;
pub mod session;
mod version;
pub mod wire;

pub use bundle::{BundleError, BundleItem, BundleReader, BundleWriter};
pub use drop_order::{DropError, DropOrder, DropReason};
pub use have::{Asking, Have, HaveAboveLimit};
pub use header::{EntryHeader, EntryKind, HeaderError, Place, SignedHeader, payload_hash};
pub use inner::{Ack, ChangeHash, Inner, InnerError, Part, PartKind, Snapshot};
pub use limits::{
    ACK_COUNT_MAX, BRANCH_COUNT_MAX, DEP_COUNT_MAX, DROP_ENTRY_COUNT_MAX, INNER_BYTES_MAX,
    MEMBERSHIP_HEAD_COUNT_MAX, PACK_BYTES_MAX, PACK_DOCUMENT_COUNT_MAX, PAYLOAD_BYTES_MAX,
    RESCUED_ENTRY_COUNT_MAX,
};
pub use logs::{Acceptance, Heads, Logs, Refused, Tip};
pub use session::{
    EndReason, Event, Local, NeedError, Peer, ProvideError, RequestId, Revision, Session, Side, SpaceView,
    StartError, Violation,
};
pub use wire::WireEntry;
