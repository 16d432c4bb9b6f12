//! A component of a large CycloneDX JSON document as most of them are, read where it stands.
//!
//! Whatever is odd about one, and whatever there is to say about it, is left to the reader of trees: nothing is reported from here
//! but what the parts that are trees here, too, bring with them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cyclonedx::ORGANISATION;
use super::cyclonedx::Walked;
use super::cyclonedx::hashes;
use super::cyclonedx_given;
use super::cyclonedx_given::Parts;
use super::licence;
use super::purl;
use crate::load::text::node::Node;
use crate::load::text::reader::Reader;
use crate::load::text::row::Row;
use crate::load::text::row::UNKNOWN;
use crate::model::sbom::Component;
use crate::model::sbom::ComponentHash;
use crate::model::sbom::Licence;

/// What stands in a component.
#[derive(Default)]
struct Plain<'t> {
    reference: Option<&'t str>,
    kind: Option<&'t str>,
    group: Option<&'t str>,
    name: Option<&'t str>,
    version: Option<&'t str>,
    purl: Option<&'t str>,
    cpe: Option<&'t str>,
    scope: Option<&'t str>,
    supplier: Supplier<'t>,
    has_supplier: bool,
    has_licences: bool,
    /// Licence, and whether somebody concluded it.
    licences: Vec<(&'t str, bool)>,
    hashes: Vec<ComponentHash>,
    properties: Option<Node<'t>>,
    references: Option<Node<'t>>,
    authors: Option<Node<'t>>,
    manufacturer: Option<Node<'t>>,
    /// Keys that nobody knows.
    unknown: u32,
}

/// Who supplies it.
#[derive(Default)]
enum Supplier<'t> {
    #[default]
    None,
    /// Its name alone.
    Name(Option<&'t str>),
    /// With addresses.
    Tree(Node<'t>),
}

/// Reads the component into `out`, and says whether it did.
pub(super) fn read<'t>(
    row: &mut Row<'t>,
    reader: &Reader<'_>,
    out: &mut Walked<'t>,
    licences: &mut BTreeMap<String, Licence>,
) -> bool {
    let Some(plain) = plain(row) else { return false };
    let (Some(reference), Some(name)) = (plain.reference, plain.name) else { return false };
    let before = out.references.len();
    if (out.references.put(Cow::Borrowed(reference)) as usize) < before {
        return false;
    }
    out.with_license += usize::from(plain.has_licences);
    out.with_hash += usize::from(!plain.hashes.is_empty());
    out.with_supplier += usize::from(plain.has_supplier);
    reader.count_unknown(plain.unknown);
    out.components.push(component(plain, (reference, name), reader, licences));
    true
}

fn component(
    plain: Plain<'_>,
    (reference, name): (&str, &str),
    reader: &Reader<'_>,
    licences: &mut BTreeMap<String, Licence>,
) -> Component {
    let parts = Parts {
        properties: plain.properties.as_ref(),
        references: plain.references.as_ref(),
        authors: plain.authors.as_ref(),
        manufacturer: plain.manufacturer.as_ref(),
        supplier: match &plain.supplier {
            Supplier::Tree(node) => Some(node),
            Supplier::None | Supplier::Name(_) => None,
        },
    };
    let given = cyclonedx_given::given(&parts);
    let supplier = match &plain.supplier {
        Supplier::Tree(node) => reader.map(node, ORGANISATION).and_then(|supplier| supplier.owned("name")),
        Supplier::Name(name) => name.map(str::to_owned),
        Supplier::None => None,
    };
    let mut of = |wanted: bool| match plain.licences.as_slice() {
        [] => Licence::Absent,
        [(text, concluded)] if *concluded == wanted => licence::known(licences, text),
        [_] => Licence::Absent,
        several => licence::all(
            several
                .iter()
                .filter(|(_, concluded)| *concluded == wanted)
                .map(|(text, _)| licence::known(licences, text))
                .collect(),
        ),
    };
    let (licence, licence_concluded) = (of(false), of(true));
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let said = |text: Option<&str>| owned(text.filter(|text| !text.is_empty()));
    Component {
        reference: reference.to_owned(),
        kind: owned(plain.kind),
        group: said(plain.group),
        name: name.to_owned(),
        version: said(plain.version),
        purl: said(plain.purl),
        cpe: said(plain.cpe),
        licence,
        licence_concluded,
        supplier,
        scope: owned(plain.scope),
        hashes: plain.hashes,
        parent: None,
        given,
    }
}

