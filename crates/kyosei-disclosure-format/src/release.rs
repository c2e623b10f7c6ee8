//! A whole release: all published files at once, and their verification.

use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::{Budget, ProtectedTable, ProveError, Refusal, Verdict, Watch, prove, verify};
use thiserror::Error;

use crate::bundle::{self, Bundle, BundleError};
use crate::certificate::{self, CertificateError};
use crate::csv_long::{self, CsvError};
use crate::report::{self, ReportError, Wording};
use crate::sdmx;

/// The name of the published bundle.
pub const BUNDLE_NAME: &str = "totals.json";
/// The name of the long table.
pub const CSV_NAME: &str = "totals.csv";
/// The name of the table for statistics offices.
pub const SDMX_NAME: &str = "totals.sdmx.csv";
/// The name of the certificate.
pub const CERTIFICATE_NAME: &str = "release.cert.json";

/// A page that verifies a release offline, in any browser, without this program.
pub const VERIFIER_PAGE: &str = include_str!("../verifier/index.html");

/// The files of a release, the certificate last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(pub Vec<(String, Vec<u8>)>);

/// What a release has besides bundle, table and certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// A table in SDMX-CSV.
    pub sdmx: bool,
    /// Reports and charts, in these words.
    pub report: Option<Wording>,
}

/// Why a release could not be written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The bundle or certificate could not be serialised.
    #[error("a file could not be written")]
    Json(#[from] serde_json::Error),
    /// The table could not be written.
    #[error(transparent)]
    Csv(#[from] CsvError),
    /// The bundle that was just written cannot be read: an error of this program.
    #[error("the written bundle cannot be read back")]
    Bundle(#[from] BundleError),
    /// A report could not be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The publication could not be certified.
    #[error("no certificate")]
    Prove(#[from] ProveError),
}

/// Why a set of files is refused.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// A file is missing.
    #[error("the file {0} is missing")]
    Missing(&'static str),
    /// The bundle is malformed.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The certificate is malformed.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The table could not be compared.
    #[error(transparent)]
    Csv(#[from] CsvError),
    /// A table says something else than the bundle.
    #[error("{0} does not say what {BUNDLE_NAME} says")]
    TablesDiffer(&'static str),
    /// The certificate does not prove the bundle.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Writes bundle, table, what else is wished for, and the certificate. The certificate is made from the bundle's bytes, not
/// from the table in memory, and names the hash of every other file.
///
/// # Errors
/// When something could not be written or proven; then nothing should be published.
pub fn write(
    table: &ProtectedTable,
    ledger_head: &Sha,
    extras: &Extras,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<Files, WriteError> {
    let made = Bundle { release: table.release(), ledger_head: *ledger_head, view: table.view().clone() };
    let json = bundle::write(&made)?;
    let public = bundle::read(&json)?;
    let mut files = vec![(CSV_NAME.to_owned(), csv_long::write(&public)?), (BUNDLE_NAME.to_owned(), json)];
    if extras.sdmx {
        files.push((SDMX_NAME.to_owned(), sdmx::write(&public)?));
    }
    if let Some(wording) = &extras.report {
        files.extend(report::write(table, ledger_head, wording)?);
    }
    let named: Vec<(&str, &[u8])> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let proof = prove(&public.view, &named, &public.ledger_head, budget, watch)?;
    files.push((CERTIFICATE_NAME.to_owned(), certificate::write(&proof)?));
    Ok(Files(files))
}

/// Verifies a set of published files without any solver or private data.
///
/// # Errors
/// The first reason to refuse.
pub fn check(files: &[(&str, &[u8])]) -> Result<Verdict, VerifyError> {
    let find = |wanted: &'static str| {
        let found = files.iter().find(|(name, _)| *name == wanted);
        found.map(|&(_, bytes)| bytes).ok_or(VerifyError::Missing(wanted))
    };
    let public = bundle::read(find(BUNDLE_NAME)?)?;
    let proof = certificate::read(find(CERTIFICATE_NAME)?)?;
    if csv_long::write(&public)? != find(CSV_NAME)? {
        return Err(VerifyError::TablesDiffer(CSV_NAME));
    }
    if find(SDMX_NAME).is_ok_and(|bytes| sdmx::write(&public).ok().as_deref() != Some(bytes)) {
        return Err(VerifyError::TablesDiffer(SDMX_NAME));
    }
    let published: Vec<(&str, &[u8])> =
        files.iter().copied().filter(|(name, _)| *name != CERTIFICATE_NAME).collect();
    Ok(verify(&public.view, &published, &public.ledger_head, &proof)?)
}
