//! Style sheet and script.

use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put;
use crate::render::templates;

/// Copies both, and writes the brand's link colour where there is one.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    for (name, media_type) in [("style.css", "text/css"), ("site.js", "text/javascript")] {
        match templates::text(input.templates, &format!("site/{name}")) {
            Some(text) => {
                put(&mut files, &mut findings, &format!("site/{name}"), media_type, text.as_bytes().to_vec());
            }
            None => findings.push(Finding::error(
                "template-missing",
                format!("there is no `templates/site/{name}`, not even built in"),
            )),
        }
    }
    if let Some(colour) = input.snapshot.site.link_colour.as_deref().filter(|colour| is_colour(colour)) {
        let css =
            format!("@media not screen, (prefers-color-scheme: light) {{ :root {{ --link: {colour}; }} }}\n");
        put(&mut files, &mut findings, "site/brand.css", "text/css", css.into_bytes());
    }
    Checked { value: Some(files), findings }
}

/// Whether `text` is `#rrggbb`.
pub(crate) fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}
