//! Changes between snapshots: every rule has a pair of records that brings it about.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;
use trustbook::diff::DIFF_RULES;
use trustbook::diff::diff;
use trustbook::diff::json as as_json;
use trustbook::diff::text;
use trustbook::model::changes::Changes;
use trustbook::model::changes::Direction;
use trustbook::model::records::Records;

fn records(kinds: Value) -> Records {
    let mut out = Records::default();
    for (kind, list) in kinds.as_object().unwrap() {
        let by_id: BTreeMap<String, Value> = list.as_object().unwrap().clone().into_iter().collect();
        out.kinds.insert(kind.clone(), by_id);
    }
    out
}

/// Two states of one record of `kind`; null: not there.
fn pair(kind: &str, was: Value, now: Value) -> Changes {
    let one = |record: Value| {
        let mut list = json!({});
        if !record.is_null() {
            list["x"] = record;
        }
        records(json!({ kind: list }))
    };
    diff(&one(was), "0001", &one(now), "0002")
}

fn rules(changes: &Changes) -> Vec<&str> {
    changes.changes.iter().map(|change| change.rule.as_str()).collect()
}

fn sbom(components: Value) -> Value {
    json!({
        "title": "SBOM", "captured-at": "2026-03-01T00:00:00Z", "source": {"sha256": components.to_string()},
        "body": {"kind": "sbom", "tools": ["gen 1"], "spec": "CycloneDX", "components": components, "vulnerabilities": []},
    })
}

fn vex(status: &str) -> Value {
    json!({
        "title": "VEX", "captured-at": "2026-03-01T00:00:00Z", "source": {"sha256": "a"},
        "body": {"kind": "vex", "statements": [{"vulnerability": "CVE-1", "products": ["pkg:cargo/a@1.0.0"], "status": status}]},
    })
}

