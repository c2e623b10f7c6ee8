//! Where a vault rests: one SQLite file of ciphertext, and an index in memory.
//!
//! - [`Store`] keeps signed headers, sealed payloads and the sealed local state. It sees only public headers and
//!   ciphertext and understands neither. Every change is one transaction; when [`Store::commit`] returns, it is durable.
//! - [`SearchIndex`] answers searches and pages. It lives in a database in memory that has no way to the disk.
//!
//! Which process may open the file, and where it lies, is the runtime's work. No rule of the domain lives here.

mod index;
mod schema;
mod store;

pub use index::{Filter, IndexError, IndexRow, Page, SEARCH_TERM_COUNT_MAX, SearchIndex};
pub use store::{
    Batch, CheckFinding, EntryRow, OpenError, PAGE_BYTES_MAX, PAGE_ENTRY_COUNT_MAX, Store, StoreError,
    StoredRow,
};
