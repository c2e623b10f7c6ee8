//! The macro that every type of the contract is made with.
//!
//! It gives a type its JSON form (camel case) and, for the test of the bindings, its TypeScript, and lists the types of a
//! module for the generator. It gives no `Debug`: these types hold personal data.

macro_rules! crossing {
    (@item $(#[$meta:meta])* struct $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub struct $name { $($body)* }
    };
    (@item $(#[$meta:meta])* enum $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum $name { $($body)* }
    };
    (@item $(#[$meta:meta])* union $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum $name { $($body)* }
    };
    ($($(#[$meta:meta])* $kind:ident $name:ident { $($body:tt)* })+) => {
        $(crate::crossing::crossing! { @item $(#[$meta])* $kind $name { $($body)* } })+

        /// The types of this module as TypeScript, in the order of the source.
        #[cfg(feature = "typescript")]
        pub(crate) fn declarations(config: &ts_rs::Config) -> Vec<String> {
            vec![$(crate::typescript::declaration::<$name>(config),)+]
        }
    };
}
pub(crate) use crossing;
