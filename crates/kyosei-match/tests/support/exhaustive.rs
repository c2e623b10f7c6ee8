//! Every list of a small instance, one household after another; states with the same capacity left are merged.
//!
//! Written from the description of the objective alone. It reads the instance directly.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_match::instance::*;

/// Pinned, tiers 1 to 4, total, kept: larger is better, in this order.
pub type Value = [i64; 7];

/// The optimum: the floor level and the values, or `None` when the pins cannot be kept.
pub fn optimum(instance: &Instance) -> Option<(i64, Value)> {
    let best = search(instance, Floor::Single(0));
    let pinned = (0..instance.households.len()).filter(|at| is_pinned(instance, *at)).count() as i64;
    if best[0] < pinned {
        return None;
    }
    for step in (0..=20).rev() {
        if search(instance, Floor::Single(step * 50))[..5] == best[..5] {
            return Some((step * 50, search(instance, Floor::Together(step * 50))));
        }
    }
    None
}

/// What a household must reach: with one placement, or with all of its placements together.
#[derive(Clone, Copy)]
enum Floor {
    Single(i64),
    Together(i64),
}

fn is_pinned(instance: &Instance, at: usize) -> bool {
    let household = &instance.households[at];
    instance.pins.iter().any(|pin| match pin {
        Placement::Home { household: id, .. } => *id == household.id,
        Placement::Job { person, .. } => household.persons.iter().any(|own| own.id == *person),
    })
}

/// What is used so far: whole homes, dimensions of shared homes with their tenants, places of jobs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    room: Vec<Vec<u32>>,
    tenants: Vec<BTreeSet<usize>>,
    places: Vec<u32>,
}

struct Choice {
    home: Option<usize>,
    jobs: Vec<Vec<usize>>,
    value: Value,
}

fn search(instance: &Instance, floor: Floor) -> Value {
    let free = |home: &Home| {
        let reserve = |at: usize| home.reserve.get(at).copied().unwrap_or(0);
        home.capacity.iter().enumerate().map(|(at, capacity)| capacity.saturating_sub(reserve(at))).collect()
    };
    let start = State {
        room: instance.homes.iter().map(free).collect(),
        tenants: vec![BTreeSet::new(); instance.homes.len()],
        places: instance.jobs.iter().map(|job| job.places).collect(),
    };
    let mut states = BTreeMap::from([(start, [0; 7])]);
    for at in 0..instance.households.len() {
        let choices = choices(instance, at, floor);
        let mut next: BTreeMap<State, Value> = BTreeMap::new();
        for (state, value) in states {
            for choice in &choices {
                let Some(after) = apply(instance, &state, at, choice) else { continue };
                let mut sum = value;
                for (sum, add) in sum.iter_mut().zip(choice.value) {
                    *sum += add;
                }
                let known = next.entry(after).or_insert(sum);
                *known = sum.max(*known);
            }
            let known = next.entry(state).or_insert(value);
            *known = value.max(*known);
        }
        states = next;
    }
    states.into_values().max().unwrap()
}

fn apply(instance: &Instance, state: &State, at: usize, choice: &Choice) -> Option<State> {
    let mut after = state.clone();
    let household = &instance.households[at];
    if let Some(home) = choice.home {
        let offer = &instance.homes[home];
        if offer.shared && !instance.dimensions.is_empty() {
            for (room, size) in after.room[home].iter_mut().zip(&household.size) {
                *room = room.checked_sub(*size)?;
            }
            for tenant in &after.tenants[home] {
                if clash(instance, offer, household, &instance.households[*tenant]) {
                    return None;
                }
            }
        } else if !after.tenants[home].is_empty()
            || after.room[home].iter().zip(&household.size).any(|(r, s)| r < s)
        {
            return None;
        }
        after.tenants[home].insert(at);
    }
    for job in choice.jobs.iter().flatten() {
        after.places[*job] = after.places[*job].checked_sub(1)?;
    }
    Some(after)
}

