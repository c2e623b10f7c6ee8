//! Taking records out, and the audit trail.

use kyosei_model::{AuditAction, SupporterKind};

use crate::coded::Coded;
use crate::crossing::crossing;

crossing! {
    /// Form of an exported file.
    enum ExportFormat {
        /// CSV in UTF-8 with a byte order mark.
        CsvUtf8,
        /// CSV in Shift_JIS (code page 932).
        CsvCp932,
        /// Excel workbook.
        Xlsx,
    }

    /// What to export. The place of the file is asked for by the program.
    struct ExportRequest {
        /// Which form of supporters.
        pub of_kind: Coded<SupporterKind>,
        /// Also those who withdrew.
        pub with_withdrawn: bool,
        /// Form of the file.
        pub format: ExportFormat,
        /// What the file is for; stands in the audit trail.
        pub purpose: String,
    }

    /// What became of an export.
    union ExportOutcome {
        /// Nobody chose a place; nothing was written or noted.
        Cancelled,
        /// The file is written.
        Written {
            /// Rows without the headings.
            rows: u32,
            /// Cells that were guarded against being read as formulas.
            guarded_cells: u32,
            /// Cells with letters that the encoding lacks.
            lossy_cells: u32,
        },
    }

    /// Which part of the audit trail.
    struct AuditQuery {
        /// Only these actions; all if empty.
        pub actions: Vec<Coded<AuditAction>>,
        /// Page, from 0, newest first.
        pub page: u32,
    }

    /// What a line of the audit trail is about.
    union AuditSubject {
        /// A supporter.
        Supporter {
            /// Id.
            id: String,
            /// Name, if the record is still there.
            name: Option<String>,
        },
        /// A consent entry.
        Consent {
            /// Id.
            id: String,
        },
        /// An import.
        Import {
            /// Id.
            id: String,
        },
        /// A wording.
        Wording {
            /// Id.
            id: String,
        },
    }

    /// One line of the audit trail.
    struct AuditLine {
        /// Id.
        pub id: String,
        /// When, Unix milliseconds.
        pub at: i64,
        /// Name of the member; absent for what the program does by itself.
        pub member: Option<String>,
        /// The device, in hexadecimal letters.
        pub device: String,
        /// What.
        pub action: Coded<AuditAction>,
        /// About what.
        pub subject: Option<AuditSubject>,
        /// Reason as it was given, such as the purpose of an export.
        pub reason: Option<String>,
        /// How many records.
        pub count: Option<u32>,
    }

    /// A page of the audit trail.
    struct AuditPage {
        /// The lines.
        pub lines: Vec<AuditLine>,
        /// How many there are in all.
        pub total: u32,
        /// Lines of a full page.
        pub page_size: u32,
    }
}
