//! What decoders refuse and what they keep unread, on hand-made and on arbitrary bytes.

use kyosei_access::*;
use minicbor::Encoder;
use proptest::prelude::*;

use crate::committee::*;

type Writer = Encoder<Vec<u8>>;

/// The frame of an operation, written by hand.
fn frame(version: u16, suite: u16, body: &[u8], signatures: &[Vec<u8>]) -> Vec<u8> {
    let mut e = Writer::new(Vec::new());
    e.array(4).unwrap().u16(version).unwrap().u16(suite).unwrap().bytes(body).unwrap();
    e.array(signatures.len() as u64).unwrap();
    for signature in signatures {
        e.bytes(signature).unwrap();
    }
    e.into_writer()
}

/// A body by device 10 with any kind and payload, written by hand.
fn body(space: SpaceId, prev: OpId, kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut e = Writer::new(Vec::new());
    e.array(6).unwrap().bytes(space.as_bytes()).unwrap().array(1).unwrap().bytes(prev.as_bytes()).unwrap();
    e.array(2).unwrap().u8(0).unwrap().bytes(device(10).as_bytes()).unwrap();
    e.array(0).unwrap().u16(kind).unwrap().bytes(payload).unwrap();
    e.into_writer()
}

fn op_id(body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("kyosei/v1/op-id");
    hasher.update(&[0, 1, 0, 1]).update(body);
    *hasher.finalize().as_bytes()
}

fn signed(body: &[u8]) -> Vec<u8> {
    let signature = Domain::AUTHOR.sign(&device_key(10), &op_id(body)).to_vec();
    frame(1, 1, body, &[signature])
}

fn decode_payload(kind: u16, payload: &[u8]) -> Result<SignedOp, DecodeError> {
    let committee = Committee::found(&[10]);
    SignedOp::decode(&signed(&body(committee.space, committee.genesis, kind, payload)))
}

#[test]
fn a_hand_written_operation_is_the_same_as_ours() {
    let committee = Committee::found(&[10]);
    let ours = committee.sign(&[committee.genesis], 10, set_role(20, Role::Read));
    let mut payload = vec![0x82, 0x58, 0x20];
    payload.extend(device(20).as_bytes());
    payload.push(0x01);
    assert_eq!(signed(&body(committee.space, committee.genesis, 4, &payload)), ours.get().encode());
}

#[test]
fn an_unknown_kind_is_kept_counted_and_never_interpreted() {
    let mut committee = Committee::found(&[10]);
    let bytes = signed(&body(committee.space, committee.genesis, 4_000, b"from the future"));
    let op = SignedOp::decode(&bytes).unwrap();
    assert!(matches!(op.body().op(), MemberOp::Unknown(unknown) if unknown.kind() == 4_000));
    assert_eq!(op.encode(), bytes);
    let before = committee.members();
    let id = op.id();
    committee.set.insert(op.verify().unwrap()).unwrap();
    let after = committee.members();
    assert_eq!(after.unknown_count(), 1);
    assert!(after.diff(&before).is_empty());
    // Later operations may build on it.
    committee.say_on(&[id], 10, committee.add(20, Role::Read));
    assert!(committee.roles().contains_key(&20));
}

#[test]
fn an_unknown_format_is_kept_and_what_rests_on_it_waits() {
    let mut committee = Committee::found(&[10]);
    for bytes in [frame(2, 1, b"?", &[vec![1; 70]]), frame(1, 9, b"?", &[])] {
        let DecodeError::UnknownFormat { .. } = SignedOp::decode(&bytes).unwrap_err() else {
            panic!("wrong error")
        };
        let opaque = OpaqueOp::decode(&bytes).unwrap();
        assert_eq!(opaque.as_slice(), bytes);
        let id = opaque.id();
        assert!(committee.set.insert_opaque(opaque.clone()));
        assert!(!committee.set.insert_opaque(opaque));
        let later = committee.say_on(&[id], 10, committee.add(20, Role::Read));
        assert!(committee.members().waiting().contains(&later));
    }
    assert_eq!(OpaqueOp::decode(&frame(1, 1, b"?", &[])).unwrap_err(), OpaqueError::KnownFormat);
    assert_eq!(committee.members().unknown_count(), 2);
    assert!(committee.members().missing().is_empty());
    assert!(!committee.roles().contains_key(&20));
}

