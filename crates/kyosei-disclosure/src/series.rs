//! The k-increment rule for figures that only grow.
//!
//! A cumulative figure is printed anew only when at least `k` came after the last printed one; until then the old figure is
//! carried. Every difference of two printed figures is then a sum of steps of at least `k`, so it is zero or at least `k`,
//! and no subtraction of two reports shows a small group.

/// What to print of a growing figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Fewer than `k` in all: "fewer than k".
    Below,
    /// The older figure again.
    Carried(i64),
    /// The true figure.
    Fresh(i64),
}

/// Decides the next figure from the last printed one.
#[must_use]
pub fn next_figure(last: Option<i64>, value: i64, k: i64) -> Figure {
    match last {
        None if value < k => Figure::Below,
        None => Figure::Fresh(value),
        Some(last) if value - last >= k => Figure::Fresh(value),
        Some(last) => Figure::Carried(last),
    }
}

/// The figures of a whole series.
#[must_use]
pub fn figures(values: &[i64], k: i64) -> Vec<Figure> {
    let mut last = None;
    let step = |&value: &i64| {
        let figure = next_figure(last, value, k);
        if let Figure::Fresh(value) = figure {
            last = Some(value);
        }
        figure
    };
    values.iter().map(step).collect()
}
