//! Who solves a stage. Every solver takes a stage and a feasible list and returns a list at least as good with a bound that
//! no list exceeds; one suite of tests holds for all of them.

#[cfg(feature = "highs")]
mod highs;

use crate::options::Budget;
use crate::problem::Plan;
use crate::stage::{Outcome, Stage};

/// The solvers to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SolverKind {
    /// Own prices, column generation and branch and bound; deterministic, no native code.
    #[default]
    BranchAndBound,
    /// HiGHS on the compact model: for comparison.
    #[cfg(feature = "highs")]
    Highs,
}

/// Solves stages.
pub(crate) trait Solver {
    /// Solves a stage from a feasible list.
    fn solve(&self, stage: &Stage<'_>, start: Vec<Plan>, budget: &mut Budget<'_>) -> Outcome;
}

/// See [`SolverKind::BranchAndBound`].
struct BranchAndBound;

impl Solver for BranchAndBound {
    fn solve(&self, stage: &Stage<'_>, start: Vec<Plan>, budget: &mut Budget<'_>) -> Outcome {
        crate::search::solve(stage, start, budget)
    }
}

impl SolverKind {
    pub(crate) fn solver(self) -> Box<dyn Solver> {
        match self {
            Self::BranchAndBound => Box::new(BranchAndBound),
            #[cfg(feature = "highs")]
            Self::Highs => Box::new(highs::Highs),
        }
    }
}
