//! From an instance to a document, and the codes that both directions share.

use kyosei_match::instance as model;
use kyosei_match::instance::{Instance, TravelBand, Verdict, Weekday, WorkPermission};

use super::INSTANCE_FORMAT;
use super::document::{
    Amount, Document, Home, HomePair, Household, Job, JobPair, LearntPrice, Person, Placement, Reason,
    ScorePart, Shift, Travel,
};

/// Every permission.
pub(super) const PERMISSIONS: [WorkPermission; 8] = [
    WorkPermission::Unlimited,
    WorkPermission::StatusOnly,
    WorkPermission::Designated,
    WorkPermission::Permit28h,
    WorkPermission::PermitIndividual,
    WorkPermission::KanriPermitted,
    WorkPermission::None,
    WorkPermission::Unverified,
];

/// The code of a permission (matching.md 3.3).
pub(super) fn permission_code(permission: WorkPermission) -> &'static str {
    match permission {
        WorkPermission::Unlimited => "unlimited",
        WorkPermission::StatusOnly => "status_only",
        WorkPermission::Designated => "designated",
        WorkPermission::Permit28h => "permit_28h",
        WorkPermission::PermitIndividual => "permit_individual",
        WorkPermission::KanriPermitted => "kanri_permitted",
        WorkPermission::None => "none",
        WorkPermission::Unverified => "unverified",
    }
}

fn day_code(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

/// The day with this code.
pub(super) fn day(code: &str) -> Option<Weekday> {
    Weekday::ALL.into_iter().find(|day| day_code(*day) == code)
}

fn band_code(band: TravelBand) -> &'static str {
    match band {
        TravelBand::Day => "day",
        TravelBand::Late => "late",
        TravelBand::Night => "night",
    }
}

/// The timetable with this code.
pub(super) fn band(code: &str) -> Option<TravelBand> {
    [TravelBand::Day, TravelBand::Late, TravelBand::Night].into_iter().find(|band| band_code(*band) == code)
}

pub(super) fn document(instance: &Instance) -> Document {
    Document {
        format: String::from(INSTANCE_FORMAT),
        dimensions: instance.dimensions.iter().map(ToString::to_string).collect(),
        tier_step_days: instance.tier_step_days,
        learnt_price_permille: instance.learnt_price_permille,
        households: instance.households.iter().map(household).collect(),
        homes: instance.homes.iter().map(home).collect(),
        jobs: instance.jobs.iter().map(job).collect(),
        home_pairs: instance.home_pairs.iter().map(home_pair).collect(),
        job_pairs: instance.job_pairs.iter().map(job_pair).collect(),
        travel: instance.travel.iter().map(travel).collect(),
        apart: instance.apart.iter().map(|(one, other)| (one.to_string(), other.to_string())).collect(),
        pins: instance.pins.iter().map(placement).collect(),
        vetoes: instance.vetoes.iter().map(placement).collect(),
        previous: instance.previous.iter().map(placement).collect(),
        learnt_prices: instance
            .learnt_prices
            .iter()
            .map(|price| learnt_price(&price.offer, price.points))
            .collect(),
    }
}

fn household(household: &model::Household) -> Household {
    let person = |person: &model::Person| Person {
        id: person.id.to_string(),
        permission: String::from(permission_code(person.permission)),
        weekly_hours_max: person.weekly_hours_max,
        commute_minutes_max: person.commute_minutes_max,
        carer: person.carer,
    };
    Household {
        id: household.id.to_string(),
        tier: household.tier.number(),
        waiting_days: household.waiting_days,
        size: household.size.clone(),
        present_area: household.present_area.as_ref().map(ToString::to_string),
        tags: household.tags.iter().map(ToString::to_string).collect(),
        childcare_covered: household.childcare_covered,
        persons: household.persons.iter().map(person).collect(),
    }
}

fn home(home: &model::Home) -> Home {
    Home {
        id: home.id.to_string(),
        area: home.area.as_ref().map(ToString::to_string),
        capacity: home.capacity.clone(),
        reserve: home.reserve.clone(),
        shared: home.shared,
        never_together: home
            .never_together
            .iter()
            .map(|(one, other)| (one.to_string(), other.to_string()))
            .collect(),
        only_with_job: home.only_with_job.as_ref().map(ToString::to_string),
    }
}

fn job(job: &model::Job) -> Job {
    let time = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let spans = job.shifts.spans().into_iter();
    let shift = |(day, from, to)| Shift { day: String::from(day_code(day)), from: time(from), to: time(to) };
    Job {
        id: job.id.to_string(),
        area: job.area.as_ref().map(ToString::to_string),
        places: job.places,
        weekly_hours: job.weekly_hours,
        shifts: spans.map(shift).collect(),
        band: String::from(band_code(job.band)),
        side: job.side,
        only_with_home: job.only_with_home.as_ref().map(ToString::to_string),
    }
}

fn home_pair(pair: &model::HomePair) -> HomePair {
    let (score, parts, offer_rank, reasons) = verdict(&pair.verdict);
    HomePair {
        household: pair.household.to_string(),
        home: pair.home.to_string(),
        score,
        parts,
        offer_rank,
        reasons,
    }
}

fn job_pair(pair: &model::JobPair) -> JobPair {
    let (score, parts, offer_rank, reasons) = verdict(&pair.verdict);
    JobPair { person: pair.person.to_string(), job: pair.job.to_string(), score, parts, offer_rank, reasons }
}

type VerdictFields = (Option<u32>, Vec<ScorePart>, Option<u32>, Option<Vec<Reason>>);

fn verdict(verdict: &Verdict) -> VerdictFields {
    match verdict {
        Verdict::Fits { score, parts, offer_rank } => {
            (Some(*score), parts.iter().map(score_part).collect(), *offer_rank, None)
        }
        Verdict::Excluded { reasons } => {
            let reason = |reason: &model::Reason| Reason {
                rule: String::from(reason.rule.code()),
                short_by: reason.short_by.map(amount),
            };
            (None, Vec::new(), None, Some(reasons.iter().map(reason).collect()))
        }
    }
}

/// A part of a score.
pub(crate) fn score_part(part: &model::ScorePart) -> ScorePart {
    ScorePart { wish: String::from(part.wish.code()), points: part.points, points_max: part.points_max }
}

/// An amount.
pub(crate) fn amount(amount: model::Amount) -> Amount {
    Amount { number: amount.number, unit: String::from(amount.unit.code()) }
}

fn travel(way: &model::Travel) -> Travel {
    Travel {
        from: way.from.to_string(),
        to: way.to.to_string(),
        band: String::from(band_code(way.band)),
        minutes: way.minutes,
    }
}

/// A placement.
pub(crate) fn placement(placement: &model::Placement) -> Placement {
    match placement {
        model::Placement::Home { household, home } => Placement {
            household: Some(household.to_string()),
            home: Some(home.to_string()),
            ..Placement::default()
        },
        model::Placement::Job { person, job } => {
            Placement { person: Some(person.to_string()), job: Some(job.to_string()), ..Placement::default() }
        }
    }
}

/// A price of an offer.
pub(crate) fn learnt_price(offer: &model::Offer, points: u32) -> LearntPrice {
    match offer {
        model::Offer::Home(home) => LearntPrice { home: Some(home.to_string()), job: None, points },
        model::Offer::Job(job) => LearntPrice { home: None, job: Some(job.to_string()), points },
    }
}
