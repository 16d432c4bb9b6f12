//! Which keys sign: one key for everything, or a key for each role under the root that `keys/keys.json` names.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::keys::KEYS;
use crate::bundle::keys::KEYS_SIGNATURE;
use crate::bundle::keys::Key;
use crate::bundle::keys::KeySet;
use crate::bundle::keys::Role;
use crate::bundle::minisig::PublicKey;
use crate::cli::Failure;
use crate::cli::args::KeyArgs;
use crate::cli::commands::keys;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::snapshot::number;
use crate::pack::Roles;
use crate::pack::Signer as _;
use crate::sign;
use crate::sign::SigningKey;

/// Where a project keeps its public keys, below its folder.
pub(crate) const PUBLIC_KEYS: &str = "keys";

/// The keys of one run.
pub(crate) struct Signing {
    /// What signs archives and their lists.
    pub release: SigningKey,
    /// The others, where there are roles.
    pub roles: Option<RoleKeys>,
    /// Whether it is a development key.
    pub development: bool,
}

/// The keys beside the release key.
pub(crate) struct RoleKeys {
    /// Signs statements.
    pub attest: SigningKey,
    /// Signs checkpoints.
    pub log: SigningKey,
    /// Who may sign what.
    pub set: KeySet,
    /// Its text.
    pub keys_json: String,
    /// The root's signature over it.
    pub keys_signature: String,
}

impl RoleKeys {
    /// What goes into an archive, with the log as it is before.
    pub(crate) fn for_pack<'a>(&'a self, leaf_hashes: &'a [u8]) -> Roles<'a> {
        let Self { attest, keys_json, keys_signature, .. } = self;
        Roles { attest, keys_json, keys_signature, leaf_hashes }
    }
}

impl Signing {
    /// Refuses keys that were made for another origin than the site's: no archive of it would verify.
    ///
    /// # Errors
    /// When they were.
    pub(crate) fn belongs_to(&self, origin: &str) -> Result<(), Failure> {
        match &self.roles {
            Some(roles) if roles.set.origin != origin => Err(Failure::usage(format!(
                "trustbook.yaml: `site.origin` is `{origin}`, and keys/keys.json is for `{}`",
                roles.set.origin
            ))
            .help("an origin stays what it is once there are keys: put it back; before the first release, make the keys again with the right --origin")),
            Some(_) | None => Ok(()),
        }
    }

    /// What is said when the snapshot before was signed by another key and nothing tells readers that this one follows it.
    pub(crate) fn unannounced(&self, snapshot: &Snapshot, history: &str) -> Option<Finding> {
        let head = &snapshot.head;
        let throwaway = head.development && head.state == SnapshotState::Draft;
        let before = snapshot.history.iter().find(|entry| entry.seq < head.seq)?;
        if self.roles.is_some() || throwaway || before.development {
            return None;
        }
        let changes = &snapshot.changes.as_ref()?.changes;
        let change = changes.iter().find(|change| change.rule == "key-changed")?;
        let number = number(before.seq);
        Some(
            Finding::warning(
                "another-key",
                format!(
                    "snapshot {number} was signed by key {}, this one is signed by {}: for whoever pinned the first it is not genuine",
                    change.was, change.now
                ),
            )
            .at(Place::file(format!("{history}/{number}")))
            .help(
                "sign with that key again; to replace keys without a new pin, `trustbook keys generate --roles` puts them under a root once, and `trustbook keys rotate` from then on; if the key is lost or stolen, tell your readers by another way than this site",
            ),
        )
    }

    /// The key that readers pin: the newest root where there are roles.
    pub(crate) fn pinned(&self) -> PublicKey {
        let root = self.roles.as_ref().and_then(|roles| roles.set.roots.last());
        root.map_or_else(|| self.release.public_key(), |root| root.key)
    }
}

/// The keys that `args` or the environment name, if any: of key roles those that sign snapshot `number`.
///
/// # Errors
/// When they cannot be used.
pub(crate) fn configured(root: &Path, args: &KeyArgs, number: u64) -> Result<Option<Signing>, Failure> {
    configured_by(read_set(root)?, root, args, number)
}

/// The same by another set than the project's, or the development key: who makes an archive again takes the keys of its time, whatever
/// was rotated or revoked since.
///
/// # Errors
/// When they cannot be used.
pub(crate) fn of_archive(
    set: Option<Set>,
    root: &Path,
    args: &KeyArgs,
    number: u64,
) -> Result<Signing, Failure> {
    configured_by(set, root, args, number)?.map_or_else(|| development(root), Ok)
}

/// A set of public keys with its text and the root's signature over that.
pub(crate) type Set = (KeySet, String, String);

