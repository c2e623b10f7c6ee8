//! Forms in TOML for adding and editing records, and decisions about rows of an import.
//!
//! Personal data comes in by files or standard input, never by arguments that a shell would remember.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kyosei_app::imports::{Decisions, RowDecision, UpdatePolicy};
use kyosei_app::supporters::{Edit, NewSupporter};
use kyosei_model::{
    ContactPreference, Decision, EmailState, Field, Interest, Language, OrgType, PublicName, Purpose,
    Sensitive, Source, SupporterKind,
};
use serde::Deserialize;

use super::{code, id};
use crate::args::{Form, Updates};
use crate::outcome::Failure;
use crate::session::read_text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddForm {
    kind: String,
    #[serde(default = "paper")]
    source: String,
    #[serde(default = "japanese")]
    language: String,
    #[serde(default)]
    interests: Vec<String>,
    org_type: Option<String>,
    #[serde(default)]
    consents: BTreeMap<String, String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditForm {
    interests: Option<Vec<String>>,
    language: Option<String>,
    contact_preference: Option<String>,
    public_name: Option<String>,
    email_state: Option<String>,
    tags: Option<Vec<String>>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DecisionsForm {
    #[serde(default)]
    row: Vec<RowForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowForm {
    line: u64,
    #[serde(rename = "do")]
    deed: String,
    record: Option<String>,
    #[serde(default)]
    set: BTreeMap<String, String>,
}

fn paper() -> String {
    Source::Paper.code().to_owned()
}

fn japanese() -> String {
    Language::Ja.code().to_owned()
}

/// Reads a form for a new supporter.
pub fn new_supporter(path: &Path) -> Result<NewSupporter, Failure> {
    let form: AddForm = parse(path)?;
    Ok(NewSupporter {
        kind: code(&form.kind, SupporterKind::from_code)?,
        source: code(&form.source, Source::from_code)?,
        language: language(&form.language)?,
        interests: interests(&form.interests)?,
        org_type: form.org_type.as_deref().map(|text| code(text, OrgType::from_code)).transpose()?,
        decisions: form
            .consents
            .iter()
            .map(|(purpose, decision)| {
                Ok((code(purpose, Purpose::from_code)?, code(decision, Decision::from_code)?))
            })
            .collect::<Result<_, Failure>>()?,
        text: fields(form.fields)?.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
    })
}

/// Reads a form of changes; an empty text empties its field.
pub fn edit(path: &Path) -> Result<Edit, Failure> {
    let form: EditForm = parse(path)?;
    let emptied = |(field, value): (Field, String)| (field, (!value.is_empty()).then_some(value));
    Ok(Edit {
        text: fields(form.fields)?.into_iter().map(emptied).collect(),
        interests: form.interests.as_deref().map(interests).transpose()?,
        language: form.language.as_deref().map(language).transpose()?,
        contact_preference: form
            .contact_preference
            .as_deref()
            .map(|text| code(text, ContactPreference::from_code))
            .transpose()?,
        public_name: form.public_name.as_deref().map(|text| code(text, PublicName::from_code)).transpose()?,
        email_state: form.email_state.as_deref().map(|text| code(text, EmailState::from_code)).transpose()?,
        tags: form.tags.map(|tags| tags.into_iter().map(Sensitive::new).collect()),
    })
}

/// Reads decisions about rows.
pub fn decisions(path: Option<&Path>, updates: Updates) -> Result<Decisions, Failure> {
    let updates = match updates {
        Updates::Ask => UpdatePolicy::Ask,
        Updates::Update => UpdatePolicy::Update,
        Updates::Skip => UpdatePolicy::Skip,
    };
    let mut decisions = Decisions { rows: BTreeMap::new(), updates };
    let Some(path) = path else { return Ok(decisions) };
    let form: DecisionsForm = parse(path)?;
    for row in form.row {
        let decision = match (row.deed.as_str(), row.record) {
            ("new", None) => RowDecision::New(fields(row.set)?),
            ("skip", None) => RowDecision::Skip,
            ("update", Some(record)) => RowDecision::Update(id(&record)?),
            _ => return Err(Failure::new("E-FORM").at_line(row.line)),
        };
        decisions.rows.insert(row.line, decision);
    }
    Ok(decisions)
}

/// An empty form for a new supporter.
pub fn template(form: Form) -> String {
    let kind = SupporterKind::from(form);
    let fields: String = Field::ALL
        .iter()
        .filter(|field| field.applies_to(kind))
        .map(|field| format!("{} = \"\"  # {} / {}\n", field.code(), field.label_ja(), field.label_en()))
        .collect();
    let interests: Vec<&str> = Interest::ALL.iter().map(|one| one.code()).collect();
    format!(
        "kind = \"{}\"\nsource = \"paper\"  # paper, phone, partner, …\nlanguage = \"ja\"\n\
         interests = []  # {}\n\n[consents]\nP1 = \"given\"  # {}\nP2 = \"refused\"  # {}\n\n[fields]\n{fields}",
        kind.code(),
        interests.join(", "),
        Purpose::Register.label_ja(),
        Purpose::EventMail.label_ja(),
    )
}

/// Reads a TOML file. The parser's message is not shown: it quotes the line, which may hold a person's data.
fn parse<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<T, Failure> {
    let text = read_text(path)?;
    toml::from_str(&text).map_err(|error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map(|before| before.lines().count().max(1));
        match line {
            Some(line) => Failure::new("E-FORM").at_line(u64::try_from(line).unwrap_or(u64::MAX)),
            None => Failure::new("E-FORM"),
        }
    })
}

fn fields(form: BTreeMap<String, String>) -> Result<BTreeMap<Field, String>, Failure> {
    form.into_iter().map(|(field, value)| Ok((code(&field, Field::from_code)?, value))).collect()
}

fn interests(codes: &[String]) -> Result<BTreeSet<Interest>, Failure> {
    codes.iter().map(|text| code(text, Interest::from_code)).collect()
}

fn language(text: &str) -> Result<Language, Failure> {
    Language::from_code(text).map_err(|_| Failure::new("E-CODE").with("Language"))
}
