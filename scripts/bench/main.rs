//! What the scripts in this folder need: projects of known shapes, and the bare loop that a build is compared with.
//!
//! The same arguments give the same bytes on every machine. Nothing here is linked into the product.

#![expect(clippy::print_stderr, reason = "a command-line tool outside the library")]

mod bare;
mod evidence;
mod random;
mod sbom;
mod site;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: bench site OUT [PAGES]               a project of so many pages of text (1000)
       bench evidence OUT [FILES [BYTES]]   a project of so many files of evidence (1000 of 1048576 bytes)
       bench documents OUT [FILES [BYTES]]  the same, each file one JSON document (10000 of 4096 bytes)
       bench large OUT [NOISE [TEXT]]       a project with one attachment of so many bytes that no compression helps (2147483648)
                                            and a log of so many (209715200)
       bench sbom OUT [COMPONENTS]          two successive bills of materials of so many components (100000)
       bench loop PROJECT TEMPLATES PAGE OUT
                                            renders the pages of PROJECT with pulldown-cmark and the templates, and nothing else;
                                            PAGE is one built page, whose navigation it repeats
       bench digest FOLDER                  the SHA-256 of every file below FOLDER, with the code the verifier uses, and nothing else
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    match arguments {
        ["site", out] => site::make(Path::new(out), 1000),
        ["site", out, pages] => site::make(Path::new(out), number(pages)?),
        ["evidence", out] => evidence::make(Path::new(out), 1000, 1 << 20),
        ["evidence", out, files] => evidence::make(Path::new(out), number(files)?, 1 << 20),
        ["evidence", out, files, bytes] => evidence::make(Path::new(out), number(files)?, number(bytes)?),
        ["documents", out] => evidence::documents(Path::new(out), 10_000, 4096),
        ["documents", out, files] => evidence::documents(Path::new(out), number(files)?, 4096),
        ["documents", out, files, bytes] => {
            evidence::documents(Path::new(out), number(files)?, number(bytes)?)
        }
        ["large", out] => evidence::large(Path::new(out), 2 << 30, 200 << 20),
        ["large", out, noise, text] => evidence::large(Path::new(out), number(noise)?, number(text)?),
        ["sbom", out] => sbom::make(Path::new(out), 100_000),
        ["sbom", out, components] => sbom::make(Path::new(out), number(components)?),
        ["loop", project, templates, page, out] => {
            bare::run(Path::new(project), Path::new(templates), Path::new(page), Path::new(out))
        }
        ["digest", folder] => digest(Path::new(folder)),
        _ => Err(USAGE.to_owned()),
    }
}

/// Hashes every file, the least that any verification of them has to do.
fn digest(folder: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            digest(&path)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            eprintln!("{}  {}", trustbook::bundle::digest::Digest::of(&bytes), path.display());
        }
    }
    Ok(())
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

/// Writes a file and the folders above it.
fn write(path: PathBuf, text: &str) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(&path, text).map_err(failed)
}

/// The project file of a benchmark.
fn project_file(title: &str, slug: &str) -> String {
    format!(
        "site:\n  title: {title}\n  slug: {slug}\n  origin: bench.example\n  notice: \"Made by scripts/bench; no such company exists.\"\n"
    )
}
