//! Speed, memory and size of the register, each as a ratio against a named rival in the same run.
//!
//! `./dev bench register [PEOPLE]`. The rivals do the unavoidable part of the same work and nothing else: the same
//! documents from an unencrypted file, the same file parsed and the same documents built and sealed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints figures, and a failed step ends it"
)]

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use kyosei_app::imports::{Decisions, ImportedFile, import_registrations, key_index, remembered_options};
use kyosei_app::journal::DeviceKeys;
use kyosei_app::{Register, search};
use kyosei_doc::{Actor, DocId, Document, Node};
use kyosei_intake::decode::decode;
use kyosei_intake::preview::{Preview, read_registrations};
use kyosei_intake::table::read_table;
use kyosei_model::{Sensitive, Source};
use kyosei_runtime::{Environment, NewCommittee, SearchQuery, Vault, VaultFolder};
use kyosei_store::{Filter, IndexRow, SearchIndex};
use kyosei_sync::{Inner, Part, PartKind, pack::pack};
use kyosei_testkit::registrations::{Faults, FileForm, Form, generate};
use kyosei_vault::{Identity, open_key_file, seal};
use rand::SeedableRng;
use secrecy::SecretString;

const PEOPLE: usize = 10_000;
const SEED: u64 = 20_261_124;
const ROUNDS: usize = 5;
const PASSPHRASE: &str = "vqxzbk trmwpl gfdhsn kcvbzq";

/// Set for the child process whose memory is measured: the vault's folder.
const MEMORY_OF: &str = "KYOSEI_BENCH_MEMORY_OF";

fn main() {
    if let Ok(path) = std::env::var(MEMORY_OF) {
        return memory(Path::new(&path));
    }
    let people = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(PEOPLE);
    println!("register: {people} invented people, seed {SEED}, best of {ROUNDS} rounds");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vault");
    let file = generate(SEED, Form::Individual, people, &Faults::as_seen(), FileForm::Cp932).unwrap();
    let passphrase = SecretString::from(PASSPHRASE);
    let new = NewCommittee { committee: "見本".into(), person: "見本".into(), device: "見本".into() };
    let vault = Vault::create(&path, &new, &passphrase, Environment::new().unwrap()).unwrap().vault;

    let (vault, imported, parts) = import(vault, &file);
    let rival = parse_build_seal(&file, &parts);
    ratio("import with preview and duplicate search", imported, "parse, build and seal alone", rival, 4.0);

    let saves: Vec<(DocId, Vec<u8>)> =
        vault.register().saves().map(|(id, save)| (id, save.to_vec())).collect();
    vault.close().unwrap();
    let unlocked = best(|| unlock(&path, &passphrase));
    let plain = folder.path().join("plain");
    write_plain(&plain, &saves);
    let rival = best(|| load_plain(&plain));
    ratio("unlock to first search result", unlocked, "the same documents unencrypted", rival, 1.5);

    searches(&path, &passphrase);
    sizes(&path, &saves);
    let child = std::env::current_exe().unwrap();
    let status = std::process::Command::new(child).env(MEMORY_OF, &path).status().unwrap();
    assert!(status.success());
}

