//! Pages of bills of materials: large ones stay usable, circles come to an end, and every component says why it is there.

use std::collections::BTreeMap;
use std::io::Read as _;

use crate::model::evidence::Body;
use crate::model::sbom::Component;
use crate::model::sbom::Edge;
use crate::model::sbom::Sbom;
use crate::render::RenderInput;
use crate::render::fixture;
use crate::render::render;

fn files(bom: Sbom) -> BTreeMap<String, String> {
    let (mut snapshot, originals) = fixture::rich();
    let evidence = snapshot.catalog.evidence.get_mut("sbom-ledger").unwrap();
    evidence.body = Body::Sbom(Box::new(bom));
    let made = render(&RenderInput {
        snapshot: &snapshot,
        templates: &BTreeMap::new(),
        originals: &originals,
        threads: 2,
        keep: &crate::model::tree::InMemory,
    });
    let mut out = BTreeMap::new();
    for (name, file) in made.value.unwrap().files {
        if name.as_str().contains("sbom-ledger") {
            let mut text = String::new();
            file.content.open().unwrap().read_to_string(&mut text).unwrap();
            out.insert(name.as_str().to_owned(), text);
        }
    }
    out
}

/// Components `c-0000` on, each of which names the next; the last one names the first.
fn circle(count: usize) -> Sbom {
    let name = |number: usize| format!("c-{number:05}");
    let components = (0..count)
        .map(|number| Component {
            reference: name(number),
            name: name(number),
            version: Some("1.0".to_owned()),
            purl: Some(format!("pkg:npm/{}@1.0", name(number))),
            ..Component::default()
        })
        .collect();
    let edge = |from: String, to: String| Edge { from: from.into(), to: to.into(), kind: "depends".into() };
    let mut edges: Vec<Edge> =
        (0..count).map(|number| edge(name(number), name((number + 1) % count))).collect();
    edges.push(edge("ref-ledger".to_owned(), name(0)));
    edges.push(edge(name(1), name(1)));
    edges.sort();
    Sbom { components, edges, vulnerabilities: Vec::new(), ..fixture::sbom() }
}

#[test]
fn a_circle_comes_to_an_end_and_every_way_leads_back_to_the_subject() {
    let files = files(circle(30));
    let tree = &files["site/sbom/sbom-ledger/tree.html"];
    assert_eq!(tree.matches("<details").count(), tree.matches("</details>").count());
    assert!(
        tree.contains(
            "30\u{a0}components of 30 stand on a way from the subject, 1 of them at its first step."
        )
    );
    assert!(
        tree.contains("id=\"t-1\"") && tree.contains("id=\"t-10\"") && !tree.contains("id=\"t-11\""),
        "ten steps deep"
    );
    assert!(tree.contains("20\u{a0}components more stand in"), "the rest is counted");
    let page = &files["site/sbom/sbom-ledger.html"];
    let row = |number: usize| {
        let start = page.find(&format!("id=\"component-{number}\"")).unwrap();
        page[start..].split("</tr>").next().unwrap().to_owned()
    };
    assert!(row(1).contains("the subject itself"), "{}", row(1));
    assert!(row(1).contains("and 1\u{a0}component more"), "the last one names it, too: {}", row(1));
    // from any row the links lead to the subject
    let mut number = 30;
    for _ in 0..29 {
        let row = row(number);
        let before = row.split("#component-").nth(1).unwrap();
        number = before.split('"').next().unwrap().parse().unwrap();
    }
    assert_eq!(number, 1);
}

#[test]
fn many_components_stand_on_pages_that_one_search_goes_over() {
    let count = 4_100;
    let files = files(circle(count));
    let page = &files["site/sbom/sbom-ledger.html"];
    assert!(page.contains("data-list=\"../data/sbom/sbom-ledger/search.js\""), "the list is named");
    assert!(
        page.contains(
            "data-pages=\"../sbom/sbom-ledger/components-\" data-size=\"2000\" data-count=\"4100\""
        )
    );
    assert!(
        page.contains("href=\"../sbom/sbom-ledger/components-3.html\""),
        "without a script there are links"
    );
    assert!(page.len() < 200_000, "{} bytes", page.len());
    let list = &files["site/data/sbom/sbom-ledger/search.js"];
    let rows = list.strip_prefix("document.currentScript.rows=").unwrap().strip_suffix(";\n").unwrap();
    let rows: Vec<String> = serde_json::from_str(&rows.replace(",\n]", "\n]")).unwrap();
    assert_eq!((rows.len(), rows[2_000].as_str()), (count, "c-02000 1.0\tpkg:npm/c-02000@1.0"));
    // the row of an entry stands where the script looks for it
    for (index, name) in [(0, "c-00000"), (1_999, "c-01999"), (2_000, "c-02000"), (4_099, "c-04099")] {
        let page = &files[&format!("site/sbom/sbom-ledger/components-{}.html", index / 2_000 + 1)];
        let start = page.find(&format!("id=\"component-{}\"", index + 1)).unwrap();
        assert!(page[start..start + 200].contains(name), "{name}");
    }
    for (name, text) in &files {
        assert!(!name.ends_with(".html") || text.len() < 3_500_000, "{name}: {} bytes", text.len());
    }
}

#[test]
fn missing_elements_name_some_offenders_and_count_the_rest() {
    let mut bom = circle(100);
    bom.components[7].version = Some("NOASSERTION".to_owned());
    let files = files(bom);
    let page = &files["site/sbom/sbom-ledger/requirements.html"];
    let row = |element: &str| {
        let start = page.find(&format!(">{element}</th>")).unwrap();
        page[start..].split("</tr>").next().unwrap().to_owned()
    };
    assert!(row("Component version").contains("99 of 100") && row("Component version").contains("c-00007"));
    let supplier = row("Supplier name");
    assert!(supplier.contains("0 of 100") && supplier.contains("and 80 more"), "{supplier}");
    assert_eq!(supplier.matches("<a ").count(), 20);
    let lower = files.values().map(|text| text.to_lowercase()).collect::<String>();
    assert!(!lower.contains("complian"));
    assert!(page.contains("meets "));
}

#[test]
fn a_bill_without_relations_has_no_tree_and_no_link_to_one() {
    let mut bom = circle(3);
    bom.edges.clear();
    let files = files(bom);
    assert!(!files.contains_key("site/sbom/sbom-ledger/tree.html"));
    assert!(files.values().all(|text| !text.contains("tree.html")));
}
