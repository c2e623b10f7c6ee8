//! The world of the model checker: symbolic operations, and their translation into real ones.

use std::collections::{BTreeMap, BTreeSet};

use super::reference::{Rules, State, Story, wrapped};
use crate::*;

/// Devices 0-2 are founders, 3 is an ordinary editor, 4 an ordinary newcomer, 5 a newcomer who may be admin.
pub(super) const DEVICE_COUNT: u8 = 6;
/// Persons' devices that may be renamed without changing anything.
const INTERCHANGEABLE: u8 = 3;

/// What an operation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Action {
    Remove(u8),
    SetRole(u8, Role),
    Add(u8),
    /// The author's own device leaves.
    Leave,
    KeyUpdate,
    /// Mints an epoch for all readers that the author sees.
    Rotate,
    /// Mints an epoch for all readers but the author: what a removed device would do to look harmless (hole H11).
    RotateForOthers,
}

/// One symbolic operation. `past` is a bit set of earlier operations, causally closed; `signers` of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) past: u8,
    pub(super) action: Action,
    pub(super) signers: u8,
}

impl Said {
    pub(super) fn author(&self) -> u8 {
        u8::try_from(self.signers.trailing_zeros()).unwrap()
    }

    pub(super) fn mints(&self) -> bool {
        matches!(self.action, Action::Rotate | Action::RotateForOthers)
    }

    /// Whether it mints an epoch in knowledge of the operation `i`, whose epoch it may hand on.
    pub(super) fn hands_on(&self, i: u8) -> bool {
        self.mints() && self.past & (1 << i) != 0
    }
}

/// All actions of the alphabet. An ordinary device is made admin only where the rules are to be shown too weak.
pub(super) fn actions(rules: Rules) -> Vec<Action> {
    let roles = |devices: &'static [u8], roles: &'static [Role]| {
        devices.iter().flat_map(|d| roles.iter().map(|role| Action::SetRole(*d, *role)))
    };
    let mut actions = vec![Action::Add(4), Action::Add(5), Action::Leave];
    if rules.with_epochs {
        actions.extend([Action::KeyUpdate, Action::Rotate, Action::RotateForOthers]);
    }
    actions.extend((0..DEVICE_COUNT).map(Action::Remove));
    actions.extend(roles(&[0, 1, 2, 5], &[Role::Edit, Role::Admin]));
    actions.extend(roles(&[3, 4], &[Role::Relay, Role::Edit]));
    if !rules.standing_guards {
        actions.extend(roles(&[3], &[Role::Admin]));
    }
    actions
}

/// Who could say it: for self-chosen acts every member alone, else every admin alone and every pair of admins.
pub(super) fn voices(action: Action, view: &State) -> Vec<u8> {
    let members = (0..DEVICE_COUNT).filter(|d| view.role(*d).is_some());
    if matches!(action, Action::Leave | Action::KeyUpdate | Action::Rotate | Action::RotateForOthers) {
        return members.map(|d| 1 << d).collect();
    }
    let admins: Vec<u8> = members.filter(|d| view.role(*d) == Some(Role::Admin)).collect();
    let pairs = admins.iter().flat_map(|a| admins.iter().map(move |b| (1 << a) | (1 << b)));
    let mut voices: Vec<u8> = pairs.collect();
    voices.sort_unstable();
    voices.dedup();
    voices
}

/// A symbolic graph together with the real operations that it stands for.
pub(super) struct World {
    rules: Rules,
    space: SpaceId,
    base: OpId,
    set: OpSet,
    said: Vec<Said>,
    ids: Vec<OpId>,
}

impl World {
    pub(super) fn new(rules: Rules) -> Self {
        let founder = |d| Founder {
            device: device(d),
            kem: kem(d, 0),
            endpoint: endpoint(d, 0),
            person: person(rules, d),
            sealed_name: SealedBytes::new(Vec::new()),
        };
        let founders = (0..INTERCHANGEABLE).map(founder).collect();
        let genesis = genesis(founders, Policy::default(), BTreeSet::new(), None, [0; 16]).unwrap();
        let space = genesis.space_id();
        let mut set = OpSet::new(space);
        let first = genesis.id();
        set.insert(Verified::unsigned(genesis)).unwrap();
        let mut world = Self { rules, space, base: first, set, said: Vec::new(), ids: Vec::new() };
        let editor = world.body([first], 1, world.add(3));
        world.base = editor.id();
        world.set.insert(Verified::unsigned(editor)).unwrap();
        world
    }

