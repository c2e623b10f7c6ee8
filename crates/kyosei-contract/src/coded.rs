//! Closed lists, ids and secrets of the model, as they cross.
//!
//! A value of a closed list crosses as its stable code, an id as its 26 letters; both are read strictly. In TypeScript a
//! closed list is a union of its codes, so that a page that forgets one does not compile.

use std::fmt::Display;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A closed list with stable codes.
pub trait Closed: Copy + PartialEq + 'static {
    /// Name of the list in TypeScript.
    const NAME: &'static str;
    /// Every value.
    const VALUES: &'static [Self];

    /// The stable code.
    fn stable_code(self) -> &'static str;
}

/// A value of a closed list; crosses as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coded<T>(pub T);

impl<T: Closed> Serialize for Coded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.stable_code())
    }
}

impl<'de, T: Closed> Deserialize<'de> for Coded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let found = T::VALUES.iter().find(|value| value.stable_code() == code);
        found.map(|value| Self(*value)).ok_or_else(|| de::Error::custom("unknown code"))
    }
}

/// An id of the model; crosses as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id<T>(pub T);

impl<T: Display> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| de::Error::custom("not an id"))
    }
}

/// A passphrase or words of a recovery sheet; wiped when dropped.
#[derive(Clone)]
pub struct Secret(pub SecretString);

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretString::from(text)))
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

macro_rules! closed {
    ($($list:ident as $name:literal;)+) => {
        $(impl Closed for kyosei_model::$list {
            const NAME: &'static str = $name;
            const VALUES: &'static [Self] = Self::ALL;

            fn stable_code(self) -> &'static str {
                self.code()
            }
        })+

        /// The closed lists as TypeScript.
        #[cfg(feature = "typescript")]
        pub(crate) fn declarations() -> Vec<String> {
            vec![$(crate::typescript::closed_list::<kyosei_model::$list>(),)+]
        }
    };
}

closed! {
    AuditAction as "AuditAction";
    Channel as "Channel";
    ContactPreference as "ContactPreference";
    Decision as "Decision";
    EmailState as "EmailState";
    Field as "Field";
    FileEncoding as "FileEncoding";
    Interest as "Interest";
    OrgType as "OrgType";
    PublicName as "PublicName";
    Purpose as "Purpose";
    Rejection as "Rejection";
    Source as "Source";
    Status as "Status";
    SupporterKind as "SupporterKind";
    Warning as "Warning";
}
