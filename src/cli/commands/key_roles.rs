//! `trustbook keys generate --roles|rotate|revoke`: a root key, and under it a key for each role, in signed `keys/keys.json`.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::keys;
use crate::bundle::keys::Key;
use crate::bundle::keys::KeySet;
use crate::bundle::keys::Revoked;
use crate::bundle::keys::Role;
use crate::bundle::keys::Root;
use crate::bundle::minisig::PublicKey;
use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::commands::keys as key_files;
use crate::cli::commands::signing;
use crate::cli::terminal;
use crate::log::Log;
use crate::pack::Signer as _;
use crate::sign;
use crate::sign::SigningKey;

/// Where the secret keys are, and how they are encrypted.
pub(crate) struct Secrets<'a> {
    /// The project's folder.
    pub root: &'a Path,
    /// The folder with `root.key` and the others.
    pub folder: PathBuf,
    /// File with their password.
    pub password_file: Option<&'a Path>,
}

impl Secrets<'_> {
    fn load(&self, name: &str) -> Result<SigningKey, Failure> {
        key_files::load(&self.folder.join(format!("{name}.key")), self.password_file)
    }

    /// Makes the pair `name`; what stands there under that name is kept under the name of its key.
    fn make(&self, name: &str, password: Option<&str>) -> Result<PublicKey, Failure> {
        let pair = sign::generate(password).map_err(|error| Failure::machine(error.to_string()))?;
        let path = |name: &str, end: &str| self.folder.join(format!("{name}.{end}"));
        let failed = |error: std::io::Error| Failure::machine(format!("{}: {error}", self.folder.display()));
        if path(name, "key").exists() {
            let id = self.load(name)?.public_key().id_text();
            for end in ["key", "pub"] {
                fs::rename(path(name, end), path(&format!("{name}-{id}"), end)).map_err(failed)?;
            }
        }
        sign::write_pair(&pair, &path(name, "key"), &path(name, "pub"))
            .map_err(|error| Failure::machine(error.to_string()))?;
        Ok(pair.public)
    }

    fn set(&self) -> Result<KeySet, Failure> {
        let set = signing::read_set(self.root)?.map(|(set, _, _)| set);
        set.ok_or_else(|| {
            Failure::usage("this project has no key roles")
                .help("`trustbook keys generate --roles` makes them")
        })
    }
}

/// Makes a root, a key for each role, and `keys/keys.json`.
pub(crate) fn generate(secrets: &Secrets<'_>, origin: &str, password: Option<&str>) -> Answer {
    if signing::read_set(secrets.root)?.is_some() {
        return Err(
            Failure::usage("this project has key roles").help("`trustbook keys rotate ROLE` replaces one")
        );
    }
    fs::create_dir_all(&secrets.folder)
        .map_err(|error| Failure::machine(format!("{}: {error}", secrets.folder.display())))?;
    let root = secrets.make("root", password)?;
    let key = |role: Role| {
        let key = secrets.make(role.as_str(), password)?;
        Ok(Key { role, key, first_seq: 1, last_seq: None, revoked: None })
    };
    let keys = Role::ALL.into_iter().map(key).collect::<Result<Vec<Key>, Failure>>()?;
    let roots = vec![Root { key: root, handover: None }];
    let set = KeySet { origin: origin.to_owned(), version: 1, roots, keys };
    signing::write_set(secrets.root, &set, &secrets.load("root")?)?;
    terminal::message(&format!(
        "secret keys  {} (take root.key elsewhere: only changes of keys need it)",
        secrets.folder.display()
    ));
    terminal::message("public keys  keys/keys.json, signed by the root; commit both files");
    show(&set)
}

