//! The verifier's command line: arguments to text and exit code.

use std::ffi::OsString;
use std::path::PathBuf;

use trustbook::pack::Signer as _;
use trustbook::verify::USAGE;
use trustbook::verify::run;

use crate::archive::forge;
use crate::archive::forge::pack_with;
use crate::archive::forge::small_tree;

struct Shelf(PathBuf);

impl Shelf {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("trustbook-it-command-{name}-{}", std::process::id()));
        let (bytes, packed) = pack_with(&small_tree(), 1);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(forge::NAME), &bytes).unwrap();
        std::fs::write(folder.join("acme-0042.zip.minisig"), packed.signature.print()).unwrap();
        std::fs::write(folder.join("key.pub"), forge::key(7).public_key().to_file_text()).unwrap();
        forge::to_disk(&forge::unpack(&bytes), &folder);
        Self(folder)
    }

    /// Exit code, standard output, standard error; `@` in an argument is the folder.
    fn run(&self, args: &str) -> (u8, String, String) {
        let args =
            args.split_whitespace().map(|arg| OsString::from(arg.replace('@', &self.0.to_string_lossy())));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(args, forge::time("2026-12-01T00:00:00Z"), &mut out, &mut err);
        (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_key_is_its_characters_or_a_file() {
    let shelf = Shelf::new("key");
    let key = forge::key(7).public_key().to_base64();
    for args in [
        "--key @/key.pub @/acme-0042.zip",
        &format!("@/acme-0042.zip --key={key}"),
        "--dir --key @/key.pub @/acme-0042",
    ] {
        let (code, out, err) = shelf.run(args);
        assert_eq!((code, err.as_str()), (0, ""), "{args}: {out}");
        assert!(out.ends_with("verified: every check passed\n"), "{out}");
    }
    assert_eq!(shelf.run("@/acme-0042.zip").0, 20);
    assert_eq!(shelf.run("@/acme-0042.zip --key @/key.pub --sig @/missing").0, 10);
    assert_eq!(shelf.run("@/acme-0042.zip --key @/key.pub --as-of 2027-03-01").0, 15);
    assert_eq!(shelf.run("@/acme-0042.zip --key @/key.pub --as-of 2027-02-20").0, 0);
}

#[test]
fn a_command_that_is_not_understood_says_why() {
    let shelf = Shelf::new("usage");
    for (args, expected) in [
        ("", "no FILE: name the archive"),
        ("a b", "more than one FILE"),
        ("a --key", "`--key` needs a value"),
        ("a --key x", "`--key x` is no public key: x: "),
        ("a --key @/acme-0042.zip.minisig", "acme-0042.zip.minisig` is no public key: "),
        ("a --as-of yesterday", "`--as-of` is neither"),
        ("a --format xml", "`--format` is neither"),
        ("a --loud", "unknown option `--loud`"),
        ("a -v", "unknown option `-v`"),
        ("a --dir --sig b", "exclude each other"),
        ("a --dir=yes", "`--dir` takes no value"),
        ("a --sig b --sig c", "`--sig` is there twice"),
        ("missing.zip", "`missing.zip`: No such file"),
    ] {
        let (code, out, err) = shelf.run(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args}");
        assert!(
            err.contains(expected) && err.ends_with("help: `--help` alone prints the options\n"),
            "{args}: {err}"
        );
    }
    assert_eq!(shelf.run("--help"), (0, USAGE.to_owned(), String::new()));
    assert!(shelf.run("--version").1.starts_with("trustbook-verify 0."));
}

#[test]
fn json_is_printed_whatever_the_answer() {
    let shelf = Shelf::new("json");
    for (args, code, verified) in
        [("@/acme-0042.zip --key @/key.pub", 0, true), ("@/acme-0042.zip", 20, false)]
    {
        let (actual, out, _) = shelf.run(&format!("{args} --format json"));
        assert_eq!(actual, code, "{out}");
        let report: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["exitCode"], code);
        assert_eq!(report["verified"], verified);
        assert_eq!(report["checks"].as_array().unwrap().len(), trustbook::verify::CHECKS.len());
    }
    let (code, out, _) = shelf.run("@/missing.zip --key @/key.pub --format json");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, report["exitCode"].as_u64(), report["verified"].as_bool()), (2, Some(2), Some(false)));
}

#[test]
fn the_report_for_people_names_every_check() {
    let shelf = Shelf::new("text");
    let (_, out, _) = shelf.run("@/acme-0042.zip --key @/key.pub");
    let fingerprint = forge::key(7).public_key().fingerprint().to_string();
    let out = out.replace(&*shelf.0.to_string_lossy(), "@").replace(&fingerprint, "FINGERPRINT");
    assert_eq!(
        out,
        "\
@/acme-0042.zip

  ok          signature over the whole archive: by key 0707070707070707
  ok          container in the canonical form: 11 files
  ok          names that every file system reads alike
  ok          signature over the list of lists: by key 0707070707070707
  ok          exactly the files that describe the archive: 8 files
  ok          digests of the files that describe the archive: 6 files
  ok          exactly the files that are listed: 3 files
  ok          digests of the listed files: 3 files
  ok          bag declaration and metadata: 38 bytes of payload
  ok          snapshot.json agrees with the files: format version 1
  ok          signed comments agree with snapshot.json
  ok          in-toto statement agrees and is signed: one subject, manifest-sha256.txt
  n/a         roles and revocation of keys: one key for everything: no roles, no revocation
  n/a         the log, and what was verified before: without key roles there is no log: an older snapshot cannot be told from the newest
  ok          current at the time asked for: until 2027-02-21T09:00:00Z, asked for 2026-12-01T00:00:00Z
  ok          state of the snapshot: released

  snapshot 42 of trust.example, Autumn
  released, created 2026-11-21T09:00:00Z, expires 2027-02-21T09:00:00Z, 3 files
  key 0707070707070707, sha256 FINGERPRINT
  format version 1

verified: every check passed
"
    );
}