    /// What was said so far.
    pub(super) fn story(&self) -> Story<'_> {
        Story::new(self.rules, &self.said, &self.ids)
    }

    /// Adds an operation, unless the very same was said before.
    pub(super) fn push(&mut self, next: Said) -> bool {
        if self.said.contains(&next) {
            return false;
        }
        let heads: Vec<OpId> = bits(next.past)
            .filter(|i| !bits(next.past).any(|j| self.said[usize::from(j)].past & (1 << i) != 0))
            .map(|i| self.ids[usize::from(i)])
            .collect();
        let prev = if heads.is_empty() { vec![self.base] } else { heads };
        let op = self.real(&next);
        let body = self.body(prev, next.signers, op);
        self.ids.push(body.id());
        self.said.push(next);
        self.set.insert(Verified::unsigned(body)).unwrap()
    }

    pub(super) fn pop(&mut self) {
        self.said.pop();
        self.set.forget(self.ids.pop().unwrap());
    }

    /// Whether the graph would be canonical with one more operation: asked before the operation is made, which takes longer.
    pub(super) fn is_canonical_with(&mut self, next: Said) -> bool {
        self.said.push(next);
        let is_canonical = self.is_canonical();
        self.said.pop();
        is_canonical
    }

    /// Whether this way of writing the graph is the first among all that differ only in the order of concurrent
    /// operations or in the names of the founders. Both conditions hold for the first of them, so none is lost.
    fn is_canonical(&self) -> bool {
        let Some((last, earlier)) = self.said.split_last() else { return true };
        let knows_previous = last.past & (1 << earlier.len() >> 1) != 0;
        if !knows_previous && earlier.last().is_some_and(|previous| last < previous) {
            return false;
        }
        let persons = self.rules.persons;
        let are_alike = |names: &&[u8; 3]| {
            persons[..3] == names.map(|name| persons[usize::from(name)]) || persons == Rules::SHIPPED.persons
        };
        PERMUTATIONS.iter().filter(are_alike).all(|names| {
            let renamed: Vec<Said> = self.said.iter().map(|each| rename(each, names)).collect();
            self.said <= renamed
        })
    }

    /// Compares what the real reducer says of the set with the reference.
    pub(super) fn check_against(&self, state: &State) {
        let real = reduce(&self.set);
        let context = || format!("{:#?}\n{state:#?}", self.said);
        assert!(real.refused().is_empty(), "refused {:?} in {}", real.refused(), context());
        for d in 0..DEVICE_COUNT {
            assert_eq!(real.role(device(d)), state.role(d), "role of {d} in {}", context());
            assert_eq!(real.removed().contains(&device(d)), state.removed & (1 << d) != 0, "{}", context());
            if let Some(member) = real.member(device(d)) {
                let version = self.key_version_of(d, state);
                let keys = (kem(d, version), endpoint(d, version));
                assert_eq!((member.kem, member.endpoint), keys, "keys of {d} in {}", context());
            }
        }
        for (i, id) in self.ids.iter().enumerate() {
            assert_eq!(
                !real.void().contains_key(id),
                state.effective & (1 << i) != 0,
                "op {i} in {}",
                context()
            );
        }
        let usable =
            real.epochs().filter(|(_, epoch)| epoch.is_usable).map(|(id, _)| id).collect::<BTreeSet<_>>();
        let expected = bits(state.usable).map(|i| recipient(&self.said[usize::from(i)]).id()).collect();
        assert_eq!(usable, expected, "usable epochs in {}", context());
        assert!(real.preferred_epoch().is_none_or(|id| usable.contains(&id)));
        assert_eq!(real.preferred_epoch().is_none(), usable.is_empty());
    }

    fn body(&self, prev: impl IntoIterator<Item = OpId>, signers: u8, op: MemberOp) -> OpBody {
        let mut signers = bits(signers).map(|d| Signer::from(device(d)));
        let author = signers.next().unwrap();
        OpBody::new(self.space, prev, author, op).unwrap().with_approvers(signers).unwrap()
    }

    fn real(&self, said: &Said) -> MemberOp {
        match said.action {
            Action::Remove(d) => removal(d),
            Action::Leave => removal(said.author()),
            Action::SetRole(d, role) => MemberOp::SetRole(SetRole { device: device(d), role }),
            Action::Add(d) => self.add(d),
            Action::KeyUpdate => {
                let (author, version) = (said.author(), key_version(said));
                MemberOp::KeyUpdate(KeyUpdate {
                    kem: Some(kem(author, version)),
                    endpoint: Some(endpoint(author, version)),
                })
            }
            Action::Rotate | Action::RotateForOthers => {
                let view = self.story().state(said.past);
                let wrap = |d| ((device(d), self.key_of(d, &view).id()), SealedBytes::new(Vec::new()));
                MemberOp::Rotate(Rotate {
                    recipient: recipient(said),
                    chain: Some(SealedBytes::new(Vec::new())),
                    wraps: bits(wrapped(said, &view)).map(wrap).collect(),
                    recovery_wraps: BTreeMap::new(),
                })
            }
        }
    }

    fn key_of(&self, d: u8, view: &State) -> KemRecipient {
        kem(d, self.key_version_of(d, view))
    }

    fn key_version_of(&self, d: u8, view: &State) -> u8 {
        view.key(d).map_or(0, |i| key_version(&self.said[usize::from(i)]))
    }

    fn add(&self, d: u8) -> MemberOp {
        let (standing, role) =
            if d == 5 { (Standing::AdminEligible, Role::Admin) } else { (Standing::Ordinary, Role::Edit) };
        let claim = DeviceClaim::unsigned(device(d), kem(d, 0), endpoint(d, 0), standing);
        let person = person(self.rules, d);
        MemberOp::Add(Add {
            cert: DeviceCert { claim, person, sealed_name: SealedBytes::new(Vec::new()) },
            role,
        })
    }
}

