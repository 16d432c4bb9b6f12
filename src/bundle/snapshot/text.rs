//! The text of `snapshot.json`, both ways.

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
    /// The canonical text, without a line end.
    pub fn print(&self) -> String {
        let Self { header, files } = self;
        let Header { kind, origin, slug, seq, label, state, development_key, .. } = header;
        let Header { created, expires, previous, verdicts, generator, .. } = header;
        let (kind, packet) = match kind {
            Kind::Archive => ("archive", Json::Null),
            Kind::Packet(PacketOf { profile, audience, snapshot_sha256 }) => {
                let audience = ("audience", Json::string(audience));
                let sha256 = ("snapshotSha256", Json::string(snapshot_sha256.to_string()));
                ("packet", Json::object([audience, ("profile", Json::string(profile)), sha256]))
            }
        };
        let previous = previous.as_ref().map_or(Json::Null, |Previous { seq, snapshot_sha256 }| {
            let sha256 = Json::string(snapshot_sha256.to_string());
            Json::object([("seq", Json::count(*seq)), ("snapshotSha256", sha256)])
        });
        let Generator { name, version } = generator;
        let generator = Json::object([("name", Json::string(name)), ("version", Json::string(version))]);
        Json::present([
            ("created", Json::string(created.to_string())),
            ("developmentKey", Json::Bool(*development_key)),
            ("expires", Json::string(expires.to_string())),
            ("files", Json::Array(files.iter().map(FileEntry::to_json).collect())),
            ("format", Json::count(FORMAT_VERSION)),
            ("generator", generator),
            ("kind", Json::string(kind)),
            ("label", Json::string(label)),
            ("origin", Json::string(origin)),
            ("packet", packet),
            ("previous", previous),
            ("seq", Json::count(*seq)),
            ("slug", Json::string(slug)),
            ("state", Json::string(state.to_string())),
            ("verdicts", Json::Array(verdicts.iter().map(VerdictSummary::to_json).collect())),
        ])
        .print()
    }

    /// Reads exactly what [`Snapshot::print`] writes for a snapshot that keeps the rules.
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
            previous: if members.has("previous") {
                Some(parse_previous(members.object("previous")?)?)
            } else {
                None
            },
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

fn parse_previous(mut previous: Members) -> Result<Previous, String> {
    let seq = previous.count("seq")?;
    let snapshot_sha256 = previous.read("snapshotSha256", "a SHA-256", Digest::parse)?;
    previous.finish()?;
    Ok(Previous { seq, snapshot_sha256 })
}

impl VerdictSummary {
    fn to_json(&self) -> Json {
        let Self { profile, outcome, passed, failed, waived, not_assessed } = self;
        Json::object([
            ("failed", Json::count(*failed)),
            ("notAssessed", Json::count(*not_assessed)),
            ("outcome", Json::string(outcome)),
            ("passed", Json::count(*passed)),
            ("profile", Json::string(profile)),
            ("waived", Json::count(*waived)),
        ])
    }

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
    fn to_json(&self) -> Json {
        let Self { path, size_bytes, sha256, media_type, title } = self;
        Json::present([
            ("mediaType", Json::string(media_type)),
            ("path", Json::string(path.as_str())),
            ("sha256", Json::string(sha256.to_string())),
            ("size", Json::count(*size_bytes)),
            ("title", title.as_ref().map_or(Json::Null, Json::string)),
        ])
    }

    fn of_json(value: Json) -> Result<Self, String> {
        let mut members = Members::of(value, "files[]")?;
        let entry = Self {
            path: members.read("path", "an allowed path", |text| PathName::parse(text).ok())?,
            size_bytes: members.count("size")?,
            sha256: members.read("sha256", "a SHA-256", Digest::parse)?,
            media_type: members.string("mediaType")?,
            title: if members.has("title") { Some(members.string("title")?) } else { None },
        };
        members.finish()?;
        Ok(entry)
    }
}
