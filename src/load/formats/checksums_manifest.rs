//! The files that a JSON manifest names, in whichever of the known shapes: rows of a list, a map from paths to digests, pairs of keys.

use serde_json::Map;
use serde_json::Value;

use super::super::digests::bare;
use super::NamedFile;
use crate::load::text::node::Entry;
use crate::load::text::node::Node;
use crate::load::text::node::escape;
use crate::model::governance::text;

/// Keys under which files are listed.
const LISTS: [&str; 10] = [
    "files",
    "artifacts",
    "entries",
    "inputs",
    "outputs",
    "input_artifacts",
    "output_artifacts",
    "input_files",
    "output_files",
    "evidence",
];
/// Keys of a row under which its path stands. An address says more than a name; what is an address elsewhere is not here to be compared.
const PATHS: [&str; 6] = ["path", "uri", "name", "file", "filename", "source"];
const DIGESTS: [&str; 4] = ["sha256", "sha256_hex", "hash", "digest"];

/// Whether a document has a key under which files could be named; a quick look before [`files`].
pub(super) fn may_name(root: &Node<'_>) -> bool {
    let has_key = |entry: &Entry<'_>| LISTS.contains(&entry.key.as_ref()) || entry.key.ends_with("_sha256");
    root.map().is_some_and(|entries| {
        entries
            .iter()
            .any(|entry| has_key(entry) || entry.value.map().is_some_and(|inner| inner.iter().any(has_key)))
    })
}

/// Every file named at the top of the document, or in a map at its top.
pub(super) fn files(document: &Value) -> Vec<NamedFile> {
    let Some(map) = document.as_object() else { return Vec::new() };
    let mut out = below(map, "");
    for (key, value) in map {
        if let Value::Object(inner) = value
            && !LISTS.contains(&key.as_str())
        {
            out.extend(below(inner, &format!("/{}", escape(key))));
        }
    }
    out
}

/// Whether a text is a SHA-256 digest, with or without its name before it.
pub(super) fn is_digest(text: &str) -> bool {
    let hex = bare(text);
    hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a digest says that it is none of SHA-256: nothing here computes it.
fn is_of_another_kind(text: &str) -> bool {
    let kinds = [("sha1:", 40), ("sha384:", 96), ("sha512:", 128)];
    kinds.iter().any(|(name, length)| {
        text.trim()
            .strip_prefix(name)
            .is_some_and(|hex| hex.len() == *length && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}

fn below(map: &Map<String, Value>, pointer: &str) -> Vec<NamedFile> {
    let mut out = Vec::new();
    for key in LISTS {
        match map.get(key) {
            Some(Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let Some(path) = text(item, &PATHS) else { continue };
                    out.push(NamedFile {
                        path: path.to_owned(),
                        sha256: text(item, &DIGESTS)
                            .filter(|text| !is_of_another_kind(text))
                            .map(str::to_owned),
                        size_bytes: size(item),
                        pointer: format!("{pointer}/{key}/{index}"),
                    });
                }
            }
            Some(Value::Object(entries)) => {
                for (path, value) in entries {
                    let digest =
                        value.as_str().filter(|text| is_digest(text)).or_else(|| text(value, &DIGESTS));
                    let Some(digest) = digest else { continue };
                    out.push(NamedFile {
                        path: path.clone(),
                        sha256: Some(digest.to_owned()),
                        size_bytes: size(value),
                        pointer: format!("{pointer}/{key}/{}", escape(path)),
                    });
                }
            }
            _ => {}
        }
    }
    for (key, digest) in map {
        let (Some(stem), Some(digest)) = (key.strip_suffix("_sha256"), digest.as_str()) else { continue };
        let path = ["", "_path", "_file"].iter().find_map(|end| map.get(&format!("{stem}{end}"))?.as_str());
        if let Some(path) = path {
            out.push(NamedFile {
                path: path.to_owned(),
                sha256: Some(digest.to_owned()),
                size_bytes: None,
                pointer: format!("{pointer}/{key}"),
            });
        }
    }
    out
}

fn size(item: &Value) -> Option<u64> {
    ["bytes", "size_bytes", "size"].iter().find_map(|key| {
        let value = item.get(key)?;
        value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_gives_its_files() {
        let digest = "e".repeat(64);
        let one = |document: Value| {
            let found = files(&document);
            found
                .iter()
                .map(|file| format!("{} {:?} {}", file.path, file.size_bytes, file.pointer))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            one(json!({"files": [{"path": "a"}, {"path": "b", "digest": digest, "bytes": "99"}]})),
            ["a None /files/0", "b Some(99) /files/1"]
        );
        assert_eq!(one(json!({"files": [{"path": "a", "sha256": digest}], "artifacts": [{"name": "b", "sha256": digest}]})).len(), 2);
        assert_eq!(
            one(json!({"input_artifacts": {"c/d": digest, "e": "no digest"}})),
            ["c/d None /input_artifacts/c~1d"]
        );
        assert_eq!(
            one(json!({"upstream": {"files": [{"name": "z", "sha256": digest}]}})),
            ["z None /upstream/files/0"]
        );
        assert_eq!(
            one(json!({"qa_path": "q", "qa_sha256": digest, "proto_file": "p", "proto_sha256": digest})),
            ["p None /proto_sha256", "q None /qa_sha256"]
        );
        assert_eq!(
            one(
                json!({"gitSha": "c", "artifacts": [{"name": "app", "uri": "registry.example/app", "digest": digest}]})
            ),
            ["registry.example/app None /artifacts/0"]
        );
        assert_eq!(
            one(json!({"evidence": [{"source": "a.csv", "hash": digest}]})),
            ["a.csv None /evidence/0"]
        );
        assert!(one(json!({"x_sha256": digest, "deep": {"deeper": {"files": [{"path": "a"}]}}})).is_empty());
    }
}
