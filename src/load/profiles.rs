//! Profiles: the built-in ones, replaced or joined by those of the project.

use std::collections::BTreeMap;
use std::path::Path;

use super::records;
use super::texts::Texts;
use super::walk;
use crate::bundle::digest::Digest;
use crate::model::config::Config;
use crate::model::finding::Finding;
use crate::model::finding::Place;
use crate::model::finding::did_you_mean;
use crate::model::id::Id;
use crate::model::profile::Profile;
use crate::model::record::Origin;

/// Built-in files below `profiles/`, by their path inside it.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[
    ("certification-first.yaml", include_str!("../../profiles/certification-first.yaml")),
    ("certification.yaml", include_str!("../../profiles/certification.yaml")),
    ("closeout.yaml", include_str!("../../profiles/closeout.yaml")),
    ("enterprise-packet.yaml", include_str!("../../profiles/enterprise-packet.yaml")),
    ("evidence-bundle.yaml", include_str!("../../profiles/evidence-bundle.yaml")),
    ("packet/eu-bank.yaml", include_str!("../../profiles/packet/eu-bank.yaml")),
    ("packet/public.yaml", include_str!("../../profiles/packet/public.yaml")),
    ("release-gate.yaml", include_str!("../../profiles/release-gate.yaml")),
    ("release.yaml", include_str!("../../profiles/release.yaml")),
    ("stage-gates.yaml", include_str!("../../profiles/stage-gates.yaml")),
];

/// The id of a profile that is built in or in the project's folder.
pub(crate) fn named(root: &Path, config: &Config, name: &str) -> Option<Id> {
    let id = Id::new(name).ok()?;
    let built_in = BUILT_IN.iter().any(|(inner, _)| *inner == format!("{name}.yaml"));
    let own = ["yaml", "yml"]
        .iter()
        .any(|end| root.join(&config.paths.profiles).join(format!("{name}.{end}")).is_file());
    (built_in || own).then_some(id)
}

/// Names of the built-in profiles.
pub fn built_in() -> Vec<&'static str> {
    BUILT_IN
        .iter()
        .filter_map(|(inner, _)| inner.strip_suffix(".yaml"))
        .filter(|name| !name.contains('/'))
        .collect()
}

/// Profiles of the project file, in its order, and the YAML of packet profiles by name.
pub(crate) fn load(
    root: &Path,
    config: &Config,
    texts: &mut Texts,
    findings: &mut Vec<Finding>,
) -> (Vec<Profile>, BTreeMap<String, String>) {
    let folder = config.paths.profiles.as_str();
    // path inside the folder to (path shown, text)
    let mut files: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (inner, text) in BUILT_IN {
        let shown = format!("profiles/{inner} (built in)");
        texts.insert_text(&shown, text);
        files.insert((*inner).to_owned(), (shown, (*text).to_owned()));
    }
    let walked = walk::walk(root, folder);
    findings.extend(walked.findings);
    for found in
        walked.files.iter().filter(|found| found.path.ends_with(".yaml") || found.path.ends_with(".yml"))
    {
        let read = walk::read(found).and_then(|bytes| {
            texts.insert(
                &found.path,
                super::originals::content(bytes.clone(), found.disk.clone(), Digest::of(&bytes)),
            );
            records::text_of(&found.path, &bytes).map(std::borrow::Cow::into_owned)
        });
        match read {
            Ok(text) => {
                let inner = found.path.strip_prefix(folder).unwrap_or(&found.path).trim_start_matches('/');
                let inner = inner
                    .strip_suffix(".yml")
                    .map_or_else(|| inner.to_owned(), |stem| format!("{stem}.yaml"));
                files.insert(inner, (found.path.clone(), text));
            }
            Err(finding) => findings.push(finding),
        }
    }
    let mut packets = BTreeMap::new();
    for (inner, (_, text)) in &files {
        if let Some(name) = inner.strip_prefix("packet/").and_then(|name| name.strip_suffix(".yaml")) {
            packets.insert(name.to_owned(), text.clone());
        }
    }
    let names =
        || files.keys().filter_map(|inner| inner.strip_suffix(".yaml")).filter(|name| !name.contains('/'));
    let mut profiles = Vec::new();
    for (index, id) in config.profiles.iter().enumerate() {
        let Some((path, text)) = files.get(&format!("{id}.yaml")) else {
            let help = match did_you_mean(id.as_str(), names()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known are {}", names().collect::<Vec<_>>().join(", ")),
            };
            findings.push(
                Finding::error("unknown-profile", format!("there is no profile `{id}`"))
                    .at(Place::pointer(super::config::FILE, format!("/profiles/{index}")))
                    .help(help),
            );
            continue;
        };
        let checked = records::record::<Profile>(path, text);
        findings.extend(checked.findings);
        let Some(mut profile) = checked.value else { continue };
        if profile.id != *id {
            findings.push(
                Finding::error(
                    "invalid-value",
                    format!("the profile in `{path}` has the id `{}`", profile.id),
                )
                .at(Place::pointer(path, "/id"))
                .help(format!("write `id: {id}`, or rename the file")),
            );
            continue;
        }
        profile.origin = Origin { path: path.clone(), pointer: String::new() };
        for (at, criterion) in profile.criteria.iter_mut().enumerate() {
            criterion.origin = Origin { path: path.clone(), pointer: format!("/criteria/{at}") };
        }
        profiles.push(profile);
    }
    (profiles, packets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below(folder: &Path, prefix: &str, out: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                below(&entry.path(), &format!("{name}/"), out);
            } else {
                out.push(name);
            }
        }
    }

    #[test]
    fn every_file_in_profiles_is_built_in_and_readable() {
        let mut names = Vec::new();
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles"), "", &mut names);
        names.sort();
        let mut built_in: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        built_in.sort_unstable();
        assert_eq!(names, built_in);
        for (name, text) in BUILT_IN.iter().filter(|(name, _)| !name.contains('/')) {
            let checked = records::record::<Profile>(name, text);
            assert!(checked.value.is_some(), "{name}: {:?}", checked.findings);
        }
    }
}