fn clash(instance: &Instance, home: &Home, one: &Household, other: &Household) -> bool {
    let apart = instance
        .apart
        .iter()
        .any(|(a, b)| (*a == one.id && *b == other.id) || (*a == other.id && *b == one.id));
    apart
        || home.never_together.iter().any(|(a, b)| {
            (one.tags.contains(a) && other.tags.contains(b))
                || (one.tags.contains(b) && other.tags.contains(a))
        })
}

fn fits(verdict: &Verdict) -> Option<i64> {
    match verdict {
        Verdict::Fits { score, .. } => Some(i64::from(*score)),
        Verdict::Excluded { .. } => None,
    }
}

/// Everything the household can take at once, with its value.
fn choices(instance: &Instance, at: usize, floor: Floor) -> Vec<Choice> {
    let household = &instance.households[at];
    let mut homes = vec![None];
    homes.extend(
        (0..instance.homes.len()).filter(|home| home_score(instance, household, *home).is_some()).map(Some),
    );
    let mut sets: Vec<Vec<Vec<usize>>> = vec![Vec::new()];
    for person in &household.persons {
        let own = job_sets(instance, person);
        sets = sets
            .iter()
            .flat_map(|before| {
                own.iter().map(move |jobs| [before.as_slice(), std::slice::from_ref(jobs)].concat())
            })
            .collect();
    }
    let mut choices = Vec::new();
    for home in homes {
        for jobs in &sets {
            choices.extend(choice(instance, at, home, jobs.clone(), floor));
        }
    }
    choices
}

fn choice(
    instance: &Instance,
    at: usize,
    home: Option<usize>,
    jobs: Vec<Vec<usize>>,
    floor: Floor,
) -> Option<Choice> {
    let household = &instance.households[at];
    if (home.is_none() && jobs.iter().all(Vec::is_empty)) || !possible(instance, household, home, &jobs) {
        return None;
    }
    let pinned = is_pinned(instance, at);
    let mut placements = Vec::new();
    let (mut total, mut best, mut sum) = (0, 0, 0);
    let permille = i64::from(instance.learnt_price_permille);
    let price = |offer: Offer| {
        instance
            .learnt_prices
            .iter()
            .rev()
            .find(|price| price.offer == offer)
            .map_or(0, |price| i64::from(price.points))
    };
    if let Some(home) = home {
        let score = home_score(instance, household, home)?;
        let id = instance.homes[home].id.clone();
        total += (score - price(Offer::Home(id.clone())) * permille / 1000).max(0);
        best = best.max(score);
        sum += score;
        placements.push(Placement::Home { household: household.id.clone(), home: id });
    }
    for (person, jobs) in household.persons.iter().zip(&jobs) {
        for job in jobs {
            let id = instance.jobs[*job].id.clone();
            let pair = instance.job_pairs.iter().find(|pair| pair.person == person.id && pair.job == id)?;
            let score = fits(&pair.verdict)?;
            total += (score - price(Offer::Job(id.clone())) * permille / 1000).max(0);
            best = best.max(score);
            sum += score;
            placements.push(Placement::Job { person: person.id.clone(), job: id });
        }
    }
    let own = |pin: &&Placement| match pin {
        Placement::Home { household: id, .. } => *id == household.id,
        Placement::Job { person, .. } => household.persons.iter().any(|own| own.id == *person),
    };
    let below = match floor {
        Floor::Single(points) => best < points,
        Floor::Together(points) => sum < points,
    };
    if instance.pins.iter().filter(own).any(|pin| !placements.contains(pin)) || (!pinned && below) {
        return None;
    }
    let steps = household.waiting_days.checked_div(instance.tier_step_days).unwrap_or(0);
    let tier = (i64::from(household.tier.number()) - i64::from(steps)).max(1) as usize;
    let mut value = [0; 7];
    value[if pinned { 0 } else { tier }] = 1;
    value[5] = total;
    value[6] = placements.iter().filter(|placement| instance.previous.contains(placement)).count() as i64;
    Some(Choice { home, jobs, value })
}

