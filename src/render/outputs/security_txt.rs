//! `security.txt` (RFC 9116), at `site/well-known/security.txt`; publishing maps it to `.well-known/`.

use crate::model::content::VulnerabilityDisclosure;
use crate::model::finding::Checked;
use crate::model::finding::Finding;
use crate::model::time::Instant;
use crate::render::Files;
use crate::render::RenderInput;
use crate::render::outputs::put;

/// Writes it where a way to report is recorded.
pub(crate) fn make(input: &RenderInput) -> Checked<Files> {
    let Some(disclosure) = &input.snapshot.catalog.vulnerability_disclosure else {
        return Checked::ok(Vec::new());
    };
    let (mut files, mut findings) = (Vec::new(), Vec::new());
    if disclosure.expires.end() <= input.snapshot.head.as_of {
        findings.push(
            Finding::error(
                "security-txt-expired",
                format!("`security.txt` would have ended on {}", disclosure.expires),
            )
            .at(disclosure.origin.field("expires"))
            .help("set `vulnerability-disclosure.expires` to a day within the next year"),
        );
    }
    match text(disclosure) {
        Ok(text) => {
            put(&mut files, &mut findings, "site/well-known/security.txt", "text/plain", text.into_bytes())
        }
        Err(finding) => findings.push(finding),
    }
    Checked { value: Some(files), findings }
}

/// The file. Every field is one line; a value that would break it is refused.
fn text(disclosure: &VulnerabilityDisclosure) -> Result<String, Finding> {
    let mut out = String::new();
    let ends: Instant = disclosure.expires.end().plus_seconds(-1);
    let mut field = |name: &str, value: &str| {
        if value.is_empty() || value.chars().any(char::is_control) {
            return Err(Finding::error(
                "security-txt-value",
                format!("`{name}` of `security.txt` would be empty, or more than one line"),
            )
            .at(disclosure.origin.field(
                match name {
                    "Policy" => "policy-url".to_owned(),
                    name => name.to_lowercase(),
                }
                .as_str(),
            ))
            .help("each value is one line of text"));
        }
        out.push_str(&format!("{name}: {value}\n"));
        Ok(())
    };
    for contact in &disclosure.contact {
        field("Contact", contact)?;
    }
    field("Expires", &ends.to_string())?;
    for (name, values) in [
        ("Encryption", &disclosure.encryption),
        ("Acknowledgments", &disclosure.acknowledgments),
        ("Canonical", &disclosure.canonical),
        ("Policy", &disclosure.policy_url),
    ] {
        for value in values {
            field(name, value)?;
        }
    }
    if !disclosure.preferred_languages.is_empty() {
        field("Preferred-Languages", &disclosure.preferred_languages.join(", "))?;
    }
    Ok(out)
}
