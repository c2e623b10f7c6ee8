//! Small random instances with every kind of constraint.

use std::fmt::Display;

use kyosei_match::instance::*;

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end.max(1))) as u32
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }
}

pub fn household_id(n: impl Display) -> HouseholdId {
    HouseholdId::new(&format!("h{n}")).unwrap()
}

pub fn person_id(n: impl Display) -> PersonId {
    PersonId::new(&format!("p{n}")).unwrap()
}

pub fn home_id(n: impl Display) -> HomeId {
    HomeId::new(&format!("u{n}")).unwrap()
}

pub fn job_id(n: impl Display) -> JobId {
    JobId::new(&format!("j{n}")).unwrap()
}

pub fn area_id(n: impl Display) -> AreaId {
    AreaId::new(&format!("a{n}")).unwrap()
}

pub fn tag(n: impl Display) -> Tag {
    Tag::new(&format!("t{n}")).unwrap()
}

/// How large and how mixed.
#[derive(Clone, Copy)]
pub struct Shape {
    pub households: u32,
    pub homes: u32,
    pub jobs: u32,
    pub density: u32,
    pub scores: u32,
    pub shared: bool,
}

/// An instance in which every kind of constraint may appear.
pub fn instance(random: &mut Random, shape: Shape) -> Instance {
    let dimensions = if shape.shared { 1 + random.below(2) as usize } else { 0 };
    let mut instance = Instance {
        dimensions: (0..dimensions).map(tag).collect(),
        tier_step_days: if random.chance(50) { 100 } else { 0 },
        learnt_price_permille: if random.chance(20) { 500 } else { 0 },
        ..Instance::default()
    };
    let areas = 3;
    for n in 0..shape.homes {
        instance.homes.push(home(random, n, dimensions, shape));
    }
    for n in 0..shape.jobs {
        instance.jobs.push(job(random, n, shape));
    }
    for n in 0..shape.households {
        let household = household(random, n, dimensions);
        pairs(random, &mut instance, &household, shape);
        instance.households.push(household);
    }
    for from in 0..areas {
        for to in from + 1..areas {
            for band in [TravelBand::Day, TravelBand::Late, TravelBand::Night] {
                if random.chance(70) {
                    let minutes = 10 + random.below(80) as u16;
                    instance.travel.push(Travel { from: area_id(from), to: area_id(to), band, minutes });
                }
            }
        }
    }
    if shape.shared && random.chance(40) && shape.households > 1 {
        let one = random.below(shape.households);
        let other = (one + 1) % shape.households;
        instance.apart.push((household_id(one), household_id(other)));
    }
    locks(random, &mut instance);
    instance
}

fn area(random: &mut Random) -> Option<AreaId> {
    random.chance(85).then(|| area_id(random.below(3)))
}

fn home(random: &mut Random, n: u32, dimensions: usize, shape: Shape) -> Home {
    let shared = shape.shared && random.chance(50);
    Home {
        id: home_id(n),
        area: area(random),
        capacity: (0..dimensions).map(|_| random.below(7)).collect(),
        reserve: if random.chance(20) {
            (0..dimensions).map(|_| random.below(2)).collect()
        } else {
            Vec::new()
        },
        shared,
        never_together: if random.chance(30) { vec![(tag("dog"), tag("allergy"))] } else { Vec::new() },
        only_with_job: (shape.jobs > 0 && random.chance(15)).then(|| job_id(random.below(shape.jobs))),
    }
}

fn job(random: &mut Random, n: u32, shape: Shape) -> Job {
    let mut shifts = Shifts::NONE;
    for day in Weekday::ALL.into_iter().take(2) {
        if random.chance(70) {
            let from = random.below(16) * 60;
            shifts.add(day, from, from + 60 * (1 + random.below(8))).unwrap();
        }
    }
    Job {
        id: job_id(n),
        area: area(random),
        places: random.below(3),
        weekly_hours: 5 + random.below(36) as u16,
        shifts,
        band: [TravelBand::Day, TravelBand::Late, TravelBand::Night][random.below(3) as usize],
        side: random.chance(35),
        only_with_home: (shape.homes > 0 && random.chance(12)).then(|| home_id(random.below(shape.homes))),
    }
}

fn household(random: &mut Random, n: u32, dimensions: usize) -> Household {
    let persons = random.below(3);
    let permissions = [
        WorkPermission::Unlimited,
        WorkPermission::Unlimited,
        WorkPermission::StatusOnly,
        WorkPermission::Permit28h,
        WorkPermission::Permit28h,
        WorkPermission::None,
        WorkPermission::Unverified,
    ];
    Household {
        id: household_id(n),
        tier: Tier::ALL[random.below(4) as usize],
        waiting_days: random.below(250),
        size: (0..dimensions).map(|_| random.below(5)).collect(),
        present_area: area(random),
        tags: [tag("dog"), tag("allergy")].into_iter().filter(|_| random.chance(40)).collect(),
        childcare_covered: random.chance(50),
        persons: (0..persons)
            .map(|k| Person {
                id: person_id(format!("{n}-{k}")),
                permission: permissions[random.below(7) as usize],
                weekly_hours_max: 20 + random.below(25) as u16,
                commute_minutes_max: 20 + random.below(60) as u16,
                carer: random.chance(60),
            })
            .collect(),
    }
}

fn verdict(random: &mut Random, shape: Shape) -> Verdict {
    if random.chance(15) {
        return Verdict::Excluded { reasons: vec![Reason { rule: Rule::NotAvailable, short_by: None }] };
    }
    Verdict::Fits { score: random.below(shape.scores + 1), parts: Vec::new(), offer_rank: None }
}

fn pairs(random: &mut Random, instance: &mut Instance, household: &Household, shape: Shape) {
    for n in 0..shape.homes {
        if random.chance(shape.density) {
            let verdict = verdict(random, shape);
            instance.home_pairs.push(HomePair { household: household.id.clone(), home: home_id(n), verdict });
        }
    }
    for person in &household.persons {
        for n in 0..shape.jobs {
            if random.chance(shape.density) {
                let verdict = verdict(random, shape);
                instance.job_pairs.push(JobPair { person: person.id.clone(), job: job_id(n), verdict });
            }
        }
    }
}

fn locks(random: &mut Random, instance: &mut Instance) {
    let homes = instance
        .home_pairs
        .iter()
        .map(|pair| Placement::Home { household: pair.household.clone(), home: pair.home.clone() });
    let jobs = instance
        .job_pairs
        .iter()
        .map(|pair| Placement::Job { person: pair.person.clone(), job: pair.job.clone() });
    for placement in homes.chain(jobs).collect::<Vec<_>>() {
        match random.below(40) {
            0 => instance.pins.push(placement),
            1..3 => instance.vetoes.push(placement),
            3..10 => instance.previous.push(placement),
            _ => {}
        }
    }
    for n in 0..instance.jobs.len() {
        if random.chance(20) {
            instance
                .learnt_prices
                .push(LearntPrice { offer: Offer::Job(job_id(n)), points: random.below(300) });
        }
    }
}