fn configured_by(
    set: Option<Set>,
    root: &Path,
    args: &KeyArgs,
    number: u64,
) -> Result<Option<Signing>, Failure> {
    if let Some(folder) = secrets(args.keys.clone()) {
        let (set, keys_json, keys_signature) = set.ok_or_else(|| {
            Failure::usage(format!("{}: there are no key roles", root.join(PUBLIC_KEYS).join(KEYS).display()))
                .help("`trustbook keys generate --roles` makes them; with one key for everything give --key FILE")
        })?;
        let key = |role: Role| of_role(&folder, &set, role, number, args.password_file.as_deref());
        let (release, attest, log) = (key(Role::Release)?, key(Role::Attest)?, key(Role::Log)?);
        let roles = RoleKeys { attest, log, set, keys_json, keys_signature };
        return Ok(Some(Signing { release, roles: Some(roles), development: false }));
    }
    match (keys::configured(args)?, set) {
        (None, _) => Ok(None),
        (Some(release), None) => Ok(Some(Signing { release, roles: None, development: false })),
        (Some(_), Some(_)) => Err(Failure::usage("one key was given, and this project has key roles")
            .help("give --keys DIR, the folder with release.key, attest.key and log.key")),
    }
}

/// The secret key in `folder` that signs as `role` for snapshot `number`: the one of the role, or one that it replaced.
fn of_role(
    folder: &Path,
    set: &KeySet,
    role: Role,
    number: u64,
    password_file: Option<&Path>,
) -> Result<SigningKey, Failure> {
    let covers = |key: &&Key| {
        key.role == role && key.first_seq <= number && key.last_seq.is_none_or(|last| number <= last)
    };
    let word = role.as_str();
    let due = set.keys.iter().filter(covers).find(|key| key.revoked.is_none()).ok_or_else(|| {
        Failure::usage(format!("keys.json has no {word} key for snapshot {number}")).help(format!(
            "`trustbook keys rotate {word} --from {number}` makes one; `trustbook keys show` lists them"
        ))
    })?;
    let id = due.key.id_text();
    let newest = keys::load(&folder.join(format!("{word}.key")), password_file)?;
    if newest.public_key() == due.key {
        return Ok(newest);
    }
    let before = folder.join(format!("{word}-{id}.key"));
    if !before.is_file() {
        return Err(Failure::usage(format!(
            "snapshot {number} is to be signed by {word} key {id}; {word}.key is {}",
            newest.public_key().id_text()
        ))
        .help(format!("put the secret key in its place as {}", before.display())));
    }
    let key = keys::load(&before, password_file)?;
    if key.public_key() == due.key {
        Ok(key)
    } else {
        Err(Failure::usage(format!("{}: this is key {}", before.display(), key.public_key().id_text())))
    }
}

/// [`configured`], or the development key, which signs alone.
///
/// # Errors
/// When they cannot be used.
pub(crate) fn configured_or_development(
    root: &Path,
    args: &KeyArgs,
    number: u64,
) -> Result<Signing, Failure> {
    configured(root, args, number)?.map_or_else(|| development(root), Ok)
}

/// The development key, which signs alone.
///
/// # Errors
/// When it cannot be made or used.
pub(crate) fn development(root: &Path) -> Result<Signing, Failure> {
    Ok(Signing { release: keys::development(root)?, roles: None, development: true })
}

/// The folder of the secret keys, from the option or the environment.
pub(crate) fn secrets(option: Option<PathBuf>) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "this is the room where the environment is read")]
    option.or_else(|| std::env::var_os("TRUSTBOOK_KEYS_DIR").map(PathBuf::from))
}

/// The project's public keys with their texts, signed by their root; `None` where it has no roles.
///
/// # Errors
/// When they are there and not right.
pub(crate) fn read_set(root: &Path) -> Result<Option<Set>, Failure> {
    let path = root.join(PUBLIC_KEYS).join(KEYS);
    let failed =
        |path: &Path, why: &dyn std::fmt::Display| Failure::usage(format!("{}: {why}", path.display()));
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(&path, &error)),
    };
    let beside = root.join(PUBLIC_KEYS).join(KEYS_SIGNATURE);
    let signature = fs::read_to_string(&beside).map_err(|error| failed(&beside, &error))?;
    let set = KeySet::open(text.as_bytes(), signature.as_bytes()).map_err(|error| failed(&path, &error))?;
    Ok(Some((set, text, signature)))
}

/// Signs `set` with the root's secret key and puts it in its place, text and signature.
///
/// # Errors
/// When it breaks a rule, the key is not its newest root, or it cannot be written.
pub(crate) fn write_set(root: &Path, set: &KeySet, key: &SigningKey) -> Result<(), Failure> {
    set.check().map_err(Failure::usage)?;
    if set.roots.last().map(|newest| newest.key) != Some(key.public_key()) {
        return Err(Failure::usage("root.key is not the secret half of the newest root in keys.json"));
    }
    let text = set.print();
    let signature = sign::sign_bytes(key, text.as_bytes(), &set.trusted_comment())
        .map_err(|error| Failure::machine(error.to_string()))?;
    let folder = root.join(PUBLIC_KEYS);
    let failed = |error: io::Error| Failure::machine(format!("{}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    // The signature last: between the two renames the pair does not verify, and nothing is released with it.
    for (name, text) in [(KEYS, text), (KEYS_SIGNATURE, signature.print())] {
        let new = folder.join(format!("{name}.new"));
        fs::write(&new, text).and_then(|()| fs::rename(&new, folder.join(name))).map_err(failed)?;
    }
    Ok(())
}
