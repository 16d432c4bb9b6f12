//! The verifier in one file, in a real browser: the conformance suite, the program's own reports, every byte altered, files chosen
//! and dropped by hand. `verifier.mjs` says what is looked at.

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Trial;

use crate::needs::Outcome;
use crate::needs::Scratch;
use crate::needs::in_node;
use crate::needs::with_browser;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        with_browser("verifier: every case of the suite ends in the browser as in the program", |modules| {
            let scratch = Scratch::new("verifier-suite")?;
            let reports = scratch.path().join("reports");
            fs::create_dir_all(&reports)?;
            reports_of_the_program(scratch.path(), &reports)?;
            driven(modules, scratch.path(), "suite", &[&reports])
        }),
        with_browser("verifier: an archive with any byte altered is not accepted", |modules| {
            let scratch = Scratch::new("verifier-flips")?;
            driven(modules, scratch.path(), "flips", &[])
        }),
        with_browser("verifier: files are chosen, dropped, judged and shown without a network", |modules| {
            let scratch = Scratch::new("verifier-hand")?;
            driven(modules, scratch.path(), "hand", &[])
        }),
    ]
}

fn vectors() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors")
}

fn driven(modules: &Path, scratch: &Path, what: &str, more: &[&Path]) -> Outcome {
    let page = scratch.join("verify.html");
    fs::write(&page, trustbook::render::outputs::verifier::page())?;
    let args = [Path::new(what), &page, &vectors()];
    in_node(modules, "verifier.mjs", args.into_iter().chain(more.iter().copied()))
}

/// What the program says about each case, one file a case. Works on copies, because it writes its state.
fn reports_of_the_program(scratch: &Path, reports: &Path) -> Outcome {
    for entry in fs::read_dir(vectors())? {
        let entry = entry?;
        let Ok(case) = fs::read_to_string(entry.path().join("case.txt")) else { continue };
        let run = case.lines().find_map(|line| line.strip_prefix("run: ")).ok_or("a case without `run:`")?;
        let copy = scratch.join("case").join(entry.file_name());
        copy_folder(&entry.path(), &copy)?;
        let output = Command::new(env!("CARGO_BIN_EXE_trustbook-verify"))
            .args(run.split(' '))
            .args(["--format", "json"])
            .current_dir(&copy)
            .output()?;
        let mut name = entry.file_name();
        name.push(".json");
        fs::write(reports.join(name), output.stdout)?;
    }
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
