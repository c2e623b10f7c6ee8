//! Whatever people do on three laptops and in whatever order the laptops meet: who has the same changes sees the same.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use kyosei_app::conflicts::{Choice, resolve};
use kyosei_app::consents::{DecisionMade, record_consent};
use kyosei_app::imports::{Decisions, ImportedFile, UpdatePolicy, import_registrations, undo_import};
use kyosei_app::register::is_present;
use kyosei_app::supporters::{
    Edit, add_supporter, edit_supporter, erasure_group, keep_apart, merge_supporters, prepare_erasure,
    withdraw_supporter,
};
use kyosei_app::{DocumentEdit, Writing};
use kyosei_doc::DocId;
use kyosei_doc::record::supporter::doc_id;
use kyosei_model::{
    Channel, ContactPreference, Decision, Evidence, Field, Interest, PublicName, Purpose, Scope, Sensitive,
    Source, Status, SupporterId,
};
use kyosei_testkit::Seed;
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;
use rand_chacha::ChaCha20Rng;

use crate::laptops::{conflicts, restarted, seen, take};
use crate::world::{AOI, World, file, person, row};

const ROUNDS: u32 = 12;
const STEPS: u32 = 60;
const FIELDS: [Field; 4] = [Field::City, Field::Tel, Field::Email, Field::Message];

/// What travels between laptops.
#[derive(Clone)]
enum Sent {
    Edits(Vec<DocumentEdit>),
    Erased(BTreeSet<DocId>),
}

struct Laptop {
    world: World,
    /// What is here, by its place in the pool, in the order in which it came.
    here: Vec<usize>,
}

impl Laptop {
    fn set(&self) -> BTreeSet<usize> {
        self.here.iter().copied().collect()
    }

    fn take(&mut self, at: usize, pool: &[Sent]) {
        self.here.push(at);
        match &pool[at] {
            Sent::Edits(edits) => take(&mut self.world.register, edits),
            Sent::Erased(docs) => docs.iter().for_each(|doc| self.world.register.forget(*doc)),
        }
    }

