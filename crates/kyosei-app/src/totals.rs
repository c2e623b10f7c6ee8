//! Totals from the register that can be published, and the committee's release ledger.
//!
//! The tour: [`definition`] is the small language in which a table is declared, [`tables`] holds every declared table, and
//! one `source` for each kind of record turns it into [`Counted`] rows of ids and codes ([`supporters`], [`area`]). [`count`]
//! makes the cells of a [`Period`] from them and from what the ledger says was counted before; [`ledger`] reads that ledger
//! from its documents. [`prepare`] joins them into what [`kyosei_disclosure::protect()`] takes, [`explain()`] says of each cell
//! what happened to it and why, and [`record_release`] is the deed that enters a release into the ledger and the audit trail; [`external`] enters what another body has published.
//!
//! A figure counts registrations: each record once, in the first release after it came. Who leaves later lowers no figure,
//! so cumulative figures only grow and the k-increment rule covers every difference between two reports.

pub mod area;
pub mod count;
pub mod definition;
pub mod explain;
pub mod external;
pub mod ledger;
pub mod period;
pub mod release;
pub mod supporters;
pub mod tables;

pub use count::CountError;
pub use definition::{Category, Counted, Dimension, Label, Measure, TableDefinition};
pub use explain::{Explained, Why, explain};
pub use ledger::{LedgerUnreadable, Releases};
pub use period::{Period, PeriodError};
pub use release::{PreparedRelease, ReleaseRefused, prepare, record_release};
pub use tables::{TABLES, table};
