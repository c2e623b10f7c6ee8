//! The cheapest pattern, by cuts (Fischetti and Salazar 2000), and a bound on the cost of any pattern.
//!
//! A small master program chooses cells; the attacker's linear program, in its dual form, answers with what the choice lacks:
//! "these cells together must give at least so much room". Cuts only ever exclude unsafe patterns. First the master is
//! real-valued, which gives the bound; then it is binary, and each of its patterns has to pass the integer proof of
//! [`Suppression::prove`]. A pattern that withstands the linear attacker but not the integer one is cut off by itself:
//! something outside of it has to be withheld, since what a reader cannot rule out only grows with the pattern.
#![expect(
    clippy::indexing_slicing,
    reason = "every index was handed out by the instance that sized the vectors"
)]

use crate::instance::{Freedom, Instance};
use crate::primary::Need;
use crate::progress::{Budget, Progress, Stopped, Watch};
use crate::propose::{Program, Proposal, Sense, real};
use crate::suppress::{Side, Suppression};

/// How far a value may miss a cut before it counts as violated; far below one unit of any count.
const TOLERANCE: f64 = 1e-6;

/// By how much a bridge cut must be violated to be added; smaller ones only slow the master down.
const BRIDGE_TOLERANCE: f64 = 1e-3;

/// The most bridge cuts added in one round; more of them slow the master down without lifting the bound in proportion.
const BRIDGE_CUTS_MAX: usize = 400;

/// What the search for the cheapest pattern ended with.
#[derive(Clone, Debug)]
pub struct Cheapest<'a> {
    /// A proven pattern cheaper than the one known, if there is one.
    pub better: Option<Suppression<'a>>,
    /// No safe pattern has secondary cells of less weight.
    pub bound: f64,
}

/// Looks for the cheapest pattern, given one that is proven.
///
/// # Errors
/// When the watcher stops the work.
pub fn cheapest<'a>(
    instance: &'a Instance,
    known: &Suppression<'a>,
    budget: &'a Budget,
    watch: &mut dyn Watch,
) -> Result<Cheapest<'a>, Stopped> {
    let mut master = Master::of(instance, budget.exact_solves_max);
    let known_cost = master.cost(&known.pattern);
    let sides = open_demands(instance, known);
    if master.candidates.len() > budget.exact_candidates_max {
        let bound = large_bound(&mut master, instance, budget, watch)?;
        return Ok(Cheapest { better: None, bound });
    }
    let mut bound = 0.0;
    for round in 0..budget.exact_rounds_max {
        watch.report(Progress::Comparing { done: round, all: budget.exact_rounds_max })?;
        let Some(choice) = master.solve_real() else { break };
        bound = master.weigh(&choice).max(bound);
        if bound > known_cost - 0.5 {
            break;
        }
        let bridged = master.cut_bridges(instance, &choice);
        if !master.cut_all(instance, &sides, &choice) && !bridged {
            break;
        }
    }
    for round in 0..budget.exact_rounds_max {
        watch.report(Progress::Comparing { done: round, all: budget.exact_rounds_max })?;
        if bound > known_cost - 0.5 {
            return Ok(Cheapest { better: None, bound: known_cost });
        }
        let Some(choice) = master.solve_whole(budget.exact_nodes_max) else { break };
        bound = master.weigh(&choice).max(bound);
        if bound > known_cost - 0.5 {
            return Ok(Cheapest { better: None, bound: known_cost });
        }
        let pattern = master.pattern(instance, &choice);
        let mut trial = Suppression::with_pattern(instance, budget, pattern.clone());
        if trial.prove() {
            return Ok(Cheapest { better: Some(trial), bound });
        }
        if !master.cut_all(instance, &sides, &choice) {
            if master.solves_left == 0 {
                break;
            }
            master.exclude(&pattern);
        }
    }
    Ok(Cheapest { better: None, bound })
}

