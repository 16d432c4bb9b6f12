//! Which keys sign: one key for everything, or a key for each role under the root that `keys/keys.json` names.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::keys::KEYS;
use crate::bundle::keys::KEYS_SIGNATURE;
use crate::bundle::keys::KeySet;
use crate::bundle::minisig::PublicKey;
use crate::cli::Failure;
use crate::cli::args::KeyArgs;
use crate::cli::commands::keys;
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
    /// The key that readers pin: the newest root where there are roles.
    pub(crate) fn pinned(&self) -> PublicKey {
        let root = self.roles.as_ref().and_then(|roles| roles.set.roots.last());
        root.map_or_else(|| self.release.public_key(), |root| root.key)
    }
}

/// The keys that `args` or the environment name, if any.
///
/// # Errors
/// When they cannot be used.
pub(crate) fn configured(root: &Path, args: &KeyArgs) -> Result<Option<Signing>, Failure> {
    let set = read_set(root)?;
    if let Some(folder) = secrets(args.keys.clone()) {
        let (set, keys_json, keys_signature) = set.ok_or_else(|| {
            Failure::usage(format!("{}: there are no key roles", root.join(PUBLIC_KEYS).join(KEYS).display()))
                .help("`trustbook keys generate --roles` makes them; with one key for everything give --key FILE")
        })?;
        let key = |role: &str| keys::load(&folder.join(format!("{role}.key")), args.password_file.as_deref());
        let roles = RoleKeys { attest: key("attest")?, log: key("log")?, set, keys_json, keys_signature };
        return Ok(Some(Signing { release: key("release")?, roles: Some(roles), development: false }));
    }
    match (keys::configured(args)?, set) {
        (None, _) => Ok(None),
        (Some(release), None) => Ok(Some(Signing { release, roles: None, development: false })),
        (Some(_), Some(_)) => Err(Failure::usage("one key was given, and this project has key roles")
            .help("give --keys DIR, the folder with release.key, attest.key and log.key")),
    }
}

/// [`configured`], or the development key, which signs alone.
///
/// # Errors
/// When they cannot be used.
pub(crate) fn configured_or_development(root: &Path, args: &KeyArgs) -> Result<Signing, Failure> {
    configured(root, args)?.map_or_else(|| development(root), Ok)
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
pub(crate) fn read_set(root: &Path) -> Result<Option<(KeySet, String, String)>, Failure> {
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
