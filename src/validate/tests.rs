//! Rules between files, on small catalogs.

use super::validate;
use crate::model::catalog::Catalog;
use crate::model::config::Config;
use crate::model::content::ContentFile;
use crate::model::evidence::Body;
use crate::model::evidence::Evidence;
use crate::model::evidence::Mode;
use crate::model::evidence::Source;
use crate::model::evidence::Trust;
use crate::model::id::Id;
use crate::model::record::Origin;
use crate::model::record::Record;
use crate::model::test_report::TestReport;
use crate::model::time::Instant;
use crate::model::visibility::Visibility;

fn config() -> Config {
    serde_json::from_value(serde_json::json!({
        "site": {"title": "T", "slug": "t", "origin": "t.example"},
        "audiences": {"bank": "Banks"}
    }))
    .unwrap()
}

fn by_id<T: Record>(records: Vec<T>) -> std::collections::BTreeMap<Id, T> {
    records
        .into_iter()
        .enumerate()
        .map(|(at, mut record)| {
            record.set_origin(Origin {
                path: "content/a.yaml".to_owned(),
                pointer: format!("/{}/{at}", T::KIND),
            });
            (record.id().clone(), record)
        })
        .collect()
}

fn catalog(text: &str) -> Catalog {
    let file: ContentFile = serde_yaml::from_str(text).unwrap();
    Catalog {
        organization: file.organization.unwrap_or_default(),
        vulnerability_disclosure: file.vulnerability_disclosure,
        products: by_id(file.products),
        claims: by_id(file.claims),
        certifications: by_id(file.certifications),
        frameworks: by_id(file.frameworks),
        controls: by_id(file.controls),
        responsibilities: by_id(file.responsibilities),
        subprocessors: by_id(file.subprocessors),
        answers: by_id(file.answers),
        faq: by_id(file.faq),
        data_residency: by_id(file.data_residency),
        incidents: by_id(file.incidents),
        releases: by_id(file.releases),
        architecture: by_id(file.architecture),
        risks: by_id(file.risks),
        waivers: by_id(file.waivers),
        blockers: by_id(file.blockers),
        ..Catalog::default()
    }
}

fn evidence(id: &str, body: Body) -> Evidence {
    Evidence {
        id: Id::new(id).unwrap(),
        title: id.to_owned(),
        description: None,
        source: Source {
            path: format!("evidence/{id}"),
            sha256: id.to_owned(),
            size_bytes: 1,
            media_type: String::new(),
            adapter: String::new(),
            format_version: None,
            archived_as: None,
        },
        captured_at: None,
        mode: Mode::Live,
        trust: Trust::WellFormed,
        subject: Some("app 1".to_owned()),
        source_state: None,
        release: None,
        visibility: Visibility::Internal,
        audience: Vec::new(),
        public_stub: None,
        publish_original: true,
        unknown_fields: 0,
        body,
        origin: Origin { path: format!("evidence/{id}"), pointer: String::new() },
    }
}

fn complaints(catalog: &Catalog) -> Vec<String> {
    let as_of = Instant::parse("2026-06-01T00:00:00Z").unwrap();
    validate(catalog, &config(), as_of)
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().unwrap();
            format!("{} {}: {} ({})", place.pointer, finding.code, finding.message, finding.help)
        })
        .collect()
}

#[track_caller]
fn complains(text: &str, expected: &str) {
    let found = complaints(&catalog(text));
    assert!(found.iter().any(|line| line.starts_with(expected)), "wanted {expected:?}, got {found:#?}");
}

#[test]
fn a_claim_pointing_nowhere_is_an_error_with_the_word_that_was_meant() {
    let mut catalog = catalog("claims: [{id: c, statement: S, evidence: [recipt]}]");
    catalog.evidence.insert(Id::new("receipt").unwrap(), evidence("receipt", Body::Attachment));
    assert!(complaints(&catalog).contains(
        &"/claims/0/evidence/0 dangling-reference: there is no evidence `recipt` (did you mean `receipt`?)".to_owned()
    ));
}

#[test]
fn every_kind_of_reference_is_followed() {
    complains(
        "claims: [{id: c, statement: S, requirements: [{framework: f, requirement: A.1}]}]",
        "/claims/0/requirements/0/framework dangling-reference: there is no framework `f` (there is no framework at all)",
    );
    complains(
        "frameworks: [{id: f, title: F, requirements: [{id: A.1, title: X}]}]\ncontrols: [{id: k, title: K, framework: f, requirement: A.2, implementation: planned}]",
        "/controls/0/requirement dangling-reference: there is no requirement of `f` `A.2` (did you mean `A.1`?)",
    );
    complains(
        "answers: [{id: a, question: Q, answer: yes, claims: [x]}]",
        "/answers/0/claims/0 dangling-reference: there is no claim `x`",
    );
    complains(
        "data-residency: [{id: d, data-kind: logs, region: EU, subprocessors: [x]}]",
        "/data-residency/0/subprocessors/0 dangling-reference: there is no subprocessor `x`",
    );
    complains("releases: [{id: r, version: '1', previous: q}]", "/releases/0/previous dangling-reference");
    complains(
        "releases: [{id: r, version: '1', previous: r}]",
        "/releases/0/previous invalid-value: `r` comes before itself",
    );
    complains(
        "architecture: [{id: v, title: V, components: [{id: web, name: W}], flows: [{from: web, to: wbe, data: D}]}]",
        "/architecture/0/flows/0/to dangling-reference: there is no component of this view `wbe` (did you mean `web`?)",
    );
    complains(
        "blockers: [{id: b, title: B, severity: high, resolved-by: e}]",
        "/blockers/0/resolved-by dangling-reference",
    );
}

