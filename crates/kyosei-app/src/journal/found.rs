//! Founding a space: its first operations and its first epoch.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    EpochId, EpochRecipient, Founder, KemRecipient, LogOpen, MemberOp, OpBody, OpSet, PersonId, Policy,
    RecoveryKeyId, Rotate, SealedBytes, SignedOp, genesis, reduce, to_canonical,
};
use kyosei_sync::{EntryKind, Logs};
use kyosei_vault::{Identity, Recipient, open, seal};
use minicbor::{Decode, Encode};
use rand::Rng;

use super::draft::{DraftError, verified};
use super::{DeviceKeys, Journal, NewEntry, NextEntry, OwnLog};

/// Bytes of an epoch secret, the content of a wrap.
const EPOCH_SECRET_BYTES: usize = 32;

/// Version of [`SealedName`].
const SEALED_NAME_VERSION: u8 = 1;

/// The names in a device's certificate, sealed to the space's epoch.
#[derive(Encode, Decode)]
struct SealedName {
    #[n(0)]
    version: u8,
    #[n(1)]
    person: String,
    #[n(2)]
    device: String,
}

/// What a founder decides.
pub struct Founding<'a> {
    /// The founder's pseudonymous person id.
    pub person: PersonId,
    /// The founder's name; it is sealed to the space.
    pub name: &'a str,
    /// The laptop's name; it is sealed together with the founder's.
    pub device_name: &'a str,
    /// How many approvals which change takes.
    pub policy: Policy,
    /// Public halves of the sheets' approval keys.
    pub recovery_keys: Vec<RecoveryKeyId>,
    /// Public half of the recovery identity.
    pub recovery_recipient: Recipient,
}

/// A founded space.
pub struct Founded {
    /// Its journal, with the draft already part of it.
    pub journal: Journal,
    /// The entries to store.
    pub entries: Vec<NewEntry>,
}

impl Journal {
    /// Founds a space: Genesis, the founder's log, the first epoch.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn found(
        founding: &Founding<'_>,
        keys: &DeviceKeys,
        rng: &mut impl Rng,
    ) -> Result<Founded, DraftError> {
        let epoch_identity = Identity::generate(rng).map_err(|_| DraftError::NoEpoch)?;
        let epoch_recipient = epoch_identity.recipient().map_err(|_| DraftError::NoEpoch)?;
        let own = OwnLog { key: fresh_key(rng), incarnation: 0 };

        let founded = genesis_op(founding, keys, epoch_recipient, rng)?;
        let space = founded.space_id();
        let mut ops = OpSet::new(space);
        let mut entries = Vec::new();
        let mut logs = Logs::default();
        let mut append = |op: SignedOp, ops: &mut OpSet| -> Result<(), DraftError> {
            let payload = op.encode();
            ops.insert(verified(op)?).map_err(|_| DraftError::Operation)?;
            let heads = reduce(ops).heads().clone();
            let mut next = NextEntry { space, logs: &mut logs, key: &own.key, heads: &heads };
            entries.push(next.append(EntryKind::Member, None, |_| Ok(payload))?);
            Ok(())
        };

        append(founded, &mut ops)?;
        let open_log = MemberOp::LogOpen(LogOpen { log: own.id(), incarnation: own.incarnation });
        let body = OpBody::new(space, reduce(&ops).heads().iter().copied(), keys.device(), open_log)?;
        append(body.sign_with_log(&keys.signing, &own.key)?, &mut ops)?;
        let rotate = first_rotation(founding, keys, &epoch_identity, epoch_recipient)?;
        let body = OpBody::new(space, reduce(&ops).heads().iter().copied(), keys.device(), rotate)?;
        append(body.sign(&keys.signing)?, &mut ops)?;

        let epoch = EpochRecipient::from_bytes(epoch_recipient.to_bytes()).id();
        let journal = Self {
            space,
            membership: reduce(&ops),
            ops,
            logs,
            own: Some(own),
            epochs: BTreeMap::from([(epoch, epoch_identity)]),
        };
        Ok(Founded { journal, entries })
    }
}

/// A fresh Ed25519 key from the caller's randomness.
pub fn fresh_key(rng: &mut (impl Rng + ?Sized)) -> SigningKey {
    let mut seed = zeroize::Zeroizing::new([0_u8; 32]);
    rng.fill_bytes(&mut *seed);
    SigningKey::from_bytes(&seed)
}

/// Opens a wrap and checks that the identity inside is the epoch's (a wrong wrap must not pass).
pub(super) fn unwrap(wrap: &[u8], epoch: EpochId, kem: &Identity) -> Option<Identity> {
    let secret = open(&[kem], wrap, EPOCH_SECRET_BYTES).ok()?;
    let identity = Identity::from_bytes(secret.as_slice().try_into().ok()?).ok()?;
    let recipient = identity.recipient().ok()?;
    (EpochRecipient::from_bytes(recipient.to_bytes()).id() == epoch).then_some(identity)
}

fn genesis_op(
    founding: &Founding<'_>,
    keys: &DeviceKeys,
    epoch: Recipient,
    rng: &mut impl Rng,
) -> Result<SignedOp, DraftError> {
    let name = SealedName {
        version: SEALED_NAME_VERSION,
        person: founding.name.to_owned(),
        device: founding.device_name.to_owned(),
    };
    let founder = Founder {
        device: keys.device(),
        kem: keys.kem_recipient(),
        endpoint: keys.endpoint(),
        person: founding.person,
        sealed_name: SealedBytes::from(seal(epoch, &to_canonical(&name))?),
    };
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);
    let recovery = KemRecipient::from_bytes(founding.recovery_recipient.to_bytes());
    let recovery_keys = founding.recovery_keys.iter().copied().collect();
    let body = genesis(vec![founder], founding.policy, recovery_keys, Some(recovery), nonce)?;
    Ok(body.sign(&keys.signing)?)
}

fn first_rotation(
    founding: &Founding<'_>,
    keys: &DeviceKeys,
    epoch: &Identity,
    epoch_recipient: Recipient,
) -> Result<MemberOp, DraftError> {
    let wrap = |recipient| Ok::<_, DraftError>(SealedBytes::from(seal(recipient, epoch.secret_bytes())?));
    let kem = Recipient::from_bytes(*keys.kem_recipient().as_bytes());
    let recovery = founding.recovery_recipient;
    Ok(MemberOp::Rotate(Rotate {
        recipient: EpochRecipient::from_bytes(epoch_recipient.to_bytes()),
        chain: None,
        wraps: BTreeMap::from([((keys.device(), keys.kem_id()), wrap(kem)?)]),
        recovery_wraps: BTreeMap::from([(
            KemRecipient::from_bytes(recovery.to_bytes()).id(),
            wrap(recovery)?,
        )]),
    }))
}

#[cfg(test)]
mod tests {
    use kyosei_access::to_canonical;
    use kyosei_testkit::golden;

    use super::{SEALED_NAME_VERSION, SealedName};

    #[test]
    fn the_sealed_names_of_a_certificate_keep_their_bytes() {
        let name =
            SealedName {
                version: SEALED_NAME_VERSION, person: "青木 葵".into(), device: "ノート".into()
            };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let bytes = golden::check(folder, "sealed-name", &to_canonical(&name));
        let read: SealedName = minicbor::decode(&bytes).unwrap();
        assert_eq!((read.person.as_str(), read.device.as_str()), ("青木 葵", "ノート"));
    }
}