#[test]
fn an_operation_of_another_space_is_not_taken() {
    let mut here = Committee::found(&[10]);
    let there = Committee::found(&[20]);
    let foreign = there.sign(&[there.genesis], 20, key_update(20, 1));
    assert_eq!(here.set.insert(foreign), Err(WrongSpace));
    // Nor can it be made ours by writing our space into it: the signature covers it.
    let moved = body(here.space, here.genesis, 6, &[0x81]);
    assert!(SignedOp::decode(&signed(&moved)).is_err());
}

#[test]
fn no_encoding_but_the_canonical_one_is_read() {
    let id = |n: u8| {
        let mut bytes = vec![0x58, 0x20];
        bytes.extend([n; 32]);
        bytes
    };
    let set_role = |role: &[u8]| [&[0x82][..], &id(20), role].concat();
    let remove = |devices: &[u8], cuts: &[u8]| [&[0x82], devices, cuts].concat();
    let two = |first: u8, second: u8| [&[0x82][..], &id(first), &id(second)].concat();
    let cuts = |first: u8, second: u8| {
        let heads = [&[0x81, 0x82, 0x07][..], &id(9)].concat();
        [&[0xa2][..], &id(first), &heads, &id(second), &heads].concat()
    };
    assert!(decode_payload(4, &set_role(&[0x01])).is_ok());
    assert!(decode_payload(3, &remove(&two(1, 2), &cuts(1, 2))).is_ok());
    let wrong = [
        (4, set_role(&[0x18, 0x01])),                                // a long form of 1
        (4, set_role(&[0x07])),                                      // no such role
        (4, set_role(&[0x01, 0x00])),                                // trailing byte
        (4, [&[0x83][..], &id(20), &[0x01, 0x00]].concat()),         // an unknown field
        (4, [&[0x9f][..], &id(20), &[0x01, 0xff]].concat()),         // indefinite length
        (4, [&[0x82, 0x58, 0x1f][..], &[20; 31], &[0x01]].concat()), // a short id
        (3, remove(&two(2, 1), &cuts(1, 2))),                        // a set out of order
        (3, remove(&two(1, 1), &cuts(1, 2))),                        // a set that repeats itself
        (3, remove(&two(1, 2), &cuts(2, 1))),                        // map keys out of order
        (3, remove(&two(1, 2), &cuts(1, 1))),                        // a map key twice
        (3, remove(&[0x80], &cuts(1, 2))),                           // nobody to remove
        (3, remove(&two(1, 2), &[&[0xa1][..], &id(1), &[0x80]].concat())), // a cut without heads
    ];
    for (kind, payload) in wrong {
        assert!(decode_payload(kind, &payload).is_err(), "{payload:02x?}");
    }
}

