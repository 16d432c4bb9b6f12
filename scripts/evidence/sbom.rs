//! A CycloneDX 1.6 bill of materials from `cargo metadata` and the lock file.
//!
//! Components are the crates of the resolved graph for one platform; what only tests use is in scope `excluded`. Digests are the lock
//! file's. Authors are left out: they are people. Licences are as the crates declare them, the old `A/B` written as `A OR B`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use crate::Made;
use crate::Options;
use crate::list;
use crate::text;

pub(crate) fn make(metadata: &str, options: &Options) -> Made {
    let (at, version) = (options.need("at")?, options.need("version")?);
    let lock_path = options.need("lock")?;
    let lock =
        std::fs::read_to_string(lock_path).map_err(|error| format!("cannot read `{lock_path}`: {error}"))?;
    let metadata: Value = serde_json::from_str(metadata)
        .map_err(|error| format!("stdin is not the output of `cargo metadata`: {error}"))?;
    let checksums = checksums(&lock);
    let graph = Graph::read(&metadata)?;
    let wanted = graph.reached(&[Kind::Normal, Kind::Build]);
    let built_in = graph.reached(&[Kind::Normal]);

    let mut components = BTreeMap::new();
    for package in list(&metadata, "packages") {
        let id = text(package, "id");
        if id == graph.root || !graph.edges.contains_key(id) {
            continue;
        }
        let (name, number) = (text(package, "name"), text(package, "version"));
        let reference = reference(name, number);
        let mut component = json!({
            "type": "library", "bom-ref": reference, "name": name, "version": number, "purl": reference,
            "scope": if wanted.contains(id) { "required" } else { "excluded" },
            "licenses": [{ "expression": licence(text(package, "license")) }],
        });
        if text(package, "license").is_empty() {
            component["licenses"] = json!([{ "license": { "name": "see the crate's licence file" } }]);
        }
        if let Some(checksum) = checksums.get(&(name.to_owned(), number.to_owned())) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        if wanted.contains(id) && !built_in.contains(id) {
            component["properties"] = json!([{ "name": "trustbook:used", "value": "while building only" }]);
        }
        components.insert((name.to_owned(), number.to_owned()), component);
    }
    let names = graph.references(&metadata);
    let mut dependencies = BTreeMap::new();
    for (from, to) in &graph.edges {
        let Some(from) = names.get(from) else { continue };
        let to: BTreeSet<&String> = to.iter().filter_map(|(id, _)| names.get(id)).collect();
        dependencies.insert(from.clone(), json!({ "ref": from, "dependsOn": to }));
    }
    let root = names.get(&graph.root).ok_or("the graph has no root package")?;
    let serial = serial(&format!("{version} {at} {lock}"));
    crate::pretty(&json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": serial, "version": 1,
        "metadata": {
            "timestamp": at,
            "lifecycles": [{ "phase": "pre-build" }],
            "tools": { "components": [{ "type": "application", "name": "trustbook scripts/evidence.sh", "version": "1" }] },
            "component": {
                "type": "application", "bom-ref": root, "name": "trustbook", "version": version,
                "purl": format!("pkg:cargo/trustbook@{version}"), "licenses": [{ "expression": "Apache-2.0 OR MIT" }],
            },
            "properties": [
                { "name": "trustbook:platform", "value": "x86_64-unknown-linux-gnu, default features" },
                { "name": "trustbook:lock-sha256", "value": crate::sha256(lock.as_bytes()) },
            ],
        },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies.into_values().collect::<Vec<_>>(),
        "compositions": [{ "aggregate": "complete", "assemblies": [root] }],
    }))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Normal,
    Build,
    Dev,
}

/// Who depends on whom, by cargo's ids.
struct Graph {
    root: String,
    edges: BTreeMap<String, Vec<(String, Vec<Kind>)>>,
}

impl Graph {
    fn read(metadata: &Value) -> Result<Self, String> {
        let resolve = &metadata["resolve"];
        let root = resolve["root"].as_str().ok_or("`cargo metadata` names no root package")?.to_owned();
        let mut edges = BTreeMap::new();
        for node in list(resolve, "nodes") {
            let to = list(node, "deps").map(|dep| {
                let kinds = list(dep, "dep_kinds").map(|kind| match kind["kind"].as_str() {
                    None => Kind::Normal,
                    Some("build") => Kind::Build,
                    Some(_) => Kind::Dev,
                });
                (text(dep, "pkg").to_owned(), kinds.collect())
            });
            edges.insert(text(node, "id").to_owned(), to.collect());
        }
        let mut graph = Self { root, edges };
        let everything = graph.reached(&[Kind::Normal, Kind::Build, Kind::Dev]);
        graph.edges.retain(|id, _| everything.contains(id));
        Ok(graph)
    }

    /// What is reached from the root over edges of these kinds, the root included.
    fn reached(&self, kinds: &[Kind]) -> BTreeSet<String> {
        let mut seen = BTreeSet::from([self.root.clone()]);
        let mut waiting = vec![self.root.clone()];
        while let Some(id) = waiting.pop() {
            for (to, how) in self.edges.get(&id).into_iter().flatten() {
                if how.iter().any(|kind| kinds.contains(kind)) && seen.insert(to.clone()) {
                    waiting.push(to.clone());
                }
            }
        }
        seen
    }

    fn references(&self, metadata: &Value) -> BTreeMap<String, String> {
        list(metadata, "packages")
            .filter(|package| self.edges.contains_key(text(package, "id")))
            .map(|package| {
                (text(package, "id").to_owned(), reference(text(package, "name"), text(package, "version")))
            })
            .collect()
    }
}

fn reference(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn licence(declared: &str) -> String {
    declared.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")
}

/// Name and version to checksum, from the lines of the lock file.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let value = |key: &str| {
            block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
        };
        if let (Some(name), Some(version), Some(checksum)) =
            (value("name"), value("version"), value("checksum"))
        {
            found.insert((name.to_owned(), version.to_owned()), checksum.to_owned());
        }
    }
    found
}

/// A UUID of version 8 (own content) from a digest, so that the same state has the same serial number.
fn serial(state: &str) -> String {
    let hex = crate::sha256(state.as_bytes());
    format!("urn:uuid:{}-{}-8{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}
