//! Several laptops that meet after working apart, in every order.

use std::collections::BTreeMap;

use kyosei_app::conflicts::{OpenConflict, conflict_counts, open_conflicts};
use kyosei_app::{DocumentEdit, Register, Writing};
use kyosei_doc::{Actor, DocId};
use kyosei_model::{AuditEvent, DeviceId, MemberId, Supporter};

use crate::world::{AOI, World};

/// One laptop away from the others, and what it wrote there.
pub struct Away {
    pub world: World,
    pub sent: Vec<DocumentEdit>,
}

impl Away {
    pub fn from(world: &World, actor: u8) -> Self {
        Self { world: world.laptop(actor), sent: Vec::new() }
    }

    pub fn write<T, E: std::fmt::Debug>(
        &mut self,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> T {
        let (outcome, edits) = self.world.write_edits(deed).unwrap();
        self.sent.extend(edits);
        outcome
    }
}

/// Everything that people can see of a register.
#[derive(Debug, PartialEq)]
pub struct Seen {
    heads: BTreeMap<DocId, Vec<[u8; 32]>>,
    supporters: Vec<Supporter>,
    trail: Vec<AuditEvent>,
    conflicts: Vec<OpenConflict>,
    counts: BTreeMap<DocId, usize>,
}

pub fn who(actor: Actor) -> Option<(Option<MemberId>, DeviceId)> {
    Some((Some(AOI), DeviceId::from_bytes([actor.0[0]; 32])))
}

pub fn conflicts(register: &Register) -> Vec<OpenConflict> {
    open_conflicts(register, &who)
}

pub fn seen(register: &Register) -> Seen {
    let heads = register.saves().map(|(id, _)| (id, register.document(id).unwrap().unwrap().heads()));
    Seen {
        heads: heads.collect(),
        supporters: register.all_supporters().cloned().collect(),
        trail: register.audit_events().unwrap(),
        conflicts: conflicts(register),
        counts: conflict_counts(register),
    }
}

pub fn take(register: &mut Register, edits: &[DocumentEdit]) {
    for edit in edits {
        register.apply(edit.doc, &[], &[&edit.changes]).unwrap();
    }
}

/// The same register after a restart.
pub fn restarted(register: &Register, is_backwards: bool) -> Register {
    let mut saves: Vec<_> = register.saves().map(|(id, save)| (id, save.to_vec())).collect();
    if is_backwards {
        saves.reverse();
    }
    let mut again = Register::default();
    saves.into_iter().for_each(|(id, save)| again.put_document(id, save));
    again
}

/// All meet: each laptop takes over what the others wrote, and a newcomer does so in every order. All see the same.
pub fn meet(base: &World, away: &[Away]) -> World {
    let mut met = base.laptop(99);
    away.iter().for_each(|one| take(&mut met.register, &one.sent));
    met.now = away.iter().map(|one| one.world.now).fold(base.now, Ord::max);
    let expect = seen(&met.register);
    for order in orders(away.len()) {
        let mut newcomer = base.register.clone();
        order.iter().for_each(|at| take(&mut newcomer, &away[*at].sent));
        assert_eq!(seen(&newcomer), expect, "in the order {order:?}");
    }
    for (at, one) in away.iter().enumerate() {
        let mut register = one.world.register.clone();
        let others = away.iter().enumerate().filter(|(other, _)| *other != at);
        others.for_each(|(_, other)| take(&mut register, &other.sent));
        assert_eq!(seen(&register), expect, "on laptop {at}");
    }
    for is_backwards in [false, true] {
        assert_eq!(seen(&restarted(&met.register, is_backwards)), expect, "after a restart");
    }
    met
}

fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let insert = |order: &Vec<usize>, at| {
        let mut longer = order.clone();
        longer.insert(at, count - 1);
        longer
    };
    shorter.iter().flat_map(|order| (0..count).map(move |at| insert(order, at))).collect()
}
