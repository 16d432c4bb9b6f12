//! SPDX 2 in plain XML, as the SPDX tools write it: the shape of the JSON, with an element for each of several.

use std::borrow::Cow;

use super::Form as Made;
use super::Format;
use super::Input;
use super::Read;
use super::checked;
use super::spdx;
use crate::load::text::reader::Reader;
use crate::load::text::xml_tree;
use crate::load::text::xml_tree::Dialect;
use crate::load::text::xml_tree::Form;
use crate::load::text::xml_tree::Shape;
use crate::model::evidence::EvidenceKind;
use crate::model::finding::Checked;

/// The row.
pub(super) const ROW: Format = Format {
    id: "spdx-xml",
    title: "an SPDX 2 XML document",
    media_type: "application/spdx+xml",
    kind: EvidenceKind::Sbom,
    docs: "**What it reads.** SPDX 2.2 and 2.3 in plain XML, with the root `Document`, to the same record as the JSON.\n\n\
           **Traps.** The root has no namespace and a common name: the file is of this format when it says `spdxVersion`. RDF in XML \
           is another format.\n\n\
           **Source.** <https://spdx.github.io/spdx-spec/v2.3/>.",
    detect: |input| {
        matches!(&input.form, Made::Xml { name, namespace: None } if name == "Document")
            && input.text.contains("<spdxVersion>")
    },
    read,
};

const DIALECT: Dialect = Dialect { space: |uri| if uri.is_empty() { Some("") } else { None }, shape };

/// Elements that stand once for each value of a list.
const EACH: &[&str] = &[
    "annotations",
    "attributionTexts",
    "checksums",
    "creators",
    "documentDescribes",
    "externalDocumentRefs",
    "externalRefs",
    "fileTypes",
    "files",
    "hasExtractedLicensingInfos",
    "hasFiles",
    "licenseInfoFromFiles",
    "packages",
    "relationships",
    "snippets",
];

fn shape(_path: &[Cow<'_, str>], name: &str) -> Shape {
    Shape { key: "", form: Form::Value, each: EACH.contains(&name) }
}

fn read(input: &Input<'_>) -> Checked<Read> {
    let tree = match xml_tree::parse(input.text, &DIALECT) {
        Ok(tree) => tree,
        Err(syntax) => return Checked::refused(syntax.finding(input.path, input.text)),
    };
    let reader = Reader::new(input.path, input.text, &tree.document);
    reader.count_unknown(tree.foreign);
    let read = spdx::bill(&reader);
    checked(reader, read)
}