/// Keeps a value, and says the number of its key.
fn set<T>(slot: &mut Option<T>, value: T, number: u32) -> u32 {
    *slot = Some(value);
    number
}

fn plain<'t>(row: &mut Row<'t>) -> Option<Plain<'t>> {
    let mut out = Plain::default();
    let mut unknown = 0;
    let others = row.entries(|row, key| {
        let number = match key {
            "bom-ref" => set(&mut out.reference, row.text()?, 0),
            "type" => set(&mut out.kind, row.text()?, 1),
            "group" => set(&mut out.group, row.text()?, 2),
            "name" => set(&mut out.name, row.text()?, 3),
            "version" => set(&mut out.version, row.text()?, 4),
            "purl" => set(&mut out.purl, row.text()?, 5),
            "cpe" => set(&mut out.cpe, row.text()?, 6),
            "scope" => set(&mut out.scope, row.text()?, 7),
            "licenses" => {
                row.items(|row| {
                    out.has_licences = true;
                    let (licence, others) = licence_of(row)?;
                    out.licences.extend(licence);
                    unknown += others;
                    Some(())
                })?;
                8
            }
            "hashes" => {
                row.items(|row| {
                    let (hash, others) = hash_of(row)?;
                    // most have one
                    if out.hashes.is_empty() {
                        out.hashes.reserve_exact(1);
                    }
                    out.hashes.push(hash);
                    unknown += others;
                    Some(())
                })?;
                9
            }
            "supplier" => {
                (out.supplier, out.has_supplier) = supplier_of(row)?;
                10
            }
            "properties" => set(&mut out.properties, row.value()?, 11),
            "externalReferences" => set(&mut out.references, row.value()?, 12),
            "authors" => set(&mut out.authors, row.value()?, 13),
            "manufacturer" => set(&mut out.manufacturer, row.value()?, 14),
            // others are in it
            "components" => return None,
            _ => UNKNOWN,
        };
        Some(number)
    })?;
    out.unknown = unknown + others;
    let usual = out.name.is_some_and(|name| !name.is_empty() && name.is_ascii());
    let located = out.purl.is_none_or(|purl| purl.is_empty() || purl::is_purl(purl));
    (usual && located).then_some(out)
}

