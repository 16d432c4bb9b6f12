//! Loading whole projects from disk: what is read, and what bad input is told.

#![allow(clippy::unwrap_used, reason = "a test that cannot make its input fails")]

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use trustbook::load;
use trustbook::load::Project;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::EvidenceKind;
use trustbook::model::evidence::Trust;
use trustbook::model::finding::Finding;
use trustbook::model::finding::Severity;
use trustbook::model::finding::has_errors;

/// A project of one test, below the build's own folder.
struct Fixture {
    root: PathBuf,
}

impl Fixture {
    fn empty(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("load").join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).unwrap();
        Self { root }
    }

    fn new(name: &str) -> Self {
        let fixture = Self::empty(name);
        fixture.write("trustbook.yaml", "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n");
        fixture.write("content/a.yaml", "organization: {name: Example}\n");
        fixture.write("evidence/receipt.yaml", RECEIPT);
        fixture
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn load(&self) -> (Option<Project>, Vec<Finding>) {
        let loaded = load::project(&self.root).unwrap();
        (loaded.project.value, loaded.project.findings)
    }

    fn project(&self) -> Project {
        let (project, findings) = self.load();
        assert!(!has_errors(&findings), "{findings:#?}");
        project.unwrap()
    }

    /// `path:line:column code: message (help)` of every finding that is not a note.
    fn complaints(&self) -> Vec<String> {
        let (_, findings) = self.load();
        findings
            .iter()
            .filter(|finding| finding.severity != Severity::Note)
            .map(|finding| {
                let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
                format!("{place} {}: {} ({})", finding.code, finding.message, finding.help)
            })
            .collect()
    }

    #[track_caller]
    fn complains(&self, start: &str) {
        let complaints = self.complaints();
        assert!(
            complaints.iter().any(|line| line.starts_with(start)),
            "wanted {start:?}, got {complaints:#?}"
        );
    }
}

const RECEIPT: &str = r#"receipt-version: "1"
id: r-1
decision: allow
subject: app 1.0.0
actor: release board
decided-at: 2026-03-02T10:00:00Z
"#;

const BOM: &str = r#"{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "metadata": {
    "timestamp": "2026-03-01T00:00:00Z",
    "component": {"type": "application", "name": "app", "version": "1.0.0", "bom-ref": "root"}
  },
  "components": [
    {"type": "library", "name": "a", "version": "1.0.0", "bom-ref": "a", "purl": "pkg:cargo/a@1.0.0",
     "licenses": [{"expression": "MIT OR Apache-2.0"}], "x-unknown": 1,
     "components": [{"type": "library", "name": "inner", "bom-ref": "a-inner", "licenses": [{"license": {"name": "NOASSERTION"}}]}]}
  ],
  "dependencies": [{"ref": "root", "dependsOn": ["a"]}]
}"#;

#[test]
fn a_whole_project_is_read() {
    let fixture = Fixture::new("whole");
    fixture
        .write(
            "content/claims.yaml",
            "claims:\n  - id: c1\n    statement: It works.\n    evidence: [receipt.yaml]\n    criteria:\n      - {id: k, text: T, kind: receipt-allows}\npolicies:\n  - {id: p, title: P, file: policies/p.md, visibility: public}\n",
        )
        .write("content/policies/p.md", "# Policy\n")
        .write("content/pages/about.md", "---\ntitle: About\nvisibility: public\norder: 2\n---\n\n# Hello\n")
        .write("content/documents/d.json", "{\"not\": \"content\"}")
        .write("content/documents.yaml", "documents:\n  - {id: d, title: D, file: documents/d.json}\n")
        .write("evidence/sbom.cdx.json", BOM)
        .write("evidence/photo.png", b"\x89PNG\r\n\x1a\n")
        .write(
            "evidence/index.yaml",
            "evidence:\n  - {path: sbom.cdx.json, id: sbom, visibility: public, release: r1}\n",
        );
    let project = fixture.project();
    let catalog = &project.catalog;
    assert_eq!(catalog.organization.name, "Example");
    let claim = catalog.claims.values().next().unwrap();
    assert_eq!(claim.origin.path, "content/claims.yaml");
    assert_eq!(claim.origin.pointer, "/claims/0");
    assert_eq!(claim.criteria[0].origin.pointer, "/claims/0/criteria/0");
    assert_eq!(catalog.policies["p"].text.as_deref(), Some("# Policy\n"));
    assert_eq!(catalog.pages[0].text, "\n# Hello\n");
    assert_eq!(catalog.documents["d"].size_bytes, Some(18));
    assert!(project.originals.contains_key("content/documents/d.json"));
    let sbom = &catalog.evidence["sbom"];
    assert_eq!(sbom.captured_at.unwrap().to_string(), "2026-03-01T00:00:00Z");
    assert_eq!(sbom.subject.as_deref(), Some("app 1.0.0"));
    assert_eq!(sbom.title, "SBOM of app 1.0.0");
    assert_eq!((sbom.unknown_fields, sbom.trust), (1, Trust::WellFormed));
    let Body::Sbom(body) = &sbom.body else { panic!("{:?}", sbom.body) };
    let names: Vec<&str> = body.components.iter().map(|component| component.name.as_str()).collect();
    assert_eq!(names, ["a", "inner"]);
    assert_eq!(body.components[1].parent.as_deref(), Some("a"));
    assert_eq!(catalog.evidence["photo.png"].kind(), EvidenceKind::Attachment);
    assert_eq!(catalog.evidence["receipt.yaml"].title, "app 1.0.0: allowed");
}

