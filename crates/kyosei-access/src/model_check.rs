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
//! Signatures play no part here (the operations are built without), everything else is the shipped code.

mod laws;
mod reference;
mod world;

use laws::check_laws;
use reference::{Story, closed_parts, is_valid};
use world::{Said, World, actions, voices};

/// Free operations in the graphs of the ordinary test run. Together with the founding and the addition of the editor the
/// largest graphs have five operations, with [`EVERY_DEVICE`] three of them between any of the devices.
const DEPTH_DEFAULT: usize = 2;

/// Reads how deep to go: the torture run sets `KYOSEI_TORTURE` to the number of free operations (4 = graphs of 6).
fn depth() -> usize {
    std::env::var("KYOSEI_TORTURE").ok().and_then(|value| value.parse().ok()).unwrap_or(DEPTH_DEFAULT)
}

#[derive(Debug, Default)]
struct Census {
    graphs: Vec<u64>,
    with_void: u64,
    with_removed: u64,
    with_epoch: u64,
}

#[test]
fn every_small_graph_gives_one_lawful_result_on_every_replica() {
    let mut census = Census { graphs: vec![0; depth() + 1], ..Census::default() };
    explore(&mut World::new(), depth(), &mut census);
    println!("model check: {census:?}");
    assert!(census.with_void > 0 && census.with_removed > 0 && census.with_epoch > 0, "nothing happened");
}

fn explore(world: &mut World, left: usize, census: &mut Census) {
    let story = world.story();
    let state = story.state(story.everything());
    census.graphs[story.said.len()] += 1;
    census.with_void += u64::from(state.effective != state.valid);
    census.with_removed += u64::from(state.removed != 0);
    census.with_epoch += u64::from(state.usable != 0);
    world.check_against(&state);
    check_laws(&world.story(), &state);
    if left == 0 {
        return;
    }
    for next in candidates(&world.story()) {
        if world.push(next) {
            if world.is_canonical() {
                explore(world, left - 1, census);
            }
            world.pop();
        }
    }
}

/// Every operation that someone could validly say on any causally closed part of the graph.
fn candidates(story: &Story<'_>) -> Vec<Said> {
    let mut all = Vec::new();
    for past in closed_parts(story.said) {
        let view = story.state(past);
        for action in actions() {
            let said = voices(action, &view).into_iter().map(|signers| Said { past, action, signers });
            all.extend(said.filter(|said| is_valid(said, &view)));
        }
    }
    all
}
