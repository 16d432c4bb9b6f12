//! Documents of real governance systems: what their runs come to, and how every digest they name compares.

use std::fs;
use std::path::Path;

use libtest_mimic::Trial;
use trustbook::model::assessment::Verdict;
use trustbook::model::governance::FileState;
use trustbook::model::time::Instant;
use trustbook::pipeline;
use trustbook::pipeline::Judged;
use trustbook::pipeline::Outcome as Judging;

use crate::needs::Outcome;
use crate::needs::with_corpus;

/// The trials of this area.
pub(crate) fn trials() -> Vec<Trial> {
    vec![
        with_corpus("governance: the demonstration run is promoted", "governance", promoted),
        with_corpus("governance: every named digest of the runs is equal", "governance", pairs),
        with_corpus("governance: a changed file of the demonstration run stops it", "governance", changed),
        with_corpus("governance: gate flags come out as they are", "governance", flags),
        with_corpus("governance: digests in lists differ in line endings or not at all", "governance", sums),
        with_corpus("governance: a certification that has not begun says so", "governance", idle),
        with_corpus("governance: every file is read or reported, none is left out", "governance", all),
    ]
}

/// A project whose evidence is a copy of `parts` of the corpus.
struct Project(std::path::PathBuf);

impl Project {
    fn of(corpus: &Path, name: &str, parts: &[&str]) -> std::io::Result<Self> {
        let root = std::env::temp_dir().join(format!("trustbook-governance-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("content"))?;
        fs::create_dir_all(root.join("evidence"))?;
        fs::write(root.join("content/organization.yaml"), "organization: {name: T}\n")?;
        fs::write(
            root.join("trustbook.yaml"),
            "site: {title: T, slug: t, origin: t.example}\nprofiles: []\n",
        )?;
        for part in parts {
            copy(&corpus.join(part), &root.join("evidence").join(part))?;
        }
        Ok(Self(root))
    }

    fn judged(&self, profile: &str) -> Result<Judging<Judged>, libtest_mimic::Failed> {
        let as_of = Instant::parse("2026-06-01T00:00:00Z")?;
        Ok(pipeline::judge_by(&self.0, as_of, Some(profile))?)
    }

    fn verdict(&self, profile: &str) -> Result<Verdict, libtest_mimic::Failed> {
        let outcome = self.judged(profile)?;
        let judged = outcome.value.ok_or_else(|| format!("{:?}", outcome.findings.first()))?;
        Ok(judged.assessment.verdicts.into_iter().next().ok_or("no verdict")?)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).map(|_| ())
}

fn count(path: &Path) -> std::io::Result<usize> {
    let mut files = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        files += if entry.path().is_dir() { count(&entry.path())? } else { 1 };
    }
    Ok(files)
}

fn is(what: &str, found: impl std::fmt::Debug, right: bool) -> Outcome {
    if right { Ok(()) } else { Err(format!("{what}: {found:?}").into()) }
}

const RUNS: [&str; 4] =
    ["dome/ops", "dome/ssot/policy", "dome/ssot/pins", "dome/ssot/examples/demo.pre_contract.json"];

fn promoted(corpus: &Path) -> Outcome {
    for (name, parts) in [("demo", &["dome/ops/demo_artifacts"][..]), ("ops", &RUNS)] {
        let verdict = Project::of(corpus, name, parts)?.verdict("release-gate")?;
        is(
            name,
            (&verdict.state, &verdict.criteria),
            verdict.state == "promote" && verdict.declared_agrees == Some(true),
        )?;
    }
    Ok(())
}

fn pairs(corpus: &Path) -> Outcome {
    let project = Project::of(corpus, "pairs", &RUNS)?;
    let judged = project.judged("release-gate")?.value.ok_or("not judged")?;
    let files = || {
        judged
            .project
            .catalog
            .evidence
            .values()
            .filter_map(|one| one.body.governance())
            .flat_map(|record| &record.files)
    };
    let equal = files().filter(|file| file.state == FileState::Match).count();
    let wrong: Vec<_> =
        files().filter(|file| matches!(file.state, FileState::Mismatch | FileState::LineEndings)).collect();
    is("digests", (equal, &wrong), equal >= 40 && wrong.is_empty())?;
    let bare = files().filter(|file| file.path.is_empty()).all(|file| file.state == FileState::NotCheckable);
    is("a digest without a path is not checkable", bare, bare)
}

fn changed(corpus: &Path) -> Outcome {
    let project = Project::of(corpus, "changed", &["dome/ops/demo_artifacts"])?;
    let results = project.0.join("evidence/dome/ops/demo_artifacts/pkt-dome-demo-0001/task_results");
    let first = fs::read_dir(results)?.next().ok_or("no result")??.path();
    let text = fs::read_to_string(&first)?.replace("\"attempts\": 1,", "\"attempts\": 2,");
    fs::write(&first, text)?;
    let verdict = project.verdict("release-gate")?;
    is("state", &verdict.criteria, verdict.state == "stop")
}

fn flags(corpus: &Path) -> Outcome {
    let project = Project::of(corpus, "flags", &["fraud-detection-system/runs"])?;
    let outcome = project.judged("certification")?;
    let judged = outcome.value.ok_or_else(|| format!("not judged: {:?}", outcome.findings))?;
    let seals: Vec<_> = judged
        .project
        .catalog
        .evidence
        .values()
        .filter_map(|one| one.body.governance()?.seal.as_ref())
        .map(|seal| (seal.state, seal.members))
        .collect();
    is("flags", &seals, seals.len() == 3 && seals.iter().all(|(state, _)| *state == FileState::Match))?;
    let verdict = judged.assessment.verdicts.first().ok_or("no verdict")?;
    let files = verdict.criteria.iter().find(|one| one.id.as_str() == "files").ok_or("no criterion")?;
    is("a pass beside a failure", files, files.found.contains("a failure of the same fingerprint"))
}

fn sums(corpus: &Path) -> Outcome {
    let project = Project::of(corpus, "sums", &["fraud-detection-system/reference"])?;
    let outcome = project.judged("certification")?;
    let Some(judged) = outcome.value else {
        // a broken file beside them is reported and stops the verdict; the lists are looked at one by one then
        return is(
            "reported",
            &outcome.findings,
            outcome.findings.iter().any(|finding| finding.place.is_some()),
        );
    };
    let lists = judged.project.catalog.evidence.values().filter_map(|one| one.body.governance());
    let files: Vec<_> =
        lists.filter(|record| record.form == "sha256sums").flat_map(|record| &record.files).collect();
    let of = |state| files.iter().filter(|file| file.state == state).count();
    is("equal", of(FileState::Match), of(FileState::Match) > 0)?;
    let wrong: Vec<_> = files.iter().filter(|file| file.state == FileState::Mismatch).collect();
    is("mismatches", &wrong, wrong.is_empty())
}

fn idle(corpus: &Path) -> Outcome {
    let project = Project::of(corpus, "idle", &["_reconstructed"])?;
    let verdict = project.verdict("certification")?;
    is("state", (&verdict.state, &verdict.declared), verdict.state == "NOT_STARTED")
}

fn all(corpus: &Path) -> Outcome {
    for part in ["dome", "fraud-detection-system", "summit"] {
        let project = Project::of(corpus, part, &[part])?;
        let outcome = project.judged("release-gate")?;
        let errors: Vec<_> = outcome
            .findings
            .iter()
            .filter(|finding| finding.severity == trustbook::model::finding::Severity::Error)
            .collect();
        let unplaced: Vec<_> = errors.iter().filter(|finding| finding.place.is_none()).collect();
        is(part, &unplaced, unplaced.is_empty())?;
        let syntax = errors.iter().filter(|finding| finding.code.ends_with("-syntax"));
        let unlined: Vec<_> = syntax
            .filter(|finding| finding.place.as_ref().is_none_or(|place| place.line.is_none()))
            .collect();
        is(part, &unlined, unlined.is_empty())?;
        let loaded = trustbook::load::project(&project.0)?.project.value.ok_or("not loaded")?;
        let files = count(&project.0.join("evidence"))?;
        let named =
            errors.iter().filter_map(|finding| finding.place.as_ref()).map(|place| place.path.as_str());
        let refused: std::collections::BTreeSet<&str> = named.collect();
        let hidden: Vec<&str> = outcome
            .findings
            .iter()
            .filter(|finding| finding.code == "file-hidden")
            .filter_map(|finding| Some(finding.place.as_ref()?.path.as_str()))
            .collect();
        let mut below = 0;
        for path in &hidden {
            let path = project.0.join(path);
            below += if path.is_dir() { count(&path)? } else { 1 };
        }
        let records = loaded.catalog.evidence.len();
        is(part, (files, records, refused.len(), below), records + refused.len() + below >= files)?;
    }
    Ok(())
}
