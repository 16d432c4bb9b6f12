//! `trustbook verify --recompute`: after the verifier, the verdicts again, from the archive's own records.

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::bundle::time::Timestamp;
use crate::cli::Answer;
use crate::cli::Failure;
use crate::cli::commands::diff;
use crate::evaluate::recompute::Recomputed;
use crate::evaluate::recompute::recompute;
use crate::verify;

/// Runs the verifier with `args`, then computes the verdicts again. A difference is one of integrity.
pub(crate) fn run(args: &[OsString], now: Timestamp) -> Answer {
    let mut report = Vec::new();
    let mut err = std::io::stderr().lock();
    let code = verify::run(args.iter().cloned(), now, &mut report, &mut err);
    let is_json = args.windows(2).any(|pair| pair == ["--format", "json"])
        || args.iter().any(|arg| arg == "--format=json");
    let outcome = match code {
        verify::VERIFIED => again(args),
        _ => Err("the archive is not verified".to_owned()),
    };
    let differs = outcome.as_ref().is_ok_and(|all| all.iter().any(|one| !one.agrees()));
    let text = if is_json { machine(&report, &outcome) } else { human(&report, &outcome) };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::machine(error.to_string()))?;
    Ok(match (code, &outcome) {
        (verify::VERIFIED, Err(_)) => verify::UNDECIDED,
        (verify::VERIFIED, Ok(_)) if differs => verify::INTEGRITY,
        (code, _) => code,
    })
}

fn again(args: &[OsString]) -> Result<Vec<Recomputed>, String> {
    let file = file(args).ok_or("no file is named")?;
    let records = diff::records_of(Path::new(file)).map_err(|failure| failure.message)?;
    recompute(&records)
}

/// The one argument that is neither an option nor the value of one.
fn file(args: &[OsString]) -> Option<&OsString> {
    let mut skip = false;
    let mut only_files = false;
    args.iter().find(|arg| {
        if std::mem::take(&mut skip) {
            return false;
        }
        match arg.to_str() {
            Some("--") if !only_files => {
                only_files = true;
                false
            }
            Some(text) if !only_files && verify::VALUED.contains(&text) => {
                skip = true;
                false
            }
            Some(text) if !only_files && text.starts_with('-') => false,
            Some(_) | None => true,
        }
    })
}

fn human(report: &[u8], outcome: &Result<Vec<Recomputed>, String>) -> String {
    let mut text = String::from_utf8_lossy(report).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match outcome {
        Err(why) => text.push_str(&format!("not recomputed: {why}\n")),
        Ok(all) => {
            let differ = all.iter().filter(|one| !one.agrees()).count();
            let head = match differ {
                0 => "recomputed from the archive alone, nothing differs".to_owned(),
                count => {
                    format!("recomputed from the archive alone, {count} of {} verdicts differ", all.len())
                }
            };
            text.push_str(&head);
            text.push('\n');
            for one in all {
                text.push_str(&format!("  {}\n", one.sentence()));
            }
        }
    }
    text
}

fn machine(report: &[u8], outcome: &Result<Vec<Recomputed>, String>) -> String {
    let mut value: Value = serde_json::from_slice(report).unwrap_or_else(|_| json!({}));
    let recomputed = match outcome {
        Err(why) => json!({ "done": false, "why": why, "verdicts": [] }),
        Ok(all) => json!({
            "done": true,
            "agrees": all.iter().all(Recomputed::agrees),
            "verdicts": all.iter().map(|one| json!({
                "profile": one.profile,
                "stated": one.stated,
                "computed": one.computed,
                "agrees": one.agrees(),
                "withheld": one.withheld,
                "criteria-compared": one.compared.0,
                "criteria": one.compared.1,
                "inputs": one.inputs,
                "differ": one.differ.iter().map(|(id, stated, computed)| json!({
                    "criterion": id, "stated": stated, "computed": computed,
                })).collect::<Vec<Value>>(),
            })).collect::<Vec<Value>>(),
        }),
    };
    if let Some(map) = value.as_object_mut() {
        map.insert("recomputed".to_owned(), recomputed);
    }
    format!("{value:#}\n")
}
