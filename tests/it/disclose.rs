//! The visibility filter: a canary in every field of everything withheld, and none of them in what is disclosed.

use serde_json::Value;
use serde_json::json;
use trustbook::disclose::Disclosed;
use trustbook::disclose::disclose;
use trustbook::disclose::lint::Level;
use trustbook::disclose::lint::report;
use trustbook::disclose::lint::scan_catalog;
use trustbook::disclose::mentions;
use trustbook::evaluate::evaluate;
use trustbook::model::attestation::Attestation;
use trustbook::model::attestation::Statement;
use trustbook::model::attestation::Subject;
use trustbook::model::attestation::SubjectMatch;
use trustbook::model::catalog::Catalog;
use trustbook::model::content::*;
use trustbook::model::evidence::Body;
use trustbook::model::evidence::Evidence;
use trustbook::model::finding::Finding;
use trustbook::model::finding::Place;
use trustbook::model::receipt::Check;
use trustbook::model::receipt::Decision;
use trustbook::model::receipt::FileRef;
use trustbook::model::receipt::Outcome;
use trustbook::model::record::Record;
use trustbook::model::status::Status;
use trustbook::model::vex::VexStatus;
use trustbook::model::visibility::Audience;
use trustbook::model::visibility::Visibility;

use crate::sample::*;

