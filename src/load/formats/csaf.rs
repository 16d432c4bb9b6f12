//! CSAF 2.0 and 2.1: security advisories and VEX, with the products they speak of.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::csaf_products::Products;
use super::csaf_texts::KNOWN;
use super::csaf_texts::cut;
use super::csaf_texts::described;
use super::csaf_texts::joined;
use super::csaf_texts::remedy;
use super::csaf_texts::severity;
use super::csaf_texts::shown;
use super::csaf_texts::status_of;
use super::not_this;
use crate::load::text::node::Node;
use crate::load::text::reader::Map;
use crate::load::text::reader::Reader;
use crate::model::evidence::Body;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;
use crate::model::time::Instant;
use crate::model::vex::Vex;
use crate::model::vex::VexStatement;
use crate::model::vex::VexStatus;

/// The row.
pub(super) const ROW: Format = Format {
    id: "csaf",
    title: "a CSAF document",
    media_type: "application/json",
    kind: EvidenceKind::Vex,
    docs: "**What it reads.** CSAF 2.0 and 2.1 JSON: every status of every product of every vulnerability, products resolved \
           through branches, relationships, product paths and groups.\n\n\
           **Traps.** `recommended` is advice and no status. A product that is a part *as installed on* another keeps its full \
           name: the package URL of the part alone would say too much. Of two statuses of one product the graver holds, with a \
           warning. A document that is not marked TLP:CLEAR (WHITE) may not be public. A draft is a draft.\n\n\
           **Source.** <https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html>.",
    detect: |input| {
        input
            .root()
            .and_then(|root| root.get("document"))
            .is_some_and(|document| document.has("csaf_version"))
    },
    read,
};

/// How often a product may be named by remediations, flags and threats, groups unfolded.
const MAX_MENTIONS: usize = 2_000_000;
/// The most characters of what a statement says in sentences; the rest stands in the original.
const MAX_DETAIL: usize = 10_000;
/// The most bytes of such text that all statements repeat.
const MAX_REPEATED: usize = 128 << 20;

const DOCUMENT: &[&str] = &[
    "acknowledgments",
    "aggregate_severity",
    "category",
    "csaf_version",
    "distribution",
    "lang",
    "license_expression",
    "notes",
    "publisher",
    "references",
    "source_lang",
    "title",
    "tracking",
];
const TRACKING: &[&str] = &[
    "aliases",
    "current_release_date",
    "generator",
    "id",
    "initial_release_date",
    "revision_history",
    "status",
    "version",
];
const TREE: &[&str] = &["branches", "full_product_names", "relationships", "product_paths", "product_groups"];
const VULNERABILITY: &[&str] = &[
    "acknowledgments",
    "cve",
    "cwe",
    "cwes",
    "disclosure_date",
    "discovery_date",
    "first_known_exploitation_dates",
    "flags",
    "ids",
    "involvements",
    "metrics",
    "notes",
    "product_status",
    "references",
    "release_date",
    "remediations",
    "scores",
    "threats",
    "title",
];
const FLAG: &[&str] = &["date", "group_ids", "label", "product_ids"];
const REMEDY: &[&str] =
    &["category", "date", "details", "entitlements", "group_ids", "product_ids", "restart_required", "url"];
const THREAT: &[&str] = &["category", "date", "details", "group_ids", "product_ids"];

fn read(input: &Input<'_>) -> Checked<Read> {
    let Some(document) = input.tree() else { return not_this(input, ROW.title) };
    let reader = Reader::new(input.path, input.text, document);
    let read = advisory(&reader);
    checked(reader, read)
}

