//! The committee of the demonstration: three laptops and a mailbox in one process, with real endpoints on the loopback
//! interface, and what each of them can and cannot read.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use kyosei_app::conflicts::{Choice, conflict_counts, resolve};
use kyosei_app::imports::Decisions;
use kyosei_app::spaces::add_note;
use kyosei_app::supporters::{Edit, edit_supporter};
use kyosei_model::{Field, SpaceKind, SupporterId};
use kyosei_runtime::members::{Offer, Reach};
use kyosei_runtime::members::{Role, SpaceId, Standing};
use kyosei_runtime::online::NetworkConfig;
use kyosei_runtime::online::{Online, Told};
use kyosei_runtime::{Joining, NewCommittee, Vault};
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use secrecy::SecretString;
use tokio::time::timeout;

use super::super::bundle::readers;
use super::super::network::block_on;
use super::super::supporters::import_file;
use super::Demo;
use crate::outcome::Failure;
use crate::session::{environment, from_vault, from_write};

/// Seed of the committee's invented registrations.
const SEED: u64 = 20_261_125;
/// How many invented people the committee begins with.
const PEOPLE: usize = 24;
/// How long two laptops on one machine may take to have the same.
const MEETING_TIME_MAX: Duration = Duration::from_secs(10);
/// How long a laptop that is not let in is given before the demonstration goes on.
const REFUSAL_TIME_MAX: Duration = Duration::from_secs(1);

/// The devices.
struct Committee {
    admin: Vault,
    editor: Vault,
    matcher: Vault,
    mailbox: Vault,
    matching: SpaceId,
}

impl Demo {
    /// Plays the committee's part.
    pub fn committee(&mut self, folder: &Path, passphrase: &SecretString) -> Result<(), Failure> {
        let mut all = self.found_committee(folder, passphrase)?;
        self.first_sync(&mut all)?;
        self.conflict(&mut all)?;
        self.removal(&mut all)?;
        self.bundle(&mut all, folder)?;
        self.mailbox(&mut all)?;
        for vault in [all.admin, all.editor, all.matcher, all.mailbox] {
            vault.close().map_err(|error| from_vault(&error))?;
        }
        Ok(())
    }

    fn found_committee(&mut self, folder: &Path, passphrase: &SecretString) -> Result<Committee, Failure> {
        self.restart();
        std::fs::create_dir_all(folder).map_err(|_| Failure::new("E-FILE-WRITE"))?;
        let new = NewCommittee {
            committee: String::from("見本の委員会"),
            person: String::from("見本 花子"),
            device: String::from("花子のノート"),
        };
        let created = Vault::create(&folder.join("admin"), &new, passphrase, environment()?)
            .map_err(|error| Failure::new(error.code()))?;
        let mut admin = created.vault;
        let matching = admin.found_space(SpaceKind::Matching).map_err(|error| from_vault(&error))?;
        admin
            .write_in(matching, |writing| add_note(writing, "部屋", "大船、二部屋"))
            .map_err(|failed| from_write(failed, |_: kyosei_app::WriteError| Failure::new("E-RECORD")))?;
        let bytes = generate(SEED, Form::Individual, PEOPLE, &Faults::none(), FileForm::Utf8)
            .map_err(|_| Failure::new("E-DEMO"))?;
        import_file(&mut admin, "個人.csv", &bytes, &Decisions::default(), self.lang)?;
        let register = admin.journal().space();
        let mut join = |name: &str, person: &str, role: Role, spaces: &[SpaceId]| {
            join(&mut admin, &folder.join(name), person, role, spaces, passphrase)
        };
        let editor = join("editor", "見本 健一", Role::Edit, &[register])?;
        let matcher = join("matcher", "見本 三奈", Role::Edit, &[register, matching])?;
        let mailbox = join("mailbox", "集会所", Role::Relay, &[register, matching])?;
        let said = self.lang.pick(
            "招待と六つの言葉で、2台の端末と中継箱が加わりました",
            "ふたりと 中継（ちゅうけい）が 入（はい）りました",
            "two laptops and a mailbox joined: invitation, six words, approval",
        );
        self.note("join", said.to_owned());
        Ok(Committee { admin, editor, matcher, mailbox, matching })
    }

    fn first_sync(&mut self, all: &mut Committee) -> Result<(), Failure> {
        self.restart();
        require(meet(&mut all.admin, &mut all.editor, MEETING_TIME_MAX)?, "sync")?;
        require(meet(&mut all.admin, &mut all.matcher, MEETING_TIME_MAX)?, "sync")?;
        let said = format!(
            "{}; {}",
            self.reads("editor", &all.editor, all.matching),
            self.reads("matcher", &all.matcher, all.matching)
        );
        self.note("sync", said);
        Ok(())
    }

