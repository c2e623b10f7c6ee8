//! `kyosei totals`: protected totals from a table file, and their verification, without a vault.

mod ledger_folder;
mod protect;
mod verify;

use crate::args::TotalsCommand;
use crate::locale::Lang;
use crate::outcome::{Done, Failure};

/// Runs a command.
pub fn run(command: &TotalsCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        TotalsCommand::Protect(wanted) => protect::run(wanted, lang),
        TotalsCommand::Verify { folder } => verify::run(folder, lang),
    }
}
