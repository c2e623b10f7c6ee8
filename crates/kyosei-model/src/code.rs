//! Enumerations with stable codes.
//!
//! A code is what is stored and sent; it never changes once released. The macro gives each enumeration its
//! list, its code, the way back, and the words for Japanese and English readers. It makes no wire format.

use thiserror::Error;

/// A code that this version does not know, for instance one written by a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("unknown code of {kind}")]
pub struct UnknownCode {
    /// The enumeration that was asked for.
    pub kind: &'static str,
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal, $ja:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value, in the order in which it is shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code that is stored and sent.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Reads a stored code.
            ///
            /// # Errors
            /// [`UnknownCode`](crate::UnknownCode) when this version knows no such code.
            pub fn from_code(code: &str) -> Result<Self, $crate::UnknownCode> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownCode { kind: stringify!($name) }),
                }
            }

            /// The words for a Japanese reader.
            pub const fn label_ja(self) -> &'static str {
                match self { $(Self::$variant => $ja,)+ }
            }

            /// The words for an English reader.
            pub const fn label_en(self) -> &'static str {
                match self { $(Self::$variant => $en,)+ }
            }
        }
    };
}

pub(crate) use coded;
