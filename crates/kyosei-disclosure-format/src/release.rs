//! A whole release: all published files at once, and their verification.

use kyosei_disclosure::publish::Sha;
use kyosei_disclosure::{Budget, ProtectedTable, ProveError, Refusal, Verdict, Watch, prove, verify};
use thiserror::Error;

use crate::bundle::{self, Bundle, BundleError};
use crate::certificate::{self, CertificateError};
use crate::csv_long::{self, CsvError};

/// The name of the published bundle.
pub const BUNDLE_NAME: &str = "totals.json";
/// The name of the long table.
pub const CSV_NAME: &str = "totals.csv";
/// The name of the certificate.
pub const CERTIFICATE_NAME: &str = "release.cert.json";

/// A page that verifies a release offline, in any browser, without this program.
pub const VERIFIER_PAGE: &str = include_str!("../verifier/index.html");

/// The files of a release, the certificate last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files(pub Vec<(String, Vec<u8>)>);

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
    /// The long table says something else than the bundle.
    #[error("{CSV_NAME} does not say what {BUNDLE_NAME} says")]
    TablesDiffer,
    /// The certificate does not prove the bundle.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Writes bundle, table and certificate. The certificate is made from the bundle's bytes, not from the table in memory.
///
/// # Errors
/// When something could not be written or proven; then nothing should be published.
pub fn write(
    table: &ProtectedTable,
    ledger_head: &Sha,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<Files, WriteError> {
    let made = Bundle { release: table.release(), ledger_head: *ledger_head, view: table.view().clone() };
    let json = bundle::write(&made)?;
    let public = bundle::read(&json)?;
    let table = csv_long::write(&public)?;
    let named: [(&str, &[u8]); 2] = [(CSV_NAME, &table), (BUNDLE_NAME, &json)];
    let proof = prove(&public.view, &named, &public.ledger_head, budget, watch)?;
    let proof = certificate::write(&proof)?;
    Ok(Files(vec![
        (CSV_NAME.to_owned(), table),
        (BUNDLE_NAME.to_owned(), json),
        (CERTIFICATE_NAME.to_owned(), proof),
    ]))
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
        return Err(VerifyError::TablesDiffer);
    }
    let published: Vec<(&str, &[u8])> =
        files.iter().copied().filter(|(name, _)| *name != CERTIFICATE_NAME).collect();
    Ok(verify(&public.view, &published, &public.ledger_head, &proof)?)
}
