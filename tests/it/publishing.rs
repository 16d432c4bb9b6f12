//! What stands in the way of publishing, or cuts it short: the published tree and history stay exactly as they were.

use std::fs;
use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::example;
use crate::project::run;
use crate::project::said;
use crate::project::tree;
use crate::project::trustbook;

const LATER: &str = "2026-02-02T12:00:00Z";

/// A project that was built once.
fn built(name: &str) -> Folder {
    let folder = example(name);
    let output = run(folder.path(), &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    folder
}

/// Only the lock is left where publishing works.
fn assert_tidy(root: &Path) {
    let left: Vec<_> = fs::read_dir(root.join(".trustbook/publish"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn a_disk_that_fills_up_while_publishing_changes_nothing() {
    let folder = built("disk-full");
    let root = folder.path();
    let before = tree(&root.join("public"));
    // No file may become larger than this: what a full disk looks like to a program that writes a large one.
    let mut command = Command::new("sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 32; exec \"$0\" build --as-of \"$1\""])
        .args([env!("CARGO_BIN_EXE_trustbook"), LATER])
        .current_dir(root)
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("TRUSTBOOK_KEY_FILE");
    let output = command.output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(before == tree(&root.join("public")), "the published tree changed:\n{said}");
    assert_tidy(root);
    let output = run(root, &["build", "--as-of", LATER]);
    assert_eq!(output.status.code(), Some(0), "{}", crate::project::said(&output));
}

#[test]
fn a_second_build_at_the_same_time_is_refused_and_told_by_what() {
    let folder = built("two-builds");
    let root = folder.path();
    let before = tree(&root.join("public"));
    let lock = File::open(root.join(".trustbook/publish/lock")).unwrap();
    lock.lock().unwrap();
    for args in [["build", "--as-of", LATER].as_slice(), &["release", "--development", "--as-of", LATER]] {
        let output = run(root, args);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("another build") && said.contains("publish/lock"), "{said}");
        assert!(before == tree(&root.join("public")), "the published tree changed");
        assert!(!root.join("history").exists());
    }
    drop(lock);
    let output = run(root, &["build", "--as-of", LATER]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn a_killed_build_leaves_the_old_tree_or_the_new_one_and_the_next_one_completes() {
    let folder = built("killed");
    let root = folder.path();
    let old = tree(&root.join("public"));
    let whole = built("not-killed");
    let output = run(whole.path(), &["build", "--as-of", LATER]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for _ in 0..3 {
        let mut child = trustbook(root)
            .args(["build", "--as-of", LATER])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let staging = root.join(".trustbook/publish/staging");
        let has_staged = || fs::read_dir(&staging).is_ok_and(|mut entries| entries.next().is_some());
        while !has_staged() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let found = tree(&root.join("public"));
        let names = |of: &std::collections::BTreeMap<String, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
        assert!(found == old || names(&found) == names(&old), "a tree of other files: {:?}", names(&found));
        if found == old {
            continue;
        }
        let index = String::from_utf8(found["index.html"].clone()).unwrap();
        assert!(index.contains("2026-02-02"), "neither the old tree nor the new one");
    }
    let output = run(root, &["build", "--as-of", LATER]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let new = tree(&root.join("public"));
    assert_eq!(new.len(), tree(&whole.path().join("public")).len());
    assert!(new != old);
    assert_tidy(root);
}

#[test]
fn a_public_folder_that_is_a_link_or_somebody_elses_is_not_replaced() {
    let folder = example("planted");
    let root = folder.path();
    let outside = root.join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("precious.txt"), "precious").unwrap();
    let precious = tree(&outside);
    symlink(&outside, root.join("public")).unwrap();
    let output = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("symbolic link"), "{}", said(&output));
    assert!(tree(&outside) == precious);

    fs::remove_file(root.join("public")).unwrap();
    fs::rename(&outside, root.join("public")).unwrap();
    let output = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("no build put there"), "{}", said(&output));
    assert!(tree(&root.join("public")) == precious);
    assert_tidy(root);
}
