//! A canary in every restricted and internal record: no byte of any public output holds one, unpacked to the last stream.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::project::AS_OF;
use crate::project::Folder;
use crate::project::run;
use crate::project::said;
use crate::project::tree;

/// Assembled, so that this file does not hold what it looks for.
fn canary() -> String {
    ["CANARY", "MUSTNOTLEAK"].concat()
}

const PUBLIC: &str = "VISIBLEMARK";

/// Every kind of record with every free text field, filled with `mark`. `tag` makes ids unique.
fn records(tag: &str, mark: &str, visibility: &str) -> String {
    let common = format!(
        "visibility: {visibility}, owner: {mark}-owner, remarks: {mark}-remarks, props: [{{name: {mark}-name, value: {mark}-value}}], links: [{{href: 'https://{mark}.example/', text: {mark}-text}}]"
    );
    let id = |kind: &str| {
        if visibility == "public" { format!("{kind}-{tag}") } else { format!("{kind}-{tag}-{mark}") }
    };
    let mut out = String::new();
    let mut add = |key: &str, id: String, fields: &str| {
        out.push_str(&format!("{key}:\n  - {{id: {id}, {fields}, {common}}}\n"));
    };
    add(
        "products",
        id("product"),
        &format!("name: {mark}-p, description: {mark}-d, url: 'https://{mark}.example/p'"),
    );
    add(
        "claims",
        id("claim"),
        &format!(
            "statement: {mark}-s, area: {mark}-a, target: {}, reasoning: {mark}-r, limits: {mark}-l, mitigation-strategies: [{mark}-m]",
            id("product")
        ),
    );
    add(
        "certifications",
        id("cert"),
        &format!(
            "title: {mark}-t, document-type: ISO_27001, scope: {mark}-s, exclusions: {mark}-e, result: {mark}-r, exceptions: [{mark}-x], certificate-number: {mark}-n, issued: 2026-01-01, expires: 2027-01-01"
        ),
    );
    add(
        "frameworks",
        id("framework"),
        &format!(
            "title: {mark}-t, publisher: {mark}-p, requirements: [{{id: {mark}-1, title: {mark}-rt, text: {mark}-tx}}]"
        ),
    );
    add(
        "responsibilities",
        id("responsibility"),
        &format!(
            "title: {mark}-t, ownership: shared, provider-description: {mark}-p, customer-responsibility: {mark}-c"
        ),
    );
    add(
        "subprocessors",
        id("subprocessor"),
        &format!(
            "name: {mark}-n, legal-entity: {mark}-l, purpose: {mark}-p, category: {mark}-c, data-categories: [{mark}-d], processing-locations: [{mark}-pl], safeguards: {mark}-s, ai-use: {mark}-ai"
        ),
    );
    add(
        "policies",
        id("policy"),
        &format!("title: {mark}-t, version: {mark}-v, approved-by: {mark}-a, summary: {mark}-s"),
    );
    add(
        "documents",
        id("document"),
        &format!("title: {mark}-t, category: {mark}-c, summary: {mark}-s, request-how: {mark}-r"),
    );
    add(
        "answers",
        id("answer"),
        &format!(
            "question: {mark}-q, alternatives: [{mark}-alt], answer: 'yes', explanation: {mark}-e, customer-responsibility: {mark}-c, topics: [{mark}-t], approved-by: {mark}-a"
        ),
    );
    add("faq", id("faq"), &format!("question: {mark}-q, answer: {mark}-a, category: {mark}-c"));
    add(
        "data-residency",
        id("residency"),
        &format!(
            "data-kind: {mark}-k, region: {mark}-r, failover-region: {mark}-f, retention: {mark}-rt, deletion: {mark}-d, encryption: {mark}-e"
        ),
    );
    add(
        "compatibility",
        id("compatibility"),
        &format!(
            "version: {mark}-v, support-level: {mark}-s, platforms: [{{name: {mark}-n, status: tested}}], security-fix-policy: {mark}-p"
        ),
    );
    add(
        "incidents",
        id("incident"),
        &format!(
            "title: {mark}-t, affected: {mark}-a, root-cause: {mark}-r, actions: {mark}-ac, statement: {mark}-s, started: 2026-01-01"
        ),
    );
    add("releases", id("release"), &format!("version: {mark}-v, commit: {mark}-c, notes: {mark}-n"));
    add(
        "architecture",
        id("architecture"),
        &format!(
            "title: {mark}-t, description: {mark}-d, components: [{{id: one, name: {mark}-n, zone: {mark}-z}}, {{id: two, name: {mark}-m}}], flows: [{{from: one, to: two, data: {mark}-f}}]"
        ),
    );
    add(
        "risks",
        id("risk"),
        &format!(
            "title: {mark}-t, statement: {}-statement, public-summary: {mark}-p, severity: high, status: open",
            canary()
        ),
    );
    add(
        "blockers",
        id("blocker"),
        &format!("title: {mark}-t, severity: high, detail: {mark}-d, code: {mark}-c"),
    );
    add("questions", id("question"), &format!("question: {mark}-q, priority: p0, asked-in: {mark}-a"));
    add(
        "kpis",
        id("kpi"),
        &format!(
            "title: {mark}-t, category: {mark}-c, unit: {mark}-u, definition: {mark}-d, source: {mark}-s, target: 4, points: [{{on: 2026-01-01, value: 3}}, {{on: 2026-01-02, value: 5}}]"
        ),
    );
    add(
        "access-reviews",
        id("review"),
        &format!(
            "title: {mark}-t, system: {mark}-s, performed-on: 2026-01-01, reviewer: {mark}-r, exceptions: [{mark}-e]"
        ),
    );
    add(
        "audit-exports",
        id("export"),
        &format!(
            "title: {mark}-t, system: {mark}-s, period: {{start: 2026-01-01, end: 2026-01-02}}, exported-on: 2026-01-03"
        ),
    );
    add(
        "checklists",
        id("checklist"),
        &format!(
            "title: {mark}-t, category: {mark}-c, subject: {mark}-s, items: [{{id: one, text: {mark}-i, step: {mark}-st, state: not-applicable, owner: {mark}-o, reason: {mark}-r}}]"
        ),
    );
    add(
        "claim-charts",
        id("chart"),
        &format!("title: {mark}-t, archetype: {mark}-a, rows: [{{claim: {mark}-c, feature: {mark}-f}}]"),
    );
    out
}

