//! Which jobs one person can hold together: at most one main job, side jobs beside it, no overlapping hours, and no more
//! hours a week than the permission and the person allow.

use crate::instance::{Job, Shifts};

/// The most jobs one person holds.
pub(crate) const JOBS_PER_PERSON_MAX: usize = 3;
/// The most bundles of several jobs kept for one person.
const BUNDLES_PER_PERSON_MAX: usize = 400;

/// Jobs one person holds together, by position in the list of candidates.
pub(crate) type Bundle = Vec<usize>;

/// All bundles of the candidates, single jobs first; true when some had to be left out.
pub(crate) fn bundles(candidates: &[&Job], weekly_hours_max: u16) -> (Vec<Bundle>, bool) {
    let mut found: Vec<Bundle> = (0..candidates.len())
        .filter(|index| candidates.get(*index).is_some_and(|job| job.weekly_hours <= weekly_hours_max))
        .map(|index| vec![index])
        .collect();
    let singles = found.len();
    let mut next = 0;
    while let Some(bundle) = found.get(next).cloned() {
        next += 1;
        if bundle.len() == JOBS_PER_PERSON_MAX {
            continue;
        }
        let last = bundle.last().copied().unwrap_or(0);
        for index in last + 1..candidates.len() {
            if !joins(candidates, &bundle, index, weekly_hours_max) {
                continue;
            }
            if found.len() >= singles + BUNDLES_PER_PERSON_MAX {
                return (found, true);
            }
            let mut larger = bundle.clone();
            larger.push(index);
            found.push(larger);
        }
    }
    (found, false)
}

fn joins(candidates: &[&Job], bundle: &[usize], index: usize, weekly_hours_max: u16) -> bool {
    let Some(joining) = candidates.get(index) else { return false };
    let mut hours = u32::from(joining.weekly_hours);
    let mut mains = u32::from(!joining.side);
    let mut shifts = Shifts::NONE;
    for held in bundle.iter().filter_map(|held| candidates.get(*held)) {
        hours += u32::from(held.weekly_hours);
        mains += u32::from(!held.side);
        shifts = shifts.union(&held.shifts);
    }
    hours <= u32::from(weekly_hours_max) && mains <= 1 && !shifts.overlaps(&joining.shifts)
}
