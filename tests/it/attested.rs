//! Bills of materials inside of statements, and claims written as CycloneDX declarations and read back.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use trustbook::bundle::base64;
use trustbook::load;
use trustbook::model::attestation::SubjectMatch;
use trustbook::model::declarations::Declarations;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::finding::Finding;

use crate::load_formats::of;
use crate::project::Folder;
use crate::project::run;
use crate::project::said;

/// A project with these files as evidence.
fn loaded(name: &str, files: &[(&str, String)]) -> (BTreeMap<String, Evidence>, Vec<Finding>) {
    let folder = Folder::new(name);
    for part in ["evidence", "content"] {
        fs::create_dir_all(folder.path().join(part)).unwrap();
    }
    let config = "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n";
    fs::write(folder.path().join("trustbook.yaml"), config).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("evidence").join(name), text).unwrap();
    }
    let project = load::project(folder.path()).unwrap().project;
    let catalog = project.value.unwrap().catalog;
    (catalog.evidence.into_iter().map(|(id, one)| (id.to_string(), one)).collect(), project.findings)
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load").join(name)).unwrap()
}

fn statement(kind: &str, predicate: Value) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "here.txt", "digest": {"sha256": digest("a file\n")}},
            {"name": "elsewhere.tar.gz", "digest": {"sha256": "ab".repeat(32)}},
        ],
        "predicateType": kind,
        "predicate": predicate,
    })
}

fn digest(text: &str) -> String {
    trustbook::bundle::digest::Digest::of(text.as_bytes()).to_string()
}

fn envelope(statement: &Value) -> String {
    json!({
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64::encode(statement.to_string().as_bytes()),
        "signatures": [{"keyid": "some-key", "sig": base64::encode(&[7; 64])}],
    })
    .to_string()
}

#[test]
fn a_bill_of_materials_in_a_statement_is_one_with_its_subject_and_signature() {
    let cyclonedx: Value = serde_json::from_str(&fixture("cyclonedx-json.json")).unwrap();
    let spdx: Value = serde_json::from_str(&fixture("spdx-json.json")).unwrap();
    let spdx3: Value = serde_json::from_str(&fixture("spdx3-json-ld.json")).unwrap();
    let (all, findings) = loaded(
        "attested-bills",
        &[
            ("here.txt", "a file\n".to_owned()),
            ("a.json", envelope(&statement("https://cyclonedx.org/bom", cyclonedx.clone()))),
            ("b.json", envelope(&statement("https://spdx.dev/Document/v2.3", spdx.clone()))),
            ("c.json", statement("https://spdx.dev/Document/v3.0", spdx3).to_string()),
            (
                "d.json",
                envelope(&statement(
                    "https://cyclonedx.org/bom/v1.6",
                    json!({"Data": cyclonedx.to_string()}),
                )),
            ),
        ],
    );
    for (id, spec, count, signatures) in [
        ("a.json", "CycloneDX", 3, 1),
        ("b.json", "SPDX", 1, 1),
        ("c.json", "SPDX", 1, 0),
        ("d.json", "CycloneDX", 3, 1),
    ] {
        let Body::Sbom(sbom) = &all[id].body else { panic!("{id}: {:?}", all[id].body.kind()) };
        assert_eq!((sbom.spec.as_str(), sbom.components.len() >= count), (spec, true), "{id}");
        let statement = &sbom.attestation.as_ref().unwrap().statements[0];
        let found: Vec<SubjectMatch> = statement.subjects.iter().map(|subject| subject.found).collect();
        assert_eq!(found, [SubjectMatch::Here, SubjectMatch::NotHere], "{id}");
        assert_eq!(statement.subjects[0].evidence.as_ref().unwrap().as_str(), "here.txt");
        assert_eq!(statement.signatures.len(), signatures, "{id}");
        assert!(all[id].title.starts_with("SBOM of "), "{id}: {}", all[id].title);
    }
    // what is noticed inside is told of the payload
    assert_eq!(of(&findings, "evidence/a.json"), ["dangling-reference", "invalid-purl"]);
    let first = findings.iter().find(|finding| finding.code == "invalid-purl").unwrap();
    assert!(first.message.contains("inside"), "{}", first.message);
    assert_eq!(first.place.as_ref().unwrap().pointer, "/payload");
}