/// Kind, before, after, the rules that must be among the changes.
fn cases() -> Vec<(&'static str, Value, Value, Vec<&'static str>)> {
    let claim = |extra: Value| {
        let mut claim = json!({"statement": "S", "tier": 1, "evidence": ["a"], "criteria": [
            {"id": "c", "text": "tests", "kind": "tests-passed", "minimum": 10, "max-age": "P30D"}]});
        claim.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        claim
    };
    let criterion = |extra: Value| {
        let mut criterion =
            json!({"id": "c", "text": "tests", "kind": "tests-passed", "minimum": 10, "max-age": "P30D"});
        criterion.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({ "criteria": [criterion] })
    };
    let part =
        |version: &str| json!({"name": "a", "version": version, "purl": format!("pkg:cargo/a@{version}")});
    let deb = |version: &str| json!({"name": "a", "version": version, "purl": format!("pkg:deb/debian/a@{version}")});
    let generic =
        |version: &str| json!({"name": "a", "version": version, "purl": format!("pkg:generic/a@{version}")});
    let scoped =
        |scope: &str| json!([{"name": "a", "version": "1", "purl": "pkg:cargo/a@1", "scope": scope}]);
    let built = |arch: &str| json!([{"name": "a", "version": "1", "purl": format!("pkg:deb/debian/a@1?arch={arch}")}]);
    let related = |edges: &[(&str, &str)]| {
        let part = |name: &str| json!({"reference": name, "name": name, "version": "1", "purl": format!("pkg:cargo/{name}@1")});
        let edges: Vec<Value> =
            edges.iter().map(|(from, to)| json!({"from": from, "to": to, "type": "depends"})).collect();
        let mut bom = sbom(json!([part("a"), part("b")]));
        bom["source"]["sha256"] = json!(format!("{edges:?}"));
        bom["body"]["edges"] = json!(edges);
        bom["body"]["primary"] = json!({"reference": "app", "name": "app"});
        bom
    };
    let hashed = |value: &str| {
        let mut part = part("1.0.0");
        part["hashes"] = json!([{"algorithm": "SHA-256", "value": value}]);
        json!([part])
    };
    let licensed = |licence: Value| {
        let mut part = part("1.0.0");
        part["licence"] = licence;
        part["supplier"] = json!("S1");
        json!([part])
    };
    let supplied = |supplier: &str| {
        let mut part = part("1.0.0");
        part["supplier"] = json!(supplier);
        json!([part])
    };
    let mit = || json!({"form": "expression", "text": "MIT OR Apache-2.0"});
    let none = || Value::Null;
    vec![
        ("head", none(), none(), vec![]),
        ("claims", none(), claim(json!({})), vec!["claim-added"]),
        ("claims", claim(json!({})), none(), vec!["claim-withdrawn"]),
        ("claims", claim(json!({})), claim(json!({"statement": "T"})), vec!["claim-reworded"]),
        ("claims", claim(json!({})), claim(json!({"limits": "not on Windows"})), vec!["claim-limited"]),
        ("claims", claim(json!({"tier": 0})), claim(json!({})), vec!["tier-lowered"]),
        ("claims", claim(json!({})), claim(json!({"tier": 0})), vec!["tier-raised"]),
        ("claims", claim(json!({})), claim(json!({"evidence": []})), vec!["evidence-unlinked"]),
        ("claims", claim(json!({})), claim(json!({"evidence": ["a", "b"]})), vec!["evidence-linked"]),
        ("claims", claim(json!({})), claim(json!({"evidence": ["b"]})), vec!["evidence-exchanged"]),
        (
            "claims",
            claim(json!({})),
            claim(json!({"counter-evidence": ["b"]})),
            vec!["counter-evidence-added"],
        ),
        ("claims", claim(json!({})), claim(json!({"criteria": []})), vec!["criterion-removed"]),
        ("claims", claim(json!({"criteria": []})), claim(json!({})), vec!["criterion-added"]),
        ("claims", claim(json!({})), claim(criterion(json!({"minimum": 5}))), vec!["threshold-loosened"]),
        (
            "claims",
            claim(json!({})),
            claim(criterion(json!({"max-age": "P90D"}))),
            vec!["threshold-loosened"],
        ),
        (
            "claims",
            claim(json!({})),
            claim(criterion(json!({"required": false}))),
            vec!["threshold-loosened"],
        ),
        ("claims", claim(json!({})), claim(criterion(json!({"minimum": 50}))), vec!["threshold-tightened"]),
        ("claims", claim(json!({})), claim(criterion(json!({"subject": "x"}))), vec!["criterion-changed"]),
        ("claim-status", json!({"status": "met"}), json!({"status": "stale"}), vec!["status-worse"]),
        (
            "claim-status",
            json!({"status": "not-met"}),
            json!({"status": "partly-met"}),
            vec!["status-better"],
        ),
        (
            "verdicts",
            json!({"passes": true, "status": "met"}),
            json!({"passes": false, "status": "not-met"}),
            vec!["verdict-lost", "status-worse"],
        ),
        ("verdicts", json!({"passes": false}), json!({"passes": true}), vec!["verdict-gained"]),
        ("verdicts", json!({"passes": true}), none(), vec!["verdict-removed"]),
        ("verdicts", json!({"profile-version": "1"}), json!({"profile-version": "2"}), vec!["rules-changed"]),
        ("evidence", none(), json!({"title": "E"}), vec!["evidence-added"]),
        ("evidence", json!({"title": "E"}), none(), vec!["evidence-removed"]),
        (
            "evidence",
            json!({"captured-at": "2026-01-01T00:00:00Z"}),
            json!({"captured-at": "2026-02-01T00:00:00Z"}),
            vec!["evidence-refreshed"],
        ),
        (
            "evidence",
            json!({"captured-at": "2026-02-01T00:00:00Z"}),
            json!({"captured-at": "2026-01-01T00:00:00Z"}),
            vec!["evidence-older"],
        ),
        (
            "evidence",
            json!({"source": {"sha256": "a"}}),
            json!({"source": {"sha256": "b"}}),
            vec!["evidence-altered"],
        ),
        ("evidence", json!({"trust": "hash-verified"}), json!({"trust": "well-formed"}), vec!["trust-lower"]),
        (
            "evidence",
            json!({"trust": "well-formed"}),
            json!({"trust": "hash-verified"}),
            vec!["trust-higher"],
        ),
        ("evidence", json!({"mode": "live"}), json!({"mode": "sample"}), vec!["evidence-uncounted"]),
        (
            "evidence-status",
            json!({"can-count": false}),
            json!({"can-count": true}),
            vec!["evidence-counted"],
        ),
        (
            "evidence",
            json!({"body": {"tests": 9, "failures": 0}}),
            json!({"body": {"tests": 8, "failures": 1}}),
            vec!["tests-fewer", "failures-more"],
        ),
        (
            "evidence",
            json!({"body": {"tests": 8, "failures": 1}}),
            json!({"body": {"tests": 9, "failures": 0}}),
            vec!["tests-more", "failures-fewer"],
        ),
        (
            "evidence",
            json!({"body": {"decision": "allow"}}),
            json!({"body": {"decision": "hold"}}),
            vec!["result-worse"],
        ),
        (
            "evidence",
            json!({"body": {"computed": "failed"}}),
            json!({"body": {"computed": "passed"}}),
            vec!["result-better"],
        ),
        (
            "evidence",
            json!({"body": {"satisfied": 8, "not-satisfied": 1}}),
            json!({"body": {"satisfied": 7, "not-satisfied": 2}}),
            vec!["result-worse", "findings-more"],
        ),
        (
            "evidence",
            json!({"body": {"open-items": 3}}),
            json!({"body": {"open-items": 2}}),
            vec!["findings-fewer"],
        ),
        (
            "evidence",
            json!({"body": {"implemented": 3}}),
            json!({"body": {"implemented": 2}}),
            vec!["controls-fewer"],
        ),
        (
            "evidence",
            json!({"body": {"implemented": 3}}),
            json!({"body": {"implemented": 4}}),
            vec!["controls-more"],
        ),
        (
            "evidence",
            json!({"body": {"targets": {"web / a": "99.9", "web / b": "99"}}}),
            json!({"body": {"targets": {"web / a": "99.5", "web / b": "99.9"}}}),
            vec!["target-lowered"],
        ),
        (
            "evidence",
            json!({"body": {"targets": {"web / a": "99.9", "web / b": "99"}}}),
            json!({"body": {"targets": {"web / b": "99"}}}),
            vec!["target-lowered"],
        ),
        (
            "evidence",
            json!({"body": {"targets": {"web / a": "99.9"}}}),
            json!({"body": {"targets": {"web / a": "99.95", "web / b": "99"}}}),
            vec!["target-raised"],
        ),
        (
            "evidence",
            json!({"body": {"reporting": {"accepted": true}}}),
            json!({"body": {"reporting": {"accepted": false}}}),
            vec!["reports-refused"],
        ),
        (
            "evidence",
            json!({"body": {"reporting": {"accepted": null}}}),
            json!({"body": {"reporting": {"accepted": true}}}),
            vec!["reports-accepted"],
        ),
        ("evidence", sbom(json!([])), sbom(json!([part("1.0.0")])), vec!["component-added"]),
        ("evidence", sbom(json!([part("1.0.0")])), sbom(json!([])), vec!["component-removed"]),
        ("evidence", sbom(json!([part("1.9.0")])), sbom(json!([part("1.10.0")])), vec!["component-upgraded"]),
        (
            "evidence",
            sbom(json!([part("1.10.0")])),
            sbom(json!([part("1.9.0")])),
            vec!["component-downgraded"],
        ),
        (
            "evidence",
            sbom(json!([generic("1.9-1")])),
            sbom(json!([generic("1.10-1")])),
            vec!["component-version-changed"],
        ),
        ("evidence", sbom(json!([deb("1.9-1")])), sbom(json!([deb("1.10-1")])), vec!["component-upgraded"]),
        ("evidence", sbom(scoped("required")), sbom(scoped("optional")), vec!["component-scope-changed"]),
        ("evidence", sbom(built("amd64")), sbom(built("arm64")), vec!["component-variant-changed"]),
        (
            "evidence",
            related(&[("app", "a"), ("a", "b")]),
            related(&[("app", "a"), ("b", "a")]),
            vec!["relations-changed"],
        ),
        (
            "evidence",
            related(&[("app", "a"), ("a", "b")]),
            related(&[("app", "a"), ("app", "b"), ("a", "b")]),
            vec!["relations-changed", "direct-changed"],
        ),
        ("evidence", sbom(hashed("aa")), sbom(hashed("bb")), vec!["hash-changed-same-version"]),
        (
            "evidence",
            sbom(licensed(mit())),
            sbom(licensed(json!({"form": "expression", "text": "MIT"}))),
            vec!["licence-changed"],
        ),
        (
            "evidence",
            sbom(licensed(json!({"form": "no-assertion"}))),
            sbom(licensed(mit())),
            vec!["licence-declared"],
        ),
        (
            "evidence",
            sbom(licensed(mit())),
            sbom(licensed(json!({"form": "absent"}))),
            vec!["licence-undeclared"],
        ),
        ("evidence", sbom(supplied("A")), sbom(supplied("B")), vec!["supplier-changed"]),
        (
            "evidence",
            sbom(json!([part("1.0.0")])),
            sbom(json!([{"name": "a", "version": "1.0.0", "purl": "pkg:npm/a@1.0.0"}])),
            vec!["ecosystem-changed"],
        ),
        ("evidence", none(), vex("affected"), vec!["vulnerability-open"]),
        ("evidence", none(), vex("fixed"), vec!["vulnerability-answered"]),
        ("evidence", vex("fixed"), vex("affected"), vec!["vulnerability-worse"]),
        ("evidence", vex("affected"), vex("fixed"), vec!["vulnerability-better"]),
        ("evidence", vex("affected"), none(), vec!["vulnerability-dropped"]),
        ("evidence", vex("fixed"), none(), vec!["vulnerability-gone"]),
        ("subprocessors", none(), json!({"name": "N", "countries": []}), vec!["subprocessor-added"]),
        ("subprocessors", none(), json!({"name": "N", "countries": ["US"]}), vec!["subprocessor-outside"]),
        ("subprocessors", json!({"name": "N"}), none(), vec!["subprocessor-removed"]),
        (
            "subprocessors",
            json!({"countries": ["DE"]}),
            json!({"countries": ["DE", "US"]}),
            vec!["subprocessor-outside"],
        ),
        (
            "subprocessors",
            json!({"processing-locations": ["a"]}),
            json!({"processing-locations": ["a", "b"]}),
            vec!["location-widened"],
        ),
        (
            "subprocessors",
            json!({"countries": ["DE", "US"]}),
            json!({"countries": ["DE"]}),
            vec!["location-narrowed"],
        ),
        ("data-residency", json!({"region": "a"}), json!({"region": "b"}), vec!["location-changed"]),
        (
            "subprocessors",
            json!({"transfer-mechanism": "adequacy"}),
            json!({"transfer-mechanism": "sccs"}),
            vec!["mechanism-weaker"],
        ),
        (
            "subprocessors",
            json!({"transfer-mechanism": "sccs"}),
            json!({"transfer-mechanism": "eea-only"}),
            vec!["mechanism-stronger"],
        ),
        (
            "subprocessors",
            json!({"transfer-mechanism": "sccs"}),
            json!({"transfer-mechanism": "bcr"}),
            vec!["mechanism-changed"],
        ),
        (
            "subprocessors",
            json!({"data-categories": ["a"]}),
            json!({"data-categories": ["a", "b"]}),
            vec!["data-widened"],
        ),
        (
            "subprocessors",
            json!({"data-categories": ["a", "b"]}),
            json!({"data-categories": ["a"]}),
            vec!["data-narrowed"],
        ),
        ("subprocessors", json!({"ai-use": null}), json!({"ai-use": "summaries"}), vec!["ai-use-added"]),
        ("certifications", none(), json!({"title": "C"}), vec!["certification-added"]),
        ("certifications", json!({"title": "C"}), none(), vec!["certification-removed"]),
        ("evidence", json!({"body": {"open": 1}}), json!({"body": {"open": 2}}), vec!["findings-more"]),
        ("evidence", json!({"body": {"open": 2}}), json!({"body": {"open": 0}}), vec!["findings-fewer"]),
        ("evidence", lines(8, 10), lines(80, 101), vec!["coverage-lower"]),
        ("evidence", lines(8, 10), lines(9, 11), vec!["coverage-higher"]),
        (
            "certifications",
            json!({"expires": "2026-01-01"}),
            json!({"expires": "2029-01-01"}),
            vec!["certification-renewed"],
        ),
        (
            "certifications",
            json!({"expires": "2029-01-01"}),
            json!({"expires": "2028-01-01"}),
            vec!["certification-shortened"],
        ),
        (
            "certifications",
            json!({}),
            json!({"status-override": {"value": "withdrawn", "reason": "r"}}),
            vec!["certification-withdrawn"],
        ),
        (
            "certifications",
            json!({"exclusions": null}),
            json!({"exclusions": "mobile"}),
            vec!["exclusions-added"],
        ),
        (
            "certifications",
            json!({"exceptions": ["a"]}),
            json!({"exceptions": []}),
            vec!["exclusions-removed"],
        ),
        ("certifications", json!({"scope": "a"}), json!({"scope": "b"}), vec!["scope-changed"]),
        ("policies", json!({"title": "P"}), none(), vec!["policy-removed"]),
        ("policies", json!({"version": "1"}), json!({"version": "2"}), vec!["policy-changed"]),
        ("documents", json!({"title": "D"}), none(), vec!["document-removed"]),
        ("documents", json!({"sha256": "a"}), json!({"sha256": "b"}), vec!["document-changed"]),
        ("answers", json!({"answer": "yes"}), json!({"answer": "partial"}), vec!["answer-weaker"]),
        ("answers", json!({"answer": "no"}), json!({"answer": "yes"}), vec!["answer-stronger"]),
        ("answers", json!({"answer": "text"}), json!({"answer": "yes"}), vec!["answer-changed"]),
        ("answers", json!({"question": "Q"}), none(), vec!["answer-removed"]),
        (
            "answers",
            json!({}),
            json!({"customer-responsibility": "rotate keys"}),
            vec!["responsibility-moved"],
        ),
        (
            "responsibilities",
            json!({"ownership": "provider"}),
            json!({"ownership": "shared"}),
            vec!["responsibility-moved"],
        ),
        (
            "responsibilities",
            json!({"ownership": "customer"}),
            json!({"ownership": "provider"}),
            vec!["responsibility-taken"],
        ),
        (
            "responsibilities",
            json!({"customer-responsibility": "a"}),
            json!({"customer-responsibility": "b"}),
            vec!["responsibility-changed"],
        ),
        (
            "controls",
            json!({"implementation": "implemented"}),
            json!({"implementation": "partial"}),
            vec!["implementation-weaker"],
        ),
        (
            "controls",
            json!({"implementation": "planned"}),
            json!({"implementation": "implemented"}),
            vec!["implementation-stronger"],
        ),
        ("controls", json!({"title": "C"}), none(), vec!["control-removed"]),
        ("risks", none(), json!({"status": "open"}), vec!["risk-added"]),
        ("risks", json!({"status": "open"}), none(), vec!["risk-dropped"]),
        ("risks", json!({"status": "open"}), json!({"status": "closed"}), vec!["risk-closed"]),
        ("risks", json!({"status": "closed"}), json!({"status": "open"}), vec!["risk-reopened"]),
        (
            "risks",
            json!({"status": "open"}),
            json!({"status": "open", "accepted": {"by": "b"}}),
            vec!["risk-accepted"],
        ),
        ("risks", json!({"severity": "low"}), json!({"severity": "high"}), vec!["severity-higher"]),
        ("risks", json!({"severity": "high"}), json!({"severity": "low"}), vec!["severity-lower"]),
        (
            "data-residency",
            json!({"retention": "30 days"}),
            json!({"retention": "90 days"}),
            vec!["retention-longer"],
        ),
        (
            "data-residency",
            json!({"retention": "1 year"}),
            json!({"retention": "90 days"}),
            vec!["retention-shorter"],
        ),
        (
            "data-residency",
            json!({"encryption": "AES"}),
            json!({"encryption": null}),
            vec!["protection-removed"],
        ),
        (
            "compatibility",
            json!({"end-of-support": "2027-01-01"}),
            json!({"end-of-support": "2026-01-01"}),
            vec!["support-shortened"],
        ),
        (
            "compatibility",
            json!({"end-of-life": "2027-01-01"}),
            json!({"end-of-life": "2028-01-01"}),
            vec!["support-extended"],
        ),
        ("compatibility", json!({"version": "1"}), none(), vec!["support-dropped"]),
        ("incidents", none(), json!({"title": "I"}), vec!["incident-added"]),
        ("incidents", json!({"title": "I"}), none(), vec!["incident-removed"]),
        ("waivers", none(), json!({"title": "W"}), vec!["waiver-added"]),
        (
            "waivers",
            json!({"expires": "2026-01-01"}),
            json!({"expires": "2026-02-01"}),
            vec!["waiver-extended"],
        ),
        ("waivers", json!({"title": "W"}), none(), vec!["waiver-removed"]),
        ("blockers", none(), json!({"title": "B"}), vec!["blocker-added"]),
        (
            "blockers",
            json!({"title": "B"}),
            json!({"title": "B", "resolved": "2026-01-01T00:00:00Z"}),
            vec!["blocker-resolved"],
        ),
        ("blockers", json!({"title": "B"}), none(), vec!["blocker-dropped"]),
        (
            "vulnerability-disclosure",
            json!({"targets": [{"what": "critical", "within": "P7D"}]}),
            json!({"targets": [{"what": "critical", "within": "P14D"}]}),
            vec!["promise-longer"],
        ),
        (
            "vulnerability-disclosure",
            json!({"targets": [{"what": "critical", "within": "P7D"}]}),
            json!({"targets": [{"what": "critical", "within": "P2D"}]}),
            vec!["promise-shorter"],
        ),
        (
            "faq",
            json!({"last-reviewed": "2026-01-01"}),
            json!({"last-reviewed": "2026-02-01"}),
            vec!["reviewed"],
        ),
        ("faq", none(), json!({"question": "Q"}), vec!["record-added"]),
        ("faq", json!({"question": "Q"}), none(), vec!["record-removed"]),
        ("faq", json!({"answer": "a"}), json!({"answer": "b"}), vec!["field-changed"]),
    ]
}

