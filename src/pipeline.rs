//! The order of the rooms, once: load, validate, evaluate, disclose, render, pack, sign. Publication is the caller's last step.
//!
//! Nothing here reads a clock, prints, or writes to a disk.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;
use std::io::Read as _;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;

use crate::bundle::digest::Digest;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot as header;
use crate::bundle::time::Timestamp;
use crate::diff;
use crate::disclose;
use crate::disclose::lint::Clean;
use crate::disclose::lint::Inside;
use crate::disclose::lint::Level;
use crate::evaluate;
use crate::load;
use crate::load::LoadError;
use crate::load::Project;
use crate::load::Texts;
use crate::model::assessment::Assessment;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::has_errors;
use crate::model::records::Records;
use crate::model::rules::Rules;
use crate::model::snapshot::Head;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot::SnapshotState;
use crate::model::snapshot::number;
use crate::model::status::Status;
use crate::model::time::Instant;
use crate::model::tree::Content;
use crate::model::tree::FileTree;
use crate::model::tree::InMemory;
use crate::model::tree::Keep;
use crate::model::visibility::Audience;
use crate::pack;
use crate::pack::Donor;
use crate::pack::PackError;
use crate::pack::PackInput;
use crate::pack::Packed;
use crate::pack::Roles;
use crate::pack::Signer;
use crate::render;
use crate::render::Download;
use crate::render::RenderInput;
use crate::validate;

/// Name and version of this program, as snapshots record it.
pub const GENERATOR: &str = concat!("trustbook ", env!("CARGO_PKG_VERSION"));

/// Everything that was read and judged, for nobody in particular yet.
#[derive(Debug)]
pub struct Judged {
    /// What was read.
    pub project: Project,
    /// What the profiles say.
    pub assessment: Assessment,
    /// Originals in which nothing was found that must not leave the house.
    pub clean: Clean,
}

/// A value that may be missing because of bad input, the findings, and the texts to show them in.
#[derive(Debug)]
pub struct Outcome<T> {
    /// `None` when the findings hold an error that made it impossible.
    pub value: Option<T>,
    /// Everything noticed, sorted, with line and column where there are any.
    pub findings: Vec<Finding>,
    /// The inputs' texts, for excerpts.
    pub texts: Texts,
}

/// Reads and judges everything below `root` as of `as_of`. With an error among the findings there is no value.
///
/// # Errors
/// When the machine fails, not the input.
pub fn judge(root: &Path, as_of: Instant) -> Result<Outcome<Judged>, LoadError> {
    judge_by(root, as_of, None)
}

/// The same, by one more profile beside those of the project file.
///
/// # Errors
/// When the machine fails, not the input.
pub fn judge_by(root: &Path, as_of: Instant, profile: Option<&str>) -> Result<Outcome<Judged>, LoadError> {
    let outcome = judge_all(root, as_of, profile)?;
    let value = outcome.value.filter(|_| !has_errors(&outcome.findings));
    Ok(Outcome { value, ..outcome })
}

/// The same for those who only want to know how things stand: where inputs were refused there are verdicts all the same, over
/// what could be read, and none of them passes. Nothing is built from them.
///
/// # Errors
/// When the machine fails, not the input.
pub fn look(root: &Path, as_of: Instant, profile: Option<&str>) -> Result<Outcome<Judged>, LoadError> {
    let mut outcome = judge_all(root, as_of, profile)?;
    if let Some(judged) = &outcome.value {
        let found = secrets(judged).map_err(|error| LoadError::Root { path: root.to_path_buf(), error })?;
        // What links lead to may stand in what was refused: that is said first, the rest once it is mended.
        if !has_errors(&outcome.findings) {
            outcome.findings.extend(links(judged));
        }
        outcome.findings.extend(found);
        finish(&mut outcome.findings, &outcome.texts);
    }
    if let Some(judged) = &mut outcome.value
        && has_errors(&outcome.findings)
    {
        evaluate::verdicts::hold_back(&mut judged.assessment.verdicts, &judged.project.profiles);
    }
    Ok(outcome)
}

fn judge_all(root: &Path, as_of: Instant, profile: Option<&str>) -> Result<Outcome<Judged>, LoadError> {
    let loaded = load::project_with(root, profile)?;
    let texts = loaded.texts;
    let mut findings = loaded.project.findings;
    let Some(project) = loaded.project.value else {
        finish(&mut findings, &texts);
        return Ok(Outcome { value: None, findings, texts });
    };
    // What is missing may stand in what could not be read: that is said first, the rest once it is mended.
    let unread = has_errors(&findings);
    findings.extend(render::without_effect(
        &project.templates,
        &project.catalog,
        &project.config.paths.templates,
    ));
    findings.extend(validate::validate(&project.catalog, &project.config, as_of));
    let judged = evaluate::evaluate(
        &project.catalog,
        &project.profiles,
        &project.config,
        project.source_state.as_deref(),
        as_of,
    );
    findings.extend(judged.findings);
    validate::name_what_was_meant(&mut findings, &project.catalog, &project.profiles);
    if unread {
        findings.retain(|finding| !matches!(finding.code, "dangling-reference" | "criterion-names-nothing"));
    }
    finish(&mut findings, &texts);
    let value = judged.value.map(|assessment| Judged { project, assessment, clean: Clean::default() });
    Ok(Outcome { value, findings, texts })
}

