//! Draws single households, homes and jobs.

use std::collections::BTreeSet;

use super::Twist;
use crate::instance::{
    AreaId, Home, HomeId, Household, HouseholdId, Job, JobId, Person, PersonId, Shifts, Tag, Tier,
    TravelBand, Weekday, WorkPermission,
};
use crate::rules::{Guarantee, HomeProfile, HouseholdProfile, JobProfile, PersonProfile};

const CLASSES: [&str; 6] = ["kitchen", "cleaning", "care", "farm", "factory", "office"];
const OFFERS: [&str; 4] = ["step-free", "quiet", "no-pork", "prayer-room"];

/// A source of draws.
pub(super) struct Draw<'r> {
    random: &'r mut dyn FnMut() -> u64,
}

/// A household with its members' profiles.
pub(super) struct HouseholdDraw {
    pub profile: HouseholdProfile,
    pub persons: Vec<PersonProfile>,
}

impl<'r> Draw<'r> {
    pub(super) fn new(random: &'r mut dyn FnMut() -> u64) -> Self {
        Self { random }
    }

    /// A number below `end`; 0 when `end` is 0. The bias is below 2⁻³².
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let scaled = u128::from((self.random)()) * u128::from(end);
        u32::try_from(scaled >> 64).unwrap_or(0)
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// Up to `count` different positions below `end`.
    pub(super) fn sample(&mut self, end: usize, count: usize) -> Vec<usize> {
        let mut drawn = BTreeSet::new();
        for _ in 0..count {
            drawn.insert(self.below(u32::try_from(end).unwrap_or(u32::MAX)) as usize);
        }
        drawn.into_iter().collect()
    }

    fn area(&mut self, areas: u32) -> AreaId {
        AreaId::numbered("area-", self.below(areas))
    }

