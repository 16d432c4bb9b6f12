//! Formats that are recognised and refused by their name, so that nobody takes the file for an attachment that was read.

use super::Form;
use super::Input;
use crate::model::finding::Finding;
use crate::model::finding::Place;

const CONVERT: &str = "have the producer write CycloneDX JSON or XML, or convert it: `cyclonedx convert`";

fn refusal(path: &str, what: &str, help: &str) -> Finding {
    Finding::error("unsupported-format", format!("this is {what}, which is not read"))
        .at(Place::file(path))
        .help(help)
}

/// What bytes are that are no text.
pub(crate) fn of_bytes(path: &str, bytes: &[u8]) -> Option<Finding> {
    // field 1, a text of three bytes: the version of the specification; then field 2 or 3
    let protobuf = match bytes {
        [0x0a, 3, major, b'.', minor, next, ..] => {
            major.is_ascii_digit() && minor.is_ascii_digit() && matches!(next, 0x10 | 0x1a)
        }
        _ => false,
    };
    if protobuf {
        return Some(refusal(path, "CycloneDX in Protocol Buffers", CONVERT));
    }
    // the tag that RFC 9393 registers, "SWID" in letters
    if bytes.starts_with(&[0xda, b'S', b'W', b'I', b'D']) {
        return Some(refusal(path, "a CoSWID tag", "have the producer write CycloneDX or SPDX"));
    }
    None
}

/// What a decoded file is that no row claims.
pub(crate) fn of_input(input: &Input<'_>) -> Option<Finding> {
    let path = input.path;
    match &input.form {
        Form::Tree(_) => {
            if input.text_of("specFormat") == Some("CycloneDX") {
                let version = input.text_of("specVersion").unwrap_or("2.0").escape_debug().to_string();
                let what = format!("a draft of CycloneDX {version}");
                return Some(refusal(
                    path,
                    &what,
                    "read are 1.0 to 1.7: have the producer write one of these",
                ));
            }
            // a short one is YAML, too
            let yaml = !input.text.trim_start().starts_with(['{', '[']);
            let is_proto = yaml && is_text_proto(input.text) && input.has_keys(&["spec_version", "version"]);
            is_proto.then(|| refusal(path, "CycloneDX in the text form of Protocol Buffers", CONVERT))
        }
        Form::Xml { name, namespace } => {
            let space = namespace.as_deref().unwrap_or_default();
            if name == "SoftwareIdentity" {
                return Some(refusal(path, "a SWID tag", "have the producer write CycloneDX or SPDX"));
            }
            if name == "bom" && space.to_ascii_lowercase().contains("cyclonedx") {
                return Some(
                    Finding::error(
                        "format-mismatch",
                        format!("`{}` is no namespace of CycloneDX", space.escape_debug()),
                    )
                    .at(Place::file(path))
                    .help(
                        "the specification is exact here: `http://cyclonedx.org/schema/bom/` and the version",
                    ),
                );
            }
            None
        }
        Form::Text => {
            let first = lines(input.text).next();
            if first.is_some_and(|line| line.starts_with("Type,MimeType,Supplier,Author,")) {
                return Some(refusal(path, "CycloneDX as CSV", CONVERT));
            }
            is_text_proto(input.text)
                .then(|| refusal(path, "CycloneDX in the text form of Protocol Buffers", CONVERT))
        }
        Form::Documents(_) | Form::Lines(_) | Form::Binary(_) => None,
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(20)
}

fn is_text_proto(text: &str) -> bool {
    lines(text).any(|line| line.starts_with("# proto-file:") && line.contains("bom-"))
        || lines(text)
            .find(|line| !line.starts_with('#'))
            .is_some_and(|line| line.starts_with("spec_version: \""))
}

#[cfg(test)]
mod tests {
    use crate::load::sniff::sniff;

    fn check(path: &str, bytes: &[u8], expected: &str) {
        let sniffed = sniff(path, bytes, None);
        assert!(sniffed.read.is_none(), "{path}");
        assert_eq!(sniffed.findings.len(), 1, "{path}: {:?}", sniffed.findings);
        assert!(sniffed.findings[0].message.contains(expected), "{path}: {:?}", sniffed.findings);
    }

    #[test]
    fn what_is_not_read_is_refused_by_its_name() {
        check("a.cdx", b"\x0a\x031.6\x10\x01\x1a\x02ab\xff", "CycloneDX in Protocol Buffers");
        check("a.coswid", b"\xdaSWID\xa0", "CoSWID");
        check(
            "a.json",
            b"{\"specFormat\": \"CycloneDX\", \"specVersion\": \"2.0\"}",
            "draft of CycloneDX 2.0",
        );
        check("a.csv", b"Type,MimeType,Supplier,Author,Publisher\nlibrary,,,,\n", "CSV");
        check(
            "a.textproto",
            b"# a comment\nspec_version: \"1.6\"\nversion: 1\n",
            "text form of Protocol Buffers",
        );
        check(
            "a.swidtag",
            b"<SoftwareIdentity xmlns='http://standards.iso.org/iso/19770/-2/2015/schema.xsd'/>",
            "SWID",
        );
        check("a.xml", b"<bom xmlns='https://cyclonedx.org/schema/bom/1.6'/>", "no namespace of CycloneDX");
        check("b.xml", b"<bom xmlns='http://cyclonedx.org/schema/bom/2.0'/>", "`2.0` is not read");
    }
}
