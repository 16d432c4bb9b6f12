//! Names taken apart, put together, and made for what is called otherwise. The verifier does none of it, so it is not part of the format.

use crate::bundle::limits;
use crate::bundle::name::NameError;
use crate::bundle::name::PathName;

impl PathName {
    /// The components from the outside in; at least one.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('/')
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.as_str().rsplit('/').next().unwrap_or(self.as_str())
    }

    /// What follows the last dot of the file name, if it has one.
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, extension)| extension)
    }

    /// The folder this name stands in, or `None` at the top.
    pub fn parent(&self) -> Option<PathName> {
        self.as_str().rsplit_once('/').and_then(|(parent, _)| Self::parse(parent).ok())
    }

    /// This name with `folder/` before it.
    ///
    /// # Errors
    /// [`NameError`] when the result is too long or too deep, or `folder` is no name.
    pub fn under(&self, folder: &str) -> Result<Self, NameError> {
        Self::parse(&format!("{folder}/{}", self.as_str()))
    }

    /// This name with `/rest` after it.
    ///
    /// # Errors
    /// [`NameError`] when the result is too long or too deep, or `rest` is no name.
    pub fn join(&self, rest: &str) -> Result<Self, NameError> {
        Self::parse(&format!("{}/{rest}", self.as_str()))
    }

    /// The nearest allowed name: every component of `text` through [`slug`], empty components dropped.
    /// The original belongs into the title of whatever the name is for.
    ///
    /// # Errors
    /// [`NameError`] when the whole is still too long or too deep.
    pub fn slugged(text: &str) -> Result<Self, NameError> {
        let components: Vec<_> =
            text.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).map(slug).collect();
        if components.is_empty() { Self::parse(&slug(text)) } else { Self::parse(&components.join("/")) }
    }
}

/// One allowed component made of `text`: every run of other characters becomes a dash, case is kept, an overlong name is cut before its extension,
/// and what would be empty becomes `unnamed`. Two texts can have one slug: the caller checks with [`UniqueNames`](crate::bundle::name::UniqueNames).
pub fn slug(text: &str) -> String {
    if !text.contains('/') && PathName::parse(text).is_ok() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(limits::MAX_COMPONENT_BYTES));
    for char in text.chars() {
        if char.is_ascii_alphanumeric() || matches!(char, '.' | '_') {
            out.push(char);
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let trimmed = out.trim_start_matches(['.', '-']).trim_end_matches(['.', '-']);
    let mut out = if trimmed.is_empty() { "unnamed".to_owned() } else { trimmed.to_owned() };
    // What stands before the first dot decides, however long the rest is.
    if out.split('.').next().map(PathName::parse) == Some(Err(NameError::WindowsDevice)) {
        out.insert_str(0, "x-");
    }
    if out.len() > limits::MAX_COMPONENT_BYTES {
        let (stem, extension) = match out.rsplit_once('.') {
            Some((stem, extension)) if extension.len() <= 16 => (stem, format!(".{extension}")),
            _ => (out.as_str(), String::new()),
        };
        let stem = &stem[..stem.len().min(limits::MAX_COMPONENT_BYTES - extension.len())];
        out = format!("{}{extension}", stem.trim_end_matches(['.', '-']));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_always_a_name_and_a_name_is_its_own_slug() {
        for text in [
            "",
            "...",
            "Résumé final (2).pdf",
            "con",
            "NUL.txt",
            &format!("con.{}", "x".repeat(300)),
            "-rf",
            "a/b",
            "ünïcödé",
            &"x".repeat(300),
            &format!("{}.json", "y".repeat(300)),
        ] {
            let slug = slug(text);
            assert!(PathName::parse(&slug).is_ok(), "{text:?} gave {slug:?}");
        }
        assert_eq!(slug("Report_v1.2-final.PDF"), "Report_v1.2-final.PDF");
        assert_eq!(slug("a--b-"), "a--b-");
        assert_eq!(slug("My report (2).pdf"), "My-report-2-.pdf");
        assert_eq!(PathName::slugged("../My docs/./a b.txt").unwrap().as_str(), "My-docs/a-b.txt");
    }
}
