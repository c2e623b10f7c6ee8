//! From an instance to a [`Problem`].

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::bundles;
use super::key::{tie_key, tie_weight};
use super::{Family, Group, Item, Part, Problem, Source, Use};
use crate::instance::{
    AreaId, Contradiction, Home, Household, Instance, InvalidInstance, Job, Offer, Person, Place, Placement,
    Rule, Shifts, TravelBand, Verdict, WorkPermission,
};
use crate::options::RulesTable;

/// A pair that fits by itself but cannot be used here, with the rule that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub part: Part,
    pub rule: Rule,
}

/// Everything looked up while compiling.
struct Lookup<'a> {
    instance: &'a Instance,
    rules: &'a RulesTable,
    home_fits: Vec<Vec<(u32, u32)>>,
    job_fits: BTreeMap<&'a str, Vec<(u32, u32)>>,
    travel: BTreeMap<(&'a AreaId, &'a AreaId, TravelBand), u16>,
    job_index: BTreeMap<&'a str, u32>,
    home_index: BTreeMap<&'a str, u32>,
    vetoes: BTreeSet<&'a Placement>,
    previous: BTreeSet<&'a Placement>,
    pins: BTreeMap<&'a str, Vec<(usize, &'a Placement)>>,
    home_price: BTreeMap<&'a str, u32>,
    job_price: BTreeMap<&'a str, u32>,
    /// Resources of each home: one for a whole unit, one for each dimension of a shared home.
    home_resources: Vec<Vec<u32>>,
    job_resource: Vec<u32>,
}

impl Problem {
    /// Compiles a valid instance.
    ///
    /// # Errors
    /// When a pin contradicts a hard rule.
    pub(crate) fn compile(instance: &Instance, rules: &RulesTable) -> Result<Self, InvalidInstance> {
        let mut problem = Self::default();
        let lookup = Lookup::new(instance, rules, &mut problem);
        let mut order: Vec<(u64, &str, u32)> = Vec::with_capacity(instance.households.len());
        for (index, household) in (0_u32..).zip(&instance.households) {
            order.push((tie_key("household", &[household.id.as_str()]), household.id.as_str(), index));
        }
        order.sort_unstable();
        for (_, _, index) in order {
            if let Some(household) = instance.households.get(index as usize) {
                lookup.add_family(&mut problem, index, household)?;
            }
        }
        lookup.add_house_rules(&mut problem);
        problem.drop_unbinding_resources();
        Ok(problem)
    }
}

impl<'a> Lookup<'a> {
    fn new(instance: &'a Instance, rules: &'a RulesTable, problem: &mut Problem) -> Self {
        let index_of = |ids: Vec<&'a str>| ids.into_iter().zip(0_u32..).collect::<BTreeMap<_, _>>();
        let household_index =
            index_of(instance.households.iter().map(|household| household.id.as_str()).collect());
        let home_index = index_of(instance.homes.iter().map(|home| home.id.as_str()).collect());
        let job_index = index_of(instance.jobs.iter().map(|job| job.id.as_str()).collect());
        let mut home_fits = vec![Vec::new(); instance.households.len()];
        for pair in &instance.home_pairs {
            if let (Verdict::Fits { score, .. }, Some(at), Some(home)) = (
                &pair.verdict,
                household_index.get(pair.household.as_str()),
                home_index.get(pair.home.as_str()),
            ) && let Some(fits) = home_fits.get_mut(*at as usize)
            {
                fits.push((*home, *score));
            }
        }
        let mut job_fits: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
        for pair in &instance.job_pairs {
            if let (Verdict::Fits { score, .. }, Some(job)) =
                (&pair.verdict, job_index.get(pair.job.as_str()))
            {
                job_fits.entry(pair.person.as_str()).or_default().push((*job, *score));
            }
        }
        let mut travel = BTreeMap::new();
        for entry in &instance.travel {
            for (from, to) in [(&entry.from, &entry.to), (&entry.to, &entry.from)] {
                let minutes = travel.entry((from, to, entry.band)).or_insert(entry.minutes);
                *minutes = entry.minutes.min(*minutes);
            }
        }
        let mut lookup = Self {
            instance,
            rules,
            home_fits,
            job_fits,
            travel,
            job_index,
            home_index,
            vetoes: instance.vetoes.iter().collect(),
            previous: instance.previous.iter().collect(),
            pins: BTreeMap::new(),
            home_price: BTreeMap::new(),
            job_price: BTreeMap::new(),
            home_resources: Vec::new(),
            job_resource: Vec::new(),
        };
        lookup.index_pins_and_prices();
        lookup.add_resources(problem);
        lookup
    }

