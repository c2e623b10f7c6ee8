//! Scenarios 11 to 14: ciphertext in the wrong place, wrong keys, a mailbox that lies, and one that is seized.

use std::io::Write as _;

use kyosei_access::{EpochRecipient, MemberOp, Role, Rotate, SealedBytes};
use kyosei_app::exchange::Host as _;
use kyosei_app::journal::{BadEntry, OwnedEntry};
use kyosei_simulator::forge::Forger;
use kyosei_simulator::node::doc;
use kyosei_simulator::random::distort;
use kyosei_simulator::world::Ending;
use kyosei_sync::bundle::BundleWriter;
use kyosei_sync::{EntryKind, InnerError, SignedHeader, WireEntry};
use kyosei_testkit::canary::{Canaries, Kind};
use kyosei_vault::{Identity, OpenError, Recipient, seal, seal_stream};
use rand::seq::SliceRandom as _;

use crate::committee::Committee;

#[test]
fn scenario_11_ciphertext_under_another_header_or_in_another_space_is_refused_by_its_inner_copy() {
    let mut c = Committee::new();
    let space = c.space;
    let alice = c.scribble(c.admin, 8, "of alice").entry;
    let find = |header: &SignedHeader| header.id() == alice;
    let stolen = c.table(c.admin).into_iter().find(|entry| find(&entry.signed_header().unwrap())).unwrap();
    let epoch = stolen.signed_header().unwrap().header().epoch;
    let payload = stolen.payload.clone().unwrap();
    let mut bob = Forger::of(&c.world.nodes[c.editor], space);
    let under_bob = bob.entry(EntryKind::Data, None, epoch, payload.clone());
    c.world.carry(space, c.other, &[under_bob]).unwrap();
    assert_eq!(c.world.nodes[c.other].bad(), [BadEntry::Inner(InnerError::WrongPlace)]);
    assert_eq!(c.text(c.other, 8, "of alice"), None);

    let elsewhere = c.world.found(c.admin);
    c.world.let_in(c.admin, elsewhere, c.other, Role::Edit).unwrap();
    c.world.sync(c.admin, c.other);
    let whole = c.world.nodes[c.other].take_in(elsewhere, &[stolen]).unwrap();
    assert_eq!(whole, [BadEntry::OtherSpace]);
    let membership = c.world.nodes[c.admin].journal(elsewhere).membership().clone();
    let mut admin = Forger::of(&c.world.nodes[c.admin], elsewhere);
    let moved = admin.entry(EntryKind::Data, None, membership.preferred_epoch(), payload);
    c.world.carry(elsewhere, c.other, &[moved]).unwrap();
    assert_eq!(c.world.nodes[c.other].bad().last(), Some(&BadEntry::Open(OpenError::NotForUs)));
    c.world.sync(c.admin, c.other);
    assert!(c.text(c.other, 8, "of alice").is_some(), "positive control: in its own place it is read");
}

#[test]
fn scenario_12_a_member_who_was_wrapped_a_wrong_key_complains_and_is_healed_without_the_rotator() {
    let mut c = Committee::new();
    let (space, victim) = (c.space, c.device(c.other));
    let new = Identity::generate(c.world.rng()).unwrap();
    let wrong = Identity::generate(c.world.rng()).unwrap();
    let membership = c.world.nodes[c.editor].journal(space).membership().clone();
    let wrap = |member: &kyosei_access::Member| {
        let secret = if member.device == victim { &wrong } else { &new }.secret_bytes();
        SealedBytes::from(seal(Recipient::from_bytes(*member.kem.as_bytes()), secret).unwrap())
    };
    let rotate = Rotate {
        recipient: EpochRecipient::from_bytes(new.recipient().unwrap().to_bytes()),
        chain: None,
        wraps: membership.readers().map(|member| ((member.device, member.kem_id), wrap(member))).collect(),
        recovery_wraps: std::collections::BTreeMap::new(),
    };
    let epoch = rotate.recipient.id();
    let op = c.world.nodes[c.editor].sign(space, MemberOp::Rotate(rotate), &[]);
    c.world.nodes[c.editor].publish(space, op).unwrap();
    c.world.sync(c.editor, c.admin);
    c.world.crash(c.editor);
    c.write(c.admin, 3, "sealed to the new key");
    c.world.sync(c.admin, c.other);
    assert!(!c.world.nodes[c.other].journal(space).holds_epoch(epoch), "locked out");
    assert_eq!(c.text(c.other, 3, "k2"), None);
    c.settle();
    let journal = c.world.nodes[c.other].journal(space);
    assert!(journal.holds_epoch(epoch));
    assert_eq!(c.text(c.other, 3, "k2").as_deref(), Some("sealed to the new key"));
    let is_complaint = |op: &kyosei_access::SignedOp| matches!(op.body().op(), MemberOp::Complaint(_));
    assert!(journal.operations().iter().any(is_complaint), "and everybody can see that it was wrong");
}

