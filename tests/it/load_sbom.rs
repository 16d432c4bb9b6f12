//! Bills of materials: what a document says does not depend on the language it is written in, and what is not read is
//! refused by its name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use trustbook::load;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::sbom::Given;
use trustbook::model::sbom::Licence;
use trustbook::model::sbom::Sbom;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load").join(name);
    fs::read_to_string(path).unwrap()
}

/// Evidence made of these files, by their names.
fn evidence(test: &str, files: &[(&str, &str)]) -> BTreeMap<String, Evidence> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sbom").join(test);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(root.join("evidence")).unwrap();
    fs::create_dir_all(root.join("content")).unwrap();
    fs::write(root.join("trustbook.yaml"), "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n")
        .unwrap();
    for (name, text) in files {
        fs::write(root.join("evidence").join(name), text).unwrap();
    }
    let catalog = load::project(&root).unwrap().project.value.unwrap().catalog;
    catalog.evidence.into_values().map(|one| (one.source.path.clone(), one)).collect()
}

fn of_fixtures(test: &str, names: &[&str]) -> Vec<Evidence> {
    let texts: Vec<(&str, String)> = names.iter().map(|name| (*name, fixture(name))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut all = evidence(test, &files);
    names.iter().map(|name| all.remove(&format!("evidence/{name}")).unwrap()).collect()
}

fn sbom(evidence: &Evidence) -> &Sbom {
    match &evidence.body {
        Body::Sbom(sbom) => sbom,
        other => panic!("{} is {other:?}", evidence.source.path),
    }
}

/// What `inspect` says of one file with this text.
fn inspected(test: &str, name: &str, text: &[u8]) -> Value {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sbom-inspect").join(test);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
    load::inspect(&[folder.join(name)]).report["files"][0].clone()
}

#[test]
fn a_cyclonedx_document_is_one_record_in_json_and_in_xml() {
    let both = of_fixtures("cyclonedx", &["cyclonedx-json.json", "cyclonedx-xml.xml"]);
    assert_eq!(sbom(&both[0]), sbom(&both[1]));
    assert_eq!((&both[0].title, both[0].captured_at), (&both[1].title, both[1].captured_at));
    // the one element of another namespace
    assert_eq!((both[0].unknown_fields, both[1].unknown_fields), (0, 1));
    let both = of_fixtures("declared", &["cyclonedx-declarations.json", "cyclonedx-declarations.xml"]);
    assert_eq!(both[0].body, both[1].body);
}

#[test]
fn an_spdx_document_is_one_record_in_every_language() {
    let names = ["spdx-json.json", "spdx-tag-value.spdx", "spdx-xml.xml", "spdx-rdf-xml.rdf"];
    let all = of_fixtures("spdx", &names);
    for one in &all {
        assert_eq!(sbom(&all[0]), sbom(one), "{}", one.source.path);
        assert_eq!((&all[0].title, &all[0].subject), (&one.title, &one.subject), "{}", one.source.path);
    }
}

#[test]
fn spdx_is_read_out_of_the_wrappers_it_comes_in() {
    let bare = fixture("spdx-json.json");
    let wrapped = ["Document", "sbom"].map(|key| format!("{{\"{key}\": {bare}}}"));
    let all = evidence("wrapped", &[("a.json", &bare), ("b.json", &wrapped[0]), ("c.json", &wrapped[1])]);
    assert_eq!(sbom(&all["evidence/a.json"]), sbom(&all["evidence/b.json"]));
    assert_eq!(sbom(&all["evidence/a.json"]), sbom(&all["evidence/c.json"]));
}

#[test]
fn a_graph_of_spdx_3_is_joined_to_components() {
    let all = of_fixtures("spdx3", &["spdx3-json-ld.json"]);
    let sbom = sbom(&all[0]);
    assert_eq!(sbom.spec_version, "3.0.1");
    assert_eq!(sbom.primary.as_ref().unwrap().name, "example");
    assert_eq!(
        (sbom.creators.as_slice(), sbom.tools.as_slice()),
        (&["Example".to_owned()][..], &["bommer-2.0".to_owned()][..])
    );
    assert_eq!(
        (sbom.lifecycles.as_slice(), sbom.completeness.as_deref()),
        (&["build".to_owned()][..], Some("complete"))
    );
    let names: Vec<&str> = sbom.components.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["alpha", "proof"]);
    let alpha = &sbom.components[0];
    assert_eq!(alpha.licence, Licence::Expression("(MIT OR Apache-2.0) AND BSD-3-Clause".to_owned()));
    assert_eq!(alpha.licence_concluded, Licence::NoAssertion);
    assert_eq!(sbom.components[1].licence, Licence::Absent);
    assert_eq!(alpha.supplier.as_deref(), Some("Alpha people"));
    assert_eq!(alpha.hashes.len(), 1, "the verification code of a package is no digest of it");
    let edges: Vec<(&str, &str)> =
        sbom.edges.iter().map(|edge| (edge.to.as_str(), edge.kind.as_str())).collect();
    assert_eq!(edges, [("urn:x:alpha", "depends"), ("urn:x:proof", "test")]);
}