/// In a process of its own: what it takes to hold the open vault after a search.
fn memory(path: &Path) {
    let vault = Vault::unlock(path, &SecretString::from(PASSPHRASE), Environment::new().unwrap()).unwrap();
    let query = SearchQuery { text: "高橋".into(), ..SearchQuery::default() };
    assert!(vault.search(&query).unwrap().1 > 0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    println!("memory with everything open: {} (at most 300 MB)", resident.trim());
    vault.close().unwrap();
}

fn import(mut vault: Vault, file: &[u8]) -> (Vault, Duration, Vec<Part>) {
    let before: BTreeSet<DocId> = vault.register().saves().map(|(id, _)| id).collect();
    let started = Instant::now();
    let preview = preview(&vault, file);
    let named = ImportedFile { name: Sensitive::new("people.csv".into()), source: Source::GoogleCsv };
    vault
        .write(|writing| {
            import_registrations(writing, &named, &preview, &Decisions::default(), &mut |_| {
                ControlFlow::Continue(())
            })
        })
        .unwrap();
    let elapsed = started.elapsed();
    let parts = vault
        .register()
        .saves()
        .filter(|(id, _)| !before.contains(id))
        .map(|(doc, save)| Part { doc, kind: PartKind::Changes, body: save.to_vec() })
        .collect();
    println!("  {} rows: {:?}", preview.rows.len(), preview.counts);
    (vault, elapsed, parts)
}

fn preview(vault: &Vault, file: &[u8]) -> Preview {
    let options = remembered_options(vault.register().lists().unwrap());
    let existing = key_index(vault.register()).unwrap();
    read_registrations(file, &options, vault.now(), &existing, &mut |_| ControlFlow::Continue(())).unwrap()
}

/// The rival of the import: the file parsed, the same documents built from their trees, packed and sealed.
fn parse_build_seal(file: &[u8], parts: &[Part]) -> Duration {
    let trees: Vec<(DocId, Node)> =
        parts.iter().map(|part| (part.doc, Document::load(&part.body).unwrap().root().unwrap())).collect();
    let recipient =
        Identity::generate(&mut rand_chacha::ChaCha20Rng::seed_from_u64(SEED)).unwrap().recipient().unwrap();
    let started = Instant::now();
    let table = read_table(&decode(file, None).unwrap()).unwrap();
    let built: Vec<Part> = trees
        .iter()
        .map(|(doc, tree)| {
            let (_, body) = Document::create(Actor([1; 16]), tree, 0).unwrap();
            Part { doc: *doc, kind: PartKind::Changes, body }
        })
        .collect();
    let mut bytes = 0;
    let space = kyosei_access::SpaceId::from_bytes([1; 32]);
    let log = kyosei_access::LogId::from_bytes([1; 32]);
    for parts in pack(built) {
        let inner = Inner::new(space, log, 0, kyosei_sync::Heads::new(), parts);
        bytes += seal(recipient, &inner.encode()).unwrap().len();
    }
    let elapsed = started.elapsed();
    assert!(!table.rows.is_empty() && bytes > 0);
    elapsed
}

fn unlock(path: &Path, passphrase: &SecretString) -> Duration {
    let sealed = std::fs::read(path.join("device.age")).unwrap();
    let keys = DeviceKeys::from_key_file(&open_key_file(&sealed, passphrase).unwrap()).unwrap();
    let started = Instant::now();
    let vault =
        Vault::open_with_keys(VaultFolder::open(path).unwrap(), keys, Environment::new().unwrap()).unwrap();
    let query = SearchQuery { text: "高橋".into(), ..SearchQuery::default() };
    assert!(vault.search(&query).unwrap().1 > 0);
    let elapsed = started.elapsed();
    vault.close().unwrap();
    elapsed
}

/// The rival of the unlock: the same documents in one unencrypted file, loaded and indexed in the same way.
fn load_plain(path: &Path) -> Duration {
    let started = Instant::now();
    let bytes = std::fs::read(path).unwrap();
    let mut register = Register::default();
    let mut rest = bytes.as_slice();
    while let Some((head, after)) = rest.split_first_chunk::<20>() {
        let len = u32::from_le_bytes(head[16..].try_into().unwrap()) as usize;
        let (save, after) = after.split_at(len);
        register.put_document(DocId::from_bytes(head[..16].try_into().unwrap()), save.to_vec());
        rest = after;
    }
    let mut index = SearchIndex::new().unwrap();
    index.put(register.supporters().map(index_row)).unwrap();
    let filter = Filter { terms: search::terms("高橋"), ..Filter::default() };
    assert!(index.search(&filter, 0, 50).unwrap().total > 0);
    started.elapsed()
}

fn index_row(supporter: &kyosei_model::Supporter) -> IndexRow {
    let row = search::row(supporter);
    IndexRow {
        id: row.id,
        haystack: row.haystack.into_exposed(),
        sort_key: row.sort_key.into_exposed(),
        kind: row.kind,
        status: row.status,
    }
}

fn write_plain(path: &Path, saves: &[(DocId, Vec<u8>)]) {
    let mut bytes = Vec::new();
    for (id, save) in saves {
        bytes.extend(id.to_bytes());
        bytes.extend(u32::try_from(save.len()).unwrap().to_le_bytes());
        bytes.extend(save);
    }
    std::fs::write(path, bytes).unwrap();
}

fn searches(path: &Path, passphrase: &SecretString) {
    let vault = Vault::unlock(path, passphrase, Environment::new().unwrap()).unwrap();
    let words =
        ["高橋", "山崎", "やまだ", "大", "鎌倉市大船", "08012", "user001", "恵", "ない名前", "たなか 鎌倉"];
    let mut times: Vec<Duration> = (0..500)
        .map(|round| {
            let query =
                SearchQuery { text: words[round % words.len()].into(), page: 0, ..SearchQuery::default() };
            let started = Instant::now();
            vault.search(&query).unwrap();
            started.elapsed()
        })
        .collect();
    times.sort();
    let at = |percent: usize| times[times.len() * percent / 100];
    println!(
        "search answer: median {:?} (at most 10 ms), 99th percentile {:?} (at most 30 ms)",
        at(50),
        at(99)
    );
    vault.close().unwrap();
}

fn sizes(path: &Path, saves: &[(DocId, Vec<u8>)]) {
    let compressed: usize =
        saves.iter().map(|(_, save)| Document::load(save).unwrap().compressed_len()).sum();
    let stored: u64 =
        std::fs::read_dir(path).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum();
    println!(
        "stored size: {:.1} MB, {:.2} × the sum of compressed Automerge saves ({:.1} MB; at most 1.8)",
        stored as f64 / 1e6,
        stored as f64 / compressed as f64,
        compressed as f64 / 1e6
    );
}

fn best(mut round: impl FnMut() -> Duration) -> Duration {
    (0..ROUNDS).map(|_| round()).min().unwrap()
}

fn ratio(name: &str, ours: Duration, rival_name: &str, rival: Duration, most: f64) {
    let ratio = ours.as_secs_f64() / rival.as_secs_f64();
    println!("{name}: {ours:?} = {ratio:.2} × {rival_name} ({rival:?}; at most {most})");
}
