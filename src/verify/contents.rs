//! Where the files come from: the members of a container, or the files below a folder. Links and special files are refused, each file
//! is opened once while it is read, and nothing is written.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use crate::bundle::limits;
use crate::bundle::name::PathName;
use crate::bundle::name::UniqueNames;
use crate::bundle::zip;
use crate::bundle::zip::Buffers;
use crate::bundle::zip::Entry;
use crate::bundle::zip::ReadAt;
use crate::bundle::zip::ZipError;
use crate::verify::CONTAINER;
use crate::verify::report::Outcome;

/// What is verified.
pub(crate) enum Source<'a> {
    Archive(&'a dyn ReadAt),
    Folder(&'a Path),
    /// It could not be opened; why.
    Unreadable(String),
}

/// One file: its name as found, and how to read it.
pub(crate) struct Member {
    pub(crate) name: Vec<u8>,
    pub(crate) size_bytes: u64,
    place: Place,
}

enum Place {
    Entry(Entry),
    File { path: PathBuf, id: FileId },
}

/// Members below one root, by their names in the bag.
pub(crate) struct Named {
    /// The root folder's name; `None` for a folder on disk, whose name says nothing.
    pub(crate) root: Option<String>,
    pub(crate) files: BTreeMap<PathName, Member>,
}

/// What is wrong with a file, or with the whole.
fn wrong(name: Option<&[u8]>, reason: impl ToString) -> Outcome {
    let path = name.map(|name| String::from_utf8_lossy(name).into_owned());
    Outcome::Failed { code: CONTAINER, path, reason: reason.to_string() }
}

/// What the machine says about a path.
fn unreadable(path: &Path, error: &io::Error) -> Outcome {
    Outcome::NotChecked(format!("{}: {error}", path.display()))
}

impl Source<'_> {
    /// Every file, in order, after the checks on the container or the folder.
    pub(crate) fn members(&self) -> Result<Vec<Member>, Outcome> {
        match self {
            Self::Archive(input) => archive_members(*input),
            Self::Folder(folder) => folder_members(folder),
            Self::Unreadable(reason) => Err(Outcome::NotChecked(reason.clone())),
        }
    }

    /// Gives the content of `member` to `sink`, which counts only when this returns `Ok`.
    pub(crate) fn read(
        &self,
        member: &Member,
        buffers: &mut Buffers,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Outcome> {
        let wrong = |reason: &str| Err(wrong(Some(&member.name), reason));
        match (self, &member.place) {
            (Self::Archive(input), Place::Entry(entry)) => {
                match zip::read_content(*input, entry, buffers, sink) {
                    Ok(()) => Ok(()),
                    Err(ZipError::Io(error)) => Err(Outcome::NotChecked(error.to_string())),
                    Err(error) => wrong(&error.to_string()),
                }
            }
            (Self::Folder(_), Place::File { path, id }) => match read_file(path, id, sink) {
                Ok(true) => Ok(()),
                Ok(false) => wrong("the file changed while it was verified"),
                Err(error) => Err(unreadable(path, &error)),
            },
            (Self::Archive(_) | Self::Folder(_) | Self::Unreadable(_), _) => wrong("no such file"),
        }
    }
}

/// Checks every name. `rooted` says whether names start with the root folder.
pub(crate) fn check_names(members: Vec<Member>, rooted: bool) -> Result<Named, Outcome> {
    let mut unique = UniqueNames::default();
    let mut named = Named { root: None, files: BTreeMap::new() };
    for member in members {
        let refuse = |reason: &dyn ToString| wrong(Some(&member.name), reason.to_string());
        let mut inside = std::str::from_utf8(&member.name).map_err(|_| refuse(&"the name is not ASCII"))?;
        if rooted {
            let Some((root, rest)) = inside.split_once('/') else {
                return Err(refuse(&"the file is not in the root folder"));
            };
            if named.root.get_or_insert_with(|| root.to_owned()) != root {
                return Err(refuse(&"a second root folder"));
            }
            PathName::parse(root).map_err(|error| refuse(&error))?;
            if root.len() > limits::MAX_ROOT_BYTES {
                return Err(refuse(&"the root folder's name is too long"));
            }
            inside = rest;
        }
        let name = PathName::parse(inside).map_err(|error| refuse(&error))?;
        unique.insert(&name).map_err(|clash| refuse(&clash))?;
        named.files.insert(name, member);
    }
    Ok(named)
}

fn archive_members(input: &dyn ReadAt) -> Result<Vec<Member>, Outcome> {
    let entries = zip::parse(input).map_err(|error| match error {
        ZipError::Io(error) => Outcome::NotChecked(error.to_string()),
        ZipError::Form { member, problem } => wrong(member.as_deref(), problem),
    })?;
    let member = |entry: Entry| {
        let (name, size_bytes) = (entry.name.clone(), entry.size_bytes);
        Member { name, size_bytes, place: Place::Entry(entry) }
    };
    Ok(entries.into_iter().map(member).collect())
}

fn folder_members(root: &Path) -> Result<Vec<Member>, Outcome> {
    let mut members = Vec::new();
    // Following a link to the folder itself is what the caller asked for.
    if !fs::metadata(root).map_err(|error| unreadable(root, &error))?.is_dir() {
        return Err(Outcome::NotChecked(format!("{}: not a folder", root.display())));
    }
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((folder, prefix, depth)) = open.pop() {
        let refuse = |name: &str, reason| Err(wrong(Some(name.as_bytes()), reason));
        if depth > limits::MAX_PATH_COMPONENTS {
            return refuse(&prefix, "nested too deep");
        }
        let mut is_empty = true;
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            is_empty = false;
            let (path, file_name) = (entry.path(), entry.file_name());
            let name = format!("{prefix}{}", file_name.to_string_lossy());
            if file_name.to_str().is_none() {
                return refuse(&name, "the name is not ASCII");
            }
            let metadata = fs::symlink_metadata(&path).map_err(|error| unreadable(&path, &error))?;
            if metadata.is_dir() {
                open.push((path, format!("{name}/"), depth + 1));
            } else if metadata.is_file() {
                let place = Place::File { path, id: file_id(&metadata) };
                members.push(Member { name: name.into_bytes(), size_bytes: metadata.len(), place });
            } else {
                return refuse(&name, "a link or special file, only regular files are allowed");
            }
            if members.len() + open.len() > limits::MAX_MEMBERS {
                return refuse(&prefix, "more files than the format allows");
            }
        }
        if is_empty {
            return refuse(&prefix, "an empty folder");
        }
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

/// What tells a file from another put in its place: device, number, size.
type FileId = [u64; 3];

#[cfg(unix)]
fn file_id(metadata: &fs::Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt as _;
    [metadata.dev(), metadata.ino(), metadata.len()]
}

#[cfg(not(unix))]
fn file_id(metadata: &fs::Metadata) -> FileId {
    [0, 0, metadata.len()]
}

/// Whether the file was the one that was listed, of the size it had then.
fn read_file(path: &Path, id: &FileId, sink: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
    let file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || file_id(&metadata) != *id {
        return Ok(false);
    }
    let size_bytes = metadata.len();
    let mut file = file.take(size_bytes + 1);
    let mut buffer = vec![0; size_bytes.min(128 << 10) as usize + 1];
    let mut read_bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(read_bytes == size_bytes),
            count => {
                read_bytes += count as u64;
                sink(&buffer[..count]);
            }
        }
    }
}

/// A file on disk, read at positions by any number of threads.
pub(crate) struct DiskFile {
    file: fs::File,
    size_bytes: u64,
}

impl DiskFile {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // Asked before opening: opening a pipe would wait for its other end.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("not a regular file (for an unpacked archive say --dir)"));
        }
        let file = fs::File::open(path)?;
        let size_bytes = file.metadata()?.len();
        Ok(Self { file, size_bytes })
    }
}

impl ReadAt for DiskFile {
    fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    #[cfg(unix)]
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, offset)
    }

    #[cfg(windows)]
    fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            let count = std::os::windows::fs::FileExt::seek_read(&self.file, buffer, offset)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            buffer = &mut buffer[count..];
            offset += count as u64;
        }
        Ok(())
    }
}