#[test]
fn sizes_have_limits() {
    let committee = Committee::found(&[10]);
    let body = |op| OpBody::new(committee.space, [committee.genesis], device(10), op);
    let mut huge = committee.cert(20, Standing::Ordinary);
    huge.sealed_name = SealedBytes::new(vec![0; limits::SEALED_NAME_BYTES_MAX + 1]);
    assert_eq!(body(MemberOp::Add(Add { cert: huge, role: Role::Read })).unwrap_err(), BodyError::TooLarge);
    let MemberOp::Rotate(mut rotate) = rotate(1, &[(10, 0)]) else { unreachable!() };
    rotate.chain = Some(SealedBytes::new(vec![0; limits::CHAIN_BYTES_MAX + 1]));
    assert_eq!(body(MemberOp::Rotate(rotate)).unwrap_err(), BodyError::TooLarge);
    let prev = (0..=limits::PREV_COUNT_MAX).map(|n| OpId::from_bytes([u8::try_from(n).unwrap(); 32]));
    let many = OpBody::new(committee.space, prev, device(10), key_update(10, 1));
    assert_eq!(many.unwrap_err(), BodyError::TooLarge);
    let large = vec![0; limits::OP_BYTES_MAX + 1];
    assert_eq!(SignedOp::decode(&large).unwrap_err(), DecodeError::TooLarge);
    assert_eq!(OpaqueOp::decode(&large).unwrap_err(), OpaqueError::TooLarge);
    let long = frame(2, 1, b"?", &[vec![0; limits::OPAQUE_SIGNATURE_BYTES_MAX + 1]]);
    assert_eq!(OpaqueOp::decode(&long).unwrap_err(), OpaqueError::Signatures);
}

#[test]
fn the_largest_rotation_and_removal_fit_into_an_operation() {
    let committee = Committee::found(&[10]);
    let ids = |n: usize| u64::try_from(n).unwrap().to_be_bytes().repeat(4).try_into().unwrap();
    let wrap =
        |n| ((DeviceId::from_bytes(ids(n)), KemId::from_bytes(ids(n))), SealedBytes::new(vec![0; 400]));
    let rotate = MemberOp::Rotate(Rotate {
        recipient: epoch(1),
        chain: Some(SealedBytes::new(vec![0; 8 * 1024])),
        wraps: (0..limits::WRAP_COUNT_MAX).map(wrap).collect(),
        recovery_wraps: [].into(),
    });
    let bytes = committee.sign(&[committee.genesis], 10, rotate).get().encode();
    assert!(bytes.len() <= limits::OP_BYTES_MAX, "{}", bytes.len());
    SignedOp::decode(&bytes).unwrap();
}

#[test]
fn signers_must_fit_the_kind() {
    let committee = Committee::found(&[10, 20]);
    let body = |author: Signer, op| OpBody::new(committee.space, [committee.genesis], author, op);
    let recover = MemberOp::Recover(Recover { admins: vec![committee.cert(30, Standing::AdminEligible)] });
    assert_eq!(body(device(10).into(), recover).unwrap_err(), BodyError::Signers);
    assert_eq!(body(sheet(1).into(), remove(&[20])).unwrap_err(), BodyError::Signers);
    let update = body(device(10).into(), key_update(10, 1)).unwrap();
    assert_eq!(update.with_approvers([device(20).into()]).unwrap_err(), BodyError::Signers);
    let twice = body(device(10).into(), remove(&[20])).unwrap();
    assert_eq!(twice.with_approvers([device(10).into()]).unwrap_err(), BodyError::Signers);
    let ordinary = MemberOp::Recover(Recover { admins: vec![committee.cert(30, Standing::Ordinary)] });
    assert_eq!(body(sheet(1).into(), ordinary).unwrap_err(), BodyError::Standing);
    let admin = committee.add(30, Role::Admin);
    assert_eq!(body(device(10).into(), admin).unwrap_err(), BodyError::Standing);
}

#[test]
fn a_claim_made_for_one_space_is_refused_in_another() {
    let here = Committee::found(&[10]);
    let there = Committee::found(&[20]);
    let op = MemberOp::Add(Add { cert: there.cert(30, Standing::Ordinary), role: Role::Edit });
    let body = OpBody::new(here.space, [here.genesis], device(10), op).unwrap();
    assert!(body.sign(&device_key(10)).unwrap().verify().is_err());
}

