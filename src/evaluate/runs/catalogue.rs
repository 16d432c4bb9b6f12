//! Catalogues of reason codes, and the service levels over all runs.

use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Outcome;
use super::Run;
use crate::evaluate::gather::Gathered;
use crate::model::governance::text;

/// What catalogues say of reason codes; of several the gravest holds.
#[derive(Clone, Debug, Default)]
pub struct Catalogue(pub BTreeMap<String, Vec<Entry>>);

/// What one catalogue says of a code.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its class.
    pub class: String,
    /// Its severity.
    pub severity: String,
}

impl Entry {
    pub(super) fn is_grave(&self) -> bool {
        self.severity.eq_ignore_ascii_case("CRITICAL") || self.class.eq_ignore_ascii_case("SECURITY")
    }
}

impl Catalogue {
    /// The catalogues of the evidence; without any, `known`.
    pub fn of(gathered: &Gathered<'_>, known: &BTreeMap<String, String>) -> Self {
        let mut out = Self::default();
        for (_, record) in gathered.form("reason-codes") {
            for item in record.list("codes") {
                if let Some(code) = text(item, &["code"]) {
                    out.add(code, text(item, &["class"]), text(item, &["severity"]));
                }
            }
            for (code, item) in record.value("codes").and_then(Value::as_object).into_iter().flatten() {
                out.add(code, text(item, &["class"]), text(item, &["severity"]));
            }
        }
        if out.0.is_empty() {
            for (code, class) in known {
                out.add(code, Some(class), None);
            }
        }
        out
    }

    fn add(&mut self, code: &str, class: Option<&str>, severity: Option<&str>) {
        let entry = Entry {
            class: class.unwrap_or_default().to_owned(),
            severity: severity.unwrap_or_default().to_owned(),
        };
        self.0.entry(code.to_owned()).or_default().push(entry);
    }
}

/// How many of how many, for an objective over all runs; nothing where there is nothing to count.
pub fn objective(all: &[Run<'_>], catalogue: &Catalogue, which: Objective) -> Option<(u32, u32)> {
    let share = |good: usize, of: usize| -> Option<(u32, u32)> {
        if of == 0 {
            return None;
        }
        Some((u32::try_from(good).ok()?, u32::try_from(of).ok()?))
    };
    match which {
        Objective::Availability => {
            let terminal = |run: &&Run<'_>| {
                run.decisions().next().is_some() && !matches!(run.declared(), Outcome::Invalid(_))
            };
            share(all.iter().filter(terminal).count(), all.len())
        }
        Objective::Determinism => {
            let replayed: Vec<BTreeSet<&str>> = all
                .iter()
                .map(|run| {
                    run.gates
                        .iter()
                        .filter_map(|evidence| {
                            Some((evidence.source.sha256.as_str(), evidence.body.receipt()?))
                        })
                        .map(|(_, receipt)| receipt.raw_decision.as_str())
                        .collect::<Vec<_>>()
                })
                .filter(|gates| gates.len() > 1)
                .map(|gates| gates.into_iter().collect())
                .collect();
            share(replayed.iter().filter(|words| words.len() == 1).count(), replayed.len())
        }
        Objective::Completeness => {
            let approved: Vec<&Run<'_>> =
                all.iter().filter(|run| matches!(run.declared(), Outcome::Fine(_))).collect();
            share(
                approved.iter().filter(|run| matches!(run.complete(), Outcome::Fine(_))).count(),
                approved.len(),
            )
        }
        Objective::Safety => {
            let safe = |run: &&Run<'_>| {
                run.codes().into_iter().all(|code| {
                    catalogue.0.get(code).is_some_and(|entries| !entries.iter().any(Entry::is_grave))
                })
            };
            share(all.iter().filter(safe).count(), all.len())
        }
    }
}

/// The objectives over many runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// Runs that reached a final decision.
    Availability,
    /// Replayed runs whose gate decided the same again.
    Determinism,
    /// Approved runs with everything a promotion needs.
    Completeness,
    /// Runs without a critical reason code or one about security.
    Safety,
}

impl Objective {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Determinism => "determinism",
            Self::Completeness => "completeness",
            Self::Safety => "safety",
        }
    }
}
