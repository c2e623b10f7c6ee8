//! Model checker: every small operation graph, on every replica, in every order of delivery.
//!
//! The world has three admins, an ordinary editor, and two devices that may be added. Each graph of up to `k` further
//! operations in which every operation was valid when written is enumerated once, up to the naming of the admins and the
//! order of concurrent operations. For each graph the checker
//!
//! - runs the real reducer and compares it with [`reference`], a second implementation that follows the wording of
//!   `docs/membership.md` and shares no code with the first;
//! - checks the [`laws`] on the graph and on every step by which a replica can have come to it.
//!
//! Why this covers every order of delivery: operations whose past is incomplete are not interpreted, so the state of a
//! replica is that of the largest causally closed part of what it holds. Every such part is a graph of the enumeration,
//! and any delivery is a walk from part to part by single operations.
//!
//! Refused operations are left out: they have no effect, and naming one as predecessor says no more than naming what it
//! names. Signatures play no part here (the operations are built without), everything else is the shipped code.

mod laws;
mod reference;
mod world;

use laws::broken_law;
use reference::{Rules, Story, closed_parts};
use world::{Action, Said, World, actions, voices};

/// Free operations in the graphs of the ordinary run: with the founding and the addition of the editor, graphs of four.
const DEPTH_DEFAULT: usize = 2;
/// Free operations in the random graphs.
const WALK_DEPTH: usize = 7;
/// Random graphs of the ordinary run.
const WALK_COUNT_DEFAULT: u64 = 30;
/// Two founders' devices belong to one person.
const TWO_OF_ONE_PERSON: Rules = Rules { persons: [0, 1, 1, 3, 4, 5], ..Rules::SHIPPED };

/// How deep to go: the torture run sets `KYOSEI_TORTURE` to the number of free operations (4: graphs of six). It is read
/// when the tests are built; cargo builds them anew when it changes.
fn depth() -> usize {
    option_env!("KYOSEI_TORTURE").and_then(|value| value.parse().ok()).unwrap_or(DEPTH_DEFAULT)
}

/// Which share of the graphs to check: `KYOSEI_TORTURE_PART=2/10` is the third of ten, so that a long run can be split
/// and resumed. The shares are cut by the first two free operations.
fn part() -> (u64, u64) {
    let parse = |value: &str| {
        let (part, parts) = value.split_once('/')?;
        Some((part.parse().ok()?, parts.parse().ok().filter(|parts| *parts > 0)?))
    };
    option_env!("KYOSEI_TORTURE_PART").and_then(parse).unwrap_or((0, 1))
}

#[test]
fn every_small_graph_gives_one_lawful_result_on_every_replica() {
    let census = Census::take(Rules::SHIPPED, depth()).unwrap_or_else(|broken| panic!("{broken}"));
    println!("model check: {census:?}");
    assert!(census.with_void > 0 && census.with_removed > 0 && census.with_epoch > 0, "nothing happened");
}

/// Adding, removing and role changes decide who is in; epochs and keys only follow. So these alone go deeper.
#[test]
fn membership_alone_is_lawful_one_operation_deeper() {
    let rules = Rules { with_epochs: false, ..Rules::SHIPPED };
    let deeper = if depth() > DEPTH_DEFAULT { depth() + 1 } else { depth() };
    let census = Census::take(rules, deeper).unwrap_or_else(|broken| panic!("{broken}"));
    println!("model check, membership alone: {census:?}");
}

#[test]
fn two_devices_of_one_person_are_one_thief() {
    let census = Census::take(TWO_OF_ONE_PERSON, depth().min(3)).unwrap_or_else(|broken| panic!("{broken}"));
    println!("model check, two devices of one person: {census:?}");
}

#[test]
fn large_random_graphs_are_lawful_too() {
    let walks = WALK_COUNT_DEFAULT << (4 * depth().saturating_sub(DEPTH_DEFAULT));
    for seed in 0..walks {
        let rules = if seed % 4 == 0 { TWO_OF_ONE_PERSON } else { Rules::SHIPPED };
        let mut world = World::new(rules);
        let mut random = SplitMix(seed);
        while world.story().said.len() < WALK_DEPTH {
            let candidates = candidates(&world.story());
            let pick = usize::try_from(random.next() % candidates.len() as u64).unwrap();
            world.push(candidates[pick]);
            let broken = check(&world, true);
            assert!(broken.is_ok(), "seed {seed}: {}", broken.unwrap_err());
        }
    }
}

/// Each weaker rule breaks the law that it is there for: the laws can fail.
#[test]
fn the_checker_finds_what_is_wrong_with_weaker_rules() {
    let shipped = Rules::SHIPPED;
    let finds = |rules: Rules, depth, law: &str| {
        let broken = Census::take(rules, depth).expect_err(law);
        assert!(broken.contains(law), "wanted: {law}; found: {broken}");
    };
    finds(Rules { standing_guards: false, ..shipped }, 2, laws::ADMINS_SAFE);
    finds(Rules { count_persons: false, ..TWO_OF_ONE_PERSON }, 1, laws::ADMINS_SAFE);
    finds(Rules { removals_stick: false, ..shipped }, 2, laws::NOBODY_RETURNS);
    finds(Rules { removal_voids: false, ..shipped }, 2, laws::APPROVED);
    finds(Rules { demotion_voids: false, ..shipped }, 2, laws::APPROVED);
    finds(Rules { leaving_is_quiet: false, ..shipped }, 2, laws::LEAVING_IS_QUIET);
    finds(
        Rules { minter_must_read: false, minter_knows_removals: false, ..shipped },
        2,
        laws::SEALED_FROM_OTHERS,
    );
}

