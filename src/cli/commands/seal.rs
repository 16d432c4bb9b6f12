//! What `build` and `release` share: judge, render, pack, sign, stage, verify, publish.

use std::num::NonZeroUsize;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::digest::Digest;
use crate::bundle::name::PathName;
use crate::bundle::snapshot as header;
use crate::bundle::time::Timestamp;
use crate::cli::Failure;
use crate::cli::archive;
use crate::cli::commands::live_tree::LiveTree;
use crate::cli::commands::live_tree::Offered;
use crate::cli::commands::numbering;
use crate::cli::commands::numbering::Numbered;
use crate::cli::commands::packet_files;
use crate::cli::commands::seal_log;
use crate::cli::commands::show_findings;
use crate::cli::commands::signing::Signing;
use crate::cli::terminal;
use crate::cli::terminal::Progress;
use crate::load::Texts;
use crate::log::Log;
use crate::log::LogError;
use crate::model::finding::Finding;
use crate::model::finding::Severity;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::time::Instant;
use crate::model::tree::Content;
use crate::model::tree::FileTree;
use crate::model::tree::Keep;
use crate::model::visibility::Audience;
use crate::pack::Donor;
use crate::pack::PackError;
use crate::pack::Packed;
use crate::pack::Roles;
use crate::packet;
use crate::packet::PacketRequest;
use crate::pipeline;
use crate::pipeline::Judged;
use crate::pipeline::Sealing;
use crate::publish::HistoryOutcome;
use crate::publish::Places;
use crate::publish::PublishError;
use crate::publish::Spool;
use crate::publish::Stage;
use crate::verify;

/// What is asked for.
pub(crate) struct Order<'a> {
    /// The project's folder.
    pub root: &'a Path,
    /// When.
    pub as_of: Instant,
    /// Draft or released.
    pub state: SnapshotState,
    /// The keys.
    pub signing: &'a Signing,
    /// Threads.
    pub threads: NonZeroUsize,
}

/// What came out.
pub(crate) struct Sealed {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Findings that did not stand in the way.
    pub findings: Vec<Finding>,
    /// The archive, relative to the project's folder.
    pub archive: PathBuf,
    /// Its digest.
    pub archive_sha256: Digest,
    /// Its size in bytes.
    pub archive_bytes: u64,
    /// The packet, relative to the project's folder.
    pub packet: PathBuf,
    /// Files in the published tree that were made now.
    pub files: usize,
    /// Nothing was written: the same bytes were released before.
    pub already_released: bool,
}

/// The site inside a tree lies below this folder.
const SITE: &str = "site/";