/// Every kind with every field filled in; `LINK` stands for the id of a record of the kind that belongs there.
fn whole(kind: &str) -> Value {
    let mut record = match kind {
        "products" => {
            json!({"name": "n", "service-model": "saas", "deployment-model": "d", "description": "d", "url": "u"})
        }
        "claims" => json!({
            "statement": "s", "area": "a", "tier": 1, "target": "t", "reasoning": "r", "limits": "l",
            "evidence": ["LINK"], "counter-evidence": ["LINK"], "mitigation-strategies": ["m"],
            "criteria": [
                {"id": "x", "text": "t", "kind": "tests-passed", "evidence": ["LINK"], "cases": ["c"]},
                {"id": "y", "text": "t", "kind": "claim-met", "claims": ["LINK"]},
            ],
            "requirements": [{"framework": "LINK", "requirement": "r"}],
        }),
        "certifications" => json!({
            "title": "t", "document-type": "ISO_27001", "standard": "s", "auditor": {"name": "a", "url": "u"},
            "assessed-entity": "e", "scope": "s", "exclusions": "e", "criteria": ["c"], "result": "r",
            "exceptions": ["e"], "certificate-number": "c", "document": "LINK", "registry-url": "u",
            "expires": "2026-12-31",
            "bridge-letter": {"document": "LINK", "covers": {"start": "2026-01-01", "end": "2026-03-01"}, "signed-by": "s"},
        }),
        "frameworks" => json!({
            "title": "t", "version": "v", "publisher": "p", "url": "u",
            "requirements": [{"id": "r", "title": "t", "group": "g", "text": "t"}],
        }),
        "controls" => json!({
            "title": "t", "framework": "LINK", "requirement": "r", "description": "d",
            "implementation": "implemented", "claims": ["LINK"], "evidence": ["LINK"],
        }),
        "responsibilities" => json!({
            "title": "t", "framework": "LINK", "requirement": "r", "ownership": "shared",
            "provider-description": "p", "customer-responsibility": "c", "inherited-from": "LINK",
        }),
        "subprocessors" => json!({
            "name": "n", "legal-entity": "l", "purpose": "p", "category": "c", "products": ["LINK"],
            "data-categories": ["d"], "countries": ["DE"], "processing-locations": ["p"], "corporate-country": "DE",
            "transfer-mechanism": "sccs", "safeguards": "s", "dpa-url": "u", "website": "w", "ai-use": "a",
            "replaces": "LINK",
        }),
        "policies" => {
            json!({"title": "t", "version": "v", "approved-by": "a", "summary": "s", "file": "f.md", "next-review": "2026-04-01"})
        }
        "documents" => json!({
            "title": "t", "category": "c", "version": "v", "language": "en", "summary": "s", "file": "f.pdf",
            "request-how": "r", "expires": "2026-04-01",
        }),
        "answers" => json!({
            "question": "q", "alternatives": ["a"], "answer": "yes", "explanation": "e", "customer-responsibility": "c",
            "topics": ["t"], "evidence": ["LINK"], "claims": ["LINK"], "external-ids": {"caiq": "A-1"},
            "approved-by": "a", "review-by": "2026-03-01",
        }),
        "faq" => json!({"question": "q", "answer": "a", "category": "c", "claims": ["LINK"]}),
        "data-residency" => json!({
            "product": "LINK", "data-kind": "logs", "region": "r", "country": "DE", "failover-region": "f",
            "access-from": ["DE"], "retention": "r", "deletion": "d", "encryption": "e", "subprocessors": ["LINK"],
        }),
        "compatibility" => json!({
            "product": "LINK", "version": "v", "support-level": "s", "end-of-support": "2026-04-01",
            "platforms": [{"name": "n", "version": "v", "status": "tested"}], "security-fix-policy": "s",
        }),
        "incidents" => json!({
            "title": "t", "form": "incident", "affected": "a", "root-cause": "r", "actions": "a", "statement": "s",
        }),
        "releases" => {
            json!({"product": "LINK", "version": "v", "commit": "c", "notes": "n", "previous": "LINK"})
        }
        "architecture" => json!({
            "title": "t", "description": "d",
            "components": [{"id": "c", "name": "n", "zone": "z", "description": "d"}],
            "flows": [{"from": "c", "to": "c", "data": "d", "protocol": "p", "encryption": "e"}],
        }),
        "risks" => json!({
            "title": "t", "statement": "s", "public-summary": "p", "severity": "high", "status": "open",
            "deadline": "2026-04-01", "related-claims": ["LINK"],
            "accepted": {"by": "b", "until": "2026-04-01", "justification": "j"},
        }),
        "waivers" => json!({
            "title": "t", "target": "claim:LINK", "rationale": "r", "approved-by": "a", "expires": "2026-04-20",
            "compensating-control": "c", "opened": "2026-01-01",
        }),
        "blockers" => json!({
            "title": "t", "code": "c", "severity": "high", "detail": "d", "scope": "s", "resolved-by": "LINK",
            "resolved": "2026-03-01T00:00:00Z",
        }),
        "questions" => json!({
            "question": "q", "priority": "p0", "asked-in": "a", "opened": "2026-01-01", "due": "2026-04-01",
            "answer": "LINK",
        }),
        "kpis" => json!({
            "title": "t", "category": "c", "unit": "u", "definition": "d", "source": "s", "compare": ">=",
            "target": 1.5, "points": [{"on": "2026-01-01", "value": 1.0}], "evidence": ["LINK"],
        }),
        "access-reviews" => json!({
            "title": "t", "system": "s", "performed-on": "2026-01-01", "reviewer": "r", "accounts": 1, "removed": 0,
            "changed": 0, "exceptions": ["e"], "next-review": "2026-04-01", "evidence": ["LINK"],
        }),
        "audit-exports" => json!({
            "title": "t", "system": "s", "period": {"start": "2026-01-01", "end": "2026-01-31"},
            "exported-on": "2026-02-01", "entries": 1, "retention": "P90D", "evidence": ["LINK"],
        }),
        "checklists" => json!({
            "title": "t", "category": "c", "subject": "s",
            "items": [{
                "id": "i", "text": "x", "step": "s", "state": "done", "owner": "o", "reason": "r", "evidence": ["LINK"],
            }],
        }),
        "claim-charts" => json!({
            "title": "t", "archetype": "a",
            "rows": [{"claim": "c", "feature": "f", "evidence": [{"id": "LINK", "form": "log"}]}],
        }),
        "assignments" => json!({
            "criterion": "profile/criterion", "evidence": ["LINK"], "note": "n",
            "not-applicable": {"owner": "o", "reason": "r"},
        }),
        other => panic!("the kind `{other}` has no sample: add one with every field"),
    };
    let map = record.as_object_mut().unwrap();
    map.insert("owner".to_owned(), json!("o"));
    map.insert("remarks".to_owned(), json!("r"));
    map.insert("links".to_owned(), json!([{"rel": "r", "href": "h", "text": "t"}]));
    map.insert("props".to_owned(), json!([{"name": "n", "value": "v"}]));
    map.insert("last-reviewed".to_owned(), json!("2025-01-01"));
    map.insert("review-interval".to_owned(), json!("P30D"));
    record
}

