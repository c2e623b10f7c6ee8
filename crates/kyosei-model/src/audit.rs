//! The audit log: who did what to which record, when and why.
//!
//! Lines hold ids, codes and counts, never values, and are only ever added. They are sealed like every other
//! document; nothing here writes to a system log.

use crate::code::coded;
use crate::{AuditId, ConsentId, DeviceId, ImportId, MemberId, SupporterId, UnixMillis, WordingId};

coded! {
    /// What was done.
    AuditAction {
        /// A record was entered by hand or approved.
        SupporterAdded = "supporter_added", "登録", "supporter added";
        /// Fields of a record were changed.
        SupporterEdited = "supporter_edited", "変更", "supporter edited";
        /// Two records became one.
        SupportersMerged = "supporters_merged", "統合", "supporters merged";
        /// Two records were declared different people.
        SupportersKeptApart = "supporters_kept_apart", "別人と確認", "supporters kept apart";
        /// A supporter withdrew.
        SupporterWithdrawn = "supporter_withdrawn", "退会", "supporter withdrawn";
        /// A record was erased.
        SupporterErased = "supporter_erased", "消去", "supporter erased";
        /// A record was opened for reading.
        SupporterShown = "supporter_shown", "閲覧", "supporter shown";
        /// Names of records were listed; how many.
        SupportersListed = "supporters_listed", "一覧の表示", "supporters listed";
        /// A consent entry was written.
        ConsentRecorded = "consent_recorded", "同意の記録", "consent recorded";
        /// An address was suppressed.
        AddressSuppressed = "address_suppressed", "送信停止", "address suppressed";
        /// A wording was published.
        WordingPublished = "wording_published", "文面の公開", "wording published";
        /// A file was imported.
        Imported = "imported", "取り込み", "file imported";
        /// An import was taken back.
        ImportUndone = "import_undone", "取り込みの取り消し", "import undone";
        /// Records left the vault in a file.
        Exported = "exported", "書き出し", "records exported";
        /// The passphrase was changed.
        PassphraseChanged = "passphrase_changed", "合言葉の変更", "passphrase changed";
        /// A device was added to the committee.
        DeviceAdded = "device_added", "端末の追加", "device added";
        /// Entries left the vault in a sealed file.
        BundleWritten = "bundle_written", "同期ファイルの書き出し", "bundle written";
        /// A vault was made.
        VaultCreated = "vault_created", "保管庫の作成", "vault created";
        /// A value was chosen of several that people had written apart from each other.
        ConflictResolved = "conflict_resolved", "くいちがいの解消", "conflict resolved";
        /// Protected totals were made for publication; how many figures they show.
        TotalsReleased = "totals_released", "集計の公表", "totals released";
    }
}

/// The record that an action touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditSubject {
    /// A supporter.
    Supporter(SupporterId),
    /// A consent entry.
    Consent(ConsentId),
    /// An import.
    Import(ImportId),
    /// A wording.
    Wording(WordingId),
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditId,
    /// When.
    pub at: UnixMillis,
    /// Who; none for what the program does by itself, such as erasing at the end of a period.
    pub member: Option<MemberId>,
    /// On which device.
    pub device: DeviceId,
    /// What.
    pub action: AuditAction,
    /// To which record.
    pub subject: Option<AuditSubject>,
    /// A code of the reason, such as the purpose of an export.
    pub reason: Option<String>,
    /// How many records were touched.
    pub count: Option<u64>,
}
