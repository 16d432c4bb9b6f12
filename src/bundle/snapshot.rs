//! `snapshot.json`: who says what as of when, and every file of the payload. Canonical JSON; unknown members are refused.

mod text;

use std::fmt;

use crate::bundle::FORMAT_VERSION;
use crate::bundle::digest::Digest;
use crate::bundle::limits;
use crate::bundle::name::PathName;
use crate::bundle::time::Timestamp;

/// The name of the file.
pub const SNAPSHOT: &str = "snapshot.json";

/// A snapshot's header and its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Everything but the files.
    pub header: Header,
    /// Every file of the payload, sorted by path.
    pub files: Vec<FileEntry>,
}

/// What identifies a snapshot and says how it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The archive of a snapshot, or a packet made of one.
    pub kind: Kind,
    /// Who publishes: a host or `host/path`, visible ASCII without spaces or `=`, at most 100 bytes.
    pub origin: String,
    /// The first part of the archive's name: one path component, lower case, at most 60 bytes.
    pub slug: String,
    /// The number of the snapshot, from 1.
    pub seq: u64,
    /// What people call it, at most 200 bytes without control characters.
    pub label: String,
    /// Draft or released.
    pub state: State,
    /// Whether a development key signed it, which marks it for ever.
    pub development_key: bool,
    /// The instant everything is as of.
    pub created: Timestamp,
    /// From when it is stale; after `created`.
    pub expires: Timestamp,
    /// The snapshot before, if there is one.
    pub previous: Option<Previous>,
    /// What the profiles said, sorted by profile.
    pub verdicts: Vec<VerdictSummary>,
    /// What wrote the archive.
    pub generator: Generator,
}

/// What an archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The archive of a snapshot.
    Archive,
    /// A view of a snapshot for one audience.
    Packet(PacketOf),
}

/// What a packet was made of, and for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacketOf {
    /// The packet profile: one path component, lower case, at most 60 bytes.
    pub profile: String,
    /// Who may see it, at most 200 bytes without control characters.
    pub audience: String,
    /// The SHA-256 of the snapshot's `snapshot.json`.
    pub snapshot_sha256: Digest,
}

/// How far a snapshot has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// May be replaced at will.
    Draft,
    /// Never changes.
    Released,
}

/// The snapshot before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its number, below this one's.
    pub seq: u64,
    /// The SHA-256 of its `snapshot.json`.
    pub snapshot_sha256: Digest,
}

/// What one profile said, as numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerdictSummary {
    /// The profile: a word of lower-case letters, digits and dashes.
    pub profile: String,
    /// Its outcome: a word of the same kind, such as `blocked`.
    pub outcome: String,
    /// Criteria that passed.
    pub passed: u64,
    /// Criteria that failed.
    pub failed: u64,
    /// Criteria that failed and are waived.
    pub waived: u64,
    /// Criteria that could not be assessed.
    pub not_assessed: u64,
}

/// What wrote the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// One file of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where it is, `data/…`.
    pub path: PathName,
    /// How large it is.
    pub size_bytes: u64,
    /// Its digest.
    pub sha256: Digest,
    /// Its media type, visible ASCII and spaces, at most 127 bytes.
    pub media_type: String,
    /// What people call it, where its name does not say it; at most 500 bytes without control characters.
    pub title: Option<String>,
}

impl Header {
    /// The name of the archive's root folder: `<slug>-<seq>`, or `packet-<seq>-<profile>`.
    pub fn root(&self) -> String {
        match &self.kind {
            Kind::Archive => format!("{}-{:04}", self.slug, self.seq),
            Kind::Packet(packet) => format!("packet-{:04}-{}", self.seq, packet.profile),
        }
    }

    /// The name of the archive: the root folder's and `.zip`.
    pub fn file_name(&self) -> String {
        format!("{}.zip", self.root())
    }