/// Puts a canary into every text of `record` that still reads afterwards.
fn poison<R: Record + serde::de::DeserializeOwned>(record: Value, canary: &str) -> Value {
    fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
        match value {
            Value::String(_) => out.push(at),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(n, item)| pointers(item, format!("{at}/{n}"), out))
            }
            Value::Object(map) => {
                map.iter().for_each(|(key, item)| pointers(item, format!("{at}/{key}"), out))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    pointers(&record, String::new(), &mut found);
    let mut poisoned = record;
    for (number, pointer) in found.iter().enumerate() {
        let mut tried = poisoned.clone();
        let text = tried.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        *tried.pointer_mut(pointer).unwrap() = json!(format!("{canary}-{}-{number}", R::KIND));
        if text != "LINK" && !text.contains(":LINK") && serde_json::from_value::<R>(tried.clone()).is_ok() {
            poisoned = tried;
        }
    }
    poisoned
}

const INTERNAL: &str = "canary-internal";
const OTHERS: &str = "canary-others";
const BUYERS: &str = "canary-buyers";

/// The id of the withheld record of `kind`.
fn hidden(kind: &str, canary: &str) -> String {
    format!("{canary}-{kind}-id")
}

fn link(text: &str, kind: &str, canary: &str) -> String {
    text.replace("LINK", &hidden(kind, canary))
}

/// Replaces every `LINK` by the id of the hidden record that belongs there.
fn linked(mut record: Value, canary: &str) -> Value {
    fn walk(value: &mut Value, key: &str, canary: &str) {
        let of = match key {
            "framework" => "frameworks",
            "product" | "products" => "products",
            "document" => "documents",
            "inherited-from" | "replaces" | "subprocessors" => "subprocessors",
            "claims" | "related-claims" | "target" => "claims",
            "previous" => "releases",
            _ => "evidence",
        };
        match value {
            Value::String(text) => *text = link(text, of, canary),
            Value::Array(list) => list.iter_mut().for_each(|item| walk(item, key, canary)),
            Value::Object(map) => map.iter_mut().for_each(|(key, item)| walk(item, key, canary)),
            _ => {}
        }
    }
    walk(&mut record, "", canary);
    record
}

fn kind_of_records<R: Record + serde::de::DeserializeOwned>()
-> std::collections::BTreeMap<trustbook::model::id::Id, R> {
    let mut list = Vec::new();
    let withheld = [
        (INTERNAL, "internal", vec![]),
        (OTHERS, "restricted", vec!["others"]),
        (BUYERS, "restricted", vec!["buyers", "canary-audience"]),
    ];
    for (canary, visibility, audience) in withheld {
        let mut record = linked(poison::<R>(with_id(whole(R::KIND), "x"), canary), canary);
        record["id"] = json!(hidden(R::KIND, canary));
        record["visibility"] = json!(visibility);
        record["audience"] = json!(audience);
        list.push(record);
        let mut public = linked(with_id(whole(R::KIND), "x"), canary);
        public["id"] = json!(format!("public-{}-{}", R::KIND, visibility.len() + audience.len()));
        if R::KIND == "risks" {
            public["statement"] = json!("canary-statement in full");
        }
        public["audience"] = json!(["canary-audience"]);
        list.push(public);
    }
    list[0]["public-stub"] = json!({"title": format!("A withheld {}", R::KIND), "how-to-ask": "write to us"});
    records(json!(list))
}

fn with_id(mut record: Value, id: &str) -> Value {
    record["id"] = json!(id);
    record
}

fn hidden_evidence(canary: &str, visibility: Visibility, audience: &str, body: Body) -> Evidence {
    let name = format!(
        "{canary}-evidence-id{}",
        if matches!(body, Body::TestReport(_)) {
            String::new()
        } else {
            format!("-{:?}", body.kind()).to_lowercase()
        }
    );
    let mut piece = evidence(&name, body);
    piece.title = format!("{canary} title");
    piece.description = Some(format!("{canary} description"));
    piece.source.path = format!("evidence/{canary}/file.json");
    piece.source.sha256 = digest(canary);
    piece.subject = Some(format!("{canary} subject"));
    piece.source_state = Some(format!("{canary} state"));
    piece.release = Some(id(&hidden("releases", canary)));
    piece.visibility = visibility;
    piece.audience = vec![audience.to_owned(), "canary-audience".to_owned()];
    piece.source.archived_as = Some(format!("evidence/{canary}.json"));
    piece
}