#[test]
fn spdx_3_without_a_graph_is_one_package_and_an_unknown_graph_is_no_empty_list() {
    let context = "\"@context\": \"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"";
    let one =
        format!("{{{context}, \"type\": \"software_Package\", \"spdxId\": \"urn:p\", \"name\": \"p\"}}");
    assert_eq!(inspected("single", "a.json", one.as_bytes())["facts"]["packages"], 1);
    let unknown = format!("{{{context}, \"@graph\": [{{\"kind\": \"software_Package\", \"name\": \"p\"}}]}}");
    let file = inspected("unknown", "a.json", unknown.as_bytes());
    assert_eq!((&file["usable"], &file["findings"][0]["code"]), (&json!(false), &json!("nothing-read")));
    let later = one.replace("/3.0.1/", "/3.1/");
    assert_eq!(inspected("later", "a.json", later.as_bytes())["findings"][0]["code"], "unsupported-version");
}

#[test]
fn syft_json_is_the_same_view() {
    let all = of_fixtures("syft", &["syft-json.json"]);
    let sbom = sbom(&all[0]);
    assert_eq!(sbom.primary.as_ref().unwrap().name, "registry.example.com/app");
    assert_eq!(sbom.tools, ["syft 1.20.0"]);
    assert_eq!(sbom.components[0].licence, Licence::Expression("MIT OR Apache-2.0".to_owned()));
    assert_eq!(sbom.components[1].purl, None);
    assert!(sbom.components[1].cpe.as_deref().unwrap().starts_with("cpe:2.3:a:beta"));
    let edges: Vec<(&str, &str, &str)> =
        sbom.edges.iter().map(|edge| (edge.from.as_str(), edge.kind.as_str(), edge.to.as_str())).collect();
    assert_eq!(edges, [("b2", "depends", "a1"), ("src", "contains", "a1")]);
    assert_eq!(all[0].captured_at, None);
}

#[test]
fn tag_value_is_read_with_every_line_end_and_a_text_must_end() {
    let text = fixture("spdx-tag-value.spdx");
    for (test, end) in [("lf", "\n"), ("cr", "\r"), ("crlf", "\r\n")] {
        let file = inspected(test, "a.spdx", text.replace('\n', end).as_bytes());
        assert_eq!(
            (&file["format"], &file["facts"]["packages"]),
            (&json!("spdx-tag-value"), &json!(2)),
            "{test}"
        );
        assert_eq!(
            (&file["facts"]["files"], &file["facts"]["relationships"]),
            (&json!(1), &json!(2)),
            "{test}"
        );
    }
    let open = text.replace("</text>", "");
    let file = inspected("open", "a.spdx", open.as_bytes());
    assert_eq!(
        (&file["findings"][0]["code"], &file["findings"][0]["line"]),
        (&json!("unclosed-text"), &json!(10))
    );
    let stray = text.replace("\r", "").replace("DataLicense", "# c\nno tag at all\nDataLicense");
    let file = inspected("stray", "a.spdx", stray.as_bytes());
    assert_eq!(
        (&file["findings"][0]["code"], &file["findings"][0]["line"]),
        (&json!("unknown-line"), &json!(3))
    );
    assert_eq!(file["usable"], true);
}