/// A licence and whether it was concluded, and how many keys nobody knows.
fn licence_of<'t>(row: &mut Row<'t>) -> Option<(Option<(&'t str, bool)>, u32)> {
    let (mut expression, mut acknowledgement, mut unknown) = (None, None, 0);
    let (mut id, mut name, mut url, mut inner_acknowledgement) = (None, None, None, None);
    unknown += row.entries(|row, key| {
        let number = match key {
            "expression" => set(&mut expression, row.text()?, 0),
            "acknowledgement" => set(&mut acknowledgement, row.text()?, 1),
            "bom-ref" => {
                row.pass()?;
                2
            }
            "license" => {
                unknown += row.entries(|row, key| {
                    Some(match key {
                        "id" => set(&mut id, row.text()?, 0),
                        "name" => set(&mut name, row.text()?, 1),
                        "url" => set(&mut url, row.text()?, 2),
                        "acknowledgement" => set(&mut inner_acknowledgement, row.text()?, 3),
                        "text" => {
                            row.pass()?;
                            4
                        }
                        "bom-ref" => {
                            row.pass()?;
                            5
                        }
                        _ => UNKNOWN,
                    })
                })?;
                3
            }
            _ => UNKNOWN,
        };
        Some(number)
    })?;
    let concluded = acknowledgement.or(inner_acknowledgement) == Some("concluded");
    let text = expression.or(id).or(name).or(url);
    Some((text.map(|text| (text, concluded)), unknown))
}

fn hash_of(row: &mut Row<'_>) -> Option<(ComponentHash, u32)> {
    let (mut algorithm, mut value) = (None, None);
    let unknown = row.entries(|row, key| {
        Some(match key {
            "alg" => set(&mut algorithm, row.text()?, 0),
            "content" => set(&mut value, row.text()?, 1),
            _ => UNKNOWN,
        })
    })?;
    Some((hashes::digest(algorithm, value)?, unknown))
}

/// A supplier, and whether anything stands there. One with more than a name is a tree.
fn supplier_of<'t>(row: &mut Row<'t>) -> Option<(Supplier<'t>, bool)> {
    let mut ahead = *row;
    let mut name = None;
    let others = ahead.entries(|row, key| match key {
        "name" => {
            name = Some(row.text()?);
            Some(0)
        }
        _ => None,
    });
    if others.is_some() {
        *row = ahead;
        return Some((Supplier::Name(name), name.is_some()));
    }
    let node = row.value()?;
    let holds = !node.map()?.is_empty();
    Some((Supplier::Tree(node), holds))
}

#[cfg(test)]
mod tests {
    use crate::load::formats::cyclonedx;
    use crate::load::text::json;
    use crate::load::text::reader::Reader;

    /// Everything that is read and said of a text, as a whole tree or row by row.
    fn read(text: &str, large: bool) -> String {
        let document = if large { json::parse_large(text) } else { json::parse(text) }.unwrap();
        assert_eq!(document.rows.len(), if large { 2 } else { 0 });
        let reader = Reader::new("f", text, &document);
        let read = cyclonedx::bom(&reader).unwrap();
        let unknown = reader.unknown_fields();
        // what stands twice is said first of a tree, and in its turn of a row
        let mut findings: Vec<String> =
            reader.findings().iter().map(|finding| format!("{finding:#?}")).collect();
        assert!(findings.len() < 50);
        findings.sort();
        format!("{:#?}\n{:?}\n{unknown}\n{findings:#?}", read.body, read.facts)
    }

