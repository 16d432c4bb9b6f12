//! `trustbook init`: a small commented project that builds at once.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use crate::cli::Answer;
use crate::cli::DONE;
use crate::cli::Failure;
use crate::cli::args::AsOf;
use crate::cli::clock;
use crate::cli::terminal;

/// The day that the files of a new project name; replaced by the day they are written on.
const DAY: &str = "2026-01-15";

/// The files of a new project.
const FILES: &[(&str, &str)] = &[
    ("trustbook.yaml", include_str!("init/trustbook.yaml")),
    ("content/organization.yaml", include_str!("init/organization.yaml")),
    ("content/claims.yaml", include_str!("init/claims.yaml")),
    ("content/pages/about.md", include_str!("init/about.md")),
    ("evidence/index.yaml", include_str!("init/index.yaml")),
    ("evidence/receipt.yaml", include_str!("init/receipt.yaml")),
    ("evidence/sbom.cdx.json", include_str!("init/sbom.cdx.json")),
    (".gitignore", include_str!("init/gitignore")),
];

/// Writes the files that are not there; refuses when the project file is.
pub(crate) fn run(folder: &Path) -> Answer {
    if folder.join("trustbook.yaml").exists() {
        return Err(Failure::usage(format!("{} is there already", folder.join("trustbook.yaml").display()))
            .help("`trustbook build` builds it; `init` needs a folder without one"));
    }
    let today = clock::as_of(&AsOf::default())?.date().to_string();
    let mut kept = Vec::new();
    for (name, text) in FILES {
        let path = folder.join(name);
        let failed = |error: std::io::Error| Failure::machine(format!("{}: {error}", path.display()));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        match fs::OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => file.write_all(text.replace(DAY, &today).as_bytes()).map_err(failed)?,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => kept.push(*name),
            Err(error) => return Err(failed(error)),
        }
    }
    let written = match FILES.len() - kept.len() {
        1 => "1 file".to_owned(),
        many => format!("{many} files"),
    };
    terminal::message(&format!("wrote {written} in {}", folder.display()));
    for name in kept {
        terminal::message(&format!("note: {name} was there already and is left as it is"));
    }
    terminal::message(
        "next: `trustbook build`, then open public/index.html; `trustbook serve` shows changes as you save",
    );
    Ok(DONE)
}
