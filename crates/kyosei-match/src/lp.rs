//! A linear programming code for sparse problems `max c·x, A·x ≤ b, x ≥ 0` to which columns are added while it runs.
//!
//! The revised primal simplex method with a sparse LU factorisation of the basis ([`basis`]). It starts from a basis that
//! the caller knows to be feasible and keeps it feasible, so there is no first phase. Right-hand sides are shifted by tiny
//! amounts that depend on the row only; that breaks ties between the many equal vertices of assignment problems. The caller
//! takes the dual prices, rounds them and proves its bound in integers, so neither the shifts nor rounding errors matter.

#![expect(clippy::indexing_slicing, reason = "rows, columns and basis positions are indices of this module's own vectors")]

mod basis;

use basis::Factors;

/// A reduced cost above this is worth entering for.
const ENTER_MIN: f64 = 1e-7;
/// A pivot element below this is not trusted.
const PIVOT_MIN: f64 = 1e-8;
/// Pivots after which the basis is factorised anew.
const PIVOTS_PER_FACTOR: usize = 64;
/// The largest shift of a right-hand side.
const SHIFT_MAX: f64 = 1e-6;
/// Columns priced in one pass that stay candidates for the next pivots.
const CANDIDATES_MAX: usize = 60;

/// A column of the matrix with its place in the objective.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub cost: f64,
    pub entries: Vec<(u32, f64)>,
}

/// How a run of the simplex method ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    Optimal,
    /// The budget ended or the numbers broke down; the basis is feasible but maybe not optimal.
    Early,
}

/// A linear program with its current basis. Column `r < rows` is the slack of row `r`; others follow in order of adding.
#[derive(Debug, Clone)]
pub(crate) struct Lp {
    rhs: Vec<f64>,
    columns: Vec<Column>,
    /// The column at each basis position.
    basic: Vec<u32>,
    is_basic: Vec<bool>,
    /// Value of the column at each basis position.
    value: Vec<f64>,
    factors: Option<Factors>,
    pub steps: u64,
}