#[test]
fn scenario_13_a_mailbox_that_reorders_repeats_truncates_withholds_and_flips_corrupts_nothing() {
    let mut c = Committee::new();
    let space = c.space;
    c.world.nodes[c.mailbox].save().unwrap();
    let old = c.world.nodes[c.mailbox].disk.clone();
    for n in 1..12 {
        c.write(if n % 2 == 0 { c.admin } else { c.editor }, n % 5, "worth keeping");
        c.world.sync(c.admin, c.editor);
    }
    c.world.sync(c.admin, c.mailbox);
    let before = c.state(c.other);
    let honest = c.table(c.mailbox);
    for _ in 0..6 {
        let mut lies: Vec<OwnedEntry> = honest.iter().chain(&honest).cloned().collect();
        lies.shuffle(c.world.rng());
        lies.truncate(honest.len());
        for lie in lies.iter_mut().step_by(3) {
            distort(lie, c.world.rng());
        }
        c.world.carry(space, c.reader, &lies).unwrap();
    }
    // It replays what it had long ago: nobody is told that the news arrived there.
    c.world.crash(c.mailbox);
    c.world.nodes[c.mailbox].restore(old);
    assert_ne!(c.world.nodes[c.mailbox].have(space), c.world.nodes[c.admin].have(space));
    assert_eq!(c.world.sync(c.mailbox, c.other), Ending::Level);
    assert_eq!(c.state(c.other), before, "what is withheld is missing, and nothing else happened");
    c.settle();
    assert_ne!(c.state(c.other), before, "positive control: another path brings it");
}

#[test]
fn scenario_14_a_seized_mailbox_holds_no_name_no_text_and_no_document_id() {
    let seed = kyosei_testkit::Seed::of_test();
    let mut canaries = Canaries::new(&seed);
    let mut c = Committee::new();
    let space = c.space;
    let name = canaries.plant("name of a device", Kind::Kanji);
    let named = c.world.join(c.admin, space, &name, Role::Edit);
    for n in 1..6 {
        let text = canaries.plant("text of a document", if n % 2 == 0 { Kind::Kanji } else { Kind::Latin });
        c.write(c.editor, n, &text);
    }
    c.settle();
    c.world.nodes[c.mailbox].save().unwrap();
    c.world.nodes[c.mailbox].maintain(space).unwrap();
    let seized = c.world.nodes[c.mailbox].disk.bytes();
    let scanner = canaries.scanner();
    assert!(scanner.scan_bytes(&seized).is_clean());
    let on_a_stick = bundle(&c);
    assert!(scanner.scan_bytes(&on_a_stick).is_clean());
    let id = doc(3).to_bytes();
    assert!(!on_a_stick.windows(id.len()).any(|window| window == id));
    assert!(!seized.windows(id.len()).any(|window| window == id));

    let register = c.world.nodes[named].replica(space).register();
    let readable: Vec<u8> = register.saves().flat_map(|(_, save)| save.to_vec()).collect();
    assert!(!scanner.scan_bytes(&readable).is_clean(), "positive control: a member's memory holds them");
    let names = c.world.nodes[c.reader].journal(space).names_of(c.device(named)).unwrap();
    assert_eq!(names.device, name, "positive control: members read the name");
}

/// All that the admin has, as a bundle on a stick.
fn bundle(c: &Committee) -> Vec<u8> {
    let (admin, space) = (&c.world.nodes[c.admin], c.space);
    let membership = admin.journal(space).membership();
    let epoch = membership.epoch(membership.preferred_epoch().unwrap()).unwrap();
    let mut sealed = seal_stream(&[Recipient::from_bytes(*epoch.recipient.as_bytes())], Vec::new()).unwrap();
    let (mut writer, opening) = BundleWriter::open(space, admin.have(space));
    sealed.write_all(&opening).unwrap();
    for entry in c.table(c.admin) {
        let entry = WireEntry { header: entry.header, payload: entry.payload };
        sealed.write_all(&writer.entry(entry).unwrap()).unwrap();
    }
    sealed.write_all(&writer.close()).unwrap();
    sealed.finish().unwrap()
}

#[test]
fn scenario_13_entries_that_come_before_what_their_author_knew_wait_and_count_in_the_end() {
    let mut c = Committee::new();
    let second = c.admit_admin("second");
    c.write(second, 3, "opens a log");
    c.settle();
    let reader = c.device(c.reader);
    c.world.nodes[c.admin].set_role(c.space, reader, Role::Edit, &[]).unwrap();
    c.world.sync(c.admin, second);
    c.world.nodes[second].set_role(c.space, reader, Role::Read, &[]).unwrap();
    c.write(second, 3, "rests on what the first admin said");
    let log = c.world.nodes[second].journal(c.space).own_log().unwrap().id();
    let stick: Vec<OwnedEntry> = c
        .table(second)
        .into_iter()
        .filter(|entry| entry.signed_header().unwrap().header().log == log)
        .collect();
    c.world.carry(c.space, c.other, &stick).unwrap();
    assert_eq!(c.state(c.other).logs[&log], c.state(second).logs[&log], "its log is here as a whole");
    assert_eq!(c.text(c.other, 3, &c.written.last().unwrap().key), None, "and cannot be judged yet");
    c.settle();
}
