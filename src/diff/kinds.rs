//! The kinds of records and how their fields are compared. A field without a row of its own is compared as text.

use serde_json::Value;

use crate::diff::Context;
use crate::diff::get;
use crate::diff::judges::Judge;
use crate::diff::judges::dates;
use crate::diff::judges::lengths;
use crate::diff::judges::lists;
use crate::diff::judges::numbers;
use crate::diff::judges::ranked;
use crate::diff::judges::said;
use crate::diff::judges::shares;
use crate::diff::strings;

/// How a kind is compared.
pub(super) struct Kind {
    /// Its name in the records.
    pub(super) kind: &'static str,
    /// Its name in the changes.
    pub(super) shown_as: &'static str,
    /// Fields that name a record to people, the first that is there.
    pub(super) title: &'static [&'static str],
    /// Fields with a judge of their own.
    pub(super) fields: &'static [Field],
    /// Whether all other fields are compared too.
    pub(super) all_fields: bool,
    /// The rule for a new record.
    pub(super) added: fn(&Value, &Context) -> Option<&'static str>,
    /// The rule for a record that is gone.
    pub(super) removed: fn(&Value) -> Option<&'static str>,
    /// The end that may pass with nobody doing anything.
    pub(super) ends: Option<Ends>,
}

/// An end that may pass between two snapshots.
pub(super) struct Ends {
    /// The first of these that is there.
    pub(super) fields: &'static [&'static str],
    /// What it is called.
    pub(super) words: &'static str,
    /// The rule when it passed.
    pub(super) rule: &'static str,
}

/// A field with a judge.
pub(super) struct Field {
    /// Its name, or a path with `/`.
    pub(super) name: &'static str,
    /// What it is called.
    pub(super) words: &'static str,
    /// What a difference means.
    pub(super) judge: Judge,
}

const fn field(name: &'static str, words: &'static str, judge: Judge) -> Field {
    Field { name, words, judge }
}

/// A kind whose records come and go without meaning more or less.
const fn plain(kind: &'static str, title: &'static [&'static str], fields: &'static [Field]) -> Kind {
    Kind {
        kind,
        shown_as: kind,
        title,
        fields,
        all_fields: true,
        added: |_, _| Some("record-added"),
        removed: |_| Some("record-removed"),
        ends: None,
    }
}

/// Worst first, as the statuses are ordered; `not-applicable` is neither.
const STATUSES: &[&str] =
    &["met", "waived", "sample", "expiring", "partly-met", "not-assessed", "stale", "expired", "not-met"];

fn linked(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    lists(was, now, ("evidence-linked", "evidence-unlinked", "evidence-exchanged"))
}

fn severity(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    ranked(
        was,
        now,
        &["low", "medium", "high", "critical"],
        ("severity-higher", "severity-lower", "field-changed"),
    )
}

fn customer(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    said(was, now, ("responsibility-moved", "responsibility-taken", "responsibility-changed"))
}

fn ownership(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    ranked(
        was,
        now,
        &["provider", "shared-third-party", "third-party", "shared", "customer"],
        ("responsibility-moved", "responsibility-taken", "responsibility-changed"),
    )
}

fn access(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    lists(was, now, ("location-widened", "location-narrowed", "location-changed"))
}

fn countries(was: &Value, now: &Value, context: &Context) -> Option<&'static str> {
    let outside = |country: &String| !context.countries.contains(country);
    if strings(now).iter().any(outside) { Some("subprocessor-outside") } else { access(was, now, context) }
}

/// By the share that is covered; counts alone grow with the code.
fn covered(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    let number = |value: &Value, key: &str| get(value, key).as_u64().map(u128::from);
    let shares =
        (number(was, "covered")? * number(now, "total")?, number(now, "covered")? * number(was, "total")?);
    Some(match shares.1.cmp(&shares.0) {
        std::cmp::Ordering::Less => "coverage-lower",
        std::cmp::Ordering::Greater => "coverage-higher",
        std::cmp::Ordering::Equal => "field-changed",
    })
}