    fn conflict(&mut self, all: &mut Committee) -> Result<(), Failure> {
        self.restart();
        let id = first_supporter(&all.admin)?;
        edit(&mut all.admin, id, "電話は夜")?;
        edit(&mut all.editor, id, "電話は朝")?;
        require(meet(&mut all.admin, &mut all.editor, MEETING_TIME_MAX)?, "conflict")?;
        let open = all.editor.conflicts();
        let found = open.first().ok_or_else(|| Failure::new("E-DEMO").with("conflict"))?;
        let said = self.lang.pick(
            "両方の値が残りました",
            "ふたつとも のこりました",
            "edited apart, both values kept",
        );
        self.note("conflict", format!("{said}: {} × {}", found.field.code(), found.values.len()));
        all.editor
            .write(|writing| resolve(writing, found, &Choice::Value(0)))
            .map_err(|failed| from_write(failed, |refused| Failure::new(refused.code())))?;
        require(meet(&mut all.editor, &mut all.admin, MEETING_TIME_MAX)?, "resolve")?;
        let left = conflict_counts(all.admin.register()).len();
        let said = self.lang.pick(
            "一人が選び、全員に届きました。残り",
            "ひとりが えらびました。のこり",
            "one person chose, and it reached the other; left",
        );
        self.note("resolve", format!("{said}: {left}"));
        Ok(())
    }

    fn removal(&mut self, all: &mut Committee) -> Result<(), Failure> {
        self.restart();
        let gone = BTreeSet::from([all.matcher.device()]);
        for space in all.admin.spaces() {
            all.admin.remove_devices(space, gone.clone(), &[]).map_err(|error| from_vault(&error))?;
        }
        let id = first_supporter(&all.admin)?;
        edit(&mut all.admin, id, "引っ越しました")?;
        let met = meet(&mut all.matcher, &mut all.admin, REFUSAL_TIME_MAX)?;
        let still = all.matcher.register().supporter(id).and_then(|one| one.get(Field::Notes));
        if met || still == Some("引っ越しました") {
            return Err(Failure::new("E-DEMO"));
        }
        let said = self.lang.pick(
            "外された端末: 鍵を替え、つながらず、その後の変更を読めません。前に受け取ったものは残ります",
            "出（で）た パソコンは つながりません。あたらしい ものを 読（よ）めません",
            "removed laptop: new key minted, no session, later changes unreadable; it keeps what it had",
        );
        self.note("remove", said.to_owned());
        Ok(())
    }

    fn bundle(&mut self, all: &mut Committee, folder: &Path) -> Result<(), Failure> {
        self.restart();
        let mut sealed = Vec::new();
        let register = all.admin.journal().space();
        let failed = |error: kyosei_runtime::BundleFailed| Failure::new(error.code());
        let to = readers(&all.admin, register).map_err(failed)?;
        let written = all
            .admin
            .write_bundle(register, &Default::default(), &to, &mut sealed)
            .map_err(|error| Failure::new(error.code()))?;
        let path = folder.join("stick.kyosei");
        kyosei_runtime::files::write_new_durably(&path, &sealed).map_err(|_| Failure::new("E-FILE-WRITE"))?;
        let read = all
            .editor
            .read_bundle(|| std::fs::File::open(&path))
            .map_err(|error| Failure::new(error.code()))?;
        let refused = match all.matcher.read_bundle(|| std::fs::File::open(&path)) {
            Ok(_) => return Err(Failure::new("E-DEMO")),
            Err(error) => error.code(),
        };
        let said = format!(
            "{}: {} ({} {}); {}: {refused}",
            self.lang.pick("USBメモリ用ファイル、記録", "USB の ファイル", "file for a USB stick, entries"),
            written.entry_count,
            read.new_count,
            self.lang.pick("件が新しい", "が あたらしい", "new to the reader"),
            self.lang.pick("外された端末", "出（で）た パソコン", "removed laptop"),
        );
        self.note("bundle", said);
        Ok(())
    }

    fn mailbox(&mut self, all: &mut Committee) -> Result<(), Failure> {
        self.restart();
        let id = first_supporter(&all.admin)?;
        edit(&mut all.admin, id, "電話は昼")?;
        require(meet(&mut all.admin, &mut all.mailbox, MEETING_TIME_MAX)?, "mailbox")?;
        require(meet(&mut all.editor, &mut all.mailbox, MEETING_TIME_MAX)?, "mailbox")?;
        let arrived =
            all.editor.register().supporter(id).and_then(|one| one.get(Field::Notes)) == Some("電話は昼");
        let documents: usize = all
            .mailbox
            .spaces()
            .into_iter()
            .filter_map(|space| all.mailbox.replica(space).ok())
            .map(|replica| replica.register().document_count())
            .sum();
        if !arrived || documents > 0 {
            return Err(Failure::new("E-DEMO"));
        }
        let said = self.lang.pick(
            "中継箱を通して変更が届きました。中継箱が読めた文書",
            "中継（ちゅうけい）で とどきました。中継（ちゅうけい）が 読（よ）めた もの",
            "a change came through the mailbox; documents that the mailbox could read",
        );
        self.note("mailbox", format!("{said}: {documents}"));
        Ok(())
    }

