//! The attack suite on the output of any tool: `attack TABLE.csv SPEC.toml PUBLISHED.csv`.
//!
//! Table and specification are those of `kyosei totals protect`; the published table is in the long form of `totals.csv`, into
//! which the output of another tool is easily brought. Prints one line of JSON: how many cells are withheld, how many of
//! them need not be for their own sake, and the scores E, R and F of the attack suite, F attack by attack. Primary cells that are
//! printed outright count as E and R. P needs the tool itself: see `attack::inverse` and `tests/peers/pytauargus.py`.
#![allow(clippy::print_stdout, reason = "a program that prints its result")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;

use kyosei_disclosure::attack::{Attack, Score, Target, insiders, score};
use kyosei_disclosure::check::rule_ranges;
use kyosei_disclosure::primary::needs;
use kyosei_disclosure::view::{Status, View, ViewCell};
use kyosei_disclosure::{CellId, TableSet};
use kyosei_disclosure_format::{spec, table};

/// Branch-and-bound nodes of one attacker's program.
const NODES_MAX: u64 = 20_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [table_file, spec_file, published] = &arguments[..] else {
        return Err("usage: attack TABLE.csv SPEC.toml PUBLISHED.csv".into());
    };
    let spec = spec::read(&fs::read_to_string(spec_file)?)?;
    let set = table::read(&fs::read(table_file)?, &spec)?;
    let view = view(&set, &read(&fs::read(published)?)?)?;
    let wanted = rule_ranges(&view);
    let (mut targets, mut printed) = (Vec::new(), 0);
    for need in needs(&set) {
        match (wanted.get(need.cell).copied().flatten(), set.cells().get(need.cell)) {
            (Some(wanted), Some(cell)) => targets.push(Target { cell: need.cell, wanted, truth: cell.value }),
            _ => printed += 1,
        }
    }
    let found = score(&view, &targets, NODES_MAX)?;
    let withheld = view.cells().iter().filter(|cell| cell.status == Status::Withheld).count();
    println!(
        "{{\"withheld\": {withheld}, \"not_primary\": {}, \"E\": {}, \"R\": {}, \"F\": {}, \"insiders\": {}, \"attacks\": {{{}}}}}",
        withheld - targets.len(),
        found.exact.len() + printed,
        found.narrowed.len() + printed,
        general(&found) + printed,
        insiders(&view, &targets, NODES_MAX)?.len(),
        by_attack(&found)
    );
    Ok(())
}

/// Cells that are laid open by an attack that works on every publication.
fn general(score: &Score) -> usize {
    let counts = |attack: &Attack| !matches!(attack, Attack::MarkedPrimary | Attack::Group);
    score.found.iter().filter(|(attack, _)| counts(attack)).map(|(_, cells)| cells.len()).sum()
}

fn by_attack(score: &Score) -> String {
    let one = |(attack, cells): (&Attack, &Vec<CellId>)| format!("\"{attack:?}\": {}", cells.len());
    score.found.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// What each cell of the published table says.
fn read(bytes: &[u8]) -> Result<BTreeMap<String, Status>, Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
    let heading = reader.headers()?.clone();
    let mut said = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let field = |name: &str| {
            let at = heading.iter().position(|found| found == name);
            at.and_then(|at| record.get(at)).ok_or_else(|| format!("no column {name}"))
        };
        let (unit, period, dimensions) = (field("unit")?, field("period")?, field("dimensions")?);
        let bar = if dimensions.is_empty() { "" } else { "|" };
        let status = match field("status")? {
            "x" => Status::Withheld,
            "-" => Status::Published(0),
            "carried" => Status::Carried(field("value")?.parse()?),
            _ => Status::Published(field("value")?.parse()?),
        };
        said.insert(format!("{unit}[{period}]{bar}{dimensions}"), status);
    }
    Ok(said)
}

/// The publication as every reader sees it; a cell that the published table does not have is nowhere.
fn view(set: &TableSet, said: &BTreeMap<String, Status>) -> Result<View, Box<dyn Error>> {
    let cell = |cell: &kyosei_disclosure::Cell| ViewCell {
        id: cell.id.clone(),
        release: 0,
        rule: cell.rule,
        status: said.get(cell.id.as_str()).copied().unwrap_or(Status::Hidden),
        known: cell.known,
        guarded: false,
    };
    let rules = set.rules().iter().map(|rule| rule.public).collect();
    Ok(View::new(rules, set.cells().iter().map(cell).collect(), set.relations().to_vec())?)
}
