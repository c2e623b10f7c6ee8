//! The user stories of the matching page that concern the engine, numbered as there.

use std::collections::BTreeSet;

use kyosei_match::explain::Language;
use kyosei_match::instance::*;
use kyosei_match::rules::*;
use kyosei_match::{Level, Matching, Options, RulesTable, Status, Unwatched, solve};

use crate::support::random::{area_id, home_id, household_id, job_id, person_id, tag};

fn fits(score: u32) -> Verdict {
    Verdict::Fits { score, parts: Vec::new(), offer_rank: None }
}

fn person(n: &str, permission: WorkPermission) -> Person {
    Person { id: person_id(n), permission, weekly_hours_max: 40, commute_minutes_max: 60, carer: false }
}

fn household(n: u32, persons: Vec<Person>) -> Household {
    Household {
        id: household_id(n),
        tier: Tier::Two,
        waiting_days: 0,
        size: Vec::new(),
        present_area: None,
        tags: Vec::new(),
        childcare_covered: true,
        persons,
    }
}

fn home(n: &str) -> Home {
    Home {
        id: home_id(n),
        area: None,
        capacity: Vec::new(),
        reserve: Vec::new(),
        shared: false,
        never_together: Vec::new(),
        only_with_job: None,
    }
}

fn job(n: &str, weekly_hours: u16) -> Job {
    Job {
        id: job_id(n),
        area: None,
        places: 1,
        weekly_hours,
        shifts: Shifts::NONE,
        band: TravelBand::Day,
        side: false,
        only_with_home: None,
    }
}

fn home_pair(n: u32, home: &str, score: u32) -> HomePair {
    HomePair { household: household_id(n), home: home_id(home), verdict: fits(score) }
}

fn job_pair(person: &str, job: &str, score: u32) -> JobPair {
    JobPair { person: person_id(person), job: job_id(job), verdict: fits(score) }
}

fn placements(instance: &Instance) -> Vec<Placement> {
    solve(instance, &Options::default(), &mut Unwatched).unwrap().placements
}

fn gets_home(n: u32, home: &str) -> Placement {
    Placement::Home { household: household_id(n), home: home_id(home) }
}

fn gets_job(person: &str, job: &str) -> Placement {
    Placement::Job { person: person_id(person), job: job_id(job) }
}

fn household_profile() -> HouseholdProfile {
    HouseholdProfile {
        household: household(1, Vec::new()),
        people_count: 2,
        rent_yen_max: 80_000,
        deposit_yen_max: 200_000,
        guarantee: Guarantee::None,
        emergency_contact: true,
        pets: false,
        women_and_children_only: false,
        musts: BTreeSet::new(),
        preferences: BTreeSet::new(),
        areas: vec![area_id(1)],
        areas_avoided: BTreeSet::new(),
        school_area: None,
        move_in_days_max: 60,
        card_days_left: None,
        consents_to_matching: true,
        exclusions_checked: true,
    }
}

fn home_profile(rent_yen: u32) -> HomeProfile {
    HomeProfile {
        home: home("1"),
        people_max: 6,
        rent_yen,
        deposit_yen: 100_000,
        guarantee_min: Guarantee::None,
        emergency_contact_needed: false,
        pets_allowed: false,
        women_and_children_only: false,
        offers: BTreeSet::new(),
        school_area: None,
        free_in_days: 0,
        card_days_min: 0,
        lives_with_host: false,
        visitors_count: 2,
        confirmed_days_ago: 1,
    }
}

fn person_profile(permission: WorkPermission) -> PersonProfile {
    PersonProfile {
        person: person("1", permission),
        age_years_min: Some(25),
        japanese_level: 2,
        japanese_tolerance: 0,
        licences: BTreeSet::new(),
        permitted: BTreeSet::new(),
        wishes: vec![tag("kitchen")],
        not_wanted: BTreeSet::new(),
        experience: BTreeSet::new(),
        available: Shifts::NONE,
        musts: BTreeSet::new(),
        preferences: BTreeSet::new(),
        start_days: 0,
        card_days_left: None,
    }
}

fn job_profile(employer: &str) -> JobProfile {
    JobProfile {
        job: job("1", 20),
        class: tag("kitchen"),
        employer: tag(employer),
        adult_entertainment: false,
        japanese_level_min: 1,
        licences: BTreeSet::new(),
        offers: BTreeSet::new(),
        term_days: 180,
        start_days_max: 30,
        support_on_site: false,
        confirmed_days_ago: 1,
    }
}

fn judge_home(household: &HouseholdProfile, home: &HomeProfile) -> Verdict {
    home_verdict(household, home, false, &RulesTable::CURRENT, &Weights::CURRENT)
}

