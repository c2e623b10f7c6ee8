//! A committee's register in memory with a clock and an entropy of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use kyosei_app::imports::{
    Decisions, ImportRefused, Imported, ImportedFile, UpdatePolicy, import_registrations, key_index,
    remembered_options,
};
use kyosei_app::supporters::{Added, NewSupporter, add_supporter};
use kyosei_app::{Context, DocumentEdit, Register, Writing, committee};
use kyosei_doc::{Actor, DocId};
use kyosei_intake::mapping::Mapping;
use kyosei_intake::preview::{Preview, ReadError, read_registrations};
use kyosei_model::{
    AuditAction, Decision, DeviceId, Effective, Field, Language, MemberId, Purpose, Scope, Sensitive, Source,
    Supporter, SupporterId, SupporterKind, UnixMillis,
};
use kyosei_testkit::Seed;
use rand_chacha::ChaCha20Rng;

pub const AOI: MemberId = MemberId::from_bytes([0xa0; 16]);
pub const HEADER: &str = "タイムスタンプ,メールアドレス,お名前,ふりがな,ご住所,お電話番号,イベント等のご案内メールを希望しますか,個人情報の取り扱いに同意しますか\n";

pub struct World {
    pub register: Register,
    pub now: UnixMillis,
    pub actor: u8,
    rng: ChaCha20Rng,
}

impl World {
    /// A committee that was just founded. Fixed: nothing here depends on which bytes ids have.
    pub fn new() -> Self {
        let mut world = Self {
            register: Register::default(),
            now: UnixMillis::new(1_790_000_000_000),
            actor: 1,
            rng: Seed::fixed(1).rng(),
        };
        let members = BTreeMap::from([(AOI, "青木 葵".to_owned())]);
        world.write(|writing| committee::found_committee(writing, "みどりの会", members, [9; 32])).unwrap();
        world
    }

    /// The same register on another laptop.
    pub fn other_laptop(&self) -> Self {
        self.laptop(self.actor + 1)
    }

    /// The same register on the laptop with this actor and device.
    pub fn laptop(&self, actor: u8) -> Self {
        let rng = Seed::fixed(u64::from(actor)).rng();
        Self { register: self.register.clone(), now: self.now, actor, rng }
    }

    /// Does a deed. If it is refused nothing changes; that is checked here for every refusal of every test.
    pub fn write<T, E>(&mut self, deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>) -> Result<T, E> {
        self.write_edits(deed).map(|(outcome, _)| outcome)
    }

    /// Does a deed and gives its edits too.
    pub fn write_edits<T, E>(
        &mut self,
        deed: impl FnOnce(&mut Writing<'_, '_>) -> Result<T, E>,
    ) -> Result<(T, Vec<DocumentEdit>), E> {
        self.now = self.now.plus_ms(1000);
        let before = saves(&self.register);
        let context = Context {
            now: self.now,
            member: AOI,
            device: DeviceId::from_bytes([self.actor; 32]),
            actor: Actor([self.actor; 16]),
            rng: &mut self.rng,
        };
        let mut writing = Writing::new(&self.register, context);
        let outcome = deed(&mut writing);
        let edits = writing.finish();
        match outcome {
            Ok(outcome) => {
                self.register.absorb(edits.clone());
                Ok((outcome, edits))
            }
            Err(refused) => {
                assert!(saves(&self.register) == before, "a refused deed changes nothing");
                Err(refused)
            }
        }
    }

    pub fn add(&mut self, text: &[(Field, &str)]) -> Added {
        let new = person(text);
        self.write(|writing| add_supporter(writing, new)).unwrap()
    }

    pub fn get(&self, id: SupporterId) -> &Supporter {
        self.register.supporter(id).expect("the supporter is there")
    }

    /// Whether a supporter agrees to a purpose now.
    pub fn consents(&self, id: SupporterId, purpose: Purpose) -> bool {
        matches!(self.get(id).consent(purpose, Scope::General, self.now), Effective::Given(_))
    }

    /// The actions of the audit trail, oldest first.
    pub fn trail(&self) -> Vec<AuditAction> {
        self.register.audit_events().unwrap().iter().map(|event| event.action).collect()
    }

    pub fn preview(&self, csv: &str) -> Preview {
        self.preview_with(csv, None).unwrap()
    }

    pub fn preview_with(&self, csv: &str, mapping: Option<Mapping>) -> Result<Preview, ReadError> {
        let mut options = remembered_options(self.register.lists().unwrap());
        options.mapping = mapping;
        let index = key_index(&self.register).unwrap();
        read_registrations(csv.as_bytes(), &options, self.now, &index, &mut |_| ControlFlow::Continue(()))
    }

    pub fn import(&mut self, csv: &str, updates: UpdatePolicy) -> Imported {
        let decisions = Decisions { rows: BTreeMap::new(), updates };
        self.import_decided(&self.preview(csv), &decisions).unwrap()
    }

    pub fn import_decided(
        &mut self,
        preview: &Preview,
        decisions: &Decisions,
    ) -> Result<Imported, ImportRefused> {
        let file = ImportedFile { name: Sensitive::new("回答.csv".into()), source: Source::GoogleCsv };
        let go_on = &mut |_| ControlFlow::Continue(());
        self.write(|writing| import_registrations(writing, &file, preview, decisions, go_on))
    }

    /// The only supporter with this name.
    pub fn named(&self, name: &str) -> SupporterId {
        let mut found = self.register.supporters().filter(|one| one.get(one.name_field()) == Some(name));
        let id = found.next().unwrap_or_else(|| panic!("nobody of that name")).id;
        assert!(found.next().is_none(), "more than one of that name");
        id
    }

    pub fn names(&self) -> BTreeSet<&str> {
        self.register.supporters().filter_map(|one| one.get(one.name_field())).collect()
    }
}

pub fn saves(register: &Register) -> BTreeMap<DocId, Vec<u8>> {
    register.saves().map(|(id, save)| (id, save.to_vec())).collect()
}

/// A person who agrees to be registered and to notices.
pub fn person(text: &[(Field, &str)]) -> NewSupporter {
    NewSupporter {
        kind: SupporterKind::Individual,
        source: Source::Paper,
        text: text.iter().map(|(field, value)| (*field, (*value).to_owned())).collect(),
        interests: BTreeSet::new(),
        org_type: None,
        language: Language::Ja,
        decisions: vec![(Purpose::Register, Decision::Given), (Purpose::EventMail, Decision::Given)],
    }
}

/// One line of the individual form; `mail` and `agree` are the answers to the two questions.
pub fn row(name: &str, kana: &str, email: &str, mail: &str) -> String {
    format!("2026/08/01 10:00:00,{email},{name},{kana},鎌倉市大町1-1,0467-00-1234,{mail},同意する\n")
}

pub fn file(rows: &[String]) -> String {
    format!("{HEADER}{}", rows.concat())
}
