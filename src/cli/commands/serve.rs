//! `trustbook serve`: a preview that follows what is saved.

use std::path::Path;
use std::time::Duration;

use crate::bundle::name::PathName;
use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::args::AsOf;
use crate::cli::clock;
use crate::cli::commands::keys;
use crate::cli::terminal;
use crate::load;
use crate::load::Texts;
use crate::load::display;
use crate::model::config::Paths;
use crate::model::finding::Finding;
use crate::model::finding::Severity;
use crate::model::snapshot::SnapshotState;
use crate::model::time::Instant;
use crate::model::tree::FileTree;
use crate::model::tree::InMemory;
use crate::model::visibility::Audience;
use crate::pack::Signer as _;
use crate::pipeline;
use crate::pipeline::Sealing;
use crate::serve::Built;
use crate::serve::Event;
use crate::serve::Options;
use crate::serve::Preview;
use crate::serve::Refused;
use crate::sign::SigningKey;

/// How long it must be quiet after a save before a build starts.
const QUIET: Duration = Duration::from_millis(60);

/// Serves until it is interrupted.
pub(crate) fn run(root: &Path, port: u16, as_of: &AsOf) -> Answer {
    crate::cli::commands::need_project(root)?;
    let as_of = clock::as_of(as_of)?;
    let key = keys::development(root)?;
    let paths = paths(root)?;
    let inputs = [&paths.content, &paths.evidence, &paths.templates, &paths.profiles, &paths.history];
    let ignored = [paths.public.as_str(), paths.packets.as_str(), ".trustbook", "target"];
    let options = Options {
        port,
        root: root.to_owned(),
        inputs: inputs.into_iter().map(|folder| root.join(folder)).collect(),
        ignored: ignored.into_iter().map(|folder| root.join(folder)).collect(),
        quiet: QUIET,
    };
    let preview = Preview::bind(&options).map_err(|error| Failure::machine(error.to_string()))?;
    terminal::message(&format!("preview at {} (Ctrl+C ends it)", preview.url()));
    preview
        .run(&mut || built(root, as_of, &key), &mut tell)
        .map_err(|error| Failure::machine(error.to_string()))?;
    Ok(DONE)
}

/// Where the inputs are; the default places while the project file cannot be read.
fn paths(root: &Path) -> Result<Paths, Failure> {
    let loaded = load::project(root).map_err(|error| Failure::machine(error.to_string()))?;
    Ok(loaded.project.value.map(|project| project.config.paths).unwrap_or_default())
}

fn tell(event: Event) {
    terminal::message(&match event {
        Event::Built { number, took, changed } => {
            let what = if changed { "" } else { ", nothing to see changed" };
            format!("build {number} in {} ms{what}", took.as_millis())
        }
        Event::Refused { text, took } => {
            format!("{text}\nrefused after {} ms; the last good build is still shown", took.as_millis())
        }
        Event::Unwatched { text } => format!("warning: changes are not noticed: {text}"),
    });
}

/// The public draft's pages, in memory.
fn built(root: &Path, as_of: Instant, key: &SigningKey) -> Result<Built, Refused> {
    let machine = |text: String| Refused { text: format!("error: {text}") };
    let outcome = pipeline::judge(root, as_of).map_err(|error| machine(error.to_string()))?;
    let mut findings = outcome.findings;
    let texts = outcome.texts;
    let Some(judged) = outcome.value else { return Err(refused(&findings, &texts)) };
    let seq = judged.project.history.entries.first().map_or(1, |entry| entry.seq + 1);
    let sealing =
        Sealing { seq, state: SnapshotState::Draft, development: true, public_key: key.public_key() };
    let (snapshot, _) = pipeline::snapshot(&judged, &findings, &sealing, Audience::Public)
        .map_err(|error| machine(error.to_string()))?;
    let threads = crate::cli::commands::threads(None).map_err(|failure| machine(failure.message))?;
    let (tree, more) = pipeline::render(&judged, &snapshot, threads, &InMemory)
        .map_err(|error| machine(error.to_string()))?;
    findings.extend(more);
    pipeline::finish(&mut findings, &texts);
    let Some(tree) = tree else { return Err(refused(&findings, &texts)) };
    let mut site = FileTree::default();
    for (name, file) in tree.files {
        if let Some(name) = name.as_str().strip_prefix("site/") {
            let name = PathName::parse(name).map_err(|error| machine(error.to_string()))?;
            site.files.insert(name, file);
        }
    }
    Ok(Built { tree: site, label: format!("draft {} as of {}", snapshot.head.number(), as_of.human()) })
}

fn refused(findings: &[Finding], texts: &Texts) -> Refused {
    let errors: Vec<Finding> =
        findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect();
    Refused { text: display::render(&errors, texts, false) }
}
