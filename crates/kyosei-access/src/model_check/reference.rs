//! The rules of `docs/membership.md` a second time, as plainly as they can be written.
//!
//! Sets of operations and of devices are bit sets of one byte. Nothing is remembered and nothing is fast; the only input
//! besides the symbolic graph is the order of the real ids, by which concurrent key updates of one device are told apart.

use super::world::{Action, DEVICE_COUNT, Said, bits};
use crate::{OpId, Role};

/// Devices that may be admins: the founders and the second newcomer.
pub(super) const ELIGIBLE: u8 = 0b10_0111;

/// The rules, with the weaker ones that were tried or are often met. Only the default is the shipped reducer's; the
/// others are there to show that the laws can fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// Whose device each is.
    pub(super) persons: [u8; DEVICE_COUNT as usize],
    /// Thresholds follow the standing of a device (finding F1), not its role at the time.
    pub(super) standing_guards: bool,
    /// Approvals count by person (M1), not by device.
    pub(super) count_persons: bool,
    /// A removal keeps its effect when its author is removed concurrently (M3).
    pub(super) removals_stick: bool,
    /// Concurrent removals take signers away (M4).
    pub(super) removal_voids: bool,
    /// Concurrent demotions take signers away (M4).
    pub(super) demotion_voids: bool,
    /// Leaving takes nothing else away (finding F12).
    pub(super) leaving_is_quiet: bool,
    /// An epoch needs a minter who reads now (E1, hole H11).
    pub(super) minter_must_read: bool,
    /// A minting may hand on every epoch that its author knew (finding F16).
    pub(super) chains_hand_on: bool,
    /// An epoch needs a minter who knew every removal (finding F18).
    pub(super) minter_knows_removals: bool,
    /// The alphabet has key updates and mintings.
    pub(super) with_epochs: bool,
}

impl Rules {
    pub(super) const SHIPPED: Self = Self {
        persons: [0, 1, 2, 3, 4, 5],
        standing_guards: true,
        count_persons: true,
        removals_stick: true,
        removal_voids: true,
        demotion_voids: true,
        leaving_is_quiet: true,
        minter_must_read: true,
        chains_hand_on: true,
        minter_knows_removals: true,
        with_epochs: true,
    };

    /// Whether these are the rules of the shipped reducer, whoever owns the devices.
    pub(super) fn is_shipped(&self) -> bool {
        self.standing_guards
            && self.count_persons
            && self.removals_stick
            && self.removal_voids
            && self.demotion_voids
            && self.leaving_is_quiet
            && self.minter_must_read
            && self.chains_hand_on
            && self.minter_knows_removals
    }

    /// How many persons must sign, given the roles that the author saw.
    pub(super) fn threshold(&self, action: Action, view: &State) -> usize {
        let guarded = |d: u8| {
            let by_role = view.role(d) == Some(Role::Admin) || action == Action::SetRole(d, Role::Admin);
            if self.standing_guards { ELIGIBLE & (1 << d) != 0 } else { by_role || action == Action::Add(5) }
        };
        match action {
            Action::Add(d) | Action::Remove(d) | Action::SetRole(d, _) => 1 + usize::from(guarded(d)),
            Action::Leave | Action::KeyUpdate | Action::Rotate | Action::RotateForOthers => 1,
        }
    }

    /// How many persons the signers of a bit set are.
    pub(super) fn count(&self, signers: u8) -> usize {
        let persons = bits(signers).map(|d| self.persons[usize::from(d)]).fold(0_u8, |set, p| set | (1 << p));
        if self.count_persons { persons.count_ones() as usize } else { signers.count_ones() as usize }
    }
}

/// A symbolic graph: what was said, in some order that respects causality, and the real id of each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Story<'a> {
    pub(super) rules: Rules,
    pub(super) said: &'a [Said],
    pub(super) ids: &'a [OpId],
    /// Operations that are taken as if nothing had been said (but known to their successors all the same).
    silenced: u8,
    /// Operations that were permitted when written.
    valid: u8,
    /// For each valid operation the signers who stood behind it when it was written, and how many persons it took.
    quorums: [(u8, usize); 8],
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