/// Sorts findings worst first, then by place, and gives each its line and column.
pub fn finish(findings: &mut Vec<Finding>, texts: &Texts) {
    texts.locate_all(findings);
    load::display::sort(findings);
    findings.dedup();
}

/// What identifies a snapshot beside its content.
#[derive(Clone, Debug)]
pub struct Sealing {
    /// Its number.
    pub seq: u32,
    /// Draft or released.
    pub state: SnapshotState,
    /// Whether a development key signs it.
    pub development: bool,
    /// The key that will sign.
    pub public_key: PublicKey,
}

/// The snapshot of `judged` for `audience`: what it may see and nothing else.
///
/// # Errors
/// When a record has no JSON form, which none lacks.
pub fn snapshot(
    judged: &Judged,
    findings: &[Finding],
    sealing: &Sealing,
    audience: Audience,
) -> Result<(Snapshot, Vec<Finding>), serde_json::Error> {
    let Judged { project, assessment, clean: _ } = judged;
    let as_of = assessment.as_of;
    let settings = &project.config.snapshot;
    let head = Head {
        seq: sealing.seq,
        state: sealing.state,
        development: sealing.development,
        label: settings.label.clone(),
        as_of,
        expires: settings.expires_after.after(as_of),
        notice_days: settings.notice.approximate_millis() / 86_400_000,
        audience,
        generator: GENERATOR.to_owned(),
        source_state: project.source_state.clone(),
        public_key: sealing.public_key.to_base64(),
        key_id: sealing.public_key.id_text(),
    };
    let history = project.history.before(sealing.seq);
    let mut snapshot = disclosed(judged, findings, head);
    snapshot.history = history.entries;
    let mut rules = Rules {
        profiles: disclose::profiles(&project.profiles, &project.catalog, &snapshot.head.audience),
        freshness: project.config.freshness.clone(),
        notice: settings.notice,
        evidence_folder: project.config.paths.evidence.clone(),
        source_state: project.source_state.clone(),
        withheld: BTreeMap::new(),
    };
    rules.withheld = evaluate::recompute::not_recomputable(&snapshot.catalog, &rules, &snapshot.assessment);
    snapshot.rules = Some(rules);
    snapshot.sbom_changes = diff::sbom::successive(&snapshot.catalog);
    if let Some((previous, records)) = history.newest {
        let now = Records::of(&snapshot)?;
        snapshot.changes = Some(diff::diff(records, &number(previous), &now, &snapshot.head.number()));
    }
    let notices = disclose::mentions(&project.catalog, &snapshot.head.audience);
    Ok((snapshot, notices))
}

/// What the audience of `head` may see, compared with nothing yet.
fn disclosed(judged: &Judged, findings: &[Finding], head: Head) -> Snapshot {
    let Judged { project, assessment, clean: _ } = judged;
    let mut disclosed = disclose::disclose(&project.catalog, assessment, findings, &head.audience);
    render::place_originals(&mut disclosed.catalog);
    Snapshot {
        head,
        site: project.config.site.clone(),
        catalog: disclosed.catalog,
        assessment: disclosed.assessment,
        findings: disclosed.findings,
        changes: None,
        sbom_changes: Vec::new(),
        history: Vec::new(),
        stubs: disclosed.stubs,
        rules: None,
    }
}

/// What a build says of the links and images of the public's texts, without any page being made.
fn links(judged: &Judged) -> Vec<Finding> {
    let as_of = judged.assessment.as_of;
    let head = Head {
        seq: 1,
        state: SnapshotState::Draft,
        development: true,
        label: None,
        as_of,
        expires: as_of,
        notice_days: 0,
        audience: Audience::Public,
        generator: String::new(),
        source_state: None,
        public_key: String::new(),
        key_id: String::new(),
    };
    render::without_target(&disclosed(judged, &[], head))
}