#[test]
fn no_config_is_told_what_to_do() {
    let fixture = Fixture::empty("no-config");
    let (project, findings) = fixture.load();
    assert!(project.is_none());
    assert_eq!((findings.len(), findings[0].code), (1, "no-config"));
    assert!(findings[0].help.contains("trustbook init"));
    assert!(load::project(&fixture.root.join("nowhere")).is_err());
}

#[test]
fn mistakes_in_the_config_are_found_together() {
    let fixture = Fixture::new("config");
    fixture.write(
        "trustbook.yaml",
        "site: {title: T, slug: T!, origin: t.example}\nfreshnes: {}\nprofiles: [relase]\npaths: {public: evidence/out}\n",
    );
    fixture.complains("trustbook.yaml:1:24 invalid-value: `T!` is not an id");
    fixture.complains("trustbook.yaml:2:1 unknown-key: unknown key `freshnes` (did you mean `freshness`?)");
    fixture.write(
        "trustbook.yaml",
        "site: {title: T, slug: Tx, origin: t.example}\nprofiles: [relase]\npaths: {public: evidence/out, content: ../x}\n",
    );
    fixture.complains("trustbook.yaml:1:24 invalid-value: `Tx` is not a slug");
    fixture.complains("trustbook.yaml:3:17 invalid-value: `evidence/out` and `evidence` overlap");
    fixture.complains("trustbook.yaml:3:40 invalid-value: `../x` is not a folder of the project");
    fixture.complains("trustbook.yaml:2:12 unknown-profile: there is no profile `relase`");
}

#[test]
fn errors_of_several_records_are_reported_at_once() {
    let fixture = Fixture::new("several");
    fixture.write(
        "content/b.yaml",
        "claims:\n  - id: a\n    statment: x\n  - id: b\n    statement: y\n    tier: high\n  - {id: c}\n  - id: d\n    statement: fine\nclaimz: []\n",
    );
    assert_eq!(
        fixture.complaints(),
        [
            "content/b.yaml:3:5 unknown-key: unknown key `statment` (did you mean `statement`?)",
            "content/b.yaml:6:11 wrong-type: expected a whole number, found `high` ()",
            "content/b.yaml:7:5 missing-key: the key `statement` is missing (add `statement:`)",
            "content/b.yaml:10:1 unknown-key: unknown key `claimz` (did you mean `claims`?)",
        ]
    );
}

#[test]
fn two_records_with_one_id_name_both_places() {
    let fixture = Fixture::new("duplicate-ids");
    fixture.write(
        "content/b.yaml",
        "faq:\n  - {id: x, question: Q, answer: A}\n  - {id: x, question: Q2, answer: A}\n",
    );
    fixture
        .write("content/c.yaml", "faq:\n  - {id: x, question: Q, answer: A}\norganization: {name: Other}\n");
    fixture.complains(
        "content/b.yaml:3:10 duplicate-id: two records of `faq` have the id `x` (the other is in `content/b.yaml` on line 2; rename one)",
    );
    fixture.complains("content/c.yaml:2:10 duplicate-id: two records of `faq` have the id `x` (the other is in `content/b.yaml`");
    fixture.complains("content/c.yaml:3:1 duplicate-record: `organization` is given twice (the other is at content/a.yaml:1:1");
}

