//! Laptops, a clock, and who reaches whom.
//!
//! Time moves only by [`World::pass`] and by deliveries. A contact is opened by [`World::dial`] and lives until it is hung
//! up, cut, or a side fails; [`World::step`] delivers the next bytes. [`World::sync`] is a whole conversation and
//! [`World::settle`] all of them, until nobody has anything to say.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{PersonId, Policy, Role, SpaceId, Standing};
use kyosei_vault::Identity;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

use crate::contact::Contact;
use crate::node::{Founder, Node, NodeError, sheets};

/// When every run begins, in Unix milliseconds (September 2026).
pub const START_MS: i64 = 1_790_000_000_000;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Rounds of everybody talking to everybody after which a world must be settled.
const PATIENCE_ROUNDS: usize = 24;
/// Deliveries after which a conversation must be over.
const PATIENCE_DELIVERIES: usize = 100_000;

/// The world of a run.
pub struct World {
    /// The laptops.
    pub nodes: Vec<Node>,
    /// Approval keys of the recovery sheets of all spaces.
    pub sheets: Vec<SigningKey>,
    /// The recovery identity of all spaces.
    pub recovery: Identity,
    now_ms: i64,
    rng: ChaCha20Rng,
    contacts: BTreeMap<(usize, usize), Contact>,
    apart: BTreeSet<(usize, usize)>,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Both sides know that they have the same.
    Level,
    /// It did not begin: off, apart, or no space in common.
    NotBegun,
    /// It was over before: cut, refused, or a side failed.
    Over,
    /// Everything was said, and yet they do not have the same.
    Stuck,
}