    fn index_pins_and_prices(&mut self) {
        for (index, pin) in self.instance.pins.iter().enumerate() {
            let who = match pin {
                Placement::Home { household, .. } => household.as_str(),
                Placement::Job { person, .. } => person.as_str(),
            };
            self.pins.entry(who).or_default().push((index, pin));
        }
        for price in &self.instance.learnt_prices {
            match &price.offer {
                Offer::Home(home) => self.home_price.insert(home.as_str(), price.points),
                Offer::Job(job) => self.job_price.insert(job.as_str(), price.points),
            };
        }
    }

    /// Resources in the order of the offers' tie keys.
    fn add_resources(&mut self, problem: &mut Problem) {
        let homes = &self.instance.homes;
        let mut order: Vec<(u64, usize)> =
            homes.iter().enumerate().map(|(at, home)| (tie_key("home", &[home.id.as_str()]), at)).collect();
        order.sort_unstable_by_key(|(key, at)| (*key, homes.get(*at).map(|home| &home.id)));
        self.home_resources = vec![Vec::new(); homes.len()];
        for (home, slot) in order.iter().filter_map(|(_, at)| Some((homes.get(*at)?, *at))) {
            let source = Source::Home(u32::try_from(slot).unwrap_or(u32::MAX));
            let resources: Vec<u32> = if shares(home) {
                free_capacity(home).map(|free| push_resource(problem, source, i64::from(free))).collect()
            } else {
                vec![push_resource(problem, source, 1)]
            };
            if let Some(entry) = self.home_resources.get_mut(slot) {
                *entry = resources;
            }
        }
        let jobs = &self.instance.jobs;
        let mut order: Vec<(u64, usize)> =
            jobs.iter().enumerate().map(|(at, job)| (tie_key("job", &[job.id.as_str()]), at)).collect();
        order.sort_unstable_by_key(|(key, at)| (*key, jobs.get(*at).map(|job| &job.id)));
        self.job_resource = vec![0; jobs.len()];
        for (_, at) in order {
            if let (Some(job), Some(entry)) = (jobs.get(at), self.job_resource.get_mut(at)) {
                let source = Source::Job(u32::try_from(at).unwrap_or(u32::MAX));
                *entry = push_resource(problem, source, i64::from(job.places));
            }
        }
    }

    fn add_family(
        &self,
        problem: &mut Problem,
        index: u32,
        household: &Household,
    ) -> Result<(), InvalidInstance> {
        let mut pinned = false;
        let carers = household.persons.iter().filter(|person| person.carer).count();
        let childcare = !household.childcare_covered && carers > 0;
        let first = item_count(problem);
        let homes = self.add_homes(problem, index, household);
        let home_pin = self.pin_of(household.id.as_str());
        let required = !home_pin.is_empty();
        pinned |= required;
        if required && item_count(problem) == first {
            return Err(contradiction(home_pin, Contradiction::ExcludedPair));
        }
        let mut groups = vec![Group { first, end: item_count(problem), required, carer: false }];
        for (number, person) in (0_u32..).zip(&household.persons) {
            let first = item_count(problem);
            let alone = childcare && carers == 1 && person.carer;
            self.add_bundles(problem, (index, number), (household, person), &homes, alone);
            let pin = self.pin_of(person.id.as_str());
            let required = !pin.is_empty();
            pinned |= required;
            if required && item_count(problem) == first {
                return Err(contradiction(pin, self.why_not(person, pin)));
            }
            groups.push(Group {
                first,
                end: item_count(problem),
                required,
                carer: childcare && person.carer,
            });
        }
        let raised = household.tier.raised_by_waiting(household.waiting_days, self.instance.tier_step_days);
        let tier = if pinned { 0 } else { usize::from(raised.number()) };
        problem.families.push(Family { household: index, tier, groups, childcare });
        Ok(())
    }

