//! Reading the text of `snapshot.json`.

use crate::bundle::FORMAT_VERSION;
use crate::bundle::digest::Digest;
use crate::bundle::json::Json;
use crate::bundle::json::Members;
use crate::bundle::name::PathName;
use crate::bundle::snapshot::FileEntry;
use crate::bundle::snapshot::Generator;
use crate::bundle::snapshot::Header;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::PacketOf;
use crate::bundle::snapshot::Previous;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::SnapshotError;
use crate::bundle::snapshot::State;
use crate::bundle::snapshot::VerdictSummary;
use crate::bundle::time::Timestamp;

impl Snapshot {
    /// Reads exactly what is written for a snapshot that keeps the rules: `print` is in `pack`.
    ///
    /// # Errors
    /// [`SnapshotError::Version`] when another version of the format is needed; else the first thing that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let value = Json::parse(bytes)?;
        let mut members = Members::of(value, "")?;
        let version = members.count("format")?;
        if version != FORMAT_VERSION {
            return Err(SnapshotError::Version(version));
        }
        let mut generator = members.object("generator")?;
        let header = Header {
            kind: parse_kind(&mut members)?,
            origin: members.string("origin")?,
            slug: members.string("slug")?,
            seq: members.count("seq")?,
            label: members.string("label")?,
            state: members.read("state", "draft or released", parse_state)?,
            development_key: members.take("developmentKey", "true or false", |value| match value {
                Json::Bool(value) => Some(value),
                _ => None,
            })?,
            created: members.read("created", "an instant", Timestamp::parse)?,
            expires: members.read("expires", "an instant", Timestamp::parse)?,
            previous: members.optional("previous", parse_previous)?,
            verdicts: members.items("verdicts", VerdictSummary::of_json)?,
            generator: Generator { name: generator.string("name")?, version: generator.string("version")? },
        };
        generator.finish()?;
        let snapshot = Self { header, files: members.items("files", FileEntry::of_json)? };
        members.finish()?;
        snapshot.check()?;
        Ok(snapshot)
    }
}

fn parse_state(text: &str) -> Option<State> {
    [State::Draft, State::Released].into_iter().find(|state| state.to_string() == text)
}

fn parse_kind(members: &mut Members) -> Result<Kind, String> {
    let is_packet = members.read("kind", "archive or packet", |kind| match kind {
        "archive" => Some(false),
        "packet" => Some(true),
        _ => None,
    })?;
    if !is_packet {
        return Ok(Kind::Archive);
    }
    let mut packet = members.object("packet")?;
    let (profile, audience) = (packet.string("profile")?, packet.string("audience")?);
    let snapshot_sha256 = packet.read("snapshotSha256", "a SHA-256", Digest::parse)?;
    packet.finish()?;
    Ok(Kind::Packet(PacketOf { profile, audience, snapshot_sha256 }))
}

fn parse_previous(members: &mut Members) -> Result<Previous, String> {
    let mut previous = members.object("previous")?;
    let seq = previous.count("seq")?;
    let snapshot_sha256 = previous.read("snapshotSha256", "a SHA-256", Digest::parse)?;
    previous.finish()?;
    Ok(Previous { seq, snapshot_sha256 })
}

impl VerdictSummary {
    fn of_json(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value, "verdicts[]")?;
        let summary = Self {
            profile: members.string("profile")?,
            outcome: members.string("outcome")?,
            passed: members.count("passed")?,
            failed: members.count("failed")?,
            waived: members.count("waived")?,
            not_assessed: members.count("notAssessed")?,
        };
        members.finish()?;
        Ok(summary)
    }
}

impl FileEntry {
    fn of_json(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value, "files[]")?;
        let entry = Self {
            path: members.read("path", "an allowed path", |text| PathName::parse(text).ok())?,
            size_bytes: members.count("size")?,
            sha256: members.read("sha256", "a SHA-256", Digest::parse)?,
            media_type: members.string("mediaType")?,
            title: members.optional("title", |members| members.string("title"))?,
        };
        members.finish()?;
        Ok(entry)
    }
}
