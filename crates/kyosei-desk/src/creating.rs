//! Creating a committee: it counts once someone has typed words from its recovery sheets.
//!
//! While the sheets are out, the worker hears nothing but the confirmation, the cancelling and the end; everything else
//! is refused with `E-CREATING`. Whatever ends this way before the confirmation leaves a folder that the next attempt
//! clears.

use std::io;

use kyosei_contract::gate::{AskedWord, ConfirmRequest, CreateRequest, RecoverySheet, Sheets, Stage};
use kyosei_contract::{Failure, Secret};
use kyosei_runtime::{Environment, NewCommittee, Vault};
use kyosei_vault::recovery::{SHEET_WORDS_COUNT, SHEETS_THRESHOLD, Sheet};
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};

use crate::failures::Refusal;
use crate::worker::{Message, Reply, Worker, answer, chosen, stage_of};

/// Words that are asked for, from different sheets.
const ASKED_WORDS_COUNT: usize = 2;
/// Longest name of a committee, a person or a laptop in characters.
const NAME_CHARS_MAX: usize = 120;

/// How the wait for the confirmation ended.
enum Ending {
    Confirmed(Reply<()>),
    Cancelled,
    Stopped(Reply<()>),
}

impl Worker {
    /// Creates a committee and tells whether the worker is to stop.
    pub(crate) fn create(&mut self, request: &CreateRequest, reply: Reply<Sheets>) -> bool {
        let prepared = self.prepare(request);
        let (new, passphrase, mut environment) = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => {
                answer(&reply, Err(failure));
                return false;
            }
        };
        let asked = asked_words(&mut environment);
        let mut ending = None;
        self.shared.gate().stage = Stage::Creating;
        let created = Vault::create_with(&self.path, &new, &passphrase, environment, |sheets| {
            answer(&reply, Ok(shown(sheets, &asked)));
            let ended = self.await_confirmation(sheets, &asked);
            let is_confirmed = matches!(ended, Ending::Confirmed(_));
            ending = Some(ended);
            if is_confirmed { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
        });
        let stage = stage_of(&self.path);
        self.shared.gate().stage = stage;
        match (created, ending) {
            (Ok(vault), Some(Ending::Confirmed(reply))) => {
                self.take(vault);
                answer(&reply, Ok(()));
                false
            }
            (Err(error), Some(Ending::Confirmed(reply))) => {
                answer(&reply, Err(Failure::new(error.code())));
                false
            }
            (_, Some(Ending::Stopped(reply))) => {
                answer(&reply, Ok(()));
                true
            }
            (Err(error), None) => {
                answer(&reply, Err(Failure::new(error.code())));
                false
            }
            (_, Some(Ending::Cancelled) | None) => false,
        }
    }

    fn prepare(&self, request: &CreateRequest) -> Result<(NewCommittee, SecretString, Environment), Failure> {
        if self.shared.gate().stage != Stage::FirstStart {
            return Err(Failure::new("E-VAULT-EXISTS"));
        }
        let new = NewCommittee {
            committee: named(&request.committee)?,
            person: named(&request.person)?,
            device: named(&request.device)?,
        };
        let passphrase = chosen(&request.passphrase.0)?;
        Ok((new, passphrase, Environment::new().map_err(Refusal::failure)?))
    }

    fn await_confirmation(&self, sheets: &[Sheet], asked: &[AskedWord]) -> Ending {
        while let Ok(message) = self.inbox.recv() {
            match message {
                Message::Confirm { request, reply } => {
                    if words_match(sheets, asked, &request) {
                        return Ending::Confirmed(reply);
                    }
                    answer(&reply, Err(Failure::new("E-SHEET-WORDS")));
                }
                Message::CancelCreation(reply) | Message::Lock { reply, .. } => {
                    self.shared.gate().stage = Stage::FirstStart;
                    answer(&reply, Ok(()));
                    return Ending::Cancelled;
                }
                Message::Stop(reply) => return Ending::Stopped(reply),
                Message::Work(job) => job(Err(creating())),
                Message::Create { reply, .. } => answer(&reply, Err(creating())),
                Message::Unlock { reply, .. } | Message::Change { reply, .. } => {
                    answer(&reply, Err(creating()))
                }
            }
        }
        Ending::Cancelled
    }
}

fn creating() -> Failure {
    Failure::new("E-CREATING")
}

fn named(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NAME_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(Failure::new("E-NAME").with("limit", NAME_CHARS_MAX));
    }
    Ok(text.to_owned())
}

/// Two words of two sheets, drawn anew for each creation.
fn asked_words(environment: &mut Environment) -> Vec<AskedWord> {
    let places = u32::try_from(SHEET_WORDS_COUNT).unwrap_or(u32::MAX);
    (1..=u8::try_from(ASKED_WORDS_COUNT).unwrap_or(u8::MAX))
        .map(|sheet| AskedWord { sheet, place: environment.rng().random_range(1..=places) })
        .collect()
}

fn shown(sheets: &[Sheet], asked: &[AskedWord]) -> Sheets {
    let sheet = |sheet: &Sheet| RecoverySheet {
        index: sheet.index,
        set: sheet.set.iter().map(|byte| format!("{byte:02x}")).collect(),
        words: sheet.to_words().into_iter().map(|word| Secret(SecretString::from(word))).collect(),
    };
    Sheets { sheets: sheets.iter().map(sheet).collect(), threshold: SHEETS_THRESHOLD, asked: asked.to_vec() }
}

fn words_match(sheets: &[Sheet], asked: &[AskedWord], request: &ConfirmRequest) -> bool {
    let matches = |(asked, typed): (&AskedWord, &Secret)| {
        let sheet = sheets.iter().find(|sheet| sheet.index == asked.sheet);
        let place = usize::try_from(asked.place).ok().and_then(|place| place.checked_sub(1));
        let word = sheet.zip(place).and_then(|(sheet, place)| sheet.to_words().get(place).copied());
        word.is_some_and(|word| typed.0.expose_secret().trim().eq_ignore_ascii_case(word))
    };
    request.words.len() == asked.len() && asked.iter().zip(&request.words).all(matches)
}
