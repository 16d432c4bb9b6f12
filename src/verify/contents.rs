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
use crate::bundle::zip::ContentError;
use crate::bundle::zip::Entry;
use crate::bundle::zip::ReadAt;
use crate::bundle::zip::ZipError;

/// What is verified.
pub(crate) enum Source<'a> {
    Archive(Archive<'a>),
    Folder(Folder),
    /// It could not be opened; why.
    Unreadable(String),
}

/// What is wrong, and with which file.
#[derive(Clone, Debug)]
pub(crate) enum Problem {
    /// The file is not as it must be.
    Wrong { path: Option<String>, reason: String },
    /// The machine would not tell.
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

impl Source<'_> {
    /// Every file, in order, after the checks on the container or the folder.
    pub(crate) fn members(&self) -> Result<Vec<Member>, Problem> {
        match self {
            Self::Archive(archive) => archive.members(),
            Self::Folder(folder) => folder.members(),
            Self::Unreadable(reason) => Err(Problem::Unreadable(reason.clone())),
        }
    }

    /// Gives the content of `member` to `sink`, which counts only when this returns `Ok`.
    pub(crate) fn read(
        &self,
        member: &Member,
        buffers: &mut Buffers,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Problem> {
        let wrong = |reason: &str| Problem::Wrong {
            path: Some(String::from_utf8_lossy(&member.name).into_owned()),
            reason: reason.to_owned(),
        };
        match (self, &member.place) {
            (Self::Archive(archive), Place::Entry(entry)) => {
                match zip::read_content(archive.input, entry, buffers, sink) {
                    Ok(()) => Ok(()),
                    Err(ContentError::Io(error)) => Err(Problem::Unreadable(error.to_string())),
                    Err(error) => Err(wrong(&error.to_string())),
                }
            }
            (Self::Folder(_), Place::File { path, id }) => match read_file(path, id, member.size_bytes, sink)
            {
                Ok(true) => Ok(()),
                Ok(false) => Err(wrong("the file changed while it was verified")),
                Err(error) => Err(Problem::Unreadable(format!("{}: {error}", path.display()))),
            },
            (Self::Archive(_) | Self::Folder(_) | Self::Unreadable(_), _) => Err(wrong("no such file")),
        }
    }
}

/// Members below one root, by their names in the bag.
pub(crate) struct Named {
    /// The root folder's name; `None` for a folder on disk, whose name says nothing.
    pub(crate) root: Option<String>,
    pub(crate) files: BTreeMap<PathName, Member>,
}

/// Checks every name. `rooted` says whether names start with the root folder.
pub(crate) fn check_names(members: Vec<Member>, rooted: bool) -> Result<Named, Problem> {
    let mut unique = UniqueNames::default();
    let mut named = Named { root: None, files: BTreeMap::new() };
    for member in members {
        let shown = String::from_utf8_lossy(&member.name).into_owned();
        let wrong = |reason: String| Problem::Wrong { path: Some(shown.clone()), reason };
        let text =
            std::str::from_utf8(&member.name).map_err(|_| wrong("the name is not ASCII".to_owned()))?;
        let inside = if rooted {
            let (root, inside) =
                text.split_once('/').ok_or_else(|| wrong("the file is not in the root folder".to_owned()))?;
            if named.root.as_deref().is_some_and(|first| first != root) {
                return Err(wrong("a second root folder".to_owned()));
            }
            if named.root.is_none() {
                let name = PathName::parse(root).map_err(|error| wrong(error.to_string()))?;
                if name.as_str().len() > limits::MAX_ROOT_BYTES {
                    return Err(wrong("the root folder's name is too long".to_owned()));
                }
                named.root = Some(root.to_owned());
            }
            inside
        } else {
            text
        };
        let name = PathName::parse(inside).map_err(|error| wrong(error.to_string()))?;
        unique.insert(&name).map_err(|clash| wrong(clash.to_string()))?;
        named.files.insert(name, member);
    }
    Ok(named)
}

/// A container, read at positions.
pub(crate) struct Archive<'a> {
    pub(crate) input: &'a dyn ReadAt,
}

impl<'a> Archive<'a> {
    pub(crate) fn new(input: &'a dyn ReadAt) -> Self {
        Self { input }
    }

    fn members(&self) -> Result<Vec<Member>, Problem> {
        let entries = zip::parse(self.input).map_err(|error| match error {
            ZipError::Io(error) => Problem::Unreadable(error.to_string()),
            ZipError::Form { member, problem } => Problem::Wrong {
                path: member.map(|name| String::from_utf8_lossy(&name).into_owned()),
                reason: problem.to_owned(),
            },
        })?;
        let member = |entry: Entry| Member {
            name: entry.name.clone(),
            size_bytes: entry.size_bytes,
            place: Place::Entry(entry),
        };
        Ok(entries.into_iter().map(member).collect())
    }
}

/// A folder on disk.
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn members(&self) -> Result<Vec<Member>, Problem> {
        let mut members = Vec::new();
        let unreadable =
            |path: &Path, error: &io::Error| Problem::Unreadable(format!("{}: {error}", path.display()));
        // Following a link to the folder itself is what the caller asked for.
        if !fs::metadata(&self.root).map_err(|error| unreadable(&self.root, &error))?.is_dir() {
            return Err(Problem::Unreadable(format!("{}: not a folder", self.root.display())));
        }
        let mut open = vec![(self.root.clone(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = open.pop() {
            let wrong = |name: &str, reason: &str| {
                Err(Problem::Wrong { path: Some(name.to_owned()), reason: reason.to_owned() })
            };
            if depth > limits::MAX_PATH_COMPONENTS {
                return wrong(&prefix, "nested too deep");
            }
            let mut is_empty = true;
            for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
                let entry = entry.map_err(|error| unreadable(&folder, &error))?;
                is_empty = false;
                let path = entry.path();
                let file_name = entry.file_name();
                let name = format!("{prefix}{}", file_name.to_string_lossy());
                if file_name.to_str().is_none() {
                    return wrong(&name, "the name is not ASCII");
                }
                let metadata = fs::symlink_metadata(&path).map_err(|error| unreadable(&path, &error))?;
                if metadata.is_dir() {
                    open.push((path, format!("{name}/"), depth + 1));
                } else if metadata.is_file() {
                    let id = FileId::of(&metadata);
                    let name = name.into_bytes();
                    members.push(Member {
                        name,
                        size_bytes: metadata.len(),
                        place: Place::File { path, id },
                    });
                } else {
                    return wrong(&name, "a link or special file, only regular files are allowed");
                }
                if members.len() + open.len() > limits::MAX_MEMBERS {
                    return wrong(&prefix, "more files than the format allows");
                }
            }
            if is_empty {
                return wrong(&prefix, "an empty folder");
            }
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(members)
    }
}

/// What tells a file from another put in its place.
#[derive(Clone, PartialEq, Eq)]
struct FileId([u64; 3]);

impl FileId {
    #[cfg(unix)]
    fn of(metadata: &fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self([metadata.dev(), metadata.ino(), metadata.len()])
    }

    #[cfg(not(unix))]
    fn of(metadata: &fs::Metadata) -> Self {
        Self([0, 0, metadata.len()])
    }
}

/// Whether the file was the one that was listed, of the size it had then.
fn read_file(path: &Path, id: &FileId, size_bytes: u64, sink: &mut dyn FnMut(&[u8])) -> io::Result<bool> {
    let file = fs::File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || FileId::of(&metadata) != *id {
        return Ok(false);
    }
    let mut file = file.take(size_bytes + 1);
    let mut buffer = vec![0; (128 << 10).min(size_bytes as usize + 1)];
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