/// Renders the files of a snapshot, which `keep` holds, and lints them. With an error among the findings there is no value.
///
/// # Errors
/// When an original cannot be read.
pub fn render(
    judged: &Judged,
    snapshot: &Snapshot,
    threads: NonZeroUsize,
    keep: &dyn Keep,
) -> io::Result<(Option<FileTree>, Vec<Finding>)> {
    let rendered = render::render(&RenderInput {
        snapshot,
        templates: &judged.project.templates,
        originals: &judged.project.originals,
        threads: threads.get(),
        keep,
    });
    let mut findings = rendered.findings;
    let Some(tree) = rendered.value else { return Ok((None, findings)) };
    findings.extend(lint(judged, snapshot, &tree, threads)?);
    let value = (!has_errors(&findings)).then_some(tree);
    Ok((value, findings))
}

/// The pages that say more in the live tree than in the archive: what can be downloaded, with its digests.
pub fn live_pages(
    judged: &Judged,
    snapshot: &Snapshot,
    downloads: &[Download],
    threads: NonZeroUsize,
) -> Checked<render::Files> {
    let input = RenderInput {
        snapshot,
        templates: &judged.project.templates,
        originals: &judged.project.originals,
        threads: threads.get(),
        keep: &InMemory,
    };
    render::live(&input, downloads)
}

/// The publish lint over every file of a tree. Originals are named by where they lie in the project, whatever they are called in the tree;
/// what other files repeat of them or of records is told, or waived, there. The same thing found in several files is one finding.
///
/// # Errors
/// When an original cannot be read.
pub fn lint(
    judged: &Judged,
    snapshot: &Snapshot,
    tree: &FileTree,
    threads: NonZeroUsize,
) -> io::Result<Vec<Finding>> {
    let level = match snapshot.head.audience {
        Audience::Public => Level::Public,
        Audience::Named(_) => Level::Restricted,
    };
    let Project { originals, catalog, .. } = &judged.project;
    let names = source_names(snapshot);
    let digests: BTreeMap<_, _> =
        originals.iter().filter_map(|(path, content)| Some((content.sha256()?, path.as_str()))).collect();
    let files: Vec<(String, bool, &Content)> = tree
        .files
        .iter()
        .map(|(name, file)| {
            let of_same_bytes = || digests.get(&file.content.sha256()?).copied();
            let source = names.get(name.as_str()).copied().or_else(of_same_bytes);
            (source.unwrap_or(name.as_str()).to_owned(), source.is_some(), &file.content)
        })
        .collect();
    let share = files.len().div_ceil(threads.get()).max(1);
    let (mut scanned, mut made, mut closed) = (Vec::new(), Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let workers: Vec<_> = files
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    let (mut found, mut made) = (Inside::default(), Vec::new());
                    for (name, is_source, content) in part {
                        if judged.clean.has(content, level) {
                            continue;
                        }
                        let mut head = Vec::new();
                        content.open()?.take(8).read_to_end(&mut head)?;
                        let own = if disclose::lint::holds_others(&head) { Level::Restricted } else { level };
                        let hits = disclose::lint::scan(content.open()?, own)?;
                        let inside = disclose::lint::inside(name, &head, || content.open(), level)?;
                        if hits.is_empty() && inside.is_empty() {
                            judged.clean.remember(content, level);
                            continue;
                        }
                        let list = if *is_source { &mut found.hits } else { &mut made };
                        list.push((name.clone(), hits));
                        list.extend(inside.hits);
                        found.findings.extend(inside.findings);
                    }
                    Ok((found, made))
                })
            })
            .collect();
        for worker in workers {
            let part =
                worker.join().map_err(|_| io::Error::other("a thread of the publish lint ended early"))?;
            let part: io::Result<(Inside, Vec<_>)> = part;
            let (found, repeating) = part?;
            scanned.extend(found.hits);
            made.extend(repeating);
            closed.extend(found.findings);
        }
        Ok::<(), io::Error>(())
    })?;
    scanned.retain(|(_, hits)| !hits.is_empty());
    scanned.extend(disclose::lint::scan_catalog(&snapshot.catalog, level)?);
    let published = files.iter().map(|(name, _, _)| name.as_str()).collect();
    // What is withheld comes after: its waiver was given for nobody to see it.
    disclose::lint::without_repeats(&mut made, &scanned);
    scanned.extend(disclose::lint::withheld(originals, catalog, &published, &scanned, &judged.clean)?);
    scanned.extend(made);
    let waivers = &judged.project.config.lint.waivers;
    let mut findings = merged(disclose::lint::report(&scanned, waivers));
    let known = names.values().copied().chain(files.iter().map(|(name, _, _)| name.as_str()));
    disclose::lint::name_what_was_meant(&mut findings, waivers, known.chain(judged.project.texts.paths()));
    findings.extend(closed);
    Ok(findings)
}

/// Keys and tokens anywhere in the inputs, which every build refuses.
///
/// # Errors
/// When an original cannot be read.
pub fn secrets(judged: &Judged) -> io::Result<Vec<Finding>> {
    let Project { originals, catalog, .. } = &judged.project;
    let found = disclose::lint::withheld(originals, catalog, &BTreeSet::new(), &[], &judged.clean)?;
    Ok(merged(disclose::lint::report(&found, &[])))
}

