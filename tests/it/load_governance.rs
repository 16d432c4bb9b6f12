//! OSCAL, Security Insights, OpenSLO and Sloth: what is read, what is not concluded, and what is refused.

use std::fs;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use trustbook::load;
use trustbook::model::evidence::Body;
use trustbook::model::oscal::ObjectiveState;
use trustbook::model::oscal::RiskState;

use crate::load_formats::evidence;
use crate::load_formats::of;

/// What `inspect` says of a file with this text.
fn look(name: &str, text: &str) -> Value {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("governance");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), text).unwrap();
    load::inspect(&[folder.join(name)]).report["files"][0].clone()
}

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/load").join(name)).unwrap()
}

#[test]
fn an_assessment_says_satisfied_only_where_the_assessor_does() {
    let (all, findings) = evidence("assessment");
    let one = &all["oscal-assessment-results.json"];
    let Body::ControlAssessment(assessment) = &one.body else { panic!() };
    let counts = (assessment.findings, assessment.satisfied, assessment.not_satisfied, assessment.unclear);
    assert_eq!(counts, (3, 1, 1, 1));
    assert_eq!((assessment.observations, assessment.risks), (2, 1));
    let result = &assessment.results[0];
    let states: Vec<ObjectiveState> = result.findings.iter().map(|finding| finding.state).collect();
    assert_eq!(states, [ObjectiveState::NotSatisfied, ObjectiveState::Unclear, ObjectiveState::Satisfied]);
    assert_eq!(result.findings[0].observations, ["Roles were listed"]);
    assert_eq!(result.findings[0].risks, ["Roles that may do too much"]);
    assert_eq!(result.findings[1].raw_state.as_deref(), Some("perhaps"));
    assert_eq!(result.observations[1].raw_result.as_deref(), Some("pass"));
    assert_eq!(result.controls, ["ac-1", "ac-6.1"]);
    assert_eq!(result.risks[0].state, RiskState::Open);
    assert_eq!(assessment.document.organisations, ["Assessors Ltd"]);
    assert_eq!(assessment.document.markings, ["company internal"]);
    assert_eq!(one.captured_at.unwrap().to_string(), "2026-03-09T17:00:00Z");
    assert!(!serde_json::to_string(one).unwrap().contains("Pat Example"), "people are not taken over");
    assert_eq!(of(&findings, "evidence/oscal-assessment-results.json"), ["unknown-status"]);
}

#[test]
fn the_same_assessment_in_xml_and_yaml_reads_the_same() {
    let xml = r#"<?xml version="1.0"?>
        <o:assessment-results xmlns:o="http://csrc.nist.gov/ns/oscal/1.0" uuid="1">
          <o:metadata><o:title>T</o:title><o:last-modified>2026-03-10T12:00:00Z</o:last-modified>
            <o:version>2</o:version><o:oscal-version>1.1.2</o:oscal-version></o:metadata>
          <o:import-ap href="plan.xml"/>
          <o:result uuid="2"><o:title>R</o:title><o:description><o:p>D</o:p></o:description>
            <o:start>2026-03-01T09:00:00Z</o:start>
            <o:reviewed-controls><o:control-selection><o:include-all/></o:control-selection></o:reviewed-controls>
            <o:observation uuid="3"><o:description><o:p>Seen</o:p></o:description><o:method>TEST</o:method>
              <o:collected>2026-03-01T10:00:00Z</o:collected></o:observation>
            <o:finding uuid="4"><o:title>F</o:title><o:description><o:p>One</o:p><o:p>two</o:p></o:description>
              <o:target type="objective-id" target-id="a_obj"><o:status state="satisfied"/></o:target>
              <o:related-observation observation-uuid="3"/></o:finding>
          </o:result>
        </o:assessment-results>"#;
    let yaml = "assessment-results:\n  uuid: '1'\n  metadata: {title: T, last-modified: '2026-03-10T12:00:00Z', version: 2, \
                oscal-version: 1.1.2}\n  import-ap: {href: plan.xml}\n  results:\n    - uuid: '2'\n      title: R\n      \
                description: D\n      start: '2026-03-01T09:00:00Z'\n      reviewed-controls: {control-selections: \
                [{include-all: {}}]}\n      observations:\n        - {uuid: '3', description: Seen, methods: [TEST], \
                collected: '2026-03-01T10:00:00Z'}\n      findings:\n        - uuid: '4'\n          title: F\n          \
                description: One two\n          target: {type: objective-id, target-id: a_obj, status: {state: \
                satisfied}}\n          related-observations: [{observation-uuid: '3'}]\n";
    let (xml, yaml) = (look("a.xml", xml), look("a.yaml", yaml));
    assert_eq!(xml["format"], "oscal-assessment-results", "{xml}");
    assert_eq!(xml["usable"], true, "{xml}");
    assert_eq!(xml["facts"], yaml["facts"]);
    assert_eq!(xml["findings"], json!([]), "{xml}");
    assert_eq!(yaml["findings"], json!([]), "{yaml}");
    assert_eq!((&xml["unknown_fields"], &yaml["unknown_fields"]), (&json!(0), &json!(0)));
}