    fn one_of(&mut self, names: &[&'static str]) -> Tag {
        let at = self.below(u32::try_from(names.len()).unwrap_or(1)) as usize;
        Tag::numbered(names.get(at).copied().unwrap_or("other"), "")
    }

    fn some_of(&mut self, names: &[&'static str], percent: u32) -> BTreeSet<Tag> {
        names.iter().filter(|_| self.chance(percent)).map(|name| Tag::numbered(name, "")).collect()
    }

    pub(super) fn home(&mut self, number: u32, areas: u32) -> HomeProfile {
        let shared = self.chance(15);
        let people_max = if shared { 4 + self.below(9) } else { 1 + self.below(6) };
        HomeProfile {
            home: Home {
                id: HomeId::numbered("home-", number),
                area: Some(self.area(areas)),
                capacity: vec![people_max],
                reserve: Vec::new(),
                shared,
                never_together: vec![(Tag::numbered("dog", ""), Tag::numbered("allergy", ""))],
                only_with_job: None,
            },
            people_max,
            rent_yen: 30_000 + 5_000 * self.below(20),
            deposit_yen: 10_000 * self.below(30),
            guarantee_min: [Guarantee::None, Guarantee::None, Guarantee::Company, Guarantee::Organisation]
                .get(self.below(4) as usize)
                .copied()
                .unwrap_or(Guarantee::None),
            emergency_contact_needed: self.chance(40),
            pets_allowed: self.chance(30),
            women_and_children_only: self.chance(7),
            offers: self.some_of(&OFFERS, 60),
            school_area: Some(Tag::numbered("school-", self.below(areas / 2 + 1))),
            free_in_days: self.below(60),
            card_days_min: 30 * self.below(7),
            lives_with_host: self.chance(8),
            visitors_count: u8::try_from(1 + self.below(3)).unwrap_or(2),
            confirmed_days_ago: self.below(16),
        }
    }

    pub(super) fn job(&mut self, number: u32, areas: u32) -> JobProfile {
        let late = self.chance(25);
        let side = self.chance(25);
        let from = if late { 15 * 60 } else { 8 * 60 + 30 * self.below(5) };
        let hours_a_day = if side { 3 } else { 4 + self.below(5) };
        let days = if side { 2 } else { 4 + self.below(2) };
        let mut shifts = Shifts::NONE;
        for day in Weekday::ALL.into_iter().take(days as usize) {
            // A span within one day that is not empty is always valid.
            if shifts.add(day, from, from + hours_a_day * 60).is_err() {
                shifts = Shifts::NONE;
            }
        }
        JobProfile {
            job: Job {
                id: JobId::numbered("job-", number),
                area: Some(self.area(areas)),
                places: 1 + self.below(3),
                weekly_hours: u16::try_from(hours_a_day * days).unwrap_or(40),
                shifts,
                band: if late { TravelBand::Late } else { TravelBand::Day },
                side,
                only_with_home: None,
            },
            class: self.one_of(&CLASSES),
            employer: Tag::numbered("employer-", number / 2),
            adult_entertainment: self.chance(2),
            japanese_level_min: u8::try_from(self.below(4)).unwrap_or(0),
            licences: if self.chance(10) {
                BTreeSet::from([Tag::numbered("car", "")])
            } else {
                BTreeSet::new()
            },
            offers: self.some_of(&OFFERS, 60),
            term_days: 30 * (1 + self.below(8)),
            start_days_max: 10 + self.below(80),
            support_on_site: self.chance(30),
            confirmed_days_ago: self.below(33),
        }
    }

    pub(super) fn household(&mut self, number: u32, areas: u32, twist: Twist) -> HouseholdDraw {
        let twelve = twist == Twist::FamilyOfTwelve && number == 0;
        let people_count = if twelve { 12 } else { 1 + self.below(5) };
        let adults = if twelve { 4 } else { people_count.min(1 + self.below(2)) };
        let persons: Vec<PersonProfile> = (0..adults).map(|at| self.person(number, at, twist)).collect();
        let household = Household {
            id: HouseholdId::numbered("household-", number),
            tier: Tier::ALL.get(self.below(4) as usize).copied().unwrap_or(Tier::Four),
            waiting_days: self.below(200),
            size: vec![people_count],
            present_area: Some(self.area(areas)),
            tags: ["dog", "allergy"]
                .iter()
                .filter(|_| self.chance(8))
                .map(|name| Tag::numbered(name, ""))
                .collect(),
            childcare_covered: people_count == adults || self.chance(60),
            persons: persons.iter().map(|profile| profile.person.clone()).collect(),
        };
        let pets = household.tags.contains(&Tag::numbered("dog", ""));
        let wished = self.below(areas);
        let profile = HouseholdProfile {
            household,
            people_count,
            rent_yen_max: 60_000 + 10_000 * self.below(8),
            deposit_yen_max: 100_000 + 50_000 * self.below(6),
            guarantee: if self.chance(50) { Guarantee::Organisation } else { Guarantee::Company },
            emergency_contact: self.chance(80),
            pets,
            women_and_children_only: self.chance(25),
            musts: self.some_of(&OFFERS, 4),
            preferences: self.some_of(&OFFERS, 25),
            areas: (0..3).map(|next| AreaId::numbered("area-", (wished + next) % areas)).collect(),
            areas_avoided: BTreeSet::new(),
            school_area: self.chance(40).then(|| Tag::numbered("school-", self.below(areas / 2 + 1))),
            move_in_days_max: 20 + self.below(80),
            card_days_left: self.chance(60).then(|| 40 + self.below(330)),
            consents_to_matching: self.chance(98),
            exclusions_checked: true,
        };
        HouseholdDraw { profile, persons }
    }

    fn person(&mut self, household: u32, number: u32, twist: Twist) -> PersonProfile {
        let drawn = match self.below(10) {
            0..4 => WorkPermission::Unlimited,
            4..7 => WorkPermission::Permit28h,
            7 => WorkPermission::Designated,
            8 => WorkPermission::None,
            _ => WorkPermission::Unverified,
        };
        let permission = if twist == Twist::NobodyMayWork { WorkPermission::None } else { drawn };
        PersonProfile {
            person: Person {
                id: PersonId::numbered("person-", format!("{household}-{number}")),
                permission,
                weekly_hours_max: 40,
                commute_minutes_max: 45 + 15 * u16::try_from(self.below(3)).unwrap_or(0),
                carer: self.chance(70),
            },
            age_years_min: Some([18, 25, 40, 55].get(self.below(4) as usize).copied().unwrap_or(25)),
            japanese_level: u8::try_from(self.below(4)).unwrap_or(0),
            japanese_tolerance: 1,
            licences: if self.chance(25) {
                BTreeSet::from([Tag::numbered("car", "")])
            } else {
                BTreeSet::new()
            },
            permitted: self.some_of(&CLASSES, 30),
            wishes: (0..2).map(|_| self.one_of(&CLASSES)).collect(),
            not_wanted: self.some_of(&CLASSES, 8),
            experience: self.some_of(&CLASSES, 30),
            available: Shifts::NONE,
            musts: BTreeSet::new(),
            preferences: self.some_of(&OFFERS, 20),
            start_days: self.below(30),
            card_days_left: self.chance(60).then(|| 40 + self.below(330)),
        }
    }

    /// A family without a job need, for places with several dimensions.
    pub(super) fn family(&mut self, number: u32, size: Vec<u32>) -> Household {
        Household {
            id: HouseholdId::numbered("family-", number),
            tier: Tier::Four,
            waiting_days: 0,
            size,
            present_area: None,
            tags: Vec::new(),
            childcare_covered: true,
            persons: Vec::new(),
        }
    }

    /// A place for several families.
    pub(super) fn place(&mut self, number: u32, capacity: Vec<u32>) -> Home {
        Home {
            id: HomeId::numbered("place-", number),
            area: None,
            capacity,
            reserve: Vec::new(),
            shared: true,
            never_together: Vec::new(),
            only_with_job: None,
        }
    }
}