fn catalog() -> Catalog {
    let mut catalog = Catalog {
        products: kind_of_records(),
        claims: kind_of_records(),
        certifications: kind_of_records(),
        frameworks: kind_of_records(),
        controls: kind_of_records(),
        responsibilities: kind_of_records(),
        subprocessors: kind_of_records(),
        policies: kind_of_records(),
        documents: kind_of_records(),
        answers: kind_of_records(),
        faq: kind_of_records(),
        data_residency: kind_of_records(),
        compatibility: kind_of_records(),
        incidents: kind_of_records(),
        releases: kind_of_records(),
        architecture: kind_of_records(),
        risks: kind_of_records(),
        waivers: kind_of_records(),
        blockers: kind_of_records(),
        questions: kind_of_records(),
        kpis: kind_of_records(),
        access_reviews: kind_of_records(),
        audit_exports: kind_of_records(),
        checklists: kind_of_records(),
        claim_charts: kind_of_records(),
        assignments: kind_of_records(),
        ..Catalog::default()
    };
    for (canary, visibility, audience) in [
        (INTERNAL, Visibility::Internal, ""),
        (OTHERS, Visibility::Restricted, "others"),
        (BUYERS, Visibility::Restricted, "buyers"),
    ] {
        let mut failing = tests(4, 1);
        failing.name = Some(format!("{canary} run"));
        failing.case_names.push((format!("{canary}::case"), false));
        let mut denied = receipt(Decision::Deny);
        denied.raw_decision = format!("{canary} no");
        denied.notes.push(format!("{canary} note"));
        let affected = statement(&format!("{canary}-CVE"), VexStatus::Affected, None);
        let bodies = [
            Body::TestReport(Box::new(failing)),
            Body::DecisionReceipt(Box::new(denied)),
            Body::Vex(Box::new(vex(vec![affected]))),
            Body::Sbom(Box::new(sbom(vec![component(canary, "")]))),
        ];
        for body in bodies {
            add(&mut catalog, hidden_evidence(canary, visibility, audience, body));
        }
        catalog.pages.push(Page {
            id: id(&format!("{canary}-page")),
            head: PageHead {
                title: format!("{canary} page"),
                group: Some(format!("{canary} group")),
                order: 0,
                visibility,
                audience: vec![audience.to_owned()],
            },
            text: format!("{canary} text"),
            origin: trustbook::model::record::Origin {
                path: format!("content/pages/{canary}.md"),
                pointer: String::new(),
            },
        });
    }
    // A public receipt that names withheld files, and a public drill with people and findings of its own.
    let mut open = receipt(Decision::Allow);
    for canary in [INTERNAL, OTHERS] {
        let file =
            FileRef { path: format!("{canary}/file.json"), sha256: Some(digest("public")), size_bytes: None };
        let digest_only =
            FileRef { path: "copy.json".to_owned(), sha256: Some(digest(canary)), size_bytes: None };
        open.refs.push(file.clone());
        open.checks.push(Check {
            id: "unit".to_owned(),
            title: format!("reads `{}`", hidden("evidence", canary)),
            outcome: Outcome::Pass,
            raw_outcome: None,
            asked: None,
            found: Some(format!("evidence/{canary}/file.json")),
            evidence: vec![file, digest_only],
        });
    }
    // A public attestation about withheld files.
    let subjects = [INTERNAL, OTHERS].map(|canary| Subject {
        name: Some(format!("{canary}/file.json")),
        digests: [("sha256".to_owned(), digest(canary))].into(),
        found: SubjectMatch::Here,
        evidence: Some(id(&hidden("evidence", canary))),
    });
    let about = Statement {
        envelope: "none".to_owned(),
        payload_type: None,
        statement_type: None,
        predicate_type: None,
        subjects: subjects.into(),
        said: Vec::new(),
        at: None,
        signatures: Vec::new(),
    };
    let attestation = Attestation { statements: vec![about] };
    add(&mut catalog, evidence("provenance", Body::Attestation(Box::new(attestation))));
    let mut piece = evidence("decision", Body::DecisionReceipt(Box::new(open)));
    piece.release = catalog.newest_release().map(|release| release.id.clone());
    add(&mut catalog, piece);
    let mut exercise = drill(json!([{ "metric": "rto", "target": "4h", "achieved": "1h" }]), json!("passed"));
    exercise.findings = serde_json::from_value(json!([
        {"id": "f1", "title": "canary-internal finding", "severity": "low", "owner": "canary-internal owner"},
        {"id": "f2", "title": "public finding", "severity": "low", "visibility": "public"},
    ]))
    .unwrap();
    exercise.participants = serde_json::from_value(json!([
        {"role": "lead", "name": "canary-internal name"}, {"role": "observer", "visibility": "public"},
    ]))
    .unwrap();
    exercise.reasons.push("the finding canary-internal finding is open".to_owned());
    add(&mut catalog, evidence("drill", Body::Drill(Box::new(exercise))));
    catalog
}

