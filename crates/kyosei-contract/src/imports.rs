//! The import wizard: file, columns, check, decisions, run, undo.
//!
//! A file is chosen or dropped and known by a token from then on; its path never crosses. `import_inspect` reads it and
//! keeps the preview in the program; pages of it are asked for. The import takes that very preview.

use kyosei_model::{Field, FileEncoding, ImportId, Purpose, SupporterId, SupporterKind};

use crate::coded::{Coded, Id};
use crate::crossing::crossing;
use crate::duplicates::Likeness;
use crate::failure::Finding;
use crate::supporters::{SupporterRow, TextValue};

crossing! {
    /// A file that someone chose or dropped.
    struct FileToken {
        /// Token.
        pub token: String,
        /// Name without its folder.
        pub name: String,
    }

    /// The file that was chosen; none if the choice was cancelled.
    struct ChosenFile {
        /// The file.
        pub file: Option<FileToken>,
    }

    /// A column with what it is taken for.
    struct ColumnChoice {
        /// Heading.
        pub heading: String,
        /// Code of the target (`name`, `consent:P2`, `submitted_at` …); absent if the column is not stored.
        pub target: Option<String>,
    }

    /// Reads a file. What is absent is guessed, or remembered from an earlier file with the same headings.
    struct InspectRequest {
        /// The file.
        pub token: String,
        /// Person or organisation.
        pub of_kind: Option<Coded<SupporterKind>>,
        /// The columns, all of them.
        pub columns: Option<Vec<ColumnChoice>>,
        /// The encoding.
        pub encoding: Option<Coded<FileEncoding>>,
    }

    /// A column of the file.
    struct Column {
        /// Heading.
        pub heading: String,
        /// Code of the target.
        pub target: Option<String>,
    }

    /// How many rows came to what; each counts once.
    struct RowCounts {
        /// New records.
        pub new: u32,
        /// Updates of a record with the same address.
        pub updates: u32,
        /// Rows that wait for a person.
        pub review: u32,
        /// Rows of an earlier import.
        pub already_present: u32,
        /// Rows that stand twice in the file.
        pub repeated: u32,
        /// Rows that are not taken.
        pub rejected: u32,
        /// Rows that cannot be read.
        pub unreadable: u32,
    }

    /// What reading a file gave.
    union Inspection {
        /// A person must say first what the columns are.
        ColumnsNeeded {
            /// The columns with what could be guessed.
            columns: Vec<Column>,
            /// Person or organisation, as guessed.
            of_kind: Coded<SupporterKind>,
            /// Codes of the targets that are missing.
            missing: Vec<String>,
            /// All targets that a column may have.
            targets: Vec<String>,
        },
        /// The file is read.
        Ready {
            /// The columns as they were read.
            columns: Vec<Column>,
            /// Person or organisation.
            of_kind: Coded<SupporterKind>,
            /// The encoding as it was read.
            encoding: Coded<FileEncoding>,
            /// All targets that a column may have.
            targets: Vec<String>,
            /// Sums.
            counts: RowCounts,
            /// Purposes that the file does not ask about.
            purposes_not_asked: Vec<Coded<Purpose>>,
            /// The first rows.
            sample: Vec<ImportRow>,
        },
    }

    /// What would become of a row if nobody decided.
    enum RowGroup {
        /// A new record.
        New,
        /// An update of a record.
        Update,
        /// Waits for a person.
        Review,
        /// Known from an earlier import.
        AlreadyPresent,
        /// Stands above in the file.
        Repeated,
        /// Not taken.
        Rejected,
        /// Cannot be read.
        Unreadable,
    }

    /// Which rows of the preview.
    struct RowsRequest {
        /// The file.
        pub token: String,
        /// Only this group; all if absent.
        pub group: Option<RowGroup>,
        /// Page, from 0.
        pub page: u32,
    }

    /// Something that may be the same supporter.
    union RowCandidate {
        /// A record.
        Record {
            /// The record.
            row: SupporterRow,
            /// How strongly.
            likeness: Likeness,
        },
        /// Another row of the file.
        Line {
            /// Its line.
            line: u32,
            /// How strongly.
            likeness: Likeness,
        },
    }

    /// One row of the preview.
    struct ImportRow {
        /// Line of the file at which the row begins.
        pub line: u32,
        /// What would become of it.
        pub group: RowGroup,
        /// Accepted values.
        pub text: Vec<TextValue>,
        /// Values that were refused, to be mended.
        pub held: Vec<TextValue>,
        /// Values that the supporter may have meant.
        pub proposals: Vec<TextValue>,
        /// Why it waits or is refused, and what to look at; with a field where there is one.
        pub findings: Vec<Finding>,
        /// Codes of reasons that belong to no field.
        pub codes: Vec<String>,
        /// What may be the same supporter, the likeliest first.
        pub candidates: Vec<RowCandidate>,
    }

    /// A page of the preview.
    struct ImportRows {
        /// The rows.
        pub rows: Vec<ImportRow>,
        /// How many there are of this group.
        pub total: u32,
        /// Rows of a full page.
        pub page_size: u32,
    }

    /// A row of the file and a record, side by side.
    struct RowPairRequest {
        /// The file.
        pub token: String,
        /// Line of the row.
        pub line: u32,
        /// The record.
        pub id: Id<SupporterId>,
    }

    /// One field of a row and a record.
    struct RowFieldPair {
        /// The field.
        pub field: Coded<Field>,
        /// Value of the record; empty if none.
        pub record: String,
        /// Value of the row; empty if none.
        pub row: String,
    }

    /// A row and a record.
    struct RowPair {
        /// The record.
        pub record: SupporterRow,
        /// Fields that at least one fills in.
        pub fields: Vec<RowFieldPair>,
    }

    /// What a person decided about a row.
    union RowVerdict {
        /// A new record, with these values instead of the refused ones.
        New {
            /// The values.
            values: Vec<TextValue>,
        },
        /// Bring this record up to date.
        Update {
            /// The record.
            id: Id<SupporterId>,
        },
        /// Leave the row out.
        Skip,
    }

    /// A decision about a row.
    struct RowDecision {
        /// Line of the row.
        pub line: u32,
        /// The decision.
        pub verdict: RowVerdict,
    }

    /// What is done with rows that have the address of a record and about which nobody decided.
    enum UpdatePolicy {
        /// They wait.
        Ask,
        /// They bring the record up to date.
        Update,
        /// They are left out.
        Skip,
    }

    /// Runs the import.
    struct ImportRun {
        /// The file.
        pub token: String,
        /// Decisions.
        pub decisions: Vec<RowDecision>,
        /// For rows with a known address.
        pub updates: UpdatePolicy,
    }

    /// What became of the rows.
    struct FateCounts {
        /// New records.
        pub created: u32,
        /// Updated records.
        pub updated: u32,
        /// Already there.
        pub already_present: u32,
        /// Twice in the file.
        pub repeated: u32,
        /// Waiting for a decision; they are not in the register.
        pub review: u32,
        /// Not taken, since the person was erased.
        pub suppressed: u32,
        /// Not taken.
        pub rejected: u32,
        /// Not readable.
        pub unreadable: u32,
    }

    /// One import.
    struct ImportSummary {
        /// Id.
        pub id: Id<ImportId>,
        /// Name of the file.
        pub file_name: String,
        /// When, Unix milliseconds.
        pub at: i64,
        /// Name of the member.
        pub by: String,
        /// Person or organisation.
        pub of_kind: Coded<SupporterKind>,
        /// What became of the rows.
        pub counts: FateCounts,
        /// When it was taken back, Unix milliseconds.
        pub undone_at: Option<i64>,
    }

    /// An import that took place.
    struct ImportDone {
        /// The import.
        pub summary: ImportSummary,
        /// Agreements that were not taken over because the person had said no before.
        pub still_closed_count: u32,
    }

    /// All imports.
    struct Imports {
        /// Newest first.
        pub imports: Vec<ImportSummary>,
    }

    /// Which import.
    struct ImportRef {
        /// Id.
        pub id: Id<ImportId>,
    }

    /// The import was taken back.
    struct ImportUndone {
        /// Records that are gone.
        pub removed_count: u32,
        /// Records that stay, because someone touched them since or they were there before.
        pub kept_count: u32,
    }
}
