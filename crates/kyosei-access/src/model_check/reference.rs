//! The rules of `docs/membership.md` a second time, as plainly as they can be written.
//!
//! Sets of operations and of devices are bit sets of one byte. Nothing is remembered and nothing is fast; the only input
//! besides the symbolic graph is the order of the real ids, by which concurrent key updates of one device are told apart.

use super::world::{Action, DEVICE_COUNT, Said, bits};
use crate::{OpId, Role};

/// Devices that may be admins: the founders and the second newcomer.
pub(super) const ELIGIBLE: u8 = 0b10_0111;

/// A symbolic graph: what was said, in some order that respects causality, and the real id of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story<'a> {
    pub(super) said: &'a [Said],
    pub(super) ids: &'a [OpId],
    /// Operations that are taken as if nothing had been said (but known to their successors all the same).
    pub(super) silenced: u8,
}

/// What a causally closed part of a graph means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Operations that were permitted when written.
    pub(super) valid: u8,
    /// Of those in the part, the ones that have effect.
    pub(super) effective: u8,
    /// Devices that any valid operation brought in, whether it still has effect or not.
    known: u8,
    /// Devices that were removed.
    pub(super) removed: u8,
    /// Operations that mint an epoch that may be used.
    pub(super) usable: u8,
    roles: [Option<Role>; DEVICE_COUNT as usize],
    /// For each device the index of the key update in force.
    keys: [Option<u8>; DEVICE_COUNT as usize],
}

impl State {
    pub(super) fn role(&self, d: u8) -> Option<Role> {
        self.roles[usize::from(d)]
    }

    /// The index of the key update that gave the device its present key, or none for its first key.
    pub(super) fn key(&self, d: u8) -> Option<u8> {
        self.keys[usize::from(d)]
    }

    pub(super) fn readers(&self) -> u8 {
        (0..DEVICE_COUNT).filter(|d| self.role(*d) >= Some(Role::Read)).fold(0, |set, d| set | (1 << d))
    }

    pub(super) fn members(&self) -> u8 {
        (0..DEVICE_COUNT).filter(|d| self.role(*d).is_some()).fold(0, |set, d| set | (1 << d))
    }

    pub(super) fn admins(&self) -> u8 {
        (0..DEVICE_COUNT).filter(|d| self.role(*d) == Some(Role::Admin)).fold(0, |set, d| set | (1 << d))
    }
}

impl Story<'_> {
    pub(super) fn everything(&self) -> u8 {
        (0..self.said.len()).fold(0, |set, i| set | (1 << i))
    }

    pub(super) fn get(&self, i: u8) -> &Said {
        &self.said[usize::from(i)]
    }

    pub(super) fn are_concurrent(&self, i: u8, j: u8) -> bool {
        i != j && self.get(i).past & (1 << j) == 0 && self.get(j).past & (1 << i) == 0
    }

    /// The meaning of a causally closed part.
    pub(super) fn state(&self, part: u8) -> State {
        let valid = self.valid();
        let mut state = self.describe(valid, part, self.effective(valid, part));
        state.usable = self.usable(&state);
        state
    }

    /// M1: each operation is judged by what its author knew, and by nothing else.
    fn valid(&self) -> u8 {
        bits(self.everything() & !self.silenced).fold(0, |valid, i| {
            let past = self.get(i).past;
            let view = self.describe(valid, past, self.effective(valid, past));
            valid | u8::from(is_valid(self.get(i), &view)) << i
        })
    }

    /// M3 and M4: removals and then demotions take away the signers of what is concurrent with them.
    fn effective(&self, valid: u8, part: u8) -> u8 {
        let candidates = valid & part;
        let removes = |j: u8, d: u8| self.get(j).action == Action::Remove(d);
        let after_removals = self.pass(valid, candidates, &|i, d| {
            bits(candidates).any(|j| removes(j, d) && self.are_concurrent(i, j))
        });
        self.pass(valid, after_removals, &|i, d| {
            bits(candidates).any(|j| removes(j, d) && self.are_concurrent(i, j))
                || bits(after_removals).any(|j| {
                    self.are_concurrent(i, j)
                        && matches!(self.get(j).action, Action::SetRole(t, role) if t == d && role < needed(self.get(i).action))
                })
        })
    }

    fn pass(&self, valid: u8, base: u8, is_lost: &dyn Fn(u8, u8) -> bool) -> u8 {
        let mut stands = 0;
        for i in bits(base) {
            let said = self.get(i);
            let view = self.describe(valid, said.past, stands & said.past);
            let left = bits(said.signers).filter(|d| !is_lost(i, *d)).fold(0, |set, d| set | (1 << d));
            if matches!(said.action, Action::Remove(_)) || holds(said, left, &view) {
                stands |= 1 << i;
            }
        }
        stands
    }

    /// What a set of effective operations within a part says.
    fn describe(&self, valid: u8, part: u8, effective: u8) -> State {
        let latest = |of: &dyn Fn(&Said) -> bool| {
            let matching = bits(effective).filter(|i| of(self.get(*i))).fold(0, |set, i| set | (1 << i));
            bits(matching)
                .filter(move |i| !bits(matching).any(|j| self.get(j).past & (1 << i) != 0))
                .collect::<Vec<u8>>()
        };
        let mut state = State {
            valid: valid & part,
            effective,
            removed: 0,
            usable: 0,
            known: 0b00_1111,
            roles: [None; DEVICE_COUNT as usize],
            keys: [None; DEVICE_COUNT as usize],
        };
        for i in bits(valid & part) {
            if let Action::Add(d) = self.get(i).action {
                state.known |= 1 << d;
            }
        }
        for d in 0..DEVICE_COUNT {
            let is_removed = bits(effective).any(|i| self.get(i).action == Action::Remove(d));
            let first = match d {
                0..=2 => Some(Role::Admin),
                3 => Some(Role::Edit),
                _ if !bits(effective).any(|i| self.get(i).action == Action::Add(d)) => None,
                4 => Some(Role::Edit),
                _ => Some(Role::Admin),
            };
            let changes = latest(&|said| matches!(said.action, Action::SetRole(t, _) if t == d));
            let changed = changes.iter().filter_map(|i| {
                let Action::SetRole(_, role) = self.get(*i).action else { return None };
                Some(role)
            });
            state.removed |= u8::from(is_removed) << d;
            state.roles[usize::from(d)] =
                if is_removed { None } else { first.map(|role| changed.min().unwrap_or(role)) };
            let updates = latest(&|said| said.action == Action::KeyUpdate && said.author() == d);
            state.keys[usize::from(d)] = updates.into_iter().min_by_key(|i| self.ids[usize::from(*i)]);
        }
        state
    }

    /// E1: minted with effect by a present reader, for present readers under their present keys.
    fn usable(&self, state: &State) -> u8 {
        let as_written = Self { silenced: 0, ..*self };
        let valid = as_written.valid();
        let is_usable = |i: &u8| {
            let said = self.get(*i);
            let mints = matches!(said.action, Action::Rotate | Action::RotateForOthers);
            let view = as_written.describe(valid, said.past, as_written.effective(valid, said.past));
            mints
                && state.readers() & said.signers != 0
                && bits(wrapped(said, &view))
                    .all(|d| state.readers() & (1 << d) != 0 && state.key(d) == view.key(d))
        };
        bits(state.effective).filter(is_usable).fold(0, |set, i| set | (1 << i))
    }
}