fn advisory(reader: &Reader<'_>) -> Option<Read> {
    let root = reader.map(reader.root(), &["$schema", "document", "product_tree", "vulnerabilities"])?;
    let document = root.map("document", DOCUMENT)?;
    let tracking = document.map("tracking", TRACKING);
    let spec = document.owned("csaf_version");
    if let Some(node) =
        document.get("csaf_version").filter(|node| !matches!(node.text(), Some("2.0" | "2.1")))
    {
        reader.warn(
            node,
            "unknown-version",
            "this version of CSAF is not known; read as far as it is like 2.1",
        );
    }
    let status = tracking.and_then(|tracking| tracking.text("status"));
    if let (Some(status @ ("draft" | "interim")), Some(tracking)) = (status, tracking) {
        let message = format!("the document is marked `{status}`");
        reader.note(tracking.get("status").unwrap_or(tracking.node()), "not-final", message);
    }
    let timestamp = tracking.and_then(|tracking| {
        tracking.instant("current_release_date").or_else(|| tracking.instant("initial_release_date"))
    });
    let products =
        root.map("product_tree", TREE).map_or_else(Products::default, |tree| Products::read(&tree));
    for id in products.twice.iter().take(10) {
        reader.warn(
            root.node(),
            "duplicate-id",
            format!("two products have the id `{id}`; the later is used"),
        );
    }
    let list = root.content("vulnerabilities", VULNERABILITY);
    let scene = Scene {
        reader,
        products: &products,
        timestamp,
        severity: document.get("aggregate_severity").and_then(|severity| severity.text_of("text")),
        vex: document.text("category") == Some("csaf_vex"),
        mentions: Cell::new(0),
        repeated: Cell::new(0),
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut statements = Vec::new();
    for vulnerability in &list {
        scene.take(vulnerability, &mut counts, &mut used, &mut statements);
    }
    if scene.mentions.get() > MAX_MENTIONS || scene.repeated.get() > MAX_REPEATED {
        reader.error(
            root.node(),
            "too-large",
            "its groups and texts unfold to more than is read",
            "name products, not groups, and do not repeat long texts",
        );
    }
    if !root.holds("vulnerabilities") {
        reader.note(root.node(), "empty-document", "it speaks of no vulnerability");
    }
    let tlp = document
        .map("distribution", &["text", "tlp", "sharing_group"])
        .and_then(|distribution| distribution.map("tlp", &["label", "url"])?.owned("label"));
    let title = document.owned("title");
    let id = tracking.and_then(|tracking| tracking.owned("id"));
    let facts = [
        ("category", json!(document.text("category"))),
        ("id", json!(id)),
        ("product_status", json!(counts)),
        ("products", json!(products.len())),
        ("title", json!(title)),
        ("tlp", json!(tlp)),
        ("tracking_status", json!(status)),
        ("version", json!(spec)),
        ("vulnerabilities", json!(root.length("vulnerabilities"))),
    ];
    Some(Read {
        format_version: spec,
        title: title.clone(),
        captured_at: timestamp,
        facts: facts.into_iter().collect::<BTreeMap<&'static str, Value>>(),
        ..Read::new(Body::Vex(Box::new(Vex {
            document_id: id,
            author: document.get("publisher").and_then(|node| node.text_of("name")).map(str::to_owned),
            version: tracking.and_then(|tracking| tracking.scalar("version")).map(str::to_owned),
            timestamp,
            statements,
            tlp,
            products: used.iter().filter_map(|id| products.get(id)).cloned().collect(),
        })))
    })
}

/// What statements are read with.
struct Scene<'s, 't> {
    reader: &'s Reader<'t>,
    products: &'s Products,
    timestamp: Option<Instant>,
    severity: Option<&'s str>,
    vex: bool,
    mentions: Cell<usize>,
    /// Bytes of texts that statements repeat, names of products included.
    repeated: Cell<usize>,
}

/// What makes products of one vulnerability share a statement: status, flags, texts, by position in the file.
type Share = (Reverse<VexStatus>, String, Vec<usize>, Vec<usize>);

impl Scene<'_, '_> {
    fn take(
        &self,
        map: &Map<'_, '_, '_>,
        counts: &mut BTreeMap<String, usize>,
        used: &mut BTreeSet<String>,
        out: &mut Vec<VexStatement>,
    ) {
        let ids: Vec<String> =
            map.maps("ids", &["system_name", "text"]).iter().filter_map(|id| id.owned("text")).collect();
        let cve = map.owned("cve");
        let name = cve.clone().or_else(|| ids.first().cloned()).or_else(|| map.owned("title"));
        if name.is_none() {
            self.reader.warn(map.node(), "missing-id", "a vulnerability without an id");
        }
        let vulnerability = name.unwrap_or_default();
        let flags = map.maps("flags", FLAG);
        let remedies = map.maps("remediations", REMEDY);
        let threats: Vec<Map<'_, '_, '_>> = map
            .maps("threats", THREAT)
            .into_iter()
            .filter(|threat| threat.text("category") == Some("impact"))
            .collect();
        let (flags_of, remedies_of, threats_of) =
            (self.about(&flags), self.about(&remedies), self.about(&threats));
        let base = VexStatement {
            aliases: ids.into_iter().filter(|id| *id != vulnerability).collect(),
            description: map
                .owned("title")
                .filter(|title| *title != vulnerability)
                .or_else(|| described(map))
                .map(|text| text.chars().take(MAX_DETAIL).collect()),
            severity: severity(map).or_else(|| self.severity.map(str::to_lowercase)),
            products: Vec::new(),
            status: VexStatus::Unknown,
            raw_status: String::new(),
            justification: None,
            detail: None,
            timestamp: self.timestamp,
            vulnerability,
        };
        let mut groups: BTreeMap<Share, Vec<&str>> = BTreeMap::new();
        let mut seen: BTreeMap<&str, VexStatus> = BTreeMap::new();
        let mut dangling = BTreeSet::new();
        let statuses = map.get("product_status");
        if let Some(node) = statuses.filter(|node| node.map().is_none() && node.holds()) {
            let help = "it is a map of lists of product ids: have the producer fix it";
            self.reader.error(node, "nothing-read", "the statuses of products cannot be read", help);
        }
        for entry in statuses.and_then(Node::map).unwrap_or_default() {
            let key = entry.key.as_ref();
            let length = entry.value.list().map_or(0, <[_]>::len);
            let ids: Vec<&str> =
                entry.value.list().unwrap_or_default().iter().filter_map(Node::text).collect();
            *counts.entry(key.to_owned()).or_default() += length;
            if ids.is_empty() && entry.value.holds() {
                let message = format!("`{key}` names products, and none of them could be read");
                let help = "a status is a list of product ids: have the producer fix it";
                self.reader.error(&entry.value, "nothing-read", message, help);
            } else if ids.len() < length {
                let message = format!("`{key}` is a list of product ids; what is none is not used");
                self.reader.warn(&entry.value, "wrong-type", message);
            }
            if !KNOWN.contains(&key) {
                let message = format!("`{key}` is no status of the specification; shown as unknown");
                self.reader.warn(&entry.value, "unknown-status", message);
            }
            let Some(status) = status_of(key) else { continue };
            let mut here = BTreeSet::new();
            for id in ids.into_iter().filter(|id| here.insert(*id)) {
                if seen.insert(id, status).is_some_and(|other| other != status) {
                    let message = format!("`{id}` has two statuses; the graver holds");
                    self.reader.warn(&entry.value, "contradictory-status", message);
                }
                if self.products.get(id).is_none() && dangling.insert(id) {
                    let message = format!("there is no product `{id}` in the product tree");
                    self.reader.warn(&entry.value, "dangling-reference", message);
                }
                used.insert(id.to_owned());
                let of = |all: &BTreeMap<&str, Vec<usize>>| {
                    if self.mentions.get() > MAX_MENTIONS {
                        return Vec::new();
                    }
                    let mut list = all.get(id).cloned().unwrap_or_default();
                    list.extend(all.get("").into_iter().flatten());
                    list.sort_unstable();
                    self.mentions.set(self.mentions.get() + list.len());
                    list
                };
                let mut texts = of(&remedies_of);
                let mut impact = Vec::new();
                let mut justification = String::new();
                if status == VexStatus::NotAffected {
                    texts.clear();
                    impact = of(&threats_of);
                    let labels: Vec<&str> =
                        of(&flags_of).iter().filter_map(|at| flags.get(*at)?.text("label")).collect();
                    justification = labels.join(", ");
                    if self.vex && justification.is_empty() && impact.is_empty() {
                        let message = format!("`{id}` is known not to be affected, and it is not said why");
                        self.reader.warn(&entry.value, "missing-justification", message);
                    }
                }
                // the raw word stands first, so that each keeps a statement of its own
                let share = (Reverse(status), format!("{key}\n{justification}"), texts, impact);
                groups.entry(share).or_default().push(id);
            }
        }
        if groups.is_empty() {
            out.push(base);
            return;
        }
        for ((Reverse(status), words, texts, impact), ids) in groups {
            let (raw, justification) = words.split_once('\n').unwrap_or((&words, ""));
            let remedies = texts.iter().filter_map(|at| remedies.get(*at)).map(|map| remedy(map, MAX_DETAIL));
            let threats = impact
                .iter()
                .filter_map(|at| Some(cut(threats.get(*at)?.text("details")?, MAX_DETAIL).to_owned()));
            let (detail, bytes) = joined(remedies.chain(threats), MAX_DETAIL);
            let products: Vec<String> = ids.iter().flat_map(|id| shown(id, self.products.get(id))).collect();
            let bytes = bytes + products.iter().chain(&base.description).map(String::len).sum::<usize>();
            self.repeated.set(self.repeated.get().saturating_add(bytes));
            if self.repeated.get() > MAX_REPEATED {
                return;
            }
            out.push(VexStatement {
                products,
                status,
                raw_status: raw.to_owned(),
                justification: (!justification.is_empty()).then(|| justification.to_owned()),
                detail,
                ..base.clone()
            });
        }
    }

    /// Which of `entries` speak of which product, groups unfolded; those that name none stand under the empty id.
    fn about<'x>(&'x self, entries: &[Map<'x, '_, '_>]) -> BTreeMap<&'x str, Vec<usize>> {
        let mut out: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            let list = |key: &str| entry.get(key).and_then(Node::list);
            let named = list("product_ids").into_iter().flatten().filter_map(Node::text);
            let groups = list("group_ids").into_iter().flatten().filter_map(Node::text);
            if list("product_ids").is_none() && list("group_ids").is_none() {
                out.entry("").or_default().push(at);
                continue;
            }
            let grouped = groups.flat_map(|group| self.products.group(group)).map(String::as_str);
            for id in named.chain(grouped) {
                let mentions = self.mentions.get() + 1;
                self.mentions.set(mentions);
                if mentions > MAX_MENTIONS {
                    return out;
                }
                let list = out.entry(id).or_default();
                if list.last() != Some(&at) {
                    list.push(at);
                }
            }
        }
        out
    }
}
