//! `trustbook packet`: a procurement packet for one audience, in `packets/`.

use std::path::Path;

use crate::bundle::name::PathName;
use crate::bundle::snapshot as header;
use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::NO;
use crate::cli::args::AsOf;
use crate::cli::args::KeyArgs;
use crate::cli::clock;
use crate::cli::commands::numbering;
use crate::cli::commands::packet_files;
use crate::cli::commands::seal;
use crate::cli::commands::seal::Order;
use crate::cli::commands::show_findings;
use crate::cli::commands::signing;
use crate::cli::report;
use crate::cli::terminal;
use crate::cli::terminal::Progress;
use crate::diff;
use crate::load;
use crate::log::Log;
use crate::model::records::Records;
use crate::model::snapshot::SnapshotState;
use crate::model::snapshot::number;
use crate::model::time::Instant;
use crate::pack::PackError;
use crate::packet;
use crate::packet::PacketRequest;
use crate::pipeline;
use crate::pipeline::Sealing;
use crate::publish;
use crate::publish::Places;
use crate::publish::Spool;

/// What is asked for.
pub(crate) struct Request {
    /// For whom.
    pub recipient: Option<String>,
    /// Packet profile.
    pub profile: String,
    /// Changes since this snapshot.
    pub since: Option<u32>,
    /// Of the newest released snapshot, not of a draft.
    pub released: bool,
    /// Although something is expired.
    pub force: bool,
    /// Build nothing.
    pub only_checklist: bool,
}

/// The instant of the newest released snapshot.
fn released_as_of(root: &Path) -> Result<Instant, Failure> {
    let history = load::history(root).map_err(|error| Failure::machine(error.to_string()))?.value;
    history.and_then(|history| history.entries.first().map(|entry| entry.as_of)).ok_or_else(|| {
        Failure::usage("nothing has been released")
            .help("`trustbook release` releases; without --released the packet is made from a draft")
    })
}

