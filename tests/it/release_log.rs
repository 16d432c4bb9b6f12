//! Key roles and the log, as people use them: made, released under, replaced, revoked, and what readers see of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Output;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::example;
use crate::project::run;
use crate::project::said;
use crate::project::tree;

const DAYS: [&str; 4] = [AS_OF, "2026-02-08T12:00:00Z", "2026-02-09T12:00:00Z", "2026-02-10T12:00:00Z"];

fn good(root: &Path, args: &[&str]) -> String {
    let output = run(root, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn with_roles(name: &str) -> Folder {
    let folder = example(name);
    good(
        folder.path(),
        &["keys", "generate", "--roles", "--unencrypted", "--out", "secret", "--origin", "trust.example"],
    );
    folder
}

fn release(root: &Path, number: usize) -> Output {
    let page = root.join("content/pages/about.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, format!("{text}\nRelease {number}.\n")).unwrap();
    run(root, &["release", "--keys", "secret", "--as-of", DAYS[number - 1]])
}

fn released(root: &Path, number: usize) {
    let output = release(root, number);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

fn archive(number: usize) -> String {
    format!("public/snapshots/{number:04}/example-{number:04}.zip")
}

fn verify(root: &Path, number: usize, more: &[&str]) -> Output {
    let archive = archive(number);
    let mut args = vec!["verify", &archive, "--key", "secret/root.pub", "--as-of", DAYS[3]];
    args.extend(more);
    run(root, &args)
}

fn code(output: &Output, expected: i32) {
    assert_eq!(output.status.code(), Some(expected), "{}", said(output));
}

#[test]
fn a_reader_who_pins_the_root_follows_the_log_and_sees_what_goes_back() {
    let folder = with_roles("follow");
    let root = folder.path();
    released(root, 1);
    code(&verify(root, 1, &["--state", "state"]), 0);
    released(root, 2);
    let second = verify(root, 2, &["--state", "state"]);
    code(&second, 0);
    assert!(said(&second).contains("leaf 2 of 3"), "{}", said(&second));
    let state = fs::read(root.join("state")).unwrap();
    code(&verify(root, 1, &["--state", "state"]), 15);
    assert_eq!(fs::read(root.join("state")).unwrap(), state);
    code(&verify(root, 1, &[]), 0);
    code(&verify(root, 1, &["--log", "public/log"]), 0);
    // By the release key alone it verifies as well; by no key, or by that of another role, it does not.
    code(&run(root, &["verify", &archive(2), "--key", "secret/release.pub", "--as-of", DAYS[3]]), 0);
    for other in ["attest", "log"] {
        let key = format!("secret/{other}.pub");
        code(&run(root, &["verify", &archive(2), "--key", &key, "--as-of", DAYS[3]]), 17);
    }
    code(&run(root, &["verify", &archive(2), "--as-of", DAYS[3]]), 20);
    for cut in ["state", "public/snapshots/0002/example-0002.zip.tlog-proof"] {
        let path = root.join(cut);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
        let output = verify(root, 2, &["--state", "state"]);
        assert!(matches!(output.status.code(), Some(2 | 10 | 16)), "{}", said(&output));
        fs::write(&path, bytes).unwrap();
    }
    fs::rename(root.join("public/snapshots/0002/example-0002.zip.tlog-proof"), root.join("proof")).unwrap();
    code(&verify(root, 2, &[]), 20);
    code(&verify(root, 2, &["--proof", "proof"]), 0);
}

#[test]
fn what_is_verified_can_be_copied_out_once_and_verified_as_a_folder() {
    let folder = with_roles("extract");
    let root = folder.path();
    released(root, 1);
    code(&verify(root, 1, &["--extract", "out"]), 0);
    code(&verify(root, 1, &["--extract", "out"]), 20);
    let proof = format!("{}.tlog-proof", archive(1));
    let as_folder =
        ["verify", "out", "--dir", "--key", "secret/root.pub", "--proof", &proof, "--as-of", DAYS[3]];
    code(&run(root, &as_folder), 0);
    let more = fs::read(root.join("out/data/site/index.html")).unwrap();
    fs::write(root.join("out/data/site/index.html"), [more, b" ".to_vec()].concat()).unwrap();
    code(&run(root, &as_folder), 11);
    fs::write(root.join("wrong.zip"), "no archive").unwrap();
    let wrong = run(root, &["verify", "wrong.zip", "--key", "secret/root.pub", "--extract", "nothing"]);
    assert_ne!(wrong.status.code(), Some(0));
    assert!(!root.join("nothing").exists());
}

#[test]
fn the_same_release_twice_is_the_same_log_and_a_lost_history_is_not_started_again() {
    let folder = with_roles("restart");
    let root = folder.path();
    released(root, 1);
    let before = (tree(&root.join("public")), tree(&root.join("history")));
    assert!(before.0.contains_key("log/tile/0/000.p/2"), "{:?}", before.0.keys());
    assert!(before.0.contains_key("log/tile/entries/000.p/2"));
    assert!(before.0.contains_key("keys/keys.json"));
    let again = good(root, &["release", "--keys", "secret", "--as-of", DAYS[0]]);
    assert!(again.contains("already released, identical"), "{again}");
    assert!(before == (tree(&root.join("public")), tree(&root.join("history"))));
    released(root, 2);
    fs::rename(root.join("history/0002"), root.join("aside")).unwrap();
    let shorter = release(root, 3);
    code(&shorter, 2);
    assert!(said(&shorter).contains("never starts again"), "{}", said(&shorter));
    fs::rename(root.join("aside"), root.join("history/0002")).unwrap();
    let leaves = root.join("history/0001/log-leaves.txt");
    let text = fs::read_to_string(&leaves).unwrap();
    fs::write(&leaves, text.replace("seq 1", "seq 9")).unwrap();
    code(&release(root, 3), 2);
    fs::write(&leaves, text).unwrap();
    let alone = run(root, &["release", "--development", "--as-of", DAYS[3]]);
    code(&alone, 2);
    assert!(said(&alone).contains("earlier releases are in a log"), "{}", said(&alone));
    let one_key = run(root, &["build", "--key", "secret/release.key", "--as-of", DAYS[3]]);
    assert!(said(&one_key).contains("this project has key roles"), "{}", said(&one_key));
}

#[test]
fn two_histories_under_one_log_key_are_a_fork_and_both_checkpoints_are_kept() {
    let folder = with_roles("fork");
    let root = folder.path();
    released(root, 1);
    let copy = Folder::new("fork-copy");
    crate::project::copy(root, copy.path());
    for role in ["root", "release", "attest", "log"] {
        let path = copy.path().join(format!("secret/{role}.key"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let other = copy.path();
    released(root, 2);
    code(&verify(root, 2, &["--state", "state"]), 0);
    fs::copy(root.join("state"), other.join("state")).unwrap();
    fs::write(other.join("content/pages/about.md"), "---\ntitle: About\n---\n\nAnother story.\n").unwrap();
    released(other, 2);
    code(&verify(other, 2, &["--state", "state"]), 16);
    released(other, 3);
    let forked = verify(other, 3, &["--state", "state"]);
    code(&forked, 16);
    let kept = fs::read_to_string(other.join("state.fork")).unwrap();
    assert_eq!(kept.matches("\n— ").count(), 2, "{kept}");
    assert_eq!(fs::read(other.join("state")).unwrap(), fs::read(root.join("state")).unwrap());
    code(&verify(root, 2, &["--log", &other.join("public/log").to_string_lossy()]), 16);
}

#[test]
fn old_archives_stay_valid_under_the_keys_of_their_time_and_a_revoked_key_counts_for_what_the_log_holds() {
    let folder = with_roles("rotate");
    let root = folder.path();
    released(root, 1);
    let old_pin = fs::read_to_string(root.join("secret/root.pub")).unwrap();
    let old_secret = root.join("old");
    fs::create_dir(&old_secret).unwrap();
    for name in ["release", "attest", "log"] {
        fs::copy(root.join(format!("secret/{name}.key")), old_secret.join(format!("{name}.key"))).unwrap();
    }
    for role in ["release", "attest", "log", "root"] {
        good(root, &["keys", "rotate", role, "--keys", "secret", "--unencrypted"]);
    }
    released(root, 2);
    for number in [1, 2] {
        code(&verify(root, number, &["--keys", "keys/keys.json"]), 0);
        let archive = archive(number);
        fs::write(root.join("old.pub"), &old_pin).unwrap();
        code(&run(root, &["verify", &archive, "--key", "old.pub", "--as-of", DAYS[3]]), 0);
    }
    // The newer root means nothing to an archive of before, unless the newer keys come with it.
    code(&verify(root, 1, &[]), 17);
    let listed = good(root, &["keys", "show"]);
    let id =
        listed.lines().find(|line| line.contains("release") && line.contains("snapshots 1 to 1")).unwrap();
    let id = id.split_whitespace().nth(1).unwrap().to_owned();
    let before = fs::read(root.join("keys/keys.json")).unwrap();
    good(
        root,
        &["keys", "revoke", &id, "--reason", "stolen with a laptop", "--log-size", "1", "--keys", "secret"],
    );
    let revoked = verify(root, 1, &["--keys", "keys/keys.json"]);
    code(&revoked, 17);
    assert!(said(&revoked).contains("stolen with a laptop"), "{}", said(&revoked));
    code(&verify(root, 2, &["--keys", "keys/keys.json"]), 0);
    // Somebody with the stolen keys signs another one; the key's time is over.
    fs::write(root.join("forged.json"), before).unwrap();
    let listed = good(root, &["keys", "show"]);
    assert!(listed.contains("REVOKED from leaf 1 of the log on: stolen with a laptop"), "{listed}");
    let unsigned = fs::read_to_string(root.join("keys/keys.json")).unwrap();
    fs::write(root.join("keys/keys.json"), unsigned.replace("stolen with a laptop", "stolen with a laptoq"))
        .unwrap();
    code(&release(root, 3), 2);
}

#[test]
fn a_key_that_was_replaced_signs_until_the_new_one_begins() {
    let folder = with_roles("from");
    let root = folder.path();
    released(root, 1);
    good(root, &["keys", "rotate", "release", "--keys", "secret", "--unencrypted", "--from", "3"]);
    let shown = good(root, &["keys", "show"]);
    let keys: Vec<&str> = shown.lines().filter(|line| line.contains(" release ")).collect();
    assert!(keys[0].contains("snapshots 1 to 2") && keys[1].contains("snapshots 3 on"), "{shown}");
    let id = |line: &str| line.split_whitespace().nth(1).unwrap().to_owned();
    for (number, key) in [(2, keys[0]), (3, keys[1])] {
        released(root, number);
        let verified = verify(root, number, &[]);
        code(&verified, 0);
        assert!(said(&verified).contains(&format!("by key {}", id(key))), "{}", said(&verified));
    }
    // made again, a snapshot gets the key of its time
    code(&run(root, &["release", "--keys", "secret", "--as-of", DAYS[2]]), 0);
    let old = root.join(format!("secret/release-{}.key", id(keys[0])));
    fs::rename(&old, root.join("elsewhere.key")).unwrap();
    let archive = archive(2);
    let lacking = run(root, &["build", "--reproduce", &archive, "--keys", "secret"]);
    code(&lacking, 2);
    assert!(said(&lacking).contains("snapshot 2 is to be signed by release key"), "{}", said(&lacking));
}

#[test]
fn keys_of_another_origin_sign_nothing_of_this_site() {
    let folder = example("origin");
    let root = folder.path();
    good(
        root,
        &["keys", "generate", "--roles", "--unencrypted", "--out", "secret", "--origin", "other.example"],
    );
    let refused = release(root, 1);
    code(&refused, 2);
    let told = said(&refused);
    assert!(
        told.contains("`site.origin` is `trust.example`, and keys/keys.json is for `other.example`"),
        "{told}"
    );
    assert!(!root.join("history").exists() && !root.join("public").exists());
}

#[test]
fn a_checkout_says_whether_an_archive_comes_out_of_it() {
    let folder = with_roles("reproduce");
    let root = folder.path();
    released(root, 1);
    released(root, 2);
    let again = |archive: &str, keys: &[&str]| {
        let mut args = vec!["build", "--reproduce", archive];
        args.extend(keys);
        run(root, &args)
    };
    let before = (tree(&root.join("public")), tree(&root.join("history")));
    let same = again(&archive(2), &["--keys", "secret"]);
    code(&same, 0);
    assert!(said(&same).contains("the same, byte for byte"), "{}", said(&same));
    let by_another = again(&archive(2), &[]);
    code(&by_another, 0);
    assert!(said(&by_another).contains("signatures not compared"), "{}", said(&by_another));
    let packet = again("public/packets/packet-0002-public.zip", &[]);
    code(&packet, 2);
    assert!(said(&packet).contains("packet-0002-public.zip: is a packet"), "{}", said(&packet));
    let older = again(&archive(1), &["--keys", "secret"]);
    code(&older, 1);
    assert!(said(&older).contains("not the same: data/"), "{}", said(&older));
    assert!(before == (tree(&root.join("public")), tree(&root.join("history"))));
}

#[test]
fn an_archive_is_made_again_with_the_keys_of_its_time_after_they_were_replaced_and_revoked() {
    let folder = with_roles("reproduce-revoked");
    let root = folder.path();
    released(root, 1);
    let shown = good(root, &["keys", "show"]);
    let id = shown.lines().find(|line| line.contains(" release ")).unwrap();
    let id = id.split_whitespace().nth(1).unwrap().to_owned();
    for role in ["release", "root"] {
        good(root, &["keys", "rotate", role, "--keys", "secret", "--unencrypted"]);
    }
    good(root, &["keys", "revoke", &id, "--reason", "lost", "--keys", "secret"]);
    let same = run(root, &["build", "--reproduce", &archive(1), "--keys", "secret"]);
    code(&same, 0);
    assert!(said(&same).contains("the same, byte for byte"), "{}", said(&same));
}
