//! Writing membership operations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    Add, CutHead, DeviceCert, DeviceClaim, DeviceId, Draft as Collecting, EpochId, LogId, LogOpen, MemberOp,
    OpBody, PersonId, RecoveryKeyId, Remove, Role, SetRole, SignedOp, Signer, reduce,
};
use kyosei_sync::EntryKind;
use kyosei_vault::Identity;
use rand::Rng;

use super::draft::DraftError;
use super::{DeviceKeys, DeviceNames, Draft, OwnLog};

/// Who signs an operation: this device, and the recovery keys of sheets that were shown to it.
#[derive(Clone, Copy)]
pub struct ApprovalKeys<'a> {
    /// The keys of this device.
    pub device: &'a DeviceKeys,
    /// Keys of recovery sheets, each a person of its own.
    pub recovery: &'a [SigningKey],
}

impl Draft {
    /// Opens a new log for this device: the first one, or after the key of the old one was lost or used elsewhere. What is
    /// `unpublished` ([`Journal::unpublished`](super::Journal::unpublished)) is said again in it, since the log rests on it.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn open_log(
        &mut self,
        key: SigningKey,
        keys: &DeviceKeys,
        unpublished: Vec<Vec<u8>>,
    ) -> Result<(), DraftError> {
        let device = keys.device();
        let membership = &self.journal.membership;
        let used = membership.logs().filter(|(_, log)| log.device == device).map(|(_, log)| log.incarnation);
        let incarnation =
            used.max().map_or(Some(0), |last| last.checked_add(1)).ok_or(DraftError::LogFull)?;
        let own = OwnLog { key, incarnation };
        let open = MemberOp::LogOpen(LogOpen { log: own.id(), incarnation });
        let body = OpBody::new(self.journal.space, self.journal.heads().iter().copied(), device, open)?;
        let op = body.sign_with_log(&keys.signing, &own.key)?;
        self.journal.own = Some(own);
        self.journal.said = BTreeMap::new();
        self.publish(op)?;
        unpublished.into_iter().try_for_each(|op| self.append(EntryKind::Member, None, |_| Ok(op)))
    }

    /// Adds a device. `names` are sealed to the space.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn add_device(
        &mut self,
        claim: DeviceClaim,
        person: PersonId,
        names: &DeviceNames,
        role: Role,
        approvals: ApprovalKeys<'_>,
    ) -> Result<(), DraftError> {
        let (_, recipient) = self.journal.writing_epoch()?;
        let sealed_name = names.seal(recipient)?;
        let cert = DeviceCert { claim, person, sealed_name };
        self.operation(MemberOp::Add(Add { cert, role }), approvals)
    }

    /// Removes devices for ever. What this device has applied of their logs still counts; everything after is held.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn remove_devices(
        &mut self,
        devices: BTreeSet<DeviceId>,
        approvals: ApprovalKeys<'_>,
    ) -> Result<(), DraftError> {
        let applied = self.journal.applied_heads();
        let logs = self.journal.membership.logs().filter(|(_, log)| devices.contains(&log.device));
        let cuts: BTreeMap<LogId, BTreeSet<CutHead>> =
            logs.filter_map(|(log, _)| Some((log, applied.get(&log)?.clone()))).collect();
        self.operation(MemberOp::Remove(Remove { devices, cuts }), approvals)
    }

    /// Changes the role of a device.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn set_role(
        &mut self,
        device: DeviceId,
        role: Role,
        approvals: ApprovalKeys<'_>,
    ) -> Result<(), DraftError> {
        self.operation(MemberOp::SetRole(SetRole { device, role }), approvals)
    }

    /// Mints an epoch for the present readers (rule E2).
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn rotate(&mut self, keys: &DeviceKeys, rng: &mut (impl Rng + ?Sized)) -> Result<(), DraftError> {
        let mut rng = rng;
        let identity = Identity::generate(&mut rng).map_err(|_| DraftError::NoEpoch)?;
        let op = self.journal.rotation(&identity)?;
        let MemberOp::Rotate(rotate) = &op else { return Err(DraftError::Operation) };
        let epoch = rotate.recipient.id();
        self.operation(op, ApprovalKeys { device: keys, recovery: &[] })?;
        self.journal.epochs.insert(epoch, identity);
        Ok(())
    }

    /// Wraps an epoch for readers that lack it; nothing if there are none (rule E3).
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn add_missing_wraps(&mut self, epoch: EpochId, keys: &DeviceKeys) -> Result<(), DraftError> {
        match self.journal.missing_wraps(epoch)? {
            Some(op) => self.operation(op, ApprovalKeys { device: keys, recovery: &[] }),
            None => Ok(()),
        }
    }

    /// States that the wrap of an epoch for this device does not open to that epoch.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn complain(&mut self, epoch: EpochId, keys: &DeviceKeys) -> Result<(), DraftError> {
        let op = MemberOp::Complaint(kyosei_access::Complaint { epoch });
        self.operation(op, ApprovalKeys { device: keys, recovery: &[] })
    }

    /// Signs an operation and adds it.
    ///
    /// # Errors
    /// See [`DraftError`]; [`DraftError::NotPermitted`] if no replica would accept it.
    pub fn operation(&mut self, op: MemberOp, approvals: ApprovalKeys<'_>) -> Result<(), DraftError> {
        let heads = self.journal.heads().iter().copied();
        let approvers = approvals.recovery.iter().map(|key| Signer::Recovery(RecoveryKeyId::from(key)));
        let body = OpBody::new(self.journal.space, heads, approvals.device.device(), op)?;
        let body = body.with_approvers(approvers)?;
        self.journal.membership.check(&body)?;
        let mut collecting = Collecting::new(body)
            .sign_as_device(&approvals.device.signing)
            .map_err(|_| DraftError::Operation)?;
        for key in approvals.recovery {
            collecting = collecting.sign_as_recovery(key).map_err(|_| DraftError::Operation)?;
        }
        self.publish(collecting.finish()?)
    }

    /// Adds an operation that all its signers have signed.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn publish(&mut self, op: SignedOp) -> Result<(), DraftError> {
        let payload = op.encode();
        let op = op.verify().map_err(|_| DraftError::Operation)?;
        self.journal.ops.insert(op).map_err(|_| DraftError::Operation)?;
        self.journal.membership = Arc::new(reduce(&self.journal.ops));
        self.append(EntryKind::Member, None, |_| Ok(payload))
    }
}
