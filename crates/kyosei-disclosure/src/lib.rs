//! Statistical disclosure control for very small populations: counts in, a safe publication with a proof out.
//!
//! The tour follows a release. Records are counted into cells and relations ([`cross`], [`overlap`], [`hierarchy`], [`tables`]).
//! [`primary`] says which cells may not be shown. [`ledger`] puts everything published before under them. [`protect()`]
//! withholds what is needed ([`suppress`], [`exact`], [`insider`]) or says what to collapse instead ([`infeasible`]), and makes
//! the one thing that can be exported, a [`ProtectedTable`]. [`prove()`] writes the certificate from the public [`View`]
//! alone, and [`verify()`] checks it by adding up.
//!
//! Every statement that something is safe rests on [`check`]: integer addition against complete tables that a reader cannot
//! rule out. The solver behind [`propose`] only suggests. The crate knows no files, clocks, randomness or people: ids, counts
//! and a secret key for ties are handed in, limits are counted in work ([`Budget`]), and a [`Watch`] may stop it.
//!
//! The terms are those of the Handbook on Statistical Disclosure Control (Hundepool and others, 2nd edition).

pub mod attack;
pub mod audit;
pub mod cell;
pub mod certificate;
pub mod check;
pub mod cross;
pub mod exact;
pub mod hierarchy;
pub mod infeasible;
pub mod insider;
pub mod instance;
pub mod ledger;
pub mod moves;
pub mod openly;
pub mod overlap;
pub mod primary;
pub mod progress;
pub mod propagate;
pub mod propose;
pub mod protect;
pub mod prove;
pub mod publish;
pub mod series;
pub mod suppress;
pub mod tables;
pub mod tie;
pub mod unknown;
pub mod verify;
pub mod view;

pub use cell::CellId;
pub use certificate::Certificate;
pub use infeasible::{Action, Infeasible, Remedy};
pub use ledger::Ledger;
pub use progress::{Budget, Progress, Stopped, Unwatched, Watch};
pub use protect::{ProtectError, Protected, ProtectedTable, Spec, protect};
pub use prove::{ProveError, prove};
pub use tables::{Cell, Offer, Rule, TableSet};
pub use tie::TieKey;
pub use verify::{Refusal, Verdict, verify};
pub use view::{PublicRule, Status, View, Zeros};
