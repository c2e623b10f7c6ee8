//! Scenarios 7 to 10: laptops that were away for long, that were restored or cloned, and one that says two things.

use std::collections::BTreeSet;

use kyosei_access::{LogId, OpenedLog, Role, Standing};
use kyosei_doc::Document;
use kyosei_simulator::forge::{self, Forger};
use kyosei_simulator::node::doc;
use kyosei_simulator::world::{DAY_MS, Ending};
use kyosei_simulator::{Fuse, check};

use crate::committee::Committee;

/// The logs that a device opened, as another node knows them.
fn logs_of(c: &Committee, device: usize, witness: usize) -> Vec<(LogId, OpenedLog)> {
    let membership = c.world.nodes[witness].journal(c.space).membership();
    membership.logs().filter(|(_, log)| log.device == c.device(device)).collect()
}

/// The logs that a node holds two branches of.
fn forked(c: &Committee, node: usize) -> BTreeSet<LogId> {
    c.world.nodes[node].journal(c.space).logs().forked().collect()
}

#[test]
fn scenario_07_a_writer_who_was_offline_for_sixty_days_loses_nothing_and_writes_to_the_new_key() {
    let mut c = Committee::new();
    let (space, away) = (c.space, c.editor);
    let old = c.world.nodes[away].journal(space).membership().preferred_epoch().unwrap();
    for day in 0..60_u8 {
        c.world.pass(DAY_MS);
        if day % 3 == 0 {
            c.write(away, 1 + day % 7, "written while away");
        }
        if day % 20 == 10 {
            c.world.nodes[c.admin].rotate(space).unwrap();
            c.write(c.admin, 1 + day % 7, "written at home");
            c.world.sync(c.admin, c.other);
            c.world.sync(c.admin, c.mailbox);
        }
    }
    let epoch_of = |c: &Committee, node: usize, entry| {
        let mut headers = c.world.nodes[node].table(space).headers();
        headers.find(|header| header.id() == entry).and_then(|header| header.header().epoch)
    };
    let last_away =
        c.written.iter().rfind(|write| c.world.nodes[away].table(space).contains(write.entry)).unwrap();
    assert_eq!(epoch_of(&c, away, last_away.entry), Some(old), "positive control: it knew no other key");
    c.settle();
    c.write(away, 1, "back home");
    let newest = c.written.last().unwrap().entry;
    let preferred = c.world.nodes[c.admin].journal(space).membership().preferred_epoch();
    assert_ne!(preferred, Some(old));
    assert_eq!(epoch_of(&c, away, newest), preferred);
    c.settle();
}

#[test]
fn scenario_08_a_laptop_restored_from_an_old_backup_forks_its_log_loses_no_edit_and_opens_a_new_one() {
    let mut c = Committee::new();
    let (space, laptop) = (c.space, c.editor);
    c.world.nodes[laptop].save().unwrap();
    let backup = c.world.nodes[laptop].disk.clone();
    for n in 1..5 {
        c.write(laptop, n, "after the backup");
    }
    c.settle();
    assert!(forked(&c, c.admin).is_empty(), "positive control: one branch so far");
    c.world.pass(7 * DAY_MS);
    c.world.crash(laptop);
    c.world.nodes[laptop].restore(backup);
    for n in 1..5 {
        c.write(laptop, n, "after the restore, offline");
    }
    c.settle();
    let log = logs_of(&c, laptop, c.admin)[0].0;
    for node in [c.admin, c.other, c.reader, c.mailbox, laptop] {
        assert_eq!(forked(&c, node), BTreeSet::from([log]), "the evidence is everywhere");
    }
    assert!(c.world.nodes[laptop].journal(space).own_log().is_none(), "the forked log is given up");
    c.write(laptop, 1, "in the new log");
    c.settle();
    let incarnations: BTreeSet<u32> =
        logs_of(&c, laptop, c.reader).iter().map(|(_, log)| log.incarnation).collect();
    assert_eq!(incarnations, BTreeSet::from([0, 1]));
}

#[test]
fn scenario_08_a_fork_that_is_found_at_a_start_is_not_forgotten_at_the_next_one() {
    let mut c = Committee::new();
    let laptop = c.editor;
    c.world.nodes[laptop].save().unwrap();
    let backup = c.world.nodes[laptop].disk.clone();
    c.write(laptop, 1, "after the backup");
    c.settle();
    c.world.crash(laptop);
    c.world.nodes[laptop].restore(backup);
    c.write(laptop, 1, "after the restore, offline");
    c.world.nodes[laptop].disk.set_fuse(Some(Fuse::After(0)));
    c.world.sync(laptop, c.admin);
    assert!(!c.world.nodes[laptop].is_on(), "the power goes when the other branch is stored");
    for _ in 0..2 {
        c.world.nodes[laptop].boot();
        assert!(c.world.nodes[laptop].journal(c.space).own_log().is_none());
        c.world.nodes[laptop].save().unwrap();
        c.world.crash(laptop);
    }
    c.world.nodes[laptop].boot();
    c.write(laptop, 1, "in a new log");
    c.settle();
}

