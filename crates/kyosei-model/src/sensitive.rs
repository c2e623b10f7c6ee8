//! Personal data that must not leak through `Debug`, errors or logs.
//!
//! A [`Sensitive`] value is read only by asking for it by name ([`Sensitive::expose`]), so that
//! every place where personal data leaves its wrapper can be found by searching for one word.
//! It does not encrypt and does not wipe memory: that is the vault's work.

use std::fmt;

/// A value whose `Debug` output is always `[redacted]`. It has no `Display` on purpose.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Gives the value out. Never pass the result to a log, an error or a window title.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the value out of its wrapper.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitive;

    #[test]
    fn debug_output_never_shows_the_value() {
        let name = Sensitive::new(String::from("山田花子"));
        assert_eq!(format!("{name:?}"), "[redacted]");
        assert_eq!(format!("{:?}", Some(&name)), "Some([redacted])");
        assert_eq!(name.expose(), "山田花子", "positive control: the value is there");
    }
}
