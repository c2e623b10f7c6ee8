//! The head that stands in a report, held against a ledger: a ledger that was cut or put back does not contain it.

use kyosei_disclosure::Ledger;
use kyosei_disclosure_format::hex;

use crate::outcome::Failure;

/// Refuses a ledger that does not contain a printed head.
pub fn check(ledger: &Ledger, printed: &str) -> Result<(), Failure> {
    let head = hex::read(printed.trim()).ok_or_else(|| Failure::new("E-TOTALS-HEAD"))?;
    if ledger.contains(&head) { Ok(()) } else { Err(Failure::new("E-TOTALS-HEAD")) }
}