/// A newcomer that wrote, and whose admin was restored from a backup before it told anybody.
fn forgotten_newcomer() -> (Committee, usize) {
    let mut c = Committee::new();
    let (space, admin) = (c.space, c.admin);
    c.world.nodes[admin].save().unwrap();
    let backup = c.world.nodes[admin].disk.clone();
    let newcomer = c.world.join(admin, space, "newcomer", Role::Edit);
    c.write(newcomer, 1, "before anybody else heard of the newcomer");
    c.world.crash(admin);
    c.world.nodes[admin].restore(backup);
    (c, newcomer)
}

#[test]
fn scenario_08_a_newcomer_whom_only_a_restored_admin_knew_is_let_in_anew_and_keeps_what_it_wrote() {
    let (mut c, newcomer) = forgotten_newcomer();
    let (space, admin) = (c.space, c.admin);
    assert_eq!(
        c.world.sync(newcomer, c.other),
        Ending::NotBegun,
        "nobody answers a device that is no member"
    );
    let [sponsor, joining] = c.world.nodes.get_disjoint_mut([admin, newcomer]).unwrap();
    sponsor.add(space, joining, Role::Edit, Standing::Ordinary, &[]).unwrap();
    c.settle();
    assert!(check::committee(&c.world, space).contains(&newcomer));
}

#[test]
fn scenario_08_a_newcomer_whom_only_a_restored_admin_knew_brings_its_admission_on_a_stick() {
    let (mut c, newcomer) = forgotten_newcomer();
    let space = c.space;
    let stick = c.world.nodes[newcomer].table(space).entries();
    c.world.carry(space, c.other, &stick).unwrap();
    c.settle();
    assert!(check::committee(&c.world, space).contains(&newcomer));
}

#[test]
fn scenario_09_a_cloned_disk_that_lives_twice_is_evidence_on_every_node_and_both_stop_using_the_log() {
    let mut c = Committee::new();
    let (space, laptop) = (c.space, c.editor);
    c.world.nodes[laptop].save().unwrap();
    let clone = c.world.clone_of(laptop);
    c.write(laptop, 3, "on the laptop");
    c.write(clone, 3, "on the clone");
    c.write(clone, 4, "on the clone again");
    c.world.sync(laptop, c.admin);
    assert!(forked(&c, c.admin).is_empty(), "positive control: one of the two alone is no fork");
    c.settle();
    let log = logs_of(&c, laptop, c.admin)[0].0;
    for node in 0..c.world.nodes.len() {
        assert_eq!(forked(&c, node), BTreeSet::from([log]));
    }
    for copy in [laptop, clone] {
        assert!(c.world.nodes[copy].journal(space).own_log().is_none());
        c.write(copy, 5, "in a log of its own");
    }
    c.settle();
    assert_eq!(logs_of(&c, laptop, c.reader).len(), 3);
}

#[test]
fn scenario_10_two_who_were_shown_different_branches_detect_it_when_they_meet() {
    let mut c = Committee::new();
    let space = c.space;
    let liar = &c.world.nodes[c.editor];
    let membership = liar.journal(space).membership().clone();
    let epoch = membership.preferred_epoch().unwrap();
    let tell = |run: u8, text: &str| {
        let mut forger = Forger::of(liar, space);
        let part = forge::note(forger.log(), run, doc(20 + run), "said", text);
        forger.data(&membership, None, epoch, vec![part])
    };
    let (to_x, to_y) = (tell(1, "yes"), tell(2, "no"));
    let log = Forger::of(liar, space).log();
    c.world.carry(space, c.admin, &[to_x]).unwrap();
    c.world.carry(space, c.other, &[to_y]).unwrap();
    let heads = |c: &Committee, node: usize| c.state(node).logs[&log].clone();
    assert!(
        forked(&c, c.admin).is_empty() && forked(&c, c.other).is_empty(),
        "each believes what it was shown"
    );
    let seqs = |c: &Committee, node: usize| heads(c, node).first().unwrap().seq;
    assert_eq!(seqs(&c, c.admin), seqs(&c, c.other), "equal numbers");
    assert_ne!(heads(&c, c.admin), heads(&c, c.other), "different entries");
    c.world.sync(c.admin, c.other);
    for node in [c.admin, c.other] {
        assert_eq!(forked(&c, node), BTreeSet::from([log]));
        for run in [1, 2] {
            let document = c.world.nodes[node].replica(space).register().save(doc(20 + run)).unwrap();
            assert!(Document::load(document).is_ok(), "both branches count (R3)");
        }
    }
    c.settle();
}
