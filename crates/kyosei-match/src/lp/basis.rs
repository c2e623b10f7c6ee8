//! The sparse LU factorisation of a basis (Markowitz order) with product-form updates.
//!
//! Life-cycle: made from the columns of a basis, then one update for each pivot; after some pivots the owner makes a new
//! one. It knows nothing of costs or bounds.

#![expect(
    clippy::indexing_slicing,
    reason = "rows and basis positions are indices below the size of the basis"
)]

/// Pivot elements below this make a basis singular.
const SINGULAR: f64 = 1e-11;
/// A pivot must be at least this share of the largest element in its column.
const STABLE: f64 = 0.05;
/// Columns looked at for a pivot in the dense part.
const SEARCH_MAX: usize = 6;

/// One step of elimination.
#[derive(Debug, Clone)]
struct Step {
    row: u32,
    position: u32,
    pivot: f64,
    /// Multipliers of the pivot row for the rows below.
    lower: Vec<(u32, f64)>,
    /// Elements of the pivot column in rows eliminated before.
    upper: Vec<(u32, f64)>,
}

/// One replaced basis column.
#[derive(Debug, Clone)]
struct Replacement {
    position: u32,
    pivot: f64,
    others: Vec<(u32, f64)>,
}

/// A factorised basis.
#[derive(Debug, Clone)]
pub(super) struct Factors {
    steps: Vec<Step>,
    replacements: Vec<Replacement>,
    nonzeros: usize,
    scratch: Vec<f64>,
}

/// The part of the matrix that is not eliminated yet.
struct Active {
    /// By row: the elements in active columns.
    rows: Vec<Vec<(u32, f64)>>,
    /// By column: the active rows that may have an element there.
    columns: Vec<Vec<u32>>,
    row_done: Vec<bool>,
    column_done: Vec<bool>,
    /// By column: elements in eliminated rows.
    upper: Vec<Vec<(u32, f64)>>,
    /// Columns and rows that may have become singletons.
    single_columns: Vec<u32>,
    single_rows: Vec<u32>,
}

impl Factors {
    /// Factorises; `None` when the basis is singular.
    pub(super) fn of(columns: &[&[(u32, f64)]]) -> Option<Self> {
        let size = columns.len();
        let mut active = Active::new(columns);
        let mut steps = Vec::with_capacity(size);
        for _ in 0..size {
            let (row, column) = active.next_pivot()?;
            steps.push(active.eliminate(row, column)?);
        }
        let nonzeros = steps.iter().map(|step| step.lower.len() + step.upper.len() + 1).sum();
        Some(Self { steps, replacements: Vec::new(), nonzeros, scratch: vec![0.0; size] })
    }

    /// Rough number of elementary steps that the factorisation took.
    pub(super) fn cost(&self) -> u64 {
        12 * (self.nonzeros + self.steps.len()) as u64
    }

    /// Number of updates since the factorisation.
    pub(super) fn replaced(&self) -> usize {
        self.replacements.len()
    }

    /// Records that the column at a position was replaced by one whose solution is `direction`.
    pub(super) fn replace(&mut self, position: usize, direction: &[f64]) {
        let others = direction
            .iter()
            .zip(0_u32..)
            .filter(|(value, at)| *at as usize != position && value.abs() > 1e-13);
        self.replacements.push(Replacement {
            position: u32::try_from(position).unwrap_or(u32::MAX),
            pivot: direction[position],
            others: others.map(|(value, at)| (at, *value)).collect(),
        });
    }

    /// Solves `B·x = b`; `b` by row in, `x` by position out.
    pub(super) fn solve(&mut self, vector: &mut [f64]) -> u64 {
        for step in &self.steps {
            let value = vector[step.row as usize];
            if value != 0.0 {
                for (row, factor) in &step.lower {
                    vector[*row as usize] -= factor * value;
                }
            }
        }
        let mut touched = 0;
        for step in self.steps.iter().rev() {
            let value = vector[step.row as usize];
            let solved = if value == 0.0 { 0.0 } else { value / step.pivot };
            self.scratch[step.position as usize] = solved;
            if solved != 0.0 {
                touched += step.upper.len();
                for (row, element) in &step.upper {
                    vector[*row as usize] -= element * solved;
                }
            }
        }
        vector.copy_from_slice(&self.scratch);
        for replacement in &self.replacements {
            let value = vector[replacement.position as usize];
            if value != 0.0 {
                let value = value / replacement.pivot;
                vector[replacement.position as usize] = value;
                touched += replacement.others.len();
                for (position, element) in &replacement.others {
                    vector[*position as usize] -= element * value;
                }
            }
        }
        (3 * self.steps.len() + 2 * touched) as u64
    }

    /// Solves `Bᵀ·y = c`; `c` by position in, `y` by row out.
    pub(super) fn solve_transposed(&mut self, vector: &mut [f64]) -> u64 {
        let mut touched = 0;
        for replacement in self.replacements.iter().rev() {
            let mut value = vector[replacement.position as usize];
            for (position, element) in &replacement.others {
                value -= element * vector[*position as usize];
            }
            touched += replacement.others.len();
            vector[replacement.position as usize] = value / replacement.pivot;
        }
        for step in &self.steps {
            let mut value = vector[step.position as usize];
            for (row, element) in &step.upper {
                value -= element * self.scratch[*row as usize];
            }
            self.scratch[step.row as usize] = value / step.pivot;
        }
        for step in self.steps.iter().rev() {
            let mut value = self.scratch[step.row as usize];
            for (row, factor) in &step.lower {
                value -= factor * self.scratch[*row as usize];
            }
            self.scratch[step.row as usize] = value;
        }
        vector.copy_from_slice(&self.scratch);
        (2 * touched + 2 * self.nonzeros + 3 * self.steps.len()) as u64
    }
}