/// Whether a graph is lawful, and what the real reducer makes of it, if the rules are the shipped ones.
fn outcome(rules: Rules, said: &[(u8, Action, u8)]) -> Result<(), String> {
    let mut world = World::new(rules);
    for (past, action, signers) in said.iter().copied() {
        assert!(world.push(Said { past, action, signers }), "valid when it is said");
    }
    check(&world, rules.is_shipped())
}

/// Finding F16, met by a random life: it takes four operations, more than the ordinary run enumerates.
#[test]
fn an_epoch_that_a_later_one_handed_on_to_a_device_since_removed_is_usable_no_longer() {
    let (add, rotate, remove) = (Action::Add(4), Action::Rotate, Action::Remove(4));
    let said = [(0, rotate, 1), (0, add, 1), (0b11, rotate, 1), (0b111, remove, 1)];
    outcome(Rules::SHIPPED, &said).unwrap();
    let weaker = Rules { chains_hand_on: false, minter_knows_removals: false, ..Rules::SHIPPED };
    let broken = outcome(weaker, &said).unwrap_err();
    assert!(broken.contains(laws::SEALED_FROM_OTHERS), "{broken}");
}

/// Finding F18, met by a random life.
#[test]
fn an_epoch_minted_in_ignorance_of_a_removal_is_not_usable_even_if_the_removed_device_never_had_it() {
    let (demote, rotate, remove) =
        (Action::SetRole(3, crate::Role::Relay), Action::Rotate, Action::Remove(3));
    let said = [(0, demote, 1), (0b1, rotate, 0b10), (0b1, remove, 1)];
    outcome(Rules::SHIPPED, &said).unwrap();
    let broken = outcome(Rules { minter_knows_removals: false, ..Rules::SHIPPED }, &said).unwrap_err();
    assert!(broken.contains(laws::NOBODY_HANDS_ON), "{broken}");
}

/// What was seen on the way.
#[derive(Debug, Default)]
struct Census {
    /// Graphs by number of free operations.
    graphs: Vec<u64>,
    with_void: u64,
    with_removed: u64,
    with_epoch: u64,
    /// Pairs of first operations met so far, to share them out.
    pairs: u64,
}

impl Census {
    /// Enumerates all graphs up to a depth; stops at the first that breaks a law.
    fn take(rules: Rules, depth: usize) -> Result<Self, String> {
        let mut census = Self { graphs: vec![0; depth + 1], ..Self::default() };
        let is_shipped = rules.is_shipped();
        census.explore(&mut World::new(rules), is_shipped, depth)?;
        Ok(census)
    }

    fn explore(&mut self, world: &mut World, is_shipped: bool, left: usize) -> Result<(), String> {
        let story = world.story();
        let state = story.state(story.everything());
        self.graphs[story.said.len()] += 1;
        self.with_void += u64::from(state.effective != state.valid);
        self.with_removed += u64::from(state.removed != 0);
        self.with_epoch += u64::from(state.usable != 0);
        check(world, is_shipped)?;
        if left == 0 {
            return Ok(());
        }
        for next in candidates(&world.story()) {
            if world.is_canonical_with(next) && world.push(next) {
                if self.is_mine(world) {
                    self.explore(world, is_shipped, left - 1)?;
                }
                world.pop();
            }
        }
        Ok(())
    }

    /// Whether the graph is in the share that this run checks.
    fn is_mine(&mut self, world: &World) -> bool {
        if world.story().said.len() != 2 {
            return true;
        }
        let (part, parts) = part();
        self.pairs += 1;
        self.pairs % parts == part
    }
}

/// Checks the laws on a graph, and the real reducer where the rules are the shipped ones.
fn check(world: &World, is_shipped: bool) -> Result<(), String> {
    let story = world.story();
    let state = story.state(story.everything());
    if is_shipped {
        world.check_against(&state);
    }
    match broken_law(&story, &state) {
        Some(law) => Err(format!("{law}\n{:#?}\n{state:#?}", story.said)),
        None => Ok(()),
    }
}

/// Every operation that someone could validly say on any causally closed part of the graph.
fn candidates(story: &Story<'_>) -> Vec<Said> {
    let mut all = Vec::new();
    for past in closed_parts(story.said) {
        let view = story.state(past);
        for action in actions(story.rules) {
            let said = voices(action, &view).into_iter().map(|signers| Said { past, action, signers });
            all.extend(said.filter(|said| story.is_valid(said, &view)));
        }
    }
    all
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough to choose by, and the seed replays.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