/// A bound on a table too large for the attacker's programs: covers and bridges alone.
fn large_bound(
    master: &mut Master,
    instance: &Instance,
    budget: &Budget,
    watch: &mut dyn Watch,
) -> Result<f64, Stopped> {
    let mut bound = 0.0;
    for round in 0..budget.bridge_rounds_max {
        watch.report(Progress::Comparing { done: round, all: budget.bridge_rounds_max })?;
        let Some(choice) = master.solve_real() else { break };
        bound = master.weigh(&choice).max(bound);
        if !master.cut_bridges(instance, &choice) {
            break;
        }
    }
    Ok(bound)
}

/// A demand that the truth itself does not meet: a side of a need, or either side.
type Demand = (Need, Vec<(Side, i64)>);

fn sides(instance: &Instance, need: &Need) -> Vec<Demand> {
    let truth = instance.truth[need.cell];
    if need.any_other {
        return vec![(*need, vec![(Side::Low, 1), (Side::High, 1)])];
    }
    let low = (need.low < truth).then(|| (*need, vec![(Side::Low, truth - need.low)]));
    let high = (need.high > truth).then(|| (*need, vec![(Side::High, need.high - truth)]));
    low.into_iter().chain(high).collect()
}

/// The demands that a choice of candidates can fail: those that the known pattern meets through candidates. What cells alone
/// prove that are withheld in any case, most of it from earlier releases, never gives a cut.
fn open_demands(instance: &Instance, known: &Suppression<'_>) -> Vec<Demand> {
    let proven_anyway = |need: usize, side: Side| {
        let proof = known.proof[need][usize::from(side == Side::High)];
        let free = |&(cell, _): &(usize, i64)| instance.freedom[cell] == Freedom::Free;
        proof.is_some_and(|index| known.moves[index].iter().all(free))
    };
    let mut demands = Vec::new();
    for (index, need) in instance.needs.iter().enumerate() {
        let sides: Vec<Demand> = sides(instance, need);
        demands.extend(
            sides.into_iter().filter(|(_, sides)| !sides.iter().any(|&(side, _)| proven_anyway(index, side))),
        );
    }
    demands
}

/// `sum of factor * choice >= right`, over candidates.
struct Cut {
    terms: Vec<(usize, f64)>,
    right: f64,
}

/// The choice of cells under the cuts so far.
struct Master {
    candidates: Vec<usize>,
    place: Vec<usize>,
    weight: Vec<f64>,
    cuts: Vec<Cut>,
    solves_left: usize,
}

impl Master {
    fn of(instance: &Instance, solves_left: usize) -> Self {
        let candidates: Vec<usize> =
            (0..instance.truth.len()).filter(|&cell| instance.freedom[cell] == Freedom::Candidate).collect();
        let mut place = vec![usize::MAX; instance.truth.len()];
        for (at, &cell) in candidates.iter().enumerate() {
            place[cell] = at;
        }
        let weight = candidates.iter().map(|&cell| instance.weight[cell]).collect();
        let mut master = Master { candidates, place, weight, cuts: Vec::new(), solves_left };
        for (need, sides) in instance.needs.iter().flat_map(|need| sides(instance, need)) {
            if let [(side, gap)] = sides[..] {
                for &relation in &instance.touching[need.cell] {
                    master.cuts.extend(relation_cut(instance, &master.place, need.cell, relation, side, gap));
                }
            }
        }
        master
    }

    fn cost(&self, pattern: &[bool]) -> f64 {
        self.candidates
            .iter()
            .zip(&self.weight)
            .filter(|(cell, _)| pattern[**cell])
            .map(|(_, weight)| weight)
            .sum()
    }

    fn weigh(&self, choice: &[f64]) -> f64 {
        choice.iter().zip(&self.weight).map(|(share, weight)| share * weight).sum()
    }

    fn pattern(&self, instance: &Instance, choice: &[f64]) -> Vec<bool> {
        let mut pattern = instance.primary_pattern();
        for (&cell, &share) in self.candidates.iter().zip(choice) {
            pattern[cell] |= share > 0.5;
        }
        pattern
    }

