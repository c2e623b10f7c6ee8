//! The names of people and devices in certificates, sealed to the space so that a mailbox learns none.

use kyosei_access::{DeviceId, SealedBytes, from_canonical, to_canonical};
use kyosei_vault::{Identity, Recipient, SealError, open, seal};
use minicbor::{Decode, Encode};

use super::Journal;

const VERSION: u8 = 1;
/// Largest names of one device in bytes, opened.
const NAMES_BYTES_MAX: usize = 4 << 10;

/// Whose device it is and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeviceNames {
    #[n(0)]
    version: u8,
    /// The person's name.
    #[n(1)]
    pub person: String,
    /// The device's name.
    #[n(2)]
    pub device: String,
}

impl DeviceNames {
    /// The names of a device.
    #[must_use]
    pub const fn new(person: String, device: String) -> Self {
        Self { version: VERSION, person, device }
    }

    pub(super) fn seal(&self, epoch: Recipient) -> Result<SealedBytes, SealError> {
        Ok(SealedBytes::from(seal(epoch, &to_canonical(self))?))
    }
}

impl Journal {
    /// The names of a member's device, if this device can read them.
    #[must_use]
    pub fn names_of(&self, device: DeviceId) -> Option<DeviceNames> {
        let sealed = &self.membership.member(device)?.sealed_name;
        let identities: Vec<&Identity> = self.epochs.values().collect();
        let opened = open(&identities, sealed.as_slice(), NAMES_BYTES_MAX).ok()?;
        let names: DeviceNames = from_canonical(&opened).ok()?;
        (names.version == VERSION).then_some(names)
    }
}

#[cfg(test)]
mod tests {
    use kyosei_access::{from_canonical, to_canonical};
    use kyosei_testkit::golden;

    use super::DeviceNames;

    #[test]
    fn the_sealed_names_of_a_certificate_keep_their_bytes() {
        let names = DeviceNames::new("青木 葵".into(), "ノート".into());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");
        let bytes = golden::check(folder, "sealed-name", &to_canonical(&names));
        assert_eq!(from_canonical::<DeviceNames>(&bytes).unwrap(), names);
    }
}
