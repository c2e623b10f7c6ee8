//! The scenarios that membership decides, and the rules one by one.

use std::time::Duration;

use kyosei_access::*;

use crate::committee::*;

#[test]
fn a_founder_adds_devices_opens_logs_and_mints_an_epoch() {
    let mut committee = Committee::found(&[10]);
    committee.say(10, open_log(10, 0));
    committee.say(10, rotate(1, &[(10, 0)]));
    committee.say(10, committee.add(20, Role::Edit));
    committee.say(with_sheet(10, 1), committee.add_eligible(30, Role::Admin));
    committee.say(20, open_log(20, 0));
    let members = committee.members();
    assert_eq!(committee.roles(), [(10, Role::Admin), (20, Role::Edit), (30, Role::Admin)].into());
    assert_eq!(members.log(LogId::from(&log_key(20, 0))).unwrap().device, device(20));
    assert_eq!(members.preferred_epoch(), Some(epoch(1).id()));
    assert!(members.holds(device(10), epoch(1).id()));
    let mut lacking = members.missing_wraps(epoch(1).id());
    lacking.sort();
    let mut expected = vec![device(20), device(30)];
    expected.sort();
    assert_eq!(lacking, expected);
    committee.say(10, add_wraps(1, &[(20, 0), (30, 0)]));
    assert!(committee.members().missing_wraps(epoch(1).id()).is_empty());
    assert_eq!(committee.members().rotation_due(Duration::ZERO), None);
    assert_eq!(committee.members().rotation_due(Duration::from_secs(31 * 86_400)), Some(RotationReason::Age));
    assert!(committee.members().refused().is_empty());
    assert!(committee.members().can::<Write>(device(20)));
    assert!(!committee.members().can::<Administer>(device(20)));
}

fn roles(pairs: &[(u8, Role)]) -> std::collections::BTreeMap<u8, Role> {
    pairs.iter().copied().collect()
}

#[test]
fn two_devices_of_one_person_approve_as_one() {
    let mut committee = Committee::found(&[10, 11]);
    let op = committee.say((10, 11), committee.add_eligible(20, Role::Admin));
    assert_eq!(committee.members().refused()[&op], Refusal::Approvals { signed: 1, needed: 2 });
    committee.say(with_sheet(10, 1), committee.add_eligible(21, Role::Admin));
    assert!(committee.roles().contains_key(&21));
}

#[test]
fn a_founder_alone_cannot_add_an_admin_even_in_the_beginning() {
    let mut committee = Committee::found(&[10]);
    let op = committee.say(10, committee.add_eligible(20, Role::Admin));
    assert_eq!(committee.members().refused()[&op], Refusal::Approvals { signed: 1, needed: 2 });
    assert_eq!(committee.roles(), roles(&[(10, Role::Admin)]));
}

#[test]
fn an_editor_cannot_change_the_membership_and_a_stranger_can_say_nothing() {
    let (mut committee, base) = committee_of_four();
    let by_editor = committee.say_on(&[base], 40, committee.add(50, Role::Read));
    let by_stranger = committee.say_on(&[base], 60, rotate(3, &[(60, 0)]));
    let members = committee.members();
    assert_eq!(members.refused()[&by_editor], Refusal::AuthorRole);
    assert_eq!(members.refused()[&by_stranger], Refusal::AuthorRole);
    assert!(members.epochs().next().is_none());
}

#[test]
fn a_removed_device_never_returns() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, remove(&[40]));
    let again = committee.say(20, committee.add(40, Role::Edit));
    assert_eq!(committee.members().refused()[&again], Refusal::DeviceReused);
    committee.say(20, committee.add(41, Role::Edit));
    assert_eq!(committee.roles().keys().copied().collect::<Vec<_>>(), [10, 20, 30, 41]);
}

#[test]
fn an_addition_concurrent_with_the_removal_of_the_same_device_does_not_bring_it_back() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[committee.genesis], 20, committee.add(40, Role::Edit));
    committee.say_on(&[base], 30, remove(&[40]));
    assert!(!committee.roles().contains_key(&40));
}

