//! `trustbook check`: reads and judges everything, writes nothing.

use std::path::Path;

use serde_json::json;

use crate::cli::Answer;
use crate::cli::COULD_NOT;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::NO;
use crate::cli::args::AsOf;
use crate::cli::args::Format;
use crate::cli::clock;
use crate::cli::commands::show_findings;
use crate::cli::report;
use crate::cli::terminal;
use crate::load::display;
use crate::model::finding::Severity;
use crate::model::finding::did_you_mean;
use crate::pipeline;

/// 0 when the verdict passes, 1 when it does not, 2 when an input was refused: the verdict over the others is shown then, and
/// never passes.
pub(crate) fn run(root: &Path, profile: Option<&str>, as_of: &AsOf, strict: bool, format: Format) -> Answer {
    let as_of = clock::as_of(as_of)?;
    let outcome =
        pipeline::look(root, as_of, profile).map_err(|error| Failure::machine(error.to_string()))?;
    let count = |severity| outcome.findings.iter().filter(|finding| finding.severity == severity).count();
    let (warnings, errors) = (count(Severity::Warning), count(Severity::Error));
    let verdicts = outcome.value.as_ref().map_or(&[][..], |judged| &judged.assessment.verdicts);
    let verdict = match profile {
        None => verdicts.first(),
        Some(name) => verdicts.iter().find(|verdict| verdict.profile.as_str() == name),
    };
    if verdict.is_none() && errors == 0 {
        let name = profile.unwrap_or_default();
        let known = verdicts.iter().map(|verdict| verdict.profile.as_str()).chain(crate::load::built_in());
        let help = did_you_mean(name, known).map_or_else(
            || "the project file lists profiles under `profiles`; `trustbook check` knows the built-in ones too".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::usage(format!("the project has no profile `{name}`")).help(help));
    }
    let strictly = strict && warnings > 0;
    let passes = verdict.is_some_and(|verdict| verdict.passes) && errors == 0 && !strictly;
    match format {
        Format::Human => {
            show_findings(&outcome.findings, &outcome.texts);
            if let Some(verdict) = verdict {
                terminal::data(&format!("as of {}\n{}", as_of.human(), report::verdict(verdict)))?;
            }
            if strictly {
                let warnings =
                    if warnings == 1 { "1 warning".to_owned() } else { format!("{warnings} warnings") };
                terminal::message(&format!("error: {warnings}, and --strict was given"));
            }
        }
        Format::Json => terminal::data(&format!(
            "{:#}\n",
            json!({
                "as-of": as_of,
                "passes": passes,
                "errors": errors,
                "verdict": verdict,
                "claims": outcome.value.as_ref().map(|judged| &judged.assessment.claims),
                "findings": display::json(&outcome.findings, &outcome.texts),
            })
        ))?,
    }
    Ok(match (errors, passes) {
        (0, true) => DONE,
        (0, false) => NO,
        (_, _) => COULD_NOT,
    })
}