#[test]
fn a_bill_that_cannot_be_read_leaves_the_statement_and_says_so() {
    let broken = json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": ["x"]});
    let other = json!({"something": "else"});
    let (all, findings) = loaded(
        "attested-broken",
        &[
            ("a.json", envelope(&statement("https://cyclonedx.org/bom", broken))),
            ("b.json", envelope(&statement("https://cyclonedx.org/bom", other.clone()))),
            ("c.json", envelope(&statement("https://cyclonedx.org/bomb", other))),
        ],
    );
    for id in ["a.json", "b.json", "c.json"] {
        assert!(matches!(all[id].body, Body::Attestation(_)), "{id}");
    }
    assert!(of(&findings, "evidence/a.json").contains(&"nothing-read"));
    assert!(of(&findings, "evidence/b.json").contains(&"nothing-read"));
    assert!(!of(&findings, "evidence/c.json").contains(&"nothing-read"));
}

/// The file `name` in an archive.
fn member(archive: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let full = (0..archive.len())
        .map(|index| String::from_utf8(archive.by_index(index).unwrap().name_raw().to_vec()).unwrap())
        .find(|full| full.ends_with(name))
        .unwrap_or_else(|| panic!("{name} is not there"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name(&full).unwrap(), &mut text).unwrap();
    text
}

fn declared(name: &str, text: String) -> (Declarations, Vec<Finding>) {
    let (mut all, findings) = loaded(name, &[("claims.cdx.json", text)]);
    let one = all.remove("claims.cdx.json").unwrap();
    assert_eq!((one.unknown_fields, one.source.format_version.as_deref()), (0, Some("1.6")));
    let Body::ClaimMatrix(declarations) = one.body else { panic!("{:?}", one.body.kind()) };
    (*declarations, findings)
}

#[test]
fn claims_that_are_written_as_declarations_are_read_back_the_same() {
    let vendor = Folder::new("declared-vendor");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/saas-vendor");
    for part in ["content", "evidence", "profiles"] {
        crate::project::copy(&from.join(part), &vendor.path().join(part));
    }
    fs::copy(from.join("trustbook.yaml"), vendor.path().join("trustbook.yaml")).unwrap();
    let output = run(vendor.path(), &["build", "--as-of", "2026-03-31T12:00:00Z"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let archive = vendor.path().join("public/snapshots/0001/nordquill-0001.zip");
    let text = member(&archive, "/data/site/data/claims.cdx.json");
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("claims.cdx.json"), &text).unwrap();
    let claims: Value = serde_json::from_str(&member(&archive, "/data/records/claims.json")).unwrap();
    let status: Value = serde_json::from_str(&member(&archive, "/data/records/claim-status.json")).unwrap();
    let (read, findings) = declared("declared-back", text);
    assert_eq!(of(&findings, "evidence/claims.cdx.json"), Vec::<&str>::new());
    let claims = claims["records"].as_array().unwrap();
    assert!(claims.len() > 3 && read.claims.len() == claims.len(), "{} claims", claims.len());
    for (one, claim) in read.claims.iter().zip(claims) {
        assert_eq!(one.reference, format!("claim/{}", claim["id"].as_str().unwrap()));
        assert_eq!(one.predicate.as_deref(), claim["statement"].as_str());
        for (read, written) in [(&one.evidence, "evidence"), (&one.counter_evidence, "counter-evidence")] {
            let written: Vec<String> = claim[written]
                .as_array()
                .into_iter()
                .flatten()
                .map(|id| format!("evidence/{}", id.as_str().unwrap()))
                .collect();
            assert_eq!(*read, written, "{}", one.reference);
        }
        assert_eq!(
            one.mitigation_strategies.len(),
            claim["mitigation-strategies"].as_array().map_or(0, Vec::len)
        );
        let judged = status["records"].as_array().unwrap().iter().find(|one| one["claim"] == claim["id"]);
        let score = match judged.and_then(|one| one["status"].as_str()) {
            Some("met") => Some(1.0),
            Some("not-met") => Some(0.0),
            _ => None,
        };
        let mapped: Vec<_> =
            read.mappings.iter().filter(|mapping| mapping.claims.contains(&one.reference)).collect();
        assert_eq!(mapped.len(), claim["requirements"].as_array().map_or(0, Vec::len).max(1));
        assert!(mapped.iter().all(|mapping| mapping.conformance == score), "{}", one.reference);
        assert!(mapped.iter().all(|mapping| mapping.confidence.is_none()), "nobody stated a confidence");
    }
    assert!(
        read.mappings.iter().all(|mapping| mapping.requirement.is_empty() == mapping.title.is_none()),
        "a requirement is named by its title"
    );
    assert_eq!(read.affirmation, None, "nobody affirmed anything");
    assert_eq!(read.assessors.len(), 1);
}
