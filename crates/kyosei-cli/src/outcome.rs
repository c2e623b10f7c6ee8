//! What a command gives back: a result for people and for programs, or a failure with a stable code.

use serde::Serialize;

use crate::codes;
use crate::locale::Lang;

/// Exit code of a command that did its work.
pub const EXIT_DONE: u8 = 0;
/// Exit code of a refusal or failure.
pub const EXIT_FAILED: u8 = 1;
/// Exit code for a wrong passphrase.
pub const EXIT_LOCKED: u8 = 3;
/// Exit code of a command that was done in part; each item that was not done is listed.
pub const EXIT_PART: u8 = 4;

/// A result.
#[derive(Debug)]
pub struct Done {
    /// One JSON document.
    pub json: serde_json::Value,
    /// Text for people, ending in a line break.
    pub human: String,
    /// Exit code.
    pub exit: u8,
}

/// A failure. It holds codes, field names and line numbers, never personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: String,
    details: Vec<Detail>,
    block: Option<String>,
}

/// What a failure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Detail {
    /// A line of a file, from 1.
    Line(u64),
    /// A field, a file name that the user gave, a reason.
    Text(String),
}

impl Done {
    /// A result from its JSON form and its text.
    ///
    /// # Errors
    /// [`Failure`] never in practice: the reports of this program always serialise.
    pub fn new(report: &impl Serialize, human: String) -> Result<Self, Failure> {
        let json = serde_json::to_value(report).map_err(|_| Failure::new("E-OUTPUT"))?;
        Ok(Self { json, human, exit: EXIT_DONE })
    }

    /// The same result, marked as done in part.
    pub const fn in_part(mut self, is_part: bool) -> Self {
        if is_part {
            self.exit = EXIT_PART;
        }
        self
    }
}

impl Failure {
    /// A failure with a stable code.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), details: Vec::new(), block: None }
    }

    /// Adds what is meant: a field, a line, a file name that the user gave.
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.details.push(Detail::Text(detail.into()));
        self
    }

    /// Adds the line of a file that is meant, from 1.
    pub fn at_line(mut self, line: u64) -> Self {
        self.details.push(Detail::Line(line));
        self
    }

    /// Adds lines to copy, such as a file to correct; they stand last and as they are.
    pub fn with_block(mut self, block: impl Into<String>) -> Self {
        self.block = Some(block.into());
        self
    }

    /// The code with what happened, what is safe and what to do.
    pub fn text(&self, lang: Lang) -> String {
        let shown = |detail: &Detail| match detail {
            Detail::Line(line) => format!("\n  - {} {line}", lang.pick("行", "行（ぎょう）", "line")),
            Detail::Text(text) => format!("\n  - {text}"),
        };
        let details: String = self.details.iter().map(shown).collect();
        let block = self.block.as_ref().map(|block| format!("\n\n{block}")).unwrap_or_default();
        format!("{}: {}{details}{block}", self.code, codes::explain(&self.code, lang))
    }

    /// The exit code.
    pub fn exit(&self) -> u8 {
        match self.code.as_str() {
            "E-PASSPHRASE" | "E-PASSPHRASE-MISSING" => EXIT_LOCKED,
            _ => EXIT_FAILED,
        }
    }
}

/// A line that says which command takes back what was done.
pub fn undo_by(command: &str, lang: Lang) -> String {
    let said = lang.pick("取り消すには", "もどす ときは", "To take it back");
    format!("{said}: {command}\n")
}

/// The lines of a list, or a line that says that there are none.
pub fn lines_or_none(lines: String, lang: Lang) -> String {
    if lines.is_empty() {
        lang.pick("ありません。\n", "なにも ありません。\n", "None.\n").to_owned()
    } else {
        lines
    }
}

/// A line that says that what was done cannot be taken back.
pub fn no_undo(lang: Lang) -> &'static str {
    lang.pick("これは取り消せません。\n", "これは もどせません。\n", "This cannot be taken back.\n")
}