impl Lp {
    pub(crate) fn new(rhs: &[f64]) -> Self {
        let rows = rhs.len();
        let shifted = rhs.iter().enumerate().map(|(row, rhs)| rhs + shift(row)).collect();
        let slack = |row| Column { cost: 0.0, entries: vec![(row, 1.0)] };
        let columns = (0..u32::try_from(rows).unwrap_or(u32::MAX)).map(slack).collect();
        Self {
            rhs: shifted,
            columns,
            basic: (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect(),
            is_basic: vec![true; rows],
            value: Vec::new(),
            factors: None,
            steps: 0,
        }
    }

    /// Adds a column at level zero and returns its number.
    pub(crate) fn add(&mut self, column: Column) -> usize {
        self.columns.push(column);
        self.is_basic.push(false);
        self.columns.len() - 1
    }

    /// Puts a column in the basis in place of the slack of a row. The caller knows that the result is feasible.
    pub(crate) fn start_with(&mut self, row: usize, column: usize) {
        let leaving = self.basic[row] as usize;
        self.is_basic[leaving] = false;
        self.is_basic[column] = true;
        self.basic[row] = u32::try_from(column).unwrap_or(u32::MAX);
        self.factors = None;
    }

    pub(crate) fn set_cost(&mut self, column: usize, cost: f64) {
        self.columns[column].cost = cost;
    }

    /// The level of every column.
    pub(crate) fn levels(&self) -> Vec<f64> {
        let mut levels = vec![0.0; self.columns.len()];
        for (column, value) in self.basic.iter().zip(&self.value) {
            levels[*column as usize] = *value;
        }
        levels
    }

    /// The dual price of every row.
    pub(crate) fn duals(&mut self) -> Vec<f64> {
        let mut duals: Vec<f64> = self.basic.iter().map(|column| self.columns[*column as usize].cost).collect();
        if let Some(factors) = &mut self.factors {
            self.steps += factors.solve_transposed(&mut duals);
        }
        duals
    }

    /// Pivots until no column improves the objective, or until `steps_max` more steps are done.
    pub(crate) fn optimise(&mut self, steps_max: u64) -> Finish {
        let end = self.steps.saturating_add(steps_max);
        if self.factors.is_none() && !self.refactor() {
            return Finish::Early;
        }
        let mut candidates: Vec<u32> = Vec::new();
        loop {
            if self.steps > end {
                return Finish::Early;
            }
            let duals = self.duals();
            let Some(entering) = self.choose(&duals, &mut candidates) else { return Finish::Optimal };
            if !self.pivot(entering) {
                return Finish::Early;
            }
        }
    }

    /// The candidate with the largest reduced cost; a pass over all columns when none is left.
    fn choose(&mut self, duals: &[f64], candidates: &mut Vec<u32>) -> Option<usize> {
        let mut best: Option<(f64, u32)> = None;
        candidates.retain(|column| {
            let gain = self.gain(*column as usize, duals);
            if gain > best.map_or(ENTER_MIN, |(most, _)| most) {
                best = Some((gain, *column));
            }
            gain > ENTER_MIN
        });
        self.steps += 8 * candidates.len() as u64;
        if let Some((_, column)) = best {
            return Some(column as usize);
        }
        let mut gains: Vec<(f64, u32)> = Vec::new();
        for column in 0..self.columns.len() {
            let gain = self.gain(column, duals);
            if gain > ENTER_MIN {
                gains.push((gain, u32::try_from(column).unwrap_or(u32::MAX)));
            }
        }
        self.steps += 6 * self.columns.len() as u64;
        gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        gains.truncate(CANDIDATES_MAX);
        candidates.extend(gains.iter().map(|(_, column)| *column));
        gains.first().map(|(_, column)| *column as usize)
    }

    fn gain(&self, column: usize, duals: &[f64]) -> f64 {
        if self.is_basic[column] {
            return 0.0;
        }
        let column = &self.columns[column];
        let paid: f64 = column.entries.iter().map(|(row, amount)| duals[*row as usize] * amount).sum();
        column.cost - paid
    }

    /// Brings a column into the basis; false when the numbers broke down.
    fn pivot(&mut self, entering: usize) -> bool {
        let mut direction = vec![0.0; self.rhs.len()];
        for (row, amount) in &self.columns[entering].entries {
            direction[*row as usize] = *amount;
        }
        let Some(factors) = &mut self.factors else { return false };
        self.steps += factors.solve(&mut direction);
        let Some((leaving, length)) = ratio_test(&self.value, &direction) else { return false };
        for (value, slope) in self.value.iter_mut().zip(&direction) {
            *value -= length * slope;
        }
        self.value[leaving] = length;
        self.steps += 2 * direction.len() as u64;
        self.is_basic[self.basic[leaving] as usize] = false;
        self.is_basic[entering] = true;
        self.basic[leaving] = u32::try_from(entering).unwrap_or(u32::MAX);
        factors.replace(leaving, &direction);
        factors.replaced() < PIVOTS_PER_FACTOR || self.refactor()
    }

    fn refactor(&mut self) -> bool {
        let columns: Vec<&[(u32, f64)]> =
            self.basic.iter().map(|column| self.columns[*column as usize].entries.as_slice()).collect();
        let Some(mut factors) = Factors::of(&columns) else {
            self.factors = None;
            return false;
        };
        self.value = self.rhs.clone();
        self.steps += factors.cost();
        self.steps += factors.solve(&mut self.value);
        for value in &mut self.value {
            *value = value.max(0.0);
        }
        self.factors = Some(factors);
        true
    }
}

/// The basis position that reaches zero first, and the step length; among near-equals the largest pivot element.
fn ratio_test(value: &[f64], direction: &[f64]) -> Option<(usize, f64)> {
    let mut length = f64::INFINITY;
    for (value, slope) in value.iter().zip(direction) {
        if *slope > PIVOT_MIN {
            length = length.min((value + 1e-9) / slope);
        }
    }
    let mut best: Option<(usize, f64)> = None;
    for (position, (value, slope)) in value.iter().zip(direction).enumerate() {
        if *slope > PIVOT_MIN && value / slope <= length && best.is_none_or(|(_, most)| *slope > most) {
            best = Some((position, *slope));
        }
    }
    best.map(|(position, slope)| (position, (value[position] / slope).max(0.0)))
}

/// A shift that depends on the row only.
fn shift(row: usize) -> f64 {
    let mixed = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    SHIFT_MAX * (0.1 + 0.9 * ((mixed >> 40) as f64 / (1_u64 << 24) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assignment_problem_has_its_known_optimum() {
        // Rows 0 to 2: who; rows 3 to 5: what. Values of the 3 × 3 problem; the best is 7 + 9 + 8 = 24.
        let values = [[7.0, 5.0, 3.0], [2.0, 9.0, 8.0], [8.0, 7.0, 8.0]];
        let mut lp = Lp::new(&[1.0; 6]);
        for (who, row) in values.iter().enumerate() {
            for (what, value) in row.iter().enumerate() {
                lp.add(Column { cost: *value, entries: vec![(who as u32, 1.0), (3 + what as u32, 1.0)] });
            }
        }
        assert_eq!(lp.optimise(1_000_000), Finish::Optimal);
        let duals: f64 = lp.duals().iter().sum();
        assert!((duals - 24.0).abs() < 1e-6, "{duals}");
        let levels = lp.levels();
        assert!(levels[6] > 0.99 && levels[10] > 0.99 && levels[14] > 0.99, "{levels:?}");
    }
}