#[test]
fn scenario_3_two_pairs_of_admins_remove_each_other_and_recovery_restores() {
    let mut committee = Committee::found(&[10, 20, 30, 40]);
    let base = committee.genesis;
    let one = committee.say_on(&[base], (10, 20), remove(&[30, 40]));
    let other = committee.say_on(&[base], (30, 40), remove(&[10, 20]));
    assert!(committee.roles().is_empty());
    committee.recover(&[one, other], &[1, 2], 50);
    assert_eq!(committee.roles(), roles(&[(50, Role::Admin)]));
    committee.say(with_sheet(50, 3), committee.add_eligible(51, Role::Admin));
    assert_eq!(committee.roles(), roles(&[(50, Role::Admin), (51, Role::Admin)]));
}

#[test]
fn one_recovery_sheet_alone_recovers_nothing() {
    let mut committee = Committee::found(&[10]);
    let op = committee.recover(&[committee.genesis], &[1], 50);
    assert_eq!(committee.members().refused()[&op], Refusal::Approvals { signed: 1, needed: 2 });
}

#[test]
fn scenario_4_a_stolen_admin_key_cannot_remove_or_demote_admins_at_any_backdate() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let before = committee.genesis;
    let added = committee.say((10, 20), committee.add_eligible(40, Role::Edit));
    committee.say((10, 20), set_role(40, Role::Admin));
    let attacks = [
        committee.say_on(&[added], 30, remove(&[40])),
        committee.say_on(&[added], 30, set_role(40, Role::Relay)),
        committee.say_on(&[before], 30, remove(&[10])),
        committee.say_on(&[before], 30, set_role(20, Role::Edit)),
    ];
    let members = committee.members();
    assert!(attacks.iter().all(|op| members.refused().contains_key(op)));
    assert_eq!(committee.roles().values().filter(|role| **role == Role::Admin).count(), 4);
}

#[test]
fn scenario_4_a_copied_claim_does_not_weaken_the_protection_of_a_device() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let before = committee.genesis;
    committee.say((10, 20), committee.add_eligible(40, Role::Admin));
    let copy = committee.say_on(&[before], 30, committee.add_eligible(40, Role::Relay));
    let evict = committee.say_on(&[copy], 30, remove(&[40]));
    let members = committee.members();
    assert!(members.refused().contains_key(&copy) && members.refused().contains_key(&evict));
    assert_eq!(members.role(device(40)), Some(Role::Admin));
}

#[test]
fn scenario_4_what_a_stolen_admin_key_backdates_is_void_except_removals_of_ordinary_devices() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], (10, 20), remove(&[30]));
    let add = committee.say_on(&[base], 30, committee.add(50, Role::Edit));
    let child = committee.say_on(&[add], 50, rotate(5, &[(50, 0)]));
    let role = committee.say_on(&[base], 30, set_role(40, Role::Relay));
    let mint = committee.say_on(&[base], 30, rotate(6, &[(10, 0), (20, 0)]));
    let evict = committee.say_on(&[base], 30, remove(&[40]));
    let members = committee.members();
    assert_eq!(members.void()[&add], Void::SignerRemoved);
    assert_eq!(members.void()[&child], Void::RestsOnVoid);
    assert_eq!(members.void()[&role], Void::SignerRemoved);
    assert_eq!(members.void()[&mint], Void::SignerRemoved);
    assert!(!members.void().contains_key(&evict));
    assert_eq!(committee.roles(), roles(&[(10, Role::Admin), (20, Role::Admin)]));
    committee.say(10, committee.add(41, Role::Edit));
    assert!(committee.roles().contains_key(&41));
}

#[test]
fn an_addition_keeps_its_effect_when_another_approval_still_stands() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], (30, 20), committee.add(50, Role::Edit));
    committee.say_on(&[base], (10, 20), remove(&[30]));
    assert_eq!(committee.members().role(device(50)), Some(Role::Edit));
}

#[test]
fn concurrent_role_changes_give_the_lowest_role_and_a_later_one_heals() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], 10, set_role(40, Role::Read));
    committee.say_on(&[base], 20, set_role(40, Role::Relay));
    assert_eq!(committee.members().role(device(40)), Some(Role::Relay));
    committee.say(30, set_role(40, Role::Edit));
    assert_eq!(committee.members().role(device(40)), Some(Role::Edit));
}

#[test]
fn a_demoted_editors_concurrent_minting_is_void() {
    let (mut committee, base) = committee_of_four();
    let mint = committee.say_on(&[base], 40, rotate(1, &[(40, 0)]));
    committee.say_on(&[base], 10, set_role(40, Role::Read));
    assert_eq!(committee.members().void()[&mint], Void::SignerDemoted);
}