/// Evidence that covers some lines of others.
fn lines(covered: u64, total: u64) -> Value {
    json!({"body": {"measures": {"lines": {"covered": covered, "total": total}}}})
}

#[test]
fn every_pair_brings_about_the_rules_that_it_must_and_no_other() {
    for (kind, was, now, expected) in cases() {
        let changes = pair(kind, was.clone(), now.clone());
        let found: BTreeSet<&str> = rules(&changes).into_iter().collect();
        let also = ["evidence-added", "evidence-removed", "evidence-altered"];
        let found: BTreeSet<&str> =
            found.into_iter().filter(|rule| expected.contains(rule) || !also.contains(rule)).collect();
        assert_eq!(found, expected.into_iter().collect(), "{kind}: {was} then {now}");
    }
}

#[test]
fn every_rule_is_documented_and_has_a_pair() {
    let mut shown: BTreeSet<&str> = cases().into_iter().flat_map(|(_, _, _, rules)| rules).collect();
    // These have a test of their own below.
    shown.extend(["generator-changed", "audience-differs", "key-changed", "development-key", "release-key"]);
    shown.extend(["sbom-tool-changed", "certification-lapsed", "date-passed"]);
    let mut codes = BTreeSet::new();
    for rule in DIFF_RULES {
        assert!(rule.what.ends_with('.') && rule.what.len() > 15, "{}", rule.code);
        assert!(codes.insert(rule.code), "{} twice", rule.code);
    }
    assert_eq!(codes, shown);
}

