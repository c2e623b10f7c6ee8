//! The one door to the solver: a mixed integer program in, a proposal out.
//!
//! `microlp` computes in floating point, so everything that leaves this module is called a proposal and is rounded and
//! checked by integer addition before anyone believes it. Work is limited by nodes, never by a clock, so the same question
//! gives the same answer on every machine.

#[cfg(feature = "highs")]
mod highs;

use microlp::{
    ComparisonOp, Error, OptimizationDirection, Problem, SolutionStatus, SolveOptions, SolveOutcome, Variable,
};

/// Who solves a program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Solver {
    /// `microlp`, which ships.
    #[default]
    Microlp,
    /// HiGHS, to compare with in benchmarks.
    #[cfg(feature = "highs")]
    Highs,
}

/// A linear or mixed integer program, minimised.
#[derive(Debug)]
pub struct Program {
    problem: Problem,
    variables: Vec<Variable>,
    #[cfg(feature = "highs")]
    recorded: highs::Recorded,
}

/// The sense of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Equal to the right side.
    Equal,
    /// At least the right side.
    AtLeast,
    /// At most the right side.
    AtMost,
}

/// What the solver says.
#[derive(Clone, Debug, PartialEq)]
pub enum Proposal {
    /// Values in the order of the variables; `optimal` when the solver claims that nothing is better.
    Values {
        /// One value for each variable.
        values: Vec<f64>,
        /// Whether optimality is claimed.
        optimal: bool,
    },
    /// The solver claims that there is no solution.
    Infeasible,
    /// The node limit was reached, or the solver failed numerically.
    GaveUp,
}

impl Program {
    /// Starts an empty program.
    #[must_use]
    pub fn minimise() -> Self {
        Program {
            problem: Problem::new(OptimizationDirection::Minimize),
            variables: Vec::new(),
            #[cfg(feature = "highs")]
            recorded: highs::Recorded::default(),
        }
    }

    /// Adds a real variable and returns its index.
    pub fn real(&mut self, cost: f64, low: f64, high: f64) -> usize {
        self.variables.push(self.problem.add_var(cost, (low, high)));
        #[cfg(feature = "highs")]
        self.recorded.variable(cost, low, high, false);
        self.variables.len() - 1
    }

    /// Adds an integer variable and returns its index; bounds beyond `i32` are cut to it.
    pub fn integer(&mut self, cost: f64, low: i64, high: i64) -> usize {
        let cut = |value: i64| i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX });
        self.variables.push(self.problem.add_integer_var(cost, (cut(low), cut(high))));
        #[cfg(feature = "highs")]
        self.recorded.variable(cost, f64::from(cut(low)), f64::from(cut(high)), true);
        self.variables.len() - 1
    }

    /// Adds a row over (variable, coefficient) pairs, each variable at most once; unknown indices are a bug of the caller
    /// and make the row vanish.
    pub fn row(&mut self, terms: &[(usize, f64)], sense: Sense, right: f64) {
        #[cfg(feature = "highs")]
        self.recorded.row(terms, sense, right);
        let terms: Vec<(Variable, f64)> = terms
            .iter()
            .filter_map(|&(index, factor)| self.variables.get(index).map(|&v| (v, factor)))
            .collect();
        let sense = match sense {
            Sense::Equal => ComparisonOp::Eq,
            Sense::AtLeast => ComparisonOp::Ge,
            Sense::AtMost => ComparisonOp::Le,
        };
        self.problem.add_constraint(&terms[..], sense, right);
    }

    /// Solves within a number of branch-and-bound nodes, by the given solver.
    #[must_use]
    pub fn solve_by(&self, solver: Solver, nodes_max: u64) -> Proposal {
        match solver {
            Solver::Microlp => self.solve(nodes_max),
            #[cfg(feature = "highs")]
            Solver::Highs => self.recorded.solve(nodes_max),
        }
    }

    /// Solves within a number of branch-and-bound nodes.
    #[must_use]
    pub fn solve(&self, nodes_max: u64) -> Proposal {
        let mut options = SolveOptions::default();
        options.node_limit = Some(nodes_max);
        match self.problem.solve_with(options) {
            Ok(SolveOutcome::Solution(solution)) => Proposal::Values {
                values: self.variables.iter().map(|&variable| solution.var_value(variable)).collect(),
                optimal: solution.status() == SolutionStatus::Optimal,
            },
            Ok(SolveOutcome::Interrupted(_)) => Proposal::GaveUp,
            Err(Error::Infeasible) => Proposal::Infeasible,
            Err(_) => Proposal::GaveUp,
        }
    }
}

/// Rounds a proposal to integers when every value is within a thousandth of one.
#[must_use]
pub fn rounded(values: &[f64]) -> Option<Vec<i64>> {
    values.iter().map(|&value| near_integer(value)).collect()
}

/// The integer within a thousandth of `value`, if there is one.
#[must_use]
pub fn near_integer(value: f64) -> Option<i64> {
    let nearest = value.round();
    if (value - nearest).abs() < 1e-3 && nearest.abs() < 9e15 { Some(to_integer(nearest)) } else { None }
}

#[expect(clippy::cast_possible_truncation, reason = "the caller has bounded the value below 2^53")]
fn to_integer(value: f64) -> i64 {
    value as i64
}

/// A count as the solver sees it; exact below 2^53, far above every count that is read.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts are at most VALUE_MAX, far below 2^53")]
pub fn real(value: i64) -> f64 {
    value as f64
}
