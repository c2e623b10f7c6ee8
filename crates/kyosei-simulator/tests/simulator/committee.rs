//! The committee that most scenarios begin with.

use kyosei_access::{Role, SpaceId};
use kyosei_simulator::check;
use kyosei_simulator::node::{Write, doc};
use kyosei_simulator::world::World;
use kyosei_testkit::Seed;

/// A world with one space: an admin, two editors, a reader and a mailbox, all of one mind.
pub struct Committee {
    pub world: World,
    pub space: SpaceId,
    pub admin: usize,
    pub editor: usize,
    pub other: usize,
    pub reader: usize,
    pub mailbox: usize,
    /// What honest people wrote.
    pub written: Vec<Write>,
    _seed: Seed,
}

impl Committee {
    pub fn new() -> Self {
        let seed = Seed::of_test();
        let mut world = World::new(seed.value());
        let admin = world.laptop("admin");
        let space = world.found(admin);
        let editor = world.join(admin, space, "editor", Role::Edit);
        let other = world.join(admin, space, "other", Role::Edit);
        let reader = world.join(admin, space, "reader", Role::Read);
        let mailbox = world.join(admin, space, "mailbox", Role::Relay);
        let mut committee =
            Self { world, space, admin, editor, other, reader, mailbox, written: Vec::new(), _seed: seed };
        committee.write(admin, 1, "first");
        committee.write(editor, 2, "second");
        committee.world.settle();
        committee
    }

    /// A further admin, whom the first one and a recovery sheet let in.
    pub fn admit_admin(&mut self, name: &str) -> usize {
        self.world.join(self.admin, self.space, name, Role::Admin)
    }

    /// Writes a text that must not be lost, under a key of its own.
    pub fn write(&mut self, node: usize, n: u8, text: &str) {
        let key = format!("k{}", self.written.len());
        let write = self.world.nodes[node].write(self.space, doc(n), &key, text).unwrap();
        self.written.push(write);
        self.world.tell(node);
    }

    /// Writes a text that nobody counts on.
    pub fn scribble(&mut self, node: usize, n: u8, key: &str) -> Write {
        self.world.nodes[node].write(self.space, doc(n), key, "scribbled").unwrap()
    }

    /// The text under a key of a document on a node.
    pub fn text(&self, node: usize, n: u8, key: &str) -> Option<String> {
        self.world.nodes[node].text(self.space, doc(n), key)
    }

    /// Whatever must hold after everybody talked to everybody.
    #[track_caller]
    pub fn settle(&mut self) {
        self.world.settle();
        check::settled(&self.world, self.space, &self.written);
    }

    pub fn table(&self, node: usize) -> Vec<kyosei_app::journal::OwnedEntry> {
        self.world.nodes[node].table(self.space).entries()
    }

    pub fn state(&self, node: usize) -> check::State {
        check::state(&self.world.nodes[node], self.space)
    }

    pub fn device(&self, node: usize) -> kyosei_access::DeviceId {
        self.world.nodes[node].device()
    }
}
