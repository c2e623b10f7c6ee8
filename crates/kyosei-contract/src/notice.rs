//! What the program says unasked. A window asks for it once, with `listen`, and hears it until it is closed.

use crate::crossing::crossing;
use crate::imports::FileToken;

crossing! {
    /// What changed, so that pages ask anew. Holds no content.
    enum Topic {
        /// Supporters, their consents and pairs.
        Supporters,
        /// Imports.
        Imports,
        /// The audit trail.
        Audit,
        /// Members and devices.
        Members,
    }

    /// Something to know.
    union Notice {
        /// Content changed.
        Changed {
            /// What.
            topics: Vec<Topic>,
        },
        /// The vault locks soon unless someone does something.
        LockSoon {
            /// Seconds that are left.
            seconds: u32,
        },
        /// The lock that was announced does not happen.
        LockPutOff,
        /// The vault is about to lock: drafts must be saved now.
        Locking,
        /// A file was dropped on the window.
        FileDropped {
            /// The file.
            file: FileToken,
        },
        /// How far an import is.
        ImportProgress {
            /// Rows done.
            done: u32,
            /// Rows in all.
            total: u32,
        },
    }
}