fn disclosed(catalog: &Catalog, audience: &Audience) -> Disclosed {
    let checked = evaluate(catalog, &[release_profile()], &config(), Some("canary-internal-state"), at(NOON));
    let mut findings = checked.findings;
    for canary in [INTERNAL, OTHERS] {
        let name = hidden("claims", canary);
        findings.push(Finding::warning("x", "nothing named").about(&id(&name)));
        findings.push(Finding::warning("x", format!("something names `{name}`")));
        findings.push(Finding::warning("x", format!("a file evidence/{canary}/file.json")));
        findings.push(
            Finding::warning("x", "at a place").at(Place::file(format!("evidence/{canary}/file.json"))),
        );
        let origin = catalog.claims[name.as_str()].origin.clone();
        findings.push(Finding::warning("at-a-withheld-place", "no word").at(origin.field("statement")));
    }
    findings.push(Finding::warning("public", "kept"));
    disclose(catalog, &checked.value.unwrap(), &findings, audience)
}

fn everything(disclosed: &Disclosed) -> String {
    format!("{}\n{disclosed:?}\n{disclosed:#?}", serde_json::to_string(disclosed).unwrap()).to_lowercase()
}

fn assert_silent(text: &str, canary: &str) {
    if let Some(at) = text.find(canary) {
        panic!("`{canary}` is disclosed: …{}…", &text[at.saturating_sub(300)..(at + 100).min(text.len())]);
    }
}

#[test]
fn no_canary_of_a_withheld_record_reaches_the_public() {
    let catalog = catalog();
    let disclosed = disclosed(&catalog, &Audience::Public);
    let text = everything(&disclosed);
    assert_silent(&text, "canary");
    for canary in [INTERNAL, OTHERS, BUYERS] {
        assert_silent(&text, &digest(canary));
        assert_silent(&text, &digest(canary)[..12]);
    }
    // What is public is still there, and so is every finding about it.
    assert_eq!(
        disclosed.catalog.counts().iter().filter(|(_, count)| *count == 0).count(),
        2,
        "controls and waivers of withheld things"
    );
    assert!(disclosed.findings.iter().any(|finding| finding.code == "public"));
    assert!(!disclosed.findings.iter().any(|finding| finding.code == "at-a-withheld-place"));
}

#[test]
fn a_named_audience_sees_its_own_and_neither_internal_nor_others() {
    let catalog = catalog();
    let disclosed = disclosed(&catalog, &Audience::Named("buyers".to_owned()));
    let text = everything(&disclosed);
    for canary in [INTERNAL, OTHERS, "canary-audience"] {
        assert_silent(&text, canary);
    }
    assert!(text.contains(BUYERS));
    let risk = &disclosed.catalog.risks[hidden("risks", BUYERS).as_str()];
    assert!(risk.statement.is_some());
    assert_eq!(risk.audience, ["buyers"]);
}

#[test]
fn a_withheld_record_appears_only_as_its_stub() {
    let disclosed = disclosed(&catalog(), &Audience::Public);
    let stub = disclosed.stubs.iter().find(|stub| stub.kind == "claims").unwrap();
    assert_eq!((stub.title.as_str(), stub.how_to_ask.as_str()), ("A withheld claims", "write to us"));
    assert_eq!(disclosed.stubs.len(), 26);
}

#[test]
fn a_verdict_keeps_its_outcome_and_counts_what_is_withheld() {
    let mut catalog = ready();
    catalog.evidence.get_mut("junit").unwrap().visibility = Visibility::Internal;
    let checked = evaluate(&catalog, &[release_profile()], &config(), None, at(NOON));
    let assessment = checked.value.unwrap();
    let shown = disclose(&catalog, &assessment, &[], &Audience::Public).assessment;
    let verdict = &shown.verdicts[0];
    assert_eq!((verdict.state.as_str(), verdict.passes), ("ready", true));
    let tests = verdict.criteria.iter().find(|result| result.id.as_str() == "tests").unwrap();
    assert_eq!((tests.status, tests.withheld, tests.found.as_str()), (Status::Met, 1, "1 input is withheld"));
    assert!(tests.evidence.is_empty());
    assert_eq!(verdict.declared.as_deref(), Some("ALLOW"));
    catalog.evidence.get_mut("decision").unwrap().visibility = Visibility::Internal;
    let shown = disclose(&catalog, &assessment, &[], &Audience::Public).assessment;
    assert_eq!((&shown.verdicts[0].declared, shown.verdicts[0].declared_agrees), (&None, None));
}

