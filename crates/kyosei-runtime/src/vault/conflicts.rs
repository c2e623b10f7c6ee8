//! Values that were written apart, with the person and the device behind each.

use kyosei_app::conflicts::{OpenConflict, open_conflicts};
use kyosei_doc::Actor;
use kyosei_model::{DeviceId, MemberId};

use super::Vault;

impl Vault {
    /// The open conflicts of the register. Who wrote a value is known as long as the device's log is; the person, as long as
    /// the device is a member.
    #[must_use]
    pub fn conflicts(&self) -> Vec<OpenConflict> {
        let journal = self.journal();
        let lookup = |actor: Actor| {
            let device = journal.device_of(&actor.0)?;
            let member = journal.membership().member(device);
            let member = member.map(|member| MemberId::from_bytes(*member.person.as_bytes()));
            Some((member, DeviceId::from_bytes(*device.as_bytes())))
        };
        open_conflicts(self.register(), &lookup)
    }
}