/// The members of a bit set.
pub(super) fn bits(set: u8) -> impl Iterator<Item = u8> + Clone {
    (0..8).filter(move |i| set & (1 << i) != 0)
}

const PERMUTATIONS: [[u8; 3]; 5] = [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

fn rename(said: &Said, names: &[u8; 3]) -> Said {
    let name = |d: u8| names.get(usize::from(d)).copied().unwrap_or(d);
    Said {
        past: said.past,
        signers: bits(said.signers).fold(0, |set, d| set | (1 << name(d))),
        action: match said.action {
            Action::Remove(d) => Action::Remove(name(d)),
            Action::SetRole(d, role) => Action::SetRole(name(d), role),
            other @ (Action::Add(_)
            | Action::Leave
            | Action::KeyUpdate
            | Action::Rotate
            | Action::RotateForOthers) => other,
        },
    }
}

fn removal(d: u8) -> MemberOp {
    MemberOp::Remove(Remove { devices: [device(d)].into(), cuts: BTreeMap::new() })
}

/// Distinct for distinct updates of one device, and not the first version.
fn key_version(said: &Said) -> u8 {
    said.past | 0x80
}

fn person(rules: Rules, d: u8) -> PersonId {
    PersonId::from_bytes([rules.persons[usize::from(d)]; 16])
}

fn device(d: u8) -> DeviceId {
    DeviceId::from_bytes([d; 32])
}

fn kem(d: u8, version: u8) -> KemRecipient {
    let mut bytes = [d; 32];
    bytes[0] = version;
    KemRecipient::from_bytes(bytes)
}

fn endpoint(d: u8, version: u8) -> EndpointKey {
    EndpointKey::from_bytes(*kem(d, version).as_bytes())
}

/// Distinct for distinct operations.
fn recipient(said: &Said) -> EpochRecipient {
    let mut bytes = [0; 32];
    bytes[0] = said.past;
    bytes[1] = said.signers;
    bytes[2] = u8::from(said.action == Action::Rotate);
    EpochRecipient::from_bytes(bytes)
}
