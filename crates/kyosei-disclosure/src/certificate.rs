//! The certificate: tables that all fit one publication, and for each withheld cell where it is low and where it is high.
//!
//! It is computed from the publication alone and says nothing that is not already public. [`crate::prove()`] writes it,
//! [`crate::verify()`] reads it without any solver. A certificate never tells primary from secondary cells.

use crate::publish::Sha;

/// The layout of certificates written by this version.
pub const CERTIFICATE_VERSION: u32 = 1;

/// The reader granted by this version: integers, knows the rule and the zero pattern, has every release in the view.
pub const ATTACKER_MODEL: u32 = 1;

/// What a certificate says of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Everything that the rule itself leaves open is possible.
    Covered,
    /// It is certainly not small, which follows by adding up; so it needs no protection.
    NotSmall,
    /// The base table gives it zero (hidden counts only) or a value that is not small. If it were exactly known, then with
    /// that value; so nobody learns an exact small count.
    Harmless,
    /// It is not exactly known, but a reader can rule out a part of what the rule leaves open.
    Narrow,
}

/// What is said of one cell that is not printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its index in the view.
    pub cell: usize,
    /// The table in which it is lowest: 0 is the base table, `n` is the base changed by move `n - 1`.
    pub lowest: usize,
    /// The table in which it is highest.
    pub highest: usize,
    /// What follows.
    pub claim: Claim,
}

/// The proof that goes with a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// [`CERTIFICATE_VERSION`].
    pub version: u32,
    /// [`ATTACKER_MODEL`].
    pub attacker_model: u32,
    /// The digest of the view.
    pub publication: Sha,
    /// The published files by name, with their digests.
    pub files: Vec<(String, Sha)>,
    /// The head of the release ledger before this release.
    pub ledger_head: Sha,
    /// One complete table that fits, in the order of the view.
    pub base: Vec<i64>,
    /// Further tables that fit, as changes of the base: (cell, difference).
    pub moves: Vec<Vec<(usize, i64)>>,
    /// One entry for each withheld, carried or guarded cell that is not fixed, in the order of the view.
    pub evidence: Vec<Evidence>,
}
