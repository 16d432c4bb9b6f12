//! The one visibility filter, before any renderer, and the publish lint over the bytes to be published.
//!
//! What is not for the audience does not exist for its renderers: no record, id, path, digest, title or reason.
//! A withheld record appears only as its own `public-stub`, where one was written.

mod assessment;
mod evidence;
mod lens;
pub mod lint;
mod records;

use serde::Serialize;

use crate::disclose::lens::Lens;
use crate::disclose::records::Disclose;
use crate::model::assessment::Assessment;
use crate::model::catalog::ById;
use crate::model::catalog::Catalog;
use crate::model::content::*;
use crate::model::evidence::Evidence;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::profile::Profile;
use crate::model::record::Record;
use crate::model::register::Blocker;
use crate::model::register::Risk;
use crate::model::register::Waiver;
use crate::model::snapshot::Stub;
use crate::model::visibility::Audience;

/// Codes of the findings made here beside those of the lint, with their meaning.
pub static FINDINGS: &[(&str, &str)] = &[(
    "names-withheld",
    "A text that an audience sees names a record, file or digest that it may not see. The text is shown as written: \
     reword it, or make both visible to the same audience.",
)];

/// What one audience may see.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Disclosed {
    /// The records it may see, links to others taken out.
    pub catalog: Catalog,
    /// The verdicts, with withheld inputs counted and not named.
    pub assessment: Assessment,
    /// Findings about what it may see.
    pub findings: Vec<Finding>,
    /// What is withheld and how to ask, where that was written.
    pub stubs: Vec<Stub>,
}

/// Takes out everything that `audience` may not see.
pub fn disclose(
    catalog: &Catalog,
    assessment: &Assessment,
    findings: &[Finding],
    audience: &Audience,
) -> Disclosed {
    let profiles: Vec<&crate::model::id::Id> =
        assessment.verdicts.iter().map(|verdict| &verdict.profile).collect();
    let lens = Lens::new(catalog, audience, &profiles);
    Disclosed {
        catalog: filter(catalog, &lens),
        assessment: assessment::filter(assessment, catalog, &lens),
        findings: findings.iter().filter(|finding| lens.may_hear(finding)).cloned().collect(),
        stubs: stubs(catalog, &lens),
    }
}

/// The profiles as `audience` may see them: without what names something withheld.
pub fn profiles(profiles: &[Profile], catalog: &Catalog, audience: &Audience) -> Vec<Profile> {
    let ids: Vec<&crate::model::id::Id> = profiles.iter().map(|profile| &profile.id).collect();
    let lens = Lens::new(catalog, audience, &ids);
    profiles
        .iter()
        .cloned()
        .map(|mut profile| {
            for criterion in &mut profile.criteria {
                for value in criterion.parameters.values_mut() {
                    *value = lens.value(std::mem::take(value));
                }
                if lens.first_withheld(&criterion.text).is_some() {
                    "it names something withheld".clone_into(&mut criterion.text);
                }
            }
            profile
        })
        .collect()
}

fn filter(catalog: &Catalog, lens: &Lens<'_>) -> Catalog {
    macro_rules! take_apart {
        ($($field:ident : $type:ident),* $(,)?) => {{
            // Taken apart in full: a new part of the catalog does not compile until it is decided here.
            let Catalog { organization, vulnerability_disclosure, pages, $($field),* } = catalog;
            Catalog {
                organization: organization.clone(),
                vulnerability_disclosure: vulnerability_disclosure.clone(),
                pages: pages.iter().filter(|page| lens.sees_page(page)).map(|page| lens.page(page)).collect(),
                $( $field: by_id($field, lens), )*
            }
        }};
    }
    crate::for_each_kind!(take_apart)
}

fn by_id<R: Record + Disclose + Clone>(records: &ById<R>, lens: &Lens<'_>) -> ById<R> {
    records
        .iter()
        .filter(|(id, _)| lens.sees(R::KIND, id.as_str()))
        .map(|(id, record)| (id.clone(), record.clone().disclose(lens)))
        .collect()
}

fn stubs(catalog: &Catalog, lens: &Lens<'_>) -> Vec<Stub> {
    let mut stubs = Vec::new();
    macro_rules! collect {
        ($($field:ident : $type:ident),* $(,)?) => { $(
            for record in catalog.$field.values() {
                let withheld = !lens.sees(<$type as Record>::KIND, record.id().as_str());
                if let (true, Some(stub)) = (withheld, record.public_stub()) {
                    stubs.push(Stub {
                        kind: <$type as Record>::KIND.to_owned(),
                        title: stub.title.clone(),
                        how_to_ask: stub.how_to_ask.clone(),
                    });
                }
            }
        )* };
    }
    crate::for_each_kind!(collect);
    stubs.sort();
    stubs.dedup();
    stubs
}

/// A warning for each free text of a visible record that names something `audience` may not see. For the people who
/// build, never for the audience: the warnings themselves name it.
pub fn mentions(catalog: &Catalog, audience: &Audience) -> Vec<Finding> {
    let lens = Lens::new(catalog, audience, &[]);
    let mut findings = Vec::new();
    let mut look =
        |value: &serde_json::Value, origin: &crate::model::record::Origin, id: &crate::model::id::Id| {
            let mut texts = Vec::new();
            texts_of(value, String::new(), &mut texts);
            for (pointer, text) in texts {
                if let Some(word) = lens.first_withheld(text) {
                    let place = match pointer.as_str() {
                        // the text of a page: where the word stands in it
                        "" => {
                            let start = (word.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
                            Place::in_page(&origin.path, start, start + word.len())
                        }
                        pointer => origin.field(pointer),
                    };
                    findings.push(
                        Finding::warning(
                            "names-withheld",
                            format!(
                                "this text names `{word}`, which the audience `{}` may not see",
                                audience.name()
                            ),
                        )
                        .at(place)
                        .help("write the sentence without it, or make both visible to the same audience")
                        .about(id),
                    );
                }
            }
        };
    macro_rules! look_at {
        ($($field:ident : $type:ident),* $(,)?) => { $(
            for record in by_id(&catalog.$field, &lens).values() {
                if <$type as Record>::KIND == Evidence::KIND {
                    continue;
                }
                if let Ok(value) = serde_json::to_value(record) {
                    look(&value, record.origin(), record.id());
                }
            }
        )* };
    }
    crate::for_each_kind!(look_at);
    for page in catalog.pages.iter().filter(|page| lens.sees_page(page)) {
        look(&serde_json::Value::String(page.text.clone()), &page.origin, &page.id);
    }
    findings.sort();
    findings.dedup();
    findings
}

/// Every text with its RFC 6901 pointer, without the leading `/`.
pub(crate) fn texts_of<'a>(value: &'a serde_json::Value, pointer: String, into: &mut Vec<(String, &'a str)>) {
    let below = |key: &str| if pointer.is_empty() { key.to_owned() } else { format!("{pointer}/{key}") };
    match value {
        serde_json::Value::String(text) => into.push((pointer, text)),
        serde_json::Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                texts_of(item, below(&at.to_string()), into);
            }
        }
        serde_json::Value::Object(map) => {
            for (key, item) in map {
                texts_of(item, below(&key.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}
