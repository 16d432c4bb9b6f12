//! What only the live tree says: the digests of the newest archive and packet, which neither can hold itself.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use serde_json::Value;
use serde_json::json;

use crate::bundle::name::PathName;
use crate::cli::Failure;
use crate::cli::commands::seal::PackedFile;
use crate::cli::commands::seal::path_name;
use crate::model::snapshot::Snapshot;
use crate::model::tree::Content;
use crate::pipeline;
use crate::pipeline::Judged;
use crate::render::Download;

/// A signed file of the published tree.
pub(crate) struct Offered<'a> {
    /// Where it lies in the tree.
    pub name: &'a PathName,
    /// The file.
    pub file: &'a PackedFile,
}

impl Offered<'_> {
    fn json(&self) -> Value {
        json!({
            "path": self.name.as_str(),
            "sha256": self.file.sha256.to_string(),
            "size-bytes": self.file.packed.size_bytes,
            "signature": format!("{}.minisig", self.name),
        })
    }
}

/// What is published beside the site.
pub(crate) struct LiveTree<'a> {
    /// The project.
    pub judged: &'a Judged,
    /// What is published.
    pub snapshot: &'a Snapshot,
    /// The archive.
    pub archive: Offered<'a>,
    /// The public packet.
    pub packet: Offered<'a>,
}

impl LiveTree<'_> {
    /// The pages that differ from those in the archive, as they stand below `folder` (empty, or ending in `/`), named relative to it.
    pub(crate) fn pages(&self, folder: &str) -> Result<BTreeMap<PathName, Content>, Failure> {
        let up = "../".repeat(folder.matches('/').count());
        let download = |what: &str, offered: &Offered<'_>| {
            let name = offered.name.as_str();
            Download {
                what: what.to_owned(),
                href: name.strip_prefix(folder).map_or_else(|| format!("{up}{name}"), str::to_owned),
                size_bytes: offered.file.packed.size_bytes,
                sha256: offered.file.sha256.to_string(),
            }
        };
        let downloads = [download("Archive", &self.archive), download("Packet", &self.packet)];
        let one = NonZeroUsize::MIN;
        let made = pipeline::live_pages(self.judged, self.snapshot, &downloads, one);
        let Some(files) = made.value else {
            let first = made.findings.first().map_or_else(String::new, |finding| finding.message.clone());
            return Err(Failure::machine(format!("the download page: {first}")));
        };
        Ok(files.into_iter().map(|(name, file)| (name, file.content)).collect())
    }

    /// The same for programs.
    pub(crate) fn latest(&self) -> Result<(PathName, Content), Failure> {
        let (snapshot, head) = (self.snapshot, &self.snapshot.head);
        let latest = json!({
            "schema": "trustbook-latest/0",
            "seq": head.seq,
            "state": head.state,
            "development-key": head.development,
            "as-of": head.as_of,
            "expires": head.expires,
            "archive": self.archive.json(),
            "packet": self.packet.json(),
            "public-key": head.public_key,
            "snapshots": snapshot.history.iter().map(|entry| json!({
                "seq": entry.seq,
                "as-of": entry.as_of,
                "archive-sha256": entry.archive_sha256,
                "snapshot-sha256": entry.snapshot_sha256,
            })).collect::<Vec<Value>>(),
        });
        Ok((path_name("latest.json")?, Content::Bytes(format!("{latest:#}\n").into_bytes().into())))
    }
}
