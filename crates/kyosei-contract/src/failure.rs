//! Why a command did not do what it was asked: a code with parameters, never a sentence.

use std::collections::BTreeMap;

use kyosei_model::Field;

use crate::coded::Coded;
use crate::crossing::crossing;

crossing! {
    /// What a check found in one field. A code that begins with `E-` kept the value out; `W-` asks to look at it.
    struct Finding {
        /// The field.
        pub field: Coded<Field>,
        /// Code of the rejection or the warning.
        pub code: String,
    }

    /// Why a command failed. What was saved before is safe, and of this command nothing was saved.
    struct Failure {
        /// Stable code; the window words it. Never holds personal data.
        pub code: String,
        /// Numbers and codes for the wording: `waitMs`, `line`, `limit`. Never personal data.
        pub params: BTreeMap<String, String>,
        /// What is wrong, field by field.
        pub fields: Vec<Finding>,
    }
}

impl Failure {
    /// A failure with this code.
    #[must_use]
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), params: BTreeMap::new(), fields: Vec::new() }
    }

    /// The same with a parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// The same with findings.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<Finding>) -> Self {
        self.fields = fields;
        self
    }
}
