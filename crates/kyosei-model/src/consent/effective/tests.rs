//! What holds, for ledgers written on one device and on two.

use proptest::prelude::*;

use super::*;
use crate::{AgreedWording, Channel, Evidence, MemberId, PartnerId, Sensitive, SupporterId, WordingId};

const DAY_MS: i64 = 24 * 3600 * 1000;
const NOW: UnixMillis = UnixMillis::new(1_790_000_000_000);

fn id(n: u8) -> ConsentId {
    ConsentId::from_parts(u64::from(n), [n; 10])
}

/// Entry `n` about P2, decided `days_ago` before now by someone who had seen the entries `after`.
fn entry(n: u8, decision: Decision, days_ago: i64, after: &[u8]) -> Consent {
    Consent {
        id: id(n),
        subject: SupporterId::from_bytes([1; 16]),
        purpose: Purpose::EventMail,
        decision,
        wording: AgreedWording {
            id: WordingId::from_bytes([2; 16]),
            sha256: [3; 32],
            text: String::from("案内を希望します"),
        },
        channel: Channel::Paper,
        evidence: Evidence::Heard(MemberId::from_bytes([4; 16])),
        given_at: NOW.plus_ms(-days_ago * DAY_MS),
        recorded_at: NOW,
        recorded_by: MemberId::from_bytes([4; 16]),
        scope: Scope::General,
        expires: None,
        guardian: None,
        reason: None,
        after: after.iter().copied().map(id).collect(),
    }
}

fn question() -> Question {
    Question { purpose: Purpose::EventMail, scope: Scope::General, now: NOW, declared_minor: false }
}

fn check(entries: &[Consent], expect: Effective) {
    assert_eq!(effective_consent(entries, &question()), expect);
    assert_eq!(effective_consent(entries.iter().rev(), &question()), expect, "in the other order");
}

use Decision::{Given, Refused, Withdrawn};

#[test]
fn nothing_decided_is_no() {
    check(&[], Effective::No(NotGiven::Absent));
}

#[test]
fn the_later_of_two_ordered_entries_holds() {
    check(&[entry(1, Given, 9, &[])], Effective::Given(id(1)));
    check(
        &[entry(1, Given, 9, &[]), entry(2, Withdrawn, 5, &[1])],
        Effective::No(NotGiven::Withdrawn(id(2))),
    );
    check(&[entry(1, Refused, 9, &[]), entry(2, Given, 5, &[1])], Effective::Given(id(2)));
    let again = [entry(1, Given, 9, &[]), entry(2, Withdrawn, 5, &[1]), entry(3, Given, 1, &[2])];
    check(&again, Effective::Given(id(3)));
}

#[test]
fn bad_input_34_of_concurrent_entries_the_refusal_wins() {
    check(&[entry(1, Refused, 9, &[]), entry(2, Given, 5, &[])], Effective::No(NotGiven::Refused(id(1))));
    let two_laptops = [entry(1, Given, 9, &[]), entry(2, Withdrawn, 5, &[1]), entry(3, Given, 1, &[1])];
    check(&two_laptops, Effective::No(NotGiven::Withdrawn(id(2))));
    let asked_again = entry(4, Given, 0, &[2, 3]);
    check(&[&two_laptops[..], &[asked_again]].concat(), Effective::Given(id(4)));
}

#[test]
fn bad_input_35_a_withdrawal_from_a_slow_clock_still_holds() {
    let entries = [entry(1, Given, 9, &[]), entry(2, Withdrawn, 374, &[1])];
    check(&entries, Effective::No(NotGiven::Withdrawn(id(2))));
}

#[test]
fn an_old_form_does_not_overrule_a_withdrawal_that_was_noted_with_a_clock_ten_years_behind() {
    let (granted, withdrawn) = (entry(1, Given, 9, &[]), entry(2, Withdrawn, 3650, &[1]));
    let old_form = entry(3, Given, 30, &[1, 2]);
    let entries = [granted, withdrawn, old_form];
    check(&entries, Effective::No(NotGiven::Withdrawn(id(2))));
    let asked_again = entry(4, Given, 0, &[1, 2, 3]);
    check(&[&entries[..], &[asked_again]].concat(), Effective::Given(id(4)));
}