#[test]
fn findings_in_xml_say_line_and_column() {
    let text = fixture("cyclonedx-xml.xml");
    let file = inspected("xml", "a.xml", text.as_bytes());
    let finding =
        file["findings"].as_array().unwrap().iter().find(|one| one["code"] == "invalid-purl").unwrap();
    let line = text.lines().position(|line| line.contains("not a purl")).unwrap() + 1;
    assert_eq!((&finding["line"], &finding["column"]), (&json!(line), &json!(15)));
    let twice = text.replace("<b:name>alpha</b:name>", "<b:name>alpha</b:name><b:name>other</b:name>");
    let file = inspected("twice", "a.xml", twice.as_bytes());
    assert!(file["findings"].as_array().unwrap().iter().any(|one| one["code"] == "duplicate-key"), "{file}");
}

#[test]
fn components_that_cannot_be_read_are_no_empty_list() {
    let text = "<bom xmlns='http://cyclonedx.org/schema/bom/1.5'><components><entry/></components></bom>";
    let file = inspected("nothing", "a.xml", text.as_bytes());
    assert_eq!((&file["usable"], &file["findings"][1]["code"]), (&json!(false), &json!("nothing-read")));
}

#[test]
fn what_is_there_is_counted_as_it_is_written_also_where_it_cannot_be_used() {
    let text = br#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "library",
        "name": ""}}, "components": [{"type": "library", "name": "a", "bom-ref": "a", "licenses": [{"license": {}}],
        "supplier": {"url": ["https://example.org"]}, "hashes": [{"alg": "SHA-1"}]}]}"#;
    let facts = &inspected("written", "a.cdx.json", text)["facts"];
    assert_eq!(facts["primary"], json!(["", null]));
    assert_eq!([&facts["with_license"], &facts["with_supplier"], &facts["with_hash"]], [1, 1, 1]);

    let text = br#"{"spdxVersion": "SPDX-2.2.1", "SPDXID": "SPDXRef-DOCUMENT", "name": "n", "packages": [{"name": "p",
        "SPDXID": "SPDXRef-p"}], "creationInfo": {"creators": [{"Person": "A. Person"}]}}"#;
    let file = inspected("written", "a.spdx.json", text);
    assert_eq!(file["facts"]["creators"], json!([{"Person": "A. Person"}]));
    assert_eq!((&file["version"], &file["facts"]["spec"]), (&json!("2.2"), &json!("SPDX-2.2.1")));
    assert_eq!(file["findings"][0]["code"], "unknown-version");

    let text =
        br#"{"@context": ["https://spdx.org/rdf/3.0.1/spdx-context.jsonld"], "spdxVersion": "SPDX-3.0",
        "@graph": [{"type": "software_Package", "spdxId": "urn:a", "name": "a"}]}"#;
    let file = inspected("written", "a.spdx3.json", text);
    assert_eq!(file["format"], "spdx3-json-ld");
    assert_eq!(file["facts"]["context"], json!(["https://spdx.org/rdf/3.0.1/spdx-context.jsonld"]));
}

