//! Requests that must not be taken, each for its own reason.

use minicbor::bytes::ByteArray;

use super::*;

/// A request written by hand: what somebody can make who holds the ticket.
fn written(ticket_secret: [u8; 32], claims: &BTreeMap<SpaceId, DeviceClaim>, names: (&str, &str)) -> Vec<u8> {
    let invitation = InviteSecret::from_bytes(ticket_secret).invitation();
    let content = (invitation, claims.clone(), names.0.to_owned(), names.1.to_owned());
    let key = blake3::derive_key("kyosei/v1/invitation-mac", &ticket_secret);
    let mac = *blake3::keyed_hash(&key, &to_canonical(&(1_u16, &content))).as_bytes();
    to_canonical(&(1_u16, &content, ByteArray::from(mac)))
}

fn claim(space: SpaceId, n: u8, standing: Standing) -> DeviceClaim {
    DeviceClaim::sign(space, &device_key(n), kem(n, 0), endpoint(n, 0), standing)
}

fn refusal(invitation: &mut Invitation, request: &[u8], now_ms: u64) -> RequestError {
    let before = invitation.state();
    let refusal = invitation.receive(request, now_ms).unwrap_err();
    assert_eq!(invitation.state(), before, "a refused request changes nothing");
    refusal
}

#[test]
fn a_request_written_by_hand_is_the_same_as_ours() {
    let committee = Committee::found(&[10]);
    let invitation = invite(&committee);
    let claims = BTreeMap::from([(committee.space, claim(committee.space, 40, Standing::Ordinary))]);
    let ours = answer(invitation.ticket(), 40);
    assert_eq!(written([7; 32], &claims, ("青木 葵", "ノート")), ours.encode());
    assert_eq!(JoinRequest::decode(&ours.encode()).unwrap(), ours);
}

#[test]
fn scenario_19_whoever_stole_the_ticket_fails_at_the_words() {
    let mut invitation = invite(&Committee::found(&[10]));
    let honest = answer(invitation.ticket(), 40);
    let thief = answer(invitation.ticket(), 66);
    let applicant = invitation.receive(&thief.encode(), NOW_MS).unwrap();
    let spoken = english(&honest.words(invitation.ticket()));
    assert!(matches!(applicant.confirm(&spoken), Err(WordsDiffer::Word { .. })));
    // The honest answer shows that the ticket is in two hands.
    assert_eq!(refusal(&mut invitation, &honest.encode(), NOW_MS), RequestError::AnsweredTwice);
}

#[test]
fn scenario_19_a_man_in_the_middle_with_a_ticket_of_his_own_fails_at_the_words() {
    let committee = Committee::found(&[10]);
    let mut invitation = invite(&committee);
    let offers = BTreeMap::from([(committee.space, offer())]);
    let fake = InviteSecret::from_bytes([8; 32]);
    let fake =
        Invitation::issue(offers, Reach { endpoint: endpoint(66, 0), ..reach() }, fake, NOW_MS).unwrap();
    // The joiner got the fake ticket and answers it; the man in the middle answers the real one.
    let spoken = english(&answer(fake.ticket(), 40).words(fake.ticket()));
    let passed_on = answer(invitation.ticket(), 66);
    let applicant = invitation.receive(&passed_on.encode(), NOW_MS).unwrap();
    assert!(applicant.confirm(&spoken).is_err());
    let unchanged = answer(fake.ticket(), 40).encode();
    assert_eq!(refusal(&mut invite(&committee), &unchanged, NOW_MS), RequestError::OtherInvitation);
}

#[test]
fn scenario_19_the_same_request_may_come_again_until_the_device_is_in() {
    let mut invitation = invite(&Committee::found(&[10]));
    let request = answer(invitation.ticket(), 40).encode();
    let once = *invitation.receive(&request, NOW_MS).unwrap().words();
    let again = *invitation.receive(&request, NOW_MS).unwrap().words();
    assert_eq!(once, again);
    let admitted = admit(&mut invitation, 40);
    invitation.spend(&admitted).unwrap();
    assert_eq!(invitation.state(), InvitationState::Used { device: device(40) });
    assert_eq!(refusal(&mut invitation, &request, NOW_MS), RequestError::Used);
}

