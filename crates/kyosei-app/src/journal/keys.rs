//! The keys of this device in usable form.

use ed25519_dalek::SigningKey;
use kyosei_access::{DeviceId, EndpointKey, KemRecipient};
use kyosei_vault::{Identity, KeyFile, Recipient};

/// Keys of this device, as the key file holds them.
pub struct DeviceKeys {
    /// Signs certificates, operations and approvals.
    pub signing: SigningKey,
    /// Opens epoch wraps.
    pub kem: Identity,
    /// Opens what only this laptop reads.
    pub local: Identity,
    /// Public half of `local`. It never leaves the vault, so nobody else can make local state that opens.
    pub local_recipient: Recipient,
    /// Names the device on the network; its public half stands in the membership.
    pub endpoint_key: SigningKey,
    kem_recipient: Recipient,
}

/// Why the keys of a key file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keys of the key file cannot be used")]
pub struct BadKeys;

impl DeviceKeys {
    /// The keys of a key file.
    ///
    /// # Errors
    /// [`BadKeys`] never for a file that this program wrote.
    pub fn from_key_file(keys: &KeyFile) -> Result<Self, BadKeys> {
        let kem = Identity::from_bytes(&keys.kem_secret).map_err(|_| BadKeys)?;
        let local = Identity::from_bytes(&keys.local_secret).map_err(|_| BadKeys)?;
        Ok(Self {
            signing: SigningKey::from_bytes(&keys.device_seed),
            kem_recipient: kem.recipient().map_err(|_| BadKeys)?,
            local_recipient: local.recipient().map_err(|_| BadKeys)?,
            endpoint_key: SigningKey::from_bytes(&keys.endpoint_seed),
            kem,
            local,
        })
    }

    /// The id of this device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        DeviceId::from(&self.signing)
    }

    /// The key to which epochs are wrapped for this device.
    #[must_use]
    pub const fn kem_recipient(&self) -> KemRecipient {
        KemRecipient::from_bytes(self.kem_recipient.to_bytes())
    }

    /// The public key of this device's network endpoint.
    #[must_use]
    pub fn endpoint(&self) -> EndpointKey {
        EndpointKey::from(&self.endpoint_key)
    }
}
