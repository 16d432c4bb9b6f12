//! `trustbook release`: seals the next snapshot under its number.

use std::path::Path;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::args::AsOf;
use crate::cli::args::Format;
use crate::cli::args::KeyArgs;
use crate::cli::clock;
use crate::cli::commands::numbering;
use crate::cli::commands::seal;
use crate::cli::commands::seal::Order;
use crate::cli::commands::signing;
use crate::cli::report;
use crate::cli::terminal;
use crate::cli::terminal::Progress;
use crate::model::snapshot::SnapshotState;

/// Seals it, or says that it is sealed already.
pub(crate) fn run(
    root: &Path,
    as_of: &AsOf,
    key: &KeyArgs,
    development: bool,
    threads: Option<usize>,
    format: Format,
) -> Answer {
    let as_of = clock::as_of(as_of)?;
    let threads = crate::cli::commands::threads(threads)?;
    crate::cli::commands::need_project(root)?;
    let signing = if development {
        signing::development(root)?
    } else {
        let number = numbering::of_project(root, as_of, SnapshotState::Released)?;
        signing::configured(root, key, number)?.ok_or_else(|| {
            Failure::usage("a release needs a release key").help(
                "give --key FILE or TRUSTBOOK_KEY_FILE, or --keys DIR where there are key roles; --development signs with the development key, and the snapshot says so for ever",
            )
        })?
    };
    let order = Order { root, as_of, state: SnapshotState::Released, signing: &signing, threads };
    let progress = Progress::new();
    let sealed = seal::seal(&order, &progress)?;
    match format {
        Format::Human => terminal::data(&report::sealed(&sealed))?,
        Format::Json => terminal::data(&format!("{:#}\n", report::sealed_json(&sealed)))?,
    }
    Ok(DONE)
}