#[test]
fn scenario_19_an_invitation_is_for_one_device() {
    let mut invitation = invite(&Committee::found(&[10]));
    let admitted = admit(&mut invitation, 40);
    invitation.spend(&admitted).unwrap();
    assert_eq!(invitation.spend(&admitted), Err(Spent));
    let second = answer(invitation.ticket(), 41).encode();
    assert_eq!(refusal(&mut invitation, &second, NOW_MS), RequestError::Used);
    invitation.revoke();
    assert_eq!(invitation.state(), InvitationState::Used { device: device(40) });
}

#[test]
fn scenario_19_an_expired_invitation_takes_no_answer() {
    let mut invitation = invite(&Committee::found(&[10]));
    let request = answer(invitation.ticket(), 40).encode();
    assert_eq!(refusal(&mut invitation, &request, NOW_MS + 7 * DAY_MS), RequestError::Expired(Expired));
    invitation.receive(&request, NOW_MS + 7 * DAY_MS - 1).unwrap();
    assert_eq!(refusal(&mut invitation, &request, NOW_MS + 7 * DAY_MS), RequestError::Expired(Expired));
    let late = NOW_MS + 8 * DAY_MS;
    let signed = answer_as(invitation.ticket(), 40, ("p", "d"), late);
    assert_eq!(signed.unwrap_err(), JoinError::Expired(Expired));
}

#[test]
fn an_invitation_that_was_called_back_takes_no_answer_and_cannot_be_spent() {
    let mut invitation = invite(&Committee::found(&[10]));
    let admitted = admit(&mut invitation, 40);
    invitation.revoke();
    assert_eq!(invitation.spend(&admitted), Err(Spent));
    let request = answer(invitation.ticket(), 40).encode();
    assert_eq!(refusal(&mut invitation, &request, NOW_MS), RequestError::Revoked);
}

#[test]
fn an_admission_spends_no_other_invitation() {
    let committee = Committee::found(&[10]);
    let admitted = admit(&mut invite(&committee), 40);
    let offers = BTreeMap::from([(committee.space, offer())]);
    let mut other = Invitation::issue(offers, reach(), InviteSecret::from_bytes([9; 32]), NOW_MS).unwrap();
    assert_eq!(other.spend(&admitted), Err(Spent));
    other.receive(&answer(other.ticket(), 40).encode(), NOW_MS).unwrap();
    assert_eq!(other.spend(&admitted), Err(Spent));
}

#[test]
fn without_the_ticket_nobody_makes_or_changes_a_request() {
    let committee = Committee::found(&[10]);
    let mut invitation = invite(&committee);
    let honest = answer(invitation.ticket(), 40).encode();
    // Every byte is covered: no change of one bit is taken, and none but the MAC's own tells as the MAC.
    for index in 0..honest.len() {
        for bit in 0..8 {
            let mut bad = honest.clone();
            bad[index] ^= 1 << bit;
            assert!(invitation.receive(&bad, NOW_MS).is_err(), "bit {bit} of byte {index}");
        }
    }
    let mut renamed = honest.clone();
    let at = renamed.windows(6).position(|window| window == "青木".as_bytes()).unwrap();
    renamed[at..at + 6].copy_from_slice("鈴木".as_bytes());
    assert_eq!(refusal(&mut invitation, &renamed, NOW_MS), RequestError::Forged);
    assert_eq!(invitation.state(), InvitationState::Open);
}

#[test]
fn a_request_is_for_exactly_the_offered_spaces_with_the_offered_standing() {
    let committee = Committee::found(&[10]);
    let mut invitation = invite(&committee);
    let other = SpaceId::from_bytes([3; 32]);
    let ordinary = |space| (space, claim(space, 40, Standing::Ordinary));
    let cases = [
        (vec![], RequestError::Spaces),
        (vec![ordinary(other)], RequestError::Spaces),
        (vec![ordinary(committee.space), ordinary(other)], RequestError::Spaces),
        (
            vec![(committee.space, claim(committee.space, 40, Standing::AdminEligible))],
            RequestError::Standing,
        ),
        (vec![(committee.space, claim(other, 40, Standing::Ordinary))], RequestError::Signature),
    ];
    for (claims, expected) in cases {
        let request = written([7; 32], &claims.into_iter().collect(), ("p", "d"));
        assert_eq!(refusal(&mut invitation, &request, NOW_MS), expected);
    }
}

