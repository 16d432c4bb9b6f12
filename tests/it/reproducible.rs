//! Same inputs, same key, same as-of: same bytes, signatures included.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::copy;
use crate::project::example;
use crate::project::said;
use crate::project::tree;

#[test]
fn the_same_inputs_give_the_same_bytes_in_two_folders_time_zones_umasks_and_thread_counts() {
    let first = example("reproducible-a");
    let output = crate::project::run(first.path(), &["build", "--as-of", AS_OF, "--threads", "1"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));

    let second = Folder::new("reproducible-b-with-another-longer-name");
    for part in ["content", "evidence", ".trustbook"] {
        copy(&first.path().join(part), &second.path().join(part));
    }
    fs::copy(first.path().join("trustbook.yaml"), second.path().join("trustbook.yaml")).unwrap();
    fs::set_permissions(second.path().join(".trustbook/dev.key"), fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "umask 077; exec \"$0\" build --as-of \"$1\" --threads 2",
            env!("CARGO_BIN_EXE_trustbook"),
            AS_OF,
        ])
        .current_dir(second.path())
        .env("TZ", "Pacific/Auckland")
        .env("LC_ALL", "tr_TR.UTF-8")
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("TRUSTBOOK_KEY_FILE");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));

    let (a, b) = (tree(&first.path().join("public")), tree(&second.path().join("public")));
    assert!(a.len() > 20, "{} files", a.len());
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    let differing: Vec<_> =
        a.iter().filter(|(name, bytes)| b.get(*name) != Some(*bytes)).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{differing:?}");
    assert!(a.keys().any(|name| name.ends_with(".zip.minisig")));
}