fn judge_job(person: &PersonProfile, job: &JobProfile) -> Verdict {
    job_verdict(&household_profile(), person, job, false, &RulesTable::CURRENT, &Weights::CURRENT)
}

fn broken(verdict: &Verdict) -> Vec<Rule> {
    match verdict {
        Verdict::Fits { .. } => Vec::new(),
        Verdict::Excluded { reasons } => reasons.iter().map(|reason| reason.rule).collect(),
    }
}

#[test]
fn story_02_no_list_of_jobs_exceeds_28_hours_in_sum() {
    let mut instance = Instance {
        households: vec![household(1, vec![person("1", WorkPermission::Permit28h)])],
        ..Instance::default()
    };
    for (name, hours) in [("a", 15), ("b", 13), ("c", 14), ("d", 29)] {
        instance.jobs.push(Job { side: name != "a", ..job(name, hours) });
        instance.job_pairs.push(job_pair("1", name, 500));
    }
    instance.job_pairs[3].verdict = fits(1001);
    assert_eq!(placements(&instance), [gets_job("1", "a"), gets_job("1", "b")]);
    // Without the permission's cap the longest job is allowed, and the cap of the person counts.
    instance.households[0].persons[0].permission = WorkPermission::Unlimited;
    assert_eq!(placements(&instance), [gets_job("1", "d")]);
}

#[test]
fn story_03_who_may_not_work_gets_no_job_and_hears_why_but_gets_a_home() {
    let mut instance = Instance {
        households: vec![
            household(1, vec![person("1", WorkPermission::None)]),
            household(2, vec![person("2", WorkPermission::None)]),
        ],
        jobs: vec![job("a", 20)],
        homes: vec![home("flat")],
        ..Instance::default()
    };
    instance.job_pairs = vec![job_pair("1", "a", 900), job_pair("2", "a", 900)];
    instance.home_pairs = vec![home_pair(1, "flat", 300)];
    let options = Options::default();
    let matching = Matching::solve(&instance, &options, &mut Unwatched).unwrap();
    assert_eq!(matching.solution().placements, [gets_home(1, "flat")]);
    let without = matching.without_proposal();
    assert_eq!(without[0].household, household_id(2));
    assert_eq!(without[0].excluded_by, [(Rule::Permission, 1)]);
    assert!(without[0].sentence(Language::Ja).contains("就労許可"));
    assert_eq!(
        broken(&judge_job(&person_profile(WorkPermission::None), &job_profile("e"))),
        [Rule::Permission]
    );
}

#[test]
fn story_04_a_designated_employer_is_the_only_one_that_fits() {
    for permission in [WorkPermission::Designated, WorkPermission::KanriPermitted] {
        let mut designated = person_profile(permission);
        designated.permitted.insert(tag("named"));
        assert_eq!(broken(&judge_job(&designated, &job_profile("named"))), []);
        assert_eq!(broken(&judge_job(&designated, &job_profile("other"))), [Rule::PermissionScope]);
    }
}

#[test]
fn story_05_jobs_longer_than_the_card_vanish_with_the_reason() {
    let mut expiring = person_profile(WorkPermission::Unlimited);
    expiring.card_days_left = Some(40);
    let Verdict::Excluded { reasons } = judge_job(&expiring, &job_profile("e")) else { panic!("fits") };
    let short_by = Some(Amount { number: 140, unit: Unit::Days });
    assert_eq!(reasons, [Reason { rule: Rule::Term, short_by }]);
}

#[test]
fn story_06_an_unverified_permission_counts_as_none() {
    assert_eq!(
        broken(&judge_job(&person_profile(WorkPermission::Unverified), &job_profile("e"))),
        [Rule::Permission]
    );
    let instance = Instance {
        households: vec![household(1, vec![person("1", WorkPermission::Unverified)])],
        jobs: vec![job("a", 20)],
        job_pairs: vec![job_pair("1", "a", 900)],
        ..Instance::default()
    };
    assert_eq!(placements(&instance), []);
}

