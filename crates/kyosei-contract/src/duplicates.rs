//! Records that may be one supporter: showing, merging, keeping apart.

use kyosei_model::{Field, Purpose, SupporterId};

use crate::coded::{Coded, Id};
use crate::crossing::crossing;
use crate::supporters::SupporterRow;

crossing! {
    /// How strongly two records look like one.
    enum Likeness {
        /// Same e-mail address, and the names do not speak against it.
        SameEmail,
        /// Same name or reading, with a second sign.
        Possible,
        /// Same e-mail address and different names: a family, or an office.
        SharedEmail,
    }

    /// Two records.
    struct DuplicatePair {
        /// The older one.
        pub first: SupporterRow,
        /// The newer one.
        pub second: SupporterRow,
        /// How strongly they look like one.
        pub likeness: Likeness,
    }

    /// The pairs about which nobody decided.
    struct Duplicates {
        /// The first pairs, the likeliest first.
        pub pairs: Vec<DuplicatePair>,
        /// How many there are in all.
        pub total: u32,
    }

    /// Two records to lay side by side.
    struct PairRequest {
        /// The record that stays.
        pub kept: Id<SupporterId>,
        /// The record that goes into it.
        pub absorbed: Id<SupporterId>,
    }

    /// One field of two records.
    struct FieldPair {
        /// The field.
        pub field: Coded<Field>,
        /// Value of the record that stays; empty if none.
        pub kept: String,
        /// Value of the other; empty if none.
        pub absorbed: String,
        /// Whether a choice is needed.
        pub differs: bool,
    }

    /// Two records side by side, with what a merge would do.
    struct SideBySide {
        /// The record that stays.
        pub kept: SupporterRow,
        /// The record that goes into it.
        pub absorbed: SupporterRow,
        /// Fields that at least one fills in.
        pub fields: Vec<FieldPair>,
        /// Purposes that stay closed because one of the two said no.
        pub stays_closed: Vec<Coded<Purpose>>,
    }

    /// Whose value of a field stays.
    enum Side {
        /// That of the record that stays.
        Kept,
        /// That of the record that goes into it.
        Absorbed,
    }

    /// A choice about one field.
    struct FieldChoice {
        /// The field.
        pub field: Coded<Field>,
        /// Whose value.
        pub side: Side,
    }

    /// Two records become one.
    struct MergeRequest {
        /// The record that stays.
        pub kept: Id<SupporterId>,
        /// The record that goes into it.
        pub absorbed: Id<SupporterId>,
        /// A choice for each field that differs.
        pub choices: Vec<FieldChoice>,
    }

    /// The records are one.
    struct MergeDone {
        /// The record that stays.
        pub kept: Id<SupporterId>,
        /// Purposes that stay closed.
        pub stays_closed: Vec<Coded<Purpose>>,
    }

    /// Two records are two supporters, for ever.
    struct KeepApartRequest {
        /// One.
        pub first: Id<SupporterId>,
        /// The other.
        pub second: Id<SupporterId>,
    }
}
