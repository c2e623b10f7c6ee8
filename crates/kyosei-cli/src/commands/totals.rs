//! `kyosei totals`: protected totals from the register or from a table file, and their verification.

mod export;
mod ledger_folder;
mod list;
mod note;
mod preview;
mod printed;
mod protect;
mod publish;
mod verify;

use kyosei_app::totals::{Period, TableDefinition, table};

use crate::args::{Arguments, TotalsCommand, TotalsWanted};
use crate::locale::Lang;
use crate::outcome::{Done, Failure};

/// Runs a command.
pub fn run(arguments: &Arguments, command: &TotalsCommand, lang: Lang) -> Result<Done, Failure> {
    match command {
        TotalsCommand::Preview(wanted) => preview::run(arguments, wanted, lang),
        TotalsCommand::Export(wanted) => export::run(arguments, wanted, lang),
        TotalsCommand::List { printed_head } => list::run(arguments, printed_head.as_deref(), lang),
        TotalsCommand::HandOver { device } => list::hand_over(arguments, device, lang),
        TotalsCommand::Note(wanted) => note::run(arguments, wanted, lang),
        TotalsCommand::Protect(wanted) => protect::run(wanted, lang),
        TotalsCommand::Verify { folder } => verify::run(folder, lang),
    }
}

/// The declared table and the period that were asked for.
fn wanted(wanted: &TotalsWanted) -> Result<(&'static TableDefinition, Period), Failure> {
    let found = table(&wanted.table).ok_or_else(|| Failure::new("E-TOTALS-TABLE"))?;
    let period = wanted.period.parse().map_err(|_| Failure::new("E-TOTALS-PERIOD"))?;
    Ok((found, period))
}
