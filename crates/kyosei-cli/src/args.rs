//! The arguments of the program: one definition for parsing, help, completions and man pages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use kyosei_model::SupporterKind;

mod engines;
mod exchange;
mod ledgers;
mod members;
mod supporters;
mod totals;
mod values;

pub use engines::{GenerateArguments, MatchCommand, Shape, SolveArguments, SolverChoice};
pub use exchange::{
    BundleCommand, BundleWriteArguments, ConflictsCommand, MailboxCommand, NetworkArguments,
    ResolveArguments, ServeArguments, SyncArguments,
};
pub use ledgers::{ConsentsCommand, ImportsCommand, SuppressCommand};
pub use members::{
    ApproveArguments, InviteArguments, JoinArguments, MembersCommand, RemoveArguments, RoleArguments,
    SpacesCommand,
};
pub use supporters::{
    AddArguments, EraseArguments, ExportArguments, Format, ImportArguments, ListArguments, MergeArguments,
    SupportersCommand, Updates,
};
pub use totals::{ProtectArguments, TotalsCommand, TotalsExport, TotalsNote, TotalsWanted};

/// Heading of the arguments that every command takes.
const EVERYWHERE: &str = "Options of every command";

/// What stands below the help of the whole program.
const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  refused or failed; the reason is on standard error with a stable code such as E-CONSENT-MISSING
  2  the arguments are wrong
  3  wrong passphrase, or none given
  4  done in part; each row or item that was not done is listed

Results go to standard output, progress and failures to standard error. The passphrase and anything about a person
come from a file or from standard input (\"-\"), never from an argument: arguments stay in the shell's history and
other users of the machine can see them.

A first day:
  kyosei init --committee NAME --person NAME --device NAME --recovery-dir DIR
  kyosei supporters import form.csv --dry-run
  kyosei supporters import form.csv
  kyosei supporters list";

/// 共生 — supporters and matching of a refugee support network, encrypted and without a server.
#[derive(Debug, Parser)]
#[command(name = "kyosei", version, arg_required_else_help = true, after_long_help = AFTER_HELP)]
pub struct Arguments {
    /// Folder of the vault [default: kyosei in the platform's folder for data]
    #[arg(long, global = true, env = "KYOSEI_VAULT", hide_env_values = true, value_name = "DIR", help_heading = EVERYWHERE)]
    pub vault: Option<PathBuf>,
    /// File with the passphrase in its first line; otherwise the terminal asks
    #[arg(long, global = true, env = "KYOSEI_PASSPHRASE_FILE", hide_env_values = true, value_name = "FILE", help_heading = EVERYWHERE)]
    pub passphrase_file: Option<PathBuf>,
    /// Language of the text: ja (日本語), ja-easy (やさしい日本語) or en; otherwise that of the locale
    #[arg(
        long, global = true, value_name = "LANG", help_heading = EVERYWHERE,
        value_parser = ["ja", "ja-easy", "en"], hide_possible_values = true
    )]
    pub lang: Option<String>,
    /// Print one JSON document instead of text; docs/schema describes it for each command
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the main job on invented data: one laptop, then a committee of three that sync on this machine
    Demo(DemoArguments),
    /// Make a vault and found a committee in it
    ///
    /// A vault is a folder with a key file, sealed with a passphrase, and a database of encrypted entries. On a
    /// terminal the program proposes a passphrase of six words. Three recovery sheets are made; two of them together
    /// restore everything, so they are printed, given to three people, and deleted from the machine.
    Init(InitArguments),
    /// Tell what the vault holds, and how far its changes have come
    Status,
    /// Change the passphrase
    Passwd(PasswdArguments),
    /// Look for damage and mend what can be mended
    ///
    /// Checks the database and the signature of every entry. Damage is listed and ends with exit code 1. Copy the
    /// whole folder of a damaged vault before anything else.
    Doctor(DoctorArguments),
    /// Show who did what to which record, and when
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
    /// Who is in the committee, and with which device
    #[command(subcommand)]
    Members(MembersCommand),
    /// Circles of members: the register, matching, case work
    #[command(subcommand)]
    Spaces(SpacesCommand),
    /// Exchange changes with the other laptops
    ///
    /// Nothing is contacted but the devices that are known or given, unless you choose more. Exit code 4 tells that not
    /// all of them were reached.
    Sync(SyncArguments),
    /// Values that were written apart from each other
    #[command(subcommand)]
    Conflicts(ConflictsCommand),
    /// A machine of the committee that passes changes on and reads nothing
    #[command(subcommand)]
    Mailbox(MailboxCommand),
    /// Changes in a sealed file
    #[command(subcommand)]
    Bundle(BundleCommand),
    /// Match households with homes and people with jobs
    #[command(subcommand)]
    Match(MatchCommand),
    /// Totals that can be published, with a proof
    ///
    /// `preview`, `export`, `list` and `hand-over` work on the register of a vault and the release ledger in it; `protect`
    /// and `verify` on files alone.
    #[command(subcommand)]
    Totals(TotalsCommand),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder
    Man {
        /// The folder; it is made if it is not there
        #[arg(value_name = "DIR")]
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
    #[arg(long, value_name = "NAME")]
    pub committee: String,
    /// Your name, as the audit trail shows it
    #[arg(long, value_name = "NAME")]
    pub person: String,
    /// Name of this laptop
    #[arg(long, value_name = "NAME")]
    pub device: String,
    /// Write the three recovery sheets into this folder, to be printed and then deleted; otherwise the terminal shows them
    #[arg(long, value_name = "DIR")]
    pub recovery_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct PasswdArguments {
    /// File with the new passphrase in its first line; otherwise the terminal proposes one and asks
    #[arg(long, value_name = "FILE")]
    pub new_passphrase_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// Also rebuild the register in memory from the first entry on, and compare
    #[arg(long)]
    pub deep: bool,
    /// Rebuild the local state from the entries, which are left as they are
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Debug, Args)]
pub struct AuditArguments {
    /// Show the newest N events
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub limit: usize,
}

/// The two forms of supporters.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Form {
    /// A person
    Individual,
    /// An organisation
    #[value(alias = "organization")]
    Organisation,
}

impl From<Form> for SupporterKind {
    fn from(form: Form) -> Self {
        match form {
            Form::Individual => Self::Individual,
            Form::Organisation => Self::Organization,
        }
    }
}
