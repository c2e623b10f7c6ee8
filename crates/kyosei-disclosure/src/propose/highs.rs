//! HiGHS behind the same door, for benchmarks: the program once more, as HiGHS wants it.

use highs::{Col, HighsModelStatus, RowProblem, Sense as Direction};

use super::{Proposal, Sense};

/// A program as it was written down.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    variables: Vec<(f64, f64, f64, bool)>,
    rows: Vec<(Vec<(usize, f64)>, Sense, f64)>,
}

impl Recorded {
    pub(super) fn variable(&mut self, cost: f64, low: f64, high: f64, whole: bool) {
        self.variables.push((cost, low, high, whole));
    }

    pub(super) fn row(&mut self, terms: &[(usize, f64)], sense: Sense, right: f64) {
        self.rows.push((terms.to_vec(), sense, right));
    }

    /// Solves with one thread, within a number of branch-and-bound nodes.
    pub(super) fn solve(&self, nodes_max: u64) -> Proposal {
        let mut model = RowProblem::default();
        let columns: Vec<Col> = self
            .variables
            .iter()
            .map(|&(cost, low, high, whole)| match whole {
                true => model.add_integer_column(cost, low..=high),
                false => model.add_column(cost, low..=high),
            })
            .collect();
        for (terms, sense, right) in &self.rows {
            let terms: Vec<(Col, f64)> =
                terms.iter().filter_map(|&(at, factor)| Some((*columns.get(at)?, factor))).collect();
            match sense {
                Sense::Equal => model.add_row(*right..=*right, terms),
                Sense::AtLeast => model.add_row(*right.., terms),
                Sense::AtMost => model.add_row(..=*right, terms),
            };
        }
        let mut model = model.optimise(Direction::Minimise);
        model.make_quiet();
        model.set_option("threads", 1);
        model.set_option("mip_max_nodes", i32::try_from(nodes_max).unwrap_or(i32::MAX));
        let Ok(solved) = model.try_solve() else { return Proposal::GaveUp };
        let status = solved.status();
        if status == HighsModelStatus::Optimal {
            return Proposal::Values { values: solved.get_solution().columns().to_vec(), optimal: true };
        }
        if status == HighsModelStatus::Infeasible { Proposal::Infeasible } else { Proposal::GaveUp }
    }
}