#[test]
fn admins_who_demote_each_other_void_both_demotions() {
    let mut committee = Committee::found(&[10, 20, 30, 40]);
    let base = committee.genesis;
    let one = committee.say_on(&[base], (10, 20), set_role(30, Role::Edit));
    let other = committee.say_on(&[base], (30, 40), set_role(10, Role::Edit));
    let members = committee.members();
    assert_eq!(members.void()[&one], Void::SignerDemoted);
    assert_eq!(members.void()[&other], Void::SignerDemoted);
    assert!(committee.roles().values().all(|role| *role == Role::Admin));
}

#[test]
fn a_voided_demotion_does_not_void_what_was_written_after_it() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let base = committee.genesis;
    let one = committee.say_on(&[base], (20, 30), set_role(20, Role::Edit));
    let voided = committee.say_on(&[base], (20, 30), set_role(10, Role::Edit));
    let later = committee.say_on(&[one, voided], (10, 30), set_role(10, Role::Edit));
    let members = committee.members();
    assert_eq!(members.void().keys().copied().collect::<Vec<_>>(), [voided]);
    assert!(!members.refused().contains_key(&later));
    let last = committee.say(with_sheet(10, 1), remove(&[30]));
    assert_eq!(committee.members().refused()[&last], Refusal::AuthorRole);
    assert_eq!(committee.roles(), roles(&[(10, Role::Edit), (20, Role::Edit), (30, Role::Admin)]));
}

#[test]
fn an_ordinary_device_cannot_become_admin() {
    let (mut committee, _) = committee_of_four();
    let op = committee.say((10, 20), set_role(40, Role::Admin));
    assert_eq!(committee.members().refused()[&op], Refusal::Standing);
}

#[test]
fn a_client_refuses_to_author_what_leaves_nobody_to_administer() {
    let policy = Policy { admin_change: 4, ..Policy::default() };
    let committee = Committee::found_with(&[10, 20, 30, 40], policy);
    let members = committee.members();
    let body = |devices: &[u8]| {
        let approvers = [20, 30, 40].map(|n| Signer::from(device(n)));
        OpBody::new(committee.space, [committee.genesis], device(10), remove(devices))
            .unwrap()
            .with_approvers(approvers)
            .unwrap()
    };
    assert_eq!(members.check(&body(&[10, 20, 30, 40])), Err(AuthorError::NoAdminLeft));
    assert_eq!(members.check(&body(&[10, 20, 30])), Ok(()));
    let unknown =
        OpBody::new(committee.space, [OpId::from_bytes([1; 32])], device(10), remove(&[20])).unwrap();
    assert_eq!(members.check(&unknown), Err(AuthorError::UnknownPast));
    assert_eq!(members.approvals_needed(&remove(&[10])), Ok(4));
}

#[test]
fn a_membership_change_is_shown_as_a_difference() {
    let (mut committee, base) = committee_of_four();
    let before = committee.members();
    committee.say(10, committee.add(50, Role::Read));
    committee.say(10, set_role(40, Role::Read));
    let between = committee.members();
    let diff = between.diff(&before);
    assert_eq!(diff.devices[&device(50)], MemberChange::Added { role: Role::Read });
    assert_eq!(diff.devices[&device(40)], MemberChange::Role { old: Role::Edit, new: Role::Read });
    committee.say_on(&[base], (20, 30), remove(&[10]));
    let diff = committee.members().diff(&between);
    assert_eq!(diff.devices[&device(10)], MemberChange::Removed);
    assert_eq!(diff.devices[&device(50)], MemberChange::Withdrawn);
    assert_eq!(diff.voided.len(), 2);
    assert!(committee.members().diff(&committee.members()).is_empty());
}

#[test]
fn an_operation_waits_for_its_past_and_says_what_is_missing() {
    let (mut committee, base) = committee_of_four();
    let later = committee.say(10, set_role(40, Role::Read));
    let mut partial = OpSet::new(committee.space);
    for op in committee.set.iter().filter(|op| op.id() != base) {
        partial.insert(SignedOp::decode(&op.encode()).unwrap().verify().unwrap()).unwrap();
    }
    let members = reduce(&partial);
    assert_eq!(members.missing().iter().copied().collect::<Vec<_>>(), [base]);
    assert_eq!(members.waiting().iter().copied().collect::<Vec<_>>(), [later]);
    assert_eq!(members.role(device(40)), None);
}

