//! A desk on a laptop of its own, with someone outside who writes down what is told.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use kyosei_contract::gate::{ConfirmRequest, CreateRequest, Nothing, Sheets, Stage, Typed};
use kyosei_contract::notice::Notice;
use kyosei_contract::supporters::{NewSupporter, Saved, SupporterPage, SupporterQuery, TextValue};
use kyosei_contract::{Coded, Failure, Secret};
use kyosei_desk::{Desk, DeskFolders, Outside};
use kyosei_model::{Decision, Field, Purpose, Source, SupporterKind};
use secrecy::SecretString;
use tempfile::TempDir;

pub const PASSPHRASE: &str = "correct horse battery staple kamakura";

#[derive(Default)]
pub struct Bystander {
    pub heard: Mutex<Vec<Notice>>,
    pub stages: Mutex<Vec<Stage>>,
    pub file: Mutex<Option<PathBuf>>,
    pub place: Mutex<Option<PathBuf>>,
}

impl Outside for Bystander {
    fn choose_file(&self) -> Option<PathBuf> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn choose_place(&self, _: &str) -> Option<PathBuf> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn person_is_there(&self) {}

    fn tell(&self, notice: Notice) {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }

    fn stage_changed(&self, stage: Stage) {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner).push(stage);
    }
}

pub struct Seat {
    pub desk: Desk,
    pub outside: Arc<Bystander>,
    folder: TempDir,
}

/// What a command refused with. Failures have no `Debug` form, so tests unwrap by hand.
pub trait Told<T> {
    fn done(self) -> T;
    fn code(self) -> String;
}

impl<T> Told<T> for Result<T, Failure> {
    fn done(self) -> T {
        self.unwrap_or_else(|failure| panic!("{}", failure.code))
    }

    fn code(self) -> String {
        self.err().map(|failure| failure.code).unwrap_or_default()
    }
}

impl Seat {
    /// A laptop without a vault.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (desk, outside) = start(folder.path());
        Self { desk, outside, folder }
    }

    /// A laptop with an open vault.
    pub fn open() -> Self {
        let seat = Self::empty();
        let sheets = seat.create().done();
        seat.desk.create_confirm(answers(&sheets)).done();
        seat
    }

    pub fn create(&self) -> Result<Sheets, Failure> {
        self.desk.create(CreateRequest {
            committee: "みどりの会".to_owned(),
            person: "青木 葵".to_owned(),
            device: "ノート".to_owned(),
            passphrase: secret(PASSPHRASE),
        })
    }

    /// Quits and starts the program again.
    pub fn restart(&mut self) {
        self.desk.stop();
        (self.desk, self.outside) = start(self.folder.path());
    }

    pub fn unlock(&self, passphrase: &str) -> Result<Nothing, Failure> {
        self.desk.unlock(Typed { passphrase: secret(passphrase) })
    }

    pub fn stage(&self) -> Stage {
        self.desk.gate_state(Nothing {}).done().stage
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn add(&self, name: &str, email: &str) -> Saved {
        let decision = |purpose| kyosei_contract::consents::FirstDecision {
            purpose: Coded(purpose),
            decision: Coded(Decision::Given),
        };
        let new = NewSupporter {
            of_kind: Coded(SupporterKind::Individual),
            source: Coded(Source::Paper),
            text: vec![text(Field::Name, name), text(Field::Email, email)],
            interests: Vec::new(),
            org_type: None,
            language: "ja".to_owned(),
            decisions: vec![decision(Purpose::Register), decision(Purpose::EventMail)],
        };
        self.desk.supporter_add(new).done()
    }

    pub fn search(&self, words: &str) -> SupporterPage {
        self.desk.supporters_page(query(words)).done()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.desk.stop();
    }
}

pub fn secret(text: &str) -> Secret {
    Secret(SecretString::from(text))
}

pub fn text(field: Field, value: &str) -> TextValue {
    TextValue { field: Coded(field), value: value.to_owned() }
}

pub fn query(words: &str) -> SupporterQuery {
    SupporterQuery { text: words.to_owned(), of_kind: None, statuses: Vec::new(), page: 0 }
}

/// The words that the sheets were asked for.
pub fn answers(sheets: &Sheets) -> ConfirmRequest {
    let word = |asked: &kyosei_contract::gate::AskedWord| {
        let sheet = sheets.sheets.iter().find(|sheet| sheet.index == asked.sheet).unwrap();
        sheet.words[asked.place as usize - 1].clone()
    };
    ConfirmRequest { words: sheets.asked.iter().map(word).collect() }
}

fn start(folder: &Path) -> (Desk, Arc<Bystander>) {
    let outside = Arc::new(Bystander::default());
    let folders = DeskFolders { vault: folder.join("vault"), settings: folder.join("settings") };
    let desk = Desk::start(&folders, Arc::clone(&outside) as Arc<dyn Outside>).done();
    (desk, outside)
}
