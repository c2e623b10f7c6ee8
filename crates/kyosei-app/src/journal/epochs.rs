//! The secrets of epochs: opening those that are wrapped for this device, and minting new ones (rules E1-E4).

use std::collections::BTreeSet;

use kyosei_access::{
    AddWraps, DeviceId, EpochId, EpochRecipient, KemRecipient, MemberOp, Membership, Rotate, SealedBytes,
    from_canonical, to_canonical,
};
use kyosei_vault::{Identity, Recipient, SealError, open, seal};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use super::draft::DraftError;
use super::{DeviceKeys, Journal};

/// Bytes of an epoch secret, the content of a wrap.
const EPOCH_SECRET_BYTES: usize = 32;
/// Older epochs that a new one hands on at most: more than thirty years of monthly rotations.
pub(crate) const CHAIN_EPOCH_COUNT_MAX: usize = 400;
/// Largest chain in bytes, opened.
const CHAIN_BYTES_MAX: usize = 64 << 10;
const CHAIN_VERSION: u8 = 1;

/// The older epochs that a new one hands on to its readers, sealed to the new one.
#[derive(Encode, Decode)]
struct Chain {
    #[n(0)]
    version: u8,
    #[n(1)]
    secrets: Vec<EpochSecret>,
}

#[derive(Encode, Decode, zeroize::ZeroizeOnDrop)]
#[cbor(transparent)]
struct EpochSecret(#[cbor(with = "minicbor::bytes")] [u8; EPOCH_SECRET_BYTES]);

impl Journal {
    /// Whether this device can open what is sealed to the epoch.
    #[must_use]
    pub fn holds_epoch(&self, epoch: EpochId) -> bool {
        self.epochs.contains_key(&epoch)
    }

    /// Epochs that this device may read and has no good wrap of: someone wrapped a wrong key (hole H11).
    #[must_use]
    pub fn unopened_epochs(&self, keys: &DeviceKeys) -> Vec<EpochId> {
        let device = keys.device();
        let has_wraps = |id: &EpochId| !self.membership.wraps_for(device, *id).is_empty();
        let all = self.membership.epochs().map(|(id, _)| id);
        all.filter(|id| !self.holds_epoch(*id) && has_wraps(id) && self.membership.holds(device, *id))
            .collect()
    }

    /// Epochs that this device holds and some reader lacks: the preferred one, which all must have, and those that a reader
    /// asked for.
    #[must_use]
    pub fn epochs_to_wrap(&self) -> Vec<EpochId> {
        self.epochs.keys().copied().filter(|epoch| !self.lacking(*epoch).is_empty()).collect()
    }

    /// Opens the epochs that are wrapped for this device, and those that they hand on. Returns the new ones.
    pub(crate) fn open_epochs(&mut self, keys: &DeviceKeys) -> BTreeSet<EpochId> {
        let device = keys.device();
        let mut found: Vec<(EpochId, Identity)> = Vec::new();
        for epoch in self.membership.minted_epochs() {
            if self.holds_epoch(epoch) {
                continue;
            }
            let wraps = self.membership.wraps_for(device, epoch);
            let opened = wraps.iter().find_map(|wrap| unwrap(wrap.as_slice(), epoch, &keys.kem));
            found.extend(opened.map(|identity| (epoch, identity)));
        }
        let mut new = BTreeSet::new();
        while let Some((epoch, identity)) = found.pop() {
            if self.holds_epoch(epoch) {
                continue;
            }
            found.extend(self.handed_on(epoch, &identity));
            self.epochs.insert(epoch, identity);
            new.insert(epoch);
        }
        new
    }

    /// The epochs in the chains of the operations that mint `epoch`.
    fn handed_on(&self, epoch: EpochId, identity: &Identity) -> Vec<(EpochId, Identity)> {
        let chains = self.ops.iter().filter_map(|op| {
            let MemberOp::Rotate(rotate) = op.body().op() else { return None };
            rotate.chain.as_ref().filter(|_| rotate.recipient.id() == epoch)
        });
        let mut found = Vec::new();
        for chain in chains {
            let opened = open(&[identity], chain.as_slice(), CHAIN_BYTES_MAX).ok();
            let chain = opened.and_then(|bytes| from_canonical::<Chain>(&bytes).ok());
            let known = chain.filter(|chain| {
                chain.version == CHAIN_VERSION && chain.secrets.len() <= CHAIN_EPOCH_COUNT_MAX
            });
            for secret in known.iter().flat_map(|chain| &chain.secrets) {
                let Ok(older) = Identity::from_bytes(&secret.0) else { continue };
                let Ok(recipient) = older.recipient() else { continue };
                found.push((EpochRecipient::from_bytes(recipient.to_bytes()).id(), older));
            }
        }
        found
    }

    /// The operation that mints an epoch for all present readers and hands the older ones on.
    pub(super) fn rotation(&self, identity: &Identity) -> Result<MemberOp, DraftError> {
        rotation(&self.membership, identity, self.epochs.values())
    }

    /// The operation that wraps an epoch for the readers that lack it; none if there is nobody, or this device does not
    /// hold it.
    pub(super) fn missing_wraps(&self, epoch: EpochId) -> Result<Option<MemberOp>, DraftError> {
        let missing = self.lacking(epoch);
        let (Some(identity), false) = (self.epochs.get(&epoch), missing.is_empty()) else { return Ok(None) };
        let mut wraps = kyosei_access::Wraps::new();
        for member in missing.into_iter().filter_map(|device| self.membership.member(device)) {
            wraps.insert((member.device, member.kem_id), wrap(identity, member.kem)?);
        }
        let recovery_wraps = std::collections::BTreeMap::new();
        Ok(Some(MemberOp::AddWraps(AddWraps { epoch, wraps, recovery_wraps })))
    }

    /// The readers that lack an epoch, as far as it is known: those without a wrap of the preferred one, and those that asked
    /// for another. Of other epochs a chain may have brought them the key.
    fn lacking(&self, epoch: EpochId) -> BTreeSet<DeviceId> {
        let mut lacking = self.membership.asking_for(epoch);
        if self.membership.preferred_epoch() == Some(epoch) {
            lacking.extend(self.membership.missing_wraps(epoch));
        }
        lacking
    }

    /// The epoch that new entries are sealed to: the preferred one if this device holds it, else any usable one.
    pub(super) fn writing_epoch(&self) -> Result<(EpochId, Recipient), DraftError> {
        let preferred = self.membership.preferred_epoch();
        let usable = self.membership.epochs().filter(|(_, epoch)| epoch.is_usable).map(|(id, _)| id);
        let epoch = preferred.into_iter().chain(usable).find(|id| self.holds_epoch(*id));
        let epoch = epoch.ok_or(DraftError::NoEpoch)?;
        let identity = self.epochs.get(&epoch).ok_or(DraftError::NoEpoch)?;
        Ok((epoch, identity.recipient().map_err(|_| DraftError::NoEpoch)?))
    }

    /// The key that everyone who reads the space can open now.
    ///
    /// # Errors
    /// [`DraftError::NoEpoch`].
    pub fn sealing_recipient(&self) -> Result<Recipient, DraftError> {
        self.writing_epoch().map(|(_, recipient)| recipient)
    }

    /// The identities of all epochs that this device holds, the newest not first.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.epochs.values()
    }

    /// Whether something can be sealed now.
    #[must_use]
    pub fn can_seal(&self) -> bool {
        self.writing_epoch().is_ok()
    }
}

