//! The PDFs of the packet, by the `pdf/` package: PDF/A-2a and PDF/UA-1 from templates and one JSON value.
//!
//! Without the feature `pdf` nothing is made, and the answer says so; the caller tells the reader. Text the embedded fonts
//! cannot show is substituted first, with a finding that names it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::finding::Finding;
use crate::model::time::Instant;

/// Whether this build makes PDFs.
pub const AVAILABLE: bool = cfg!(feature = "pdf");

/// The built-in templates, by the name a project's file replaces them under.
pub const TEMPLATES: &[(&str, &str)] = &[
    ("pdf/look.typ", include_str!("../../../templates/pdf/look.typ")),
    ("pdf/start-here.typ", include_str!("../../../templates/pdf/start-here.typ")),
    ("pdf/summary.typ", include_str!("../../../templates/pdf/summary.typ")),
];

/// One document to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct PdfRequest {
    /// Name of the template, such as `pdf/summary.typ`.
    pub template: &'static str,
    /// What it shows, as `data.json`.
    pub data: Value,
    /// Title of the document.
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// Creation date.
    pub as_of: Instant,
    /// Stable name of the document, such as `trust.example.com/0001/packet/public/summary`.
    pub identifier: String,
    /// Name and version of the program.
    pub creator: String,
}

/// A document, or the fact that this build cannot make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pdf {
    /// The file and its number of pages.
    Made {
        /// The bytes.
        bytes: Vec<u8>,
        /// At least 1.
        pages: usize,
    },
    /// Built without the feature `pdf`.
    Unavailable,
}

/// Makes a document. `overrides` are the project's own templates, by the names of [`TEMPLATES`].
///
/// The findings tell of glyphs the fonts lack.
///
/// # Errors
/// `template-error` for everything that is wrong in a template, with file and line.
pub fn pdf(
    request: &PdfRequest,
    overrides: &BTreeMap<String, String>,
) -> Result<(Pdf, Vec<Finding>), Vec<Finding>> {
    engine::pdf(request, overrides)
}

#[cfg(not(feature = "pdf"))]
mod engine {
    use super::*;

    pub(super) fn pdf(
        _request: &PdfRequest,
        _overrides: &BTreeMap<String, String>,
    ) -> Result<(Pdf, Vec<Finding>), Vec<Finding>> {
        Ok((Pdf::Unavailable, Vec::new()))
    }
}

#[cfg(feature = "pdf")]
mod engine {
    use trustbook_pdf::Input;
    use trustbook_pdf::Problem;
    use trustbook_pdf::compile;
    use trustbook_pdf::substitute_missing_glyphs;

    use super::*;
    use crate::model::finding::Place;

    pub(super) fn pdf(
        request: &PdfRequest,
        overrides: &BTreeMap<String, String>,
    ) -> Result<(Pdf, Vec<Finding>), Vec<Finding>> {
        let mut findings = Vec::new();
        let data = shown(&request.data, "", request.template, &mut findings);
        let bytes = serde_json::to_vec(&data)
            .map_err(|error| vec![Finding::error("pdf-failed", format!("the data of the PDF: {error}"))])?;
        let mut files = BTreeMap::from([("data.json".to_owned(), bytes)]);
        let mut main = String::new();
        for (name, built_in) in TEMPLATES {
            let text = overrides.get(*name).map_or(*built_in, String::as_str);
            if *name == request.template {
                main = text.to_owned();
            } else if let Some(file) = name.strip_prefix("pdf/") {
                files.insert(file.to_owned(), text.as_bytes().to_vec());
            }
        }
        let (title, missing) = substitute_missing_glyphs(&request.title);
        findings.extend(missing.iter().map(|glyph| finding(glyph, "title", request.template)));
        let input = Input {
            main,
            main_name: format!("templates/{}", request.template),
            files,
            title,
            language: request.language.clone(),
            timestamp: request.as_of.unix(),
            identifier: request.identifier.clone(),
            creator: request.creator.clone(),
        };
        match compile(input) {
            Ok(output) => Ok((Pdf::Made { bytes: output.bytes, pages: output.pages }, findings)),
            Err(problems) => {
                findings.extend(problems.iter().map(|problem| template_error(problem, request.template)));
                Err(findings)
            }
        }
    }

    /// The value with every text shown as the fonts can; `pointer` says where it stood.
    fn shown(value: &Value, pointer: &str, template: &str, findings: &mut Vec<Finding>) -> Value {
        match value {
            Value::String(text) => {
                let (text, missing) = substitute_missing_glyphs(text);
                findings.extend(missing.iter().map(|glyph| finding(glyph, pointer, template)));
                Value::String(text)
            }
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .enumerate()
                    .map(|(position, item)| shown(item, &format!("{pointer}/{position}"), template, findings))
                    .collect(),
            ),
            Value::Object(map) => Value::Object(
                map.iter()
                    .map(|(key, item)| {
                        (key.clone(), shown(item, &format!("{pointer}/{key}"), template, findings))
                    })
                    .collect(),
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn finding(glyph: &trustbook_pdf::MissingGlyph, pointer: &str, template: &str) -> Finding {
        Finding::warning(
            "missing-glyph",
            format!(
                "the PDF fonts have no glyph for {} in `{pointer}` of `{template}`; U+FFFD is shown instead",
                glyph.code_point()
            ),
        )
        .help("give a transliteration; the HTML, XLSX and JSON of the same fact show it as written")
    }

    fn template_error(problem: &Problem, template: &str) -> Finding {
        let file = problem.file.as_deref().unwrap_or(template);
        let path =
            if file.starts_with("templates/") { file.to_owned() } else { format!("templates/pdf/{file}") };
        let number = |value: Option<usize>| value.and_then(|value| u32::try_from(value).ok());
        let place = match (number(problem.line), number(problem.column)) {
            (Some(line), Some(column)) => Place::at(path, line, column),
            _ => Place::file(path),
        };
        Finding::error("template-error", problem.message.clone()).at(place).help(problem.help.join("; "))
    }
}

#[cfg(test)]
#[cfg(feature = "pdf")]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(data: Value) -> PdfRequest {
        PdfRequest {
            template: "pdf/start-here.typ",
            data,
            title: "A packet".to_owned(),
            language: "en".to_owned(),
            as_of: Instant::parse("2026-01-01T00:00:00Z").unwrap(),
            identifier: "test/1".to_owned(),
            creator: "trustbook".to_owned(),
        }
    }

    fn data(lead: &str) -> Value {
        json!({ "title": "A packet", "lead": lead, "marks": [], "header-start": "a", "header-end": "b",
                "footer-start": "c", "sections": [] })
    }

    #[test]
    fn a_glyph_the_fonts_lack_is_substituted_with_a_finding() {
        let (made, findings) = pdf(&request(data("漢 and plain")), &BTreeMap::new()).unwrap();
        assert!(matches!(made, Pdf::Made { pages: 1, .. }));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].code, "missing-glyph");
        assert!(findings[0].message.contains("U+6F22 in `/lead`"), "{}", findings[0].message);
    }

    #[test]
    fn an_error_in_a_projects_own_template_names_its_line() {
        let overrides = BTreeMap::from([("pdf/start-here.typ".to_owned(), "= A\n#nothing".to_owned())]);
        let findings = pdf(&request(data("")), &overrides).unwrap_err();
        assert_eq!(findings[0].code, "template-error");
        let place = findings[0].place.clone().unwrap();
        assert_eq!((place.path.as_str(), place.line), ("templates/pdf/start-here.typ", Some(2)));
    }
}