#[test]
fn what_requirements_ask_for_is_found_in_json_and_xml_alike() {
    let json = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"supplier": {"name": "S",
        "url": ["https://a.example.org", "https://b.example.org"], "contact": [{"name": "x"}, {"email": "x@example.org"}]}},
        "components": [{"type": "library", "name": "a", "bom-ref": "a", "manufacturer": {"name": "M", "contact":
        [{"email": "m@example.org"}]}, "externalReferences": [{"type": "distribution", "url": "https://example.org/a",
        "hashes": [{"alg": "SHA-512", "content": "00"}]}], "properties": [{"name": "bsi:component:filename",
        "value": "a.tar"}]}]}"#;
    let xml = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"><metadata><supplier><name>S</name>
        <url>https://a.example.org</url><url>https://b.example.org</url><contact><name>x</name></contact>
        <contact><email>x@example.org</email></contact></supplier></metadata><components><component type="library"
        bom-ref="a"><manufacturer><name>M</name><contact><email>m@example.org</email></contact></manufacturer>
        <name>a</name><externalReferences><reference type="distribution"><url>https://example.org/a</url><hashes>
        <hash alg="SHA-512">00</hash></hashes></reference></externalReferences><properties><property
        name="bsi:component:filename">a.tar</property></properties></component></components></bom>"#;
    let read = evidence("given", &[("a.json", json), ("a.xml", xml)]);
    for (path, one) in &read {
        let bom = sbom(one);
        assert!(bom.creator_contact, "{path}");
        let expected = [
            Given::Maker,
            Given::Contact,
            Given::FileName,
            Given::DeployableAddress,
            Given::DeployableDigest,
        ];
        assert_eq!(bom.components[0].given, expected, "{path}");
    }
    assert_eq!(inspected("given", "a.xml", xml.as_bytes())["findings"], json!([]));
}

#[test]
fn what_an_spdx_package_gives_is_found_in_the_elements_around_it() {
    let two = r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "n", "documentNamespace": "https://n.example",
        "creationInfo": {"creators": ["Organization: O (o@example.org)"]}, "packages": [{"name": "p", "SPDXID": "SPDXRef-p",
        "packageFileName": "p.tar", "downloadLocation": "https://example.org/p.tar", "supplier": "Organization: S",
        "originator": "Person: P (p@example.org)"}, {"name": "q", "SPDXID": "SPDXRef-q", "downloadLocation": "NOASSERTION"}]}"#;
    let three = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
        {"type": "CreationInfo", "@id": "_:c", "created": "2026-01-01T00:00:00Z", "createdBy": ["urn:o"]},
        {"type": "SpdxDocument", "spdxId": "urn:d", "creationInfo": "_:c"},
        {"type": "Organization", "spdxId": "urn:o", "name": "O", "externalIdentifier": [{"type": "ExternalIdentifier",
         "externalIdentifierType": "email", "identifier": "o@example.org"}]},
        {"type": "software_Package", "spdxId": "urn:p", "name": "p", "originatedBy": ["urn:o"]},
        {"type": "software_File", "spdxId": "urn:f", "name": "p.tar", "software_additionalPurpose": ["archive"]},
        {"type": "Relationship", "spdxId": "urn:r", "from": "urn:p", "to": ["urn:f"],
         "relationshipType": "hasDistributionArtifact"}]}"#;
    let read = evidence("given-spdx", &[("2.json", two), ("3.json", three)]);
    let given = |name: &str| sbom(&read[&format!("evidence/{name}")]);
    let expected = [Given::Maker, Given::Contact, Given::FileName, Given::DeployableAddress];
    assert_eq!(given("2.json").components[0].given, expected);
    assert!(given("2.json").components[1].given.is_empty() && given("2.json").creator_contact);
    let expected =
        [Given::Maker, Given::Contact, Given::FileName, Given::Executable, Given::Archive, Given::Structured];
    assert_eq!(given("3.json").components[0].given, expected);
    assert!(given("3.json").creator_contact);
}

#[test]
fn a_bill_inside_of_a_statement_may_stand_beside_the_day_it_was_attested() {
    let text = br#"{"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://cyclonedx.org/bom",
        "subject": [{"name": "x", "digest": {"sha256": "aa"}}], "predicate": {"Data": {"bomFormat": "CycloneDX",
        "specVersion": "1.4", "components": [{"type": "library", "name": "a"}]}, "Timestamp": "2026-01-01T00:00:00Z"}}"#;
    let file = inspected("data", "a.json", text);
    assert_eq!((&file["kind"], &file["findings"]), (&json!("sbom"), &json!([])));
}