    fn does<T, E>(
        &mut self,
        pool: &mut Vec<Sent>,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> bool {
        let Ok((_, edits)) = self.world.write_edits(deed) else { return false };
        self.here.push(pool.len());
        pool.push(Sent::Edits(edits));
        true
    }
}

fn pick(laptop: &Laptop, rng: &mut ChaCha20Rng) -> Option<SupporterId> {
    let ids: Vec<SupporterId> = laptop.world.register.all_supporters().map(|one| one.id).collect();
    // Mostly the same few, so that people come across each other's work.
    let few = &ids[..ids.len().min(if rng.random_bool(0.8) { 3 } else { ids.len() })];
    few.choose(rng).copied()
}

fn random_edit(rng: &mut ChaCha20Rng) -> Edit {
    let field = FIELDS[rng.random_range(0..FIELDS.len())];
    let n = rng.random_range(0..3_u8);
    let value = if field == Field::Email {
        format!("n{n}@example.jp")
    } else if field == Field::Tel {
        format!("0467-22-111{n}")
    } else {
        format!("{n}番")
    };
    let mut edit = Edit { text: vec![(field, rng.random_bool(0.7).then_some(value))], ..Edit::default() };
    if rng.random_bool(0.2) {
        edit.public_name = [PublicName::No, PublicName::Name, PublicName::Initials].choose(rng).copied();
        edit.contact_preference = [ContactPreference::None, ContactPreference::Post].choose(rng).copied();
    }
    if rng.random_bool(0.2) {
        edit.interests = Some([Interest::Film, Interest::Jobs].choose(rng).copied().into_iter().collect());
    }
    edit
}

fn deed(laptop: &mut Laptop, pool: &mut Vec<Sent>, rng: &mut ChaCha20Rng) {
    let n = rng.random_range(0..4_u8);
    let kind = rng.random_range(0..30_u8);
    let (Some(a), Some(b)) = (pick(laptop, rng), pick(laptop, rng)) else {
        let new = person(&[(Field::Name, "森 健一")]);
        laptop.does(pool, |writing| add_supporter(writing, new));
        return;
    };
    match kind {
        0..=2 => {
            let new = person(&[(Field::Name, "山田 花子"), (Field::Email, &format!("n{n}@example.jp"))]);
            laptop.does(pool, |writing| add_supporter(writing, new));
        }
        3..=17 => {
            let edit = random_edit(rng);
            laptop.does(pool, |writing| edit_supporter(writing, a, edit));
        }
        18..=20 => {
            let made = DecisionMade {
                purpose: Purpose::EventMail,
                decision: [Decision::Given, Decision::Withdrawn][usize::from(n % 2)],
                channel: Channel::Phone,
                evidence: Evidence::Heard(AOI),
                given_at: laptop.world.now,
                scope: Scope::General,
                expires: None,
                guardian: None,
                reason: None,
            };
            laptop.does(pool, |writing| record_consent(writing, a, made));
        }
        21 if n < 2 => {
            laptop.does(pool, |writing| withdraw_supporter(writing, a, Channel::Email));
        }
        22 => {
            let choices: BTreeMap<_, _> =
                Field::ALL.iter().map(|field| (*field, kyosei_model::Choice::Kept)).collect();
            laptop.does(pool, |writing| merge_supporters(writing, a, b, &choices));
        }
        23 => {
            laptop.does(pool, |writing| keep_apart(writing, a, b));
        }
        24 => import_or_undo(laptop, pool, rng),
        25 if n == 0 => erase(laptop, pool, a),
        26..=27 => {
            let open = conflicts(&laptop.world.register);
            if let Some(conflict) = open.choose(rng) {
                let choice = match rng.random_range(0..=conflict.values.len()) {
                    place if place < conflict.values.len() => Choice::Value(place),
                    _ => Choice::New(Sensitive::new("initials".into())),
                };
                laptop.does(pool, |writing| resolve(writing, conflict, &choice));
            }
        }
        _ => {}
    }
}

fn import_or_undo(laptop: &mut Laptop, pool: &mut Vec<Sent>, rng: &mut ChaCha20Rng) {
    let done: Vec<_> = laptop.world.register.import_ids().collect();
    if let Some(id) = done.choose(rng).copied().filter(|_| rng.random_bool(0.5)) {
        laptop.does(pool, |writing| undo_import(writing, id));
        return;
    }
    let n = rng.random_range(0..4_u8);
    let preview =
        laptop.world.preview(&file(&[row("佐藤 恵", "さとう めぐみ", &format!("n{n}@example.jp"), "はい")]));
    let source = ImportedFile { name: Sensitive::new("回答.csv".into()), source: Source::GoogleCsv };
    let decisions = Decisions { rows: BTreeMap::new(), updates: UpdatePolicy::Update };
    laptop.does(pool, |writing| {
        import_registrations(writing, &source, &preview, &decisions, &mut |_| ControlFlow::Continue(()))
    });
}

fn erase(laptop: &mut Laptop, pool: &mut Vec<Sent>, id: SupporterId) {
    let group = erasure_group(&laptop.world.register, id);
    if laptop.does(pool, |writing| prepare_erasure(writing, &group)) {
        pool.push(Sent::Erased(group.iter().map(|one| doc_id(*one)).collect()));
        laptop.take(pool.len() - 1, pool);
    }
}

/// Takes over the first part of what the other has, in the order in which it came there, which is causal.
fn meet(laptops: &mut [Laptop], at: usize, other: usize, share: f64, pool: &[Sent]) {
    let known = laptops[at].set();
    let new: Vec<usize> = laptops[other].here.iter().copied().filter(|sent| !known.contains(sent)).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a short list")]
    let count = (new.len() as f64 * share).ceil() as usize;
    new.iter().take(count).for_each(|sent| laptops[at].take(*sent, pool));
}

fn check(laptops: &[Laptop]) {
    for (at, laptop) in laptops.iter().enumerate() {
        for other in &laptops[..at] {
            if laptop.set() == other.set() {
                assert_eq!(seen(&laptop.world.register), seen(&other.world.register));
            }
        }
    }
}

/// Nobody vanishes: of every group of records one counts, unless all were emptied with their import.
fn check_nobody_vanished(world: &World) {
    for record in world.register.all_supporters() {
        let group = world.register.group(record.id);
        let mut here = group.iter().filter_map(|id| world.register.supporter(*id));
        let somebody = here.clone().any(is_present);
        assert!(somebody || here.any(|one| one.status == Status::Erased), "{}", record.id);
    }
}

#[test]
fn laptops_with_the_same_changes_have_equal_heads_records_and_conflicts() {
    let seed = Seed::of_test();
    let mut conflict_count = 0;
    for round in 0..ROUNDS {
        let mut rng = seed.branch(&round.to_string()).rng();
        let mut pool = Vec::new();
        let mut laptops = three_laptops();
        for _ in 0..STEPS {
            let at = rng.random_range(0..3_usize);
            if rng.random_bool(0.1) {
                let (other, share) = (rng.random_range(0..3_usize), rng.random_range(0.0..1.5_f64).min(1.0));
                meet(&mut laptops, at, other, share, &pool);
                check(&laptops);
            } else {
                deed(&mut laptops[at], &mut pool, &mut rng);
            }
        }
        meet_all(&mut laptops, &pool);
        let register = &laptops[0].world.register;
        conflict_count += conflicts(register).len();
        check_nobody_vanished(&laptops[0].world);
        assert_eq!(
            seen(&restarted(register, round % 2 == 0)),
            seen(register),
            "round {round}, after a restart"
        );
        resolve_all(&mut laptops[1], &mut pool);
        meet_all(&mut laptops, &pool);
        assert!(
            conflicts(&laptops[0].world.register).is_empty(),
            "round {round}, after everything was decided"
        );
    }
    assert!(conflict_count > 0, "positive control: there was something to decide");
}

/// Three laptops of which two have a wrong clock.
fn three_laptops() -> Vec<Laptop> {
    let base = World::new();
    let years = [-10, 0, 3].into_iter();
    let laptop = |(actor, years): (u8, i64)| {
        let mut world = base.laptop(actor);
        world.now = world.now.plus_ms(years * 365 * 86_400_000);
        Laptop { world, here: Vec::new() }
    };
    (2..5).zip(years).map(laptop).collect()
}

fn meet_all(laptops: &mut [Laptop], pool: &[Sent]) {
    for (at, other) in [(0, 1), (1, 2), (2, 0), (0, 1), (1, 2), (1, 0)] {
        meet(laptops, at, other, 1.0, pool);
    }
    assert!(
        laptops.iter().all(|laptop| laptop.here.len() == pool.len()),
        "positive control: all is everywhere"
    );
    check(laptops);
}

/// Somebody confirms what is shown, conflict by conflict.
fn resolve_all(laptop: &mut Laptop, pool: &mut Vec<Sent>) {
    for _ in 0..500 {
        let Some(conflict) = conflicts(&laptop.world.register).into_iter().next() else { return };
        let taken = laptop.does(pool, |writing| resolve(writing, &conflict, &Choice::Value(0)));
        assert!(taken, "what is shown can be confirmed: {conflict:?}");
    }
    panic!("conflicts without an end");
}