/// Whom a minting wraps for, given what its author saw.
pub(super) fn wrapped(said: &Said, view: &State) -> u8 {
    if said.action == Action::RotateForOthers { view.readers() & !said.signers } else { view.readers() }
}

/// M1, M2, M5: whether the operation was permitted to its author.
pub(super) fn is_valid(said: &Said, view: &State) -> bool {
    let is_new = |d: u8| view.role(d).is_none() && view.removed & (1 << d) == 0;
    let fits = match said.action {
        Action::Add(d) => is_new(d),
        Action::SetRole(d, role) => role != Role::Admin || ELIGIBLE & (1 << d) != 0,
        Action::Remove(d) => view.known & (1 << d) != 0,
        Action::KeyUpdate | Action::Rotate | Action::RotateForOthers => true,
    };
    fits && view.role(said.author()) >= Some(needed(said.action)) && holds(said, said.signers, view)
}

/// Whether the signers that are `left` are enough, and the device spoken of is in.
fn holds(said: &Said, left: u8, view: &State) -> bool {
    let object = match said.action {
        Action::SetRole(d, _) => view.role(d).is_some(),
        Action::Add(_) | Action::Remove(_) | Action::KeyUpdate | Action::Rotate | Action::RotateForOthers => {
            true
        }
    };
    let role = needed(said.action);
    object && bits(left).filter(|d| view.role(*d) >= Some(role)).count() >= threshold(said.action)
}

pub(super) fn threshold(action: Action) -> usize {
    match action {
        Action::Add(d) | Action::Remove(d) | Action::SetRole(d, _) if ELIGIBLE & (1 << d) != 0 => 2,
        Action::Add(_)
        | Action::Remove(_)
        | Action::SetRole(..)
        | Action::KeyUpdate
        | Action::Rotate
        | Action::RotateForOthers => 1,
    }
}

fn needed(action: Action) -> Role {
    match action {
        Action::Add(_) | Action::Remove(_) | Action::SetRole(..) => Role::Admin,
        Action::Rotate | Action::RotateForOthers => Role::Edit,
        Action::KeyUpdate => Role::Relay,
    }
}

/// Every causally closed part of a graph.
pub(super) fn closed_parts(said: &[Said]) -> impl Iterator<Item = u8> {
    let all = 1_u16 << said.len();
    (0..all)
        .filter_map(|part| u8::try_from(part).ok())
        .filter(move |part| bits(*part).all(|i| said[usize::from(i)].past & !part == 0))
}