fn text_changed(rule: &'static str) -> Option<&'static str> {
    Some(rule)
}

fn is_open(record: &Value) -> bool {
    get(record, "status").as_str() != Some("closed")
}

/// Every kind, in the order of the catalog, then what is computed.
pub(super) static KINDS: &[Kind] = &[
    Kind {
        added: |_, _| Some("claim-added"),
        removed: |_| Some("claim-withdrawn"),
        ends: Some(Ends { fields: &["valid-until"], words: "valid until", rule: "date-passed" }),
        ..plain(
            "claims",
            &["statement"],
            &[
                field("statement", "sentence", |_, _, _| text_changed("claim-reworded")),
                field("tier", "tier", |was, now, _| numbers(was, now, ("tier-lowered", "tier-raised"))),
                field("limits", "limits", |was, now, _| {
                    said(was, now, ("claim-limited", "field-changed", "field-changed"))
                }),
                field("evidence", "evidence", linked),
                field("counter-evidence", "counter-evidence", |was, now, _| {
                    lists(was, now, ("counter-evidence-added", "field-changed", "counter-evidence-added"))
                }),
            ],
        )
    },
    Kind {
        all_fields: false,
        shown_as: "claims",
        added: |_, _| None,
        removed: |_| None,
        ..plain(
            "claim-status",
            &["claim"],
            &[field("status", "status", |was, now, _| {
                ranked(was, now, STATUSES, ("status-worse", "status-better", "field-changed"))
            })],
        )
    },
    Kind {
        all_fields: false,
        removed: |_| Some("verdict-removed"),
        ..plain(
            "verdicts",
            &["title"],
            &[
                field("passes", "passes", |_, now, _| {
                    Some(if now.as_bool() == Some(true) { "verdict-gained" } else { "verdict-lost" })
                }),
                field("status", "status", |was, now, _| {
                    ranked(was, now, STATUSES, ("status-worse", "status-better", "field-changed"))
                }),
                field("profile-version", "rules", |_, _, _| text_changed("rules-changed")),
                field("subject", "subject", |_, _, _| text_changed("field-changed")),
            ],
        )
    },
    Kind {
        all_fields: false,
        added: |_, _| Some("evidence-added"),
        removed: |_| Some("evidence-removed"),
        ..plain(
            "evidence",
            &["title"],
            &[
                field("source/sha256", "bytes", |_, _, _| None),
                field("captured-at", "captured at", |was, now, _| {
                    dates(was, now, ("evidence-refreshed", "evidence-older"))
                }),
                field("trust", "trust", |was, now, _| {
                    let words = [
                        "signature-verified",
                        "hash-verified",
                        "well-formed",
                        "referenced-only",
                        "placeholder",
                        "invalid",
                    ];
                    ranked(was, now, &words, ("trust-lower", "trust-higher", "field-changed"))
                }),
                field("mode", "mode", |_, now, _| {
                    Some(if now.as_str() == Some("live") { "evidence-counted" } else { "evidence-uncounted" })
                }),
                field("body/tests", "tests", |was, now, _| numbers(was, now, ("tests-more", "tests-fewer"))),
                field("body/failures", "failures", |was, now, _| {
                    numbers(was, now, ("failures-more", "failures-fewer"))
                }),
                field("body/errors", "errors", |was, now, _| {
                    numbers(was, now, ("failures-more", "failures-fewer"))
                }),
                field("body/measures/lines", "covered lines", covered),
                field("body/measures/branches", "covered branches", covered),
                field("body/measures/functions", "covered functions", covered),
                field("body/measures/statements", "covered statements", covered),
                field("body/open", "open findings", |was, now, _| {
                    numbers(was, now, ("findings-more", "findings-fewer"))
                }),
                field("body/not-satisfied", "objectives not satisfied", |was, now, _| {
                    numbers(was, now, ("findings-more", "findings-fewer"))
                }),
                field("body/satisfied", "objectives satisfied", |was, now, _| {
                    numbers(was, now, ("result-better", "result-worse"))
                }),
                field("body/open-items", "open items", |was, now, _| {
                    numbers(was, now, ("findings-more", "findings-fewer"))
                }),
                field("body/implemented", "statements on controls", |was, now, _| {
                    numbers(was, now, ("controls-more", "controls-fewer"))
                }),
                field("body/targets", "targets", |was, now, _| shares(was, now)),
                field("body/reporting/accepted", "reports accepted", |was, now, _| {
                    match (was.as_bool(), now.as_bool()) {
                        (Some(true), _) => Some("reports-refused"),
                        (_, Some(true)) => Some("reports-accepted"),
                        (_, _) => Some("field-changed"),
                    }
                }),
                field("body/score", "grade", |was, now, _| {
                    numbers(was, now, ("result-better", "result-worse"))
                }),
                field("body/outcome", "outcome", |was, now, _| {
                    let words = ["nothing-found", "unclear", "found"];
                    ranked(was, now, &words, ("result-worse", "result-better", "field-changed"))
                }),
                field("body/decision", "decision", |was, now, _| {
                    let words = ["allow", "hold", "unknown", "deny"];
                    ranked(was, now, &words, ("result-worse", "result-better", "field-changed"))
                }),
                field("body/computed", "result", |was, now, _| {
                    let words = [
                        "passed",
                        "passed-with-findings",
                        "observed",
                        "inconclusive",
                        "not-run",
                        "interrupted",
                        "aborted",
                        "failed",
                    ];
                    ranked(was, now, &words, ("result-worse", "result-better", "field-changed"))
                }),
            ],
        )
    },
    Kind {
        all_fields: false,
        shown_as: "evidence",
        added: |_, _| None,
        removed: |_| None,
        ..plain(
            "evidence-status",
            &["id"],
            &[field("can-count", "counts", |_, now, _| {
                Some(if now.as_bool() == Some(true) { "evidence-counted" } else { "evidence-uncounted" })
            })],
        )
    },
    Kind {
        added: |_, _| Some("certification-added"),
        removed: |_| Some("certification-removed"),
        ends: Some(Ends { fields: &["expires"], words: "validity", rule: "certification-lapsed" }),
        ..plain(
            "certifications",
            &["title"],
            &[
                field("expires", "expires", |was, now, _| {
                    dates(was, now, ("certification-renewed", "certification-shortened"))
                }),
                field("status-override", "status", |_, now, _| {
                    let withdrawn = get(now, "value").as_str() == Some("withdrawn");
                    Some(if withdrawn { "certification-withdrawn" } else { "field-changed" })
                }),
                field("scope", "scope", |_, _, _| text_changed("scope-changed")),
                field("exclusions", "exclusions", |was, now, _| {
                    said(was, now, ("exclusions-added", "exclusions-removed", "scope-changed"))
                }),
                field("exceptions", "exceptions", |was, now, _| {
                    lists(was, now, ("exclusions-added", "exclusions-removed", "scope-changed"))
                }),
            ],
        )
    },
    Kind {
        added: |now, context| {
            let outside =
                strings(get(now, "countries")).iter().any(|country| !context.countries.contains(country));
            Some(if outside { "subprocessor-outside" } else { "subprocessor-added" })
        },
        removed: |_| Some("subprocessor-removed"),
        ..plain(
            "subprocessors",
            &["name"],
            &[
                field("countries", "countries", countries),
                field("processing-locations", "locations", access),
                field("data-categories", "kinds of data", |was, now, _| {
                    lists(was, now, ("data-widened", "data-narrowed", "field-changed"))
                }),
                field("transfer-mechanism", "transfer mechanism", |was, now, _| {
                    let rank = |value: &Value| match value.as_str() {
                        Some("eea-only") => Some(0),
                        Some("adequacy") => Some(1),
                        Some("bcr" | "sccs") => Some(2),
                        Some("derogation") => Some(3),
                        _ => None,
                    };
                    Some(match (rank(was), rank(now)) {
                        (Some(was), Some(now)) if now > was => "mechanism-weaker",
                        (Some(was), Some(now)) if now < was => "mechanism-stronger",
                        (_, _) => "mechanism-changed",
                    })
                }),
                field("ai-use", "use of AI", |was, now, _| {
                    said(was, now, ("ai-use-added", "field-changed", "field-changed"))
                }),
                field("safeguards", "safeguards", |was, now, _| {
                    said(was, now, ("field-changed", "protection-removed", "field-changed"))
                }),
            ],
        )
    },
    Kind {
        removed: |_| Some("policy-removed"),
        ends: Some(Ends { fields: &["next-review"], words: "review", rule: "date-passed" }),
        ..plain(
            "policies",
            &["title"],
            &[
                field("sha256", "text", |_, _, _| text_changed("policy-changed")),
                field("version", "version", |_, _, _| text_changed("policy-changed")),
                field("text", "text", |_, _, _| None),
            ],
        )
    },
    Kind {
        removed: |_| Some("document-removed"),
        ends: Some(Ends { fields: &["expires"], words: "validity", rule: "date-passed" }),
        ..plain(
            "documents",
            &["title"],
            &[
                field("sha256", "bytes", |_, _, _| text_changed("document-changed")),
                field("version", "version", |_, _, _| text_changed("document-changed")),
            ],
        )
    },
    Kind {
        removed: |_| Some("answer-removed"),
        ends: Some(Ends { fields: &["review-by"], words: "review", rule: "date-passed" }),
        ..plain(
            "answers",
            &["question"],
            &[
                field("answer", "answer", |was, now, _| {
                    ranked(
                        was,
                        now,
                        &["yes", "partial", "no"],
                        ("answer-weaker", "answer-stronger", "answer-changed"),
                    )
                }),
                field("customer-responsibility", "customer’s part", customer),
                field("ownership", "ownership", ownership),
                field("evidence", "evidence", linked),
            ],
        )
    },
    plain(
        "responsibilities",
        &["title"],
        &[
            field("ownership", "ownership", ownership),
            field("customer-responsibility", "customer’s part", customer),
        ],
    ),
    Kind {
        removed: |_| Some("control-removed"),
        ..plain(
            "controls",
            &["title"],
            &[
                field("implementation", "implementation", |was, now, _| {
                    let words = ["implemented", "alternative", "partial", "planned"];
                    ranked(
                        was,
                        now,
                        &words,
                        ("implementation-weaker", "implementation-stronger", "field-changed"),
                    )
                }),
                field("evidence", "evidence", linked),
            ],
        )
    },
    Kind {
        added: |now, _| Some(if is_open(now) { "risk-added" } else { "record-added" }),
        removed: |was| Some(if is_open(was) { "risk-dropped" } else { "record-removed" }),
        ends: Some(Ends { fields: &["deadline"], words: "deadline", rule: "date-passed" }),
        ..plain(
            "risks",
            &["title"],
            &[
                field("severity", "severity", severity),
                field("status", "status", |was, now, _| {
                    Some(match (was.as_str() == Some("closed"), now.as_str() == Some("closed")) {
                        (false, true) => "risk-closed",
                        (true, false) => "risk-reopened",
                        (_, _) => "field-changed",
                    })
                }),
                field("accepted", "acceptance", |was, now, _| {
                    said(was, now, ("risk-accepted", "field-changed", "risk-accepted"))
                }),
            ],
        )
    },
    plain(
        "data-residency",
        &["data-kind"],
        &[
            field("country", "country", |_, _, _| text_changed("location-changed")),
            field("region", "region", |_, _, _| text_changed("location-changed")),
            field("access-from", "access from", access),
            field("retention", "retention", |was, now, _| {
                lengths(was, now, ("retention-longer", "retention-shorter", "field-changed"))
            }),
            field("deletion", "deletion", |was, now, _| {
                lengths(was, now, ("retention-longer", "retention-shorter", "field-changed"))
            }),
            field("encryption", "encryption", |was, now, _| {
                said(was, now, ("field-changed", "protection-removed", "field-changed"))
            }),
        ],
    ),
    Kind {
        removed: |_| Some("support-dropped"),
        ..plain(
            "compatibility",
            &["version"],
            &[
                field("end-of-support", "end of support", |was, now, _| {
                    dates(was, now, ("support-extended", "support-shortened"))
                }),
                field("end-of-life", "end of life", |was, now, _| {
                    dates(was, now, ("support-extended", "support-shortened"))
                }),
            ],
        )
    },
    Kind {
        added: |_, _| Some("incident-added"),
        removed: |_| Some("incident-removed"),
        ..plain("incidents", &["title"], &[field("severity", "severity", severity)])
    },
    Kind {
        added: |_, _| Some("waiver-added"),
        removed: |_| Some("waiver-removed"),
        ..plain(
            "waivers",
            &["title"],
            &[field("expires", "ends", |was, now, _| dates(was, now, ("waiver-extended", "field-changed")))],
        )
    },
    Kind {
        added: |now, _| Some(if get(now, "resolved").is_null() { "blocker-added" } else { "record-added" }),
        removed: |was| {
            Some(if get(was, "resolved").is_null() { "blocker-dropped" } else { "record-removed" })
        },
        ..plain(
            "blockers",
            &["title"],
            &[
                field("severity", "severity", severity),
                field("resolved", "resolved", |was, now, _| {
                    said(was, now, ("blocker-resolved", "blocker-added", "field-changed"))
                }),
            ],
        )
    },
    plain("questions", &["question"], &[]),
    plain("kpis", &["title"], &[field("evidence", "evidence", linked)]),
    plain("access-reviews", &["title"], &[field("evidence", "evidence", linked)]),
    plain("audit-exports", &["title"], &[field("evidence", "evidence", linked)]),
    plain("checklists", &["title"], &[]),
    plain("claim-charts", &["title"], &[]),
    plain("assignments", &["criterion"], &[field("evidence", "evidence", linked)]),
    plain("products", &["name"], &[]),
    plain("frameworks", &["title"], &[]),
    plain("faq", &["question"], &[]),
    plain("releases", &["version"], &[]),
    plain("architecture", &["title"], &[]),
    plain("organization", &["name"], &[]),
    Kind {
        ends: Some(Ends { fields: &["expires"], words: "validity", rule: "date-passed" }),
        ..plain(
            "vulnerability-disclosure",
            &[],
            &[
                field("safe-harbour", "safe harbour", |was, now, _| {
                    said(was, now, ("field-changed", "protection-removed", "field-changed"))
                }),
                field("in-scope", "scope", |was, now, _| {
                    lists(was, now, ("field-changed", "scope-changed", "scope-changed"))
                }),
                field("targets", "response times", targets),
            ],
        )
    },
];

/// Response times, by what they are for: any that is longer makes it weaker.
fn targets(was: &Value, now: &Value, _: &Context) -> Option<&'static str> {
    let find = |list: &Value, what: &Value| {
        list.as_array()
            .into_iter()
            .flatten()
            .find(|target| get(target, "what") == what)
            .map(|target| get(target, "within").clone())
    };
    let mut rule = "field-changed";
    for target in was.as_array().into_iter().flatten() {
        let after = find(now, get(target, "what")).unwrap_or(Value::Null);
        match lengths(get(target, "within"), &after, ("promise-longer", "promise-shorter", "promise-longer"))
        {
            Some("promise-longer") => return Some("promise-longer"),
            Some(other) => rule = other,
            None => {}
        }
    }
    Some(rule)
}
