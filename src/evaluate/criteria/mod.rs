//! The kinds of criteria: one file and one row each. A row has its docs, its parameters, and how it is judged.
//!
//! Parameters are strict: an unknown key or value is refused with its place, never skipped.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::evaluate::scene::Judgement;
use crate::evaluate::scene::Scene;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;

mod attested;
mod certified;
mod claim_met;
mod closeout_part;
mod content_complete;
mod content_kind;
mod content_present;
mod coverage_at_least;
mod decision_equals;
mod digest_matches;
mod drill_within_objectives;
mod evidence_holds;
mod evidence_present;
mod files_match;
mod fresh_within;
mod parts;
mod questions_answered;
mod register_empty;
mod run_gate;
mod run_objective;
mod sbom_complete;
mod sbom_refreshed;
mod scan_clean;
mod tests_passed;
mod value_compares;
mod verdict_passes;
mod vex_covers;

pub(crate) use drill_within_objectives::due as drill_due;

/// The deepest nesting of `all-of`, `any-of` and `count`.
pub const MAX_DEPTH: usize = 8;

/// Every kind, in order of name.
pub static CRITERIA: &[CriterionRow] = &[
    parts::ALL_OF,
    parts::ANY_OF,
    attested::ROW,
    certified::ROW,
    claim_met::ROW,
    closeout_part::ROW,
    content_present::ROW,
    parts::COUNT,
    coverage_at_least::ROW,
    decision_equals::ROW,
    digest_matches::ROW,
    drill_within_objectives::ROW,
    evidence_holds::ROW,
    evidence_present::ROW,
    files_match::ROW,
    fresh_within::ROW,
    questions_answered::ROW,
    register_empty::ROW,
    run_gate::ROW,
    run_objective::ROW,
    sbom_complete::ROW,
    sbom_refreshed::ROW,
    scan_clean::ROW,
    tests_passed::ROW,
    value_compares::ROW,
    verdict_passes::ROW,
    vex_covers::ROW,
];

/// A kind of criterion.
#[derive(Debug)]
pub struct CriterionRow {
    /// Its name, the `kind` of a criterion.
    pub kind: &'static str,
    /// What it checks, in two or three sentences.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// Where the rule comes from.
    pub source: &'static str,
    /// A criterion of this kind, as YAML; a test parses it.
    pub example: &'static str,
    /// Its parameters as a JSON Schema.
    pub schema: fn() -> schemars::Schema,
    /// Reads the parameters.
    pub parse: Parse,
}

/// Reads the parameters of a kind; the number is how deep the criterion is nested.
pub type Parse = fn(&BTreeMap<String, Value>, usize) -> Result<Box<dyn Condition>, Refused>;

/// A criterion whose parameters were read.
pub trait Condition: Debug {
    /// Judges it.
    fn judge(&self, scene: &Scene<'_>) -> Judgement;

    /// What it names by id, with the RFC 6901 pointer inside the criterion.
    fn names(&self) -> Vec<(String, Named)> {
        Vec::new()
    }
}

/// Something a criterion names by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A piece of evidence.
    Evidence(Id),
    /// A claim.
    Claim(Id),
    /// A profile that stands earlier.
    Profile(Id),
    /// A release.
    Release(Id),
}

/// Why a criterion cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The key or value, as an RFC 6901 pointer inside the criterion, without its leading `/`.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// The row of `kind`.
///
/// # Errors
/// With the nearest name when there is none.
pub fn row(kind: &str) -> Result<&'static CriterionRow, Refused> {
    CRITERIA.iter().find(|row| row.kind == kind).ok_or_else(|| {
        let names: Vec<&str> = CRITERIA.iter().map(|row| row.kind).collect();
        Refused {
            pointer: "kind".to_owned(),
            message: format!("there is no criterion kind `{kind}`"),
            help: match did_you_mean(kind, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the kinds are {}", list(&names)),
            },
        }
    })
}

/// Reads a criterion of `kind`; `depth` is how deep it is nested.
///
/// # Errors
/// With the key or value that is wrong.
pub fn parse(
    kind: &str,
    parameters: &BTreeMap<String, Value>,
    depth: usize,
) -> Result<Box<dyn Condition>, Refused> {
    if depth > MAX_DEPTH {
        return Err(Refused {
            pointer: String::new(),
            message: format!("criteria are nested {depth} deep; the limit is {MAX_DEPTH}"),
            help: "name fewer parts in each other".to_owned(),
        });
    }
    let row = row(kind)?;
    let known = KNOWN.get(row.kind).map(Vec::as_slice).unwrap_or_default();
    if let Some(key) = parameters.keys().find(|key| !known.contains(*key)) {
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        return Err(Refused {
            pointer: key.clone(),
            message: format!("this kind of criterion has no parameter `{key}`"),
            help: match did_you_mean(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its parameters are {}", list(&known)),
            },
        });
    }
    (row.parse)(parameters, depth).map_err(|refused| match refused.help.as_str() {
        "" => {
            let expected = expected(row, &refused.pointer);
            let help = format!("{expected}`trustbook explain {}` shows an example", row.kind);
            Refused { help, ..refused }
        }
        _ => refused,
    })
}

/// What the schema says of a parameter, in words, with a `; ` behind; empty when it says nothing simple.
fn expected(row: &CriterionRow, key: &str) -> String {
    let schema = (row.schema)();
    let Some(property) = schema.get("properties").and_then(|all| all.get(key)) else { return String::new() };
    let named = |kind: &Value| match kind.as_str() {
        Some("integer") => Some("a whole number"),
        Some("number") => Some("a number"),
        Some("string") => Some("a text"),
        Some("array") => Some("a list"),
        Some("boolean") => Some("`true` or `false`"),
        Some("object") => Some("a map"),
        Some(_) | None => None,
    };
    let found = match property.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().find_map(named),
        Some(kind) => named(kind),
        None => None,
    };
    found.map_or_else(String::new, |words| format!("it is {words}; "))
}

