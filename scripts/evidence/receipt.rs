//! A decision receipt from a list of checks. Input: one check a line, fields divided by tabs:
//! id, title, outcome (`pass`, `fail`, `not-run`), what was asked, what was found, paths of evidence divided by spaces.
//!
//! The decision is the strictest of the checks: one failed denies, one that was not run holds, only all passed allow.

use std::path::Path;

use serde_json::json;

use crate::Made;
use crate::Options;

pub(crate) fn make(input: &str, options: &Options) -> Made {
    let (root, at, subject) = (options.need("root")?, options.need("at")?, options.need("subject")?);
    let mut checks = Vec::new();
    let mut decision = "allow";
    for line in input.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, title, outcome, asked, found, paths] = fields.as_slice() else {
            return Err(format!("`{line}` has {} fields, expected 6 divided by tabs", fields.len()));
        };
        let mut outcome = *outcome;
        let mut found = (*found).to_owned();
        let mut evidence = Vec::new();
        for path in paths.split_whitespace() {
            match std::fs::read(Path::new(root).join(path)) {
                Ok(bytes) => evidence.push(json!({
                    "path": path, "sha256": crate::sha256(&bytes), "size-bytes": bytes.len(),
                })),
                Err(_) => {
                    outcome = if outcome == "fail" { "fail" } else { "not-run" };
                    found = format!("`{path}` is not there");
                }
            }
        }
        decision = match (outcome, decision) {
            ("pass", decision) => decision,
            ("not-run", "deny") => "deny",
            ("not-run", _) => "hold",
            ("fail", _) => "deny",
            (other, _) => return Err(format!("`{id}`: `{other}` is not `pass`, `fail` or `not-run`")),
        };
        checks.push(json!({
            "id": id, "title": title, "outcome": outcome, "asked": asked, "found": found, "evidence": evidence,
        }));
    }
    if checks.is_empty() {
        return Err("there is no check, so there is no decision".to_owned());
    }
    let mut receipt = json!({
        "receipt-version": "1",
        "id": format!("{}-{}", subject.replace(' ', "-"), &at[..at.len().min(10)]),
        "decision": decision,
        "subject": subject,
        "action": "release",
        "actor": "scripts/evidence.sh",
        "decided-at": at,
        "policy": "strictest of its checks",
        "checks": checks,
    });
    if let Some(state) = options.get("source-state").filter(|state| !state.is_empty()) {
        receipt["source-state"] = json!(state);
    }
    crate::pretty(&receipt)
}
