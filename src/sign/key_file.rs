//! Secret keys: from files that only their owner can read, to a [`Signer`]. Nothing of a secret key is ever printed or shown in an error.

use std::fmt;
use std::fs;
use std::io;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use blake2::Blake2b512;
use blake2::Digest as _;
use ed25519_dalek::Signer as _;
use minisign::KeyPair;
use minisign::SecretKeyBox;

use crate::bundle::base64;
use crate::bundle::log::Checkpoint;
use crate::bundle::minisig;
use crate::bundle::minisig::Minisig;
use crate::bundle::minisig::PublicKey;
use crate::pack::SignError;
use crate::pack::Signer;

/// Where [`development_key`] keeps its key, below the project's root.
pub const DEVELOPMENT_KEY: &str = ".trustbook/dev.key";
/// Where [`development_key`] keeps the public half.
pub const DEVELOPMENT_PUBLIC_KEY: &str = ".trustbook/dev.pub";

const MAX_KEY_FILE_BYTES: u64 = 4096;
/// Two algorithm bytes thrice, salt, two limits, key name: what stands before the seed in a decrypted key.
const ID_AT: usize = 54;
const SEED_AT: usize = 62;
const PUBLIC_AT: usize = 94;
const CHECKSUM_AT: usize = 126;
const KEY_BYTES: usize = 158;

/// A secret key that signs.
pub struct SigningKey {
    secret: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.id_text())
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign_prehashed(&self, blake2b: &[u8; 64], trusted_comment: &str) -> Result<Minisig, SignError> {
        minisig::check_comment(trusted_comment).map_err(|error| SignError(error.to_string()))?;
        let signature = self.secret.sign(blake2b).to_bytes();
        let global = self.secret.sign(&minisig::global_message(&signature, trusted_comment)).to_bytes();
        Ok(Minisig {
            untrusted_comment: minisig::UNTRUSTED_COMMENT.to_owned(),
            key_id: self.public.id,
            signature,
            trusted_comment: trusted_comment.to_owned(),
            global_signature: global,
        })
    }

    fn sign_dsse(&self, encoded: &[u8]) -> Result<[u8; 64], SignError> {
        if !encoded.starts_with(b"DSSEv1 ") || encoded.ends_with(b"\n") {
            return Err(SignError(
                "not the encoding of a DSSE envelope, or one that could be taken for a note".to_owned(),
            ));
        }
        Ok(self.secret.sign(encoded).to_bytes())
    }

    fn sign_checkpoint(&self, checkpoint: &Checkpoint) -> Result<[u8; 64], SignError> {
        let text = checkpoint.text();
        // An origin with a line feed could make it say something else, and signed notes know no name with a plus.
        let is_name = !checkpoint.origin.contains(['+', ' ']);
        if is_name && Checkpoint::parse(&format!("{text}\n")).is_ok_and(|(read, _)| read == *checkpoint) {
            Ok(self.secret.sign(text.as_bytes()).to_bytes())
        } else {
            Err(SignError("not the text of a checkpoint".to_owned()))
        }
    }
}

/// Why a key cannot be used or made.
#[derive(Debug)]
pub enum KeyError {
    /// The file could not be read or written.
    Io {
        /// Which file.
        path: PathBuf,
        /// What the machine says.
        source: io::Error,
    },
    /// Others than the owner can read the file.
    Readable {
        /// Which file.
        path: PathBuf,
        /// Its mode, such as 0644.
        mode: u32,
    },
    /// A pair is to be written where something is.
    Exists(PathBuf),
    /// The key is encrypted and no password came with it.
    PasswordNeeded,
    /// The password does not fit.
    WrongPassword,
    /// The text is no minisign secret key, or a damaged one.
    Form,
    /// The secret and the public half of the pair do not belong together.
    Pair(PathBuf),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Readable { path, mode } => write!(
                f,
                "{}: mode is {mode:04o}, a secret key must be readable by its owner only\nhelp: chmod 600 {}",
                path.display(),
                path.display()
            ),
            Self::Exists(path) => {
                write!(f, "{}: is there already, keys are never overwritten", path.display())
            }
            Self::PasswordNeeded => f.write_str("the secret key is encrypted, a password is needed"),
            Self::WrongPassword => f.write_str("the password does not fit the secret key"),
            Self::Form => f.write_str("not a minisign secret key, or a damaged one"),
            Self::Pair(path) => {
                write!(f, "{}: is not the public half of the secret key beside it", path.display())
            }
        }
    }
}

impl std::error::Error for KeyError {}