impl<'a> Story<'a> {
    pub(super) fn new(rules: Rules, said: &'a [Said], ids: &'a [OpId]) -> Self {
        Self { rules, said, ids, silenced: 0, valid: 0, quorums: [(0, 0); 8] }.judged()
    }

    /// The same, but as if nothing had been said by these operations.
    pub(super) fn without(&self, silenced: u8) -> Self {
        Self { silenced, ..*self }.judged()
    }

    /// M1: each operation is judged by what its author knew, and by nothing else.
    fn judged(mut self) -> Self {
        self.valid = 0;
        for i in bits(self.everything() & !self.silenced) {
            let said = *self.get(i);
            let view = self.describe(said.past, self.effective(said.past));
            if self.is_valid(&said, &view) {
                self.valid |= 1 << i;
                let needed = self.rules.threshold(said.action, &view);
                self.quorums[usize::from(i)] = (voters(&said, said.signers, &view), needed);
            }
        }
        self
    }

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
        let mut state = self.describe(part, self.effective(part));
        state.usable = self.usable(&state);
        state
    }

    /// M3 and M4: removals and then demotions take away the signers of what is concurrent with them.
    fn effective(&self, part: u8) -> u8 {
        let candidates = self.valid & part;
        let removed = |i: u8, d: u8| {
            let takes = |j: u8| {
                self.get(j).action == Action::Remove(d) || (!self.rules.leaving_is_quiet && self.leaves(j, d))
            };
            self.rules.removal_voids && bits(candidates).any(|j| takes(j) && self.are_concurrent(i, j))
        };
        let mut after_removals = 0;
        for i in bits(candidates) {
            let said = self.get(i);
            let (voters, needed) = self.quorums[usize::from(i)];
            let brought_in = |d: u8| {
                d < 4 || bits(after_removals & said.past).any(|j| self.get(j).action == Action::Add(d))
            };
            let left =
                bits(voters).filter(|d| !removed(i, *d) && brought_in(*d)).fold(0, |set, d| set | (1 << d));
            if self.sticks(said) || self.rules.count(left) >= needed {
                after_removals |= 1 << i;
            }
        }
        let demoted =
            |i: u8, d: u8| self.rules.demotion_voids && bits(after_removals).any(|j| self.demotes(j, i, d));
        let mut effective = 0;
        for i in bits(after_removals) {
            let said = self.get(i);
            let view = self.describe(said.past, effective & said.past);
            let left = bits(said.signers)
                .filter(|d| !removed(i, *d) && !demoted(i, *d))
                .fold(0, |set, d| set | (1 << d));
            if self.sticks(said) || self.holds(said, left, &view) {
                effective |= 1 << i;
            }
        }
        effective
    }

    fn sticks(&self, said: &Said) -> bool {
        self.rules.removals_stick && matches!(said.action, Action::Remove(_) | Action::Leave)
    }

    /// Whether the operation is the leaving of the device.
    pub(super) fn leaves(&self, i: u8, d: u8) -> bool {
        self.get(i).action == Action::Leave && self.get(i).author() == d
    }

    /// Whether `j` concurrently leaves the device with too small a role to say `i`.
    pub(super) fn demotes(&self, j: u8, i: u8, d: u8) -> bool {
        let Action::SetRole(target, role) = self.get(j).action else { return false };
        target == d && role < needed(self.get(i).action) && self.are_concurrent(i, j)
    }

    /// What a set of effective operations within a part says.
    fn describe(&self, part: u8, effective: u8) -> State {
        let latest = |of: &dyn Fn(&Said) -> bool| {
            let matching = bits(effective).filter(|i| of(self.get(*i))).fold(0, |set, i| set | (1 << i));
            bits(matching)
                .filter(move |i| !bits(matching).any(|j| self.get(j).past & (1 << i) != 0))
                .collect::<Vec<u8>>()
        };
        let mut state = State {
            valid: self.valid & part,
            effective,
            removed: 0,
            usable: 0,
            known: 0b00_1111,
            roles: [None; DEVICE_COUNT as usize],
            keys: [None; DEVICE_COUNT as usize],
        };
        for i in bits(self.valid & part) {
            if let Action::Add(d) = self.get(i).action {
                state.known |= 1 << d;
            }
        }
        for d in 0..DEVICE_COUNT {
            let is_removed =
                bits(effective).any(|i| self.get(i).action == Action::Remove(d) || self.leaves(i, d));
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

    /// E1: minted with effect by a present reader, for present readers under their present keys, and handed on to no others.
    fn usable(&self, state: &State) -> u8 {
        let as_written = if self.silenced == 0 { *self } else { self.without(0) };
        let is_usable = |i: &u8| {
            let is_known_to_readers = |said: &Said| {
                let view = as_written.describe(said.past, as_written.effective(said.past));
                (!self.rules.minter_must_read || state.readers() & said.signers != 0)
                    && bits(wrapped(said, &view))
                        .all(|d| state.readers() & (1 << d) != 0 && state.key(d) == view.key(d))
            };
            let mut heirs = bits(state.valid).map(|j| self.get(j)).filter(|said| said.hands_on(*i));
            let knew_removals = bits(state.valid)
                .filter(|j| matches!(self.get(*j).action, Action::Remove(_) | Action::Leave))
                .all(|j| self.get(*i).past & (1 << j) != 0);
            self.get(*i).mints()
                && (!self.rules.minter_knows_removals || knew_removals)
                && is_known_to_readers(self.get(*i))
                && (!self.rules.chains_hand_on || heirs.all(is_known_to_readers))
        };
        bits(state.effective).filter(is_usable).fold(0, |set, i| set | (1 << i))
    }

    /// M1, M2, M5: whether the operation was permitted to its author.
    pub(super) fn is_valid(&self, said: &Said, view: &State) -> bool {
        let is_new = |d: u8| view.role(d).is_none() && view.removed & (1 << d) == 0;
        let fits = match said.action {
            Action::Add(d) => is_new(d),
            Action::SetRole(d, Role::Admin) => !self.rules.standing_guards || ELIGIBLE & (1 << d) != 0,
            Action::Remove(d) => view.known & (1 << d) != 0,
            Action::Leave => ELIGIBLE & said.signers == 0,
            Action::SetRole(..) | Action::KeyUpdate | Action::Rotate | Action::RotateForOthers => true,
        };
        fits && view.role(said.author()) >= Some(needed(said.action)) && self.holds(said, said.signers, view)
    }

    /// Whether the signers that are `left` are enough, and the device spoken of is in.
    fn holds(&self, said: &Said, left: u8, view: &State) -> bool {
        let object = match said.action {
            Action::SetRole(d, _) => view.role(d).is_some(),
            Action::Add(_)
            | Action::Remove(_)
            | Action::Leave
            | Action::KeyUpdate
            | Action::Rotate
            | Action::RotateForOthers => true,
        };
        object && self.rules.count(voters(said, left, view)) >= self.rules.threshold(said.action, view)
    }
}

/// Those of the signers who have the role that it takes.
fn voters(said: &Said, signers: u8, view: &State) -> u8 {
    let role = Some(needed(said.action));
    bits(signers).filter(|d| view.role(*d) >= role).fold(0, |set, d| set | (1 << d))
}

/// Whom a minting wraps for, given what its author saw.
pub(super) fn wrapped(said: &Said, view: &State) -> u8 {
    if said.action == Action::RotateForOthers { view.readers() & !said.signers } else { view.readers() }
}

fn needed(action: Action) -> Role {
    match action {
        Action::Add(_) | Action::Remove(_) | Action::SetRole(..) => Role::Admin,
        Action::Rotate | Action::RotateForOthers => Role::Edit,
        Action::Leave | Action::KeyUpdate => Role::Relay,
    }
}

/// Every causally closed part of a graph.
pub(super) fn closed_parts(said: &[Said]) -> impl Iterator<Item = u8> {
    let all = 1_u16 << said.len();
    (0..all)
        .filter_map(|part| u8::try_from(part).ok())
        .filter(move |part| bits(*part).all(|i| said[usize::from(i)].past & !part == 0))
}
