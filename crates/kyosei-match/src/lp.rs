//! A linear programming code for sparse problems `max c·x, A·x ≤ b, x ≥ 0` to which columns are added while it runs.
//!
//! The revised primal simplex method with a sparse LU factorisation of the basis ([`basis`]). It starts from a basis that
//! the caller knows to be feasible and keeps it feasible, so there is no first phase. Right-hand sides are shifted by tiny
//! amounts that depend on the row only; that breaks ties between the many equal vertices of assignment problems. The caller
//! takes the dual prices, rounds them and proves its bound in integers, so neither the shifts nor rounding errors matter.

#![expect(
    clippy::indexing_slicing,
    reason = "rows, columns and basis positions are indices of this module's own vectors"
)]

mod basis;

use basis::Factors;

/// A reduced cost above this is worth entering for.
const ENTER_MIN: f64 = 1e-7;
/// A pivot element below this is not trusted.
const PIVOT_MIN: f64 = 1e-6;
/// Pivots after which the basis is factorised anew.
const PIVOTS_PER_FACTOR: usize = 64;
/// The largest shift of a right-hand side.
const SHIFT_MAX: f64 = 1e-6;

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

/// How one pivot ended.
enum Pivot {
    Done,
    /// Done, and the basis was factorised anew.
    Refactored,
    Failed,
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
    /// Reduced cost of each column, and its weight in the reference framework.
    gain: Vec<f64>,
    weight: Vec<f64>,
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
            gain: Vec::new(),
            weight: Vec::new(),
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
        let mut duals: Vec<f64> =
            self.basic.iter().map(|column| self.columns[*column as usize].cost).collect();
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
        self.price_all();
        self.weight = vec![1.0; self.columns.len()];
        let mut fresh = true;
        loop {
            if self.steps > end {
                return Finish::Early;
            }
            let Some(entering) = self.choose() else {
                // Reduced costs are carried along from pivot to pivot; before stopping they are computed anew once.
                if fresh {
                    return Finish::Optimal;
                }
                self.price_all();
                fresh = true;
                continue;
            };
            match self.pivot(entering) {
                Pivot::Done => fresh = false,
                Pivot::Refactored => fresh = true,
                Pivot::Failed => return Finish::Early,
            }
        }
    }

    /// Computes the reduced cost of every column from the dual prices.
    fn price_all(&mut self) {
        let duals = self.duals();
        let gain = |(column, is_basic): (&Column, &bool)| {
            if *is_basic {
                return 0.0;
            }
            column.cost
                - column.entries.iter().map(|(row, amount)| duals[*row as usize] * amount).sum::<f64>()
        };
        self.gain = self.columns.iter().zip(&self.is_basic).map(gain).collect();
        self.steps += 6 * self.columns.len() as u64;
    }

    /// The column that enters, by reduced cost in a reference framework (Devex, Harris 1973).
    fn choose(&mut self) -> Option<usize> {
        self.steps += self.columns.len() as u64;
        let mut best: Option<(f64, usize)> = None;
        for (column, (gain, weight)) in self.gain.iter().zip(&self.weight).enumerate() {
            if *gain > ENTER_MIN {
                let merit = gain * gain / weight;
                if best.is_none_or(|(most, _)| merit > most) {
                    best = Some((merit, column));
                }
            }
        }
        best.map(|(_, column)| column)
    }

    /// Brings a column into the basis.
    fn pivot(&mut self, entering: usize) -> Pivot {
        let mut direction = vec![0.0; self.rhs.len()];
        for (row, amount) in &self.columns[entering].entries {
            direction[*row as usize] = *amount;
        }
        let Some(factors) = &mut self.factors else { return Pivot::Failed };
        self.steps += factors.solve(&mut direction);
        let Some((leaving, length)) = ratio_test(&self.value, &direction) else { return Pivot::Failed };
        let mut row = vec![0.0; self.rhs.len()];
        row[leaving] = 1.0;
        self.steps += factors.solve_transposed(&mut row);
        self.carry(entering, leaving, direction[leaving], &row);
        for (value, slope) in self.value.iter_mut().zip(&direction) {
            *value -= length * slope;
        }
        self.value[leaving] = length;
        self.steps += 2 * direction.len() as u64;
        self.is_basic[self.basic[leaving] as usize] = false;
        self.is_basic[entering] = true;
        self.basic[leaving] = u32::try_from(entering).unwrap_or(u32::MAX);
        let Some(factors) = &mut self.factors else { return Pivot::Failed };
        factors.replace(leaving, &direction);
        if factors.replaced() < PIVOTS_PER_FACTOR {
            return Pivot::Done;
        }
        if !self.refactor() {
            return Pivot::Failed;
        }
        self.price_all();
        Pivot::Refactored
    }

    /// Carries reduced costs and reference weights over a pivot on an element of the tableau; `row` is the row of the
    /// basis inverse that leaves.
    fn carry(&mut self, entering: usize, leaving: usize, element: f64, row: &[f64]) {
        let step = self.gain[entering] / element;
        let reference = self.weight[entering];
        for (column, (entries, is_basic)) in self.columns.iter().zip(&self.is_basic).enumerate() {
            if *is_basic || column == entering {
                continue;
            }
            let across: f64 = entries.entries.iter().map(|(at, amount)| row[*at as usize] * amount).sum();
            if across != 0.0 {
                self.gain[column] -= step * across;
                let ratio = across / element;
                self.weight[column] = self.weight[column].max(ratio * ratio * reference);
            }
        }
        let left = self.basic[leaving] as usize;
        self.gain[left] = -step;
        self.weight[left] = (reference / (element * element)).max(1.0);
        self.gain[entering] = 0.0;
        self.steps += 6 * self.columns.len() as u64;
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
