//! The consent ledger: what a supporter agreed to, in which words, and what holds now.
//!
//! Entries are only ever added. A wrong entry is answered by a new one with a reason. What holds is a pure
//! function of the set of entries ([`effective_consent`]), the same on every device whatever the order in which
//! entries arrived. Nothing here sends mail or exports; those who do must ask first.

use std::collections::BTreeSet;

use crate::code::coded;
use crate::{
    ConsentId, EventId, ImportId, MemberId, PartnerId, Sensitive, SupporterId, UnixMillis, WordingId,
};

mod effective;

pub use effective::{Effective, NotGiven, Question, effective_consent};

coded! {
    /// What personal data may be used for. P1 and P2 come with the form, the rest is asked for separately.
    Purpose {
        /// Keeping the person in the register.
        Register = "P1", "支援者としての登録", "keeping in the register";
        /// Notices of events by e-mail.
        EventMail = "P2", "イベント等の案内メール", "notices of events by e-mail";
        /// Publishing the name.
        PublishName = "P3", "お名前の公表", "publishing the name";
        /// Contact by post or telephone.
        PostOrPhone = "P4", "郵便・電話での連絡", "contact by post or telephone";
        /// Sharing with a named partner organisation.
        SharePartner = "P5", "連携団体への提供", "sharing with a named partner";
        /// Photographs and recordings.
        Recording = "P6", "写真・録画", "photographs and recordings";
        /// Passing an offer of work or housing on to matching.
        PassOffer = "P7", "雇用・住宅の申し出の活用", "passing an offer to matching";
    }
}

coded! {
    /// What the person decided.
    Decision {
        /// Agreed.
        Given = "given", "同意", "given";
        /// Did not agree when asked.
        Refused = "refused", "不同意", "refused";
        /// Took an agreement back.
        Withdrawn = "withdrawn", "撤回", "withdrawn";
    }
}

coded! {
    /// The way by which the decision reached the committee.
    Channel {
        /// The registration page.
        Page = "page", "登録ページ", "registration page";
        /// The kiosk at an event.
        Kiosk = "kiosk", "受付端末", "kiosk";
        /// A code shown by a telephone.
        Qr = "qr", "QRコード", "QR code";
        /// Paper.
        Paper = "paper", "紙", "paper";
        /// An imported file.
        Import = "import", "取り込み", "import";
        /// E-mail.
        Email = "email", "メール", "e-mail";
        /// Telephone.
        Phone = "phone", "電話", "telephone";
        /// Spoken, face to face.
        InPerson = "in_person", "対面", "in person";
        /// Told by a partner organisation.
        Partner = "partner", "連携団体", "partner organisation";
    }
}

/// What the decision is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Not limited.
    General,
    /// One partner organisation.
    Partner(PartnerId),
    /// One event.
    Event(EventId),
}

/// Where the proof of the decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// SHA-256 of a sealed submission.
    Submission([u8; 32]),
    /// SHA-256 of a scan of the paper form.
    Scan([u8; 32]),
    /// SHA-256 of an e-mail.
    Mail([u8; 32]),
    /// A row of an imported file.
    Row {
        /// The import.
        import: ImportId,
        /// Line of the file at which the row begins, counted from 1.
        line: u64,
        /// Hash of the row's decoded cells.
        row_hash: [u8; 32],
    },
    /// Heard by a member; nothing in writing.
    Heard(MemberId),
}

/// The words that were agreed to, kept with the decision so that they can never be lost.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgreedWording {
    /// The wording.
    pub id: WordingId,
    /// SHA-256 of its canonical bytes ([`Wording::canonical_bytes`](crate::Wording::canonical_bytes)).
    pub sha256: [u8; 32],
    /// The full text.
    pub text: String,
}

/// One entry of the ledger. It is never changed after it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// Whose decision it is; stays as it was when records are merged.
    pub subject: SupporterId,
    /// What the data may be used for.
    pub purpose: Purpose,
    /// What was decided.
    pub decision: Decision,
    /// The words that were shown.
    pub wording: AgreedWording,
    /// How the decision came.
    pub channel: Channel,
    /// Where the proof is.
    pub evidence: Evidence,
    /// When the person decided.
    pub given_at: UnixMillis,
    /// When it was written down.
    pub recorded_at: UnixMillis,
    /// Who wrote it down.
    pub recorded_by: MemberId,
    /// What it is limited to.
    pub scope: Scope,
    /// First instant at which it no longer holds, if any.
    pub expires: Option<UnixMillis>,
    /// The guardian who agreed for a person under age.
    pub guardian: Option<Sensitive<String>>,
    /// Why the entry was needed, when it answers a wrong one.
    pub reason: Option<Sensitive<String>>,
    /// The entries of the same purpose that the writer had before him: the causal order of the ledger.
    pub after: BTreeSet<ConsentId>,
}
