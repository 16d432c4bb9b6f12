//! Files in a project's templates folder that nothing asks for. Silence about them would look like a template that works.

use std::collections::BTreeMap;

use crate::model::catalog::Catalog;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::render::outputs::pdf;
use crate::render::outputs::verifier;
use crate::render::pages;
use crate::render::templates;

/// A warning for each file of `folder` that replaces no built-in file, is no page's own template
/// (`site/pages/KEY.html`), and is named by no other template.
pub fn without_effect(overrides: &BTreeMap<String, String>, catalog: &Catalog, folder: &str) -> Vec<Finding> {
    let mut known: Vec<String> =
        templates::SITE.iter().chain(pdf::TEMPLATES).map(|(name, _)| (*name).to_owned()).collect();
    let keys =
        pages::PAGES.iter().map(|row| row.key).chain(catalog.pages.iter().map(|page| page.id.as_str()));
    known.extend(keys.map(|key| format!("site/pages/{key}.html")));
    let named = |name: &str| {
        let short = name.rsplit('/').next().unwrap_or(name);
        overrides.iter().any(|(other, text)| {
            other != name
                && (text.contains(&format!("\"{name}\"")) || other.ends_with(".typ") && text.contains(short))
        })
    };
    overrides
        .iter()
        .filter(|(name, text)| !known.contains(name) && !named(name) && !verifier::is_part(text))
        .map(|(name, _)| {
            let help = match did_you_mean(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name it like the template it replaces, name it in another template, or remove it"
                    .to_owned(),
            };
            Finding::warning(
                "template-without-effect",
                "no template has this name, so nothing shows the file",
            )
            .at(Place::file(format!("{folder}/{name}")))
            .help(help)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(names: &[(&str, &str)]) -> Vec<(String, String)> {
        let overrides = names.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        without_effect(&overrides, &Catalog::default(), "templates")
            .into_iter()
            .map(|finding| (finding.place.unwrap().path, finding.help))
            .collect()
    }

    #[test]
    fn a_slip_in_a_name_is_told_with_the_name_that_was_meant() {
        assert_eq!(
            said(&[("site/pgae.html", "")]),
            [("templates/site/pgae.html".to_owned(), "did you mean `site/page.html`?".to_owned())]
        );
    }

    #[test]
    fn what_replaces_a_template_or_is_named_by_one_has_an_effect() {
        let page = "{% include \"site/own.html\" %}";
        let all = [
            ("site/page.html", page),
            ("site/own.html", ""),
            ("site/pages/claims.html", ""),
            ("pdf/look.typ", ""),
        ];
        assert_eq!(said(&all), []);
    }

    #[test]
    fn the_verifier_is_replaced_by_no_file_and_its_own_sources_say_nothing_else() {
        let own = include_str!("../../templates/verify/bytes.js");
        assert_eq!(said(&[("verify/bytes.js", own)]), []);
        let other = format!("{own}\n");
        assert_eq!(said(&[("verify/bytes.js", &other)]).len(), 1);
    }
}