/// Reads a secret key file. `password` is used only when the key is encrypted.
///
/// # Errors
/// [`KeyError`]; in particular when others than the owner can read the file.
pub fn load(path: &Path, password: Option<&str>) -> Result<SigningKey, KeyError> {
    let failed = |source| KeyError::Io { path: path.to_owned(), source };
    let file = fs::File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = metadata.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Readable { path: path.to_owned(), mode });
        }
    }
    if !metadata.is_file() {
        return Err(KeyError::Form);
    }
    let mut text = String::new();
    file.take(MAX_KEY_FILE_BYTES).read_to_string(&mut text).map_err(failed)?;
    parse(&text, password)
}

/// Reads the text of a secret key file. `password` is used only when the key is encrypted.
///
/// # Errors
/// [`KeyError::Form`], [`KeyError::PasswordNeeded`] or [`KeyError::WrongPassword`].
pub fn parse(text: &str, password: Option<&str>) -> Result<SigningKey, KeyError> {
    let line = text.lines().nth(1).ok_or(KeyError::Form)?;
    let bytes = base64::decode(line).filter(|bytes| bytes.len() == KEY_BYTES).ok_or(KeyError::Form)?;
    if !text.starts_with("untrusted comment: ") || bytes[..2] != *b"Ed" || bytes[4..6] != *b"B2" {
        return Err(KeyError::Form);
    }
    let secret_box = SecretKeyBox::from_string(text).map_err(|_| KeyError::Form)?;
    match &bytes[2..4] {
        // minisign 0.11 leaves the checksum of an unencrypted key empty; that the two halves fit is checked either way.
        b"\0\0" if bytes[CHECKSUM_AT..] == [0; KEY_BYTES - CHECKSUM_AT] => of_secret_key(&bytes),
        b"\0\0" => {
            let secret = secret_box.into_unencrypted_secret_key().map_err(|_| KeyError::Form)?;
            of_secret_key(&secret.to_bytes())
        }
        b"Sc" => {
            let password = password.ok_or(KeyError::PasswordNeeded)?;
            let secret =
                secret_box.into_secret_key(Some(password.to_owned())).map_err(|_| KeyError::WrongPassword)?;
            of_secret_key(&secret.to_bytes())
        }
        _ => Err(KeyError::Form),
    }
}

fn of_secret_key(bytes: &[u8]) -> Result<SigningKey, KeyError> {
    let part = |from: usize, to: usize| bytes.get(from..to).ok_or(KeyError::Form);
    let seed: [u8; 32] = part(SEED_AT, PUBLIC_AT)?.try_into().map_err(|_| KeyError::Form)?;
    let id: [u8; 8] = part(ID_AT, SEED_AT)?.try_into().map_err(|_| KeyError::Form)?;
    let secret = ed25519_dalek::SigningKey::from_bytes(&seed);
    let key = secret.verifying_key().to_bytes();
    // A public half that is not the secret's own would make signatures that give the secret away.
    if part(PUBLIC_AT, CHECKSUM_AT)? != key {
        return Err(KeyError::Form);
    }
    Ok(SigningKey { secret, public: PublicKey { id, key } })
}

/// A minisign signature over `bytes`.
///
/// # Errors
/// Why nothing was signed.
pub fn sign_bytes(key: &SigningKey, bytes: &[u8], trusted_comment: &str) -> Result<Minisig, SignError> {
    key.sign_prehashed(&Blake2b512::digest(bytes).into(), trusted_comment)
}

/// A new pair, as the texts of its two files.
pub struct GeneratedKey {
    /// The text of the secret key file.
    pub secret_text: String,
    /// The text of the public key file.
    pub public_text: String,
    /// The public key.
    pub public: PublicKey,
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GeneratedKey({})", self.public.id_text())
    }
}

/// Makes a new pair from the machine's random bytes, encrypted where there is a password.
///
/// # Errors
/// [`KeyError::Form`] when no key could be made.
pub fn generate(password: Option<&str>) -> Result<GeneratedKey, KeyError> {
    let pair = match password {
        None => KeyPair::generate_unencrypted_keypair(),
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password.to_owned())),
    };
    let pair = pair.map_err(|_| KeyError::Form)?;
    let public = PublicKey::parse(&pair.pk.to_base64()).map_err(|_| KeyError::Form)?;
    let comment = format!(
        "minisign {} secret key {}",
        if password.is_some() { "encrypted" } else { "unencrypted" },
        public.id_text()
    );
    let secret_text = pair.sk.to_box(Some(&comment)).map_err(|_| KeyError::Form)?.into_string();
    Ok(GeneratedKey { secret_text, public_text: public.to_file_text(), public })
}