fn home_score(instance: &Instance, household: &Household, home: usize) -> Option<i64> {
    let id = &instance.homes[home].id;
    let veto = Placement::Home { household: household.id.clone(), home: id.clone() };
    if instance.vetoes.contains(&veto) {
        return None;
    }
    fits(&instance.home_pairs.iter().find(|pair| pair.household == household.id && pair.home == *id)?.verdict)
}

/// The sets of at most three jobs that a person can hold.
fn job_sets(instance: &Instance, person: &Person) -> Vec<Vec<usize>> {
    let mut sets = vec![Vec::new()];
    if matches!(person.permission, WorkPermission::None | WorkPermission::Unverified) {
        return sets;
    }
    let cap = if person.permission == WorkPermission::Permit28h {
        person.weekly_hours_max.min(28)
    } else {
        person.weekly_hours_max
    };
    let open: Vec<usize> = (0..instance.jobs.len())
        .filter(|job| {
            let id = &instance.jobs[*job].id;
            let veto = Placement::Job { person: person.id.clone(), job: id.clone() };
            let pair = instance.job_pairs.iter().find(|pair| pair.person == person.id && pair.job == *id);
            pair.is_some_and(|pair| fits(&pair.verdict).is_some()) && !instance.vetoes.contains(&veto)
        })
        .collect();
    for mask in 1_u32..1 << open.len() {
        if mask.count_ones() > 3 {
            continue;
        }
        let set: Vec<usize> =
            open.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, job)| *job).collect();
        let jobs: Vec<&Job> = set.iter().map(|job| &instance.jobs[*job]).collect();
        let hours: u32 = jobs.iter().map(|job| u32::from(job.weekly_hours)).sum();
        let mains = jobs.iter().filter(|job| !job.side).count();
        let overlap = jobs
            .iter()
            .enumerate()
            .any(|(at, job)| jobs[at + 1..].iter().any(|o| o.shifts.overlaps(&job.shifts)));
        if hours <= u32::from(cap) && mains <= 1 && !overlap {
            sets.push(set);
        }
    }
    sets
}

/// Ways to work, dormitories, childcare.
fn possible(instance: &Instance, household: &Household, home: Option<usize>, jobs: &[Vec<usize>]) -> bool {
    let living = home.map_or(household.present_area.as_ref(), |home| instance.homes[home].area.as_ref());
    for (person, jobs) in household.persons.iter().zip(jobs) {
        for job in jobs.iter().map(|job| &instance.jobs[*job]) {
            if job
                .only_with_home
                .as_ref()
                .is_some_and(|id| home.is_none_or(|home| instance.homes[home].id != *id))
            {
                return false;
            }
            if !reached(instance, living, job, person) {
                return false;
            }
        }
    }
    if let Some(wanted) = home.and_then(|home| instance.homes[home].only_with_job.as_ref())
        && !jobs.iter().flatten().any(|job| instance.jobs[*job].id == *wanted)
    {
        return false;
    }
    let carers: Vec<Shifts> = household
        .persons
        .iter()
        .zip(jobs)
        .filter(|(person, _)| person.carer)
        .map(|(_, jobs)| jobs.iter().fold(Shifts::NONE, |all, job| all.union(&instance.jobs[*job].shifts)))
        .collect();
    if household.childcare_covered || carers.is_empty() {
        return true;
    }
    carers.iter().skip(1).fold(carers[0], |all, own| all.intersection(own)).is_empty()
}

fn reached(instance: &Instance, living: Option<&AreaId>, job: &Job, person: &Person) -> bool {
    let (Some(from), Some(to)) = (living, job.area.as_ref()) else { return true };
    let ways = instance.travel.iter().filter(|way| {
        way.band == job.band && ((way.from == *from && way.to == *to) || (way.from == *to && way.to == *from))
    });
    match ways.map(|way| way.minutes).min() {
        Some(minutes) => minutes <= person.commute_minutes_max,
        None => from == to,
    }
}
