//! `trustbook build`: a draft of the next snapshot.

use std::path::Path;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::args::AsOf;
use crate::cli::args::Format;
use crate::cli::args::KeyArgs;
use crate::cli::clock;
use crate::cli::commands::numbering;
use crate::cli::commands::reproduce;
use crate::cli::commands::seal;
use crate::cli::commands::seal::Order;
use crate::cli::commands::signing;
use crate::cli::report;
use crate::cli::terminal;
use crate::cli::terminal::Progress;
use crate::model::snapshot::SnapshotState;

/// 0 whatever the verdict is: the verdict is content.
pub(crate) fn run(
    root: &Path,
    as_of: &AsOf,
    key: &KeyArgs,
    reproduced: Option<&Path>,
    threads: Option<usize>,
    format: Format,
) -> Answer {
    let threads = crate::cli::commands::threads(threads)?;
    crate::cli::commands::need_project(root)?;
    if let Some(archive) = reproduced {
        return reproduce::run(root, archive, key, threads);
    }
    let as_of = clock::as_of(as_of)?;
    let number = numbering::of_project(root, as_of, SnapshotState::Draft)?;
    let signing = signing::configured_or_development(root, key, number)?;
    let order = Order { root, as_of, state: SnapshotState::Draft, signing: &signing, threads };
    let progress = Progress::new();
    let sealed = seal::seal(&order, &progress)?;
    match format {
        Format::Human => terminal::data(&report::sealed(&sealed))?,
        Format::Json => terminal::data(&format!("{:#}\n", report::sealed_json(&sealed)))?,
    }
    Ok(DONE)
}
