//! The JJ format, for side-by-side runs with tau-Argus and sdcTable.
//!
//! **It holds true values**: it is for comparing tools on test tables, never for publication. Line 1 is `0`, line 2 the number
//! of cells, then one line a cell: `index value cost status lower upper lpl upl spl`, then the number of relations and one
//! line a relation: `right : count : factor cell ...` as `right terms : index ( factor ) ...`.

use kyosei_disclosure::primary::needs;
use kyosei_disclosure::tables::{Cell, Offer, TableError, TableSet};
use kyosei_disclosure::view::{PublicRule, Status};
use kyosei_disclosure::{CellId, Rule};
use thiserror::Error;

/// Why text is no JJ file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JjError {
    /// A line is missing or malformed.
    #[error("line {line} is malformed")]
    Line {
        /// The line, from one.
        line: usize,
    },
    /// A relation is not of the form `total = sum of parts`.
    #[error("relation in line {line} is not a sum of parts")]
    NotASum {
        /// The line, from one.
        line: usize,
    },
    /// The rule is one for amounts.
    #[error("a rule for amounts needs the single contributions")]
    Amounts,
    /// The cells do not form a table set.
    #[error("bad table")]
    Table(#[from] TableError),
}

/// Writes a table set for other tools: status `u` primary, `s` free, `z` fixed.
#[must_use]
pub fn write(set: &TableSet) -> String {
    let needs = needs(set);
    let top: i64 = 2 * set.cells().iter().map(|cell| cell.value).sum::<i64>() + 1;
    let mut text = format!("0\n{}\n", set.cells().len());
    for (index, cell) in set.cells().iter().enumerate() {
        let need = needs.iter().find(|need| need.cell == index);
        let floor = set.rule_of(cell).map_or(0, |rule| rule.public.withheld_floor());
        let fixed = matches!(cell.offer, Offer::Required | Offer::Earlier(Status::Published(_)));
        let status = match need {
            Some(_) => 'u',
            None if fixed || (floor > 0 && cell.value == cell.known) => 'z',
            None => 's',
        };
        let lower = if status == 'z' { cell.value } else { cell.known + floor };
        let (lpl, upl) =
            need.map_or((0, 0), |need| ((cell.value - need.low).max(0), (need.high - cell.value).max(0)));
        text.push_str(&format!(
            "{index} {} {} {status} {lower} {top} {lpl} {upl} 0\n",
            cell.value, cell.weight
        ));
    }
    text.push_str(&format!("{}\n", set.relations().len()));
    for relation in set.relations() {
        text.push_str(&format!("0 {} : {} (-1)", relation.parts.len() + 1, relation.total));
        for part in &relation.parts {
            text.push_str(&format!(" {part} (1)"));
        }
        text.push('\n');
    }
    text
}

/// Reads a JJ file under a rule for counts; cells get their index as id, and the file's statuses are recomputed. Rules for
/// amounts look at single contributions, which the format does not hold.
///
/// # Errors
/// Any [`JjError`].
pub fn read(text: &str, rule: &Rule) -> Result<TableSet, JjError> {
    if rule.public == PublicRule::Magnitude {
        return Err(JjError::Amounts);
    }
    let mut lines =
        text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let mut next = |after: usize| lines.next().ok_or(JjError::Line { line: after });
    let (at, _) = next(1)?;
    let (at, count) = next(at)?;
    let cells: usize = count.trim().parse().map_err(|_| JjError::Line { line: at })?;
    let mut set = TableSet::new(vec![rule.clone()]);
    let mut at = at;
    for _ in 0..cells {
        let (line, words) = next(at)?;
        at = line;
        set.add(cell(line, words)?)?;
    }
    let (line, count) = next(at)?;
    let relations: usize = count.trim().parse().map_err(|_| JjError::Line { line })?;
    let mut at = line;
    for _ in 0..relations {
        let (line, words) = next(at)?;
        at = line;
        let (total, parts) = relation(line, words)?;
        set.relate(total, parts)?;
    }
    Ok(set)
}

fn cell(line: usize, text: &str) -> Result<Cell, JjError> {
    let malformed = || JjError::Line { line };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [index, value, cost, _status, ..] = words[..] else { return Err(malformed()) };
    let value: i64 = value.parse().map_err(|_| malformed())?;
    let id = CellId::parse(&format!("jj {index:0>8}")).map_err(|_| malformed())?;
    let mut cell = Cell::count(id, 0, value);
    cell.weight = cost.parse().map_err(|_| malformed())?;
    Ok(cell)
}

/// `0 n : total (-1) part (1) ...`, with any spacing around the brackets.
fn relation(line: usize, text: &str) -> Result<(usize, Vec<usize>), JjError> {
    let malformed = || JjError::Line { line };
    let (head, terms) = text.split_once(':').ok_or_else(malformed)?;
    if head.split_whitespace().next() != Some("0") {
        return Err(JjError::NotASum { line });
    }
    let spaced = terms.replace(['(', ')'], " ");
    let words: Vec<i64> =
        spaced.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(|_| malformed())?;
    let (mut total, mut parts) = (None, Vec::new());
    for pair in words.chunks(2) {
        let [cell, factor] = pair else { return Err(malformed()) };
        let cell = usize::try_from(*cell).map_err(|_| malformed())?;
        match factor {
            -1 if total.is_none() => total = Some(cell),
            1 => parts.push(cell),
            _ => return Err(JjError::NotASum { line }),
        }
    }
    Ok((total.ok_or(JjError::NotASum { line })?, parts))
}
