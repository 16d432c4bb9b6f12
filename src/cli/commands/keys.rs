//! `trustbook keys`: makes and shows signing keys. A secret is never printed.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::digest::Digest;
use crate::bundle::minisig::PublicKey;
use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::args::KeyArgs;
use crate::cli::args::KeysCommand;
use crate::cli::commands::key_roles;
use crate::cli::commands::key_roles::Secrets;
use crate::cli::commands::signing;
use crate::cli::terminal;
use crate::pack::Signer as _;
use crate::sign;
use crate::sign::KeyError;
use crate::sign::SigningKey;

/// Makes or shows a key.
pub(crate) fn run(root: &Path, command: &KeysCommand) -> Answer {
    let secrets = |folder: &Option<PathBuf>| {
        signing::secrets(folder.clone()).ok_or_else(|| {
            Failure::usage("where are the secret keys?").help("give --keys DIR or TRUSTBOOK_KEYS_DIR")
        })
    };
    match command {
        KeysCommand::Generate { out, roles: false, origin: _, password_file, unencrypted } => {
            generate(out, password_file.as_deref(), *unencrypted)
        }
        KeysCommand::Generate { out, roles: true, origin, password_file, unencrypted } => {
            let password_file = password_file.as_deref();
            let new = new_password(password_file, *unencrypted)?;
            let secrets = Secrets { root, folder: out.clone(), password_file };
            key_roles::generate(&secrets, origin.as_deref().unwrap_or_default(), new.as_deref())
        }
        KeysCommand::Show { file: Some(file), password_file } => show(file, password_file.as_deref()),
        KeysCommand::Show { file: None, password_file: _ } => key_roles::list(root),
        KeysCommand::Rotate { role, from, keys, password_file, unencrypted } => {
            let password_file = password_file.as_deref();
            let new = new_password(password_file, *unencrypted)?;
            let secrets = Secrets { root, folder: secrets(keys)?, password_file };
            key_roles::rotate(&secrets, role, *from, new.as_deref())
        }
        KeysCommand::Revoke { id, reason, log_size, keys, password_file } => {
            let secrets = Secrets { root, folder: secrets(keys)?, password_file: password_file.as_deref() };
            key_roles::revoke(&secrets, id, reason, *log_size)
        }
    }
}

/// The password for a new key; none only when it was asked for.
fn new_password(file: Option<&Path>, unencrypted: bool) -> Result<Option<String>, Failure> {
    let password = if unencrypted { None } else { password(file)? };
    if password.is_none() && !unencrypted {
        return Err(Failure::usage("no password for the new key").help(
            "give --password-file or TRUSTBOOK_KEY_PASSWORD, or --unencrypted when the file goes into a secret store",
        ));
    }
    Ok(password)
}

/// Reads a secret key file.
///
/// # Errors
/// When it cannot be used.
pub(crate) fn load(path: &Path, password_file: Option<&Path>) -> Result<SigningKey, Failure> {
    let password = password(password_file)?;
    sign::load(path, password.as_deref()).map_err(|error| failure(&error))
}

fn generate(out: &Path, password_file: Option<&Path>, unencrypted: bool) -> Answer {
    let password = new_password(password_file, unencrypted)?;
    let public_path = out.with_extension("pub");
    if public_path == out {
        return Err(Failure::usage(format!("{}: the public key would take this name", out.display()))
            .help("name the secret key `.key`"));
    }
    let pair = sign::generate(password.as_deref()).map_err(|error| failure(&error))?;
    sign::write_pair(&pair, out, &public_path).map_err(|error| failure(&error))?;
    terminal::message(&format!("secret key  {} (keep it; nobody can make it again)", out.display()));
    terminal::message(&format!(
        "public key  {} (give it to everyone, by several ways)",
        public_path.display()
    ));
    describe(&pair.public)?;
    Ok(DONE)
}

fn show(file: &Path, password_file: Option<&Path>) -> Answer {
    let text =
        fs::read_to_string(file).map_err(|error| Failure::machine(format!("{}: {error}", file.display())))?;
    let public = match PublicKey::parse(&text) {
        Ok(public) => public,
        Err(_) => {
            let password = password(password_file)?;
            sign::load(file, password.as_deref()).map_err(|error| failure(&error))?.public_key()
        }
    };
    describe(&public)?;
    Ok(DONE)
}

fn describe(public: &PublicKey) -> Result<(), Failure> {
    let fingerprint = Digest::of(&public.key).to_string();
    let groups: Vec<&str> =
        (0..fingerprint.len() / 4).filter_map(|group| fingerprint.get(group * 4..group * 4 + 4)).collect();
    terminal::data(&format!(
        "public key   {}\nkey id       {}\nfingerprint  {}\n",
        public.to_base64(),
        public.id_text(),
        groups.join(" ")
    ))
}

/// The first line of the password file, else TRUSTBOOK_KEY_PASSWORD.
fn password(file: Option<&Path>) -> Result<Option<String>, Failure> {
    if let Some(file) = file {
        let text = fs::read_to_string(file)
            .map_err(|error| Failure::machine(format!("{}: {error}", file.display())))?;
        return Ok(Some(text.lines().next().unwrap_or_default().to_owned()));
    }
    #[expect(clippy::disallowed_methods, reason = "this is the room where the environment is read")]
    let variable = std::env::var("TRUSTBOOK_KEY_PASSWORD");
    Ok(variable.ok().filter(|text| !text.is_empty()))
}

fn failure(error: &KeyError) -> Failure {
    let text = error.to_string();
    match text.split_once("\nhelp: ") {
        Some((message, help)) => Failure::machine(message).help(help),
        None => Failure::machine(text),
    }
}

/// The key of `--key` or `TRUSTBOOK_KEY_FILE`, if one is named.
///
/// # Errors
/// When it cannot be used.
pub(crate) fn configured(args: &KeyArgs) -> Result<Option<SigningKey>, Failure> {
    #[expect(clippy::disallowed_methods, reason = "this is the room where the environment is read")]
    let variable = std::env::var_os("TRUSTBOOK_KEY_FILE").map(PathBuf::from);
    let Some(path) = args.key.clone().or(variable) else { return Ok(None) };
    load(&path, args.password_file.as_deref()).map(Some)
}

/// The development key of the project, made where there is none, saying so.
///
/// # Errors
/// When it cannot be made or used.
pub(crate) fn development(root: &Path) -> Result<SigningKey, Failure> {
    let (key, made) = sign::development_key(root).map_err(|error| failure(&error))?;
    if made {
        terminal::message(
            "note: made a development key in .trustbook/ (ignored by git); what it signs is marked \"draft, development key\"",
        );
    }
    Ok(key)
}