    fn solve_real(&self) -> Option<Vec<f64>> {
        self.solve(false, 1)
    }

    /// A best binary choice; `None` when the solver could not show that it is the best.
    fn solve_whole(&self, nodes_max: u64) -> Option<Vec<f64>> {
        self.solve(true, nodes_max).map(|choice| choice.into_iter().map(f64::round).collect())
    }

    fn solve(&self, whole: bool, nodes_max: u64) -> Option<Vec<f64>> {
        if self.candidates.is_empty() {
            return Some(Vec::new());
        }
        let mut program = Program::minimise();
        for &weight in &self.weight {
            if whole {
                program.integer(weight, 0, 1);
            } else {
                program.real(weight, 0.0, 1.0);
            }
        }
        for cut in &self.cuts {
            program.row(&cut.terms, Sense::AtLeast, cut.right);
        }
        match program.solve(nodes_max) {
            Proposal::Values { values, optimal: true } => Some(values),
            Proposal::Values { optimal: false, .. } | Proposal::Infeasible | Proposal::GaveUp => None,
        }
    }

    /// No cell of a cheapest pattern is the only open one of a relation: it could not move, so publishing it again would be
    /// cheaper and as safe (the bridgeless inequalities of Fischetti and Salazar 2000). Adds the violated ones.
    fn cut_bridges(&mut self, instance: &Instance, choice: &[f64]) -> bool {
        let before = self.cuts.len();
        for (at, &cell) in self.candidates.iter().enumerate().filter(|(at, _)| choice[*at] > BRIDGE_TOLERANCE)
        {
            for &relation in &instance.touching[cell] {
                let (total, parts) = &instance.relations[relation];
                let others = || parts.iter().chain([total]).filter(|&&other| other != cell);
                if others().any(|&other| instance.freedom[other] == Freedom::Free) {
                    continue;
                }
                let open = others().filter(|&&other| instance.freedom[other] == Freedom::Candidate);
                let mut terms: Vec<(usize, f64)> = open.map(|&other| (self.place[other], 1.0)).collect();
                let given: f64 = terms.iter().map(|&(other, _)| choice[other]).sum();
                if given < choice[at] - BRIDGE_TOLERANCE && self.cuts.len() < before + BRIDGE_CUTS_MAX {
                    terms.push((at, -1.0));
                    self.cuts.push(Cut { terms, right: -TOLERANCE });
                }
            }
        }
        self.cuts.len() > before
    }

    /// Adds a cut for each demand that a choice does not meet; says whether there was one.
    fn cut_all(&mut self, instance: &Instance, demands: &[Demand], choice: &[f64]) -> bool {
        let before = self.cuts.len();
        for (need, sides) in demands {
            if self.solves_left == 0 {
                break;
            }
            self.solves_left -= 1;
            if let Some(cut) = self.violated(instance, need.cell, sides, choice) {
                self.cuts.push(cut);
            }
        }
        self.cuts.len() > before
    }

    /// One of `sides` has to be reachable; where none is, their cuts add up to one.
    fn violated(
        &self,
        instance: &Instance,
        cell: usize,
        sides: &[(Side, i64)],
        choice: &[f64],
    ) -> Option<Cut> {
        let mut factors = vec![0.0; self.candidates.len()];
        for &(side, gap) in sides {
            let room = attacker_room(instance, &self.place, cell, side, choice)?;
            let lacking = real(gap) - room.always;
            let given: f64 = room.factors.iter().zip(choice).map(|(factor, share)| factor * share).sum();
            if lacking < TOLERANCE || given > lacking - TOLERANCE {
                return None;
            }
            for (sum, factor) in factors.iter_mut().zip(&room.factors) {
                *sum += (factor / lacking).min(1.0);
            }
        }
        let terms: Vec<(usize, f64)> = factors
            .into_iter()
            .enumerate()
            .filter(|&(_, factor)| factor > TOLERANCE)
            .map(|(at, factor)| (at, factor.min(1.0)))
            .collect();
        let given: f64 = terms.iter().map(|&(at, factor)| factor * choice[at]).sum();
        (!terms.is_empty() && given < 1.0 - 1e-4).then_some(Cut { terms, right: 1.0 - TOLERANCE })
    }

