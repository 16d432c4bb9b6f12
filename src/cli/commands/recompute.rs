//! `trustbook verify --recompute`: after the verifier, the records again from the packed originals, and the verdicts again from
//! the records.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::bundle::time::Timestamp;
use crate::cli::Answer;
use crate::cli::Failure;
use crate::cli::archive;
use crate::cli::commands::diff;
use crate::evaluate::recompute::Recomputed;
use crate::evaluate::recompute::evidence;
use crate::evaluate::recompute::recompute_with;
use crate::load::Again;
use crate::load::reread;
use crate::model::evidence::Evidence;
use crate::model::id::Id;
use crate::render::words::form;
use crate::verify;

/// The largest original that is read again, in bytes.
const MAX_ORIGINAL_BYTES: u64 = 256 << 20;

/// What came of one archive.
struct Outcome {
    verdicts: Vec<Recomputed>,
    /// By id: where the original lay, and what came of reading it again.
    records: BTreeMap<Id, (String, Again)>,
}

impl Outcome {
    fn agrees(&self) -> bool {
        self.verdicts.iter().all(Recomputed::agrees)
            && !self.records.values().any(|(_, again)| matches!(again, Again::Differs(_)))
    }
}

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
    let differs = outcome.as_ref().is_ok_and(|outcome| !outcome.agrees());
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

fn again(args: &[OsString]) -> Result<Outcome, String> {
    let file = Path::new(file(args).ok_or("no file is named")?);
    let records = diff::records_of(file).map_err(|failure| failure.message)?;
    let (evidence, folder) = evidence(&records)?;
    let originals = originals(file, &evidence)?;
    let again = reread(&evidence, &folder, |name| originals.get(name).cloned());
    let verdicts = recompute_with(&records, &again.bodies)?;
    let path = |id: &Id| evidence.get(id).map(|one| one.source.path.clone()).unwrap_or_default();
    let records = again.records.into_iter().map(|(id, again)| (id.clone(), (path(&id), again))).collect();
    Ok(Outcome { verdicts, records })
}

/// The packed originals of evidence, by the names they are packed under.
fn originals(file: &Path, evidence: &BTreeMap<Id, Evidence>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    // What is larger is an attachment, in which nothing is read.
    let small = evidence.values().filter(|one| one.source.size_bytes <= MAX_ORIGINAL_BYTES);
    let names = small.filter_map(|one| one.source.archived_as.as_deref());
    if !file.is_dir() {
        let names: std::collections::BTreeSet<&str> = names.collect();
        let wanted = |name: &str| name.strip_prefix("data/").is_some_and(|name| names.contains(name));
        let members =
            archive::members(file, MAX_ORIGINAL_BYTES, wanted).map_err(|failure| failure.message)?;
        let bare = |name: String| name.strip_prefix("data/").map(str::to_owned).unwrap_or(name);
        return Ok(members.into_iter().map(|(name, bytes)| (bare(name), bytes)).collect());
    }
    let read = |name: &str| {
        let inside = [file.join("data").join(name), file.join(name)];
        inside.iter().find_map(|path| std::fs::read(path).ok())
    };
    Ok(names.filter_map(|name| Some((name.to_owned(), read(name)?))).collect())
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

fn human(report: &[u8], outcome: &Result<Outcome, String>) -> String {
    let mut text = String::from_utf8_lossy(report).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    match outcome {
        Err(why) => text.push_str(&format!("not recomputed: {why}\n")),
        Ok(outcome) => {
            let all = &outcome.verdicts;
            let differ = all.iter().filter(|one| !one.agrees()).count();
            let head = match differ {
                0 => "recomputed from the archive alone, nothing differs".to_owned(),
                count => {
                    let differ = form(count, "differs", "differ");
                    format!("recomputed from the archive alone, {count} of {} verdicts {differ}", all.len())
                }
            };
            text.push_str(&head);
            text.push('\n');
            for one in all {
                text.push_str(&format!("  {}\n", one.sentence()));
            }
            text.push_str(&originals_again(outcome));
        }
    }
    text
}

/// What reading the originals again came to: what differs first, then what could not be compared.
fn originals_again(outcome: &Outcome) -> String {
    let count = |wanted: fn(&Again) -> bool| outcome.records.values().filter(|(_, one)| wanted(one)).count();
    let same = count(|one| matches!(one, Again::Same(_)));
    let differ = count(|one| matches!(one, Again::Differs(_)));
    let mut text =
        format!("read again from the packed originals: {same} of {} records", outcome.records.len());
    text.push_str(if differ == 0 {
        ", nothing differs\n"
    } else {
        form(same, " is the same\n", " are the same\n")
    });
    for (id, (path, again)) in &outcome.records {
        if let Again::Differs(differ) = again {
            text.push_str(&format!("  {id}: `{path}` gives another record\n"));
            for one in differ {
                text.push_str(&format!(
                    "    {}: stated {}, read {}\n",
                    one.pointer,
                    one.stated.escape_debug(),
                    one.read.escape_debug()
                ));
            }
        }
    }
    for (id, (_, again)) in &outcome.records {
        match again {
            Again::NotRead(why) => text.push_str(&format!("  {id}: not re-read: {why}\n")),
            Again::Same(Some(why)) => text.push_str(&format!("  {id}: the same, as far as it goes: {why}\n")),
            Again::Same(None) | Again::Differs(_) => {}
        }
    }
    text
}

fn machine(report: &[u8], outcome: &Result<Outcome, String>) -> String {
    let mut value: Value = serde_json::from_slice(report).unwrap_or_else(|_| json!({}));
    let recomputed = match outcome {
        Err(why) => json!({ "done": false, "why": why, "verdicts": [] }),
        Ok(outcome) => json!({
            "done": true,
            "agrees": outcome.agrees(),
            "verdicts": outcome.verdicts.iter().map(|one| json!({
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
            "records": outcome.records.iter().map(|(id, (path, again))| {
                let (state, why, differ) = match again {
                    Again::Same(why) => ("same", *why, &[][..]),
                    Again::NotRead(why) => ("not-read", Some(*why), &[][..]),
                    Again::Differs(differ) => ("differs", None, differ.as_slice()),
                };
                json!({
                    "evidence": id,
                    "path": path,
                    "state": state,
                    "why": why,
                    "differ": differ.iter().map(|one| json!({
                        "pointer": one.pointer, "stated": one.stated, "read": one.read,
                    })).collect::<Vec<Value>>(),
                })
            }).collect::<Vec<Value>>(),
        }),
    };
    if let Some(map) = value.as_object_mut() {
        map.insert("recomputed".to_owned(), recomputed);
    }
    format!("{value:#}\n")
}
