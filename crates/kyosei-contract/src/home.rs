//! Home, members, and the check of the vault.

use kyosei_model::{Status, SupporterKind};

use crate::coded::Coded;
use crate::crossing::crossing;

crossing! {
    /// How many supporters of one kind stand in one status.
    struct StatusCount {
        /// Person or organisation.
        pub kind: Coded<SupporterKind>,
        /// The status.
        pub status: Coded<Status>,
        /// How many.
        pub count: u32,
    }

    /// What home shows.
    struct Home {
        /// The committee's name.
        pub committee: String,
        /// Name of the person whose laptop this is.
        pub person: String,
        /// Supporters, without erased and merged ones.
        pub counts: Vec<StatusCount>,
        /// Pairs of records that may be one supporter and about which nobody decided.
        pub duplicate_count: u32,
        /// Records that this version cannot read.
        pub unreadable_count: u32,
        /// Entries on the disk that could not be read at this unlock.
        pub damaged_count: u32,
        /// Whether the local state had to be rebuilt at this unlock; nothing was lost.
        pub was_rebuilt: bool,
    }

    /// What a device may do.
    enum Role {
        /// Holds and forwards what it cannot read.
        Relay,
        /// Reads.
        Read,
        /// Reads and writes.
        Edit,
        /// Also changes the membership.
        Admin,
    }

    /// One device of a member.
    struct MemberDevice {
        /// The device, in hexadecimal letters.
        pub device: String,
        /// What it may do.
        pub role: Role,
        /// Whether it is this laptop.
        pub is_this: bool,
    }

    /// One member of the committee.
    struct Member {
        /// Name.
        pub name: String,
        /// Whether it is the person at this laptop.
        pub is_self: bool,
        /// The member's devices.
        pub devices: Vec<MemberDevice>,
    }

    /// The committee.
    struct Committee {
        /// Its name.
        pub name: String,
        /// The members.
        pub members: Vec<Member>,
        /// How many have to approve an erasure.
        pub erase_approvals: u32,
    }

    /// How thoroughly to check the vault.
    struct CheckRequest {
        /// Also rebuild the register from every entry and compare.
        pub deep: bool,
    }

    /// What is wrong with the vault.
    union CheckFinding {
        /// The database file is damaged.
        Database,
        /// Some entries are unusable.
        Entries {
            /// How many.
            count: u32,
        },
        /// Some records cannot be read by this version.
        Records {
            /// How many.
            count: u32,
        },
        /// The local state does not follow from the entries; it can be rebuilt.
        State,
    }

    /// What the check found.
    struct CheckReport {
        /// Entries that were read and verified.
        pub entry_count: u32,
        /// Records and lists of the register.
        pub document_count: u32,
        /// What is wrong.
        pub findings: Vec<CheckFinding>,
    }
}
