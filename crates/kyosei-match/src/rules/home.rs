//! A household and a home.

use super::{Broken, HomeProfile, HouseholdProfile, Weights, ranked, shared};
use crate::instance::{Rule, ScorePart, Unit, Verdict, Wish};
use crate::options::RulesTable;

/// Whether a household and a home fit. `excluded` says that a sealed exclusion stands against the pair.
#[must_use]
pub fn home_verdict(
    household: &HouseholdProfile,
    home: &HomeProfile,
    excluded: bool,
    rules: &RulesTable,
    weights: &Weights,
) -> Verdict {
    let mut broken = Broken::default();
    broken.check(excluded || !household.exclusions_checked, Rule::NotAvailable);
    broken.check(!household.consents_to_matching, Rule::Consent);
    broken.check_most(home.confirmed_days_ago, rules.home_fresh_days, Rule::Stale, Unit::Days);
    broken.check(home.lives_with_host && home.visitors_count < 2, Rule::Unvetted);
    broken.check_most(household.people_count, home.people_max, Rule::Capacity, Unit::Persons);
    broken.check_most(home.rent_yen, household.rent_yen_max, Rule::Rent, Unit::Yen);
    broken.check_most(home.deposit_yen, household.deposit_yen_max, Rule::Deposit, Unit::Yen);
    broken.check(household.guarantee < home.guarantee_min, Rule::Guarantor);
    broken.check(home.emergency_contact_needed && !household.emergency_contact, Rule::EmergencyContact);
    broken.check(household.pets && !home.pets_allowed, Rule::Pets);
    broken.check(home.women_and_children_only && !household.women_and_children_only, Rule::Household);
    broken.check(!household.musts.is_subset(&home.offers), Rule::Need);
    let avoided = home.home.area.as_ref().is_some_and(|area| household.areas_avoided.contains(area));
    broken.check(avoided, Rule::NotWanted);
    broken.check_most(home.free_in_days, household.move_in_days_max, Rule::Dates, Unit::Days);
    if let Some(left) = household.card_days_left {
        broken.check_most(home.card_days_min, left, Rule::Term, Unit::Days);
    }
    broken.verdict(parts(household, home, weights), None)
}

fn parts(household: &HouseholdProfile, home: &HomeProfile, weights: &Weights) -> Vec<ScorePart> {
    let position = household.areas.iter().position(|area| Some(area) == home.home.area.as_ref());
    let slack = household.rent_yen_max.saturating_sub(home.rent_yen);
    // All points from a fifth below the cap on.
    let full = (household.rent_yen_max / 5).max(1);
    let rent = u64::from(weights.home_rent) * u64::from(slack.min(full)) / u64::from(full);
    let same_school = household.school_area.is_none() || household.school_area == home.school_area;
    vec![
        ranked(Wish::WishRank, position, weights.home_area),
        ScorePart {
            wish: Wish::RentSlack,
            points: u32::try_from(rent).unwrap_or(weights.home_rent),
            points_max: weights.home_rent,
        },
        ScorePart {
            wish: Wish::School,
            points: if same_school { weights.home_school } else { 0 },
            points_max: weights.home_school,
        },
        shared(Wish::Preference, &household.preferences, &home.offers, weights.home_preference),
    ]
}