#[test]
fn duplicate_keys_bombs_and_depth_are_refused() {
    let fixture = Fixture::new("bombs");
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (from, to) in ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi"].map(|pair| pair.split_at(1)) {
        bomb.push_str(&format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 10].join(", ")));
    }
    fixture
        .write("content/b.yaml", "organization: {name: A}\norganization: {name: B}\n")
        .write("content/bomb.yaml", bomb.as_bytes())
        .write("evidence/bomb.yaml", bomb.as_bytes())
        .write("evidence/deep.json", "[".repeat(100_000))
        .write("evidence/cut.cdx.json", "{\"bomFormat\": \"CycloneDX\",\n \"specVersion\": ")
        .write("evidence/twice.yaml", format!("{RECEIPT}decision: deny\n"));
    fixture.complains(
        "content/b.yaml:2:1 duplicate-key: the key `organization` stands here twice (the first is on line 1",
    );
    fixture.complains("content/bomb.yaml:5:36 alias-limit");
    fixture.complains("evidence/bomb.yaml:5:36 alias-limit");
    fixture.complains("evidence/deep.json:1:257 too-deep: nested deeper than 256 levels");
    fixture.complains("evidence/cut.cdx.json:2:17 json-syntax: the file ends where a value was expected");
    fixture.complains("evidence/twice.yaml:7:1 duplicate-key: the key `decision` stands here twice");
    let project = fixture.load().0.unwrap();
    assert_eq!(project.catalog.evidence["deep.json"].trust, Trust::Invalid);
    assert_eq!(project.catalog.evidence["twice.yaml"].trust, Trust::Invalid);
}

#[test]
fn an_sbom_that_has_components_and_yields_none_is_an_error() {
    let fixture = Fixture::new("nothing-read");
    fixture
        .write("evidence/a.json", BOM.replace("\"components\": [\n", "\"components\": [1, 2], \"x\": [\n"))
        .write("evidence/b.json", BOM.replace("\"CycloneDX\"", "\"cyclonedx\""))
        .write("evidence/c.json", BOM.replace("\"1.6\"", "1.6"))
        .write("evidence/d.json", BOM.replace("\"1.6\"", "\"2.0\""));
    fixture.complains("evidence/a.json:9:17 nothing-read");
    fixture.complains(
        "evidence/b.json:2:16 format-mismatch: `bomFormat` must be `CycloneDX`, found `cyclonedx`",
    );
    fixture.complains("evidence/c.json:3:18 format-mismatch: `specVersion` must be a text");
    fixture.complains("evidence/d.json:3:18 unsupported-version");
}