impl World {
    /// An empty world.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let (sheets, recovery) = sheets(&mut rng);
        Self {
            nodes: Vec::new(),
            sheets,
            recovery,
            now_ms: START_MS,
            rng,
            contacts: BTreeMap::new(),
            apart: BTreeSet::new(),
        }
    }

    /// A laptop of a person of its own.
    pub fn laptop(&mut self, name: &str) -> usize {
        let mut person = [0; 16];
        self.rng.fill_bytes(&mut person);
        let person = PersonId::from_bytes(person);
        let rng = self.branch();
        self.put(Node::new(name, person, rng))
    }

    /// A second machine with the keys and the disk of a laptop, as they are now.
    pub fn clone_of(&mut self, original: usize) -> usize {
        let node = &self.nodes[original];
        let (name, person) = (format!("{} (clone)", node.name), node.person);
        let (keys, mut disk) = (std::sync::Arc::clone(&node.keys), node.disk.clone());
        disk.set_fuse(None);
        let rng = self.branch();
        self.put(Node::with_disk(&name, person, keys, disk, rng))
    }

    /// A space that a laptop founds.
    ///
    /// # Panics
    /// If the power goes meanwhile.
    pub fn found(&mut self, founder: usize) -> SpaceId {
        let founding = Founder {
            name: "founder",
            policy: Policy::default(),
            sheets: &self.sheets,
            recovery: self.recovery.recipient().unwrap(),
        };
        self.nodes[founder].found(&founding).unwrap()
    }

    /// A new laptop that `admin` lets into a space, as far as the two are concerned: it has the operations of a welcome and
    /// nothing else.
    ///
    /// # Panics
    /// If it may not.
    pub fn join(&mut self, admin: usize, space: SpaceId, name: &str, role: Role) -> usize {
        let joining = self.laptop(name);
        self.let_in(admin, space, joining, role).unwrap();
        joining
    }

    /// Lets a laptop into a space.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn let_in(
        &mut self,
        admin: usize,
        space: SpaceId,
        joining: usize,
        role: Role,
    ) -> Result<(), NodeError> {
        let is_admin = role == Role::Admin;
        let standing = if is_admin { Standing::AdminEligible } else { Standing::Ordinary };
        let approvals = if is_admin { self.sheets[..1].to_vec() } else { Vec::new() };
        let [admin, joining] = self.nodes.get_disjoint_mut([admin, joining]).unwrap();
        admin.add(space, joining, role, standing, &approvals)?;
        joining.enter(admin.journal(space).operations().clone())
    }

    /// The clock of the world, in Unix milliseconds.
    #[must_use]
    pub const fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Time passes.
    pub fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        self.nodes.iter_mut().for_each(|node| node.set_clock(self.now_ms));
    }

    /// Numbers for whatever is drawn.
    pub const fn rng(&mut self) -> &mut ChaCha20Rng {
        &mut self.rng
    }

    /// Two laptops reach each other no longer, or again.
    pub fn part(&mut self, a: usize, b: usize, is_apart: bool) {
        let pair = (a.min(b), a.max(b));
        if is_apart {
            self.apart.insert(pair);
            self.hang_up(a, b);
        } else {
            self.apart.remove(&pair);
        }
    }

    /// All laptops reach each other.
    pub fn heal(&mut self) {
        self.apart.clear();
    }

    /// Opens a contact; says whether it came about.
    pub fn dial(&mut self, a: usize, b: usize) -> bool {
        let pair = (a.min(b), a.max(b));
        let entropy = [self.entropy(), self.entropy()];
        if a == b || self.apart.contains(&pair) || self.contacts.contains_key(&pair) {
            return false;
        }
        let Some(contact) = Contact::dial(&self.nodes, a, b, entropy) else { return false };
        self.contacts.insert(pair, contact);
        self.pump();
        true
    }

    /// Ends a contact; what was on its way is lost.
    pub fn hang_up(&mut self, a: usize, b: usize) {
        self.contacts.remove(&(a.min(b), a.max(b)));
    }

    /// The power of a laptop goes.
    pub fn crash(&mut self, node: usize) {
        self.nodes[node].crash();
        self.contacts.retain(|(a, b), _| *a != node && *b != node);
    }

    /// The pairs that are in contact.
    #[must_use]
    pub fn contacts(&self) -> Vec<(usize, usize)> {
        self.contacts.keys().copied().collect()
    }

    /// A whole conversation, in pieces of any size.
    pub fn sync(&mut self, a: usize, b: usize) -> Ending {
        if !self.dial(a, b) {
            return Ending::NotBegun;
        }
        let pair = (a.min(b), a.max(b));
        for _ in 0..PATIENCE_DELIVERIES {
            if !self.step() {
                break;
            }
        }
        let Some(contact) = self.contacts.remove(&pair) else { return Ending::Over };
        if contact.is_level(&self.nodes) { Ending::Level } else { Ending::Stuck }
    }

    /// Delivers some bytes on one contact; says whether there was anything to deliver.
    pub fn step(&mut self) -> bool {
        let lanes = self
            .contacts
            .iter()
            .flat_map(|(pair, contact)| (0..2).filter(|end| contact.has_bytes(*end)).map(|end| (*pair, end)));
        let lanes: Vec<((usize, usize), usize)> = lanes.collect();
        let draw: usize = self.rng.random_range(0..1_000_000);
        let (frames, share) = (self.rng.random_range(0..8), self.rng.random());
        if lanes.is_empty() {
            return false;
        }
        let (pair, end) = lanes[draw % lanes.len()];
        self.pass(20);
        // A piece of a frame alone may be nothing new; so at least one whole frame most of the time.
        self.deliver(pair, end, frames, share);
        true
    }

    /// Runs all open contacts until nothing is on its way.
    pub fn run(&mut self) {
        for _ in 0..PATIENCE_DELIVERIES {
            if !self.step() {
                return;
            }
        }
        panic!("the laptops never stop talking");
    }

    /// Tells the peers of a laptop what it has now, after it wrote something.
    pub fn tell(&mut self, node: usize) {
        if !self.nodes[node].is_on() {
            return self.crash(node);
        }
        for contact in self.contacts.values_mut() {
            contact.refresh(node, &self.nodes);
        }
        self.pump();
    }

    /// Everybody talks to everybody and does what is due, until nothing changes.
    ///
    /// # Panics
    /// If that takes more rounds than it may.
    pub fn settle(&mut self) {
        for _ in 0..PATIENCE_ROUNDS {
            let before = self.sizes();
            for a in 0..self.nodes.len() {
                for b in a + 1..self.nodes.len() {
                    let ending = self.sync(a, b);
                    assert_ne!(ending, Ending::Stuck, "{} and {}", self.nodes[a].name, self.nodes[b].name);
                }
            }
            let mut is_quiet = true;
            for node in self.nodes.iter_mut().filter(|node| node.is_on()) {
                for space in node.spaces() {
                    is_quiet &= !node.maintain(space).unwrap_or(false);
                }
            }
            if is_quiet && before == self.sizes() {
                return;
            }
        }
        panic!("the world does not settle");
    }

    /// Hands over entries by any other way than a contact: a stick, a mailbox that lies.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn carry(
        &mut self,
        space: SpaceId,
        to: usize,
        entries: &[kyosei_app::journal::OwnedEntry],
    ) -> Result<(), NodeError> {
        let taken = self.nodes[to].take_in(space, entries).map(|_| ());
        self.tell(to);
        taken
    }

    fn deliver(&mut self, pair: (usize, usize), end: usize, frames: usize, share: f64) {
        let Some(mut contact) = self.contacts.remove(&pair) else { return };
        let delivered = contact.deliver(&mut self.nodes, end, frames, share);
        let node = contact.nodes()[end];
        let is_off = !self.nodes[node].is_on();
        if !delivered.is_over && !is_off {
            self.contacts.insert(pair, contact);
        }
        if is_off {
            self.crash(node);
        } else if delivered.has_received {
            self.tell(node);
        }
        self.pump();
    }

    /// Lets every side of every contact send.
    fn pump(&mut self) {
        let nodes = &mut self.nodes;
        self.contacts.retain(|_, contact| contact.pump(nodes).is_ok());
    }

    fn put(&mut self, mut node: Node) -> usize {
        node.set_clock(self.now_ms);
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn sizes(&self) -> Vec<(usize, usize)> {
        let size =
            |node: &Node, space| (node.table(space).len(), node.table(space).awaited(usize::MAX).len());
        self.nodes
            .iter()
            .filter(|node| node.is_on())
            .flat_map(|node| node.spaces().into_iter().map(|space| size(node, space)))
            .collect()
    }

    fn entropy(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }

    /// Randomness of its own for a part of the world.
    pub fn branch(&mut self) -> ChaCha20Rng {
        ChaCha20Rng::from_seed(self.entropy())
    }
}
