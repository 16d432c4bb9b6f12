//! The profile and the files of a packet, for `build`, `release` and `packet`. Input errors are shown.

use std::num::NonZeroUsize;

use crate::cli::Failure;
use crate::cli::commands::show_findings;
use crate::cli::terminal::Progress;
use crate::load::Texts;
use crate::model::finding::Finding;
use crate::model::finding::has_errors;
use crate::model::snapshot::Snapshot;
use crate::model::tree::FileTree;
use crate::packet;
use crate::packet::PacketProfile;
use crate::packet::PacketRequest;
use crate::pipeline;
use crate::pipeline::Judged;

/// A packet profile of the project, or a built-in one.
pub(crate) fn profile(judged: &Judged, name: &str) -> Result<(PacketProfile, Vec<Finding>), Failure> {
    let checked = match judged.project.packet_profiles.get(name) {
        Some(text) => PacketProfile::parse(&format!("profiles/packet/{name}.yaml"), text),
        None => PacketProfile::built_in(name).ok_or_else(|| {
            let known = judged
                .project
                .packet_profiles
                .keys()
                .map(String::as_str)
                .chain(packet::BUILT_IN.iter().map(|row| row.0));
            let help = crate::model::finding::did_you_mean(name, known).map_or_else(
                || "packet profiles lie in profiles/packet/".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            Failure::usage(format!("there is no packet profile `{name}`")).help(help)
        })?,
    };
    match checked.value {
        Some(profile) => Ok((profile, checked.findings)),
        None => {
            show_findings(&checked.findings, &judged.project.texts);
            Err(Failure::shown())
        }
    }
}

/// The linted files of a packet; errors are shown.
pub(crate) fn tree(
    judged: &Judged,
    snapshot: &Snapshot,
    profile: &PacketProfile,
    request: &PacketRequest,
    threads: NonZeroUsize,
    findings: &mut Vec<Finding>,
    texts: &Texts,
    progress: &Progress,
) -> Result<FileTree, Failure> {
    let checklist = packet::plan(snapshot, profile, request);
    let assembled = packet::assemble(snapshot, profile, request, &checklist);
    let mut more = assembled.findings;
    if let Some(tree) = &assembled.value {
        let lint = pipeline::lint(judged, snapshot, tree, threads)
            .map_err(|error| Failure::machine(format!("cannot read an original: {error}")))?;
        more.extend(lint);
    }
    let stopped = has_errors(&more);
    findings.extend(more);
    pipeline::finish(findings, texts);
    match assembled.value {
        Some(tree) if !stopped => Ok(tree),
        Some(_) | None => {
            progress.done();
            show_findings(findings, texts);
            Err(Failure::shown())
        }
    }
}