/// The operation that mints an epoch for the readers of a membership.
pub(super) fn rotation<'a>(
    membership: &Membership,
    identity: &Identity,
    older: impl Iterator<Item = &'a Identity>,
) -> Result<MemberOp, DraftError> {
    let recipient = identity.recipient().map_err(|_| DraftError::NoEpoch)?;
    let mut wraps = kyosei_access::Wraps::new();
    for reader in membership.readers() {
        wraps.insert((reader.device, reader.kem_id), wrap(identity, reader.kem)?);
    }
    let recovery = membership.recovery_recipient();
    let recovery_wraps =
        recovery.map(|kem| Ok::<_, SealError>((kem.id(), wrap(identity, kem)?))).transpose()?;
    let secrets: Vec<EpochSecret> = older.map(|older| EpochSecret(*older.secret_bytes())).collect();
    if secrets.len() > CHAIN_EPOCH_COUNT_MAX {
        return Err(DraftError::TooManyEpochs);
    }
    let chain = if secrets.is_empty() {
        None
    } else {
        let content = Zeroizing::new(to_canonical(&Chain { version: CHAIN_VERSION, secrets }));
        Some(SealedBytes::from(seal(recipient, &content)?))
    };
    Ok(MemberOp::Rotate(Rotate {
        recipient: EpochRecipient::from_bytes(recipient.to_bytes()),
        chain,
        wraps,
        recovery_wraps: recovery_wraps.into_iter().collect(),
    }))
}

/// The identity of an epoch, sealed to one recipient.
pub(super) fn wrap(identity: &Identity, kem: KemRecipient) -> Result<SealedBytes, SealError> {
    Ok(SealedBytes::from(seal(Recipient::from_bytes(*kem.as_bytes()), identity.secret_bytes())?))
}

/// Opens a wrap and checks that the identity inside is the epoch's (a wrong wrap must not pass).
fn unwrap(wrap: &[u8], epoch: EpochId, kem: &Identity) -> Option<Identity> {
    let secret = open(&[kem], wrap, EPOCH_SECRET_BYTES).ok()?;
    let identity = Identity::from_bytes(secret.as_slice().try_into().ok()?).ok()?;
    let recipient = identity.recipient().ok()?;
    (EpochRecipient::from_bytes(recipient.to_bytes()).id() == epoch).then_some(identity)
}

#[cfg(test)]
mod tests {
    use kyosei_access::{from_canonical, to_canonical};
    use kyosei_testkit::golden;

    use super::{CHAIN_VERSION, Chain, EpochSecret};

    #[test]
    fn a_chain_of_epochs_keeps_its_bytes() {
        let chain =
            Chain { version: CHAIN_VERSION, secrets: vec![EpochSecret([1; 32]), EpochSecret([2; 32])] };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let bytes = golden::check(folder, "epoch-chain", &to_canonical(&chain));
        assert_eq!(from_canonical::<Chain>(&bytes).unwrap().secrets.len(), 2);
    }
}
