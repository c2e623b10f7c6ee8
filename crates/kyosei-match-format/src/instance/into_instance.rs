//! From a document to an instance.

use kyosei_match::instance as model;
use kyosei_match::instance::{AreaId, HomeId, HouseholdId, IdError, Instance, JobId, PersonId, Tag};

use super::document::{Document, Home, Household, Job, LearntPrice, Person, Placement, Reason, ScorePart};
use super::{INSTANCE_FORMAT, ReadInstanceError};

type Read<T> = Result<T, ReadInstanceError>;

/// A place in the document.
#[derive(Clone, Copy)]
struct At {
    list: &'static str,
    index: usize,
}

impl At {
    fn id<T>(self, result: Result<T, IdError>) -> Read<T> {
        result.map_err(|error| ReadInstanceError::Id { list: self.list, index: self.index, error })
    }

    fn code<T>(self, value: Option<T>, code: &str) -> Read<T> {
        value.ok_or_else(|| ReadInstanceError::Code {
            list: self.list,
            index: self.index,
            code: String::from(code),
        })
    }

    fn choice<T>(self, value: Option<T>, choices: &'static str) -> Read<T> {
        value.ok_or(ReadInstanceError::Choice { list: self.list, index: self.index, choices })
    }

    fn area(self, area: Option<&String>) -> Read<Option<AreaId>> {
        area.map(|area| self.id(AreaId::new(area))).transpose()
    }

    fn tag(self, tag: &str) -> Read<Tag> {
        self.id(Tag::new(tag))
    }
}

pub(super) fn instance(document: Document) -> Read<Instance> {
    if document.format != INSTANCE_FORMAT {
        return Err(ReadInstanceError::Format);
    }
    Ok(Instance {
        dimensions: each("dimensions", &document.dimensions, |at, name| at.tag(name))?,
        households: each("households", &document.households, household)?,
        homes: each("homes", &document.homes, home)?,
        jobs: each("jobs", &document.jobs, job)?,
        home_pairs: each("home_pairs", &document.home_pairs, |at, pair| {
            Ok(model::HomePair {
                household: at.id(HouseholdId::new(&pair.household))?,
                home: at.id(HomeId::new(&pair.home))?,
                verdict: verdict(at, pair.score, &pair.parts, pair.offer_rank, pair.reasons.as_deref())?,
            })
        })?,
        job_pairs: each("job_pairs", &document.job_pairs, |at, pair| {
            Ok(model::JobPair {
                person: at.id(PersonId::new(&pair.person))?,
                job: at.id(JobId::new(&pair.job))?,
                verdict: verdict(at, pair.score, &pair.parts, pair.offer_rank, pair.reasons.as_deref())?,
            })
        })?,
        travel: each("travel", &document.travel, |at, way| {
            Ok(model::Travel {
                from: at.id(AreaId::new(&way.from))?,
                to: at.id(AreaId::new(&way.to))?,
                band: band(at, &way.band)?,
                minutes: way.minutes,
            })
        })?,
        apart: each("apart", &document.apart, |at, (one, other)| {
            Ok((at.id(HouseholdId::new(one))?, at.id(HouseholdId::new(other))?))
        })?,
        pins: each("pins", &document.pins, placement)?,
        vetoes: each("vetoes", &document.vetoes, placement)?,
        previous: each("previous", &document.previous, placement)?,
        learnt_prices: each("learnt_prices", &document.learnt_prices, learnt_price)?,
        learnt_price_permille: document.learnt_price_permille,
        tier_step_days: document.tier_step_days,
    })
}

fn each<D, T>(list: &'static str, entries: &[D], read: impl Fn(At, &D) -> Read<T>) -> Read<Vec<T>> {
    entries.iter().enumerate().map(|(index, entry)| read(At { list, index }, entry)).collect()
}

fn household(at: At, household: &Household) -> Read<model::Household> {
    let tier = model::Tier::from_number(household.tier)
        .ok_or(ReadInstanceError::Tier { index: at.index, tier: household.tier })?;
    Ok(model::Household {
        id: at.id(HouseholdId::new(&household.id))?,
        tier,
        waiting_days: household.waiting_days,
        size: household.size.clone(),
        present_area: at.area(household.present_area.as_ref())?,
        tags: household.tags.iter().map(|tag| at.tag(tag)).collect::<Read<_>>()?,
        childcare_covered: household.childcare_covered,
        persons: household.persons.iter().map(|own| person(at, own)).collect::<Read<_>>()?,
    })
}

fn person(at: At, person: &Person) -> Read<model::Person> {
    Ok(model::Person {
        id: at.id(PersonId::new(&person.id))?,
        permission: at.code(permission(&person.permission), &person.permission)?,
        weekly_hours_max: person.weekly_hours_max,
        commute_minutes_max: person.commute_minutes_max,
        carer: person.carer,
    })
}