    /// Something outside of a pattern has to be withheld.
    fn exclude(&mut self, pattern: &[bool]) {
        let outside = self.candidates.iter().enumerate().filter(|(_, cell)| !pattern[**cell]);
        self.cuts.push(Cut { terms: outside.map(|(at, _)| (at, 1.0)).collect(), right: 1.0 });
    }
}

/// How much room the attacker has at most, as a linear function of the choice.
struct Room {
    always: f64,
    factors: Vec<f64>,
}

/// The dual of the attacker's program for one side of one cell, at a choice.
fn attacker_room(
    instance: &Instance,
    place: &[usize],
    cell: usize,
    side: Side,
    choice: &[f64],
) -> Option<Room> {
    let open: Vec<usize> =
        (0..instance.truth.len()).filter(|&at| instance.freedom[at] != Freedom::Fixed).collect();
    let mut program = Program::minimise();
    let prices: Vec<usize> =
        instance.relations.iter().map(|_| program.real(0.0, f64::NEG_INFINITY, f64::INFINITY)).collect();
    let mut ends = Vec::with_capacity(open.len());
    for &at in &open {
        // Cells not chosen get a small price as well, so that a cut asks for as little as possible.
        let share = if place[at] == usize::MAX { 1.0 } else { choice[place[at]].clamp(0.0, 1.0) + 1e-4 };
        let up = real(instance.high[at] - instance.truth[at]);
        let down = real(instance.truth[at] - instance.low[at]);
        let rise = program.real(up * share, 0.0, f64::INFINITY);
        let fall = program.real(down * share, 0.0, f64::INFINITY);
        let mut terms = vec![(rise, 1.0), (fall, -1.0)];
        for &index in &instance.touching[at] {
            terms.push((prices[index], if instance.relations[index].0 == at { -1.0 } else { 1.0 }));
        }
        let wanted = match side {
            _ if at != cell => 0.0,
            Side::High => 1.0,
            Side::Low => -1.0,
        };
        program.row(&terms, Sense::Equal, wanted);
        ends.push((rise, up, fall, down));
    }
    let Proposal::Values { values, .. } = program.solve(1) else { return None };
    let mut room = Room { always: 0.0, factors: vec![0.0; choice.len()] };
    for (&at, &(rise, up, fall, down)) in open.iter().zip(&ends) {
        let worth = up * values[rise].max(0.0) + down * values[fall].max(0.0);
        if place[at] == usize::MAX {
            room.always += worth;
        } else {
            room.factors[place[at]] += worth;
        }
    }
    Some(room)
}

/// In one relation, the other cells must be able to answer the change of the needed cell.
fn relation_cut(
    instance: &Instance,
    place: &[usize],
    cell: usize,
    relation: usize,
    side: Side,
    gap: i64,
) -> Option<Cut> {
    let (total, parts) = &instance.relations[relation];
    let mut lacking = gap;
    let mut terms = Vec::new();
    for &other in parts.iter().chain([total]).filter(|&&other| other != cell) {
        // The total moves with a part, two parts move against each other.
        let together = *total == cell || other == *total;
        let upwards = (side == Side::High) == together;
        let room = match upwards {
            true => instance.high[other] - instance.truth[other],
            false => instance.truth[other] - instance.low[other],
        };
        match instance.freedom[other] {
            Freedom::Fixed => {}
            Freedom::Free => lacking -= room,
            Freedom::Candidate => terms.push((place[other], room)),
        }
    }
    if lacking <= 0 || terms.is_empty() {
        return None;
    }
    let share = |room: i64| real(room.min(lacking)) / real(lacking);
    Some(Cut {
        terms: terms.into_iter().map(|(at, room)| (at, share(room))).collect(),
        right: 1.0 - TOLERANCE,
    })
}
