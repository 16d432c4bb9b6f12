//! The whole output of every command on a small project, from its first day to a second release. Only what a key or a
//! clock decides is filtered: digests, keys, sizes and the number of files.

use std::fs;
use std::path::Path;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::trustbook;

/// 2026-01-15T00:00:00Z, the day the project is written on.
const FIRST_DAY: &str = "1768435200";

/// Runs a command line and gives it with its exit code and everything it said.
fn told(root: &Path, line: &str) -> String {
    let output =
        trustbook(root).args(line.split_whitespace()).env("SOURCE_DATE_EPOCH", FIRST_DAY).output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let (mut text, err) = (filtered(&format!("$ trustbook {line}\n? {code}\n{out}")), filtered(&err));
    if !err.is_empty() && err.trim() != "[tally]" {
        text.push_str("--- on standard error\n");
        text.push_str(&err);
    }
    text
}

/// Digests, keys, their ids, sizes and numbers of files, by what they look like.
fn filtered(text: &str) -> String {
    let mut out = text.to_owned();
    for (pattern, name) in [
        (r"\b[0-9a-f]{64}\b", "[digest]"),
        (r"\bRW[A-Za-z0-9+/]{54}", "[key]"),
        (r"\b[0-9A-F]{16}\b", "[key id]"),
        (r"\b([0-9a-f]{4} ){15}[0-9a-f]{4}\b", "[fingerprint]"),
        (r"\b[0-9]+\.[0-9] (KiB|MiB)", "[size]"),
        (r"\b[0-9]+ bytes of payload", "[size] of payload"),
        (r"\b[0-9]+ files\b", "[n] files"),
        // with the feature `pdf` nothing is left out
        (r"warning\[packet-without-pdf\][^\n]*\n \|\nhelp:[^\n]*\n\n", ""),
        (r"(?m)^([0-9]+ (warning|note)s?(, )?)+$", "[tally]"),
        (r"(?m)^  findings  [0-9]+ warnings?", "  findings  [tally]"),
    ] {
        out = regex_lite::Regex::new(pattern).unwrap().replace_all(&out, name).into_owned();
    }
    out
}

fn compare(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../cmd/snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { insta::assert_snapshot!(name, text); });
}

#[test]
fn commands_say_the_same_from_the_first_day_to_the_second_release() {
    let folder = Folder::new("whole-outputs");
    let root = folder.path();
    let mut days = Vec::new();
    let mut say = |line: &str| days.push(told(root, line));
    say("init");
    say("init");
    say(&format!("check --as-of {AS_OF}"));
    say("inspect trustbook.yaml evidence/receipt.yaml evidence/sbom.cdx.json");
    say("source-state");
    say("explain no-evidence");
    say("explain decision-equals");
    say("keys generate --out release.key --unencrypted");
    say("keys show release.pub");
    compare("first-day", &days.join("\n"));

    let mut days = Vec::new();
    let mut say = |line: &str| days.push(told(root, line));
    say(&format!("release --as-of {AS_OF}"));
    say(&format!("build --as-of {AS_OF} --key release.key"));
    say(&format!("verify public/snapshots/0001/example-0001.zip --key release.pub --as-of {AS_OF}"));
    say(&format!("release --as-of {AS_OF} --key release.key"));
    say(&format!("release --as-of {AS_OF} --key release.key"));
    say(&format!("verify public/snapshots/0001/example-0001.zip --key release.pub --as-of {AS_OF}"));
    let claims = fs::read_to_string(root.join("content/claims.yaml")).unwrap();
    let (first, _) = claims.split_once("  - id: components-known").unwrap();
    fs::write(root.join("content/claims.yaml"), first).unwrap();
    say("release --as-of 2026-02-10T12:00:00Z --key release.key");
    say("diff 1 2");
    say("diff 2 1 --fail-on-weaker");
    say("diff 1 2 --fail-on-weaker --format json");
    say("diff 1 1");
    say("diff 1 7");
    compare("release", &days.join("\n"));

    let mut days = Vec::new();
    let mut say = |line: &str| days.push(told(root, line));
    say("packet --for Bank --checklist --as-of 2026-02-11T12:00:00Z --key release.key");
    say("packet --for Bank --since 7 --as-of 2026-02-11T12:00:00Z --key release.key");
    say("packet --for Bank --profile eu-bnak --as-of 2026-02-11T12:00:00Z --key release.key");
    say("packet --for Bank --since 1 --as-of 2026-02-11T12:00:00Z --key release.key");
    say("packet --for Bank --released --key release.key");
    compare("packet", &days.join("\n"));
}
