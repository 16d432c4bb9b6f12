//! The trusted comment of a signature: the facts a person must see without this program, on one line.
//!
//! `trustbook v0 origin=… seq=… created=… expires=… file=…`, in this order, one space between, so that `minisign -V` shows it.

use std::fmt;

use crate::bundle::time::Timestamp;

/// What a trusted comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedComment {
    /// Who publishes, as in `snapshot.json`.
    pub origin: String,
    /// The sequence number.
    pub seq: u64,
    /// When the snapshot was made.
    pub created: Timestamp,
    /// From when it is stale.
    pub expires: Timestamp,
    /// The name of the archive, `<root>.zip`.
    pub file: String,
}

impl TrustedComment {
    /// Reads exactly what [`fmt::Display`] writes; anything else is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("trustbook v0 origin=")?;
        let (origin, rest) = rest.split_once(" seq=")?;
        let (seq, rest) = rest.split_once(" created=")?;
        let (created, rest) = rest.split_once(" expires=")?;
        let (expires, file) = rest.split_once(" file=")?;
        let comment = Self {
            origin: origin.to_owned(),
            seq: seq.parse().ok()?,
            created: Timestamp::parse(created)?,
            expires: Timestamp::parse(expires)?,
            file: file.to_owned(),
        };
        let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
        (word(origin) && word(file) && comment.to_string() == text).then_some(comment)
    }
}

impl fmt::Display for TrustedComment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, seq, created, expires, file } = self;
        write!(f, "trustbook v0 origin={origin} seq={seq} created={created} expires={expires} file={file}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_survives_printing_and_parsing_and_nothing_else_is_read() {
        let text = "trustbook v0 origin=trust.example/log seq=42 created=2026-11-21T00:00:00Z expires=2027-02-21T00:00:00Z file=acme-0042.zip";
        assert_eq!(TrustedComment::parse(text).unwrap().to_string(), text);
        for bad in [
            text.replace("seq=42", "seq=042"),
            text.replace("seq=42", "seq=+42"),
            text.replace("v0", "v1"),
            text.replace(" file", "  file"),
            text.replace("21T", "31T"),
            format!("{text} "),
            format!(" {text}"),
            format!("{text} more=1"),
            text.replace("acme", "ac\tme"),
            text.replace("trust.example/log", ""),
            text.replace(" seq=42", ""),
            text.replace("origin=", "origin= "),
        ] {
            assert_eq!(TrustedComment::parse(&bad), None, "{bad}");
        }
    }
}