#[test]
fn a_waiver_has_one_target_that_exists() {
    let waiver = |target: &str| {
        format!("claims: [{{id: c, statement: S}}]\nwaivers: [{{id: w, title: W, target: '{target}'}}]")
    };
    complains(&waiver("c"), "/waivers/0/target invalid-value");
    complains(&waiver("claim:d"), "/waivers/0/target dangling-reference: there is no claim `d`");
    complains(
        &waiver("criterion:relase/x"),
        "/waivers/0/target dangling-reference: there is no profile of this project `relase` (did you mean `release`?)",
    );
    complains(
        &waiver("clam:c"),
        "/waivers/0/target dangling-reference: there is no kind of target `clam` (did you mean `claim`?)",
    );
    assert!(complaints(&catalog(&waiver("claim:c"))).iter().all(|line| !line.starts_with("/waivers")));
}

#[test]
fn answers_that_contradict_each_other_are_errors() {
    complains(
        "answers:\n  - {id: a, question: 'Do you encrypt?', answer: yes}\n  - {id: b, question: 'do you  ENCRYPT', answer: no}",
        "/answers/1/answer conflicting-answers: `a` and `b` answer the same question differently",
    );
    complains(
        "answers:\n  - {id: a, question: Q, answer: yes, external-ids: {caiq: AIS-01}}\n  - {id: b, question: R, answer: yes, external-ids: {caiq: AIS-01}}",
        "/answers/1/external-ids/caiq conflicting-answers: `AIS-01` of `caiq` is answered by `a` and by `b`",
    );
    let same = "answers:\n  - {id: a, question: Q, answer: yes}\n  - {id: b, question: q, answer: yes}";
    assert_eq!(complaints(&catalog(same)), [] as [String; 0]);
}

#[test]
fn reports_that_disagree_on_a_test_are_errors() {
    let report = |passed: bool| {
        Body::TestReport(Box::new(TestReport {
            name: None,
            tests: 1,
            passed: u64::from(passed),
            failures: u64::from(!passed),
            errors: 0,
            skipped: 0,
            declared_tests: None,
            duration_ms: None,
            timestamp: None,
            suites: Vec::new(),
            not_passed: Vec::new(),
            case_names: vec![("a::b".to_owned(), passed)],
        }))
    };
    let mut catalog = Catalog::default();
    for (id, passed) in [("one", true), ("two", false)] {
        catalog.evidence.insert(Id::new(id).unwrap(), evidence(id, report(passed)));
    }
    assert!(
        complaints(&catalog)[0].contains("`one` and `two` disagree on whether `a::b` passed for `app 1`")
    );
    catalog.evidence.get_mut("two").unwrap().mode = Mode::Historical;
    assert_eq!(complaints(&catalog), [] as [String; 0]);
}

#[test]
fn a_security_txt_that_is_over_fails_and_its_last_day_does_not() {
    let text = |date: &str| {
        format!("vulnerability-disclosure: {{contact: ['mailto:a@example.com'], expires: {date}}}")
    };
    complains(&text("2026-05-31"), "/expires security-txt-expired: `security.txt` ended on 2026-05-31");
    assert_eq!(complaints(&catalog(&text("2026-06-01"))), [] as [String; 0]);
    complains(&text("2028-01-01"), "/expires security-txt-long");
    complains(
        "vulnerability-disclosure: {contact: [nobody], expires: 2026-07-01}",
        "/contact/0 invalid-value",
    );
}

#[test]
fn public_records_need_something_public_behind_them() {
    let mut catalog = catalog("claims: [{id: c, statement: S, evidence: [e], visibility: public}]");
    catalog.evidence.insert(Id::new("e").unwrap(), evidence("e", Body::Attachment));
    assert!(complaints(&catalog).iter().any(|line| line.starts_with("/claims/0/evidence nothing-behind")));
    catalog.evidence.get_mut("e").unwrap().visibility = Visibility::Public;
    assert!(!complaints(&catalog).iter().any(|line| line.contains("nothing-behind")));
}

#[test]
fn audiences_are_declared_ones() {
    complains(
        "faq: [{id: f, question: Q, answer: A, visibility: restricted, audience: [bnak]}]",
        "/faq/0/audience/0 unknown-audience: the project has no audience `bnak` (did you mean `bank`?",
    );
    complains(
        "faq: [{id: f, question: Q, answer: A, visibility: restricted}]",
        "/faq/0/visibility no-audience",
    );
}

#[test]
fn two_names_for_the_same_bytes_are_pointed_out() {
    let mut catalog = Catalog::default();
    for id in ["one", "two"] {
        let mut one = evidence(id, Body::Attachment);
        one.source.sha256 = "same".to_owned();
        catalog.evidence.insert(one.id.clone(), one);
    }
    assert!(complaints(&catalog)[0].contains("duplicate-evidence"));
}

#[test]
fn shapes_that_make_no_sense_are_errors() {
    complains("claims: [{id: c, statement: S, tier: 7}]", "/claims/0/tier invalid-value: tier 7");
    complains(
        "claims: [{id: c, statement: S, criteria: [{id: k, text: T, kind: x}, {id: k, text: T, kind: x}]}]",
        "/claims/0/criteria/1/id duplicate-id",
    );
    complains(
        "subprocessors: [{id: s, name: S, purpose: P, countries: [Germany]}]",
        "/subprocessors/0/countries/0 invalid-value: `Germany` is no country code",
    );
    complains("incidents: [{id: i, title: I, form: none-in-period}]", "/incidents/0/form invalid-value");
}
