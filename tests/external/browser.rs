//! Every page of a rendered site, opened from disk in a real browser: `browser.mjs` says what is looked at.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Trial;

use crate::needs::Outcome;
use crate::needs::Scratch;
use crate::needs::in_node;
use crate::needs::with_browser;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        with_browser("browser: every page of a new project", |modules| {
            opened(modules, None, "2026-02-01T12:00:00Z")
        }),
        with_browser("browser: every page of the example vendor", |modules| {
            opened(modules, Some("examples/saas-vendor"), "2026-03-31T12:00:00Z")
        }),
        with_browser("browser: every page of this repository's own trust center", |modules| {
            opened(modules, Some("."), "2026-12-01T12:00:00Z")
        }),
    ]
}

fn opened(modules: &Path, project: Option<&str>, as_of: &str) -> Outcome {
    let scratch = Scratch::new("browser")?;
    let root = scratch.path().join("project");
    fs::create_dir_all(&root)?;
    match project {
        None => trustbook(&root, &["init"])?,
        Some(project) => copy_inputs(&Path::new(env!("CARGO_MANIFEST_DIR")).join(project), &root)?,
    }
    trustbook(&root, &["build", "--as-of", as_of])?;
    in_node(modules, "browser.mjs", [root.join("public").as_path()])
}

fn trustbook(root: &Path, args: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_trustbook"))
        .args(args)
        .current_dir(root)
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("TRUSTBOOK_KEY_FILE")
        .output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("trustbook {args:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// The inputs of a project, without what was built from them.
fn copy_inputs(from: &Path, to: &Path) -> Outcome {
    const INPUTS: &[&str] = &[
        "trustbook.yaml",
        "content",
        "evidence",
        "templates",
        "profiles",
        "history",
        "src",
        "Cargo.lock",
        "Cargo.toml",
        "tests",
        "pdf",
        "schemas",
        "scripts",
    ];
    let mut open: Vec<PathBuf> = INPUTS.iter().map(PathBuf::from).collect();
    while let Some(name) = open.pop() {
        let path = from.join(&name);
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                let entry = entry?;
                if entry.file_name() != "target" && entry.file_name() != "node_modules" {
                    open.push(name.join(entry.file_name()));
                }
            }
        } else if path.is_file() {
            if let Some(folder) = to.join(&name).parent() {
                fs::create_dir_all(folder)?;
            }
            fs::copy(&path, to.join(&name))?;
        }
    }
    Ok(())
}
