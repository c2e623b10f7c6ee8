//! Arguments of the groups that keep account: imports, consents, suppressed addresses.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kyosei_model::{Channel, Decision, Purpose, SuppressionReason};

use super::values;

#[derive(Debug, Subcommand)]
pub enum ImportsCommand {
    /// List imports, the oldest first
    List,
    /// Show what became of each row
    Show {
        /// Id of the import
        id: String,
    },
    /// Take an import back
    ///
    /// Records that it made lose all their content. Records that were edited since, or that were there before, stay
    /// and are listed, and the exit code is 4 then.
    Undo {
        /// Id of the import
        id: String,
        /// Also erase the sealed content of the records, with this recovery sheet as the approval of a second person
        /// (may be repeated)
        #[arg(long, value_name = "FILE")]
        recovery_sheet: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConsentsCommand {
    /// Show the ledger of one supporter, with the words that were agreed to
    List {
        /// Id of the supporter
        supporter: String,
    },
    /// Record a decision
    ///
    /// The entry holds the wording in force. Entries are never changed; a later one answers an earlier one.
    Record(RecordArguments),
    /// Record that an agreement is taken back
    Withdraw {
        /// Id of the supporter
        supporter: String,
        /// What the data may no longer be used for
        #[arg(long, value_parser = values::purpose())]
        purpose: Purpose,
        /// How the decision came
        #[arg(long, value_parser = values::channel(), default_value = "email")]
        channel: Channel,
    },
}

#[derive(Debug, Args)]
pub struct RecordArguments {
    /// Id of the supporter
    pub supporter: String,
    /// What the data may be used for
    #[arg(long, value_parser = values::purpose())]
    pub purpose: Purpose,
    /// What the person decided
    #[arg(long, value_parser = values::decision())]
    pub decision: Decision,
    /// How the decision came
    #[arg(long, value_parser = values::channel())]
    pub channel: Channel,
    /// When the person decided, such as 2026-11-24T10:00:00+09:00; now if not given
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum SuppressCommand {
    /// Suppress addresses for ever
    ///
    /// The list keeps a keyed hash of each address and not the address, so that it outlives an erasure. Nothing takes
    /// an address off the list.
    Add {
        /// File with one address a line; "-" reads standard input
        file: PathBuf,
        /// Why
        #[arg(long, value_parser = values::suppression_reason(), default_value = "opt_out")]
        reason: SuppressionReason,
    },
    /// Tell how many addresses are suppressed, by reason
    List,
    /// Tell which addresses of a file are suppressed, by their lines
    Check {
        /// File with one address a line; "-" reads standard input
        file: PathBuf,
    },
}
