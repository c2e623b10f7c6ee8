//! Every limit of the entry log, in one place.

/// Largest sealed payload of one entry in bytes.
pub const PAYLOAD_BYTES_MAX: usize = 1 << 20;
/// Largest content of one payload before compression and padding, in bytes. Above [`PAYLOAD_BYTES_MAX`] because
/// compressed packs unfold; still small enough that one hostile payload costs little memory.
pub const INNER_BYTES_MAX: usize = 4 << 20;
/// Documents that one pack holds at most (docs/format.md, "Packs").
pub const PACK_DOCUMENT_COUNT_MAX: usize = 64;
/// Bytes of document parts after which a pack is closed. One larger part goes alone.
pub const PACK_BYTES_MAX: usize = 256 << 10;
/// Membership heads that one header names at most.
pub const MEMBERSHIP_HEAD_COUNT_MAX: usize = 64;
/// Logs that one entry names as dependencies at most.
pub const DEP_COUNT_MAX: usize = 1024;
/// Branches of one log that are kept at most: as many as a removal can cut. An honest log has one; a restored backup
/// makes a second.
pub const BRANCH_COUNT_MAX: usize = 16;
/// Held entries that one entry rescues at most.
pub const RESCUED_ENTRY_COUNT_MAX: usize = 1024;
/// Snapshots and epochs that one acknowledgement names at most.
pub const ACK_COUNT_MAX: usize = 4096;
/// Entries that one drop order names at most.
pub const DROP_ENTRY_COUNT_MAX: usize = 4096;
