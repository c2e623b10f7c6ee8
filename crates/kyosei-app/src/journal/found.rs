//! Founding a space: its first operations and its first epoch.

use ed25519_dalek::SigningKey;
use kyosei_access::{
    Founder, KemRecipient, LogOpen, MemberOp, OpBody, PersonId, Policy, RecoveryKeyId, SignedOp, genesis,
};
use kyosei_vault::{Identity, Recipient};
use rand::Rng;

use super::draft::DraftError;
use super::{ApprovalKeys, DeviceKeys, DeviceNames, Journal, NewEntry, OwnLog};

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
        let epoch = Identity::generate(rng).map_err(|_| DraftError::NoEpoch)?;
        let own = OwnLog { key: fresh_key(rng), incarnation: 0 };
        let genesis = genesis_op(founding, keys, &epoch, rng)?;
        let space = genesis.space_id();
        let open_log = MemberOp::LogOpen(LogOpen { log: own.id(), incarnation: own.incarnation });
        let open_log = OpBody::new(space, [genesis.id()], keys.device(), open_log)?
            .sign_with_log(&keys.signing, &own.key)?;
        let mut draft = Self::empty(space, Some(own)).draft();
        draft.publish(genesis)?;
        draft.publish(open_log)?;
        let first = draft.journal.rotation(&epoch)?;
        let MemberOp::Rotate(rotate) = &first else { return Err(DraftError::Operation) };
        let id = rotate.recipient.id();
        draft.operation(first, ApprovalKeys { device: keys, recovery: &[] })?;
        draft.journal.epochs.insert(id, epoch);
        Ok(Founded { journal: draft.journal, entries: draft.entries })
    }
}

/// A fresh Ed25519 key from the caller's randomness.
pub fn fresh_key(rng: &mut (impl Rng + ?Sized)) -> SigningKey {
    let mut seed = zeroize::Zeroizing::new([0_u8; 32]);
    rng.fill_bytes(&mut *seed);
    SigningKey::from_bytes(&seed)
}

fn genesis_op(
    founding: &Founding<'_>,
    keys: &DeviceKeys,
    epoch: &Identity,
    rng: &mut impl Rng,
) -> Result<SignedOp, DraftError> {
    let names = DeviceNames::new(founding.name.to_owned(), founding.device_name.to_owned());
    let founder = Founder {
        device: keys.device(),
        kem: keys.kem_recipient(),
        endpoint: keys.endpoint(),
        person: founding.person,
        sealed_name: names.seal(epoch.recipient().map_err(|_| DraftError::NoEpoch)?)?,
    };
    let mut nonce = [0; 16];
    rng.fill_bytes(&mut nonce);
    let recovery = KemRecipient::from_bytes(founding.recovery_recipient.to_bytes());
    let recovery_keys = founding.recovery_keys.iter().copied().collect();
    let body = genesis(vec![founder], founding.policy, recovery_keys, Some(recovery), nonce)?;
    Ok(body.sign(&keys.signing)?)
}