#[test]
fn the_same_twice_is_no_change() {
    for (kind, was, _, _) in cases() {
        assert_eq!(pair(kind, was.clone(), was).changes, []);
    }
}

#[test]
fn what_explains_the_rest_comes_first() {
    let head = |generator: &str, key: &str, audience: &str, development: bool| {
        json!({"head": {
            "generator": generator, "key-id": key, "audience": {"kind": audience}, "development": development,
            "as-of": "2026-03-01T00:00:00Z",
        }})
    };
    let mut bom = sbom(json!([]));
    let old = records(
        json!({"head": head("trustbook 1", "A", "public", true), "evidence": {"b": bom}, "claims": {"c": {"statement": "S"}}}),
    );
    bom["body"]["tools"] = json!(["gen 2"]);
    bom["source"]["sha256"] = json!("other");
    let new = records(json!({"head": head("trustbook 2", "B", "named", false), "evidence": {"b": bom}}));
    let changes = diff(&old, "0001", &new, "0002");
    let expected = [
        "release-key",
        "audience-differs",
        "sbom-tool-changed",
        "generator-changed",
        "key-changed",
        "claim-withdrawn",
        "evidence-altered",
    ];
    let found: BTreeSet<&str> = rules(&changes).into_iter().collect();
    assert_eq!(found, expected.into_iter().collect());
    assert!(changes.changes[..5].iter().all(|change| change.kind == "generator"));
    let back = diff(&new, "0002", &old, "0001");
    assert!(rules(&back).contains(&"development-key"));
}