#[test]
fn a_no_stays_whatever_the_clocks_of_both_laptops_say() {
    for (granted, refused) in [(-3650, 3650), (3650, -3650), (-3650, -3650), (0, 3650), (3650, 0)] {
        let entries =
            [entry(1, Given, 9, &[]), entry(2, Given, granted, &[1]), entry(3, Withdrawn, refused, &[1])];
        check(&entries, Effective::No(NotGiven::Withdrawn(id(3))));
    }
}

#[test]
fn an_old_paper_form_typed_in_after_a_withdrawal_changes_nothing() {
    let entries = [entry(1, Withdrawn, 1, &[]), entry(2, Given, 7, &[1])];
    check(&entries, Effective::No(NotGiven::Withdrawn(id(1))));
}

#[test]
fn bad_input_27_an_agreement_of_the_future_does_not_count() {
    check(&[entry(1, Given, -30, &[])], Effective::No(NotGiven::ImplausibleTime(id(1))));
    check(&[entry(1, Given, 40 * 365, &[])], Effective::No(NotGiven::ImplausibleTime(id(1))));
}

#[test]
fn an_agreement_ends_when_it_says_so() {
    let mut limited = entry(1, Given, 9, &[]);
    limited.expires = Some(NOW.plus_ms(1));
    check(&[limited.clone()], Effective::Given(id(1)));
    limited.expires = Some(NOW);
    check(&[limited.clone()], Effective::No(NotGiven::Expired(id(1))));
    limited.after.insert(id(2));
    let unlimited_before = entry(2, Given, 20, &[]);
    check(&[limited, unlimited_before], Effective::No(NotGiven::Expired(id(1))));
}

#[test]
fn only_a_guardian_agrees_for_a_minor() {
    let mut yes = entry(1, Given, 9, &[]);
    let minor = Question { declared_minor: true, ..question() };
    assert_eq!(effective_consent([&yes], &minor), Effective::No(NotGiven::GuardianMissing(id(1))));
    yes.guardian = Some(Sensitive::new(String::from("山田 一郎")));
    assert_eq!(effective_consent([&yes], &minor), Effective::Given(id(1)));
}

#[test]
fn sharing_needs_the_partners_name_and_a_general_withdrawal_covers_all() {
    let (ours, other) = (PartnerId::from_bytes([8; 16]), PartnerId::from_bytes([9; 16]));
    let ask =
        |partner| Question { purpose: Purpose::SharePartner, scope: Scope::Partner(partner), ..question() };
    let mut yes = entry(1, Given, 9, &[]);
    yes.purpose = Purpose::SharePartner;
    assert_eq!(effective_consent([&yes], &ask(ours)), Effective::No(NotGiven::Absent), "no partner named");
    yes.scope = Scope::Partner(ours);
    assert_eq!(effective_consent([&yes], &ask(ours)), Effective::Given(id(1)));
    assert_eq!(effective_consent([&yes], &ask(other)), Effective::No(NotGiven::Absent));
    let mut no = entry(2, Withdrawn, 1, &[1]);
    no.purpose = Purpose::SharePartner;
    assert_eq!(effective_consent([&yes, &no], &ask(ours)), Effective::No(NotGiven::Withdrawn(id(2))));
}

#[test]
fn entries_that_name_each_other_count_as_concurrent() {
    let entries = [entry(1, Refused, 9, &[2]), entry(2, Given, 5, &[1])];
    check(&entries, Effective::No(NotGiven::Refused(id(1))));
}

proptest! {
    #[test]
    fn adding_a_refusal_never_allows_a_purpose(
        ledger in prop::collection::vec((any::<bool>(), 0..30_i64, prop::collection::vec(0..8_u8, 0..3)), 0..8),
        days_ago in 0..30_i64,
    ) {
        let mut entries: Vec<Consent> = ledger
            .iter()
            .zip(1..)
            .map(|((yes, days, after), n)| entry(n, if *yes { Given } else { Refused }, *days, after))
            .collect();
        let before = effective_consent(&entries, &question());
        entries.push(entry(100, Withdrawn, days_ago, &[]));
        let after = effective_consent(&entries, &question());
        prop_assert!(!after.is_given(), "a withdrawal nobody has answered must hold");
        entries.pop();
        entries.reverse();
        prop_assert_eq!(effective_consent(&entries, &question()), before);
    }
}