#[test]
fn a_withheld_release_is_not_named_by_its_verdict() {
    let mut catalog = ready();
    catalog.releases.get_mut("r1").unwrap().visibility = Visibility::Internal;
    let assessment = evaluate(&catalog, &[release_profile()], &config(), None, at(NOON)).value.unwrap();
    let shown = disclose(&catalog, &assessment, &[], &Audience::Public);
    assert!(!serde_json::to_string(&shown).unwrap().contains("Sample 1.0.0"));
    assert!(shown.assessment.verdicts[0].sentence.starts_with("The release is ready"));
}

#[test]
fn everyone_who_may_see_all_sees_all() {
    let catalog = ready();
    let assessment = evaluate(&catalog, &[release_profile()], &config(), None, at(NOON)).value.unwrap();
    let shown = disclose(&catalog, &assessment, &[], &Audience::Public);
    assert_eq!(shown.catalog, catalog);
    assert_eq!(shown.assessment, assessment);
}

#[test]
fn a_public_text_that_names_something_withheld_is_a_warning_at_its_place() {
    let catalog = Catalog {
        answers: records(json!([
            {"id": "a1", "question": "Q", "answer": "yes", "explanation": "See the Penetration test report 2026."},
            {"id": "a2", "question": "Q", "answer": "yes", "explanation": "See pentest-2026."},
            {"id": "a3", "question": "Q", "answer": "yes", "explanation": "We test."},
        ])),
        documents: records(json!([
            {"id": "pentest-2026", "title": "Penetration test report 2026", "visibility": "internal"},
            {"id": "test", "title": "We", "visibility": "internal"},
        ])),
        ..Catalog::default()
    };
    let found = mentions(&catalog, &Audience::Public);
    let places: Vec<&str> =
        found.iter().map(|finding| finding.place.as_ref().unwrap().pointer.as_str()).collect();
    assert_eq!(places, ["/answers/0/explanation", "/answers/1/explanation"]);
}

#[test]
fn a_text_in_a_record_is_found_where_somebody_wrote_it() {
    let mut catalog = ready();
    catalog.faq = records(json!([
        {"id": "q", "question": "Who?", "answer": "Ask jdoe@vendor.io or security@vendor.io."},
    ]));
    catalog.evidence.get_mut("decision").unwrap().description = Some("ran in /home/jdoe/src".to_owned());
    let found = |catalog: &Catalog, level| {
        let scanned = scan_catalog(catalog, level).unwrap();
        report(&scanned, &[])
            .into_iter()
            .map(|finding| {
                let place = finding.place.unwrap();
                format!("{} {} {}", finding.code, place.path, place.pointer)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&catalog, Level::Public), ["personal-email content/faq.yaml /faq/0/answer"]);
    assert!(found(&catalog, Level::Restricted).is_empty());
    catalog.evidence.get_mut("decision").unwrap().publish_original = false;
    assert_eq!(found(&catalog, Level::Public)[1], "home-path evidence/decision.json /description");
}

#[test]
fn an_original_goes_out_only_where_nothing_read_from_it_is_withheld() {
    let with_finding = |visibility: &str| {
        let mut record = drill(json!([]), json!("passed"));
        record.findings = serde_json::from_value(
            json!([{ "id": "f", "title": "t", "severity": "low", "visibility": visibility }]),
        )
        .unwrap();
        evidence(visibility, Body::Drill(Box::new(record)))
    };
    let mut decided = receipt(Decision::Allow);
    decided.refs = vec![FileRef { path: "evidence/secret.json".to_owned(), sha256: None, size_bytes: None }];
    let mut secret = evidence("secret", Body::Attachment);
    secret.visibility = Visibility::Internal;
    let mut catalog = ready();
    for one in [
        with_finding("public"),
        with_finding("internal"),
        evidence("names-secret", Body::DecisionReceipt(Box::new(decided))),
        secret,
    ] {
        add(&mut catalog, one);
    }
    let assessment = evaluate(&catalog, &[release_profile()], &config(), None, at(NOON)).value.unwrap();
    let shown = disclose(&catalog, &assessment, &[], &Audience::Public).catalog.evidence;
    let handed_out = |name: &str| shown.get(&id(name)).map(|evidence| evidence.publish_original);
    assert_eq!(handed_out("public"), Some(true));
    assert_eq!(handed_out("internal"), Some(false), "its file tells of the finding");
    assert_eq!(handed_out("names-secret"), Some(false), "its file names the withheld one");
    assert_eq!(handed_out("secret"), None);
}
