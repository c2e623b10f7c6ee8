//! What must hold of every graph, whatever was said in it.

use super::reference::{ELIGIBLE, State, Story, threshold, wrapped};
use super::world::{Action, bits};

/// Checks all laws on a graph whose meaning is `state`.
pub(super) fn check_laws(story: &Story<'_>, state: &State) {
    let check = |holds: bool, law: &str| assert!(holds, "{law}\n{:#?}\n{state:#?}", story.said);
    check(nobody_returns(story, state), "a device that was removed is removed for ever");
    check(the_past_is_judged_once(story, state), "an operation's validity never changes");
    check(
        effects_have_approval(story, state),
        "every effect stands on enough people who were not taken away",
    );
    check(
        epochs_exclude_the_removed(story, state),
        "no usable epoch was minted by or wrapped for a non-reader",
    );
    for thief in bits(ELIGIBLE) {
        check(
            one_admin_cannot_touch_admins(story, state, thief),
            "one key alone changes nobody's admin role",
        );
        check(
            a_removed_thief_is_bounded(story, state, thief),
            "what a removed admin backdates has no effect",
        );
    }
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

fn the_past_is_judged_once(story: &Story<'_>, state: &State) -> bool {
    steps(story).all(|part| story.state(part).valid == state.valid & part)
}

/// M1, M4, M5, counted anew.
fn effects_have_approval(story: &Story<'_>, state: &State) -> bool {
    bits(state.effective).all(|i| {
        let said = story.get(i);
        let taken = |d: &u8| {
            bits(state.valid).any(|j| story.get(j).action == Action::Remove(*d) && story.are_concurrent(i, j))
        };
        let counting = match said.action {
            Action::Remove(_) => said.signers.count_ones() as usize,
            Action::SetRole(..)
            | Action::Add(_)
            | Action::KeyUpdate
            | Action::Rotate
            | Action::RotateForOthers => bits(said.signers).filter(|d| !taken(d)).count(),
        };
        counting >= threshold(said.action)
    })
}

/// E1, hole H11.
fn epochs_exclude_the_removed(story: &Story<'_>, state: &State) -> bool {
    bits(state.usable).all(|i| {
        let said = story.get(i);
        let knowing = said.signers | wrapped(said, &story.state(said.past));
        knowing & state.removed == 0 && knowing & !state.readers() == 0
    })
}

/// M5: take away all that a single key said alone, and the same devices are admins.
fn one_admin_cannot_touch_admins(story: &Story<'_>, state: &State, thief: u8) -> bool {
    let alone = said_alone(story, thief);
    let without = Story { silenced: alone, ..*story };
    alone == 0 || without.state(story.everything()).admins() == state.admins()
}

/// Scenario 4: once a thief is removed by others, all that it said alone and without the removers' knowledge counts for
/// nothing, but for the removal of ordinary devices.
fn a_removed_thief_is_bounded(story: &Story<'_>, state: &State, thief: u8) -> bool {
    let removals = bits(state.valid)
        .filter(|i| story.get(*i).action == Action::Remove(thief))
        .fold(0_u8, |set, i| set | (1 << i));
    let backdated = bits(said_alone(story, thief))
        .filter(|i| bits(removals).any(|j| story.are_concurrent(*i, j)))
        .fold(0_u8, |set, i| set | (1 << i));
    if backdated == 0 {
        return true;
    }
    let evicted = bits(backdated).fold(0_u8, |set, i| match story.get(i).action {
        Action::Remove(d) => set | (1 << d),
        Action::SetRole(..)
        | Action::Add(_)
        | Action::KeyUpdate
        | Action::Rotate
        | Action::RotateForOthers => set,
    });
    let without = Story { silenced: backdated, ..*story }.state(story.everything());
    evicted & ELIGIBLE == 0
        && (0..super::world::DEVICE_COUNT)
            .filter(|d| evicted & (1 << d) == 0)
            .all(|d| without.role(d) == state.role(d))
}

/// The graph without each one of its last operations.
fn steps(story: &Story<'_>) -> impl Iterator<Item = u8> {
    let all = story.everything();
    let known = story.said.iter().fold(0, |set, said| set | said.past);
    bits(all & !known).map(move |i| all & !(1 << i))
}

fn said_alone(story: &Story<'_>, d: u8) -> u8 {
    bits(story.everything()).filter(|i| story.get(*i).signers == 1 << d).fold(0, |set, i| set | (1 << i))
}