    #[test]
    fn what_a_plain_row_names_reaches_the_document() {
        let row = r#"{"bom-ref": "a", "name": "a", "supplier": {"name": "Alone"}, "hashes": [{"alg": "MD5", "content": "00"}],
            "licenses": [{"license": {"id": "MIT"}}, {"license": {"name": "Ours"}, "acknowledgement": "concluded"}]}"#;
        let text = format!(
            "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{row}], \"dependencies\": [{{\"ref\": \"a\"}}]}}{}",
            " ".repeat(1 << 20)
        );
        for large in [true, false] {
            let read = read(&text, large);
            for named in ["Alone", "MD5", "MIT", "Ours"] {
                assert!(read.contains(&format!("\"{named}\"")), "{large} {named}: {read}");
            }
        }
    }

    #[test]
    fn a_row_is_read_as_a_tree_is() {
        let parts = [
            r#""type": "library", "version": "1", "purl": "pkg:npm/a@1", "cpe": "cpe:/a:b:c", "group": "", "scope": "optional""#,
            r#""hashes": [{"alg": "SHA-256", "content": "00", "more": 1}], "description": "q\"\u0041", "evidence": {"x": [1, 2.5]}"#,
            r#""hashes": [{"alg": "SHA-256"}]"#,
            r#""hashes": [{"alg": "SHA-512", "content": "zz"}, {"alg": "SHA-1", "content": "00ff"}]"#,
            r#""hashes": [{"alg": "SHA-256", "content": ""}, {}, {"content": "00", "alg": ""}]"#,
            r#""hashes": [{"alg": "SHA-256", "content": "00"}, {"content": "01", "alg": "MD5"}, {"alg": 5, "content": "02"}]"#,
            r#""hashes": [], "licenses": [], "supplier": {}"#,
            r#""licenses": [{"license": {"id": "MIT", "text": {"content": "x"}}}, {"license": {"name": "Ours"}, "odd": 1}]"#,
            r#""licenses": [{"expression": "MIT OR ISC", "acknowledgement": "concluded"}, {"license": {"id": "MIT"}}, {}]"#,
            r#""licenses": [{"license": {"id": "", "acknowledgement": "concluded"}}], "licences": "no""#,
            r#""supplier": {"name": "A", "bom-ref": "s"}, "publisher": "x""#,
            r#""supplier": {"name": "Alone"}"#,
            r#""supplier": {"name": ""}, "manufacturer": {"name": "M", "url": ["https://example.org"]}"#,
            r#""supplier": {"name": "A", "name": "B"}, "manufacturer": {"name": "M", "contact": [{"email": "m@example.org"}]}"#,
            r#""supplier": "A", "manufacturer": {}"#,
            r#""supplier": {"url": "https://example.org"}, "manufacturer": "M", "authors": []"#,
            r#""licenses": [{"license": {"url": "https://example.org/l"}}, {"expression": "MIT", "license": {"id": "ISC"}}]"#,
            r#""licenses": [{"license": {"name": "NOASSERTION"}}, {"license": {"id": "NONE"}, "acknowledgement": "declared"}]"#,
            r#""licenses": {"license": {"id": "MIT"}}"#,
            r#""supplier": {"name": 1, "url": ["https://example.org"], "email": "a@b.c"}"#,
            r#""supplier": {"name": "A", "contact": [{"email": "a@example.org"}]}, "authors": [{"name": "B"}]"#,
            r#""supplier": null, "version": null"#,
            r#""version": 1.10, "purl": "not one""#,
            r#""purl": "", "cpe": "", "properties": [{"name": "bsi:component:archive", "value": "archive"}]"#,
            r#""externalReferences": [{"type": "distribution", "url": "https://example.org/x"}], "manufacturer": {"name": "M"}"#,
            r#""components": [{"name": "in", "bom-ref": "in"}, {"name": "side"}]"#,
            r#""name": "again""#,
            r#""properties": [{"name": "a", "name": "b"}]"#,
            r#""other": {"a": 1, "a": 2}, "type": 5"#,
        ];
        let mut rows =
            vec!["\"text\"".to_owned(), "null".to_owned(), "{}".to_owned(), "{\"name\": \"\"}".to_owned()];
        for (index, part) in parts.iter().enumerate() {
            rows.push(format!("{{\"bom-ref\": \"r{index}\", \"name\": \"n{index}\", {part}}}"));
            rows.push(format!("{{\"name\": \"n\u{200b}{index}\", {part}}}"));
        }
        rows.push("{\"bom-ref\": \"r1\", \"name\": \"twice\"}".to_owned());
        let relations = r#"{"ref": "r1", "dependsOn": ["r2", "nowhere"], "provides": ["r3"], "more": 1}, {"dependsOn": ["r1"]},
            {"ref": "r2", "dependsOn": null}, {"provides": ["r4"], "dependsOn": ["r5", "r5"], "ref": "nobody"}, {"ref": 1}, [],
            {"ref": "r6", "ref": "r7"}, {"ref": "r\u0031", "dependsOn": [2]}"#;
        for chunk in rows.chunks(5) {
            let text = format!(
                "{{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{}],\n\"dependencies\": [{relations}]}}{}",
                chunk.join(",\n"),
                " ".repeat(1 << 20)
            );
            assert_eq!(read(&text, true), read(&text, false), "{chunk:?}");
        }
    }
}
