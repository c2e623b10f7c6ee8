//! Arguments of `kyosei totals`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What stands below the help of previewing and exporting.
const AFTER_TABLES: &str = "\
Tables:
  supporters        all registrations so far, by kind and by area; period: a month, for example 2026-04
  supporters-year   what came new in a fiscal year, by kind and area; period: for example FY2026 (April to March), after
                    the table `supporters` was released for its March";

#[derive(Debug, Subcommand)]
pub enum TotalsCommand {
    /// Show what a release would print, what it would hide and why; nothing is written
    #[command(after_long_help = AFTER_TABLES)]
    Preview(TotalsWanted),
    /// Release a table of the register: protected files with a proof, noted in the ledger and the audit trail
    ///
    /// What was released cannot be taken back, and binds every later release.
    #[command(after_long_help = AFTER_TABLES)]
    Export(TotalsExport),
    /// List the releases in the ledger
    List {
        /// Check that the ledger contains the head that a report shows
        #[arg(long, value_name = "HEAD")]
        printed_head: Option<String>,
    },
    /// Pass the right to make releases to another device
    ///
    /// One device at a time makes releases, so that two made apart cannot give somebody away together. It is the one that
    /// made the last release until it hands over. When that device was removed from the committee, any other one may pass
    /// the right on.
    HandOver {
        /// The device's id, as `kyosei audit` shows it
        #[arg(value_name = "DEVICE")]
        device: String,
    },
    /// Take note of what another body has published, so that later releases withstand its readers too
    Note(TotalsNote),
    /// Protect a table: one file in, protected table and certificate out; no vault is needed
    Protect(ProtectArguments),
    /// Verify published totals from their files alone
    Verify {
        /// The folder with the published files and nothing else
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

/// A table and a period.
#[derive(Debug, Args)]
pub struct TotalsWanted {
    /// The table
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// The month (2026-04) or fiscal year (FY2026)
    #[arg(long, value_name = "PERIOD")]
    pub period: String,
}

#[derive(Debug, Args)]
pub struct TotalsExport {
    #[command(flatten)]
    pub wanted: TotalsWanted,
    /// What the figures are for; stands in the audit trail
    #[arg(long, value_name = "TEXT")]
    pub purpose: String,
    /// Write the published files into this folder; it must not exist
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Also write the table as SDMX-CSV
    #[arg(long)]
    pub sdmx: bool,
    /// Write the tables alone, without pages, documents and charts
    #[arg(long)]
    pub no_report: bool,
}

#[derive(Debug, Args)]
pub struct TotalsNote {
    /// The body's figures: CSV with the columns unit, period, dimensions, value, status, as in a published totals.csv
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// Who the body is, its rule, and what its figures mean to us, in TOML; docs/formats/totals-ledger.md describes it
    #[arg(long, value_name = "FILE")]
    pub map: PathBuf,
    /// The private folder of a ledger that stands alone, instead of the vault's
    #[arg(long, value_name = "DIR")]
    pub ledger: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ProtectArguments {
    /// The table in CSV, or in JJ format with `--jj` ("-" reads standard input); docs/formats/totals-spec.md describes it
    #[arg(value_name = "TABLE")]
    pub table: PathBuf,
    /// Columns, hierarchies, rule and costs in TOML
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// Write the published files into this folder; it must not exist
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The private folder of the ledger of earlier releases; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    pub ledger: Option<PathBuf>,
    /// Refuse a ledger that does not contain the head that an earlier report shows
    #[arg(long, value_name = "HEAD", requires = "ledger")]
    pub printed_head: Option<String>,
    /// The table is in JJ format, the exchange format of tau-Argus and sdcTable
    #[arg(long)]
    pub jj: bool,
    /// Also write the table as it came in JJ format into this file, for comparison with other tools. It holds true values
    /// and must never be published
    #[arg(long, value_name = "FILE")]
    pub jj_out: Option<PathBuf>,
    /// Also write the table as SDMX-CSV
    #[arg(long)]
    pub sdmx: bool,
    /// Also write pages, documents and charts
    #[arg(long)]
    pub report: bool,
}