#[test]
fn every_order_of_delivery_ends_in_the_same_membership() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let base = committee.say(10, committee.add(40, Role::Edit));
    committee.say_on(&[base], 40, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    committee.say_on(&[base], 30, committee.add(50, Role::Edit));
    let removal = committee.say_on(&[base], (10, 20), remove(&[30]));
    committee.say_on(&[removal], 20, rotate(2, &[(10, 0), (20, 0), (40, 0)]));
    let ops: Vec<SignedOp> = committee.set.iter().cloned().collect();
    let expected = facts(&committee.members());
    for order in permutations(ops.len()) {
        let mut set = OpSet::new(committee.space);
        let mut removed = std::collections::BTreeSet::new();
        for index in order {
            set.insert(ops[index].clone().verify().unwrap()).unwrap();
            let members = reduce(&set);
            assert!(members.removed().is_superset(&removed));
            assert!(members.members().all(|member| !members.removed().contains(&member.device)));
            removed = members.removed().clone();
        }
        assert_eq!(facts(&reduce(&set)), expected);
    }
}

/// All answers of a membership.
fn facts(members: &Membership) -> String {
    let logs: Vec<_> = members.logs().collect();
    let listed: Vec<_> = members.members().collect();
    let epochs: Vec<_> =
        members.epochs().map(|(id, epoch)| (id, epoch.is_usable, epoch.holders.clone())).collect();
    let preferred = members.preferred_epoch();
    format!("{listed:?} {:?} {logs:?} {epochs:?} {preferred:?} {:?}", members.removed(), members.void())
}

fn permutations(count: usize) -> Vec<Vec<usize>> {
    let Some(last) = count.checked_sub(1) else { return vec![Vec::new()] };
    let insert = |shorter: Vec<usize>| {
        (0..count).map(move |at| {
            let mut longer = shorter.clone();
            longer.insert(at, last);
            longer
        })
    };
    permutations(last).into_iter().flat_map(insert).collect()
}

#[test]
fn the_role_of_an_author_is_that_of_its_heads() {
    let (mut committee, base) = committee_of_four();
    let demoted = committee.say_on(&[base], 10, set_role(40, Role::Read));
    let removed = committee.say_on(&[demoted], 10, remove(&[40]));
    let members = committee.members();
    assert_eq!(members.role_at(&[committee.genesis], device(40)), None);
    assert_eq!(members.role_at(&[base], device(40)), Some(Role::Edit));
    assert_eq!(members.role_at(&[demoted], device(40)), Some(Role::Read));
    assert_eq!(members.role_at(&[removed], device(40)), None);
}

#[test]
fn a_capability_tells_for_whom_it_is_and_nothing_personal() {
    let (committee, _) = committee_of_four();
    let members = committee.members();
    let capability = members.authorize::<Read>(device(40)).unwrap();
    assert_eq!(
        (capability.space(), capability.device(), capability.person()),
        (committee.space, device(40), person(40))
    );
    let denied = AccessDenied::Role { needed: Role::Admin };
    assert_eq!(members.authorize::<Administer>(device(40)).unwrap_err(), denied);
    assert_eq!(members.authorize::<Read>(device(50)).unwrap_err(), AccessDenied::NotMember);
    assert_eq!(format!("{capability:?}"), format!("Capability(read, {}, {})", committee.space, device(40)));
}

#[test]
fn a_draft_outlives_daily_operations_but_not_a_change_of_membership() {
    let (mut committee, base) = committee_of_four();
    let body = OpBody::new(committee.space, [base], device(10), committee.add(50, Role::Read)).unwrap();
    committee.say(20, open_log(20, 0));
    committee.say(20, rotate(1, &[(20, 0)]));
    assert_eq!(committee.members().check(&body), Ok(()));
    committee.say(20, committee.add(60, Role::Read));
    assert_eq!(committee.members().check(&body), Err(AuthorError::Stale));
    let elsewhere = Committee::found(&[30]);
    assert_eq!(elsewhere.members().check(&body), Err(AuthorError::WrongSpace));
}

