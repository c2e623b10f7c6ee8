//! Operations on the wire: what goes round, and what is refused.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::*;

fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

fn found(key: &SigningKey) -> OpBody {
    let founder = Founder {
        device: DeviceId::from(key),
        kem: KemRecipient::from_bytes([9; 32]),
        endpoint: EndpointKey::from_bytes([10; 32]),
        person: PersonId::from_bytes([1; 16]),
        sealed_name: SealedBytes::new(vec![1, 2, 3]),
    };
    genesis(vec![founder], Policy::default(), BTreeSet::new(), None, [7; 16]).unwrap()
}

fn add(space: SpaceId, genesis: OpId, admin: &SigningKey, joiner: &SigningKey) -> OpBody {
    let (kem, endpoint) = (KemRecipient::from_bytes([8; 32]), EndpointKey::from_bytes([11; 32]));
    let claim = DeviceClaim::sign(space, joiner, kem, endpoint, Standing::AdminEligible);
    let cert =
        DeviceCert { claim, person: PersonId::from_bytes([2; 16]), sealed_name: SealedBytes::new(vec![]) };
    let op = MemberOp::Add(Add { cert, role: Role::Admin });
    OpBody::new(space, [genesis], DeviceId::from(admin), op).unwrap()
}

#[test]
fn an_operation_survives_the_wire_and_verifies() {
    let op = found(&key(1)).sign(&key(1)).unwrap();
    let bytes = op.encode();
    let back = SignedOp::decode(&bytes).unwrap();
    assert_eq!(back.encode(), bytes);
    assert_eq!(back.id(), op.id());
    assert_eq!(back.space_id().as_bytes(), back.id().as_bytes());
    back.verify().unwrap();
}

#[test]
fn a_draft_collects_signatures_on_several_machines_in_any_order() {
    let genesis = found(&key(1)).sign(&key(1)).unwrap();
    let sheet = RecoveryKeyId::from(&key(50));
    let body =
        add(genesis.space_id(), genesis.id(), &key(1), &key(2)).with_approvers([sheet.into()]).unwrap();
    assert!(body.clone().sign(&key(1)).is_err());
    let draft = Draft::new(body);
    let elsewhere = Draft::decode(&draft.encode()).unwrap().sign_as_recovery(&key(50)).unwrap();
    let here = draft.sign_as_device(&key(1)).unwrap();
    assert_eq!(here.missing(), [Signer::Recovery(sheet)]);
    assert!(here.clone().sign_as_device(&key(3)).is_err());
    let done = here.merge(&Draft::decode(&elsewhere.encode()).unwrap()).unwrap().finish().unwrap();
    SignedOp::decode(&done.encode()).unwrap().verify().unwrap();
}

#[test]
fn a_log_is_opened_by_both_keys() {
    let genesis = found(&key(1)).sign(&key(1)).unwrap();
    let open = LogOpen { log: LogId::from(&key(60)), incarnation: 0 };
    let body =
        OpBody::new(genesis.space_id(), [genesis.id()], DeviceId::from(&key(1)), MemberOp::LogOpen(open))
            .unwrap();
    assert!(body.clone().sign(&key(1)).is_err());
    assert!(body.clone().sign_with_log(&key(1), &key(61)).is_err());
    body.sign_with_log(&key(1), &key(60)).unwrap().verify().unwrap();
}

#[test]
fn every_single_bit_flip_is_refused() {
    let genesis = found(&key(1)).sign(&key(1)).unwrap();
    let bytes = genesis.encode();
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut bad = bytes.clone();
            bad[index] ^= 1 << bit;
            let accepted = SignedOp::decode(&bad).is_ok_and(|op| op.verify().is_ok());
            assert!(!accepted, "bit {bit} of byte {index}");
        }
    }
}