#[test]
fn an_item_of_a_plan_is_closed_only_when_all_its_risks_are() {
    let (all, findings) = evidence("plan");
    let Body::ActionPlan(plan) = &all["oscal-poam.xml"].body else { panic!() };
    let items: Vec<(&str, RiskState)> =
        plan.items.iter().map(|item| (item.title.as_str(), item.state)).collect();
    assert_eq!(
        items,
        [
            ("Replace the library", RiskState::Open),
            ("Something without a risk", RiskState::Unclear),
            ("The window", RiskState::Accepted),
            ("Close the door", RiskState::Closed),
        ]
    );
    assert_eq!((plan.open_items, plan.accepted_items, plan.closed_items), (2, 1, 1));
    let first = &plan.items[0];
    assert_eq!(first.id.as_deref(), Some("V-1"));
    assert_eq!(first.raw_states, ["open", "closed"]);
    assert_eq!(first.deadline.unwrap().to_string(), "2026-05-01T00:00:00Z");
    assert_eq!(first.milestones[0].due.unwrap().to_string(), "2026-04-15T00:00:00Z");
    assert_eq!(plan.document.title.as_deref(), Some("What is still to be done"));
    assert_eq!(plan.system.as_deref(), Some("33333333-3333-4333-8333-333333333336"));
    assert_eq!(of(&findings, "evidence/oscal-poam.xml"), Vec::<&str>::new());
    assert_eq!(all["oscal-poam.xml"].unknown_fields, 0);
}

#[test]
fn controls_are_counted_once_and_enhancements_apart() {
    let (all, _) = evidence("controls");
    let Body::ControlImplementation(body) = &all["oscal-component-definition.yaml"].body else { panic!() };
    assert_eq!((body.implemented, body.controls, body.components.len()), (3, 2, 2));
    let sets = &body.components[0].sets;
    assert_eq!(sets[0].source_title.as_deref(), Some("Small baseline"));
    assert_eq!(sets[0].controls[0].status.as_deref(), Some("implemented"));
    assert_eq!(sets[0].controls[1].status, None);
    assert_eq!(body.components[1].component_type.as_deref(), Some("capability"));
    let Body::ControlCatalog(catalog) = &all["oscal-catalog.json"].body else { panic!() };
    assert_eq!((catalog.controls, catalog.enhancements, catalog.withdrawn), (2, 2, 1));
    assert_eq!(catalog.groups[1].title, "Access · Accounts");
    let ids: Vec<&str> = catalog.groups[1].controls.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["a.1-1", "a.1-1.1", "a.1-1.2"]);
    assert_eq!(catalog.groups[1].controls[1].parent.as_deref(), Some("a.1-1"));
    assert_eq!(catalog.groups[1].controls[0].label.as_deref(), Some("A1"));
}

#[test]
fn both_versions_of_security_insights_say_where_to_report() {
    let (all, findings) = evidence("insights");
    let Body::SecurityInsights(two) = &all["security-insights.yaml"].body else { panic!() };
    let reporting = two.reporting.as_ref().unwrap();
    assert_eq!((reporting.accepted, reporting.bug_bounty), (Some(true), Some(false)));
    let roles: Vec<&str> = two.contacts.iter().map(|contact| contact.role.as_str()).collect();
    assert_eq!(roles, ["vulnerability reports", "champion"]);
    assert_eq!((two.people, two.expires), (3, None));
    assert_eq!(two.tools[0].runs, ["in CI", "before a release"]);
    assert_eq!(two.distribution_points[0].uri.as_deref(), Some("https://example.com/releases"));
    assert_eq!(all["security-insights.yaml"].captured_at.unwrap().to_string(), "2026-03-01T00:00:00Z");
    assert!(!serde_json::to_string(two).unwrap().contains("pat@example.com"), "maintainers are counted");
    assert_eq!(of(&findings, "evidence/security-insights.yaml"), Vec::<&str>::new());
    let one = look(
        "one.yml",
        "header:\n  schema-version: 1.0.0\n  expiration-date: '2026-01-31T10:00:00.000Z'\n  last-updated: '2025-02-01'\n  \
         last-reviewed: '2025-02-02'\n  project-url: https://git.example.com/a/tool\nproject-lifecycle:\n  status: active\n  \
         core-maintainers: [github:a, github:b]\ndistribution-points: [https://example.com/a]\nsecurity-contacts:\n  - {type: \
         email, value: security@example.com, primary: true}\nvulnerability-reporting:\n  accepts-vulnerability-reports: false\n",
    );
    assert_eq!(one["usable"], true, "{one}");
    assert_eq!(one["facts"]["expires"], "2026-01-31T10:00:00Z");
    assert_eq!(one["facts"]["reports_accepted"], false);
    assert_eq!(one["facts"]["project"], "tool");
    assert_eq!((&one["facts"]["contacts"], &one["facts"]["distribution_points"]), (&json!(1), &json!(1)));
    let later = look("three.yml", "header: {schema-version: 3.0.0}\nproject: {name: x}\n");
    assert_eq!(
        (&later["usable"], &later["findings"][0]["code"]),
        (&json!(false), &json!("unsupported-version"))
    );
}

