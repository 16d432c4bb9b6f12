//! Folders to sorted lists of files: nothing outside the project is followed, nothing odd is read in silence.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::model::finding::Finding;
use crate::model::finding::Place;

/// The largest file that is read, in bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 256 << 20;
/// The most files of one folder.
const MAX_FILES: usize = 100_000;
/// The deepest folder.
const MAX_DEPTH: usize = 24;

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Path relative to the project root, `/` separated.
    pub path: String,
    /// Where it lies.
    pub disk: PathBuf,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// What a walk gives.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    /// The files, sorted by path.
    pub files: Vec<Found>,
    /// What was refused.
    pub findings: Vec<Finding>,
    /// Whether the folder is there.
    pub exists: bool,
}

/// Lists the files below `folder` of the project at `root`. Hidden files and folders are named, and left out.
pub(crate) fn walk(root: &Path, folder: &str) -> Walked {
    let mut walked = Walked::default();
    let start = root.join(folder);
    match fs::symlink_metadata(&start) {
        Ok(_) => walked.exists = true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return walked,
        Err(error) => {
            walked.exists = true;
            walked.findings.push(unreadable(folder, &error));
            return walked;
        }
    }
    let mut walker = Walker { real_root: root.canonicalize().unwrap_or_else(|_| root.to_path_buf()), walked };
    if !start.is_dir() {
        walker.refuse(
            "not-a-folder",
            folder,
            format!("`{folder}` is not a folder"),
            "make it one, or name another under `paths` in `trustbook.yaml`",
        );
    } else if walker.inside(&start) {
        walker.folder(folder, &start, 0);
    } else {
        walker.outside(folder);
    }
    let mut walked = walker.walked;
    walked.files.sort_by(|a, b| a.path.cmp(&b.path));
    collisions(&walked.files, &mut walked.findings);
    walked
}

struct Walker {
    real_root: PathBuf,
    walked: Walked,
}

impl Walker {
    fn refuse(&mut self, code: &'static str, path: &str, message: String, help: &str) {
        self.walked.findings.push(Finding::error(code, message).at(Place::file(path)).help(help));
    }

    fn outside(&mut self, path: &str) {
        self.refuse(
            "link-out-of-tree",
            path,
            format!("`{path}` is a symbolic link that leaves the project"),
            "copy the file into the project",
        );
    }

    fn inside(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| real.starts_with(&self.real_root))
    }

    fn folder(&mut self, path: &str, disk: &Path, depth: usize) {
        if depth > MAX_DEPTH {
            self.refuse(
                "too-deep",
                path,
                format!("folders nested deeper than {MAX_DEPTH} levels"),
                "move the files up, nearer to the top",
            );
            return;
        }
        let entries = match fs::read_dir(disk) {
            Ok(entries) => entries,
            Err(error) => {
                self.walked.findings.push(unreadable(path, &error));
                return;
            }
        };
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.walked.findings.push(unreadable(path, &error));
                    continue;
                }
            };
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let shown = name.to_string_lossy().into_owned();
                self.refuse(
                    "file-name",
                    path,
                    format!("the file name `{shown}` is not UTF-8"),
                    "rename the file",
                );
                continue;
            };
            let inner =
                if path == "." || path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            if name.starts_with('.') {
                let note =
                    Finding::note("file-hidden", "a name that begins with a dot; what it holds is not read")
                        .at(Place::file(&inner))
                        .help("rename it, if it is to be read");
                self.walked.findings.push(note);
                continue;
            }
            if name.chars().any(|ch| ch.is_control() || ch == '\\') {
                let shown = inner.escape_debug().to_string();
                self.refuse(
                    "file-name",
                    &inner,
                    format!("the file name `{shown}` has a character that some file system cannot hold"),
                    "rename the file",
                );
                continue;
            }
            self.entry(&inner, &entry.path(), depth);
        }
    }

    fn entry(&mut self, path: &str, disk: &Path, depth: usize) {
        let is_link = fs::symlink_metadata(disk).is_ok_and(|data| data.file_type().is_symlink());
        let data = match fs::metadata(disk) {
            Ok(data) => data,
            Err(error) if is_link && error.kind() == io::ErrorKind::NotFound => {
                self.refuse(
                    "broken-link",
                    path,
                    format!("`{path}` is a symbolic link to nothing"),
                    "remove it",
                );
                return;
            }
            Err(error) => {
                self.walked.findings.push(unreadable(path, &error));
                return;
            }
        };
        if is_link && !self.inside(disk) {
            self.outside(path);
        } else if data.is_dir() && is_link {
            self.refuse(
                "link-to-folder",
                path,
                format!("`{path}` is a symbolic link to a folder"),
                "links to folders are not followed; copy the folder",
            );
        } else if data.is_dir() {
            self.folder(path, disk, depth + 1);
        } else if !data.is_file() {
            self.refuse("not-a-file", path, format!("`{path}` is neither a file nor a folder"), "remove it");
        } else if data.len() > MAX_FILE_BYTES {
            self.refuse(
                "too-large",
                path,
                format!("`{path}` has {} bytes, at most {MAX_FILE_BYTES} are read", data.len()),
                "keep large artifacts elsewhere and put a document with their digest here",
            );
        } else if self.walked.files.len() == MAX_FILES {
            self.refuse(
                "too-many-files",
                path,
                format!("more than {MAX_FILES} files"),
                "pack what belongs together into one file",
            );
        } else if self.walked.files.len() < MAX_FILES {
            self.walked.files.push(Found {
                path: path.to_owned(),
                disk: disk.to_path_buf(),
                size_bytes: data.len(),
            });
        }
    }
}

