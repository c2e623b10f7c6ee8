//! A person and a job.

use super::{Broken, HouseholdProfile, JobProfile, PersonProfile, Weights, ranked, shared};
use crate::instance::{Rule, ScorePart, Shifts, Unit, Verdict, Weekday, Wish, WorkPermission};
use crate::options::RulesTable;

/// Whether a person and a job fit. `excluded` says that a sealed exclusion stands against the pair.
///
/// Reaching the job from home, the sum of hours over several jobs and childcare depend on the rest of the list: the engine
/// checks them.
#[must_use]
pub fn job_verdict(
    household: &HouseholdProfile,
    person: &PersonProfile,
    job: &JobProfile,
    excluded: bool,
    rules: &RulesTable,
    weights: &Weights,
) -> Verdict {
    let mut broken = Broken::default();
    broken.check(excluded || !household.exclusions_checked, Rule::NotAvailable);
    broken.check(!household.consents_to_matching, Rule::Consent);
    broken.check_most(job.confirmed_days_ago, rules.job_fresh_days, Rule::Stale, Unit::Days);
    check_permission(&mut broken, person, job, rules);
    check_age(&mut broken, person, job, rules);
    if let Some(left) = person.card_days_left {
        broken.check_most(job.term_days, left, Rule::Term, Unit::Days);
    }
    let japanese = u32::from(person.japanese_level) + u32::from(person.japanese_tolerance);
    broken.check_most(u32::from(job.japanese_level_min), japanese, Rule::Language, Unit::Levels);
    broken.check(!job.licences.is_subset(&person.licences), Rule::Licence);
    broken.check(person.not_wanted.contains(&job.class), Rule::NotWanted);
    broken.check(!person.musts.is_subset(&job.offers), Rule::Need);
    let outside =
        !person.available.is_empty() && job.job.shifts.intersection(&person.available) != job.job.shifts;
    broken.check(outside, Rule::Shifts);
    broken.check_most(person.start_days, job.start_days_max, Rule::Dates, Unit::Days);
    broken.verdict(parts(person, job, weights), None)
}

fn check_permission(broken: &mut Broken, person: &PersonProfile, job: &JobProfile, rules: &RulesTable) {
    let named = person.permitted.contains(&job.employer) || person.permitted.contains(&job.class);
    let cap = u32::from(person.person.weekly_hours_max);
    match person.person.permission {
        WorkPermission::None | WorkPermission::Unverified => broken.check(true, Rule::Permission),
        WorkPermission::Unlimited => {}
        WorkPermission::StatusOnly | WorkPermission::Designated | WorkPermission::PermitIndividual => {
            broken.check(!named, Rule::PermissionScope);
        }
        WorkPermission::KanriPermitted => {
            broken.check(!person.permitted.contains(&job.employer), Rule::PermissionScope)
        }
        WorkPermission::Permit28h => {
            broken.check(job.adult_entertainment, Rule::PermissionScope);
            let cap = cap.min(u32::from(rules.permit_weekly_hours_max));
            broken.check_most(u32::from(job.job.weekly_hours), cap, Rule::Hours, Unit::Hours);
            return;
        }
    }
    broken.check_most(u32::from(job.job.weekly_hours), cap, Rule::Hours, Unit::Hours);
}

fn check_age(broken: &mut Broken, person: &PersonProfile, job: &JobProfile, rules: &RulesTable) {
    let age = person.age_years_min.unwrap_or(0);
    let at_night = job.job.shifts.overlaps(&night());
    broken.check(age < rules.work_age_min || (at_night && age < rules.night_work_age_min), Rule::Age);
}

/// 22:00 to 5:00 on every day (労働基準法61条).
fn night() -> Shifts {
    let mut night = Shifts::NONE;
    for day in Weekday::ALL {
        // The span is a constant that is valid: an error cannot occur.
        if night.add(day, 22 * 60, 5 * 60).is_err() {
            return Shifts::NONE;
        }
    }
    night
}

fn parts(person: &PersonProfile, job: &JobProfile, weights: &Weights) -> Vec<ScorePart> {
    let position = person.wishes.iter().position(|class| *class == job.class);
    let yes_no = |wish, met: bool, points_max: u32| ScorePart {
        wish,
        points: if met { points_max } else { 0 },
        points_max,
    };
    vec![
        ranked(Wish::WishRank, position, weights.job_wish),
        yes_no(Wish::Skill, person.experience.contains(&job.class), weights.job_skill),
        yes_no(Wish::Language, person.japanese_level >= job.japanese_level_min, weights.job_language),
        yes_no(Wish::Support, job.support_on_site, weights.job_support),
        shared(Wish::Preference, &person.preferences, &job.offers, weights.job_preference),
    ]
}
