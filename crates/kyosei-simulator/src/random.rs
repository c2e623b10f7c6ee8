//! A committee lives through days that are drawn from a seed.
//!
//! Life-cycle: [`Life::begin`], [`Life::day`] as often as wanted, [`Life::end`]: everything is repaired, everybody talks
//! to everybody, and [`check::settled`] must hold. [`live`] is all of it. Among the laptops are some that were
//! removed and go on, clones, and carriers that lie; deeds that are refused are part of life.

use std::collections::BTreeSet;

use kyosei_access::{DeviceId, Role, SpaceId, Standing};
use kyosei_app::journal::OwnedEntry;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha20Rng;

use crate::check;
use crate::disk::{Disk, Fuse};
use crate::node::{NodeError, Write, doc};
use crate::world::{DAY_MS, World};

/// Documents of a space at most.
const DOCUMENT_COUNT: u8 = 6;
/// Removals of one life at most.
const REMOVALS: usize = 2;
/// Laptops that come later at most.
const NEWCOMERS: usize = 2;
/// Clones of one life at most.
const CLONES: usize = 1;
/// Restored backups of one life at most.
const RESTORES: usize = 3;
/// Events of a day for each laptop.
const EVENT_COUNT_PER_LAPTOP: usize = 3;
/// Lines of a trace that a failure prints.
const TRACE_LINES: usize = 60;

/// How large a life is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Laptops at the beginning.
    pub laptops: usize,
    /// Days.
    pub days: u32,
}

/// A committee in the middle of its life.
pub struct Life {
    /// The world.
    pub world: World,
    /// The space of all, and one of some.
    pub spaces: [SpaceId; 2],
    seed: u64,
    rng: ChaCha20Rng,
    written: Vec<(DeviceId, Write)>,
    backups: Vec<(usize, Disk)>,
    newcomers: usize,
    removals: usize,
    clones: usize,
    restores: usize,
    trace: Vec<String>,
}

/// What happened in a life: equal for equal seeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// A line for each event.
    pub trace: Vec<String>,
    /// Members and documents of each space at the end.
    pub ends: Vec<(usize, Vec<Vec<[u8; 32]>>)>,
    /// Texts that had to be there at the end.
    pub written_count: usize,
}

/// A whole life.
///
/// # Panics
/// If at the end something does not hold that must.
#[must_use]
pub fn live(seed: u64, size: Size) -> Story {
    let mut life = Life::begin(seed, size);
    (0..size.days).for_each(|_| life.day());
    life.end()
}

