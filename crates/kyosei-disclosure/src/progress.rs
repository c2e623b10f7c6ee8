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
    /// Variables up to which the exact integer program is tried.
    pub exact_variables_max: usize,
    /// Branch-and-bound nodes of the exact integer program.
    pub exact_nodes_max: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            nodes_max: 2_000,
            shrink_solves_max: 4_000,
            exact_variables_max: 1_500,
            exact_nodes_max: 4_000,
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