/// The parameters of every kind, from their schemas; made once.
static KNOWN: LazyLock<BTreeMap<&str, Vec<String>>> = LazyLock::new(|| {
    CRITERIA
        .iter()
        .map(|row| {
            let schema = (row.schema)();
            let keys = schema.get("properties").and_then(Value::as_object);
            (row.kind, keys.map(|keys| keys.keys().cloned().collect()).unwrap_or_default())
        })
        .collect()
});

/// Reads parameters whose keys are known; a wrong value is pointed at.
fn read<P: DeserializeOwned>(parameters: &BTreeMap<String, Value>) -> Result<P, Refused> {
    let object: serde_json::Map<String, Value> =
        parameters.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    serde_json::from_value(Value::Object(object)).map_err(|error| {
        let message = error.to_string();
        let pointer = parameters
            .keys()
            .find(|key| {
                let mut without = parameters.clone();
                without.remove(*key);
                let object = without.into_iter().collect();
                match serde_json::from_value::<P>(Value::Object(object)) {
                    Ok(_) => true,
                    Err(other) => other.to_string() != message,
                }
            })
            .cloned()
            .unwrap_or_default();
        let message = match pointer.as_str() {
            "" => "its parameters do not fit together".to_owned(),
            key => format!("the value of `{key}` is not one it can have"),
        };
        Refused { pointer, message, help: String::new() }
    })
}

/// Boxes a parsed condition.
fn condition<P: DeserializeOwned + Condition + 'static>(
    parameters: &BTreeMap<String, Value>,
    _depth: usize,
) -> Result<Box<dyn Condition>, Refused> {
    read::<P>(parameters).map(|parsed| Box::new(parsed) as Box<dyn Condition>)
}

fn schema<P: JsonSchema>() -> schemars::Schema {
    schemars::schema_for!(P)
}

/// What a selector names by id.
fn selected_names(selector: &crate::evaluate::weigh::Selector) -> Vec<(String, Named)> {
    let mut names: Vec<(String, Named)> = selector
        .evidence
        .iter()
        .enumerate()
        .map(|(at, id)| (format!("evidence/{at}"), Named::Evidence(id.clone())))
        .collect();
    if let Some(release) = selector.release.as_ref().filter(|release| release.as_str() != "newest") {
        names.push(("release".to_owned(), Named::Release(release.clone())));
    }
    names
}

/// `a`, `b` and `c`, in backticks.
fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What one piece of `kind` is called, singular and plural, where the criterion takes any.
fn thing(kind: Option<EvidenceKind>) -> (&'static str, &'static str) {
    kind.map_or(("piece of evidence", "pieces of evidence"), EvidenceKind::counted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_docs_and_an_example_that_parses() {
        let mut names = Vec::new();
        for row in CRITERIA {
            for (name, text) in [("what", row.what), ("why", row.why), ("source", row.source)] {
                assert!(text.len() > 20 && text.ends_with('.'), "{} lacks `{name}`: {text}", row.kind);
            }
            let criterion: crate::model::profile::Criterion =
                serde_saphyr::from_str(row.example).unwrap_or_else(|error| panic!("{}: {error}", row.kind));
            assert_eq!(criterion.kind, row.kind);
            let parsed = parse(&criterion.kind, &criterion.parameters, 0);
            assert!(parsed.is_ok(), "{}: {parsed:?}", row.kind);
            assert!((row.schema)().get("properties").is_some(), "{}", row.kind);
            names.push(row.kind);
        }
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted, "kinds are unique and in order");
    }

    #[test]
    fn an_unknown_kind_or_parameter_is_refused_with_the_nearest_name() {
        let none = BTreeMap::new();
        let refused = parse("test-passed", &none, 0).unwrap_err();
        assert_eq!(
            (refused.pointer.as_str(), refused.help.as_str()),
            ("kind", "did you mean `tests-passed`?")
        );
        let wrong = BTreeMap::from([("minimun".to_owned(), Value::from(1))]);
        let refused = parse("tests-passed", &wrong, 0).unwrap_err();
        assert_eq!((refused.pointer.as_str(), refused.help.as_str()), ("minimun", "did you mean `minimum`?"));
    }

    #[test]
    fn a_wrong_value_is_refused_at_its_key() {
        let wrong = BTreeMap::from([
            ("cases".to_owned(), serde_json::json!(["a"])),
            ("minimum".to_owned(), Value::from("many")),
        ]);
        let refused = parse("tests-passed", &wrong, 0).unwrap_err();
        assert_eq!(refused.pointer, "minimum");
        assert!(refused.message.ends_with("is not one it can have"), "{}", refused.message);
        assert!(refused.help.starts_with("it is "), "{}", refused.help);
    }

    #[test]
    fn nesting_has_a_limit() {
        let mut part = serde_json::json!({"kind": "evidence-present"});
        for _ in 0..=MAX_DEPTH {
            part = serde_json::json!({"kind": "all-of", "of": [part]});
        }
        let parameters: BTreeMap<String, Value> =
            BTreeMap::from([("of".to_owned(), serde_json::json!([part]))]);
        assert!(parse("all-of", &parameters, 0).unwrap_err().message.contains("the limit is 8"));
    }
}