#[test]
fn a_target_is_read_as_a_share_and_never_as_something_achieved() {
    let (all, findings) = evidence("objectives");
    let Body::ServiceObjectives(slo) = &all["openslo.yaml"].body else { panic!() };
    let percent: Vec<Option<&str>> =
        slo.objectives.iter().map(|objective| objective.target_percent.as_deref()).collect();
    assert_eq!(percent, [Some("99.95"), Some("99.9"), None, Some("95")]);
    assert_eq!(slo.objectives[2].raw_target.as_deref(), Some("99.9"));
    assert_eq!(slo.objectives[3].threshold.as_deref(), Some("lte 0.4"));
    assert_eq!(slo.objectives[0].windows, ["28d, rolling"]);
    assert_eq!(slo.other_objects, ["Service"]);
    assert_eq!(slo.targets["web / Main page / Promised"], "99.9");
    assert_eq!(of(&findings, "evidence/openslo.yaml"), ["invalid-value"]);
    let Body::ServiceObjectives(sloth) = &all["sloth.yaml"].body else { panic!() };
    let percent: Vec<Option<&str>> =
        sloth.objectives.iter().map(|objective| objective.target_percent.as_deref()).collect();
    assert_eq!(percent, [Some("99.9"), Some("99")]);
    assert!(sloth.objectives.iter().all(|objective| objective.windows.is_empty()));
    assert_eq!(all["sloth.yaml"].captured_at, None);
}

#[test]
fn several_yaml_documents_are_read_only_by_formats_that_look_at_all_of_them() {
    let sloth = fixture("sloth.yaml");
    let two = look("two.yaml", &format!("---\n{sloth}---\n{sloth}---\n"));
    assert_eq!((&two["format"], &two["facts"]["slos"]), (&json!("sloth"), &json!(4)), "{two}");
    let mixed = look("mixed.yaml", &format!("{sloth}---\nname: something else\n"));
    assert_eq!((&mixed["usable"], &mixed["findings"][0]["code"]), (&json!(false), &json!("yaml-syntax")));
}

#[test]
fn a_list_of_which_nothing_can_be_read_is_refused() {
    let head = r#""uuid":"1","metadata":{"title":"T","oscal-version":"1.1.2"}"#;
    for (name, text) in [
        ("results", format!(r#"{{"assessment-results":{{{head},"results":["a","b"]}}}}"#)),
        (
            "findings",
            format!(r#"{{"assessment-results":{{{head},"results":[{{"title":"R","findings":[1]}}]}}}}"#),
        ),
        ("items", format!(r#"{{"plan-of-action-and-milestones":{{{head},"poam-items":{{"a":1}}}}}}"#)),
        ("components", format!(r#"{{"component-definition":{{{head},"components":[null]}}}}"#)),
        ("controls", format!(r#"{{"catalog":{{{head},"controls":[{{"title":"no id"}}]}}}}"#)),
        ("slos", r#"{"version":"prometheus/v1","service":"x","slos":[]}"#.to_owned()),
        ("objectives", r#"{"apiVersion":"openslo/v1","kind":"SLO","spec":{"objectives":["x"]}}"#.to_owned()),
    ] {
        let file = look(&format!("nothing-{name}.json"), &text);
        assert_eq!(file["usable"], false, "{file}");
        let codes: Vec<&Value> =
            file["findings"].as_array().unwrap().iter().map(|finding| &finding["code"]).collect();
        assert!(codes.contains(&&json!("nothing-read")), "{name}: {codes:?}");
    }
}

#[test]
fn parts_and_plans_of_oscal_are_kept_and_named() {
    let partial = look("partial.json", r#"{"results":[{"title":"R","reviewed-controls":{}}]}"#);
    assert_eq!(partial["format"], "attachment");
    assert!(partial["findings"][0]["message"].as_str().unwrap().contains("whole"), "{partial}");
    let plan = look("ssp.json", r#"{"system-security-plan":{"metadata":{"oscal-version":"1.1.2"}}}"#);
    assert_eq!(plan["format"], "attachment");
    assert!(plan["findings"][0]["message"].as_str().unwrap().contains("OSCAL"), "{plan}");
}