fn permission(code: &str) -> Option<model::WorkPermission> {
    use super::from_instance::{PERMISSIONS, permission_code};
    PERMISSIONS.into_iter().find(|permission| permission_code(*permission) == code)
}

fn home(at: At, home: &Home) -> Read<model::Home> {
    let rule = |(one, other): &(String, String)| Ok((at.tag(one)?, at.tag(other)?));
    Ok(model::Home {
        id: at.id(HomeId::new(&home.id))?,
        area: at.area(home.area.as_ref())?,
        capacity: home.capacity.clone(),
        reserve: home.reserve.clone(),
        shared: home.shared,
        never_together: home.never_together.iter().map(rule).collect::<Read<_>>()?,
        only_with_job: home.only_with_job.as_ref().map(|job| at.id(JobId::new(job))).transpose()?,
    })
}

fn job(at: At, job: &Job) -> Read<model::Job> {
    let mut shifts = model::Shifts::NONE;
    for shift in &job.shifts {
        let day = at.code(super::from_instance::day(&shift.day), &shift.day)?;
        let (from, to) = (minutes(at, &shift.from)?, minutes(at, &shift.to)?);
        shifts.add(day, from, to).map_err(|error| ReadInstanceError::Shift { index: at.index, error })?;
    }
    Ok(model::Job {
        id: at.id(JobId::new(&job.id))?,
        area: at.area(job.area.as_ref())?,
        places: job.places,
        weekly_hours: job.weekly_hours,
        shifts,
        band: band(at, &job.band)?,
        side: job.side,
        only_with_home: job.only_with_home.as_ref().map(|home| at.id(HomeId::new(home))).transpose()?,
    })
}

/// Minutes after midnight of `HH:MM`.
fn minutes(at: At, text: &str) -> Read<u32> {
    let number = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse::<u32>().ok() } else { None }
    };
    let parsed = text.split_once(':').and_then(|(hours, minutes)| Some((number(hours)?, number(minutes)?)));
    match parsed {
        Some((hours, minutes)) if minutes < 60 && hours * 60 + minutes <= 24 * 60 => Ok(hours * 60 + minutes),
        Some(_) | None => Err(ReadInstanceError::Time { index: at.index, text: String::from(text) }),
    }
}

fn band(at: At, code: &str) -> Read<model::TravelBand> {
    at.code(super::from_instance::band(code), code)
}

fn verdict(
    at: At,
    score: Option<u32>,
    parts: &[ScorePart],
    offer_rank: Option<u32>,
    reasons: Option<&[Reason]>,
) -> Read<model::Verdict> {
    match (score, reasons) {
        (Some(score), None) => {
            let part = |part: &ScorePart| {
                let wish = at.code(model::Wish::from_code(&part.wish), &part.wish)?;
                Ok(model::ScorePart { wish, points: part.points, points_max: part.points_max })
            };
            let parts = parts.iter().map(part).collect::<Read<_>>()?;
            Ok(model::Verdict::Fits { score, parts, offer_rank })
        }
        (None, Some(reasons)) => {
            let reason = |reason: &Reason| {
                let rule = at.code(model::Rule::from_code(&reason.rule), &reason.rule)?;
                let amount = |amount: &super::document::Amount| {
                    let unit = at.code(model::Unit::from_code(&amount.unit), &amount.unit)?;
                    Ok(model::Amount { number: amount.number, unit })
                };
                Ok(model::Reason { rule, short_by: reason.short_by.as_ref().map(amount).transpose()? })
            };
            Ok(model::Verdict::Excluded { reasons: reasons.iter().map(reason).collect::<Read<_>>()? })
        }
        (Some(_), Some(_)) | (None, None) => at.choice(None, "score, reasons"),
    }
}

fn placement(at: At, placement: &Placement) -> Read<model::Placement> {
    match (&placement.household, &placement.home, &placement.person, &placement.job) {
        (Some(household), Some(home), None, None) => Ok(model::Placement::Home {
            household: at.id(HouseholdId::new(household))?,
            home: at.id(HomeId::new(home))?,
        }),
        (None, None, Some(person), Some(job)) => {
            Ok(model::Placement::Job { person: at.id(PersonId::new(person))?, job: at.id(JobId::new(job))? })
        }
        _ => at.choice(None, "household with home, person with job"),
    }
}

fn learnt_price(at: At, price: &LearntPrice) -> Read<model::LearntPrice> {
    let offer = match (&price.home, &price.job) {
        (Some(home), None) => model::Offer::Home(at.id(HomeId::new(home))?),
        (None, Some(job)) => model::Offer::Job(at.id(JobId::new(job))?),
        (Some(_), Some(_)) | (None, None) => return at.choice(None, "home, job"),
    };
    Ok(model::LearntPrice { offer, points: price.points })
}