fn collisions(files: &[Found], findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for file in files {
        let folded = file.path.to_lowercase();
        match seen.get(&folded) {
            Some(first) => findings.push(
                Finding::error(
                    "file-name-collision",
                    format!("`{first}` and `{}` are one name where case does not count", file.path),
                )
                .at(Place::file(&file.path))
                .help("rename one of them"),
            ),
            None => {
                seen.insert(folded, &file.path);
            }
        }
    }
}

/// A file or folder that the system does not hand out.
pub(crate) fn unreadable(path: &str, error: &io::Error) -> Finding {
    Finding::error("unreadable-file", format!("cannot read `{path}`: {error}"))
        .at(Place::file(path))
        .help("check that the file is there and that you may read it")
}

/// Reads a whole file of at most [`MAX_FILE_BYTES`].
///
/// # Errors
/// A finding naming the file.
pub(crate) fn read(found: &Found) -> Result<Vec<u8>, Finding> {
    let bytes = fs::read(&found.disk).map_err(|error| unreadable(&found.path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Finding::error("too-large", format!("`{}` grew while it was read", found.path))
            .at(Place::file(&found.path)));
    }
    Ok(bytes)
}

/// Joins a relative path as written to a folder, without leaving the root: `None` when it does or is absolute.
pub(crate) fn resolve(folder: &str, written: &str) -> Option<String> {
    let written = written.replace('\\', "/");
    if written.starts_with('/') || written.contains("://") || written.contains(':') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The folder of a path; empty for one at the top.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_more_than_are_read_is_refused_and_not_left_out_in_silence() {
        let found = Found { path: "x".to_owned(), disk: PathBuf::new(), size_bytes: 0 };
        let walked = Walked { files: vec![found; MAX_FILES], ..Walked::default() };
        let disk = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let mut walker = Walker { real_root: PathBuf::new(), walked };
        walker.entry("evidence/last.txt", &disk, 0);
        assert_eq!(walker.walked.files.len(), MAX_FILES);
        assert_eq!(walker.walked.findings[0].code, "too-many-files");
    }

    #[test]
    fn paths_never_leave_the_root() {
        assert_eq!(resolve("evidence/a", "../b.json").as_deref(), Some("evidence/b.json"));
        assert_eq!(resolve("evidence", "./x//y").as_deref(), Some("evidence/x/y"));
        assert_eq!(resolve("evidence", "x\\y").as_deref(), Some("evidence/x/y"));
        for written in ["../../x", "/etc/passwd", "s3://bucket/x", "C:/x", ".."] {
            assert_eq!(resolve("evidence", written), None, "{written}");
        }
    }
}