    /// Checks every rule of the format that a single value can break.
    ///
    /// # Errors
    /// The first member that breaks one, and how.
    pub fn check(&self) -> Result<(), SnapshotError> {
        const PART: &str = "one lower-case path component of at most 60 bytes";
        const LINE: &str = "one line of at most 200 bytes";
        const WORD: &str = "a word of lower-case letters, digits and dashes";
        const VISIBLE: &str = "1 to 100 visible ASCII characters without `=` and `#`";
        let word = |text: &str| {
            (1..=60).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        let component = |text: &str| {
            text.len() <= 60
                && !text.contains('/')
                && !text.bytes().any(|byte| byte.is_ascii_uppercase())
                && PathName::parse(text).is_ok()
        };
        let visible = |text: &str| {
            (1..=100).contains(&text.len())
                && text.bytes().all(|byte| (b'!'..=b'~').contains(&byte) && !matches!(byte, b'=' | b'#'))
        };
        let mut rules = vec![
            ("origin", visible(&self.origin), VISIBLE),
            ("slug", component(&self.slug), PART),
            ("seq", (1..=limits::MAX_SEQ).contains(&self.seq), "between 1 and 9999999"),
            ("label", is_line(&self.label, 200), LINE),
            ("expires", self.created < self.expires, "after created"),
            ("generator.name", visible(&self.generator.name), VISIBLE),
            ("generator.version", visible(&self.generator.version), VISIBLE),
            ("verdicts", self.verdicts.len() <= 100, "a list of at most 100"),
            (
                "verdicts",
                self.verdicts.is_sorted_by(|a, b| a.profile < b.profile),
                "sorted by profile, each once",
            ),
        ];
        if let Some(previous) = &self.previous {
            rules.push(("previous.seq", (1..self.seq).contains(&previous.seq), "below seq"));
        }
        if let Kind::Packet(packet) = &self.kind {
            rules.push(("packet.profile", component(&packet.profile), PART));
            rules.push(("packet.audience", is_line(&packet.audience, 200), "one line of at most 200 bytes"));
        }
        for verdict in &self.verdicts {
            rules.push(("verdicts[].profile", word(&verdict.profile), WORD));
            rules.push(("verdicts[].outcome", word(&verdict.outcome), WORD));
        }
        match rules.iter().find(|(_, holds, _)| !holds) {
            None => Ok(()),
            Some((member, _, rule)) => Err(SnapshotError::Rule(format!("{member} is not {rule}"))),
        }
    }
}

impl Snapshot {
    /// Checks the header's rules and those of the files.
    ///
    /// # Errors
    /// The first member that breaks a rule, and how.
    pub fn check(&self) -> Result<(), SnapshotError> {
        self.header.check()?;
        let refuse =
            |file: &FileEntry, what: &str| Err(SnapshotError::Rule(format!("files: {} {what}", file.path)));
        for pair in self.files.windows(2) {
            if pair[0].path >= pair[1].path {
                return refuse(&pair[1], "is there twice or out of order");
            }
        }
        for file in &self.files {
            let media_type = &file.media_type;
            if media_type.is_empty()
                || media_type.len() > 127
                || !media_type.bytes().all(|byte| (b' '..=b'~').contains(&byte))
            {
                return refuse(file, "has a media type that is not 1 to 127 characters of printable ASCII");
            }
            if file.title.as_ref().is_some_and(|title| !is_line(title, 500)) {
                return refuse(file, "has a title that is not one line of at most 500 bytes");
            }
            if file.size_bytes > limits::MAX_FILE_BYTES {
                return refuse(file, "is over the size limit");
            }
        }
        Ok(())
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft => "draft",
            Self::Released => "released",
        })
    }
}

/// One line of text: not empty, within the limit, nothing that controls a terminal or reorders text.
fn is_line(text: &str, max_bytes: usize) -> bool {
    !text.is_empty() && text.len() <= max_bytes && !text.chars().any(is_control)
}

/// Whether `char` controls a terminal, ends a line or reorders the text around it.
pub(crate) fn is_control(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Why a snapshot is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// Another version of the format is needed.
    Version(u64),
    /// What is wrong.
    Rule(String),
}