/// Prints the checklist, then builds. 1 when the checklist stands in the way.
pub(crate) fn run(root: &Path, request: &Request, as_of: &AsOf, key: &KeyArgs) -> Answer {
    crate::cli::commands::need_project(root)?;
    let as_of = if request.released { released_as_of(root)? } else { clock::as_of(as_of)? };
    let state = if request.released { SnapshotState::Released } else { SnapshotState::Draft };
    let signing = signing::configured_or_development(root, key, numbering::of_project(root, as_of, state)?)?;
    let progress = Progress::new();
    progress.step("reading and judging");
    let outcome = pipeline::judge(root, as_of).map_err(|error| Failure::machine(error.to_string()))?;
    let texts = outcome.texts;
    let mut findings = outcome.findings;
    let Some(judged) = outcome.value else {
        progress.done();
        show_findings(&findings, &texts);
        return Err(Failure::shown());
    };
    let (profile, notes) = packet_files::profile(&judged, &request.profile)?;
    findings.extend(notes);
    signing.belongs_to(&judged.project.config.site.origin)?;
    let places = Places::of(root, &judged.project.config.paths);
    let audience = profile.audience();
    let history = &judged.project.history;
    let seq = numbering::next(&history.entries, as_of, state)?.seq;
    let released = history.entries.first().filter(|_| request.released);
    let sealing = Sealing { seq, state, development: signing.development, public_key: signing.pinned() };
    let (snapshot, notices) = pipeline::snapshot(&judged, &findings, &sealing, audience.clone())
        .map_err(|error| Failure::machine(format!("a record has no JSON form: {error}")))?;
    findings.extend(notices);
    let since = match request.since {
        None => None,
        Some(seq) => {
            let old = history.records.get(&seq).ok_or_else(|| {
                Failure::usage(format!("--since: there is no released snapshot {}", number(seq)))
                    .help("released snapshots lie in `history/`")
            })?;
            let now = Records::of(&snapshot)
                .map_err(|error| Failure::machine(format!("a record has no JSON form: {error}")))?;
            Some(diff::diff(old, &number(seq), &now, &snapshot.head.number()))
        }
    };
    let packet_request = PacketRequest {
        recipient: request.recipient.clone(),
        since,
        expired_because: request.force.then(|| "its sender decided so, knowing which they are".to_owned()),
        archive: released.map(|entry| packet::ArchiveRef {
            name: format!("{}-{}.zip", snapshot.site.slug, number(entry.seq)),
            sha256: entry.archive_sha256.clone(),
            snapshot_sha256: entry.snapshot_sha256.clone(),
        }),
        templates: judged.project.templates.clone(),
        originals: judged.project.originals.clone(),
    };
    let checklist = packet::plan(&snapshot, &profile, &packet_request);
    progress.done();
    terminal::data(&report::checklist(&checklist))?;
    if request.only_checklist {
        return Ok(if checklist.may_build { DONE } else { NO });
    }
    if !checklist.may_build {
        let mut found = checklist.findings;
        pipeline::finish(&mut found, &texts);
        show_findings(&found, &texts);
        return Ok(NO);
    }
    let before = findings.clone();
    let order =
        Order { root, as_of, state, signing: &signing, threads: crate::cli::commands::threads(None)? };
    // The snapshot this is a view of is named by the digest that its archive would have.
    let (public, site) = seal::rendered(
        &judged,
        &mut findings,
        &texts,
        &sealing,
        crate::model::visibility::Audience::Public,
        order.threads,
        &Spool::new(&places),
        &progress,
    )?;
    let archive = pipeline::archive(
        &public,
        header::Kind::Archive,
        &site,
        None,
        &signing.release,
        None,
        order.threads,
        &mut std::io::sink(),
    )
    .map_err(|error| Failure::machine(format!("cannot pack: {error}")))?;
    if let Some(entry) = released.filter(|entry| entry.snapshot_sha256 != archive.snapshot_sha256.to_string())
    {
        let seq = number(entry.seq);
        return Err(Failure::usage(format!("the inputs or the key are no longer those that snapshot {seq} was released from"))
            .help("check out the state that was released, and give the same key; without --released the packet is made from a draft"));
    }
    progress.step("making the packet");
    let tree = packet_files::tree(
        &judged,
        &snapshot,
        &profile,
        &packet_request,
        crate::cli::commands::threads(None)?,
        &mut findings,
        &texts,
        &progress,
    )?;
    let name = packet::file_name(&snapshot, &profile);
    let path = PathName::parse(&name).map_err(|error| Failure::usage(format!("`{name}`: {error}")))?;
    let kind = header::Kind::Packet(header::PacketOf {
        profile: profile.id.to_string(),
        audience: audience.name().to_owned(),
        snapshot_sha256: archive.snapshot_sha256,
    });
    let log = Log::of(&history.log).map_err(|error| seal::log_failure(&error))?;
    let leaf_hashes = log.hash_bytes();
    let place = publish::restricted_path(&places, &audience, None, &path)
        .map_err(|error| seal::publish_failure(&error))?;
    let replaces = place.is_file();
    let mut packed = None;
    let fill = |out: &mut dyn std::io::Write| {
        let done = pipeline::archive(
            &snapshot,
            kind,
            &tree,
            None,
            &signing.release,
            signing.roles.as_ref().map(|roles| roles.for_pack(&leaf_hashes)),
            order.threads,
            out,
        )?;
        let signature = done.signature.print();
        packed = Some(done);
        Ok(signature)
    };
    let written: Result<publish::PacketFiles, PackError> =
        publish::write_restricted(&places, &audience, None, &path, fill, &|path| {
            seal::verified(path, &order)
        })
        .map_err(|error| seal::publish_failure(&error))?;
    let written = written.map_err(|error| seal::pack_failure(&error))?;
    progress.done();
    let size = packed.map(|packed| report::size(packed.size_bytes)).unwrap_or_default();
    let file = written.packet.strip_prefix(".").unwrap_or(&written.packet).display();
    let whom = match &request.recipient {
        Some(recipient) => format!("{recipient}, as audience {}", audience.name()),
        None => audience.name().to_owned(),
    };
    let instead = if replaces { "; the packet that was there is replaced" } else { "" };
    terminal::data(&format!(
        "packet    {file} ({size}), for {whom}{instead}\nverify: trustbook verify {file} --key {}\n",
        signing.pinned().to_base64()
    ))?;
    // what the checklist above says in its own way, and what `check` says, is not said again
    findings.extend(checklist.findings);
    findings.retain(|finding| !finding.code.starts_with("packet-item-") && !before.contains(finding));
    show_findings(&findings, &texts);
    Ok(DONE)
}
