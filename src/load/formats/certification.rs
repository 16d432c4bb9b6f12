//! What a certification by claims leaves: claim matrix, metrics, inventory, drills, blockers, waivers, costs, verdicts.

use super::Format;
use super::governance;
use super::governance::Form;
use super::governance::PLAIN;
use super::governance::all;
use super::governance::any;
use super::governance::form_of;
use super::governance::rows;
use crate::load::text::node::Node;
use crate::model::evidence::EvidenceKind;
use crate::model::governance::System;

/// The row.
pub(super) const ROW: Format = Format {
    id: "certification",
    title: "a document of a certification",
    media_type: "application/json",
    kind: EvidenceKind::GovernanceRecord,
    docs: "**What it reads.** JSON or YAML of a certification by claims in tiers: claim matrix, metric dictionary, evidence \
           inventory, register of fresh gaps, scorecard profiles, adjudication of claims, blocker register, waiver register, \
           drill output and bundle, cost receipt, teardown and execution snapshot, verdict.\n\n\
           **Traps.** Blockers come as codes, as maps with `blocker_id` or `code`, and as a bare count; a count that differs from \
           the list is a finding, and the larger one holds. A declared `overall_pass` or `verdict` is shown beside what is \
           computed. A dry run is not a drill.\n\n\
           **Source.** The certification plans of <https://github.com/EsosaOrumwese/fraud-detection-system>.",
    detect: |input| input.root().is_some_and(|root| form_of(FORMS, root).is_some()),
    read: |input| governance::read(input, System::Certification, ROW.title, FORMS),
};

const EXECUTION: &[&str] = &["*_cert_execution_id", "execution_id", "platform_run_id"];

/// Keys under which a verdict is stated.
const VERDICT_KEYS: [&str; 4] = ["verdict", "certification_verdict", "overall_verdict", "status"];

fn blockers(root: &Node<'_>) -> bool {
    any(root, &["blockers", "blocker_ids", "blocker_list"])
}

static FORMS: &[Form] = &[
    Form {
        id: "claim-matrix",
        title: "Claim matrix",
        detect: |root| rows(root, "claim_rows", &["claim_id"]),
        required: &["claim_rows"],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "metric-dictionary",
        title: "Metric dictionary",
        detect: |root| rows(root, "metric_rows", &["metric_id"]),
        required: &["metric_rows"],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "evidence-inventory",
        title: "Evidence inventory",
        detect: |root| rows(root, "inventory_rows", &["metric_id", "claim_id"]),
        required: &["inventory_rows"],
        counts: &[("inventory_row_count", "inventory_rows")],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "fresh-gap-register",
        title: "Register of fresh gaps",
        detect: |root| rows(root, "tier0_gap_rows", &["metric_id", "claim_id"]),
        required: &["tier0_gap_count", "tier0_gap_rows"],
        counts: &[("tier0_gap_count", "tier0_gap_rows")],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "execution-snapshot",
        title: "Execution snapshot",
        detect: |root| {
            any(root, &["tier0_claim_status", "blocker_ids_checked", "execution_claimability"])
                && any(root, &["overall_pass", "verdict"])
        },
        required: &["overall_pass", "verdict"],
        counts: &[("blocker_count", "blockers"), ("tier0_hold_count", "tier0_holds")],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "scorecard-profiles",
        title: "Scorecard profiles",
        detect: |root| {
            rows(root, "profiles", &["profile_pass", "profile_id"]) && any(root, &["lane", "schema_version"])
        },
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "claim-adjudication",
        title: "Adjudication of claims",
        detect: |root| {
            rows(root, "claims", &["claim_id"])
                && root.has("claims")
                && any(root, &["lane", "captured_at_utc"])
        },
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "teardown-snapshot",
        title: "Teardown snapshot",
        detect: |root| all(root, &["destroy_outcome", "overall_pass"]),
        required: &[
            "execution_id",
            "git_sha",
            "written_at_utc",
            "destroy_outcome",
            "overall_pass",
            "blockers",
        ],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "cost-receipt",
        title: "Cost receipt",
        detect: |root| any(root, &["budget_envelope_usd", "attributed_spend_usd"]),
        required: &[
            "budget_envelope_usd",
            "attributed_spend_usd",
            "unattributed_spend_detected",
            "overall_pass",
        ],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "drill-output",
        title: "Drill output",
        detect: |root| {
            root.has("drill_id")
                && any(
                    root,
                    &[
                        "scenario",
                        "observed_outcome",
                        "drill_pass",
                        "overall_pass",
                        "expected_behavior",
                        "drill_mode",
                    ],
                )
        },
        required: &["drill_id", "scenario", "expected_behavior", "observed_outcome", "overall_pass"],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "drill-bundle",
        title: "Drill bundle",
        detect: |root| rows(root, "drills", &["drill_id"]) && root.has("drills"),
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "certification-verdict",
        title: "Certification verdict",
        detect: |root| {
            let word = VERDICT_KEYS.iter().any(|key| {
                root.text_of(key).is_some_and(|word| ["GREEN", "HOLD", "NOT_STARTED"].contains(&word))
            });
            let of_one = root
                .map()
                .is_some_and(|entries| entries.iter().any(|entry| entry.key.ends_with("_cert_execution_id")));
            word && (of_one
                || blockers(root)
                || any(root, &["lane", "waivers", "waiver_list", "schema_version", "verdict"]))
                || root.has("verdict") && of_one
        },
        words: &[("verdict", &["GREEN", "HOLD", "NOT_STARTED"])],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "blocker-register",
        title: "Blocker register",
        detect: |root| {
            (blockers(root) && any(root, &["blocker_count", "open_blockers", "lane", "schema_version"]))
                && !any(root, &["run_id", "release_state", "gates"])
        },
        counts: &[("blocker_count", "blockers"), ("blocker_count", "blocker_ids")],
        group: EXECUTION,
        ..PLAIN
    },
    Form {
        id: "waiver-register",
        title: "Waiver register",
        detect: |root| {
            ["waivers", "waiver_list"].iter().any(|key| {
                root.get(key).and_then(Node::list).is_some_and(|list| {
                    list.is_empty() && any(root, &["lane", "schema_version"])
                        || list.first().is_some_and(|first| {
                            any(first, &["waiver_id", "claim_id", "blocker_id"])
                                && any(first, &["expiry", "expires_at", "expires", "owner", "rationale"])
                        })
                })
            })
        },
        group: EXECUTION,
        ..PLAIN
    },
    // a count alone is no register, and what it counts is open all the same
    Form {
        id: "blocker-count",
        title: "Count of blockers",
        detect: |root| {
            let of_one = root.map().is_some_and(|entries| {
                entries.iter().any(|entry| entry.key == "lane" || entry.key.ends_with("_cert_execution_id"))
            });
            any(root, &["blocker_count", "open_blockers"])
                && of_one
                && !any(root, &["run_id", "release_state", "gates"])
        },
        group: EXECUTION,
        ..PLAIN
    },
];