impl From<String> for SnapshotError {
    fn from(text: String) -> Self {
        Self::Rule(text)
    }
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => {
                write!(f, "format version {version}, this program reads version {FORMAT_VERSION} only")
            }
            Self::Rule(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for SnapshotError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::json::MAX_INTEGER;

    fn example() -> Snapshot {
        Snapshot {
            header: Header {
                kind: Kind::Archive,
                origin: "trust.example/log".to_owned(),
                slug: "example".to_owned(),
                seq: 7,
                label: "Spring — 2026".to_owned(),
                state: State::Released,
                development_key: false,
                created: Timestamp::parse("2026-11-21T00:00:00Z").unwrap(),
                expires: Timestamp::parse("2027-02-21T00:00:00Z").unwrap(),
                previous: Some(Previous { seq: 6, snapshot_sha256: Digest::of(b"before") }),
                verdicts: vec![VerdictSummary {
                    profile: "release".to_owned(),
                    outcome: "ready".to_owned(),
                    passed: 3,
                    failed: 0,
                    waived: 0,
                    not_assessed: 0,
                }],
                generator: Generator { name: "trustbook".to_owned(), version: "0.1.0".to_owned() },
            },
            files: vec![FileEntry {
                path: PathName::parse("data/a.json").unwrap(),
                size_bytes: 3,
                sha256: Digest::of(b"abc"),
                media_type: "application/json".to_owned(),
                title: Some("A \"title\"".to_owned()),
            }],
        }
    }

    #[test]
    fn a_snapshot_survives_printing_and_parsing() {
        let mut snapshot = example();
        assert_eq!(Snapshot::parse(snapshot.print().as_bytes()), Ok(snapshot.clone()));
        assert_eq!(snapshot.header.root(), "example-0007");
        snapshot.header.previous = None;
        snapshot.header.state = State::Draft;
        snapshot.header.kind = Kind::Packet(PacketOf {
            profile: "public".to_owned(),
            audience: "anyone".to_owned(),
            snapshot_sha256: Digest::of(b"it"),
        });
        assert_eq!(Snapshot::parse(snapshot.print().as_bytes()), Ok(snapshot.clone()));
        assert_eq!(snapshot.header.file_name(), "packet-0007-public.zip");
    }

    #[test]
    fn another_version_is_told_apart_from_a_broken_one() {
        let text = example().print();
        let check = |from: &str, to: &str, expected: &str| {
            assert!(text.contains(from), "{from}");
            let error = Snapshot::parse(text.replace(from, to).as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check("\"format\":1", "\"format\":0", "format version 0, this program reads version 1 only");
        check("\"format\":1,", "", "format is missing");
        check("\"seq\":7", "\"seq\":0", "seq is not between 1 and 9999999");
        check("\"seq\":6", "\"seq\":7", "previous.seq is not below seq");
        check("\"kind\":\"archive\"", "\"kind\":\"zip\"", "kind is not archive or packet");
        check(
            "\"slug\":\"example\"",
            "\"slug\":\"a/b\"",
            "slug is not one lower-case path component of at most 60 bytes",
        );
        check("\"state\":\"released\"", "\"state\":\"done\"", "state is not draft or released");
        check("2027-02-21T", "2026-01-21T", "expires is not after created");
        check("data/a.json", "data/../a.json", "files[].path is not an allowed path");
        check("\"slug\"", "\"slugg\"", "slug is missing");
        check("\"state\"", "\"statd\":1,\"state\"", "statd is not known to this version of the format");
        for bad in ['\u{202e}', '\u{61c}', '\u{200f}', '\u{2029}', '\u{2068}', '\u{9b}', '\u{7f}'] {
            check("Spring", &format!("Spr{bad}ing"), "label is not one line of at most 200 bytes");
        }
    }

    #[test]
    fn every_changed_byte_of_a_snapshot_is_refused_or_another_snapshot() {
        let text = example().print();
        for at in 0..text.len() {
            for byte in [0, b' ', b'"', b'0', b'9', b'a', b'z', b'{', b'}', 0x7f, 0xff] {
                let mut changed = text.clone().into_bytes();
                changed[at] = byte;
                if let Ok(parsed) = Snapshot::parse(&changed) {
                    assert_eq!(parsed.print().as_bytes(), changed);
                }
            }
        }
    }

    #[test]
    fn numbers_stay_within_what_json_readers_keep() {
        const { assert!(limits::MAX_FILE_BYTES < MAX_INTEGER as u64) };
    }
}