#[test]
fn an_end_that_passes_with_nobody_doing_anything_is_weaker() {
    let at = |as_of: &str| {
        records(json!({
            "head": {"head": {"as-of": as_of}},
            "certifications": {"iso": {"title": "ISO", "expires": "2026-03-31"}},
            "policies": {"p": {"title": "P", "next-review": "2026-03-31"}},
        }))
    };
    let before = at("2026-03-31T23:59:59Z");
    assert_eq!(diff(&at("2026-01-01T00:00:00Z"), "1", &before, "2").changes, []);
    let after = at("2026-04-01T00:00:00Z");
    assert_eq!(rules(&diff(&before, "2", &after, "3")), ["certification-lapsed", "date-passed"]);
    assert_eq!(diff(&after, "3", &at("2026-05-01T00:00:00Z"), "4").changes, []);
}

#[test]
fn a_new_sbom_follows_the_newest_old_one_about_the_same_thing() {
    let part =
        |version: &str| json!([{"name": "a", "version": version, "purl": format!("pkg:cargo/a@{version}")}]);
    let old = records(json!({"evidence": {"sbom-1": sbom(part("1.0.0"))}}));
    let new = records(json!({"evidence": {"sbom-1": sbom(part("1.0.0")), "sbom-2": sbom(part("1.1.0"))}}));
    let changes = diff(&old, "1", &new, "2");
    assert_eq!(rules(&changes), ["component-upgraded", "evidence-added"]);
    assert_eq!((changes.changes[0].was.as_str(), changes.changes[0].now.as_str()), ("1.0.0", "1.1.0"));
}

