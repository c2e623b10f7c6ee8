//! `release.cert.json`: the certificate, version 1, in canonical form.

use kyosei_disclosure::Certificate;
use kyosei_disclosure::certificate::{Claim, Evidence};
use kyosei_disclosure::publish::file_digest;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hex;

/// The format name in the file.
pub const FORMAT: &str = "kyosei-totals-certificate";

/// Why bytes are no certificate.
#[derive(Debug, Error)]
pub enum CertificateError {
    /// Not the JSON expected.
    #[error("the certificate is not well-formed")]
    Json(#[from] serde_json::Error),
    /// Another format, or a malformed digest.
    #[error("unknown format or malformed digest")]
    Text,
    /// The bytes are not in the one form that is written.
    #[error("the certificate is not in canonical form")]
    NotCanonical,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    attacker_model: u32,
    publication_sha256: String,
    ledger_head: String,
    files: Vec<(String, String)>,
    base: Vec<i64>,
    moves: Vec<Vec<(usize, i64)>>,
    evidence: Vec<(usize, usize, usize, ClaimText)>,
    /// SHA-256 of this file with an empty seal: a slip of one byte shows even where it would leave a valid proof.
    seal: String,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ClaimText {
    Covered,
    NotSmall,
    Harmless,
    Narrow,
}

/// Writes a certificate.
///
/// # Errors
/// Never for a certificate in memory; the serialiser's error is passed on rather than hidden.
pub fn write(certificate: &Certificate) -> Result<Vec<u8>, serde_json::Error> {
    let mut file = File {
        format: FORMAT.to_owned(),
        version: certificate.version,
        attacker_model: certificate.attacker_model,
        publication_sha256: hex::write(&certificate.publication),
        ledger_head: hex::write(&certificate.ledger_head),
        files: certificate.files.iter().map(|(name, sha)| (name.clone(), hex::write(sha))).collect(),
        base: certificate.base.clone(),
        moves: certificate.moves.clone(),
        evidence: certificate
            .evidence
            .iter()
            .map(|entry| (entry.cell, entry.lowest, entry.highest, claim_text(entry.claim)))
            .collect(),
        seal: String::new(),
    };
    file.seal = hex::write(&file_digest(&serde_json::to_vec(&file)?));
    let mut bytes = serde_json::to_vec(&file)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Reads a certificate; whether it is true is for [`kyosei_disclosure::verify()`].
///
/// # Errors
/// Any [`CertificateError`].
pub fn read(bytes: &[u8]) -> Result<Certificate, CertificateError> {
    let file: File = serde_json::from_slice(bytes)?;
    if file.format != FORMAT {
        return Err(CertificateError::Text);
    }
    let sha = |text: &str| hex::read(text).ok_or(CertificateError::Text);
    let mut files = Vec::new();
    for (name, text) in &file.files {
        files.push((name.clone(), sha(text)?));
    }
    let evidence = |&(cell, lowest, highest, claim): &(usize, usize, usize, ClaimText)| Evidence {
        cell,
        lowest,
        highest,
        claim: claim_of(claim),
    };
    let certificate = Certificate {
        version: file.version,
        attacker_model: file.attacker_model,
        publication: sha(&file.publication_sha256)?,
        files,
        ledger_head: sha(&file.ledger_head)?,
        base: file.base,
        moves: file.moves,
        evidence: file.evidence.iter().map(evidence).collect(),
    };
    if write(&certificate)? != bytes { Err(CertificateError::NotCanonical) } else { Ok(certificate) }
}

fn claim_text(claim: Claim) -> ClaimText {
    match claim {
        Claim::Covered => ClaimText::Covered,
        Claim::NotSmall => ClaimText::NotSmall,
        Claim::Harmless => ClaimText::Harmless,
        Claim::Narrow => ClaimText::Narrow,
    }
}

fn claim_of(text: ClaimText) -> Claim {
    match text {
        ClaimText::Covered => Claim::Covered,
        ClaimText::NotSmall => Claim::NotSmall,
        ClaimText::Harmless => Claim::Harmless,
        ClaimText::Narrow => Claim::Narrow,
    }
}
