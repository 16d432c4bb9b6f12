//! How the parts of an archive are written; how they are read stands in `bundle`. What is read there prints here to the same bytes.

use std::collections::BTreeMap;

use crate::bundle::FORMAT_VERSION;
use crate::bundle::base64;
use crate::bundle::dsse;
use crate::bundle::dsse::Envelope;
use crate::bundle::json::Json;
use crate::bundle::keys::Key;
use crate::bundle::keys::KeySet;
use crate::bundle::keys::Root;
use crate::bundle::manifest::Manifest;
use crate::bundle::minisig;
use crate::bundle::minisig::Minisig;
use crate::bundle::minisig::PublicKey;
use crate::bundle::snapshot::FileEntry;
use crate::bundle::snapshot::Generator;
use crate::bundle::snapshot::Header;
use crate::bundle::snapshot::Kind;
use crate::bundle::snapshot::PacketOf;
use crate::bundle::snapshot::Previous;
use crate::bundle::snapshot::Snapshot;
use crate::bundle::snapshot::VerdictSummary;

impl Manifest {
    /// The lines, each ended by a line feed.
    pub fn print(&self) -> String {
        self.entries.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect()
    }
}

impl PublicKey {
    /// The text of a public key file.
    pub fn to_file_text(&self) -> String {
        format!("{}minisign public key {}\n{}\n", minisig::UNTRUSTED, self.id_text(), self.to_base64())
    }
}

impl Minisig {
    /// The four lines, each with its line feed.
    pub fn print(&self) -> String {
        let signature = base64::encode(&[b"ED".as_slice(), &self.key_id, &self.signature].concat());
        let global = base64::encode(&self.global_signature);
        format!(
            "{}{}\n{signature}\n{}{}\n{global}\n",
            minisig::UNTRUSTED,
            self.untrusted_comment,
            minisig::TRUSTED,
            self.trusted_comment
        )
    }
}

impl Envelope {
    /// One line with its line feed.
    pub fn print(&self) -> String {
        let signature = Json::object([
            ("keyid", Json::string(&self.key_id)),
            ("sig", Json::string(base64::encode(&self.signature))),
        ]);
        let envelope = Json::object([
            ("payload", Json::string(base64::encode(&self.payload))),
            ("payloadType", Json::string(dsse::PAYLOAD_TYPE)),
            ("signatures", Json::Array(vec![signature])),
        ]);
        format!("{}\n", envelope.print())
    }
}

impl KeySet {
    /// The canonical text, without a line end.
    pub fn print(&self) -> String {
        let Self { origin, version, roots, keys } = self;
        let root = |Root { key, handover }: &Root| {
            let handover = handover.map_or(Json::Null, |signature| Json::string(base64::encode(&signature)));
            present([("handover", handover), ("key", Json::string(key.to_base64()))])
        };
        let key = |Key { role, key, first_seq, last_seq, revoked }: &Key| {
            let revoked = revoked.as_ref().map_or(Json::Null, |revoked| {
                let reason = ("reason", Json::string(&revoked.reason));
                Json::object([("logSize", Json::count(revoked.log_size)), reason])
            });
            present([
                ("firstSeq", Json::count(*first_seq)),
                ("key", Json::string(key.to_base64())),
                ("lastSeq", last_seq.map_or(Json::Null, Json::count)),
                ("revoked", revoked),
                ("role", Json::string(role.as_str())),
            ])
        };
        Json::object([
            ("keys", Json::Array(keys.iter().map(key).collect())),
            ("origin", Json::string(origin)),
            ("roots", Json::Array(roots.iter().map(root).collect())),
            ("schema", Json::string(crate::bundle::keys::SCHEMA)),
            ("version", Json::count(*version)),
        ])
        .print()
    }
}

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
        present([
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
}

impl FileEntry {
    fn to_json(&self) -> Json {
        let Self { path, size_bytes, sha256, media_type, title } = self;
        present([
            ("mediaType", Json::string(media_type)),
            ("path", Json::string(path.as_str())),
            ("sha256", Json::string(sha256.to_string())),
            ("size", Json::count(*size_bytes)),
            ("title", title.as_ref().map_or(Json::Null, Json::string)),
        ])
    }
}

/// An object of those of these members that are not null.
fn present<const N: usize>(members: [(&str, Json); N]) -> Json {
    let present = members.into_iter().filter(|(_, value)| *value != Json::Null);
    Json::Object(present.map(|(key, value)| (key.to_owned(), value)).collect::<BTreeMap<_, _>>())
}