#[test]
fn several_versions_of_one_component_are_compared_as_sets() {
    let parts = |versions: &[&str]| {
        let list: Vec<Value> = versions
            .iter()
            .map(|version| json!({"name": "a", "version": version, "purl": format!("pkg:npm/a@{version}")}))
            .collect();
        sbom(Value::Array(list))
    };
    let changes = pair("evidence", parts(&["1.0.0", "2.0.0"]), parts(&["2.0.0", "1.0.0"]));
    assert_eq!(rules(&changes), ["evidence-altered"], "the order of the list says nothing");
    let changes = pair("evidence", parts(&["1.0.0", "2.0.0"]), parts(&["2.0.0", "3.0.0", "9.0.0"]));
    let parts: Vec<(&str, &str, &str)> = changes
        .changes
        .iter()
        .filter(|change| change.kind == "components")
        .map(|change| (change.rule.as_str(), change.was.as_str(), change.now.as_str()))
        .collect();
    assert_eq!(parts, [("component-added", "", "9.0.0"), ("component-upgraded", "1.0.0", "3.0.0")]);
}

#[test]
fn changes_print_as_text_and_as_json() {
    let changes = pair(
        "claims",
        json!({"statement": "We test", "tier": 0}),
        json!({"statement": "We test", "tier": 1, "evidence": ["a"]}),
    );
    assert_eq!(
        text(&changes),
        "Changes from 0001 to 0002: 2 changes, 1 weaker, 1 stronger\n\
         \nWeaker (1)\n  claims x (We test): tier: 0 → 1 [tier-lowered]\n\
         \nStronger (1)\n  claims x (We test): evidence: a, said nothing before [evidence-linked]\n"
    );
    let value = as_json(&changes).unwrap();
    assert_eq!(value["weaker"], 1);
    assert_eq!(value["changes"][0]["rule"], "tier-lowered");
    assert_eq!(value["changes"][0]["direction"], "weaker");
    assert_eq!(changes.count(Direction::Stronger), 1);
}