/// Does it all. Input errors are shown, and give [`Failure::shown`].
pub(crate) fn seal(order: &Order<'_>, progress: &Progress) -> Result<Sealed, Failure> {
    progress.step("reading and judging");
    let outcome =
        pipeline::judge(order.root, order.as_of).map_err(|error| Failure::machine(error.to_string()))?;
    let texts = outcome.texts;
    let mut findings = outcome.findings;
    let Some(judged) = outcome.value else {
        progress.done();
        show_findings(&findings, &texts);
        return Err(Failure::shown());
    };
    let judging = findings.clone();
    let root = order.root;
    let paths = &judged.project.config.paths;
    order.signing.belongs_to(&judged.project.config.site.origin)?;
    let places = Places::of(root, paths);
    // The same release again is found by making it again; a later number needs a later instant.
    let Numbered { seq, again } = numbering::next(&judged.project.history.entries, order.as_of, order.state)?;
    let sealing = Sealing {
        seq,
        state: order.state,
        development: order.signing.development,
        public_key: order.signing.pinned(),
    };

    progress.step("rendering");
    let spool = Spool::new(&places);
    let (snapshot, tree) = rendered(
        &judged,
        &mut findings,
        &texts,
        &sealing,
        Audience::Public,
        order.threads,
        &spool,
        progress,
    )?;

    findings.extend(order.signing.unannounced(&snapshot, &paths.history));

    let parts = &judged.project.history.log;
    let known = Log::of(parts).map_err(|error| log_failure(&error))?;
    let mut log = seal_log::before(parts, seq, &places, &known, order)?;
    let leaf_hashes = log.hash_bytes();
    let roles = order.signing.roles.as_ref();
    let mut stage = Stage::open(&places, seq, order.state).map_err(|error| publish_failure(&error))?;
    progress.step("packing and signing the archive");
    let number = snapshot.head.number();
    let folder = format!("snapshots/{number}");
    let archive_name = path_name(&format!("{folder}/{}-{number}.zip", snapshot.site.slug))?;
    let for_pack = roles.map(|roles| roles.for_pack(&leaf_hashes));
    let kind = header::Kind::Archive;
    let packed = pack_into(&mut stage, &archive_name, &snapshot, kind, &tree, None, order, for_pack)?;
    if let Some(digest) = &again {
        if packed.sha256.to_string() != *digest {
            return Err(Failure::usage(format!(
                "snapshot {seq:04} was released as of {} with other bytes",
                order.as_of
            ))
            .help("a released number never changes; give a later --as-of to release the next one"));
        }
    }

    let logged = match (roles, order.state) {
        (Some(roles), SnapshotState::Released) => {
            let logged = seal_log::append(&mut log, parts, &packed.packed, &roles.log)?;
            let proof = Content::Bytes(logged.proof.clone().into_bytes().into());
            let name = path_name(&format!("{archive_name}{}", verify::PROOF_SUFFIX))?;
            stage.put(&name, &proof).map_err(|error| publish_failure(&error))?;
            Some(logged)
        }
        (Some(_), SnapshotState::Draft) | (None, _) => None,
    };
    let published_log = if logged.is_some() && again.is_none() { &log } else { &known };
    for (name, bytes) in seal_log::files(published_log, roles) {
        let content = Content::Bytes(bytes.into());
        stage.put(&path_name(&name)?, &content).map_err(|error| publish_failure(&error))?;
    }

    progress.step("making the public packet");
    let (profile, notes) = packet_files::profile(&judged, "public")?;
    findings.extend(notes);
    let request = PacketRequest {
        recipient: None,
        since: None,
        expired_because: Some("made with the snapshot; what is expired is marked as expired".to_owned()),
        archive: Some(packet::ArchiveRef {
            name: packed.packed.file_name.clone(),
            sha256: packed.sha256.to_string(),
            snapshot_sha256: packed.packed.snapshot_sha256.to_string(),
        }),
        templates: judged.project.templates.clone(),
        originals: judged.project.originals.clone(),
    };
    let packet_tree = packet_files::tree(
        &judged,
        &snapshot,
        &profile,
        &request,
        order.threads,
        &mut findings,
        &texts,
        progress,
    )?;
    let packet_name = path_name(&format!("packets/{}", packet::file_name(&snapshot, &profile)))?;
    let kind = header::Kind::Packet(header::PacketOf {
        profile: profile.id.to_string(),
        audience: snapshot.head.audience.name().to_owned(),
        snapshot_sha256: packed.packed.snapshot_sha256,
    });
    let staged = archive::open(&packed.path)?;
    let donor = Some(Donor { members: &packed.packed.members, archive: &staged });
    let packed_packet =
        pack_into(&mut stage, &packet_name, &snapshot, kind, &packet_tree, donor, order, for_pack)?;

    progress.step("staging the site");
    let live = LiveTree {
        judged: &judged,
        snapshot: &snapshot,
        archive: Offered { name: &archive_name, file: &packed },
        packet: Offered { name: &packet_name, file: &packed_packet },
    };
    let (at_the_root, in_the_folder) = (live.pages("")?, live.pages(&format!("{folder}/"))?);
    let mut files = site_files(&tree)?;
    files.retain(|(name, _)| !at_the_root.contains_key(name));
    files.push(live.latest()?);
    for (name, content) in &files {
        stage.put(name, content).map_err(|error| publish_failure(&error))?;
        let below = path_name(&format!("{folder}/{name}"))?;
        stage.put_again(name, &below).map_err(|error| publish_failure(&error))?;
    }
    for (below, pages) in [("", &at_the_root), (folder.as_str(), &in_the_folder)] {
        for (name, content) in pages {
            let name = if below.is_empty() { name.clone() } else { path_name(&format!("{below}/{name}"))? };
            stage.put(&name, content).map_err(|error| publish_failure(&error))?;
        }
    }

    progress.step("verifying what was staged");
    for name in [&archive_name, &packet_name] {
        stage.verify(name, &|path| verified(path, order)).map_err(|error| publish_failure(&error))?;
    }
    progress.step("publishing");
    let entry = match order.state {
        SnapshotState::Draft => None,
        SnapshotState::Released => Some(seal_log::history_entry(&tree, &packed, logged)?),
    };
    let published = stage.publish(entry.as_ref()).map_err(|error| publish_failure(&error))?;
    progress.done();
    show_findings(&shown(&findings, &judging), &texts);
    for note in &published.notes {
        terminal::message(&format!("note: {note}"));
    }
    Ok(Sealed {
        archive: Path::new(&paths.public).join(archive_name.as_str()),
        archive_sha256: packed.sha256,
        archive_bytes: packed.packed.size_bytes,
        packet: Path::new(&paths.public).join(packet_name.as_str()),
        files: files.len() + at_the_root.len(),
        already_released: published.history == HistoryOutcome::Identical,
        snapshot,
        findings,
    })
}