#[test]
fn approvals_cannot_be_moved_to_another_operation() {
    // Whoever takes an approver out of an operation has another operation, which that approver's signature and the
    // author's no longer fit.
    let committee = Committee::found(&[10, 20]);
    let approved = committee.sign(&[committee.genesis], (10, 20), set_role(20, Role::Read));
    let alone = committee.sign(&[committee.genesis], 10, set_role(20, Role::Read));
    assert_ne!(approved.get().id(), alone.get().id());
    let author_signature = approved.get().encode()[approved.get().encode().len() - 132..][..64].to_vec();
    let moved = frame(1, 1, &alone.get().body().encode(), &[author_signature]);
    assert!(SignedOp::decode(&moved).unwrap().verify().is_err());
}

#[test]
fn a_signature_of_small_order_or_under_a_weak_key_is_refused() {
    // The identity point as public key: any signature (R = identity, S = 0) satisfies the plain equation.
    let mut weak = [0; 32];
    weak[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert_eq!(Domain::AUTHOR.verify(&weak, b"anything", &signature), Err(BadSignature));
}

#[test]
fn signatures_of_one_purpose_do_not_serve_another() {
    let signature = Domain::AUTHOR.sign(&device_key(1), b"x");
    assert_eq!(Domain::AUTHOR.verify(device(1).as_bytes(), b"x", &signature), Ok(()));
    assert_eq!(Domain::APPROVAL.verify(device(1).as_bytes(), b"x", &signature), Err(BadSignature));
    assert_eq!(Domain::LOG_OPEN.verify(device(1).as_bytes(), b"x", &signature), Err(BadSignature));
}

fn samples() -> Vec<Vec<u8>> {
    let committee = Committee::found(&[10, 20]);
    let said = [
        committee.add(30, Role::Edit),
        remove(&[20]),
        open_log(10, 0),
        key_update(10, 1),
        rotate(1, &[(10, 0), (20, 0)]),
    ];
    let genesis = committee.set.get(committee.genesis).unwrap().encode();
    let said = said.into_iter().map(|op| committee.sign(&[committee.genesis], 10, op).get().encode());
    said.chain([genesis]).collect()
}

/// Whatever is read must be the one encoding of what was read.
fn check_identity(bytes: &[u8]) {
    if let Ok(op) = SignedOp::decode(bytes) {
        assert_eq!(op.encode(), bytes);
    }
    if let Ok(draft) = Draft::decode(bytes) {
        // Signatures that do not verify are dropped on reading, so reading once more changes nothing.
        assert_eq!(Draft::decode(&draft.encode()).unwrap().encode(), draft.encode());
    }
    if let Ok(body) = OpBody::decode(bytes) {
        assert_eq!(body.encode(), bytes);
    }
    if let Ok(claim) = DeviceClaim::decode(bytes) {
        assert_eq!(claim.encode(), bytes);
    }
    if let Ok(opaque) = OpaqueOp::decode(bytes) {
        assert_eq!(opaque.as_slice(), bytes);
    }
}

/// A fixed seed, so that a failure is the same on every machine.
pub fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(0x6b79_6f73_6569),
        ..ProptestConfig::with_cases(512)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes_are_read_canonically_or_not_at_all(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_identity(&bytes);
        let committee = Committee::found(&[10]);
        for kind in 1..=11 {
            let op = SignedOp::decode(&signed(&body(committee.space, committee.genesis, kind, &bytes)));
            prop_assert_eq!(op.is_ok_and(|op| op.body().op().kind() != kind), false);
        }
    }

    #[test]
    fn damaged_operations_are_never_taken_for_others(
        sample in 0..6_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4),
    ) {
        let original = samples().swap_remove(sample);
        let mut bytes = original.clone();
        for (index, value, how) in damage {
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = value,
                1 => bytes.insert(at, value),
                _ => bytes.truncate(at.max(1)),
            }
        }
        check_identity(&bytes);
        let accepted = SignedOp::decode(&bytes).is_ok_and(|op| op.verify().is_ok());
        prop_assert_eq!(accepted, bytes == original);
    }
}
