//! The template engine: built-in and replaced templates, what they may call, and its errors as findings.
//!
//! Templates are code of the project, never of evidence. Everything in `.html`, `.xml` and `.svg` is escaped.

use std::collections::BTreeMap;

use tera::Context;
use tera::ErrorKind;
use tera::Kwargs;
use tera::State;
use tera::Tera;
use tera::Value;

use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::render::markdown;
use crate::render::templates;

/// An engine with every template parsed.
pub(crate) struct Engine {
    tera: Tera,
}

impl Engine {
    /// Parses every template; `global` is what all pages share.
    pub(crate) fn new(overrides: &BTreeMap<String, String>, global: Context) -> Result<Self, Finding> {
        let mut tera = Tera::new();
        tera.autoescape_on([".html", ".svg", ".xml"]);
        tera.register_filter("json_script", json_script);
        tera.register_filter("eights", eights);
        tera.register_filter("rooted", rooted);
        let all: Vec<(String, String)> = templates::all(overrides)
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        tera.add_raw_templates(all).map_err(|error| finding(&error))?;
        *tera.global_context() = global;
        Ok(Self { tera })
    }

    /// Whether there is a template of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.tera.contains_template(name)
    }

    /// Renders one template.
    pub(crate) fn render(&self, name: &str, context: &Context) -> Result<String, Finding> {
        self.tera.render(name, context).map_err(|error| finding(&error))
    }
}

/// JSON that can stand in `<script type="application/json">`: no character of it can end the element.
fn json_script(value: Value, _: Kwargs, _: &State) -> Result<Value, tera::Error> {
    let text = serde_json::to_string(&value).map_err(tera::Error::message)?;
    Ok(Value::safe_string(&script_safe(&text)))
}

/// The same JSON without `<`, `>`, `&`, U+2028 and U+2029.
pub(crate) fn script_safe(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for ch in json.chars() {
        match ch {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(ch))),
            _ => out.push(ch),
        }
    }
    out
}

/// Checked markup with the way to the site's root filled in.
fn rooted(html: &str, arguments: Kwargs, _: &State) -> Result<Value, tera::Error> {
    let root = arguments.must_get::<&str>("root")?;
    Ok(Value::safe_string(&html.replace(markdown::ROOT, root)))
}

/// A digest in groups of eight.
fn eights(value: &str, _: Kwargs, _: &State) -> Vec<String> {
    value.as_bytes().chunks(8).map(|group| String::from_utf8_lossy(group).into_owned()).collect()
}

/// An error of the engine as a finding, pointing into the template where the engine says so.
fn finding(error: &tera::Error) -> Finding {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            let line = u32::try_from(span.start_line).unwrap_or(u32::MAX);
            let column = u32::try_from(span.start_col).unwrap_or(u32::MAX).saturating_add(1);
            let width = span.end_col.saturating_sub(span.start_col).clamp(1, 200);
            let mut place = Place::at(format!("templates/{}", report.filename()), line, column);
            place.width = u32::try_from(width).unwrap_or(1);
            Finding::error(
                "template-error",
                format!("this template cannot be used: {}", plain(report.message())),
            )
            .at(place)
            .help("correct the template, or remove it from `templates/` to use the built-in one")
        }
        _ => {
            let said = error.to_string();
            let (file, line, column) = spot(&said).unwrap_or(("site", None, None));
            let place = Place { line, column, ..Place::file(format!("templates/{file}")) };
            Finding::error("template-error", format!("this template cannot be used: {}", plain(&said)))
                .at(place)
                .help("correct the template, or remove it from `templates/` to use the built-in one")
        }
    }
}

/// The first line of what the engine says, without its mark.
fn plain(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let mut chars = first.chars();
    chars.next().map_or_else(String::new, |start| start.to_lowercase().chain(chars).collect())
}

/// The place that the engine draws as ` --> FILE:LINE:COLUMN`.
fn spot(said: &str) -> Option<(&str, Option<u32>, Option<u32>)> {
    let line = said.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
    let mut parts = line.trim().rsplitn(3, ':');
    let column = parts.next()?.parse().ok();
    let row = parts.next()?.parse().ok();
    Some((parts.next()?, row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(name: &str, text: &str) -> Finding {
        let overrides = BTreeMap::from([(name.to_owned(), text.to_owned())]);
        match Engine::new(&overrides, Context::new()) {
            Err(finding) => finding,
            Ok(engine) => engine.render(name, &Context::new()).unwrap_err(),
        }
    }

    #[test]
    fn a_template_error_names_its_file_line_and_column() {
        for text in ["<p>\n  {% if %}", "<p>\n  {{ nobody.set.this }}"] {
            let finding = broken("site/extra.html", text);
            let place = finding.place.unwrap();
            assert_eq!(place.path, "templates/site/extra.html");
            assert_eq!(place.line, Some(2), "{}", finding.message);
            assert!(place.column > Some(2), "{:?}", place.column);
        }
    }

    #[test]
    fn no_json_can_end_its_script_element() {
        let text = serde_json::to_string("</script><!-- \u{2028} &").unwrap();
        let safe = script_safe(&text);
        assert!(!safe.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), "</script><!-- \u{2028} &");
    }

    #[test]
    fn every_kind_of_markup_template_is_escaped() {
        for suffix in ["html", "xml", "svg"] {
            let name = format!("site/extra.{suffix}");
            let overrides = BTreeMap::from([(name.clone(), "{{ x }}".to_owned())]);
            let engine = Engine::new(&overrides, Context::new()).unwrap_or_else(|_| panic!("parses"));
            let mut context = Context::new();
            context.insert("x", "<b>");
            assert_eq!(engine.render(&name, &context).unwrap(), "&lt;b&gt;");
        }
    }
}
