//! The digest of the source state: SHA-256 over the sorted `<sha256>  <path>` lines of the files that globs pick.

use std::path::Path;

use super::walk;
use crate::bundle::digest::Digest;
use crate::bundle::digest::Hasher;
use crate::model::config::SourceState;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// The digest of the files of `config` below `root`; `None` when it picks none because it has no globs.
pub(crate) fn digest(root: &Path, config: &SourceState, findings: &mut Vec<Finding>) -> Option<String> {
    if config.include.is_empty() {
        return None;
    }
    let mut folders: Vec<String> = config.include.iter().map(|glob| fixed_folder(glob)).collect();
    folders.sort();
    folders.dedup();
    let all = folders.clone();
    folders.retain(|folder| {
        !all.iter()
            .any(|other| other != folder && (other.is_empty() || folder.starts_with(&format!("{other}/"))))
    });
    let mut lines = Vec::new();
    for folder in folders {
        let walked = walk::walk(root, if folder.is_empty() { "." } else { &folder });
        for found in walked.files {
            let picked = config.include.iter().any(|glob| matches(glob, &found.path))
                && !config.exclude.iter().any(|glob| matches(glob, &found.path));
            if !picked {
                continue;
            }
            match walk::read(&found) {
                Ok(bytes) => lines.push(format!("{}  {}\n", Digest::of(&bytes), found.path)),
                Err(finding) => findings.push(finding),
            }
        }
    }
    if lines.is_empty() {
        findings.push(
            Finding::error("no-source-state", "the globs of `source-state` pick no file")
                .at(Place::pointer(super::config::FILE, "/source-state/include"))
                .help("they are relative to the project's folder, such as `src/**`"),
        );
        return None;
    }
    lines.sort_by(|a, b| a[66..].cmp(&b[66..]));
    lines.dedup();
    let mut hasher = Hasher::default();
    lines.iter().for_each(|line| hasher.update(line.as_bytes()));
    Some(hasher.finish().to_string())
}

/// The folders of a glob before its first wildcard; the folder of a plain path.
fn fixed_folder(glob: &str) -> String {
    let fixed: Vec<&str> = glob.split('/').take_while(|part| !part.contains(['*', '?'])).collect();
    let plain = fixed.len() == glob.split('/').count();
    fixed[..fixed.len() - usize::from(plain)].join("/")
}

/// Whether `path` fits `glob`: `*` and `?` inside one name, `**` over any number of folders.
pub(crate) fn matches(glob: &str, path: &str) -> bool {
    let glob: Vec<&str> = glob.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    parts(&glob, &path)
}

fn parts(glob: &[&str], path: &[&str]) -> bool {
    match (glob, path) {
        ([], []) => true,
        (["**"], _) => !path.is_empty(),
        (["**", rest @ ..], _) => (0..=path.len()).any(|skip| parts(rest, &path[skip..])),
        ([first, rest @ ..], [name, more @ ..]) => name_fits(first, name) && parts(rest, more),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

fn name_fits(glob: &str, name: &str) -> bool {
    let (glob, name): (Vec<char>, Vec<char>) = (glob.chars().collect(), name.chars().collect());
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < name.len() {
        if at < glob.len() && (glob[at] == '?' || glob[at] == name[from]) && glob[at] != '*' {
            at += 1;
            from += 1;
        } else if at < glob.len() && glob[at] == '*' {
            star = Some((at, from));
            at += 1;
        } else if let Some((star_at, star_from)) = star {
            at = star_at + 1;
            from = star_from + 1;
            star = Some((star_at, star_from + 1));
        } else {
            return false;
        }
    }
    glob[at..].iter().all(|ch| *ch == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_pick_names_and_folders() {
        for (glob, path) in [
            ("src/**", "src/a/b.rs"),
            ("src/**/*.rs", "src/b.rs"),
            ("src/**/*.rs", "src/a/b/c.rs"),
            ("Cargo.*", "Cargo.toml"),
            ("**/x", "x"),
            ("a?c*e", "abcde"),
        ] {
            assert!(matches(glob, path), "{glob} {path}");
        }
        for (glob, path) in
            [("src/*", "src/a/b"), ("src/**", "srcs/a"), ("*.rs", "a/b.rs"), ("src/**", "src")]
        {
            assert!(!matches(glob, path), "{glob} {path}");
        }
    }

    #[test]
    fn the_walk_begins_where_the_wildcards_do() {
        assert_eq!(fixed_folder("src/load/**/*.rs"), "src/load");
        assert_eq!(fixed_folder("Cargo.toml"), "");
        assert_eq!(fixed_folder("docs/a.md"), "docs");
        assert_eq!(fixed_folder("**"), "");
    }
}
