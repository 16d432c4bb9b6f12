//! `trustbook inspect`: what each file is, and what was read from it.

use std::path::PathBuf;

use serde_json::Value;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::NO;
use crate::cli::args::Format;
use crate::cli::commands::show_findings;
use crate::cli::terminal;
use crate::load;
use crate::model::finding::has_errors;

/// Inspects the files, in the order given. 1 when one of them is refused.
pub(crate) fn run(files: &[PathBuf], format: Format) -> Answer {
    let inspection = load::inspect(files);
    match format {
        Format::Human => {
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
        }
        Format::Json => terminal::data(&format!("{:#}\n", inspection.report))?,
    }
    Ok(if has_errors(&inspection.findings) { NO } else { DONE })
}