impl Active {
    fn new(basis: &[&[(u32, f64)]]) -> Self {
        let size = basis.len();
        let mut rows = vec![Vec::new(); size];
        let mut columns = vec![Vec::new(); size];
        for (column, entries) in (0_u32..).zip(basis) {
            for (row, value) in *entries {
                rows[*row as usize].push((column, *value));
                columns[column as usize].push(*row);
            }
        }
        let singles = |lists: &[usize]| {
            lists.iter().zip(0_u32..).filter(|(count, _)| **count == 1).map(|(_, at)| at).collect()
        };
        let column_counts: Vec<usize> = columns.iter().map(Vec::len).collect();
        let row_counts: Vec<usize> = rows.iter().map(Vec::len).collect();
        Self {
            single_columns: singles(&column_counts),
            single_rows: singles(&row_counts),
            rows,
            columns,
            row_done: vec![false; size],
            column_done: vec![false; size],
            upper: vec![Vec::new(); size],
        }
    }

    fn next_pivot(&mut self) -> Option<(usize, usize)> {
        while let Some(column) = self.single_columns.pop() {
            let column = column as usize;
            if !self.column_done[column]
                && self.columns[column].len() == 1
                && self.element(self.columns[column][0] as usize, column).abs() > SINGULAR
            {
                return Some((self.columns[column][0] as usize, column));
            }
        }
        while let Some(row) = self.single_rows.pop() {
            let row = row as usize;
            if !self.row_done[row] && self.rows[row].len() == 1 && self.rows[row][0].1.abs() > SINGULAR {
                return Some((row, self.rows[row][0].0 as usize));
            }
        }
        self.markowitz()
    }

    /// The stable element with the least fill-in among the shortest columns.
    fn markowitz(&self) -> Option<(usize, usize)> {
        let mut shortest: Vec<(usize, usize)> = Vec::new();
        for column in (0..self.columns.len()).filter(|column| !self.column_done[*column]) {
            let count = self.columns[column].len();
            if shortest.len() < SEARCH_MAX {
                shortest.push((count, column));
                shortest.sort_unstable();
            } else if shortest.last().is_some_and(|(longest, _)| count < *longest) {
                shortest.pop();
                shortest.push((count, column));
                shortest.sort_unstable();
            }
        }
        let mut best: Option<(usize, usize, usize)> = None;
        for (count, column) in shortest {
            let largest = self.columns[column]
                .iter()
                .map(|row| self.element(*row as usize, column).abs())
                .fold(0.0, f64::max);
            for row in self.columns[column].iter().map(|row| *row as usize) {
                let value = self.element(row, column).abs();
                let fill = (count - 1) * (self.rows[row].len() - 1);
                if value > SINGULAR
                    && value >= STABLE * largest
                    && best.is_none_or(|(least, _, _)| fill < least)
                {
                    best = Some((fill, row, column));
                }
            }
        }
        best.map(|(_, row, column)| (row, column))
    }

    fn element(&self, row: usize, column: usize) -> f64 {
        self.rows[row].iter().find(|(at, _)| *at as usize == column).map_or(0.0, |(_, value)| *value)
    }

    fn eliminate(&mut self, row: usize, column: usize) -> Option<Step> {
        let pivot = self.element(row, column);
        if pivot.abs() <= SINGULAR {
            return None;
        }
        self.row_done[row] = true;
        self.column_done[column] = true;
        let pivot_row: Vec<(u32, f64)> = std::mem::take(&mut self.rows[row])
            .into_iter()
            .filter(|(at, _)| *at as usize != column)
            .collect();
        let row_number = u32::try_from(row).unwrap_or(u32::MAX);
        let mut lower = Vec::new();
        for other in std::mem::take(&mut self.columns[column]) {
            let other = other as usize;
            if other == row {
                continue;
            }
            let factor = self.element(other, column) / pivot;
            self.rows[other].retain(|(at, _)| *at as usize != column);
            if factor != 0.0 {
                lower.push((u32::try_from(other).unwrap_or(u32::MAX), factor));
                self.subtract(other, factor, &pivot_row);
            }
            if self.rows[other].len() == 1 {
                self.single_rows.push(u32::try_from(other).unwrap_or(u32::MAX));
            }
        }
        for (at, value) in &pivot_row {
            self.upper[*at as usize].push((row_number, *value));
            let rows = &mut self.columns[*at as usize];
            rows.retain(|other| *other != row_number);
            if rows.len() == 1 {
                self.single_columns.push(*at);
            }
        }
        let upper = std::mem::take(&mut self.upper[column]);
        Some(Step {
            row: row_number,
            position: u32::try_from(column).unwrap_or(u32::MAX),
            pivot,
            lower,
            upper,
        })
    }

    fn subtract(&mut self, row: usize, factor: f64, pivot_row: &[(u32, f64)]) {
        for (column, value) in pivot_row {
            match self.rows[row].iter_mut().find(|(at, _)| at == column) {
                Some((_, element)) => *element -= factor * value,
                None => {
                    self.rows[row].push((*column, -factor * value));
                    self.columns[*column as usize].push(u32::try_from(row).unwrap_or(u32::MAX));
                }
            }
        }
    }
}
