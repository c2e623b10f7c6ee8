//! Limits, progress and cancellation of a long computation, without a clock.
//!
//! Work is counted in solver calls and branch-and-bound nodes, so a run gives the same result on a slow and on a fast
//! machine. The caller watches through [`Watch`], may show progress and may stop; a stopped computation publishes nothing.

use thiserror::Error;

/// How much work is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Branch-and-bound nodes of one integer program.
    pub nodes_max: u64,
    /// Solver calls spent on publishing redundant secondary cells again.
    pub shrink_solves_max: usize,
    /// Different orders in which needs are answered; the cheapest result counts.
    pub starts: u32,
    /// Cells that may be withheld up to which the cheapest pattern is searched for; above, only a bound is computed.
    pub exact_candidates_max: usize,
    /// Rounds of cuts, for the bound and again for the cheapest pattern.
    pub exact_rounds_max: usize,
    /// Attacker programs solved for cuts.
    pub exact_solves_max: usize,
    /// Branch-and-bound nodes of one master program.
    pub exact_nodes_max: u64,
    /// Rounds of bridge cuts for the bound of a table above [`Budget::exact_candidates_max`].
    pub bridge_rounds_max: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            nodes_max: 2_000,
            shrink_solves_max: 4_000,
            starts: 4,
            exact_candidates_max: 150,
            exact_rounds_max: 12,
            exact_solves_max: 600,
            exact_nodes_max: 2_000,
            bridge_rounds_max: 6,
        }
    }
}

/// Where a computation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Looking for cells to withhold.
    Suppressing {
        /// Sides of needs answered.
        done: usize,
        /// Sides of needs in all.
        all: usize,
    },
    /// Looking for cells that need not be withheld.
    Shrinking {
        /// Cells tried.
        done: usize,
        /// Cells in all.
        all: usize,
    },
    /// Comparing with the cheapest pattern.
    Comparing {
        /// Rounds done.
        done: usize,
        /// Rounds at most.
        all: usize,
    },
    /// Writing the certificate.
    Proving {
        /// Cells proven.
        done: usize,
        /// Cells in all.
        all: usize,
    },
}

/// The watcher asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("stopped before the end; nothing was published")]
pub struct Stopped;

/// Somebody who looks on and may stop.
pub trait Watch {
    /// Hears where the work stands.
    ///
    /// # Errors
    /// [`Stopped`] ends the computation.
    fn report(&mut self, progress: Progress) -> Result<(), Stopped>;
}

/// Nobody looks on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn report(&mut self, _progress: Progress) -> Result<(), Stopped> {
        Ok(())
    }
}
