//! Key files on disk.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use trustbook::bundle::minisig::PublicKey;
use trustbook::pack::Signer as _;
use trustbook::sign::DEVELOPMENT_KEY;
use trustbook::sign::DEVELOPMENT_PUBLIC_KEY;
use trustbook::sign::KeyError;
use trustbook::sign::development_key;
use trustbook::sign::load;

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("trustbook-it-keys-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_development_key_is_made_once_and_for_its_owner_only() {
    let scratch = Scratch::new("development");
    let (first, made) = development_key(&scratch.0).unwrap();
    assert!(made);
    let mode = |name| fs::metadata(scratch.0.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(DEVELOPMENT_KEY), 0o600);
    let (second, made) = development_key(&scratch.0).unwrap();
    assert!(!made);
    assert_eq!(first.public_key(), second.public_key());
    let text = fs::read_to_string(scratch.0.join(DEVELOPMENT_PUBLIC_KEY)).unwrap();
    assert_eq!(PublicKey::parse(&text), Ok(first.public_key()));
    fs::remove_file(scratch.0.join(DEVELOPMENT_PUBLIC_KEY)).unwrap();
    assert_eq!(development_key(&scratch.0).unwrap().0.public_key(), first.public_key());
    assert_eq!(fs::read_to_string(scratch.0.join(DEVELOPMENT_PUBLIC_KEY)).unwrap(), text);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let scratch = Scratch::new("readable");
    development_key(&scratch.0).unwrap();
    let path = scratch.0.join(DEVELOPMENT_KEY);
    for mode in [0o640, 0o604, 0o644, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(matches!(load(&path, None), Err(KeyError::Readable { .. })), "{mode:o}");
        assert!(matches!(development_key(&scratch.0), Err(KeyError::Readable { .. })), "{mode:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(load(&path, None).is_ok());
}

#[test]
fn a_key_that_cannot_be_used_is_never_replaced() {
    let scratch = Scratch::new("replaced");
    development_key(&scratch.0).unwrap();
    let (secret, public) = (scratch.0.join(DEVELOPMENT_KEY), scratch.0.join(DEVELOPMENT_PUBLIC_KEY));
    let other = trustbook::sign::generate(None).unwrap();
    fs::write(&public, &other.public_text).unwrap();
    assert!(matches!(development_key(&scratch.0), Err(KeyError::Pair(_))));
    fs::write(&secret, "not a key").unwrap();
    assert!(matches!(development_key(&scratch.0), Err(KeyError::Form)));
    assert_eq!(fs::read_to_string(&secret).unwrap(), "not a key");
    assert!(matches!(trustbook::sign::write_pair(&other, &secret, &public), Err(KeyError::Exists(_))));
}
