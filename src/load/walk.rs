//! Folders to sorted lists of files: nothing outside the project is followed, nothing odd is read in silence.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
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
    /// Where it lies, with no link on the way.
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
    walk_up_to(MAX_FILE_BYTES, root, folder)
}

/// The same, with larger files among them.
pub(crate) fn walk_up_to(max_bytes: u64, root: &Path, folder: &str) -> Walked {
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
    let mut walker = Walker { real_root: real(root), max_bytes, walked };
    let start = real(&start);
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
    max_bytes: u64,
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
        } else if data.len() > self.max_bytes {
            self.walked.findings.push(too_large(path, data.len(), self.max_bytes).help(KEEP_ELSEWHERE));
        } else if self.walked.files.len() == MAX_FILES {
            self.refuse(
                "too-many-files",
                path,
                format!("more than {MAX_FILES} files"),
                "pack what belongs together into one file",
            );
        } else if self.walked.files.len() < MAX_FILES {
            let disk = if is_link { real(disk) } else { disk.to_path_buf() };
            self.walked.files.push(Found { path: path.to_owned(), disk, size_bytes: data.len() });
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

/// What to do with a file that is not taken.
pub(crate) const KEEP_ELSEWHERE: &str =
    "keep large artifacts elsewhere and put a document with their digest here";

/// A file of more bytes than are read.
pub(crate) fn too_large(path: &str, size_bytes: u64, max_bytes: u64) -> Finding {
    Finding::error("too-large", format!("`{path}` has {size_bytes} bytes, at most {max_bytes} are read"))
        .at(Place::file(path))
}

/// A file or folder that the system does not hand out.
pub(crate) fn unreadable(path: &str, error: &io::Error) -> Finding {
    Finding::error("unreadable-file", format!("cannot read `{path}`: {error}"))
        .at(Place::file(path))
        .help("check that the file is there and that you may read it")
}

/// A path without links in it; the path itself where nothing is there.
pub(crate) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Reads a whole file of at most [`MAX_FILE_BYTES`] that a walk found.
///
/// # Errors
/// A finding naming the file.
pub(crate) fn read(found: &Found) -> Result<Vec<u8>, Finding> {
    read_from(&found.path, open(&found.disk))
}

/// Reads a whole file that a person named, through links as they are.
///
/// # Errors
/// A finding naming the file.
pub(crate) fn read_named(shown: &str, disk: &Path) -> Result<Vec<u8>, Finding> {
    read_from(shown, File::open(disk))
}

fn read_from(path: &str, file: io::Result<File>) -> Result<Vec<u8>, Finding> {
    let read = |file: File| {
        let size_bytes = usize::try_from(file.metadata()?.len().min(MAX_FILE_BYTES)).unwrap_or(0);
        let mut bytes = Vec::with_capacity(size_bytes + 1);
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map(|_| bytes)
    };
    let bytes = file.and_then(read).map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Finding::error("too-large", format!("`{path}` grew while it was read"))
            .at(Place::file(path))
            .help("build again when nobody writes it"));
    }
    Ok(bytes)
}

/// Opens a file that a walk found. What was put in its place since then is not followed: no link, there or in the folders above it, and no
/// pipe or device.
pub(crate) fn open(disk: &Path) -> io::Result<File> {
    let file = open_no_link(disk)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file any more"));
    }
    Ok(file)
}

#[cfg(unix)]
fn open_no_link(disk: &Path) -> io::Result<File> {
    use rustix::fs::Mode;
    use rustix::fs::OFlags;
    use rustix::io::Errno;
    // Opening a pipe would wait for its other end.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
    #[cfg(target_os = "linux")]
    let opened = {
        use rustix::fs::CWD;
        use rustix::fs::ResolveFlags;
        match rustix::fs::openat2(CWD, disk, flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
            // An older kernel, or a sandbox that does not know this call.
            Err(Errno::NOSYS | Errno::PERM) => rustix::fs::open(disk, flags, Mode::empty()),
            opened => opened,
        }
    };
    #[cfg(not(target_os = "linux"))]
    let opened = rustix::fs::open(disk, flags, Mode::empty());
    match opened {
        Ok(file) => Ok(File::from(file)),
        Err(Errno::LOOP) => Err(io::Error::other("a symbolic link was put in its place")),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn open_no_link(disk: &Path) -> io::Result<File> {
    File::open(disk)
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
        let mut walker = Walker { real_root: PathBuf::new(), max_bytes: MAX_FILE_BYTES, walked };
        walker.entry("evidence/last.txt", &disk, 0);
        assert_eq!(walker.walked.files.len(), MAX_FILES);
        assert_eq!(walker.walked.findings[0].code, "too-many-files");
    }

    #[cfg(unix)]
    #[test]
    fn what_was_put_in_the_place_of_a_file_since_it_was_found_is_not_read() {
        use std::os::unix::fs::symlink;
        let base = real(&std::env::temp_dir()).join(format!("trustbook-walk-{}", std::process::id()));
        let root = base.join("project");
        fs::create_dir_all(root.join("evidence/a")).unwrap();
        fs::write(root.join("evidence/a/one.json"), "{}").unwrap();
        fs::write(root.join("evidence/two.json"), "{}").unwrap();
        symlink("a/one.json", root.join("evidence/link.json")).unwrap();
        symlink("project", base.join("other-name")).unwrap();
        fs::create_dir(base.join("outside")).unwrap();
        fs::write(base.join("outside/one.json"), "secret").unwrap();
        // Through a link to the project itself, which is what the caller asked for.
        let walked = walk(&base.join("other-name"), "evidence");
        assert_eq!(walked.files.len(), 3, "{:?}", walked.findings);
        for found in &walked.files {
            assert_eq!(read(found).unwrap(), b"{}", "{found:?}");
        }
        fs::rename(root.join("evidence/a"), root.join("evidence/b")).unwrap();
        symlink(base.join("outside"), root.join("evidence/a")).unwrap();
        fs::remove_file(root.join("evidence/two.json")).unwrap();
        symlink(base.join("outside/one.json"), root.join("evidence/two.json")).unwrap();
        for found in &walked.files {
            let finding = read(found).unwrap_err();
            assert_eq!(finding.code, "unreadable-file");
            assert!(finding.message.contains("a symbolic link was put in its place"), "{}", finding.message);
        }
        fs::remove_file(root.join("evidence/two.json")).unwrap();
        fs::create_dir(root.join("evidence/two.json")).unwrap();
        let finding = read(walked.files.last().unwrap()).unwrap_err();
        assert!(finding.message.contains("no regular file"), "{}", finding.message);
        fs::remove_dir_all(base).unwrap();
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
