//! Arguments of `kyosei supporters`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use kyosei_model::{Channel, FileEncoding, Status};

use super::{Form, values};

/// What stands below the help of the import.
const AFTER_IMPORT: &str = r#"Columns:
  The columns are found out from the headings. --dry-run prints the mapping in use as TOML; where it is wrong, save
  it to a file, correct it and give it with --map. It is remembered for the next file with the same headings.

Decisions:
  Rows to review are not taken until a person decided. The decisions file names them by their line:

    [[row]]
    line = 12
    do = "new"                  # a new record, with corrected values
    set.email = "hanako@example.jp"

    [[row]]
    line = 15
    do = "update"               # bring this record up to date with the row
    record = "01M86NAJ772PKBV2EMNJ838PB4"

    [[row]]
    line = 19
    do = "skip"                 # leave the row out

  The same file can be imported again with more decisions: rows that were taken are known and not taken twice.

Take back:
  kyosei imports undo ID      (the import prints its id; kyosei imports list shows all)"#;

/// What stands below the help of adding.
const AFTER_ADD: &str = "\
A record by hand:
  kyosei supporters add --template individual > form.toml
  (fill in form.toml)
  kyosei supporters add form.toml
  (delete form.toml)";

/// What stands below the help of editing.
const AFTER_EDIT: &str = r#"A form of changes names what changes and nothing else:

  tags = ["翻訳"]
  language = "ja"
  contact_preference = "email"

  [fields]
  tel = "0467-00-0000"
  building = ""               # an empty text empties the field

The names of the fields are those of `kyosei supporters add --template`."#;

/// What stands below the help of merging.
const AFTER_MERGE: &str = "\
A merge cannot be undone. The consents of both records stay in the ledger, and a no in either of them keeps its
purpose closed.";

/// The form of an exported file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// CSV in UTF-8 with a byte order mark
    Csv,
    /// CSV in code page 932, with a report of what it cannot write
    Cp932,
    /// An Excel workbook
    Xlsx,
}

/// What to do with rows whose e-mail address is known.
#[derive(Debug, Clone, Copy, ValueEnum, Default)]
pub enum Updates {
    /// They wait for a decision
    #[default]
    Ask,
    /// They bring the record up to date, if exactly one has the address
    Update,
    /// They are left out
    Skip,
}

#[derive(Debug, Subcommand)]
pub enum SupportersCommand {
    /// Import a registration file
    ///
    /// CSV in any usual Japanese encoding, XLSX, or a zip of one CSV: what the file is and how it is encoded is found
    /// out from its content. A bad row never stops the others; each row that was not taken is listed, and the exit
    /// code is 4 then.
    Import(ImportArguments),
    /// List supporters in the order of their readings, 50 a page
    List(ListArguments),
    /// Show one record
    Show {
        /// Id of the supporter
        id: String,
    },
    /// Add a supporter from a form in TOML
    Add(AddArguments),
    /// Change fields of a record with a form in TOML
    #[command(after_long_help = AFTER_EDIT)]
    Edit {
        /// Id of the supporter
        id: String,
        /// The form of changes; "-" reads standard input
        from: PathBuf,
    },
    /// Make one record of two
    #[command(after_long_help = AFTER_MERGE)]
    Merge(MergeArguments),
    /// List pairs that may be one supporter
    ///
    /// One supporter twice: `kyosei supporters merge`. Two supporters: `kyosei supporters keep-apart`, and the pair is
    /// not listed again.
    Duplicates,
    /// Remember that two records are two supporters
    KeepApart {
        /// Id of one
        first: String,
        /// Id of the other
        second: String,
    },
    /// Take back every agreement of a supporter and suppress the address
    Withdraw {
        /// Id of the supporter
        id: String,
        /// How the decision came
        #[arg(long, value_parser = values::channel(), default_value = "email")]
        channel: Channel,
    },
    /// Erase a record for good, with a recovery sheet as the second approval
    ///
    /// All content of the record goes; only the keyed hash of its address stays, so that the person is not imported
    /// again. It cannot be undone.
    Erase(EraseArguments),
    /// Write records to a file that is not encrypted
    ///
    /// The export and its purpose stand in the audit trail. Delete the file when it has served its purpose.
    Export(ExportArguments),
}

#[derive(Debug, Args)]
#[command(after_long_help = AFTER_IMPORT)]
pub struct ImportArguments {
    /// The file; "-" reads standard input
    pub file: PathBuf,
    /// Which form; found out from the headings if not given
    #[arg(long)]
    pub form: Option<Form>,
    /// Column mapping in TOML (see below)
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Decisions about single rows in TOML (see below)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// What to do with rows whose e-mail address is known
    #[arg(long, default_value = "ask")]
    pub updates: Updates,
    /// Encoding, if it is found out wrongly
    #[arg(long, value_parser = values::encoding())]
    pub encoding: Option<FileEncoding>,
    /// Show what would happen, and the column mapping; save nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// Search for the words in this file; "-" reads standard input
    ///
    /// Names are not taken as arguments: those stay in the shell's history and other users of the machine can see
    /// them. On a terminal, type `kyosei supporters list --search -`, the words, Enter, Ctrl-D.
    #[arg(long, value_name = "FILE")]
    pub search: Option<PathBuf>,
    /// Only this form
    #[arg(long)]
    pub form: Option<Form>,
    /// Only this status
    #[arg(long, value_parser = values::status())]
    pub status: Option<Status>,
    /// Page, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub page: u32,
}

#[derive(Debug, Args)]
#[command(after_long_help = AFTER_ADD)]
pub struct AddArguments {
    /// The form in TOML; "-" reads standard input
    #[arg(required_unless_present = "template")]
    pub from: Option<PathBuf>,
    /// Print an empty form instead
    #[arg(long, conflicts_with = "from")]
    pub template: Option<Form>,
}

#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Id of the record that stays
    pub kept: String,
    /// Id of the record that goes into it
    pub absorbed: String,
    /// For a field that differs: take the value of the record that goes (may be repeated)
    #[arg(long, value_name = "FIELD")]
    pub take: Vec<String>,
    /// For every other field that differs: keep the value of the record that stays
    #[arg(long)]
    pub keep_rest: bool,
}

#[derive(Debug, Args)]
pub struct EraseArguments {
    /// Id of the supporter
    pub id: String,
    /// A recovery sheet as the approval of a second person (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub recovery_sheet: Vec<PathBuf>,
    /// Erase without asking
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct ExportArguments {
    /// What the file is for; stands in the audit trail
    #[arg(long, value_name = "TEXT")]
    pub purpose: String,
    /// The file to write; it must not exist
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Form of the file
    #[arg(long, default_value = "csv")]
    pub format: Format,
    /// Which form of supporters
    #[arg(long, default_value = "individual")]
    pub form: Form,
    /// Also those who withdrew
    #[arg(long)]
    pub with_withdrawn: bool,
}