/// Writes a pair into two new files, the secret one for its owner only.
///
/// # Errors
/// [`KeyError::Exists`] when either is there.
pub fn write_pair(pair: &GeneratedKey, secret_path: &Path, public_path: &Path) -> Result<(), KeyError> {
    for path in [secret_path, public_path] {
        if fs::symlink_metadata(path).is_ok() {
            return Err(KeyError::Exists(path.to_owned()));
        }
    }
    write_new(secret_path, pair.secret_text.as_bytes(), 0o600)?;
    write_new(public_path, pair.public_text.as_bytes(), 0o644)
}

/// The development key below `root`, made when it is not there; and whether it was made now.
///
/// # Errors
/// [`KeyError`]; a key that is there but cannot be used is never replaced.
pub fn development_key(root: &Path) -> Result<(SigningKey, bool), KeyError> {
    let (secret_path, public_path) = (root.join(DEVELOPMENT_KEY), root.join(DEVELOPMENT_PUBLIC_KEY));
    let made = match fs::symlink_metadata(&secret_path) {
        Ok(_) => false,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = secret_path.parent() {
                fs::create_dir_all(folder)
                    .map_err(|source| KeyError::Io { path: folder.to_owned(), source })?;
            }
            match write_pair(&generate(None)?, &secret_path, &public_path) {
                Ok(()) => true,
                // Another run was faster.
                Err(KeyError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => false,
                Err(error) => return Err(error),
            }
        }
        Err(source) => return Err(KeyError::Io { path: secret_path, source }),
    };
    let key = load(&secret_path, None)?;
    match fs::read_to_string(&public_path) {
        Ok(text) if PublicKey::parse(&text).is_ok_and(|public| public == key.public) => {}
        Ok(_) => return Err(KeyError::Pair(public_path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write_new(&public_path, key.public.to_file_text().as_bytes(), 0o644)?;
        }
        Err(source) => return Err(KeyError::Io { path: public_path, source }),
    }
    Ok((key, made))
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> Result<(), KeyError> {
    let failed = |source| KeyError::Io { path: path.to_owned(), source };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs_for(key: &SigningKey, public: &PublicKey) {
        let minisig = key.sign_prehashed(&[9; 64], "a comment").unwrap();
        assert_eq!(minisig.verify(public, &[9; 64]), Ok(()));
        assert_eq!(minisig, key.sign_prehashed(&[9; 64], "a comment").unwrap());
    }

    #[test]
    fn a_generated_pair_signs_and_verifies() {
        let pair = generate(None).unwrap();
        let key = parse(&pair.secret_text, None).unwrap();
        signs_for(&key, &pair.public);
        assert_eq!(PublicKey::parse(&pair.public_text), Ok(pair.public));
        assert!(!format!("{key:?}{pair:?}").contains(&pair.secret_text[60..80]));
    }

    #[test]
    fn an_encrypted_pair_needs_its_password() {
        let pair = generate(Some("long pass phrase")).unwrap();
        assert!(matches!(parse(&pair.secret_text, None), Err(KeyError::PasswordNeeded)));
        signs_for(&parse(&pair.secret_text, Some("long pass phrase")).unwrap(), &pair.public);
    }

    #[test]
    fn a_damaged_key_is_refused() {
        let pair = generate(None).unwrap();
        for text in ["", "x", "untrusted comment: x\n", &pair.public_text, &pair.secret_text[..100]] {
            assert!(matches!(parse(text, None), Err(KeyError::Form)), "{text}");
        }
        let (comment, line) = pair.secret_text.trim_end().split_once('\n').unwrap();
        let with = |edit: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = base64::decode(line).unwrap();
            edit(&mut bytes);
            parse(&format!("{comment}\n{}\n", base64::encode(&bytes)), None)
        };
        for at in [0, 2, 4, ID_AT, SEED_AT, PUBLIC_AT, CHECKSUM_AT] {
            assert!(with(&|bytes| bytes[at] ^= 1).is_err(), "byte {at}");
        }
        assert!(with(&|bytes| bytes.push(0)).is_err());
        // As minisign 0.11 writes it.
        assert!(with(&|bytes| bytes[CHECKSUM_AT..].fill(0)).is_ok());
    }

    #[test]
    fn only_dsse_encodings_that_are_no_note_are_signed() {
        let key = parse(&generate(None).unwrap().secret_text, None).unwrap();
        assert!(key.sign_dsse(b"DSSEv1 1 a 1 x").is_ok());
        assert!(key.sign_dsse(b"DSSEv1 1 a 1 \n").is_err());
        assert!(key.sign_dsse(b"origin\n1\nroot\n").is_err());
        assert!(key.sign_prehashed(&[0; 64], "two\nlines").is_err());
    }
}
