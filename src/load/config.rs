//! `trustbook.yaml` to [`Config`].

use std::path::Path;

use super::records;
use super::texts::Texts;
use super::walk;
use crate::bundle::digest::Digest;
use crate::model::config::Config;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::finding::Place;

/// Name of the project file.
pub(crate) const FILE: &str = "trustbook.yaml";

/// Reads the project file of `root`.
pub(crate) fn load(root: &Path, texts: &mut Texts) -> Checked<Config> {
    let disk = root.join(FILE);
    if !disk.exists() {
        return Checked::refused(
            Finding::error("no-config", format!("there is no `{FILE}` in `{}`", root.display()))
                .at(Place::file(FILE))
                .help("run `trustbook init` to make a project, or name its folder with `--root DIR`"),
        );
    }
    let bytes = match walk::read_named(FILE, &disk) {
        Ok(bytes) => bytes,
        Err(finding) => return Checked::refused(finding),
    };
    texts.insert(FILE, super::originals::content(bytes.clone(), walk::real(&disk), Digest::of(&bytes)));
    let mut checked = records::file::<Config>(FILE, &bytes);
    if let Some(config) = &checked.value {
        check(config, &mut checked.findings);
    }
    checked
}

/// What the types cannot say.
fn check(config: &Config, findings: &mut Vec<Finding>) {
    let mut wrong = |pointer: &str, message: String, help: &str| {
        findings.push(Finding::error("invalid-value", message).at(Place::pointer(FILE, pointer)).help(help));
    };
    let slug = config.site.slug.as_str();
    if slug.len() > 60
        || !slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    {
        wrong(
            "/site/slug",
            format!("`{slug}` is not a slug"),
            "at most 60 lower-case letters, digits and dashes",
        );
    }
    let origin = config.site.origin.as_str();
    let fine = !origin.is_empty()
        && origin.len() <= 200
        && origin
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'_'));
    if !fine {
        wrong(
            "/site/origin",
            format!("`{}` is not an origin", origin.escape_debug()),
            "a name such as `trust.example.com`: letters, digits, `.`, `-`, `_`, `/`",
        );
    }
    if let Some(url) = &config.site.base_url
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        wrong(
            "/site/base-url",
            format!("`{}` is not a web address", url.escape_debug()),
            "such as `https://trust.example.com/`",
        );
    }
    let paths = &config.paths;
    let all = [
        ("content", &paths.content),
        ("evidence", &paths.evidence),
        ("templates", &paths.templates),
        ("profiles", &paths.profiles),
        ("history", &paths.history),
        ("public", &paths.public),
        ("packets", &paths.packets),
    ];
    for (key, path) in all {
        if walk::resolve("", path).is_none_or(|clean| clean != *path) {
            wrong(
                &format!("/paths/{key}"),
                format!("`{}` is not a folder of the project", path.escape_debug()),
                "a relative path without `..`, `/` between folders",
            );
        }
    }
    for (output, path) in
        [("public", &paths.public), ("packets", &paths.packets), ("history", &paths.history)]
    {
        for (key, other) in all {
            let nested = other == path
                || other.starts_with(&format!("{path}/"))
                || path.starts_with(&format!("{other}/"));
            if key != output && nested {
                wrong(
                    &format!("/paths/{output}"),
                    format!("`{path}` and `{other}` overlap"),
                    "what is written needs a folder of its own",
                );
            }
        }
    }
    for (index, known) in config.attestation_keys.iter().enumerate() {
        if super::attestations::key(&known.public_key).is_none() {
            wrong(
                &format!("/attestation-keys/{index}/public-key"),
                format!("the key `{}` is not an Ed25519 key", known.name.escape_debug()),
                "base64 of its 32 bytes, or the line between the marks of its PEM file",
            );
        }
    }
    for (index, waiver) in config.lint.waivers.iter().enumerate() {
        if waiver.reason.trim().is_empty() {
            wrong(
                &format!("/lint/waivers/{index}/reason"),
                "a lint waiver without a reason".to_owned(),
                "say why it may stay",
            );
        }
    }
}
