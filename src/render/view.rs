//! What a page says, before it is markup: sections of blocks, tables of cells.
//!
//! Markup, CSV and JSON are made from these values, so they cannot disagree. Strings here are plain text except
//! [`Part::Html`], which only `markdown` makes.

use serde::Serialize;

use crate::bundle::digest::Digest;
use crate::model::time::Date;
use crate::model::time::Instant;

/// A word with its shape and tone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// `good`, `warn`, `bad`, `waiv`, `mute`.
    pub tone: &'static str,
    /// A symbol of the sprite, without its prefix.
    pub shape: &'static str,
    /// The word.
    pub word: String,
}

/// One shape of a strip: a record as a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StripItem {
    /// Its status.
    pub mark: Mark,
    /// What is read aloud, such as `restore: not met`.
    pub label: String,
    /// Where it leads, relative to the site's root.
    pub href: String,
}

/// A run of text, or a small thing among text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "k", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each variant is said by its comment; fields are text, href, html")]
pub enum Part {
    /// Running text.
    Text { text: String },
    /// What matters in a row.
    Strong { text: String },
    /// What a machine wrote.
    Code { text: String },
    /// A line of its own below, smaller.
    Small { text: String },
    /// A line of its own below, smaller, written by a machine.
    SmallCode { text: String },
    /// The reason of the status before it.
    Why { text: String },
    /// To a place of this site, relative to its root.
    Link { text: String, href: String },
    /// To somewhere else; only made by [`outside`].
    Out { text: String, href: String },
    /// A day or an instant.
    Time { text: String, at: String },
    /// A status.
    Mark { mark: Mark },
    /// SHA-256 in groups of eight.
    Digest { groups: Vec<String> },
    /// A bar against a limit, in pixels; repeats the number beside it.
    Bar { fill: u32, over: u32, tone: &'static str },
    /// The trust ladder.
    Trust { bars: u8, text: &'static str },
    /// One shape a record.
    Strip { items: Vec<StripItem> },
    /// Checked markup made from Markdown.
    Html { html: String },
    /// Withheld from this audience.
    Redacted { text: String },
    /// Before a change.
    Was { text: String },
    /// After it.
    Now { text: String },
}

/// Plain text.
pub fn text(text: impl Into<String>) -> Part {
    Part::Text { text: text.into() }
}

/// What matters in a row.
pub fn strong(text: impl Into<String>) -> Part {
    Part::Strong { text: text.into() }
}

/// What a machine wrote.
pub fn code(text: impl Into<String>) -> Part {
    Part::Code { text: text.into() }
}

/// A smaller line below.
pub fn small(text: impl Into<String>) -> Part {
    Part::Small { text: text.into() }
}

/// The reason of the status before it.
pub fn why(text: impl Into<String>) -> Part {
    Part::Why { text: text.into().replace('`', "") }
}

/// Running text in which `` `…` `` is what a machine wrote.
pub fn marked(source: &str) -> Vec<Part> {
    if !source.matches('`').count().is_multiple_of(2) {
        return vec![text(source)];
    }
    source
        .split('`')
        .enumerate()
        .filter(|(_, piece)| !piece.is_empty())
        .map(|(index, piece)| if index % 2 == 0 { text(piece) } else { code(piece) })
        .collect()
}

/// A link inside the site, relative to its root.
pub fn link(text: impl Into<String>, href: impl Into<String>) -> Part {
    Part::Link { text: text.into(), href: href.into() }
}

/// A link to somewhere else, or its words alone when the scheme is not `https:`, `http:` or `mailto:`.
pub fn outside(text: impl Into<String>, href: &str) -> Part {
    let text = text.into();
    if is_outside_address(href) {
        Part::Out { text, href: href.to_owned() }
    } else if text == href {
        Part::Code { text }
    } else {
        Part::Text { text: format!("{text} ({href})") }
    }
}

/// Whether `href` is an address a page may link to: `https:`, `http:` or `mailto:`, without control characters.
pub fn is_outside_address(href: &str) -> bool {
    let lower = href.to_ascii_lowercase();
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    known && !href.chars().any(|ch| ch.is_control() || ch.is_whitespace())
}

/// A day.
pub fn day(date: Date) -> Part {
    Part::Time { text: date.to_string(), at: date.to_string() }
}

/// An instant, to the minute.
pub fn at(instant: Instant) -> Part {
    Part::Time { text: instant.human(), at: instant.to_string() }
}

/// The day of an instant.
pub fn day_of(instant: Instant) -> Part {
    day(instant.date())
}

/// A full SHA-256, or text as it is when it is none.
pub fn digest(hex: &str) -> Part {
    match Digest::parse(hex) {
        Some(_) => Part::Digest {
            groups: hex
                .as_bytes()
                .chunks(8)
                .map(|group| String::from_utf8_lossy(group).into_owned())
                .collect(),
        },
        None => code(hex),
    }
}

/// A status.
pub fn status(mark: Mark) -> Part {
    Part::Mark { mark }
}

impl Part {
    /// As plain text, for CSV and JSON.
    pub fn plain(&self) -> String {
        match self {
            Self::Text { text }
            | Self::Strong { text }
            | Self::Code { text }
            | Self::Small { text }
            | Self::SmallCode { text }
            | Self::Why { text }
            | Self::Link { text, .. }
            | Self::Out { text, .. }
            | Self::Time { text, .. }
            | Self::Was { text }
            | Self::Now { text } => text.clone(),
            Self::Redacted { text } => format!("Redacted: {text}"),
            Self::Mark { mark } => mark.word.clone(),
            Self::Digest { groups } => groups.concat(),
            Self::Bar { .. } => String::new(),
            Self::Trust { text, .. } => (*text).to_owned(),
            Self::Strip { items } => {
                items.iter().map(|item| item.label.as_str()).collect::<Vec<_>>().join("; ")
            }
            Self::Html { html } => plain_of_html(html),
        }
    }

    /// Whether it begins a line of its own.
    fn is_own_line(&self) -> bool {
        matches!(self, Self::Small { .. } | Self::SmallCode { .. } | Self::Why { .. } | Self::Now { .. })
    }
}

/// Markup of ours with its tags taken out.
fn plain_of_html(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for ch in html.chars() {
        match ch {
            '<' => inside = true,
            '>' if inside => inside = false,
            _ if inside => {}
            _ => out.push(ch),
        }
    }
    let text = out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The content of a table cell or of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cell(pub Vec<Part>);

impl Cell {
    /// As plain text: lines of their own are set off by `; `, Markdown by spaces.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for part in &self.0 {
            let text = part.plain();
            if text.is_empty() {
                continue;
            }
            if !out.is_empty() {
                if part.is_own_line() {
                    out.push_str("; ");
                } else if !out.ends_with(char::is_whitespace) && !text.starts_with([' ', ',', '.', ';']) {
                    out.push(' ');
                }
            }
            out.push_str(&text);
        }
        out.trim().to_owned()
    }
}

impl From<Part> for Cell {
    fn from(part: Part) -> Self {
        Self(vec![part])
    }
}

impl From<Vec<Part>> for Cell {
    fn from(parts: Vec<Part>) -> Self {
        Self(parts)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        if value.is_empty() { Self::default() } else { text(value).into() }
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        if value.is_empty() { Self::default() } else { text(value).into() }
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        value.map(Self::from).unwrap_or_default()
    }
}

impl From<&Option<String>> for Cell {
    fn from(value: &Option<String>) -> Self {
        value.as_deref().map(Self::from).unwrap_or_default()
    }
}

impl From<Option<Part>> for Cell {
    fn from(value: Option<Part>) -> Self {
        value.map(Self::from).unwrap_or_default()
    }
}

impl From<Option<Date>> for Cell {
    fn from(value: Option<Date>) -> Self {
        value.map(day).into()
    }
}

impl From<Mark> for Cell {
    fn from(mark: Mark) -> Self {
        status(mark).into()
    }
}
