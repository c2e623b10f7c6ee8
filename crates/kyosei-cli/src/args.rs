//! The arguments of the program: one definition for parsing, help, completions and man pages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod engines;

pub use engines::{
    GenerateArguments, MatchCommand, ProtectArguments, Shape, SolveArguments, SolverChoice, TotalsCommand,
};

/// 共生 — supporters and matching of a refugee support network, encrypted and without a server.
#[derive(Debug, Parser)]
#[command(name = "kyosei", version, arg_required_else_help = true)]
pub struct Arguments {
    /// Folder of the vault
    #[arg(long, global = true, env = "KYOSEI_VAULT", value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// File with the passphrase in its first line; otherwise the terminal asks
    #[arg(long, global = true, env = "KYOSEI_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Language of the text: ja, ja-easy or en
    #[arg(long, global = true, value_parser = ["ja", "ja-easy", "en"], value_name = "LANG")]
    pub lang: Option<String>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the main job on invented data: import, search, edit, export, erase
    Demo(DemoArguments),
    /// Make a vault and found a committee in it
    Init(InitArguments),
    /// Tell what the vault holds
    Status,
    /// Change the passphrase
    Passwd(PasswdArguments),
    /// Look for damage
    Doctor(DoctorArguments),
    /// Show who did what to which record
    Audit(AuditArguments),
    /// The register of supporters
    #[command(subcommand)]
    Supporters(SupportersCommand),
    /// Imports of registration files
    #[command(subcommand)]
    Imports(ImportsCommand),
    /// The consent ledger
    #[command(subcommand)]
    Consents(ConsentsCommand),
    /// Addresses that must never be written to again
    #[command(subcommand)]
    Suppress(SuppressCommand),
    /// Match households with homes and people with jobs
    #[command(subcommand)]
    Match(MatchCommand),
    /// Totals that can be published, with a proof
    #[command(subcommand)]
    Totals(TotalsCommand),
    /// Print shell completions
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write manual pages into a folder
    Man {
        /// The folder
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Keep the demonstration vault in this folder; otherwise it is removed at the end
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// How many invented people register
    #[arg(long, default_value_t = 412, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub people: u32,
}

#[derive(Debug, Args)]
pub struct InitArguments {
    /// Name of the committee
    #[arg(long)]
    pub committee: String,
    /// Your name
    #[arg(long)]
    pub person: String,
    /// Name of this laptop
    #[arg(long)]
    pub device: String,
    /// Write the three recovery sheets into this folder, to be printed and then deleted; otherwise the terminal shows them
    #[arg(long, value_name = "DIR")]
    pub recovery_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PasswdArguments {
    /// File with the new passphrase in its first line; otherwise the terminal proposes and asks
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Also rebuild the register in memory and compare
    #[arg(long)]
    pub deep: bool,
    /// Rebuild the local state from the entries
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Debug, Args)]
pub struct AuditArguments {
    /// Show the newest N events
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// The two forms of supporters.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    Individual,
    Organisation,
}

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
    #[default]
    Ask,
    Update,
    Skip,
}

#[derive(Debug, Subcommand)]
pub enum SupportersCommand {
    /// Import a registration file (CSV, XLSX or a zip of one CSV)
    Import(ImportArguments),
    /// List supporters in the order of their readings, 50 a page
    List(ListArguments),
    /// Show one record
    Show { id: String },
    /// Add a supporter from a form in TOML ("-" reads standard input)
    Add(AddArguments),
    /// Change fields from a form in TOML ("-" reads standard input); an empty text empties a field
    Edit { id: String, from: PathBuf },
    /// Merge the second record into the first
    Merge(MergeArguments),
    /// Pairs that may be one supporter
    Duplicates,
    /// Remember that two records are two supporters
    KeepApart { first: String, second: String },
    /// Take back every agreement and suppress the address
    Withdraw {
        id: String,
        /// How the decision came
        #[arg(long, default_value = "email")]
        channel: String,
    },
    /// Erase a record for good, with a recovery sheet as the second approval
    Erase(EraseArguments),
    /// Write records to a file
    Export(ExportArguments),
}

#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file
    pub file: PathBuf,
    /// Which form; found out from the headings if not given
    #[arg(long)]
    pub form: Option<Form>,
    /// Column mapping in TOML (`--dry-run` prints the one in use)
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// Decisions about single rows in TOML
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Rows whose e-mail address is known
    #[arg(long, default_value = "ask")]
    pub updates: Updates,
    /// Encoding, if it is found out wrongly: utf-8, cp932, euc-jp, iso-2022-jp, utf-16le, utf-16be
    #[arg(long)]
    pub encoding: Option<String>,
    /// Show what would happen and save nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// Words to search for, read from this file ("-" reads standard input, so that they stay out of the shell's history)
    #[arg(long, value_name = "FILE")]
    pub search: Option<PathBuf>,
    /// Only this form
    #[arg(long)]
    pub form: Option<Form>,
    /// Only this status: inbox, active or withdrawn
    #[arg(long)]
    pub status: Option<String>,
    /// Page, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub page: u32,
}

#[derive(Debug, Args)]
pub struct AddArguments {
    /// The form in TOML
    #[arg(required_unless_present = "template")]
    pub from: Option<PathBuf>,
    /// Print an empty form instead
    #[arg(long)]
    pub template: Option<Form>,
}

#[derive(Debug, Args)]
pub struct MergeArguments {
    /// The record that stays
    pub kept: String,
    /// The record that goes into it
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
    #[arg(long)]
    pub purpose: String,
    /// The file to write; it must not exist
    #[arg(long)]
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

#[derive(Debug, Subcommand)]
pub enum ImportsCommand {
    /// List imports
    List,
    /// Show what became of each row
    Show { id: String },
    /// Take an import back; records edited since stay and are listed
    Undo {
        id: String,
        /// Also erase the sealed content of the records, with this recovery sheet as the approval of a second person
        #[arg(long, value_name = "FILE")]
        recovery_sheet: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConsentsCommand {
    /// The ledger of one supporter
    List { supporter: String },
    /// Record a decision
    Record(RecordArguments),
    /// Record that an agreement is taken back
    Withdraw {
        supporter: String,
        #[arg(long)]
        purpose: String,
        #[arg(long, default_value = "email")]
        channel: String,
    },
}

#[derive(Debug, Args)]
pub struct RecordArguments {
    pub supporter: String,
    /// P1 to P7
    #[arg(long)]
    pub purpose: String,
    /// given, refused or withdrawn
    #[arg(long)]
    pub decision: String,
    /// How the decision came: paper, phone, email, in_person, …
    #[arg(long)]
    pub channel: String,
    /// When the person decided (RFC 3339); now if not given
    #[arg(long)]
    pub at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum SuppressCommand {
    /// Suppress addresses, one a line ("-" reads standard input)
    Add {
        file: PathBuf,
        /// opt_out, complaint or bounce
        #[arg(long, default_value = "opt_out")]
        reason: String,
    },
    /// How many addresses are suppressed, by reason
    List,
    /// Tell which addresses of a file are suppressed, one a line ("-" reads standard input)
    Check { file: PathBuf },
}