/// The bytes of a file and of everything packed inside it.
fn unpacked(name: &str, bytes: &[u8], out: &mut Vec<(String, Vec<u8>)>) {
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).unwrap();
            let inner = format!("{name}!{}", String::from_utf8_lossy(member.name_raw()));
            let mut content = Vec::new();
            member.read_to_end(&mut content).unwrap();
            unpacked(&inner, &content, out);
        }
    }
    if bytes.starts_with(b"%PDF") {
        let mut rest = bytes;
        while let Some(at) = find(rest, b"stream") {
            let start =
                at + 6 + rest[at + 6..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let Some(end) = find(&rest[start..], b"endstream") else { break };
            let mut inflate = zlib_rs::Inflate::new(true, 15);
            let mut content = vec![0; 8 << 20];
            if inflate
                .decompress(&rest[start..start + end], &mut content, zlib_rs::InflateFlush::NoFlush)
                .is_ok()
            {
                content.truncate(usize::try_from(inflate.total_out()).unwrap());
                out.push((format!("{name}!stream"), content));
            }
            rest = &rest[start + end + 9..];
        }
    }
    out.push((name.to_owned(), bytes.to_vec()));
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn holders(folder: &Path, needle: &str) -> Vec<String> {
    let mut files = Vec::new();
    for (name, bytes) in tree(folder) {
        files.push((format!("name of {name}"), name.clone().into_bytes()));
        unpacked(&name, &bytes, &mut files);
    }
    let lower = needle.to_ascii_lowercase();
    files
        .iter()
        .filter(|(name, bytes)| {
            find(bytes, needle.as_bytes()).is_some()
                || find(bytes, lower.as_bytes()).is_some()
                || name.to_ascii_lowercase().contains(&lower)
        })
        .map(|(name, _)| name.clone())
        .collect()
}

fn project() -> Folder {
    let folder = Folder::new("leak");
    let root = folder.path();
    let write = |name: &str, text: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let canary = canary();
    write(
        "trustbook.yaml",
        "site: {title: Leak test, slug: leak, origin: leak.example}\naudiences: {eu-bank: Banks}\n",
    );
    write("content/public.yaml", &(records("pub", PUBLIC, "public") + "organization: {name: Leak test}\n"));
    write("content/restricted.yaml", &records("res", &canary, "restricted, audience: [eu-bank]"));
    write("content/internal.yaml", &records("int", &canary, "internal"));
    write(
        "content/public-that-points-at-others.yaml",
        &format!(
            "claims:\n  - {{id: mixed, statement: Mixed, tier: 1, visibility: public, evidence: [receipt-{canary}], criteria: [{{id: decision, text: Decided, kind: decision-equals, evidence: [receipt-{canary}]}}]}}\n"
        ),
    );
    write(
        "content/pages/secret.md",
        &format!("---\ntitle: {canary}\nvisibility: internal\n---\n\n{canary}\n"),
    );
    write(
        "evidence/index.yaml",
        &format!(
            "evidence:\n  - {{path: {canary}.yaml, id: receipt-{canary}, title: {canary}, description: {canary}, subject: {canary}, visibility: restricted, audience: [eu-bank]}}\n  - {{path: drill.yaml, id: drill, title: Drill, visibility: public, publish-original: false}}\n"
        ),
    );
    let receipt = include_str!("../../src/cli/commands/init/receipt.yaml");
    write(&format!("evidence/{canary}.yaml"), &format!("{receipt}\n# {canary}\n"));
    write("evidence/unlisted.txt", &canary);
    write(
        "evidence/drill.yaml",
        &format!(
            "drill-version: \"1\"\nid: D-1\ntitle: {PUBLIC} drill\ntype: restore\nenvironment: staging\nstarted: 2026-01-10T10:00:00Z\nresult: {{status: passed}}\nfindings: [{{id: F-1, title: {canary}, severity: low}}]\nparticipants: [{{role: lead, name: {canary}}}]\n"
        ),
    );
    folder
}

#[test]
fn nothing_restricted_or_internal_is_in_any_public_byte() {
    let folder = project();
    let root = folder.path();
    let output = run(root, &["build", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let public = root.join("public");
    assert!(
        holders(&public, PUBLIC).len() > 20,
        "the public records are not there: {:?}",
        holders(&public, PUBLIC)
    );
    assert_eq!(holders(&public, &canary()), Vec::<String>::new());
}

#[test]
fn a_packet_for_a_named_audience_holds_what_is_theirs_and_lies_outside_public() {
    let folder = project();
    let root = folder.path();
    fs::create_dir_all(root.join("profiles/packet")).unwrap();
    fs::write(
        root.join("profiles/packet/eu-bank.yaml"),
        include_str!("../../profiles/packet/public.yaml").replace("public", "eu-bank"),
    )
    .unwrap();
    let output = run(root, &["packet", "--profile", "eu-bank", "--for", "Example Bank", "--as-of", AS_OF]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let held = holders(&root.join("packets"), &canary());
    assert!(!held.is_empty(), "the restricted records are not in the packet");
    assert!(tree(&root.join("public")).is_empty(), "something of it landed in public");
    assert_eq!(
        holders(&root.join("packets"), "claim-int"),
        Vec::<String>::new(),
        "internal records are in a packet"
    );
}