/// Replaces the key of a role from a snapshot on, or the root.
pub(crate) fn rotate(secrets: &Secrets<'_>, role: &str, from: Option<u64>, password: Option<&str>) -> Answer {
    let mut set = secrets.set()?;
    set.version += 1;
    if role == "root" {
        let before = secrets.load("root")?;
        let next = secrets.make("root", password)?;
        let handover = before
            .sign_prehashed(&keys::handover(&set.origin, &next), "root handover")
            .map_err(|error| Failure::machine(error.to_string()))?;
        set.roots.push(Root { key: next, handover: Some(handover.signature) });
    } else {
        let role = Role::ALL.into_iter().find(|known| known.as_str() == role);
        let role = role.ok_or_else(|| Failure::usage("the roles are root, release, attest and log"))?;
        let from = from.map_or_else(|| next_seq(secrets.root), Ok)?;
        let current = set.keys.iter_mut().filter(|key| key.role == role && key.last_seq.is_none());
        for key in current {
            if key.first_seq >= from {
                return Err(Failure::usage(format!(
                    "key {} starts with snapshot {}, not before {from}",
                    key.key.id_text(),
                    key.first_seq
                ))
                .help("give a later --from, or revoke that key"));
            }
            key.last_seq = Some(from - 1);
        }
        // Checked before a key is made.
        secrets.load("root")?;
        let key = secrets.make(role.as_str(), password)?;
        set.keys.push(Key { role, key, first_seq: from, last_seq: None, revoked: None });
    }
    signing::write_set(secrets.root, &set, &secrets.load("root")?)?;
    terminal::message("keys/keys.json is new; commit it, and release: the log then holds it");
    show(&set)
}

/// Ends the trust in a key, but for what the log already holds.
pub(crate) fn revoke(secrets: &Secrets<'_>, id: &str, reason: &str, log_size: Option<u64>) -> Answer {
    let mut set = secrets.set()?;
    let logged = match log_size {
        Some(size) => size,
        None => history(secrets.root)?.hashes.len() as u64,
    };
    let key = set.keys.iter_mut().find(|key| key.key.id_text().eq_ignore_ascii_case(id));
    let key = key.ok_or_else(|| {
        Failure::usage(format!("no key is called {id}")).help("`trustbook keys show` lists them")
    })?;
    if let Some(revoked) = &key.revoked {
        return Err(Failure::usage(format!("key {id} is revoked already: {}", revoked.reason)));
    }
    key.revoked = Some(Revoked { log_size: logged, reason: reason.to_owned() });
    set.version += 1;
    signing::write_set(secrets.root, &set, &secrets.load("root")?)?;
    terminal::message(&format!(
        "what the log holds below leaf {logged} stays valid; give the new keys/keys.json to your readers"
    ));
    show(&set)
}

/// Lists the project's keys.
pub(crate) fn list(root: &Path) -> Answer {
    match signing::read_set(root)? {
        Some((set, _, _)) => show(&set),
        None => Err(Failure::usage("this project has no key roles; give the FILE of a key to show it")),
    }
}

fn show(set: &KeySet) -> Answer {
    let mut out = format!("keys of {}, version {}\n", set.origin, set.version);
    for (number, root) in set.roots.iter().enumerate() {
        let note = if number + 1 == set.roots.len() { "readers pin this one" } else { "handed over" };
        out += &format!("  root     {}  {}  {note}\n", root.key.id_text(), root.key.to_base64());
    }
    for Key { role, key, first_seq, last_seq, revoked } in &set.keys {
        let until = last_seq.map_or_else(|| "on".to_owned(), |last| format!("to {last}"));
        let revoked = revoked.as_ref().map_or_else(String::new, |revoked| {
            format!(", REVOKED from leaf {} of the log on: {}", revoked.log_size, revoked.reason)
        });
        out += &format!(
            "  {:<8} {}  {}  snapshots {first_seq} {until}{revoked}\n",
            role.as_str(),
            key.id_text(),
            key.to_base64()
        );
    }
    terminal::data(&out)?;
    Ok(DONE)
}

fn history(root: &Path) -> Result<Log, Failure> {
    let history = crate::load::history(root).map_err(|error| Failure::machine(error.to_string()))?;
    let parts = history.value.map(|history| history.log).unwrap_or_default();
    Log::of(&parts).map_err(|error| Failure::machine(error.to_string()))
}

fn next_seq(root: &Path) -> Result<u64, Failure> {
    let history = crate::load::history(root).map_err(|error| Failure::machine(error.to_string()))?;
    let newest = history.value.and_then(|history| history.entries.first().map(|entry| entry.seq));
    Ok(u64::from(newest.unwrap_or(0)) + 1)
}