impl Life {
    /// Founds the committee.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn begin(seed: u64, size: Size) -> Self {
        let roles = [Role::Admin, Role::Admin, Role::Edit, Role::Edit, Role::Relay, Role::Read, Role::Edit];
        let mut world = World::new(seed);
        let founder = world.laptop("0");
        let spaces = [world.found(founder), world.found(founder)];
        for (n, role) in roles.iter().enumerate().take(size.laptops).skip(1) {
            let laptop = world.join(founder, spaces[0], &n.to_string(), *role);
            if n < 3 {
                world.let_in(founder, spaces[1], laptop, *role).unwrap();
            }
        }
        let mut rng = world.branch();
        for node in &mut world.nodes {
            let is_wrong: bool = rng.random_bool(0.2);
            let error: i64 = rng.random_range(-3000 * DAY_MS..3000 * DAY_MS);
            node.clock_error_ms = if is_wrong { error } else { 0 };
        }
        world.pass(0);
        Self {
            world,
            spaces,
            seed,
            rng,
            written: Vec::new(),
            backups: Vec::new(),
            newcomers: 0,
            removals: 0,
            clones: 0,
            restores: 0,
            trace: Vec::new(),
        }
    }

    /// A day passes.
    pub fn day(&mut self) {
        let count = self.world.nodes.len() * EVENT_COUNT_PER_LAPTOP;
        for _ in 0..count {
            self.world.pass(DAY_MS / i64::try_from(count).unwrap());
            self.event();
        }
    }

    /// Everything is repaired and said, and what must hold is checked.
    ///
    /// # Panics
    /// If something does not hold.
    pub fn end(mut self) -> Story {
        let spaces = self.spaces;
        let expected = self.mend();
        let mut ends = Vec::new();
        for (space, written) in spaces.iter().zip(&expected) {
            check::settled(&self.world, *space, written);
            let committee = check::committee(&self.world, *space);
            let reads =
                |index: &&usize| !check::state(&self.world.nodes[**index], *space).documents.is_empty();
            let documents = committee.iter().find(reads).map(|index| {
                check::state(&self.world.nodes[*index], *space).documents.into_values().collect()
            });
            ends.push((committee.len(), documents.unwrap_or_default()));
        }
        let written_count = expected.iter().map(Vec::len).sum();
        Story { trace: std::mem::take(&mut self.trace), ends, written_count }
    }

    /// Repairs everything and lets everybody say everything. Returns what must be readable in each space.
    ///
    /// # Panics
    /// If the world does not settle.
    pub fn mend(&mut self) -> Vec<Vec<Write>> {
        self.world.contacts().into_iter().for_each(|(a, b)| self.world.hang_up(a, b));
        self.world.heal();
        for node in &mut self.world.nodes {
            node.disk.set_fuse(None);
            if !node.is_on() {
                node.boot();
            }
        }
        let spaces = self.spaces;
        spaces.iter().for_each(|space| self.introduce(*space));
        let expected = spaces.iter().map(|space| self.expected(*space)).collect();
        self.world.settle();
        expected
    }

    /// A member whom another one does not know, because the admin who let it in forgot it since, brings a stick: over the
    /// network nobody answers it.
    fn introduce(&mut self, space: SpaceId) {
        let committee = check::committee(&self.world, space);
        for (newcomer, host) in committee.iter().flat_map(|a| committee.iter().map(move |b| (*a, *b))) {
            let device = self.world.nodes[newcomer].device();
            if self.world.nodes[host].journal(space).membership().member(device).is_none() {
                let stick = self.world.nodes[newcomer].table(space).entries();
                self.world.carry(space, host, &stick).unwrap();
            }
        }
    }

    /// What members wrote and a member's disk still has.
    fn expected(&self, space: SpaceId) -> Vec<Write> {
        let committee = check::committee(&self.world, space);
        let members: BTreeSet<DeviceId> =
            committee.iter().map(|index| self.world.nodes[*index].device()).collect();
        let is_somewhere = |write: &Write| {
            committee.iter().any(|index| self.world.nodes[*index].table(space).contains(write.entry))
        };
        let by_members = self.written.iter().filter(|(device, _)| members.contains(device));
        let writes = by_members.map(|(_, write)| write).filter(|write| write.space == space);
        writes.filter(|write| is_somewhere(write)).cloned().collect()
    }

    fn event(&mut self) {
        let node = self.rng.random_range(0..self.world.nodes.len());
        let other = self.rng.random_range(0..self.world.nodes.len());
        let space = self.spaces[usize::from(self.rng.random_bool(0.25))];
        let kind: u32 = self.rng.random_range(0..1000);
        if !self.world.nodes[node].is_on() {
            if kind < 300 {
                self.note(format!("{node} starts"));
                self.world.nodes[node].boot();
            }
            return;
        }
        match kind {
            0..350 => self.write(node, space),
            350..600 => self.talk(node, other),
            600..650 => self.chat(node, other),
            650..700 => self.part(node, other),
            700..760 => {
                self.note_done(format!("{node} keeps house"), node, |node| node.maintain(space).map(|_| ()))
            }
            760..800 => self.note_done(format!("{node} saves"), node, super::node::Node::save),
            800..850 => self.fuse(node),
            850..870 => {
                self.note(format!("{node} is switched off"));
                self.world.crash(node);
            }
            870..890 => {
                let backup = self.world.nodes[node].disk.clone();
                self.note(format!("{node} is backed up"));
                self.backups.push((node, backup));
            }
            890..900 => self.restore(),
            900..903 => self.clone_of(node),
            903..945 => self.carry(node, other, space),
            945..960 => self.note_done(format!("{node} rotates"), node, |node| node.rotate(space)),
            960..970 => self.welcome(node, space),
            970..978 => self.remove(node, other, space),
            978..988 => self.set_role(node, other, space),
            988..994 => self.erase(node, space),
            _ => self.rescue(node, space),
        }
    }

    fn write(&mut self, node: usize, space: SpaceId) {
        let n = self.rng.random_range(0..DOCUMENT_COUNT);
        let key = format!("k{}", self.trace.len());
        let written = self.world.nodes[node].write(space, doc(n), &key, "written");
        self.note(format!("{node} writes {key} into {n}: {}", written.is_ok()));
        if let Ok(write) = written {
            self.written.push((self.world.nodes[node].device(), write));
        }
        self.world.tell(node);
    }

    /// A conversation that may be cut in the middle of it.
    fn talk(&mut self, a: usize, b: usize) {
        let is_cut = self.rng.random_bool(0.3);
        let steps = self.rng.random_range(0..40);
        if !is_cut {
            let ending = self.world.sync(a, b);
            return self.note(format!("{a} talks to {b}: {ending:?}"));
        }
        let is_begun = self.world.dial(a, b);
        (0..steps).for_each(|_| {
            self.world.step();
        });
        self.world.hang_up(a, b);
        self.note(format!("{a} is cut off from {b}: {is_begun}"));
    }

    /// A conversation that stays open while both go on writing.
    fn chat(&mut self, a: usize, b: usize) {
        let is_begun = self.world.dial(a, b);
        self.note(format!("{a} stays in contact with {b}: {is_begun}"));
        for _ in 0..self.rng.random_range(0..4) {
            (0..20).for_each(|_| {
                self.world.step();
            });
            let writer = if self.rng.random_bool(0.5) { a } else { b };
            let space = self.spaces[0];
            if self.world.nodes[writer].is_on() {
                self.write(writer, space);
            }
        }
        self.world.run();
        self.world.hang_up(a, b);
    }

    fn part(&mut self, a: usize, b: usize) {
        let is_apart = self.rng.random_bool(0.5);
        self.note(format!("{a} and {b} reach each other: {}", !is_apart));
        self.world.part(a, b, is_apart);
    }

    fn fuse(&mut self, node: usize) {
        let (at, is_before) = (self.rng.random_range(0..5), self.rng.random_bool(0.5));
        let fuse = if is_before { Fuse::Before(at) } else { Fuse::After(at) };
        self.note(format!("{node} will lose power: {fuse:?}"));
        self.world.nodes[node].disk.set_fuse(Some(fuse));
    }

    fn restore(&mut self) {
        let at: usize = self.rng.random_range(0..1_000_000);
        if self.backups.is_empty() || self.restores == RESTORES {
            return;
        }
        let (node, disk) = self.backups[at % self.backups.len()].clone();
        self.restores += 1;
        self.note(format!("{node} is restored from backup"));
        self.world.crash(node);
        self.world.nodes[node].restore(disk);
    }

    fn clone_of(&mut self, node: usize) {
        if self.clones == CLONES {
            return;
        }
        self.clones += 1;
        let clone = self.world.clone_of(node);
        self.note(format!("{node} is cloned as {clone}"));
    }

    /// Entries that travel by stick or through a mailbox that lies.
    fn carry(&mut self, from: usize, to: usize, space: SpaceId) {
        let mut entries: Vec<OwnedEntry> = self.world.nodes[from].table(space).entries();
        let (share, is_hostile): (f64, bool) = (self.rng.random(), self.rng.random_bool(0.5));
        let mut rng = self.world.branch();
        if is_hostile {
            let again = entries.clone();
            entries.extend(again);
            entries.shuffle(&mut rng);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        entries.truncate((entries.len() as f64 * share) as usize);
        if is_hostile {
            entries.iter_mut().step_by(7).for_each(|entry| distort(entry, &mut rng));
        }
        self.note(format!("a stick from {from} to {to}, hostile: {is_hostile}, {} entries", entries.len()));
        if self.world.nodes[to].is_on() {
            // A laptop that is not in the space refuses the stick.
            let _taken = self.world.carry(space, to, &entries);
        }
    }

    fn welcome(&mut self, admin: usize, space: SpaceId) {
        let role = if self.rng.random_bool(0.7) { Role::Edit } else { Role::Read };
        if self.newcomers == NEWCOMERS {
            return;
        }
        self.newcomers += 1;
        let name = self.world.nodes.len().to_string();
        let joining = self.world.laptop(&name);
        let is_in = self.world.let_in(admin, space, joining, role).is_ok();
        self.note(format!("{admin} lets {joining} in as {role:?}: {is_in}"));
        self.world.tell(admin);
    }

    /// An ordinary laptop is removed by an admin, an admin's with a recovery sheet.
    fn remove(&mut self, admin: usize, gone: usize, space: SpaceId) {
        let device = self.world.nodes[gone].device();
        if self.removals == REMOVALS || device == self.world.nodes[admin].device() || gone == 0 {
            return;
        }
        let sheets = self.sheets_for(admin, device, space);
        let removed = self.world.nodes[admin].remove(space, [device], &sheets);
        self.removals += usize::from(removed.is_ok());
        self.note(format!("{admin} removes {gone}: {}", removed.is_ok()));
        self.world.tell(admin);
    }

    fn set_role(&mut self, admin: usize, other: usize, space: SpaceId) {
        let role = [Role::Read, Role::Edit, Role::Edit, Role::Relay][self.rng.random_range(0..4)];
        let device = self.world.nodes[other].device();
        if other == 0 || device == self.world.nodes[admin].device() {
            return;
        }
        let sheets = self.sheets_for(admin, device, space);
        let set = self.world.nodes[admin].set_role(space, device, role, &sheets);
        self.note(format!("{admin} makes {other} {role:?}: {}", set.is_ok()));
        self.world.tell(admin);
    }

    fn erase(&mut self, node: usize, space: SpaceId) {
        let n = self.rng.random_range(0..DOCUMENT_COUNT);
        let sheets = self.world.sheets[..1].to_vec();
        let erased = self.world.nodes[node].erase(space, [doc(n)], &sheets);
        self.note(format!("{node} erases {n}: {}", erased.is_ok()));
        self.world.tell(node);
    }

    fn rescue(&mut self, node: usize, space: SpaceId) {
        if !self.world.nodes[node].spaces().contains(&space) {
            return;
        }
        let held = self.world.nodes[node].replica(space).standing().held.clone();
        if held.is_empty() {
            return;
        }
        let rescued = self.world.nodes[node].rescue(space, held);
        self.note(format!("{node} rescues what is held: {}", rescued.is_ok()));
        self.world.tell(node);
    }

    /// A second approval, where one is needed.
    fn sheets_for(&self, admin: usize, device: DeviceId, space: SpaceId) -> Vec<ed25519_dalek::SigningKey> {
        let admin = &self.world.nodes[admin];
        let is_in = admin.is_on() && admin.spaces().contains(&space);
        let member = is_in.then(|| admin.journal(space).membership().member(device)).flatten();
        let is_eligible = member.is_some_and(|member| member.standing == Standing::AdminEligible);
        if is_eligible { self.world.sheets[..1].to_vec() } else { Vec::new() }
    }

    fn note_done(
        &mut self,
        what: String,
        node: usize,
        deed: impl FnOnce(&mut crate::node::Node) -> Result<(), NodeError>,
    ) {
        let done = deed(&mut self.world.nodes[node]);
        self.note(format!("{what}: {}", done.is_ok()));
        self.world.tell(node);
    }

    fn note(&mut self, line: String) {
        self.trace.push(line);
    }
}

/// Flips a bit, cuts the payload short, or leaves it out.
pub fn distort(entry: &mut OwnedEntry, rng: &mut impl rand::Rng) {
    let (how, share): (u8, f64) = (rng.random_range(0..4), rng.random());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let at = |len: usize| (len as f64 * share) as usize;
    match (how, &mut entry.payload) {
        (0, Some(payload)) => {
            let at = at(payload.len());
            payload[at] ^= 1;
        }
        (1, Some(payload)) => payload.truncate(at(payload.len())),
        (2, payload) => *payload = None,
        _ => {
            let at = at(entry.header.len());
            entry.header[at] ^= 1;
        }
    }
}

impl Drop for Life {
    #[expect(clippy::print_stderr, reason = "the test harness shows what a failing test prints this way")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            let from = self.trace.len().saturating_sub(TRACE_LINES);
            self.trace[from..].iter().for_each(|line| eprintln!("{line}"));
            eprintln!("replay with KYOSEI_TEST_SEED={}", self.seed);
        }
    }
}
