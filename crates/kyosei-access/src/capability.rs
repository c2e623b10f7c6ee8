//! Capabilities: proof that a device may do something in a space, carried as a value.
//!
//! Only [`Membership::authorize`] makes one. Code that reads cases or writes documents takes the capability as an
//! argument, so that it cannot be called by someone who was not asked for. A capability tells what held for the
//! membership that minted it; whoever keeps one across a change of membership asks again.

use std::fmt;
use std::marker::PhantomData;

use thiserror::Error;

use crate::cert::Role;
use crate::id::{DeviceId, PersonId, SpaceId};
use crate::membership::Membership;

/// Something that a capability is for. Sealed: the purposes are [`Read`], [`Write`] and [`Administer`].
pub trait Purpose: sealed::Sealed {
    /// The role that it takes.
    const ROLE: Role;
    /// Its code in audit records and errors.
    const CODE: &'static str;
}

/// Reading the documents of the space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {}

/// Writing documents of the space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {}

/// Proposing and approving changes of membership, and erasures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Administer {}

impl Purpose for Read {
    const ROLE: Role = Role::Read;
    const CODE: &'static str = "read";
}

impl Purpose for Write {
    const ROLE: Role = Role::Edit;
    const CODE: &'static str = "write";
}

impl Purpose for Administer {
    const ROLE: Role = Role::Admin;
    const CODE: &'static str = "administer";
}

/// Proof that a device may do `P` in a space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Capability<P: Purpose> {
    space: SpaceId,
    device: DeviceId,
    person: PersonId,
    purpose: PhantomData<fn() -> P>,
}

impl<P: Purpose> Capability<P> {
    /// The space that it is for.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// The device that was asked for.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// Whose device it is, for the audit record.
    #[must_use]
    pub const fn person(&self) -> PersonId {
        self.person
    }
}

impl<P: Purpose> fmt::Debug for Capability<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Capability({}, {}, {})", P::CODE, self.space, self.device)
    }
}

/// The device may not do this in the space.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AccessDenied {
    /// It is not (or no longer) a member.
    #[error("the device is not a member of the space")]
    NotMember,
    /// Its role is too small.
    #[error("the role of the device does not permit this")]
    Role {
        /// The role that it takes.
        needed: Role,
    },
}

impl Membership {
    /// Whether the device may do `P`.
    #[must_use]
    pub fn can<P: Purpose>(&self, device: DeviceId) -> bool {
        self.authorize::<P>(device).is_ok()
    }

    /// Mints a capability for a device.
    ///
    /// # Errors
    /// [`AccessDenied`] when the device is not in, or its role does not permit it.
    pub fn authorize<P: Purpose>(&self, device: DeviceId) -> Result<Capability<P>, AccessDenied> {
        let member = self.member(device).ok_or(AccessDenied::NotMember)?;
        if member.role < P::ROLE {
            return Err(AccessDenied::Role { needed: P::ROLE });
        }
        Ok(Capability { space: self.space(), device, person: member.person, purpose: PhantomData })
    }
}

mod sealed {
    /// Keeps [`super::Purpose`] closed.
    pub trait Sealed {}
    impl Sealed for super::Read {}
    impl Sealed for super::Write {}
    impl Sealed for super::Administer {}
}