#[test]
fn a_flood_of_concurrent_operations_leaves_room_for_everyones_heads() {
    let (mut committee, base) = committee_of_four();
    for stranger in 0..80 {
        committee.say_on(&[base], 70, key_update(70, stranger));
    }
    assert_eq!(committee.members().heads().iter().copied().collect::<Vec<_>>(), [base]);
    for version in 0..80 {
        committee.say_on(&[base], 40, key_update(40, version));
    }
    let removal = committee.say_on(&[base], 20, remove(&[40]));
    let honest = committee.say_on(&[base], 10, committee.add(50, Role::Read));
    let heads = committee.members().heads().clone();
    assert_eq!(heads.len(), limits::PREV_COUNT_MAX);
    assert!(heads.contains(&removal) && heads.contains(&honest));
    committee.say(30, committee.add(60, Role::Read));
    assert!(committee.members().refused().len() == 80 && committee.roles().contains_key(&60));
}

#[test]
fn a_log_that_two_devices_opened_belongs_to_the_one_whose_opening_has_effect() {
    // Device 40 hands its log key to device 50; then 50 is removed by someone who did not know.
    let (mut committee, base) = committee_of_four();
    let base = committee.say_on(&[base], 10, committee.add(50, Role::Edit));
    committee.say_on(&[base], 40, open_log(40, 0));
    let shared = LogOpen { log: LogId::from(&log_key(40, 0)), incarnation: 7 };
    let body = OpBody::new(committee.space, [base], device(50), MemberOp::LogOpen(shared)).unwrap();
    let op = body.sign_with_log(&device_key(50), &log_key(40, 0)).unwrap().verify().unwrap();
    committee.set.insert(op).unwrap();
    let again = committee.say(40, open_log(40, 0));
    assert_eq!(committee.members().refused()[&again], Refusal::LogReused);
    committee.say_on(&[base], 10, remove(&[50]));
    let expected = OpenedLog { device: device(40), incarnation: 0, is_effective: true };
    assert_eq!(committee.members().log(shared.log), Some(expected));
}

#[test]
fn a_recovered_admin_cannot_be_made_less_by_an_addition_at_the_same_time() {
    let mut committee = Committee::found(&[10, 20]);
    let base = committee.genesis;
    committee.recover(&[base], &[1, 2], 50);
    committee.say_on(&[base], (10, 20), committee.add_eligible(50, Role::Relay));
    assert_eq!(committee.members().role(device(50)), Some(Role::Admin));
}

#[test]
fn recovery_outlives_the_removal_of_everyone_and_is_not_undone_by_another() {
    let mut committee = Committee::found(&[10]);
    let base = committee.genesis;
    let one = committee.recover(&[base], &[1, 2], 50);
    committee.say_on(&[one], with_sheet(50, 3), committee.add_eligible(51, Role::Admin));
    committee.recover(&[base], &[2, 3], 60);
    let admins = roles(&[(10, Role::Admin), (50, Role::Admin), (51, Role::Admin), (60, Role::Admin)]);
    assert_eq!(committee.roles(), admins);
    assert!(committee.members().void().is_empty());
}

#[test]
fn concurrent_key_updates_of_one_device_leave_one_key() {
    let (mut committee, base) = committee_of_four();
    let updates =
        [1, 2].map(|version| (committee.say_on(&[base], 40, key_update(40, version)), kem(40, version)));
    let (_, expected) = updates.into_iter().min_by_key(|(id, _)| *id).unwrap();
    assert_eq!(committee.members().member(device(40)).unwrap().kem, expected);
    committee.say(40, key_update(40, 3));
    assert_eq!(committee.members().member(device(40)).unwrap().kem, kem(40, 3));
}

#[test]
fn the_last_admins_may_go_only_while_enough_recovery_sheets_exist() {
    for (admin_change, expected) in [(3, Ok(())), (4, Err(AuthorError::NoAdminLeft))] {
        let policy = Policy { admin_change, ..Policy::default() };
        let committee = Committee::found_with(&[10, 20, 30, 40], policy);
        let body =
            OpBody::new(committee.space, [committee.genesis], device(10), remove(&[10, 20, 30, 40])).unwrap();
        let body = body.with_approvers([20, 30, 40].map(|n| Signer::from(device(n)))).unwrap();
        assert_eq!(committee.members().check(&body), expected, "{admin_change} of 3 sheets");
    }
}