    /// What a laptop can read.
    fn reads(&self, name: &str, vault: &Vault, matching: SpaceId) -> String {
        let people = vault.register().supporters().count();
        let notes = match vault.replica(matching).map(|replica| replica.register().notes()) {
            Ok(Ok(notes)) => {
                format!("{} {}", self.lang.pick("マッチング", "マッチング", "matching"), notes.len())
            }
            Ok(Err(_)) | Err(_) => self
                .lang
                .pick(
                    "マッチングの存在も見えません",
                    "マッチングは 見（み）えません",
                    "sees no matching space at all",
                )
                .to_owned(),
        };
        format!("{name}: {people} {}, {notes}", self.lang.pick("人", "にん", "people"))
    }
}

/// Lets a laptop in, with the same steps as the commands, without a network.
fn join(
    admin: &mut Vault,
    folder: &Path,
    person: &str,
    role: Role,
    spaces: &[SpaceId],
    passphrase: &SecretString,
) -> Result<Vault, Failure> {
    let invite = |error: kyosei_runtime::InviteError| Failure::new(error.code());
    let joined = |error: kyosei_runtime::JoinError| Failure::new(error.code());
    let offer = Offer::new(role, Standing::Ordinary).map_err(|_| Failure::new("E-DEMO"))?;
    let offers: BTreeMap<SpaceId, Offer> = spaces.iter().map(|space| (*space, offer)).collect();
    let reach =
        Reach { endpoint: admin.local().endpoint, addresses: BTreeSet::new(), relays: BTreeSet::new() };
    let ticket = admin.invite(offers, reach).map_err(invite)?;
    let joining = Joining::begin(folder, &ticket.to_text(), person, person, passphrase, environment()?)
        .map_err(joined)?;
    admin.take_request(&joining.sealed_request().map_err(joined)?).map_err(invite)?;
    let words: Vec<&str> = joining.words().english().collect();
    admin.admit(ticket.invitation(), &words.join(" "), None, &[]).map_err(invite)?;
    let welcome = admin.welcome(ticket.invitation()).map_err(invite)?;
    joining.complete(&welcome).map_err(joined)
}

/// Lets two laptops talk on the loopback interface until they have the same; false if they do not within the time.
fn meet(one: &mut Vault, other: &mut Vault, time_max: Duration) -> Result<bool, Failure> {
    block_on(async {
        let loopback = NetworkConfig {
            bind: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
            ..NetworkConfig::default()
        };
        let online = |error: kyosei_runtime::online::OnlineError| Failure::new(error.code());
        let mut left = Online::start(one, loopback.clone()).await.map_err(online)?;
        let given = [left.addresses()];
        let mut right = Online::start_knowing(other, loopback, &given).await.map_err(online)?;
        let has_met = timeout(time_max, level(&mut left, &mut right)).await;
        let (left, right) = tokio::join!(left.close(), right.close());
        left.and(right).map_err(online)?;
        has_met.unwrap_or(Ok(false))
    })
}

async fn level(left: &mut Online<'_>, right: &mut Online<'_>) -> Result<bool, Failure> {
    let online = |error: kyosei_runtime::online::OnlineError| Failure::new(error.code());
    let is_level = |told: &Told| matches!(told, Told::Level { .. });
    let mut done = (false, false);
    while !(done == (true, true) && left.is_level() && right.is_level()) {
        tokio::select! {
            told = left.step() => done.0 |= told.map_err(online)?.iter().any(is_level),
            told = right.step() => done.1 |= told.map_err(online)?.iter().any(is_level),
        }
    }
    Ok(true)
}

fn first_supporter(vault: &Vault) -> Result<SupporterId, Failure> {
    let mut present = vault.register().supporters().filter(|one| one.status == kyosei_model::Status::Active);
    present.next().map(|one| one.id).ok_or_else(|| Failure::new("E-DEMO"))
}

fn edit(vault: &mut Vault, id: SupporterId, notes: &str) -> Result<(), Failure> {
    let edit = Edit { text: vec![(Field::Notes, Some(notes.to_owned()))], ..Edit::default() };
    vault
        .write(|writing| edit_supporter(writing, id, edit))
        .map(drop)
        .map_err(|failed| from_write(failed, |refused| Failure::new(refused.code())))
}

/// A step that must have worked.
fn require(holds: bool, step: &str) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new("E-DEMO").with(step)) }
}