#[test]
fn all_claims_are_of_one_device_with_one_set_of_keys() {
    let (one, two) = (SpaceId::from_bytes([1; 32]), SpaceId::from_bytes([2; 32]));
    let offers = BTreeMap::from([(one, offer()), (two, offer())]);
    let mut invitation =
        Invitation::issue(offers, reach(), InviteSecret::from_bytes([7; 32]), NOW_MS).unwrap();
    let with = |kem, endpoint| DeviceClaim::sign(two, &device_key(40), kem, endpoint, Standing::Ordinary);
    let seconds = [
        claim(two, 41, Standing::Ordinary),
        with(kem(40, 0), endpoint(41, 0)),
        with(kem(41, 0), endpoint(40, 0)),
    ];
    for second in seconds {
        let claims = BTreeMap::from([(one, claim(one, 40, Standing::Ordinary)), (two, second)]);
        let request = written([7; 32], &claims, ("p", "d"));
        assert_eq!(refusal(&mut invitation, &request, NOW_MS), RequestError::Devices);
    }
    assert_eq!(admit(&mut invitation, 40).claims().count(), 2);
}

#[test]
fn names_have_limits() {
    let committee = Committee::found(&[10]);
    let invitation = invite(&committee);
    let long = "x".repeat(limits::JOIN_NAME_BYTES_MAX + 1);
    let claims = BTreeMap::from([(committee.space, claim(committee.space, 40, Standing::Ordinary))]);
    for bad in ["", " 　", "a\nb", "\u{7}", &long] {
        for names in [(bad, "d"), ("p", bad)] {
            let signed = answer_as(invitation.ticket(), 40, names, NOW_MS);
            assert_eq!(signed.unwrap_err(), JoinError::Name(BadName));
            assert_eq!(
                JoinRequest::decode(&written([7; 32], &claims, names)),
                Err(RequestDecodeError::Name(BadName))
            );
        }
    }
}

#[test]
fn a_request_that_is_too_large_or_of_a_later_program_says_so() {
    let large = vec![0; limits::REQUEST_BYTES_MAX + 1];
    assert_eq!(JoinRequest::decode(&large), Err(RequestDecodeError::TooLarge));
    let later = to_canonical(&(2_u16, "something new"));
    assert_eq!(JoinRequest::decode(&later), Err(RequestDecodeError::UnknownVersion { version: 2 }));
    for bytes in [&b""[..], b"\x80", b"\x81\x01", b"\xff", b"\x9f\x01\xff"] {
        assert_eq!(JoinRequest::decode(bytes), Err(RequestDecodeError::Codec(CodecError::Malformed)));
    }
}

#[test]
fn a_kept_invitation_goes_on_where_it_was() {
    let mut invitation = invite(&Committee::found(&[10]));
    let again = |invitation: &Invitation| Invitation::decode(&invitation.encode()).unwrap();
    assert_eq!(again(&invitation).state(), InvitationState::Open);
    let admitted = admit(&mut invitation, 40);
    let mut kept = again(&invitation);
    assert_eq!(kept.state(), invitation.state());
    assert_eq!(*kept.ticket().to_text(), *invitation.ticket().to_text());
    let other = answer(kept.ticket(), 41).encode();
    assert_eq!(refusal(&mut kept, &other, NOW_MS), RequestError::AnsweredTwice);
    kept.spend(&admitted).unwrap();
    assert_eq!(again(&kept).state(), InvitationState::Used { device: device(40) });
    kept = invitation.clone();
    kept.revoke();
    assert_eq!(again(&kept).state(), InvitationState::Revoked);
}