#[test]
fn parts_of_the_primary_component_are_kept_and_counted_by_themselves() {
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": {"type": "application",
        "name": "app", "components": [{"type": "library", "name": "inside", "version": "1"}]}},
        "components": [{"type": "library", "name": "listed"}]}"#;
    let facts = &inspected("primary", "a.json", text.as_bytes())["facts"];
    assert_eq!([&facts["components"], &facts["in_primary"], &facts["with_version"]], [1, 1, 0]);
    let read = evidence("primary", &[("a.json", text)]);
    assert_eq!(sbom(&read["evidence/a.json"]).components.len(), 2);
}

#[test]
fn the_vulnerability_extension_of_old_xml_says_what_a_bill_of_today_says() {
    const OLD: &str = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.2" xmlns:x="http://cyclonedx.org/schema/ext/vulnerability/1.0">
  <components>
    <component type="library" bom-ref="a"><name>a</name><version>1</version>
      <x:vulnerabilities>
        <x:vulnerability ref="a"><x:id>CVE-2018-1</x:id>
          <x:source name="NVD"><x:url>https://nvd.example/CVE-2018-1</x:url></x:source>
          <x:ratings><x:rating><x:score><x:base>9.8</x:base></x:score><x:severity>Critical</x:severity></x:rating>
            <x:rating><x:severity>Low</x:severity></x:rating></x:ratings>
          <x:description>a text</x:description>
          <x:recommendations><x:recommendation>Upgrade.</x:recommendation><x:recommendation>Or not.</x:recommendation></x:recommendations>
        </x:vulnerability>
        <x:vulnerability><x:id>CVE-2018-2</x:id></x:vulnerability>
      </x:vulnerabilities>
    </component>
    <component type="library" bom-ref="b"><name>b</name><version>1</version></component>
  </components>
  <x:vulnerabilities><x:vulnerability ref="b"><x:id>CVE-2019-1</x:id></x:vulnerability></x:vulnerabilities>
</bom>"#;
    let new = json!({
        "bomFormat": "CycloneDX", "specVersion": "1.4",
        "components": [
            {"type": "library", "bom-ref": "a", "name": "a", "version": "1"},
            {"type": "library", "bom-ref": "b", "name": "b", "version": "1"},
        ],
        "vulnerabilities": [
            {"id": "CVE-2018-1", "source": {"name": "NVD", "url": "https://nvd.example/CVE-2018-1"},
             "ratings": [{"score": 9.8, "severity": "critical"}, {"severity": "low"}],
             "description": "a text", "recommendation": "Upgrade.\n\nOr not.", "affects": [{"ref": "a"}]},
            {"id": "CVE-2018-2", "affects": [{"ref": "a"}]},
            {"id": "CVE-2019-1", "affects": [{"ref": "b"}]},
        ],
    });
    let (old, new) = (OLD.as_bytes(), new.to_string());
    let read = evidence("old-vulnerabilities", &[("old.xml", OLD), ("new.json", &new)]);
    let [of_xml, of_json] =
        ["old.xml", "new.json"].map(|name| sbom(&read[&format!("evidence/{name}")]).vulnerabilities.clone());
    assert_eq!(of_xml, of_json);
    assert_eq!(of_xml.len(), 3);
    let said = inspected("old-vulnerabilities", "old.xml", old);
    assert_eq!((&said["facts"]["vulnerabilities"], &said["unknown_fields"]), (&json!(3), &json!(0)));
    // a prefix bound to something else is not it
    let other = OLD.replace("ext/vulnerability/1.0", "ext/other/1.0");
    let said = inspected("old-vulnerabilities", "other.xml", other.as_bytes());
    assert_eq!((&said["facts"]["vulnerabilities"], &said["unknown_fields"]), (&json!(0), &json!(2)));
}