/// Where originals lie in the project, by their name in the archive.
fn source_names(snapshot: &Snapshot) -> BTreeMap<&str, &str> {
    let evidence = snapshot.catalog.evidence.values();
    evidence
        .filter_map(|evidence| Some((evidence.source.archived_as.as_deref()?, evidence.source.path.as_str())))
        .collect()
}

/// One finding for what is found in many files.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut first: BTreeMap<(&'static str, String), (Finding, usize)> = BTreeMap::new();
    for finding in findings {
        let key = (finding.code, finding.message.clone());
        first.entry(key).and_modify(|(_, more)| *more += 1).or_insert((finding, 0));
    }
    first
        .into_values()
        .map(|(mut finding, more)| {
            match more {
                0 => {}
                1 => finding.message.push_str(", and once more"),
                more => finding.message.push_str(&format!(", and {more} times more")),
            }
            finding
        })
        .collect()
}

/// The header of the archive of `snapshot`.
///
/// # Errors
/// When an instant cannot be written in the format's fixed width (years 0000 to 9999).
pub fn archive_header(snapshot: &Snapshot, kind: header::Kind) -> Result<header::Header, PackError> {
    let head = &snapshot.head;
    let instant = |instant: Instant| {
        u64::try_from(instant.unix()).ok().and_then(Timestamp::from_unix_seconds).ok_or_else(|| {
            PackError::Snapshot(header::SnapshotError::Rule(format!("`{instant}` lies outside 1970 to 9999")))
        })
    };
    let previous = match snapshot.history.first() {
        Some(entry) => Some(header::Previous {
            seq: u64::from(entry.seq),
            snapshot_sha256: Digest::parse(&entry.snapshot_sha256).ok_or_else(|| {
                PackError::Snapshot(header::SnapshotError::Rule(
                    "the digest of the snapshot before is not 64 hex digits".to_owned(),
                ))
            })?,
        }),
        None => None,
    };
    let (name, version) = GENERATOR.split_once(' ').unwrap_or((GENERATOR, "0"));
    let mut verdicts: Vec<header::VerdictSummary> = snapshot
        .assessment
        .verdicts
        .iter()
        .map(|verdict| {
            let count = |wanted: &dyn Fn(Status) -> bool| {
                verdict.criteria.iter().filter(|criterion| wanted(criterion.status)).count() as u64
            };
            header::VerdictSummary {
                profile: verdict.profile.to_string(),
                outcome: outcome(&verdict.state),
                passed: count(&Status::is_satisfied),
                failed: count(&|status| {
                    matches!(status, Status::NotMet | Status::Expired | Status::Stale | Status::PartlyMet)
                }),
                waived: count(&|status| status == Status::Waived),
                not_assessed: count(&|status| matches!(status, Status::NotAssessed | Status::Sample)),
            }
        })
        .collect();
    verdicts.sort_by(|a, b| a.profile.cmp(&b.profile));
    Ok(header::Header {
        kind,
        origin: snapshot.site.origin.clone(),
        slug: snapshot.site.slug.as_str().to_owned(),
        seq: u64::from(head.seq),
        label: head.label.clone().unwrap_or_else(|| format!("Snapshot {}", head.number())),
        state: match head.state {
            SnapshotState::Draft => header::State::Draft,
            SnapshotState::Released => header::State::Released,
        },
        development_key: head.development,
        created: instant(head.as_of)?,
        expires: instant(head.expires)?,
        previous,
        verdicts,
        generator: header::Generator { name: name.to_owned(), version: version.to_owned() },
    })
}

/// Packs and signs `tree` as the archive of `snapshot`, or as a packet made of it, which takes what it shares with the archive from there.
///
/// # Errors
/// [`PackError`]; what was written until then is of no use.
pub fn archive(
    snapshot: &Snapshot,
    kind: header::Kind,
    tree: &FileTree,
    donor: Option<Donor<'_>>,
    signer: &dyn Signer,
    roles: Option<Roles<'_>>,
    threads: NonZeroUsize,
    out: &mut dyn Write,
) -> Result<Packed, PackError> {
    let header = archive_header(snapshot, kind)?;
    pack::pack_sharing(&PackInput { header: &header, payload: tree, signer, roles, threads }, donor, out)
}

/// A state as the word that `snapshot.json` has for it: lower case, joined by dashes.
fn outcome(state: &str) -> String {
    let words: String = state
        .chars()
        .map(|ch| if ch.is_ascii_alphanumeric() { ch.to_ascii_lowercase() } else { '-' })
        .collect();
    words.trim_matches('-').to_owned()
}