#[test]
fn story_09_the_rule_that_removes_most_and_the_change_that_opens_most_are_named() {
    let profile = HouseholdProfile { people_count: 6, rent_yen_max: 80_000, ..household_profile() };
    let mut instance = Instance { households: vec![profile.household.clone()], ..Instance::default() };
    for (at, rent) in [85_000, 83_000, 84_000, 120_000, 130_000, 140_000].into_iter().enumerate() {
        let offer = home_profile(rent);
        let name = at.to_string();
        instance.homes.push(home(&name));
        let verdict = judge_home(&profile, &offer);
        instance.home_pairs.push(HomePair { household: household_id(1), home: home_id(&name), verdict });
    }
    let guarantor = HomeProfile { guarantee_min: Guarantee::Company, ..home_profile(70_000) };
    instance.homes.push(home("g"));
    let verdict = judge_home(&profile, &guarantor);
    instance.home_pairs.push(HomePair { household: household_id(1), home: home_id("g"), verdict });
    let options = Options::default();
    let matching = Matching::solve(&instance, &options, &mut Unwatched).unwrap();
    let without = &matching.without_proposal()[0];
    assert_eq!(without.excluded_by, [(Rule::Rent, 6), (Rule::Guarantor, 1)]);
    assert_eq!(without.openings[0].amount, Some(Amount { number: 5_000, unit: Unit::Yen }));
    assert_eq!(without.openings[0].opens, 3);
    assert!(without.sentence(Language::Ja).contains("家賃の上限を5000円緩めると3件増えます"));
    assert!(without.sentence(Language::En).contains("the rent cap by 5000 yen would open 3"));
}

/// Two households want flat B; only the second has nothing else.
fn contested() -> Instance {
    Instance {
        households: vec![household(1, Vec::new()), household(2, Vec::new())],
        homes: vec![home("a"), home("b")],
        home_pairs: vec![home_pair(1, "a", 400), home_pair(1, "b", 900), home_pair(2, "b", 500)],
        ..Instance::default()
    }
}

#[test]
fn stories_10_and_11_an_alternative_says_what_it_costs_others() {
    let instance = contested();
    let options = Options::default();
    let matching = Matching::solve(&instance, &options, &mut Unwatched).unwrap();
    assert_eq!(matching.solution().placements, [gets_home(1, "a"), gets_home(2, "b")]);
    let alternatives = matching.alternatives(&household_id(1), 3, &mut Unwatched);
    assert_eq!(alternatives.len(), 1);
    assert_eq!(alternatives[0].placement, gets_home(1, "b"));
    assert_eq!(alternatives[0].left_without, [household_id(2)]);
    assert_eq!((alternatives[0].own_change, alternatives[0].total_change), (500, 0));
    let english = alternatives[0].sentence(Language::En);
    assert!(english.contains("Giving ub to h1 would leave h2 without any proposal"), "{english}");
    assert!(alternatives[0].sentence(Language::Ja).contains("h2には提案が何もなくなります"));
    let proposals = matching.proposals();
    assert_eq!((proposals[1].score, proposals[1].also_fitting), (500, 1));
}

#[test]
fn story_11_a_pin_is_kept_and_others_lose_what_the_alternative_said() {
    let mut instance = contested();
    instance.pins.push(gets_home(1, "b"));
    let solution = solve(&instance, &Options::default(), &mut Unwatched).unwrap();
    assert_eq!(solution.placements, [gets_home(1, "b")]);
    assert_eq!(solution.unserved, [household_id(2)]);
}

#[test]
fn story_12_a_vetoed_pair_never_returns() {
    let mut instance = contested();
    instance.vetoes.push(gets_home(2, "b"));
    assert_eq!(placements(&instance), [gets_home(1, "b")]);
    instance.vetoes.clear();
    assert_eq!(placements(&instance), [gets_home(1, "a"), gets_home(2, "b")]);
}

#[test]
fn story_13_nobody_is_left_out_whom_another_list_would_serve() {
    // The chain 1-a, 2-a/b, 3-b/c … serves everybody only when each takes the second.
    let mut instance = Instance::default();
    for n in 0..30 {
        instance.households.push(household(n, Vec::new()));
        instance.homes.push(home(&n.to_string()));
        instance.home_pairs.push(home_pair(n, &n.to_string(), 100));
        if n > 0 {
            instance.home_pairs.push(home_pair(n, &(n - 1).to_string(), 1000));
        }
    }
    let solution = solve(&instance, &Options::default(), &mut Unwatched).unwrap();
    assert!(solution.unserved.is_empty());
    assert!(solution.level(Level::Unserved).unwrap().is_proven());
}