#[test]
fn files_that_are_not_what_they_are_named_say_what_they_are() {
    let fixture = Fixture::new("lookalikes");
    fixture
        .write("evidence/a.json", b"\x1f\x8b\x08\x00")
        .write("evidence/b.json", "<!DOCTYPE html><html>not found</html>")
        .write("evidence/c.json", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        .write("evidence/d.json", "")
        .write("evidence/e.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>")
        .write("evidence/f.json", b"{\"a\": \"\xff\"}");
    fixture.complains("evidence/a.json not-text: this is gzip-compressed data");
    fixture.complains("evidence/b.json web-page");
    fixture.complains("evidence/c.json git-lfs-pointer");
    fixture.complains("evidence/d.json empty-file");
    fixture.complains("evidence/e.xml:1:1 xml-entities");
    fixture.complains("evidence/f.json not-utf-8: byte 7 (on line 1) is not UTF-8");
}

#[test]
fn no_evidence_is_an_error() {
    let fixture = Fixture::new("no-evidence");
    fs::remove_dir_all(fixture.root.join("evidence")).unwrap();
    fixture.complains("evidence no-evidence");
}

#[cfg(unix)]
#[test]
fn links_out_of_the_project_are_refused_and_links_inside_are_read() {
    use std::os::unix::fs::symlink;
    let fixture = Fixture::new("links");
    symlink("/etc/hostname", fixture.root.join("evidence/out.txt")).unwrap();
    symlink("receipt.yaml", fixture.root.join("evidence/in.yaml")).unwrap();
    symlink("nowhere", fixture.root.join("evidence/broken")).unwrap();
    symlink("..", fixture.root.join("evidence/up")).unwrap();
    fixture.complains("evidence/out.txt link-out-of-tree");
    fixture.complains("evidence/broken broken-link");
    fixture.complains("evidence/up link-to-folder");
    assert!(fixture.load().0.unwrap().catalog.evidence.contains_key("in.yaml"));
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_a_finding() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new("unreadable");
    fixture.write("evidence/secret.json", "{}");
    let path = fixture.root.join("evidence/secret.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        return; // run by somebody who may read everything
    }
    fixture.complains("evidence/secret.json unreadable-file");
}

#[test]
fn names_that_collide_when_case_is_folded_are_refused() {
    let fixture = Fixture::new("collide");
    fixture.write("evidence/Receipt.yaml", RECEIPT);
    if fs::read_dir(fixture.root.join("evidence")).unwrap().count() < 2 {
        return; // a file system where they are one file
    }
    fixture.complains("evidence/receipt.yaml file-name-collision");
}

#[test]
fn the_evidence_index_is_checked_against_the_files() {
    let fixture = Fixture::new("index");
    fixture.write("evidence/sbom.json", BOM).write(
        "evidence/index.yaml",
        "evidence:\n  - {path: sbom.jsn}\n  - {path: receipt.yaml, format: cyclonedx-json}\n  - {path: receipt.yaml}\n  - {path: ../a}\n  - {path: sbom.json, visibilty: public}\n",
    );
    assert_eq!(
        fixture.complaints(),
        [
            "evidence/index.yaml:2:12 missing-file: there is no file `evidence/sbom.jsn` (did you mean `sbom.json`?)",
            "evidence/index.yaml:3:34 format-mismatch: the index says this is a CycloneDX JSON document, but its content is a decision receipt (remove `format`, or name the file that is meant)",
            "evidence/index.yaml:4:12 duplicate-record: `evidence/receipt.yaml` has two entries (the other is entry 2; merge them)",
            "evidence/index.yaml:5:12 file-out-of-tree: `../a` leaves the evidence folder (a path relative to `evidence/`)",
            "evidence/index.yaml:6:23 unknown-key: unknown key `visibilty` (did you mean `visibility`?)",
        ]
    );
}

#[test]
fn digests_that_agree_raise_trust_and_digests_that_do_not_are_errors() {
    let fixture = Fixture::new("digests");
    let digest = |text: &str| trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string();
    let windows = "line\r\nline\r\n";
    fixture
        .write("evidence/sub/sbom.json", BOM)
        .write("evidence/notes.txt", windows)
        .write("evidence/other.txt", "x\n")
        .write(
            "evidence/sub/receipt.yaml",
            format!(
                "{RECEIPT}refs:\n  - {{path: sbom.json, sha256: {}}}\n  - {{path: notes.txt, sha256: {}}}\n  - {{path: other.txt, sha256: {}}}\n  - {{path: s3://gone}}\n",
                digest(BOM),
                digest("line\nline\n"),
                digest("y\n")
            ),
        );
    fixture.complains("evidence/sub/receipt.yaml:9:31 digest-mismatch: `evidence/notes.txt` is not the file that is named here (it differs only in line endings");
    fixture.complains("evidence/sub/receipt.yaml:10:31 digest-mismatch: `evidence/other.txt`");
    let project = fixture.load().0.unwrap();
    assert_eq!(project.catalog.evidence["sub-sbom.json"].trust, Trust::HashVerified);
    assert_eq!(project.catalog.evidence["notes.txt"].trust, Trust::WellFormed);
}

#[test]
fn template_text_never_counts() {
    let fixture = Fixture::new("placeholder");
    fixture.write("evidence/receipt.yaml", RECEIPT.replace("app 1.0.0", "app ${VERSION}"));
    fixture.complains("evidence/receipt.yaml:4:10 placeholder");
    assert_eq!(fixture.load().0.unwrap().catalog.evidence["receipt.yaml"].trust, Trust::Placeholder);
}

#[test]
fn a_traffic_light_other_than_clear_is_not_published() {
    let fixture = Fixture::new("tlp");
    let amber =
        BOM.replace("\"metadata\": {", "\"metadata\": {\"distributionConstraints\": {\"tlp\": \"AMBER\"},");
    fixture
        .write("evidence/sbom.json", amber)
        .write("evidence/index.yaml", "evidence:\n  - {path: sbom.json, visibility: public}\n");
    fixture.complains("evidence/index.yaml:2:35 traffic-light");
}

#[test]
fn an_allow_beside_a_failed_check_is_read_as_unknown() {
    let fixture = Fixture::new("contradiction");
    fixture.write("evidence/receipt.yaml", format!("{RECEIPT}checks:\n  - {{id: tests, outcome: fail}}\n"));
    fixture.complains("evidence/receipt.yaml:3:11 contradictory-decision");
    assert_eq!(fixture.load().0.unwrap().catalog.evidence["receipt.yaml"].title, "app 1.0.0: unknown");
}

#[test]
fn the_source_state_depends_on_the_picked_files_only() {
    let fixture = Fixture::new("source-state");
    fixture
        .write(
            "trustbook.yaml",
            "site: {title: T, slug: t, origin: t.example}\nprofiles: []\nsource-state: {include: [src/**, Cargo.toml], exclude: [src/gen/**]}\n",
        )
        .write("src/a.rs", "a")
        .write("src/gen/b.rs", "b")
        .write("Cargo.toml", "c");
    let state = |fixture: &Fixture| fixture.project().source_state.unwrap();
    let first = state(&fixture);
    fixture.write("src/gen/b.rs", "other");
    assert_eq!(state(&fixture), first);
    fixture.write("src/a.rs", "other");
    assert_ne!(state(&fixture), first);
}
