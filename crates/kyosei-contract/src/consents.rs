//! The consent ledger of a supporter.

use kyosei_model::{Channel, ConsentId, Decision, Purpose, SupporterId};

use crate::coded::{Coded, Id};
use crate::crossing::crossing;

crossing! {
    /// Why a purpose is allowed or not.
    enum ConsentReason {
        /// An agreement holds.
        Given,
        /// Nobody ever decided.
        Absent,
        /// Refused.
        Refused,
        /// Taken back.
        Withdrawn,
        /// The agreement has ended.
        Expired,
        /// The agreement of a person under age has no guardian.
        GuardianMissing,
        /// The agreement has a time that cannot be believed.
        ImplausibleTime,
    }

    /// What one purpose allows now.
    struct ConsentState {
        /// The purpose.
        pub purpose: Coded<Purpose>,
        /// Whether it is allowed.
        pub allowed: bool,
        /// Why.
        pub reason: ConsentReason,
    }

    /// One entry of the ledger.
    struct ConsentEntry {
        /// Id.
        pub id: Id<ConsentId>,
        /// The purpose.
        pub purpose: Coded<Purpose>,
        /// What was decided.
        pub decision: Coded<Decision>,
        /// How the decision came.
        pub channel: Coded<Channel>,
        /// When the person decided, Unix milliseconds.
        pub given_at: i64,
        /// When it was written down, Unix milliseconds.
        pub recorded_at: i64,
        /// Name of the member who wrote it down.
        pub recorded_by: String,
        /// The very words that were shown.
        pub wording: String,
        /// The guardian who agreed.
        pub guardian: Option<String>,
        /// Why the entry was needed.
        pub reason: Option<String>,
        /// From when it no longer holds, Unix milliseconds.
        pub expires: Option<i64>,
    }

    /// A decision of a new supporter.
    struct FirstDecision {
        /// The purpose.
        pub purpose: Coded<Purpose>,
        /// What was decided.
        pub decision: Coded<Decision>,
    }

    /// A decision to write down.
    struct ConsentRequest {
        /// The supporter.
        pub id: Id<SupporterId>,
        /// The purpose.
        pub purpose: Coded<Purpose>,
        /// What was decided.
        pub decision: Coded<Decision>,
        /// How it came.
        pub channel: Coded<Channel>,
        /// When the person decided, Unix milliseconds; now if absent.
        pub given_at: Option<i64>,
        /// Why the entry is needed, when it answers a wrong one.
        pub reason: Option<String>,
        /// The guardian who agreed for a person under age.
        pub guardian: Option<String>,
    }

    /// The decision is written down.
    struct ConsentRecorded {
        /// Id of the entry.
        pub id: Id<ConsentId>,
    }

    /// A text that people are asked to agree to.
    struct WordingText {
        /// Version, counted from 1.
        pub version: u32,
        /// Language code.
        pub language: String,
        /// The text.
        pub text: String,
        /// From when it was shown, Unix milliseconds.
        pub valid_from: i64,
    }

    /// The wordings in force, one for each language.
    struct Wordings {
        /// The wordings.
        pub wordings: Vec<WordingText>,
    }
}