#[test]
fn story_14_only_homes_reachable_after_the_late_shift_go_with_the_job() {
    let mut instance = Instance {
        households: vec![Household {
            present_area: Some(area_id("far")),
            ..household(1, vec![person("1", WorkPermission::Unlimited)])
        }],
        homes: vec![
            Home { area: Some(area_id("ofuna")), ..home("near") },
            Home { area: Some(area_id("zushi")), ..home("coast") },
        ],
        jobs: vec![Job { area: Some(area_id("yokohama")), band: TravelBand::Late, ..job("late", 40) }],
        home_pairs: vec![home_pair(1, "near", 200), home_pair(1, "coast", 900)],
        job_pairs: vec![job_pair("1", "late", 800)],
        ..Instance::default()
    };
    for (from, band, minutes) in
        [("ofuna", TravelBand::Day, 20), ("ofuna", TravelBand::Late, 35), ("zushi", TravelBand::Day, 35)]
    {
        instance.travel.push(Travel { from: area_id(from), to: area_id("yokohama"), band, minutes });
    }
    assert_eq!(placements(&instance), [gets_home(1, "near"), gets_job("1", "late")]);
    instance.jobs[0].band = TravelBand::Day;
    assert_eq!(placements(&instance), [gets_home(1, "coast"), gets_job("1", "late")]);
}

#[test]
fn story_15_carers_never_work_at_the_same_hours_without_childcare() {
    let shifts = |from: u32, to: u32| {
        let mut shifts = Shifts::NONE;
        shifts.add(Weekday::Monday, from * 60, to * 60).unwrap();
        shifts
    };
    let carer = |n: &str| Person { carer: true, ..person(n, WorkPermission::Unlimited) };
    let mut instance = Instance {
        households: vec![Household {
            childcare_covered: false,
            ..household(1, vec![carer("1"), carer("2")])
        }],
        jobs: vec![
            Job { shifts: shifts(9, 13), ..job("morning", 20) },
            Job { shifts: shifts(12, 17), ..job("noon", 20) },
            Job { shifts: shifts(17, 21), ..job("evening", 20) },
        ],
        ..Instance::default()
    };
    instance.job_pairs =
        vec![job_pair("1", "morning", 900), job_pair("2", "noon", 900), job_pair("2", "evening", 100)];
    assert_eq!(placements(&instance), [gets_job("1", "morning"), gets_job("2", "evening")]);
    instance.households[0].childcare_covered = true;
    assert_eq!(placements(&instance), [gets_job("1", "morning"), gets_job("2", "noon")]);
}

#[test]
fn story_16_one_place_goes_by_tier_then_waiting_then_score() {
    let mut instance = Instance {
        households: vec![
            household(1, vec![person("1", WorkPermission::Unlimited)]),
            household(2, vec![person("2", WorkPermission::Unlimited)]),
        ],
        jobs: vec![job("a", 20)],
        job_pairs: vec![job_pair("1", "a", 900), job_pair("2", "a", 500)],
        tier_step_days: 90,
        ..Instance::default()
    };
    assert_eq!(placements(&instance), [gets_job("1", "a")]);
    instance.households[1].waiting_days = 90;
    assert_eq!(placements(&instance), [gets_job("2", "a")]);
    instance.households[0].tier = Tier::One;
    assert_eq!(placements(&instance), [gets_job("1", "a")]);
    let options = Options::default();
    let matching = Matching::solve(&instance, &options, &mut Unwatched).unwrap();
    assert_eq!(matching.proposals()[0].also_fitting, 1);
    assert_eq!(matching.without_proposal()[0].taken_by_others, 1);
}

#[test]
fn story_23_a_homestay_is_not_proposed_before_two_people_visited_it() {
    let visited = HomeProfile { lives_with_host: true, visitors_count: 2, ..home_profile(50_000) };
    assert_eq!(broken(&judge_home(&household_profile(), &visited)), []);
    let once = HomeProfile { visitors_count: 1, ..visited };
    assert_eq!(broken(&judge_home(&household_profile(), &once)), [Rule::Unvetted]);
}

#[test]
fn without_the_key_to_the_exclusions_nothing_fits_and_a_sealed_one_looks_like_any_other() {
    let closed = HouseholdProfile { exclusions_checked: false, ..household_profile() };
    assert_eq!(broken(&judge_home(&closed, &home_profile(1))), [Rule::NotAvailable]);
    let sealed =
        home_verdict(&household_profile(), &home_profile(1), true, &RulesTable::CURRENT, &Weights::CURRENT);
    assert_eq!(sealed, judge_home(&closed, &home_profile(1)));
}

#[test]
fn story_28_the_same_data_give_the_same_list_and_hash() {
    let instance = contested();
    let mut other = instance.clone();
    other.households.reverse();
    other.home_pairs.reverse();
    let (one, other) = (
        solve(&instance, &Options::default(), &mut Unwatched).unwrap(),
        solve(&other, &Options::default(), &mut Unwatched).unwrap(),
    );
    assert_eq!(one.status, Status::Optimal);
    assert_eq!(one.hash(), other.hash());
    let known = one.hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(known, "ff03373fae9368ca");
}
