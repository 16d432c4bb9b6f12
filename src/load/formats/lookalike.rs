//! Files that are told from the evidence they resemble: nothing is read from them, and the note says what they are.

use super::Form;
use super::Input;
use crate::load::text::node::Node;

/// What a file is that no row claims, in one clause that says what to produce instead.
pub(crate) fn hint(input: &Input<'_>) -> Option<&'static str> {
    match &input.form {
        Form::Xml { namespace: Some(namespace), .. }
            if namespace.starts_with("http://csrc.nist.gov/ns/oscal/") =>
        {
            Some(OSCAL)
        }
        Form::Xml { name, .. } => match name.as_str() {
            "cvrfdoc" => {
                Some("this is a CVRF advisory, the forerunner of CSAF, which is not read: convert it")
            }
            "test-run" | "test-results" => {
                Some("this is a report of NUnit, which is not read: have it write JUnit XML")
            }
            "assemblies" | "assembly" => {
                Some("this is a report of xUnit.net, which is not read: have it write JUnit XML")
            }
            "TestRun" => {
                Some("this is a TRX report of Visual Studio, which is not read: have it write JUnit XML")
            }
            "testng-results" => {
                Some("this is a report of TestNG, which is not read: have it write JUnit XML")
            }
            _ => None,
        },
        Form::Tree(document) => tree(&document.root),
        Form::Documents(_) => None,
        Form::Lines(_) => input
            .first_line()
            .filter(|first| first.has("protocolVersion") && first.has("runnerVersion"))
            .map(|_| "these are events of the Dart test runner, which are not read: have it write JUnit XML"),
        Form::Text => (input.text.contains("API Version:") && input.text.contains("ChaosResult"))
            .then_some("this is what `kubectl describe` prints: keep the object, with `-o json`"),
        Form::Binary(_) => None,
    }
}

const OSCAL: &str =
    "this is an OSCAL document that is a plan or a selection, which is not read: keep the assessment results";

/// Root keys of the OSCAL documents that no row reads.
const OSCAL_ROOTS: [&str; 4] = ["assessment-plan", "mapping-collection", "profile", "system-security-plan"];

fn tree(root: &Node<'_>) -> Option<&'static str> {
    if (root.has("actions") && root.has("stopConditions")) || root.has("experimentTemplate") {
        return Some("this is an experiment template of AWS FIS: a plan, and no result");
    }
    if root.text_of("API Version").is_some_and(|version| version.starts_with("litmuschaos.io/")) {
        return Some("this is what `kubectl describe` prints: keep the object, with `-o json`");
    }
    if root.text_of("apiVersion").is_some_and(|version| version.starts_with("litmuschaos.io/")) {
        return Some("this is an object of Litmus and no `ChaosResult`: a plan, and no result");
    }
    if root.has("image_summary") && root.has("provenance_summary") {
        return Some("this is provenance as gcloud prints it, which is not read: keep its DSSE envelopes");
    }
    if root.has("matches") && root.get("descriptor").and_then(|node| node.text_of("name")) == Some("xeol") {
        return Some(
            "this is a report of xeol, about ends of life and not vulnerabilities, which is not read",
        );
    }
    if root.has("stats") && root.has("tests") && root.has("passes") && root.has("failures") {
        return Some("this is a report of Mocha, which is not read: have it write JUnit XML");
    }
    if OSCAL_ROOTS.iter().any(|key| {
        root.get(key).is_some_and(|inner| inner.get("metadata").is_some_and(|data| data.has("oscal-version")))
    }) {
        return Some(OSCAL);
    }
    let partial = root.get("results").and_then(Node::list).unwrap_or(&[]);
    if !partial.is_empty() && partial.iter().all(|result| result.has("reviewed-controls")) {
        return Some(
            "these are results of an OSCAL assessment without the document around them: keep the whole document",
        );
    }
    None
}