    fn pin_of(&self, who: &str) -> &[(usize, &'a Placement)] {
        self.pins.get(who).map_or(&[], Vec::as_slice)
    }

    fn why_not(&self, person: &Person, pins: &[(usize, &Placement)]) -> Contradiction {
        let listed = |job: &str| {
            let index = self.job_index.get(job);
            self.job_fits
                .get(person.id.as_str())
                .is_some_and(|fits| fits.iter().any(|(at, _)| Some(at) == index))
        };
        let all_listed = pins.iter().all(|(_, pin)| match pin {
            Placement::Job { job, .. } => listed(job.as_str()),
            Placement::Home { .. } => true,
        });
        if all_listed && !person.permission.forbids_work() {
            Contradiction::OwnHousehold
        } else {
            Contradiction::ExcludedPair
        }
    }

    /// Adds the homes of a household and returns their positions, in the order of the items.
    fn add_homes(&self, problem: &mut Problem, index: u32, household: &Household) -> Vec<u32> {
        let pins = self.pin_of(household.id.as_str());
        let mut found: Vec<(u64, u32, Item)> = Vec::new();
        for (at, score) in self.home_fits.get(index as usize).into_iter().flatten() {
            let Some(home) = self.instance.homes.get(*at as usize) else { continue };
            let placement = Placement::Home { household: household.id.clone(), home: home.id.clone() };
            let part = Part::Home { household: index, home: *at };
            let room = free_capacity(home).zip(&household.size).all(|(free, size)| free >= *size);
            if self.vetoes.contains(&placement) {
                problem.dropped.push(Dropped { part, rule: Rule::Veto });
            } else if !room {
                problem.dropped.push(Dropped { part, rule: Rule::Capacity });
            } else if pins.is_empty() || pins.iter().any(|(_, pin)| **pin == placement) {
                let key = tie_key("home placement", &[household.id.as_str(), home.id.as_str()]);
                found.push((key, *at, self.home_item(household, home, (part, *score), key)));
            }
        }
        found.sort_unstable_by_key(|(key, at, _)| {
            (*key, self.instance.homes.get(*at as usize).map(|home| &home.id))
        });
        let homes = found.iter().map(|(_, at, _)| *at).collect();
        problem.items.extend(found.into_iter().map(|(_, _, item)| item));
        homes
    }

    fn home_item(&self, household: &Household, home: &Home, (part, score): (Part, u32), key: u64) -> Item {
        let at = self.home_index.get(home.id.as_str()).copied().unwrap_or(0);
        let resources = self.home_resources.get(at as usize).map_or(&[][..], Vec::as_slice);
        let uses = if shares(home) {
            let sized = resources.iter().zip(&household.size).filter(|(_, size)| **size > 0);
            sized.map(|(resource, size)| Use { resource: *resource, amount: i64::from(*size) }).collect()
        } else {
            resources.iter().map(|resource| Use { resource: *resource, amount: 1 }).collect()
        };
        let kept = self
            .previous
            .contains(&Placement::Home { household: household.id.clone(), home: home.id.clone() });
        Item {
            score: self.adjusted(score, self.home_price.get(home.id.as_str())),
            best_single: i64::from(score),
            points: i64::from(score),
            kept: i64::from(kept),
            tie: tie_weight(key),
            uses,
            parts: vec![part],
            shifts: Shifts::NONE,
            reach: Vec::new(),
            needs_job: home.only_with_job.as_ref().and_then(|job| self.job_index.get(job.as_str()).copied()),
        }
    }

    fn adjusted(&self, score: u32, price: Option<&u32>) -> i64 {
        let price = i64::from(price.copied().unwrap_or(0));
        let taken_off = price * i64::from(self.instance.learnt_price_permille) / 1000;
        (i64::from(score) - taken_off).max(0)
    }

    fn add_bundles(
        &self,
        problem: &mut Problem,
        (index, number): (u32, u32),
        (household, person): (&Household, &Person),
        homes: &[u32],
        alone_with_children: bool,
    ) {
        let mut candidates: Vec<(u64, u32, u32)> = Vec::new();
        for (at, score) in self.job_fits.get(person.id.as_str()).into_iter().flatten() {
            let Some(job) = self.instance.jobs.get(*at as usize) else { continue };
            let part = Part::Job { household: index, person: number, job: *at };
            match self.job_excluded(person, job, alone_with_children) {
                Some(rule) => problem.dropped.push(Dropped { part, rule }),
                None if self.reach((household, person), job, homes).iter().all(|word| *word == 0) => {
                    problem.dropped.push(Dropped { part, rule: Rule::Reach });
                }
                None => {
                    candidates.push((
                        tie_key("job placement", &[person.id.as_str(), job.id.as_str()]),
                        *at,
                        *score,
                    ));
                }
            }
        }
        candidates.sort_unstable_by_key(|(key, at, _)| {
            (*key, self.instance.jobs.get(*at as usize).map(|job| &job.id))
        });
        let jobs: Vec<&Job> =
            candidates.iter().filter_map(|(_, at, _)| self.instance.jobs.get(*at as usize)).collect();
        let (found, cut) = bundles(&jobs, self.hours_max(person));
        problem.bundles_cut |= cut;
        let pins = self.pin_of(person.id.as_str());
        for bundle in found {
            let held: Vec<(&Job, &(u64, u32, u32))> =
                bundle.iter().filter_map(|at| Some((*jobs.get(*at)?, candidates.get(*at)?))).collect();
            let pinned = pins.iter().all(|(_, pin)| match pin {
                Placement::Job { job, .. } => held.iter().any(|(held, _)| held.id == *job),
                Placement::Home { .. } => true,
            });
            let item = self.bundle_item((index, number), (household, person), &held, homes);
            if pinned && item.reach.iter().any(|word| *word != 0) {
                problem.items.push(item);
            }
        }
    }

    fn hours_max(&self, person: &Person) -> u16 {
        if person.permission == WorkPermission::Permit28h {
            person.weekly_hours_max.min(self.rules.permit_weekly_hours_max)
        } else {
            person.weekly_hours_max
        }
    }

    fn job_excluded(&self, person: &Person, job: &Job, alone_with_children: bool) -> Option<Rule> {
        let placement = Placement::Job { person: person.id.clone(), job: job.id.clone() };
        if person.permission.forbids_work() {
            Some(Rule::Permission)
        } else if self.vetoes.contains(&placement) {
            Some(Rule::Veto)
        } else if job.weekly_hours > self.hours_max(person) {
            Some(Rule::Hours)
        } else if job.places == 0 {
            Some(Rule::Capacity)
        } else if alone_with_children && !job.shifts.is_empty() {
            Some(Rule::Childcare)
        } else {
            None
        }
    }

    fn bundle_item(
        &self,
        (index, number): (u32, u32),
        (household, person): (&Household, &Person),
        held: &[(&Job, &(u64, u32, u32))],
        homes: &[u32],
    ) -> Item {
        let mut item = Item {
            score: 0,
            best_single: 0,
            points: 0,
            kept: 0,
            tie: 0,
            uses: Vec::new(),
            parts: Vec::new(),
            shifts: Shifts::NONE,
            reach: vec![u64::MAX; homes.len() / 64 + 1],
            needs_job: None,
        };
        for (job, (key, at, score)) in held {
            let placement = Placement::Job { person: person.id.clone(), job: job.id.clone() };
            item.score += self.adjusted(*score, self.job_price.get(job.id.as_str()));
            item.best_single = item.best_single.max(i64::from(*score));
            item.points += i64::from(*score);
            item.kept += i64::from(self.previous.contains(&placement));
            item.tie += tie_weight(*key);
            let resource = self.job_resource.get(*at as usize).copied().unwrap_or(0);
            item.uses.push(Use { resource, amount: 1 });
            item.parts.push(Part::Job { household: index, person: number, job: *at });
            item.shifts = item.shifts.union(&job.shifts);
            for (word, mask) in item.reach.iter_mut().zip(self.reach((household, person), job, homes)) {
                *word &= mask;
            }
        }
        item
    }

    /// From where a job can be reached; see [`Item::reach`].
    fn reach(&self, (household, person): (&Household, &Person), job: &Job, homes: &[u32]) -> Vec<u64> {
        let mut bits = vec![0_u64; homes.len() / 64 + 1];
        let mut set = |bit: usize| {
            if let Some(word) = bits.get_mut(bit / 64) {
                *word |= 1 << (bit % 64);
            }
        };
        let tied = job.only_with_home.as_ref();
        if tied.is_none() && self.reachable(household.present_area.as_ref(), job, person) {
            set(0);
        }
        for (position, at) in homes.iter().enumerate() {
            let Some(home) = self.instance.homes.get(*at as usize) else { continue };
            if tied.is_none_or(|wanted| *wanted == home.id) && self.reachable(home.area.as_ref(), job, person)
            {
                set(position + 1);
            }
        }
        bits
    }

    fn reachable(&self, from: Option<&AreaId>, job: &Job, person: &Person) -> bool {
        let (Some(from), Some(to)) = (from, job.area.as_ref()) else { return true };
        match self.travel.get(&(from, to, job.band)) {
            Some(minutes) => *minutes <= person.commute_minutes_max,
            None => from == to,
        }
    }

    /// Each pair of households that must not share a home is a resource with room for one of them.
    fn add_house_rules(&self, problem: &mut Problem) {
        let mut living: BTreeMap<u32, Vec<(u32, usize)>> = BTreeMap::new();
        for family in &problem.families {
            for item in family.groups.first().into_iter().flat_map(|group| group.items()) {
                if let Some(Part::Home { home, .. }) =
                    problem.items.get(item as usize).and_then(|item| item.parts.first())
                {
                    living.entry(*home).or_default().push((family.household, item as usize));
                }
            }
        }
        let apart: BTreeSet<(&str, &str)> = self
            .instance
            .apart
            .iter()
            .flat_map(|(one, other)| [(one.as_str(), other.as_str()), (other.as_str(), one.as_str())])
            .collect();
        for (home, tenants) in living {
            let Some(home) = self.instance.homes.get(home as usize).filter(|home| shares(home)) else {
                continue;
            };
            if apart.is_empty() && home.never_together.is_empty() {
                continue;
            }
            for (position, (one, item)) in tenants.iter().enumerate() {
                for (other, other_item) in tenants.iter().skip(position + 1) {
                    let households = (self.household(*one), self.household(*other));
                    let (Some(one), Some(other)) = households else { continue };
                    if apart.contains(&(one.id.as_str(), other.id.as_str())) || clash(home, one, other) {
                        let resource = push_resource(problem, Source::HouseRule, 1);
                        for at in [*item, *other_item] {
                            if let Some(item) = problem.items.get_mut(at) {
                                item.uses.push(Use { resource, amount: 1 });
                            }
                        }
                    }
                }
            }
        }
    }

    fn household(&self, index: u32) -> Option<&Household> {
        self.instance.households.get(index as usize)
    }
}

/// Several households live in it at once only where a dimension says how many.
fn shares(home: &Home) -> bool {
    home.shared && !home.capacity.is_empty()
}

fn free_capacity(home: &Home) -> impl Iterator<Item = u32> + '_ {
    home.capacity.iter().enumerate().map(|(dimension, capacity)| {
        capacity.saturating_sub(home.reserve.get(dimension).copied().unwrap_or(0))
    })
}

fn clash(home: &Home, one: &Household, other: &Household) -> bool {
    home.never_together.iter().any(|(left, right)| {
        (one.tags.contains(left) && other.tags.contains(right))
            || (one.tags.contains(right) && other.tags.contains(left))
    })
}

fn push_resource(problem: &mut Problem, source: Source, free: i64) -> u32 {
    problem.capacity.push(free);
    problem.source.push(source);
    u32::try_from(problem.capacity.len() - 1).unwrap_or(u32::MAX)
}

fn item_count(problem: &Problem) -> u32 {
    u32::try_from(problem.items.len()).unwrap_or(u32::MAX)
}

fn contradiction(pins: &[(usize, &Placement)], with: Contradiction) -> InvalidInstance {
    let index = pins.first().map_or(0, |(index, _)| *index);
    InvalidInstance::ContradictoryPin { place: Place { list: "pins", index }, with }
}