/// A name of ours in the form of the format.
pub(crate) fn path_name(text: &str) -> Result<PathName, Failure> {
    PathName::parse(text).map_err(|error| Failure::usage(format!("`{text}` cannot be published: {error}")))
}

/// What a build shows: what somebody should act on, and the notes that `check` cannot show.
fn shown(findings: &[Finding], of_check: &[Finding]) -> Vec<Finding> {
    let worth = |finding: &&Finding| finding.severity != Severity::Note || !of_check.contains(finding);
    findings.iter().filter(worth).cloned().collect()
}

/// The snapshot for `audience` and its rendered, linted files; errors are shown.
pub(crate) fn rendered(
    judged: &Judged,
    findings: &mut Vec<Finding>,
    texts: &Texts,
    sealing: &Sealing,
    audience: Audience,
    threads: NonZeroUsize,
    keep: &dyn Keep,
    progress: &Progress,
) -> Result<(Snapshot, FileTree), Failure> {
    let (snapshot, notices) = pipeline::snapshot(judged, findings, sealing, audience)
        .map_err(|error| Failure::machine(format!("a record has no JSON form: {error}")))?;
    findings.extend(notices);
    let (tree, more) = pipeline::render(judged, &snapshot, threads, keep)
        .map_err(|error| Failure::machine(format!("cannot read an original: {error}")))?;
    findings.extend(more);
    pipeline::finish(findings, texts);
    match tree {
        Some(tree) => Ok((snapshot, tree)),
        None => {
            progress.done();
            show_findings(findings, texts);
            Err(Failure::shown())
        }
    }
}

/// A packed archive and its digest.
pub(crate) struct PackedFile {
    /// What `pack` says.
    pub packed: Packed,
    /// SHA-256 of the archive.
    pub sha256: Digest,
    /// Where it is staged.
    pub path: PathBuf,
}

/// Packs and signs into the staging area, the signature beside it.
fn pack_into(
    stage: &mut Stage<'_>,
    name: &PathName,
    snapshot: &Snapshot,
    kind: header::Kind,
    tree: &FileTree,
    donor: Option<Donor<'_>>,
    order: &Order<'_>,
    roles: Option<Roles<'_>>,
) -> Result<PackedFile, Failure> {
    let key = &order.signing.release;
    let written = stage
        .write(name, |out| pipeline::archive(snapshot, kind, tree, donor, key, roles, order.threads, out))
        .map_err(|error| publish_failure(&error))?
        .map_err(|error| pack_failure(&error))?;
    let signature = Content::Bytes(written.value.signature.print().into_bytes().into());
    stage
        .put(&path_name(&format!("{name}.minisig"))?, &signature)
        .map_err(|error| publish_failure(&error))?;
    Ok(PackedFile { packed: written.value, sha256: written.sha256, path: written.path })
}

/// Why nothing was packed.
pub(crate) fn pack_failure(error: &PackError) -> Failure {
    split(&format!("cannot pack: {error}"))
}

/// The verifier's answer on a staged archive, with the public key that signed.
pub(crate) fn verified(path: &Path, order: &Order<'_>) -> Result<(), String> {
    let instant = u64::try_from(order.as_of.unix()).ok().and_then(Timestamp::from_unix_seconds);
    let as_of = instant.ok_or("the as-of is not an instant from 1970 to 9999")?;
    let report = verify::verify(&verify::Options {
        path: path.to_owned(),
        form: verify::Form::Archive { signature: None },
        terms: verify::Terms { key: Some(order.signing.pinned()), as_of, threads: order.threads },
    });
    if report.is_verified() {
        return Ok(());
    }
    let failed: Vec<&str> = report
        .checks
        .iter()
        .filter(|check| {
            !matches!(check.outcome, verify::Outcome::Passed(_) | verify::Outcome::NotApplicable(_))
        })
        .map(|check| check.id)
        .collect();
    Err(format!("{} ({})", report.headline(), failed.join(", ")))
}

/// The site's files by the names they are published under.
fn site_files(tree: &FileTree) -> Result<Vec<(PathName, Content)>, Failure> {
    tree.files
        .iter()
        .filter_map(|(name, file)| name.as_str().strip_prefix(SITE).map(|name| (name, &file.content)))
        .map(|(name, content)| path_name(name).map(|name| (name, content.clone())))
        .collect()
}

/// Why the log cannot go on.
pub(crate) fn log_failure(error: &LogError) -> Failure {
    split(&error.to_string())
}

/// Why nothing was published.
pub(crate) fn publish_failure(error: &PublishError) -> Failure {
    split(&error.to_string())
}

/// A message that may carry its help behind a line end.
fn split(text: &str) -> Failure {
    match text.split_once("\nhelp: ") {
        Some((message, help)) => Failure::machine(message).help(help),
        None => Failure::machine(text),
    }
}
