//! What must hold of every graph, whatever was said in it.

use super::reference::{ELIGIBLE, State, Story, wrapped};
use super::world::{Action, DEVICE_COUNT, Said, bits};

pub(super) const NOBODY_RETURNS: &str = "a device that was removed is removed for ever";
pub(super) const JUDGED_ONCE: &str = "whether an operation was valid never changes";
pub(super) const UNDISPUTED: &str =
    "what was valid when written has effect until something concurrent is known";
pub(super) const APPROVED: &str = "every effect stands on enough people who were not taken away";
pub(super) const SEALED_FROM_OTHERS: &str =
    "no usable epoch was minted by, wrapped for or handed on to a device that may not read";
pub(super) const NOBODY_HANDS_ON: &str =
    "whoever knows a usable epoch knows every removal, and hands it on to nobody removed";
pub(super) const ADMINS_SAFE: &str = "what one person says alone changes nobody's admin role";
pub(super) const LEAVING_IS_QUIET: &str = "a device that leaves takes nothing away but itself";
pub(super) const THIEF_BOUNDED: &str =
    "what a removed person backdates has no effect but on ordinary devices";

/// The first law that a graph with the meaning `state` breaks.
pub(super) fn broken_law(story: &Story<'_>, state: &State) -> Option<&'static str> {
    let laws: [(&str, &dyn Fn() -> bool); 9] = [
        (NOBODY_RETURNS, &|| nobody_returns(story, state)),
        (JUDGED_ONCE, &|| is_judged_once(story, state)),
        (UNDISPUTED, &|| has_effect_at_first(story, state)),
        (APPROVED, &|| effects_have_approval(story, state)),
        (SEALED_FROM_OTHERS, &|| epochs_exclude_others(story, state)),
        (NOBODY_HANDS_ON, &|| epochs_know_removals(story, state)),
        (LEAVING_IS_QUIET, &|| leaving_is_quiet(story, state)),
        (ADMINS_SAFE, &|| bits(ELIGIBLE).all(|thief| one_person_cannot_touch_admins(story, state, thief))),
        (THIEF_BOUNDED, &|| bits(ELIGIBLE).all(|thief| a_removed_thief_is_bounded(story, state, thief))),
    ];
    laws.iter().find(|(_, holds)| !holds()).map(|(law, _)| *law)
}

/// M2, M3, on every step by which a replica can have come here.
fn nobody_returns(story: &Story<'_>, state: &State) -> bool {
    steps(story).all(|part| {
        let before = story.state(part);
        let members = before.members() & state.members();
        before.removed & !state.removed == 0
            && members & state.removed == 0
            && before.removed & state.members() == 0
    })
}

fn is_judged_once(story: &Story<'_>, state: &State) -> bool {
    steps(story).all(|part| story.state(part).valid == state.valid & part)
}

/// Finding F6.
fn has_effect_at_first(story: &Story<'_>, state: &State) -> bool {
    bits(state.valid).all(|i| story.state(story.get(i).past | 1 << i).effective & (1 << i) != 0)
}

/// M1, M4, M5, counted anew, by persons and by standing whatever the rules say.
fn effects_have_approval(story: &Story<'_>, state: &State) -> bool {
    bits(state.effective).all(|i| {
        let said = story.get(i);
        let is_removal = matches!(said.action, Action::Remove(_) | Action::Leave);
        let is_taken = |d: &u8| {
            let removed = bits(state.valid)
                .any(|j| story.get(j).action == Action::Remove(*d) && story.are_concurrent(i, j));
            !is_removal && (removed || bits(state.effective).any(|j| story.demotes(j, i, *d)))
        };
        let left = bits(said.signers).filter(|d| !is_taken(d)).fold(0, |set, d| set | (1 << d));
        story.rules.count(left) >= story.rules.threshold(said.action, &story.state(said.past))
    })
}

/// E1, hole H11, finding F16.
fn epochs_exclude_others(story: &Story<'_>, state: &State) -> bool {
    let told = |said: &Said| said.signers | wrapped(said, &story.state(said.past));
    bits(state.usable).all(|i| {
        let heirs = bits(state.valid).map(|j| story.get(j)).filter(|said| said.hands_on(i));
        let knowing = heirs.fold(told(story.get(i)), |knowing, heir| knowing | told(heir));
        knowing & state.removed == 0 && knowing & !state.readers() == 0
    })
}

/// Finding F18: at every step at which somebody knows the epoch, its removals are those of the whole graph.
fn epochs_know_removals(story: &Story<'_>, state: &State) -> bool {
    bits(state.usable).all(|i| {
        let known = story.get(i).past | (1 << i);
        story.state(known).removed & state.removed == state.removed
    })
}

/// Finding F12: take away every leaving, and all else that was said has the same effect.
fn leaving_is_quiet(story: &Story<'_>, state: &State) -> bool {
    let leaving = bits(state.valid)
        .filter(|i| story.get(*i).action == Action::Leave)
        .fold(0_u8, |set, i| set | (1 << i));
    leaving == 0 || story.without(leaving).state(story.everything()).effective == state.effective & !leaving
}

/// M5: take away all that the devices of one person said alone, and the same devices are admins.
fn one_person_cannot_touch_admins(story: &Story<'_>, state: &State, thief: u8) -> bool {
    let alone = said_alone(story, thief);
    alone == 0 || story.without(alone).state(story.everything()).admins() == state.admins()
}

/// Scenario 4: what was said by removed devices of one person alone, and without the removers' knowledge, counts for
/// nothing, but for the removal of ordinary devices.
fn a_removed_thief_is_bounded(story: &Story<'_>, state: &State, thief: u8) -> bool {
    let was_removed = |i: u8, d: u8| {
        bits(state.valid).any(|j| story.get(j).action == Action::Remove(d) && story.are_concurrent(i, j))
    };
    let backdated = bits(said_alone(story, thief))
        .filter(|i| bits(story.get(*i).signers).all(|d| was_removed(*i, d)))
        .fold(0_u8, |set, i| set | (1 << i));
    if backdated == 0 {
        return true;
    }
    let removed_by = |ops: u8| {
        bits(ops).fold(0_u8, |set, i| match story.get(i).action {
            Action::Remove(d) => set | (1 << d),
            Action::Leave => set | story.get(i).signers,
            Action::SetRole(..)
            | Action::Add(_)
            | Action::KeyUpdate
            | Action::Rotate
            | Action::RotateForOthers => set,
        })
    };
    let without = story.without(backdated).state(story.everything());
    // Devices that others removed are left out: they may have known one from the thief alone.
    removed_by(backdated) & ELIGIBLE == 0
        && bits(!removed_by(state.valid))
            .take_while(|d| *d < DEVICE_COUNT)
            .all(|d| without.role(d) == state.role(d))
}

/// The graph without each one of its last operations.
fn steps(story: &Story<'_>) -> impl Iterator<Item = u8> {
    let all = story.everything();
    let known = story.said.iter().fold(0, |set, said| set | said.past);
    bits(all & !known).map(move |i| all & !(1 << i))
}

/// What was said by devices of the thief's person and nobody else.
fn said_alone(story: &Story<'_>, thief: u8) -> u8 {
    let person = |d: u8| story.rules.persons[usize::from(d)];
    let is_alone = |i: &u8| bits(story.get(*i).signers).all(|d| person(d) == person(thief));
    bits(story.everything()).filter(is_alone).fold(0, |set, i| set | (1 << i))
}
