//! `trustbook inspect`: what each file is, and what was read from it; with `--diff` what changed between two bills of materials.

use std::path::Path;
use std::path::PathBuf;

use serde_json::Value;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::NO;
use crate::cli::args::DiffFormat;
use crate::cli::commands::show_findings;
use crate::cli::terminal;
use crate::diff::sbom;
use crate::diff::sbom::Bill;
use crate::load;
use crate::model::finding::has_errors;
use crate::model::sbom::Sbom;
use crate::model::sbom_changes::SbomChanges;
use crate::render::words::form;

/// Inspects the files, in the order given. 1 when one of them is refused.
pub(crate) fn run(files: &[PathBuf], format: DiffFormat) -> Answer {
    if format == DiffFormat::Markdown {
        return Err(Failure::usage("--format markdown goes with --diff"));
    }
    let inspection = load::inspect(files);
    if format == DiffFormat::Json {
        terminal::data(&format!("{:#}\n", inspection.report))?;
    } else {
        show_findings(&inspection.findings, &inspection.texts);
        let mut out = String::new();
        for file in inspection.report.get("files").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| file.get(key).and_then(Value::as_str).unwrap_or("-").to_owned();
            if file.get("format").is_none_or(Value::is_null) {
                out.push_str(&format!("{}: not read\n", text("path")));
                continue;
            }
            out.push_str(&format!(
                "{}: {} ({}), {}\n",
                text("path"),
                text("kind"),
                text("format"),
                text("why")
            ));
            for (name, value) in file.get("facts").and_then(Value::as_object).into_iter().flatten() {
                out.push_str(&format!("  {name}: {value}\n"));
            }
        }
        terminal::data(&out)?;
        if out.is_empty() && inspection.findings.is_empty() {
            return Err(
                Failure::usage("there is no file inside").help("name files, or a folder that holds some")
            );
        }
    }
    Ok(if has_errors(&inspection.findings) { NO } else { DONE })
}

/// Compares two bills of materials. 1 when one of them is refused.
pub(crate) fn diff(files: &[PathBuf], format: DiffFormat) -> Answer {
    let [old, new] = files else {
        return Err(Failure::usage(format!(
            "--diff compares two files, {} {} given",
            files.len(),
            form(files.len(), "was", "were")
        )));
    };
    let Some(changes) = compare(old, new)? else { return Ok(NO) };
    show(&changes, format)?;
    Ok(DONE)
}

/// What changed between two files; nothing when one is refused, whose findings are shown.
///
/// # Errors
/// When a file is something else than a bill of materials.
pub(crate) fn compare(old: &Path, new: &Path) -> Result<Option<SbomChanges>, Failure> {
    // both are read before one is refused, so that nothing is said of the one alone
    let (was, now) = (read(old), read(new));
    let (Some(was), Some(now)) = (was?, now?) else { return Ok(None) };
    let name = |path: &Path| path.display().to_string();
    let changes = sbom::compare(&Bill::of(&was), &name(old), &Bill::of(&now), &name(new));
    // the program ends soon; giving back a million texts before would take as long as some of the comparing
    std::mem::forget((was, now));
    Ok(Some(changes))
}

fn read(path: &Path) -> Result<Option<Box<Sbom>>, Failure> {
    let file = load::sbom_file(path);
    show_findings(&file.findings, &file.texts);
    match file.sbom {
        _ if has_errors(&file.findings) => Ok(None),
        Some(sbom) => Ok(Some(sbom)),
        None => Err(Failure::usage(format!("{}: this is {}, not an SBOM", path.display(), file.title))
            .help("`trustbook inspect FILE` says what was recognised and why")),
    }
}

/// Writes changes as asked for.
///
/// # Errors
/// When the terminal does not take them.
pub(crate) fn show(changes: &SbomChanges, format: DiffFormat) -> Result<(), Failure> {
    match format {
        DiffFormat::Human => terminal::data(&sbom::text(changes)),
        DiffFormat::Markdown => terminal::data(&sbom::markdown(changes)),
        DiffFormat::Json => {
            let json = sbom::json_text(changes).map_err(|error| Failure::machine(error.to_string()))?;
            terminal::data(&format!("{json}\n"))
        }
    }
}
